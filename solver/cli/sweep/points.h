/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The points of a sweep: Cartesian product of the varied values, each a run with a name made from all parameters that
 * matter to its result. */
#ifndef SOLVER_CLI_SWEEP_POINTS_H
#define SOLVER_CLI_SWEEP_POINTS_H

#include "solver/cli/sweep/point_run.h"
#include "solver/cli/sweep/vary.h"

#define POINTS_MAX 100000

/* Builds all points, each resolved and checked, including its memory. A combination that is not allowed is a point
 * with the status REFUSED. *warning receives the first weakness of a later point if the first point has none. Free
 * with points_free, also after an error. USAGE: a value that no combination allows. */
enum sgdmft_status points_build(const struct sgdmft_settings *settings, const struct vary *vary, size_t vary_count,
                                const struct command *what, enum by by, struct points *points,
                                struct sgdmft_error *warning, struct sgdmft_error *error);
void points_free(struct points *points);
/* Makes the point with these values (texts) wanted, and appends it if it is new, without sorting. *fresh: it was not
 * wanted before. */
enum sgdmft_status points_add(const struct sgdmft_settings *settings, const char *const *value, struct points *points,
                              bool *fresh, struct sgdmft_error *error);

/* The hash of a run: FNV-1a over name and text of every parameter except those of parameter_is_outside; the checksum
 * of a content in place of its path. */
uint64_t points_hash(const struct sgdmft_run *run);
/* Checks the contents of a run against checksums (0: unknown). since: the use of the earlier contents, for the message.
 * USAGE: a content has changed. */
enum sgdmft_status points_check_contents(const struct sgdmft_run *run, const uint64_t content[CONTENTS],
                                         const char *since, struct sgdmft_error *error);
/* The file name of a point's theory or simulation, without folder. */
void points_file(const struct points *points, const struct point *point, bool theory, char name[64]);
/* Merges the points of earlier calls: appends new ones, and copies the status of the others. Empties `known`. */
enum sgdmft_status points_merge(struct points *points, struct points *known, struct sgdmft_error *error);
/* Sorts by the varied values: numbers by size, others by text. */
void points_sort(struct points *points);
/* Assigns the wanted points index, index + of, ... (counted from 0) to this process. */
void points_share(struct points *points, size_t index, size_t of);

#endif
