/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dense and hierarchical engine side by side on one group, both with the batches that the dense one draws: a batch is
 * drawn along the order of the forces, so that two paths that change places would otherwise change the random numbers.
 */
#ifndef TESTS_SOLVER_SIDE_BY_SIDE_H
#define TESTS_SOLVER_SIDE_BY_SIDE_H

#include "solver/dense/dense.h"
#include "solver/hierarchical/hierarchical_engine.h"

#include <stdbool.h>
#include <string.h>

enum { SIDE_OVERLAP, SIDE_NORM, SIDE_LOSS, SIDE_DISTANCE, SIDE_CORRELATION, SIDE_RESPONSE, SIDE_SHARE, SIDE_COUNT };

/* values[k] of each engine. The two-time functions are those of the first waiting time, 0 before it. */
struct side {
    double dense[SIDE_COUNT], blocks[SIDE_COUNT];
};

static inline void side_values(const struct engine *engine, const struct sgdmft_run *run, void *state, long k,
                               double out[SIDE_COUNT])
{
    struct engine_values values;
    engine->evaluate(state, &values);
    out[SIDE_OVERLAP] = values.overlap;
    out[SIDE_NORM] = values.norm;
    out[SIDE_LOSS] = values.train_loss;
    out[SIDE_DISTANCE] = run->replicas > 1 ? values.distance_drawn : 0;
    out[SIDE_SHARE] = engine->tangent_share(state);
    out[SIDE_CORRELATION] = out[SIDE_RESPONSE] = 0;
    if (run->waiting.count > 0 && run->waiting.step[0] <= k)
        engine->two_time(state, run->waiting.step[0], &out[SIDE_CORRELATION], &out[SIDE_RESPONSE]);
}

static inline void side_batches(const struct dense *dense, struct hierarchical *h)
{
    const size_t bytes = h->all * sizeof(double);
    memcpy(h->ensemble.paths.sigma, dense->ensemble.paths.sigma, bytes);
    memcpy(h->ensemble.paths.mean_sigma, dense->ensemble.paths.mean_sigma, bytes);
    memcpy(h->ensemble.paths.mean_sigma2, dense->ensemble.paths.mean_sigma2, bytes);
    memcpy(h->ensemble.paths.selected, dense->ensemble.paths.selected, h->all);
    memcpy(h->ensemble.paths.place, dense->ensemble.paths.place, h->all * sizeof *h->ensemble.paths.place);
    reaction_force(&h->ensemble.reaction, h->g);
}

/* Fills side[0..steps]; false without memory or when one of them diverges. */
static inline bool side_by_side(const struct sgdmft_run *run, uint32_t number, struct side *side)
{
    const struct engine_group group = {.run = run,
                                       .number = number,
                                       .paths = engine_group_paths(run),
                                       .threads = 1,
                                       .plain = ENGINE_PLAIN_CALIBRATION | ENGINE_PLAIN_SURPRISES};
    struct dense *dense = engine_dense.start(&group);
    struct hierarchical *h = engine_hierarchical.start(&group);
    bool good = dense && h;
    for (long k = 0; good && k <= run->steps; k++) {
        side_values(&engine_dense, run, dense, k, side[k].dense);
        side_values(&engine_hierarchical, run, h, k, side[k].blocks);
        side_batches(dense, h);
        if (k < run->steps)
            good = engine_dense.advance(dense) == SGDMFT_OK && engine_hierarchical.advance(h) == SGDMFT_OK;
    }
    engine_dense.finish(dense);
    engine_hierarchical.finish(h);
    return good;
}

#endif
