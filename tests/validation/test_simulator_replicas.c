/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replicas in the simulator: against as many slow twins, and their distance against closed forms. */
#include "tests/two_results.h"
#include "tests/validation/simulator_twin.h"
#include "validation/simulator/simulator_step.h"
#include "tests/validation/simulated.h"

#include <criterion/criterion.h>
#include <math.h>
#include <sgdmft/closed_forms.h>
#include <sgdmft/simulate.h>
#include <string.h>

TestSuite(simulator_replicas, .timeout = 60);

#define REPLICAS_MAX 5

static const char *const series[] = {"overlap",          "norm",         "train_loss", "train_error",
                                     "test_loss",        "test_error",   "distance",   "distance_normalised",
                                     "gradient_overlap", "gradient_norm"};

/* Means over the twins, and over their pairs; the gradients are those of the step before. */
static void measure(const struct sgdmft_run *run, const struct twin *twin, double value[10])
{
    const size_t replicas = (size_t)run->replicas;
    memset(value, 0, 10 * sizeof *value);
    for (size_t a = 0; a < replicas; a++) {
        const struct twin_values own = twin_measure(run, &twin[a]);
        for (size_t i = 0; i < 6; i++)
            value[i] += own.series[i] / (double)replicas;
        value[8] += twin[a].gradient_overlap / (double)replicas;
        value[9] += twin[a].gradient_norm / (double)replicas;
        for (size_t b = 0; b < a; b++)
            for (long i = 0; i < run->dim; i++)
                value[6] += pow(twin[a].weights[i] - twin[b].weights[i], 2)
                            / ((double)run->dim * (double)(replicas * (replicas - 1) / 2));
    }
    value[7] = value[6] / value[1];
}

static double difference(double found, double expected)
{
    cr_assert_eq(isnan(found), isnan(expected), "%g and %g", found, expected);
    return isnan(found) ? 0 : fabs(found - expected) / (1 + fabs(expected));
}

/* Largest difference of the simulator and as many twins, over all series and C(k, t_w) of run 3, every step measured;
 * that of the gradient apart. *distance: of the replicas in the end. */
static double largest_difference(const struct sgdmft_run *run, double *distance, double *gradient)
{
    static struct twin twin[REPLICAS_MAX];
    scoped_result *result = simulated(run, 3);
    const size_t replicas = (size_t)run->replicas;
    const double *correlation = run->waiting.count ? sample(result, "two_time", "correlation", 0) : NULL;
    double largest = 0, value[10];
    cr_assert_eq(result->steps, (size_t)run->steps + 1);
    for (size_t j = 0; j < replicas; j++)
        twin_create(run, 3, &twin[j]);
    for (long k = 0; k <= run->steps; k++) {
        measure(run, twin, value);
        for (size_t i = 0; i < 8; i++)
            largest = fmax(largest, difference(sample(result, "series", series[i], 0)[k], value[i]));
        for (size_t w = 0; w < run->waiting.count && run->waiting.step[w] <= k; w++) {
            double mean = 0;
            for (size_t j = 0; j < replicas; j++) {
                if (k == run->waiting.step[w])
                    memcpy(twin[j].waiting[w], twin[j].weights, sizeof twin[j].weights);
                mean += twin_product(run, twin[j].weights, twin[j].waiting[w]) / (double)(run->dim * run->replicas);
            }
            largest =
                fmax(largest, difference(correlation[w * result->lags + (size_t)(k - run->waiting.step[w])], mean));
        }
        if (k == run->steps)
            break;
        *distance = value[6];
        twin_step_replicas(run, 3, k, replicas, twin);
        measure(run, twin, value);
        for (size_t i = 8; i < 10; i++)
            *gradient = fmax(*gradient, difference(sample(result, "series", series[i], 0)[k], value[i]));
    }
    for (size_t j = 0; j < replicas; j++)
        twin_free(&twin[j]);
    return largest;
}

static const char *const replica_runs[] = {
    "data teacher teacher linear loss square rule sgd batch 0.1 ridge 0.5 overlap0 0.2 norm0 1.04 label_noise 0.3",
    "data teacher teacher sign loss logistic rule sgd batch 0.3 label_noise 0.1 waiting 0,3,7",
    "data random loss hinge2 kappa 1 rule persistent batch 0.4 persistence 2 batch_steps 5=0.6",
    "data random loss hinge2 kappa 1 rule reshuffle batch 0.25 waiting 2",
    "data mixture3 loss logistic link door rule persistent cluster_variance 0.3 overlap0 0.5 temperature 0.1",
    "data teacher teacher abs loss phase rule sgd constraint sphere rate 0.01 overlap0 0.4 temperature 0.3",
    "data teacher teacher linear loss square rule langevin temperature 0.2 temperature_steps 3=0.1",
};

Test(simulator_replicas, are_slow_twins_with_streams_of_their_own)
{
    for (long replicas = 2; replicas <= REPLICAS_MAX; replicas += 3)
        for (size_t i = 0; i < sizeof replica_runs / sizeof *replica_runs; i++) {
            struct sgdmft_run run = twin_run("dim 67 runs 1 steps 10 precision double", replica_runs[i]);
            double apart = 0, gradient = 0;
            run.replicas = replicas;
            const double found = largest_difference(&run, &apart, &gradient);
            cr_assert_lt(found, 1e-13, "%s: %g", replica_runs[i], found);
            cr_assert_lt(gradient, 1e-12, "%s: %g", replica_runs[i], gradient);
            cr_assert_gt(apart, 1e-3, "%s: %g", replica_runs[i], apart);
        }
}

Test(simulator_replicas, single_precision_is_the_slow_twins_to_rounding)
{
    for (size_t i = 0; i < sizeof replica_runs / sizeof *replica_runs; i++) {
        const struct sgdmft_run run = twin_run("dim 130 runs 1 steps 10 replicas 3", replica_runs[i]);
        double apart = 0, gradient = 0;
        const double found = largest_difference(&run, &apart, &gradient);
        cr_assert_lt(found, 3e-7, "%s: %g", replica_runs[i], found);
        cr_assert_lt(gradient, 2e-6, "%s: %g", replica_runs[i], gradient); /* of batches as small as 8 examples */
    }
}

/* Nothing but the batches makes replicas part: none do in full batches without noise, to the last bit. */
Test(simulator_replicas, stay_together_without_noise)
{
    const struct sgdmft_run run =
        twin_run("dim 150 runs 2 steps 60 replicas 7", "rule gd data random loss hinge2 kappa 1");
    scoped_result *result = simulated(&run, 0);
    for (size_t s = 0; s < 2; s++)
        for (size_t k = 0; k <= 60; k++) {
            cr_assert_eq(sample(result, "series", "distance", s)[k], 0);
            cr_assert_eq(sample(result, "series", "distance_normalised", s)[k], 0);
        }
}

/* In the stationary state of a linear model each replica is off the common mean on its own: 2 <V_s>. */
Test(simulator_replicas, linear_models_end_at_twice_the_variance)
{
    static const char *const text[] = {
        "rule sgd batch 0.3 label_noise 0.6 alpha 2 ridge 0.3 rate 0.15",
        "rule langevin temperature 0.4 alpha 0.7 ridge 0.5 rate 0.1",
    };
    enum { RUNS = 12 };
    for (size_t i = 0; i < 2; i++) {
        const struct sgdmft_run run =
            twin_run("teacher linear loss square dim 400 runs 12 replicas 4 steps 120 every 10", text[i]);
        struct sgdmft_linear_stationary expected;
        struct sgdmft_error error;
        cr_assert_eq(sgdmft_linear_stationary(&run, &expected, 0, NULL, NULL, NULL, 0, NULL, NULL, &error), SGDMFT_OK);
        scoped_result *result = simulated(&run, 0);
        double value[RUNS] = {0}, mean = 0, square = 0;
        for (size_t s = 0; s < RUNS; s++) {
            for (size_t k = 7; k <= 12; k++)
                value[s] += sample(result, "series", "distance", s)[k] / 6;
            mean += value[s] / RUNS;
        }
        for (size_t s = 0; s < RUNS; s++)
            square += pow(value[s] - mean, 2);
        const double se = sqrt(square / (RUNS * (RUNS - 1))), limit = 2 * expected.variance;
        cr_log_info("%s: %g(%g) and %g", text[i], mean, se, limit);
        cr_assert_float_eq(mean, limit, 5.5 * se + 3 * limit / 400, "%s: %g(%g) and %g", text[i], mean, se, limit);
        cr_assert_lt(se, 0.02 * limit); /* a t of 11 degrees of freedom passes 5.5 once in 5000 */
    }
}

static void assert_same_bits(const char *text, long threads)
{
    struct sgdmft_run run = twin_run("dim 60 alpha 30 steps 8 test_examples 300 threads 1", text);
    scoped_result *one = simulated(&run, 0);
    run.threads = threads;
    scoped_result *many = simulated(&run, 0);
    cr_assert_eq(many->provenance.threads, threads);
    assert_same_samples(one, many, text);
}

/* Threads that share a run: one weight vector, tangents, replicas whose products are taken one by one and all together,
 * full batches, the flow; two runs of two threads each. */
Test(simulator_replicas, bits_do_not_depend_on_threads)
{
    static const char *const text[] = {
        "runs 1 rule sgd batch 0.7 data teacher teacher sign loss logistic waiting none",
        "runs 1 rule persistent batch 0.6 persistence 2 data random loss hinge2 kappa 1 waiting 0,3",
        "runs 1 rule sgd batch 0.45 replicas 20 temperature 0.1 label_noise 0.2",
        "runs 1 rule sgd batch 0.9 replicas 7 precision double",
        "runs 1 rule langevin temperature 0.2 replicas 5",
        "runs 1 rule reshuffle batch 0.05 replicas 2",
        "runs 1 rule flow rate 0.2 data teacher teacher linear loss square",
        "runs 2 rule sgd batch 0.5 replicas 9",
    };
    for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
        assert_same_bits(text[i], i + 1 == sizeof text / sizeof *text ? 4 : 2);
        if (i < 3)
            assert_same_bits(text[i], 3);
    }
}

/* Mean over pairs of points whose distances are known: unit vectors times sqrt(N) a_j. */
Test(simulator_replicas, distance_is_the_mean_over_pairs)
{
    struct sgdmft_run run = twin_run("dim 9", "replicas 4");
    struct step step;
    cr_assert(step_create(&run, kernel_stride(9, sizeof(float)), 1, &step));
    memset(step.weights, 0, 4 * step.stride * sizeof(double));
    for (size_t j = 0; j < 4; j++)
        step.weights[j * step.stride + j] = 3 * (double)(j + 1);
    cr_assert_float_eq(step_distance(&step), 15, 1e-13); /* sum over pairs of a^2 + b^2 is 3 * 30, of 6 pairs */
    step_free(&step);
}

Test(simulator_replicas, memory_and_time_grow_with_them)
{
    struct sgdmft_run run = twin_run("dim 300 runs 1 steps 100", "rule sgd");
    struct sgdmft_estimate one, many;
    struct sgdmft_error error;
    cr_assert_eq(sgdmft_simulate_estimate(&run, &one, &error), SGDMFT_OK);
    run.replicas = 100;
    cr_assert_eq(sgdmft_simulate_estimate(&run, &many, &error), SGDMFT_OK);
    cr_assert_gt(many.bytes - one.bytes, 99 * 300 * 3.5 * 8);
    cr_assert(many.seconds > 20 * one.seconds && many.seconds < 100 * one.seconds, "%g %g", one.seconds, many.seconds);
}

/* And what was measured before is kept. */
Test(simulator_replicas, divergence_ends_the_run)
{
    const struct sgdmft_run run = twin_run("dim 60 runs 1 steps 200 replicas 3", "teacher linear loss square rate 30");
    scoped_result *result = simulated_as(&run, 0, SGDMFT_DIVERGED);
    for (size_t k = 0; k < result->steps; k++)
        cr_assert(isfinite(sample(result, "series", "distance", 0)[k]));
}
