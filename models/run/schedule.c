/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values that change with the step (rate, batch, temperature), the time t_k, and the steps and lags that are
 * measured. */
#include <sgdmft/run.h>

#include <assert.h>
#include <math.h>

#define MEASURED_AUTO 200 /* steps measured with every = 0, beside the start */
#define LAGS_SINGLE 200   /* lags measured one by one                        */
#define LAGS_GROWTH 64    /* beyond, a lag grows by 1/64 to the next         */

static double schedule_value(double initial, const struct sgdmft_schedule *schedule, long k)
{
    double value = initial;
    for (size_t i = 0; i < schedule->count && schedule->from[i] <= k; i++)
        value = schedule->value[i];
    return value;
}

double sgdmft_rate(const struct sgdmft_run *run, long k)
{
    return schedule_value(run->rate, &run->rate_steps, k);
}

double sgdmft_batch(const struct sgdmft_run *run, long k)
{
    return schedule_value(run->batch, &run->batch_steps, k);
}

double sgdmft_temperature(const struct sgdmft_run *run, long k)
{
    return schedule_value(run->temperature, &run->temperature_steps, k);
}

double sgdmft_batch_weight(const struct sgdmft_run *run, long k)
{
    return run->gradient == SGDMFT_GRADIENT_SUM ? 1 : 1 / sgdmft_batch(run, k);
}

double sgdmft_time(const struct sgdmft_run *run, long k)
{
    const struct sgdmft_schedule *schedule = &run->rate_steps;
    double time = 0, rate = run->rate;
    long start = 0;
    for (size_t i = 0; i < schedule->count && schedule->from[i] < k; i++) {
        time += rate * (double)(schedule->from[i] - start);
        rate = schedule->value[i];
        start = schedule->from[i];
    }
    return time + rate * (double)(k - start);
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
