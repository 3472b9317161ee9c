/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gain of the variance reduction: `make build/acceptance-sampling && build/acceptance-sampling [GROUPS]`. The
 * variance over independent groups of the dense engine, times the processor time of a group, with plain independent
 * sampling, with all that a solve does, and with all but one of it. A factor says how many times more paths (or time)
 * plain sampling would take for the same error. */
#include "solver/dense/dense.h"
#include "validation/benchmarks/measured_run.h"

#include <cblas.h>
#include <math.h>
#include <sgdmft/sgdmft.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define PATHS 512
#define COMMON "steps=60 waiting=0 "
#define OBSERVABLES 4 /* norm, loss and overlap at the last step, integrated response to it from step 0 */

static const struct {
    const char *name, *words;
} cases[] = {
    {"linear, sgd", COMMON "teacher=linear loss=square ridge=0.5 overlap0=0.2 norm0=1.04"},
    {"linear, persistent", COMMON "teacher=linear loss=square ridge=0.5 rule=persistent"},
    {"logistic, sgd", COMMON "loss=logistic"},
    {"logistic, gd", COMMON "loss=logistic rule=gd"},
    {"random labels, hinge2, sgd", COMMON "data=random loss=hinge2 kappa=1"},
    {"mixture2, reshuffle", COMMON "data=mixture2 rule=reshuffle"},
};

static const struct {
    const char *name;
    unsigned plain;
} variants[] = {{"plain", ENGINE_PLAIN_ALL},
                {"as solved", 0},
                {"- points", ENGINE_PLAIN_POINTS},
                {"- orthogonal", ENGINE_PLAIN_INNOVATIONS},
                {"- batches", ENGINE_PLAIN_BATCHES},
                {"- averages", ENGINE_PLAIN_AVERAGES},
                {"- mirror", ENGINE_PLAIN_MIRROR},
                {"- calibration", ENGINE_PLAIN_CALIBRATION},
                {"- surprises", ENGINE_PLAIN_SURPRISES}};
#define VARIANTS (sizeof variants / sizeof variants[0])

/* One group to the last step. */
static bool follow(const struct sgdmft_run *run, uint32_t number, unsigned plain, double out[OBSERVABLES])
{
    const struct engine_group group = {.run = run, .number = number, .paths = PATHS, .threads = 1, .plain = plain};
    void *state = engine_dense.start(&group);
    struct engine_values values = {0};
    bool good = state != NULL;
    double correlation;
    for (long k = 0; good && k <= run->steps; k++) {
        engine_dense.evaluate(state, &values);
        if (k < run->steps)
            good = engine_dense.advance(state) == SGDMFT_OK;
    }
    if (good)
        engine_dense.two_time(state, 0, &correlation, &out[3]);
    out[0] = values.norm;
    out[1] = values.train_loss;
    out[2] = values.overlap;
    if (state)
        engine_dense.finish(state);
    return good;
}

struct spread {
    double mean[OBSERVABLES], variance[OBSERVABLES], seconds;
};

/* Mean and variance over the groups of each observable, and processor seconds of a group. */
static bool measure(const struct sgdmft_run *run, unsigned plain, uint32_t groups, struct spread *spread)
{
    double sum[OBSERVABLES] = {0}, squares[OBSERVABLES] = {0};
    const clock_t begin = clock();
    for (uint32_t g = 0; g < groups; g++) {
        double x[OBSERVABLES];
        if (!follow(run, g, plain, x))
            return false;
        for (size_t i = 0; i < OBSERVABLES; i++) {
            sum[i] += x[i];
            squares[i] += x[i] * x[i];
        }
    }
    spread->seconds = (double)(clock() - begin) / CLOCKS_PER_SEC / groups;
    for (size_t i = 0; i < OBSERVABLES; i++) {
        spread->mean[i] = sum[i] / groups;
        spread->variance[i] = fmax(0, (squares[i] - sum[i] * sum[i] / groups) / (groups - 1));
    }
    return true;
}

/* Largest difference of the means to plain sampling, in its standard deviations: both are the same theory. */
static double difference(const struct spread *plain, const struct spread *other, uint32_t groups)
{
    double worst = 0;
    for (size_t i = 0; i < OBSERVABLES; i++) {
        const double deviation = sqrt((plain->variance[i] + other->variance[i]) / groups);
        if (deviation > 1e-10 * fabs(plain->mean[i]))
            worst = fmax(worst, fabs(plain->mean[i] - other->mean[i]) / deviation);
    }
    return worst;
}

static void print(const char *name, const struct spread *plain, const struct spread *other, uint32_t groups)
{
    printf("| %s | %.0f |", name, 1e3 * other->seconds);
    for (size_t i = 0; i < OBSERVABLES; i++) {
        const double floor = 1e-20 * plain->mean[i] * plain->mean[i];
        if (plain->variance[i] <= floor)
            printf(" - |"); /* zero by symmetry */
        else if (other->variance[i] <= floor)
            printf(" exact |");
        else
            printf(" %.2g |", plain->variance[i] * plain->seconds / (other->variance[i] * other->seconds));
    }
    printf(" %.1f |\n", difference(plain, other, groups));
}

int main(int count, char **argument)
{
    const uint32_t groups = count > 1 ? (uint32_t)atoi(argument[1]) : 64;
    openblas_set_num_threads(1);
    printf("%u groups of %d paths, 60 steps; plain variance times time over that of the row (two standard deviations "
           "of a factor: %.0f %%)\n",
           groups, PATHS, 200 * sqrt(4.0 / groups));
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        const struct sgdmft_run run = measured_run(cases[c].words);
        struct spread spread[VARIANTS];
        printf("\n| %s | ms a group | norm | train_loss | overlap | response | difference "
               "|\n|---|---|---|---|---|---|---|\n",
               cases[c].name);
        for (size_t v = 0; v < VARIANTS; v++) {
            if (!measure(&run, variants[v].plain, groups, &spread[v]))
                printf("| %s | failed |\n", variants[v].name);
            else
                print(variants[v].name, &spread[0], &spread[v], groups);
            fflush(stdout);
        }
    }
    return 0;
}
