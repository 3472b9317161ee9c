/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The points of a sweep: Cartesian product of the varied values, each a run with a name made from all parameters that
 * matter to its result. */
#ifndef SOLVER_CLI_SWEEP_POINTS_H
#define SOLVER_CLI_SWEEP_POINTS_H

#include "solver/cli/frame/cli.h"
#include "solver/cli/sweep/vary.h"

#include <sgdmft/watch.h>
#include <stdint.h>

#define POINTS_VARY_MAX 8
#define POINTS_MAX 100000

struct point {
    uint64_t hash;    /* of the run (of the theory's, if both); its name in hexadecimal names the files */
    uint64_t dataset; /* checksum of the file that the data are taken from, 0 without or not known */
    char **value;     /* [vary_count], texts as sgdmft_parameter_format gives them */
    enum point_status status;
    char *reason;                      /* NULL, or why the status is not complete */
    double score[ANALYSIS_SCORES_MAX]; /* of the analysis; NaN without */
    struct sgdmft_estimate estimate;   /* with one thread; theory and simulation together */
    bool wanted;                       /* asked for in this call (others are known from earlier calls) */
    bool checked;                      /* its status is that of its files, not of an earlier manifest */
    bool mine;                         /* and to be computed by this process, not by another job or rank */
};

struct points {
    const struct command *what; /* has an analysis, which is made at each point */
    enum by by;                 /* as --by says it; fixed by most analyses */
    size_t vary_count;
    const struct sgdmft_parameter *vary[POINTS_VARY_MAX];
    char level[128]; /* OBSERVABLE=VALUE that is sought along the last varied parameter; "": none, the points are a grid
                      */
    size_t count;
    struct point *point;
};

/* True if the points have a result of the theory, of the simulation. */
bool points_have(const struct points *points, bool theory);

/* All points, each resolved and checked: its memory too. A value that no combination allows is an error; a combination
 * that is not allowed is a point with the status REFUSED. If the first point has no weakness, the first weakness of
 * another is passed on in *warning (else empty). Free with points_free, also after an error. */
enum sgdmft_status points_build(const struct sgdmft_settings *settings, const struct vary *vary, size_t vary_count,
                                const struct command *what, enum by by, struct points *points,
                                struct sgdmft_error *warning, struct sgdmft_error *error);
void points_free(struct points *points);
/* Makes the point with these values (texts) wanted; *fresh: it was not. Appends it if it is not there; does not sort.
 */
enum sgdmft_status points_add(const struct sgdmft_settings *settings, const char *const *value, struct points *points,
                              bool *fresh, struct sgdmft_error *error);

/* The run of a point's theory or simulation: settings with its values and with what the command adds, one thread, no
 * file. */
enum sgdmft_status points_resolve(const struct sgdmft_settings *settings, const struct points *points,
                                  const struct point *point, bool theory, struct sgdmft_run *run,
                                  struct sgdmft_error *warning, struct sgdmft_error *error);
/* FNV-1a over name and text of every parameter but those of vary_is_outside; of a dataset, its checksum. */
uint64_t points_hash(const struct sgdmft_run *run);
/* USAGE if the run would take its data from another content than the one with this checksum (0: not known); since says
 * what was done with that. */
enum sgdmft_status points_check_dataset(const struct sgdmft_run *run, uint64_t checksum, const char *since,
                                        struct sgdmft_error *error);
/* The file of a point's theory or simulation, without folder. */
void points_file(const struct points *points, const struct point *point, bool theory, char name[64]);
/* Takes over what is known from earlier: points that are not in `points` yet, and of those that are, how they ended.
 * Empties `known`. */
enum sgdmft_status points_merge(struct points *points, struct points *known, struct sgdmft_error *error);
/* By the varied values: numbers by size, others by text. */
void points_sort(struct points *points);
/* Gives every of-th wanted point to this process, beginning with the index-th (from 0), in their order. */
void points_share(struct points *points, size_t index, size_t of);

#endif
