/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dense engine against closed forms, against itself where two runs are one and the same, and broken on purpose. */
#include "solver/run/solve_internal.h"
#include "tests/given.h"
#include "tests/linear_form.h"
#include "tests/two_results.h"
#include "tests/solver/faulty_engine.h"
#include "tests/solver/solved.h"

#include <math.h>
#include <string.h>

#define LINEAR "data", "teacher", "teacher", "linear", "loss", "square", "overlap0", "0.2", "norm0", "1.04"

/* Largest difference to the closed forms of overlap, norm and loss, over all steps. */
static double linear_deviation(const struct sgdmft_run *run, const struct engine *engine)
{
    const struct linear_form exact = linear_form(run);
    scoped_result *result = solved_with(engine, run);
    double worst = 0;
    for (long k = 0; k <= run->steps; k++)
        for (int i = 0; i < 3; i++)
            worst = fmax(worst, fabs(series(result, linear_form_names[i])->mean[k] - exact.series[i][k]));
    return worst;
}

Test(dense, linear_gd_is_exact, .timeout = 60)
{
    static const struct {
        const char *alpha, *ridge, *noise;
    } set[] = {{"0.3", "0.5", "0"}, {"0.5", "0.5", "0"}, {"0.5", "0", "0.3"}, {"1", "0", "0"},
               {"3", "0.5", "0"},   {"3", "0", "0.5"},   {"8", "0.1", "0"}};
    const struct engine faulty = faulty_engine();
    for (size_t i = 0; i < sizeof set / sizeof *set; i++) {
        const struct sgdmft_run run =
            given_run(LINEAR, "rule", "gd", "rate", "0.1", "steps", "200", "paths", "256", "groups", "2", "alpha",
                      set[i].alpha, "ridge", set[i].ridge, "label_noise", set[i].noise, NULL);
        const double deviation = linear_deviation(&run, &engine_dense);
        cr_expect_lt(deviation, 1e-8, "alpha %s ridge %s noise %s: %g", set[i].alpha, set[i].ridge, set[i].noise,
                     deviation);
        cr_expect_gt(linear_deviation(&run, &faulty), 1e-4, "a wrong kernel passes at alpha %s", set[i].alpha);
    }
}

Test(dense, linear_gd_with_schedule_is_exact, .timeout = 60)
{
    static const char *const schedule[][2] = {{"rate_steps", "20=0.03,50=0.15"},
                                              {"rate_schedule", "cosine"},
                                              {"rate_schedule", "power:0.5"},
                                              {"rate_schedule", "wsd:20,30"},
                                              {"rate_schedule", "halving:15"}};
    for (size_t i = 0; i < sizeof schedule / sizeof *schedule; i++) {
        const struct sgdmft_run run = given_run(LINEAR, "rule", "gd", "rate", "0.1", "steps", "100", "paths", "256",
                                                "groups", "2", schedule[i][0], schedule[i][1], NULL);
        cr_expect_lt(linear_deviation(&run, &engine_dense), 1e-8, "%s", schedule[i][1]);
    }
}

/* A cycle that is written out as a schedule is the same run, to the last bit; batches start their epochs with the
 * pieces. */
Test(dense, a_cycle_is_the_schedule_written_out, .timeout = 60)
{
    static const char *const rules[][4] = {
        {"sgd", "0.3", "5=0.6,8=0.3", "5=0.6,8=0.3,13=0.6,16=0.3,21=0.6"},
        {"reshuffle", "0.5", "4=0.25,12=0.5", "4=0.25,12=0.5,16=0.25"},
    };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        const struct sgdmft_run run[2] = {
            given_run("rule", rules[i][0], "batch", rules[i][1], "steps", "24", "paths", "256", "groups", "2", "rate",
                      "0.1", "batch_cycle", rules[i][2], "rate_cycle", "6=0.3,10=0.1", NULL),
            given_run("rule", rules[i][0], "batch", rules[i][1], "steps", "24", "paths", "256", "groups", "2", "rate",
                      "0.1", "batch_steps", rules[i][3], "rate_steps", "6=0.3,10=0.1,16=0.3,20=0.1", NULL)};
        scoped_result *cycle = solved(&run[0]), *schedule = solved(&run[1]);
        const struct sgdmft_quantity *one = sgdmft_result_find(cycle, "series", "train_loss");
        const struct sgdmft_quantity *two = sgdmft_result_find(schedule, "series", "train_loss");
        cr_expect_arr_eq(one->sample, two->sample, 2 * one->length * sizeof(double), "%s", rules[i][0]);
    }
}

#define ROUNDING 1e-11

/* Scores of the series against the closed form, in units of the quoted standard error, or of rounding where groups
 * agree. */
static double linear_score(const struct sgdmft_run *run, double *relative)
{
    const struct linear_form exact = linear_form(run);
    scoped_result *result = solved(run);
    const struct sgdmft_quantity *C = series(result, "norm"), *m = series(result, "overlap");
    double worst = 0;
    *relative = 0;
    for (long k = 2; k <= run->steps; k++) {
        worst = fmax(worst, fabs(C->mean[k] - exact.norm[k]) / (C->se[k] + ROUNDING));
        worst = fmax(worst, fabs(m->mean[k] - exact.overlap[k]) / (m->se[k] + ROUNDING));
        *relative = fmax(*relative, fabs(C->mean[k] / exact.norm[k] - 1));
    }
    return worst;
}

Test(dense, linear_sgd_within_its_error, .timeout = 60)
{
    double relative;
    /* 16 groups: fewer make the quoted error itself too uncertain for a bound in its units */
    const struct sgdmft_run run = given_run(LINEAR, "rule", "sgd", "ridge", "0.5", "batch", "0.3", "steps", "80",
                                            "paths", "4000", "groups", "16", NULL);
    const double score = linear_score(&run, &relative);
    cr_expect_lt(score, 4, "%g standard errors", score);
    cr_expect_lt(relative, 0.015, "%g", relative);
}

Test(dense, linear_langevin_within_its_error, .timeout = 60)
{
    double relative;
    const struct sgdmft_run run = given_run(LINEAR, "rule", "langevin", "temperature", "0.3", "ridge", "0.5", "steps",
                                            "60", "paths", "512", "groups", "2", NULL);
    linear_score(&run, &relative);
    cr_expect_lt(relative, 1e-8, "langevin of a linear model has no sampling error: %g", relative);
}

Test(dense, linear_flow, .timeout = 60)
{
    double relative;
    const struct sgdmft_run run = given_run(LINEAR, "rule", "flow", "ridge", "0.5", "steps", "30", "rate", "0.1",
                                            "paths", "256", "groups", "2", NULL);
    linear_score(&run, &relative);
    cr_expect_lt(relative, 2e-3, "%g", relative);
}

/* The same numbers to the last bit (or to a relative tolerance) in all series. */
static void expect_equal(const struct sgdmft_run *a, const struct sgdmft_run *b, double tolerance, const char *what)
{
    scoped_result *x = solved(a), *y = solved(b);
    static const char *const name[] = {"overlap", "norm", "train_loss", "train_error", "test_loss", "test_error"};
    for (size_t q = 0; q < sizeof name / sizeof *name; q++)
        for (size_t k = 0; k < x->steps; k++) {
            const double u = series(x, name[q])->mean[k], v = series(y, name[q])->mean[k];
            cr_assert(isnan(u) ? isnan(v) : fabs(u - v) <= tolerance * fabs(u), "%s: %s at %zu: %.17g and %.17g", what,
                      name[q], k, u, v);
        }
}

#define SMALL "steps", "60", "paths", "512", "groups", "2", "rate", "0.125"

Test(dense, persistence_of_one_step_is_sgd, .timeout = 60)
{
    const struct sgdmft_run sgd = given_run(SMALL, "rule", "sgd", "batch", "0.25", NULL);
    const struct sgdmft_run persistent =
        given_run(SMALL, "rule", "persistent", "batch", "0.25", "persistence", "0.5", NULL);
    expect_equal(&sgd, &persistent, 0, "tau = eta/b");
}

Test(dense, full_batches_are_gd, .timeout = 60)
{
    const struct sgdmft_run gd = given_run(SMALL, "rule", "gd", NULL);
    const struct sgdmft_run sgd = given_run(SMALL, "rule", "sgd", "batch", "1", NULL);
    const struct sgdmft_run reshuffle = given_run(SMALL, "rule", "reshuffle", "batch", "1", NULL);
    expect_equal(&gd, &sgd, 0, "sgd with b = 1");
    expect_equal(&gd, &reshuffle, 0, "reshuffle with b = 1");
}

Test(dense, sum_normalisation_rescales, .timeout = 60)
{
    const struct sgdmft_run batch = given_run(SMALL, "batch", "0.25", "ridge", "0.125", NULL);
    struct sgdmft_run sum = given_run(SMALL, "batch", "0.25", "ridge", "0.03125", "gradient", "sum", NULL);
    sum.rate *= 4;
    expect_equal(&batch, &sum, 1e-9, "eta/b with the sum");
}

Test(dense, same_bits_for_any_threads, .timeout = 60)
{
    struct sgdmft_run one = given_run(SMALL, "rule", "persistent", "batch", "0.3", "threads", "1", NULL);
    struct sgdmft_run two = one;
    two.threads = 2;
    expect_equal(&one, &one, 0, "the same seed twice");
    expect_equal(&one, &two, 0, "threads over groups");
    one.groups = two.groups = 1;
    one.steps = two.steps = 30;
    scoped_result *x = solved(&one), *y = solved(&two);
    for (size_t k = 0; k < x->steps; k++)
        cr_assert_eq(series(x, "norm")->mean[k], series(y, "norm")->mean[k], "threads inside a group, step %zu", k);
}

/* Largest relative residual of (T6) against alpha E[g r] over the first steps of one group. */
static double identity_residual(const struct sgdmft_run *run, long steps)
{
    const struct engine_group group = {.run = run, .paths = 1024, .threads = 1};
    struct dense *dense = engine_dense.start(&group);
    struct engine_values values;
    double worst = 0;
    cr_assert_not_null(dense);
    for (long k = 0; k < steps; k++) {
        engine_dense.evaluate(dense, &values);
        engine_dense.advance(dense);
        worst = fmax(worst, dense_identity_residual(dense));
    }
    engine_dense.finish(dense);
    return worst;
}

Test(dense, integration_by_parts, .timeout = 60)
{
    const struct sgdmft_run linear = given_run(LINEAR, "rule", "gd", NULL);
    const struct sgdmft_run logistic = given_run("rule", "gd", NULL);
    const struct sgdmft_run noisy = given_run("rule", "sgd", NULL);
    cr_expect_lt(identity_residual(&linear, 20), 1e-9);
    cr_expect_lt(identity_residual(&logistic, 40), 0.02);
    cr_expect_lt(identity_residual(&noisy, 40), 0.15, "%g", identity_residual(&noisy, 40));
}

/* gd to convergence against the replica-symmetric minimum. */
static void expect_minimum(const struct sgdmft_run *run)
{
    struct sgdmft_minimum minimum;
    struct sgdmft_error error = {0};
    cr_assert_eq(sgdmft_replica_symmetric(run, &minimum, &error), SGDMFT_OK, "%s", error.text);
    scoped_result *result = solved(run);
    const size_t last = result->steps - 1;
    const struct {
        const char *name;
        double exact;
    } row[] = {{"overlap", minimum.overlap}, {"norm", minimum.norm}, {"train_loss", minimum.train_loss}};
    for (size_t i = 0; i < 3; i++) {
        const double mean = series(result, row[i].name)->mean[last], se = series(result, row[i].name)->se[last];
        cr_expect_lt(fabs(mean - row[i].exact), 4 * se + 1e-3 * fabs(row[i].exact) + 1e-12, "%s %s: %g(%g), exact %g",
                     run->loss->entry.name, row[i].name, mean, se, row[i].exact);
        cr_expect_leq(se, 0.02 * fabs(row[i].exact) + 1e-12, "%s: the error is too large to say anything", row[i].name);
    }
}

/* The matrices hold what the series and the waiting times show, in the file too. */
Test(dense, full_matrices_are_all_steps, .timeout = 60)
{
    const struct sgdmft_run run = given_run("steps", "12", "rate_steps", "6=0.2", "paths", "256", "groups", "2",
                                            "waiting", "0,4", "full_matrices", "yes", NULL);
    struct sgdmft_error error = {0};
    scoped_result *result = solved(&run), *back = read_back(result);
    const struct sgdmft_quantity *C = sgdmft_result_find(back, "two_time", "correlation_matrix");
    const struct sgdmft_quantity *R = sgdmft_result_find(back, "two_time", "response_matrix");
    const struct sgdmft_quantity *c = sgdmft_result_find(result, "two_time", "correlation");
    const struct sgdmft_quantity *chi = sgdmft_result_find(result, "two_time", "response");
    const struct sgdmft_quantity *norm = sgdmft_result_find(result, "series", "norm");
    cr_assert(C && R && C->size[0] == 13 && C->size[1] == 13);
    for (size_t k = 0; k < 13; k++) {
        cr_assert_eq(C->mean[k * 13 + k], norm->mean[k]);
        cr_assert_eq(C->se[k * 13 + k], norm->se[k]);
        for (size_t l = 0; l < 13; l++) {
            cr_assert_eq(C->mean[k * 13 + l], C->mean[l * 13 + k]);
            cr_assert(l < k ? R->mean[k * 13 + l] > 0 : R->mean[k * 13 + l] == 0);
        }
    }
    for (size_t w = 0; w < 2; w++) {
        const size_t from = 4 * w;
        double sum = 0;
        for (size_t k = from; k < 13; k++) {
            cr_assert_eq(c->mean[w * result->lags + k - from], C->mean[k * 13 + from]);
            sum = 0;
            for (size_t l = from; l < k; l++)
                sum += sgdmft_rate(&run, (long)l) * R->mean[k * 13 + l];
            cr_assert_float_eq(chi->mean[w * result->lags + k - from], sum, 1e-12);
        }
    }
    struct sgdmft_run other = given_run("engine", "stationary", "full_matrices", "yes", NULL);
    struct sgdmft_result *none;
    cr_assert_eq(sgdmft_solve(&other, NULL, &none, &error), SGDMFT_USAGE);
    cr_assert_not_null(strstr(error.text, "full_matrices"));
}

Test(dense, full_matrices_end_where_the_run_does, .timeout = 60)
{
    const struct sgdmft_run run = given_run("loss", "square", "teacher", "linear", "rate", "3", "steps", "40", "paths",
                                            "64", "groups", "2", "full_matrices", "yes", NULL);
    scoped_result *result = solved_as(&run, SGDMFT_DIVERGED);
    const struct sgdmft_quantity *C = sgdmft_result_find(result, "two_time", "correlation_matrix");
    const size_t last = (size_t)result->last_step;
    cr_assert(last < 40 && isfinite(C->mean[last * 41 + last]) && isnan(C->mean[(last + 1) * 41]));
}

Test(dense, gd_converges_to_the_replica_symmetric_minimum, .timeout = 120)
{
    const struct sgdmft_run logistic =
        given_run("rule", "gd", "ridge", "0.5", "rate", "0.5", "steps", "100", "paths", "4096", "groups", "8", NULL);
    const struct sgdmft_run hinge =
        given_run("data", "random", "loss", "hinge2", "kappa", "1", "rule", "gd", "ridge", "0.5", "rate", "0.25",
                  "steps", "80", "paths", "8192", "groups", "8", NULL);
    expect_minimum(&logistic);
    expect_minimum(&hinge);
}

Test(dense, divergence_keeps_the_good_part, .timeout = 60)
{
    const struct sgdmft_run run =
        given_run(LINEAR, "rule", "gd", "rate", "2", "steps", "100", "paths", "64", "groups", "2", NULL);
    scoped_result *result = solved_as(&run, SGDMFT_DIVERGED);
    cr_assert_not_null(result);
    cr_expect_eq(result->status, SGDMFT_DIVERGED);
    cr_expect_gt(result->last_step, 2);
    cr_expect_lt(result->last_step, 100);
    cr_expect(isfinite(series(result, "norm")->mean[result->steps - 1]));
}

/* 300 steps without blow-up where the theory is stable: full batches of low rank, and small batches. Runs that are not
 * convex may end with means of tangents that are not trusted, and are finite all the same. */
Test(dense, long_runs_stay_finite, .timeout = 240)
{
    static const char *const set[][14] = {
        {"rule", "gd"},
        {"rule", "sgd", "batch", "0.1", "rate", "0.05"},
        {"data", "random", "loss", "hinge2", "kappa", "1", "rule", "gd", "rate", "0.2"},
        {"data", "random", "loss", "hinge2", "kappa", "1", "alpha", "0.7", "batch", "0.1", "rate", "0.05"},
        {"data", "mixture2", "rule", "reshuffle", "batch", "0.1", "rate", "0.05"},
        {"data", "mixture3", "link", "door", "rule", "persistent", "batch", "0.3", "overlap0", "0.2", "rate", "0.05"},
        {"teacher", "abs", "loss", "phase", "rule", "gd", "constraint", "sphere", "overlap0", "0.3", "rate", "0.005"},
        {"teacher", "abs", "loss", "phase", "batch", "0.5", "constraint", "sphere", "overlap0", "0.3", "rate",
         "0.005"}};
    for (size_t i = 0; i < sizeof set / sizeof *set; i++) {
        const char *const *s = set[i];
        const struct sgdmft_run run = given_run("steps", "300", "paths", "768", "groups", "2", s[0], s[1], s[2], s[3],
                                                s[4], s[5], s[6], s[7], s[8], s[9], s[10], s[11], s[12], s[13], NULL);
        scoped_result *result;
        struct sgdmft_error error = {0};
        const enum sgdmft_status status = sgdmft_solve(&run, NULL, &result, &error);
        cr_assert(status == SGDMFT_OK || (status == SGDMFT_NOT_CONVERGED && !sgdmft_loss_is_convex(&run)), "%s",
                  error.text);
        const struct sgdmft_quantity *norm = series(result, "norm");
        cr_expect_eq(result->status, status);
        cr_expect_eq(result->last_step, 300);
        cr_expect_lt(norm->mean[result->steps - 1], 30, "set %zu: norm %g", i, norm->mean[result->steps - 1]);
    }
}
