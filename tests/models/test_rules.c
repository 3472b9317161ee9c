/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules: the probabilities that the theory uses, the sampler that the simulator uses, one against the other, and the
 * conditions on schedules. Statistical bounds are 5.5 standard errors, for a few hundred comparisons a test. */
#include "tests/models/fixture.h"

#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <math.h>

#define EXAMPLES 20000
#define BOUND 5.5

TestSuite(rules, .timeout = 30);

/* s^0 ... of EXAMPLES examples, one step a call. */
struct rules_batch {
    unsigned char now[EXAMPLES], before[EXAMPLES];
    uint32_t place[EXAMPLES];
};
static struct rules_batch batch; /* each test runs in a process of its own */

static void rules_step(const struct sgdmft_run *run, long k)
{
    struct sgdmft_stream stream = sgdmft_stream_open(run->seed, SGDMFT_BATCH, 0, (uint32_t)k);
    memcpy(batch.before, batch.now, sizeof batch.now);
    run->rule->select(run, &stream, k, EXAMPLES, batch.now, batch.place);
}

static double rules_score(double count, double trials, double p)
{
    if (trials <= 0 || p <= 0 || p >= 1)
        return fabs(count - p * trials) <= 0 ? 0 : HUGE_VAL;
    return (count - p * trials) / sqrt(trials * p * (1 - p));
}

static struct sgdmft_run rules_run(const char *rule)
{
    struct sgdmft_run run = fixture_run();
    run.rule = fixture_rule(rule);
    run.batch = run.rule->default_batch;
    run.temperature = run.rule->needs_temperature ? 0.2 : 0;
    run.persistence = 0.8;
    return run;
}

/* Constant parameters: the fraction selected is b at every step, from the first on. */
Test(rules, fraction_is_batch)
{
    for (size_t i = 0; sgdmft_rules[i]; i++) {
        if (sgdmft_rules[i]->fresh) /* whose batch is all that is drawn */
            continue;
        const struct sgdmft_run run = rules_run(sgdmft_rules[i]->entry.name);
        memset(&batch, 0xa5, sizeof batch); /* neither is defined at step 0 */
        for (long k = 0; k < 40; k++) {
            rules_step(&run, k);
            double count = 0;
            for (size_t m = 0; m < EXAMPLES; m++) {
                cr_assert(batch.now[m] <= 1);
                count += batch.now[m];
            }
            cr_assert(fabs(rules_score(count, EXAMPLES, run.batch)) < BOUND, "%s, step %ld: %g", run.rule->entry.name,
                      k, count / EXAMPLES);
        }
    }
}

/* The sampler's frequencies given s^{k-1} are the theory's probabilities, with everything scheduled. */
Test(rules, sampler_follows_probability)
{
    const char *const name[] = {"sgd", "persistent", "gd", "langevin", "flow", "stochastic_flow"};
    for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
        struct sgdmft_run run = rules_run(name[i]);
        if (!run.rule->full_batch) {
            fixture_change(&run.rate_steps, 10, 0.3);
            fixture_change(&run.rate_steps, 20, 0.02);
            fixture_change(&run.batch_steps, 10, 0.6);
            fixture_change(&run.batch_steps, 15, 0.35);
        }
        for (long k = 0; k < 30; k++) {
            double trials[2] = {0, 0}, count[2] = {0, 0};
            rules_step(&run, k);
            for (size_t m = 0; m < EXAMPLES; m++) {
                const int previous = k > 0 && batch.before[m];
                trials[previous]++;
                count[previous] += batch.now[m];
            }
            for (int previous = 0; previous < 2; previous++) {
                const double p = run.rule->probability(&run, k, previous);
                cr_assert(p >= 0 && p <= 1);
                cr_assert(fabs(rules_score(count[previous], trials[previous], p)) < BOUND,
                          "%s, step %ld, after %d: %g, not %g", name[i], k, previous,
                          count[previous] / trials[previous], p);
            }
        }
    }
}

static void rules_expect_probability(const struct sgdmft_run *run, long k, double after0, double after1)
{
    cr_assert(fabs(run->rule->probability(run, k, 0) - after0) < 1e-15, "step %ld after 0", k);
    cr_assert(fabs(run->rule->probability(run, k, 1) - after1) < 1e-15, "step %ld after 1", k);
}

/* THEORY section 1 in numbers. */
Test(rules, probabilities)
{
    struct sgdmft_run run = rules_run("sgd");
    fixture_change(&run.batch_steps, 7, 0.9);
    rules_expect_probability(&run, 0, 0.3, 0.3);
    rules_expect_probability(&run, 6, 0.3, 0.3);
    rules_expect_probability(&run, 7, 0.9, 0.9);
    run = rules_run("persistent"); /* eta = .1, b = .3, tau = .8 */
    fixture_change(&run.rate_steps, 7, 0.2);
    fixture_change(&run.batch_steps, 7, 0.5);
    rules_expect_probability(&run, 0, 0.3, 0.3);
    rules_expect_probability(&run, 1, 0.1 / 0.8, 1 - 0.7 * 0.1 / (0.3 * 0.8));
    rules_expect_probability(&run, 7, 0.125, 0.875); /* elapsed time eta_6, fraction b_7 */
    rules_expect_probability(&run, 8, 0.25, 0.75);
    run = rules_run("reshuffle");
    rules_expect_probability(&run, 3, 0.25, 0.25);
}

/* Correlation of s between steps 30 and 30 + lag. */
static void rules_correlate(const struct sgdmft_run *run, long lags, double *correlation)
{
    static unsigned char start[EXAMPLES];
    for (long k = 0; k <= 30; k++)
        rules_step(run, k);
    memcpy(start, batch.now, sizeof start);
    for (long lag = 0; lag < lags; lag++) {
        double product = 0, mean[2] = {0, 0};
        for (size_t m = 0; m < EXAMPLES; m++) {
            product += start[m] && batch.now[m];
            mean[0] += start[m];
            mean[1] += batch.now[m];
        }
        const double covariance = product / EXAMPLES - mean[0] * mean[1] / EXAMPLES / EXAMPLES;
        correlation[lag] = covariance / (run->batch * (1 - run->batch));
        rules_step(run, 31 + lag);
    }
}

/* The chain forgets by 1 - eta/(b tau) a step, so that eta times the sum of the correlation is b tau. */
Test(rules, correlation_time)
{
    enum { LAGS = 30 };
    double correlation[LAGS];
    struct sgdmft_run run = rules_run("persistent");
    run.rate = 0.1;
    run.batch = 0.5;
    run.persistence = 1.2; /* b tau = 0.6, six steps */
    rules_correlate(&run, LAGS, correlation);
    double sum = 0;
    for (long lag = 0; lag < LAGS; lag++) {
        const double expected = pow(1 - 0.1 / 0.6, (double)lag);
        cr_assert(fabs(correlation[lag] - expected) < BOUND / sqrt(EXAMPLES), "lag %ld: %g, not %g", lag,
                  correlation[lag], expected);
        sum += correlation[lag];
    }
    /* standard error of the time: below eta (12/EXAMPLES)^(1/2) (6)^(1/2) = 0.006 */
    cr_assert(fabs(0.1 * sum - 0.6) < 0.033, "correlation time %g, not 0.6", 0.1 * sum);
}

/* tau = eta/b is sgd: no memory. */
Test(rules, shortest_persistence_is_sgd)
{
    enum { LAGS = 6 };
    double correlation[LAGS];
    struct sgdmft_run run = rules_run("persistent");
    run.persistence = run.rate / run.batch;
    cr_assert(run.rule->check(&run, NULL) == SGDMFT_OK);
    rules_correlate(&run, LAGS, correlation);
    for (long lag = 1; lag < LAGS; lag++)
        cr_assert(fabs(correlation[lag]) < BOUND / sqrt(EXAMPLES), "lag %ld: %g", lag, correlation[lag]);
    for (int previous = 0; previous < 2; previous++)
        cr_assert(fabs(run.rule->probability(&run, 5, previous) - run.batch) < 1e-15);
}

/* Each example once in every epoch, also after a change of batch; place[] alone carries the memory. */
Test(rules, reshuffle_once_an_epoch)
{
    struct sgdmft_run run = rules_run("reshuffle");
    fixture_change(&run.batch_steps, 8, 0.1);
    fixture_change(&run.batch_steps, 28, 0.5);
    cr_assert(run.rule->check(&run, NULL) == SGDMFT_OK);
    const struct {
        long from, epoch;
    } epoch[] = {{0, 4}, {4, 4}, {8, 10}, {18, 10}, {28, 2}, {30, 2}};
    static unsigned used[EXAMPLES];
    for (size_t e = 0; e < sizeof epoch / sizeof *epoch; e++) {
        memset(used, 0, sizeof used);
        for (long k = epoch[e].from; k < epoch[e].from + epoch[e].epoch; k++) {
            rules_step(&run, k);
            double count = 0;
            for (size_t m = 0; m < EXAMPLES; m++) {
                used[m] += batch.now[m];
                count += batch.now[m];
            }
            cr_assert(fabs(rules_score(count, EXAMPLES, 1 / (double)epoch[e].epoch)) < BOUND, "step %ld", k);
        }
        for (size_t m = 0; m < EXAMPLES; m++)
            cr_assert(used[m] == 1, "example %zu used %u times in the epoch from %ld", m, used[m], epoch[e].from);
    }
}

static void rules_places(const struct sgdmft_run *run, long epoch, long number, uint32_t *place)
{
    for (long k = number * epoch; k < (number + 1) * epoch; k++) {
        rules_step(run, k);
        for (size_t m = 0; m < EXAMPLES; m++)
            if (batch.now[m])
                place[m] = (uint32_t)(k - number * epoch);
    }
}

/* Places are uniform and independent between neighbours and between epochs: chi-square of the joint counts, with
 * p > 1e-6. */
Test(rules, reshuffle_places_are_independent)
{
    enum { EPOCH = 5, CELLS = EPOCH * EPOCH };
    static uint32_t first[EXAMPLES], second[EXAMPLES];
    struct sgdmft_run run = rules_run("reshuffle");
    run.batch = 0.2;
    rules_places(&run, EPOCH, 0, first);
    rules_places(&run, EPOCH, 1, second);
    double between_epochs[CELLS] = {0}, neighbours[CELLS] = {0};
    for (size_t m = 0; m < EXAMPLES; m++)
        between_epochs[first[m] * EPOCH + second[m]]++;
    for (size_t m = 0; m + 1 < EXAMPLES; m += 2)
        neighbours[first[m] * EPOCH + first[m + 1]]++;
    const double limit = gsl_cdf_chisq_Qinv(1e-6, CELLS - 1);
    cr_assert(fixture_chi_square(CELLS, between_epochs) < limit, "%g", fixture_chi_square(CELLS, between_epochs));
    cr_assert(fixture_chi_square(CELLS, neighbours) < limit, "%g", fixture_chi_square(CELLS, neighbours));
}

/* Independent examples: the batch size varies as a binomial, for every rule that samples. Over 300 batches of 400 the
 * ratio of variances has standard error (2/300)^(1/2) = 0.08. */
Test(rules, batch_size_is_binomial)
{
    enum { SMALL = 400, BATCHES = 300 };
    const char *const name[] = {"sgd", "persistent", "reshuffle"};
    for (size_t i = 0; i < 3; i++) {
        struct sgdmft_run run = rules_run(name[i]);
        double sum = 0, squares = 0;
        for (uint32_t r = 0; r < BATCHES; r++) {
            double count = 0;
            for (long k = 0; k < 2; k++) {
                struct sgdmft_stream stream = sgdmft_stream_open(2, SGDMFT_BATCH, r, (uint32_t)k);
                run.rule->select(&run, &stream, k, SMALL, batch.now, batch.place);
            }
            for (size_t m = 0; m < SMALL; m++)
                count += batch.now[m];
            sum += count / BATCHES;
            squares += count * count / BATCHES;
        }
        const double ratio = (squares - sum * sum) / (SMALL * run.batch * (1 - run.batch));
        cr_assert(fabs(ratio - 1) < 0.4, "%s: variance over binomial %g", name[i], ratio);
    }
}

/* With b = 1 every rule that allows it takes everything. */
Test(rules, full_batch)
{
    for (size_t i = 0; sgdmft_rules[i]; i++) {
        struct sgdmft_run run = rules_run(sgdmft_rules[i]->entry.name);
        run.batch = 1;
        for (long k = 0; k < 5; k++) {
            rules_step(&run, k);
            for (size_t m = 0; m < EXAMPLES; m++)
                cr_assert(batch.now[m] == 1, "%s, step %ld", run.rule->entry.name, k);
        }
    }
}

/* Conditions: accepted if parameter is NULL; otherwise refused in a message that begins with the parameter and contains
 * value and the rule. */
static void rules_expect(const struct sgdmft_run *run, const char *parameter, const char *value)
{
    struct sgdmft_error error = {.status = SGDMFT_OK};
    const enum sgdmft_status status = run->rule->check(run, &error);
    if (!parameter) {
        cr_assert(status == SGDMFT_OK, "%s", error.text);
        cr_assert(error.text[0] == '\0');
        return;
    }
    cr_assert(status == SGDMFT_USAGE && error.status == SGDMFT_USAGE, "accepted: %s %s", parameter, value);
    cr_assert(strncmp(error.text, parameter, strlen(parameter)) == 0 && error.text[strlen(parameter)] == ':', "%s",
              error.text);
    cr_assert(strstr(error.text, value) != NULL, "%s", error.text);
    cr_assert(strstr(error.text, run->rule->entry.name) != NULL, "%s", error.text);
}

Test(rules, defaults_are_accepted)
{
    for (size_t i = 0; sgdmft_rules[i]; i++) {
        struct sgdmft_run run = rules_run(sgdmft_rules[i]->entry.name);
        rules_expect(&run, NULL, NULL);
        fixture_change(&run.rate_steps, 100, 0.05);
        rules_expect(&run, NULL, NULL);
    }
}

Test(rules, fractions)
{
    const char *const name[] = {"sgd", "persistent", "reshuffle"};
    for (size_t i = 0; i < 3; i++) {
        struct sgdmft_run run = rules_run(name[i]);
        run.batch = 0;
        rules_expect(&run, "batch", "0");
        run.batch = 1.5;
        rules_expect(&run, "batch", "1.5");
        run.batch = (double)NAN;
        rules_expect(&run, "batch", "nan");
        run = rules_run(name[i]);
        fixture_change(&run.batch_steps, 100, 0.5);
        rules_expect(&run, NULL, NULL);
        fixture_change(&run.batch_steps, 120, -0.5);
        rules_expect(&run, "batch_steps", "-0.5");
    }
}

Test(rules, full_batch_rules_take_nothing_else)
{
    const char *const name[] = {"gd", "langevin", "flow"};
    for (size_t i = 0; i < 3; i++) {
        struct sgdmft_run run = rules_run(name[i]);
        run.batch = 0.5;
        rules_expect(&run, "batch", "0.5");
        run.batch = 0.99999999;
        rules_expect(&run, "batch", "0.99999999");
        run = rules_run(name[i]);
        fixture_change(&run.batch_steps, 100, 0.25);
        rules_expect(&run, "batch_steps", "0.25");
    }
}

Test(rules, persistence_is_long_enough)
{
    struct sgdmft_run run = rules_run("persistent"); /* eta = .1, b = .3 */
    run.persistence = 0.09;
    rules_expect(&run, "persistence", "0.09"); /* eta > tau */
    run.persistence = 0.22;
    rules_expect(&run, "persistence", "0.22"); /* .7 * .1 > .3 * .22 */
    run.persistence = 0.24;
    rules_expect(&run, NULL, NULL);
    run.persistence = 0;
    rules_expect(&run, "persistence", "0");
    run.persistence = 0.24;
    fixture_change(&run.rate_steps, 50, 0.15);
    rules_expect(&run, "persistence", "rate 0.15 at step 50");
    run.rate_steps.from[0] = 201; /* after the end */
    rules_expect(&run, NULL, NULL);
}

/* rate falls and batch falls at one step: the transition into it has the old rate and the new fraction. */
Test(rules, persistence_at_a_joint_change)
{
    struct sgdmft_run run = rules_run("persistent");
    run.rate = 0.5;
    run.batch = 0.6;
    run.persistence = 0.8;
    fixture_change(&run.rate_steps, 50, 0.1);
    rules_expect(&run, NULL, NULL);
    fixture_change(&run.batch_steps, 50, 0.2);
    rules_expect(&run, "persistence", "rate 0.5 at step 49, batch 0.2 at step 50");
    run.batch_steps.from[0] = 51;
    rules_expect(&run, NULL, NULL);
}

Test(rules, reshuffle_epochs)
{
    struct sgdmft_run run = rules_run("reshuffle");
    run.batch = 0.3;
    rules_expect(&run, "batch", "0.3");
    run.batch = 1 / 3.0;
    rules_expect(&run, NULL, NULL);
    run.batch = 0.3333;
    rules_expect(&run, "batch", "0.3333");
    run.batch = 0.25;
    fixture_change(&run.batch_steps, 40, 0.2);
    rules_expect(&run, NULL, NULL);
    fixture_change(&run.batch_steps, 62, 0.5); /* 22 steps are no whole epochs of 5 */
    rules_expect(&run, "batch_steps", "62=0.5");
    run.batch_steps.from[1] = 65;
    rules_expect(&run, NULL, NULL);
    run.batch_steps.value[1] = 0.4;
    rules_expect(&run, "batch_steps", "0.4");
    run.batch_steps.from[0] = 38;
    rules_expect(&run, "batch_steps", "38=0.2");
}

Test(rules, temperatures)
{
    struct sgdmft_run run = rules_run("langevin");
    run.temperature = 0;
    rules_expect(&run, "temperature", "0");
    run.temperature = 0.1;
    fixture_change(&run.temperature_steps, 50, 0.0);
    rules_expect(&run, "temperature_steps", "0");
    run.temperature_steps.value[0] = 0.01;
    rules_expect(&run, NULL, NULL);
    run = rules_run("flow");
    run.temperature = 0.1;
    rules_expect(&run, "temperature", "0.1");
    run.temperature = 0;
    fixture_change(&run.temperature_steps, 50, 0.3);
    rules_expect(&run, "temperature_steps", "50=0.3");
    run = rules_run("gd");
    run.temperature = 0.1;
    rules_expect(&run, NULL, NULL);
}

/* Flags that engines and messages rely on. */
Test(rules, flags)
{
    for (size_t i = 0; sgdmft_rules[i]; i++) {
        const struct sgdmft_rule *rule = sgdmft_rules[i];
        const char *name = rule->entry.name;
        const bool langevin = strcmp(name, "langevin") == 0, flow = strcmp(name, "flow") == 0;
        const bool continuous = flow || strcmp(name, "stochastic_flow") == 0;
        cr_assert(rule->entry.summary && rule->entry.reference && rule->check && rule->probability && rule->select);
        cr_assert(rule->full_batch == (langevin || flow || strcmp(name, "gd") == 0));
        cr_assert(rule->needs_temperature == langevin && rule->continuous == continuous);
        cr_assert(rule->epochs == (strcmp(name, "reshuffle") == 0) && rule->averages_selection == !rule->epochs);
        cr_assert((rule->discrete != NULL) == rule->continuous);
        struct sgdmft_run run = rules_run(name);
        bool same = !rule->epochs;
        for (long k = 1; k < 50; k++)
            same = same && fabs(rule->probability(&run, k, 0) - rule->probability(&run, k, 1)) <= 0;
        cr_assert(same == rule->independent, "%s", name);
    }
}
