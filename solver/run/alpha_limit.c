/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Search for the largest alpha at which a run reaches zero: a bracket by factors of two, then bisection in the
 * logarithm. */
#include "models/result/json_values.h"
#include "solver/observe/boundary_law.h"
#include "solver/run/alpha_limit.h"
#include "solver/run/simulated_run.h"

#include <math.h>
#include <sgdmft/closed_forms.h>
#include <sgdmft/solve.h>
#include <stdlib.h>
#include <string.h>

#define DOUBLINGS 8

enum sgdmft_status sgdmft_find_alpha_check(const struct sgdmft_run *run, bool simulate, double tolerance,
                                           struct sgdmft_error *error)
{
    const enum sgdmft_status status = boundary_check(run, simulate, error);
    if (status)
        return status;
    if (!(tolerance >= SGDMFT_ALPHA_TOLERANCE_MIN && tolerance <= SGDMFT_ALPHA_TOLERANCE_MAX))
        return sgdmft_fail(error, SGDMFT_USAGE, "alpha-tolerance: %.6g is not from %g to %g", tolerance,
                           SGDMFT_ALPHA_TOLERANCE_MIN, SGDMFT_ALPHA_TOLERANCE_MAX);
    if (*run->out)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "out: '%.80s' has no effect in a search for alpha, which makes many runs", run->out);
    return SGDMFT_OK;
}

long sgdmft_find_alpha_runs(double ratio, double tolerance)
{
    return ratio > 1 + tolerance ? (long)ceil(log2(log(ratio) / log1p(tolerance))) : 0;
}

/* ---- search ------------------------------------------------------------------------------------------------------ */

struct search {
    struct sgdmft_run run;
    const struct sgdmft_alpha_watch *watch;
    struct sgdmft_alpha_limit *limit;
    double tolerance;
};

/* Share of the work that is done: the next run is one of those that are left at the least. */
static double share_of(const struct search *search, size_t more)
{
    const struct sgdmft_alpha_limit *limit = search->limit;
    const bool found = limit->high > limit->low;
    const long ends = limit->count == 0 ? 2 : 1; /* of a bracket */
    const long left =
        (found ? 0 : ends) + sgdmft_find_alpha_runs(found ? limit->high / limit->low : 2, search->tolerance);
    return fmin(1, (double)(limit->count + more) / (double)(limit->count + (size_t)left));
}

/* Computes the run at alpha and appends the point. *reached: it is zero in at least half of the samples. */
static enum sgdmft_status measure(struct search *search, double alpha, bool *reached, struct sgdmft_error *error)
{
    const struct sgdmft_alpha_watch *watch = search->watch;
    struct sgdmft_alpha_limit *limit = search->limit;
    struct sgdmft_alpha_point *point = &limit->point[limit->count];
    struct sgdmft_result *result = NULL;
    search->run.alpha = alpha;
    const struct sgdmft_watch *own =
        watch ? watch->begin(watch->context, alpha, share_of(search, 0), share_of(search, 1)) : NULL;
    enum sgdmft_status status = limit->simulate ? simulated_run(&search->run, 0, own, &result, error)
                                                : sgdmft_solve(&search->run, own, &result, error);
    if (watch)
        watch->end(watch->context);
    if (!result)
        return status;
    *point = (struct sgdmft_alpha_point){.alpha = alpha, .diverged = status == SGDMFT_DIVERGED};
    if (status == SGDMFT_OK || status == SGDMFT_DIVERGED) {
        status = limit->by_loss ? sgdmft_loss_reached(result, &point->reached, error)
                                : sgdmft_error_reached(result, &point->reached, error);
        *reached = point->reached.fraction >= 0.5;
        limit->count++;
    }
    sgdmft_result_free(result);
    return status;
}

/* Finds a bracket: the run reaches zero at low and not at high. */
static enum sgdmft_status bracket(struct search *search, double start, struct sgdmft_error *error)
{
    struct sgdmft_alpha_limit *limit = search->limit;
    double alpha = start;
    bool first, reached;
    enum sgdmft_status status = measure(search, alpha, &first, error);
    limit->low = limit->high = alpha;
    for (int i = 0; !status && i < DOUBLINGS; i++) {
        alpha = first ? 2 * alpha : alpha / 2;
        status = measure(search, alpha, &reached, error);
        if (status)
            break;
        *(reached ? &limit->low : &limit->high) = alpha;
        if (reached != first)
            return SGDMFT_OK;
    }
    if (status)
        return status;
    return sgdmft_fail(error, SGDMFT_NOT_CONVERGED, "find-alpha: no bracket, the run %s from alpha %.4g to %.4g",
                       first ? "reaches zero everywhere" : "does not reach zero anywhere", fmin(alpha, start),
                       fmax(alpha, start));
}

/* The capacity, limit of alpha for a long run of a convex problem; NaN without a formula. */
static double capacity_of(const struct sgdmft_run *run, bool by_loss)
{
    const bool storage = !run->data->signal && run->targets == SGDMFT_TARGETS_SIGN && !run->link->even;
    if (!storage)
        return (double)NAN;
    if (run->constraint == SGDMFT_CONSTRAINT_SPHERE)
        return sgdmft_gardner_capacity(by_loss ? run->kappa : 0);
    /* with a free norm any margin is reached by scaling w, as at kappa = 0 */
    return run->ridge == 0 && (!by_loss || run->kappa > 0) ? sgdmft_gardner_capacity(0) : (double)NAN;
}

/* ---- standard error of alpha ------------------------------------------------------------------------- */

#define MEDIAN 1.2533 /* ratio of the errors of median and mean for Gaussian values: sqrt(pi/2) */

static int by_alpha(const void *a, const void *b)
{
    const double x = ((const struct sgdmft_alpha_point *)a)->alpha, y = ((const struct sgdmft_alpha_point *)b)->alpha;
    return x < y ? -1 : x > y;
}

/* The standard deviation over the samples of their own limits in log alpha. A sample that reaches zero at one alpha
 * and not at the next has its limit between the two. */
static double spread(const struct sgdmft_alpha_limit *limit)
{
    struct sgdmft_alpha_point point[SGDMFT_ALPHA_POINTS];
    double mass = 0, mean = 0, squares = 0;
    memcpy(point, limit->point, limit->count * sizeof *point);
    qsort(point, limit->count, sizeof *point, by_alpha);
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i + 1 < limit->count; i++) {
            const struct sgdmft_alpha_point *a = &point[i], *b = a + 1;
            const double lost = fmax(0, a->reached.fraction - b->reached.fraction);
            const double middle = 0.5 * (log(a->alpha) + log(b->alpha));
            if (pass == 0) {
                mass += lost;
                mean += lost * middle;
            } else
                squares += lost * (middle - mean / mass) * (middle - mean / mass);
        }
    return mass > 0 ? sqrt(squares / mass) : 0;
}

/* The standard error of the limit: that of the median of the samples, and that of the bracket. */
static double alpha_error(const struct sgdmft_alpha_limit *limit, const struct sgdmft_run *run)
{
    const double samples = (double)(limit->simulate ? run->runs : run->groups), width = log(limit->high / limit->low);
    return limit->alpha * sqrt(MEDIAN * MEDIAN * pow(spread(limit), 2) / samples + width * width / 12);
}

enum sgdmft_status sgdmft_find_alpha(const struct sgdmft_run *run, bool simulate, double tolerance,
                                     const struct sgdmft_alpha_watch *watch, struct sgdmft_alpha_limit *limit,
                                     struct sgdmft_error *error)
{
    struct search search = {.run = *run, .watch = watch, .limit = limit, .tolerance = tolerance};
    *limit = (struct sgdmft_alpha_limit){.simulate = simulate, .by_loss = run->loss->uses_kappa};
    enum sgdmft_status status = sgdmft_find_alpha_check(run, simulate, tolerance, error);
    if (!status)
        status = bracket(&search, run->alpha, error);
    while (!status && limit->high > limit->low * (1 + tolerance) && limit->count < SGDMFT_ALPHA_POINTS) {
        const double middle = sqrt(limit->low * limit->high);
        bool reached;
        status = measure(&search, middle, &reached, error);
        if (!status)
            *(reached ? &limit->low : &limit->high) = middle;
    }
    if (status)
        return status;
    limit->alpha = sqrt(limit->low * limit->high);
    limit->alpha_se = alpha_error(limit, run);
    limit->capacity = capacity_of(run, limit->by_loss);
    return SGDMFT_OK;
}

/* ---- document ---------------------------------------------------------------------------------------------------- */

static json_t *point_object(const struct sgdmft_alpha_point *point)
{
    json_t *object = json_object();
    json_object_set_new(object, "alpha", json_number(point->alpha));
    json_object_set_new(object, "fraction", json_number(point->reached.fraction));
    json_set_value(object, "step", point->reached.step, point->reached.step_se);
    json_object_set_new(object, "diverged", json_boolean(point->diverged));
    return object;
}

enum sgdmft_status alpha_limit_json(const struct sgdmft_alpha_limit *limit, const struct sgdmft_run *run, FILE *out,
                                    struct sgdmft_error *error)
{
    json_t *document = json_document("boundary", "complete"), *points = json_array();
    json_object_set_new(document, "source", json_text(limit->simulate ? "simulation" : "theory"));
    json_object_set_new(document, "parameters", json_parameters(run));
    json_object_set_new(document, "criterion", json_text(limit->by_loss ? "train_loss" : "train_error"));
    json_set_value(document, "alpha", limit->alpha, limit->alpha_se);
    json_object_set_new(document, "steps", json_integer(run->steps));
    json_object_set_new(document, "alpha_low", json_number(limit->low));
    json_object_set_new(document, "alpha_high", json_number(limit->high));
    json_object_set_new(document, "capacity", json_number(limit->capacity));
    for (size_t i = 0; i < limit->count; i++)
        json_array_append_new(points, point_object(&limit->point[i]));
    json_object_set_new(document, "points", points);
    return json_print(document, out, error);
}
