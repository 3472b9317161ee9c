/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft data: what it shows of a table, and what it refuses. */
#include "tests/cli/program_output.h"

#define TEST(name) PROGRAM_TEST(data_command, name)

/* 90 rows of three features and one that does not vary; labels a, b, b. */
#define WRITE_TABLE                                                                                                    \
    "awk 'BEGIN { srand(1); print \"u,v,w,c,kind\"; for (i = 0; i < 90; i++) { y = i %% 3 > 0; "                       \
    "printf \"%%.4f,%%.4f,%%.4f,7,%%s\\n\", rand() + y, rand(), rand() - rand(), y ? \"b\" : \"a\" } }' >$D/t.csv; "

TEST(text)
{
    run_good(p, WRITE_TABLE "$P data $D/t.csv");
    assert_says(p->out, "csv, separated by commas, first line has names\n");
    assert_says(p->out, "rows     90, of which 18 are held out for tests");
    assert_says(p->out, "features 3, standardised; 1 without variation left out");
    assert_says(p->out, "alpha    24\n");
    assert_says(p->out, "label a            class -1       30 rows, 33.3 %");
    assert_says(p->out, "label b            class +1       60 rows, 66.7 %");
    assert_says(p->out, "Marchenko-Pastur");
    assert_says(p->out, "of 3 eigenvalues are above");
    assert_says(p->out, "kurtosis, random directions");
    assert_says(p->err, "t.csv: 90 rows, 3 features; +1: 60 rows (label b)");
}

TEST(json)
{
    run_good(p, WRITE_TABLE "$P data $D/t.csv --format json --test-examples 30 --quiet");
    json_auto_t *document = program_json(p);
    cr_expect_eq(json_number_value(json_object_get(document, "alpha")), 20);
    cr_expect_eq(json_integer_value(json_object_get(document, "rows")), 90);
    json_t *label = json_array_get(json_object_get(document, "labels"), 1);
    cr_expect_str_eq(json_string_value(json_object_get(label, "label")), "b");
    cr_expect_eq(json_integer_value(json_object_get(label, "rows")), 60);
    json_t *covariance = json_object_get(document, "covariance");
    cr_expect_eq(json_array_size(json_object_get(covariance, "eigenvalue")),
                 json_array_size(json_object_get(covariance, "marchenko_pastur")));
    /* uniform numbers: excess kurtosis below 0; the means are 1 standard deviation of the sum apart and more */
    cr_expect_lt(json_number_value(json_object_get(json_object_get(document, "plus"), "kurtosis")), 0);
    cr_expect_gt(json_number_value(json_object_get(document, "separation")), 1.2);
}

/* Of three labels the last is held against the rest; a run wants to be told which. */
TEST(several_classes)
{
    run_good(p, WRITE_TABLE "sed '5,40s/b$/c/' $D/t.csv >$D/c.csv; $P data $D/c.csv");
    assert_says(p->err, "positive: auto, of 3 labels the last, c, is +1 and all others are -1");
    assert_says(p->out, "label c            class +1       24 rows");
    assert_says(p->out, "label b            class -1       36 rows");
    run_says(p, "label c            class -1       24 rows", "$P data $D/c.csv --positive a");
    run_ended(p, 2, "", "$P solve --data file --dataset $D/c.csv --dry-run");
}

TEST(refusals)
{
    static const struct {
        const char *words;
        int code;
        const char *says;
    } cases[] = {
        {"data", 2, "data: FILE expected"},
        {"data $D/t.csv $D/t.csv", 2, "unexpected argument"},
        {"data $D/none.csv", 5, "none.csv"},
        {"data $D/t.csv --rate 0.1", 2, "unknown flag --rate"},
        {"data $D/t.csv --format csv", 2, "format: 'csv' has no effect with data"},
        {"data $D/t.csv --label-column z", 2, "label_column: there is no column 'z'"},
        {"data $D/t.csv --dry-run", 0, "90 rows"},
    };
    program_run(p, WRITE_TABLE);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        run_refused(p, cases[i].code, cases[i].says, "$P %s", cases[i].words);
    }
    run_good(p, "$P data $D/t.csv --seed 3 --print-config >$D/r.ini; $P solve $D/r.ini --dry-run");
}

/* Each label in turn against the rest, as --positive would have it. */
TEST(one_against_rest)
{
#define ONE_STEP "--steps 2 --paths 64 --groups 2 --quiet"
    program_run(p, WRITE_TABLE "sed '5,40s/b$/c/' $D/t.csv >$D/c.csv");
    run_good(p, "$P sweep --data file --dataset $D/c.csv --one-against-rest --vary rate=0.1,0.2 "
                "--what solve --out $D/s " ONE_STEP);
    run_good(p, "$P table $D/s --columns positive,rate,norm --format csv | cut -d, -f1,2");
    cr_expect_str_eq(p->out, "positive,rate\na,0.1\na,0.2\nb,0.1\n"
                             "b,0.2\nc,0.1\nc,0.2\n");
    run_good(p, "$P table $D/s --columns positive,rate,norm --format csv | grep '^b,0.1' | cut -d, -f3 >$D/swept; "
                "$P solve --data file --dataset $D/c.csv --positive b --rate 0.1 --format csv " ONE_STEP
                " | tail -1 | cut -d, -f5 | cmp - $D/swept");
    run_refused(p, 2,
                "positive: 'a' has no effect: --one-against-rest gives the values of positive; leave out the flag",
                "$P sweep --data file --dataset $D/c.csv --one-against-rest --positive a --what solve --out $D/r");
    run_refused(p, 2, "dataset: none", "$P sweep --one-against-rest --what solve --out $D/r");
}

/* A file of labels is an input as the dataset is: by its whole path in a configuration, and never written over. */
TEST(labels_are_an_input)
{
    program_run(p, WRITE_TABLE "cut -d, -f1-4 $D/t.csv >$D/x.csv; cut -d, -f5 $D/t.csv >$D/y.csv; mkdir $D/sub");
    run_good(p, "cd $D && $P solve --data file --dataset x.csv --labels y.csv --print-config "
                ">sub/r.ini");
    run_says(p, "labels = /", "grep '^labels = ' $D/sub/r.ini");
    run_good(p, "cd /; $P solve $D/sub/r.ini --steps 2 --paths 64 --groups 2 --format csv >$D/a; "
                "$P solve --data file --dataset $D/t.csv --steps 2 --paths 64 --groups 2 --format "
                "csv | cmp - $D/a");
    run_good(p, "sed -i 's|^dataset = .*|dataset = ../x.csv|;s|^labels = .*|labels = ../y.csv|' "
                "$D/sub/r.ini; cd /; $P solve $D/sub/r.ini --dry-run");
    run_refused(p, 5, "y.csv", "$P solve --data file --dataset $D/x.csv --labels $D/y.csv --out $D/y.csv " ONE_STEP);
    program_run(p, "wc -l <$D/y.csv");
    cr_expect_str_eq(p->out, "91\n");
}
