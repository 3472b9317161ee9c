/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/mpi.sh, where the program under test has MPI (make MPI=1 test) and mpirun is there. */
#include "tests/cli/program.h"

Test(mpi, two_ranks_give_the_bits_of_one, .timeout = 240)
{
    static struct program program;
    program_open(&program);
    const bool possible =
        program_run(&program, "$P --version | grep -q 'MPI [0-9]' && command -v mpirun > $D/where") == 0;
    if (possible)
        cr_expect_eq(program_run(&program, "tests/mpi.sh $P"), 0, "%s%s", program.out, program.err);
    program_close(&program);
    if (!possible)
        cr_skip_test("the program was built without MPI, or there is no mpirun");
}
