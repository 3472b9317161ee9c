/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gnuplot script of a picture and its data. */
#ifndef SOLVER_CLI_VIEW_PLOT_SCRIPT_H
#define SOLVER_CLI_VIEW_PLOT_SCRIPT_H

#include "solver/cli/view/plot_kinds.h"

/* True if there is something to draw: an observable at two or more steps. */
bool plot_has_panels(const struct curves *curves);
/* One block a curve (separated by two empty lines): step, time, then value and standard error of every standard series.
 */
void plot_data(const struct curves *curves, FILE *out);
/* The script reads the data named in its variable `data` and draws to `output`; both have a default, here the names
 * given, so that the script can be run by itself. */
void plot_script(const struct plot_request *request, const struct figure_medium *medium, const char *data,
                 const char *output, FILE *out);
/* The same for matplotlib. */
void plot_matplotlib(const struct plot_request *request, const struct figure_medium *medium, const char *data,
                     const char *output, FILE *out);

#endif
