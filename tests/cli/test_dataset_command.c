/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A dataset of the user from the command line: every observable, provenance, exit codes. */
#include "tests/cli/program.h"

static void furnish(struct program *p)
{
    /* 60 rows of 6 columns and a label, no two columns alike */
    program_run(
        p,
        "awk 'BEGIN { srand(1); for (i = 0; i < 60; i++) { s = 0; for (j = 0; j < 6; j++) { x = rand() + rand() - 1; "
        "if (j < 3) s += x; printf \"%%.4f,\", x } print (s > 0 ? \"yes\" : \"no\") } }' > $D/d.csv");
}

TestSuite(dataset_commands, .timeout = 60);

#define TEST(name) PROGRAM_TEST(dataset_commands, name, furnish(p))
#define DATA "--data file --dataset $D/d.csv"
#define SMALL DATA " --steps 6 --runs 3 --rate 0.05"

TEST(every_observable)
{
    run_good(p, "$P simulate " SMALL " --format csv");
    run_good(p, "$P simulate " DATA " --steps 6 --runs 3 --rule flow");
    run_good(p, "$P solve " SMALL " --paths 256 --groups 2 --format csv");
    run_good(p, "$P validate " SMALL " --paths 256 --groups 2 --format json >$D/v.json; test $? -eq 0 -o $? -eq 6");
    cr_assert_eq(program_run(p, "$P solve " SMALL " --engine stationary"), 2, "%s", p->err);
    run_says(p, "distance", "$P replicas " SMALL " --by simulate --format csv");
    run_says(p, "fraction_negative", "$P boundary " SMALL " --by simulate --format json");
    run_says(p, "teff_local",
             "$P teff " DATA " --by simulate --steps 200 --waiting 100 --runs 8 --rate 0.1 --force --format csv");
}

/* Reports on stderr what was read, unless --quiet: the rows of either class with their labels. */
TEST(the_data_are_told)
{
    static const char *const commands[] = {"solve --paths 64 --groups 2 --steps 2", "simulate --steps 2 --runs 2",
                                           "solve --dry-run", "replicas --paths 64 --groups 2 --steps 2",
                                           "sweep --what solve --vary steps=2,3 --paths 64 --groups 2 --out $D/s"};
    char told[300];
    program_run(p, "grep -c yes $D/d.csv");
    const int yes = atoi(p->out);
    snprintf(told, sizeof told,
             "/d.csv: 60 rows, 6 features; +1: %d rows (label yes), -1: %d rows (label no); csv, separated by commas, "
             "no names\n",
             yes, 60 - yes);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        run_good(p, "$P %s " DATA " --progress none", commands[i]);
        const char *at = strstr(p->err, told);
        cr_assert(at && !strstr(at + 1, told), "%s: once, in: %s", commands[i], p->err);
        cr_assert_null(strstr(p->out, "features"));
        program_run(p, "rm -rf $D/s; $P %s " DATA " --quiet", commands[i]);
        cr_assert_str_eq(p->err, "", "%s", commands[i]);
    }
    program_run(p, "sed 's/no$/maybe/;1,9s/yes$/perhaps/' $D/d.csv >$D/e.csv; $P solve --dry-run --data file "
                   "--dataset $D/e.csv --positive yes,perhaps");
    snprintf(told, sizeof told, "+1: %d rows (label ", yes);
    assert_says(p->err, told);
    assert_says(p->err, "-1: ");
    assert_says(p->err, "(label maybe)");
    cr_assert(strstr(p->err, "(label yes, perhaps)") || strstr(p->err, "(label perhaps, yes)"), "%s", p->err);
    run_good(p, "$P solve --steps 2 --paths 64 --progress none");
    cr_assert_null(strstr(p->err, "features"), "%s", p->err);
}

/* The result stays readable, and can be compared, when the dataset is gone. */
TEST(provenance)
{
    run_good(p, "cd $D && $P simulate --data file --dataset d.csv --steps 6 --runs 3 --out a.h5");
    run_good(p, "cd $D && $P simulate --data file --dataset d.csv --steps 6 --runs 2 --out a.h5 --append");
    cr_assert_eq(program_run(p, "cd $D && echo 1,2,3,4,5,6,no >> d.csv && $P simulate --data file --dataset "
                                "d.csv --steps 6 --runs 2 --out a.h5 --append"),
                 2, "%s", p->err);
    run_good(p, "cd $D && stat -c %%s d.csv && rm d.csv && $P info a.h5 --format json");
    assert_says(p->out, "\"rows\": 60");
    assert_says(p->out, "\"checksum\": \"");
    assert_says(p->out, "\"path\": \"d.csv\"");
    assert_says(p->out, "\"samples\": 5");
    run_good(p, "$P info $D/a.h5 --print-config");
    cr_assert_null(strstr(p->out, "alpha"));
    assert_says(p->out, "dataset = d.csv");
}

/* The rows left for tests are missing to the theory as well. */
TEST(the_theory_is_made_again_with_its_rows)
{
    run_says(p, " --test-examples 20",
             "$P solve " SMALL
             " --test-examples 20 --paths 256 --groups 2 --out $D/a.h5 > $D/x && $P info $D/a.h5 | grep ^rerun");
    cr_assert_null(strstr(p->out, "--runs"), "%s", p->out);
}

TEST(printed_configuration_is_the_same_run)
{
    run_good(p, "$P simulate " SMALL " --positive no --print-config > $D/a.ini");
    run_good(p, "$P simulate $D/a.ini --format csv > $D/a.csv");
    run_good(p, "$P simulate " SMALL " --positive no --format csv | cmp - $D/a.csv");
}

/* A sweep that is continued has the data that it was begun with, whoever continues it. */
TEST(a_sweep_has_one_dataset)
{
#define SWEEP "$P sweep " DATA " --steps 4 --paths 64 --groups 2 --what solve --out $D/s "
    static const char *const more[] = {"--vary rate=0.05,0.06,0.07", "--vary rate=0.07",
                                       "--vary rate=0.05,0.07 --dry-run",
                                       "--vary rate=0.05,0.06,0.07 --index 2 --of 2"};
    run_good(p, SWEEP "--vary rate=0.05,0.06 --index 1 --of 2");
    run_good(p, SWEEP "--vary rate=0.05,0.06");
    cr_assert_eq(program_run(p, "cp $D/d.csv $D/before; sed -i 's/0\\.5/0.4/' $D/d.csv; cmp -s $D/d.csv "
                                "$D/before"),
                 1);
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
        cr_expect_eq(program_run(p, SWEEP "%s", more[i]), 2, "%s", more[i]);
        assert_says(p->err, "/d.csv has changed since the sweep in ");
        assert_says(p->err, "(fnv1a ");
    }
    run_prints(p, "2\n", "ls $D/s/*.h5 | wc -l");
    /* without a manifest the results themselves tell */
    run_says(p, "(0 of all were there before)", "rm $D/s/manifest*; " SWEEP "--vary rate=0.05");
    /* the same content again is the same dataset */
    run_says(p, "(1 of all were there before)", "touch $D/d.csv; " SWEEP "--vary rate=0.05,0.06");
    run_says(p, "(2 of all were there before)",
             "cd $D/s; $P sweep --data file --dataset ../d.csv --steps 4 --paths 64 --groups "
             "2 --what solve --out . --vary rate=0.05,0.06");
    /* datasets that are varied may differ */
    run_good(p, "cp $D/before $D/e.csv; $P sweep --data file --vary dataset=$D/d.csv,$D/e.csv "
                "--steps 4 --paths 64 --groups 2 --what solve --out $D/v");
}

TEST(exit_codes)
{
    static const struct {
        const char *flags;
        int code;
        const char *part;
    } cases[] = {
        {"--data file", 2, "dataset: none"},
        {"--data file --dataset $D/none.csv", 5, "none.csv"},
        {"--data file --dataset $D", 5, "regular file"},
        {DATA " --alpha 2", 2, "alpha: "},
        {DATA " --dim 6", 2, "dim: "},
        {DATA " --label-column 8", 2, "label_column: 8"},
        {DATA " --positive maybe", 2, "positive: "},
        {"--dataset $D/d.csv", 2, "dataset: "},
        {"--whiten yes", 2, "whiten: "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_assert_eq(program_run(p, "$P simulate %s", cases[i].flags), cases[i].code, "%s: %s", cases[i].flags, p->err);
        cr_assert_not_null(strstr(p->err, cases[i].part), "%s: %s", cases[i].flags, p->err);
    }
    run_ended(p, 5, "line 61, column 3: 'x' is not", "echo 1,2,x,4,5,6,no >> $D/d.csv; $P simulate " DATA);
}
