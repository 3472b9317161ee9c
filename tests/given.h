/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A resolved run from texts, for tests: given_run("rule", "gd", "alpha", "3", NULL). */
#ifndef TESTS_GIVEN_H
#define TESTS_GIVEN_H

#include <criterion/criterion.h>
#include <sgdmft/run.h>
#include <stdarg.h>

__attribute__((sentinel)) static inline struct sgdmft_run given_run(const char *name, ...)
{
    struct sgdmft_settings *settings = sgdmft_settings_create();
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
    sgdmft_settings_free(settings);
    return run;
}

#endif
