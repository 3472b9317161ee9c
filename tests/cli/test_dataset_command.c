/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A dataset of the user from the command line: every observable, provenance, exit codes. */
#include "tests/cli/program.h"

static struct program program;

static void open_program(void)
{
    program_open(&program);
    /* 60 rows of 6 columns and a label, no two columns alike */
    program_run(
        &program,
        "awk 'BEGIN { srand(1); for (i = 0; i < 60; i++) { s = 0; for (j = 0; j < 6; j++) { x = rand() + rand() - 1; "
        "if (j < 3) s += x; printf \"%%.4f,\", x } print (s > 0 ? \"yes\" : \"no\") } }' > $D/d.csv");
}

static void close_program(void)
{
    program_close(&program);
}

#define TEST(name) Test(dataset_commands, name, .init = open_program, .fini = close_program, .timeout = 60)
#define DATA "--data file --dataset $D/d.csv"
#define SMALL DATA " --steps 6 --runs 3 --rate 0.05"

TEST(every_observable)
{
    cr_assert_eq(program_run(&program, "$P simulate " SMALL " --format csv"), 0, "%s", program.err);
    cr_assert_eq(program_run(&program, "$P simulate " DATA " --steps 6 --runs 3 --rule flow"), 0, "%s", program.err);
    cr_assert_eq(program_run(&program, "$P solve " SMALL " --paths 256 --groups 2 --format csv"), 0, "%s", program.err);
    cr_assert_eq(program_run(&program, "$P validate " SMALL
                                       " --paths 256 --groups 2 --format json >$D/v.json; test $? -eq 0 -o $? -eq 6"),
                 0, "%s", program.err);
    cr_assert_eq(program_run(&program, "$P solve " SMALL " --engine stationary"), 2, "%s", program.err);
    cr_assert_eq(program_run(&program, "$P replicas " SMALL " --by simulate --format csv"), 0, "%s", program.err);
    cr_assert_not_null(strstr(program.out, "distance"));
    cr_assert_eq(program_run(&program, "$P boundary " SMALL " --by simulate --format json"), 0, "%s", program.err);
    cr_assert_not_null(strstr(program.out, "fraction_negative"));
    cr_assert_eq(program_run(&program,
                             "$P teff " DATA
                             " --by simulate --steps 200 --waiting 100 --runs 8 --rate 0.1 --force --format csv"),
                 0, "%s", program.err);
    cr_assert_not_null(strstr(program.out, "teff_local"));
}

/* Reports on stderr what was read, unless --quiet: the rows of either class with their labels. */
TEST(the_data_are_told)
{
    static const char *const commands[] = {"solve --paths 64 --groups 2 --steps 2", "simulate --steps 2 --runs 2",
                                           "solve --dry-run", "replicas --paths 64 --groups 2 --steps 2",
                                           "sweep --what solve --vary steps=2,3 --paths 64 --groups 2 --out $D/s"};
    char told[200];
    program_run(&program, "grep -c yes $D/d.csv");
    const int yes = atoi(program.out);
    snprintf(told, sizeof told, "/d.csv: 60 rows, 6 features; +1: %d rows (label yes), -1: %d rows (label no)\n", yes,
             60 - yes);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        cr_assert_eq(program_run(&program, "$P %s " DATA " --progress none", commands[i]), 0, "%s", program.err);
        const char *at = strstr(program.err, told);
        cr_assert(at && !strstr(at + 1, told), "%s: once, in: %s", commands[i], program.err);
        cr_assert_null(strstr(program.out, "features"));
        program_run(&program, "rm -rf $D/s; $P %s " DATA " --quiet", commands[i]);
        cr_assert_str_eq(program.err, "", "%s", commands[i]);
    }
    program_run(&program, "sed 's/no$/maybe/;1,9s/yes$/perhaps/' $D/d.csv >$D/e.csv; $P solve --dry-run --data file "
                          "--dataset $D/e.csv --positive yes,perhaps");
    snprintf(told, sizeof told, "+1: %d rows (label ", yes);
    assert_says(program.err, told);
    assert_says(program.err, "-1: ");
    assert_says(program.err, "(label maybe)");
    cr_assert(strstr(program.err, "(label yes, perhaps)") || strstr(program.err, "(label perhaps, yes)"), "%s",
              program.err);
    cr_assert_eq(program_run(&program, "$P solve --steps 2 --paths 64 --progress none"), 0);
    cr_assert_null(strstr(program.err, "features"), "%s", program.err);
}

/* The result stays readable, and can be compared, when the dataset is gone. */
TEST(provenance)
{
    cr_assert_eq(
        program_run(&program, "cd $D && $P simulate --data file --dataset d.csv --steps 6 --runs 3 --out a.h5"), 0,
        "%s", program.err);
    cr_assert_eq(program_run(&program,
                             "cd $D && $P simulate --data file --dataset d.csv --steps 6 --runs 2 --out a.h5 --append"),
                 0, "%s", program.err);
    cr_assert_eq(program_run(&program, "cd $D && echo 1,2,3,4,5,6,no >> d.csv && $P simulate --data file --dataset "
                                       "d.csv --steps 6 --runs 2 --out a.h5 --append"),
                 2, "%s", program.err);
    cr_assert_eq(program_run(&program, "cd $D && stat -c %%s d.csv && rm d.csv && $P info a.h5 --format json"), 0, "%s",
                 program.err);
    cr_assert_not_null(strstr(program.out, "\"rows\": 60"), "%s", program.out);
    cr_assert_not_null(strstr(program.out, "\"checksum\": \""), "%s", program.out);
    cr_assert_not_null(strstr(program.out, "\"path\": \"d.csv\""), "%s", program.out);
    cr_assert_not_null(strstr(program.out, "\"samples\": 5"), "%s", program.out);
    cr_assert_eq(program_run(&program, "$P info $D/a.h5 --print-config"), 0);
    cr_assert_null(strstr(program.out, "alpha"));
    cr_assert_not_null(strstr(program.out, "dataset = d.csv"));
}

/* The rows left for tests are missing to the theory as well. */
TEST(the_theory_is_made_again_with_its_rows)
{
    cr_assert_eq(
        program_run(&program,
                    "$P solve " SMALL
                    " --test-examples 20 --paths 256 --groups 2 --out $D/a.h5 > $D/x && $P info $D/a.h5 | grep ^rerun"),
        0, "%s", program.err);
    cr_assert_not_null(strstr(program.out, " --test-examples 20"), "%s", program.out);
    cr_assert_null(strstr(program.out, "--runs"), "%s", program.out);
}

TEST(printed_configuration_is_the_same_run)
{
    cr_assert_eq(program_run(&program, "$P simulate " SMALL " --positive no --print-config > $D/a.ini"), 0, "%s",
                 program.err);
    cr_assert_eq(program_run(&program, "$P simulate $D/a.ini --format csv > $D/a.csv"), 0, "%s", program.err);
    cr_assert_eq(program_run(&program, "$P simulate " SMALL " --positive no --format csv | cmp - $D/a.csv"), 0, "%s",
                 program.out);
}

/* A sweep that is continued has the data that it was begun with, whoever continues it. */
TEST(a_sweep_has_one_dataset)
{
#define SWEEP "$P sweep " DATA " --steps 4 --paths 64 --groups 2 --what solve --out $D/s "
    static const char *const more[] = {"--vary rate=0.05,0.06,0.07", "--vary rate=0.07",
                                       "--vary rate=0.05,0.07 --dry-run",
                                       "--vary rate=0.05,0.06,0.07 --index 2 --of 2"};
    cr_assert_eq(program_run(&program, SWEEP "--vary rate=0.05,0.06 --index 1 --of 2"), 0, "%s", program.err);
    cr_assert_eq(program_run(&program, SWEEP "--vary rate=0.05,0.06"), 0, "%s", program.err);
    cr_assert_eq(program_run(&program, "cp $D/d.csv $D/before; sed -i 's/0\\.5/0.4/' $D/d.csv; cmp -s $D/d.csv "
                                       "$D/before"),
                 1);
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
        cr_expect_eq(program_run(&program, SWEEP "%s", more[i]), 2, "%s", more[i]);
        cr_expect_not_null(strstr(program.err, "/d.csv has changed since the sweep in "), "%s", program.err);
        cr_expect_not_null(strstr(program.err, "(fnv1a "), "%s", program.err);
    }
    cr_expect_eq(program_run(&program, "ls $D/s/*.h5 | wc -l"), 0);
    cr_expect_str_eq(program.out, "2\n");
    /* without a manifest the results themselves tell */
    cr_expect_eq(program_run(&program, "rm $D/s/manifest*; " SWEEP "--vary rate=0.05"), 0);
    cr_expect_not_null(strstr(program.out, "(0 of all were there before)"), "%s", program.out);
    /* the same content again is the same dataset */
    cr_expect_eq(program_run(&program, "touch $D/d.csv; " SWEEP "--vary rate=0.05,0.06"), 0, "%s", program.err);
    cr_expect_not_null(strstr(program.out, "(1 of all were there before)"), "%s", program.out);
    cr_expect_eq(program_run(&program, "cd $D/s; $P sweep --data file --dataset ../d.csv --steps 4 --paths 64 --groups "
                                       "2 --what solve --out . --vary rate=0.05,0.06"),
                 0, "%s", program.err);
    cr_expect_not_null(strstr(program.out, "(2 of all were there before)"), "%s", program.out);
    /* datasets that are varied may differ */
    cr_expect_eq(program_run(&program, "cp $D/before $D/e.csv; $P sweep --data file --vary dataset=$D/d.csv,$D/e.csv "
                                       "--steps 4 --paths 64 --groups 2 --what solve --out $D/v"),
                 0, "%s", program.err);
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
        cr_assert_eq(program_run(&program, "$P simulate %s", cases[i].flags), cases[i].code, "%s: %s", cases[i].flags,
                     program.err);
        cr_assert_not_null(strstr(program.err, cases[i].part), "%s: %s", cases[i].flags, program.err);
    }
    cr_assert_eq(program_run(&program, "echo 1,2,x,4,5,6,no >> $D/d.csv; $P simulate " DATA), 5);
    cr_assert_not_null(strstr(program.err, "line 61, column 3: 'x' is not"), "%s", program.err);
}
