/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The identities of the stationary state (T13), both sides measured. With g the mini-batch gradient, ridge included,
 * |w^{k+1}|^2 = |w^k|^2 - 2 eta w.g + eta^2 |g|^2 + 2 T eta (per N), and C(k+1,k) = C(k,k) - eta w.g, hence
 *
 *     gradient:  w.g       = (eta/2) |g|^2 + T           where the norm rests;
 *     short:     teff_short = [C(0) - C(1)]/chi(1) = (eta/2) |g|^2 + T.
 *
 * For linear models H S + S H - eta H S H = eta B + 2 T holds mode by mode; times H^-1, with
 * tr S = C(0) - C(inf), tr S H = w.g, tr H^-1 = chi(inf) and B = weight^2 b (1 - b) 2 loss (H - ridge)/(weight b):
 *
 *     linear:    2 [C(0) - C(inf)] = eta w.g + 2 eta weight (1 - b) loss [1 - ridge chi(inf)] + 2 T chi(inf). */
#include "solver/observe/fdt_internal.h"
#include "models/base/memory.h"

#include "solver/paths/reaction.h"
#include <math.h>
#include <stdio.h>

struct measured {
    const struct sgdmft_result *result;
    const struct fdt_plan *plan;
    const struct sgdmft_quantity *overlap, *norm, *loss;
    long first, last; /* steps averaged over */
    bool transient;
};

/* eta at a step of the run; 0 for a flow. */
static double rate_at(const struct sgdmft_run *run, long k)
{
    return run->rule->continuous ? 0 : sgdmft_rate(run, k);
}

/* Averages of w.g, (eta/2)|g|^2 + T and the loss over steps and all samples but one; NaN without steps. */
static void averages(const struct measured *x, size_t omit, double *overlap, double *half_norm, double *loss)
{
    const struct sgdmft_result *result = x->result;
    double count = 0;
    *overlap = *half_norm = *loss = 0;
    for (size_t s = 0; s < result->samples; s++)
        for (size_t i = 0; i < result->steps && s != omit; i++) {
            const long k = result->step[i];
            const size_t at = s * result->steps + i;
            if (k < x->first || k > x->last || !isfinite(x->overlap->sample[at]) || !isfinite(x->norm->sample[at]))
                continue;
            count++;
            *overlap += x->overlap->sample[at];
            *half_norm += 0.5 * rate_at(&result->run, k) * x->norm->sample[at] + sgdmft_temperature(&result->run, k);
            *loss += x->loss->sample[at];
        }
    *overlap /= count;
    *half_norm /= count;
    *loss /= count;
}

static void sides_put(double left, double right, double out[3])
{
    out[0] = left;
    out[1] = right;
    out[2] = left - right;
}

static void identity_gradient(void *context, size_t omit, double *out)
{
    double overlap, half_norm, loss;
    averages(context, omit, &overlap, &half_norm, &loss);
    sides_put(overlap, half_norm, out);
}

static void short_time(void *context, size_t omit, double *out)
{
    const struct measured *x = context;
    const double *correlation, *response;
    double overlap, half_norm, loss;
    averages(x, omit, &overlap, &half_norm, &loss);
    fdt_mean(x->plan->samples, omit, &correlation, &response);
    sides_put((correlation[0] - correlation[1]) / response[1], half_norm, out);
}

static void identity_linear(void *context, size_t omit, double *out)
{
    const struct measured *x = context;
    const struct sgdmft_run *run = &x->result->run;
    const double *correlation, *response;
    double overlap, half_norm, loss;
    struct fdt_tail c, chi;
    averages(x, omit, &overlap, &half_norm, &loss);
    fdt_mean(x->plan->samples, omit, &correlation, &response);
    fdt_limits(x->plan, correlation, response, &c, &chi);
    const double rate = sgdmft_rate(run, x->first), batch = sgdmft_batch(run, x->first);
    const double noise = 2 * rate * sgdmft_batch_weight(run, x->first) * (1 - batch) * loss;
    sides_put(2 * (correlation[0] - c.limit),
              rate * overlap + noise * (1 - run->ridge * chi.limit) + 2 * sgdmft_temperature(run, x->first) * chi.limit,
              out);
}

static bool is_linear(const struct sgdmft_run *run)
{
    const struct sgdmft_rule *rule = run->rule;
    return rule->independent && !rule->continuous && sgdmft_inputs_are_centred(run) && sgdmft_force_is_linear(run);
}

static bool identity_add(const struct measured *x, const char *name, const char *meaning, fdt_estimator *estimator,
                         struct sgdmft_identity *identity, size_t *count)
{
    double value[3], se[3];
    if (!fdt_jackknife(x->result->samples, estimator, (void *)x, 3, value, se))
        return false;
    if (isnan(value[2]))
        return true;
    struct sgdmft_identity *row = &identity[(*count)++];
    *row = (struct sgdmft_identity){.first = x->first,
                                    .last = x->last,
                                    .transient = x->transient,
                                    .left = value[0],
                                    .left_se = se[0],
                                    .right = value[1],
                                    .right_se = se[1],
                                    .difference = value[2],
                                    .difference_se = se[2],
                                    .z = value[2] / se[2]};
    snprintf(row->name, sizeof row->name, "%s", name);
    snprintf(row->meaning, sizeof row->meaning, "%s", meaning);
    return true;
}

static enum sgdmft_status identities_check(const struct sgdmft_result *result, struct sgdmft_error *error)
{
    if (result->run.constraint == SGDMFT_CONSTRAINT_SPHERE)
        return sgdmft_fail(
            error, SGDMFT_USAGE,
            "constraint: on the sphere the norm is fixed by the constraint, and the identities do not hold");
    if (sgdmft_step_extra(&result->run))
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: the identities hold for steps without it",
                           sgdmft_step_extra(&result->run));
    if (!sgdmft_result_find(result, "series", "gradient_overlap")
        || !sgdmft_result_find(result, "series", "gradient_norm"))
        return sgdmft_fail(
            error, SGDMFT_USAGE,
            "gradient_overlap: the result has no series of the mini-batch gradient, which the identities need");
    return SGDMFT_OK;
}

enum sgdmft_status sgdmft_identities(const struct sgdmft_result *result, const struct sgdmft_fdt *fdt,
                                     struct sgdmft_identity identity[SGDMFT_IDENTITIES_MAX], size_t *count,
                                     struct sgdmft_error *error)
{
    static const char gradient_text[] = "w.g = (eta/2) |g|^2 + T";
    struct fdt_samples samples = {0};
    struct fdt_plan plan = {0};
    *count = 0;
    const enum sgdmft_status status = identities_check(result, error);
    if (status != SGDMFT_OK)
        return status;
    const long start = fdt->used_waiting[0];
    struct measured x = {.result = result,
                         .overlap = sgdmft_result_find(result, "series", "gradient_overlap"),
                         .norm = sgdmft_result_find(result, "series", "gradient_norm"),
                         .loss = sgdmft_result_find(result, "series", "train_loss"),
                         .first = 0,
                         .last = start - 1,
                         .transient = true};
    bool good = fdt_used(result, fdt, &samples, &plan);
    x.plan = &plan;
    if (good && start > 0)
        good = identity_add(&x, "gradient", gradient_text, identity_gradient, identity, count);
    x.first = start;
    x.last = result->last_step;
    x.transient = !fdt->stationarity.stationary;
    good = good && identity_add(&x, "gradient", gradient_text, identity_gradient, identity, count)
           && identity_add(&x, "short", "teff_short = (eta/2) |g|^2 + T", short_time, identity, count);
    if (good && is_linear(&result->run) && plan.reached)
        good = identity_add(&x, "linear", "2 tr S = eta tr SH + eta tr B/H + 2 T tr 1/H", identity_linear, identity,
                            count);
    fdt_plan_free(&plan);
    fdt_samples_free(&samples);
    return good ? SGDMFT_OK : memory_fail(error, "the identities");
}
