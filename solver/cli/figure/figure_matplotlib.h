/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scripts for matplotlib (3.6 or later) in place of gnuplot's. */
#ifndef SOLVER_CLI_FIGURE_FIGURE_MATPLOTLIB_H
#define SOLVER_CLI_FIGURE_FIGURE_MATPLOTLIB_H

#include "solver/cli/figure/figure.h"

/* How they begin, by which they are recognised. */
#define FIGURE_PYTHON_START "# matplotlib; written by sgdmft."

/* Text inside Python's double quotes. */
void matplotlib_quote(const char *text, FILE *out);
/* Head of every script: data and output, style with letters of this share, blocks of the data, words() for labels. */
void matplotlib_head(const struct figure_medium *medium, double letters, const char *data, const char *output,
                     FILE *out);
/* The script of a figure. */
void figure_matplotlib(const struct figure *figure, const struct figure_medium *medium, const char *data,
                       const char *output, FILE *out);

#endif
