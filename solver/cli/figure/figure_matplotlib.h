/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scripts for matplotlib (3.6 or later) in place of gnuplot's. */
#ifndef SOLVER_CLI_FIGURE_FIGURE_MATPLOTLIB_H
#define SOLVER_CLI_FIGURE_FIGURE_MATPLOTLIB_H

#include "solver/cli/figure/figure.h"

/* First line of a script, by which it is recognised. */
#define FIGURE_PYTHON_START "# matplotlib; written by sgdmft."

/* Prints the head of a script: data and output, style, reading of the blocks, words() for labels. letters: size, as
 * of figure_letters. */
void matplotlib_head(const struct figure_medium *medium, double letters, const char *data, const char *output,
                     FILE *out);
/* Prints the script of a figure. */
void figure_matplotlib(const struct figure *figure, const struct figure_medium *medium, const char *data,
                       const char *output, FILE *out);

#endif
