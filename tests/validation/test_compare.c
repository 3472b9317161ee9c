/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Observables that are compared, the allowance, refusals, and the three formats. */
#include "models/result/result_allocate.h"
#include "models/result/sharpness_series.h"
#include "tests/validation/synthetic.h"
#include "tests/two_results.h"

#include <gsl/gsl_errno.h>
#include <jansson.h>
#include <stdlib.h>

static void quiet_gsl(void)
{
    gsl_set_error_handler_off();
}
TestSuite(compare, .init = quiet_gsl, .timeout = 20);

static const struct synthetic plain = {.noise = .004, .correlation = .9, .seed = 7};

struct pair {
    struct sgdmft_run run;
    struct sgdmft_result *theory, *simulation;
};

#define PAIR "steps", "300", "waiting", "0,20", "groups", "8", "runs", "6", "dim", "1000"

static struct pair pair_of_run(const struct sgdmft_run *run)
{
    struct pair pair = {.run = *run};
    pair.theory = synthetic_result(&pair.run, SGDMFT_THEORY, &plain);
    pair.simulation = synthetic_result(&pair.run, SGDMFT_SIMULATION, &plain);
    return pair;
}

static struct pair pair_of(long steps)
{
    struct sgdmft_run run = given_run(PAIR, NULL);
    run.steps = steps;
    return pair_of_run(&run);
}

static void pair_free(struct pair *pair)
{
    sgdmft_result_free(pair->theory);
    sgdmft_result_free(pair->simulation);
}

/* Rows of an observable; *last is its last row. */
static size_t rows_of(const struct sgdmft_comparison *comparison, const char *name,
                      const struct sgdmft_comparison_row **last)
{
    size_t count = 0;
    for (size_t i = 0; i < comparison->count; i++)
        if (strcmp(comparison->row[i].name, name) == 0) {
            count++;
            *last = &comparison->row[i];
        }
    return count;
}

Test(compare, about_twelve_steps_of_each_observable)
{
    static const char *const names[] = {"overlap",   "norm",       "train_loss",       "train_error",
                                        "test_loss", "test_error", "correlation(k,0)", "correlation(k,20)"};
    SCOPED_BY(pair_free) struct pair pair = pair_of(300);
    scoped_comparison *comparison = compared(pair.theory, pair.simulation);
    size_t total = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct sgdmft_comparison_row *last = NULL;
        const size_t count = rows_of(comparison, names[i], &last);
        cr_expect(count >= 10 && count <= 13, "%s: %zu", names[i], count);
        cr_assert_not_null(last);
        cr_expect(last->step > 290, "%s ends at %ld", names[i], last->step); /* lags beyond 200 are thinned */
        total += count;
    }
    cr_expect_eq(total, comparison->count);
    cr_expect(comparison->pass, "%g", comparison->max_abs_z_after);
    for (size_t i = 0; i < comparison->count; i++) {
        const struct sgdmft_comparison_row *row = &comparison->row[i];
        const bool fixed = strcmp(row->name, "overlap") == 0 || strcmp(row->name, "norm") == 0;
        cr_expect(!fixed || row->step > 0);
        if (i > 0 && strcmp(row->name, comparison->row[i - 1].name) == 0)
            cr_expect(row->step > comparison->row[i - 1].step);
        if (strcmp(row->name, "norm") == 0) {
            cr_expect_float_eq(row->theory, synthetic_truth("norm", .1 * (double)row->step), .03);
            cr_expect_float_eq(row->allowance, 2e-3 * row->theory, 1e-12);
        }
    }
    cr_expect(comparison->max_relative_error > .004 && comparison->max_relative_error < .02, "%g",
              comparison->max_relative_error);
}

/* The same rows whichever comes first. */
Test(compare, order_does_not_matter)
{
    SCOPED_BY(pair_free) struct pair pair = pair_of(300);
    scoped_comparison *a = compared(pair.theory, pair.simulation), *b = compared(pair.simulation, pair.theory);
    cr_assert_eq(a->count, b->count);
    for (size_t i = 0; i < a->count; i++)
        cr_expect(memcmp(&a->row[i], &b->row[i], sizeof a->row[i]) == 0);
}

Test(compare, names_the_parameter_that_differs)
{
    static const char *const names[] = {"alpha", "rate", "batch", "ridge", "overlap0"};
    SCOPED_BY(pair_free) struct pair pair = pair_of(300);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct sgdmft_parameter *parameter = sgdmft_parameter_find(names[i]);
        double *value = (double *)(void *)((char *)&pair.simulation->run + parameter->offset);
        const double kept = *value;
        struct sgdmft_comparison *comparison = NULL;
        struct sgdmft_error error = {0};
        *value = kept + 1e-9;
        cr_expect_eq(sgdmft_compare(pair.theory, pair.simulation, &comparison, &error), SGDMFT_USAGE, "%s", names[i]);
        cr_expect_eq(strncmp(error.text, names[i], strlen(names[i])), 0, "%s", error.text);
        *value = kept;
    }
    /* what is no physics may differ */
    pair.simulation->run.seed++;
    pair.simulation->run.paths++;
    pair.theory->run.dim = 50;
    sgdmft_comparison_free(compared(pair.theory, pair.simulation));
}

/* A dataset is its content, under whatever path. */
Test(compare, a_dataset_under_two_paths_is_one)
{
    SCOPED_BY(pair_free) struct pair pair = pair_of(300);
    struct sgdmft_comparison *comparison = NULL;
    struct sgdmft_result *joined = NULL;
    struct sgdmft_error error = {0};
    pair.theory->run.derived.dataset.checksum = pair.simulation->run.derived.dataset.checksum = 17;
    strcpy(pair.theory->run.dataset, "/a/table.csv");
    strcpy(pair.theory->run.labels, "/a/labels.csv");
    strcpy(pair.simulation->run.dataset, "table.csv");
    strcpy(pair.simulation->run.labels, "labels.csv");
    sgdmft_comparison_free(compared(pair.theory, pair.simulation));
    pair.simulation->run.derived.dataset.checksum = 18;
    cr_expect_eq(sgdmft_compare(pair.theory, pair.simulation, &comparison, &error), SGDMFT_USAGE);
    cr_expect_not_null(strstr(error.text, "dataset: /a/table.csv has another content"), "%s", error.text);
    pair.simulation->source = SGDMFT_THEORY;
    pair.simulation->run.seed++;
    cr_expect_eq(sgdmft_result_append(pair.theory, pair.simulation, &joined, &error), SGDMFT_USAGE);
    cr_expect_not_null(strstr(error.text, "dataset: /a/table.csv has another content"), "%s", error.text);
}

Test(compare, common_steps_of_runs_of_different_length)
{
    SCOPED_BY(pair_free) struct pair pair = pair_of(300);
    struct sgdmft_run longer = pair.run;
    longer.steps = 900;
    scoped_result *theory = synthetic_result(&longer, SGDMFT_THEORY, &plain);
    scoped_comparison *comparison = compared(theory, pair.simulation);
    cr_expect(comparison->count > 30);
    for (size_t i = 0; i < comparison->count; i++)
        cr_expect(comparison->row[i].step <= 300);
    cr_expect(comparison->pass);
}

/* A gradient belongs to a step that is made: the shorter run has none at its end, the longer one does. */
Test(compare, gradients_of_steps_that_both_made)
{
    struct sgdmft_run run = given_run("steps", "900", "every", "10", "groups", "8", "runs", "6", "dim", "1000", NULL);
    scoped_result *theory = sgdmft_result_create(&run, SGDMFT_THEORY, 8);
    run.steps = 300;
    scoped_result *simulation = sgdmft_result_create(&run, SGDMFT_SIMULATION, 6);
    sgdmft_result_add(theory, "series", "gradient_norm", 1, &theory->steps);
    sgdmft_result_add(simulation, "series", "gradient_norm", 1, &simulation->steps);
    synthetic_fill(theory, &plain);
    synthetic_fill(simulation, &plain);
    struct sgdmft_quantity *end = sgdmft_result_find(simulation, "series", "gradient_norm");
    for (size_t s = 0; s < simulation->samples; s++)
        end->sample[(s + 1) * end->length - 1] = (double)NAN;
    sgdmft_result_reduce(simulation);
    const struct sgdmft_comparison_row *last = NULL;
    scoped_comparison *comparison = compared(theory, simulation);
    cr_expect(rows_of(comparison, "gradient_norm", &last) > 5);
    cr_expect_lt(last->step, 300);
    cr_expect(comparison->pass);
    end->sample[0] = (double)NAN; /* but a step that was made has one */
    sgdmft_result_reduce(simulation);
    scoped_comparison *unmade = compared(theory, simulation);
    cr_expect(!unmade->pass);
}

Test(compare, needs_two_samples)
{
    SCOPED_BY(pair_free) struct pair pair = pair_of(300);
    struct sgdmft_run single = pair.run;
    single.runs = 1;
    scoped_result *simulation = synthetic_result(&single, SGDMFT_SIMULATION, &plain);
    struct sgdmft_comparison *comparison = NULL;
    struct sgdmft_error error = {0};
    cr_expect_eq(sgdmft_compare(pair.theory, simulation, &comparison, &error), SGDMFT_USAGE);
    cr_expect_not_null(strstr(error.text, "runs: 1"), "%s", error.text);
}

static void set_all(struct sgdmft_result *result, const char *name, double value)
{
    struct sgdmft_quantity *quantity = sgdmft_result_find(result, "series", name);
    if (!quantity) /* not of every run */
        quantity = sgdmft_result_add(result, "series", name, 1, &result->steps);
    for (size_t i = 0; i < result->samples * quantity->length; i++)
        quantity->sample[i] = value;
    sgdmft_result_reduce(result);
}

/* Unknown on both sides and zero on both sides: nothing to compare. Unknown on one side: no agreement. */
Test(compare, what_is_not_measured)
{
    SCOPED_BY(pair_free) struct pair pair = pair_of(300);
    const struct sgdmft_comparison_row *last = NULL;
    set_all(pair.theory, "train_error", (double)NAN);
    set_all(pair.simulation, "train_error", (double)NAN);
    set_all(pair.theory, "overlap", 0);
    set_all(pair.simulation, "overlap", 0);
    scoped_comparison *comparison = compared(pair.theory, pair.simulation);
    cr_expect_eq(rows_of(comparison, "train_error", &last), 0u);
    cr_expect_eq(rows_of(comparison, "overlap", &last), 0u);
    cr_expect(comparison->pass);
    set_all(pair.theory, "test_loss", (double)NAN);
    scoped_comparison *one_side = compared(pair.theory, pair.simulation);
    cr_expect(rows_of(one_side, "test_loss", &last) > 5);
    cr_expect(!one_side->pass);
}

/* A theory without sampling error, and a training error that no run shows: 1/(P runs) is what could be seen. */
Test(compare, exact_theory_and_unseen_errors)
{
    static const char *const names[] = {"train_error", "averaged_train_error", "test_error", "averaged_test_error"};
    const struct sgdmft_run run = given_run(PAIR, "average", "ema:0.9", "test_examples", "3000", NULL);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        SCOPED_BY(pair_free) struct pair pair = pair_of_run(&run);
        const double resolution = 1.0 / (3000.0 * 6.0);
        set_all(pair.theory, names[i], 2 * resolution);
        set_all(pair.simulation, names[i], 0);
        scoped_comparison *comparison = compared(pair.theory, pair.simulation);
        cr_expect(comparison->pass, "%s: %g", names[i], comparison->max_abs_z_after);
        set_all(pair.theory, names[i], 0.02); /* 360 expected, none seen */
        scoped_comparison *unseen = compared(pair.theory, pair.simulation);
        cr_expect(!unseen->pass, "%s", names[i]);
    }
}

/* Matrices of all steps have no waiting times and lags. */
Test(compare, matrices_are_not_curves)
{
    SCOPED_BY(pair_free) struct pair pair = pair_of(100);
    const struct sgdmft_comparison_row *last = NULL;
    struct sgdmft_result *both[2] = {pair.theory, pair.simulation};
    const size_t size[2] = {(size_t)pair.run.steps + 1, (size_t)pair.run.steps + 1};
    for (size_t i = 0; i < 2; i++) {
        cr_assert(sgdmft_result_add(both[i], "two_time", "correlation_matrix", 2, size));
        struct sgdmft_quantity *C = &both[i]->quantity[both[i]->quantities - 1];
        for (size_t j = 0; j < C->length; j++)
            C->mean[j] = C->se[j] = 1;
    }
    scoped_comparison *comparison = compared(pair.theory, pair.simulation);
    cr_expect_gt(rows_of(comparison, "correlation(k,20)", &last), 0);
    cr_expect_eq(rows_of(comparison, "correlation_matrix(k,20)", &last), 0);
}

/* Two of a kind are told apart by the order in which they are given, theory and simulation by what they are. */
Test(compare, labels)
{
    SCOPED_BY(pair_free) struct pair pair = pair_of(300);
    struct synthetic other = plain;
    other.seed = 8;
    scoped_result *theory = synthetic_result(&pair.run, SGDMFT_THEORY, &other);
    scoped_result *simulation = synthetic_result(&pair.run, SGDMFT_SIMULATION, &other);
    const struct {
        const struct sgdmft_result *a, *b;
        const char *first, *second;
    } cases[] = {
        {pair.theory, pair.simulation, "theory", "simulation"},
        {pair.simulation, pair.theory, "theory", "simulation"},
        {pair.theory, theory, "theory_a", "theory_b"},
        {pair.simulation, simulation, "simulation_a", "simulation_b"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scoped_comparison *comparison = compared(cases[i].a, cases[i].b);
        char text[SGDMFT_TEXT_MAX], expected[128];
        cr_expect_str_eq(comparison->label[0], cases[i].first);
        cr_expect_str_eq(comparison->label[1], cases[i].second);
        sgdmft_comparison_reason(comparison, text);
        snprintf(expected, sizeof expected, "%s and %s agree: ", cases[i].first, cases[i].second);
        cr_expect(strncmp(text, expected, strlen(expected)) == 0, "%s", text);
        comparison->theory_diverged = true;
        comparison->pass = false;
        sgdmft_comparison_reason(comparison, text);
        snprintf(expected, sizeof expected, "%s diverges and %s does not: they disagree", cases[i].first,
                 cases[i].second);
        cr_expect_str_eq(text, expected);
        comparison->theory_diverged = false;
        comparison->simulation_diverged = true;
        sgdmft_comparison_reason(comparison, text);
        snprintf(expected, sizeof expected, "%s diverges and %s does not: they disagree", cases[i].second,
                 cases[i].first);
        cr_expect_str_eq(text, expected);
    }
}

Test(compare, divergence)
{
    SCOPED_BY(pair_free) struct pair pair = pair_of(300);
    set_all(pair.theory, "norm", 1e9); /* the rows now disagree wildly */
    pair.theory->status = SGDMFT_DIVERGED;
    scoped_comparison *comparison = compared(pair.theory, pair.simulation);
    cr_expect(!comparison->pass && comparison->theory_diverged && !comparison->simulation_diverged);
    pair.simulation->status = SGDMFT_DIVERGED;
    scoped_comparison *both = compared(pair.theory, pair.simulation);
    cr_expect(both->pass && both->theory_diverged && both->simulation_diverged);
    /* the simulation ended just before it would have been called diverged */
    pair.simulation->status = SGDMFT_OK;
    set_all(pair.simulation, "norm", 1e9);
    scoped_comparison *nearly = compared(pair.theory, pair.simulation);
    cr_expect(nearly->pass);
}

/* ---- finite N ---- */

/* The comparison of a theory whose norm is wrong by `shift` with a simulation of `dim`; its reason. */
static struct sgdmft_comparison *at_dim(long dim, double shift, double noise, bool own_data,
                                        char reason[SGDMFT_TEXT_MAX])
{
    const struct synthetic law = {.noise = noise, .correlation = .9, .shifted = "norm", .shift = shift, .seed = 7};
    struct sgdmft_run run =
        given_run("steps", "300", "waiting", "0,20", "groups", "8", "runs", "6", "dim", "1000", NULL);
    run.dim = dim;
    run.derived.dataset.rows = own_data ? 100 : 0;
    SCOPED_BY(pair_free)
    struct pair pair = {.theory = synthetic_result(&run, SGDMFT_THEORY, &law),
                        .simulation = synthetic_result(&run, SGDMFT_SIMULATION, &law)};
    struct sgdmft_comparison *comparison = compared(pair.theory, pair.simulation);
    sgdmft_comparison_reason(comparison, reason);
    return comparison;
}

/* z is what a reader finds by hand, and the allowance takes nothing from it. */
Test(compare, z_is_the_difference_over_the_error)
{
    char reason[SGDMFT_TEXT_MAX];
    scoped_comparison *comparison = at_dim(20, .05, .004, false, reason);
    double largest = 0;
    for (size_t i = 0; i < comparison->count; i++) {
        const struct sgdmft_comparison_row *row = &comparison->row[i];
        const double by_hand = (row->theory - row->simulation) / hypot(row->theory_se, row->simulation_se);
        if (!strstr(row->name, "_error")) /* where counting statistics may say more */
            cr_expect_float_eq(row->z, by_hand, 1e-9, "%s: %g, %g", row->name, row->z, by_hand);
        cr_expect_float_eq(row->allowance, .1 * row->scale, 1e-12);
        cr_expect(fabs(row->z_after) <= fabs(row->score) && fabs(row->score) <= fabs(row->z));
        largest = fmax(largest, fabs(row->z));
    }
    cr_expect_eq(comparison->max_abs_z, largest);
    cr_expect_gt(largest, 7);
}

/* A wrong theory that only a small N excuses is no agreement, and the N that is named decides. */
Test(compare, what_the_allowance_covers_is_undecided)
{
    char reason[SGDMFT_TEXT_MAX];
    scoped_comparison *comparison = at_dim(20, .05, .004, false, reason);
    cr_expect_eq(comparison->verdict, SGDMFT_VERDICT_UNDECIDED, "%s", reason);
    cr_expect(!comparison->pass && comparison->covered > 3 && comparison->max_abs_z_after < comparison->threshold);
    const char *named = strstr(reason, "--dim ");
    cr_assert_not_null(named, "%s", reason);
    const long dim = atol(named + strlen("--dim "));
    cr_expect(dim > 100 && (double)dim >= comparison->deciding_dim && (double)dim < 1.11 * comparison->deciding_dim,
              "%s", reason);
    static const struct {
        long dim;
        double shift;
        enum sgdmft_verdict verdict;
    } expected[] = {{0, .05, SGDMFT_VERDICT_DISAGREE},
                    {0, 0, SGDMFT_VERDICT_AGREE}, /* 0: the one named */
                    {20, .3, SGDMFT_VERDICT_DISAGREE},
                    {20, 0, SGDMFT_VERDICT_AGREE}};
    for (int i = 0; i < 4; i++) {
        scoped_comparison *again =
            at_dim(expected[i].dim ? expected[i].dim : dim, expected[i].shift, .004, false, reason);
        cr_expect_eq(again->verdict, expected[i].verdict, "%d: %s", i, reason);
        cr_expect_eq(again->pass, expected[i].verdict == SGDMFT_VERDICT_AGREE);
    }
}

/* The dimension of a dataset is what it is: no other is proposed. */
Test(compare, own_data_of_few_features)
{
    char reason[SGDMFT_TEXT_MAX];
    scoped_comparison *comparison = at_dim(20, .05, .004, true, reason);
    cr_expect_eq(comparison->verdict, SGDMFT_VERDICT_UNDECIDED, "%s", reason);
    cr_expect(strstr(reason, "20 features") && strstr(reason, "not Gaussian") && !strstr(reason, "--dim"), "%s",
              reason);
    scoped_comparison *far = at_dim(20, .3, .004, true, reason);
    cr_expect_eq(far->verdict, SGDMFT_VERDICT_DISAGREE, "%s", reason);
}

Test(compare, errors_too_large_to_tell)
{
    char reason[SGDMFT_TEXT_MAX];
    scoped_comparison *comparison = at_dim(1000, 0, .05, false, reason);
    const struct sgdmft_comparison_row *row = &comparison->row[comparison->least_known];
    cr_expect_eq(comparison->verdict, SGDMFT_VERDICT_UNDECIDED, "%s", reason);
    cr_expect(!comparison->pass && comparison->covered == 0);
    cr_expect(strstr(reason, row->name) && strstr(reason, "above 5 %")
                  && strstr(reason, " times as many runs (--runs)"),
              "%s", reason);
    const double share = comparison->max_relative_error / 0.05; /* errors fall as runs^-1/2 */
    char more[64];
    snprintf(more, sizeof more, "about %.0f times", fmax(ceil(share * share), 2));
    cr_expect_not_null(strstr(reason, more), "%s: %s", more, reason);
    cr_expect_float_eq(hypot(row->theory_se, row->simulation_se) / row->scale, comparison->max_relative_error, 1e-12);
    scoped_comparison *large = at_dim(1000, .8, .05, false, reason); /* large enough to see nevertheless */
    cr_expect_eq(large->verdict, SGDMFT_VERDICT_DISAGREE, "%s", reason);
}

/* Text that write prints; the caller frees it. */
static char *written(void (*write)(const struct sgdmft_comparison *, FILE *),
                     const struct sgdmft_comparison *comparison)
{
    const size_t room = 1 << 16;
    char *text = calloc(room, 1);
    cr_assert_not_null(text);
    FILE *out = fmemopen(text, room, "w");
    cr_assert_not_null(out);
    write(comparison, out);
    fclose(out);
    return text;
}

Test(compare, text_shows_the_worst_row_and_the_verdict)
{
    SCOPED_BY(pair_free) struct pair pair = pair_of(180);
    struct sgdmft_quantity *norm = sgdmft_result_find(pair.theory, "series", "norm");
    scoped_comparison *comparison = compared(pair.theory, pair.simulation);
    char *text = written(sgdmft_comparison_text, comparison), line[64];
    cr_expect_not_null(strstr(text, "agree"), "%s", text);
    cr_expect_null(strstr(text, "disagree"));
    size_t lines = 0, shown = 0, all = 0; /* those of the rows, and the head and four lines of the verdict */
    for (const char *end = text; (end = strchr(end, '\n')); end++)
        lines++;
    for (const char *at = text;
         (at = strchr(at, '\n')) && sscanf(at, "\n%zu of %zu comparisons shown", &shown, &all) < 2;)
        at++;
    cr_expect_eq(shown, lines - 5, "%s", text);
    cr_expect_eq(all, comparison->count);
    /* a row of the norm that the short table leaves out ... */
    size_t hidden = 0;
    for (size_t i = 0; i < comparison->count && !hidden; i++) {
        snprintf(line, sizeof line, " %ld  ", comparison->row[i].step);
        if (strcmp(comparison->row[i].name, "norm") == 0 && !strstr(strstr(text, "norm"), line))
            hidden = (size_t)comparison->row[i].step;
    }
    cr_assert(hidden > 0 && pair.theory->step[hidden] == (long)hidden, "%s", text);
    free(text);
    /* ... is shown when it is the worst */
    for (size_t i = 0; i < pair.theory->samples; i++)
        norm->sample[i * norm->length + hidden] *= 1.2;
    sgdmft_result_reduce(pair.theory);
    scoped_comparison *worse = compared(pair.theory, pair.simulation);
    text = written(sgdmft_comparison_text, worse);
    snprintf(line, sizeof line, " %zu  ", hidden);
    cr_expect_not_null(strstr(strstr(text, "norm"), line), "%s", text);
    snprintf(line, sizeof line, "(norm at step %zu)", hidden);
    cr_expect_not_null(strstr(text, line), "%s", text);
    cr_expect_not_null(strstr(text, " !\n"), "%s", text);
    cr_expect_not_null(strstr(text, "disagree"), "%s", text);
    free(text);
}

Test(compare, csv)
{
    SCOPED_BY(pair_free) struct pair pair = pair_of(300);
    scoped_comparison *comparison = compared(pair.theory, pair.simulation);
    char *text = written(sgdmft_comparison_csv, comparison), *line = strtok(text, "\n");
    cr_expect_str_eq(line, "name,step,theory,theory_se,simulation,simulation_se,z,allowance,z_after");
    for (size_t i = 0; i < comparison->count; i++) {
        line = strtok(NULL, "\n");
        cr_assert_not_null(line);
        const char *field = strchr(line, line[0] == '"' ? ')' : ',') + (line[0] == '"' ? 2 : 0);
        char *end;
        cr_expect_eq(strtol(field + 1, &end, 10), comparison->row[i].step);
        const double theory = strtod(end + 1, &end);
        cr_expect(memcmp(&theory, &comparison->row[i].theory, sizeof theory) == 0, "%s", line);
        double rest[6];
        for (int j = 0; j < 6; j++)
            rest[j] = strtod(end + 1, &end);
        cr_expect_eq(rest[3], comparison->row[i].z, "%s", line);
        cr_expect_eq(rest[4], comparison->row[i].allowance, "%s", line);
        cr_expect_eq(rest[5], comparison->row[i].z_after, "%s", line);
        cr_expect_eq(*end, '\0', "%s", line);
    }
    cr_expect_null(strtok(NULL, "\n"));
    free(text);
}

Test(compare, json)
{
    SCOPED_BY(pair_free) struct pair pair = pair_of(300);
    scoped_comparison *comparison = compared(pair.theory, pair.simulation);
    struct sgdmft_error error = {0};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    cr_assert_eq(sgdmft_comparison_json(comparison, &pair.run, "sgdmft validate x.ini", out, &error), SGDMFT_OK);
    fclose(out);
    json_auto_t *object = json_loads(text, 0, NULL);
    cr_assert_not_null(object, "%s", text);
    cr_expect_str_eq(json_string_value(json_object_get(object, "command")), "sgdmft validate x.ini");
    cr_expect_str_eq(json_string_value(json_object_get(object, "status")), "complete");
    cr_expect(json_is_true(json_object_get(object, "pass")));
    cr_expect_float_eq(json_real_value(json_object_get(object, "max_abs_z")), comparison->max_abs_z, 1e-15);
    cr_expect_float_eq(json_real_value(json_object_get(object, "max_abs_z_after")), comparison->max_abs_z_after, 1e-15);
    cr_expect_lt(comparison->max_abs_z_after, comparison->max_abs_z);
    cr_expect_str_eq(json_string_value(json_object_get(object, "verdict")), "agree");
    cr_expect_not_null(strstr(json_string_value(json_object_get(object, "reason")), "agree"));
    cr_expect_float_eq(json_number_value(json_object_get(json_object_get(object, "parameters"), "alpha")), 3, 1e-15);
    const json_t *rows = json_object_get(object, "observables");
    cr_expect_eq(json_array_size(rows), comparison->count);
    static const char *const keys[] = {"name",          "step", "theory",    "theory_se", "simulation",
                                       "simulation_se", "z",    "allowance", "z_after"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        cr_expect_not_null(json_object_get(json_array_get(rows, 3), keys[i]), "%s", keys[i]);
    free(text);
}

/* ---- the Hessian ---- */

/* mean, and a standard error of 1 %. */
static void set_sharpness(struct sgdmft_result *result, const char *name, size_t entry, double mean)
{
    struct sgdmft_quantity *quantity = (struct sgdmft_quantity *)sgdmft_result_find(result, "sharpness", name);
    cr_assert_not_null(quantity, "%s", name);
    quantity->mean[entry] = mean;
    quantity->se[entry] = 0.01 * mean;
}

/* A bulk from 0.1 to 1, with eigenvalues of the simulation below its edge, as they are at N = 1000; one outside. */
static void set_spectrum(struct sgdmft_result *result, double outside)
{
    const bool theory = result->source == SGDMFT_THEORY;
    set_sharpness(result, "trace", 0, 0.4);
    set_sharpness(result, "largest", 0, outside);
    for (size_t i = 1; i < SGDMFT_SHARPNESS_TOP; i++)
        set_sharpness(result, "largest", i, theory ? 1 : 0.9);
    for (size_t i = 0; i < SGDMFT_SHARPNESS_TOP; i++)
        set_sharpness(result, "signal_overlap", i, theory && i > 0 ? 0.1 : 0.5);
    if (theory) {
        set_sharpness(result, "upper_edge", 0, 1);
        set_sharpness(result, "lower_edge", 0, 0.1);
    }
}

/* The comparison with one eigenvalue at `theory` and `simulation`. */
static struct sgdmft_comparison *with_spectrum(double theory, double simulation)
{
    SCOPED_BY(pair_free) struct pair pair = pair_of(300);
    pair.theory->run.sharpness_at = pair.simulation->run.sharpness_at = (struct sgdmft_steps){.count = 1, .step = {7}};
    cr_assert(result_add_present(pair.theory, "sharpness", "") && sharpness_add_ends(pair.theory)
              && result_add_present(pair.simulation, "sharpness", ""));
    set_spectrum(pair.theory, theory);
    set_spectrum(pair.simulation, simulation);
    return compared(pair.theory, pair.simulation);
}

Test(compare, eigenvalues_that_stand_outside_the_bulk)
{
    const struct sgdmft_comparison_row *row = NULL;
    scoped_comparison *comparison = with_spectrum(2, 2.01);
    cr_expect_eq(rows_of(comparison, "trace", &row), 1);
    cr_expect_eq(rows_of(comparison, "largest(1)", &row), 1);
    cr_expect(row->step == 7 && row->theory == 2 && row->simulation == 2.01);
    cr_expect_float_eq(row->allowance, 2e-3 * 2.01, 1e-5);
    cr_expect_eq(rows_of(comparison, "signal_overlap(1)", &row), 1);
    cr_expect_eq(rows_of(comparison, "largest(2)", &row) + rows_of(comparison, "signal_overlap(2)", &row), 0);
    cr_expect(comparison->pass);

    scoped_comparison *apart = with_spectrum(2, 2.3);
    cr_expect_eq(apart->verdict, SGDMFT_VERDICT_DISAGREE, "another eigenvalue");

    scoped_comparison *near = with_spectrum(1.03, 0.9); /* too near to the edge */
    cr_expect_eq(rows_of(near, "largest(1)", &row), 0);
    cr_expect(near->pass);
}
