/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The theory of a run, and its series, for tests: all must be there. */
#ifndef TESTS_SOLVER_SOLVED_H
#define TESTS_SOLVER_SOLVED_H

#include <criterion/criterion.h>
#include <sgdmft/solve.h>

static inline struct sgdmft_result *solved(const struct sgdmft_run *run)
{
    struct sgdmft_result *result = NULL;
    struct sgdmft_error error = {.status = SGDMFT_OK};
    cr_assert_eq(sgdmft_solve(run, NULL, &result, &error), SGDMFT_OK, "%s", error.text);
    return result;
}

static inline const struct sgdmft_quantity *series(const struct sgdmft_result *result, const char *name)
{
    const struct sgdmft_quantity *quantity = sgdmft_result_find(result, "series", name);
    cr_assert_not_null(quantity, "%s", name);
    return quantity;
}

#endif
