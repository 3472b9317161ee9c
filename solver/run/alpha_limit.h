/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Document of a search for the largest alpha at which a run reaches zero. */
#ifndef SOLVER_RUN_ALPHA_LIMIT_H
#define SOLVER_RUN_ALPHA_LIMIT_H

#include <sgdmft/boundary.h>
#include <stdio.h>

/* Writes the json document of a limit that was found for a run. */
enum sgdmft_status alpha_limit_json(const struct sgdmft_alpha_limit *limit, const struct sgdmft_run *run, FILE *out,
                                    struct sgdmft_error *error);

#endif
