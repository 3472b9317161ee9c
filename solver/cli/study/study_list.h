/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Output of studies by sgdmft list. */
#ifndef SOLVER_CLI_STUDY_STUDY_LIST_H
#define SOLVER_CLI_STUDY_STUDY_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Prints all studies with their titles. */
void study_list_all(void);
/* Prints, unless silent, claim and source of the studies of this name; returns their number. */
size_t study_list_one(const char *name, bool silent);
/* Lists at most `most` names, each to be freed; returns their number. */
size_t study_list_names(char **name, size_t most);
/* Prints their names, each after a blank. */
void study_list_words(FILE *out);

#endif
