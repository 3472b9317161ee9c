/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Control of the noise of the batches: exact for linear sgd, without bias for a chain with memory. */
#include "solver/dense/dense.h"
#include "tests/given.h"
#include "tests/linear_form.h"

#include <math.h>

#define STEPS 40
#define LINEAR "teacher", "linear", "loss", "square", "ridge", "0.5", "overlap0", "0.2", "norm0", "1.04", "steps", "40"

static struct dense *follow(const struct sgdmft_run *run, uint32_t number, size_t paths, unsigned plain)
{
    const struct engine_group group = {.run = run, .number = number, .paths = paths, .threads = 1, .plain = plain};
    struct dense *dense = engine_dense.start(&group);
    struct engine_values values;
    cr_assert_not_null(dense);
    for (long k = 0; k < run->steps; k++) {
        engine_dense.evaluate(dense, &values);
        cr_assert_eq(engine_dense.advance(dense), SGDMFT_OK);
    }
    return dense;
}

/* Few paths, and yet the overlap of linear sgd is that of the closed form; not without control. */
Test(surprise, linear_sgd_is_exact, .timeout = 20)
{
    const struct sgdmft_run run = given_run(LINEAR, "rule", "sgd", "batch", "0.3", NULL);
    const struct linear_form exact = linear_form(&run);
    struct dense *controlled = follow(&run, 1, 128, 0), *free_of_it = follow(&run, 1, 128, ENGINE_PLAIN_SURPRISES);
    for (long k = 0; k <= STEPS; k++)
        cr_expect_float_eq(controlled->dyson.m[k], exact.overlap[k], 1e-10, "step %ld", k);
    cr_expect_gt(fabs(free_of_it->dyson.m[STEPS] - exact.overlap[STEPS]), 1e-5);
    cr_expect_lt(fabs(controlled->dyson.own.C[STEPS * (STEPS + 2)] / exact.norm[STEPS] - 1), 0.01);
    engine_dense.finish(controlled);
    engine_dense.finish(free_of_it);
}

/* The overlap of the linear model with any chain, without sampling: as g is linear in the field and vanishes where s
 * does, Gamma(k,l) = alpha w_k [P(s^k) [k=l] - sum_{i=l}^{k-1} P(s^k|s^i) R(k,i) eta_i Gamma(i,l)/alpha],  d^k = sum_j
 * Gamma(k,j) (m^j - 1), the teacher u being a field -u at all times. */
static void exact_overlap(const struct sgdmft_run *run, double m[STEPS + 1])
{
    static double R[STEPS + 2][STEPS + 1], Gamma[STEPS + 1][STEPS + 1];
    double chance[STEPS + 1];
    m[0] = run->overlap0;
    for (long k = 0; k < STEPS; k++) {
        const double weight = sgdmft_batch_weight(run, k), eta = sgdmft_rate(run, k);
        const double in = run->rule->probability(run, k, 1), out = run->rule->probability(run, k, 0);
        double d = 0;
        chance[k] = k == 0 ? out : chance[k - 1] * in + (1 - chance[k - 1]) * out;
        for (long l = 0; l <= k; l++) {
            Gamma[k][l] = k == l ? run->alpha * weight * chance[k] : 0;
            for (long i = l; i < k; i++) {
                double stays = 1; /* P(s^k = 1|s^i = 1), step by step */
                for (long j = i + 1; j <= k; j++)
                    stays = stays * run->rule->probability(run, j, 1) + (1 - stays) * run->rule->probability(run, j, 0);
                Gamma[k][l] -= weight * stays * R[k][i] * sgdmft_rate(run, i) * Gamma[i][l];
            }
            d += Gamma[k][l] * (m[l] - 1);
        }
        m[k + 1] = (1 - eta * run->ridge) * m[k] - eta * d;
        for (long l = 0; l <= k; l++) {
            R[k + 1][l] = k == l ? 1 : (1 - eta * run->ridge) * R[k][l];
            for (long j = l + 1; j <= k; j++)
                R[k + 1][l] -= eta * Gamma[k][j] * R[j][l];
        }
    }
}

static void spread(const struct sgdmft_run *run, unsigned plain, double *mean, double *variance)
{
    enum { GROUPS = 48 };
    double sum = 0, squares = 0;
    for (uint32_t g = 0; g < GROUPS; g++) {
        struct dense *dense = follow(run, g, 256, plain);
        const double m = dense->dyson.m[STEPS];
        sum += m;
        squares += m * m;
        engine_dense.finish(dense);
    }
    *mean = sum / GROUPS;
    *variance = (squares - sum * sum / GROUPS) / (GROUPS - 1) / GROUPS;
}

/* The overlap of persistent sgd, with constant parameters and with schedules: within the error, with a third of the
 * variance. */
Test(surprise, chain_keeps_its_mean, .timeout = 60)
{
    const struct sgdmft_run run[] = {given_run(LINEAR, "rule", "persistent", NULL),
                                     given_run(LINEAR, "rule", "persistent", "gradient", "sum", "batch", "0.5",
                                               "batch_steps", "12=0.8", "rate_steps", "20=0.2", NULL)};
    for (size_t i = 0; i < 2; i++) {
        double exact[STEPS + 1], mean, variance, plain_mean, plain;
        exact_overlap(&run[i], exact);
        spread(&run[i], 0, &mean, &variance);
        spread(&run[i], ENGINE_PLAIN_SURPRISES, &plain_mean, &plain);
        cr_expect_lt(fabs(mean - exact[STEPS]), 4 * sqrt(variance), "run %zu: %g, not %g +- %g", i, mean, exact[STEPS],
                     sqrt(variance));
        cr_expect_lt(fabs(plain_mean - exact[STEPS]), 4 * sqrt(plain), "run %zu: %g, not %g +- %g", i, plain_mean,
                     exact[STEPS], sqrt(plain));
        cr_expect_gt(plain, 2 * variance, "run %zu: only %g times less variance", i, plain / variance);
    }
}

/* Probability of a history of the chain after step j, bit i of `history` being s^{j+i}, given its first bit. */
static double probability_of(const struct sgdmft_run *run, unsigned history, long j, long k)
{
    double probability = 1;
    for (long i = j + 1; i <= k; i++) {
        const double in = run->rule->probability(run, i, history >> (i - j - 1) & 1);
        probability *= history >> (i - j) & 1 ? in : 1 - in;
    }
    return probability;
}

/* Mean of g^k = w s^k (1 - Delta sum_i R(k,i) eta_i g^i), i >= j, over all histories with a given s^j. */
static double mean_answer(const struct dense *dense, unsigned first, long j, long k)
{
    const struct sgdmft_run *run = dense->ensemble.paths.run;
    const struct dyson *dyson = &dense->dyson;
    double sum = 0;
    for (unsigned rest = 0; rest < 1u << (k - j); rest++) {
        const unsigned history = rest << 1 | first;
        double g[16] = {0};
        for (long i = j; i <= k; i++) {
            double force = 1;
            for (long m = j; m < i; m++)
                force -= dense->ensemble.paths.variance * dyson->R[(size_t)i * dyson->stride + (size_t)m]
                         * dyson->eta[m] * g[m - j];
            g[i - j] = (history >> (i - j) & 1) * sgdmft_batch_weight(run, i) * force;
        }
        sum += probability_of(run, history, j, k) * g[k - j];
    }
    return sum;
}

/* The answer to a surprise of linear forces: in or out of the batch at step j, over all that may follow. */
Test(surprise, answer_over_all_histories, .timeout = 20)
{
    const struct sgdmft_run run = given_run("teacher", "linear", "loss", "square", "rule", "persistent", "steps", "10",
                                            "batch", "0.4", "batch_steps", "5=0.6", "rate_steps", "7=0.2", NULL);
    struct dense *dense = follow(&run, 0, 128, 0);
    for (long k = 0; k < 10; k++)
        for (long j = 0; j < k; j++) {
            const double answer = mean_answer(dense, 1, j, k) - mean_answer(dense, 0, j, k);
            cr_expect_float_eq(dense->surprise.effect[(size_t)k * dense->surprise.stride + (size_t)j]
                                   * sgdmft_batch_weight(&run, j),
                               answer, 1e-12, "effect(%ld,%ld)", k, j);
        }
    engine_dense.finish(dense);
}
