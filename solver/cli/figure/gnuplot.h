/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Running gnuplot. */
#ifndef SOLVER_CLI_FIGURE_GNUPLOT_H
#define SOLVER_CLI_FIGURE_GNUPLOT_H

#include "models/base/files_kind.h"

/* A string variable of the script. */
struct gnuplot_variable {
    const char *name, *value;
};
#define GNUPLOT_VARIABLES_MAX 40

/* FILE: there is no gnuplot. */
enum sgdmft_status gnuplot_check(struct sgdmft_error *error);
/* Runs a script that draws to the file in its variable `output`, one of the given variables. messages: the file of
 * its messages. Its standard output is discarded. FILE: gnuplot cannot be started, reports an error, or writes no
 * complete picture of that kind; the message has its first error, or the reason that writing fails. INTERRUPTED: the
 * process was to end by a signal, to which it listens from here on (session_listen). */
enum sgdmft_status gnuplot_run(const char *script, const char *messages, size_t count,
                               const struct gnuplot_variable *variable, const struct files_kind *kind,
                               struct sgdmft_error *error);

#endif
