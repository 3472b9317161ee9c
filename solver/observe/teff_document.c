/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Effective temperature of a result: its measurement, its test, and the json document. */
#include "models/result/json_values.h"
#include "solver/observe/teff.h"

#include <math.h>
#include <stdio.h>

enum sgdmft_status teff_measure(const struct sgdmft_result *result, const struct sgdmft_run *asked, struct teff *teff,
                                struct sgdmft_error *error)
{
    long first = 0, last = 0;
    sgdmft_window(asked ? asked : &result->run, &first, &last);
    teff->result = result;
    enum sgdmft_status status = sgdmft_fdt(result, first, last, &teff->fdt, error);
    if (status)
        return status;
    teff->temperatures = teff->fdt->stationarity.stationary || teff->force;
    if (teff->identities)
        status = sgdmft_identities(result, teff->fdt, teff->identity, &teff->identity_count, error);
    if (!status && teff->temperatures && teff->spectrum && teff->fdt->omegas == 0)
        status = sgdmft_fail(error, SGDMFT_NOT_CONVERGED,
                             "spectrum: the tail of the curve is not reached, so there are no sums over all lags");
    return status;
}

enum sgdmft_status teff_refusal(const struct teff *teff, struct sgdmft_error *error)
{
    const struct sgdmft_stationarity *test = &teff->fdt->stationarity;
    static const char force[] = "so there is no T_eff (--force prints the slopes all the same)";
    if (teff->temperatures)
        return SGDMFT_OK;
    if (isnan(test->max_abs_z))
        return sgdmft_fail(error, SGDMFT_NOT_CONVERGED,
                           "stationarity is not shown: it takes two waiting times%s and two samples, %s",
                           teff->fdt->curves > 1 ? " (of the same phase, for a rule with epochs)" : "", force);
    return sgdmft_fail(error, SGDMFT_NOT_CONVERGED,
                       "the run is not stationary: the %s, differs by %.1f standard errors (at most %.1f), %s",
                       test->worst, test->max_abs_z, test->threshold, force);
}

static void set_estimate(json_t *object, const char *name, const struct sgdmft_estimated *estimate, bool known)
{
    char key[64];
    const long window[2] = {estimate->first, estimate->last};
    json_set_value(object, name, known ? estimate->value : (double)NAN, known ? estimate->se : (double)NAN);
    snprintf(key, sizeof key, "%s_window", name);
    json_object_set_new(object, key, json_steps(window, 2));
}

static json_t *stationarity_object(const struct sgdmft_stationarity *test)
{
    json_t *object = json_object();
    json_object_set_new(object, "from", test->stationary ? json_integer(test->from) : json_null());
    json_object_set_new(object, "comparisons", json_integer((json_int_t)test->comparisons));
    json_object_set_new(object, "max_abs_z", json_number(test->max_abs_z));
    json_object_set_new(object, "threshold", json_number(test->threshold));
    json_object_set_new(object, "resolution", json_number(test->resolution));
    json_object_set_new(object, "worst", json_text(test->worst));
    return object;
}

/* Arrays with the columns and rows of the csv table of curves. */
static void set_curves(json_t *object, const struct sgdmft_fdt *fdt)
{
    static const char *const name[] = {"time",        "correlation", "correlation_se", "response",
                                       "response_se", "teff_local",  "teff_local_se"};
    json_t *waiting = json_array(), *lag = json_array(), *column[7];
    for (size_t j = 0; j < 7; j++)
        column[j] = json_array();
    for (size_t i = 0; i < fdt->curves; i++) {
        const struct sgdmft_fdt_curve *curve = &fdt->curve[i];
        const double *const value[] = {curve->time,        curve->correlation, curve->correlation_se, curve->response,
                                       curve->response_se, curve->teff,        curve->teff_se};
        for (size_t l = 0; l < curve->lags; l++) {
            json_array_append_new(waiting, json_integer(curve->waiting));
            json_array_append_new(lag, json_integer(curve->lag[l]));
            for (size_t j = 0; j < 7; j++)
                json_array_append_new(column[j], json_number(value[j][l]));
        }
    }
    json_object_set_new(object, "waiting", waiting);
    json_object_set_new(object, "lag", lag);
    for (size_t j = 0; j < 7; j++)
        json_object_set_new(object, name[j], column[j]);
}

static json_t *identities_array(const struct teff *teff)
{
    json_t *array = json_array();
    for (size_t i = 0; i < teff->identity_count; i++) {
        const struct sgdmft_identity *row = &teff->identity[i];
        json_t *object = json_object();
        json_object_set_new(object, "identity", json_text(row->name));
        json_object_set_new(object, "meaning", json_text(row->meaning));
        json_object_set_new(object, "first", json_integer(row->first));
        json_object_set_new(object, "last", json_integer(row->last));
        json_object_set_new(object, "transient", json_boolean(row->transient));
        json_set_value(object, "left", row->left, row->left_se);
        json_set_value(object, "right", row->right, row->right_se);
        json_set_value(object, "difference", row->difference, row->difference_se);
        json_object_set_new(object, "z", json_number(row->z));
        json_array_append_new(array, object);
    }
    return array;
}

enum sgdmft_status teff_json(const struct teff *teff, FILE *out, struct sgdmft_error *error)
{
    const struct sgdmft_fdt *fdt = teff->fdt;
    json_t *document = json_document("teff", teff->temperatures ? "complete" : "not_stationary");
    json_set_source(document, teff->result);
    json_object_set_new(document, "stationary", json_boolean(fdt->stationarity.stationary));
    json_object_set_new(document, "stationarity", stationarity_object(&fdt->stationarity));
    set_estimate(document, "teff_short", &fdt->teff_short, teff->temperatures);
    set_estimate(document, "teff_chord", &fdt->teff_chord, teff->temperatures);
    set_estimate(document, "teff_late", &fdt->teff_late, teff->temperatures);
    set_estimate(document, "correlation_limit", &fdt->correlation_limit, teff->temperatures);
    set_estimate(document, "response_limit", &fdt->response_limit, teff->temperatures);
    json_object_set_new(document, "waiting_used", json_steps(fdt->used_waiting, fdt->used));
    json_object_set_new(document, "warning", *fdt->warning ? json_text(fdt->warning) : json_null());
    if (teff->temperatures)
        set_curves(document, fdt);
    if (teff->spectrum && teff->temperatures) {
        json_object_set_new(document, "omega", json_numbers(fdt->omega, fdt->omegas));
        json_set_values(document, "teff", fdt->teff, fdt->teff_se, fdt->omegas);
    }
    if (teff->identities)
        json_object_set_new(document, "identities", identities_array(teff));
    return json_print(document, out, error);
}
