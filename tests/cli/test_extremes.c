/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs whose numbers leave the range of a double: they diverge, in theory and simulation alike, and say so. */
#include "tests/cli/program.h"

TestSuite(extremes, .timeout = 60);

#define TEST(name) PROGRAM_TEST(extremes, name)

/* Already the loss at the start is infinite: the result has its step 0 and is marked. */
TEST(a_start_beyond_all_numbers_diverges)
{
    static const char *const runs[] = {"--loss hinge2 --kappa 1e300", "--link door --door-width 1e160 --loss square",
                                       "--loss square --teacher linear --label-noise 1e160"};
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++)
        for (size_t by = 0; by < 2; by++) {
            const char *command = by ? "simulate --dim 30 --runs 2" : "solve --paths 64 --groups 2";
            run_ended(p, 4, "", "$P %s %s --steps 4 --out $D/r.h5 --format csv --quiet", command, runs[i]);
            cr_assert(strstr(p->err, "diverged after step") || strstr(p->err, "diverged: |w|^2/N"), "%s", p->err);
            cr_assert(!strstr(p->err, "-nan") && !strstr(p->out, "-nan"), "%s%s", p->err, p->out);
            cr_assert(strstr(p->out, "\n0,0,"), "%s", p->out);
            run_good(p, "$P info $D/r.h5 | grep -q '^status *diverged'");
        }
}
