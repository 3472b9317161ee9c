/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers as text, two ways: what is printed is read to the same bits, with the suffixes of units too. What a message
 * says of others. */
#include "models/run/parameter_table.h"
#include "tests/given.h"
#include "tests/models/fixture.h"

#include <ctype.h>
#include <limits.h>

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
    cr_assert_eq(number_integer("1.001K", &value), NUMBER_OK);
    cr_assert_eq(value, 1001);
    cr_assert_eq(number_integer("9e15K", &value), NUMBER_TOO_LARGE);
    cr_assert_eq(number_integer("4%", &value), NUMBER_BAD);
    cr_assert_eq(number_seed("3K", &seed), NUMBER_BAD);
}

/* Significant digits of a decimal number. */
static int digits_of(const char *text)
{
    int digits = 0;
    for (bool leading = true; *text && *text != 'e'; text++) {
        leading = leading && !(*text >= '1' && *text <= '9');
        digits += !leading && isdigit((unsigned char)*text);
    }
    return digits;
}

/* The text of a number has its bits, and none with fewer digits has. */
Test(numbers, printed_numbers_have_the_same_bits_and_are_short)
{
    struct sgdmft_stream stream = fixture_stream(58);
    char text[32], shorter[32];
    for (int i = 0; i < 20000; i++) {
        const double value = fixture_number(&stream);
        double back;
        cr_assert_eq(number_real(number_format(value, text), &back), NUMBER_OK, "%s", text);
        cr_assert(memcmp(&value, &back, sizeof value) == 0, "%.17g as %s", value, text);
        cr_assert(number_is_decimal(text) && strlen(text) < 25, "%s", text);
        const int digits = digits_of(text);
        snprintf(shorter, sizeof shorter, "%.*e", digits - 2, value);
        if (digits > 1 && (fabs(value) >= 1e15 || rint(value) != value))
            cr_assert_neq(strtod(shorter, NULL), value, "%s, but %s does", text, shorter);
    }
    cr_assert_str_eq(number_format(0.1, text), "0.1");
    cr_assert_str_eq(number_format(0.3, text), "0.3");
    cr_assert_str_eq(number_format(5e-324, text), "5e-324");
    cr_assert_str_eq(number_format(50, text), "50");
}

/* A whole number of at most 15 digits, small ones as often as large ones. */
static long random_whole(struct sgdmft_stream *stream)
{
    const uint64_t bits = (uint64_t)sgdmft_below(stream, 1u << 24) << 24 | sgdmft_below(stream, 1u << 24);
    return (long)(bits >> sgdmft_below(stream, 48));
}

Test(numbers, whole_numbers_are_read_in_all_their_forms)
{
    static const char *const suffix[] = {"", "K", "M", "G"};
    struct sgdmft_stream stream = fixture_stream(59);
    for (int i = 0; i < 20000; i++) {
        const long whole = i == 0 ? LONG_MAX : i == 1 ? LONG_MIN : random_whole(&stream);
        const int power = 3 * (int)sgdmft_below(&stream, 4);
        char text[64];
        long value = -1;
        uint64_t seed = 1;
        snprintf(text, sizeof text, "%ld", whole);
        cr_assert_eq(number_integer(text, &value), NUMBER_OK, "%s", text);
        cr_assert_eq(value, whole, "%s: %ld", text, value);
        if (i < 2)
            continue;
        const int length = snprintf(text, sizeof text, "%0*ld", power + 1, whole);
        memmove(text + length - power + 1, text + length - power, (size_t)power + 1);
        text[length - power] = '.';
        snprintf(text + length + 1, 8, "e%d", power);
        cr_assert_eq(number_integer(text, &value), NUMBER_OK, "%s", text);
        cr_assert_eq(value, whole, "%s: %ld", text, value);
        cr_assert_eq(number_seed(text, &seed), NUMBER_OK, "%s", text);
        cr_assert_eq(seed, (uint64_t)whole, "%s", text);
        strcpy(text + length + 1, suffix[power / 3]);
        cr_assert_eq(number_integer(text, &value), NUMBER_OK, "%s", text);
        cr_assert_eq(value, whole, "%s: %ld", text, value);
    }
}

/* A suffix of a power of ten is that exponent, but for the last bit; A/B is the quotient. */
Test(numbers, suffixes_multiply_and_fractions_divide)
{
    static const struct {
        const char *unit, *suffix;
        double times;
        int exponent;
    } cases[] = {{"", "%", 1, -2},          {"", " %", 1, -2},          {"seconds", "min", 60, 0},
                 {"seconds", "h", 3600, 0}, {"seconds", "d", 86400, 0}, {"bytes", "MB", 1, 6},
                 {"bytes", "T", 1, 12},     {"bytes", "Ki", 0x1p10, 0}, {"bytes", "TiB", 0x1p40, 0},
                 {"count", "k", 1, 3},      {"count", "G", 1, 9}};
    struct sgdmft_stream stream = fixture_stream(60);
    for (int i = 0; i < 20000; i++) {
        const size_t c = sgdmft_below(&stream, sizeof cases / sizeof *cases);
        const double a = fixture_number(&stream), b = fixture_number(&stream);
        char text[64], number[32], other[32];
        double value = 0;
        snprintf(text, sizeof text, "%.12f%s", fmod(a, 1e6), cases[c].suffix);
        snprintf(other, sizeof other, "%.12fe%d", fmod(a, 1e6), cases[c].exponent);
        const double expected = strtod(other, NULL) * cases[c].times;
        cr_assert_eq(number_in(text, cases[c].unit, &value), NUMBER_OK, "%s", text);
        cr_assert(fabs(value - expected) <= DBL_EPSILON * fabs(expected), "%s: %.17g", text, value);
        snprintf(text, sizeof text, "%s/%s", number_format(a, number), number_format(b, other));
        const enum number_verdict verdict = number_in(text, "", &value);
        cr_assert_eq(verdict, b == 0 ? NUMBER_BAD : isfinite(a / b) ? NUMBER_OK : NUMBER_TOO_LARGE, "%s", text);
        cr_assert(verdict || value == a / b, "%s: %.17g", text, value);
    }
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
        {"batch", "30", "batch: '30' is out of range; allowed: 0 < batch <= 1; it is a fraction, as " NUMBER_FORMS},
        {"target_error", "2",
         "target_error: '2' is out of range; allowed: 0 < target_error <= 1; it is a fraction, as " NUMBER_FORMS},
        {"rate", "0", "rate: '0' is out of range; allowed: rate > 0"},
        {"alpha", "-1", "alpha: '-1' is out of range; allowed: 0 < alpha <= 1000000"},
        {"batch", "a", "batch: 'a' is not a number, as " NUMBER_FORMS},
        {"paths", "3Q", "paths: '3Q' is not a number, as " NUMBER_FORMS_COUNT},
        {"memory_limit", "4Q", "memory_limit: '4Q' is not a number, as " NUMBER_FORMS_BYTES},
        {"max_walltime", "1w", "max_walltime: '1w' is not a number, as " NUMBER_FORMS_SECONDS},
        {"batch_steps", "5=30",
         "batch_steps: '30' is out of range; allowed: 0 < batch_steps <= 1; it is a fraction, as " NUMBER_FORMS},
        {"seed", "3K", "seed: '3K' is not a number"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sgdmft_run run = {0};
        struct sgdmft_error error = {0};
        cr_assert_eq(parameter_parse(sgdmft_parameter_find(cases[i].name), cases[i].text, &run, &error), SGDMFT_USAGE);
        cr_assert_str_eq(error.text, cases[i].message);
    }
}
