/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Observables of THEORY section 9 over real examples. Losses are measured for OBSERVE_WEIGHTS weights - of measured
 * steps and replicas - at a time, in one pass over the rows. */
#include "validation/simulator/observe.h"

#include "validation/simulator/response.h"
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#define OBSERVE_BLOCK 64 /* rows whose losses are evaluated in one call; a multiple of KERNEL_ROWS */

#define OBSERVE_PLACES (OBSERVE_BLOCK * (OBSERVE_WEIGHTS + 2)) /* fields and losses of a block */

static size_t observe_blocks(size_t examples)
{
    return (examples + OBSERVE_BLOCK - 1) / OBSERVE_BLOCK;
}

double observe_bytes(const struct sgdmft_run *run, int threads)
{
    const size_t train = (size_t)sgdmft_examples(run), test = (size_t)(run->test_examples > 0 ? run->test_examples : 0);
    const double places = OBSERVE_WEIGHTS * (double)observe_blocks(test > train ? test : train);
    return places * (double)(2 * sizeof(double) + (memorization_matters(run) ? sizeof(struct memorization) : 0))
           + (double)(run->dim + KERNEL_LINE) * OBSERVE_WEIGHTS * sizeof(double)
           + (double)run->waiting.count * (double)run->replicas * (double)run->dim * sizeof(double)
           + (double)threads * OBSERVE_PLACES * sizeof(double);
}

bool observe_create(const struct sgdmft_run *run, const struct sgdmft_result *result, const struct dataset *train,
                    const struct dataset *test, const double *signal, int threads, struct observer *observer)
{
    const size_t waitings = run->waiting.count, examples = test->count > train->count ? test->count : train->count;
    *observer = (struct observer){
        .run = run,
        .result = result,
        .train = train,
        .test = test,
        .signal = signal,
        .weights = aligned_alloc(KERNEL_LINE, OBSERVE_WEIGHTS * train->stride * train->kernel->size),
        .threads = threads,
        .block = malloc((size_t)threads * OBSERVE_PLACES * sizeof(double)),
        .sum = malloc(2 * OBSERVE_WEIGHTS * observe_blocks(examples) * sizeof(double)),
        .kinds = memorization_matters(run)
                     ? malloc(OBSERVE_WEIGHTS * observe_blocks(examples) * sizeof(struct memorization))
                     : NULL,
        .waiting = malloc((waitings * (size_t)run->replicas * train->dim + 1) * sizeof(double)),
        .lags_seen = malloc((waitings + 1) * sizeof(size_t)),
    };
    return observer->weights && observer->block && observer->sum && (observer->kinds || !memorization_matters(run))
           && observer->waiting && observer->lags_seen;
}

void observe_free(struct observer *observer)
{
    free(observer->weights);
    free(observer->block);
    free(observer->sum);
    free(observer->kinds);
    free(observer->waiting);
    free(observer->lags_seen);
    *observer = (struct observer){.run = NULL};
}

void observe_begin(struct observer *observer, size_t sample)
{
    observer->sample = sample;
    observer->measured = 0;
    observer->pending = 0;
    observer->replicas_seen = 0;
    memset(observer->lags_seen, 0, (observer->run->waiting.count + 1) * sizeof(size_t));
}

/* Values of the present sample of a quantity; NULL if the result has none. */
static double *observe_sample(const struct observer *observer, const char *group, const char *name)
{
    const struct sgdmft_quantity *quantity = sgdmft_result_find(observer->result, group, name);
    return quantity ? quantity->sample + observer->sample * quantity->length : NULL;
}

/* Sums of the loss and of the errors (y phi < 0) of one block of examples. */
static void observe_losses(const struct sgdmft_run *run, size_t n, const double *field, const double *label,
                           double *scratch, double *loss, double *errors)
{
    *loss = *errors = 0;
    sgdmft_loss_evaluate(run, n, field, label, scratch, NULL, NULL);
    for (size_t i = 0; i < n; i++)
        *loss += scratch[i];
    sgdmft_link_evaluate(run, n, field, scratch);
    for (size_t i = 0; i < n; i++)
        *errors += label[i] * scratch[i] < 0;
}

/* The fields r = x.w/sqrt(N) of the rows from `start` on, field[j][i] for weights j. */
static void observe_fields(const struct observer *observer, const struct dataset *set, size_t start, size_t rows,
                           double *field)
{
    const double scale = 1 / sqrt((double)set->dim);
    double dots[OBSERVE_WEIGHTS * KERNEL_ROWS];
    for (size_t group = 0; group < rows; group += KERNEL_ROWS) {
        const void *row[KERNEL_ROWS], *next[KERNEL_ROWS];
        for (size_t i = 0; i < KERNEL_ROWS; i++) {
            const size_t mu = start + group + i;
            row[i] = dataset_row(set, mu < set->count ? mu : set->count - 1);
            next[i] = dataset_row(set, mu + KERNEL_ROWS < set->count ? mu + KERNEL_ROWS : set->count - 1);
        }
        for (size_t j = 0; j < observer->pending; j += OBSERVE_TOGETHER) {
            const size_t left = observer->pending - j, count = left < OBSERVE_TOGETHER ? left : OBSERVE_TOGETHER;
            set->kernel->dots(set->stride, row, count,
                              (const char *)observer->weights + j * set->stride * set->kernel->size,
                              j == 0 ? next : NULL, dots + j * KERNEL_ROWS);
        }
        for (size_t j = 0; j < observer->pending; j++)
            for (size_t i = 0; i < KERNEL_ROWS; i++)
                field[j * OBSERVE_BLOCK + group + i] = dots[j * KERNEL_ROWS + i] * scale;
    }
}

/* Adds the sums of another block. */
static void observe_add_kinds(const struct memorization *block, struct memorization *sums)
{
    for (int kind = 0; kind < 2; kind++) {
        sums->loss[kind] += block->loss[kind];
        sums->errors[kind] += block->errors[kind];
        sums->count[kind] += block->count[kind];
    }
}

/* Adds the sums of one replica at measured step number `at`, and records them with the last of its replicas. */
static void observe_kinds(struct observer *observer, const struct memorization *sums, size_t at)
{
    struct memorization *all = &observer->by_kind;
    if (observer->replicas_seen == 0)
        *all = (struct memorization){{0}, {0}, {0}};
    observe_add_kinds(sums, all);
    observer->replicas_seen = (observer->replicas_seen + 1) % (size_t)observer->run->replicas;
    if (observer->replicas_seen == 0)
        memorization_record(observer->result, observer->sample, at, all);
}

/* Sums of loss and errors of all pending weights over block number `block` of a set; places: [OBSERVE_PLACES]. */
static void observe_block(const struct observer *observer, const struct dataset *set, size_t block, double *places)
{
    double *loss = observer->sum + 2 * OBSERVE_WEIGHTS * block, *errors = loss + OBSERVE_WEIGHTS;
    const size_t start = block * OBSERVE_BLOCK;
    const size_t rows = set->count - start < OBSERVE_BLOCK ? set->count - start : OBSERVE_BLOCK;
    double *const scratch = places + OBSERVE_WEIGHTS * OBSERVE_BLOCK;
    observe_fields(observer, set, start, rows, places);
    for (size_t j = 0; j < observer->pending; j++)
        observe_losses(observer->run, rows, places + j * OBSERVE_BLOCK, set->label + start, scratch, &loss[j],
                       &errors[j]);
    if (set != observer->train || !observer->kinds)
        return;
    struct memorization *sums = observer->kinds + OBSERVE_WEIGHTS * block;
    for (size_t j = 0; j < observer->pending; j++) {
        sums[j] = (struct memorization){{0}, {0}, {0}};
        memorization_gather(observer->run, rows, places + j * OBSERVE_BLOCK, set->label + start, set->flipped + start,
                            NULL, scratch, &sums[j]);
    }
}

/* Mean loss and fraction of errors of all pending weights over one set of examples; names of the series of the weights
 * and of their averages. */
static void observe_set(struct observer *observer, const struct dataset *set, const char *const loss_name[2],
                        const char *const error_name[2])
{
    const bool by_kind = set == observer->train && observer->kinds;
    double *loss_out[2], *error_out[2];
    for (int averaged = 0; averaged < 2; averaged++) {
        loss_out[averaged] = observe_sample(observer, "series", loss_name[averaged]);
        error_out[averaged] = observe_sample(observer, "series", error_name[averaged]);
    }
    const double all = (double)set->count * (double)observer->run->replicas;
    const size_t blocks = observe_blocks(set->count);
#pragma omp parallel for schedule(static) num_threads(observer->threads) if (observer->threads > 1)
    for (size_t block = 0; block < blocks; block++)
        observe_block(observer, set, block, observer->block + (size_t)omp_get_thread_num() * OBSERVE_PLACES);
    for (size_t j = 0; j < observer->pending; j++) {
        const size_t at = observer->place[j];
        double loss = 0, errors = 0;
        for (size_t block = 0; block < blocks; block++) {
            loss += observer->sum[2 * OBSERVE_WEIGHTS * block + j];
            errors += observer->sum[2 * OBSERVE_WEIGHTS * block + OBSERVE_WEIGHTS + j];
        }
        loss_out[observer->averaged[j]][at] += loss / all;
        if (sgdmft_has_classes(observer->run))
            error_out[observer->averaged[j]][at] += errors / all;
        if (by_kind && !observer->averaged[j]) {
            struct memorization sums = {{0}, {0}, {0}};
            for (size_t block = 0; block < blocks; block++)
                observe_add_kinds(&observer->kinds[OBSERVE_WEIGHTS * block + j], &sums);
            observe_kinds(observer, &sums, at);
        }
    }
}

static void observe_flush(struct observer *observer)
{
    if (observer->pending == 0)
        return;
    observe_set(observer, observer->train, (const char *[]){"train_loss", "averaged_train_loss"},
                (const char *[]){"train_error", "averaged_train_error"});
    observe_set(observer, observer->test, (const char *[]){"test_loss", "averaged_test_loss"},
                (const char *[]){"test_error", "averaged_test_error"});
    observer->pending = 0;
}

/* Mean of h.dw/N over the directions of one waiting time. */
static double observe_response(const struct sgdmft_run *run, size_t waiting, const struct step *step)
{
    const size_t directions = (size_t)run->force_directions, n = step->dim;
    double sum = 0;
    for (size_t j = waiting * directions; j < (waiting + 1) * directions; j++)
        sum += step_product(n, step->force + j * n, step->weights + (step->replicas + j) * step->stride);
    return sum / ((double)directions * (double)n);
}

/* Mean of w.copy/N over the replicas. */
static double observe_correlation(const struct step *step, const double *copy)
{
    const size_t n = step->dim;
    double sum = 0;
    for (size_t j = 0; j < step->replicas; j++)
        sum += step_product(n, step->weights + j * step->stride, copy + j * n);
    return sum / ((double)n * (double)step->replicas);
}

/* C(k, t_w) and chi(k, t_w) where k - t_w is a measured lag. */
static void observe_two_time(struct observer *observer, long k, const struct step *step)
{
    const struct sgdmft_result *result = observer->result;
    const size_t dim = step->dim, replicas = step->replicas;
    double *correlation = observe_sample(observer, "two_time", "correlation");
    double *response = response_tangents(observer->run) ? observe_sample(observer, "two_time", "response") : NULL;
    for (size_t i = 0; i < result->waitings; i++) {
        double *copy = observer->waiting + i * replicas * dim;
        size_t *seen = &observer->lags_seen[i];
        for (size_t j = 0; k == result->waiting[i] && j < replicas; j++)
            memcpy(copy + j * dim, step->weights + j * step->stride, dim * sizeof *copy);
        if (*seen == result->lags || k - result->waiting[i] != result->lag[*seen])
            continue;
        const size_t at = i * result->lags + (*seen)++;
        correlation[at] = observe_correlation(step, copy);
        if (response)
            response[at] = observe_response(observer->run, i, step);
    }
}

/* Overlap and norm of the averaged weights at measured step number `at`. */
static void observe_average(const struct observer *observer, size_t at, const struct step *step)
{
    const size_t n = step->dim;
    const double all = (double)n * (double)step->replicas;
    double overlap = 0, norm = 0;
    for (size_t j = 0; j < step->replicas; j++) {
        const double *average = step->average + j * step->stride;
        overlap += step_product(n, average, observer->signal) / all;
        norm += step_product(n, average, average) / all;
    }
    observe_sample(observer, "series", "averaged_overlap")[at] = overlap;
    observe_sample(observer, "series", "averaged_norm")[at] = norm;
}

/* Overlap, norm and distance at measured step number `at`. */
static void observe_weights(const struct observer *observer, size_t at, const struct step *step)
{
    const size_t n = step->dim;
    const double all = (double)n * (double)step->replicas;
    double *distance = observe_sample(observer, "series", "distance");
    double *normalised = observe_sample(observer, "series", "distance_normalised");
    double overlap = 0, norm = 0;
    for (size_t j = 0; j < step->replicas; j++) {
        const double *w = step->weights + j * step->stride;
        overlap += step_product(n, w, observer->signal) / all;
        norm += step_product(n, w, w) / all;
    }
    observe_sample(observer, "series", "overlap")[at] = overlap;
    observe_sample(observer, "series", "norm")[at] = norm;
    if (step->average)
        observe_average(observer, at, step);
    if (step->replicas > 1 && distance && normalised) {
        distance[at] = step_distance(step);
        normalised[at] = distance[at] / norm;
    }
}

/* Losses are sums over replicas that may be measured in different passes: they start from 0. */
static void observe_clear(const struct observer *observer, size_t at)
{
    static const char *const names[] = {"train_loss",         "train_error",         "test_loss",
                                        "test_error",         "averaged_train_loss", "averaged_train_error",
                                        "averaged_test_loss", "averaged_test_error"};
    for (size_t i = 0; i < (observer->run->derived.average.taken ? 8 : 4); i++)
        if (i % 2 == 0 || sgdmft_has_classes(observer->run))
            observe_sample(observer, "series", names[i])[at] = 0;
}

void observe_step(struct observer *observer, long k, const struct step *step)
{
    const size_t at = observer->measured;
    const struct kernel *kernel = observer->train->kernel;
    observe_two_time(observer, k, step);
    if (at == observer->result->steps || observer->result->step[at] != k)
        return;
    observe_weights(observer, at, step);
    observe_clear(observer, at);
    observer->measured++;
    for (size_t j = 0; j < (step->average ? 2 : 1) * step->replicas; j++) {
        const bool averaged = j >= step->replicas;
        const double *w =
            averaged ? step->average + (j - step->replicas) * step->stride : step->weights + j * step->stride;
        kernel->round(step->stride, w, (char *)observer->weights + observer->pending * step->stride * kernel->size);
        observer->averaged[observer->pending] = averaged;
        observer->place[observer->pending++] = at;
        if (observer->pending == OBSERVE_WEIGHTS)
            observe_flush(observer);
    }
    if (observer->run->rule->fresh) /* its examples exist during the step only */
        observe_flush(observer);
}

bool observe_due(const struct observer *observer, long k)
{
    return observer->measured > 0 && observer->result->step[observer->measured - 1] == k;
}

void observe_gradient(struct observer *observer, long k, const struct step *step)
{
    double *overlap = observe_sample(observer, "series", "gradient_overlap");
    double *norm = observe_sample(observer, "series", "gradient_norm");
    if (!observe_due(observer, k) || !overlap || !norm)
        return;
    overlap[observer->measured - 1] = step->gradient_overlap;
    norm[observer->measured - 1] = step->gradient_norm;
}

long observe_end(struct observer *observer)
{
    observe_flush(observer);
    return observer->result->step[observer->measured - 1];
}
