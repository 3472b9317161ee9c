/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rule stochastic_flow in the simulator: its jumps, its weighted gradient, its order, its own error, its limits, and
 * the theory beside it. */
#include "tests/given.h"
#include "tests/two_results.h"
#include "tests/solver/solved.h"
#include "tests/validation/simulated.h"
#include "tests/validation/simulator_twin.h"
#include "validation/simulator/simulator_chain.h"
#include "validation/simulator/worker.h"

#include <math.h>
#include <sgdmft/compare.h>
#include <stdlib.h>
#include <string.h>

#define BOUND 4.5
#define DIM_MOST 100

TestSuite(simulator_chain, .timeout = 60);

struct integration {
    struct sgdmft_result *result;
    struct worker worker;
    struct chain *chain;
};

static void integration_begin(const struct sgdmft_run *run, uint32_t number, double finer, struct integration *out)
{
    struct sgdmft_error error = {0};
    out->result = worker_result(run, 1);
    cr_assert(worker_create(run, out->result, 1, &out->worker));
    worker_draw(&out->worker, number);
    cr_assert_eq(chain_open(run, &out->worker.train, number, finer, &out->worker.step, &out->chain, &error), SGDMFT_OK);
}

static void integration_end(struct integration *out)
{
    chain_close(out->chain);
    worker_free(&out->worker);
    sgdmft_result_free(out->result);
}

/* The weights at the end of run `number`; returns |w|^2/N. */
static double end_weights(const struct sgdmft_run *run, uint32_t number, double finer, double *weights)
{
    struct integration out;
    double norm = 0;
    integration_begin(run, number, finer, &out);
    for (long k = 0; k < run->steps; k++)
        norm = chain_advance(out.chain, k);
    memcpy(weights, out.worker.step.weights, (size_t)run->dim * sizeof(double));
    integration_end(&out);
    return norm;
}

/* Jumps from t_k to t_{k+1} have the chances of the two-state process, with output steps of several lengths. */
Test(simulator_chain, jumps_follow_their_law)
{
    const struct sgdmft_run run = twin_run("rule stochastic_flow dim 20 alpha 200 steps 20 rate 0.1 batch 0.3",
                                           "persistence 0.7 rate_steps 10=0.5 loss square teacher linear");
    struct integration out;
    integration_begin(&run, 0, 1, &out);
    const size_t examples = out.worker.step.examples;
    unsigned char *before = malloc(examples);
    for (long k = 0; k < run.steps; k++) {
        double trials[2] = {0, 0}, count[2] = {0, 0};
        memcpy(before, out.worker.step.selected, examples);
        chain_advance(out.chain, k);
        for (size_t mu = 0; mu < examples; mu++) {
            trials[before[mu]]++;
            count[before[mu]] += out.worker.step.selected[mu];
        }
        for (int s = 0; s < 2; s++) {
            const double p = run.rule->probability(&run, k + 1, s);
            cr_assert_lt(fabs(count[s] - p * trials[s]) / sqrt(trials[s] * p * (1 - p)), BOUND, "step %ld after %d", k,
                         s);
        }
    }
    free(before);
    integration_end(&out);
}

Test(simulator_chain, gradient_has_weights)
{
    const struct sgdmft_run run =
        twin_run("rule stochastic_flow dim 50 alpha 5 precision double", "loss square teacher linear");
    struct integration out;
    integration_begin(&run, 0, 1, &out);
    struct step *step = &out.worker.step;
    float share[250];
    double expected[50] = {0};
    size_t count = 0;
    for (size_t mu = 0; mu < step->examples; mu++) {
        share[mu] = (float)(mu % 7) / 8;
        step->batch[count] = (uint32_t)mu;
        count += mu % 3 != 0;
        const double *row = dataset_row(&out.worker.train, mu);
        const double field = step_product(50, row, step->weights) / sqrt(50);
        for (size_t i = 0; mu % 3 != 0 && i < 50; i++)
            expected[i] += (double)share[mu] * (field - out.worker.train.label[mu]) * row[i];
    }
    out.worker.train.kernel->round(step->stride, step->weights, step->rounded);
    const struct pieces_task task = {.count = count,
                                     .replicas = 1,
                                     .columns = 1,
                                     .row = step->batch,
                                     .share = share,
                                     .fraction = 1,
                                     .weights = step->rounded};
    pieces_gradient(&run, &out.worker.train, &task, &step->pieces, step->gradient);
    for (size_t i = 0; i < 50; i++)
        cr_assert_float_eq(step->gradient[i], expected[i], 1e-11);
    integration_end(&out);
}

/* With the same jumps, the error falls by 4 with each halving of the substep. */
Test(simulator_chain, is_of_second_order)
{
    static const char *const text[] = {"loss square teacher linear ridge 0.3", "loss logistic teacher sign",
                                       "loss logistic teacher sign constraint sphere",
                                       "data mixture3 link door loss logistic overlap0 0.4"};
    for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
        const struct sgdmft_run run =
            twin_run("rule stochastic_flow dim 100 steps 4 rate 0.5 precision double", text[i]);
        double exact[DIM_MOST], w[DIM_MOST], error[3];
        end_weights(&run, 0, 32, exact);
        for (int level = 0; level < 3; level++) {
            double square = 0;
            end_weights(&run, 0, ldexp(0.5, level), w);
            for (size_t j = 0; j < DIM_MOST; j++)
                square += (w[j] - exact[j]) * (w[j] - exact[j]) / DIM_MOST;
            error[level] = sqrt(square);
        }
        cr_expect_gt(error[0], 3.2 * error[1], "%s: %g %g", text[i], error[0], error[1]);
        cr_expect_lt(error[0], 5.5 * error[1], "%s: %g %g", text[i], error[0], error[1]);
        cr_expect_gt(error[1], 3.2 * error[2], "%s: %g %g", text[i], error[1], error[2]);
        cr_expect_lt(error[1], 5.5 * error[2], "%s: %g %g", text[i], error[1], error[2]);
        cr_expect_lt(error[1], 0.01, "%s: %g", text[i], error[1]);
    }
}

/* The quoted error is that of the runs and of the substep of the first. */
Test(simulator_chain, error_has_the_substep)
{
    const struct sgdmft_run run =
        twin_run("rule stochastic_flow dim 100 steps 4 rate 0.5 runs 3", "loss square teacher linear");
    scoped_result *result = simulated(&run, 5);
    const struct sgdmft_quantity *norm = sgdmft_result_find(result, "series", "norm");
    double w[DIM_MOST], mean = 0, spread = 0;
    for (uint32_t s = 0; s < 3; s++)
        mean += sample(result, "series", "norm", s)[4] / 3;
    for (uint32_t s = 0; s < 3; s++)
        spread += pow(sample(result, "series", "norm", s)[4] - mean, 2) / 6;
    const double fine = end_weights(&run, 5, 1, w), half = end_weights(&run, 5, 0.5, w);
    cr_assert_float_eq(fine, sample(result, "series", "norm", 0)[4], 1e-12);
    cr_assert_gt(fabs(fine - half), 1e-6);
    cr_assert_float_eq(norm->se[4], hypot(sqrt(spread), fine - half), 1e-9);
}

Test(simulator_chain, with_all_examples_is_flow)
{
    static const char *const text[] = {"loss square teacher linear ridge 0.3", "loss logistic constraint sphere"};
    for (size_t i = 0; i < 2; i++) {
        struct sgdmft_run run = twin_run("rule stochastic_flow batch 1 dim 100 steps 5 rate 0.2 runs 1", text[i]);
        scoped_result *result = simulated(&run, 0);
        run.rule = given_run("rule", "flow", NULL).rule;
        scoped_result *flow = simulated(&run, 0);
        static const char *const name[] = {"overlap", "norm", "train_loss", "test_loss", "gradient_norm"};
        for (size_t q = 0; q < sizeof name / sizeof *name; q++)
            for (size_t k = 0; k < 5; k++) {
                const double x = sample(flow, "series", name[q], 0)[k];
                cr_assert_float_eq(sample(result, "series", name[q], 0)[k], x, 3e-3 * (1 + x), "%s, %s at %zu", text[i],
                                   name[q], k);
            }
    }
}

/* Theory and simulation agree, and with the chain of another tau they do not. */
Test(simulator_chain, theory_agrees)
{
    const struct sgdmft_run run = given_run("rule", "stochastic_flow", "loss", "square", "teacher", "linear", "steps",
                                            "4", "rate", "0.5", "dim", "400", "runs", "12", "paths", "8000", NULL);
    struct sgdmft_run other = run;
    other.persistence = 4;
    scoped_result *theory = solved(&run), *simulation = simulated(&run, 0), *wrong = simulated(&other, 0);
    const struct sgdmft_quantity *x = series(theory, "train_loss"), *y = series(simulation, "train_loss");
    const struct sgdmft_quantity *z = series(wrong, "train_loss");
    for (size_t k = 1; k <= 4; k++) {
        cr_expect_lt(fabs(x->mean[k] - y->mean[k]), BOUND * hypot(x->se[k], y->se[k]) + 1 / 400.0, "loss at %zu", k);
        cr_expect_gt(fabs(x->mean[k] - z->mean[k]), BOUND * hypot(x->se[k], z->se[k]) + 1 / 400.0, "loss at %zu", k);
    }
    scoped_comparison *comparison = compared(theory, simulation);
    cr_expect(comparison->pass);
}
