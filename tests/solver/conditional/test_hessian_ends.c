/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ends of the Hessian's spectrum by the conditional engine: their law against simulations with a stored matrix,
 * closed forms, and runs that go on as if nothing had been measured. */
#include "solver/conditional/hessian_ends.h"
#include "solver/run/groups.h"
#include "solver/run/solve_internal.h"
#include "tests/given.h"
#include "tests/made_folder.h"
#include "tests/two_results.h"
#include "tests/solver/same_law.h"
#include "tests/solver/solved.h"
#include "tests/validation/simulated.h"

#include <math.h>
#include <sgdmft/sgdmft.h>
#include <stdlib.h>
#include <string.h>

/* ---- law --------------------------------------------------------------------------------------------------------- */

#define RUNS 200
#define LEAST_P 1e-4
#define SMALL "alpha", "2", "dim", "50", "steps", "12", "test_examples", "1", "waiting", "none"

static double *samples_of(const struct sgdmft_result *result, const char *name, size_t entry)
{
    const struct sgdmft_quantity *quantity = sgdmft_result_find(result, "sharpness", name);
    double *out = malloc(result->samples * sizeof *out);
    for (size_t s = 0; s < result->samples; s++)
        out[s] = quantity->sample[s * quantity->length + entry];
    return out;
}

/* z of the difference of means, and p of the Kolmogorov-Smirnov test. */
static void compare(const struct sgdmft_result *stored, const struct sgdmft_result *implicit, const char *name,
                    size_t entry, double *z, double *p)
{
    double *both[2] = {samples_of(stored, name, entry), samples_of(implicit, name, entry)}, mean[2] = {0},
           square[2] = {0};
    for (int side = 0; side < 2; side++)
        for (size_t s = 0; s < RUNS; s++) {
            cr_assert(isfinite(both[side][s]), "%s, entry %zu, %s run %zu", name, entry, side ? "implicit" : "stored",
                      s);
            mean[side] += both[side][s] / RUNS;
            square[side] += both[side][s] * both[side][s] / RUNS;
        }
    *z = (mean[1] - mean[0])
         / sqrt((square[0] - mean[0] * mean[0] + square[1] - mean[1] * mean[1]) / RUNS + 1e-14 * mean[0] * mean[0]);
    *p = same_law(RUNS, both[0], RUNS, both[1]);
    free(both[0]);
    free(both[1]);
}

/* Largest |z| and smallest p over everything that is measured of the spectrum at steps 0 and 10. */
static void worst_of(const struct engine *engine, const struct sgdmft_run *given, double *z, double *p)
{
    static const char *const names[] = {"trace",          "largest",        "smallest",
                                        "signal_overlap", "weight_overlap", "step_overlap"};
    struct sgdmft_run run = *given;
    scoped_result *implicit;
    struct sgdmft_error error = {0};
    run.runs = RUNS;
    implicit = solve_quantities(&run, SGDMFT_SIMULATION, RUNS);
    cr_assert_eq(groups_simulate(engine, &run, 0, NULL, implicit, &error), SGDMFT_OK, "%s", error.text);
    scoped_result *stored = simulated(&run, 0);
    *z = 0;
    *p = 1;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const size_t length = sgdmft_result_find(stored, "sharpness", names[i])->length;
        for (size_t entry = 0; entry<length; entry += length> 2 ? 3 : 1) { /* the first and the last of four */
            double one, other;
            compare(stored, implicit, names[i], entry, &one, &other);
            *z = fmax(*z, fabs(one));
            *p = fmin(*p, other);
        }
    }
}

static void expect_law(const char *what, struct sgdmft_run run)
{
    double z, p;
    worst_of(&engine_conditional, &run, &z, &p);
    cr_expect(z < 4.2 && p > LEAST_P, "%s: z = %g, p = %g", what, z, p);
}

Test(hessian_ends, law_of_each_model, .timeout = 120)
{
    expect_law("mixture2, an eigenvalue outside",
               given_run(SMALL, "data", "mixture2", "cluster_variance", "0.3", "overlap0", "0.4", "ridge", "0.05",
                         "sharpness_at", "0,10", NULL));
    expect_law("door", given_run(SMALL, "data", "mixture3", "cluster_variance", "0.3", "link", "door", "overlap0",
                                 "0.4", "rule", "persistent", "rate", "0.2", "sharpness_at", "0,10", NULL));
    expect_law("phase on the sphere",
               given_run(SMALL, "teacher", "abs", "loss", "phase", "constraint", "sphere", "overlap0", "0.5", "rate",
                         "0.01", "batch", "0.5", "sharpness_at", "0,10", NULL));
}

Test(hessian_ends, law_of_each_rule, .timeout = 120)
{
    expect_law("langevin",
               given_run(SMALL, "rule", "langevin", "temperature", "0.3", "rate", "0.2", "sharpness_at", "0,10", NULL));
    expect_law("gd", given_run(SMALL, "rule", "gd", "rate", "0.3", "sharpness_at", "0,10", NULL));
    expect_law("a spectrum",
               given_run(SMALL, "covariance_spectrum", "0.2:1:3,1.8,3:2", "rate", "0.1", "sharpness_at", "0,10", NULL));
    expect_law("two replicas", given_run(SMALL, "replicas", "2", "rate", "0.3", "sharpness_at", "0,10", NULL));
}

/* ---- broken on purpose ------------------------------------------------------------------------------------------- */

/* A search in a space of 5 dimensions less than there are. */
static void measure_in_fewer_dimensions(void *state, bool whole, struct sharpness_ends *out)
{
    struct conditional *s = state;
    s->space.dim -= 5;
    hessian_ends_measure(s, whole, out);
    s->space.dim += 5;
}

Test(hessian_ends, broken_laws_are_refused, .timeout = 60)
{
    struct engine broken = engine_conditional;
    double z, p;
    broken.hessian = measure_in_fewer_dimensions;
    const struct sgdmft_run run = given_run(SMALL, "rate", "0.3", "sharpness_at", "0,10", NULL);
    worst_of(&broken, &run, &z, &p);
    cr_expect(z > 8 && p < 1e-9, "z = %g, p = %g", z, p);
}

/* ---- closed forms ------------------------------------------------------------------------------------------------ */

/* Linear regression has l'' = 1 for ever: ridge + (1 +- sqrt(alpha))^2, and extreme eigenvalues by the law of Tracy and
 * Widom (mean -1.2065, deviation 1.268) on the scale of Johnstone (Ann. Statist. 29 (2001) 295). */
Test(hessian_ends, linear_regression_has_the_edges_of_marchenko_and_pastur, .timeout = 60)
{
    enum { N = 400, P = 3 * N, SAMPLES = 8 };
    const struct sgdmft_run run =
        given_run("data", "teacher", "teacher", "linear", "loss", "square", "alpha", "3", "ridge", "0.1", "rule", "gd",
                  "rate", "0.1", "steps", "15", "dim", "400", "runs", "8", "sharpness_at", "0,15", NULL);
    scoped_result *result;
    struct sgdmft_error error = {0};
    cr_assert_eq(sgdmft_simulate_implicit(&run, 0, NULL, &result, &error), SGDMFT_OK, "%s", error.text);
    for (int side = 0; side < 2; side++) {
        const double sign = side == 0 ? 1 : -1, sum = sqrt(P) + sign * sqrt(N), edge = 0.1 + sum * sum / N;
        const double scale = sum * cbrt(1 / sqrt(N) + sign / sqrt(P)) / N, exact = edge - sign * 1.2065 * scale,
                     se = 1.268 * scale / sqrt(SAMPLES);
        const struct sgdmft_quantity *found = sgdmft_result_find(result, "sharpness", side ? "smallest" : "largest");
        for (size_t at = 0; at < 2; at++) {
            const double mean = found->mean[at * found->length / 2];
            cr_expect_lt(fabs(mean - exact), 4 * se, "%s: %g, expected %g(%g), edge %g", found->observable->name, mean,
                         exact, se, edge);
            cr_expect_float_eq(sgdmft_result_find(result, "sharpness", "trace")->mean[at], 3.1, 0.02);
        }
    }
}

/* Many products: a remainder that a search with a spectrum leaves in the vectors grows with each. Of linear regression
 * the smallest eigenvalue is then one of the ridge alone, .1 in place of .4. */
Test(hessian_ends, a_long_search_with_a_spectrum, .timeout = 60)
{
    const struct sgdmft_run run =
        given_run("teacher", "linear", "loss", "square", "alpha", "3.5", "rule", "gd", "rate", "0.01", "steps", "3",
                  "dim", "300", "runs", "6", "covariance_spectrum", "0.4:0.5,1.6:0.5", "sharpness_at", "2", NULL);
    struct sgdmft_result *implicit, *stored = simulated(&run, 0);
    struct sgdmft_error error = {0};
    cr_assert_eq(sgdmft_simulate_implicit(&run, 0, NULL, &implicit, &error), SGDMFT_OK, "%s", error.text);
    static const char *const names[] = {"smallest", "largest"};
    for (size_t i = 0; i < 2; i++) {
        const struct sgdmft_quantity *a = sgdmft_result_find(implicit, "sharpness", names[i]),
                                     *b = sgdmft_result_find(stored, "sharpness", names[i]);
        cr_expect_lt(b->se[0], 0.02 * b->mean[0]);
        cr_expect_lt(fabs(a->mean[0] - b->mean[0]), 5 * hypot(a->se[0], b->se[0]), "%s: %g(%g), %g(%g)", names[i],
                     a->mean[0], a->se[0], b->mean[0], b->se[0]);
    }
    sgdmft_result_free(implicit);
    sgdmft_result_free(stored);
}

/* With weights that know nothing of the data, t = l'' is independent of c, |c| = 1: an eigenvalue stands at
 * z(s) = lambda - 1/s + alpha E[Delta t/(1 + Delta s t)] where 1/s + alpha E[t/(1 + Delta s t)] = 0, s < 0. */
static double spike(double alpha, double variance, double norm, double ridge)
{
    enum { NODES = 2001 };
    double low = -3.999 / variance, high = -1e-3, sum = 0; /* t <= 1/4 */
    for (int turn = 0; turn < 60; turn++) {
        const double s = 0.5 * (low + high);
        double weight = 0;
        sum = 0;
        for (int i = 0; i < NODES; i++) {
            const double x = 10 * (2.0 * i / (NODES - 1) - 1), r = sqrt(variance * norm) * x;
            const double t = 0.25 / (cosh(r / 2) * cosh(r / 2)), share = exp(-x * x / 2);
            weight += share;
            sum += share * t / (1 + variance * s * t);
        }
        sum /= weight;
        *(1 / s + alpha * sum < 0 ? &high : &low) = s;
    }
    return ridge - 1 / low + variance * alpha * sum;
}

Test(hessian_ends, the_eigenvalue_outside_the_bulk, .timeout = 60)
{
    const struct sgdmft_run run =
        given_run("data", "mixture2", "cluster_variance", "0.5", "loss", "logistic", "alpha", "3", "ridge", "0.01",
                  "engine", "conditional", "paths", "12000", "steps", "6", "sharpness_at", "0,6", NULL);
    struct sgdmft_run stored = run;
    stored.dim = 400;
    stored.runs = 10;
    scoped_result *theory = solved(&run);
    scoped_result *simulation = simulated(&stored, 0);
    const struct sgdmft_quantity *a = sgdmft_result_find(theory, "sharpness", "largest"),
                                 *b = sgdmft_result_find(simulation, "sharpness", "largest"),
                                 *edge = sgdmft_result_find(theory, "sharpness", "upper_edge");
    const double exact = spike(3, 0.5, 1, 0.01);
    cr_expect_float_eq(exact, 1.19, 0.005, "%g", exact);
    cr_expect_lt(fabs(a->mean[0] - exact), 4 * a->se[0], "theory %g(%g), exact %g", a->mean[0], a->se[0], exact);
    cr_expect_lt(a->se[0], 0.01);
    for (size_t at = 0; at < 2; at++) {
        const size_t i = at * SGDMFT_SHARPNESS_TOP;
        const double se = sqrt(a->se[i] * a->se[i] + b->se[i] * b->se[i]);
        cr_expect_gt(a->mean[i], 1.1 * edge->mean[at], "it stands outside");
        cr_expect_lt(fabs(a->mean[i] - b->mean[i]), 4 * se + 2 * a->mean[i] / 400, "step %s: theory %g, simulation %g",
                     at ? "6" : "0", a->mean[i], b->mean[i]);
        cr_expect_float_eq(a->mean[i + 1] / edge->mean[at], 1, 0.02, "the second %g, edge %g", a->mean[i + 1],
                           edge->mean[at]);
    }
}

/* ---- the run goes on --------------------------------------------------------------------------------------------- */

static void expect_untouched(const char *what, struct sgdmft_run run)
{
    run.sharpness_at = (struct sgdmft_steps){.count = 3, .step = {0, 7, 14}};
    scoped_result *with = solved(&run);
    run.sharpness_at.count = 0;
    scoped_result *without = solved(&run);
    cr_assert(isfinite(sgdmft_result_find(with, "sharpness", "largest")->mean[0]));
    assert_same_samples(without, with, what);
}

#define THEORY "engine", "conditional", "paths", "384", "groups", "2", "steps", "20", "waiting", "0,7"

Test(hessian_ends, the_run_goes_on_with_the_same_bits, .timeout = 60)
{
    expect_untouched("sgd", given_run(THEORY, "rate", "0.3", NULL));
    expect_untouched("gd", given_run(THEORY, "rule", "gd", "rate", "0.3", NULL));
    expect_untouched("replicas and heat",
                     given_run(THEORY, "replicas", "2", "temperature", "0.2", "rate", "0.2", NULL));
    expect_untouched("a spectrum", given_run(THEORY, "covariance_spectrum", "0.4,1.6", "rate", "0.2", NULL));
    expect_untouched("finite probes", given_run(THEORY, "data", "mixture3", "link", "door", "cluster_variance", "0.3",
                                                "overlap0", "0.3", "rule", "gd", "rate", "0.1", NULL));
}

/* Measured twice, the same bits: nothing is left of the first time. */
Test(hessian_ends, nothing_is_left_of_a_measurement, .timeout = 30)
{
    const struct sgdmft_run run = given_run(THEORY, "rate", "0.3", "sharpness_at", "0", NULL);
    const struct engine_group group = {.run = &run, .number = 1, .paths = 192, .threads = 1};
    void *state = engine_conditional.start(&group);
    struct engine_values values;
    struct sharpness_ends ends[2];
    for (int k = 0; k < 9; k++) {
        engine_conditional.evaluate(state, &values);
        for (int turn = 0; turn < 2; turn++)
            engine_conditional.hessian(state, true, &ends[turn]);
        cr_expect(memcmp(&ends[0], &ends[1], sizeof ends[0]) == 0, "step %d", k);
        cr_assert_eq(engine_conditional.advance(state), SGDMFT_OK);
    }
    engine_conditional.finish(state);
}

/* ---- stopped ----------------------------------------------------------------------------------------------------- */

static bool stop_after(void *context)
{
    int *left = context;
    return (*left)-- <= 0;
}

/* Number of a measurement's values that are not finite. `asked`: times that the watch says no. */
static size_t missing_of(const struct sgdmft_run *run, bool to_the_end, int asked, size_t *products)
{
    const struct sgdmft_watch watch = {.context = &asked, .stop = stop_after};
    const struct engine_group group = {
        .run = run, .number = 1, .part = ENGINE_ALONE, .paths = 192, .threads = 1, .watch = &watch};
    double out[sizeof(struct sharpness_ends) / sizeof(double)];
    struct engine_values values;
    size_t missing = 0;
    const int kept = asked;
    asked = 1000;
    struct conditional *s = engine_conditional.start(&group);
    engine_conditional.evaluate(s, &values);
    asked = kept;
    engine_conditional.hessian(s, to_the_end, (struct sharpness_ends *)out);
    *products = s->ends->products;
    for (size_t i = 0; i < sizeof out / sizeof *out; i++)
        missing += isfinite(out[i]) ? 0 : 1;
    engine_conditional.finish(s);
    return missing;
}

/* A stopped search makes no product more, and has no half of a measurement: one that converged while the stop came has
 * nothing either. One that is to be whole is finished. */
Test(hessian_ends, a_stop_ends_the_search, .timeout = 30)
{
    const struct sgdmft_run run = given_run(THEORY, "rate", "0.3", "sharpness_at", "0", NULL);
    size_t all = sizeof(struct sharpness_ends) / sizeof(double);
    size_t whole, stopped;
    cr_assert_eq(missing_of(&run, false, 1000, &whole), 0);
    cr_assert_gt(whole, 20);
    for (int asked = 0; asked < 20; asked += 5) {
        cr_expect_eq(missing_of(&run, false, asked, &stopped), all, "asked %d times", asked);
        cr_expect_eq((int)stopped, asked + 1, "%zu products, asked %d times", stopped, asked); /* one for the start */
    }
    cr_expect_eq(missing_of(&run, false, (int)whole - 2, &stopped), all);
    cr_expect_eq(missing_of(&run, true, 3, &stopped), 0);
    cr_expect_eq(stopped, whole);
}

struct patience {
    int asked, left;
};

static bool stop_when_asked(void *context)
{
    struct patience *patience = context;
    patience->asked++;
    return patience->left-- <= 0;
}

/* Solves with a checkpoint and a stop after `left` questions; returns these, and the result. */
static int followed(const struct sgdmft_run *run, int left, struct sgdmft_result **result, enum sgdmft_status expected)
{
    struct patience patience = {.left = left};
    struct sgdmft_watch watch = {.context = &patience, .stop = stop_when_asked};
    struct sgdmft_error error = {0};
    cr_assert_eq(sgdmft_checkpoint_open(run, NULL, &watch.checkpoint, NULL, &error), SGDMFT_OK, "%s", error.text);
    const enum sgdmft_status status = sgdmft_solve(run, &watch, result, &error);
    cr_assert_eq(status, expected, "%d: %s", left, error.text);
    cr_assert_eq(sgdmft_checkpoint_close(watch.checkpoint, status == SGDMFT_OK, &error), SGDMFT_OK, "%s", error.text);
    return patience.asked;
}

/* With a checkpoint a stop ends a search too, within a product, and the run goes on before it with the same bits. */
Test(hessian_ends, a_search_that_was_stopped_is_made_again, .init = folder_make, .fini = folder_remove, .timeout = 120)
{
    char path[64];
    scoped_result *whole;
    snprintf(path, sizeof path, "%s/c", folder);
    const struct sgdmft_run run =
        given_run(THEORY, "rate", "0.3", "sharpness_at", "0,5,12", "threads", "1", "checkpoint", path, NULL);
    struct sgdmft_run again = run;
    again.resume = 1;
    const int all = followed(&run, 1000000, &whole, SGDMFT_OK);
    cr_assert_gt(all, 100);
    for (int left = 1; left < all; left += left < 40 ? 3 : all / 12) {
        scoped_result *part = NULL, *rest = NULL;
        const int asked = followed(&run, left, &part, SGDMFT_INTERRUPTED);
        cr_expect_leq(asked, left + 60, "%d questions after the stop", asked - left);
        followed(&again, 1000000, &rest, SGDMFT_OK);
        assert_same_samples(whole, rest, "stopped and resumed");
    }
}
