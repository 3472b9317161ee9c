/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table in memory, filled, sorted and printed by `sgdmft table`. */
#ifndef SOLVER_CLI_VIEW_COMMAND_TABLE_H
#define SOLVER_CLI_VIEW_COMMAND_TABLE_H

#include "solver/cli/frame/cli.h"
#include "solver/cli/view/gather.h"
#include "solver/cli/sweep/level.h"

#define TABLE_COLUMNS_MAX 400

enum table_format { TABLE_CSV, TABLE_MARKDOWN, TABLE_LATEX };

struct table_column;
struct table_subject;
/* A function that returns the text of a cell, in room[SGDMFT_TEXT_MAX] or static; NULL: empty. */
typedef const char *table_text(const struct table_column *column, const struct table_subject *subject, char *room);
/* A function that returns the number of a cell and its standard error, the cell of another column; NaN without one. */
typedef struct scalar table_number(const struct table_column *column, const struct table_subject *subject);

/* A column has texts, numbers, or the standard errors of another column. */
struct table_column {
    char name[96];
    table_text *text;     /* NULL: none */
    table_number *number; /* NULL: none */
    int se;               /* the column with the standard errors, or -1 */
    bool is_se;
    bool always; /* shown without --columns */
    bool reason; /* long texts: a column of paragraphs in LaTeX */
    /* arguments of the getter */
    const struct sgdmft_parameter *parameter;
    char observable[96];
    int side;     /* 0 theory, 1 simulation, -1: the only result */
    size_t index; /* index of the varied parameter or of the score */
};

struct table_cell {
    char *text; /* text of a text column; NULL: empty */
    double number;
};

struct table {
    enum table_format format;
    const char *caption, *label; /* for LaTeX; caption NULL: made from the runs; label NULL: none */
    char made_caption[1024];
    char note[200]; /* explains columns, under a LaTeX table and behind its caption; "": none */
    size_t count;
    struct table_column column[TABLE_COLUMNS_MAX];
    size_t rows;
    struct table_cell *cell; /* [rows][count] */
    size_t shown;
    size_t show[TABLE_COLUMNS_MAX]; /* columns to print, in this order */
};

void table_free(struct table *table);
/* The index of a column; count if there is none. */
size_t table_find(const struct table *table, const char *name);

/* ---- table_fill.c --------------------------------------------------------------------------------------- */

enum table_shape {
    TABLE_AUTO,  /* a line a point of a sweep, a line a measured step of a result */
    TABLE_LAST,  /* a line a result: its last values */
    TABLE_BESIDE /* a line a step, theory and simulation of one run beside each other */
};

/* Fills all columns and rows from a gathering. words and extra as in table_make_columns. */
enum sgdmft_status table_fill(struct table *table, const struct gathering *gathering, enum table_shape shape,
                              size_t words, const char *extra, struct sgdmft_error *error);
/* Fills the crossings of a level line: the columns of all varied parameters, the last with error and bracket. */
enum sgdmft_status table_fill_level(struct table *table, const struct gathering *gathering, const struct level *level,
                                    struct sgdmft_error *error);

/* ---- table_choose.c ------------------------------------------------------------------------------------- */

/* Applies --columns (NULL: the usual ones) and --sort (NULL: unsorted). USAGE: unknown columns. */
enum sgdmft_status table_choose(struct table *table, const char *words, struct sgdmft_error *error);
enum sgdmft_status table_sort(struct table *table, const char *words, struct sgdmft_error *error);

/* ---- table_print.c ---------------------------------------------------------------------------------------- */

enum sgdmft_status table_print(const struct table *table, struct sgdmft_error *error);
/* False for a LaTeX table wider than a page in the smallest letters. */
bool table_fits(const struct table *table);
/* Prints a matrix: its lines are values of the column `down`, its columns those of `across`, its cells those of
 * `value`; dry: prints nothing. USAGE: two rows for one cell. */
enum sgdmft_status table_print_pivot(const struct table *table, size_t down, size_t across, size_t value, bool dry,
                                     struct sgdmft_error *error);

#endif
