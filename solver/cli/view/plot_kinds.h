/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kinds of figures of one panel. */
#ifndef SOLVER_CLI_VIEW_PLOT_KINDS_H
#define SOLVER_CLI_VIEW_PLOT_KINDS_H

#include "solver/cli/figure/figure.h"
#include "solver/cli/sweep/level.h"
#include "solver/cli/view/plot_curves.h"

#define PLOT_LEVELS_MAX 8
#define PLOT_LABELS_MAX 9    /* labels of curves in the key */
#define PLOT_POINTS_SHOWN 25 /* points with error bars of one curve */

struct plot_request {
    const struct gathering *gathering;
    const struct curves *curves; /* NULL for kinds made from the numbers of points */
    const char *observable;      /* NULL: the usual one of the kind */
    const char *x;               /* parameter on the axis, NULL: chosen */
    size_t level_count;
    struct level level[PLOT_LEVELS_MAX];
};

struct plot_kind {
    const char *name, *meaning;
    bool from_curves; /* needs the whole results */
    /* Fills an open figure. USAGE: the results do not have its quantities. */
    enum sgdmft_status (*make)(const struct plot_request *request, struct figure *figure, struct sgdmft_error *error);
};

extern const struct plot_kind *const plot_kinds[]; /* all kinds except the panels of all series, NULL-terminated */
extern const struct plot_kind plot_observable, plot_fdt, plot_spectrum, plot_replicas, plot_margins, plot_families,
    plot_map, plot_level;

/* Colours of cells of a map without a value, by the status of their point. The last is that of values without a
 * logarithm. */
struct plot_blank {
    enum point_status status;
    unsigned grey;
    const char *title; /* of the key; "": none */
};
extern const struct plot_blank plot_blanks[];
extern const size_t plot_blank_count;

/* Draws the lines of equal value of a map and their labels alone: value[gathering->count] over the varied parameters x
 * and y. No element is added if they are no grid of numbers. INTERNAL: out of memory. */
enum sgdmft_status plot_map_lines(const struct gathering *gathering, size_t x, size_t y, const double *value,
                                  struct figure *figure, struct sgdmft_error *error);

/* Formats the title, "data teacher sign, link linear, loss logistic" and other common parameters, as enhanced text
 * of gnuplot. */
void plot_title(const struct sgdmft_run *run, const struct points *points, const char *more, char out[600]);
/* Formats the title of a run whose parameters `varied` vary, in one line. whole: also label noise, steps and dim. */
void plot_describe(const struct sgdmft_run *run, size_t count, const char *const *varied, bool whole, char out[600]);
/* Colour of a curve: of its group, or alone of theory and simulation. */
unsigned plot_colour(const struct curves *curves, const struct curve *curve);
/* Formats the key entry of a curve: its group (once), or theory and simulation for a single run. */
void plot_label(const struct curves *curves, const struct curve *curve, char out[200]);
/* Formats a label "alpha = 2, loss = hinge2" with the symbols of the parameters. */
void plot_symbols(const char *label, char out[200]);
/* Formats the note "lines: theory, points: simulation; 9 of 36 curves are named", if it applies, for the curves that
 * the figure draws. */
void plot_legend_note(const struct curves *curves, const struct figure *figure, char out[100]);
/* Sets the title to the parameters that all curves share. The others are in the key. */
void plot_panel_title(const struct plot_request *request, struct figure *figure);
bool plot_have_source(const struct curves *curves, enum sgdmft_source source);
/* Opens the block of data of a curve and returns its index. */
size_t plot_block(struct figure *figure, const struct curves *curves, const struct curve *curve);
double plot_no_nan(double x); /* 0 for NaN */
/* Fails with USAGE: no result has the quantity `what` of this kind. */
enum sgdmft_status plot_nothing(const char *kind, const char *what, struct sgdmft_error *error);
/* Sets the warning of a figure about results that it does not show. */
void plot_warn(struct figure *figure, size_t drawn, size_t all, const char *why);
/* Checks the gathering. USAGE: it is not one sweep over at least `least` parameters. */
enum sgdmft_status plot_check_sweep(const struct plot_request *request, const char *kind, size_t least,
                                    struct sgdmft_error *error);
/* Finds the index of a varied parameter. name NULL: the one `from_end` before the last. */
enum sgdmft_status plot_find_varied(const struct points *points, const char *name, size_t from_end, size_t *place,
                                    struct sgdmft_error *error);
/* True for positive, unevenly spaced values over about a decade or more. */
bool plot_wants_log(const double *x, size_t count);

#endif
