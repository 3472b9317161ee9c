/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gnuplot script of a picture and its data. */
#ifndef SOLVER_CLI_VIEW_PLOT_SCRIPT_H
#define SOLVER_CLI_VIEW_PLOT_SCRIPT_H

#include "solver/cli/view/plot_kinds.h"

/* True if an observable has values at two or more steps. */
bool plot_has_panels(const struct curves *curves);
/* Prints the data, one block a curve, separated by two empty lines. Columns: step, time, then value and standard
 * error of every standard series. */
void plot_data(const struct curves *curves, FILE *out);
/* Prints the gnuplot script. It reads the file in its variable `data` and draws to that in `output`. data, output:
 * their defaults, with which the script runs by itself. */
void plot_script(const struct plot_request *request, const struct figure_medium *medium, const char *data,
                 const char *output, FILE *out);
/* Prints the matplotlib script, as plot_script does. */
void plot_matplotlib(const struct plot_request *request, const struct figure_medium *medium, const char *data,
                     const char *output, FILE *out);

#endif
