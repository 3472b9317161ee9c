/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --vary NAME=VALUES: the values that one parameter takes in a sweep. */
#ifndef SOLVER_CLI_SWEEP_VARY_H
#define SOLVER_CLI_SWEEP_VARY_H

#include <sgdmft/run.h>

#define VARY_VALUES_MAX 100000

struct vary {
    const struct sgdmft_parameter *parameter;
    size_t count;
    char **text; /* as a user would write them */
    bool beyond; /* A:B:STEP has one value, since the step is larger than the range */
};

/* Parses NAME=A:B:STEP, NAME=A,B,C or NAME=log:A:B:N. Schedules and lists of steps, whose texts have commas, are
 * separated by semicolons. Free with vary_free, also after an error. USAGE: unknown name, a parameter that does not
 * change the run (out, threads, ...), a text that is no number, an empty or endless range. */
enum sgdmft_status vary_parse(const char *words, struct vary *vary, struct sgdmft_error *error);
void vary_free(struct vary *vary);

#endif
