/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft diff: what differs is shown and nothing else. */
#include "tests/cli/program_output.h"

TestSuite(diff, .timeout = 60);

#define SOLVE "$P solve --paths 64 --quiet >/dev/null "

PROGRAM_TEST(diff, parameters_that_differ)
{
    run_good(p, SOLVE "--steps 3 --out $D/a.h5 && " SOLVE
                      "--steps 4 --rule persistent --rate 0.2 --threads 1 --out $D/b.h5 && cd $D && "
                      "$P diff a.h5 b.h5 | tr -s ' '");
    cr_assert_str_eq(p->out, " a.h5 b.h5\nlast_step 3 4\nrule sgd persistent\nrate 0.1 0.2\npersistence - 1\n"
                             "steps 3 4\nmargins_at 3 4\n");
    run_good(p, "$P diff $D/a.h5 $D/b.h5 --format json");
    json_auto_t *document = program_json(p);
    const json_t *list = json_object_get(document, "differences"), *row = json_array_get(list, 2);
    cr_assert_eq(json_array_size(list), 6);
    cr_assert_str_eq(json_string_value(json_object_get(row, "name")), "rate");
    cr_assert(json_real_value(json_object_get(row, "first")) == 0.1);
    cr_assert(json_real_value(json_object_get(row, "second")) == 0.2);
    cr_assert(json_is_null(json_object_get(json_array_get(list, 3), "first")));
    cr_assert(json_number_value(json_object_get(json_array_get(list, 3), "second")) == 1);
}

PROGRAM_TEST(diff, the_same_run_on_another_machine)
{
    run_good(p,
             SOLVE "--steps 3 --out $D/a.h5 && " SOLVE
                   "--steps 3 --threads 1 --memory-limit 1G --format csv --out $D/b.h5 && cd $D && $P diff a.h5 b.h5");
    cr_assert_str_eq(p->out, "a.h5 and b.h5: the same run\n");
}

/* Theory and simulation of a file, before and after it changed. */
PROGRAM_TEST(diff, origin)
{
    run_good(p, "cd $D && printf '0,1,a\\n1,3,b\\n2,1,a\\n4,4,b\\n0,2,a\\n7,1,b\\n' >d.csv && for i in 1 2; do $P "
                "simulate --data file --dataset d.csv --steps 2 --runs 2 --rate 0.01 --quiet --out $i.h5; echo "
                "3,9,a >>d.csv; done >/dev/null; " SOLVE
                "--steps 2 --out 3.h5; $P diff 1.h5 2.h5 | cut -c1-16; $P diff 2.h5 3.h5 | tr -s ' '");
    cr_assert_eq(strncmp(p->out, "                \ndataset_checksum\n", 34), 0, "%s", p->out);
    assert_says(p->out, "\nsource simulation theory\nengine simulator dense\nsamples 2 8\ndataset_checksum ");
    assert_says(p->out, "\ndata file teacher\n");
}

PROGRAM_TEST(diff, bad_use)
{
    run_refused(p, 2, "A.h5 B.h5 expected", SOLVE "--steps 2 --out $D/a.h5; $P diff $D/a.h5");
    run_ended(p, 5, "", "$P diff $D/a.h5 $D/none.h5");
    run_ended(p, 2, "", "$P diff $D/a.h5 $D/a.h5 --format csv");
}
