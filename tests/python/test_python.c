/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Python module beside the program: its unit tests (tests/python/test_module.py), and the scripts of
 * validation/notebooks as a reader runs them; the harness of validation/acceptance
 * (tests/python/test_acceptance.py). */
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

#define TEST(name) Test(python, name, .init = open_program, .fini = close_program, .timeout = 300)

/* The module that was built beside the program; the sources are in $T. */
static const char setup[] = "export PYTHONPATH=$(dirname $P)/python PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS=1 "
                            "MPLCONFIGDIR=$D T=$PWD\ncd $D\n";

#define RUN(commands) program_run(&program, "%s" commands, setup)

static void check_class_of(const char *script, const char *name)
{
    program_run(&program, "%s/usr/bin/python3 $T/tests/python/%s %s 2>&1", setup, script, name);
    cr_assert_eq(program.code, 0, "%s", program.out);
    cr_assert(strstr(program.out, "\nOK"), "%s", program.out);
}

static void check_class(const char *name)
{
    check_class_of("test_module.py", name);
}

TEST(numbers_are_those_of_the_program)
{
    check_class("Numbers");
}

TEST(names_and_messages_are_those_of_the_program)
{
    check_class("Names");
}

TEST(files_and_sweeps_are_read)
{
    check_class("Files");
}

TEST(values_are_arrays_with_axes)
{
    check_class("Arrays");
}

TEST(solves_run_in_threads_and_are_stopped)
{
    check_class("Work");
}

TEST(acceptance_rows_older_than_their_engine_are_stale)
{
    check_class_of("test_acceptance.py", "Stale");
}

TEST(acceptance_rows_are_kept_one_by_one)
{
    check_class_of("test_acceptance.py", "Rows");
}

TEST(acceptance_records_what_an_engine_is_made_of)
{
    check_class_of("test_acceptance.py", "Record");
}

TEST(theory_beside_simulation_is_a_script)
{
    RUN("/usr/bin/python3 $T/validation/notebooks/theory_beside_simulation.py && ls -s theory_beside_simulation.svg");
    cr_assert_eq(program.code, 0, "%s", program.err);
    cr_assert(strncmp(program.out, "agree", 5) == 0 || strncmp(program.out, "undecided", 9) == 0, "%s", program.out);
    cr_assert(strstr(program.out, "\nC(20 + 10, 20): theory "), "%s", program.out);
}

TEST(a_phase_diagram_is_a_script)
{
    double small, large;
    RUN("/usr/bin/python3 $T/validation/notebooks/phase_diagram.py && ls phase_diagram.svg");
    cr_assert_eq(program.code, 0, "%s", program.err);
    const char *line = strstr(program.out, "\n1 ");
    cr_assert(line && sscanf(line, "\n1 %lf(%*f) %*f(%*f) %*f(%*f) %lf", &small, &large) == 2, "%s", program.out);
    /* below the capacity hardly any example is wrong, at twice the capacity many are */
    cr_assert(small < 0.01 && large > 0.1, "%s", program.out);
}
