/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings: texts by parameter. */
#include "tests/scoped.h"

#include <criterion/criterion.h>
#include <string.h>

#define TEST(name) Test(settings, name, .timeout = 10)

TEST(later_texts_win_and_nothing_is_given_at_first)
{
    scoped_settings *settings = sgdmft_settings_create();
    for (size_t i = 0; i < sgdmft_parameter_count; i++)
        cr_assert_null(sgdmft_settings_get(settings, sgdmft_parameters[i].name));
    cr_assert_eq(sgdmft_settings_set(settings, "alpha", "2", NULL), SGDMFT_OK);
    cr_assert_eq(sgdmft_settings_set(settings, "alpha", "4", NULL), SGDMFT_OK);
    cr_assert_eq(sgdmft_settings_set(settings, "cluster-variance", "5", NULL), SGDMFT_OK);
    cr_assert_str_eq(sgdmft_settings_get(settings, "alpha"), "4");
    cr_assert_str_eq(sgdmft_settings_get(settings, "cluster_variance"), "5");
    cr_assert_null(sgdmft_settings_get(settings, "rate"));
    cr_assert_null(sgdmft_settings_get(settings, "no_such_thing"));
}

TEST(copies_are_independent)
{
    scoped_settings *settings = sgdmft_settings_create();
    sgdmft_settings_set(settings, "alpha", "2", NULL);
    scoped_settings *copy = sgdmft_settings_copy(settings);
    cr_assert_str_eq(sgdmft_settings_get(copy, "alpha"), "2");
    sgdmft_settings_set(copy, "alpha", "7", NULL);
    sgdmft_settings_set(copy, "rate", "1", NULL);
    cr_assert_str_eq(sgdmft_settings_get(settings, "alpha"), "2");
    cr_assert_null(sgdmft_settings_get(settings, "rate"));
    cr_assert_str_eq(sgdmft_settings_get(copy, "alpha"), "7");
    sgdmft_settings_free(NULL);
}

TEST(unknown_names_offer_the_nearest)
{
    scoped_settings *settings = sgdmft_settings_create();
    struct sgdmft_error error = {0};
    cr_assert_eq(sgdmft_settings_set(settings, "alhpa", "2", &error), SGDMFT_USAGE);
    cr_assert(strstr(error.text, "'alhpa'") && strstr(error.text, "'alpha'"), "%s", error.text);
    cr_assert_eq(sgdmft_settings_set(settings, "xyzzyxyzzy", "2", &error), SGDMFT_USAGE);
    cr_assert(strstr(error.text, "'xyzzyxyzzy'") && !strstr(error.text, "mean"), "%s", error.text);
}
