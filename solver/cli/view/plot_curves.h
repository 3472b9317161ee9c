/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Curves of a figure, each a result; curves of one run (theory and simulation of it) share a group, that is a
 * colour and a label. */
#ifndef SOLVER_CLI_VIEW_PLOT_CURVES_H
#define SOLVER_CLI_VIEW_PLOT_CURVES_H

#include "solver/cli/view/gather.h"

struct curve {
    struct sgdmft_result *result;
    size_t group;
};

struct plot_group {
    char label[256];
    bool theory, simulation;
    bool begins; /* the last varied parameter of a sweep begins anew */
};

struct curves {
    size_t count;
    struct curve *curve;
    size_t groups;
    struct plot_group *group;
};

/* Loads all results. USAGE if there is nothing to show. Free with curves_free, also after an error. */
enum sgdmft_status curves_load(const struct gathering *gathering, struct curves *curves, struct sgdmft_error *error);
void curves_free(struct curves *curves);
/* True if the groups do not all have the same text for this parameter. */
bool curves_differ(const struct curves *curves, const struct sgdmft_parameter *parameter);
/* True if some curve has values of it at two or more steps, not all of them zero. */
bool curves_have(const struct curves *curves, const char *observable);

/* True if the key names the group; of more than `most` only some are: those where the last varied parameter of a sweep
 * begins anew, or evenly spread ones. */
bool curves_labelled(const struct curves *curves, size_t group, size_t most);

#endif
