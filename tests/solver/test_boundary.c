/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Margins of the theory where they are known and against the simulation, and when training reaches zero. */
#include "tests/given.h"
#include "tests/solver/solved.h"
#include "tests/validation/simulated.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <sgdmft/boundary.h>
#include <sgdmft/margin_bins.h>
#include <sgdmft/simulate.h>
#include <sgdmft/solve.h>
#include <string.h>

static const struct sgdmft_quantity *margins(const struct sgdmft_result *result, const char *name)
{
    const struct sgdmft_quantity *quantity = sgdmft_result_find(result, "margins", name);
    cr_assert_not_null(quantity, "%s", name);
    return quantity;
}

/* Before the first step of random labels y r is N(0, C0). */
Test(boundary, start_is_gaussian, .timeout = 60)
{
    const struct sgdmft_run run = given_run("data", "random", "norm0", "2", "steps", "3", "margins_at", "0,3", "paths",
                                            "8192", "groups", "8", NULL);
    scoped_result *result = solved(&run);
    const struct sgdmft_quantity *raw = margins(result, "raw_quantiles"),
                                 *normalised = margins(result, "normalised_quantiles");
    for (size_t i = 0; i < SGDMFT_MARGIN_LEVELS; i++) {
        const double exact = gsl_cdf_ugaussian_Pinv(sgdmft_margin_levels[i]);
        cr_expect_float_eq(raw->mean[i], sqrt(2) * exact, 0.01, "%g", sgdmft_margin_levels[i]);
        cr_expect_float_eq(normalised->mean[i], exact, 0.01, "%g", sgdmft_margin_levels[i]);
    }
    cr_expect_float_eq(margins(result, "normalised_mean")->mean[0], 0, 1e-3);
    cr_expect_gt(margins(result, "normalised_mean")->mean[1], 0.1, "training widens the boundary");
}

/* Score of two means with errors from few samples each, all of one quantity, values of no spread left out. */
static double largest_score(const struct sgdmft_result *a, const struct sgdmft_result *b, const char *name)
{
    const struct sgdmft_quantity *x = margins(a, name), *y = margins(b, name);
    double worst = 0;
    for (size_t i = 0; i < x->length; i++) {
        const double se = hypot(x->se[i], y->se[i]);
        cr_assert(isfinite(x->mean[i]) && isfinite(y->mean[i]), "%s is missing", name);
        if (se > 0)
            worst = fmax(worst, fabs(x->mean[i] - y->mean[i]) / se);
    }
    return worst;
}

Test(boundary, theory_and_simulation_agree, .timeout = 120)
{
    const struct sgdmft_run set[] = {
        given_run("data", "random", "loss", "hinge2", "kappa", "1", "alpha", "0.7", "ridge", "0", "rate", "0.2",
                  "steps", "40", "paths", "8192", "groups", "16", "dim", "500", "runs", "16", "replicas", "1",
                  "threads", "1", NULL),
        given_run("data", "mixture3", "link", "door", "overlap0", "0.4", "alpha", "1", "steps", "20", "paths", "8192",
                  "groups", "16", "dim", "500", "runs", "16", "threads", "1", NULL),
        given_run("loss", "hinge2", "kappa", "0.3", "constraint", "sphere", "rule", "persistent", "alpha", "1", "steps",
                  "30", "paths", "8192", "groups", "16", "dim", "500", "runs", "16", "threads", "1", NULL)};
    static const char *const names[] = {"raw_mean", "normalised_mean", "raw_quantiles", "normalised_quantiles",
                                        "fraction_negative"};
    for (size_t i = 0; i < sizeof set / sizeof *set; i++) {
        scoped_result *theory = solved(&set[i]);
        scoped_result *simulation = simulated(&set[i], 0);
        for (size_t q = 0; q < sizeof names / sizeof *names; q++)
            cr_expect_lt(largest_score(theory, simulation, names[q]), 4.5, "run %zu: %s differs by %g", i, names[q],
                         largest_score(theory, simulation, names[q]));
    }
}

/* ---- reaching zero ---------------------------------------------------------------------------------- */

/* A result with a series that falls below the threshold at steps of its own in each sample. */
static struct sgdmft_result *falling(const char *name, double low, const long *from, size_t samples,
                                     enum sgdmft_source source)
{
    const struct sgdmft_run run = given_run("data", "random", "loss", "hinge2", "steps", "100", "every", "10", "paths",
                                            "1000", "contact_tolerance", "0.01", NULL);
    struct sgdmft_result *result = sgdmft_result_create(&run, source, samples);
    struct sgdmft_quantity *quantity = sgdmft_result_find(result, "series", name);
    for (size_t s = 0; s < samples; s++)
        for (size_t i = 0; i < result->steps; i++)
            quantity->sample[s * quantity->length + i] =
                (from[s] >= 0 && result->step[i] >= from[s]) || result->step[i] == 20 ? low
                                                                                      : 0.25; /* 20: not for good */
    sgdmft_result_reduce(result);
    return result;
}

Test(boundary, steps_at_which_zero_is_reached, .timeout = 20)
{
    struct sgdmft_reached reached;
    scoped_result *result = falling("train_error", 0, (const long[]){40, 60, -1, 100}, 4, SGDMFT_SIMULATION);
    cr_assert_eq(sgdmft_error_reached(result, &reached, NULL), SGDMFT_OK);
    cr_expect_eq(reached.fraction, 0.75);
    cr_expect_float_eq(reached.step, 200.0 / 3, 1e-12);
    cr_expect_float_eq(reached.step_se, sqrt((pow(80.0 / 3, 2) + pow(20.0 / 3, 2) + pow(100.0 / 3, 2)) / 6), 1e-9);
    cr_expect_eq(reached.first, 40);
    cr_expect_eq(reached.last, 100);
    cr_expect(isnan(reached.bound));

    scoped_result *always = falling("train_error", 0, (const long[]){40, 40}, 2, SGDMFT_THEORY);
    cr_assert_eq(sgdmft_error_reached(always, &reached, NULL), SGDMFT_OK);
    cr_expect_eq(reached.fraction, 1);
    cr_expect_float_eq(reached.bound, 2.9957e-3, 1e-6);
    always->status = SGDMFT_DIVERGED;
    cr_assert_eq(sgdmft_error_reached(always, &reached, NULL), SGDMFT_OK);
    cr_expect_eq(reached.fraction, 0, "a run that ended early did not stay at zero");
}

Test(boundary, loss_within_the_tolerance_counts_as_zero, .timeout = 20)
{
    struct sgdmft_reached reached;
    struct sgdmft_error error = {0};
    scoped_result *within = falling("train_loss", 4.9e-5, (const long[]){50}, 1, SGDMFT_THEORY);
    cr_assert_eq(sgdmft_loss_reached(within, &reached, NULL), SGDMFT_OK);
    cr_expect_eq(reached.first, 50);
    scoped_result *above = falling("train_loss", 5.1e-5, (const long[]){50}, 1, SGDMFT_THEORY);
    cr_assert_eq(sgdmft_loss_reached(above, &reached, NULL), SGDMFT_OK);
    cr_expect_eq(reached.fraction, 0);
    cr_expect_eq(reached.first, -1);
    const struct sgdmft_run real = given_run("teacher", "linear", "loss", "square", NULL);
    scoped_result *result = sgdmft_result_create(&real, SGDMFT_THEORY, 1);
    cr_expect_eq(sgdmft_error_reached(result, &reached, &error), SGDMFT_USAGE);
    cr_expect_eq(sgdmft_loss_reached(result, &reached, &error), SGDMFT_USAGE);
}

/* ---- largest alpha ----------------------------------------------------------------------------------------------- */

#define SPHERE                                                                                                         \
    "data", "random", "loss", "hinge2", "kappa", "0.5", "constraint", "sphere", "rule", "gd", "rate", "0.5", "steps",  \
        "60", "paths", "512", "groups", "2", "contact_tolerance", "0.02"

/* Calls of a search: shares of its runs, and the run in which it is stopped. */
struct calls {
    struct sgdmft_watch watch;
    int begun, ended, stop_in;
    double alpha[SGDMFT_ALPHA_POINTS], from[SGDMFT_ALPHA_POINTS], to[SGDMFT_ALPHA_POINTS];
};

static bool stop_here(void *context)
{
    const struct calls *calls = context;
    return calls->begun > calls->stop_in;
}

static const struct sgdmft_watch *begin(void *context, double alpha, double from, double to)
{
    struct calls *calls = context;
    calls->alpha[calls->begun] = alpha;
    calls->from[calls->begun] = from;
    calls->to[calls->begun++] = to;
    return &calls->watch;
}

static void end(void *context)
{
    ((struct calls *)context)->ended++;
}

static enum sgdmft_status search(const struct sgdmft_run *run, struct calls *calls, double tolerance,
                                 struct sgdmft_alpha_limit *limit, struct sgdmft_error *error)
{
    const struct sgdmft_alpha_watch watch = {.context = calls, .begin = begin, .end = end};
    calls->watch = (struct sgdmft_watch){.context = calls, .stop = stop_here};
    return sgdmft_find_alpha(run, false, tolerance, &watch, limit, error);
}

/* Every run is announced with the share of the search that it makes up; the last one ends it. */
Test(boundary, a_search_for_alpha_is_watched, .timeout = 60)
{
    const struct sgdmft_run run = given_run(SPHERE, "alpha", "0.7", NULL);
    struct sgdmft_alpha_limit limit, unwatched;
    struct calls calls = {.stop_in = 1000};
    struct sgdmft_error error = {0};
    cr_assert_eq(search(&run, &calls, 0.1, &limit, &error), SGDMFT_OK, "%s", error.text);
    cr_expect_eq((size_t)calls.begun, limit.count);
    cr_expect_eq(calls.ended, calls.begun);
    cr_expect_eq(calls.from[0], 0);
    cr_expect_float_eq(calls.to[calls.begun - 1], 1, 1e-12);
    for (int i = 0; i < calls.begun; i++) {
        cr_expect_eq(calls.alpha[i], limit.point[i].alpha);
        cr_expect_lt(calls.from[i], calls.to[i]);
        cr_expect(i == 0 || fabs(calls.from[i] - calls.to[i - 1]) < 1e-12, "run %d begins at %g", i, calls.from[i]);
    }
    cr_expect_eq(limit.count, 2 + (size_t)sgdmft_find_alpha_runs(2, 0.1));
    cr_assert_eq(sgdmft_find_alpha(&run, false, 0.1, NULL, &unwatched, &error), SGDMFT_OK);
    cr_expect(memcmp(&limit, &unwatched, sizeof limit) == 0);
    calls = (struct calls){.stop_in = 2};
    cr_expect_eq(search(&run, &calls, 0.1, &limit, &error), SGDMFT_INTERRUPTED);
    cr_expect_eq(limit.count, 2);
    cr_expect_eq(calls.ended, 3);
}

Test(boundary, a_search_for_alpha_is_checked, .timeout = 20)
{
    struct sgdmft_alpha_limit limit;
    struct sgdmft_error error = {0};
    const struct sgdmft_run runs[] = {given_run(SPHERE, "out", "x.h5", NULL), given_run(SPHERE, NULL),
                                      given_run(SPHERE, NULL),
                                      given_run("targets", "gaussian", "data", "random", "loss", "square", NULL)};
    const double tolerance[] = {0.1, 0.6, 5e-5, 0.1};
    const char *const says[] = {"out: 'x.h5'", "alpha-tolerance: 0.6", "alpha-tolerance: 5e-05", "real labels"};
    for (size_t i = 0; i < 4; i++) {
        cr_expect_eq(sgdmft_find_alpha(&runs[i], false, tolerance[i], NULL, &limit, &error), SGDMFT_USAGE);
        cr_expect_not_null(strstr(error.text, says[i]), "%s", error.text);
        cr_expect_eq(limit.count, 0);
    }
}
