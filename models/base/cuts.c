/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/base/cuts.h"

#include <math.h>

#define WIDE 3.0

double normal_density(double x)
{
    return exp(-x * x / 2) / sqrt(2 * M_PI);
}

void cuts_add(struct cuts *cuts, double x)
{
    if (!(fabs(x) < CUTS_REACH) || cuts->count == CUTS_MAX)
        return;
    size_t i = cuts->count++;
    for (; i > 0 && cuts->at[i - 1] > x; i--)
        cuts->at[i] = cuts->at[i - 1];
    cuts->at[i] = x;
}

struct cuts cuts_start(void)
{
    struct cuts cuts = {.count = 2, .at = {-CUTS_REACH, CUTS_REACH}};
    for (double x = -CUTS_REACH + 1.5; x < CUTS_REACH; x += 1.5)
        cuts_add(&cuts, x);
    return cuts;
}

void cuts_around(struct cuts *cuts, double x, double sd)
{
    double distance = 1;
    cuts_add(cuts, x);
    for (int level = 0; level < CUTS_LEVELS && distance * sd > 1; level++) {
        distance /= 2;
        cuts_add(cuts, x - distance);
        cuts_add(cuts, x + distance);
    }
}

struct cuts cuts_wide(double reach)
{
    struct cuts cuts = {.count = 2, .at = {-reach, reach}};
    for (double x = -reach + WIDE; x < reach - WIDE / 2; x += WIDE)
        cuts_add(&cuts, x);
    return cuts;
}
