/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Resolved runs and settings from texts, for tests: given_run("rule", "gd", "alpha", "3", NULL). */
#ifndef TESTS_GIVEN_H
#define TESTS_GIVEN_H

#include "tests/scoped.h"

#include <criterion/criterion.h>
#include <sgdmft/run.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Sets "name value name value ...", with one blank between words. Returns the status of the first that is refused. */
static inline enum sgdmft_status given_words(struct sgdmft_settings *settings, const char *words,
                                             struct sgdmft_error *error)
{
    char *copy = strdup(words), *rest = copy, *name;
    enum sgdmft_status status = SGDMFT_OK;
    while (!status && (name = strsep(&rest, " ")) && *name)
        status = sgdmft_settings_set(settings, name, strsep(&rest, " "), error);
    free(copy);
    return status;
}

__attribute__((sentinel)) static inline struct sgdmft_run given_run(const char *name, ...)
{
    scoped_settings *settings = sgdmft_settings_create();
    struct sgdmft_error warning = {0}, error = {0};
    struct sgdmft_run run;
    va_list list;
    cr_assert_not_null(settings);
    va_start(list, name);
    for (; name; name = va_arg(list, const char *))
        cr_assert_eq(sgdmft_settings_set(settings, name, va_arg(list, const char *), &error), SGDMFT_OK, "%s",
                     error.text);
    va_end(list);
    cr_assert_eq(sgdmft_run_resolve(settings, &run, &warning, &error), SGDMFT_OK, "%s", error.text);
    return run;
}

#endif
