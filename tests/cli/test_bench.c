/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft bench: what it prints; the numbers themselves are the machine's. */
#include "tests/cli/program.h"

TestSuite(bench, .timeout = 60);

#define TEST(name) PROGRAM_TEST(bench, name)

TEST(json_has_rates_and_references)
{
    run_good(p, "$P bench --seconds 0 --threads 1 --only normals --only simulator_500 --format json > $D/j");
    run_good(p, "/usr/bin/python3 -c '\n"
                "import json, sys\n"
                "d = json.load(open(sys.argv[1]))\n"
                "assert d[\"command\"] == \"bench\" and d[\"status\"] == \"complete\" and d[\"machine\"][\"cpu\"]\n"
                "normals, simulator = d[\"items\"]\n"
                "assert normals[\"name\"] == \"normals\" and normals[\"reference\"] == \"normals_plain\"\n"
                "assert simulator[\"reference\"] == \"stream_read\" and simulator[\"unit\"] == \"GB/s\"\n"
                "for i in d[\"items\"]:\n"
                "    assert i[\"rate\"] > 0 and i[\"repeats\"] >= 3 and i[\"threads\"] == 1\n"
                "    assert abs(i[\"share\"] / (i[\"rate\"] / i[\"reference_rate\"]) - 1) < 1e-12\n"
                "' $D/j");
}

/* An amount of work known from outside: the time of a product of matrices gives at least 0.1 Gflop/s on anything. */
TEST(text_names_every_item)
{
    run_good(p, "$P bench --seconds 0 --threads 1 --only dgemm --only loss");
    assert_says(p->out, "Gflop/s");
    assert_says(p->out, "of loss_plain");
}

TEST(refusals)
{
    run_ended(p, 2, "'normals'", "$P bench --only nomals");
    cr_expect_eq(program_run(p, "$P bench --seconds -1"), 2);
    cr_expect_eq(program_run(p, "$P bench --threads 0"), 2);
    cr_expect_eq(program_run(p, "$P bench --format csv"), 2);
    cr_expect_eq(program_run(p, "$P bench --rate 0.1"), 2);
}
