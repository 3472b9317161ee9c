/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Results that must have the same samples, for tests of threads, of files and of what may not change a run. */
#ifndef TESTS_SAME_SAMPLES_H
#define TESTS_SAME_SAMPLES_H

#include <criterion/criterion.h>
#include <sgdmft/result.h>
#include <string.h>

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

#endif
