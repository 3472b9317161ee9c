/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One turn of the fixed point: paths in the field that the order parameters prescribe, (T3) with stationary memory, and
 * the averages over paths and time that are the next kernels (T4), (T7). */
#ifndef SOLVER_STATIONARY_TURN_H
#define SOLVER_STATIONARY_TURN_H

#include "solver/stationary/turn_sums.h"

size_t stationary_turn_bytes(const struct sgdmft_run *run, const struct stationary_shape *shape, size_t paths,
                             int threads);
bool stationary_turn_create(struct stationary_turn *turn, const struct engine_group *group,
                            const struct stationary_shape *shape, const struct stationary_transforms *transforms);
void stationary_turn_free(struct stationary_turn *turn);
/* Computes next = G(now). INTERRUPTED if the watch stops; DIVERGED if the order parameters or the paths of `now` are
 * not finite. */
enum sgdmft_status stationary_turn_make(struct stationary_turn *turn, const struct stationary_kernels *now,
                                        struct stationary_kernels *next);

/* Number of floating-point operations of a turn in its large parts: reaction to the past, products of forces, and
 * probes of the response. */
double stationary_turn_operations(const struct stationary_turn *turn);

#endif
