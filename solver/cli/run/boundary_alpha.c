/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Search for the largest alpha at which a run reaches zero: a bracket by factors of two, then bisection in the
 * logarithm. */
#include "models/result/json_values.h"
#include "solver/cli/run/command_boundary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DOUBLINGS 8
#define POINTS_MAX 64

struct point {
    double alpha;
    struct sgdmft_reached reached;
    bool diverged; /* counts as not reaching zero */
};

struct search {
    const struct invocation *invocation;
    bool simulate;
    bool by_loss;
    size_t count;
    struct point point[POINTS_MAX];
};

/* Computes the run at alpha and appends the point. *reached: it is zero in at least half of the samples. */
static enum sgdmft_status measure(struct search *search, double alpha, bool *reached, struct sgdmft_error *error)
{
    struct sgdmft_run run = search->invocation->run;
    struct sgdmft_result *result = NULL;
    struct progress progress;
    struct point *point = &search->point[search->count];
    char label[64];
    run.alpha = alpha;
    snprintf(label, sizeof label, "%s, alpha %.4g", search->simulate ? "simulation" : "theory", alpha);
    progress_start(&progress, search->invocation, label);
    enum sgdmft_status status = search->simulate ? simulated_run(&run, 0, &progress.watch, &result, error)
                                                 : sgdmft_solve(&run, &progress.watch, &result, error);
    progress_end(&progress);
    if (!result)
        return status;
    *point = (struct point){.alpha = alpha, .diverged = status == SGDMFT_DIVERGED};
    if (status == SGDMFT_OK || status == SGDMFT_DIVERGED) {
        status = search->by_loss ? sgdmft_loss_reached(result, &point->reached, error)
                                 : sgdmft_error_reached(result, &point->reached, error);
        *reached = point->reached.fraction >= 0.5;
        search->count++;
    }
    sgdmft_result_free(result);
    return status;
}

/* Finds a bracket: the run reaches zero at low and not at high. */
static enum sgdmft_status bracket(struct search *search, double *low, double *high, struct sgdmft_error *error)
{
    double alpha = search->invocation->run.alpha;
    bool first, reached;
    enum sgdmft_status status = measure(search, alpha, &first, error);
    *low = *high = alpha;
    for (int i = 0; !status && i < DOUBLINGS; i++) {
        alpha = first ? 2 * alpha : alpha / 2;
        status = measure(search, alpha, &reached, error);
        if (status)
            break;
        *(reached ? low : high) = alpha;
        if (reached != first)
            return SGDMFT_OK;
    }
    if (status)
        return status;
    return sgdmft_fail(error, SGDMFT_NOT_CONVERGED, "find-alpha: no bracket, the run %s from alpha %.4g to %.4g",
                       first ? "reaches zero everywhere" : "does not reach zero anywhere",
                       fmin(alpha, search->invocation->run.alpha), fmax(alpha, search->invocation->run.alpha));
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
    const double x = ((const struct point *)a)->alpha, y = ((const struct point *)b)->alpha;
    return x < y ? -1 : x > y;
}

/* The standard deviation over the samples of their own limits in log alpha. A sample that reaches zero at one alpha
 * and not at the next has its limit between the two. Sorts the points. */
static double spread(struct search *search)
{
    double mass = 0, mean = 0, squares = 0;
    qsort(search->point, search->count, sizeof *search->point, by_alpha);
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i + 1 < search->count; i++) {
            const struct point *a = &search->point[i], *b = a + 1;
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
static double alpha_error(struct search *search, double low, double high)
{
    const struct sgdmft_run *run = &search->invocation->run;
    const double samples = (double)(search->simulate ? run->runs : run->groups), bracket = log(high / low);
    return sqrt(low * high) * sqrt(MEDIAN * MEDIAN * pow(spread(search), 2) / samples + bracket * bracket / 12);
}

/* ---- output ----------------------------------------------------------------------------------------- */

static void alpha_csv(const struct search *search)
{
    puts("alpha,fraction,step,step_se");
    for (size_t i = 0; i < search->count; i++) {
        output_number(search->point[i].alpha);
        output_next(search->point[i].reached.fraction);
        output_next(search->point[i].reached.step);
        output_next(search->point[i].reached.step_se);
        putchar('\n');
    }
}

static void alpha_text(const struct search *search, double low, double high, double se, double capacity)
{
    const struct sgdmft_run *run = &search->invocation->run;
    char step[64], alpha[64];
    printf("%12s %16s %20s\n", "alpha", "reach zero", "from step");
    for (size_t i = 0; i < search->count; i++) {
        const struct point *point = &search->point[i];
        sgdmft_format_error(point->reached.step, point->reached.step_se, step);
        printf("%12.6g %16.3g %20s%s\n", point->alpha, point->reached.fraction, isnan(point->reached.step) ? "" : step,
               point->diverged ? "   diverged" : "");
    }
    sgdmft_format_error(sqrt(low * high), se, alpha);
    printf("\nwithin %ld steps the %s reaches zero up to alpha = %s, in half of %ld %s (between %.5g and %.5g)\n",
           run->steps, search->by_loss ? "training loss" : "training error", alpha,
           search->simulate ? run->runs : run->groups, search->simulate ? "runs" : "groups", low, high);
    if (!isnan(capacity))
        printf("capacity (Gardner), in the limit of many steps: %.5g\n", capacity);
}

static enum sgdmft_status alpha_json(const struct search *search, double low, double high, double se, double capacity,
                                     struct sgdmft_error *error)
{
    json_t *document = json_document("boundary", "complete"), *points = json_array();
    json_object_set_new(document, "source", json_text(search->simulate ? "simulation" : "theory"));
    json_object_set_new(document, "parameters", json_parameters(&search->invocation->run));
    json_object_set_new(document, "criterion", json_text(search->by_loss ? "train_loss" : "train_error"));
    json_object_set_new(document, "alpha", json_number(sqrt(low * high)));
    json_object_set_new(document, "alpha_se", json_number(se));
    json_object_set_new(document, "steps", json_integer(search->invocation->run.steps));
    json_object_set_new(document, "alpha_low", json_number(low));
    json_object_set_new(document, "alpha_high", json_number(high));
    json_object_set_new(document, "capacity", json_number(capacity));
    for (size_t i = 0; i < search->count; i++) {
        const struct point *point = &search->point[i];
        json_t *object = json_object();
        json_object_set_new(object, "alpha", json_number(point->alpha));
        json_object_set_new(object, "fraction", json_number(point->reached.fraction));
        json_object_set_new(object, "step", json_number(point->reached.step));
        json_object_set_new(object, "step_se", json_number(point->reached.step_se));
        json_object_set_new(object, "diverged", json_boolean(point->diverged));
        json_array_append_new(points, object);
    }
    json_object_set_new(document, "points", points);
    const enum sgdmft_status status = json_print(document, stdout, error);
    json_decref(document);
    return status;
}

enum sgdmft_status boundary_find_alpha(const struct invocation *invocation, bool simulate, double tolerance,
                                       struct sgdmft_error *error)
{
    struct search search = {
        .invocation = invocation, .simulate = simulate, .by_loss = invocation->run.loss->uses_kappa};
    double low, high;
    enum sgdmft_status status = bracket(&search, &low, &high, error);
    while (!status && high > low * (1 + tolerance) && search.count < POINTS_MAX) {
        const double middle = sqrt(low * high);
        bool reached;
        status = measure(&search, middle, &reached, error);
        if (!status)
            *(reached ? &low : &high) = middle;
    }
    if (status)
        return status;
    const double capacity = capacity_of(&invocation->run, search.by_loss);
    if (invocation->run.format == SGDMFT_FORMAT_CSV) {
        alpha_csv(&search);
        return output_flush(error);
    }
    struct search sorted = search;
    const double se = alpha_error(&sorted, low, high);
    if (invocation->run.format == SGDMFT_FORMAT_JSON)
        return alpha_json(&search, low, high, se, capacity, error);
    alpha_text(&search, low, high, se, capacity);
    return output_flush(error);
}
