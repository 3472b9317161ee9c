/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of a sweep along its last varied parameter, each with the values of an observable. */
#ifndef SOLVER_CLI_SWEEP_LEVEL_ROWS_H
#define SOLVER_CLI_SWEEP_LEVEL_ROWS_H

#include "solver/cli/sweep/level.h"

struct level_row {
    const struct point
        *point; /* any point of the row: the values of its varied parameters but the last are those of the row */
    size_t count;
    struct level_entry *entry; /* [count], ascending in x */
};

struct level_rows {
    size_t count;
    struct level_row *row;
};

/* A function that returns the value of the observable at a point; NaN without one. */
typedef struct scalar level_reader(void *context, const struct points *points, const struct point *point,
                                   const char *observable);

/* Builds the rows of sorted points; only_wanted: of the wanted points alone. Free with level_rows_free, also after
 * an error. */
enum sgdmft_status level_rows_build(const struct points *points, bool only_wanted, const char *observable,
                                    level_reader *reader, void *context, struct level_rows *rows,
                                    struct sgdmft_error *error);
void level_rows_free(struct level_rows *rows);

/* Checks the last varied parameter. USAGE: it is no number. */
enum sgdmft_status level_check(const struct points *points, struct sgdmft_error *error);

#endif
