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
    bool begins; /* first of the groups of a sweep that differ in the last varied parameter alone */
};

struct curves {
    size_t count;
    struct curve *curve;
    size_t groups;
    struct plot_group *group;
};

/* Loads all results. Free with curves_free, also after an error. USAGE: there is no result. */
enum sgdmft_status curves_load(const struct gathering *gathering, struct curves *curves, struct sgdmft_error *error);
void curves_free(struct curves *curves);
/* True if the groups differ in this parameter. */
bool curves_differ(const struct curves *curves, const struct sgdmft_parameter *parameter);
/* True if a curve has values of the observable at two or more steps, not all zero. */
bool curves_have(const struct curves *curves, const char *observable);

/* True if the key names the group. Of more than `most` groups it names those with the first value of the last varied
 * parameter of a sweep, or evenly spread ones. */
bool curves_labelled(const struct curves *curves, size_t group, size_t most);

#endif
