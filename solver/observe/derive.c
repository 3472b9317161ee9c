/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers that follow from a whole result, kept in it. */
#include "solver/observe/derive.h"
#include "models/base/memory.h"

#include <math.h>
#include <sgdmft/boundary.h>
#include <sgdmft/fdt.h>

static bool has(const struct sgdmft_result *result, const char *name)
{
    return sgdmft_result_find(result, "derived", name) != NULL;
}

static bool derived_put(struct sgdmft_result *result, const char *name, double value, double se)
{
    const size_t one = 1;
    struct sgdmft_quantity *quantity = sgdmft_result_add(result, "derived", name, 1, &one);
    if (!quantity)
        return false;
    quantity->mean[0] = value;
    quantity->se[0] = se;
    return true;
}

static bool put_estimate(struct sgdmft_result *result, const char *name, const struct sgdmft_estimated *estimate)
{
    return derived_put(result, name, estimate->value, estimate->se);
}

/* A result of the engine `stationary` has its own spectrum already. */
static bool put_spectrum(struct sgdmft_result *result, const struct sgdmft_fdt *fdt)
{
    if (fdt->omegas == 0 || sgdmft_result_find(result, "spectrum", "teff"))
        return true;
    result->omegas = fdt->omegas;
    struct sgdmft_quantity *omega = sgdmft_result_add(result, "derived", "omega", 1, &fdt->omegas);
    struct sgdmft_quantity *teff = sgdmft_result_add(result, "derived", "teff", 1, &fdt->omegas);
    if (!omega || !teff)
        return false;
    for (size_t i = 0; i < fdt->omegas; i++) {
        omega->mean[i] = fdt->omega[i];
        omega->se[i] = 0;
        teff->mean[i] = fdt->teff[i];
        teff->se[i] = fdt->teff_se[i];
    }
    return true;
}

static bool put_temperatures(struct sgdmft_result *result, const struct sgdmft_fdt *fdt)
{
    return put_estimate(result, "teff_short", &fdt->teff_short) && put_estimate(result, "teff_chord", &fdt->teff_chord)
           && put_estimate(result, "teff_late", &fdt->teff_late)
           && put_estimate(result, "correlation_limit", &fdt->correlation_limit)
           && put_estimate(result, "response_limit", &fdt->response_limit) && put_spectrum(result, fdt);
}

static enum sgdmft_status derive_fail(struct sgdmft_error *error)
{
    return memory_fail(error, "what follows from a result");
}

static enum sgdmft_status temperatures(struct sgdmft_result *result, struct sgdmft_error *error)
{
    struct sgdmft_fdt *fdt = NULL;
    long first = 0, last = 0;
    if (has(result, "teff_chord") || result->waitings == 0)
        return SGDMFT_OK;
    sgdmft_window(&result->run, &first, &last);
    enum sgdmft_status status = sgdmft_fdt(result, first, last, &fdt, error);
    if (status)
        return status == SGDMFT_INTERNAL || status == SGDMFT_NOT_CONVERGED ? status : SGDMFT_OK;
    const struct sgdmft_stationarity *test = &fdt->stationarity;
    if (!test->stationary && isnan(test->max_abs_z))
        status = sgdmft_fail(error, SGDMFT_NOT_CONVERGED,
                             "stationarity is not shown: it takes two waiting times and two samples");
    else if (!test->stationary)
        status = sgdmft_fail(error, SGDMFT_NOT_CONVERGED,
                             "not stationary: the %s, differs by %.1f standard errors (at most %.1f)", test->worst,
                             test->max_abs_z, test->threshold);
    else if (!put_temperatures(result, fdt))
        status = derive_fail(error);
    sgdmft_fdt_free(fdt);
    return status;
}

/* Adds the fractions that reach zero; not for one measured step (engine stationary), where staying there is unknown. */
static enum sgdmft_status zeros(struct sgdmft_result *result, struct sgdmft_error *error)
{
    struct sgdmft_reached reached;
    bool good = true;
    if (result->steps < 2 || result->status != SGDMFT_OK)
        return SGDMFT_OK;
    if (!has(result, "train_error_zero") && sgdmft_error_reached(result, &reached, NULL) == SGDMFT_OK)
        good = derived_put(result, "train_error_zero", reached.fraction,
                           sqrt(reached.fraction * (1 - reached.fraction) / (double)result->samples));
    if (good && !has(result, "train_loss_zero") && sgdmft_loss_reached(result, &reached, NULL) == SGDMFT_OK)
        good = derived_put(result, "train_loss_zero", reached.fraction,
                           sqrt(reached.fraction * (1 - reached.fraction) / (double)result->samples));
    return good ? SGDMFT_OK : derive_fail(error);
}

enum sgdmft_status derive(struct sgdmft_result *result, struct sgdmft_error *error)
{
    enum sgdmft_status status = zeros(result, error);
    return status ? status : temperatures(result, error);
}
