/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One rank: what is broadcast is its own. Several are tested with the program (tests/mpi.sh). */
#include "models/base/ranks.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#ifndef SGDMFT_MPI
/* Without MPI each of several processes would do all of the work. */
Test(ranks, without_mpi_there_is_one)
{
    static const char *const names[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"};
    for (size_t i = 0; i < 2; i++) {
        struct ranks ranks;
        struct sgdmft_error error = {0};
        setenv(names[i], "1", 1);
        cr_expect_eq(ranks_start(&ranks, &error), SGDMFT_OK);
        setenv(names[i], "2", 1);
        cr_expect_eq(ranks_start(&ranks, &error), SGDMFT_USAGE);
        cr_expect_not_null(strstr(error.text, names[i]), "%s", error.text);
        unsetenv(names[i]);
    }
}
#endif

Test(ranks, one_rank_needs_nobody)
{
    struct ranks ranks = RANKS_ONE;
    struct sgdmft_error error = {0};
    double own[2] = {1.5, 2.5};
    const struct ranks *const both[] = {&ranks, NULL};
    for (size_t i = 0; i < 2; i++) {
        ranks_broadcast(both[i], 0, own, sizeof own);
        cr_expect(own[0] == 1.5 && own[1] == 2.5);
        cr_expect(ranks_first(both[i]));
        cr_expect_eq(ranks_count(both[i]), 1);
        cr_expect_eq(ranks_owner(both[i], 17), 0);
        cr_expect_eq(ranks_agree(both[i], SGDMFT_OK, &error), SGDMFT_OK);
        sgdmft_fail(&error, SGDMFT_FILE, "lost");
        cr_expect_eq(ranks_agree(both[i], SGDMFT_FILE, &error), SGDMFT_FILE);
        cr_expect_str_eq(error.text, "lost");
    }
    ranks_stop(&ranks);
}
