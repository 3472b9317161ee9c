/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The speed of this machine beside that of the machine on which the times of estimates were measured. It scales
 * estimates alone: no result depends on it. */
#ifndef SOLVER_RUN_MACHINE_SPEED_H
#define SOLVER_RUN_MACHINE_SPEED_H

#include <sgdmft/run.h>
#include <sgdmft/watch.h>

/* Time here over time there, of products in the cache, of rows from memory, of losses and random numbers. */
struct machine_speed {
    double products, memory, functions;
};

/* Reads the factors that this version of the program measured on this machine before, from the cache folder; otherwise
 * measures them, which takes about a quarter of a second and 32 MB, and keeps them there if it can. Factors of 1
 * without memory. */
struct machine_speed machine_speed(void);
/* The estimate's seconds on a machine of this speed. */
void machine_scale(const struct machine_speed *speed, struct sgdmft_estimate *estimate);
/* All seconds of an estimate times a factor. */
void estimate_times(struct sgdmft_estimate *estimate, double factor);
/* True if the memory is above the limit of the run. An engine whose memory depends on what the run finds (spread > 0)
 * checks it itself when it has found it. */
bool estimate_exceeds(const struct sgdmft_estimate *estimate, const struct sgdmft_run *run);
/* Adds the seconds of another estimate. */
void estimate_add(struct sgdmft_estimate *estimate, const struct sgdmft_estimate *more);

#endif
