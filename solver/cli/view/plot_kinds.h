/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kinds of figures of one panel. */
#ifndef SOLVER_CLI_VIEW_PLOT_KINDS_H
#define SOLVER_CLI_VIEW_PLOT_KINDS_H

#include "solver/cli/figure/figure.h"
#include "solver/cli/sweep/level.h"
#include "solver/cli/view/plot_curves.h"

#define PLOT_LEVELS_MAX 8
#define PLOT_LABELS_MAX 9    /* of curves in the key */
#define PLOT_POINTS_SHOWN 25 /* points with error bars of one curve */

struct plot_request {
    const struct gathering *gathering;
    const struct curves *curves; /* NULL for kinds made from numbers of points */
    const char *observable;      /* NULL: the usual one of the kind */
    const char *x;               /* parameter on the axis, NULL: chosen */
    size_t level_count;
    struct level level[PLOT_LEVELS_MAX];
};

struct plot_kind {
    const char *name, *meaning;
    bool from_curves; /* needs the whole results */
    /* Fills an open figure. USAGE: the results do not have what it shows. */
    enum sgdmft_status (*make)(const struct plot_request *request, struct figure *figure, struct sgdmft_error *error);
};

extern const struct plot_kind *const plot_kinds[]; /* NULL-terminated; without `series` of all observables */
extern const struct plot_kind plot_observable, plot_fdt, plot_spectrum, plot_replicas, plot_margins, plot_families,
    plot_map, plot_level;

/* Cells of a map without a value, by the status of their point; the last: values that the logarithm has no colour for.
 */
struct plot_blank {
    enum point_status status;
    unsigned grey;
    const char *title; /* of the key; "": none */
};
extern const struct plot_blank plot_blanks[];
extern const size_t plot_blank_count;

/* "data teacher sign, link linear, loss logistic" and what else all share, for gnuplot's enhanced text. */
void plot_title(const struct sgdmft_run *run, const struct points *points, const char *more, char out[600]);
/* The same of a run whose parameters `varied` vary, in one line; whole: with label noise, steps and dim too. */
void plot_describe(const struct sgdmft_run *run, size_t count, const char *const *varied, bool whole, char out[600]);
/* Colour of a curve: of its group, or alone of theory and simulation. */
unsigned plot_colour(const struct curves *curves, const struct curve *curve);
/* Title in the key: of the group (once), or theory and simulation of a run alone. */
void plot_label(const struct curves *curves, const struct curve *curve, char out[200]);
/* "alpha = 2, loss = hinge2" with the symbols of the parameters. */
void plot_symbols(const char *label, char out[200]);
/* "lines: theory, points: simulation; 9 of 36 curves are named" where that must be said. */
void plot_legend_note(const struct curves *curves, char out[100]);
/* The parameters that all curves share as title; those in which they differ are in the key. */
void plot_panel_title(const struct plot_request *request, struct figure *figure);
bool plot_have_source(const struct curves *curves, enum sgdmft_source source);
/* Opens the block of data of a curve. */
size_t plot_block(struct figure *figure, const struct curves *curves, const struct curve *curve);
double plot_no_nan(double x); /* 0 for NaN */
/* USAGE: no result has what a kind shows. */
enum sgdmft_status plot_nothing(const char *kind, const char *what, struct sgdmft_error *error);
/* Has the figure warn of the results that it does not show. */
void plot_warn(struct figure *figure, size_t drawn, size_t all, const char *why);
/* USAGE unless it is one sweep over at least so many parameters. */
enum sgdmft_status plot_check_sweep(const struct plot_request *request, const char *kind, size_t least,
                                    struct sgdmft_error *error);
/* The place of a parameter among those that vary; NULL: the last but from_end. */
enum sgdmft_status plot_find_varied(const struct points *points, const char *name, size_t from_end, size_t *place,
                                    struct sgdmft_error *error);
/* True for positive values that are spread over about a decade or more, and not evenly. */
bool plot_wants_log(const double *x, size_t count);

#endif
