/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The run of the defaults, records by name, and a random point for the tests of models/. */
#ifndef TESTS_MODELS_FIXTURE_H
#define TESTS_MODELS_FIXTURE_H

#include "tests/given.h"

#include <assert.h>
#include <float.h>
#include <math.h>

/* NULL if there is none of that name. */
#define FIXTURE_FIND(kind, registry)                                                                                   \
    __attribute__((unused)) static const struct sgdmft_##kind *fixture_##kind(const char *name)                        \
    {                                                                                                                  \
        for (size_t i = 0; registry[i]; i++)                                                                           \
            if (strcmp(registry[i]->entry.name, name) == 0)                                                            \
                return registry[i];                                                                                    \
        return NULL;                                                                                                   \
    }
FIXTURE_FIND(data, sgdmft_data_laws)
FIXTURE_FIND(teacher, sgdmft_teachers)
FIXTURE_FIND(link, sgdmft_links)
FIXTURE_FIND(loss, sgdmft_losses)
FIXTURE_FIND(rule, sgdmft_rules)

/* The defaults of the table, without waiting times. */
__attribute__((unused)) static struct sgdmft_run fixture_run(void)
{
    return given_run("threads", "1", "waiting", "none", NULL);
}

/* Appends "from=value" to a schedule. */
__attribute__((unused)) static void fixture_change(struct sgdmft_schedule *schedule, long from, double value)
{
    assert(schedule->count < SGDMFT_SCHEDULE_MAX);
    schedule->from[schedule->count] = from;
    schedule->value[schedule->count++] = value;
}

__attribute__((unused)) static struct sgdmft_stream fixture_stream(uint32_t test)
{
    return sgdmft_stream_open(20220834, SGDMFT_TEST_SUITE, test, 0);
}

/* A uniform number between low and high. */
__attribute__((unused)) static double fixture_between(struct sgdmft_stream *stream, double low, double high)
{
    return low + (high - low) * ((double)sgdmft_below(stream, 1u << 30) + 0.5) * 0x1p-30;
}

/* A finite number: the ends of the doubles, any bits, short decimals, neighbours of round values. */
__attribute__((unused)) static double fixture_number(struct sgdmft_stream *stream)
{
    static const double ends[] = {0,        -0.0,    DBL_TRUE_MIN, -DBL_TRUE_MIN, DBL_MIN, DBL_MIN - DBL_TRUE_MIN,
                                  -DBL_MIN, DBL_MAX, -DBL_MAX,     DBL_EPSILON,   1,       -1,
                                  1.0 / 3,  1e15,    1e15 - 1,     -1e15 + 1,     0x1p53,  0x1p53 + 2,
                                  0x1p63,   0x1p64,  1e22,         1e23,          9e-5,    1e-5};
    const double short_decimal = sgdmft_below(stream, 1000) / pow(10, sgdmft_below(stream, 6)) - 0.5;
    uint32_t word[2];
    double any;
    switch (sgdmft_below(stream, 4)) {
    case 0:
        return ends[sgdmft_below(stream, sizeof ends / sizeof *ends)];
    case 1:
        return short_decimal;
    case 2:
        return nextafter(short_decimal, sgdmft_below(stream, 2) ? DBL_MAX : -DBL_MAX);
    }
    do {
        for (int i = 0; i < 2; i++)
            word[i] = sgdmft_below(stream, 1u << 16) << 16 | sgdmft_below(stream, 1u << 16);
        memcpy(&any, word, sizeof any);
    } while (!isfinite(any));
    return any;
}

/* The bits of a are those of b; any nan equals another. */
__attribute__((unused)) static bool fixture_same_bits(const double *a, const double *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (memcmp(&a[i], &b[i], sizeof *a) != 0 && !(isnan(a[i]) && isnan(b[i])))
            return false;
    return true;
}

/* Chi-square of count[0..cells-1] against equal probabilities (cells - 1 degrees of freedom). */
__attribute__((unused)) static double fixture_chi_square(size_t cells, const double *count)
{
    double total = 0, sum = 0;
    for (size_t i = 0; i < cells; i++)
        total += count[i];
    for (size_t i = 0; i < cells; i++)
        sum += (count[i] - total / (double)cells) * (count[i] - total / (double)cells);
    return sum * (double)cells / total;
}

#endif
