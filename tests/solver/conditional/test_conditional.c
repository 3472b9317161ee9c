/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The conditional engine: its law against simulations with a stored matrix, closed forms, the extrapolation from
 * halves, the same bits for any number of threads; and engines broken on purpose, which the same tests must refuse. */
#include "solver/conditional/hessian_ends.h"
#include "solver/run/groups.h"
#include "solver/run/sizes.h"
#include "solver/run/solve_internal.h"
#include "tests/given.h"
#include "tests/linear_form.h"
#include "tests/two_results.h"
#include "tests/solver/conditional/faulty_conditional.h"
#include "tests/solver/same_law.h"
#include "tests/solver/solved.h"
#include "tests/validation/simulated.h"

#include <math.h>
#include <sgdmft/sgdmft.h>
#include <stdlib.h>
#include <string.h>

/* ---- two samples of one law ------------------------------------------------------------------------------------ */

#define RUNS 500
#define LEAST_P 1e-4 /* of a Kolmogorov-Smirnov test; some 50 of them are made with fixed seeds */

/* Smallest p over the observables of the last step. */
static double least_p(const struct sgdmft_run *run, const struct sgdmft_result *implicit)
{
    static const char *const names[][2] = {{"series", "overlap"},       {"series", "norm"},
                                           {"series", "train_loss"},    {"series", "gradient_norm"},
                                           {"two_time", "correlation"}, {"series", "distance"}};
    double least = 1;
    scoped_result *stored = simulated(run, 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!sgdmft_result_find(stored, names[i][0], names[i][1]))
            continue;
        double *x = samples_at_end(stored, names[i][0], names[i][1]),
               *y = samples_at_end(implicit, names[i][0], names[i][1]);
        cr_assert(x && y, "%s", names[i][1]);
        const bool constant = fabs(x[0] - x[1]) < 1e-12 || strcmp(names[i][1], "gradient_norm") == 0;
        least = constant ? least : fmin(least, same_law(stored->samples, x, implicit->samples, y));
        free(x);
        free(y);
    }
    return least;
}

#define SMALL "alpha", "2", "dim", "60", "steps", "40", "every", "40", "test_examples", "1", "margins_at", "none"

static void expect_law(const char *what, const struct sgdmft_run *given)
{
    struct sgdmft_run run = *given;
    scoped_result *implicit;
    struct sgdmft_error error = {0};
    run.runs = RUNS;
    cr_assert_eq(sgdmft_simulate_implicit(&run, 0, NULL, &implicit, &error), SGDMFT_OK, "%s: %s", what, error.text);
    const double p = least_p(&run, implicit);
    cr_expect_gt(p, LEAST_P, "%s: p = %g", what, p);
}

Test(conditional, law_of_each_rule, .timeout = 120)
{
    const struct sgdmft_run runs[] = {
        given_run(SMALL, "rule", "sgd", "rate", "0.3", NULL),
        given_run(SMALL, "rule", "gd", "rate", "0.3", NULL),
        given_run(SMALL, "rule", "persistent", "rate", "0.3", NULL),
        given_run(SMALL, "rule", "reshuffle", "rate", "0.3", NULL),
        given_run(SMALL, "rule", "langevin", "rate", "0.3", "temperature", "0.5", NULL),
        given_run(SMALL, "rate", "0.1", "momentum", "0.8", "dampening", "0.3", NULL),
        given_run(SMALL, "rule", "langevin", "rate", "0.05", "temperature", "0.5", "momentum", "0.9", "nesterov", "yes",
                  NULL),
        given_run(SMALL, "rate", "0.3", "clip", "0.6", NULL),
        given_run(SMALL, "rate", "0.2", "clip_example", "0.4", "privacy_noise", "0.7", "momentum", "0.5", NULL)};
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++)
        expect_law(runs[i].rule->entry.name, &runs[i]);
}

Test(conditional, law_of_each_model, .timeout = 120)
{
    const struct sgdmft_run square =
        given_run("alpha", "2", "dim", "60", "steps", "40", "every", "40", "test_examples", "1", "teacher", "linear",
                  "loss", "square", "rate", "0.2", "label_noise", "0.3", NULL);
    const struct sgdmft_run hinge =
        given_run(SMALL, "data", "random", "loss", "hinge2", "kappa", "1", "rate", "0.2", NULL);
    const struct sgdmft_run clusters =
        given_run(SMALL, "data", "mixture2", "cluster_variance", "0.5", "rate", "0.3", NULL);
    const struct sgdmft_run door = given_run(SMALL, "data", "mixture3", "cluster_variance", "0.3", "link", "door",
                                             "overlap0", "0.4", "rate", "0.2", "rule", "persistent", NULL);
    const struct sgdmft_run phase =
        given_run("alpha", "2", "dim", "60", "steps", "40", "every", "40", "test_examples", "1", "teacher", "abs",
                  "loss", "phase", "constraint", "sphere", "overlap0", "0.5", "rate", "0.01", "batch", "0.5", NULL);
    expect_law("square", &square);
    expect_law("hinge2", &hinge);
    expect_law("mixture2", &clusters);
    expect_law("door", &door);
    expect_law("phase", &phase);
}

Test(conditional, law_beyond_a_full_space, .timeout = 60)
{
    const struct sgdmft_run run = given_run("alpha", "2", "dim", "30", "steps", "45", "rate", "0.3", "test_examples",
                                            "1", "margins_at", "none", NULL);
    expect_law("K > N", &run);
}

Test(conditional, law_of_two_replicas, .timeout = 60)
{
    const struct sgdmft_run run = given_run(SMALL, "replicas", "2", "rate", "0.3", "waiting", "10", NULL);
    expect_law("replicas", &run);
}

/* Mean and variance of C(40,10) over simulations without a matrix; C(10,10) is the norm. */
static void correlation_of(long replicas, double *mean, double *variance)
{
    struct sgdmft_run run = given_run("alpha", "2", "dim", "60", "steps", "40", "every", "10", "batch", "0.1", "rate",
                                      "0.6", "waiting", "10", "test_examples", "1", NULL);
    scoped_result *result;
    run.runs = RUNS;
    run.replicas = replicas;
    cr_assert_eq(sgdmft_simulate_implicit(&run, 0, NULL, &result, NULL), SGDMFT_OK);
    const struct sgdmft_quantity *quantity = sgdmft_result_find(result, "two_time", "correlation"),
                                 *norm = sgdmft_result_find(result, "series", "norm");
    *mean = *variance = 0;
    for (size_t s = 0; s < RUNS; s++) {
        const double *own = quantity->sample + s * quantity->length;
        cr_expect_float_eq(own[0], norm->sample[s * norm->length + 1], 1e-12);
        *mean += own[quantity->length - 1] / RUNS;
        *variance += own[quantity->length - 1] * own[quantity->length - 1] / RUNS;
    }
    *variance -= *mean * *mean;
}

Test(conditional, correlation_is_a_mean_over_replicas, .timeout = 60)
{
    double mean[2], variance[2];
    correlation_of(1, &mean[0], &variance[0]);
    correlation_of(2, &mean[1], &variance[1]);
    cr_expect_lt(fabs(mean[0] - mean[1]), 4 * sqrt((variance[0] + variance[1]) / RUNS), "%g, %g", mean[0], mean[1]);
    cr_expect_lt(variance[1], 0.8 * variance[0], "%g, %g", variance[1], variance[0]);
}

/* ---- broken engines -------------------------------------------------------------------------------------------- */

static double p_of_broken(struct engine engine)
{
    struct sgdmft_run run = given_run(SMALL, "rate", "0.3", NULL);
    struct sgdmft_error error = {0};
    run.runs = RUNS;
    scoped_result *implicit = solve_quantities(&run, SGDMFT_SIMULATION, (size_t)run.runs);
    cr_assert_eq(groups_simulate(&engine, &run, 0, NULL, implicit, &error), SGDMFT_OK, "%s", error.text);
    return least_p(&run, implicit);
}

Test(conditional, broken_laws_are_refused, .timeout = 120)
{
    static const char *const what[] = {"chi of 20 more degrees of freedom", "chi of all degrees of freedom",
                                       "rows not projected off the force rows"};
    const struct engine broken[] = {faulty_chi(), faulty_full_chi(), faulty_rows()};
    for (size_t i = 0; i < 3; i++) {
        const double p = p_of_broken(broken[i]);
        cr_expect_lt(p, 1e-9, "%s: p = %g", what[i], p);
    }
}

/* ---- the limit -------------------------------------------------------------------------------------------------- */

#define LINEAR                                                                                                         \
    "data", "teacher", "teacher", "linear", "loss", "square", "overlap0", "0.2", "norm0", "1.04", "ridge", "0.5",      \
        "alpha", "3"

/* Mean and error of a series at the last step, over the results of several seeds. */
struct estimate {
    double mean, scatter, quoted;
};

static struct estimate over_seeds(struct sgdmft_run run, const struct engine *engine, const char *name, int seeds)
{
    struct estimate estimate = {0, 0, 0};
    double squares = 0;
    for (int seed = 1; seed <= seeds; seed++) {
        run.seed = (uint64_t)seed;
        scoped_result *result = solved_with(engine, &run);
        const struct sgdmft_quantity *quantity = sgdmft_result_find(result, "series", name);
        const double value = quantity->mean[quantity->length - 1], se = quantity->se[quantity->length - 1];
        estimate.mean += value / seeds;
        squares += value * value / seeds;
        estimate.quoted += se * se / seeds;
    }
    estimate.scatter = sqrt((squares - estimate.mean * estimate.mean) * seeds / (seeds - 1));
    estimate.quoted = sqrt(estimate.quoted);
    return estimate;
}

/* Groups of 96 paths are runs of 32 dimensions: without the halves the norm of linear sgd is off by many errors. */
Test(conditional, halves_take_the_finite_size_away, .timeout = 120)
{
    struct sgdmft_run run = given_run(LINEAR, "rate", "0.1", "engine", "conditional", "paths", "768", "groups", "8",
                                      "steps", "20", "waiting", "none", NULL);
    struct engine whole = engine_conditional;
    whole.halves = false;
    const double exact = linear_form(&run).loss[20];
    const struct estimate limit = over_seeds(run, &engine_conditional, "train_loss", 40),
                          plain = over_seeds(run, &whole, "train_loss", 40);
    const double z = (limit.mean - exact) / (limit.scatter / sqrt(40)),
                 bias = (plain.mean - exact) / (plain.scatter / sqrt(40));
    cr_expect_lt(fabs(z), 4, "extrapolated %g, exact %g: z = %g", limit.mean, exact, z);
    cr_expect_gt(fabs(bias), 4, "the test could not tell: %g, exact %g, z = %g", plain.mean, exact, bias);
    cr_expect_float_eq(limit.quoted / limit.scatter, 1, 0.35, "quoted %g, scatter %g", limit.quoted, limit.scatter);
}

/* Fills the norms of every step with a + b/N + a deviation of the group, in turn +d and -d. */
static void fill_norms(struct sgdmft_result *result, double per_weight, double deviation)
{
    const struct sgdmft_quantity *norm = sgdmft_result_find(result, "series", "norm");
    const double N = (double)engine_group_paths(&result->run) / result->run.alpha;
    for (size_t g = 0; g < result->samples; g++)
        for (size_t i = 0; i < norm->length; i++)
            norm->sample[g * norm->length + i] = 0.7 + per_weight / N + (g % 2 ? deviation : -deviation);
}

/* Norms of known mean and spread: the term of order 1/N goes, and both errors enter with their weights. Large groups
 * that agree to the last bit take the error of the small ones. */
Test(conditional, small_groups_take_the_finite_size_away)
{
    const double deviation[][2] = {{0, 0}, {0.01, 0.03}, {0, 0.03}};
    const struct sgdmft_run run = given_run("engine", "conditional", "extrapolation", "sizes", "alpha", "2", "paths",
                                            "16384", "groups", "8", "steps", "4", "waiting", "none", NULL);
    const struct sgdmft_run fewer = sizes_run(&run);
    const double r = 1. / 8, error = sqrt(1. / 7); /* of a mean of 8 deviations +1 and -1 */
    cr_assert_eq(fewer.paths, 2048);
    for (size_t i = 0; i < sizeof deviation / sizeof *deviation; i++) {
        scoped_result *result = solve_result(&run, 8), *small = solve_result(&fewer, 8);
        cr_assert(result && small);
        fill_norms(result, 3, deviation[i][0]);
        fill_norms(small, 3, deviation[i][1]);
        cr_assert_eq(sizes_correct(result, small), SGDMFT_OK);
        sgdmft_result_reduce(result);
        const struct sgdmft_quantity *norm = sgdmft_result_find(result, "series", "norm");
        cr_expect_float_eq(norm->mean[3], 0.7, 1e-12, "%zu: %g", i, norm->mean[3]);
        cr_expect_float_eq(norm->se[3], error * hypot(deviation[i][0], r * deviation[i][1]) / (1 - r), 1e-12, "%zu: %g",
                           i, norm->se[3]);
    }
}

Test(conditional, small_groups_have_a_least_size)
{
    const struct sgdmft_run run =
        given_run("engine", "conditional", "extrapolation", "sizes", "paths", "1600", "groups", "8", NULL);
    struct sgdmft_result *result;
    struct sgdmft_error error = {0};
    cr_assert_eq(sgdmft_solve(&run, NULL, &result, &error), SGDMFT_USAGE);
    cr_expect_str_eq(error.text, "extrapolation: sizes takes at least 256 paths a group, not 224");
}

/* The phase loss amplifies the noise of its start, which the halves of a group repeat in part only. */
Test(conditional, small_groups_add_less_noise_to_a_chaotic_run, .timeout = 120)
{
    struct estimate overlap[2];
    for (size_t i = 0; i < 2; i++)
        overlap[i] = over_seeds(given_run("teacher", "abs", "alpha", "2.75", "loss", "phase", "constraint", "sphere",
                                          "overlap0", "0.2", "rule", "persistent", "rate", "0.01", "batch", "0.5",
                                          "persistence", "1", "steps", "100", "waiting", "none", "paths", "11264",
                                          "groups", "4", "extrapolation", i == 0 ? "halves" : "sizes", NULL),
                                &engine_conditional, "overlap", 20);
    const double z = (overlap[1].mean - overlap[0].mean) / (hypot(overlap[0].scatter, overlap[1].scatter) / sqrt(20));
    cr_expect_lt(fabs(z), 4, "halves %g, sizes %g", overlap[0].mean, overlap[1].mean);
    cr_expect_lt(sqrt(1.125) * overlap[1].quoted, 0.85 * sqrt(2) * overlap[0].quoted,
                 "at equal cost: halves %g, sizes %g", overlap[0].quoted, overlap[1].quoted);
    cr_expect_float_eq(overlap[1].quoted / overlap[1].scatter, 1, 0.5, "quoted %g, scatter %g", overlap[1].quoted,
                       overlap[1].scatter);
}

Test(conditional, linear_gd_and_sgd_by_closed_forms, .timeout = 60)
{
    static const char *const rule[][2] = {{"gd", "1"}, {"sgd", "0.3"}, {"langevin", "1"}};
    for (size_t i = 0; i < 3; i++) {
        const bool hot = strcmp(rule[i][0], "langevin") == 0;
        const struct sgdmft_run run =
            given_run(LINEAR, "rate", "0.1", "engine", "conditional", "paths", "16000", "steps", "40", "rule",
                      rule[i][0], "batch", rule[i][1], "temperature", hot ? "0.3" : "0", NULL);
        const struct linear_form exact = linear_form(&run);
        scoped_result *result = solved(&run);
        for (size_t n = 0; n < 3; n++) {
            const struct sgdmft_quantity *quantity = series(result, linear_form_names[n]);
            for (size_t k = 1; k <= 40; k++)
                cr_expect_lt(fabs(quantity->mean[k] - exact.series[n][k]), 5.5 * quantity->se[k] + 1e-6,
                             "%s, %s, step %zu: %g(%g), exact %g", rule[i][0], linear_form_names[n], k,
                             quantity->mean[k], quantity->se[k], exact.series[n][k]);
        }
    }
}

/* The response at a late time of a simulation. By substitution of its steps it would be too large by a tenth. */
Test(conditional, late_response_of_a_simulation, .timeout = 60)
{
    struct sgdmft_run run = given_run(LINEAR, "rate", "0.1", "batch", "0.5", "dim", "300", "runs", "24", "steps", "90",
                                      "waiting", "60", "engine", "dense", "paths", "1000", NULL);
    scoped_result *implicit;
    struct sgdmft_error error = {0};
    scoped_result *exact = solved(&run);
    cr_assert_eq(sgdmft_simulate_implicit(&run, 0, NULL, &implicit, &error), SGDMFT_OK, "%s", error.text);
    const struct sgdmft_quantity *chi = sgdmft_result_find(implicit, "two_time", "response"),
                                 *limit = sgdmft_result_find(exact, "two_time", "response");
    for (size_t lag = 5; lag <= 30; lag += 5)
        cr_expect_lt(fabs(chi->mean[lag] - limit->mean[lag]), 4 * chi->se[lag] + 2 / 300. * limit->mean[lag],
                     "lag %zu: %g(%g), exact %g", lag, chi->mean[lag], chi->se[lag], limit->mean[lag]);
}

/* Weights that rest after the training need no new direction, while each step adds a force. */
Test(conditional, weights_that_rest_leave_room, .timeout = 30)
{
    const struct sgdmft_run run = given_run("data", "random", "loss", "hinge2", "rule", "gd", "rate", "0.5", "kappa",
                                            "1", "alpha", "0.51", "ridge", "0", "steps", "300", "paths", "512",
                                            "groups", "2", "waiting", "0,100", "engine", "conditional", NULL);
    scoped_result *result = solved(&run);
    const struct sgdmft_quantity *norm = sgdmft_result_find(result, "series", "norm");
    cr_expect_float_eq(norm->mean[norm->length - 1], norm->mean[norm->length - 10], 1e-9);
}

/* ---- bits ------------------------------------------------------------------------------------------------------- */

Test(conditional, bits_do_not_depend_on_threads, .timeout = 60)
{
    struct sgdmft_run run = given_run("engine", "conditional", "paths", "4000", "groups", "1", "steps", "30", "waiting",
                                      "0,10", "rate", "0.2", NULL);
    struct sgdmft_result *result[3];
    for (long i = 0; i < 3; i++) {
        run.threads = i + 1;
        run.groups = i < 2 ? 1 : run.groups;
        result[i] = solved(&run);
    }
    for (size_t i = 1; i < 3; i++)
        assert_same_samples(result[0], result[i], i == 1 ? "two threads" : "three threads");
    for (size_t i = 0; i < 3; i++)
        sgdmft_result_free(result[i]);
}

/* ---- the frame of the forces ----------------------------------------------------------------------------------- */

/* Rows of 700 examples, filled with normals; a force that is a sum of others has no row of its own. */
Test(conditional, force_rows_are_orthonormal, .timeout = 30)
{
    enum { STEPS = 24, EXAMPLES = 700 };
    struct example_rows rows;
    struct force_frame frame;
    struct row_target target[ROWS_CHANNELS_MAX];
    double *total = malloc(100000 * sizeof *total);
    cr_assert(rows_create(&rows, EXAMPLES, 1, 2, 4 * STEPS + 8, 0, 1) && frame_create(&frame, 2, 2 * STEPS + 4));
    for (uint32_t step = 0; step < STEPS; step++) {
        frame_begin(&frame, 2, 0, rows.forces, 0);
        for (uint32_t c = 0; c < 2; c++) {
            frame.slot[c] = rows_take(&rows, ROW_FORCE);
            struct sgdmft_stream stream = sgdmft_stream_open(5, SGDMFT_TEST_SUITE, step, c);
            for (size_t b = 0; b < rows.chunks; b++) {
                float *x = rows_at(&rows, b, frame.slot[c]);
                sgdmft_normals_single(&stream, rows_count(&rows, b), x);
                memset(x + rows_count(&rows, b), 0, (rows.chunk - rows_count(&rows, b)) * sizeof *x);
                for (size_t i = 0; i < rows.chunk && step == 7 && c == 1; i++) /* twice the first force less a row */
                    x[i] = 2 * rows_at(&rows, b, frame.slot[0])[i] - rows_at(&rows, b, rows.force_slot[3])[i];
                for (size_t i = 0; i < rows.chunk && step == 9; i++) /* little beside an earlier row */
                    x[i] = 1e-3f * x[i] + 30 * rows_at(&rows, b, rows.force_slot[5])[i];
            }
        }
        const size_t old = rows.forces;
        for (int pass = 0; pass < 3; pass++) {
            for (size_t b = 0; b < rows.chunks; b++)
                frame_measure(&frame, &rows, b, 0);
            rows_total(&rows, frame_columns(&frame), total);
            frame_solve(&frame, total, pass == 2);
            frame_targets(&frame, &rows, target);
            for (size_t b = 0; b < rows.chunks; b++)
                rows_form(&rows, b, old, frame.new_rows, frame.new_rows, target);
            frame_refine(&frame);
        }
        cr_expect_eq(frame.new_rows, step == 7 ? 1 : 2, "step %u: %zu new rows", step, frame.new_rows);
        if (step == 7) {
            cr_expect_float_eq(frame.coefficient[frame.stride + 3], 2 * frame.coefficient[3] - 1, 1e-4);
            cr_expect_float_eq(frame.coefficient[frame.stride + old] / frame.coefficient[old], 2, 1e-5);
        }
        for (size_t i = 0; i < frame.new_rows; i++)
            rows.force_slot[rows.forces++] = target[i].slot;
    }
    for (size_t i = 0; i < rows.forces; i++)
        for (size_t j = 0; j <= i; j++) {
            double product = 0;
            for (size_t b = 0; b < rows.chunks; b++)
                product += rows_product(&rows, b, rows.force_slot[i], rows.force_slot[j]);
            cr_expect_float_eq(product, i == j, 3e-6, "rows %zu, %zu: %g", i, j, product);
        }
    frame_free(&frame);
    rows_free(&rows);
    free(total);
}

/* ---- forces that change slowly --------------------------------------------------------------------------------- */

static size_t follows; /* steps whose forces are taken from their change */

static enum sgdmft_status advance_and_count(void *state)
{
    const enum sgdmft_status status = conditional_advance(state);
    follows += ((struct conditional *)state)->followed > 0;
    return status;
}

static enum sgdmft_status advance_afresh(void *state)
{
    const enum sgdmft_status status = conditional_advance(state);
    ((struct conditional *)state)->followed = 0;
    return status;
}

/* The change of a force since the last step is a number that rounding alone tells from the force itself. */
Test(conditional, slow_forces_are_followed, .timeout = 60)
{
    const struct sgdmft_run runs[] = {
        given_run("rule", "persistent", "batch", "0.5", "persistence", "20", "engine", "conditional", "paths", "2000",
                  "groups", "2", "steps", "25", "rate", "0.1", "waiting", "0,10", "threads", "1", NULL),
        given_run("rule", "persistent", "batch", "0.5", "persistence", "20", "engine", "conditional", "paths", "2000",
                  "groups", "2", "steps", "25", "rate", "0.1", "replicas", "2", "data", "random", "loss", "hinge2",
                  "waiting", "none", "threads", "1", NULL)};
    struct engine counting = engine_conditional, afresh = engine_conditional;
    counting.advance = advance_and_count;
    afresh.advance = advance_afresh;
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        follows = 0;
        scoped_result *followed = solved_with(&counting, &runs[i]), *made = solved_with(&afresh, &runs[i]);
        cr_expect_geq(follows, 6 * 18, "the test could not tell: %zu steps", follows);
        for (size_t q = 0; q < followed->quantities; q++) {
            const struct sgdmft_quantity *x = &followed->quantity[q], *y = &made->quantity[q];
            for (size_t n = 0; n < x->length; n++)
                cr_expect((isnan(x->mean[n]) && isnan(y->mean[n])) || fabs(x->mean[n] - y->mean[n]) < 2e-5,
                          "run %zu, %s[%zu]: %.9g followed, %.9g afresh", i, x->observable->name, n, x->mean[n],
                          y->mean[n]);
        }
    }
}

/* ---- the response from the steps ------------------------------------------------------------------------------- */

enum { ROWS = 12, WAIT = 4 };

/* Row l of N, its field row and its coefficient: rows and fields in an order that is not that of the steps. */
static size_t force_of(size_t j)
{
    return (5 * j + 3) % ROWS;
}
static size_t field_of(size_t j)
{
    return (7 * j + 2) % ROWS;
}

/* N (lower triangular, packed by hand) and R are chosen, L_j(k) = - sum_l eta_l R(k,l) N_lj is made from them: the
 * substitution must find R again, and chi(k,t_w) = sum over l >= t_w of eta_l R(k,l). */
Test(conditional, response_is_what_made_the_steps, .timeout = 10)
{
    const struct sgdmft_run run = given_run("steps", "12", "waiting", "0,4", NULL);
    struct step_response response;
    double n[ROWS][ROWS] = {{0}}, r[ROWS], eta[ROWS], along[ROWS], found[ROWS], draw[ROWS], chi[2] = {0, 0};
    struct sgdmft_stream stream = sgdmft_stream_open(11, SGDMFT_TEST_SUITE, 0, 0);
    cr_assert(step_response_create(&response, &run));
    for (size_t l = 0; l < ROWS; l++) {
        double coefficient[ROWS] = {0};
        const double scale = 0.5 + 0.1 * (double)l;
        sgdmft_normals(&stream, ROWS, draw);
        for (size_t j = 0; j <= l; j++)
            coefficient[force_of(j)] = j == l ? 1 + draw[j] * draw[j] : draw[j];
        step_response_add(&response, force_of(l), field_of(l), scale, 1, coefficient);
        for (size_t j = 0; j <= l; j++)
            n[l][j] = (0.5 + 0.1 * (double)j) * coefficient[force_of(j)];
    }
    sgdmft_normals(&stream, ROWS, r);
    for (size_t l = 0; l < ROWS; l++) {
        eta[l] = 0.1 + 0.02 * (double)l;
        chi[0] += eta[l] * r[l];
        chi[1] += l >= WAIT ? eta[l] * r[l] : 0;
    }
    for (size_t j = 0; j < ROWS; j++) {
        along[field_of(j)] = 0;
        for (size_t l = j; l < ROWS; l++)
            along[field_of(j)] -= eta[l] * r[l] * n[l][j];
    }
    step_response_row(&response, along, ROWS, eta, found);
    for (size_t l = 0; l < ROWS; l++)
        cr_expect_float_eq(found[l], r[l], 1e-9, "R(k,%zu): %g, not %g", l, found[l], r[l]);
    cr_expect_float_eq(step_response_chi(&response, along, 0), chi[0], 1e-9);
    cr_expect_float_eq(step_response_chi(&response, along, WAIT), chi[1], 1e-9);
    cr_expect(isnan(step_response_chi(&response, along, 7)), "7 is no waiting time");
    step_response_free(&response);
}

/* A step whose force has no row of its own takes the later responses away, and says so. */
Test(conditional, a_response_without_a_row_is_none, .timeout = 10)
{
    const struct sgdmft_run run = given_run("steps", "3", "waiting", "0", NULL);
    struct step_response response;
    const double coefficient[3] = {1, 1, 1}, along[3] = {-1, -1, -1};
    cr_assert(step_response_create(&response, &run));
    step_response_add(&response, 0, 0, 1, 1, coefficient);
    cr_expect_float_eq(step_response_chi(&response, along, 0), 1, 1e-12);
    step_response_add(&response, SIZE_MAX, 1, 1, 1, coefficient);
    cr_expect(isnan(step_response_chi(&response, along, 0)));
    step_response_free(&response);
}

/* Nor has a step without a fresh direction, as in a space that is full. */
Test(conditional, a_response_without_a_direction_is_none, .timeout = 10)
{
    const struct sgdmft_run run = given_run("steps", "3", "waiting", "0", NULL);
    struct step_response response;
    const double coefficient[3] = {1, 1, 1}, along[3] = {-1, -1, -1};
    cr_assert(step_response_create(&response, &run));
    step_response_add(&response, 0, SIZE_MAX, 1, 1, coefficient);
    cr_expect(isnan(step_response_chi(&response, along, 0)));
    step_response_free(&response);
}

/* Two replicas fill the space of the halves twice as fast: 32 directions in 20 dimensions. From the steps, which then
 * have no directions, chi(16,14) would have an error of 8 %. */
Test(conditional, response_of_two_replicas_in_a_small_space, .timeout = 30)
{
    const struct sgdmft_run run = given_run("engine", "conditional", "replicas", "2", "alpha", "5.36", "paths", "800",
                                            "groups", "4", "steps", "16", "rate", "0.018", "batch", "0.2", "loss",
                                            "exponential", "overlap0", "0.5", "ridge", "0.3", "waiting", "14", NULL);
    struct sgdmft_result *result = solved(&run);
    const struct sgdmft_quantity *chi = sgdmft_result_find(result, "two_time", "response");
    cr_expect_float_eq(chi->mean[2], 0.035, 0.0005, "%g(%g)", chi->mean[2], chi->se[2]);
    cr_expect_lt(chi->se[2], 0.02 * chi->mean[2]);
    sgdmft_result_free(result);
}

/* ---- fresh numbers ---------------------------------------------------------------------------------------------- */

/* Coordinates turn, lengths and products stay. */
Test(conditional, exploring_keeps_products, .timeout = 10)
{
    const struct sgdmft_run plain = given_run("rate", "0.1", NULL);
    struct weight_space space;
    struct fresh fresh = {.seed = 3, .part = FRESH_ALONE};
    double coefficient[64], before[6][6];
    cr_assert(weight_space_create(&space, sgdmft_spectrum(&plain), false, 500, 6, 64, 32));
    space.explored = 2;
    for (size_t i = 0; i < 6; i++) {
        fresh.step = (uint32_t)i;
        weight_space_add_force(&space, &fresh);
        weight_space_draw(&space, &fresh, i);
    }
    for (size_t i = 0; i < 6; i++)
        for (size_t j = 0; j < 6; j++)
            before[i][j] = weight_space_dot(&space, i, j);
    cr_expect_float_eq(before[2][2] / 500, 1, 0.25, "|N(0, 1_N)|^2 = %g", before[2][2]);
    const size_t known = space.explored + space.hidden;
    for (size_t i = 0; i < 3; i++)
        cr_expect(weight_space_explore(&space, i, coefficient));
    cr_expect_not(weight_space_explore(&space, 1, coefficient), "it is explored");
    cr_expect_eq(space.explored + space.hidden, known);
    for (size_t i = 0; i < 6; i++)
        for (size_t j = 0; j < 6; j++)
            cr_expect_float_eq(weight_space_dot(&space, i, j), before[i][j], 1e-9);
    weight_space_free(&space);
}

/* The whole's numbers are those of its halves, with the law of its own size. */
Test(conditional, halves_share_their_numbers_with_the_whole, .timeout = 10)
{
    enum { DRAWS = 4000 };
    double square = 0, fourth = 0, product = 0, normal[3];
    for (uint32_t step = 0; step < DRAWS; step++) {
        struct fresh part[3] = {{.seed = 9, .step = step, .part = FRESH_WHOLE},
                                {.seed = 9, .step = step, .part = FRESH_FIRST},
                                {.seed = 9, .step = step, .part = FRESH_SECOND}};
        double chi[3];
        for (size_t p = 0; p < 3; p++) {
            chi[p] = fresh_chi(&part[p], p == 0 ? 50 : 25, 7);
            fresh_normals(&part[p], 1, &normal[p]);
        }
        cr_assert_float_eq(normal[0], M_SQRT1_2 * (normal[1] + normal[2]), 1e-14);
        cr_assert_gt(chi[0] * chi[0], chi[1] * chi[1] + chi[2] * chi[2]);
        square += chi[0] * chi[0] / DRAWS;
        fourth += pow(chi[0], 4) / DRAWS;
        product += chi[1] * chi[1] * chi[2] * chi[2] / DRAWS;
    }
    cr_expect_float_eq(square, 43, 4 * sqrt(2 * 43.0 / DRAWS), "E chi^2 = %g", square);
    cr_expect_float_eq((fourth - square * square) / (2 * 43), 1, 0.1);
    cr_expect_float_eq(product, 18 * 18, 4 * 18 * sqrt(4.0 * 18 / DRAWS));
}

/* ---- size -------------------------------------------------------------------------------------------------------- */

/* 8 P K bytes, and the time of 4 P K^2 bytes until the rows are as many as the examples. */
Test(conditional, size_of_long_runs, .timeout = 10)
{
    struct sgdmft_run run = given_run("engine", "conditional", "steps", "2000", "waiting", "none", NULL);
    const struct sgdmft_estimate one = engine_conditional.estimate(&run, 20000);
    run.steps = 4000;
    const struct sgdmft_estimate twice = engine_conditional.estimate(&run, 20000),
                                 full = engine_conditional.estimate(&run, 512);
    run.steps = 8000;
    const struct sgdmft_estimate longer = engine_conditional.estimate(&run, 512);
    cr_expect(one.bytes > 8 * 20000.0 * 2000 && one.bytes < 1.3 * 8 * 20000.0 * 2000, "%g bytes", one.bytes);
    cr_expect_float_eq(twice.seconds / one.seconds, 4, 0.2);
    cr_expect_float_eq(longer.seconds / full.seconds, 2, 0.2);
    run.steps = 100;
    const double small = engine_conditional.estimate(&run, 20000).bytes;
    run.sharpness_at = (struct sgdmft_steps){.count = 1, .step = {50}};
    cr_expect_gt(engine_conditional.estimate(&run, 20000).bytes, small + 8 * 20000.0 * SHARPNESS_ITERATIONS);
}
