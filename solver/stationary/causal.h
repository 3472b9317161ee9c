/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A short causal run by the dense engine: the start of the search for the fixed point, and a diagnosis if there is
 * none. */
#ifndef SOLVER_STATIONARY_CAUSAL_H
#define SOLVER_STATIONARY_CAUSAL_H

#include "solver/stationary/stationary_kernels.h"
#include <sgdmft/watch.h>

struct stationary_causal {
    long steps;                 /* of the run */
    long reached;               /* steps without divergence, the least of the groups */
    double norm[2], norm_se[2]; /* |w|^2/N in the second and in the last quarter of the steps */
    double change, change_se;   /* of its logarithm between them, group by group */
    double response; /* R(k,l) left after a quarter of the steps, in units of R(l+1,l), in the last quarter */
    /* Part of C that changes its sign with each lag, over |w|^2/N, at lags of a quarter to half of the steps. */
    double alternation, alternation_se;
    size_t memory;  /* lags of the kernels: half of the steps */
    double *vector; /* kernels of that memory in the second half of the run (stationary_view); NULL if it diverged */
};

/* Purpose of the run: a rough start, or a diagnosis with eight times as many paths, which distinguishes a drift from
 * noise. */
enum stationary_causal_purpose { STATIONARY_CAUSAL_START, STATIONARY_CAUSAL_DIAGNOSIS };

/* False without memory; stationary_causal_free in either case. A run stopped by the watch counts as diverged. */
bool stationary_causal_run(const struct sgdmft_run *run, const struct sgdmft_watch *watch,
                           enum stationary_causal_purpose purpose, struct stationary_causal *causal);
void stationary_causal_free(struct stationary_causal *causal);
/* Copies the kernels to another memory, longer or shorter. False if there are none. */
bool stationary_causal_kernels(const struct stationary_causal *causal, struct stationary_kernels *kernels);
/* Writes the reason why the run has no stationary state: it diverges, its norm drifts, or its response has a plateau.
 * False, with an empty text, if none of these is significant. */
bool stationary_causal_diagnosis(const struct stationary_causal *causal, size_t size, char *text);
/* True if the run ends at this norm, within sampling errors and a tenth. */
bool stationary_causal_agrees(const struct stationary_causal *causal, double norm);
/* True if C may still alternate with the lag at the end of the run, within sampling errors. */
bool stationary_causal_may_alternate(const struct stationary_causal *causal);
/* True if it does, beyond sampling errors. */
bool stationary_causal_alternates(const struct stationary_causal *causal);

#endif
