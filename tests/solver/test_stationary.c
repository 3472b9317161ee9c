/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stationary engine: its parts against slow twins, its results against closed forms and known numbers. */
#include "solver/run/solve_internal.h"
#include "solver/stationary/causal.h"
#include "solver/stationary/stationary_engine.h"
#include "tests/cpu_limit.h"
#include "tests/given.h"
#include "tests/two_results.h"
#include "tests/solver/solved.h"

#include <math.h>
#include <sgdmft/closed_forms.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HINGE "data", "random", "loss", "hinge2", "kappa", "1", "alpha", "3", "rate", "0.2", "ridge", "0.1"
#define LINEAR "data", "teacher", "teacher", "linear", "loss", "square", "alpha", "3", "rate", "0.1", "ridge", "0.5"

/* Most take seconds. */
static void limit(void)
{
    cpu_limit(60);
}

TestSuite(stationary, .init = limit);

static const struct sgdmft_quantity *quantity(const struct sgdmft_result *result, const char *group, const char *name)
{
    const struct sgdmft_quantity *found = sgdmft_result_find(result, group, name);
    cr_assert_not_null(found, "%s/%s", group, name);
    return found;
}

/* Within five standard errors plus a share of the value. */
static void near(const char *name, double value, double se, double expected, double share)
{
    cr_assert(fabs(value - expected) <= 5 * se + share * fabs(expected), "%s: %g(%g), expected %g", name, value, se,
              expected);
}

/* A turn with made-up kernels that are smooth, decaying and not all of one phase. */
struct given_turn {
    struct sgdmft_run run;
    struct stationary_shape shape;
    struct stationary_transforms transforms;
    struct stationary_turn turn;
    struct stationary_kernels now, next;
};

static void fill(struct stationary_kernels *kernels, double M)
{
    const size_t n = kernels->period, L = kernels->memory;
    memset(kernels->Gamma, 0, kernels->length * sizeof(double));
    for (size_t p = 0; p < n; p++)
        for (size_t lag = 0; lag < L; lag++) {
            const double wave = 1 + 0.1 * cos(2 * M_PI * (double)p / (double)n);
            kernels->Gamma[p * L + lag] = lag == 0 ? wave : -0.1 * exp(-0.3 * (double)lag);
            kernels->M[p * L + lag] = M * (lag == 0 ? wave : 0.2 * exp(-0.2 * (double)lag));
        }
    for (size_t p = 0; p < n; p++)
        for (size_t q = 0; q < n; q++)
            kernels->M_inf[p * n + q] = 0.5 + (p == q ? 0.1 : 0);
}

static void turn_open(struct given_turn *given, size_t paths, size_t memory)
{
    given->shape = stationary_shape(&given->run, memory, 8);
    const size_t length = stationary_length(given->shape.period, given->shape.memory);
    const struct engine_group group = {.run = &given->run, .number = 0, .paths = paths, .threads = 1};
    cr_assert(stationary_transforms_create(&given->transforms, &given->shape));
    cr_assert(stationary_turn_create(&given->turn, &group, &given->shape, &given->transforms));
    given->now = stationary_view(given->shape.period, given->shape.memory, calloc(length, sizeof(double)));
    given->next = stationary_view(given->shape.period, given->shape.memory, calloc(length, sizeof(double)));
    fill(&given->now, 1);
}

static void turn_close(struct given_turn *given)
{
    free(given->now.Gamma);
    free(given->next.Gamma);
    stationary_turn_free(&given->turn);
    stationary_transforms_free(&given->transforms);
}

/* ---- parts ---------------------------------------------------------------------------------------- */

/* (T14), frequency by frequency. */
Test(stationary, order_is_that_of_the_transforms)
{
    SCOPED_BY(turn_close)
    struct given_turn given = {.run = given_run(HINGE, "rule", "sgd", "temperature", "0.2", NULL)};
    turn_open(&given, 32, 64);
    struct stationary_order *order = &given.turn.order;
    cr_assert_eq(stationary_order_update(order, &given.now), SGDMFT_OK);
    const double eta = given.run.rate, lambda = given.run.ridge;
    for (double omega = 0.1; omega < 3; omega += 0.7) {
        double complex Gamma = 0, R = 0, z = cexp(complex_number(0, omega));
        double M = -given.now.M[0], C = -order->C[0];
        for (size_t lag = 0; lag < given.shape.memory; lag++) {
            Gamma += given.now.Gamma[lag] * cexp(complex_number(0, -omega * (double)lag));
            M += 2 * given.now.M[lag] * cos(omega * (double)lag);
        }
        for (size_t lag = 1; lag <= given.shape.reach; lag++)
            R += order->R[lag] * cexp(complex_number(0, -omega * (double)lag));
        for (size_t lag = 0; lag <= given.shape.ring / 2; lag++)
            C += 2 * order->C[lag] * cos(omega * (double)lag);
        const double complex exact = 1 / (z - 1 + eta * lambda + eta * Gamma);
        cr_assert(cabs(R - exact) < 1e-6 * cabs(exact), "R at %g: %g, %g", omega, cabs(R), cabs(exact));
        const double spectrum = pow(cabs(exact), 2) * (eta * eta * M + 2 * 0.2 * eta);
        cr_assert(fabs(C - spectrum) < 1e-4 * spectrum, "C at %g: %g, %g", omega, C, spectrum);
    }
    double kappa0 = lambda;
    for (size_t lag = 0; lag < given.shape.memory; lag++)
        kappa0 += given.now.Gamma[lag];
    cr_assert_float_eq(order->chi[given.shape.reach], 1 / kappa0, 1e-6);
    cr_assert_float_eq(order->correlation_limit, given.now.M_inf[0] / (kappa0 * kappa0), 1e-6);
}

/* With phases, against the recursion of R and sums over steps: C = R (eta^2 M) R^T. */
Test(stationary, order_with_phases)
{
    SCOPED_BY(turn_close)
    struct given_turn given = {.run = given_run(HINGE, "rule", "reshuffle", "batch", "0.25", NULL)};
    turn_open(&given, 32, 32);
    struct stationary_order *order = &given.turn.order;
    cr_assert_eq(stationary_order_update(order, &given.now), SGDMFT_OK);
    const size_t n = given.shape.period, L = given.shape.memory, reach = given.shape.reach, K = 2 * reach;
    const double eta = given.run.rate, keep = 1 - eta * given.run.ridge;
    cr_assert_eq(n, 4);
    double *R = calloc((K + 1) * (K + 1), sizeof *R), mean[2] = {0}, limit = 0;
    for (size_t l = 0; l < K; l++)
        for (size_t k = l; k < K; k++) {
            double sum = 0;
            for (size_t j = l + 1; j <= k; j++)
                sum += k - j < L ? given.now.Gamma[k % n * L + k - j] * R[j * (K + 1) + l] : 0;
            R[(k + 1) * (K + 1) + l] = keep * R[k * (K + 1) + l] - eta * sum + (k == l);
        }
    for (size_t q = 0; q < n; q++) { /* late enough for a whole past */
        const size_t k = K - n + q;
        for (size_t lag = 1; lag < 20; lag++)
            cr_assert_float_eq(order->R[(k - lag) % n * (reach + 1) + lag], R[k * (K + 1) + k - lag], 1e-9);
        for (size_t shift = 0; shift < 2; shift++)
            for (size_t i = 0; i < k; i++)
                for (size_t j = 0; j < k - shift; j++) {
                    const size_t later = i > j ? i : j, lag = i > j ? i - j : j - i;
                    const double weight = eta * eta * R[k * (K + 1) + i] * R[(k - shift) * (K + 1) + j] / (double)n;
                    if (lag < L)
                        mean[shift] += weight * given.now.M[later % n * L + lag];
                    if (shift == 0)
                        limit += weight * given.now.M_inf[i % n * n + j % n];
                }
    }
    cr_assert_float_eq(order->C[0], mean[0], 1e-4 * mean[0], "%g %g", order->C[0], mean[0]);
    cr_assert_float_eq(order->C[1], mean[1], 1e-4 * mean[0], "%g %g", order->C[1], mean[1]);
    double own = 0, root = 0;
    for (size_t p = 0; p < n; p++) {
        own += order->limit[p * n + p] / (double)n;
        for (size_t a = 0; a <= n; a++)
            root += pow(order->static_root[p * (n + 1) + a], 2) / (double)n;
    }
    cr_assert_float_eq(own, limit, 1e-6);
    cr_assert_float_eq(root, limit, 1e-6);
    free(R);
}

/* Mean force of a path over the steps of phase p in the segments of one of two sets that are far from segment j and the
 * one before it, out of eight segments; the sets are written down. */
static double far_level(const struct given_turn *given, const double *force, size_t j, int set, size_t p)
{
    static const char *const sets[8][2] = {{"234", "67"}, {"34", "67"}, {"45", "7"}, {"05", "7"},
                                           {"01", "67"},  {"01", "7"},  {"01", "3"}, {"01", "34"}};
    const struct stationary_shape *shape = &given->shape;
    double sum = 0, count = 0;
    for (const char *c = sets[j][set]; *c; c++)
        for (size_t t = 0; t < shape->memory; t++)
            if (t % shape->period == p) {
                sum += force[(shape->burn + (size_t)(*c - '0') * shape->memory + t) * PATH_BLOCK];
                count++;
            }
    return sum / count;
}

/* Paths, M, Gamma and the largest share in it of a turn against plain sums over the past. */
static void compare_with_plain_sums(struct given_turn *given)
{
    struct stationary_turn *turn = &given->turn;
    const struct stationary_shape *shape = &given->shape;
    const size_t n = shape->period, L = shape->memory, row = shape->reach + 1, paths = turn->sample.paths.group.paths;
    cr_assert_eq(stationary_turn_make(turn, &given->now, &given->next), SGDMFT_OK);
    const struct stationary_scratch *s = turn->scratch;
    const double eta = given->run.rate, alpha = given->run.alpha;
    double *noise = calloc(shape->steps, sizeof *noise), *D = calloc(L, sizeof *D);
    double *Gamma = calloc(n * L, sizeof *Gamma), *M = calloc(n * L, sizeof *M), *kicks = calloc(n, sizeof *kicks);
    double largest = 0, all = 0;
    for (size_t i = 0; i < paths; i++) {
        double mine = 0;
        stationary_sample_noise(&turn->sample, &turn->order, i, s->normals, s->spectral, noise, 1);
        for (size_t k = 0; k < shape->steps; k++) {
            double r = noise[k];
            for (size_t a = 0; a <= n; a++)
                r += turn->order.static_root[k % n * (n + 1) + a] * turn->sample.z[a][i];
            for (size_t lag = 1; lag <= L && lag <= k; lag++)
                r -= eta * turn->order.R[(k - lag) % n * row + lag] * s->g[(k - lag) * PATH_BLOCK + i];
            cr_assert_float_eq(s->r[k * PATH_BLOCK + i], r, 1e-10, "step %zu: %g, %g", k, s->r[k * PATH_BLOCK + i], r);
        }
        for (size_t j = 0; j < 8; j++) {
            double level[2][8];
            for (size_t p = 0; p < n; p++)
                for (int set = 0; set < 2; set++)
                    level[set][p] = far_level(given, s->mean_g + i, j, set, p);
            for (size_t k = shape->burn + j * L; k < shape->burn + (j + 1) * L; k++)
                for (size_t lag = 1; lag < L; lag++)
                    M[k % n * L + lag] += (s->mean_g[k * PATH_BLOCK + i] - level[0][k % n])
                                          * (s->g[(k - lag) * PATH_BLOCK + i] - level[1][(k - lag) % n]);
        }
        for (size_t l = shape->burn + i * 7 % turn->stride; l < shape->steps - L; l += turn->stride) {
            if (!turn->sample.selected[l * paths + i])
                continue;
            double answer = 0;
            kicks[l % n] += 1 / given->run.batch;
            for (size_t lag = 0; lag < L; lag++) {
                D[lag] = lag == 0;
                for (size_t j = 0; j < lag; j++)
                    D[lag] -= eta * turn->order.R[(l + j) % n * row + lag - j] * s->curvature[(l + j) * PATH_BLOCK + i]
                              * D[j];
                Gamma[(l + lag) % n * L + lag] += s->mean_curvature[(l + lag) * PATH_BLOCK + i] * D[lag];
                answer += s->mean_curvature[(l + lag) * PATH_BLOCK + i] * D[lag];
            }
            mine += s->curvature[l * PATH_BLOCK + i] != 0 ? fabs(answer) : 0;
        }
        largest = fmax(largest, mine);
        all += mine;
    }
    cr_assert_float_eq(turn->averages.tangent_share, largest / all, 1e-12);
    const double times = (double)paths * (double)((shape->steps - shape->burn) / n);
    for (size_t p = 0; p < n; p++)
        for (size_t lag = 1; lag < L; lag++) {
            const size_t q = (p + n - lag % n) % n;
            const double plain = alpha * Gamma[p * L + lag] / kicks[q];
            cr_assert_float_eq(given->next.Gamma[p * L + lag], plain, 1e-10);
            if (4 * lag <= 3 * L)
                cr_assert_float_eq(given->next.M[p * L + lag], alpha * M[p * L + lag] / times, 1e-9);
        }
    free(noise);
    free(D);
    free(Gamma);
    free(M);
    free(kicks);
}

Test(stationary, turn_is_plain_sums)
{
    SCOPED_BY(turn_close) struct given_turn given = {.run = given_run(HINGE, "rule", "sgd", NULL)};
    turn_open(&given, 32, 32);
    compare_with_plain_sums(&given);
}

Test(stationary, turn_with_phases_is_plain_sums)
{
    SCOPED_BY(turn_close)
    struct given_turn given = {.run = given_run(HINGE, "rule", "reshuffle", "batch", "0.25", NULL)};
    turn_open(&given, 32, 32);
    compare_with_plain_sums(&given);
}

/* The noise that is drawn has the covariance that is prescribed, between phases too. */
Test(stationary, noise_has_its_covariance)
{
    SCOPED_BY(turn_close)
    struct given_turn given = {.run = given_run(HINGE, "rule", "reshuffle", "batch", "0.25", NULL)};
    turn_open(&given, 512, 32);
    struct stationary_turn *turn = &given.turn;
    const struct stationary_order *order = &turn->order;
    cr_assert_eq(stationary_order_update(&turn->order, &given.now), SGDMFT_OK);
    const size_t steps = given.shape.steps, n = given.shape.period;
    double *x = calloc(steps, sizeof *x), sum[3] = {0}, own[4] = {0}, count = 0;
    for (size_t i = 0; i < 512; i++) {
        stationary_sample_noise(&turn->sample, order, i, turn->scratch->normals, turn->scratch->spectral, x, 1);
        for (size_t k = 8; k < steps; k++, count++) {
            sum[0] += x[k] * x[k];
            sum[1] += x[k] * x[k - 1];
            sum[2] += x[k] * x[k - 6];
            own[k % n] += x[k] * x[k] * (double)n;
        }
    }
    static const size_t lag[3] = {0, 1, 6};
    for (int j = 0; j < 3; j++) /* 1e5 steps, a few of them correlated: a standard error of .4 % of C(0) */
        cr_assert_float_eq(sum[j] / count, order->C[lag[j]], 0.02 * order->C[0], "lag %zu: %g, %g", lag[j],
                           sum[j] / count, order->C[lag[j]]);
    for (size_t p = 0; p < n; p++)
        cr_assert_float_eq(own[p] / count, order->norm[p] - order->limit[p * n + p], 0.03 * order->C[0]);
    free(x);
}

Test(stationary, fixed_point_is_one)
{
    SCOPED_BY(turn_close) struct given_turn given = {.run = given_run(HINGE, "rule", "sgd", NULL)};
    struct fixed_point_history history;
    turn_open(&given, 128, 64);
    cr_assert_eq(fixed_point_find(&given.turn, &given.now, 1e-5, &history), SGDMFT_OK);
    cr_assert(history.turns < 25, "%zu turns", history.turns);
    cr_assert_eq(stationary_turn_make(&given.turn, &given.now, &given.next), SGDMFT_OK);
    for (size_t i = 0; i < given.now.length; i++)
        cr_assert_float_eq(given.now.Gamma[i], given.next.Gamma[i], 1e-4);
    given.now.M[0] = (double)NAN;
    cr_assert_eq(fixed_point_find(&given.turn, &given.now, 1e-5, &history), SGDMFT_DIVERGED);
}

/* ---- results -------------------------------------------------------------------------------------- */

/* Two replicas of the run. */
static void compare_with_closed_form(struct sgdmft_run *run)
{
    run->replicas = 2;
    scoped_result *result = solved_with(&engine_stationary, run);
    struct sgdmft_linear_stationary exact;
    struct sgdmft_error error = {0};
    const struct sgdmft_quantity *omega = quantity(result, "spectrum", "omega"),
                                 *teff = quantity(result, "spectrum", "teff");
    const struct sgdmft_quantity *C = quantity(result, "two_time", "correlation"),
                                 *chi = quantity(result, "two_time", "response");
    double *T = calloc(omega->length, sizeof *T), *c = calloc(result->lags, sizeof *c),
           *x = calloc(result->lags, sizeof *x);
    cr_assert_eq(
        sgdmft_linear_stationary(run, &exact, result->lags, result->lag, c, x, omega->length, omega->mean, T, &error),
        SGDMFT_OK, "%s", error.text);
    for (size_t i = 0; i < omega->length; i++) {
        if (omega->mean[i] >= 0.05)
            near("T_eff", teff->mean[i], teff->se[i], T[i], 0.005);
    }
    for (size_t l = 0; l < result->lags; l += 7) {
        near("C", C->mean[l], C->se[l], c[l], 0.001);
        near("chi", chi->mean[l], chi->se[l], x[l], 0.002);
    }
    const struct {
        const char *group, *name;
        double value;
    } set[] = {{"series", "norm", exact.variance + exact.plateau},     {"series", "train_loss", exact.train_loss},
               {"series", "gradient_overlap", exact.gradient_overlap}, {"series", "gradient_norm", exact.gradient_norm},
               {"stationary", "correlation_limit", exact.plateau},     {"stationary", "response_limit", exact.response},
               {"stationary", "teff_short", exact.teff_short},         {"stationary", "teff_chord", exact.teff_chord}};
    for (size_t i = 0; i < sizeof set / sizeof *set; i++) {
        const struct sgdmft_quantity *found = quantity(result, set[i].group, set[i].name);
        near(set[i].name, found->mean[0], found->se[0], set[i].value, 0.003);
    }
    const struct sgdmft_quantity *distance = quantity(result, "series", "distance");
    near("distance", distance->mean[0], distance->se[0], 2 * exact.variance, 0.003);
    distance = quantity(result, "series", "distance_normalised");
    near("distance_normalised", distance->mean[0], distance->se[0],
         2 * exact.variance / (exact.variance + exact.plateau), 0.003);
    free(T);
    free(c);
    free(x);
}

Test(stationary, linear_sgd_is_the_closed_form)
{
    struct sgdmft_run run = given_run(LINEAR, "rule", "sgd", "batch", "0.3", "label_noise", "0.5", "paths", "1024",
                                      "groups", "4", "steps", "1000", "threads", "1", NULL);
    compare_with_closed_form(&run);
}

/* T_eff(omega) = T, exactly for linear models. */
Test(stationary, langevin_has_its_temperature)
{
    struct sgdmft_run run = given_run(LINEAR, "rule", "langevin", "temperature", "0.3", "paths", "512", "groups", "4",
                                      "steps", "1000", "threads", "1", NULL);
    compare_with_closed_form(&run);
    scoped_result *result = solved_with(&engine_stationary, &run);
    const struct sgdmft_quantity *teff = quantity(result, "spectrum", "teff");
    for (size_t i = 0; i < teff->length; i++)
        near("T_eff", teff->mean[i], teff->se[i], 0.3, 0.002);
}

/* Numbers of THEORY 7.4 and of long causal runs; the bounds are those of the small sample. */
static void compare_with_reference(const struct sgdmft_run *run, double norm, double response, double chord, double one)
{
    scoped_result *result = solved_with(&engine_stationary, run);
    const struct sgdmft_quantity *omega = quantity(result, "spectrum", "omega"),
                                 *teff = quantity(result, "spectrum", "teff");
    cr_assert_float_eq(quantity(result, "series", "norm")->mean[0], norm, 0.03 * norm);
    cr_assert_float_eq(quantity(result, "stationary", "response_limit")->mean[0], response, 0.02 * response);
    cr_assert_float_eq(quantity(result, "stationary", "teff_chord")->mean[0], chord, 0.03 * chord);
    for (size_t i = 0; i < omega->length; i++)
        if (fabs(omega->mean[i] - 1) < 1e-9)
            cr_assert_float_eq(teff->mean[i], one, 0.03 * one, "T_eff(1): %g", teff->mean[i]);
}

#define SMALL "paths", "1024", "groups", "4", "steps", "1000", "threads", "1"

Test(stationary, reference_sgd)
{
    const struct sgdmft_run run = given_run(HINGE, "rule", "sgd", "batch", "0.3", SMALL, NULL);
    compare_with_reference(&run, 1.294, 0.6415, 0.638, 0.716);
}

Test(stationary, reference_persistent)
{
    const struct sgdmft_run run =
        given_run(HINGE, "rule", "persistent", "batch", "0.25", "persistence", "2", SMALL, NULL);
    compare_with_reference(&run, 1.895, 1.064, 0.7944, 0.6102);
}

Test(stationary, reference_reshuffle)
{
    const struct sgdmft_run run = given_run(HINGE, "rule", "reshuffle", "batch", "0.25", SMALL, NULL);
    compare_with_reference(&run, 1.682, 0.550, 1.131, 1.716);
}

Test(stationary, sphere_is_a_sphere)
{
    const struct sgdmft_run run =
        given_run("data", "random", "loss", "hinge2", "kappa", "1", "alpha", "3", "rate", "0.2", "constraint", "sphere",
                  "rule", "reshuffle", "batch", "0.5", "paths", "256", "groups", "2", "threads", "1", NULL);
    scoped_result *result = solved_with(&engine_stationary, &run);
    cr_assert_float_eq(quantity(result, "series", "norm")->mean[0], 1, 1e-6);
}

/* ---- files, refusals ------------------------------------------------------------------------------ */

Test(stationary, result_survives_its_file)
{
    const struct sgdmft_run run = given_run(HINGE, "rule", "sgd", "paths", "64", "groups", "2", "threads", "1", NULL);
    scoped_result *result = solved_with(&engine_stationary, &run), *back = read_back(result);
    cr_assert_eq(back->quantities, result->quantities);
    const struct sgdmft_quantity *teff = quantity(result, "spectrum", "teff"),
                                 *same = quantity(back, "spectrum", "teff");
    cr_assert_eq(same->length, teff->length);
    cr_assert_eq(memcmp(same->mean, teff->mean, teff->length * sizeof *teff->mean), 0);
}

Test(stationary, threads_do_not_change_the_bits)
{
    struct sgdmft_run run = given_run(HINGE, "rule", "sgd", "paths", "384", "groups", "1", "threads", "1", NULL);
    scoped_result *one = solved_with(&engine_stationary, &run);
    run.threads = 3;
    scoped_result *three = solved_with(&engine_stationary, &run);
    cr_assert_eq(quantity(one, "series", "norm")->mean[0], quantity(three, "series", "norm")->mean[0]);
}

Test(stationary, refuses_what_changes)
{
    struct sgdmft_error error = {0};
    struct sgdmft_run run = given_run(HINGE, "rule", "sgd", "rate_steps", "100=0.1", NULL);
    cr_assert_eq(engine_stationary.supports(&run, &error), SGDMFT_USAGE);
    cr_assert_not_null(strstr(error.text, "rate_steps"));
    run = given_run(HINGE, "rule", "sgd", "rate_cycle", "5=0.2,10=0.1", NULL);
    cr_assert_eq(engine_stationary.supports(&run, &error), SGDMFT_USAGE);
    cr_assert_not_null(strstr(error.text, "rate_cycle"));
    run = given_run(HINGE, "rule", "flow", NULL);
    cr_assert_eq(engine_stationary.supports(&run, &error), SGDMFT_USAGE);
    run = given_run(HINGE, "rule", "reshuffle", "batch", "0.25", "replicas", "2", NULL);
    cr_assert_eq(engine_stationary.supports(&run, &error), SGDMFT_USAGE);
    run = given_run(HINGE, "rule", "gd", NULL);
    cr_assert_eq(engine_stationary.supports(&run, &error), SGDMFT_USAGE);
    run = given_run(HINGE, "rule", "sgd", NULL);
    cr_assert(!engine_choose(&run, &error)->solve, "auto takes a causal engine");
}

/* The causal run ends near the fixed point: its kernels are a start. */
Test(stationary, causal_run_comes_near)
{
    const struct sgdmft_run run = given_run(HINGE, "rule", "reshuffle", "batch", "0.5", "threads", "1", NULL);
    struct stationary_causal causal;
    cr_assert(stationary_causal_run(&run, NULL, STATIONARY_CAUSAL_START, &causal));
    cr_assert_eq(causal.reached, causal.steps);
    SCOPED_BY(turn_close) struct given_turn given = {.run = run};
    struct fixed_point_history history;
    turn_open(&given, 256, 64);
    cr_assert(stationary_causal_kernels(&causal, &given.now));
    memcpy(given.next.Gamma, given.now.Gamma, given.now.length * sizeof(double));
    cr_assert_eq(fixed_point_find(&given.turn, &given.now, 1e-3, &history), SGDMFT_OK);
    const struct stationary_kernels *before = &given.next, *found = &given.now;
    for (size_t p = 0; p < 2; p++) {
        cr_assert_float_eq(before->Gamma[p * 64], found->Gamma[p * 64], 0.05 * found->Gamma[0]);
        cr_assert_float_eq(before->M[p * 64], found->M[p * 64], 0.1 * found->M[0]);
        cr_assert_float_eq(before->M[p * 64 + 1], found->M[p * 64 + 1], 0.1 * found->M[0]);
        cr_assert_float_eq(before->M_inf[p * 2], found->M_inf[p * 2], 0.1 * found->M_inf[0]);
    }
    cr_assert(history.residual[0] < 0.1, "%g", history.residual[0]);
    double norm = 0.5 * (given.turn.order.norm[0] + given.turn.order.norm[1]);
    char text[240];
    cr_assert(stationary_causal_agrees(&causal, norm));
    cr_assert_not(stationary_causal_agrees(&causal, 2 * norm), "a fixed point that runs do not come to");
    cr_assert_not(stationary_causal_diagnosis(&causal, sizeof text, text), "%s", text);
    stationary_causal_free(&causal);
}

/* sgd at eta = .2, b = .1 is unstable: |w|^2 grows on and on. */
Test(stationary, causal_run_sees_a_drift)
{
    const struct sgdmft_run run = given_run(HINGE, "rule", "sgd", "batch", "0.1", "threads", "1", NULL);
    struct stationary_causal causal;
    char text[240];
    cr_assert(stationary_causal_run(&run, NULL, STATIONARY_CAUSAL_DIAGNOSIS, &causal));
    cr_assert(stationary_causal_diagnosis(&causal, sizeof text, text));
    cr_assert_not_null(strstr(text, "keep drifting"), "%s", text);
    stationary_causal_free(&causal);
}

/* Without ridge and with fewer examples than dimensions, directions without examples never forget the start. */
Test(stationary, says_when_there_is_none)
{
    struct sgdmft_error error = {0};
    struct sgdmft_result *result;
    const struct sgdmft_run run = given_run("data", "random", "loss", "square", "alpha", "0.5", "ridge", "0", "rate",
                                            "0.2", "rule", "sgd", "paths", "32", "groups", "1", "threads", "1", NULL);
    cr_assert_eq(solve_with(&engine_stationary, &run, &result, &error), SGDMFT_NOT_CONVERGED);
    cr_assert_not_null(strstr(error.text, "no ergodic stationary state"), "%s", error.text);
    cr_assert_not_null(strstr(error.text, "residuals: "), "%s", error.text);
    cr_assert_not_null(strstr(error.text, "the response has a plateau"), "%s", error.text);
    cr_assert_null(result);
}

/* Beyond eta times the largest eigenvalue = 2 a mode alternates for ever, and near it for very long: C has no limit
 * the fixed point could reach, and the state no chord. Well below, modes alternate too, and decay. */
Test(stationary, rejects_a_correlation_that_alternates_without_decay, .timeout = 60)
{
    static const struct {
        const char *rate, *batch;
        bool decays;
    } set[] = {{"0.25", "0.9", true}, {"0.35", "0.9", false}, {"0.3", "0.96", false}, {"0.28", "0.92", true}};
    for (size_t i = 0; i < sizeof set / sizeof *set; i++) {
        const struct sgdmft_run run =
            given_run("data", "random", "loss", "hinge2", "kappa", "1", "rate", set[i].rate, "batch", set[i].batch,
                      "paths", "128", "groups", "2", "steps", "200", NULL);
        struct sgdmft_error error = {0};
        scoped_result *result;
        const enum sgdmft_status status = solve_with(&engine_stationary, &run, &result, &error);
        cr_assert_eq(status, set[i].decays ? SGDMFT_OK : SGDMFT_NOT_CONVERGED, "%s, %s: %s", set[i].rate, set[i].batch,
                     error.text);
        cr_expect_eq(strstr(error.text, "alternates") == NULL, set[i].decays, "%s", error.text);
    }
}

/* Where the kernels hang on tangents with tails the message names the engine that has none; elsewhere it does not. */
Test(stationary, failures_name_the_engine_without_tangents, .timeout = 60)
{
    static const char *const link[] = {"linear", "door"};
    for (size_t i = 0; i < 2; i++) {
        const struct sgdmft_run run =
            given_run("data", "random", "link", link[i], "loss", i ? "logistic" : "square", "alpha", "4", "ridge",
                      "0.01", "rule", "sgd", "batch", "0.3", "rate", i ? "0.3" : "3", "steps", "200", "engine",
                      "stationary", "paths", "64", "groups", "2", NULL);
        struct sgdmft_error error = {0};
        struct sgdmft_result *result;
        cr_assert_eq(sgdmft_solve(&run, NULL, &result, &error), SGDMFT_NOT_CONVERGED, "%s", error.text);
        cr_expect_null(result);
        cr_expect_eq(strstr(error.text, "engine conditional solves") != NULL, i == 1, "%s", error.text);
    }
}
