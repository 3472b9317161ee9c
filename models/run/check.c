/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Conditions between the parameters of a run, and the warning about its start. Each message names the parameter, its
 * value and the rule. */
#include "models/registry.h"
#include "models/run/named_schedule.h"
#include "models/run/parameter_table.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Least square of the |r| beyond which steps overshoot without return: Gaussian fields do not reach it (THEORY 5.3). */
static const double room_least = 30;

static enum sgdmft_status check_start(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    if (run->constraint == SGDMFT_CONSTRAINT_SPHERE && run->norm0 != 1)
        return sgdmft_fail(error, SGDMFT_USAGE, "norm0: %.15g, but on the sphere it is 1 (constraint sphere)",
                           run->norm0);
    if (run->overlap0 * run->overlap0 > run->norm0)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "overlap0: %.15g is too large: overlap0^2 <= norm0 must hold (norm0 is %.15g)",
                           run->overlap0, run->norm0);
    if (!run->data->signal && run->overlap0 != 0)
        return sgdmft_fail(error, SGDMFT_USAGE, "overlap0: %.15g has no meaning with data %s, which has no signal",
                           run->overlap0, run->data->entry.name);
    return SGDMFT_OK;
}

static enum sgdmft_status check_labels(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    bool classes = sgdmft_has_classes(run);
    if (classes && run->label_noise > 1)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "label_noise: %.15g is no chance of a flip: 0 <= label_noise <= 1 for labels +1/-1",
                           run->label_noise);
    if (run->loss->classes_only && !classes)
        return sgdmft_fail(error, SGDMFT_USAGE, "loss: %s needs labels +1/-1, but those of data %s%s%s are real",
                           run->loss->entry.name, run->data->entry.name,
                           effect_teacher(run) ? ", teacher " : ", targets gaussian",
                           effect_teacher(run) ? run->teacher->entry.name : "");
    return SGDMFT_OK;
}

static enum sgdmft_status check_rule(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    const struct sgdmft_rule *rule = run->rule;
    if (rule->full_batch && run->batch != 1)
        return sgdmft_fail(error, SGDMFT_USAGE, "batch: %.15g, but rule %s uses all examples: batch is 1", run->batch,
                           rule->entry.name);
    if (rule->needs_temperature && !(run->temperature > 0))
        return sgdmft_fail(error, SGDMFT_USAGE, "temperature: %.15g, but rule %s needs temperature > 0",
                           run->temperature, rule->entry.name);
    return rule->check ? rule->check(run, error) : SGDMFT_OK;
}

static enum sgdmft_status check_schedule(const struct sgdmft_run *run, const char *name,
                                         const struct sgdmft_schedule *schedule, struct sgdmft_error *error)
{
    for (size_t i = 0; i < schedule->count; i++)
        if (schedule->from[i] >= run->steps)
            return sgdmft_fail(error, SGDMFT_USAGE, "%s: step %ld is not before the end of the run (steps is %ld)",
                               name, schedule->from[i], run->steps);
    return SGDMFT_OK;
}

/* The last entry of a cycle is its period, which may go beyond the run. */
static enum sgdmft_status check_cycle(const struct sgdmft_run *run, const char *name,
                                      const struct sgdmft_schedule *cycle, const char *other_name,
                                      const struct sgdmft_schedule *other, struct sgdmft_error *error)
{
    struct sgdmft_schedule within = *cycle;
    if (cycle->count == 0)
        return SGDMFT_OK;
    if (other->count > 0)
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: given together with %s: a value follows one of the two", name,
                           other_name);
    within.count--;
    return check_schedule(run, name, &within, error);
}

static enum sgdmft_status check_steps(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    enum sgdmft_status status;
    if (*run->rate_schedule && run->rate_steps.count + run->rate_cycle.count > 0)
        return sgdmft_fail(error, SGDMFT_USAGE, "rate_schedule: given together with %s: a value follows one of the two",
                           run->rate_steps.count > 0 ? "rate_steps" : "rate_cycle");
    if ((status = named_check("rate_schedule", &run->derived.rate, run->steps, error))
        || (status = named_check("momentum_schedule", &run->derived.momentum, run->steps, error))
        || (status = check_schedule(run, "rate_steps", &run->rate_steps, error))
        || (status = check_schedule(run, "batch_steps", &run->batch_steps, error))
        || (status = check_schedule(run, "temperature_steps", &run->temperature_steps, error))
        || (status = check_cycle(run, "rate_cycle", &run->rate_cycle, "rate_steps", &run->rate_steps, error))
        || (status = check_cycle(run, "batch_cycle", &run->batch_cycle, "batch_steps", &run->batch_steps, error)))
        return status;
    for (size_t i = 0; sgdmft_has_classes(run) && i < run->margins_at.count; i++)
        if (run->margins_at.step[i] > run->steps)
            return sgdmft_fail(error, SGDMFT_USAGE, "margins_at: step %ld is beyond the end of the run (steps is %ld)",
                               run->margins_at.step[i], run->steps);
    for (size_t i = 0; i < run->sharpness_at.count; i++)
        if (run->sharpness_at.step[i] > run->steps)
            return sgdmft_fail(error, SGDMFT_USAGE,
                               "sharpness_at: step %ld is beyond the end of the run (steps is %ld)",
                               run->sharpness_at.step[i], run->steps);
    for (size_t i = 0; i < run->waiting.count; i++)
        if (run->waiting.step[i] > run->steps)
            return sgdmft_fail(error, SGDMFT_USAGE, "waiting: step %ld is beyond the end of the run (steps is %ld)",
                               run->waiting.step[i], run->steps);
    return SGDMFT_OK;
}

static enum sgdmft_status check_window(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    long first, last;
    if (strcmp(run->window, "auto") == 0)
        return SGDMFT_OK;
    if (!sgdmft_window(run, &first, &last))
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "window: '%.80s' is not auto and not FIRST:LAST, two lags in steps with 0 <= FIRST < LAST",
                           run->window);
    return SGDMFT_OK;
}

static enum sgdmft_status check_sizes(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    if (run->groups > run->paths)
        return sgdmft_fail(error, SGDMFT_USAGE, "groups: %ld is more than paths (%ld)", run->groups, run->paths);
    if (run->target_error > 0 && run->groups < 4)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "groups: %ld, but target_error %.15g needs at least 4, whose spread is an error",
                           run->groups, run->target_error);
    return SGDMFT_OK;
}

/* |l'(r)| for label y. */
static double force_at(const struct sgdmft_run *run, double r, double y)
{
    double first;
    sgdmft_loss_evaluate(run, 1, &r, &y, NULL, &first, NULL);
    return fabs(first);
}

/* The least b/(eta Delta) of a loss whose force grows as A |r|^p, p > 1, on both sides for either label: a step
 * overshoots without return if eta Delta A |r|^(p-1)/b > 2, and that |r|^2 must be at least room_least. 0 for other
 * losses. */
static double room_needed(const struct sgdmft_run *run)
{
    const double far = 1e6, farther = 1e7, tolerance = 1e-3;
    double needed = 0;
    for (int side = -1; side <= 1; side += 2)
        for (int y = -1; y <= 1; y += 2) {
            const double force = force_at(run, side * far, y), more = force_at(run, side * farther, y);
            const double growth = log10(more / force), whole = round(growth);
            const double power = fabs(growth - whole) < tolerance ? whole : growth;
            if (!(power > 1 + tolerance) || isinf(power))
                return 0;
            needed = fmax(needed, force / pow(far, power) / 2 * pow(room_least, (power - 1) / 2));
        }
    return needed;
}

/* b/(eta Delta) of the segment that begins at step k; rate and batch change at steps of their own. */
static enum sgdmft_status check_room(const struct sgdmft_run *run, double needed, const char *name, long k,
                                     struct sgdmft_error *error)
{
    double rate = sgdmft_rate(run, k);
    double room = 1
                  / (sgdmft_batch_weight(run, k) * rate * sgdmft_variance(run)
                     * sgdmft_spectrum_mean(sgdmft_spectrum(run), false));
    if (room < needed * (1 - 1e-9)) /* 30 in decimals counts as 30 */
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "%s: rate %.15g at step %ld is too large for loss %s%s%s, whose paths would diverge: "
                           "batch/(rate Delta) must be at least %.4g and is %.3g",
                           name, rate, k, run->loss->entry.name, run->link->linear ? "" : " of link ",
                           run->link->linear ? "" : run->link->entry.name, needed, room);
    return SGDMFT_OK;
}

/* The parameter that sets the rate from step k on. */
static const char *rate_name(const struct sgdmft_run *run, long k)
{
    for (size_t i = 0; i < run->rate_steps.count; i++)
        if (run->rate_steps.from[i] == k)
            return "rate_steps";
    return *run->rate_schedule ? "rate_schedule" : "rate";
}

static enum sgdmft_status check_overshoot(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    long step[SCHEDULE_CHECKED_MOST];
    enum sgdmft_status status = SGDMFT_OK;
    const double needed = run->rule->continuous ? 0 : room_needed(run);
    if (!(needed > 0))
        return SGDMFT_OK;
    const size_t count = schedule_checked_steps(run, step);
    for (size_t i = 0; !status && i < count; i++)
        status = check_room(run, needed, rate_name(run, step[i]), step[i], error);
    for (long k = 0; !status && k < schedule_cycle_steps(run) && k < run->steps; k++)
        status = check_room(run, needed, run->rate_cycle.count > 0 ? "rate_cycle" : "batch_cycle", k, error);
    return status;
}

static enum sgdmft_status check_flow(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    char jump[REGISTRY_JUMP_MAX];
    if (run->rule->continuous && sgdmft_force_jumps(run))
        return sgdmft_fail(error, SGDMFT_USAGE, "rule: %s needs a force without jumps, and the force of %s jumps",
                           run->rule->entry.name, registry_jump(run, jump));
    return SGDMFT_OK;
}

enum sgdmft_status run_check(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    enum sgdmft_status status;
    if ((status = check_start(run, error)) || (status = check_labels(run, error))
        || (status = run->loss->check ? run->loss->check(run, error) : SGDMFT_OK) || (status = check_steps(run, error))
        || (status = check_rule(run, error)) || (status = extra_check(run, error)) || (status = check_sizes(run, error))
        || (status = check_window(run, error)) || (status = check_overshoot(run, error))
        || (status = check_flow(run, error)))
        return status;
    return SGDMFT_OK;
}

static void warn_start(const struct sgdmft_run *run, struct sgdmft_error *warning)
{
    const char *symmetric = NULL;
    if (!run->data->signal || run->overlap0 != 0)
        return;
    if (run->link->even)
        symmetric = run->link->entry.name;
    else if (run->loss->even)
        symmetric = run->loss->entry.name;
    else if (effect_teacher(run) && run->teacher->even)
        symmetric = run->teacher->entry.name;
    if (symmetric)
        sgdmft_fail(warning, SGDMFT_OK,
                    "overlap0: 0 starts on a symmetry (%s) that finite N breaks: the theory stays at overlap 0 where a "
                    "simulation leaves it; give a small overlap0",
                    symmetric);
}

/* A class with a smaller share of the rows is rare. */
#define RARE 0.1

/* Appends a sentence to the warning. */
__attribute__((format(printf, 2, 3))) static void warn_too(struct sgdmft_error *warning, const char *format, ...)
{
    const size_t length = strlen(warning->text), room = sizeof warning->text - length;
    va_list arguments;
    va_start(arguments, format);
    const size_t start = length ? (size_t)snprintf(warning->text + length, room, "; ") : 0;
    vsnprintf(warning->text + length + start, room - start, format, arguments);
    va_end(arguments);
}

static void warn_dataset(const struct sgdmft_dataset *dataset, struct sgdmft_error *warning)
{
    const long negatives = dataset->rows - dataset->positives;
    const bool plus = dataset->positives < negatives;
    const double share = (double)(plus ? dataset->positives : negatives) / (double)dataset->rows;
    if (dataset->missing > 0)
        warn_too(warning, "dataset: %ld row%s left out, with missing values", dataset->missing,
                 dataset->missing == 1 ? " is" : "s are");
    if (dataset->dropped > 0)
        warn_too(warning, "dataset: %ld column%s left out, with the same value in all rows", dataset->dropped,
                 dataset->dropped == 1 ? " is" : "s are");
    if (share < RARE)
        warn_too(warning,
                 "dataset: class %s has %.2g %% of the rows; it keeps its share among those held out, nothing is "
                 "weighted, and the constant label %s is wrong for %.2g %%",
                 plus ? "+1" : "-1", 100 * share, plus ? "-1" : "+1", 100 * share);
}

void run_warn(const struct sgdmft_run *run, struct sgdmft_error *warning)
{
    *warning = (struct sgdmft_error){0};
    warn_start(run, warning);
    if (run->derived.dataset.rows > 0)
        warn_dataset(&run->derived.dataset, warning);
}
