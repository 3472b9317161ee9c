/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Data law `file`: forms of tables, labels, normalisation, the split, and what is refused. */
#include "tests/models/dataset/loaded.h"

#include <hdf5.h>
#include <math.h>
#include <zlib.h>

#define TEST(name) Test(dataset, name, .timeout = 20)

/* Six rows with labels 0 0 1 1 0 1 in the last column, in every form that is read. */
TEST(forms_of_csv)
{
    static const char *const forms[] = {
        "1,4,0\n2,3,0\n3,9,1\n4,1,1\n5,5,0\n6,0,1\n",
        "1,4,0\r\n2,3,0\r\n3,9,1\r\n4,1,1\r\n5,5,0\r\n6,0,1",
        "1 4 0\r2 3 0\r3 9 1\r4 1 1\r5 5 0\r6 0 1\r",
        "\xef\xbb\xbf# a comment\n\n1;4;0\n2;3;0\n3;9;1\n4;1;1\n5;5;0\n6;0;1\n\n",
        "1\t4\t0\n2\t3\t0\n3\t9\t1\n4\t1\t1\n5\t5\t0\n6\t0\t1\n",
        " 1 , 4 , 0\n+2,3.0,0\n\"3\",\"9\",1\n4e0,1,1\n5,5,0\n6,.0,1\n",
        "first,second,class\n1,4,0\n2,3,0\n3,9,1\n4,1,1\n5,5,0\n6,0,1\n",
        "\"first, and so on\",\"the \"\"second\"\"\",2023\n1,4,0\n2,3,0\n3,9,1\n4,1,1\n5,5,0\n6,0,1\n",
        "6,2,bad,good\n1,4,0\n2,3,0\n3,9,1\n4,1,1\n5,5,0\n6,0,1\n",
        "1,4,no\n2,3,no\n3,9,yes\n4,1,yes\n5,5,no\n6,0,yes\n",
        "1,4,7,0\n2,3,7,0\n3,9,7,1\n4,1,7,1\n5,5,7,0\n6,0,7,1\n",
    };
    static const double x[6][2] = {{1, 4}, {2, 3}, {3, 9}, {4, 1}, {5, 5}, {6, 0}}, y[6] = {-1, -1, 1, 1, -1, 1};
    for (size_t form = 0; form < sizeof forms / sizeof *forms; form++) {
        scoped_examples *examples = load_text(forms[form], "standardise no");
        cr_assert(examples->rows == 6 && examples->dim == 2 && examples->facts.positives == 3, "form %zu", form);
        for (size_t i = 0; i < 6; i++) {
            cr_assert(examples->x[2 * i] == x[i][0] && examples->x[2 * i + 1] == x[i][1], "form %zu, row %zu", form, i);
            cr_assert(examples->label[i] == y[i], "form %zu, row %zu", form, i);
        }
        cr_assert_eq(run.dim, 2);
        cr_assert_eq(sgdmft_examples(&run), 5, "a fifth of six rows is held out");
        cr_assert_eq(sgdmft_test_examples(&run), 1);
        const bool constant = form == 10;
        cr_assert_eq(examples->facts.dropped, constant);
        cr_assert_eq(strstr(warning.text, "1 column is left out") != NULL, constant, "%s", warning.text);
    }
}

TEST(label_columns)
{
    static const char text[] = "class,b,3,c\n7,1,10,4\n8,2,20,3\n8,9,10,9\n7,4,20,1\n9,5,10,5\n";
    static const struct {
        const char *words;
        double y[5];
    } cases[] = {
        {"label_column class positive 8", {-1, 1, 1, -1, -1}},
        {"label_column 1 positive 7,9", {1, -1, -1, 1, 1}},
        {"label_column 1 positive 9.0,7e0", {1, -1, -1, 1, 1}},
        {"label_column 3", {-1, 1, -1, 1, -1}}, /* the column of that name wins over its number */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scoped_examples *examples = load_text(text, cases[i].words);
        for (size_t row = 0; row < 5; row++)
            cr_assert(examples->label[row] == cases[i].y[row], "%s, row %zu", cases[i].words, row);
    }
}

/* Means, variances, covariances and the direction of the classes. */
TEST(normalisation)
{
    char text[16384];
    size_t length = 0;
    const size_t rows = 200, dim = 3;
    struct sgdmft_stream stream = sgdmft_stream_open(5, SGDMFT_TEST_SUITE, 900, 0);
    double z[3];
    for (size_t i = 0; i < rows; i++) {
        sgdmft_normals(&stream, 3, z);
        length += (size_t)snprintf(text + length, sizeof text - length, "%.9g,%.9g,%.9g,%d\n", 5 + 100 * z[0],
                                   1e-3 * (z[1] + z[0]), z[2] - 0.5 * z[1], z[0] + z[1] > 0.3);
    }
    for (int whiten = 0; whiten <= 1; whiten++) {
        scoped_examples *examples = load_text(text, whiten ? "whiten yes" : "whiten no");
        double along[2] = {0, 0}, square = 0;
        for (size_t a = 0; a < dim; a++)
            for (size_t b = 0; b <= a; b++) {
                double mean = 0, product = 0;
                for (size_t i = 0; i < rows; i++) {
                    mean += examples->x[i * dim + a] / (double)rows;
                    product += examples->x[i * dim + a] * examples->x[i * dim + b] / (double)rows;
                }
                cr_assert(fabs(mean) < 1e-12);
                if (a == b || whiten)
                    cr_assert(fabs(product - (a == b)) < 1e-10, "%d %zu %zu: %g", whiten, a, b, product);
            }
        for (size_t j = 0; j < dim; j++)
            square += examples->signal[j] * examples->signal[j];
        cr_assert(fabs(square - (double)dim) < 1e-12 && examples->centring < 1e-12);
        for (size_t i = 0; i < rows; i++)
            for (size_t j = 0; j < dim; j++)
                along[examples->label[i] > 0] +=
                    examples->x[i * dim + j] * examples->signal[j] / sqrt((double)dim)
                    / (double)(examples->label[i] > 0 ? examples->facts.positives
                                                      : (long)rows - examples->facts.positives);
        cr_assert(fabs(along[1] - along[0] - examples->separation) < 1e-10, "the means differ along v");
    }
}

/* gzip in two members, and HDF5 with labels in the table or beside it. */
TEST(packed_forms)
{
    static const char *const part[] = {"1,4,0\n2,3,0\n3,9,1\n", "4,1,1\n5,5,0\n6,0,1\n"};
    char path[64];
    dataset_file_write(path, "", 0);
    for (int i = 0; i < 2; i++) {
        gzFile file = gzopen(path, i ? "ab" : "wb");
        cr_assert_eq(gzputs(file, part[i]), (int)strlen(part[i]));
        gzclose(file);
    }
    struct examples *examples = load_file(path, "standardise no");
    cr_assert(examples->rows == 6 && examples->x[11] == 0 && examples->x[6] == 4);
    examples_free(examples);
    cr_assert_eq(truncate(path, 40), 0);
    cr_assert_eq(dataset_file_resolve(path, "", &run, NULL, &error), SGDMFT_FILE);
    cr_assert_not_null(strstr(error.text, "corrupt"), "%s", error.text);
    unlink(path);

    const double table[6][3] = {{1, 4, 0}, {2, 3, 0}, {3, 9, 1}, {4, 1, 1}, {5, 5, 0}, {6, 0, 1}};
    for (int beside = 0; beside <= 1; beside++) {
        const hsize_t size[2] = {6, beside ? 2 : 3};
        double x[6][2], y[6];
        for (size_t i = 0; i < 6; i++) {
            memcpy(x[i], table[i], sizeof x[i]);
            y[i] = table[i][2];
        }
        hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
        hid_t space = H5Screate_simple(2, size, NULL), line = H5Screate_simple(1, size, NULL);
        hid_t set = H5Dcreate2(file, "x", H5T_IEEE_F32LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, beside ? (const void *)x : table);
        H5Dclose(set);
        if (beside) {
            set = H5Dcreate2(file, "target", H5T_STD_I32LE, line, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
            H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, y);
            H5Dclose(set);
        }
        H5Sclose(line);
        H5Sclose(space);
        H5Fclose(file);
        examples = load_file(path, beside ? "standardise no label_column target" : "standardise no");
        for (size_t i = 0; i < 6; i++)
            cr_assert(examples->x[2 * i] == table[i][0] && examples->x[2 * i + 1] == table[i][1]
                      && (examples->label[i] > 0) == (table[i][2] > 0));
        examples_free(examples);
        cr_assert_eq(truncate(path, 700), 0);
        cr_assert_eq(dataset_file_resolve(path, "", &run, NULL, &error), SGDMFT_FILE, "%s", error.text);
        unlink(path);
    }
}

#define ROWS "1,4,0\n2,3,0\n3,9,1\n4,1,1\n"

TEST(bad_datasets_are_refused)
{
    static const struct {
        const char *text, *words;
        enum sgdmft_status status;
        const char *part;
    } cases[] = {
        {"", "", SGDMFT_FILE, "no examples"},
        {"a,b,c\n", "", SGDMFT_FILE, "label"},
        {"1\n2\n", "", SGDMFT_FILE, "one column"},
        {ROWS "5,,0\n", "", SGDMFT_FILE, "line 5, column 2: the value is missing"},
        {"u,v,w\n" ROWS "NA,2,0\n", "", SGDMFT_FILE, "line 6, column 1 (u): the value is missing"},
        {ROWS "5,nan,0\n", "", SGDMFT_FILE, "missing"},
        {ROWS "5,inf,0\n", "", SGDMFT_FILE, "'inf' is not a finite decimal number"},
        {ROWS "5,1e999,0\n", "", SGDMFT_FILE, "'1e999'"},
        {"inf,2,0\n" ROWS, "", SGDMFT_FILE, "line 1, column 1: 'inf' is not a finite decimal number"},
        {"5;-1,5e400;0\n1,5;4;0\n"
         "2;3;0\n3;9;1\n4;1;1\n",
         "", SGDMFT_FILE, "line 1, column 2: '-1.5e400' is not"},
        {ROWS "5,red,0\n", "", SGDMFT_FILE, "'red' is not"},
        {ROWS "5,0x10,0\n", "", SGDMFT_FILE, "'0x10' is not"},
        {ROWS "5,2,\n", "", SGDMFT_FILE, "the label is missing"},
        {ROWS "5,2\n", "", SGDMFT_FILE, "line 5 has 2 fields where line 1 has 3"},
        {ROWS "5,2,0,0\n", "", SGDMFT_FILE, "line 5 has 4 fields"},
        {"5,2,good,bad\n" ROWS, "", SGDMFT_FILE, "line 2 has 3 fields where line 1 has 4"},
        {"1,4,0\n2,3,0\n3,9,0\n", "", SGDMFT_FILE, "one class only"},
        {"1,4,0\n2,3,0\n3,9,1\n", "", SGDMFT_FILE, "each needs two"},
        {"3,4,0\n3,4,0\n3,4,1\n3,4,1\n", "", SGDMFT_FILE, "same value in all rows"},
        {ROWS "5,2,2\n", "", SGDMFT_USAGE, "positive: auto, but there are 3 different labels (0, 1, 2)"},
        {ROWS, "positive 3", SGDMFT_USAGE, "positive: no example has the label '3'"},
        {ROWS, "positive 0,1", SGDMFT_USAGE, "positive: 0,1 are all labels"},
        {"1,4,9007199254740992\n2,3,9007199254740993\n3,9,2\n4,1,2\n", "", SGDMFT_USAGE,
         "label_column: column 3 has the label 9007199254740992, but whole numbers"},
        {ROWS, "label_column 4", SGDMFT_USAGE, "label_column: 4, but the dataset has columns 1 to 3"},
        {ROWS, "label_column 0", SGDMFT_USAGE, "label_column: 0"},
        {ROWS, "label_column w", SGDMFT_USAGE, "label_column: there is no column 'w'"},
        {ROWS, "alpha 3", SGDMFT_USAGE, "alpha: "},
        {ROWS, "dim 2", SGDMFT_USAGE, "dim: "},
        {ROWS, "teacher sign", SGDMFT_USAGE, "teacher: "},
        {ROWS, "test_examples 3", SGDMFT_USAGE, "test_examples: 3 held out of the 4 rows"},
        {"1,2,0\n2,4,0\n3,6,1\n5,10,1\n", "whiten yes", SGDMFT_USAGE, "whiten: yes, but the 2 columns"},
        {ROWS, "memory_limit 20", SGDMFT_USAGE, "memory_limit: "},
        {"a,b,b\n" ROWS, "label_column b", SGDMFT_USAGE, "'b' is ambiguous, columns 2 and 3 have this name"},
        {ROWS "5,\"2,0\n6,7,1\n", "", SGDMFT_FILE, "line 5, column 2: its quote is not closed"},
        {ROWS "5,\"2\"2,0\n", "", SGDMFT_FILE, "line 5, column 2: there is text behind its closing quote"},
        {"\"a\nb\",c,d\n" ROWS "x,2,0\n", "", SGDMFT_FILE, "line 7, column 1"},
        {"1;4;0\n2;4,5;0\n3;9.5;1\n4;1;1\n", "", SGDMFT_FILE, "line 2, column 2: '4,5' is not"},
        {"+1 1:2 2:3\n-1 1:2 2:x\n", "", SGDMFT_FILE, "line 2, column 3: '2:x' is not index:value"},
        {"+1 1:2 2:3\n-1 2:2 1:3\n", "", SGDMFT_FILE, "line 2, column 3: index 1 does not follow 2"},
        {"+1 1:2 2:3\nup 1:2 2:3\n", "", SGDMFT_FILE, "line 2, column 1: the label 'up' is no number"},
        {"+1 1:2 90000000:3\n-1 1:2\n", "memory_limit 1e8", SGDMFT_USAGE,
         "memory_limit: 1e+08 bytes, but the dataset "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_assert_eq(resolve_text(cases[i].text, cases[i].words), cases[i].status, "case %zu: %s", i, error.text);
        cr_assert_not_null(strstr(error.text, cases[i].part), "case %zu: %s", i, error.text);
    }
    cr_assert_eq(resolve_bytes("1,2,0\n\0,3,1\n", 12, ""), SGDMFT_FILE);
    cr_assert_not_null(strstr(error.text, "zero bytes"), "%s", error.text);
    cr_assert_eq(dataset_file_resolve("/nowhere/at/all.csv", "", &run, NULL, &error), SGDMFT_FILE);
    cr_assert_eq(dataset_file_resolve("/tmp", "", &run, NULL, &error), SGDMFT_FILE);
    cr_assert_eq(dataset_file_resolve("none", "", &run, NULL, &error), SGDMFT_USAGE);
}

/* A line of more fields than anybody can mean; labels that are no classes. */
TEST(huge_rows_are_refused)
{
    const size_t fields = 1100000;
    char *text = malloc(2 * fields + 2);
    for (size_t i = 0; i < fields; i++)
        memcpy(text + 2 * i, "1,", 2);
    memcpy(text + 2 * fields, "\n", 2);
    cr_assert_eq(resolve_bytes(text, 2 * fields + 1, ""), SGDMFT_FILE);
    cr_assert_not_null(strstr(error.text, "fields"), "%s", error.text);
    size_t length = 0;
    for (int i = 0; i < 300; i++)
        length += (size_t)sprintf(text + length, "%d,%d\n", i % 7, i);
    cr_assert_eq(resolve_bytes(text, length, ""), SGDMFT_USAGE);
    cr_assert_not_null(strstr(error.text, "no classes"), "%s", error.text);
    free(text);
}

/* Every row is in one part, the classes keep their proportions, and every row is held out equally often. */
TEST(split)
{
    enum { ROWS_ALL = 50, POSITIVES = 20, HELD = 10, OWNERS = 4000 };
    double label[ROWS_ALL];
    uint32_t train[ROWS_ALL], test[ROWS_ALL];
    size_t held[ROWS_ALL] = {0};
    struct examples examples = {.rows = ROWS_ALL, .label = label, .facts.positives = POSITIVES};
    for (size_t i = 0; i < ROWS_ALL; i++)
        label[i] = i % 5 < 2 ? 1 : -1;
    for (uint32_t owner = 0; owner < OWNERS; owner++) {
        size_t seen[ROWS_ALL] = {0}, positive = 0;
        examples_split(&examples, HELD, 3, owner, train, test);
        for (size_t i = 0; i < ROWS_ALL - HELD; i++) {
            seen[train[i]]++;
            cr_assert(i == 0 || train[i] > train[i - 1]);
        }
        for (size_t i = 0; i < HELD; i++) {
            seen[test[i]]++;
            held[test[i]]++;
            positive += label[test[i]] > 0;
        }
        for (size_t i = 0; i < ROWS_ALL; i++)
            cr_assert_eq(seen[i], 1);
        cr_assert_eq(positive, 4);
    }
    for (size_t i = 0; i < ROWS_ALL; i++) /* 800 +- 25 */
        cr_assert(fabs((double)held[i] - OWNERS / 5.0) < 4.5 * sqrt(OWNERS * 0.16), "row %zu: %zu", i, held[i]);
    examples_split(&examples, 48, 3, 0, train, test); /* as many as can be */
    cr_assert(label[train[0]] * label[train[1]] < 0, "one of each class stays");
    uint32_t other[ROWS_ALL], rest[ROWS_ALL];
    examples_split(&examples, HELD, 3, 7, train, test);
    examples_split(&examples, HELD, 3, 7, rest, other);
    cr_assert_arr_eq(test, other, HELD * sizeof *test);
    examples_split(&examples, HELD, 4, 7, rest, other);
    cr_assert_neq(memcmp(test, other, HELD * sizeof *test), 0, "another seed splits otherwise");
}
