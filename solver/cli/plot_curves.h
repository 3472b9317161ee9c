/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a picture shows: curves, each a result; curves of one run (theory and simulation of it) share a group, that is a
 * colour and a label. */
#ifndef SGDMFT_CLI_PLOT_CURVES_H
#define SGDMFT_CLI_PLOT_CURVES_H

#include "solver/cli/gather.h"

struct curve {
    struct sgdmft_result *result;
    size_t group;
};

struct plot_group {
    char label[256];
    bool theory, simulation;
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
/* True if some curve has a finite value of it. */
bool curves_have(const struct curves *curves, const char *observable);

#endif
