/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One turn. Paths run in blocks of PATH_BLOCK lanes; the reaction to the far past in the next `block` steps of all
 * lanes is one matrix product. */
#include "solver/stationary/turn.h"
#include "models/base/state.h"

#include "solver/paths/vector.h"
#include "solver/stationary/correlate.h"
#include "solver/stationary/kicks.h"
#include <cblas.h>
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

/* ---- memory ------------------------------------------------------------------------------------- */

static size_t scratch_doubles(const struct stationary_shape *shape)
{
    return shape->steps * (5 * PATH_BLOCK + 2) + shape->block * (shape->memory + shape->block) + 3 * shape->ring
           + shape->memory + ((stationary_segments(shape) + 2) * shape->period + 3 * shape->memory + 3) * PATH_BLOCK
           + shape->period;
}

static struct state_table scratch_arrays(const struct stationary_shape *shape, size_t row)
{
    const size_t steps = shape->steps, n = shape->period, half = shape->ring / n / 2;
    return (struct state_table){
        {STATE_RAW(stationary_scratch, r, steps * PATH_BLOCK), STATE_RAW(stationary_scratch, g, steps * PATH_BLOCK),
         STATE_RAW(stationary_scratch, mean_g, steps * PATH_BLOCK),
         STATE_RAW(stationary_scratch, curvature, steps * PATH_BLOCK),
         STATE_RAW(stationary_scratch, mean_curvature, steps * PATH_BLOCK),
         STATE_RAW(stationary_scratch, products, shape->block * (shape->memory + shape->block)),
         STATE_RAW(stationary_scratch, normals, 2 * n * (half + 1)), STATE_RAW(stationary_scratch, spectral, n * row),
         STATE_RAW(stationary_scratch, gains, steps), STATE_RAW(stationary_scratch, weights, steps),
         STATE_RAW(stationary_scratch, tangent, shape->memory),
         STATE_RAW(stationary_scratch, segment, stationary_segments(shape) * n * PATH_BLOCK),
         STATE_RAW(stationary_scratch, total, n), STATE_RAW(stationary_scratch, level, 2 * n * PATH_BLOCK),
         STATE_RAW(stationary_scratch, later, shape->memory * PATH_BLOCK),
         STATE_RAW(stationary_scratch, earlier, 2 * shape->memory * PATH_BLOCK),
         STATE_RAW(stationary_scratch, value, PATH_BLOCK), STATE_RAW(stationary_scratch, second, PATH_BLOCK),
         STATE_RAW(stationary_scratch, phi, PATH_BLOCK)}};
}

static size_t sums_doubles(const struct stationary_shape *shape)
{
    return shape->period * (2 * shape->memory + shape->period + 4);
}

static bool sums_create(struct stationary_sums *sums, const struct stationary_shape *shape)
{
    const size_t n = shape->period, L = shape->memory;
    double *x = sums->Gamma = calloc(sums_doubles(shape), sizeof *x);
    if (!x)
        return false;
    sums->M = x += n * L;
    sums->M_inf = x += n * L;
    sums->Gamma0 = x += n * n;
    sums->M0 = x += n;
    sums->d = x += n;
    sums->kicks = x + n;
    return true;
}

#define PROBE_SHARE 2
#define PROBE_MEMORY 384

/* Steps between probes of a path. The probes take about the time of the path itself; more would not help, since the
 * error of Gamma is then that of the sampled paths. Time of a probe is quadratic in the memory, so that a long memory
 * has fewer. */
static size_t probe_stride(const struct sgdmft_run *run, const struct stationary_shape *shape)
{
    const double density = run->rule->full_batch ? 1 : run->batch, memory = (double)shape->memory;
    const size_t least = (size_t)(density * density * memory * fmax(1, sqrt(memory / PROBE_MEMORY)) / PROBE_SHARE) + 1;
    return (least + shape->period - 1) / shape->period * shape->period + 1; /* all phases in turn */
}

size_t stationary_turn_bytes(const struct sgdmft_run *run, const struct stationary_shape *shape, size_t paths,
                             int threads)
{
    (void)run;
    return stationary_sample_bytes(shape, paths) + stationary_order_bytes(shape)
           + ((size_t)threads * scratch_doubles(shape) + path_blocks(paths) * sums_doubles(shape)
              + shape->block * (shape->memory + shape->period))
                 * sizeof(double);
}

bool stationary_turn_create(struct stationary_turn *turn, const struct engine_group *group,
                            const struct stationary_shape *shape, const struct stationary_transforms *transforms)
{
    *turn = (struct stationary_turn){.shape = *shape,
                                     .run = group->run,
                                     .watch = group->watch,
                                     .threads = group->threads,
                                     .blocks = path_blocks(group->paths),
                                     .stride = probe_stride(group->run, shape)};
    const struct state_table scratch = scratch_arrays(shape, transforms->row);
    bool good = stationary_sample_create(&turn->sample, group, shape);
    good = stationary_order_create(&turn->order, shape, transforms, group->run) && good;
    good = (turn->reaction = calloc(shape->block * shape->memory, sizeof(double))) && good;
    good = (turn->near = calloc(shape->block * shape->period, sizeof(double))) && good;
    good = (turn->sums = calloc(turn->blocks, sizeof *turn->sums)) && good;
    good = (turn->scratch = calloc((size_t)turn->threads, sizeof *turn->scratch)) && good;
    for (size_t b = 0; good && b < turn->blocks; b++)
        good = sums_create(&turn->sums[b], shape);
    for (int t = 0; good && t < turn->threads; t++)
        good = state_create(&scratch, &turn->scratch[t]);
    return good;
}

void stationary_turn_free(struct stationary_turn *turn)
{
    stationary_sample_free(&turn->sample);
    stationary_order_free(&turn->order);
    free(turn->reaction);
    free(turn->near);
    for (size_t b = 0; turn->sums && b < turn->blocks; b++)
        free(turn->sums[b].Gamma);
    free(turn->sums);
    for (int t = 0; turn->scratch && t < turn->threads; t++) {
        const struct state_table scratch = scratch_arrays(&turn->shape, 0);
        state_free(&scratch, &turn->scratch[t]);
    }
    free(turn->scratch);
    *turn = (struct stationary_turn){0};
}

/* ---- paths --------------------------------------------------------------------------------------- */

/* The response that enters the fields of the paths. */
static void fill_reaction(struct stationary_turn *turn)
{
    const struct stationary_shape *shape = &turn->shape;
    const size_t n = shape->period, L = shape->memory, B = shape->block, row = shape->reach + 1;
    const double scale = -turn->sample.paths.variance * turn->run->rate;
    for (size_t i = 0; i < B; i++)
        for (size_t j = 0; j < L; j++) {
            const size_t lag = L + i - j; /* of step k0 + i after step k0 - L + j; their phases are those of i and j */
            turn->reaction[i * L + j] = lag <= L ? scale * turn->order.R[j % n * row + lag] : 0;
        }
    for (size_t p = 0; p < n; p++)
        for (size_t lag = 1; lag < B; lag++)
            turn->near[p * B + lag] = scale * turn->order.R[(p + n - lag % n) % n * row + lag];
}

/* Field without reaction, for the lanes of a block. */
static void draw_fields(const struct stationary_turn *turn, const double *m, size_t begin, size_t width,
                        struct stationary_scratch *scratch)
{
    const struct stationary_sample *sample = &turn->sample;
    const struct stationary_order *order = &turn->order;
    const size_t n = turn->shape.period;
    const double root = sqrt(sample->paths.variance);
    for (size_t i = 0; i < width && !sgdmft_watch_stops(turn->watch); i++) {
        stationary_sample_noise(sample, order, begin + i, scratch->normals, scratch->spectral, scratch->r + i,
                                PATH_BLOCK);
        const double view = sample->paths.centre[begin + i] + root * sample->paths.u[begin + i];
        for (size_t p = 0; p < n; p++) {
            double field = 0;
            for (size_t a = 0; a <= n; a++)
                field += order->static_root[p * (n + 1) + a] * sample->z[a][begin + i];
            const double still = m[p] * view + root * field;
            for (size_t k = p; k < turn->shape.steps; k += n) {
                double *r = scratch->r + k * PATH_BLOCK + i;
                *r = still + root * *r;
            }
        }
    }
}

/* Losses and forces at step k. */
SIMD_CLONES static void react(const struct stationary_turn *turn, size_t k, size_t begin, size_t width,
                              struct stationary_scratch *scratch)
{
    const struct stationary_sample *sample = &turn->sample;
    const size_t paths = sample->paths.group.paths, at = k * PATH_BLOCK;
    double *g = scratch->g + at, *mean_g = scratch->mean_g + at;
    double *curvature = scratch->curvature + at, *mean_curvature = scratch->mean_curvature + at;
    sgdmft_loss_evaluate(turn->run, width, scratch->r + at, sample->paths.y + begin, scratch->value, g,
                         scratch->second);
    const unsigned char *now = sample->selected + k * paths + begin;
    const unsigned char *given = sample->averages && k > 0 ? now - paths : now;
    for (size_t i = 0; i < width; i++) {
        const double sigma = now[i] ? sample->weight : 0, mean = given[i] ? sample->mean[1] : sample->mean[0];
        mean_g[i] = mean * g[i];
        mean_curvature[i] = mean * scratch->second[i];
        curvature[i] = sigma * scratch->second[i];
        g[i] *= sigma;
    }
}

static void add_losses(const struct stationary_turn *turn, size_t k, size_t begin, size_t width, bool classes,
                       struct stationary_scratch *scratch, struct stationary_sums *sums)
{
    const double *r = scratch->r + k * PATH_BLOCK, *mean_g = scratch->mean_g + k * PATH_BLOCK;
    for (size_t i = 0; i < width; i++)
        sums->loss += scratch->value[i];
    for (size_t i = 0; i < width; i++)
        sums->force += mean_g[i] * r[i];
    if (!classes)
        return;
    sgdmft_link_evaluate(turn->run, width, r, scratch->phi);
    for (size_t i = 0; i < width; i++)
        sums->wrong += scratch->phi[i] * turn->sample.paths.y[begin + i] < 0;
}

/* Steps k0 .. k0 + block - 1 of the lanes of a block of paths (T3). */
static void advance(const struct stationary_turn *turn, size_t k0, size_t begin, size_t width, bool classes,
                    struct stationary_scratch *scratch, struct stationary_sums *sums)
{
    const struct stationary_shape *shape = &turn->shape;
    const size_t L = shape->memory, B = shape->block, far = k0 < L ? k0 : L;
    if (far > 0)
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)B, (int)width, (int)far, 1,
                    turn->reaction + L - far, (int)L, scratch->g + (k0 - far) * PATH_BLOCK, PATH_BLOCK, 1,
                    scratch->r + k0 * PATH_BLOCK, PATH_BLOCK);
    for (size_t k = k0; k < k0 + B; k++) {
        const double *near = turn->near + k % shape->period * B;
        for (size_t l = k0; l < k; l++)
            vector_add(width, near[k - l], scratch->g + l * PATH_BLOCK, scratch->r + k * PATH_BLOCK);
        react(turn, k, begin, width, scratch);
        if (k >= shape->burn)
            add_losses(turn, k, begin, width, classes, scratch, sums);
    }
}

static void run_block(const struct stationary_turn *turn, const double *m, size_t block,
                      struct stationary_scratch *scratch)
{
    const struct stationary_shape *shape = &turn->shape;
    struct stationary_sums *sums = &turn->sums[block];
    const size_t begin = block * PATH_BLOCK, width = path_block_end(block, turn->sample.paths.group.paths) - begin;
    const bool classes = sgdmft_has_classes(turn->run);
    memset(sums->Gamma, 0, sums_doubles(shape) * sizeof(double));
    sums->loss = sums->wrong = sums->force = sums->answer = sums->largest_answer = 0;
    draw_fields(turn, m, begin, width, scratch);
    for (size_t k0 = 0; k0 < shape->steps && !sgdmft_watch_stops(turn->watch); k0 += shape->block)
        advance(turn, k0, begin, width, classes, scratch, sums);
    if (!isfinite(sums->loss) || sgdmft_watch_stops(turn->watch))
        return;
    stationary_correlate(turn, begin, width, scratch, sums);
    stationary_kicks(turn, width, scratch, begin, sums);
}

/* ---- the next kernels ---------------------------------------------------------------------------- */

/* Adds the sums of the blocks to those of the first, in order. */
static void add_blocks(struct stationary_turn *turn)
{
    struct stationary_sums *all = &turn->sums[0];
    for (size_t b = 1; b < turn->blocks; b++) {
        vector_add(sums_doubles(&turn->shape), 1, turn->sums[b].Gamma, all->Gamma);
        all->loss += turn->sums[b].loss;
        all->wrong += turn->sums[b].wrong;
        all->force += turn->sums[b].force;
        all->answer += turn->sums[b].answer;
        all->largest_answer = fmax(all->largest_answer, turn->sums[b].largest_answer);
    }
}

/* Window of M: 1 up to three quarters of the memory, then down to 0, since the tail of M is noise. */
static double taper(size_t lag, size_t memory)
{
    const double x = 4 * (double)lag / (double)memory - 3;
    return x <= 0 ? 1 : 0.5 * (1 + cos(M_PI * x));
}

static void take_kernels(const struct stationary_turn *turn, struct stationary_kernels *next)
{
    const struct stationary_shape *shape = &turn->shape;
    const struct stationary_sums *sums = &turn->sums[0];
    const size_t n = shape->period, L = shape->memory, count = stationary_segments(shape);
    const double paths = (double)turn->sample.paths.group.paths, scale = turn->run->alpha * turn->sample.paths.variance;
    const double times = paths * (double)((shape->steps - shape->burn) / n);
    const double pairs = (double)(count * count - count - 2 * (count - 1)) * (double)(L / n) * (double)(L / n) * paths;
    for (size_t p = 0; p < n; p++)
        for (size_t q = 0; q < n; q++)
            next->M_inf[p * n + q] = scale * 0.5 * (sums->M_inf[p * n + q] + sums->M_inf[q * n + p]) / pairs;
    for (size_t p = 0; p < n; p++) {
        next->Gamma[p * L] = scale * sums->Gamma0[p] / times;
        next->M[p * L] = scale * sums->M0[p] / times - next->M_inf[p * n + p];
        for (size_t lag = 1; lag < L; lag++) {
            const size_t q = (p + n - lag % n) % n;
            next->Gamma[p * L + lag] = sums->kicks[q] > 0 ? scale * sums->Gamma[q * L + lag] / sums->kicks[q] : 0;
            next->M[p * L + lag] = taper(lag, L) * scale * sums->M[p * L + lag] / times;
        }
    }
}

/* Newton's step for the overlap, with the known response to a constant force: m such that it is the same after an
 * epoch. */
static void take_overlap(const struct stationary_turn *turn, const double *m, double *next)
{
    const struct stationary_order *order = &turn->order;
    const size_t n = turn->shape.period;
    const double times = (double)turn->sample.paths.group.paths * (double)((turn->shape.steps - turn->shape.burn) / n);
    const double eta = turn->run->rate, keep = 1 - eta * turn->run->ridge;
    if (turn->sample.paths.overlap_vanishes) {
        memset(next, 0, n * sizeof *next);
        return;
    }
    double x = m[0], rho = 0;
    for (size_t p = 0; p < n; p++) {
        next[p] = x;
        x = order->rho[p] * (keep * x - eta * turn->run->alpha * turn->sums[0].d[p] / times);
        rho += order->rho[p] / (double)n;
    }
    const double drift = (x - m[0]) / (double)n;
    const double shift = drift * order->chi[turn->shape.reach] / (rho * eta);
    for (size_t p = 0; p < n; p++)
        next[p] += shift - drift * (double)p;
}

double stationary_turn_operations(const struct stationary_turn *turn)
{
    const struct stationary_shape *shape = &turn->shape;
    const double L = (double)shape->memory, B = (double)shape->block, steps = (double)shape->steps;
    const double reaction = steps * L - L * L / 2 + steps * B / 2,
                 forces = (double)stationary_segments(shape) * L * (L + B);
    const double density = turn->run->rule->full_batch ? 1 : turn->run->batch;
    const double probes = density * (steps - L - (double)shape->burn) / (double)turn->stride;
    return 2 * (double)turn->sample.paths.group.paths * (reaction + forces + probes * density * L * L / 2);
}

enum sgdmft_status stationary_turn_make(struct stationary_turn *turn, const struct stationary_kernels *now,
                                        struct stationary_kernels *next)
{
    const enum sgdmft_status status = stationary_order_update(&turn->order, now);
    if (status != SGDMFT_OK)
        return status;
    fill_reaction(turn);
#pragma omp parallel for num_threads(turn->threads) schedule(dynamic) if (turn->threads > 1)
    for (size_t b = 0; b < turn->blocks; b++)
        run_block(turn, now->m, b, &turn->scratch[omp_get_thread_num()]);
    if (sgdmft_watch_stops(turn->watch)) /* blocks may be incomplete */
        return SGDMFT_INTERRUPTED;
    add_blocks(turn);
    if (!isfinite(turn->sums[0].loss))
        return SGDMFT_DIVERGED;
    take_kernels(turn, next);
    take_overlap(turn, now->m, next->m);
    const double evaluations = (double)turn->sample.paths.group.paths * (double)(turn->shape.steps - turn->shape.burn);
    turn->averages.train_loss = turn->sums[0].loss / evaluations;
    turn->averages.force = turn->sums[0].force / evaluations;
    turn->averages.tangent_share = turn->sums[0].answer > 0 ? turn->sums[0].largest_answer / turn->sums[0].answer : 0;
    turn->averages.train_error = sgdmft_has_classes(turn->run) ? turn->sums[0].wrong / evaluations : (double)NAN;
    return SGDMFT_OK;
}
