/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The points of a sweep: Cartesian product of the varied values, each a run with a name made from all parameters that
 * matter to its result. */
#ifndef SGDMFT_CLI_POINTS_H
#define SGDMFT_CLI_POINTS_H

#include "solver/cli/vary.h"

#include <sgdmft/watch.h>
#include <stdint.h>

#define POINTS_VARY_MAX 8
#define POINTS_MAX 100000

/* What is computed at each point. */
enum points_what { POINTS_SOLVE, POINTS_SIMULATE, POINTS_VALIDATE };
extern const char *const points_what_names[]; /* NULL-terminated, by index */

enum point_status { POINT_PENDING, POINT_COMPLETE, POINT_DIVERGED, POINT_DISAGREE, POINT_FAILED };
extern const char *const point_status_names[]; /* NULL-terminated, by index */

struct point {
    uint64_t hash;  /* of the run; its name in hexadecimal names the files */
    char **value;   /* [vary_count], texts as sgdmft_parameter_format gives them */
    enum point_status status;
    char *reason;     /* NULL, or why the status is not complete */
    double max_abs_z; /* of validate; otherwise NaN */
    struct sgdmft_estimate estimate; /* with one thread; theory and simulation together */
    bool wanted;      /* asked for in this call (others are known from earlier calls) */
};

struct points {
    enum points_what what;
    size_t vary_count;
    const struct sgdmft_parameter *vary[POINTS_VARY_MAX];
    size_t count;
    struct point *point;
};

/* All points, each resolved and checked: its memory too. If the first point has no
 * weakness, the first weakness of another is passed on in *warning (else empty). Free with points_free, also after an error. */
enum sgdmft_status points_build(const struct sgdmft_settings *settings, const struct vary *vary, size_t vary_count,
                                enum points_what what, struct points *points, struct sgdmft_error *warning,
                                struct sgdmft_error *error);
void points_free(struct points *points);

/* The run of a point: settings with its values, one thread, no file. */
enum sgdmft_status points_resolve(const struct sgdmft_settings *settings, const struct points *points,
                                  const struct point *point, struct sgdmft_run *run, struct sgdmft_error *warning,
                                  struct sgdmft_error *error);
/* FNV-1a over name and text of every parameter but those of vary_is_outside. */
uint64_t points_hash(const struct sgdmft_run *run);
/* The file of a point's theory or simulation, without folder. */
void points_file(const struct points *points, const struct point *point, bool theory, char name[64]);
/* Takes over what is known from earlier: points that are not in `points` yet. Empties `known`. */
enum sgdmft_status points_merge(struct points *points, struct points *known, struct sgdmft_error *error);
/* By the varied values: numbers by size, others by text. */
void points_sort(struct points *points);

#endif
