/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quoted errors against the scatter over seeds, of every series of every engine that steps, and what is known without
 * error. Independent groups make the mean square of the quoted error the variance of the mean, whatever the law of a
 * group. With Gaussian groups the ratio of the two, SEEDS - 1 over SEEDS (groups - 1) degrees of freedom, is F; half
 * its logarithm has the standard deviation .12 here. */
#include "solver/run/engine.h"
#include "solver/observe/generalization.h"
#include "tests/given.h"
#include "tests/solver/solved.h"

#include <math.h>
#include <sgdmft/solve.h>
#include <string.h>

enum { SEEDS = 40, LAST = 22 };
static const long steps[] = {0, 1, 2, 5, 20, LAST};
#define STEPS (sizeof steps / sizeof *steps)
#define ONE 0.6    /* largest |log(scatter/quoted)| of one number: five standard deviations */
#define POOLED 0.2 /* of its mean over the runs of an engine: four, if all numbers of a run were one */

/* Texts of a run, up to a NULL; the number of paths makes groups that are no larger than their engine's care needs. */
#define TEXTS 18
static const char *const runs[][TEXTS] = {
    {"paths", "512", "loss", "logistic", "batch", "0.3", "label_noise", "0.1"},
    {"paths", "256", "data", "random", "loss", "hinge2", "kappa", "1", "rule", "persistent", "batch", "0.25", "alpha",
     "0.7", "replicas", "2"},
    {"paths", "256", "teacher", "linear", "loss", "square", "alpha", "0.7", "rate", "0.3", "batch", "0.25", "replicas",
     "2"},
    {"paths", "256", "data", "mixture2", "rule", "reshuffle", "cluster_variance", "0.5", "loss", "hinge2", "kappa", "1",
     "replicas", "2"},
    {"paths", "512", "teacher", "abs", "loss", "square", "link", "door", "rule", "langevin", "temperature", "0.2",
     "rate", "0.02", "overlap0", "0.3"},
    {"paths", "256", "data", "random", "loss", "logistic", "constraint", "sphere", "batch", "0.5"}};
#define RUNS (sizeof runs / sizeof *runs)

static struct sgdmft_run run_of(const char *const text[TEXTS], long engine)
{
    scoped_settings *settings = sgdmft_settings_create();
    struct sgdmft_error error = {0};
    struct sgdmft_run run;
    static const char *const shared[] = {"steps", "22", "groups", "8", "threads", "1"};
    for (size_t i = 0; i < sizeof shared / sizeof *shared; i += 2)
        cr_assert_eq(sgdmft_settings_set(settings, shared[i], shared[i + 1], &error), SGDMFT_OK, "%s", error.text);
    for (size_t i = 0; i < TEXTS && text[i]; i += 2)
        cr_assert_eq(sgdmft_settings_set(settings, text[i], text[i + 1], &error), SGDMFT_OK, "%s", error.text);
    cr_assert_eq(sgdmft_run_resolve(settings, &run, NULL, &error), SGDMFT_OK, "%s", error.text);
    run.engine = (int)engine + 1;
    run.order = 2;
    return run;
}

static bool supported(const struct sgdmft_run *run)
{
    struct sgdmft_estimate estimate;
    const char *engine;
    return sgdmft_solve_estimate(run, &estimate, &engine, NULL) == SGDMFT_OK;
}

/* log(scatter/quoted) of one number over the seeds; NaN where both vanish, or where there is nothing to measure. */
static double log_ratio(struct sgdmft_result *const *result, size_t q, size_t at)
{
    double mean = 0, scatter = 0, quoted = 0, scale = 0;
    for (size_t s = 0; s < SEEDS; s++) {
        const struct sgdmft_quantity *quantity = &result[s]->quantity[q];
        mean += quantity->mean[at] / SEEDS;
        quoted += quantity->se[at] * quantity->se[at] / SEEDS;
        for (size_t k = 0; k < quantity->length; k++)
            scale = fmax(scale, fabs(quantity->mean[k]));
    }
    for (size_t s = 0; s < SEEDS; s++)
        scatter += pow(result[s]->quantity[q].mean[at] - mean, 2) / (SEEDS - 1);
    const double rounding = 1e-24 * scale * scale;
    if (isnan(quoted) || (quoted <= rounding && scatter <= rounding))
        return (double)NAN;
    return log(scatter / quoted) / 2;
}

struct pool {
    double sum, count;
};

static void hold(const char *engine, size_t number, struct sgdmft_result *const *result, struct pool *pool)
{
    for (size_t q = 0; q < result[0]->quantities; q++)
        for (size_t i = 0; i < STEPS && strcmp(result[0]->quantity[q].observable->group, "series") == 0; i++) {
            const double ratio = log_ratio(result, q, (size_t)steps[i]);
            if (isnan(ratio))
                continue;
            cr_expect_lt(fabs(ratio), ONE, "%s, run %zu, %s at step %ld: scatter is %.3g times what is quoted", engine,
                         number, result[0]->quantity[q].observable->name, steps[i], exp(ratio));
            pool->sum += ratio;
            pool->count++;
        }
}

Test(quoted_errors, are_the_scatter_over_seeds, .timeout = 120)
{
    struct sgdmft_result *result[SEEDS];
    for (long engine = 0; engines[engine]; engine++) {
        if (engines[engine]->fresh) /* nothing is sampled */
            continue;
        struct pool pool = {0, 0};
        for (size_t i = 0; i < RUNS && !engines[engine]->solve; i++) {
            struct sgdmft_run run = run_of(runs[i], engine);
            if (!supported(&run))
                continue;
            for (size_t s = 0; s < SEEDS; s++) {
                run.seed = 1000 + s;
                result[s] = solved(&run);
            }
            hold(engines[engine]->entry.name, i, result, &pool);
            for (size_t s = 0; s < SEEDS; s++)
                sgdmft_result_free(result[s]);
        }
        if (engines[engine]->solve)
            continue;
        cr_expect_gt(pool.count, 100, "%s: %g numbers", engines[engine]->entry.name, pool.count);
        cr_expect_lt(fabs(pool.sum / pool.count), POOLED, "%s: scatter is %.3g times what is quoted",
                     engines[engine]->entry.name, exp(pool.sum / pool.count));
    }
}

/* The same number, or not measured in both. */
static bool same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static const char *const starts[][TEXTS] = {
    {"overlap0", "0.3", "norm0", "0.7", "label_noise", "0.1"},
    {"norm0", "100"},
    {"data", "mixture3", "link", "door", "loss", "hinge2", "kappa", "1", "overlap0", "0.1", "norm0", "0.1",
     "label_noise", "0.2"},
    {"teacher", "linear", "loss", "square", "label_noise", "0.3", "norm0", "0.3", "replicas", "2"},
    {"teacher", "abs", "loss", "phase", "constraint", "sphere", "overlap0", "0.2", "rate", "0.01"},
    {"data", "random", "targets", "gaussian", "loss", "square"},
    {"covariance_spectrum", "0.5:1,2:1:3", "overlap0", "0.2", "norm0", "0.7", "label_noise", "0.1"},
    {"rule", "flow", "loss", "hinge2", "kappa", "1", "overlap0", "0.2"},
    {"norm0", "0", "label_noise", "0.2"}};
#define STARTS (sizeof starts / sizeof *starts)

/* Numbers of groups whose sums and means round. */
static const long groups[] = {3, 8};

static void expect_known(const struct sgdmft_run *run, const struct sgdmft_result *result, size_t number)
{
    static const char *const known[] = {"overlap", "norm", "train_loss", "train_error", "test_loss", "test_error"};
    const double loss = series(result, "train_loss")->mean[0], error = series(result, "train_error")->mean[0];
    for (size_t q = 0; q < sizeof known / sizeof *known; q++)
        if (!isnan(series(result, known[q])->mean[0]))
            cr_expect_eq(series(result, known[q])->se[0], 0, "run %zu, %s: %g", number, known[q],
                         series(result, known[q])->se[0]);
    cr_expect_eq(series(result, "overlap")->mean[0], run->overlap0, "run %zu", number);
    cr_expect_eq(series(result, "norm")->mean[0], run->norm0, "run %zu", number);
    cr_expect_eq(loss, series(result, "test_loss")->mean[0], "run %zu", number);
    cr_expect(same(error, series(result, "test_error")->mean[0]), "run %zu", number);
    if (!sgdmft_result_find(result, "series", "train_loss_clean"))
        return;
    const double p = run->label_noise;
    const double parts =
        (1 - p) * series(result, "train_loss_clean")->mean[0] + p * series(result, "train_loss_flipped")->mean[0];
    const double wrong =
        (1 - p) * series(result, "train_error_clean")->mean[0] + p * series(result, "train_error_flipped")->mean[0];
    cr_expect_float_eq(parts, loss, 1e-12 * loss, "run %zu: %.15g", number, parts);
    cr_expect_float_eq(wrong, error, 1e-12, "run %zu: %.15g", number, wrong);
    cr_expect_eq(series(result, "train_loss_flipped")->se[0], 0);
}

Test(quoted_errors, nothing_is_uncertain_at_the_start, .timeout = 60)
{
    for (long engine = 0; engines[engine]; engine++)
        for (size_t i = 0; i < STARTS && !engines[engine]->solve; i++)
            for (size_t g = 0; g < sizeof groups / sizeof *groups; g++) {
                struct sgdmft_run run = run_of(starts[i], engine);
                run.groups = groups[g];
                run.paths = 32 * groups[g];
                run.steps = 2;
                if (!supported(&run))
                    continue;
                scoped_result *result = solved(&run);
                expect_known(&run, result, i);
            }
}

/* Mean and standard error over groups of the averages over their paths at the start, and what is printed for them. */
static void start_of(const struct engine *engine, const struct sgdmft_run *run, double mean[2], double se[2],
                     double exact[2])
{
    enum { GROUPS = 12 };
    double value[GROUPS][2];
    struct generalization *fresh = generalization_create(run);
    mean[0] = mean[1] = se[0] = se[1] = 0;
    for (uint32_t g = 0; g < GROUPS; g++) {
        const struct engine_group group = {.run = run, .number = g, .paths = 512, .threads = 1};
        struct engine_values values;
        void *state = engine->start(&group);
        cr_assert(state && fresh);
        engine->evaluate(state, &values);
        double overlap = values.overlap, field = values.norm;
        if (engine->field_moments)
            engine->field_moments(state, &overlap, &field);
        generalization_evaluate_field(fresh, values.overlap, overlap, field, &exact[0], &exact[1]);
        value[g][0] = values.train_loss;
        value[g][1] = values.train_error;
        engine->finish(state);
    }
    for (int j = 0; j < 2; j++) {
        for (size_t g = 0; g < GROUPS; g++)
            mean[j] += value[g][j] / GROUPS;
        for (size_t g = 0; g < GROUPS; g++)
            se[j] += pow(value[g][j] - mean[j], 2) / (GROUPS * (GROUPS - 1));
        se[j] = sqrt(se[j]);
    }
    generalization_free(fresh);
}

/* Values of the start are those of the paths, within their error and a bias of order 1/paths. */
Test(quoted_errors, the_start_is_that_of_the_paths, .timeout = 60)
{
    for (long engine = 0; engines[engine]; engine++)
        for (size_t i = 0; i < STARTS && !engines[engine]->solve; i++) {
            struct sgdmft_run run = run_of(starts[i], engine);
            double mean[2], se[2], exact[2];
            run.steps = 1;
            if (run.rule->continuous || !supported(&run))
                continue;
            start_of(engines[engine], &run, mean, se, exact);
            for (int j = 0; j < 2; j++)
                if (!isnan(exact[j]))
                    cr_expect_leq(fabs(mean[j] - exact[j]), 5 * se[j] + 2e-4 * exact[j],
                                  "%s, run %zu: %g(%.2g) against %g", engines[engine]->entry.name, i, mean[j], se[j],
                                  exact[j]);
        }
}
