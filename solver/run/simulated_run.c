/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Choice of the simulation: with a stored matrix or an implicit one. */
#include "solver/run/simulated_run.h"

#include "models/registry.h"
#include "solver/conditional/conditional.h"
#include <sgdmft/implicit.h>
#include <sgdmft/simulate.h>
#include <sgdmft/solve.h>
#include <string.h>

enum sgdmft_status simulated_run(const struct sgdmft_run *run, long first_run, const struct sgdmft_watch *watch,
                                 struct sgdmft_result **result, struct sgdmft_error *error)
{
    return sgdmft_is_implicit(run) ? sgdmft_simulate_implicit(run, first_run, watch, result, error)
                                   : sgdmft_simulate(run, first_run, watch, result, error);
}

enum sgdmft_status simulated_estimate(const struct sgdmft_run *run, struct sgdmft_estimate *estimate,
                                      struct sgdmft_error *error)
{
    if (sgdmft_is_implicit(run))
        return sgdmft_simulate_implicit_estimate(run, estimate, error);
    return sgdmft_simulate_estimate(run, estimate, error);
}

const char *simulated_engine(const struct sgdmft_run *run)
{
    return sgdmft_is_implicit(run) ? SIMULATION_IMPLICIT : SIMULATION_STORED;
}

enum sgdmft_status check_independent(const char *theory, const char *simulation, struct sgdmft_error *error)
{
    if (strcmp(theory, engine_conditional.entry.name) == 0 && strcmp(simulation, SIMULATION_IMPLICIT) == 0)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "matrix: implicit is the engine conditional itself at finite dim, which cannot confirm it "
                           "(take matrix stored, or another engine)");
    return SGDMFT_OK;
}

enum sgdmft_status simulated_check(const struct sgdmft_run *run, struct sgdmft_run *own, struct sgdmft_error *error)
{
    struct sgdmft_estimate estimate;
    const char *engine = "";
    enum sgdmft_status status = sgdmft_solve_estimate(run, &estimate, &engine, error);
    *own = *run;
    if (own->matrix == SGDMFT_MATRIX_AUTO && sgdmft_is_implicit(own))
        own->matrix = SGDMFT_MATRIX_STORED;
    if (!status)
        status = check_independent(engine, simulated_engine(own), error);
    return status ? status : simulated_estimate(own, &estimate, error);
}
