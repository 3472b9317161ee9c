/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers with the suffixes of their units, and what a message says of others. */
#include "models/run/parameter_table.h"
#include "tests/given.h"

#include <float.h>

TestSuite(numbers, .timeout = 20);

Test(numbers, suffixes_of_units)
{
    static const struct {
        const char *unit, *text;
        double value; /* 0: not a number */
    } cases[] = {
        {"", "30%", 0.3},
        {"", "57%", 0.57},
        {"", "57 %", 0.57},
        {"", "1e1%", 0.1},
        {"", "1/3", 1.0 / 3},
        {"", "32/6000", 32.0 / 6000},
        {"", "-1/4", -0.25},
        {"", "1/0", 0},
        {"", "1/2/3", 0},
        {"", "1/", 0},
        {"", "/2", 0},
        {"", "%", 0},
        {"", "3%%", 0},
        {"", "1/3%", 0},
        {"", "300K", 0},
        {"", "1h", 0},
        {"", "0x1p3", 0},
        {"", "3x", 0},
        {"", "nan%", 0},
        {"time", "50%", 0.5},
        {"seconds", "90", 90},
        {"seconds", "90s", 90},
        {"seconds", "10m", 600},
        {"seconds", "10 min", 600},
        {"seconds", "1.5h", 5400},
        {"seconds", "2d", 172800},
        {"seconds", "50%", 0},
        {"seconds", "1/2", 0},
        {"seconds", "4G", 0},
        {"seconds", "1w", 0},
        {"seconds", "h", 0},
        {"bytes", "4e9", 4e9},
        {"bytes", "500M", 5e8},
        {"bytes", "4G", 4e9},
        {"bytes", "4GB", 4e9},
        {"bytes", "4Gi", 4294967296.0},
        {"bytes", "4GiB", 4294967296.0},
        {"bytes", "1.5T", 1.5e12},
        {"bytes", "2Ki", 2048},
        {"bytes", "5B", 5},
        {"bytes", "4g", 0},
        {"bytes", "4m", 0},
        {"bytes", "10%", 0},
        {"count", "300K", 3e5},
        {"count", "300k", 3e5},
        {"count", "1.5M", 1.5e6},
        {"count", "2G", 2e9},
        {"count", "1m", 0},
        {"count", "50%", 0},
        {"count", "6/2", 0},
        {"count", "3KB", 0},
        {"count", "3e", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double value = 0;
        const enum number_verdict verdict = number_in(cases[i].text, cases[i].unit, &value);
        cr_assert_eq(verdict, cases[i].value != 0 ? NUMBER_OK : NUMBER_BAD, "%s [%s]", cases[i].text, cases[i].unit);
        if (cases[i].value != 0)
            cr_assert(value == cases[i].value, "%s [%s]: %.17g", cases[i].text, cases[i].unit, value);
    }
    double value;
    cr_assert_eq(number_in("1e308G", "count", &value), NUMBER_TOO_LARGE);
    cr_assert_eq(number_in("1e308/1e-9", "", &value), NUMBER_TOO_LARGE);
}

Test(numbers, whole_numbers_with_suffixes)
{
    long value;
    uint64_t seed;
    cr_assert_eq(number_integer("300K", &value), NUMBER_OK);
    cr_assert_eq(value, 300000);
    cr_assert_eq(number_integer("1.5K", &value), NUMBER_OK);
    cr_assert_eq(value, 1500);
    cr_assert_eq(number_integer("1.0005K", &value), NUMBER_NOT_WHOLE);
    cr_assert_eq(number_integer("9e15K", &value), NUMBER_TOO_LARGE);
    cr_assert_eq(number_integer("4%", &value), NUMBER_BAD);
    cr_assert_eq(number_seed("3K", &seed), NUMBER_BAD);
}

/* Whole percents are the double that their decimal text is, others the same but for the last bit. */
Test(numbers, percent_has_the_bits_of_the_decimal)
{
    for (int i = 1; i < 1000; i++) {
        char percent[32], decimal[32];
        double a, b;
        snprintf(percent, sizeof percent, "%d.%d%%", i / 10, i % 10);
        snprintf(decimal, sizeof decimal, "0.%03d", i);
        cr_assert_eq(number_real(percent, &a), NUMBER_OK);
        cr_assert_eq(number_real(decimal, &b), NUMBER_OK);
        if (i % 10 == 0)
            cr_assert(a == b, "%s: %.17g", percent, a);
        cr_assert(a - b < DBL_EPSILON * b && b - a < DBL_EPSILON * b, "%s: %.17g", percent, a);
    }
}

Test(numbers, parameters_take_the_forms_of_their_unit)
{
    const struct sgdmft_run run =
        given_run("batch", "30%", "rate", "1/4", "rate_steps", "50=5%", "paths", "3K", "steps", "2K", "waiting", "0,1K",
                  "memory_limit", "4G", "checkpoint", "x", "max_walltime", "1.5h", "checkpoint_every", "10m", NULL);
    cr_assert(run.batch == 0.3 && run.rate == 0.25 && run.rate_steps.value[0] == 0.05);
    cr_assert_eq(run.paths, 3000);
    cr_assert_eq(run.steps, 2000);
    cr_assert_eq(run.waiting.step[1], 1000);
    cr_assert(run.memory_limit == 4e9 && run.max_walltime == 5400 && run.checkpoint_every == 600);
}

/* A number that is none, or too large for a fraction, is told the forms that it may have. */
Test(numbers, messages_show_the_forms)
{
    static const struct {
        const char *name, *text, *message;
    } cases[] = {
        {"batch", "30", "batch: '30' is out of range: the rule is 0 < batch <= 1; it is a fraction, as " NUMBER_FORMS},
        {"target_error", "2",
         "target_error: '2' is out of range: the rule is 0 < target_error <= 1; it is a fraction, as " NUMBER_FORMS},
        {"alpha", "-1", "alpha: '-1' is out of range: the rule is 0 < alpha <= 1000000"},
        {"batch", "a", "batch: 'a' is not a number, as " NUMBER_FORMS},
        {"paths", "3Q", "paths: '3Q' is not a number, as " NUMBER_FORMS_COUNT},
        {"memory_limit", "4Q", "memory_limit: '4Q' is not a number, as " NUMBER_FORMS_BYTES},
        {"max_walltime", "1w", "max_walltime: '1w' is not a number, as " NUMBER_FORMS_SECONDS},
        {"batch_steps", "5=30",
         "batch_steps: '30' is out of range: the rule is 0 < batch_steps <= 1; it is a fraction, as " NUMBER_FORMS},
        {"seed", "3K", "seed: '3K' is not a number"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sgdmft_run run = {0};
        struct sgdmft_error error = {0};
        cr_assert_eq(parameter_parse(sgdmft_parameter_find(cases[i].name), cases[i].text, &run, &error), SGDMFT_USAGE);
        cr_assert_str_eq(error.text, cases[i].message);
    }
}
