/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values that change with the step (rate, batch, temperature), the time t_k, and the steps and lags that are
 * measured. */
#include "models/run/named_schedule.h"
#include "models/run/parameter_table.h"

#include <assert.h>
#include <math.h>

#define MEASURED_AUTO 200 /* steps measured with every = 0, beside the start */
#define LAGS_SINGLE 200   /* lags measured one by one                        */
#define LAGS_GROWTH 64    /* beyond, a lag grows by 1/64 to the next         */

/* A value by a schedule, or by a cycle if that has entries. */
struct changing {
    double initial;
    const struct sgdmft_schedule *schedule, *cycle;
};

static struct changing changing_rate(const struct sgdmft_run *run)
{
    return (struct changing){run->rate, &run->rate_steps, &run->rate_cycle};
}

static struct changing changing_batch(const struct sgdmft_run *run)
{
    return (struct changing){run->batch, &run->batch_steps, &run->batch_cycle};
}

static double schedule_value(double initial, const struct sgdmft_schedule *schedule, long k)
{
    double value = initial;
    for (size_t i = 0; i < schedule->count && schedule->from[i] <= k; i++)
        value = schedule->value[i];
    return value;
}

/* Sum of the values at steps 0..k-1. */
static double schedule_sum(double initial, const struct sgdmft_schedule *schedule, long k)
{
    double sum = 0, value = initial;
    long start = 0;
    for (size_t i = 0; i < schedule->count && schedule->from[i] < k; i++) {
        sum += value * (double)(schedule->from[i] - start);
        value = schedule->value[i];
        start = schedule->from[i];
    }
    return sum + value * (double)(k - start);
}

/* First step of the piece that k belongs to. */
static long schedule_since(const struct sgdmft_schedule *schedule, long k)
{
    long start = 0;
    for (size_t i = 0; i < schedule->count && schedule->from[i] <= k; i++)
        start = schedule->from[i];
    return start;
}

static long cycle_period(const struct sgdmft_schedule *cycle)
{
    return cycle->from[cycle->count - 1];
}

/* Values at the start of the cycles after the first. */
static double cycle_value(const struct sgdmft_schedule *cycle)
{
    return cycle->value[cycle->count - 1];
}

static double changing_value(struct changing x, long k)
{
    if (x.cycle->count == 0)
        return schedule_value(x.initial, x.schedule, k);
    const long period = cycle_period(x.cycle);
    return schedule_value(k < period ? x.initial : cycle_value(x.cycle), x.cycle, k % period);
}

static double changing_sum(struct changing x, long k)
{
    if (x.cycle->count == 0)
        return schedule_sum(x.initial, x.schedule, k);
    const long period = cycle_period(x.cycle);
    if (k <= period)
        return schedule_sum(x.initial, x.cycle, k);
    const double later = cycle_value(x.cycle), whole = (double)(k / period - 1);
    return schedule_sum(x.initial, x.cycle, period) + whole * schedule_sum(later, x.cycle, period)
           + schedule_sum(later, x.cycle, k % period);
}

static long substeps(const struct sgdmft_run *run)
{
    return run->derived.substeps > 0 ? run->derived.substeps : 1;
}

static double named_value(const struct sgdmft_run *run, const struct sgdmft_named *named, long k)
{
    return named_factor(named, run->steps / substeps(run), k / substeps(run));
}

double sgdmft_rate(const struct sgdmft_run *run, long k)
{
    return changing_value(changing_rate(run), k) * named_value(run, &run->derived.rate, k);
}

double sgdmft_momentum(const struct sgdmft_run *run, long k)
{
    return run->momentum * named_value(run, &run->derived.momentum, k);
}

double sgdmft_batch(const struct sgdmft_run *run, long k)
{
    return changing_value(changing_batch(run), k);
}

double sgdmft_temperature(const struct sgdmft_run *run, long k)
{
    return schedule_value(run->temperature, &run->temperature_steps, k);
}

double sgdmft_batch_weight(const struct sgdmft_run *run, long k)
{
    return run->gradient == SGDMFT_GRADIENT_SUM ? 1 : 1 / sgdmft_batch(run, k);
}

double sgdmft_gradient_share(const struct sgdmft_run *run, long k)
{
    return k == 0 ? 1 : 1 - run->dampening;
}

double sgdmft_time(const struct sgdmft_run *run, long k)
{
    const struct sgdmft_named *named = &run->derived.rate;
    const long fine = substeps(run), whole = k / fine, steps = run->steps / fine;
    if (named->kind != SGDMFT_NAMED_NONE)
        return run->rate
               * ((double)fine * named_sum(named, steps, whole)
                  + (double)(k % fine) * named_factor(named, steps, whole));
    return changing_sum(changing_rate(run), k);
}

double sgdmft_epochs(const struct sgdmft_run *run, long k)
{
    return changing_sum(changing_batch(run), k);
}

long sgdmft_batch_since(const struct sgdmft_run *run, long k)
{
    const struct sgdmft_schedule *cycle = &run->batch_cycle;
    if (cycle->count == 0)
        return schedule_since(&run->batch_steps, k);
    const long within = k % cycle_period(cycle);
    return k - within + schedule_since(cycle, within);
}

static void extend_range(const struct sgdmft_schedule *schedule, double *least, double *most)
{
    for (size_t i = 0; i < schedule->count; i++) {
        *least = fmin(*least, schedule->value[i]);
        *most = fmax(*most, schedule->value[i]);
    }
}

void schedule_batch_range(const struct sgdmft_run *run, double *least, double *most)
{
    *least = *most = run->batch;
    extend_range(&run->batch_steps, least, most);
    extend_range(&run->batch_cycle, least, most);
}

bool schedule_is_thermal(const struct sgdmft_run *run)
{
    double least = run->temperature, most = run->temperature;
    extend_range(&run->temperature_steps, &least, &most);
    return most > 0;
}

/* Inserts the steps beside a change. */
static size_t steps_beside(const struct sgdmft_run *run, long change, size_t count, long *out)
{
    for (long k = change - 1; k <= change + 1; k++) {
        if (k <= 0 || k > run->steps)
            continue;
        size_t i = count++;
        for (; out[i - 1] > k; i--)
            out[i] = out[i - 1];
        out[i] = k;
    }
    return count;
}

size_t schedule_checked_steps(const struct sgdmft_run *run, long out[SCHEDULE_CHECKED_MOST])
{
    const struct sgdmft_schedule *schedule[] = {&run->rate_steps, &run->batch_steps};
    size_t count = 1;
    out[0] = 0;
    for (size_t s = 0; s < 2; s++)
        for (size_t i = 0; i < schedule[s]->count; i++)
            count = steps_beside(run, schedule[s]->from[i], count, out);
    return steps_beside(run, named_peak(&run->derived.rate), count, out);
}

const char *schedule_changing(const struct sgdmft_run *run)
{
    return run->rate_cycle.count > 0          ? "rate_cycle"
           : run->batch_cycle.count > 0       ? "batch_cycle"
           : *run->rate_schedule != '\0'      ? "rate_schedule"
           : run->rate_steps.count > 0        ? "rate_steps"
           : run->batch_steps.count > 0       ? "batch_steps"
           : run->temperature_steps.count > 0 ? "temperature_steps"
                                              : NULL;
}

long schedule_cycle_steps(const struct sgdmft_run *run)
{
    const struct sgdmft_schedule *rate = &run->rate_cycle, *batch = &run->batch_cycle;
    if (rate->count + batch->count == 0)
        return 0;
    const double repeat =
        (rate->count ? (double)cycle_period(rate) : 1) * (batch->count ? (double)cycle_period(batch) : 1);
    /* a schedule with a cycle: one more cycle after its last change */
    const double last = (rate->count             ? 0
                         : run->rate_steps.count ? (double)run->rate_steps.from[run->rate_steps.count - 1]
                                                 : 0)
                        + (batch->count             ? 0
                           : run->batch_steps.count ? (double)run->batch_steps.from[run->batch_steps.count - 1]
                                                    : 0);
    const double steps = 2 * repeat + last + (double)named_peak(&run->derived.rate) + 2;
    return steps < (double)run->steps + 1 ? (long)steps : run->steps + 1;
}

long sgdmft_test_examples(const struct sgdmft_run *run)
{
    const long held_out = run->derived.dataset.held_out;
    return held_out > 0 ? held_out : run->test_examples > 0 ? run->test_examples : sgdmft_examples(run);
}

long sgdmft_fresh_examples(const struct sgdmft_run *run, long k)
{
    return lround(sgdmft_batch(run, k) * (double)sgdmft_examples(run));
}

long sgdmft_examples(const struct sgdmft_run *run)
{
    return lround(run->alpha * (double)run->dim);
}

size_t sgdmft_measured_steps(const struct sgdmft_run *run, long *out)
{
    const long steps = run->steps;
    size_t count = 0;
    if (run->every == 0 && steps > MEASURED_AUTO) {
        for (long i = 0; i <= MEASURED_AUTO; i++, count++)
            if (out) /* i steps / MEASURED_AUTO without overflow */
                out[count] = steps / MEASURED_AUTO * i + steps % MEASURED_AUTO * i / MEASURED_AUTO;
        return count;
    }
    const long every = run->every == 0 ? 1 : run->every;
    for (long k = 0; k < steps; k = every < steps - k ? k + every : steps, count++)
        if (out)
            out[count] = k;
    if (out)
        out[count] = steps;
    return count + 1;
}

size_t sgdmft_measured_lags(const struct sgdmft_run *run, long *out)
{
    if (run->waiting.count == 0)
        return 0;
    const long last = run->steps - run->waiting.step[0];
    assert(last >= 0);
    size_t count = 0;
    for (long lag = 0; lag < last; lag += lag < LAGS_SINGLE ? 1 : lag / LAGS_GROWTH, count++)
        if (out)
            out[count] = lag;
    if (out)
        out[count] = last;
    return count + 1;
}
