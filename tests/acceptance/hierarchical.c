/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hierarchical engine against the dense one at 300 steps with the same random numbers, and against closed forms at
 * 20000 steps. Usage: acceptance-hierarchical [STEPS]; lines "item TAB measured TAB bound TAB yes|NO" on stdout. */
#include "solver/run/solve_internal.h"
#include "tests/solver/side_by_side.h"
#include "validation/benchmarks/measured_run.h"

#include <math.h>
#include <sgdmft/sgdmft.h>
#include <stdio.h>
#include <stdlib.h>

#define GROUPS 4
#define GROUPS_TEXT "4"

static struct sgdmft_run run_of(const char *text, const char *steps)
{
    char words[512];
    snprintf(words, sizeof words, "steps=%s groups=" GROUPS_TEXT " %s", steps, text);
    return measured_run(words);
}

/* Over steps and observables: largest difference of the means over the groups, relative to the observable's largest
 * value, and largest ratio of it to the dense engine's standard error there. */
static void compare(const struct sgdmft_run *run, struct side *const side[GROUPS], double *relative, double *score)
{
    *relative = *score = 0;
    for (int i = 0; i < SIDE_COUNT; i++) {
        double scale = 0;
        for (long k = 0; k <= run->steps; k++)
            scale = fmax(scale, fabs(side[0][k].dense[i]));
        for (long k = 0; k <= run->steps; k++) {
            double mean = 0, square = 0, difference = 0;
            for (int g = 0; g < GROUPS; g++) {
                mean += side[g][k].dense[i] / GROUPS;
                difference += (side[g][k].blocks[i] - side[g][k].dense[i]) / GROUPS;
            }
            for (int g = 0; g < GROUPS; g++)
                square += pow(side[g][k].dense[i] - mean, 2) / (GROUPS * (GROUPS - 1));
            *relative = fmax(*relative, fabs(difference) / fmax(scale, 1e-300));
            if (square > 1e-18 * scale * scale)
                *score = fmax(*score, fabs(difference) / sqrt(square));
        }
    }
}

static void against_dense(const char *text, const char *steps, bool exact)
{
    const struct sgdmft_run run = run_of(text, steps);
    struct side *side[GROUPS];
    double relative, score;
    for (uint32_t g = 0; g < GROUPS; g++) {
        side[g] = calloc((size_t)run.steps + 1, sizeof *side[g]);
        if (!side[g] || !side_by_side(&run, g, side[g])) {
            fprintf(stderr, "%s: diverged\n", text);
            exit(4);
        }
    }
    compare(&run, side, &relative, &score);
    for (int g = 0; g < GROUPS; g++)
        free(side[g]);
    if (exact)
        printf("%s\t%.1e\t1e-5\t%s\n", text, relative, relative < 1e-5 ? "yes" : "NO");
    else
        printf("%s\t%.1e = %.3f errors\t0.25 errors\t%s\n", text, relative, score, score < 0.25 ? "yes" : "NO");
    fflush(stdout);
}

static void against_closed_form(const char *text, bool exact)
{
    const struct sgdmft_run run = run_of(text, "20000");
    const size_t n = (size_t)run.steps + 1;
    static const char *const name[2] = {"overlap", "norm"};
    double *form[2] = {calloc(n, sizeof(double)), calloc(n, sizeof(double))}, worst = 0, score = 0;
    struct sgdmft_error error = {0};
    struct sgdmft_result *result = NULL;
    if (sgdmft_linear_dynamics(&run, form[0], form[1], NULL, &error)
        || solve_with(&engine_hierarchical, &run, &result, &error)) {
        fprintf(stderr, "%s: %s\n", text, error.text);
        exit(2);
    }
    for (int i = 0; i < 2; i++) {
        const struct sgdmft_quantity *quantity = sgdmft_result_find(result, "series", name[i]);
        for (size_t row = 0; row < result->steps; row++) {
            const double x = form[i][result->step[row]], deviation = fabs(quantity->mean[row] - x);
            worst = fmax(worst, deviation / fabs(x));
            if (quantity->se[row] > 1e-9 * fabs(x))
                score = fmax(score, deviation / quantity->se[row]);
        }
        free(form[i]);
    }
    if (exact)
        printf("20000 steps %s\t%.1e\t1e-5\t%s\n", text, worst, worst < 1e-5 ? "yes" : "NO");
    else /* Student's t with 7 degrees of freedom, 400 values that hang together: one in 10^4 above 7.1 */
        printf("20000 steps %s\t%.1e, score %.1f\t1e-2, 7.1\t%s\n", text, worst, score,
               worst < 1e-2 && score < 7.1 ? "yes" : "NO");
    fprintf(stderr, "%s: %.0f s\n", text, result->provenance.wall_time);
    sgdmft_result_free(result);
    fflush(stdout);
}

int main(int count, char **argument)
{
    const char *const steps = count > 1 ? argument[1] : "300";
    static const char linear[] =
        "data=teacher teacher=linear loss=square overlap0=0.2 norm0=1.04 paths=4096 rule=gd ridge=0.1 waiting=50";
    against_dense(linear, steps, true);
    static const char *const runs[] = {
        "rule=sgd loss=logistic waiting=50 paths=4096",
        "rule=sgd batch=0.1 loss=hinge2 kappa=1 data=random waiting=50 paths=4096",
        "data=teacher teacher=linear loss=square overlap0=0.2 norm0=1.04 rule=sgd waiting=50 paths=4096",
        "rule=gd loss=logistic waiting=50 paths=4096",
        "rule=gd loss=hinge2 kappa=1 data=random alpha=0.7 ridge=0 waiting=50 paths=4096",
        "rule=persistent persistence=2 loss=logistic waiting=50 paths=4096",
        "rule=persistent persistence=0.4 loss=hinge2 kappa=1 data=random waiting=50 paths=4096",
        "rule=reshuffle loss=hinge2 kappa=1 data=random waiting=50 paths=4096",
        "rule=langevin temperature=0.2 loss=hinge2 kappa=1 data=random waiting=50 paths=4096",
        "rule=sgd constraint=sphere loss=hinge2 kappa=1 data=random waiting=50 paths=4096",
        /* two forces a step: as many steps as the basis has room for, beyond which innovations differ (THEORY 6.3) */
        "rule=sgd replicas=2 loss=hinge2 kappa=1 data=random waiting=50 steps=150 paths=4096",
        "link=door teacher=door loss=logistic overlap0=0.3 rule=sgd batch=0.5 waiting=50 paths=4096",
        "loss=phase teacher=linear overlap0=0.3 rule=sgd batch=0.5 rate=0.01 alpha=4 waiting=50 paths=4096",
        "rule=sgd rate_steps=100=0.05,200=0.02 batch_steps=150=0.6 data=mixture2 cluster_variance=0.5 waiting=50 "
        "paths=4096",
    };
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++)
        against_dense(runs[i], steps, false);
    against_closed_form(
        "data=teacher teacher=linear loss=square overlap0=0.2 norm0=1.04 rule=gd rate=0.02 ridge=0.01 paths=1024",
        true);
    against_closed_form("data=teacher teacher=linear loss=square overlap0=0.2 norm0=1.04 rule=sgd paths=4096 groups=8",
                        false);
    return 0;
}
