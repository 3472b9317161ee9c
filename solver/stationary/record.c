/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stationary state as a result: a series of one step, two-time functions that do not depend on the waiting time,
 * their limits, and the effective temperature of each frequency (T10). */
#include "solver/stationary/stationary_engine.h"

#include "models/result/result_allocate.h"
#include "solver/observe/generalization.h"
#include "solver/observe/tails.h"
#include <math.h>
#include <string.h>

static const double omegas[] = {0.01, 0.02, 0.03, 0.05, 0.07, 0.1,  0.15, 0.2,  0.3, 0.4,  0.5,
                                0.7,  0.85, 1,    1.25, 1.5,  1.75, 2,    2.25, 2.5, 2.75, 3};
#define OMEGAS (sizeof omegas / sizeof omegas[0])

/* Copy of the run with the waiting times of the result: those of the run without 0, which is no time of the stationary
 * state; if none is left, one memory before the end. */
static struct sgdmft_run with_waiting(const struct sgdmft_run *run, size_t memory)
{
    struct sgdmft_run view = *run;
    view.waiting.count = 0;
    for (size_t i = 0; i < run->waiting.count; i++)
        if (run->waiting.step[i] > 0)
            view.waiting.step[view.waiting.count++] = run->waiting.step[i];
    if (view.waiting.count == 0) {
        view.waiting.count = 1;
        view.waiting.step[0] = run->steps > (long)memory ? run->steps - (long)memory : 0;
    }
    return view;
}

/* Quantities of a stationary result: the standard series and, except on the sphere, those of the gradient; two-time
 * functions of the lag; and its own. */
static bool holds(const struct sgdmft_run *run, const struct sgdmft_observable *observable)
{
    const bool gradient = run->constraint != SGDMFT_CONSTRAINT_SPHERE && observable->of_a_step;
    return observable->standard || gradient || observable->axis[0] == SGDMFT_AXIS_WAITING
           || strcmp(observable->group, "stationary") == 0 || strcmp(observable->group, "spectrum") == 0;
}

static bool add_quantities(struct sgdmft_result *result)
{
    bool good = result_add_present(result, "series", "distance");
    for (size_t i = 0; i < sgdmft_observable_count; i++)
        if (holds(&result->run, &sgdmft_observables[i]))
            good = result_add_listed(result, &sgdmft_observables[i]) && good;
    return good;
}

struct sgdmft_result *stationary_result(const struct sgdmft_run *run, size_t memory, size_t samples)
{
    const struct sgdmft_run view = with_waiting(run, memory);
    struct sgdmft_result *result =
        result_allocate(run, SGDMFT_THEORY, samples, 1, view.waiting.count, sgdmft_measured_lags(&view, NULL));
    if (!result)
        return NULL;
    result->omegas = OMEGAS;
    if (samples > 0) {
        result->step[0] = run->steps;
        result->time[0] = sgdmft_time(run, run->steps);
        memcpy(result->waiting, view.waiting.step, view.waiting.count * sizeof *result->waiting);
        sgdmft_measured_lags(&view, result->lag);
    }
    if (!add_quantities(result) || !tails_add(result)) {
        sgdmft_result_free(result);
        return NULL;
    }
    return result;
}

static double *record_sample(struct sgdmft_result *result, const char *group, const char *name, size_t sample)
{
    struct sgdmft_quantity *quantity = sgdmft_result_find(result, group, name);
    return quantity->sample + sample * quantity->length;
}

static double response_at(const struct stationary_order *order, size_t lag)
{
    return order->chi[lag < order->shape.reach ? lag : order->shape.reach];
}

static double correlation_at(const struct stationary_order *order, size_t lag)
{
    return order->correlation_limit + (lag <= order->shape.ring / 2 ? order->C[lag] : 0);
}

static void record_two_time(const struct stationary_order *order, size_t group, struct sgdmft_result *result)
{
    double *correlation = record_sample(result, "two_time", "correlation", group);
    double *response = record_sample(result, "two_time", "response", group);
    for (size_t w = 0; w < result->waitings; w++)
        for (size_t l = 0; l < result->lags; l++) {
            correlation[w * result->lags + l] = correlation_at(order, (size_t)result->lag[l]);
            response[w * result->lags + l] = response_at(order, (size_t)result->lag[l]);
        }
    const double range = order->C[0], whole = order->chi[order->shape.reach];
    *record_sample(result, "stationary", "correlation_limit", group) = order->correlation_limit;
    *record_sample(result, "stationary", "response_limit", group) = whole;
    *record_sample(result, "stationary", "teff_short", group) = (order->C[0] - order->C[1]) / order->chi[1];
    *record_sample(result, "stationary", "teff_chord", group) = range / whole;
}

/* Fills the spectrum by sums over all lags of the kernels, at any frequency. */
static void record_spectrum(const struct stationary_order *order, size_t group, struct sgdmft_result *result)
{
    const size_t half = order->shape.ring / 2, reach = order->shape.reach;
    double *omega = record_sample(result, "spectrum", "omega", group),
           *teff = record_sample(result, "spectrum", "teff", group);
    for (size_t i = 0; i < OMEGAS; i++) {
        double C = order->C[0], R = 0;
        for (size_t lag = 1; lag <= half; lag++)
            C += 2 * order->C[lag] * cos(omegas[i] * (double)lag);
        for (size_t lag = 1; lag <= reach; lag++)
            R += (order->chi[lag] - order->chi[lag - 1]) * sin(omegas[i] * (double)lag); /* - eta Im R^ */
        omega[i] = omegas[i];
        teff[i] = sin(omegas[i]) * C / (2 * R);
    }
}

/* Records averages over the phases. w.g is measured on the paths; |g|^2 follows from |w^{k+1} - w^k|^2. */
static bool record_series(const struct stationary_turn *turn, const struct stationary_kernels *kernels, size_t group,
                          struct sgdmft_result *result)
{
    const struct stationary_order *order = &turn->order;
    const struct sgdmft_run *run = turn->run;
    const size_t n = kernels->period;
    double *overlap = record_sample(result, "series", "overlap", group),
           *norm = record_sample(result, "series", "norm", group);
    double *loss = record_sample(result, "series", "test_loss", group);
    double *mistakes = record_sample(result, "series", "test_error", group);
    struct generalization *generalization = generalization_create(run);
    if (!generalization)
        return false;
    *overlap = *norm = *loss = *mistakes = 0;
    for (size_t p = 0; p < n; p++) {
        double one_loss, one_error;
        generalization_evaluate(generalization, kernels->m[p], order->norm[p], &one_loss, &one_error);
        *overlap += kernels->m[p] / (double)n;
        *norm += order->norm[p] / (double)n;
        *loss += one_loss / (double)n;
        *mistakes += one_error / (double)n;
    }
    generalization_free(generalization);
    *record_sample(result, "series", "train_loss", group) = turn->averages.train_loss;
    *record_sample(result, "series", "train_error", group) = turn->averages.train_error;
    if (!sgdmft_loss_is_convex(run))
        *record_sample(result, "series", "tangent_share", group) = turn->averages.tangent_share;
    if (run->replicas > 1) {
        /* Stationary replicas share the data alone, so that their overlap is that of the mean weights: C12 = C(inf). */
        *record_sample(result, "series", "distance", group) = 2 * order->C[0];
        *record_sample(result, "series", "distance_normalised", group) = 2 * order->C[0] / *norm;
    }
    if (run->constraint == SGDMFT_CONSTRAINT_SPHERE)
        return true;
    *record_sample(result, "series", "gradient_overlap", group) =
        run->alpha * turn->averages.force + run->ridge * *norm;
    *record_sample(result, "series", "gradient_norm", group) =
        2 * (order->C[0] - order->C[1] - run->temperature * run->rate) / (run->rate * run->rate);
    return true;
}

bool stationary_record(const struct stationary_turn *turn, const struct stationary_kernels *kernels, size_t group,
                       struct sgdmft_result *result)
{
    record_two_time(&turn->order, group, result);
    record_spectrum(&turn->order, group, result);
    return record_series(turn, kernels, group, result);
}

void stationary_reduce(struct sgdmft_result *result)
{
    sgdmft_result_reduce(result);
    struct sgdmft_quantity *omega = sgdmft_result_find(result, "spectrum", "omega");
    for (size_t i = 0; i < OMEGAS; i++) {
        omega->mean[i] = omegas[i];
        omega->se[i] = 0;
    }
}
