/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values that change with the step, times, and the grids of measured steps and lags. */
#include "models/run/parameter_table.h"
#include "tests/models/fixture.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

TestSuite(schedule, .timeout = 10);

Test(schedule, values_change_at_their_steps)
{
    struct sgdmft_run run = fixture_run();
    run.temperature = 0.5;
    fixture_change(&run.rate_steps, 10, 0.05);
    fixture_change(&run.rate_steps, 30, 0.2);
    fixture_change(&run.batch_steps, 20, 0.6);
    fixture_change(&run.temperature_steps, 5, 0.0);
    for (long k = 0; k < 60; k++) {
        cr_assert(fabs(sgdmft_rate(&run, k) - (k < 10 ? 0.1 : k < 30 ? 0.05 : 0.2)) < 1e-15, "rate at %ld", k);
        cr_assert(fabs(sgdmft_batch(&run, k) - (k < 20 ? 0.3 : 0.6)) < 1e-15, "batch at %ld", k);
        cr_assert(fabs(sgdmft_temperature(&run, k) - (k < 5 ? 0.5 : 0.0)) < 1e-15, "temperature at %ld", k);
        run.gradient = SGDMFT_GRADIENT_BATCH;
        cr_assert(fabs(sgdmft_batch_weight(&run, k) * sgdmft_batch(&run, k) - 1) < 1e-15);
        run.gradient = SGDMFT_GRADIENT_SUM;
        cr_assert(fabs(sgdmft_batch_weight(&run, k) - 1) < 1e-15);
    }
}

/* t_k is the sum of the rates before k. */
Test(schedule, time_is_the_sum_of_rates)
{
    struct sgdmft_run run = fixture_run();
    fixture_change(&run.rate_steps, 1, 0.07);
    fixture_change(&run.rate_steps, 10, 0.05);
    fixture_change(&run.rate_steps, 30, 0.2);
    double sum = 0;
    for (long k = 0; k < 60; k++) {
        cr_assert(fabs(sgdmft_time(&run, k) - sum) < 1e-13, "t_%ld = %g, not %g", k, sgdmft_time(&run, k), sum);
        sum += sgdmft_rate(&run, k);
    }
    cr_assert(fabs(sgdmft_time(&run, 1000000000000) - 2e11) < 100, "its cost does not grow with k");
}

/* The factor of a named schedule at step k of 60, as the table says it. */
static double schedule_named(int kind, long k)
{
    const double x = (double)k;
    switch (kind) {
    case SGDMFT_NAMED_COSINE:
        return pow(cos(M_PI * x / 120), 2);
    case SGDMFT_NAMED_POWER:
        return 1 / (sqrt(x + 1) * pow(x + 1, 0.2));
    case SGDMFT_NAMED_WSD:
        return fmin(fmin((x + 1) / 7, (60 - x) / 21), 1);
    default:
        return ldexp(1, -(int)(k / 13));
    }
}

/* Rates, momenta and times of the schedules with a name, and of the same run cut into smaller steps. */
Test(schedule, named_schedules_and_their_sums)
{
    for (int kind = SGDMFT_NAMED_COSINE; kind <= SGDMFT_NAMED_HALVING; kind++)
        for (long fine = 1; fine <= 4; fine *= 4) {
            struct sgdmft_run run = fixture_run();
            const struct sgdmft_named named = {
                .kind = (enum sgdmft_named_kind)kind, .power = 0.7, .warm = 7, .decay = 21, .half_life = 13};
            run.steps = 60 * fine;
            run.derived.substeps = fine;
            run.momentum = 0.8;
            run.derived.rate = run.derived.momentum = named;
            double time = 0;
            for (long k = 0; k <= run.steps; k++) {
                const double factor = schedule_named(kind, k / fine);
                cr_assert(fabs(sgdmft_time(&run, k) - time) < 1e-13, "%d: t_%ld = %.15g, not %.15g", kind, k,
                          sgdmft_time(&run, k), time);
                if (k == run.steps)
                    break;
                cr_assert(fabs(sgdmft_rate(&run, k) - 0.1 * factor) < 1e-15, "%d: rate at %ld", kind, k);
                cr_assert(fabs(sgdmft_momentum(&run, k) - 0.8 * factor) < 1e-15, "%d: momentum at %ld", kind, k);
                time += sgdmft_rate(&run, k);
            }
        }
}

/* Sums of powers of 10^6 terms, and a sum whose cost must not grow with the number of steps. */
Test(schedule, powers_have_closed_sums)
{
    const double power[] = {0.1, 0.5, 1, 1.5, 2, 7};
    struct sgdmft_run run = fixture_run();
    run.derived.rate.kind = SGDMFT_NAMED_POWER;
    run.steps = 1000000;
    for (size_t i = 0; i < sizeof power / sizeof *power; i++) {
        double sum = 0;
        for (long j = run.steps; j >= 1; j--)
            sum += 0.1 * pow((double)j, -power[i]);
        run.derived.rate.power = power[i];
        cr_assert(fabs(sgdmft_time(&run, run.steps) / sum - 1) < 1e-12, "power %g: %.15g, not %.15g", power[i],
                  sgdmft_time(&run, run.steps), sum);
    }
    run.derived.rate.power = 2;
    run.steps = 1000000000000;
    cr_assert(fabs(sgdmft_time(&run, run.steps) - 0.1 * M_PI * M_PI / 6) < 1e-12);
}

/* The steps that conditions are checked at hold the largest rates beside every batch fraction. */
Test(schedule, checked_steps_have_the_largest_rates)
{
    struct sgdmft_stream stream = fixture_stream(77);
    for (int trial = 0; trial < 400; trial++) {
        struct sgdmft_run run = fixture_run();
        run.steps = 20 + (long)sgdmft_below(&stream, 60);
        const bool by_name = trial % 2;
        for (long k = 1; k < run.steps; k++) {
            if (sgdmft_below(&stream, 12) == 0)
                fixture_change(&run.batch_steps, k, fixture_between(&stream, 0.1, 1));
            if (!by_name && sgdmft_below(&stream, 12) == 0)
                fixture_change(&run.rate_steps, k, fixture_between(&stream, 0.1, 1));
        }
        if (by_name)
            run.derived.rate = (struct sgdmft_named){.kind = (enum sgdmft_named_kind)(1 + trial / 2 % 4),
                                                     .power = 0.3,
                                                     .warm = 1 + (long)sgdmft_below(&stream, 10),
                                                     .decay = (long)sgdmft_below(&stream, 10),
                                                     .half_life = 4};
        if (run.derived.rate.kind != SGDMFT_NAMED_WSD)
            run.derived.rate.warm = run.derived.rate.decay = 0;
        long step[SCHEDULE_CHECKED_MOST];
        double most[2] = {0}, checked[2] = {0};
        const size_t count = schedule_checked_steps(&run, step);
        for (long k = 0; k < run.steps; k++)
            most[0] = fmax(most[0], sgdmft_rate(&run, k) / sgdmft_batch(&run, k));
        for (long k = 1; k <= run.steps; k++)
            most[1] = fmax(most[1], sgdmft_rate(&run, k - 1) / sgdmft_batch(&run, k));
        for (size_t i = 0; i < count; i++) {
            cr_assert(i == 0 ? step[i] == 0 : step[i] >= step[i - 1] && step[i] <= run.steps);
            if (step[i] < run.steps)
                checked[0] = fmax(checked[0], sgdmft_rate(&run, step[i]) / sgdmft_batch(&run, step[i]));
            if (step[i] > 0)
                checked[1] = fmax(checked[1], sgdmft_rate(&run, step[i] - 1) / sgdmft_batch(&run, step[i]));
        }
        cr_assert(most[0] <= checked[0] && most[1] <= checked[1], "trial %d: %g %g, %g %g", trial, most[0], checked[0],
                  most[1], checked[1]);
    }
}

/* Step by step: at its last step a cycle begins anew with the value given there. */
Test(schedule, cycles_repeat)
{
    struct sgdmft_run run = fixture_run();
    fixture_change(&run.rate_cycle, 3, 0.05);
    fixture_change(&run.rate_cycle, 7, 0.2);
    fixture_change(&run.batch_cycle, 5, 0.6);
    double time = 0, epochs = 0, rate = run.rate, batch = run.batch;
    long since = 0;
    for (long k = 0; k < 60; k++) {
        rate = k % 7 == 3 ? 0.05 : k > 0 && k % 7 == 0 ? 0.2 : rate;
        batch = k > 0 && k % 5 == 0 ? 0.6 : batch;
        since = k % 5 == 0 ? k : since;
        cr_assert(fabs(sgdmft_rate(&run, k) - rate) < 1e-15, "rate at %ld", k);
        cr_assert(fabs(sgdmft_batch(&run, k) - batch) < 1e-15, "batch at %ld", k);
        cr_assert(fabs(sgdmft_time(&run, k) - time) < 1e-13, "t_%ld", k);
        cr_assert(fabs(sgdmft_epochs(&run, k) - epochs) < 1e-13, "epochs at %ld", k);
        cr_assert_eq(sgdmft_batch_since(&run, k), since, "piece of %ld", k);
        time += rate;
        epochs += batch;
    }
}

Test(schedule, examples_are_rounded)
{
    struct sgdmft_run run = fixture_run();
    const struct {
        double alpha;
        long dim, examples;
    } expected[] = {
        {3, 2000, 6000}, {0.29, 100, 29}, {1.0 / 3, 100, 33}, {2.0 / 3, 100, 67}, {0.7, 10, 7},
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        run.alpha = expected[i].alpha;
        run.dim = expected[i].dim;
        cr_assert(sgdmft_examples(&run) == expected[i].examples, "%ld", sgdmft_examples(&run));
    }
}

/* 0 and `last` are there, values ascend, and asking for the number alone gives the same. */
static size_t schedule_grid(const struct sgdmft_run *run, size_t (*grid)(const struct sgdmft_run *, long *), long last,
                            long **out)
{
    const size_t count = grid(run, NULL);
    cr_assert(count >= 1);
    *out = malloc((count + 1) * sizeof **out);
    cr_assert(*out != NULL);
    (*out)[count] = -77;
    cr_assert(grid(run, *out) == count && (*out)[count] == -77);
    cr_assert((*out)[0] == 0 && (*out)[count - 1] == last, "%ld..%ld", (*out)[0], (*out)[count - 1]);
    for (size_t i = 1; i < count; i++)
        cr_assert((*out)[i] > (*out)[i - 1]);
    return count;
}

Test(schedule, measured_steps)
{
    const struct {
        long steps, every;
        size_t count;
    } expected[] = {
        {1, 0, 2},
        {200, 0, 201},
        {201, 0, 201},
        {1000, 0, 201},
        {123457, 0, 201},
        {100, 1, 101},
        {100, 30, 5},
        {90, 30, 4},
        {10, 1000, 2},
        {1000, 1, 1001},
        {4000000000000000000, 0, 201},
        {9000000000000000000, 8000000000000000000, 3},
    };
    struct sgdmft_run run = fixture_run();
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        long *step;
        run.steps = expected[i].steps;
        run.every = expected[i].every;
        const size_t count = schedule_grid(&run, sgdmft_measured_steps, run.steps, &step);
        cr_assert(count == expected[i].count, "steps %ld, every %ld: %zu", run.steps, run.every, count);
        for (size_t k = 0; k + 1 < count && run.every > 0; k++)
            cr_assert(step[k] == (long)k * run.every);
        for (size_t k = 1; k < count && run.every == 0; k++) /* even spacing */
            cr_assert(labs((step[k] - step[k - 1]) - run.steps / (long)(count - 1)) <= 1);
        free(step);
    }
}

Test(schedule, measured_lags)
{
    struct sgdmft_run run = fixture_run();
    cr_assert(sgdmft_measured_lags(&run, NULL) == 0, "no waiting time, no lags");
    run.waiting = (struct sgdmft_steps){.count = 2, .step = {40, 60}};
    const long steps[] = {40, 41, 200, 240, 241, 242, 243, 244, 1000, 100000};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        long *lag;
        run.steps = steps[i];
        const size_t count = schedule_grid(&run, sgdmft_measured_lags, steps[i] - 40, &lag);
        for (size_t k = 0; k < count && k <= 200; k++)
            cr_assert(lag[k] == (long)k);
        for (size_t k = 201; k + 1 < count; k++) {
            const double growth = (double)(lag[k] - lag[k - 1]) / (double)lag[k - 1];
            cr_assert(growth > 1.0 / 90 && growth <= 1.0 / 64, "lag %ld: growth %g", lag[k], growth);
        }
        free(lag);
    }
}
