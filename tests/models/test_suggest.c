/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Suggestions: near names, symbols and words of other programs. */
#include "models/run/suggest.h"
#include "models/run/parameter_table.h"

#include <criterion/criterion.h>
#include <sgdmft/result.h>
#include <string.h>

TestSuite(suggest, .timeout = 20);

#define NAMES_MAX 512

/* Parameters, or the records of all registries, or observables. */
static size_t suggest_parameters(const char *names[NAMES_MAX])
{
    for (size_t i = 0; i < sgdmft_parameter_count; i++)
        names[i] = sgdmft_parameters[i].name;
    return sgdmft_parameter_count;
}

static size_t suggest_records(const char *names[NAMES_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < sgdmft_parameter_count; i++)
        for (size_t j = 0; sgdmft_parameters[i].kind == SGDMFT_RECORD && sgdmft_parameters[i].records[j]; j++)
            names[count++] = ((const struct sgdmft_entry *)sgdmft_parameters[i].records[j])->name;
    return count;
}

static size_t suggest_observables(const char *names[NAMES_MAX])
{
    for (size_t i = 0; i < sgdmft_observable_count; i++)
        names[i] = sgdmft_observables[i].name;
    return sgdmft_observable_count;
}

Test(suggest, symbols_of_parameters_with_their_meaning)
{
    static const struct {
        const char *typed, *text;
    } cases[] = {
        {"eta", ", did you mean '--rate' (learning rate eta)?"},
        {"ETA", ", did you mean '--rate' (learning rate eta)?"},
        {"lr", ", did you mean '--rate' (learning rate eta)?"},
        {"learning-rate", ", did you mean '--rate' (learning rate eta)?"},
        {"learning_rate", ", did you mean '--rate' (learning rate eta)?"},
        {"b", ", did you mean '--batch' (batch fraction b)?"},
        {"batch_size", ", did you mean '--batch' (batch fraction b)?"},
        {"tau", ", did you mean '--persistence' (persistence time tau of the batch)?"},
        {"lambda", ", did you mean '--ridge' (ridge strength lambda)?"},
        {"weight-decay", ", did you mean '--ridge' (ridge strength lambda)?"},
        {"margin", ", did you mean '--kappa' (margin kappa of the loss)?"},
        {"huber_delta",
         ", did you mean '--loss_width' (width a of the quadratic part of a loss that is linear beyond)?"},
        {"T", ", did you mean '--temperature' (temperature T of the noise)?"},
        {"m", ", did you mean '--overlap0' (overlap m(0) = w.v/N at the start)?"},
        {"P", ", did you mean '--alpha' (examples per dimension, P = round(alpha dim))?"},
        {"N", ", did you mean '--dim' (dimension N)?"},
        {"alhpa", ", did you mean '--alpha'?"},
        {"t", ""},
        {"xyzzyxyzzy", ""},
    };
    const char *names[NAMES_MAX];
    const size_t count = suggest_parameters(names);
    char out[SUGGESTION_MAX];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_assert_str_eq(suggestion(cases[i].typed, "'--", "'", names, count, out), cases[i].text, "%s: %s",
                         cases[i].typed, out);
}

Test(suggest, words_for_records_and_observables)
{
    static const struct synonym records[] = {{"mse", "square"},      {"bce", "logistic"},    {"svm", "hinge"},
                                             {"mae", "absolute"},    {"smooth_l1", "huber"}, {"brier", "sigmoid"},
                                             {"psgd", "persistent"}, {"full_batch", "gd"},   {"gmm", "mixture2"}};
    static const struct synonym observables[] = {{"m", "overlap"}, {"C", "correlation"}, {"chi", "response"}};
    const char *names[NAMES_MAX];
    char out[SUGGESTION_MAX];
    size_t count = suggest_records(names);
    for (size_t i = 0; i < sizeof records / sizeof records[0]; i++)
        cr_assert_str_eq(sgdmft_nearest(records[i].typed, names, count), records[i].name, "%s", records[i].typed);
    cr_assert_str_eq(suggestion("mse", "'", "'", names, count, out), ", did you mean 'square' (l = (phi - y)^2 / 2)?");
    count = suggest_observables(names);
    for (size_t i = 0; i < sizeof observables / sizeof observables[0]; i++)
        cr_assert_str_eq(sgdmft_nearest(observables[i].typed, names, count), observables[i].name, "%s",
                         observables[i].typed);
}

/* A name as flags write it, dashes inside. */
Test(suggest, flags_have_dashes)
{
    const char *const names[] = {"max-walltime", "rate"};
    char out[SUGGESTION_MAX];
    cr_assert_str_eq(suggestion("walltime", "--", "", names, 2, out),
                     ", did you mean --max-walltime (save a checkpoint and stop)?");
}

/* No two rows say the same, and none speaks of a name that is there. */
Test(suggest, rows_are_of_use)
{
    const char *names[NAMES_MAX];
    for (size_t i = 0; i < synonym_count; i++) {
        for (size_t j = 0; j < i; j++)
            cr_assert(strcmp(synonyms[i].typed, synonyms[j].typed) != 0
                          || strcmp(synonyms[i].name, synonyms[j].name) != 0,
                      "%s: %s", synonyms[i].typed, synonyms[i].name);
        const size_t count = suggest_parameters(names);
        for (size_t j = 0; j < count && sgdmft_parameter_find(synonyms[i].name); j++)
            cr_assert(strcmp(names[j], synonyms[i].typed) != 0, "%s is a parameter", synonyms[i].typed);
    }
}
