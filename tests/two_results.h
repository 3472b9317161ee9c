/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two results beside each other, for tests: the same samples, the verdict, a result and its file. */
#ifndef TESTS_TWO_RESULTS_H
#define TESTS_TWO_RESULTS_H

#include <criterion/criterion.h>
#include <sgdmft/compare.h>
#include <sgdmft/result.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Asserts that b has every quantity of a, with the same bits in all samples. `what` names the case. */
static inline void assert_same_samples(const struct sgdmft_result *a, const struct sgdmft_result *b, const char *what)
{
    cr_assert_eq(a->samples, b->samples, "%s", what);
    for (size_t q = 0; q < a->quantities; q++) {
        const struct sgdmft_quantity *x = &a->quantity[q];
        const struct sgdmft_quantity *y = sgdmft_result_find(b, x->observable->group, x->observable->name);
        cr_assert(y && x->rank == y->rank && x->length == y->length, "%s: %s", what, x->observable->name);
        cr_assert(memcmp(x->sample, y->sample, a->samples * x->length * sizeof(double)) == 0, "%s: %s", what,
                  x->observable->name);
    }
}

/* Writes a result to a file and reads it. */
static inline struct sgdmft_result *read_back(const struct sgdmft_result *result)
{
    char path[] = "/tmp/sgdmft-test-XXXXXX";
    struct sgdmft_result *back = NULL;
    struct sgdmft_error error = {.status = SGDMFT_OK};
    close(mkstemp(path));
    cr_assert_eq(sgdmft_result_write(result, path, &error), SGDMFT_OK, "%s", error.text);
    cr_assert_eq(sgdmft_result_read(path, &back, &error), SGDMFT_OK, "%s", error.text);
    unlink(path);
    return back;
}

static inline struct sgdmft_comparison *compared(const struct sgdmft_result *a, const struct sgdmft_result *b)
{
    struct sgdmft_comparison *comparison = NULL;
    struct sgdmft_error error = {.status = SGDMFT_OK};
    cr_assert_eq(sgdmft_compare(a, b, &comparison, &error), SGDMFT_OK, "%s", error.text);
    return comparison;
}

#endif
