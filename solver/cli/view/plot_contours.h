/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of equal value in a figure. */
#ifndef SOLVER_CLI_VIEW_PLOT_CONTOURS_H
#define SOLVER_CLI_VIEW_PLOT_CONTOURS_H

#include "solver/cli/figure/contour.h"
#include "solver/cli/figure/figure.h"

#define PLOT_CONTOURS_MAX 32

struct plot_levels {
    size_t count;
    double value[PLOT_CONTOURS_MAX];
    bool wanted; /* requested by the user: drawn also without room for its label */
};

void plot_add_level(struct plot_levels *levels, double value);
/* Chooses round values between the ends: 1-2-5 steps, or 1, 5, 2 of each decade on a logarithmic scale, the decades
 * first. */
void plot_choose_levels(bool log, double low, double high, struct plot_levels *levels);
/* Draws the lines of a map with separate labels. map: linear values, also with logarithmic scales. INTERNAL: out of
 * memory. */
enum sgdmft_status plot_contours(struct figure *figure, const struct contour_grid *map,
                                 const struct plot_levels *levels, struct sgdmft_error *error);

#endif
