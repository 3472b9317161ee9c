/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values of a result by name. */
#include "solver/observe/scalar.h"
#include "models/result/axes.h"
#include "models/run/suggest.h"

#include <math.h>
#include <sgdmft/boundary.h>
#include <sgdmft/margin_bins.h>
#include <sgdmft/run.h>
#include <stdlib.h>
#include <string.h>

/* Names that are no observables; those with an argument are the last ones. The error of `recovered` is that of the beta
 * law with a uniform prior. */
static const struct sgdmft_entry entries[] = {
    {"width", "width of the decision boundary: mean of the normalised margins (normalised_mean)", "THEORY section 9.4"},
    {"diverged", "1 if the run diverged, 0 otherwise", ""},
    {"teff(OMEGA)",
     "effective temperature at the angular frequency OMEGA, in radians per step, by linear interpolation", "(T10)"},
    {"recovered(LEVEL)", "share of the simulated runs that end with |overlap|/norm^(1/2) of at least LEVEL", ""},
};
#define OWN_NAMES 2

const struct sgdmft_entry *scalar_entry(size_t index)
{
    return index < sizeof entries / sizeof entries[0] ? &entries[index] : NULL;
}

/* Observables with one value for a step, and derived numbers. Those of the engine `stationary` are derived too. */
static bool is_scalar(const struct sgdmft_observable *observable)
{
    return (axes_are(observable, SGDMFT_AXIS_STEP, SGDMFT_AXIS_NONE) && strcmp(observable->group, "stationary") != 0)
           || axes_are(observable, SGDMFT_AXIS_MARGIN_STEP, SGDMFT_AXIS_NONE)
           || axes_are(observable, SGDMFT_AXIS_VALUE, SGDMFT_AXIS_NONE);
}

static const struct sgdmft_observable *find_observable(const char *name)
{
    for (size_t i = 0; i < sgdmft_observable_count; i++)
        if (is_scalar(&sgdmft_observables[i]) && strcmp(sgdmft_observables[i].name, name) == 0)
            return &sgdmft_observables[i];
    return NULL;
}

/* HEAD(NUMBER): true, with the number. */
static bool parse_argument(const char *name, const char *head, double *number)
{
    const size_t length = strlen(head);
    char *end;
    if (strncmp(name, head, length) != 0 || name[length] != '(')
        return false;
    *number = strtod(name + length + 1, &end);
    return end != name + length + 1 && strcmp(end, ")") == 0 && isfinite(*number);
}

/* True for KIND_quantiles(LEVEL) with a measured level, with the observable and the place of the level. */
static const struct sgdmft_observable *find_quantile(const char *name, size_t *place)
{
    double level;
    for (size_t i = 0; i < sgdmft_observable_count; i++) {
        if (!axes_are(&sgdmft_observables[i], SGDMFT_AXIS_MARGIN_STEP, SGDMFT_AXIS_LEVEL)
            || !parse_argument(name, sgdmft_observables[i].name, &level))
            continue;
        for (*place = 0; *place < SGDMFT_MARGIN_LEVELS; ++*place)
            if (fabs(sgdmft_margin_levels[*place] - level) < 1e-12)
                return &sgdmft_observables[i];
    }
    return NULL;
}

bool scalar_known(const char *name)
{
    double number;
    size_t place;
    for (size_t i = 0; i < OWN_NAMES; i++)
        if (strcmp(entries[i].name, name) == 0)
            return true;
    return find_observable(name) || find_quantile(name, &place) || (parse_argument(name, "teff", &number) && number > 0)
           || (parse_argument(name, "recovered", &number) && number > 0 && number < 1);
}

size_t scalar_names(const char *name[SCALAR_NAMES_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < OWN_NAMES; i++)
        name[count++] = entries[i].name;
    for (size_t i = 0; i < sgdmft_observable_count && count < SCALAR_NAMES_MAX; i++)
        if (is_scalar(&sgdmft_observables[i]))
            name[count++] = sgdmft_observables[i].name;
    return count;
}

enum sgdmft_status scalar_check(const char *what, const char *name, struct sgdmft_error *error)
{
    const char *names[SCALAR_NAMES_MAX];
    if (scalar_known(name))
        return SGDMFT_OK;
    char meant[SUGGESTION_MAX];
    return sgdmft_fail(error, SGDMFT_USAGE, "%s: there is no observable '%.80s' with one value a run%s", what, name,
                       suggestion(name, "'", "'", names, scalar_names(names), meant));
}

/* ---- values -------------------------------------------------------------------------------------------- */

/* Entry j of the row of a step (step < 0: of the last row); NaN if there is none. */
static struct scalar entry(const struct sgdmft_result *result, const struct sgdmft_observable *observable, long step,
                           size_t j)
{
    const struct scalar nothing = {(double)NAN, (double)NAN};
    const struct sgdmft_quantity *quantity = sgdmft_result_find(result, observable->group, observable->name);
    const size_t rows = quantity ? quantity->size[0] : 0, width = rows ? quantity->length / rows : 0;
    const struct axis *axis = &axes_list[observable->axis[0]];
    if (j >= width)
        return nothing;
    size_t row = step < 0 ? rows - 1 : 0;
    while (step >= 0 && row < rows && axis->steps(result)[row] != step)
        row++;
    const size_t at = row * width + j;
    return row < rows ? (struct scalar){quantity->mean[at], quantity->se[at]} : nothing;
}

/* Share of the runs that recovered the signal. Its error is the standard deviation of the beta law of k + 1 and n - k +
 * 1, which is not 0 for k = 0 and k = n. */
static bool recovered(const struct sgdmft_result *result, double level, struct scalar *scalar)
{
    const struct sgdmft_quantity *overlap = sgdmft_result_find(result, "series", "overlap"),
                                 *norm = sgdmft_result_find(result, "series", "norm");
    if (result->source != SGDMFT_SIMULATION || !overlap || !norm || !overlap->length)
        return false;
    const double n = (double)result->samples;
    double k = 0;
    for (size_t run = 0; run < result->samples; run++) {
        const size_t last = run * overlap->length + overlap->length - 1;
        k += fabs(overlap->sample[last]) >= level * sqrt(norm->sample[last]);
    }
    *scalar = (struct scalar){k / n, sqrt((k + 1) * (n - k + 1) / (n + 3)) / (n + 2)};
    return true;
}

static bool last_of(const struct sgdmft_result *result, const struct sgdmft_observable *observable, size_t j,
                    struct scalar *scalar)
{
    *scalar = entry(result, observable, -1, j);
    return !isnan(scalar->value);
}

/* NAME or NAME.ELEMENT of an observable with steps. */
static const struct sgdmft_observable *find_element(const char *name, size_t *element)
{
    const size_t length = strcspn(name, ".");
    *element = 0;
    for (const char *digit = name[length] ? name + length + 1 : ""; *digit; digit++) {
        if (*digit < '0' || *digit > '9')
            return NULL;
        *element = 10 * *element + (size_t)(*digit - '0');
    }
    for (size_t i = 0; i < sgdmft_observable_count; i++)
        if (strlen(sgdmft_observables[i].name) == length && strncmp(sgdmft_observables[i].name, name, length) == 0
            && axes_list[sgdmft_observables[i].axis[0]].steps)
            return &sgdmft_observables[i];
    return NULL;
}

bool scalar_has_steps(const char *name)
{
    size_t element;
    return find_element(name, &element) != NULL;
}

struct scalar scalar_at(const struct sgdmft_result *result, const char *name, long step)
{
    size_t element;
    const struct sgdmft_observable *observable = find_element(name, &element);
    return observable ? entry(result, observable, step, element) : (struct scalar){(double)NAN, (double)NAN};
}

bool scalar_spectrum(const struct sgdmft_result *result, const struct sgdmft_quantity **omega,
                     const struct sgdmft_quantity **teff)
{
    static const char *const groups[] = {"spectrum", "derived"};
    for (int i = 0; i < 2; i++) {
        *omega = sgdmft_result_find(result, groups[i], "omega");
        *teff = sgdmft_result_find(result, groups[i], "teff");
        if (*omega && *teff && (*omega)->length == (*teff)->length && (*omega)->length > 0)
            return true;
    }
    return false;
}

static bool at_omega(const struct sgdmft_result *result, double at, struct scalar *scalar)
{
    const struct sgdmft_quantity *omega, *teff;
    if (!scalar_spectrum(result, &omega, &teff))
        return false;
    for (size_t i = 0; i < omega->length; i++) {
        if (omega->mean[i] < at && i + 1 < omega->length && omega->mean[i + 1] >= at) {
            const double share = (at - omega->mean[i]) / (omega->mean[i + 1] - omega->mean[i]);
            scalar->value = teff->mean[i] + share * (teff->mean[i + 1] - teff->mean[i]);
            scalar->se = teff->se[i] + share * (teff->se[i + 1] - teff->se[i]);
            return true;
        }
        if (omega->mean[i] == at) {
            *scalar = (struct scalar){teff->mean[i], teff->se[i]};
            return true;
        }
    }
    return false;
}

bool scalar_read(const struct sgdmft_result *result, const char *name, struct scalar *scalar)
{
    double number;
    size_t place;
    *scalar = (struct scalar){(double)NAN, (double)NAN};
    if (strcmp(name, "diverged") == 0) {
        *scalar = (struct scalar){result->status == SGDMFT_DIVERGED, 0};
        return true;
    }
    if (strcmp(name, "width") == 0)
        return last_of(result, find_observable("normalised_mean"), 0, scalar);
    if (parse_argument(name, "teff", &number))
        return at_omega(result, number, scalar);
    if (parse_argument(name, "recovered", &number))
        return recovered(result, number, scalar);
    const struct sgdmft_observable *observable = find_observable(name);
    if (observable)
        return last_of(result, observable, 0, scalar);
    observable = find_quantile(name, &place);
    return observable && last_of(result, observable, place, scalar);
}

bool scalar_read_final(const struct sgdmft_result *result, const char *name, struct scalar *scalar)
{
    if (result->status != SGDMFT_DIVERGED || strcmp(name, "diverged") == 0)
        return scalar_read(result, name, scalar);
    const struct sgdmft_observable *observable = find_observable(name);
    const bool grows = observable && observable->grows;
    *scalar = (struct scalar){grows ? (double)INFINITY : (double)NAN, (double)NAN};
    return grows;
}
