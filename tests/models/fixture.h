/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run filled by hand, records by name, and a random point for the tests of models/. */
#ifndef TESTS_MODELS_FIXTURE_H
#define TESTS_MODELS_FIXTURE_H

#include <sgdmft/run.h>

#include <assert.h>
#include <string.h>

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

/* The defaults of the table, with its own record of each kind. */
__attribute__((unused)) static struct sgdmft_run fixture_run(void)
{
    return (struct sgdmft_run){
        .data = fixture_data("teacher"),
        .targets = SGDMFT_TARGETS_SIGN,
        .teacher = fixture_teacher("sign"),
        .teacher_width = 0.7,
        .alpha = 3,
        .cluster_variance = 1,
        .link = fixture_link("linear"),
        .door_width = 0.7,
        .loss_width = 1,
        .loss = fixture_loss("logistic"),
        .ridge = 0.1,
        .norm0 = 1,
        .rule = fixture_rule("sgd"),
        .rate = 0.1,
        .batch = 0.3,
        .persistence = 1,
        .steps = 200,
        .paths = 4000,
        .groups = 8,
        .dim = 2000,
        .runs = 8,
        .seed = 1,
        .threads = 1,
    };
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
