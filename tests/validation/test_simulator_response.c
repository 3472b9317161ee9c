/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The simulator's response: against finite differences of the slow twin, against the closed form of the linear model,
 * and the identities (T13) of its mini-batch gradient. */
#include "tests/validation/simulator_twin.h"
#include "tests/validation/simulated.h"

#include <criterion/criterion.h>
#include <math.h>
#include <sgdmft/closed_forms.h>
#include <stdlib.h>
#include <string.h>

TestSuite(simulator_response, .timeout = 60);

/* The forces of one waiting time: +1 where the uniform is above 1/2. */
static void draw_forces(const struct sgdmft_run *run, uint32_t number, long waiting, double force[][TWIN_DIM_MAX])
{
    struct sgdmft_stream stream = sgdmft_stream_open(run->seed, SGDMFT_FORCE, number, (uint32_t)waiting);
    for (long d = 0; d < run->force_directions; d++) {
        sgdmft_uniforms(&stream, (size_t)run->dim, force[d]);
        for (long i = 0; i < run->dim; i++)
            force[d][i] = force[d][i] < 0.5 ? -1 : 1;
    }
}

#define PROBE 1e-5 /* of the force: errors of the central difference are about 1e-10, of rounding 1e-11 */

/* h.w/N at steps t_w, t_w + 1, ... with a force `size` h from t_w on. */
static void forced_run(const struct sgdmft_run *run, uint32_t number, long waiting, const double *force, double size,
                       double *along)
{
    SCOPED_BY(twin_free) struct twin twin;
    twin_create(run, number, &twin);
    for (long k = 0; k <= run->steps; k++) {
        for (long i = 0; k == waiting && i < run->dim; i++)
            twin.force[i] = size * force[i];
        if (k >= waiting)
            along[k - waiting] = twin_product(run, force, twin.weights) / (double)run->dim;
        if (k < run->steps)
            twin_step(run, number, k, &twin);
    }
}

/* Largest difference of response and central differences, over all waiting times and lags of run 3. */
static double largest_difference(const struct sgdmft_run *run, double *largest_response)
{
    scoped_result *result = simulated(run, 3);
    const double *response = sample(result, "two_time", "response", 0);
    double force[4][TWIN_DIM_MAX], up[64], down[64], largest = 0;
    cr_assert(run->force_directions <= 4 && run->steps < 64);
    for (size_t w = 0; w < run->waiting.count; w++) {
        const long waiting = run->waiting.step[w], last = run->steps - waiting;
        double expected[64] = {0};
        draw_forces(run, 3, waiting, force);
        for (long d = 0; d < run->force_directions; d++) {
            forced_run(run, 3, waiting, force[d], PROBE, up);
            forced_run(run, 3, waiting, force[d], -PROBE, down);
            for (long lag = 0; lag <= last; lag++)
                expected[lag] += (up[lag] - down[lag]) / (2 * PROBE * (double)run->force_directions);
        }
        for (size_t l = 0; l < result->lags; l++) {
            const double found = response[w * result->lags + l];
            cr_assert_eq(isfinite(found), result->lag[l] <= last, "waiting %ld lag %ld: %g", waiting, result->lag[l],
                         found);
            if (result->lag[l] <= last) {
                largest = fmax(largest, fabs(found - expected[result->lag[l]]) / (1 + fabs(found)));
                *largest_response = fmax(*largest_response, fabs(found));
            }
        }
    }
    return largest;
}

static const char *const response_runs[] = {
    "data teacher teacher sign loss logistic rule sgd batch 0.3 label_noise 0.1 waiting 0,3,7",
    "data random loss hinge2 kappa 1 rule persistent batch 0.4 persistence 2 waiting 5",
    "data random loss hinge2 kappa 1 rule reshuffle batch 0.25 waiting 2,4",
    "data mixture2 loss logistic rule sgd cluster_variance 0.5 gradient sum rate 0.02 waiting 3 batch_steps 5=0.6",
    "data mixture3 loss logistic link door rule persistent cluster_variance 0.3 overlap0 0.5 waiting 4",
    "data teacher teacher abs loss phase rule sgd constraint sphere rate 0.01 overlap0 0.4 temperature 0.3 waiting 0,6",
    "data random loss hinge2 kappa 0.5 rule sgd constraint sphere waiting 2",
    "data teacher teacher linear loss square rule langevin temperature 0.2 rate_steps 3=0.05 waiting 1,12",
    "data teacher teacher sign loss logistic rule gd waiting 5",
    "data teacher teacher sign loss logistic rule sgd waiting 0,5 momentum 0.8 dampening 0.4",
    "data teacher teacher sign loss logistic rule sgd waiting 0,5 clip 1.2",
    "data teacher teacher sign loss logistic rule sgd waiting 0,5 clip_example 0.4 privacy_noise 0.3",
    "teacher abs loss phase rule sgd constraint sphere rate 0.01 overlap0 0.4 waiting 0,6 momentum 0.5 nesterov yes",
};

Test(simulator_response, tangent_is_the_derivative)
{
    for (size_t i = 0; i < sizeof response_runs / sizeof *response_runs; i++) {
        const struct sgdmft_run run =
            twin_run("dim 41 alpha 2.5 runs 1 steps 12 precision double force_directions 3", response_runs[i]);
        double response = 0;
        const double difference = largest_difference(&run, &response);
        cr_log_info("%s: %g of %g", response_runs[i], difference, response);
        cr_assert_lt(difference, 1e-10, "%s: %g", response_runs[i], difference);
        cr_assert_gt(response, 0.02, "%s: %g", response_runs[i], response);
    }
}

Test(simulator_response, single_precision_is_double_to_rounding)
{
    for (size_t i = 0; i < sizeof response_runs / sizeof *response_runs; i++) {
        struct sgdmft_run run = twin_run("dim 130 runs 1 steps 12 force_directions 2", response_runs[i]);
        scoped_result *single = simulated(&run, 1);
        run.precision = SGDMFT_PRECISION_DOUBLE;
        scoped_result *twice = simulated(&run, 1);
        const double *a = sample(single, "two_time", "response", 0), *b = sample(twice, "two_time", "response", 0);
        for (size_t j = 0; j < run.waiting.count * single->lags; j++)
            cr_assert(fabs(a[j] - b[j]) < 1e-6 || (isnan(a[j]) && isnan(b[j])), "%s: %.9g %.9g", response_runs[i], a[j],
                      b[j]);
    }
}

/* The forces of a waiting time know nothing of the others, and the run nothing of the forces. */
Test(simulator_response, forces_do_not_touch_the_run_nor_each_other)
{
    const char *const text = "data teacher teacher sign loss logistic rule sgd dim 70 runs 2 steps 20 precision double";
    struct sgdmft_run both = twin_run(text, "waiting 4,9 force_directions 2"),
                      one = twin_run(text, "waiting 9 force_directions 2");
    struct sgdmft_run none = twin_run(text, "waiting 4,9 force_directions 0");
    scoped_result *a = simulated(&both, 0), *b = simulated(&one, 0), *c = simulated(&none, 0);
    cr_assert_null(sgdmft_result_find(c, "two_time", "response"));
    for (size_t s = 0; s < 2; s++) {
        for (size_t l = 0; l < b->lags; l++)
            cr_assert_float_eq(sample(a, "two_time", "response", s)[a->lags + l],
                               sample(b, "two_time", "response", s)[l], 1e-13);
        for (size_t i = 0; i < 2 * a->lags; i++) {
            const double x = sample(a, "two_time", "correlation", s)[i], y = sample(c, "two_time", "correlation", s)[i];
            cr_assert(fabs(x - y) < 1e-12 || (isnan(x) && isnan(y)), "%g %g", x, y);
        }
    }
    cr_assert_neq(sample(a, "two_time", "response", 0)[5], sample(a, "two_time", "response", 1)[5]);
}

Test(simulator_response, measured_where_waiting_times_were_asked_for)
{
    const char *const text[][2] = {{"waiting 0", "0"}, {"waiting none", "0"},        {"waiting 0,5", "4"},
                                   {"every 2", "0"},   {"rule flow waiting 5", "0"}, {"waiting 5 replicas 2", "0"}};
    for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
        const struct sgdmft_run run = twin_run("steps 9", text[i][0]);
        cr_assert_eq(run.force_directions, strtol(text[i][1], NULL, 10), "%s: %ld", text[i][0], run.force_directions);
    }
    cr_assert_eq(twin_run("waiting 0", "force_directions 2").force_directions, 2);
    cr_assert_eq(twin_run("waiting 7", "force_directions 0").force_directions, 0);
    const char *const refused[][2] = {{"waiting", "none"}, {"rule", "flow"}};
    for (size_t i = 0; i < 2; i++) {
        scoped_settings *settings = sgdmft_settings_create();
        struct sgdmft_error error = {.status = SGDMFT_OK};
        struct sgdmft_run run;
        sgdmft_settings_set(settings, "force_directions", "2", &error);
        sgdmft_settings_set(settings, refused[i][0], refused[i][1], &error);
        cr_assert_eq(sgdmft_run_resolve(settings, &run, NULL, &error), SGDMFT_USAGE);
        cr_assert_not_null(strstr(error.text, "force_directions"), "%s", error.text);
    }
}

/* Mean over samples of a value, and its standard error. */
static double mean_of(size_t samples, const double *value, double *se)
{
    double mean = 0, square = 0;
    for (size_t s = 0; s < samples; s++)
        mean += value[s] / (double)samples;
    for (size_t s = 0; s < samples; s++)
        square += (value[s] - mean) * (value[s] - mean);
    *se = sqrt(square / (double)(samples * (samples - 1)));
    return mean;
}

#define RUNS 12
#define BOUND 5.5 /* a t of 11 degrees of freedom passes it once in 5000 */

static const char *const linear_runs[] = {
    "rule sgd batch 0.3 label_noise 0.6 alpha 2 ridge 0.3 rate 0.15",
    "rule langevin temperature 0.4 alpha 0.7 ridge 0.5 rate 0.1",
    "rule gd alpha 3 ridge 0.5 rate 0.1",
};

/* chi of the modes of the Marchenko-Pastur law; the response of a linear model does not know when it was probed. */
Test(simulator_response, linear_model_has_the_response_of_its_modes)
{
    for (size_t i = 0; i < sizeof linear_runs / sizeof *linear_runs; i++) {
        struct sgdmft_run run = twin_run(
            "teacher linear loss square dim 300 runs 12 steps 70 waiting 10,20 force_directions 4", linear_runs[i]);
        scoped_result *result = simulated(&run, 0);
        double correlation[256], expected[256];
        struct sgdmft_linear_stationary summary;
        struct sgdmft_error error;
        cr_assert_lt(result->lags, 256);
        cr_assert_eq(sgdmft_linear_stationary(&run, &summary, result->lags, result->lag, correlation, expected, 0, NULL,
                                              NULL, &error),
                     SGDMFT_OK, "%s", error.text);
        for (size_t l = 2; l < 50; l++) {
            double value[RUNS], se;
            for (size_t s = 0; s < RUNS; s++)
                value[s] = (sample(result, "two_time", "response", s)[l]
                            + sample(result, "two_time", "response", s)[result->lags + l])
                           / 2;
            const double mean = mean_of(RUNS, value, &se);
            cr_assert_float_eq(mean, expected[l], BOUND * se + expected[l] / 300, "%s lag %zu: %g(%g) and %g",
                               linear_runs[i], l, mean, se, expected[l]);
            cr_assert_lt(se, 0.02 * expected[l]);
        }
    }
}

/* |w^{k+1}|^2 = |w^k|^2 - 2 eta w.g + eta^2 |g|^2 at every step of a run without thermal noise. */
Test(simulator_response, gradient_accounts_for_the_norm)
{
    const struct sgdmft_run run = twin_run("dim 120 runs 1 steps 30 precision double rate 0.2 rate_steps 10=0.1",
                                           "data mixture2 loss logistic rule persistent ridge 0.4 waiting 3");
    scoped_result *result = simulated(&run, 0);
    const double *norm = sample(result, "series", "norm", 0),
                 *overlap = sample(result, "series", "gradient_overlap", 0);
    const double *square = sample(result, "series", "gradient_norm", 0);
    for (size_t k = 0; k < 30; k++) {
        const double rate = k < 10 ? 0.2 : 0.1;
        cr_assert_float_eq(norm[k + 1], norm[k] - 2 * rate * overlap[k] + rate * rate * square[k],
                           1e-12 * (1 + norm[k]));
    }
    cr_assert(isnan(overlap[30]) && isnan(square[30])); /* no step is made from there */
}

/* Mean and error of w.g - (eta/2) |g|^2 - T over steps first..last. */
static double imbalance(const struct sgdmft_result *result, size_t first, size_t last, double *se)
{
    double value[RUNS] = {0};
    for (size_t s = 0; s < RUNS; s++)
        for (size_t k = first; k <= last; k++)
            value[s] +=
                (sample(result, "series", "gradient_overlap", s)[k]
                 - result->run.rate / 2 * sample(result, "series", "gradient_norm", s)[k] - result->run.temperature)
                / (double)(last - first + 1);
    return mean_of(RUNS, value, se);
}

Test(simulator_response, identities_hold_where_the_run_rests)
{
    for (size_t i = 0; i < 2; i++) {
        const struct sgdmft_run run =
            twin_run("teacher linear loss square dim 150 runs 12 steps 200 norm0 3", linear_runs[i]);
        scoped_result *result = simulated(&run, 0);
        struct sgdmft_linear_stationary expected;
        struct sgdmft_error error;
        cr_assert_eq(sgdmft_linear_stationary(&run, &expected, 0, NULL, NULL, NULL, 0, NULL, NULL, &error), SGDMFT_OK);
        double se, late = imbalance(result, 80, 199, &se);
        cr_assert_float_eq(late, 0, BOUND * se, "%s: %g(%g)", linear_runs[i], late, se);
        cr_assert_lt(se, 0.02 * expected.gradient_overlap, "%s: %g of %g", linear_runs[i], se,
                     expected.gradient_overlap);
        const double early = imbalance(result, 0, 20, &se);
        cr_assert_gt(fabs(early), 20 * se, "%s: %g(%g)", linear_runs[i], early, se);
        for (int which = 0; which < 2; which++) {
            double value[RUNS] = {0};
            for (size_t s = 0; s < RUNS; s++)
                for (size_t k = 80; k < 200; k++)
                    value[s] += sample(result, "series", which ? "gradient_norm" : "gradient_overlap", s)[k] / 120;
            const double mean = mean_of(RUNS, value, &se),
                         limit = which ? expected.gradient_norm : expected.gradient_overlap;
            cr_assert_float_eq(mean, limit, BOUND * se + 3 * limit / 150, "%s: %g(%g) and %g", linear_runs[i], mean, se,
                               limit);
        }
    }
}

/* The flow has the gradient of all examples, and falls along it: d|w|^2/dt = -2 w.g. */
Test(simulator_response, flow_falls_along_its_gradient)
{
    const struct sgdmft_run run = twin_run("dim 60 runs 1 steps 40 rate 0.01 rule flow precision double",
                                           "data teacher teacher sign loss logistic ridge 0.3");
    scoped_result *result = simulated(&run, 0);
    const double *norm = sample(result, "series", "norm", 0),
                 *overlap = sample(result, "series", "gradient_overlap", 0);
    for (size_t k = 1; k < 40; k++) {
        const double fall = -(norm[k + 1] - norm[k - 1]) / (2 * 2 * run.rate);
        cr_assert_float_eq(overlap[k], fall, 2e-3 * (1 + fabs(fall)), "%zu: %g %g", k, overlap[k], fall);
    }
}
