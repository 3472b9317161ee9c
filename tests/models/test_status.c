/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Status codes are the exit codes of the contract, and messages are formatted whole. */
#include "models/base/memory.h"
#include <sgdmft/status.h>

#include <criterion/criterion.h>
#include <string.h>

TestSuite(status, .timeout = 5);

Test(status, codes_and_sentences)
{
    const int expected[] = {0, 1, 2, 3, 4, 5, 6, 75};
    const enum sgdmft_status code[] = {SGDMFT_OK,       SGDMFT_INTERNAL, SGDMFT_USAGE,    SGDMFT_NOT_CONVERGED,
                                       SGDMFT_DIVERGED, SGDMFT_FILE,     SGDMFT_DISAGREE, SGDMFT_INTERRUPTED};
    for (size_t i = 0; i < sizeof code / sizeof *code; i++) {
        cr_assert((int)code[i] == expected[i]);
        cr_assert(strlen(sgdmft_status_sentence(code[i])) > 0);
        for (size_t j = 0; j < i; j++)
            cr_assert(strcmp(sgdmft_status_sentence(code[i]), sgdmft_status_sentence(code[j])) != 0);
    }
    cr_assert(strcmp(sgdmft_status_sentence((enum sgdmft_status)42), "unknown status") == 0);
}

Test(status, fail_formats_and_returns)
{
    struct sgdmft_error error = {.status = SGDMFT_OK};
    cr_assert(sgdmft_fail(&error, SGDMFT_USAGE, "%s: %g", "rate", -0.5) == SGDMFT_USAGE);
    cr_assert(error.status == SGDMFT_USAGE && strcmp(error.text, "rate: -0.5") == 0);
    cr_assert(sgdmft_fail(&error, SGDMFT_FILE, "a.ini: %s", error.text) == SGDMFT_FILE, "the old text as an argument");
    cr_assert(strcmp(error.text, "a.ini: rate: -0.5") == 0, "%s", error.text);
    cr_assert(sgdmft_fail(NULL, SGDMFT_DIVERGED, "nobody reads this") == SGDMFT_DIVERGED);
}

Test(status, long_messages_are_cut)
{
    struct sgdmft_error error;
    char text[3000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    sgdmft_fail(&error, SGDMFT_INTERNAL, "%s", text);
    cr_assert(strlen(error.text) == sizeof error.text - 1);
}

Test(status, no_memory_is_one_error)
{
    struct sgdmft_error error = {.status = SGDMFT_OK};
    cr_assert(memory_fail(&error, "a group of %d paths", 32) == SGDMFT_INTERNAL);
    cr_assert(error.status == SGDMFT_INTERNAL && strcmp(error.text, "no memory for a group of 32 paths") == 0);
    cr_assert(memory_fail(NULL, "nobody") == SGDMFT_INTERNAL);
}
