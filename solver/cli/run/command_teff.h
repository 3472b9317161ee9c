/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Output of teff. */
#ifndef SOLVER_CLI_RUN_COMMAND_TEFF_H
#define SOLVER_CLI_RUN_COMMAND_TEFF_H

#include "solver/cli/frame/cli.h"

struct teff {
    const struct sgdmft_result *result;
    const struct sgdmft_fdt *fdt;
    bool temperatures; /* false: the run is not stationary, and nobody forced it */
    bool spectrum, identities;
    struct sgdmft_identity identity[SGDMFT_IDENTITIES_MAX];
    size_t identity_count;
};

/* In run.format, on stdout. With csv one table: the spectrum, the identities, or the curves. */
enum sgdmft_status teff_print(const struct invocation *invocation, const struct teff *teff, struct sgdmft_error *error);

#endif
