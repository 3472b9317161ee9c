/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The minimum of a convex energy H = sum_mu l(r_mu,y_mu) + (lambda/2)|w|^2 as N -> infinity: the fixed point in time of
 * (T3)-(T6), and the replica-symmetric saddle point at zero temperature. Unknowns m, C_perp = q - m^2 and V:
 *
 *     m = m - V (lambda m + alpha E[g (c + sqrt(Delta) u)])
 *     C_perp = V^2 alpha Delta E[g^2]
 *     1/V = lambda + alpha Delta E[l''/(1 + Delta V l'')]
 *
 * with averages over the proximal point r (static_average.h). The map above is iterated until it is near its fixed
 * point; Powell's hybrid method then solves for (m, ln C_perp, ln V), and one more evaluation of the map gives the
 * residual. */
#include "validation/closed_forms/static_average.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_multiroots.h>
#include <math.h>
#include <sgdmft/closed_forms.h>

enum { ROUNDS = 12, ITERATIONS = 100, POWELL = 60 };
static const double NEAR = 1e-3, TOLERANCE = 1e-10, RESPONSE_MAX = 1e6, SPREAD_MIN = 1e-9;

static struct static_field map(const struct sgdmft_run *run, const struct static_field *old,
                               struct static_average *average)
{
    const double variance = sgdmft_variance(run);
    *average = static_average(run, old);
    struct static_field new = {.overlap = 0.0,
                               .spread = old->response * old->response * run->alpha * variance * average->square,
                               .response = 1.0 / (run->ridge + run->alpha * variance * average->stiffness)};
    if (run->data->signal)
        new.overlap = old->overlap - new.response *(run->ridge * old->overlap + run->alpha * average->force);
    return new;
}

/* Largest change from a to b; overlap on the scale of w, the others relative. */
static double change(const struct static_field *a, const struct static_field *b)
{
    const double scale = sqrt(a->overlap * a->overlap + a->spread);
    const double overlap = fabs(b->overlap - a->overlap) / fmax(scale, 1e-3);
    const double spread = fabs(b->spread - a->spread) / fmax(a->spread, 1e-6 * scale * scale);
    const double response = fabs(b->response - a->response) / a->response;
    const double largest = fmax(overlap, fmax(spread, response));
    return isnan(overlap + spread + response) ? (double)INFINITY : largest;
}

static struct static_field field_of(const gsl_vector *x)
{
    return (struct static_field){gsl_vector_get(x, 0), exp(gsl_vector_get(x, 1)), exp(gsl_vector_get(x, 2))};
}

static int mismatch(const gsl_vector *x, void *context, gsl_vector *f)
{
    struct static_average average;
    const struct static_field old = field_of(x), new = map(context, &old, &average);
    gsl_vector_set(f, 0, new.overlap - old.overlap);
    gsl_vector_set(f, 1, log(new.spread) - gsl_vector_get(x, 1));
    gsl_vector_set(f, 2, log(new.response) - gsl_vector_get(x, 2));
    for (size_t i = 0; i < 3; i++)
        if (!isfinite(gsl_vector_get(f, i)))
            return GSL_EBADFUNC;
    return GSL_SUCCESS;
}

/* Runs Powell's method from *field; keeps the result only if its residual in the map is smaller. */
static void minimum_refine(const struct sgdmft_run *run, struct static_field *field)
{
    gsl_multiroot_fsolver *solver = gsl_multiroot_fsolver_alloc(gsl_multiroot_fsolver_hybrids, 3);
    gsl_vector *x = gsl_vector_alloc(3);
    struct sgdmft_run own = *run; /* GSL wants a context without const */
    gsl_multiroot_function function = {mismatch, 3, &own};
    if (solver && x) {
        gsl_vector_set(x, 0, field->overlap);
        gsl_vector_set(x, 1, log(field->spread));
        gsl_vector_set(x, 2, log(field->response));
        int status = gsl_multiroot_fsolver_set(solver, &function, x);
        for (int i = 0; i < POWELL && status == GSL_SUCCESS; i++) {
            status = gsl_multiroot_fsolver_iterate(solver);
            if (gsl_multiroot_test_residual(solver->f, 0.01 * TOLERANCE) == GSL_SUCCESS)
                break;
        }
        struct static_average average;
        const struct static_field found = field_of(solver->x);
        const struct static_field found_next = map(run, &found, &average), next = map(run, field, &average);
        if (change(&found, &found_next) < change(field, &next))
            *field = found;
    }
    gsl_vector_free(x);
    if (solver)
        gsl_multiroot_fsolver_free(solver);
}

static enum sgdmft_status minimum_check(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    if (!run->link->linear)
        return sgdmft_fail(error, SGDMFT_USAGE, "link %s: the replica-symmetric minimum is for link linear",
                           run->link->entry.name);
    if (sgdmft_force_jumps(run))
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "loss %s: the replica-symmetric minimum is for losses whose force does not jump",
                           run->loss->entry.name);
    if (run->constraint != SGDMFT_CONSTRAINT_NONE)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "constraint sphere: the replica-symmetric minimum is for constraint none");
    if (run->clip_example > 0)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "clip_example: the replica-symmetric minimum is that of a loss whose forces are not cut");
    if (!sgdmft_loss_is_convex(run))
        return sgdmft_fail(error, SGDMFT_USAGE, "loss %s: the replica-symmetric minimum is for convex losses",
                           run->loss->entry.name);
    if (!sgdmft_spectrum_is_plain(sgdmft_spectrum(run)))
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "covariance_spectrum: the replica-symmetric minimum is for inputs of one variance");
    return SGDMFT_OK;
}

enum sgdmft_status sgdmft_replica_symmetric(const struct sgdmft_run *run, struct sgdmft_minimum *minimum,
                                            struct sgdmft_error *error)
{
    const enum sgdmft_status status = minimum_check(run, error);
    if (status != SGDMFT_OK)
        return status;
    struct static_field field = {0.0, 1.0, 1.0 / (run->ridge + run->alpha * sgdmft_variance(run))};
    struct static_average average = {0};
    double residual = (double)INFINITY;

    for (int round = 0; round < ROUNDS && residual > TOLERANCE; round++) {
        for (int i = 0; i < ITERATIONS && residual > (round == 0 ? NEAR : TOLERANCE); i++) {
            const struct static_field next = map(run, &field, &average);
            residual = change(&field, &next);
            field = next;
            if (!(residual < (double)INFINITY) || !(field.response < RESPONSE_MAX))
                return sgdmft_fail(error, SGDMFT_NOT_CONVERGED,
                                   "replica-symmetric minimum: the response grows without bound (%g); "
                                   "the minimum is not unique at ridge = %g, alpha = %g",
                                   field.response, run->ridge, run->alpha);
        }
        if (residual > TOLERANCE && field.spread > SPREAD_MIN) /* zero at a perfect fit: no logarithm */
            minimum_refine(run, &field);
        const struct static_field next = map(run, &field, &average);
        residual = change(&field, &next);
    }
    if (!(residual <= TOLERANCE))
        return sgdmft_fail(error, SGDMFT_NOT_CONVERGED, "replica-symmetric minimum: residual %g is above %g", residual,
                           TOLERANCE);
    *minimum = (struct sgdmft_minimum){.overlap = field.overlap,
                                       .norm = field.overlap * field.overlap + field.spread,
                                       .response = field.response,
                                       .train_loss = average.loss,
                                       .train_error = sgdmft_has_classes(run) ? average.error : (double)NAN,
                                       .residual = residual};
    return SGDMFT_OK;
}
