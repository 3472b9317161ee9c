/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persistent SGD: membership of an example is a two-state chain with s^0 ~ Bernoulli(b_0) and, from step k-1 to
 * step k,
 *     P(0->1) = eta_{k-1}/tau,    P(1->0) = (1 - b_k) eta_{k-1}/(b_k tau):
 * eta_{k-1} because it is the time that passes between the two steps, b_k because it is the fraction that step k
 * is to have. With constant eta and b the mean is b and the correlation time of s is b tau; tau = eta/b is sgd. */
#include "models/registry.h"
#include "models/rule/rule_check.h"
#include "models/run/parameter_table.h"

#include <math.h>

static double persistent_probability(const struct sgdmft_run *run, long k, int previous)
{
    const double fraction = sgdmft_batch(run, k);
    if (k == 0)
        return fraction;
    const double elapsed = sgdmft_rate(run, k - 1) / run->persistence;
    return previous ? 1 - (1 - fraction) * elapsed / fraction : elapsed;
}

/* Both probabilities of the transition into step k are at most 1 (up to rounding, so that tau = eta/b
 * typed in decimals is accepted). */
static enum sgdmft_status persistent_check_step(const struct sgdmft_run *run, long k, struct sgdmft_error *error)
{
    const double allowed = 1 + 1e-12;
    const double rate = sgdmft_rate(run, k - 1), fraction = sgdmft_batch(run, k), time = run->persistence;
    if (!(rate <= time * allowed))
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "persistence: %.15g is shorter than one step (rate <= persistence, rate %.15g at step %ld, "
                           "rule persistent)",
                           time, rate, k - 1);
    if (!((1 - fraction) * rate <= fraction * time * allowed))
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "persistence: %.15g is too short ((1-batch) rate <= batch persistence, rate %.15g at step "
                           "%ld, batch %.15g at step %ld, rule persistent)",
                           time, rate, k - 1, fraction, k);
    return SGDMFT_OK;
}

/* Pairs (eta_{k-1}, b_k) with a rate above all before occur only beside a change. */
static enum sgdmft_status persistent_check_changes(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    long step[SCHEDULE_CHECKED_MOST];
    const size_t count = schedule_checked_steps(run, step);
    for (size_t i = 0; i < count; i++)
        if (step[i] > 0 && persistent_check_step(run, step[i], error) != SGDMFT_OK)
            return SGDMFT_USAGE;
    return SGDMFT_OK;
}

static enum sgdmft_status persistent_check_cycles(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    for (long k = 1; k < schedule_cycle_steps(run); k++)
        if (persistent_check_step(run, k, error) != SGDMFT_OK)
            return SGDMFT_USAGE;
    return SGDMFT_OK;
}

static enum sgdmft_status persistent_check(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    if (rule_check_fraction(run, error) != SGDMFT_OK)
        return SGDMFT_USAGE;
    if (!(run->persistence > 0 && isfinite(run->persistence)))
        return sgdmft_fail(error, SGDMFT_USAGE, "persistence: %.15g is not a time above 0 (rule persistent)",
                           run->persistence);
    if (persistent_check_step(run, 1, error) != SGDMFT_OK)
        return SGDMFT_USAGE;
    if (persistent_check_changes(run, error) != SGDMFT_OK)
        return SGDMFT_USAGE;
    return persistent_check_cycles(run, error);
}

const struct sgdmft_rule rule_persistent = {
    .entry = {.name = "persistent",
              .summary = "two-state chain, P(0->1) = eta/tau, P(1->0) = (1-b) eta/(b tau); correlation time b tau",
              .reference = "Mignacco, Krzakala, Urbani, Zdeborova, NeurIPS 2020, arXiv:2006.06098"},
    .default_batch = 0.3,
    .averages_selection = true,
    .check = persistent_check,
    .probability = persistent_probability,
    .select = rule_select,
};
