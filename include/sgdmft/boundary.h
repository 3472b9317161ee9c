/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The decision boundary: the step of a result at which training error or loss is zero for good (solver/THEORY.md
 * section 9), and the largest alpha at which a run reaches zero. */
#ifndef SGDMFT_BOUNDARY_H
#define SGDMFT_BOUNDARY_H

#include <sgdmft/result.h>
#include <sgdmft/watch.h>

/* The step from which a series of a result is zero at every measured step. */
struct sgdmft_reached {
    double threshold;     /* largest value that counts as zero */
    double fraction;      /* share of the samples (groups of paths, simulated runs) that reach zero */
    double step, step_se; /* mean of this step over these samples; NaN without any */
    long first, last;     /* the earliest and the latest step; -1 without any */
    double bound; /* theory: upper bound (95 %) on the fraction of errors, from the number of paths without one; NaN
                   * in a simulation, or where a sample does not reach zero */
};
/* The step at which the training error reaches zero. USAGE: real labels. */
SGDMFT_API enum sgdmft_status sgdmft_error_reached(const struct sgdmft_result *result, struct sgdmft_reached *reached,
                                                   struct sgdmft_error *error);
/* The step at which the training loss reaches zero: it is below contact_tolerance^2/2, so that the root of the
 * summed squared violations is within the tolerance. USAGE: a loss without a margin. */
SGDMFT_API enum sgdmft_status sgdmft_loss_reached(const struct sgdmft_result *result, struct sgdmft_reached *reached,
                                                  struct sgdmft_error *error);

#define SGDMFT_ALPHA_POINTS 64 /* runs of a search, at the most */
/* Relative width of the last bracket: the usual one, and its range. */
#define SGDMFT_ALPHA_TOLERANCE 0.01
#define SGDMFT_ALPHA_TOLERANCE_MIN 1e-4
#define SGDMFT_ALPHA_TOLERANCE_MAX 0.5

/* A run of the search. */
struct sgdmft_alpha_point {
    double alpha;
    struct sgdmft_reached reached;
    bool diverged; /* counts as not reaching zero */
};

/* The largest alpha at which a run reaches zero within its steps. */
struct sgdmft_alpha_limit {
    double alpha,
        alpha_se;     /* sqrt(low high), and its standard error: of the median of the samples, and of the bracket */
    double low, high; /* the last bracket: zero is reached in half of the samples at low, and not at high */
    double capacity;  /* limit of alpha for many steps (Gardner 1988); NaN without a formula */
    bool simulate, by_loss; /* by the simulation; by the training loss (losses with a margin), or else the error */
    size_t count;
    struct sgdmft_alpha_point point[SGDMFT_ALPHA_POINTS]; /* [count], in the order of the search */
};

/* Calls around each run of a search, for progress and stops. */
struct sgdmft_alpha_watch {
    void *context;
    /* Returns the watch of the run at alpha, or NULL. from, to: the share of the search (0..1) that is done before and
     * after it, if as few runs follow as can be. */
    const struct sgdmft_watch *(*begin)(void *context, double alpha, double from, double to);
    void (*end)(void *context);
};

/* Finds the largest alpha at which a run reaches zero: a bracket by factors of two from its own alpha, then bisection
 * in log alpha until high <= low (1 + tolerance). simulate: by the simulation. watch may be NULL. limit has the runs of
 * the search after an error, too. USAGE as sgdmft_find_alpha_check. NOT_CONVERGED: no bracket within a factor 256.
 * Errors of sgdmft_solve or sgdmft_simulate, but for DIVERGED. Source: Gardner, J. Phys. A 21 (1988) 257, for the
 * capacity. */
SGDMFT_API enum sgdmft_status sgdmft_find_alpha(const struct sgdmft_run *run, bool simulate, double tolerance,
                                                const struct sgdmft_alpha_watch *watch,
                                                struct sgdmft_alpha_limit *limit, struct sgdmft_error *error);
/* Checks a search. USAGE: tolerance beyond its range, no margins in the run, or a file for a result. */
SGDMFT_API enum sgdmft_status sgdmft_find_alpha_check(const struct sgdmft_run *run, bool simulate, double tolerance,
                                                      struct sgdmft_error *error);
/* Number of runs from a bracket high/low = ratio to the tolerance. */
SGDMFT_API long sgdmft_find_alpha_runs(double ratio, double tolerance);

#endif
