/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of formulas: a cache folder of their own, and the reason to skip them where SymPy or cc are missing. */
#ifndef TESTS_FORMULA_MADE_RECORDS_H
#define TESTS_FORMULA_MADE_RECORDS_H

#include "tests/made_folder.h"

__attribute__((unused)) static void made_begin(void)
{
    if (system("python3 -I -c 'import sympy' >/dev/null 2>&1") != 0)
        cr_skip_test("python3-sympy is not installed");
    if (system("cc --version >/dev/null 2>&1") != 0)
        cr_skip_test("there is no C compiler cc");
    folder_make();
    setenv("XDG_CACHE_HOME", folder, 1);
}

__attribute__((unused)) static void made_end(void)
{
    if (*folder)
        folder_remove();
}

#endif
