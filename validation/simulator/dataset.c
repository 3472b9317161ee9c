/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drawing the examples of a simulated run. */
#include "validation/simulator/dataset.h"

#include "models/base/simd.h"
#include "models/run/parameter_table.h"
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define HUGE_PAGE ((size_t)2 << 20)

static const struct kernel *dataset_kernel(const struct sgdmft_run *run)
{
    return (run->precision == SGDMFT_PRECISION_DOUBLE ? kernel_double : kernel_single)(0);
}

/* Rounds up to whole huge pages: batches access scattered rows, which would miss the translation cache with small
 * pages. */
static size_t dataset_row_bytes(const struct sgdmft_run *run, size_t count)
{
    const size_t size = dataset_kernel(run)->size;
    const size_t bytes = count * kernel_stride((size_t)run->dim, size) * size;
    return (bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
}

double dataset_bytes(const struct sgdmft_run *run, size_t count, int threads)
{
    return (double)dataset_row_bytes(run, count) + (double)count * (5 * sizeof(double) + 1)
           + (double)(threads + 1) * (double)run->dim * sizeof(float);
}

/* False without memory. */
static bool dataset_roots(const struct sgdmft_run *run, struct dataset *set)
{
    const struct sgdmft_spectrum *spectrum = sgdmft_spectrum(run);
    if (sgdmft_spectrum_is_plain(spectrum))
        return true;
    set->root = malloc(set->dim * sizeof *set->root);
    for (size_t i = 0; set->root && i < set->dim; i++)
        set->root[i] = sqrtf((float)spectrum->value[spectrum_mode_of(spectrum, set->dim, i)]);
    return set->root != NULL;
}

bool dataset_create(const struct sgdmft_run *run, size_t count, int threads, struct dataset *set)
{
    const size_t bytes = dataset_row_bytes(run, count);
    *set = (struct dataset){
        .count = count,
        .dim = (size_t)run->dim,
        .threads = threads,
        .kernel = dataset_kernel(run),
    };
    set->stride = kernel_stride(set->dim, set->kernel->size);
    set->rows = aligned_alloc(HUGE_PAGE, bytes);
    set->label = malloc(count * sizeof *set->label);
    set->flipped = malloc(count);
    set->normal = malloc((size_t)threads * set->dim * sizeof *set->normal);
    set->draw = malloc(4 * count * sizeof *set->draw);
    if (!dataset_roots(run, set))
        return false;
    if (!set->rows || !set->label || !set->flipped || !set->normal || !set->draw)
        return false;
    (void)madvise(set->rows, bytes, MADV_HUGEPAGE); /* for speed only */
    return true;
}

void dataset_free(struct dataset *set)
{
    free(set->rows);
    free(set->label);
    free(set->flipped);
    free(set->normal);
    free(set->root);
    free(set->draw);
    *set = (struct dataset){.count = 0};
}

/* z.v */
static SIMD_CLONES double dataset_project(size_t n, const float *restrict normal, const double *restrict signal)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < n; i++)
        sum += (double)normal[i] * signal[i];
    return sum;
}

static SIMD_CLONES void dataset_row_single(size_t n, double along, const double *restrict signal, double spread,
                                           const float *restrict normal, float *restrict row)
{
    for (size_t i = 0; i < n; i++)
        row[i] = (float)(along * signal[i] + spread * (double)normal[i]);
}

static SIMD_CLONES void dataset_row_double(size_t n, double along, const double *restrict signal, double spread,
                                           const float *restrict normal, double *restrict row)
{
    for (size_t i = 0; i < n; i++)
        row[i] = along * signal[i] + spread * (double)normal[i];
}

/* |Sigma^(1/2) v|, sqrt(N) where Sigma is the identity. */
static double dataset_signal_length(const struct dataset *set, const double *signal)
{
    double sum = 0;
    for (size_t i = 0; set->root && i < set->dim; i++)
        sum += (double)set->root[i] * (double)set->root[i] * signal[i] * signal[i];
    return sqrt(set->root ? sum : (double)set->dim);
}

static const struct sgdmft_component *dataset_component(size_t count, const struct sgdmft_component *component,
                                                        double uniform)
{
    size_t i = 0;
    for (double below = component[0].weight; i + 1 < count && uniform >= below; below += component[i].weight)
        i++;
    return &component[i];
}

/* Component, flip, target and noise of all labels, each from a stream of its own. */
static void dataset_draw_labels(const struct sgdmft_run *run, enum sgdmft_purpose purpose, uint32_t owner,
                                uint32_t turn, struct dataset *set)
{
    for (uint32_t part = 0; part < 4; part++) {
        struct sgdmft_stream stream = sgdmft_stream_open(run->seed, purpose, owner, part);
        sgdmft_stream_part(&stream, turn);
        (part < 2 ? sgdmft_uniforms : sgdmft_normals)(&stream, set->count, set->draw + part * set->count);
    }
}

/* Draws row mu and its label; normal: [dim] scratch. */
static void dataset_draw_example(const struct sgdmft_run *run, enum sgdmft_purpose input, uint32_t owner, uint32_t turn,
                                 size_t mu, size_t components, const struct sgdmft_component *component,
                                 const double *signal, float *normal, struct dataset *set)
{
    const size_t n = set->dim, count = set->count;
    const double scale = 1 / sqrt((double)n), spread = sqrt(sgdmft_variance(run));
    const double view = 1 / dataset_signal_length(set, signal);
    struct sgdmft_stream stream = sgdmft_stream_open(run->seed, input, owner, (uint32_t)mu);
    sgdmft_stream_part(&stream, turn);
    sgdmft_normals_single(&stream, n, normal);
    for (size_t i = 0; set->root && i < n; i++)
        normal[i] *= set->root[i];
    const struct sgdmft_component *own = dataset_component(components, component, set->draw[mu]);
    unsigned char *row = set->rows + mu * set->stride * set->kernel->size;
    if (run->precision == SGDMFT_PRECISION_DOUBLE)
        dataset_row_double(n, own->centre * scale, signal, spread, normal, (double *)(void *)row);
    else
        dataset_row_single(n, own->centre * scale, signal, spread, normal, (float *)(void *)row);
    memset(row + n * set->kernel->size, 0, (set->stride - n) * set->kernel->size);
    const double draws[2] = {set->draw[2 * count + mu], set->draw[3 * count + mu]};
    const double u = dataset_project(n, normal, signal) * view;
    set->label[mu] = sgdmft_label(run, own, u, draws, set->draw[count + mu]);
    set->flipped[mu] = sgdmft_has_classes(run) && sgdmft_label_flipped(run, set->draw[count + mu]);
}

/* Draws number `turn` of this owner. */
static void dataset_draw_turn(const struct sgdmft_run *run, enum sgdmft_purpose input, enum sgdmft_purpose label,
                              uint32_t owner, uint32_t turn, const double *signal, struct dataset *set)
{
    struct sgdmft_component component[SGDMFT_COMPONENTS_MAX];
    const size_t components = run->data->components(run, component);
    dataset_draw_labels(run, label, owner, turn, set);
#pragma omp parallel for schedule(static) num_threads(set->threads) if (set->threads > 1)
    for (size_t mu = 0; mu < set->count; mu++)
        if (!sgdmft_watch_stops(set->watch))
            dataset_draw_example(run, input, owner, turn, mu, components, component, signal,
                                 set->normal + (size_t)omp_get_thread_num() * set->dim, set);
}

void dataset_draw(const struct sgdmft_run *run, enum sgdmft_purpose input, enum sgdmft_purpose label, uint32_t owner,
                  const double *signal, struct dataset *set)
{
    dataset_draw_turn(run, input, label, owner, 0, signal, set);
}

static long larger(long a, long b)
{
    return a > b ? a : b;
}

size_t dataset_train_examples(const struct sgdmft_run *run)
{
    long most = sgdmft_examples(run);
    if (!run->rule->fresh)
        return (size_t)most;
    most = sgdmft_fresh_examples(run, 0);
    for (size_t i = 0; i < run->batch_steps.count; i++)
        most = larger(most, sgdmft_fresh_examples(run, run->batch_steps.from[i]));
    for (long k = 0; k < schedule_cycle_steps(run); k++)
        most = larger(most, sgdmft_fresh_examples(run, k));
    return (size_t)most;
}

void dataset_draw_fresh(const struct sgdmft_run *run, uint32_t owner, long k, size_t j, const double *signal,
                        struct dataset *set)
{
    set->count = (size_t)sgdmft_fresh_examples(run, k);
    dataset_draw_turn(run, SGDMFT_TRAIN_INPUT, SGDMFT_TRAIN_LABEL, owner,
                      (uint32_t)((size_t)k * (size_t)run->replicas + j), signal, set);
}
