/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A point of a sweep, and its runs. */
#ifndef SOLVER_CLI_SWEEP_POINT_RUN_H
#define SOLVER_CLI_SWEEP_POINT_RUN_H

#include "models/run/contents.h"
#include "solver/cli/frame/cli.h"

#include <sgdmft/watch.h>
#include <stdint.h>

#define POINTS_VARY_MAX 8

struct point {
    uint64_t hash;              /* of the run, of the theory if there are two; in hexadecimal the name of its files */
    uint64_t content[CONTENTS]; /* checksums; 0 without, or unknown */
    char **value;               /* [vary_count], texts as sgdmft_parameter_format gives them */
    enum point_status status;
    char *reason;                      /* reason of a status other than complete; NULL: none */
    double score[ANALYSIS_SCORES_MAX]; /* scores of the analysis; NaN without */
    struct sgdmft_estimate estimate;   /* with one thread; theory and simulation together */
    bool wanted;                       /* requested in this call; other points are known from earlier calls */
    bool checked;                      /* its status is that of its files, not of an earlier manifest */
    bool mine;                         /* wanted, and computed by this process, not by another job or rank */
};

struct points {
    const struct command *what; /* a command with an analysis, run at each point */
    enum by by;                 /* choice of --by; fixed by most analyses */
    size_t vary_count;
    const struct sgdmft_parameter *vary[POINTS_VARY_MAX];
    char level[128]; /* OBSERVABLE=VALUE that is sought along the last varied parameter; "": none, the points are a grid
                      */
    size_t count;
    struct point *point;
};

/* True if the points have a result of the theory, or of the simulation. */
static inline bool points_have(const struct points *points, bool theory)
{
    return points->by != (theory ? BY_SIMULATE : BY_SOLVE);
}

/* Completes a point whose values are texts of the user: resolves and checks its runs, estimates them, normalises its
 * values, and computes its hash. */
enum sgdmft_status point_complete(const struct sgdmft_settings *settings, const struct points *points,
                                  struct point *point, struct sgdmft_error *warning, struct sgdmft_error *error);
/* Resolves the run of a point's theory or simulation: settings with its values and with those of the command, one
 * thread, no file. */
enum sgdmft_status points_resolve(const struct sgdmft_settings *settings, const struct points *points,
                                  const struct point *point, bool theory, struct sgdmft_run *run,
                                  struct sgdmft_error *warning, struct sgdmft_error *error);
/* Formats the values of a point, "alpha = 2, batch = 0.1". */
void point_describe(const struct points *points, const struct point *point, char out[256]);

#endif
