/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Number of groups for a wanted error, which falls as one over their root. The size of a group, and its bias, is fixed.
 * */
#include "solver/run/target.h"

#include <math.h>

#define MARGIN 1.15 /* factor of the groups by the law: an error from a few groups is itself uncertain */
#define LEAST 1.25  /* smallest growth of a round */
#define MOST 16.0   /* largest growth of a round, since the error is uncertain */

double target_reached(const struct sgdmft_result *result)
{
    double worst = 0;
    for (size_t i = 0; i < result->quantities; i++) {
        const struct sgdmft_quantity *quantity = &result->quantity[i];
        double scale = 0, error = 0;
        if (!quantity->observable->standard || quantity->rank != 1)
            continue;
        for (size_t k = 0; k < quantity->length; k++) {
            scale = fmax(scale, fabs(quantity->mean[k])); /* fmax takes no NaN */
            error =
                fmax(error, isnan(quantity->se[k]) && !isnan(quantity->mean[k]) ? (double)INFINITY : quantity->se[k]);
        }
        if (error > 0)
            worst = fmax(worst, error / scale);
    }
    return worst;
}

bool target_grow(struct sgdmft_run *run, double reached)
{
    const struct sgdmft_parameter *groups = sgdmft_parameter_find("groups"), *paths = sgdmft_parameter_find("paths");
    const double ratio = reached / run->target_error;
    const double growth = fmin(MOST, fmax(LEAST, MARGIN * ratio * ratio)), now = (double)run->groups;
    const double next = ceil(growth * now), all = ceil((double)run->paths / now) * next;
    if (!(next <= groups->maximum) || !(all <= paths->maximum))
        return false;
    run->groups = (long)next;
    run->paths = (long)all;
    return true;
}
