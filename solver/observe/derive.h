/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quantities derived from a result for tables and figures: effective temperatures, their spectrum, and the fraction of
 * samples in which training reached zero. They are means and errors without samples, in the group "derived". */
#ifndef SOLVER_OBSERVE_DERIVE_H
#define SOLVER_OBSERVE_DERIVE_H

#include <sgdmft/result.h>

/* Adds the derived numbers that the result allows and lacks. OK also if there is nothing to add. NOT_CONVERGED if the
 * run has two-time functions but is not stationary, so that it has no temperatures; error has the reason. INTERNAL
 * without memory. */
enum sgdmft_status derive(struct sgdmft_result *result, struct sgdmft_error *error);

#endif
