/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An engine is a constant record: what it supports, what it needs, and how one group of paths is started,
 * evaluated and advanced. solve.c drives the groups and does not know which engine it drives. */
#ifndef SOLVER_RUN_ENGINE_H
#define SOLVER_RUN_ENGINE_H

#include "models/base/archive.h"
#include "models/result/sharpness_series.h"
#include <sgdmft/models.h>
#include <sgdmft/result.h>
#include <sgdmft/run.h>
#include <sgdmft/watch.h>
#include <stddef.h>
#include <stdint.h>

/* Part of a group that is solved, for an engine whose groups are runs of finite size. */
enum engine_part {
    ENGINE_WHOLE,      /* the group itself */
    ENGINE_FIRST_HALF, /* a run of the first or of the second half of its paths, with random numbers in common */
    ENGINE_SECOND_HALF,
    ENGINE_ALONE, /* a simulation of dim weights, which has no halves and draws all numbers plainly */
    ENGINE_PARTS = ENGINE_ALONE
};

/* One group of paths: a complete solve with kernels of its own. */
struct engine_group {
    const struct sgdmft_run *run;
    uint32_t number;       /* owner of the group's random streams */
    size_t paths;          /* a multiple of ENGINE_PATH_UNIT */
    int threads;           /* threads inside this group; the bits do not depend on it */
    enum engine_part part; /* WHOLE for every engine without halves */
    unsigned plain;        /* draws without variance reduction: a sum of enum engine_plain, 0 in every solve */
    const struct sgdmft_watch *watch; /* may be NULL */
};

/* Draws without variance reduction, for benchmarks of its gain. Read by the engines that share paths.h. */
enum engine_plain {
    ENGINE_PLAIN_POINTS = 1,       /* random numbers instead of low-discrepancy points, components drawn at random */
    ENGINE_PLAIN_INNOVATIONS = 2,  /* neither standardised nor orthogonal */
    ENGINE_PLAIN_BATCHES = 4,      /* each s^k on its own: no fixed number, no order */
    ENGINE_PLAIN_AVERAGES = 8,     /* no averages over s^k */
    ENGINE_PLAIN_MIRROR = 16,      /* no mirror images where a symmetry allows them */
    ENGINE_PLAIN_CALIBRATION = 32, /* averages as they come, not made exact for functions whose means are known */
    ENGINE_PLAIN_SURPRISES = 64,   /* no control variates for the noise of the batches */
    ENGINE_PLAIN_ALL = 127
};

/* Paths of a group come in multiples of this, so that balanced draws come out even and vectors are full. */
#define ENGINE_PATH_UNIT 32

/* Order parameters and training averages at the evaluated step. */
struct engine_values {
    double overlap, norm, train_loss, train_error; /* train_error is NaN for real labels */
    /* |w1 - w2|^2/N of two replicas, NaN without replicas, in two ways: with averages over s^k (T11), and of the fields
     * that were drawn. One is better where batch noise dominates, the other where it dies out (distance.h). */
    double distance, distance_drawn;
    double own_norm[2]; /* norm of each of two replicas, where it is not that of both in the mean; otherwise 0 */
};

/* Order parameters and training averages of the averaged weights (A3), with rho and <s C_s> of (T15). */
struct engine_average {
    double overlap, norm, field_overlap, field_square, train_loss, train_error;
};

struct engine {
    struct sgdmft_entry entry;
    /* True if a group is a run at finite size, whose distance from the limit falls as 1/paths. With extrapolation
     * halves it is solved with all paths and with each half of them; its result is X = 2 X(paths) - X(paths/2). */
    bool halves;
    /* Checks that the engine can solve a run: OK, or USAGE with the reason. */
    enum sgdmft_status (*supports)(const struct sgdmft_run *run, struct sgdmft_error *error);
    /* Estimates bytes and single-thread seconds of one group. */
    struct sgdmft_estimate (*estimate)(const struct sgdmft_run *run, size_t paths);
    /* Refines the estimate of a run by a trial of some seconds at most, for an engine whose memory and time depend on
     * what the run finds; *shapes (NULL before) is then the result without values. Leaves both if the time is over.
     * Any other status than OK is that of the run. NULL: there is nothing to find. */
    enum sgdmft_status (*trial)(const struct sgdmft_run *run, struct sgdmft_estimate *estimate,
                                struct sgdmft_result **shapes, struct sgdmft_error *error);
    /* Share of a group's work that is done before step k, in 0..1. */
    double (*progress)(const struct sgdmft_run *run, long k);
    /* Allocates all memory of a group and draws its examples. NULL without memory. The draw is incomplete if the watch
     * stops; the caller then drops the group. */
    void *(*start)(const struct engine_group *group);
    /* Draws the paths at the present step k and takes their averages; k grows by one with each advance. */
    void (*evaluate)(void *state, struct engine_values *values);
    /* True if responses and memory are means of tangents along paths, which miss the jumps of a force. */
    bool tangents;
    /* True if the engine solves data with a spectrum (T15). */
    bool spectrum;
    /* True if the engine solves the rules that draw new examples at every step, and no others. */
    bool fresh;
    /* True if the engine solves steps beyond (T1), sgdmft_step_extra. */
    bool extras;
    /* Reads the values of the averaged weights. Called after evaluate, for runs with `average`. NULL: the engine
     * averages no weights. */
    void (*averaged)(const void *state, struct engine_average *values);
    /* Reads rho^k and <s C_s(k,k)> of (T15), on which losses on fresh examples depend. Called after evaluate. NULL:
     * they are overlap and norm. */
    void (*field_moments)(const void *state, double *overlap, double *square);
    /* Points at the training examples at the present step, r[replicas][*count] and y[*count]. Called after evaluate;
     * valid until advance. */
    void (*examples)(const void *state, size_t *replicas, size_t *count, const double **r, const double **y);
    /* Measures the ends of the Hessian's spectrum at the weights of the first replica, without a change of the run.
     * Called after evaluate, at steps of sharpness_at. whole: a stop of the watch does not end it. NULL: the engine has
     * the bulk only. */
    void (*hessian)(void *state, bool whole, struct sharpness_ends *ends);
    /* Flags of the examples in the batch of the present step, [replicas][*count]. Called after evaluate. NULL: the
     * engine does not show its batches. */
    const unsigned char *(*selected)(const void *state);
    /* Flags of the examples with a flipped label, [replicas][*count]. Called after evaluate. */
    const unsigned char *(*flipped)(const void *state);
    /* Weights of the examples in averages over them, [replicas][*count]. Called after evaluate. NULL, as member or as
     * result: all weights are 1. */
    const double *(*weights)(const void *state);
    /* Largest share, at any step before, of one path in the mean of the memory kernel (tails.h). Called after evaluate,
     * for runs that are not convex. NULL: the kernels of the engine are no averages of tangents. */
    double (*tangent_share)(const void *state);
    /* Reads C(k,t_w) and chi(k,t_w) of the present step k for a waiting time t_w <= k of the run (T9). */
    void (*two_time)(const void *state, long waiting, double *correlation, double *response);
    /* Writes C(k,l) and R(k,l) of the steps k, l up to the present one into the leading corners of matrices of row
     * length `stride`. NULL: the engine does not keep them. */
    void (*matrices)(const void *state, size_t stride, double *correlation, double *response);
    /* Makes the step k -> k+1. Called after evaluate. DIVERGED if the new norm is not finite or beyond the bound. */
    enum sgdmft_status (*advance)(void *state);
    /* Reads w.g/N and |g|^2/N of the step just made, g the mini-batch gradient with the ridge term (T13). Called after
     * advance. */
    void (*gradient)(const void *state, double *overlap, double *norm);
    /* Passes to the archive every array and scalar on which later steps depend. Called after start, or between advance
     * and evaluate. Reading into a state just started restores the one that was written: every later bit is the same.
     * False if the archive failed or its content does not fit. NULL: the engine cannot be saved, and an interrupted
     * group starts again. */
    bool (*archive)(void *state, struct archive *archive);
    void (*finish)(void *state);
    /* Makes the result of a run without samples, for estimates, by an engine that does not step. NULL without memory.
     * */
    struct sgdmft_result *(*shapes)(const struct sgdmft_run *run);
    /* Solves a run, in place of start .. finish, by an engine that does not step. The result is reduced, and NULL with
     * any status but OK. Engine `auto` is never one of these. */
    enum sgdmft_status (*solve)(const struct sgdmft_run *run, const struct sgdmft_watch *watch,
                                struct sgdmft_result **result, struct sgdmft_error *error);
};

extern const struct engine *const engines[]; /* NULL-terminated, in the order of ENGINE_LIST (models/registry.h) */

/* The engine that run names. For auto: online for a rule with fresh examples; conditional for a run that prefers it
 * (run_prefers_conditional); hierarchical for a long run; otherwise the first of the list that supports the run. NULL
 * with USAGE in error. */
const struct engine *engine_choose(const struct sgdmft_run *run, struct sgdmft_error *error);
/* True if the engine that the run names solves the stationary state instead of steps; `auto` never does. */
bool engine_skips_steps(const struct sgdmft_run *run);
/* Paths of one group: paths/groups rounded up to ENGINE_PATH_UNIT. */
size_t engine_group_paths(const struct sgdmft_run *run);
/* Number of solves of a group: ENGINE_PARTS with extrapolation halves, otherwise 1. */
size_t engine_parts(const struct engine *engine, const struct sgdmft_run *run);

#endif
