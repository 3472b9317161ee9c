/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs whose numbers leave the range of a double: they diverge, in theory and simulation alike, and say so. */
#include "tests/cli/program.h"

static struct program program;

static void open_program(void)
{
    program_open(&program);
}

static void close_program(void)
{
    program_close(&program);
}

#define TEST(name) Test(extremes, name, .init = open_program, .fini = close_program, .timeout = 60)

/* Already the loss at the start is infinite: the result has its step 0 and is marked. */
TEST(a_start_beyond_all_numbers_diverges)
{
    static const char *const runs[] = {"--loss hinge2 --kappa 1e300", "--link door --door-width 1e160 --loss square",
                                       "--loss square --teacher linear --label-noise 1e160"};
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++)
        for (size_t by = 0; by < 2; by++) {
            const char *command = by ? "simulate --dim 30 --runs 2" : "solve --paths 64 --groups 2";
            program_run(&program, "$P %s %s --steps 4 --out $D/r.h5 --format csv --quiet", command, runs[i]);
            cr_assert_eq(program.code, 4, "%s %s: exit code %d, %s", command, runs[i], program.code, program.err);
            cr_assert(strstr(program.err, "diverged after step") || strstr(program.err, "diverged: |w|^2/N"), "%s",
                      program.err);
            cr_assert(!strstr(program.err, "-nan") && !strstr(program.out, "-nan"), "%s%s", program.err, program.out);
            cr_assert(strstr(program.out, "\n0,0,"), "%s", program.out);
            cr_assert_eq(program_run(&program, "$P info $D/r.h5 | grep -q '^status *diverged'"), 0);
        }
}
