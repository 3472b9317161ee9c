/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The simulation of a run with a stored matrix or without one, as the run says. */
#include "solver/cli/frame/cli.h"

#include <sgdmft/implicit.h>

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
