/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arrays of a structure from one table: memory, zeros, alignment, release, archive, and lengths that no machine has. */
#include "models/base/state.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

TestSuite(state, .timeout = 20);

struct example {
    int number;
    double *zeros, *none;
    float *raw;
    uint32_t *kept;
    double *also;
};

static struct state_table example_table(size_t n)
{
    return (struct state_table){{STATE_ARRAY(example, zeros, n), STATE_ARRAY(example, none, 0),
                                 STATE_RAW(example, raw, 3 * n), STATE_SAVED(example, kept, n),
                                 STATE_SAVED(example, also, 2)}};
}

Test(state, arrays_of_a_table)
{
    const struct state_table table = example_table(7);
    struct example x = {.number = 5};
    cr_expect_eq(state_bytes(&table), 7 * 8 + 21 * 4 + 7 * 4 + 2 * 8);
    cr_assert(state_create(&table, &x));
    cr_assert(x.zeros && !x.none && x.raw && x.kept && x.also);
    cr_expect_eq((uintptr_t)x.raw % STATE_ALIGNMENT, 0);
    for (size_t i = 0; i < 7; i++)
        cr_expect(x.zeros[i] == 0 && x.kept[i] == 0);
    state_free(&table, &x);
    cr_expect(!x.zeros && !x.none && !x.raw && !x.kept && !x.also && x.number == 5);
    state_free(&table, &x);
}

Test(state, the_archive_has_what_is_saved)
{
    const struct state_table table = example_table(7);
    struct example x = {.number = 5}, y = {.number = 6};
    char *bytes = NULL;
    size_t size = 0;
    cr_assert(state_create(&table, &x) && state_create(&table, &y));
    for (uint32_t i = 0; i < 7; i++) {
        x.zeros[i] = 0.5;
        x.kept[i] = 3 * i + 1;
    }
    x.also[1] = 0.25;
    FILE *stream = open_memstream(&bytes, &size);
    struct archive archive = archive_write(stream);
    cr_assert(state_archive(&table, &x, &archive));
    fclose(stream);
    cr_assert_eq(size, 7 * 4 + 2 * 8);
    stream = fmemopen(bytes, size, "rb");
    struct archive reading = archive_read(stream);
    cr_assert(state_archive(&table, &y, &reading));
    fclose(stream);
    cr_expect(memcmp(x.kept, y.kept, 7 * sizeof *x.kept) == 0 && memcmp(x.also, y.also, 2 * sizeof *x.also) == 0);
    cr_expect_eq(y.zeros[3], 0);
    state_free(&table, &x);
    state_free(&table, &y);
    free(bytes);
}

Test(state, too_long_arrays_fail)
{
    const struct state_table table = {
        {STATE_ARRAY(example, zeros, 3), STATE_RAW(example, raw, 1e19), STATE_ARRAY(example, also, 1e19)}};
    struct example x = {.number = 5};
    cr_expect_not(state_create(&table, &x));
    cr_expect(x.zeros && !x.raw && !x.also);
    state_free(&table, &x);
    cr_expect_null(x.zeros);
}
