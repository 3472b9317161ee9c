/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Effective temperature: the conditions on a run, and its defaults. */
#include "models/registry.h"
#include "models/run/parameter_table.h"
#include "solver/observe/teff.h"
#include "solver/run/engine.h"

#include <math.h>
#include <stdio.h>

#define LEAST_LAGS 8 /* least number for sgdmft_fdt */

/* Text of the waiting times: half of the run and three quarters; with epochs all phases from there on, if they fit. */
static void choose_waiting(const struct sgdmft_run *run, char text[SGDMFT_TEXT_MAX])
{
    const long half = run->steps / 2, quarter = run->steps / 4;
    long phases = run->rule->epochs ? lround(1 / run->batch) : 1;
    if (2 * phases > SGDMFT_WAITING_MAX || phases > quarter)
        phases = 1;
    const long between = quarter / phases * phases; /* whole epochs */
    size_t length = 0;
    for (long i = 0; i < (between ? 2 * phases : 1); i++)
        length += (size_t)snprintf(text + length, SGDMFT_TEXT_MAX - length, "%s%ld", i ? "," : "",
                                   half + i % phases + i / phases * between);
}

/* Suggests waiting times if the run has none, except with engine stationary, and probes of the response to a
 * simulation. */
enum sgdmft_status teff_defaults(struct sgdmft_settings *settings, bool simulate, struct sgdmft_error *error)
{
    struct sgdmft_run run;
    char text[SGDMFT_TEXT_MAX];
    enum sgdmft_status status = sgdmft_run_resolve(settings, &run, NULL, error);
    if (status)
        return status;
    if (simulate || !engine_skips_steps(&run)) {
        choose_waiting(&run, text);
        status = settings_suggest(settings, "waiting", text, error);
    }
    const bool responds =
        run.waiting.count > 0 && !run.rule->continuous && run.replicas == 1 && !sgdmft_force_jumps(&run);
    if (!status && simulate && responds)
        status = settings_suggest(settings, "force_directions", "4", error);
    return status;
}

/* USAGE for a run that cannot have an effective temperature: no waiting times, no response, too few lags. */
enum sgdmft_status teff_check(const struct sgdmft_run *run, bool simulate, struct sgdmft_error *error)
{
    const struct sgdmft_steps *waiting = &run->waiting;
    long first, last;
    char jump[REGISTRY_JUMP_MAX];
    if (engine_skips_steps(run) && !simulate)
        return SGDMFT_OK;
    if (waiting->count == 0)
        return sgdmft_fail(error, SGDMFT_USAGE, "waiting: none, but T_eff needs two-time functions");
    if (simulate && run->rule->continuous)
        return sgdmft_fail(error, SGDMFT_USAGE, "rule: a simulation of %s has no response, which T_eff needs",
                           run->rule->entry.name);
    if (simulate && sgdmft_force_jumps(run))
        return sgdmft_fail(
            error, SGDMFT_USAGE,
            "loss: the response of a simulation is a derivative, which the jumps of the force of %s do not "
            "have; --by solve takes it from a finite force",
            registry_jump(run, jump));
    if (simulate && run->force_directions == 0)
        return sgdmft_fail(error, SGDMFT_USAGE, "force_directions: 0, but T_eff needs the response");
    if (run->steps - waiting->step[waiting->count - 1] < LEAST_LAGS - 1)
        return sgdmft_fail(
            error, SGDMFT_USAGE,
            "waiting: step %ld leaves %ld lags to the end of the run (steps is %ld), but T_eff needs at least %d",
            waiting->step[waiting->count - 1], run->steps - waiting->step[waiting->count - 1] + 1, run->steps,
            LEAST_LAGS);
    if (sgdmft_window(run, &first, &last) && last > run->steps - waiting->step[0])
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "window: lag %ld is beyond the end of the run (steps is %ld, the first waiting time %ld)",
                           last, run->steps, waiting->step[0]);
    return SGDMFT_OK;
}
