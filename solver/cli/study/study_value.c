/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One number of a result by its name and step: a quantity of the result, an effective temperature of its last
 * window, or the deviation from an identity of the stationary state there. */
#include "solver/cli/study/command_study.h"

#include <math.h>
#include <string.h>

static const struct scalar nothing = {(double)NAN, (double)NAN};

static const char *const temperatures[] = {"teff_short", "teff_chord", "teff_late"};
static const char *const identities[] = {"identity_gradient", "identity_short", "identity_linear"};

static bool is_one_of(const char *name, const char *const *names, size_t count, size_t *index)
{
    for (*index = 0; *index < count; ++*index)
        if (strcmp(names[*index], name) == 0)
            return true;
    return false;
}

bool study_value_known(const char *name)
{
    size_t index;
    return is_one_of(name, temperatures, 3, &index) || is_one_of(name, identities, 3, &index) || scalar_has_steps(name)
           || scalar_known(name);
}

/* The temperature from C and chi, or that of the stationary engine. */
static struct scalar temperature(const struct sgdmft_result *result, size_t which)
{
    const struct sgdmft_quantity *known = sgdmft_result_find(result, "stationary", temperatures[which]);
    struct sgdmft_error error = {.status = SGDMFT_OK};
    struct sgdmft_fdt *fdt = NULL;
    if (known && known->length > 0)
        return (struct scalar){known->mean[known->length - 1], known->se[known->length - 1]};
    if (!sgdmft_result_find(result, "two_time", "response") || sgdmft_fdt(result, 0, 0, &fdt, &error) != SGDMFT_OK)
        return nothing;
    const struct sgdmft_estimated *estimated = which == 0   ? &fdt->teff_short
                                               : which == 1 ? &fdt->teff_chord
                                                            : &fdt->teff_late;
    const struct scalar value = {estimated->value, estimated->se};
    sgdmft_fdt_free(fdt);
    return value;
}

/* The deviation (left - right)/left of the identity of this name, over the last window. */
static struct scalar identity(const struct sgdmft_result *result, const char *name)
{
    struct sgdmft_identity row[SGDMFT_IDENTITIES_MAX];
    struct sgdmft_error error = {.status = SGDMFT_OK};
    struct sgdmft_fdt *fdt = NULL;
    struct scalar value = nothing;
    size_t count = 0;
    if (!sgdmft_result_find(result, "two_time", "response") || sgdmft_fdt(result, 0, 0, &fdt, &error) != SGDMFT_OK)
        return nothing;
    if (sgdmft_identities(result, fdt, row, &count, &error) == SGDMFT_OK)
        for (size_t i = 0; i < count && i < SGDMFT_IDENTITIES_MAX; i++)
            if (strcmp(row[i].name, name) == 0)
                value = (struct scalar){row[i].difference / row[i].left, row[i].difference_se / fabs(row[i].left)};
    sgdmft_fdt_free(fdt);
    return value;
}

struct scalar study_value_at(const struct sgdmft_result *result, const char *name, long step)
{
    size_t index;
    if (is_one_of(name, temperatures, 3, &index))
        return step < 0 ? temperature(result, index) : nothing;
    if (is_one_of(name, identities, 3, &index))
        return step < 0 ? identity(result, name + strlen("identity_")) : nothing;
    if (scalar_has_steps(name))
        return scalar_at(result, name, step);
    struct scalar value = nothing;
    if (step < 0)
        scalar_read(result, name, &value);
    return value;
}
