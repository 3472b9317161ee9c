/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The manual page, made from the table of parameters, the records of the commands and the lists of observables and
 * status codes. */
#ifndef SOLVER_CLI_FRAME_MANUAL_H
#define SOLVER_CLI_FRAME_MANUAL_H

#include <stdio.h>

/* Prints the page in roff (man macros). Its date is SOURCE_DATE_EPOCH if set, otherwise today. */
void manual_print(FILE *out);

/* Prose of the manual page (manual_text.c): paragraphs under headings, and examples with their command lines. */
struct manual_section {
    const char *heading;
    const char *const *paragraph; /* NULL-terminated */
};
struct manual_example {
    const char *meaning, *command; /* command NULL: the end */
};
extern const struct manual_section manual_run_files, manual_own_data, manual_output, manual_result_files,
    manual_environment;
extern const struct manual_example manual_examples[];

#endif
