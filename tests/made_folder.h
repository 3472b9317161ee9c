/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder for the files of a test, empty at first and removed in the end. */
#ifndef TESTS_MADE_FOLDER_H
#define TESTS_MADE_FOLDER_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char folder[32];

__attribute__((unused)) static void folder_make(void)
{
    strcpy(folder, "/tmp/sgdmft-test-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
}

__attribute__((unused)) static void folder_remove(void)
{
    char command[64];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    cr_assert_eq(system(command), 0);
}

#endif
