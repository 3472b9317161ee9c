/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scores and verdicts: Student's t to Gaussian, thresholds, counting floors; then whole comparisons of synthetic
 * results, where the truth is known. */
#include "tests/validation/synthetic.h"
#include "validation/comparison/verdict.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <sgdmft/random.h>

static void quiet_gsl(void)
{
    gsl_set_error_handler_off();
}
TestSuite(verdict, .init = quiet_gsl, .timeout = 30);

Test(verdict, gaussian_score_has_the_same_tail)
{
    static const double dof[] = {1, 3.3, 7, 14, 100, 1e5};
    for (int i = 0; i < 6; i++)
        for (double t = 0.1; t < 30; t *= 1.3) {
            const double z = verdict_gaussian_score(t, dof[i]);
            if (gsl_cdf_tdist_Q(t, dof[i]) > 1e-250)
                cr_expect_float_eq(gsl_cdf_ugaussian_Q(z) / gsl_cdf_tdist_Q(t, dof[i]), 1, 1e-6, "t %g, nu %g", t,
                                   dof[i]);
            cr_expect(z < t && z > 0);
            cr_expect_float_eq(verdict_gaussian_score(-t, dof[i]), -z, 1e-12);
        }
    cr_expect_float_eq(verdict_gaussian_score(0, 5), 0, 1e-12);
    cr_expect_float_eq(verdict_gaussian_score(3.5, (double)INFINITY), 3.5, 1e-15);
    cr_expect(isnan(verdict_gaussian_score((double)NAN, 5)));
}

Test(verdict, gaussian_score_does_not_underflow)
{
    double last = 0;
    for (double t = 1; t < 1e12; t *= 1.5) {
        const double z = verdict_gaussian_score(t, 500);
        cr_expect(isfinite(z) && z > last, "t %g: %g after %g", t, z, last);
        last = z;
    }
    cr_expect(isfinite(verdict_gaussian_score(1e300, 14)));
}

Test(verdict, threshold_is_sidak)
{
    for (size_t n = 1; n < 2000; n *= 3) {
        const double p = 2 * gsl_cdf_ugaussian_Q(verdict_threshold(n));
        cr_expect_float_eq(1 - pow(1 - p, (double)n), VERDICT_LEVEL, 1e-8);
    }
    cr_expect_float_eq(verdict_threshold(1), 2.8070, 1e-4);
}

Test(verdict, score)
{
    /* equal errors of 8 samples each: 14 degrees of freedom */
    const struct verdict_side a = {1.03, .01, 0, 8}, b = {1.0, .01, 0, 8};
    cr_expect_float_eq(verdict_score(&a, &b, 0), verdict_gaussian_score(.03 / hypot(.01, .01), 14), 1e-9);
    cr_expect_float_eq(verdict_score(&b, &a, 0), -verdict_score(&a, &b, 0), 1e-12);
    cr_expect_float_eq(verdict_score(&a, &b, .01), verdict_gaussian_score(.02 / hypot(.01, .01), 14), 1e-9);
    cr_expect_float_eq(verdict_score(&a, &b, .05), 0, 1e-15);
    /* an exact side leaves the 7 of the other; a floor is known and has none to lose */
    const struct verdict_side exact = {1.0, 0, 0, 8}, floored = {1.0, .001, .02, 8};
    cr_expect_float_eq(verdict_score(&a, &exact, 0), verdict_gaussian_score(3, 7), 1e-9);
    cr_expect_float_eq(verdict_score(&floored, &exact, 0), 0, 1e-15);
    const struct verdict_side off = {1.06, 0, 0, 8};
    cr_expect_float_eq(verdict_score(&off, &floored, 0), 3, 1e-9);
    cr_expect(isinf(verdict_score(&off, &exact, 0)));
    cr_expect_float_eq(verdict_score(&exact, &exact, 0), 0, 1e-15);
}

/* Only an allowance above the error, and only if it makes the difference. */
Test(verdict, covered)
{
    static const struct {
        double score, z_after, allowance, error;
        bool covered;
    } given[] = {{-4.5, -3.9, 3, 2, true}, {4.5, 3.9, 1, 2, false}, {5, 4.2, 3, 2, false}, {4, 0, 3, 2, false}};
    for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
        const struct sgdmft_comparison_row row = {.score = given[i].score,
                                                  .z_after = given[i].z_after,
                                                  .allowance = given[i].allowance,
                                                  .error = given[i].error};
        cr_expect_eq(verdict_is_covered(&row, 4.1), given[i].covered, "%zu", i);
    }
}

/* Errors of a fraction: none seen in 48000 where 4 are expected is 2 standard errors, not infinitely many. */
Test(verdict, counting_floor)
{
    cr_expect_float_eq(verdict_counting_floor(0, 48000), 1.0 / 48000, 1e-6 / 48000 * 1e4);
    cr_expect_float_eq(verdict_counting_floor(4.0 / 48000, 48000) * 48000, 2, 0.05);
    cr_expect(verdict_counting_floor(.3, 48000) < 11.0 / 48000);
}

/* ---- whole comparisons ---- */

struct rates {
    int passed, passed_shifted;
};

static struct rates repeated(const struct sgdmft_run *run, double noise, double correlation, const char *shifted,
                             double shift, int seeds)
{
    struct rates rates = {0, 0};
    for (int seed = 0; seed < seeds; seed++) {
        struct synthetic right = {.noise = noise, .correlation = correlation, .seed = (uint32_t)seed};
        struct synthetic wrong = right;
        wrong.shifted = shifted;
        wrong.shift = shift;
        rates.passed += synthetic_pass(run, &right);
        rates.passed_shifted += synthetic_pass(run, &wrong);
    }
    return rates;
}

/* The promise: a correct theory passes 99 of 100 seeds, for smooth and for rough series and for few samples; and a
 * theory that is wrong by 3 % in one observable, with errors of .25 % on either side, fails 95 times in 100. */
Test(verdict, passes_the_right_and_fails_the_wrong, .timeout = 60)
{
    const struct sgdmft_run run =
        given_run("steps", "60", "waiting", "0", "groups", "8", "paths", "4000", "runs", "8", NULL);
    const struct rates smooth = repeated(&run, .0025, .95, "norm", .03, 400);
    const struct rates rough = repeated(&run, .0025, 0, "test_loss", .03, 400);
    cr_expect(smooth.passed >= 396, "%d of 400 pass", smooth.passed);
    cr_expect(rough.passed >= 396, "%d of 400 pass", rough.passed);
    cr_expect(smooth.passed_shifted <= 20, "%d of 400 wrong ones pass", smooth.passed_shifted);
    cr_expect(rough.passed_shifted <= 4, "%d of 400 wrong ones pass", rough.passed_shifted);
}

Test(verdict, passes_with_few_samples, .timeout = 60)
{
    const struct sgdmft_run run =
        given_run("steps", "60", "waiting", "0", "groups", "3", "paths", "3000", "runs", "3", NULL);
    const struct rates rates = repeated(&run, .005, .9, "norm", .03, 400);
    cr_expect(rates.passed >= 396, "%d of 400 pass", rates.passed);
}

/* Uniform numbers in (0, 1), for tests of frequencies. */
static double next_uniform(struct sgdmft_stream *stream)
{
    return ((double)sgdmft_below(stream, 1u << 30) + 0.5) / (1u << 30);
}

/* A side whose mean is `mean` up to its error: normal values, and their estimated error. */
static struct verdict_side drawn_side(struct sgdmft_stream *stream, double mean, size_t samples)
{
    double sum = 0, square = 0;
    for (size_t i = 0; i < samples; i++) {
        const double x = mean + gsl_cdf_ugaussian_Pinv(next_uniform(stream));
        sum += x;
        square += x * x;
    }
    const double n = (double)samples, average = sum / n, variance = (square - sum * average) / (n - 1);
    return (struct verdict_side){.mean = average, .se = sqrt(variance / n), .samples = samples};
}

/* A difference as large as the power says is found in nine of ten comparisons, whatever the number of samples. */
Test(verdict, power_is_the_chance_to_find)
{
    enum { DRAWS = 4000 };
    static const size_t samples[] = {5, 8, 24, 100};
    const double threshold = verdict_threshold(100), allowance = 0.3;
    for (size_t s = 0; s < sizeof samples / sizeof *samples; s++) {
        const double n = (double)samples[s], error = sqrt(2 / n);
        const struct verdict_side side = {.se = sqrt(1 / n), .samples = samples[s]};
        const double shift = verdict_detectable(error, verdict_freedom(&side, &side), allowance, threshold);
        struct sgdmft_stream stream = sgdmft_stream_open(17, SGDMFT_TEST_SUITE, 970, (uint32_t)s);
        int found = 0;
        for (int i = 0; i < DRAWS; i++) {
            const struct verdict_side a = drawn_side(&stream, shift, samples[s]),
                                      b = drawn_side(&stream, 0, samples[s]);
            found += fabs(verdict_score(&a, &b, allowance)) > threshold;
        }
        cr_expect_float_eq((double)found / DRAWS, 0.9, 0.06, "%zu samples: found %g", samples[s],
                           (double)found / DRAWS);
    }
}
