/* SPDX-License-Identifier: GPL-3.0-or-later */
/* (T7) in the stationary state. A path is probed every `stride` steps; D(k,l) of later steps k needs only the steps at
 * which the example is in the batch with l'' not zero, which may be few. */
#include "solver/stationary/kicks.h"

#include "solver/paths/vector.h"
#include <math.h>
#include <string.h>

/* Adds one kick of a path to Gamma and returns its sum of g' D. From the step of the kick on, gains[k] = Delta eta g'^k
 * and weights[k] = mean g'^k. */
SIMD_CLONES static double kick(const struct stationary_turn *turn, size_t phase, const double *gains,
                               const double *weights, double *D, double *Gamma)
{
    const size_t n = turn->shape.period, L = turn->shape.memory, row = turn->shape.reach + 1;
    memset(D, 0, L * sizeof *D);
    D[0] = 1;
    for (size_t j = 0; j + 1 < L; j++) {
        const double gain = gains[j] * D[j];
        if (gain != 0)
            vector_add(L - 1 - j, -gain, turn->order.R + (phase + j) % n * row + 1, D + j + 1);
    }
    for (size_t lag = 1; lag < L; lag++)
        Gamma[lag] += weights[lag] * D[lag];
    return vector_dot(L, weights, D);
}

void stationary_kicks(const struct stationary_turn *turn, size_t width, struct stationary_scratch *scratch,
                      size_t first, struct stationary_sums *sums)
{
    const struct stationary_shape *shape = &turn->shape;
    const size_t n = shape->period, L = shape->memory, from = shape->burn, to = shape->steps - L;
    const double scale = turn->sample.paths.variance * turn->run->rate;
    for (size_t i = 0; i < width && !sgdmft_watch_stops(turn->watch); i++) {
        double answer = 0;
        for (size_t k = from; k < shape->steps; k++) {
            scratch->gains[k] = scale * scratch->curvature[k * PATH_BLOCK + i];
            scratch->weights[k] = scratch->mean_curvature[k * PATH_BLOCK + i];
        }
        for (size_t l = from + (first + i) * 7 % turn->stride; l < to; l += turn->stride) {
            if (!turn->sample.selected[l * turn->sample.paths.group.paths + first + i])
                continue;
            sums->kicks[l % n] += 1 / turn->run->batch;
            if (scratch->gains[l] != 0)
                answer += fabs(kick(turn, l % n, scratch->gains + l, scratch->weights + l, scratch->tangent,
                                    sums->Gamma + l % n * L));
        }
        sums->answer += answer;
        sums->largest_answer = fmax(sums->largest_answer, answer);
    }
}
