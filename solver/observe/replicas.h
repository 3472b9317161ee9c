/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The analysis replicas (T11): its conditions on a run, and its document of a result. */
#ifndef SOLVER_OBSERVE_REPLICAS_H
#define SOLVER_OBSERVE_REPLICAS_H

#include <sgdmft/result.h>
#include <stdio.h>

#define REPLICAS_SUMMARY "The distance of two replicas: same data and start, batches of their own."

/* The two quantities of a result. */
struct distances {
    const struct sgdmft_quantity *raw, *normalised;
};

/* Sets replicas to 2 if the user does not give it. */
enum sgdmft_status replicas_defaults(struct sgdmft_settings *settings, bool simulate, struct sgdmft_error *error);
/* USAGE for a run of one replica. */
enum sgdmft_status replicas_check(const struct sgdmft_run *run, bool simulate, struct sgdmft_error *error);
/* USAGE if the result has no distances. */
enum sgdmft_status replicas_find(const struct sgdmft_result *result, struct distances *distances,
                                 struct sgdmft_error *error);
/* Writes the json document. USAGE if the result has no distances. */
enum sgdmft_status replicas_json(const struct sgdmft_result *result, FILE *out, struct sgdmft_error *error);

#endif
