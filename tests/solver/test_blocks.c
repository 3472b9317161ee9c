/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blocks of the past: their polynomials, their merges, and the partition. */
#include "solver/hierarchical/blocks.h"
#include "solver/paths/vector.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

Test(blocks, polynomials_are_orthonormal)
{
    for (long units = 5; units <= 4000; units = units * 3 + 1) {
        double product[12][12] = {{0}}, value[12];
        const size_t count = units < 12 ? (size_t)units : 12;
        for (long x = 0; x < units; x++) {
            polynomial_values(units, count, (double)x - 0.5 * (double)(units - 1), value);
            for (size_t a = 0; a < count; a++)
                for (size_t b = 0; b < count; b++)
                    product[a][b] += value[a] * value[b];
        }
        for (size_t a = 0; a < count; a++)
            for (size_t b = 0; b < count; b++)
                cr_expect_float_eq(product[a][b], a == b ? 1 : 0, 1e-11, "%ld units, %zu %zu: %g", units, a, b,
                                   product[a][b]);
    }
}

/* A parent's polynomials restricted to its children are polynomials of these: the rows of the matrix are orthonormal.
 */
Test(blocks, merges_lose_nothing_of_the_parent)
{
    const long length[] = {1, 2, 3, 4, 6, 8, 11, 32, 500, 70000};
    for (size_t order = 2; order <= 12; order += 2)
        for (size_t i = 0; i < sizeof length / sizeof *length; i++)
            for (size_t j = 0; j < sizeof length / sizeof *length; j++) {
                double matrix[2 * 12 * 12];
                merge_matrix(order, length[i], length[j], matrix);
                const size_t rows = length[i] + length[j] < (long)order ? (size_t)(length[i] + length[j]) : order;
                for (size_t a = 0; a < rows; a++)
                    for (size_t b = 0; b < rows; b++) {
                        double product = 0;
                        for (size_t c = 0; c < 2 * order; c++)
                            product += matrix[a * 2 * order + c] * matrix[b * 2 * order + c];
                        cr_expect_float_eq(product, a == b ? 1 : 0, 1e-10, "order %zu, %ld + %ld units, %zu %zu: %.12g",
                                           order, length[i], length[j], a, b, product);
                    }
            }
}

/* A history on blocks: x[coordinate]. */
static void append_all(struct blocks *blocks, double *x, double value)
{
    struct merge merge;
    while (blocks_merge(blocks, &merge))
        merge_rows(&merge, x, 1, 0, 1);
    x[blocks_append(blocks)] = value;
}

/* Sums over the past of a rough history times a kernel are exact for polynomials of degree below the order, and with
 * phases for polynomials times any periodic function. */
Test(blocks, sums_against_polynomials_are_exact)
{
    static const size_t phases[] = {1, 2, 3};
    for (size_t order = 2; order <= 6; order += 2)
        for (size_t f = 0; f < 3; f++) {
            const long steps = 1200, jump[] = {101, 700};
            const size_t jumps = 2, slots = blocks_slots(order, phases[f], steps, jump, jumps);
            struct blocks blocks;
            cr_assert(blocks_create(&blocks, order, phases[f], slots, jump, jumps));
            const size_t n = blocks_coordinates(&blocks);
            double *rough = calloc(n, sizeof *rough), *kernel = calloc(n, sizeof *kernel), direct = 0;
            struct blocks twin;
            cr_assert(blocks_create(&twin, order, phases[f], slots, jump, jumps));
            unsigned state = 1;
            for (long k = 0; k <= steps; k++) {
                state = state * 1664525u + 1013904223u;
                const double x = (double)state / 4294967296.0 - 0.5;
                const double smooth = pow((double)k / (double)steps - 0.3, (double)order - 1)
                                      * (phases[f] > 1
                                                 && (k < 101   ? k
                                                     : k < 700 ? k - 101
                                                               : k - 700)
                                                            % (long)phases[f]
                                                        == 1
                                             ? -2
                                             : 1);
                append_all(&blocks, rough, x);
                append_all(&twin, kernel, smooth);
                direct += x * smooth;
            }
            const double error = fabs(vector_dot(n, rough, kernel) - direct);
            cr_expect_lt(error, 1e-11, "order %zu, %zu phases: %g", order, phases[f], error);
            blocks_free(&blocks);
            blocks_free(&twin);
            free(rough);
            free(kernel);
        }
}

Test(blocks, partition_covers_the_past_with_few_blocks)
{
    const long steps = 30000, jump[] = {5, 1000, 1001, 20000};
    for (size_t jumps = 0; jumps <= 4; jumps += 4) {
        const size_t slots = blocks_slots(4, 1, steps, jump, jumps);
        cr_expect_lt(slots, jumps ? 70 : 40, "%zu slots", slots);
        struct blocks blocks;
        cr_assert(blocks_create(&blocks, 4, 1, slots, jump, jumps));
        for (long k = 0; k <= steps; k++) {
            struct merge merge;
            while (blocks_merge(&blocks, &merge))
                cr_assert_neq(merge.older, merge.newer);
            const size_t at = blocks_append(&blocks);
            cr_assert_lt(at, blocks_coordinates(&blocks));
            if (k % 997 != 0)
                continue;
            long covered = 0, passed = 0;
            for (size_t i = blocks.count; i-- > 0;) {
                const long units = blocks.block[i].units, distance = covered;
                cr_expect(units <= 4 || units <= distance, "a block of %ld units %ld steps ago", units, distance);
                covered += units;
                for (size_t j = 0; j < jumps; j++)
                    passed += jump[j] == k + 1 - covered;
            }
            cr_expect_eq(covered, k + 1);
            long due = 0;
            for (size_t j = 0; j < jumps; j++)
                due += jump[j] <= k;
            cr_expect_eq(passed, due, "step %ld: %ld of %ld jumps at a boundary", k, passed, due);
        }
        blocks_free(&blocks);
    }
}

/* Beyond the steps that are counted each doubling adds two blocks, and the bound allows for them. */
Test(blocks, slots_of_long_runs_are_a_bound)
{
    const size_t counted = blocks_slots(4, 1, 200000, NULL, 0);
    for (int doubling = 1; doubling < 12; doubling++)
        cr_expect_geq(blocks_slots(4, 1, 200000L << doubling, NULL, 0), counted + 2 * (size_t)doubling);
    const long jump[] = {5, 900000};
    cr_expect_geq(blocks_slots(4, 1, 1000000, jump, 2), blocks_slots(4, 1, 1000000, jump, 1) + counted);
}
