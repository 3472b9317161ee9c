/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The force rows of long runs are orthonormal to the rounding of single precision, in each rule. */
#include "solver/conditional/conditional.h"
#include "tests/given.h"

#include <criterion/criterion.h>
#include <math.h>

/* Largest |q_i.q_j - delta_ij| of the rows that are formed. */
static double worst_product(const struct example_rows *rows, size_t formed)
{
    double worst = 0;
    for (size_t i = 0; i < formed; i++)
        for (size_t j = 0; j <= i; j++) {
            double product = i == j ? -1 : 0;
            for (size_t b = 0; b < rows->chunks; b++)
                product += rows_product(rows, b, rows->force_slot[i], rows->force_slot[j]);
            worst = fmax(worst, fabs(product));
        }
    return worst;
}

#define LONG "alpha", "2", "dim", "200", "steps", "300", "test_examples", "1", "margins_at", "none", "waiting", "none"

Test(force_rows, stay_orthogonal, .timeout = 60)
{
    const struct sgdmft_run runs[] = {
        given_run(LONG, "rule", "reshuffle", "rate", "0.2", NULL),
        given_run(LONG, "rule", "reshuffle", "rate", "0.2", "batch", "0.5", NULL),
        given_run(LONG, "rule", "sgd", "rate", "0.2", NULL),
        given_run(LONG, "rule", "sgd", "rate", "0.2", "batch", "0.95", NULL),
        given_run(LONG, "rule", "persistent", "rate", "0.05", "batch", "0.5", NULL),
        given_run(LONG, "rule", "gd", "rate", "0.2", NULL),
        given_run(LONG, "rule", "langevin", "rate", "0.2", "temperature", "0.1", NULL),
        given_run(LONG, "rule", "sgd", "rate", "0.2", "momentum", "0.9", NULL),
        given_run(LONG, "waiting", "0", NULL)}; /* two rows a step: more than there are examples */
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        const struct engine_group group = {.run = &runs[i], .paths = 400, .threads = 1, .part = ENGINE_ALONE};
        struct conditional *s = engine_conditional.start(&group);
        struct engine_values values;
        cr_assert_not_null(s);
        size_t formed = 0;
        for (long k = 0; k < runs[i].steps; k++) {
            engine_conditional.evaluate(s, &values);
            formed = s->rows.forces;
            cr_assert_eq(engine_conditional.advance(s), SGDMFT_OK);
        }
        const double worst = worst_product(&s->rows, formed);
        cr_expect_gt(formed, 20);
        cr_expect_lt(worst, 4e-6, "%s, batch %g: %g", runs[i].rule->entry.name, runs[i].batch, worst);
        engine_conditional.finish(s);
    }
}
