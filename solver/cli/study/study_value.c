/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One number of a result by its name and step: series, what is measured at steps of its own, effective temperatures,
 * and how well the identities of the stationary state hold. NAME.2 is the element 2, from 0, of an observable that has
 * several. */
#include "solver/cli/study/command_study.h"

#include <math.h>
#include <string.h>

static const struct study_value nothing = {(double)NAN, (double)NAN};

static bool has_steps(const struct sgdmft_observable *observable)
{
    static const char *const axes[] = {"step", "margin_step", "sharpness_step"};
    const size_t length = strcspn(observable->axes, ",");
    for (size_t i = 0; i < sizeof axes / sizeof *axes; i++)
        if (strlen(axes[i]) == length && strncmp(observable->axes, axes[i], length) == 0)
            return true;
    return false;
}

static const char *const temperatures[] = {"teff_short", "teff_chord", "teff_late"};
static const char *const identities[] = {"identity_gradient", "identity_short", "identity_linear"};

static bool is_one_of(const char *name, const char *const *names, size_t count, size_t *index)
{
    for (*index = 0; *index < count; ++*index)
        if (strcmp(names[*index], name) == 0)
            return true;
    return false;
}

static const struct sgdmft_observable *observable_named(const char *name, size_t *element)
{
    const char *dot = strchr(name, '.');
    const size_t length = dot ? (size_t)(dot - name) : strlen(name);
    *element = 0;
    for (const char *digit = dot ? dot + 1 : ""; *digit; digit++) {
        if (*digit < '0' || *digit > '9')
            return NULL;
        *element = 10 * *element + (size_t)(*digit - '0');
    }
    for (size_t i = 0; i < sgdmft_observable_count; i++)
        if (strlen(sgdmft_observables[i].name) == length && strncmp(sgdmft_observables[i].name, name, length) == 0
            && has_steps(&sgdmft_observables[i]))
            return &sgdmft_observables[i];
    return NULL;
}

bool study_value_known(const char *name)
{
    size_t index;
    return is_one_of(name, temperatures, 3, &index) || is_one_of(name, identities, 3, &index)
           || observable_named(name, &index);
}

/* The place of a step on the axis of a quantity, or its length. */
static size_t place_of(const struct sgdmft_result *result, const struct sgdmft_quantity *quantity, long step)
{
    const char first = quantity->observable->axes[1]; /* step, margin_step, sharpness_step */
    const long *axis = first == 'a' ? result->margin_step : first == 'h' ? result->run.sharpness_at.step : result->step;
    const size_t count = quantity->size[0];
    size_t at = 0;
    while (at < count && axis[at] != step)
        at++;
    return step < 0 ? count - 1 : at;
}

/* From C and chi, or as the stationary engine gives it. */
static struct study_value temperature(const struct sgdmft_result *result, size_t which)
{
    const struct sgdmft_quantity *known = sgdmft_result_find(result, "stationary", temperatures[which]);
    struct sgdmft_error error = {.status = SGDMFT_OK};
    struct sgdmft_fdt *fdt = NULL;
    if (known && known->length > 0)
        return (struct study_value){known->mean[known->length - 1], known->se[known->length - 1]};
    if (!sgdmft_result_find(result, "two_time", "response") || sgdmft_fdt(result, 0, 0, &fdt, &error) != SGDMFT_OK)
        return nothing;
    const struct sgdmft_estimated *estimated = which == 0   ? &fdt->teff_short
                                               : which == 1 ? &fdt->teff_chord
                                                            : &fdt->teff_late;
    const struct study_value value = {estimated->value, estimated->se};
    sgdmft_fdt_free(fdt);
    return value;
}

/* (left - right)/left of the identity of that name, over the last window. */
static struct study_value identity(const struct sgdmft_result *result, const char *name)
{
    struct sgdmft_identity row[SGDMFT_IDENTITIES_MAX];
    struct sgdmft_error error = {.status = SGDMFT_OK};
    struct sgdmft_fdt *fdt = NULL;
    struct study_value value = nothing;
    size_t count = 0;
    if (!sgdmft_result_find(result, "two_time", "response") || sgdmft_fdt(result, 0, 0, &fdt, &error) != SGDMFT_OK)
        return nothing;
    if (sgdmft_identities(result, fdt, row, &count, &error) == SGDMFT_OK)
        for (size_t i = 0; i < count && i < SGDMFT_IDENTITIES_MAX; i++)
            if (strcmp(row[i].name, name) == 0)
                value = (struct study_value){row[i].difference / row[i].left, row[i].difference_se / fabs(row[i].left)};
    sgdmft_fdt_free(fdt);
    return value;
}

struct study_value study_value_at(const struct sgdmft_result *result, const char *name, long step)
{
    size_t index;
    if (is_one_of(name, temperatures, 3, &index))
        return step < 0 ? temperature(result, index) : nothing;
    if (is_one_of(name, identities, 3, &index))
        return step < 0 ? identity(result, name + strlen("identity_")) : nothing;
    const struct sgdmft_observable *observable = observable_named(name, &index);
    const struct sgdmft_quantity *quantity =
        observable ? sgdmft_result_find(result, observable->group, observable->name) : NULL;
    if (!quantity || quantity->size[0] == 0)
        return nothing;
    const size_t each = quantity->length / quantity->size[0], at = place_of(result, quantity, step);
    if (at >= quantity->size[0] || index >= each)
        return nothing;
    return (struct study_value){quantity->mean[at * each + index], quantity->se[at * each + index]};
}
