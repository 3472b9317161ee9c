/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of formulas: a cache folder of their own, and the reason to skip them where SymPy or cc are missing. */
#ifndef TESTS_FORMULA_MADE_RECORDS_H
#define TESTS_FORMULA_MADE_RECORDS_H

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static char made_cache[64];

__attribute__((unused)) static void made_begin(void)
{
    if (system("python3 -I -c 'import sympy' >/dev/null 2>&1") != 0)
        cr_skip_test("python3-sympy is not installed");
    if (system("cc --version >/dev/null 2>&1") != 0)
        cr_skip_test("there is no C compiler cc");
    strcpy(made_cache, "/tmp/sgdmft-made-XXXXXX");
    cr_assert_not_null(mkdtemp(made_cache));
    setenv("XDG_CACHE_HOME", made_cache, 1);
}

__attribute__((unused)) static void made_end(void)
{
    char command[128];
    if (!*made_cache)
        return;
    snprintf(command, sizeof command, "rm -rf %s", made_cache);
    cr_assert_eq(system(command), 0);
}

#endif
