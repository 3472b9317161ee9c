/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Symbols of parameters and observables, as in papers. */
#ifndef SOLVER_CLI_VIEW_SYMBOLS_H
#define SOLVER_CLI_VIEW_SYMBOLS_H

#include <stdio.h>

#define SYMBOL_MAX 160

/* Splits NAME_theory and NAME_simulation: base receives NAME. Returns 0 for theory, 1 for simulation, -1 for another
 * name. */
int symbol_side(const char *name, char base[SYMBOL_MAX]);
/* Formats a heading in LaTeX, with its unit if it has one: "$\alpha$", "$T_\mathrm{eff}$ (chord)", "train loss". */
void symbol_latex(const char *name, char out[SYMBOL_MAX]);
/* Formats a label as enhanced text of gnuplot, "learning rate η". */
void symbol_plot(const char *name, char out[SYMBOL_MAX]);
/* Formats a short label, "η". */
void symbol_plot_short(const char *name, char out[SYMBOL_MAX]);
/* Prints any text, escaped for LaTeX or for enhanced text of gnuplot. */
void symbol_escape_latex(const char *text, FILE *out);
void symbol_escape_plot(const char *text, size_t size, char *out);

#endif
