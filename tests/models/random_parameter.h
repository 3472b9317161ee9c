/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random values of parameters, of each kind and all sizes, for tests that write and read them. */
#ifndef TESTS_MODELS_RANDOM_PARAMETER_H
#define TESTS_MODELS_RANDOM_PARAMETER_H

#include "tests/models/fixture.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>

/* A random value that the parameter allows, with bits of every size. */
static inline double random_number(const struct sgdmft_parameter *p, struct sgdmft_stream *stream)
{
    const double low = isfinite(p->minimum) ? p->minimum : -1e6, high = isfinite(p->maximum) ? p->maximum : 1e6;
    const double share = fixture_between(stream, 0, 1), value = fixture_number(stream);
    switch (sgdmft_below(stream, 4)) {
    case 0:
        return p->open_maximum ? low + (high - low) * share : high;
    case 1:
        return low + (high - low) * share;
    case 2:
        if (value >= p->minimum && value <= p->maximum && (value != p->minimum || !p->open_minimum)
            && (value != p->maximum || !p->open_maximum))
            return value;
    }
    return fmin(high, low + exp(-20 * share) * fmin(1, high - low));
}

/* Steps from `first` on, values may be NULL: none, few, or `most`. Values of `most` steps are short, because the text
 * of a list is limited. */
static inline void random_steps(const struct sgdmft_parameter *p, struct sgdmft_stream *stream, size_t most, long first,
                                size_t *count, long *step, double *value)
{
    const uint32_t how = sgdmft_below(stream, 4);
    *count = how == 0 ? 0 : how == 1 ? most : sgdmft_below(stream, (uint32_t)most / 3);
    for (size_t i = 0; i < *count; i++) {
        step[i] = (i ? step[i - 1] + 1 : first) + (long)sgdmft_below(stream, 1000);
        if (value)
            value[i] = how == 1 ? fmin(p->maximum, 0.25 * (1 + sgdmft_below(stream, 4))) : random_number(p, stream);
    }
}

/* Bytes of every kind that a text may have: no blanks at its ends, no control characters, no comment. */
static inline void random_text(struct sgdmft_stream *stream, char out[SGDMFT_TEXT_MAX])
{
    const uint32_t how = sgdmft_below(stream, 8);
    const size_t length = how == 0 ? 0 : how == 1 ? SGDMFT_TEXT_MAX - 1 : sgdmft_below(stream, SGDMFT_TEXT_MAX);
    for (size_t i = 0; i < length; i++) {
        do
            out[i] = (char)(i + 1 < length ? 32 + sgdmft_below(stream, 95) : '/');
        while ((i == 0 || out[i - 1] == ' ') && (out[i] == ' ' || out[i] == ';'));
        if (i > 0 && isascii(out[i - 1]) && sgdmft_below(stream, 32) == 0)
            memcpy(&out[i - 1], "\xc3\xa4", 2);
    }
    out[length] = '\0';
}

/* Gives the run a random value of the parameter; the unused entries of a list stay what they are. */
static inline void randomise(const struct sgdmft_parameter *p, struct sgdmft_stream *stream, struct sgdmft_run *run)
{
    void *member = (char *)run + p->offset;
    struct sgdmft_schedule *schedule = member;
    struct sgdmft_steps *steps = member;
    size_t names = 0;
    switch (p->kind) {
    case SGDMFT_REAL:
        *(double *)member = random_number(p, stream);
        break;
    case SGDMFT_INTEGER:
        *(long *)member = (long)ceil(random_number(p, stream));
        break;
    case SGDMFT_SEED:
        *(uint64_t *)member = ((uint64_t)sgdmft_below(stream, UINT32_MAX) << 32 | sgdmft_below(stream, UINT32_MAX))
                              >> sgdmft_below(stream, 64);
        if (sgdmft_below(stream, 8) == 0)
            *(uint64_t *)member = sgdmft_below(stream, 2) ? UINT64_MAX : INT64_MAX;
        break;
    case SGDMFT_CHOICE:
        while (p->choices[names])
            names++;
        *(int *)member = (int)sgdmft_below(stream, (uint32_t)names);
        break;
    case SGDMFT_RECORD:
        while (p->records[names])
            names++;
        *(const void **)member = p->records[sgdmft_below(stream, (uint32_t)names)];
        break;
    case SGDMFT_TEXT:
        random_text(stream, member);
        break;
    case SGDMFT_SCHEDULE:
        random_steps(p, stream, SGDMFT_SCHEDULE_MAX, 1, &schedule->count, schedule->from, schedule->value);
        break;
    case SGDMFT_STEPS:
        random_steps(p, stream, SGDMFT_WAITING_MAX, 0, &steps->count, steps->step, NULL);
        break;
    }
}

#endif
