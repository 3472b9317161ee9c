/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gnuplot script of a picture and its data. */
#ifndef SOLVER_CLI_VIEW_PLOT_SCRIPT_H
#define SOLVER_CLI_VIEW_PLOT_SCRIPT_H

#include "solver/cli/figure/figure.h"
#include "solver/cli/view/plot_curves.h"

/* True if there is something to draw: an observable at two or more steps. */
bool plot_has_panels(const struct curves *curves);
/* One block a curve (separated by two empty lines): step, time, then value and standard error of every standard series.
 */
void plot_data(const struct curves *curves, FILE *out);
/* The script reads the data named in its variable `data` and draws to `output`; both have a default, here the names
 * given, so that the script can be run by itself. */
void plot_script(const struct curves *curves, enum plot_terminal terminal, const char *data, const char *output,
                 FILE *out);

#endif
