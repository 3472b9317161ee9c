/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A figure of one panel, one column of a journal wide: blocks of data, the elements drawn from them, and its gnuplot
 * script. Colours are Okabe and Ito's for few curves, viridis for many. */
#ifndef SOLVER_CLI_FIGURE_FIGURE_H
#define SOLVER_CLI_FIGURE_FIGURE_H

#include "solver/cli/view/symbols.h"

#include <sgdmft/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* First lines of scripts and data, by which they are recognised. */
#define FIGURE_SCRIPT_START "# gnuplot; written by sgdmft."
#define FIGURE_DATA_START "# data of a figure; written by sgdmft.\n"

enum plot_terminal { PLOT_PNG, PLOT_SVG, PLOT_PDF };

/* Size of letters, lines and points against those of a column of a journal. */
struct figure_look {
    const char *name, *meaning;
    double letters, lines, points;
};
extern const struct figure_look figure_looks[]; /* ends with a NULL name; the first is the usual one */

/* A picture: its format and style. */
struct figure_medium {
    enum plot_terminal terminal;
    const struct figure_look *look;
};

/* Style of an element, and the columns of its block; curves up to FIGURE_DASHED, then parts of maps. */
enum figure_style {
    FIGURE_LINE,     /* x y se: a line in a band of one standard error       */
    FIGURE_COMPUTED, /* x y se: such a line with a point at each value */
    FIGURE_PATH,     /* x y: a line that may turn back                         */
    FIGURE_POINTS,   /* x y se: points with bars                              */
    FIGURE_CROSSES,  /* x y x_se y_se: points with bars both ways             */
    FIGURE_DASHED,   /* x y: a thin dashed line                               */
    FIGURE_CELLS,    /* left right low high value: rectangles in the palette  */
    FIGURE_BLANKS,   /* left right low high: grey rectangles                  */
    FIGURE_CONTOURS, /* x y: light lines with a dark edge, visible everywhere */
    FIGURE_LABELS    /* x y value: numbers in a box                           */
};

struct figure_element {
    enum figure_style style;
    size_t block;
    unsigned colour; /* 0xrrggbb */
    char title[200]; /* entry in the key; "": none */
};

#define FIGURE_COLUMNS 5

struct figure_block {
    char comment[300];
    int kind; /* of the curve in it, a number of its maker's */
    size_t columns, rows, room;
    double (*row)[FIGURE_COLUMNS]; /* NaN is missing; only NaN: a gap */
};

struct figure {
    char x_label[SYMBOL_MAX], y_label[SYMBOL_MAX], z_label[SYMBOL_MAX], title[600];
    bool x_log, y_log, z_log;
    bool square;       /* a map: no grid lines, a colour box */
    bool image;        /* its cells are of equal size on the drawn axes, column by column, NaN without a value */
    double letters;    /* size of the letters, which take room in a map; 1: as in a column of a journal */
    double range[4];   /* x from, x to, y from, y to; NaN: chosen by gnuplot */
    double z_range[2]; /* of the colours of a map */
    bool key_inside;   /* in the upper right corner, free of curves */
    size_t blocks, block_room;
    struct figure_block *block;
    size_t count, room;
    struct figure_element *element;
    bool failed;       /* out of memory */
    char warning[300]; /* results that are not shown, and the reason; "": none */
};

/* True for positive values over more than two decades, which need a logarithmic axis. */
bool figure_wants_log(double smallest, double largest);

void figure_open(struct figure *figure);
/* Begins a block of data, described by the comment, and returns its index. figure_row adds rows. */
size_t figure_block(struct figure *figure, const char *comment);
/* Adds a row of at most FIGURE_COLUMNS values. A value that is not finite is missing; the caller sets a missing
 * standard error to 0. */
void figure_row(struct figure *figure, size_t count, const double *value);
/* Adds a gap inside a block, before the next line of a grid. */
void figure_gap(struct figure *figure);
bool figure_is_gap(const struct figure_block *block, size_t row);
void figure_add(struct figure *figure, enum figure_style style, size_t block, unsigned colour, const char *title);
/* Completes the data. INTERNAL: out of memory. USAGE: no value is finite. */
enum sgdmft_status figure_close(struct figure *figure, struct sgdmft_error *error);
void figure_free(struct figure *figure);
/* Computes smallest and largest x and y of all rows; NaN without rows. */
void figure_ends(const struct figure *figure, double ends[4]);
/* Prints the rows of a block, one a line, a gap as an empty line. digits: of each number. */
void figure_block_data(const struct figure_block *block, int digits, FILE *out);
/* Prints the blocks for gnuplot, separated by two empty lines. */
void figure_data(const struct figure *figure, FILE *out);

#define FIGURE_PALETTE 10
extern const unsigned figure_palette[FIGURE_PALETTE]; /* viridis, of maps and of many curves */
/* The colour 0xrrggbb of curve i of n. */
unsigned figure_colour(size_t i, size_t n);
/* Prints text inside the single quotes of gnuplot. */
void figure_quote(const char *text, FILE *out);
/* Prints text of one or more lines inside double quotes, as gnuplot and Python read them. */
void figure_put_lines(const char *text, FILE *out);
/* Size of letters, as a share of those of the axes. */
double figure_letters(const struct figure_medium *medium, double share);
/* Prints the head of a script: the variables data and output, and the terminal. width, height: in units of a column
 * (1 x 0.78 is a figure of one column). letters: size, as of figure_letters. */
void figure_head(const struct figure_medium *medium, double width, double height, double letters, const char *data,
                 const char *output, FILE *out);
/* Prints border, marks and grid of a figure. */
void figure_frame(bool grid, FILE *out);
void figure_script(const struct figure *figure, const struct figure_medium *medium, const char *data,
                   const char *output, FILE *out);

#endif
