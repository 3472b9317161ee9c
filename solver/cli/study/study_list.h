/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Studies as sgdmft list shows them. */
#ifndef SOLVER_CLI_STUDY_STUDY_LIST_H
#define SOLVER_CLI_STUDY_STUDY_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* All with their titles. */
void study_list_all(void);
/* Claim and source of those of that name, unless silent; returns their number. */
size_t study_list_one(const char *name, bool silent);
/* Their names, at most `most`, each to be freed; returns their number. */
size_t study_list_names(char **name, size_t most);
/* Their names, each behind a blank. */
void study_list_words(FILE *out);

#endif
