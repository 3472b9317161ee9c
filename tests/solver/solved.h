/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The theory of a run, its series and its effective temperature, for tests: all must be there. */
#ifndef TESTS_SOLVER_SOLVED_H
#define TESTS_SOLVER_SOLVED_H

#include "solver/run/solve_internal.h"

#include <criterion/criterion.h>
#include <sgdmft/fdt.h>
#include <sgdmft/solve.h>

/* The result of a run that ends with the status `expected`. */
static inline struct sgdmft_result *solved_as(const struct sgdmft_run *run, enum sgdmft_status expected)
{
    struct sgdmft_result *result = NULL;
    struct sgdmft_error error = {.status = SGDMFT_OK};
    const enum sgdmft_status status = sgdmft_solve(run, NULL, &result, &error);
    cr_assert_eq(status, expected, "status %d: %s", (int)status, error.text);
    return result;
}

static inline struct sgdmft_result *solved(const struct sgdmft_run *run)
{
    return solved_as(run, SGDMFT_OK);
}

/* The result of an engine, chosen or made by the test. */
static inline struct sgdmft_result *solved_with(const struct engine *engine, const struct sgdmft_run *run)
{
    struct sgdmft_result *result = NULL;
    struct sgdmft_error error = {.status = SGDMFT_OK};
    cr_assert_eq(solve_with(engine, run, &result, &error), SGDMFT_OK, "%s: %s", engine->entry.name, error.text);
    return result;
}

static inline const struct sgdmft_quantity *series(const struct sgdmft_result *result, const char *name)
{
    const struct sgdmft_quantity *quantity = sgdmft_result_find(result, "series", name);
    cr_assert_not_null(quantity, "%s", name);
    return quantity;
}

/* Fluctuations and dissipation of a result; first = last = 0: the automatic window of lags. */
static inline struct sgdmft_fdt *analysed(const struct sgdmft_result *result, long first, long last)
{
    struct sgdmft_fdt *fdt = NULL;
    struct sgdmft_error error = {0};
    cr_assert_eq(sgdmft_fdt(result, first, last, &fdt, &error), SGDMFT_OK, "%s", error.text);
    return fdt;
}

#endif
