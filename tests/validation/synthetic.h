/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Synthetic results of theory and simulation with a known truth: samples = truth (1 + noise sqrt(samples) e), e
 * Gaussian with the given correlation from step to step, so that `noise` is the relative standard error of the mean. */
#ifndef TESTS_VALIDATION_SYNTHETIC_H
#define TESTS_VALIDATION_SYNTHETIC_H

#include "tests/given.h"
#include "tests/two_results.h"

#include <math.h>
#include <sgdmft/compare.h>
#include <sgdmft/random.h>
#include <string.h>

struct synthetic {
    double noise, correlation;
    const char *shifted; /* observable that the theory gets wrong (or NULL) */
    double shift;        /* relative */
    uint32_t seed;
};

static inline double synthetic_truth(const char *name, double time)
{
    if (strcmp(name, "overlap") == 0)
        return 0.2 + 0.6 * (1 - exp(-time));
    if (strcmp(name, "norm") == 0)
        return 1.0 + 0.3 * (1 - exp(-time));
    if (strcmp(name, "correlation") == 0)
        return 0.2 + 0.8 * exp(-time);
    if (strstr(name, "error"))
        return 0.1 + 0.4 * exp(-time);
    return 0.3 + 0.4 * exp(-0.5 * time);
}

/* Observables that start exactly (overlap, norm) grow their noise from 0. */
static inline void synthetic_fill(struct sgdmft_result *result, const struct synthetic *law)
{
    for (size_t q = 0; q < result->quantities; q++) {
        struct sgdmft_quantity *quantity = &result->quantity[q];
        const char *name = quantity->observable->name;
        const bool two_time = quantity->rank == 2;
        const bool wrong = result->source == SGDMFT_THEORY && law->shifted && strcmp(law->shifted, name) == 0;
        const bool exact_start = two_time || strcmp(name, "overlap") == 0 || strcmp(name, "norm") == 0;
        const size_t row = two_time ? result->lags : result->steps;
        for (size_t s = 0; s < result->samples; s++) {
            struct sgdmft_stream stream =
                sgdmft_stream_open(law->seed, SGDMFT_TEST_SUITE, (uint32_t)(s + 1000 * result->source), (uint32_t)q);
            double normal[1024];
            cr_assert(row < 1024);
            sgdmft_normals(&stream, row + 1, normal);
            double state = normal[row];
            for (size_t i = 0; i < row; i++) {
                const double time = result->run.rate * (double)(two_time ? result->lag[i] : result->step[i]);
                state = law->correlation * state + sqrt(1 - law->correlation * law->correlation) * normal[i];
                const double noise = exact_start && i == 0 ? 0 : law->noise * sqrt((double)result->samples);
                const double value = synthetic_truth(name, time) * (1 + noise * state)
                                     * (1 + (wrong ? law->shift * (1 - exp(-3 * time)) : 0));
                for (size_t w = 0; w < quantity->length / row; w++)
                    quantity->sample[s * quantity->length + w * row + i] = value;
            }
        }
    }
    sgdmft_result_reduce(result);
}

static inline struct sgdmft_result *synthetic_result(const struct sgdmft_run *run, enum sgdmft_source source,
                                                     const struct synthetic *law)
{
    const long samples = source == SGDMFT_THEORY ? run->groups : run->runs;
    struct sgdmft_result *result = sgdmft_result_create(run, source, (size_t)samples);
    cr_assert_not_null(result);
    synthetic_fill(result, law);
    return result;
}

static inline bool synthetic_pass(const struct sgdmft_run *run, const struct synthetic *law)
{
    scoped_result *theory = synthetic_result(run, SGDMFT_THEORY, law),
                  *simulation = synthetic_result(run, SGDMFT_SIMULATION, law);
    scoped_comparison *comparison = compared(theory, simulation);
    return comparison->pass;
}

#endif
