/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The spectrum of the data's covariance from its text. */
#include "models/run/parameter_table.h"
#include "tests/given.h"

#include <math.h>
#include <string.h>

TestSuite(spectrum_text, .timeout = 10);

Test(spectrum_text, weights_and_signal_are_normalised)
{
    const struct sgdmft_run run = given_run("covariance_spectrum", "0.2:3:2, 1.8 ,3:4:0", NULL);
    const struct sgdmft_spectrum *spectrum = sgdmft_spectrum(&run);
    const double value[] = {0.2, 1.8, 3}, weight[] = {3 / 8.0, 1 / 8.0, 0.5}, signal[] = {16 / 7.0, 8 / 7.0, 0};
    cr_assert_eq(spectrum->modes, 3);
    double sum = 0, squares = 0;
    for (size_t i = 0; i < 3; i++) {
        cr_assert(fabs(spectrum->value[i] - value[i]) < 1e-15 && fabs(spectrum->weight[i] - weight[i]) < 1e-15);
        cr_assert(fabs(spectrum->signal[i] - signal[i]) < 1e-15);
        sum += spectrum->weight[i];
        squares += spectrum->weight[i] * spectrum->signal[i];
    }
    cr_assert(fabs(sum - 1) < 1e-15 && fabs(squares - 1) < 1e-15);
    cr_assert(fabs(sgdmft_spectrum_mean(spectrum, false) - (0.2 * 3 + 1.8 + 12) / 8) < 1e-15);
    cr_assert(fabs(sgdmft_spectrum_mean(spectrum, true) - (0.2 * 3 * 2 + 1.8) / 7) < 1e-15);
    cr_assert_not(sgdmft_spectrum_is_plain(spectrum));
}

Test(spectrum_text, none_is_the_identity)
{
    const struct sgdmft_run none = given_run("alpha", "2", NULL), one = given_run("covariance_spectrum", "1:7:3", NULL);
    cr_assert(sgdmft_spectrum_is_plain(sgdmft_spectrum(&none)) && sgdmft_spectrum_is_plain(sgdmft_spectrum(&one)));
    cr_assert_eq(sgdmft_spectrum(&none)->modes, 1);
}

Test(spectrum_text, bad_texts_are_refused)
{
    static const char *const bad[] = {"a",      "1,",  ",1",  "1:2:3:4", "-1",    "1:0",         "1:-1",
                                      "1:1:-1", "nan", "1e7", "0",       "0,0:2", "0:1:1,2:1:0", "1:1:0"};
    struct sgdmft_spectrum spectrum;
    struct sgdmft_error error;
    char many[SGDMFT_TEXT_MAX] = "1";
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cr_assert_eq(spectrum_parse(bad[i], &spectrum, &error), SGDMFT_USAGE, "%s", bad[i]);
        cr_assert_eq(strncmp(error.text, "covariance_spectrum: ", strlen("covariance_spectrum: ")), 0, "%s",
                     error.text);
    }
    for (int i = 1; i < SGDMFT_MODES_MAX; i++)
        strcat(many, ",2");
    cr_assert_eq(spectrum_parse(many, &spectrum, &error), SGDMFT_OK);
    strcat(many, ",2");
    cr_assert_eq(spectrum_parse(many, &spectrum, &error), SGDMFT_USAGE);
}
