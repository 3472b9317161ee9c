/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Simulations of a run, and the samples of their results, for tests: all must be there. */
#ifndef TESTS_VALIDATION_SIMULATED_H
#define TESTS_VALIDATION_SIMULATED_H

#include "tests/scoped.h"

#include <criterion/criterion.h>
#include <sgdmft/simulate.h>

/* The runs of a simulation from number first_run on, which ends with the status `expected`. */
static inline struct sgdmft_result *simulated_as(const struct sgdmft_run *run, long first_run,
                                                 enum sgdmft_status expected)
{
    struct sgdmft_error error = {.status = SGDMFT_OK};
    struct sgdmft_result *result = NULL;
    const enum sgdmft_status status = sgdmft_simulate(run, first_run, NULL, &result, &error);
    cr_assert_eq(status, expected, "status %d: %s", (int)status, error.text);
    return result;
}

static inline struct sgdmft_result *simulated(const struct sgdmft_run *run, long first_run)
{
    return simulated_as(run, first_run, SGDMFT_OK);
}

/* The numbers of sample `number` of an observable. */
static inline const double *sample(const struct sgdmft_result *result, const char *group, const char *name,
                                   size_t number)
{
    const struct sgdmft_quantity *quantity = sgdmft_result_find(result, group, name);
    cr_assert_not_null(quantity, "%s", name);
    return quantity->sample + number * quantity->length;
}

#endif
