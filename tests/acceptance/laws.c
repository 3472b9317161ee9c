/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs without their data matrix against simulations that store it, in law, at N = 60 and P = 120: two samples of every
 * observable half way and at the last step, by Kolmogorov-Smirnov, mean and variance; and engines that are broken on
 * purpose. Usage: acceptance-laws [RUNS [SEED [WORD]]], only laws whose name contains the word; lines
 * "item TAB measured TAB bound TAB yes|NO" on stdout. */
#include "solver/run/groups.h"
#include "solver/run/solve_internal.h"
#include "tests/solver/conditional/faulty_conditional.h"
#include "tests/solver/same_law.h"
#include "validation/benchmarks/measured_run.h"

#include <sgdmft/sgdmft.h>
#include <stdio.h>
#include <string.h>

#define SMALL "alpha=2 dim=60 steps=40 every=20 "
#define DOOR SMALL "data=mixture3 cluster_variance=0.3 link=door overlap0=0.4 rate=0.2 "
#define PHASE SMALL "teacher=abs loss=phase overlap0=0.5 rate=0.01 "

/* The least p of some 800 correlated tests, once in 200 whole tables; of a broken law. */
#define LEAST_P 5e-6
#define BROKEN_P 1e-12

struct law {
    const char *name, *text;
    bool response; /* where the probe is a derivative, as in the stored simulation */
    /* An observable whose mean alone is the same. C(k,t_w) of two replicas is that of the first, in the stored
     * simulation the mean of both; the probing force on data with a spectrum is normal, in the stored simulation of
     * signs, with the same share of each mode in all runs. */
    const char *mean;
};

static const struct law laws[] = {
    {"logistic, sgd", SMALL "rate=0.3", true, NULL},
    {"logistic, gd", SMALL "rule=gd rate=0.3", true, NULL},
    {"logistic, persistent", SMALL "rule=persistent rate=0.3", true, NULL},
    {"logistic, reshuffle", SMALL "rule=reshuffle rate=0.3", true, NULL},
    {"logistic, langevin", SMALL "rule=langevin rate=0.3 temperature=0.5", true, NULL},
    {"logistic, label noise, sgd with temperature", SMALL "rate=0.3 label_noise=0.2 temperature=0.3", true, NULL},
    {"square, linear teacher, label noise", SMALL "teacher=linear loss=square rate=0.2 label_noise=0.3", true, NULL},
    {"square, random Gaussian labels, sphere",
     SMALL "data=random targets=gaussian loss=square constraint=sphere rate=0.2", true, NULL},
    {"hinge2, random labels, sgd", SMALL "data=random loss=hinge2 kappa=1 rate=0.2", true, NULL},
    {"hinge2, sign teacher, gradient sum", SMALL "loss=hinge2 kappa=0.5 rate=0.5 gradient=sum overlap0=0.3", true,
     NULL},
    {"two clusters, sgd", SMALL "data=mixture2 cluster_variance=0.5 rate=0.3", true, NULL},
    {"two clusters, reshuffle, two replicas",
     SMALL "data=mixture2 cluster_variance=0.5 rate=0.3 rule=reshuffle replicas=2", true, "correlation"},
    {"three clusters, door, persistent", DOOR "rule=persistent", false, NULL},
    {"three clusters, door, hinge2, gd", DOOR "rule=gd loss=hinge2 kappa=0.5", false, NULL},
    {"door teacher, door, sgd", SMALL "teacher=door link=door overlap0=0.4 rate=0.1", false, NULL},
    {"phase, sphere, sgd", PHASE "constraint=sphere batch=0.5", false, NULL},
    {"phase, sphere, langevin", PHASE "constraint=sphere rule=langevin temperature=0.2", false, NULL},
    {"phase, linear teacher, ridge, persistent", PHASE "teacher=linear rule=persistent batch=0.5", false, NULL},
    {"rates and batches in steps", SMALL "rate=0.1 rate_steps=10=0.4,30=0.05 batch_steps=20=1", true, NULL},
    {"two replicas, sgd", SMALL "rate=0.3 replicas=2", true, "correlation"},
    {"two replicas, langevin", SMALL "rate=0.2 replicas=2 rule=langevin temperature=0.5", true, "correlation"},
    {"covariance spectrum", SMALL "covariance_spectrum=0.5,2 rate=0.2", true, "response"},
    {"N = 30, 45 steps, sgd", "alpha=2 dim=30 steps=45 every=15 rate=0.3", true, NULL},
    {"N = 30, 45 steps, gd", "alpha=2 dim=30 steps=45 every=15 rule=gd rate=0.3", true, NULL},
    {"N = 30, 45 steps, two replicas, door",
     "alpha=2 dim=30 steps=45 every=15 data=mixture3 cluster_variance=0.3 "
     "link=door overlap0=0.4 rate=0.2 replicas=2",
     false, "correlation"},
};

/* There is no response of a stored simulation of replicas. */
static struct sgdmft_run run_of(const char *text, long runs, uint64_t seed)
{
    char words[512];
    snprintf(words, sizeof words, "test_examples=1 %s%s", strstr(text, "replicas=") ? "" : "force_directions=1 ", text);
    struct sgdmft_run run = measured_run(words);
    run.runs = runs;
    run.seed = seed;
    return run;
}

/* Mean and variance, with the errors of both. */
static void moments(size_t n, const double *x, double out[4])
{
    double mean = 0, second = 0, fourth = 0;
    for (size_t i = 0; i < n; i++)
        mean += x[i] / (double)n;
    for (size_t i = 0; i < n; i++) {
        const double square = (x[i] - mean) * (x[i] - mean);
        second += square / (double)n;
        fourth += square * square / (double)n;
    }
    out[0] = mean;
    out[1] = sqrt(second / (double)n);
    out[2] = second;
    out[3] = sqrt(fmax(fourth - second * second, 0) / (double)n);
}

/* The least p so far, of how many tests, and of which. */
struct tally {
    double p;
    size_t tests;
    char where[64];
};

static void count(struct tally *tally, double p, const char *name, size_t back, const char *test)
{
    tally->tests++;
    if (p < tally->p) {
        tally->p = p;
        snprintf(tally->where, sizeof tally->where, "%s %s %s", name, back ? "half way" : "at the end", test);
    }
}

static void hold(struct tally *tally, const struct sgdmft_result *stored, const struct sgdmft_result *implicit,
                 const char *group, const char *name, size_t back, bool mean)
{
    double *x = samples_before_end(stored, group, name, back), *y = samples_before_end(implicit, group, name, back);
    const size_t n = stored->samples, m = implicit->samples;
    double a[4], b[4];
    if (x && y) {
        moments(n, x, a);
        moments(m, y, b);
        if (isfinite(a[0]) && a[2] > 1e-20 * (1 + a[0] * a[0])) { /* a constant is no law */
            count(tally, erfc(fabs(a[0] - b[0]) / hypot(a[1], b[1]) * M_SQRT1_2), name, back, "mean");
            count(tally, mean ? 1 : same_law(n, x, m, y), name, back, "law");
            count(tally, mean ? 1 : erfc(fabs(a[2] - b[2]) / hypot(a[3], b[3]) * M_SQRT1_2), name, back, "variance");
        }
    }
    free(x);
    free(y);
}

static struct tally compare(const struct sgdmft_result *stored, const struct sgdmft_result *implicit, bool response,
                            const char *mean)
{
    static const char *const names[][2] = {
        {"series", "overlap"},  {"series", "norm"},          {"series", "train_loss"}, {"series", "train_error"},
        {"series", "distance"}, {"two_time", "correlation"}, {"two_time", "response"}};
    const size_t count_of = sizeof names / sizeof *names - (response ? 0 : 1);
    struct tally tally = {.p = 1};
    for (size_t back = 0; back < 2; back++)
        for (size_t i = 0; i < count_of; i++)
            hold(&tally, stored, implicit, names[i][0], names[i][1], back, mean && strcmp(mean, names[i][1]) == 0);
    return tally;
}

static struct sgdmft_result *simulated(const struct sgdmft_run *run)
{
    struct sgdmft_result *result;
    struct sgdmft_error error = {0};
    if (sgdmft_simulate(run, 0, NULL, &result, &error))
        measured_stop("stored", &error);
    return result;
}

static struct sgdmft_result *drawn(const struct engine *engine, const struct sgdmft_run *run)
{
    struct sgdmft_error error = {0};
    struct sgdmft_result *result = solve_quantities(run, SGDMFT_SIMULATION, (size_t)run->runs);
    if (!result || groups_simulate(engine, run, 0, NULL, result, &error))
        measured_stop("implicit", &error);
    return result;
}

static void check(const struct law *law, const struct engine *engine, const char *fault, long runs, uint64_t seed)
{
    const struct sgdmft_run run = run_of(law->text, runs, seed);
    struct sgdmft_result *stored = simulated(&run), *implicit = drawn(engine, &run);
    const struct tally tally = compare(stored, implicit, law->response && !fault, law->mean);
    const bool good = fault ? tally.p < BROKEN_P : tally.p > LEAST_P;
    printf("%s%s (%s, %zu tests)\tp = %.2g\t%s %g\t%s\n", law->name, fault ? fault : "", tally.where, tally.tests,
           tally.p, fault ? "<" : ">", fault ? BROKEN_P : LEAST_P, good ? "yes" : "NO");
    fflush(stdout);
    sgdmft_result_free(stored);
    sgdmft_result_free(implicit);
}

int main(int count_of, char **argument)
{
    const long runs = count_of > 1 ? atol(argument[1]) : 10000;
    const uint64_t seed = count_of > 2 ? (uint64_t)atoll(argument[2]) : 1;
    const char *word = count_of > 3 ? argument[3] : "";
    if (runs < 2) {
        fprintf(stderr, "usage: acceptance-laws [RUNS [SEED [WORD]]]\n");
        return 2;
    }
    for (size_t i = 0; i < sizeof laws / sizeof *laws; i++)
        if (strstr(laws[i].name, word))
            check(&laws[i], &engine_conditional, NULL, runs, seed + i);
    if (*word)
        return 0;
    const struct engine full = faulty_full_chi(), rows = faulty_rows();
    check(&laws[0], &full, ", chi of N for chi of N - D", runs, seed);
    check(&laws[0], &rows, ", rows not projected off the force rows", runs, seed);
    return 0;
}
