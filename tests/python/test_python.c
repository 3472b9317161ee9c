/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Python module beside the program: its unit tests (tests/python/test_module.py), and the scripts of
 * validation/notebooks as a reader runs them; the harness of validation/acceptance
 * (tests/python/test_acceptance.py). */
#include "tests/cli/program.h"

TestSuite(python, .timeout = 300);

#define TEST(name) PROGRAM_TEST(python, name)

/* The module that was built beside the program; the sources are in $T. */
static const char setup[] = "export PYTHONPATH=$(dirname $P)/python PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS=1 "
                            "MPLCONFIGDIR=$D T=$PWD\ncd $D\n";

#define RUN(commands) program_run(p, "%s" commands, setup)

static void check_class_of(struct program *p, const char *script, const char *name)
{
    run_good(p, "%s/usr/bin/python3 $T/tests/python/%s %s 2>&1", setup, script, name);
    cr_assert(strstr(p->out, "\nOK"), "%s", p->out);
}

static void check_class(struct program *p, const char *name)
{
    check_class_of(p, "test_module.py", name);
}

TEST(numbers_are_those_of_the_program)
{
    check_class(p, "Numbers");
}

TEST(names_and_messages_are_those_of_the_program)
{
    check_class(p, "Names");
}

TEST(files_and_sweeps_are_read)
{
    check_class(p, "Files");
}

TEST(values_are_arrays_with_axes)
{
    check_class(p, "Arrays");
}

TEST(solves_run_in_threads_and_are_stopped)
{
    check_class(p, "Work");
}

TEST(acceptance_rows_older_than_their_engine_are_stale)
{
    check_class_of(p, "test_acceptance.py", "Stale");
}

TEST(acceptance_rows_are_kept_one_by_one)
{
    check_class_of(p, "test_acceptance.py", "Rows");
}

TEST(acceptance_records_what_an_engine_is_made_of)
{
    check_class_of(p, "test_acceptance.py", "Record");
}

TEST(theory_beside_simulation_is_a_script)
{
    RUN("/usr/bin/python3 $T/validation/notebooks/theory_beside_simulation.py && ls -s theory_beside_simulation.svg");
    cr_assert_eq(p->code, 0, "%s", p->err);
    cr_assert(strncmp(p->out, "agree", 5) == 0 || strncmp(p->out, "undecided", 9) == 0, "%s", p->out);
    cr_assert(strstr(p->out, "\nC(20 + 10, 20): theory "), "%s", p->out);
}

TEST(a_phase_diagram_is_a_script)
{
    double small, large;
    RUN("/usr/bin/python3 $T/validation/notebooks/phase_diagram.py && ls phase_diagram.svg");
    cr_assert_eq(p->code, 0, "%s", p->err);
    const char *line = strstr(p->out, "\n1 ");
    cr_assert(line && sscanf(line, "\n1 %lf(%*f) %*f(%*f) %*f(%*f) %lf", &small, &large) == 2, "%s", p->out);
    /* below the capacity hardly any example is wrong, at twice the capacity many are */
    cr_assert(small < 0.01 && large > 0.1, "%s", p->out);
}
