/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft bench: what it prints; the numbers themselves are the machine's. */
#include "tests/cli/program.h"

static struct program program;

static void start(void)
{
    program_open(&program);
}
static void end(void)
{
    program_close(&program);
}

TestSuite(bench, .init = start, .fini = end, .timeout = 60);

Test(bench, json_has_rates_and_references)
{
    cr_assert_eq(
        program_run(&program,
                    "$P bench --seconds 0 --threads 1 --only normals --only simulator_500 --format json > $D/j"),
        0, "%s", program.err);
    cr_expect_eq(
        program_run(&program,
                    "/usr/bin/python3 -c '\n"
                    "import json, sys\n"
                    "d = json.load(open(sys.argv[1]))\n"
                    "assert d[\"command\"] == \"bench\" and d[\"status\"] == \"complete\" and d[\"machine\"][\"cpu\"]\n"
                    "normals, simulator = d[\"items\"]\n"
                    "assert normals[\"name\"] == \"normals\" and normals[\"reference\"] == \"normals_plain\"\n"
                    "assert simulator[\"reference\"] == \"stream_read\" and simulator[\"unit\"] == \"GB/s\"\n"
                    "for i in d[\"items\"]:\n"
                    "    assert i[\"rate\"] > 0 and i[\"repeats\"] >= 3 and i[\"threads\"] == 1\n"
                    "    assert abs(i[\"share\"] / (i[\"rate\"] / i[\"reference_rate\"]) - 1) < 1e-12\n"
                    "' $D/j"),
        0, "%s", program.err);
}

/* An amount of work known from outside: the time of a product of matrices gives at least 0.1 Gflop/s on anything. */
Test(bench, text_names_every_item)
{
    cr_assert_eq(program_run(&program, "$P bench --seconds 0 --threads 1 --only dgemm --only loss"), 0, "%s",
                 program.err);
    cr_expect_not_null(strstr(program.out, "Gflop/s"), "%s", program.out);
    cr_expect_not_null(strstr(program.out, "of loss_plain"), "%s", program.out);
}

Test(bench, refusals)
{
    cr_expect_eq(program_run(&program, "$P bench --only nomals"), 2);
    cr_expect_not_null(strstr(program.err, "'normals'"), "%s", program.err);
    cr_expect_eq(program_run(&program, "$P bench --seconds -1"), 2);
    cr_expect_eq(program_run(&program, "$P bench --threads 0"), 2);
    cr_expect_eq(program_run(&program, "$P bench --format csv"), 2);
    cr_expect_eq(program_run(&program, "$P bench --rate 0.1"), 2);
}
