/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From texts to a run: defaults, contradictions, warnings, and the printed configuration that gives the run back. */
#include "models/run/parameter_table.h"
#include "tests/given.h"
#include "tests/models/random_parameter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEST(name) Test(resolve, name, .timeout = 20)

/* "alpha 2 rate 0.1" */
static enum sgdmft_status resolve(const char *words, struct sgdmft_run *run, struct sgdmft_error *warning,
                                  struct sgdmft_error *error)
{
    scoped_settings *settings = sgdmft_settings_create();
    enum sgdmft_status status = given_words(settings, words, error);
    if (!status)
        status = sgdmft_run_resolve(settings, run, warning, error);
    return status;
}

static struct sgdmft_run good(const char *words)
{
    struct sgdmft_run run;
    struct sgdmft_error error = {0};
    cr_assert_eq(resolve(words, &run, NULL, &error), SGDMFT_OK, "%s: %s", words, error.text);
    return run;
}

TEST(defaults_are_those_of_the_table)
{
    struct sgdmft_run run = good("");
    cr_assert_str_eq(run.data->entry.name, "teacher");
    cr_assert_str_eq(run.teacher->entry.name, "sign");
    cr_assert_str_eq(run.link->entry.name, "linear");
    cr_assert_str_eq(run.loss->entry.name, "logistic");
    cr_assert_str_eq(run.rule->entry.name, "sgd");
    cr_assert(run.alpha == 3 && run.cluster_variance == 1 && run.label_noise == 0 && run.door_width == 0.7);
    cr_assert(run.teacher_width == 0.7 && run.kappa == 0 && run.ridge == 0.1 && run.overlap0 == 0 && run.norm0 == 1);
    cr_assert(run.rate == 0.1 && run.batch == 0.3 && run.persistence == 1 && run.temperature == 0 && run.steps == 200);
    cr_assert(run.gradient == SGDMFT_GRADIENT_BATCH && run.constraint == SGDMFT_CONSTRAINT_NONE);
    cr_assert(run.rate_steps.count == 0 && run.batch_steps.count == 0 && run.temperature_steps.count == 0);
    cr_assert(run.waiting.count == 1 && run.waiting.step[0] == 0 && run.every == 0 && run.engine == 0
              && run.paths == 4000 && run.groups == 8);
    cr_assert(run.dim == 2000 && run.runs == 8 && run.precision == SGDMFT_PRECISION_SINGLE && run.test_examples == 0);
    cr_assert(run.out[0] == '\0' && run.format == SGDMFT_FORMAT_TEXT && run.seed == 1);
    cr_assert(sgdmft_threads(&run) >= 1 && sgdmft_memory_limit(&run) > 1e6 && run.progress == SGDMFT_PROGRESS_AUTO);
}

TEST(defaults_follow_other_parameters)
{
    cr_assert_eq(good("rule reshuffle").batch, 0.25);
    cr_assert_eq(good("rule gd").batch, 1);
    cr_assert_eq(good("rule flow").batch, 1);
    cr_assert_eq(good("rule langevin temperature 0.1").batch, 1);
    cr_assert_eq(good("rule persistent").batch, 0.3);
    cr_assert_eq(good("constraint sphere").ridge, 0);
    cr_assert_eq(good("teacher door door_width 0.9").teacher_width, 0.9);
    cr_assert_eq(good("teacher door door_width 0.9 teacher_width 0.4").teacher_width, 0.4);
    cr_assert_eq(good("teacher door door_width 0.9 teacher_width auto").teacher_width, 0.9);
    cr_assert_eq(good("threads 3").threads, 3);
    cr_assert_eq(good("memory_limit 4e9").memory_limit, 4e9);
}

TEST(epochs_in_place_of_steps)
{
    cr_assert_eq(good("epochs 3").steps, 10);
    cr_assert_eq(good("epochs 3.2 batch 0.5").steps, 6);
    cr_assert_eq(good("epochs 0.001").steps, 1);
    cr_assert_eq(good("rule gd epochs 7").steps, 7);
    cr_assert_eq(good("epochs 6 batch 0.1").steps, 60);
    cr_assert_eq(good("epochs 3 batch_steps 5=0.5").steps, 8);
    cr_assert_eq(good("epochs 3").margins_at.step[0], 10);
    cr_assert_eq(good("epochs none").steps, 200);
}

TEST(lists_and_schedules)
{
    struct sgdmft_run run = good("steps 1000 rate_steps 500=0.05,800=0.01 waiting 0,100,2e2 batch_steps 10=1");
    cr_assert(run.rate_steps.count == 2 && run.rate_steps.from[0] == 500 && run.rate_steps.from[1] == 800);
    cr_assert(run.rate_steps.value[0] == 0.05 && run.rate_steps.value[1] == 0.01);
    cr_assert(run.waiting.count == 3 && run.waiting.step[0] == 0 && run.waiting.step[2] == 200);
    cr_assert(run.batch_steps.count == 1 && run.batch_steps.value[0] == 1);
    cr_assert_eq(good("rate_steps none waiting none").waiting.count, 0);
    cr_assert_eq(good("steps 200 waiting 200").waiting.count, 1);
    cr_assert_eq(good("steps 200 rate_steps 199=1").rate_steps.count, 1);
}

TEST(accepted_at_the_edge)
{
    static const char *const cases[] = {
        "overlap0 1 norm0 1",
        "overlap0 -0.5",
        "norm0 0",
        "constraint sphere norm0 1",
        "rule gd batch 1",
        "rule reshuffle batch 0.5",
        "rule reshuffle batch 1",
        "rule persistent rate 0.3 persistence 1 batch 0.3", /* tau = eta/b */
        "rule persistent rate 0.1 persistence 0.1 batch 0.5",
        "temperature 0.1",
        "groups 5 paths 5",
        "label_noise 1",
        "data teacher teacher linear loss square label_noise 2",
        "data random targets gaussian loss square",
        "loss hinge2 kappa -1",
        "loss phase teacher abs rate 0.01 overlap0 0.1", /* b/(eta Delta) = 30 */
        "loss phase teacher linear rule gd rate 0.03 overlap0 0.1",
        "loss phase teacher abs rule flow rate 1 overlap0 0.1", /* the limit eta -> 0 */
        "loss phase teacher abs gradient sum rate 0.03 overlap0 0.1",
        "data mixture3 link door cluster_variance 0.5 overlap0 0.1",
        "teacher door teacher_width 0.4",
        "seed 18446744073709551615",
        "steps 1e3",
        "alpha 1e-3",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        good(cases[i]);
}

/* Each is refused with a message that begins with the parameter's name and shows its value and the rule. */
TEST(contradictions_and_ranges_are_refused)
{
    static const struct {
        const char *words, *name, *part;
    } cases[] = {
        {"alpha 3x", "alpha", "'3x'"},
        {"alpha nan", "alpha", "'nan'"},
        {"alpha inf", "alpha", "'inf'"},
        {"alpha 0x1p3", "alpha", "'0x1p3'"},
        {"alpha 0", "alpha", "0 < alpha"},
        {"alpha -3", "alpha", "'-3'"},
        {"steps 1e30", "steps", "'1e30'"},
        {"steps 0", "steps", "1 <= steps"},
        {"steps 2.5", "steps", "whole"},
        {"rate 0", "rate", "rate > 0"},
        {"batch 0", "batch", "0 < batch <= 1"},
        {"batch 1.1", "batch", "'1.1'"},
        {"ridge -1", "ridge", "ridge >= 0"},
        {"dim 0", "dim", "'0'"},
        {"paths 0", "paths", "'0'"},
        {"runs 0", "runs", "'0'"},
        {"seed -1", "seed", "'-1'"},
        {"seed 1.5", "seed", "whole"},
        {"threads 0", "threads", "'0'"},
        {"memory_limit 0", "memory_limit", "'0'"},
        {"every 0", "every", "'0'"},
        {"loss logistik", "loss", "'logistic'"},
        {"rule sdg", "rule", "'sgd'"},
        {"data filed", "data", "'filed'"},
        {"gradient mean", "gradient", "batch, sum"},
        {"engine hierarchic", "engine", "auto, dense"},
        {"overlap0 1.2", "overlap0", "overlap0^2 <= norm0"},
        {"overlap0 0.8 norm0 0.6", "overlap0", "0.8"},
        {"overlap0 1.05 norm0 1.1", "overlap0", "1.05"},
        {"overlap0 -1.2", "overlap0", "-1.2"},
        {"constraint sphere ridge 0.1", "ridge", "constraint none"},
        {"constraint sphere ridge 0", "ridge", "constraint none"},
        {"constraint sphere norm0 2", "norm0", "sphere"},
        {"data random overlap0 0.1", "overlap0", "no signal"},
        {"kappa 1", "kappa", "no effect"},
        {"persistence 2", "persistence", "rule persistent"},
        {"targets gaussian", "targets", "data random"},
        {"data mixture2 teacher sign", "teacher", "data teacher"},
        {"data random teacher sign", "teacher", "data teacher"},
        {"teacher_width 0.5", "teacher_width", "no effect"},
        {"door_width 0.5", "door_width", "no effect"},
        {"cluster_variance 2", "cluster_variance", "mixture2"},
        {"label_noise 1.5", "label_noise", "1.5"},
        {"label_noise -0.1", "label_noise", "-0.1"},
        {"data random targets gaussian", "loss", "logistic"},
        {"teacher linear loss hinge2", "loss", "hinge2"},
        {"teacher abs", "loss", "logistic"},
        {"rule gd batch 0.3", "batch", "rule gd"},
        {"rule flow batch 0.3", "batch", "rule flow"},
        {"rule gd batch_steps 10=0.5", "batch_steps", "0.5"},
        {"rule langevin", "temperature", "langevin"},
        {"rule langevin temperature 0", "temperature", "langevin"},
        {"rule flow temperature 0.1", "temperature", "flow"},
        {"rule stochastic_flow temperature 0.1", "temperature", "stochastic_flow"},
        {"rule stochastic_flow batch_steps 10=0.2", "batch_steps", "stochastic_flow"},
        {"rule stochastic_flow batch_cycle 10=0.2,20=0.1", "batch_cycle", "stochastic_flow"},
        {"rule stochastic_flow momentum 0.5", "momentum", "no effect"},
        {"rule stochastic_flow loss hinge", "rule", "stochastic_flow needs a force without jumps"},
        {"rule reshuffle batch 0.3", "batch", "integer"},
        {"rule persistent persistence 0.05", "persistence", "0.05"},           /* eta > tau */
        {"rule persistent persistence 0.15 batch 0.3", "persistence", "0.15"}, /* (1-b) eta > b tau */
        {"rule persistent rate_steps 50=3", "persistence", "3"},
        {"rate_steps 500=0.05", "rate_steps", "500"},
        {"rate_steps 200=0.05", "rate_steps", "200"},
        {"rate_steps 0=0.05", "rate_steps", "'0'"},
        {"rate_steps 100=0.05,50=0.1", "rate_steps", "ascend"},
        {"rate_steps 100=0.05,100=0.1", "rate_steps", "ascend"},
        {"rate_steps 100", "rate_steps", "STEP=VALUE"},
        {"rate_steps 100=0", "rate_steps", "'0'"},
        {"rate_steps 100=", "rate_steps", "''"},
        {"rate_steps 1.5=1", "rate_steps", "'1.5'"},
        {"rate_steps 100=0.05,", "rate_steps", "''"},
        {"batch_steps 100=1.5", "batch_steps", "'1.5'"},
        {"sharpness_at 100,201", "sharpness_at", "201"},
        {"rate_cycle 10=0.05,20=0.1 rate_steps 50=0.1", "rate_cycle", "rate_steps"},
        {"batch_cycle 10=0.5 batch_steps 50=0.1", "batch_cycle", "batch_steps"},
        {"rate_cycle 300=0.05,400=0.1", "rate_cycle", "300"},
        {"batch_cycle 10=1.5", "batch_cycle", "'1.5'"},
        {"rule gd batch_cycle 10=0.5,20=1", "batch_cycle", "0.5"},
        {"rule flow batch_cycle 10=1", "batch_cycle", "flow"},
        {"rule persistent rate_cycle 50=3,60=0.1", "persistence", "3"},
        {"rule reshuffle batch 0.25 batch_cycle 8=0.5,11=0.25", "batch_cycle", "11=0.25"},
        {"rule reshuffle batch 0.25 batch_cycle 8=0.5,10=0.2", "batch_cycle", "8=0.5"},
        {"loss phase teacher abs rate 0.005 rate_cycle 100=0.05,120=0.005 overlap0 0.1", "rate_cycle", "step 100"},
        {"temperature_steps 100=-1", "temperature_steps", "'-1'"},
        {"waiting 0,300", "waiting", "300"},
        {"waiting 5,5", "waiting", "ascend"},
        {"waiting 9,5", "waiting", "ascend"},
        {"waiting -1", "waiting", "'-1'"},
        {"waiting 1,,2", "waiting", "''"},
        {"groups 9 paths 8", "groups", "paths"},
        {"momentum 1", "momentum", "0 <= momentum < 1"},
        {"momentum -0.1", "momentum", "'-0.1'"},
        {"rule flow momentum 0.5", "momentum", "no effect"},
        {"dampening 0.5", "dampening", "momentum > 0"},
        {"momentum 0.5 dampening 1", "dampening", "dampening < 1"},
        {"nesterov yes", "nesterov", "momentum > 0"},
        {"momentum 0.5 dampening 0.2 nesterov yes", "nesterov", "0.2"},
        {"rate_schedule linear", "rate_schedule", "'linear'"},
        {"rate_schedule power:0", "rate_schedule", "P > 0"},
        {"rate_schedule power:nan", "rate_schedule", "'power:nan'"},
        {"rate_schedule power:200", "rate_schedule", "power:200"},
        {"rate_schedule wsd:10", "rate_schedule", "wsd:WARM,DECAY"},
        {"rate_schedule wsd:-1,3", "rate_schedule", "'wsd:-1,3'"},
        {"rate_schedule wsd:150,51", "rate_schedule", "WARM + DECAY <= steps"},
        {"rate_schedule halving:0", "rate_schedule", "STEPS > 0"},
        {"rate_schedule halving:1 steps 1002", "rate_schedule", "1001"},
        {"rate_schedule cosine rate_steps 5=0.1", "rate_schedule", "rate_steps"},
        {"rate_schedule cosine rate_cycle 5=0.1", "rate_schedule", "rate_cycle"},
        {"momentum_schedule cosine", "momentum_schedule", "momentum > 0"},
        {"momentum 0.5 momentum_schedule x", "momentum_schedule", "'x'"},
        {"momentum 0.5 momentum_schedule wsd:300,0", "momentum_schedule", "wsd:300,0"},
        {"rule persistent batch 0.5 persistence 0.2 rate 0.3 rate_schedule wsd:10,0", "persistence", "step 7"},
        {"rule persistent persistence 1 rate 0.3 batch_steps 12=0.2 rate_schedule wsd:20,0", "persistence", "step 1"},
        {"loss phase teacher abs rate 0.02 overlap0 0.1 rate_schedule wsd:10,0", "rate_schedule", "step 8"},
        {"average ema:1", "average", "0 < BETA < 1"},
        {"average ema:0", "average", "'ema:0'"},
        {"average ema:", "average", "'ema:'"},
        {"average tail:2.5", "average", "'tail:2.5'"},
        {"average tail:-1", "average", "'tail:-1'"},
        {"average tail:201", "average", "201"},
        {"average mean", "average", "tail:FROM"},
        {"rule flow average ema:0.9", "average", "no effect"},
        {"clip 0", "clip", "clip > 0"},
        {"clip -1", "clip", "'-1'"},
        {"clip_example 0", "clip_example", "clip_example > 0"},
        {"rule flow clip 1", "clip", "no effect"},
        {"privacy_noise 1", "privacy_noise", "clip_example"},
        {"clip_example 1 privacy_noise -1", "privacy_noise", "privacy_noise >= 0"},
        {"epochs 0", "epochs", "epochs > 0"},
        {"epochs 3 steps 10", "steps", "without epochs"},
        {"epochs 1e9", "steps", "out of range"},
        {"loss phase", "teacher", "phase"},
        {"loss phase teacher abs link door rate 0.01", "link", "phase"},
        {"loss phase teacher abs rate 0.0101 overlap0 0.1", "rate", "0.0101"},
        {"loss phase teacher abs rate 0.005 batch_steps 100=0.1 overlap0 0.1", "rate", "step 100"},
        {"loss phase teacher abs rate 0.005 rate_steps 100=0.05 overlap0 0.1", "rate_steps", "step 100"},
        {"loss phase teacher abs gradient sum rate 0.04 overlap0 0.1", "rate", "0.04"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sgdmft_run run;
        struct sgdmft_error error = {0};
        enum sgdmft_status status = resolve(cases[i].words, &run, NULL, &error);
        cr_assert_eq(status, SGDMFT_USAGE, "%s", cases[i].words);
        cr_assert_eq(error.status, SGDMFT_USAGE, "%s", cases[i].words);
        size_t length = strlen(cases[i].name);
        cr_assert(strncmp(error.text, cases[i].name, length) == 0 && error.text[length] == ':', "%s: %s",
                  cases[i].words, error.text);
        cr_assert_not_null(strstr(error.text, cases[i].part), "%s: %s", cases[i].words, error.text);
    }
}

TEST(texts_that_no_configuration_can_carry_are_refused)
{
    static const char *const bad[] = {" a", "a ", "a\nb", "a ;b", ";a", "a\tb", ""};
    const struct sgdmft_parameter *out = sgdmft_parameter_find("out");
    static struct sgdmft_run run;
    char endless[SGDMFT_TEXT_MAX + 1];
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        cr_assert_eq(parameter_parse(out, bad[i], &run, NULL), SGDMFT_USAGE, "'%s'", bad[i]);
    memset(endless, 'a', SGDMFT_TEXT_MAX);
    endless[SGDMFT_TEXT_MAX] = '\0';
    cr_assert_eq(parameter_parse(out, endless, &run, NULL), SGDMFT_USAGE);
    endless[SGDMFT_TEXT_MAX - 1] = '\0';
    cr_assert_eq(parameter_parse(out, endless, &run, NULL), SGDMFT_OK);
}

TEST(symmetric_starts_are_warned_about)
{
    static const struct {
        const char *words;
        bool warned;
    } cases[] = {
        {"", false},
        {"teacher door", true},
        {"teacher door overlap0 0.01", false},
        {"teacher abs loss square", true},
        {"loss phase teacher linear rate 0.01", true},
        {"data mixture3 link door", true},
        {"data mixture2 link door", true},
        {"data mixture2", false},
        {"data random link door", false}, /* no signal to find */
        {"data random loss square targets gaussian", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sgdmft_run run;
        struct sgdmft_error warning = {.text = "left over"}, error = {0};
        cr_assert_eq(resolve(cases[i].words, &run, &warning, &error), SGDMFT_OK, "%s: %s", cases[i].words, error.text);
        cr_assert_eq(strncmp(warning.text, "overlap0: 0 ", 12) == 0, cases[i].warned, "%s: %s", cases[i].words,
                     warning.text);
        cr_assert_eq(warning.text[0] != '\0', cases[i].warned, "%s", cases[i].words);
    }
}

/* ---- the printed configuration ------------------------------------------------------------------ */

static void check_print(const struct sgdmft_run *run, const char *words)
{
    char path[] = "/tmp/sgdmft-resolve-XXXXXX";
    int descriptor = mkstemp(path);
    FILE *file = fdopen(descriptor, "w");
    static struct sgdmft_run back;
    struct sgdmft_error error = {0};
    sgdmft_run_print(run, file);
    fclose(file);
    scoped_settings *settings = sgdmft_settings_create();
    enum sgdmft_status status = sgdmft_settings_read(settings, path, &error);
    unlink(path);
    cr_assert_eq(status, SGDMFT_OK, "%s: %s", words, error.text);
    cr_assert_eq(sgdmft_run_resolve(settings, &back, NULL, &error), SGDMFT_OK, "%s: %s", words, error.text);
    cr_assert_eq(memcmp(run, &back, sizeof back), 0, "%s", words);
}

TEST(printed_configurations_give_the_same_run)
{
    static const char *const cases[] = {
        "",
        "rule gd alpha 0.7 rate 0.07 seed 18446744073709551615",
        "constraint sphere loss phase teacher abs rule langevin temperature 0.3 rate 0.01 overlap0 0.1",
        "data random loss hinge2 kappa 1 alpha 1.7",
        "data random targets gaussian loss square",
        "data mixture3 link door rule persistent persistence 2.5 cluster_variance 0.3333333333333333",
        "data mixture2 rule reshuffle batch 0.2 label_noise 0.05",
        "teacher door teacher_width 0.4",
        "teacher door link door door_width 1.1",
        "rule flow teacher linear loss square norm0 1.04 overlap0 0.2",
        "waiting 0,10,100 every 7 test_examples 99 precision double format json out results/a=b.h5",
        "waiting 0,5 force_directions 0",
        "waiting 0,5 replicas 3",
        "steps 1000 rate_steps 500=0.05,800=0.01 batch_steps 10=0.123456789 temperature_steps 3=0",
        "gradient sum engine dense paths 123 groups 3 dim 77 runs 2 memory_limit 1e9 threads 7 progress plain",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sgdmft_run run = good(cases[i]);
        check_print(&run, cases[i]);
    }
}

/* Values that do not fit on one line of the file. */
TEST(printed_configurations_continue_long_values)
{
    struct sgdmft_stream stream = fixture_stream(2);
    for (int round = 0; round < 200; round++) {
        struct sgdmft_run run = good("steps 1e6");
        char words[32];
        randomise(sgdmft_parameter_find("waiting"), &stream, &run);
        randomise(sgdmft_parameter_find("rate_steps"), &stream, &run);
        randomise(sgdmft_parameter_find("out"), &stream, &run);
        snprintf(words, sizeof words, "round %d", round);
        check_print(&run, words);
    }
}
