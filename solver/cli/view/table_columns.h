/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns of a table. Each has a getter that reads its cell from the subject of a row. */
#ifndef SOLVER_CLI_VIEW_TABLE_COLUMNS_H
#define SOLVER_CLI_VIEW_TABLE_COLUMNS_H

#include "solver/cli/view/command_table.h"

/* Subject of a row. */
struct table_subject {
    const struct gathered *item;     /* a result, or a point of a sweep                                       */
    struct sgdmft_result *result[2]; /* theory, simulation; a result without a side is in one of them         */
    bool series;                     /* true: one measured step; false: the last values */
    size_t at[2];                    /* index of that step; beyond the measured ones: the step that was not reached */
    const struct level_crossing *crossing; /* crossing of a level line */
};

/* Makes the columns of points, of series or of last values. words: number of files and folders. extra: words of
 * --columns, whose parameters and observables with an argument become columns; NULL: none. */
void table_make_columns(struct table *table, const struct gathering *gathering, enum table_shape shape, size_t words,
                        const char *extra);
/* Makes the columns of a level line along the last varied parameter. */
void table_make_level_columns(struct table *table, const struct points *points);
/* Appends the row of a subject; false: out of memory. */
bool table_add_row(struct table *table, const struct table_subject *subject);
/* True for the columns of step and time, for that of the step, and for that of the status. */
bool table_shows_place(const struct table_column *column);
bool table_shows_step(const struct table_column *column);
bool table_shows_status(const struct table_column *column);

#endif
