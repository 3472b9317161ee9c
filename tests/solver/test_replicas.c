/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two replicas in the dense engine: closed forms of their distance, a slow twin of (T11), runs in which they cannot
 * part, and what may not depend on them. */
#include "solver/dense/dense.h"
#include "solver/observe/distance.h"
#include "tests/given.h"
#include "tests/linear_form.h"
#include "tests/solver/solved.h"

#include <math.h>
#include <sgdmft/random.h>
#include <sgdmft/solve.h>
#include <string.h>

#define LINEAR                                                                                                         \
    "data", "teacher", "teacher", "linear", "loss", "square", "overlap0", "0.2", "norm0", "1.04", "ridge", "0.5"
#define RANDOM "data", "random", "loss", "hinge2", "kappa", "1", "rate", "0.2"
#define TWO "replicas", "2"

/* Largest relative deviation of the distance from twice the closed form's noise, which is what the norm has more than
 * that of gd. From step 1 on. */
static double linear_deviation(const struct sgdmft_run *run, double *score)
{
    double worst = 0;
    struct sgdmft_run gd = *run;
    for (size_t i = 0; sgdmft_rules[i]; i++)
        if (strcmp(sgdmft_rules[i]->entry.name, "gd") == 0)
            gd.rule = sgdmft_rules[i];
    gd.batch = 1;
    gd.temperature = 0;
    const struct linear_form noisy = linear_form(run), calm = linear_form(&gd);
    scoped_result *result = solved(run);
    const struct sgdmft_quantity *distance = series(result, "distance");
    *score = 0;
    cr_expect_eq(distance->mean[0], 0);
    for (long k = 1; k <= run->steps; k++) {
        const double exact = 2 * (noisy.norm[k] - calm.norm[k]);
        worst = fmax(worst, fabs(distance->mean[k] / exact - 1));
        *score = fmax(*score, fabs(distance->mean[k] - exact) / (distance->se[k] + 1e-9 * exact));
    }
    return worst;
}

Test(replicas, linear_sgd_within_its_error, .timeout = 60)
{
    double score;
    const struct sgdmft_run run =
        given_run(LINEAR, TWO, "rule", "sgd", "batch", "0.3", "steps", "40", "paths", "8192", "groups", "16", NULL);
    const double deviation = linear_deviation(&run, &score);
    cr_expect_lt(deviation, 0.02, "%g", deviation);
    cr_expect_lt(score, 4, "%g standard errors", score);
}

Test(replicas, linear_langevin_is_exact, .timeout = 60)
{
    double score;
    const struct sgdmft_run run =
        given_run(LINEAR, TWO, "rule", "langevin", "temperature", "0.3", "steps", "60", "paths", "1024", "groups", "2",
                  NULL); /* all innovations orthogonal: less than half of the paths */
    cr_expect_lt(linear_deviation(&run, &score), 1e-8, "%g", linear_deviation(&run, &score));
}

/* Long after the start the replicas of a convex run at temperature T are as far apart as two late times of one. */
Test(replicas, langevin_distance_is_twice_the_fluctuation, .timeout = 60)
{
    const struct sgdmft_run run =
        given_run(RANDOM, TWO, "rule", "langevin", "temperature", "0.5", "ridge", "0.3", "alpha", "2", "steps", "70",
                  "waiting", "35", "paths", "2048", "groups", "4", NULL);
    scoped_result *result = solved(&run);
    const size_t last = result->steps - 1;
    const struct sgdmft_quantity *correlation = sgdmft_result_find(result, "two_time", "correlation");
    const double q = correlation->mean[correlation->length - 1], norm = series(result, "norm")->mean[last];
    const double distance = series(result, "distance")->mean[last];
    cr_expect_float_eq(distance / (2 * (norm - q)), 1, 0.02, "%g against %g", distance, 2 * (norm - q));
    cr_expect_gt(distance, 0.3);
}

Test(replicas, without_noise_they_do_not_part, .timeout = 60)
{
    const struct sgdmft_run set[] = {
        given_run(RANDOM, TWO, "rule", "gd", "steps", "60", "paths", "512", "groups", "2", NULL),
        given_run(RANDOM, TWO, "rule", "sgd", "batch", "1", "steps", "30", "paths", "512", "groups", "2", NULL),
        given_run("data", "mixture3", "link", "door", "rule", "gd", "overlap0", "0.2", TWO, "steps", "60", "paths",
                  "512", "groups", "2", "constraint", "sphere", NULL)};
    for (size_t i = 0; i < sizeof set / sizeof *set; i++) {
        scoped_result *result = solved(&set[i]);
        for (size_t k = 0; k < result->steps; k++)
            cr_assert_eq(series(result, "distance")->mean[k], 0, "run %zu, step %zu: %g", i, k,
                         series(result, "distance")->mean[k]);
    }
}

/* A second replica changes nothing but the sampling of the first. */
Test(replicas, same_law_as_one_path, .timeout = 60)
{
    const struct sgdmft_run two = given_run(RANDOM, TWO, "rule", "persistent", "batch", "0.3", "persistence", "1",
                                            "steps", "40", "paths", "4096", "groups", "16", NULL);
    struct sgdmft_run one = two;
    one.replicas = 1;
    scoped_result *a = solved(&one), *b = solved(&two);
    static const char *const name[] = {"norm", "train_loss", "train_error"};
    cr_expect_null(sgdmft_result_find(a, "series", "distance"));
    for (size_t q = 0; q < 3; q++)
        for (size_t k = 1; k < a->steps; k += 3) {
            const struct sgdmft_quantity *x = series(a, name[q]), *y = series(b, name[q]);
            const double se = hypot(x->se[k], y->se[k]) + 1e-12;
            cr_expect_lt(fabs(x->mean[k] - y->mean[k]) / se, 4, "%s at %zu: %g and %g", name[q], k, x->mean[k],
                         y->mean[k]);
        }
}

/* More replicas say nothing new about a pair. */
Test(replicas, any_number_is_two, .timeout = 60)
{
    const struct sgdmft_run two = given_run(RANDOM, TWO, "steps", "20", "paths", "256", "groups", "2", NULL);
    struct sgdmft_run many = two;
    many.replicas = 32;
    scoped_result *a = solved(&two), *b = solved(&many);
    for (size_t k = 0; k < a->steps; k++)
        cr_expect_eq(series(a, "distance")->mean[k], series(b, "distance")->mean[k]);
}

Test(replicas, same_bits_for_any_threads, .timeout = 60)
{
    for (int groups = 1; groups <= 2; groups++) {
        struct sgdmft_run one =
            given_run(RANDOM, TWO, "steps", "10", "paths", "416", "groups", "2", "threads", "1", NULL);
        one.groups = groups;
        struct sgdmft_run two = one;
        two.threads = 2;
        scoped_result *a = solved(&one), *b = solved(&two);
        for (size_t k = 0; k < a->steps; k++)
            cr_expect_eq(series(a, "distance")->mean[k], series(b, "distance")->mean[k], "groups %d, step %zu", groups,
                         k);
    }
}

Test(replicas, on_the_sphere, .timeout = 60)
{
    const struct sgdmft_run run = given_run(RANDOM, TWO, "constraint", "sphere", "batch", "0.3", "alpha", "2", "steps",
                                            "40", "paths", "2048", "groups", "8", NULL);
    scoped_result *result = solved(&run);
    const struct sgdmft_quantity *raw = series(result, "distance"), *normalised = series(result, "distance_normalised");
    for (size_t k = 1; k < result->steps; k++) {
        cr_expect_float_eq(raw->mean[k], normalised->mean[k], 1e-12);
        cr_expect(raw->mean[k] > 0 && raw->mean[k] < 2, "step %zu: %g", k, raw->mean[k]);
    }
}

/* ---- slow twins ------------------------------------------------------------------------------------- */

enum { STEPS = 12, PATHS = 256 };

/* History of a group of paths, and C12 from it by (T11) term by term, m = 0. */
struct twin {
    double Gamma[STEPS][STEPS], M[STEPS][STEPS], C[STEPS + 1][STEPS + 1], eta[STEPS];
};

static void twin_advance(struct twin *twin, const struct dense *dense, const struct sgdmft_run *run, int k)
{
    const size_t n = (size_t)run->steps + 1;
    const double *R = dense->dyson.R, eta = twin->eta[k], keep = 1 - eta * run->ridge;
    double A[STEPS] = {0}, a[STEPS] = {0}, Q = twin->M[k][k];
    for (int l = 0; l <= k; l++) {
        for (int j = 0; j < l; j++)
            a[l] -= R[(size_t)l * n + (size_t)j] * twin->eta[j] * twin->M[k][j];
        A[l] = a[l];
        for (int j = 0; j <= k; j++)
            A[l] += twin->Gamma[k][j] * twin->C[j][l];
        twin->C[k + 1][l] = twin->C[l][k + 1] = keep * twin->C[k][l] - eta * A[l];
    }
    for (int j = 0; j <= k; j++)
        Q += twin->Gamma[k][j] * (A[j] + a[j]);
    twin->C[k + 1][k + 1] = keep * keep * twin->C[k][k] - 2 * keep * eta * A[k] + eta * eta * Q;
}

/* Largest deviation of the engine's M12 and C12 from the twin's; both averages over s, or neither. */
static double twin_deviation(const struct sgdmft_run *run)
{
    static struct twin twin;
    const struct engine_group group = {.run = run, .paths = PATHS, .threads = 1};
    struct dense *dense = engine_dense.start(&group);
    struct engine_values values;
    const size_t n = (size_t)run->steps + 1;
    double worst = 0;
    cr_assert_not_null(dense);
    memset(&twin, 0, sizeof twin);
    twin.C[0][0] = run->norm0;
    for (int k = 0; k < STEPS; k++) {
        engine_dense.evaluate(dense, &values);
        double now[2 * PATHS], mean[2 * PATHS];
        twin.eta[k] = sgdmft_rate(run, k);
        for (size_t i = 0; i < 2 * PATHS; i++) {
            now[i] = dense->g[(size_t)k * 2 * PATHS + i];
            mean[i] = dense->ensemble.reaction.averages ? dense->ensemble.reaction.mean_g[i] : now[i];
        }
        for (int l = 0; l <= k; l++) {
            const double *past = l == k ? mean : dense->g + (size_t)l * 2 * PATHS;
            double sum = 0;
            for (size_t i = 0; i < PATHS; i++)
                sum += 0.5 * (mean[i] * past[PATHS + i] + mean[PATHS + i] * past[i]);
            twin.M[k][l] = run->alpha * sum / PATHS;
        }
        engine_dense.advance(dense);
        for (int l = 0; l <= k; l++) {
            twin.Gamma[k][l] = dense->dyson.Gamma[l];
            if (dense->ensemble.reaction.averages)
                worst = fmax(worst, fabs(twin.M[k][l] - dense->dyson.cross.M[(size_t)k * n + (size_t)l]));
        }
        twin_advance(&twin, dense, run, k);
        for (int l = 0; l <= k + 1; l++)
            worst = fmax(worst, fabs(twin.C[k + 1][l] - dense->dyson.cross.C[(size_t)(k + 1) * n + (size_t)l]));
    }
    engine_dense.finish(dense);
    return worst;
}

Test(replicas, slow_twin_of_the_cross_correlation, .timeout = 60)
{
    static const char *const set[][4] = {{"rule", "sgd", "batch", "0.3"},
                                         {"rule", "persistent", "batch", "0.4"},
                                         {"rule", "reshuffle", "batch", "0.25"},
                                         {"rule", "langevin", "temperature", "0.4"}};
    for (size_t i = 0; i < sizeof set / sizeof *set; i++) {
        const struct sgdmft_run run =
            given_run(RANDOM, TWO, "steps", "12", "alpha", "1.5", set[i][0], set[i][1], set[i][2], set[i][3], NULL);
        const double deviation = twin_deviation(&run);
        cr_expect_lt(deviation, 1e-11, "%s: %g", set[i][1], deviation);
    }
}

/* Same examples, batches of their own with the exact number of members. */
Test(replicas, batches_of_their_own, .timeout = 20)
{
    static const char *const rule[] = {"sgd", "persistent", "reshuffle"};
    for (size_t j = 0; j < 3; j++) {
        const struct sgdmft_run run =
            given_run("data", "teacher", "loss", "hinge2", "rule", rule[j], "batch", "0.25", TWO, NULL);
        const struct engine_group group = {.run = &run, .paths = 1024, .threads = 1};
        SCOPED_BY(paths_free) struct paths paths;
        cr_assert(paths_create(&paths, &group, 4));
        cr_assert_eq(paths.all, 2048);
        size_t both = 0, first = 0, second = 0;
        for (long k = 0; k < 40; k++) {
            paths_select(&paths, k, NULL);
            for (size_t i = 0; i < 1024; i++) {
                cr_assert(paths.u[i] == paths.u[i + 1024] && paths.y[i] == paths.y[i + 1024]);
                first += paths.selected[i];
                second += paths.selected[i + 1024];
                both += paths.selected[i] && paths.selected[i + 1024];
            }
        }
        cr_expect_float_eq((double)first / 40960, 0.25, 0.003, "%s", rule[j]);
        cr_expect_float_eq((double)second / 40960, 0.25, 0.003, "%s", rule[j]);
        cr_expect_float_eq((double)both / 40960, 0.0625, 0.006, "%s: %g", rule[j], (double)both / 40960);
    }
}

/* How many of n examples are in the batches of both replicas when these have the same forces, over many draws: mean
 * and variance of an example. */
static void joint(const struct sgdmft_run *run, size_t n, double *mean, double *variance)
{
    enum { DRAWS = 200, MOST = 2048 };
    static double key[2 * MOST];
    const struct engine_group group = {.run = run, .paths = n, .threads = 1};
    SCOPED_BY(paths_free) struct paths paths;
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++)
        key[i] = key[n + i] = sin(1 + (double)(i * i));
    cr_assert(paths_create(&paths, &group, 4));
    for (long draw = 0; draw < DRAWS; draw++) {
        double both = 0;
        paths_select(&paths, run->rule->epochs ? 4 * draw : draw, key);
        for (size_t i = 0; i < n; i++)
            both += paths.selected[i] && paths.selected[n + i];
        sum += both;
        squares += both * both;
    }
    *mean = sum / DRAWS / (double)n;
    *variance = (squares / DRAWS - sum / DRAWS * (sum / DRAWS)) / (double)n;
}

/* Independent given the forces: b^2 of the examples are in both batches, with a variance of order b^2 (1-b)^2 an
 * example for any number of them. Its estimate has a standard deviation of 10 %, of 12 % for a chain with memory. */
Test(replicas, batches_independent_given_the_forces, .timeout = 20)
{
    static const char *const set[][2] = {
        {"sgd", "0.25"}, {"sgd", "0.3"}, {"sgd", "0.5"}, {"persistent", "0.5"}, {"reshuffle", "0.25"}};
    for (size_t j = 0; j < sizeof set / sizeof *set; j++) {
        const struct sgdmft_run run = given_run("loss", "hinge2", "rate", "0.4", "steps", "2000", TWO, "rule",
                                                set[j][0], "batch", set[j][1], NULL);
        const double b = run.batch, alone = b * b * (1 - b) * (1 - b);
        double mean[2], variance[2];
        joint(&run, 256, &mean[0], &variance[0]);
        joint(&run, 2048, &mean[1], &variance[1]);
        for (int i = 0; i < 2; i++) {
            const double se = sqrt(1.5 * variance[i] / (200.0 * (i ? 2048 : 256)));
            cr_expect_lt(fabs(mean[i] - b * b), 4 * se, "%s %s: %g of the examples, not %g(%.2g)", set[j][0], set[j][1],
                         mean[i], b * b, se);
        }
        cr_expect(variance[1] / variance[0] > 0.6 && variance[1] / variance[0] < 1.6,
                  "%s %s: variance an example %g and %g", set[j][0], set[j][1], variance[0], variance[1]);
        cr_expect(variance[1] > 0.8 * alone && variance[1] < 3 * alone, "%s %s: %g times that of plain draws",
                  set[j][0], set[j][1], variance[1] / alone);
    }
}

/* Each path is in the batch with probability b, and of the paths up to any place of the order the share b up to one. */
Test(replicas, batches_even_along_the_forces, .timeout = 20)
{
    enum { N = 256, DRAWS = 2000 };
    static double key[2 * N], times[2 * N];
    for (size_t i = 0; i < 2 * N; i++)
        key[i] = (double)(i % N);
    for (size_t j = 0; j < 2; j++) {
        const struct sgdmft_run run = given_run("loss", "hinge2", "rule", "sgd", "batch", j ? "0.3" : "0.5", TWO, NULL);
        const struct engine_group group = {.run = &run, .paths = N, .threads = 1};
        SCOPED_BY(paths_free) struct paths paths;
        double chi2 = 0, worst = 0;
        memset(times, 0, sizeof times);
        cr_assert(paths_create(&paths, &group, 4));
        for (long k = 0; k < DRAWS; k++) {
            paths_select(&paths, k, key);
            double members[2] = {0, 0};
            for (size_t i = 0; i < N; i++)
                for (size_t replica = 0; replica < 2; replica++) {
                    times[replica * N + i] += paths.selected[replica * N + i];
                    members[replica] += paths.selected[replica * N + i];
                    worst = fmax(worst, fabs(members[replica] - run.batch * (double)(i + 1)));
                }
        }
        for (size_t i = 0; i < 2 * N; i++)
            chi2 += pow(times[i] - DRAWS * run.batch, 2) / (DRAWS * run.batch * (1 - run.batch)) / (2 * N);
        cr_expect_lt(worst, 1 + 1e-9, "b %g: %g too many or too few", run.batch, worst);
        cr_expect(chi2 > 0.75 && chi2 < 1.25, "b %g: %g", run.batch, chi2); /* .0625 is one standard deviation */
    }
}

/* Scatter of the distance over seeds at two steps, pooled and relative to its mean, and over what is quoted. */
static double scatter(struct sgdmft_run run, long paths, double *over_quoted)
{
    enum { SEEDS = 20 };
    static const size_t at[2] = {2, 4};
    double sum = 0, quoted = 0;
    run.paths = paths;
    double mean[SEEDS][2], average[2] = {0, 0};
    for (size_t s = 0; s < SEEDS; s++) {
        run.seed = 300 + s;
        scoped_result *result = solved(&run);
        for (size_t i = 0; i < 2; i++) {
            mean[s][i] = series(result, "distance")->mean[at[i]];
            average[i] += mean[s][i] / SEEDS;
            quoted += pow(series(result, "distance")->se[at[i]] / mean[s][i], 2) / SEEDS;
        }
    }
    for (size_t s = 0; s < SEEDS; s++)
        for (size_t i = 0; i < 2; i++)
            sum += pow(mean[s][i] / average[i] - 1, 2) / (SEEDS - 1);
    *over_quoted = sqrt(sum / quoted);
    return sqrt(sum / 2);
}

/* Sixteen times the paths: a quarter of the scatter, within the 1.9 that 20 seeds leave at 4 standard deviations of
 * an F ratio with 19 and 19 degrees of freedom; and as much as is quoted, within 1.5. */
Test(replicas, distance_converges_with_the_paths, .timeout = 120)
{
    static const char *const set[][8] = {{"teacher", "linear", "loss", "square", "rule", "sgd", "batch", "0.25"},
                                         {"loss", "hinge2", "kappa", "1", "rule", "persistent", "batch", "0.3"},
                                         {"loss", "hinge2", "kappa", "1", "rule", "sgd", "batch", "0.5"},
                                         {"loss", "hinge2", "kappa", "1", "rule", "reshuffle", "batch", "0.25"}};
    for (size_t i = 0; i < sizeof set / sizeof *set; i++)
        for (int engine = 1; engine <= (i == 0 ? 2 : 1); engine++) { /* their paths are drawn alike */
            struct sgdmft_run run = given_run("alpha", "0.7", "rate", "0.3", "steps", "4", TWO, set[i][0], set[i][1],
                                              set[i][2], set[i][3], set[i][4], set[i][5], set[i][6], set[i][7], NULL);
            double few_over, many_over;
            run.engine = engine;
            const double few = scatter(run, 256, &few_over), many = scatter(run, 4096, &many_over);
            cr_expect(few / many > 4 / 1.9 && few / many < 4 * 1.9, "run %zu, engine %d: scatter %g and %g", i, engine,
                      few, many);
            cr_expect(few_over > 1 / 1.5 && few_over < 1.5, "run %zu, engine %d: %g times what is quoted", i, engine,
                      few_over);
            cr_expect(many_over > 1 / 1.5 && many_over < 1.5, "run %zu, engine %d: %g times what is quoted", i, engine,
                      many_over);
        }
}

/* Groups whose two estimates are independent normals of equal spread: the error quoted for their mean is its scatter.
 * In TRIALS trials their ratio has the standard deviation 1/sqrt(TRIALS) at the most. */
Test(replicas, weights_do_not_flatter_the_error, .timeout = 20)
{
    enum { TRIALS = 2000, GROUPS = 4 };
    const struct sgdmft_run run = given_run(RANDOM, TWO, "steps", "1", "paths", "128", "groups", "4", NULL);
    scoped_result *result = solved(&run);
    struct sgdmft_stream stream = sgdmft_stream_open(5, SGDMFT_TEST_SUITE, 7, 0);
    struct distances distances;
    double scatter = 0, quoted = 0, sum = 0;
    cr_assert(distances_create(&distances, result));
    for (size_t trial = 0; trial < TRIALS; trial++) {
        double x[2 * GROUPS];
        sgdmft_normals(&stream, 2 * GROUPS, x);
        for (size_t g = 0; g < GROUPS; g++)
            distances_record(&distances, g, 1, 10 + x[2 * g], 10 + x[2 * g + 1]);
        distances_combine(&distances, result);
        sgdmft_result_reduce(result);
        sum += (series(result, "distance")->mean[1] - 10) / TRIALS;
        scatter += pow(series(result, "distance")->mean[1] - 10, 2);
        quoted += pow(series(result, "distance")->se[1], 2);
    }
    cr_expect_float_eq(sqrt(scatter / quoted), 1, 4 / sqrt(TRIALS), "%g times what is quoted", sqrt(scatter / quoted));
    cr_expect_lt(fabs(sum), 4 * sqrt(scatter) / TRIALS);
    distances_free(&distances);
}

Test(replicas, memory_is_estimated, .timeout = 20)
{
    const struct sgdmft_run one = given_run("steps", "100", "paths", "4000", NULL);
    struct sgdmft_run two = one;
    struct sgdmft_estimate a, b;
    const char *engine;
    two.replicas = 2;
    cr_assert_eq(sgdmft_solve_estimate(&one, &a, &engine, NULL), SGDMFT_OK);
    cr_assert_eq(sgdmft_solve_estimate(&two, &b, &engine, NULL), SGDMFT_OK);
    cr_expect(b.bytes > 1.8 * a.bytes && b.bytes < 3 * a.bytes, "%g and %g", a.bytes, b.bytes);
    cr_expect_gt(b.seconds, 1.8 * a.seconds);
}
