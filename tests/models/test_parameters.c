/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of parameters: shape, names and nearest names, strict numbers, ranges (values as text: test_kinds.c). */
#include "models/run/parameter_table.h"
#include "tests/given.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <math.h>
#include <string.h>

#define TEST(name) Test(parameters, name, .timeout = 20)

static const size_t kind_size[] = {
    [SGDMFT_REAL] = sizeof(double),
    [SGDMFT_INTEGER] = sizeof(long),
    [SGDMFT_SEED] = sizeof(uint64_t),
    [SGDMFT_CHOICE] = sizeof(int),
    [SGDMFT_RECORD] = sizeof(void *),
    [SGDMFT_TEXT] = SGDMFT_TEXT_MAX,
    [SGDMFT_SCHEDULE] = sizeof(struct sgdmft_schedule),
    [SGDMFT_STEPS] = sizeof(struct sgdmft_steps),
};

TEST(every_member_of_a_run_is_declared_once)
{
    char owner[sizeof(struct sgdmft_run)] = {0};
    size_t covered = 0;
    for (size_t i = 0; i < sgdmft_parameter_count; i++) {
        const struct sgdmft_parameter *p = &sgdmft_parameters[i];
        for (size_t byte = p->offset; byte < p->offset + kind_size[p->kind]; byte++) {
            cr_assert_lt(byte, sizeof owner, "%s", p->name);
            cr_assert_eq(owner[byte], 0, "%s shares its place", p->name);
            owner[byte] = 1;
            covered++;
        }
    }
    /* what is left is padding behind single ints, and what follows from the parameters */
    cr_assert_lt(sizeof(struct sgdmft_run) - sizeof(struct sgdmft_derived) - covered, 8 * sizeof(int));
}

TEST(names_are_plain_and_sections_contiguous)
{
    static const char *const order[] = {"data",        "model",  "start",      "algorithm",
                                        "observables", "solver", "simulation", "output"};
    size_t section = 0;
    for (size_t i = 0; i < sgdmft_parameter_count; i++) {
        const struct sgdmft_parameter *p = &sgdmft_parameters[i];
        for (const char *c = p->name; *c; c++)
            cr_assert(islower((unsigned char)*c) || isdigit((unsigned char)*c) || *c == '_', "%s", p->name);
        cr_assert(*p->meaning && p->unit && p->reference && p->default_text, "%s", p->name);
        cr_assert_eq(p->matters == NULL, p->matters_with == NULL, "%s", p->name);
        if (strcmp(p->section, order[section]) != 0)
            section++;
        cr_assert_lt(section, 8);
        cr_assert_str_eq(p->section, order[section], "%s", p->name);
        for (size_t j = 0; j < i; j++)
            cr_assert_str_neq(p->name, sgdmft_parameters[j].name);
    }
    cr_assert_eq(section, 7);
}

TEST(find_takes_dashes_and_no_abbreviations)
{
    for (size_t i = 0; i < sgdmft_parameter_count; i++)
        cr_assert_eq(sgdmft_parameter_find(sgdmft_parameters[i].name), &sgdmft_parameters[i]);
    cr_assert_eq(sgdmft_parameter_find("cluster-variance"), sgdmft_parameter_find("cluster_variance"));
    cr_assert_not_null(sgdmft_parameter_find("cluster-variance"));
    static const char *const unknown[] = {"", "alph", "alphaa", "Alpha", "cluster variance", "cluster"};
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++)
        cr_assert_null(sgdmft_parameter_find(unknown[i]), "%s", unknown[i]);
}

TEST(nearest_name)
{
    static const char *const names[] = {"alpha", "rate", "rate_steps", "overlap0", "cluster_variance", "steps"};
    static const struct {
        const char *given, *nearest;
    } cases[] = {
        {"alhpa", "alpha"},
        {"alpa", "alpha"},
        {"ALPHA", "alpha"},
        {"raet", "rate"},
        {"rates", "rate"},
        {"overlap", "overlap0"},
        {"overlap1", "overlap0"},
        {"cluster-varianc", "cluster_variance"},
        {"alp", "alpha"},
        {"cluster", "cluster_variance"},
        {"setps", "steps"},
        {"rate-setps", "rate_steps"},
        {"zzzzz", NULL},
        {"temperature", NULL},
        {"", NULL},
        {"q", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *found = sgdmft_nearest(cases[i].given, names, 6);
        if (cases[i].nearest)
            cr_assert(found && strcmp(found, cases[i].nearest) == 0, "%s -> %s", cases[i].given,
                      found ? found : "(none)");
        else
            cr_assert_null(found, "%s -> %s", cases[i].given, found ? found : "");
    }
    static const char *const swapped[] = {"dnexx", "dense"}; /* two substitutions against one swap */
    cr_assert_str_eq(sgdmft_nearest("dnese", swapped, 2), "dense");
    char endless[300];
    memset(endless, 'a', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    cr_assert_null(sgdmft_nearest(endless, names, 6));
}

TEST(numbers_are_read_strictly)
{
    static const char *const good[] = {"0", "3", "-3", "+3", "3.", ".5", "0.5", "1e5", "1E5", "1e+5", "1.5e-3", "007"};
    static const char *const bad[] = {"",     " 3",    "3 ",  "3x",    "x",   "nan", "NAN",  "inf", "-inf", "infinity",
                                      "0x10", "0x1p3", "1e",  "1e+",   ".",   "-",   "+",    "--3", "1,5",  "1e5.5",
                                      "1 2",  "e5",    "1d5", "1_000", "3\n", "..5", "1e5x", "½"};
    double value;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        cr_assert_eq(number_real(good[i], &value), NUMBER_OK, "%s", good[i]);
        cr_assert_eq(value, strtod(good[i], NULL), "%s", good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        long integer;
        uint64_t seed;
        cr_assert_eq(number_real(bad[i], &value), NUMBER_BAD, "%s", bad[i]);
        cr_assert_eq(number_integer(bad[i], &integer), NUMBER_BAD, "%s", bad[i]);
        cr_assert_eq(number_seed(bad[i], &seed), NUMBER_BAD, "%s", bad[i]);
    }
    cr_assert_eq(number_real("1e999", &value), NUMBER_TOO_LARGE);
    cr_assert_eq(number_real("-1e999", &value), NUMBER_TOO_LARGE);
    cr_assert_eq(number_real("1e-999", &value), NUMBER_OK);
}

TEST(whole_numbers_in_any_exact_form)
{
    static const struct {
        const char *text;
        enum number_verdict verdict;
        long value;
    } cases[] = {
        {"100000", NUMBER_OK, 100000},
        {"1e5", NUMBER_OK, 100000},
        {"1.5e1", NUMBER_OK, 15},
        {"15.0", NUMBER_OK, 15},
        {"-2", NUMBER_OK, -2},
        {"0", NUMBER_OK, 0},
        {"1.5", NUMBER_NOT_WHOLE, 0},
        {"15e-1", NUMBER_NOT_WHOLE, 0},
        {"1e30", NUMBER_TOO_LARGE, 0},
        {"1e16", NUMBER_TOO_LARGE, 0},
        {"9223372036854775807", NUMBER_OK, 9223372036854775807},
        {"9223372036854775808", NUMBER_TOO_LARGE, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        long value = 0;
        cr_assert_eq(number_integer(cases[i].text, &value), cases[i].verdict, "%s", cases[i].text);
        if (cases[i].verdict == NUMBER_OK)
            cr_assert_eq(value, cases[i].value, "%s", cases[i].text);
    }
    uint64_t seed;
    cr_assert_eq(number_seed("18446744073709551615", &seed), NUMBER_OK);
    cr_assert_eq(seed, UINT64_MAX);
    cr_assert_eq(number_seed("18446744073709551616", &seed), NUMBER_TOO_LARGE);
    cr_assert_eq(number_seed("-1", &seed), NUMBER_TOO_LARGE);
    cr_assert_eq(number_seed("-1e0", &seed), NUMBER_TOO_LARGE);
    cr_assert_eq(number_seed("1e3", &seed), NUMBER_OK);
    cr_assert_eq(seed, 1000);
}

TEST(ranges_are_kept_at_their_ends)
{
    static struct sgdmft_run run;
    struct sgdmft_error error = {0};
    char text[32];
    for (size_t i = 0; i < sgdmft_parameter_count; i++) {
        const struct sgdmft_parameter *p = &sgdmft_parameters[i];
        if (p->kind != SGDMFT_REAL && p->kind != SGDMFT_INTEGER)
            continue;
        double step = p->kind == SGDMFT_INTEGER ? 1 : 1e-9;
        if (isfinite(p->minimum)) {
            cr_assert_eq(parameter_parse(p, number_format(p->minimum, text), &run, &error),
                         p->open_minimum ? SGDMFT_USAGE : SGDMFT_OK, "%s %s", p->name, text);
            cr_assert_eq(parameter_parse(p, number_format(p->minimum - step, text), &run, &error), SGDMFT_USAGE,
                         "%s %s", p->name, text);
            cr_assert_not_null(strstr(error.text, p->name));
            cr_assert_not_null(strstr(error.text, text), "the message shows the value");
        }
        if (isfinite(p->maximum)) {
            cr_assert_eq(parameter_parse(p, number_format(p->maximum, text), &run, &error),
                         p->open_maximum ? SGDMFT_USAGE : SGDMFT_OK, "%s", text);
            cr_assert_eq(parameter_parse(p, number_format(p->maximum + step, text), &run, &error),
                         p->maximum + step > p->maximum ? SGDMFT_USAGE : SGDMFT_OK, "%s %s", p->name, text);
        }
        cr_assert_eq(parameter_parse(p, "1e999", &run, &error), SGDMFT_USAGE, "%s", p->name);
        cr_assert_eq(parameter_parse(p, "nan", &run, &error), SGDMFT_USAGE, "%s", p->name);
        cr_assert_eq(parameter_parse(p, "", &run, &error), SGDMFT_USAGE, "%s", p->name);
    }
}

/* A whole word of a text. */
static bool has_word(const char *text, const char *word)
{
    for (const char *at = strstr(text, word); at; at = strstr(at + 1, word))
        if ((at == text || !(isalnum((unsigned char)at[-1]) || at[-1] == '_'))
            && !(isalnum((unsigned char)at[strlen(word)]) || at[strlen(word)] == '_'))
            return true;
    return false;
}

/* The conditions of parameters list all records to which they apply, and no other. */
TEST(conditions_list_the_records)
{
    static const char *const of_losses[] = {"kappa", "loss_width", "contact_tolerance"};
    static const char *const but_rules[] = {"momentum", "clip", "average"};
    for (size_t i = 0; i < 3; i++) {
        const struct sgdmft_parameter *by_loss = sgdmft_parameter_find(of_losses[i]),
                                      *by_rule = sgdmft_parameter_find(but_rules[i]);
        struct sgdmft_run run = given_run("data", "random", NULL);
        for (size_t j = 0; sgdmft_losses[j]; j++) {
            run.loss = sgdmft_losses[j];
            cr_expect_eq(by_loss->matters(&run), has_word(by_loss->matters_with, run.loss->entry.name), "%s: %s",
                         by_loss->name, run.loss->entry.name);
        }
        for (size_t j = 0; sgdmft_rules[j]; j++) {
            run.rule = sgdmft_rules[j];
            cr_expect_neq(by_rule->matters(&run), has_word(by_rule->matters_with, run.rule->entry.name), "%s: %s",
                          by_rule->name, run.rule->entry.name);
        }
    }
}
