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

/* ---- powerlaw:A[:BETA[:CUT]] --------------------------------------------------------------------------------- */

Test(spectrum_text, power_law_of_few_eigenvalues_is_exact)
{
    const struct sgdmft_run run = given_run("covariance_spectrum", "powerlaw:1.5:0.5", "dim", "50", NULL);
    const struct sgdmft_spectrum *spectrum = sgdmft_spectrum(&run);
    double signal = 0;
    cr_assert_str_eq(run.covariance_spectrum, "powerlaw:1.5:0.5:50");
    cr_assert_eq(spectrum->modes, 50);
    for (int i = 0; i < 50; i++)
        signal += pow(i + 1, -0.5) / 50;
    for (int i = 0; i < 50; i++) {
        cr_expect_float_eq(spectrum->value[i], pow(i + 1, -1.5), 1e-15);
        cr_expect_float_eq(spectrum->weight[i], 1 / 50.0, 1e-15);
        cr_expect_float_eq(spectrum->signal[i], pow(i + 1, -0.5) / signal, 1e-13);
    }
}

/* Mean eigenvalue and mean square signal are kept; the loss of gradient flow on the population at time t, over the
 * signal's variance, changes by .7 % at most, as a sum over all eigenvalues says. */
Test(spectrum_text, blocks_of_a_power_law_keep_sums)
{
    static const struct {
        const char *text, *dim;
        double a, beta;
    } known[] = {{"powerlaw:1.5:1", "10000", 1.5, 1},
                 {"powerlaw:1.2:0.5:1000", "3000", 1.2, 0.5},
                 {"powerlaw:2", "100000", 2, 0},
                 {"powerlaw:1.5:2.5", "1000000", 1.5, 2.5}};
    for (size_t k = 0; k < 4; k++) {
        const struct sgdmft_run run = given_run("covariance_spectrum", known[k].text, "dim", known[k].dim, NULL);
        const struct sgdmft_spectrum *spectrum = sgdmft_spectrum(&run);
        const double cut = k == 1 ? 1000 : (double)run.dim;
        double share = 0, trace = 0, signal = 0;
        cr_assert(spectrum->modes > 55 && spectrum->modes <= SGDMFT_MODES_MAX, "%zu", spectrum->modes);
        for (size_t s = 0; s < spectrum->modes; s++) {
            const double count = spectrum->weight[s] * cut;
            cr_assert(count > 0.5 && fabs(count - rint(count)) < 1e-6);
            share += spectrum->weight[s];
            signal += spectrum->weight[s] * spectrum->signal[s];
        }
        for (double i = 1; i <= cut; i++)
            trace += pow(i, -known[k].a) / cut;
        cr_expect_float_eq(share, 1, 1e-12);
        cr_expect_float_eq(signal, 1, 1e-12);
        cr_expect_float_eq(sgdmft_spectrum_mean(spectrum, false) / trace, 1, 1e-10);
        for (double t = 1; t < 2000; t *= 10) {
            double all = 0, all0 = 0, blocks = 0;
            for (double i = 1; i <= cut; i++) {
                const double s = pow(i, -known[k].a), a = s * pow(i, -known[k].beta);
                all += a * exp(-2 * s * t);
                all0 += a;
            }
            for (size_t s = 0; s < spectrum->modes; s++)
                blocks += spectrum->weight[s] * spectrum->signal[s] * spectrum->value[s]
                          * exp(-2 * spectrum->value[s] * t) / sgdmft_spectrum_mean(spectrum, true);
            cr_expect_float_eq(blocks / (all / all0), 1, 7e-3, "%s, t = %g: %g", known[k].text, t,
                               blocks / (all / all0));
        }
    }
}

Test(spectrum_text, bad_power_laws_are_refused)
{
    static const char *const bad[] = {"powerlaw:",        "powerlaw:x",       "powerlaw:-1",      "powerlaw:11",
                                      "powerlaw:1:-1",    "powerlaw:1:2:0",   "powerlaw:1:2:3.5", "powerlaw:1:2:3:4",
                                      "powerlaw:1:1:101", "powerlaw:1,1:2:3", "powerlaw"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[SGDMFT_TEXT_MAX];
        struct sgdmft_spectrum spectrum;
        struct sgdmft_error error = {0};
        snprintf(text, sizeof text, "%s", bad[i]);
        const bool good =
            spectrum_complete(text, 100, &error) == SGDMFT_OK && spectrum_parse(text, &spectrum, &error) == SGDMFT_OK;
        cr_expect_not(good, "%s", bad[i]);
        cr_expect_eq(strncmp(error.text, "covariance_spectrum: ", strlen("covariance_spectrum: ")), 0, "%s: %s", bad[i],
                     error.text);
    }
}
