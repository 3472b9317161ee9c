/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The direct simulator as a whole: against a slow twin that spells out (T1) in plain loops, against closed forms, and
 * its promises about bits, divergence, memory and progress. */
#include "tests/two_results.h"
#include "tests/validation/simulator_twin.h"
#include "tests/validation/simulated.h"

#include <criterion/criterion.h>
#include <math.h>
#include <sgdmft/simulate.h>
#include <string.h>

TestSuite(simulator, .timeout = 60);

static const char *const series[] = {"overlap", "norm", "train_loss", "train_error", "test_loss", "test_error"};

/* Largest difference of simulator and twin, relative to 1 + |value|, over all observables and steps of run 3; that of
 * the gradient apart. */
static double largest_difference(const struct sgdmft_run *run, double *gradient)
{
    scoped_result *result = simulated(run, 3);
    SCOPED_BY(twin_free) struct twin twin;
    twin_create(run, 3, &twin);
    double largest = 0;
    size_t at = 0;
    for (long k = 0; k <= run->steps; k++) {
        const struct twin_values values = twin_measure(run, &twin);
        if (at < result->steps && result->step[at] == k) {
            for (size_t i = 0; i < 6; i++) {
                const double found = sample(result, "series", series[i], 0)[at], expected = values.series[i];
                cr_assert_eq(isnan(found), isnan(expected), "%s at step %ld: %g, %g", series[i], k, found, expected);
                if (!isnan(expected))
                    largest = fmax(largest, fabs(found - expected) / (1 + fabs(expected)));
            }
            at++;
        }
        for (size_t i = 0; i < run->waiting.count; i++) {
            if (k == run->waiting.step[i])
                memcpy(twin.waiting[i], twin.weights, sizeof twin.weights);
            for (size_t j = 0; k >= run->waiting.step[i] && j < result->lags; j++)
                if (result->lag[j] == k - run->waiting.step[i]) {
                    const double found = sample(result, "two_time", "correlation", 0)[i * result->lags + j];
                    const double expected = twin_product(run, twin.weights, twin.waiting[i]) / (double)run->dim;
                    cr_assert(isfinite(found), "correlation %zu %zu", i, j);
                    largest = fmax(largest, fabs(found - expected));
                }
        }
        if (k == run->steps)
            break;
        twin_step(run, 3, k, &twin);
        if (result->step[at - 1] == k) {
            const double overlap = sample(result, "series", "gradient_overlap", 0)[at - 1] - twin.gradient_overlap;
            const double norm = sample(result, "series", "gradient_norm", 0)[at - 1] - twin.gradient_norm;
            cr_assert(isfinite(overlap) && isfinite(norm), "gradient of step %ld", k);
            *gradient = fmax(*gradient, fabs(overlap) / (1 + fabs(twin.gradient_overlap)));
            *gradient = fmax(*gradient, fabs(norm) / (1 + twin.gradient_norm));
        }
    }
    cr_assert_eq(at, result->steps);
    return largest;
}

static const char *const twin_runs[] = {
    "data teacher teacher linear loss square rule gd ridge 0.5 overlap0 0.2 norm0 1.04",
    "data teacher teacher sign loss logistic rule sgd batch 0.3 label_noise 0.1 waiting 0,3,7",
    "data teacher teacher linear loss square rule sgd label_noise 0.5 every 4 batch_steps 5=0.6 rate_steps 4=0.05",
    "data teacher teacher sign loss hinge2 kappa 1 rule sgd batch_cycle 3=0.7,5=0.3 rate_cycle 4=0.05,7=0.1",
    "data random targets gaussian loss square rule persistent batch 0.4 persistence 2",
    "data random loss hinge2 kappa 1 rule reshuffle batch 0.25 waiting 2",
    "data mixture2 loss logistic rule sgd cluster_variance 0.5 gradient sum rate 0.02",
    "data mixture3 loss logistic link door rule persistent cluster_variance 0.3 overlap0 0.5",
    "data teacher teacher abs loss phase rule sgd constraint sphere rate 0.01 overlap0 0.4 temperature 0.3",
    "data teacher teacher door loss logistic link door teacher_width 0.8 rule sgd overlap0 0.3",
    "data teacher teacher linear loss square rule langevin temperature 0.2 temperature_steps 3=0.1,8=0.7",
    "data teacher teacher sign loss logistic rule sgd momentum 0.9 dampening 0.3 waiting 0,4",
    "teacher abs loss phase rule persistent constraint sphere rate 0.005 overlap0 0.4 momentum 0.5 nesterov yes",
    "data teacher teacher linear loss square rule langevin temperature 0.2 momentum 0.8 rate_steps 4=0.03",
    "teacher sign loss logistic rule sgd temperature 0.1 rate_schedule cosine momentum 0.7 momentum_schedule halving:5",
    "data teacher teacher sign loss logistic rule sgd clip 1.2 momentum 0.5",
    "data teacher teacher linear loss square rule sgd clip_example 0.7 privacy_noise 0.4 temperature 0.1",
};

static void compare_with_twin(const char *words, double allowed, double allowed_of_gradient)
{
    double largest = 0;
    for (size_t i = 0; i < sizeof twin_runs / sizeof *twin_runs; i++) {
        const struct sgdmft_run run = twin_run(words, twin_runs[i]);
        double gradient = 0;
        const double difference = largest_difference(&run, &gradient);
        cr_assert_lt(difference, allowed, "%s: %g", twin_runs[i], difference);
        cr_assert_lt(gradient, allowed_of_gradient, "%s: %g", twin_runs[i], gradient);
        largest = fmax(largest, difference);
    }
    cr_log_info("%s: %g", words, largest);
}

Test(simulator, double_precision_is_the_slow_twin)
{
    compare_with_twin("dim 67 runs 1 steps 12 precision double", 1e-13, 1e-12);
}

Test(simulator, single_precision_is_the_slow_twin_to_rounding)
{
    /* slopes grow as the cube of the fields */
    compare_with_twin("dim 130 runs 1 steps 12 precision single", 3e-7, 1e-6);
}

/* And so many steps that their losses are measured in several parts. */
Test(simulator, more_test_examples_than_training_examples)
{
    const struct sgdmft_run run = twin_run("dim 40 runs 1 steps 40 precision double test_examples 301", twin_runs[1]);
    cr_assert_lt(largest_difference(&run, &(double){0}), 1e-13);
}

Test(simulator, rounding_stays_far_below_the_scatter_of_runs)
{
    struct sgdmft_run run = twin_run("dim 1000 runs 1 steps 40 alpha 2 precision single", twin_runs[1]);
    scoped_result *single = simulated(&run, 0);
    run.precision = SGDMFT_PRECISION_DOUBLE;
    scoped_result *twice = simulated(&run, 0);
    double largest = 0;
    for (size_t i = 0; i < 6; i++)
        for (size_t k = 0; k < single->steps; k++)
            largest = fmax(largest,
                           fabs(sample(single, "series", series[i], 0)[k] - sample(twice, "series", series[i], 0)[k]));
    cr_assert_lt(largest, 1e-6, "%g", largest); /* no example changes sides */
    cr_assert_gt(largest, 0);
}

Test(simulator, start_is_exact_and_the_sphere_is_kept)
{
    struct sgdmft_run run = twin_run("dim 501 runs 2 steps 30 rate 0.3", "constraint sphere overlap0 0.25");
    struct sgdmft_result *result = simulated(&run, 0);
    for (size_t s = 0; s < 2; s++) {
        cr_assert_float_eq(sample(result, "series", "overlap", s)[0], 0.25, 1e-14);
        for (size_t k = 0; k < result->steps; k++)
            cr_assert_float_eq(sample(result, "series", "norm", s)[k], 1, 1e-12);
        cr_assert_gt(fabs(sample(result, "series", "overlap", s)[30] - 0.25), 1e-3);
    }
    sgdmft_result_free(result);
    run = twin_run("dim 501 runs 1 steps 1", "data teacher overlap0 -0.7 norm0 2.5");
    result = simulated(&run, 0);
    cr_assert_float_eq(sample(result, "series", "overlap", 0)[0], -0.7, 1e-14);
    cr_assert_float_eq(sample(result, "series", "norm", 0)[0], 2.5, 1e-13);
    sgdmft_result_free(result);
}

Test(simulator, bits_do_not_depend_on_threads_or_on_how_runs_are_shared_out)
{
    struct sgdmft_run run = twin_run("dim 90 runs 4 steps 25 waiting 0,10 threads 1 temperature 0.1", twin_runs[1]);
    scoped_result *one = simulated(&run, 0);
    run.threads = 2;
    scoped_result *two = simulated(&run, 0);
    cr_assert_eq(one->quantities, two->quantities);
    assert_same_samples(one, two, "two threads");
    run.runs = 2;
    scoped_result *low = simulated(&run, 0), *high = simulated(&run, 2), *joined;
    struct sgdmft_error error;
    cr_assert_eq(sgdmft_result_append(low, high, &joined, &error), SGDMFT_OK, "%s", error.text);
    cr_assert_eq(one->quantities, joined->quantities);
    assert_same_samples(one, joined, "two runs and two more");
    cr_assert_neq(sample(low, "series", "norm", 0)[5], sample(low, "series", "norm", 1)[5]);
}

/* Runge-Kutta of order 4 in plain loops, steps of 1/20 of the output step. */
static double flow_difference(const char *text)
{
    const struct sgdmft_run run = twin_run("dim 50 runs 1 steps 15 rate 0.2 rule flow precision double", text);
    scoped_result *result = simulated(&run, 1);
    SCOPED_BY(twin_free) struct twin twin;
    twin_create(&run, 1, &twin);
    double largest = 0;
    for (long k = 0; k <= run.steps; k++) {
        const struct twin_values values = twin_measure(&run, &twin);
        for (size_t i = 0; i < 6; i += i == 2 ? 2 : 1) /* the errors jump */
            if (i < 3 || i == 4)
                largest = fmax(largest, fabs(sample(result, "series", series[i], 0)[k] - values.series[i]));
        for (int i = 0; i < 20; i++)
            twin_flow(&run, run.rate / 20, &twin);
    }
    return largest;
}

Test(simulator, flow_is_the_gradient_flow)
{
    const char *const text[] = {"data teacher teacher linear loss square ridge 0.3",
                                "data mixture3 link door loss logistic overlap0 0.5 cluster_variance 0.5",
                                "data random loss hinge2 kappa 1",
                                "data teacher teacher sign loss logistic constraint sphere"};
    for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
        const double difference = flow_difference(text[i]);
        cr_assert_lt(difference, 3e-6, "%s: %g", text[i], difference);
    }
}

Test(simulator, flow_is_the_limit_of_gd)
{
    const char *text = "data teacher teacher linear loss square ridge 0.3 dim 100 runs 2";
    struct sgdmft_run flow = twin_run(text, "rule flow rate 0.5 steps 4");
    struct sgdmft_run coarse = twin_run(text, "rule gd rate 0.005 steps 400 every 100");
    struct sgdmft_run fine = twin_run(text, "rule gd rate 0.0025 steps 800 every 200");
    scoped_result *exact = simulated(&flow, 0), *one = simulated(&coarse, 0);
    scoped_result *half = simulated(&fine, 0);
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k <= 4; k++) {
            const double limit = 2 * sample(half, "series", series[i], 1)[k] - sample(one, "series", series[i], 1)[k];
            cr_assert_float_eq(sample(exact, "series", series[i], 1)[k], limit, 5e-5);
        }
}

Test(simulator, divergence_is_a_result)
{
    const struct sgdmft_run run = twin_run("dim 60 runs 3 steps 200", "teacher linear loss square rule gd rate 30");
    struct sgdmft_error error = {.status = SGDMFT_OK};
    scoped_result *result = NULL;
    cr_assert_eq(sgdmft_simulate(&run, 0, NULL, &result, &error), SGDMFT_DIVERGED);
    cr_assert_not_null(result);
    cr_assert_eq(error.status, SGDMFT_DIVERGED);
    cr_assert_not_null(strstr(error.text, "run 0 diverged"), "%s", error.text);
    cr_assert_eq(result->status, SGDMFT_DIVERGED);
    cr_assert(result->last_step >= 1 && result->last_step < 10, "%ld", result->last_step);
    cr_assert_eq(result->steps, (size_t)result->last_step + 1);
    for (size_t s = 0; s < 3; s++) {
        const double *norm = sample(result, "series", "norm", s);
        for (size_t k = 0; k < result->steps; k++)
            cr_assert(isfinite(norm[k]) && norm[k] <= 2e12, "%g", norm[k]);
        cr_assert(isfinite(sample(result, "series", "train_loss", s)[result->steps - 1]));
    }
}

/* One example in 4000 dimensions: w is an Ornstein-Uhlenbeck process with q = 1 - eta kappa in all others, where
 * C(k,k) = q^2k C0 + T (1 - q^2k)/(kappa (1 - eta kappa/2)) and C(k+lag,k) = q^lag C(k,k). */
Test(simulator, langevin_of_the_ridge_alone)
{
    const struct sgdmft_run run =
        twin_run("dim 4000 alpha 0.00025 runs 4 steps 240 every 1 rate 0.5 ridge 0.8 overlap0 0",
                 "teacher linear loss square rule langevin temperature 0.7 waiting 60");
    scoped_result *result = simulated(&run, 0);
    const double q = 1 - 0.5 * 0.8, late = 0.7 / (0.8 * (1 - 0.5 * 0.8 / 2)), count = 4 * 4000;
    double norm = 0, lagged = 0;
    for (size_t s = 0; s < 4; s++) {
        for (size_t k = 40; k <= 240; k += 10)
            norm += sample(result, "series", "norm", s)[k] / (4 * 21);
        lagged += sample(result, "two_time", "correlation", s)[2] / 4;
    }
    /* Standard error of a mean of squares: sqrt(2/count) times the variance; lags of 10 are independent. */
    cr_assert_float_eq(norm, late, 4.5 * late * sqrt(2 / (21 * count)), "%.6f %.6f", norm, late);
    cr_assert_float_eq(lagged, q * q * late, 4.5 * late * sqrt((1 + pow(q, 4)) / count), "%g %g", lagged, late);
    const double first = q * q + 2 * 0.7 * 0.5;
    cr_assert_float_eq(sample(result, "series", "norm", 0)[1], first, 4.5 * first * sqrt(2.0 / 4000));
}

struct reports {
    double last;
    int count;
};

static void report(void *context, double fraction)
{
    struct reports *reports = context;
    cr_assert(fraction >= reports->last && fraction <= 1, "%g after %g", fraction, reports->last);
    reports->last = fraction;
    reports->count++;
}

Test(simulator, progress_grows_to_one)
{
    const struct sgdmft_run run = twin_run("dim 60 runs 3 steps 50 threads 2", twin_runs[1]);
    struct reports reports = {.last = 0};
    const struct sgdmft_watch watch = {.report = report, .context = &reports};
    scoped_result *result = NULL;
    cr_assert_eq(sgdmft_simulate(&run, 0, &watch, &result, NULL), SGDMFT_OK);
    cr_assert_float_eq(reports.last, 1, 1e-9);
    cr_assert_gt(reports.count, 20);
}

Test(simulator, memory_limit_is_kept)
{
    struct sgdmft_run run = twin_run("dim 500 alpha 2 runs 4 steps 2 threads 4", "rule sgd batch 0.3");
    struct sgdmft_estimate all, one;
    struct sgdmft_error error;
    cr_assert_eq(sgdmft_simulate_estimate(&run, &all, &error), SGDMFT_OK);
    cr_assert_gt(all.bytes, 4 * 2 * 1000 * 500 * 4.0);
    cr_assert(all.seconds > 0 && all.seconds < 60);
    run.memory_limit = all.bytes / 3;
    cr_assert_eq(sgdmft_simulate_estimate(&run, &one, &error), SGDMFT_OK);
    cr_assert_lt(one.bytes, run.memory_limit);
    cr_assert_gt(one.seconds, all.seconds);
    scoped_result *result = simulated(&run, 0);
    cr_assert_eq(result->provenance.threads, 4); /* which now share each run */
    cr_assert_str_eq(result->provenance.engine, "simulator");
    run.memory_limit = 1e6;
    cr_assert_eq(sgdmft_simulate_estimate(&run, &one, &error), SGDMFT_USAGE);
    cr_assert_not_null(strstr(error.text, "memory_limit"), "%s", error.text);
    struct sgdmft_result *none;
    cr_assert_eq(sgdmft_simulate(&run, 0, NULL, &none, &error), SGDMFT_USAGE);
}

Test(simulator, refuses_what_it_cannot_simulate)
{
    struct sgdmft_run run = twin_run("dim 60 runs 1 steps 1", "rule sgd batch 0.3");
    struct sgdmft_result *result = NULL;
    struct sgdmft_error error;
    run.alpha = 1e-4;
    cr_assert_eq(sgdmft_simulate(&run, 0, NULL, &result, &error), SGDMFT_USAGE);
    cr_assert_not_null(strstr(error.text, "alpha"), "%s", error.text);
    run.alpha = 3;
    cr_assert_eq(sgdmft_simulate(&run, 1L << 32, NULL, &result, &error), SGDMFT_USAGE);
    run.dim = 1;
    cr_assert_eq(sgdmft_simulate(&run, 0, NULL, &result, &error), SGDMFT_USAGE);
    cr_assert_null(result);
}
