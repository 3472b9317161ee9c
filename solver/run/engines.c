/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The registry of engines and the choice among them. */
#include "models/registry.h"
#include "models/run/parameter_table.h"
#include "solver/run/engine.h"
#include "solver/run/sizes.h"

#include <sgdmft/solve.h>

#define ENGINE_RECORD(name) extern const struct engine engine_##name;
ENGINE_LIST(ENGINE_RECORD)
#define ENGINE_ADDRESS(name) &engine_##name,
const struct engine *const engines[] = {ENGINE_LIST(ENGINE_ADDRESS) NULL};

const struct sgdmft_entry *sgdmft_engine_entry(size_t index)
{
    for (size_t i = 0; engines[i]; i++)
        if (i == index)
            return &engines[i]->entry;
    return NULL;
}

static enum sgdmft_status engine_supports(const struct engine *engine, const struct sgdmft_run *run,
                                          struct sgdmft_error *error)
{
    if (run->rule->continuous)
        return sgdmft_fail(error, SGDMFT_USAGE, "engine: %s has no discrete steps of rule %s", engine->entry.name,
                           run->rule->entry.name);
    if (run->rule->fresh && !engine->fresh)
        return sgdmft_fail(
            error, SGDMFT_USAGE,
            "engine: %s has a fixed training set, and rule %s draws new examples at every step; engine online does",
            engine->entry.name, run->rule->entry.name);
    if (engine->fresh && !run->rule->fresh)
        return sgdmft_fail(error, SGDMFT_USAGE, "engine: %s has no training set, which rule %s needs",
                           engine->entry.name, run->rule->entry.name);
    if (!engine->spectrum && !sgdmft_spectrum_is_plain(sgdmft_spectrum(run)))
        return sgdmft_fail(error, SGDMFT_USAGE, "engine: %s does not follow data with a covariance_spectrum%s",
                           engine->entry.name, engine->fresh ? "" : "; dense does");
    if (sizes_wanted(engine, run) && engine_group_paths(run) < SIZES_PATHS_LEAST)
        return sgdmft_fail(error, SGDMFT_USAGE, "extrapolation: sizes takes at least %d paths a group, not %zu",
                           SIZES_PATHS_LEAST, engine_group_paths(run));
    char jump[REGISTRY_JUMP_MAX];
    const bool averages = run->derived.average.taken;
    const char *extra = averages && !engine->averaged ? "average" : sgdmft_step_extra(run);
    if (extra && !engine->extras)
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: the engine %s does not follow it; conditional does", extra,
                           engine->entry.name);
    if (engine->tangents && sgdmft_force_jumps(run))
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "engine: %s takes its memory from tangents, which miss the jumps of the force of %s; "
                           "conditional needs no tangents",
                           engine->entry.name, registry_jump(run, jump));
    if (run->full_matrices && !engine->matrices)
        return sgdmft_fail(error, SGDMFT_USAGE, "full_matrices: the engine %s does not keep all C(k,l) and R(k,l)%s",
                           engine->entry.name, engine->fresh ? "" : "; dense does");
    return engine->supports(run, error);
}

bool engine_skips_steps(const struct sgdmft_run *run)
{
    return run->engine > 0 && engines[run->engine - 1]->solve;
}

const struct engine *engine_choose(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    if (run->derived.dataset.rows > 0 && run->derived.spectrum.modes == 0) { /* not made by equivalent_run */
        sgdmft_fail(error, SGDMFT_INTERNAL, "data: no engine solves the run of a dataset itself");
        return NULL;
    }
    if (run->engine > 0) {
        const struct engine *engine = engines[run->engine - 1];
        return engine_supports(engine, run, error) == SGDMFT_OK ? engine : NULL;
    }
    if (run->rule->fresh)
        return engine_supports(&engine_online, run, error) == SGDMFT_OK ? &engine_online : NULL;
    if (run_prefers_conditional(run) && engine_supports(&engine_conditional, run, NULL) == SGDMFT_OK)
        return &engine_conditional;
    if (run->steps > (sgdmft_force_is_linear(run) ? DENSE_STEPS_LINEAR : DENSE_STEPS)
        && engine_supports(&engine_hierarchical, run, NULL) == SGDMFT_OK)
        return &engine_hierarchical;
    for (size_t i = 0; engines[i]; i++)
        if (!engines[i]->solve && engine_supports(engines[i], run, error) == SGDMFT_OK)
            return engines[i];
    return NULL;
}
