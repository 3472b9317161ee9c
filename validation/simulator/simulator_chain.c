/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stochastic gradient flow: exact jumps, midpoint steps. */
#include "validation/simulator/simulator_chain.h"
#include "models/base/memory.h"

#include "validation/simulator/simulator_velocity.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CHAIN_TURN 0.25 /* largest substep, in units of the inverse curvature and of b tau */
#define CHAIN_FIELDS 61 /* fields at which l'' is looked at, up to CHAIN_FAR typical ones */
#define CHAIN_FAR 3
#define CHAIN_UNIFORMS (16 * SGDMFT_RANDOM_BLOCK)

struct chain {
    const struct sgdmft_run *run;
    const struct dataset *set;
    struct step *step;
    uint32_t owner;
    double finer;
    float *share;   /* [substeps][examples], fraction of the substep in the batch */
    double *point;  /* [stride], zero from dim on: where the gradient is taken */
    double *middle; /* [dim] */
    double *rate;   /* [dim] dw/dt */
    double uniform[CHAIN_UNIFORMS];
    size_t used;
};

/* The largest |l''| of typical fields at the start, for either label. */
static double loss_curvature(const struct sgdmft_run *run, double spread)
{
    double largest = 0;
    for (int i = 0; i < CHAIN_FIELDS; i++)
        for (int y = -1; y <= 1; y += 2) {
            const double r = CHAIN_FAR * spread * (2.0 * i / (CHAIN_FIELDS - 1) - 1), label = y;
            double second;
            sgdmft_loss_evaluate(run, 1, &r, &label, NULL, NULL, &second);
            largest = fmax(largest, fabs(second));
        }
    return largest;
}

/* Largest eigenvalue, about, of the Hessian of a batch: that of Marchenko and Pastur at the ratio alpha b. */
static double batch_curvature(const struct sgdmft_run *run)
{
    const struct sgdmft_spectrum *spectrum = sgdmft_spectrum(run);
    const double mean = sgdmft_variance(run) * sgdmft_spectrum_mean(spectrum, false);
    double top = 0;
    for (size_t i = 0; i < spectrum->modes; i++)
        top = fmax(top, spectrum->value[i]);
    const double edge = 1 + sqrt(run->alpha * run->batch);
    return run->ridge
           + loss_curvature(run, fmax(1, sqrt(mean * run->norm0))) * sgdmft_batch_weight(run, 0) * sgdmft_variance(run)
                 * fmax(top, 1) * edge * edge;
}

static long substeps_of(double rate, double fastest)
{
    long substeps = 2;
    while (rate * fastest > CHAIN_TURN * (double)substeps && substeps < 1L << 40)
        substeps *= 2;
    return substeps;
}

static double fastest(const struct sgdmft_run *run)
{
    return fmax(batch_curvature(run), 1 / (run->batch * run->persistence));
}

long chain_substeps(const struct sgdmft_run *run, long k)
{
    return substeps_of(sgdmft_rate(run, k), fastest(run));
}

static long substeps_most(const struct sgdmft_run *run)
{
    double rate = 0;
    for (long k = 0; k < run->steps; k++)
        rate = fmax(rate, sgdmft_rate(run, k));
    return substeps_of(rate, fastest(run));
}

double chain_bytes(const struct sgdmft_run *run)
{
    return (double)substeps_most(run) * (double)sgdmft_examples(run) * sizeof(float)
           + 3 * (double)(run->dim + KERNEL_LINE) * sizeof(double) + (double)sizeof(struct chain);
}

enum sgdmft_status chain_open(const struct sgdmft_run *run, const struct dataset *set, uint32_t owner, double finer,
                              struct step *step, struct chain **out, struct sgdmft_error *error)
{
    struct chain *chain = calloc(1, sizeof *chain);
    if (chain) {
        chain->run = run;
        chain->set = set;
        chain->step = step;
        chain->owner = owner;
        chain->finer = finer;
        chain->share = malloc((size_t)(finer * (double)substeps_most(run)) * step->examples * sizeof(float));
        chain->point = aligned_alloc(KERNEL_LINE, step->stride * sizeof(double));
        chain->middle = malloc(step->dim * sizeof(double));
        chain->rate = malloc(step->dim * sizeof(double));
    }
    if (!chain || !chain->share || !chain->point || !chain->middle || !chain->rate) {
        chain_close(chain);
        return memory_fail(error, "the stochastic gradient flow");
    }
    memset(chain->point, 0, step->stride * sizeof(double));
    struct sgdmft_stream stream = sgdmft_stream_open(run->seed, SGDMFT_BATCH, owner, 0);
    run->rule->select(run, &stream, 0, step->examples, step->selected, step->place);
    *out = chain;
    return SGDMFT_OK;
}

void chain_close(struct chain *chain)
{
    if (!chain)
        return;
    free(chain->share);
    free(chain->point);
    free(chain->middle);
    free(chain->rate);
    free(chain);
}

/* A waiting time with mean 1. */
static double chain_wait(struct chain *chain, struct sgdmft_stream *stream)
{
    if (chain->used == CHAIN_UNIFORMS) {
        sgdmft_uniforms(stream, CHAIN_UNIFORMS, chain->uniform);
        chain->used = 0;
    }
    return -log(chain->uniform[chain->used++]);
}

/* In the batch from time `from` to `to`, both in substeps: to the fractions of one example, `pitch` apart. */
static void chain_stay(double from, double to, long substeps, size_t pitch, float *share)
{
    const long last = to < (double)substeps ? (long)to : substeps - 1;
    for (long i = (long)from; i <= last; i++)
        share[(size_t)i * pitch] += (float)(fmin(to, (double)i + 1) - fmax(from, (double)i));
}

/* The jumps from t_k to t_{k+1}, the same for any number of substeps: waiting times begin anew at t_k, which changes no
 * law. */
static void chain_draw(struct chain *chain, long k, long substeps)
{
    const struct sgdmft_run *run = chain->run;
    const size_t examples = chain->step->examples;
    const double length = sgdmft_rate(run, k), unit = (double)substeps / length, tau = run->persistence;
    const double mean[2] = {tau, run->batch < 1 ? run->batch * tau / (1 - run->batch) : HUGE_VAL};
    struct sgdmft_stream stream = sgdmft_stream_open(run->seed, SGDMFT_BATCH, chain->owner, (uint32_t)k);
    sgdmft_stream_part(&stream, 1);
    chain->used = CHAIN_UNIFORMS;
    memset(chain->share, 0, (size_t)substeps * examples * sizeof(float));
    for (size_t mu = 0; mu < examples; mu++) {
        unsigned char inside = chain->step->selected[mu];
        for (double t = 0, next; t < length; t = next, inside = next < length ? !inside : inside) {
            next = t + chain_wait(chain, &stream) * mean[inside];
            if (inside)
                chain_stay(t * unit, fmin(next, length) * unit, substeps, examples, chain->share + mu);
        }
        chain->step->selected[mu] = inside;
    }
}

/* dw/dt at w with the fractions of one substep. */
static void chain_velocity(struct chain *chain, const float *share, size_t count, const double *w)
{
    const struct pieces_task task = {.count = count,
                                     .replicas = 1,
                                     .columns = 1,
                                     .row = chain->step->batch,
                                     .share = share,
                                     .fraction = 1,
                                     .weights = chain->step->rounded};
    flow_velocity(chain->run, chain->set, chain->step, &task, w, chain->point, chain->rate);
}

static void chain_substep(struct chain *chain, const float *share, double h)
{
    struct step *step = chain->step;
    size_t count = 0;
    for (size_t mu = 0; mu < step->examples; mu++) {
        step->batch[count] = (uint32_t)mu;
        count += share[mu] > 0;
    }
    chain_velocity(chain, share, count, step->weights);
    for (size_t i = 0; i < step->dim; i++)
        chain->middle[i] = step->weights[i] + h / 2 * chain->rate[i];
    chain_velocity(chain, share, count, chain->middle);
    for (size_t i = 0; i < step->dim; i++)
        step->weights[i] += h * chain->rate[i];
}

double chain_advance(struct chain *chain, long k)
{
    const struct step *step = chain->step;
    const long substeps = (long)(chain->finer * (double)chain_substeps(chain->run, k));
    const double h = sgdmft_rate(chain->run, k) / (double)substeps;
    chain_draw(chain, k, substeps);
    for (long i = 0; i < substeps; i++)
        chain_substep(chain, chain->share + (size_t)i * step->examples, h);
    return step_product(step->dim, step->weights, step->weights) / (double)step->dim;
}
