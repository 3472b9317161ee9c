/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How parameters and observables are written in papers. */
#ifndef SOLVER_CLI_VIEW_SYMBOLS_H
#define SOLVER_CLI_VIEW_SYMBOLS_H

#include <stdio.h>

#define SYMBOL_MAX 160

/* NAME_theory and NAME_simulation: NAME in base, and 0 or 1; otherwise the name and -1. */
int symbol_side(const char *name, char base[SYMBOL_MAX]);
/* A heading in LaTeX, with the unit if there is one: "$\alpha$", "$T_\mathrm{eff}$ (chord)", "train loss". */
void symbol_latex(const char *name, char out[SYMBOL_MAX]);
/* A label for gnuplot's enhanced text: "learning rate η". */
void symbol_plot(const char *name, char out[SYMBOL_MAX]);
/* The same, short: "η". */
void symbol_plot_short(const char *name, char out[SYMBOL_MAX]);
/* Any text, escaped for LaTeX, for gnuplot's enhanced text. */
void symbol_escape_latex(const char *text, FILE *out);
void symbol_escape_plot(const char *text, size_t size, char *out);

#endif
