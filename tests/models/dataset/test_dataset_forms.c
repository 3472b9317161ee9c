/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One table in each form gives the same examples to the last bit; tables that mislead are told. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memmem */
#endif
#include "tests/models/dataset/loaded.h"

#include <hdf5.h>
#include <math.h>
#include <sgdmft/random.h>

#define TEST(name) Test(dataset_forms, name, .timeout = 20)
#define TABLE_ROWS 30
#define TABLE_COLUMNS 4

static void draw(double x[TABLE_ROWS][TABLE_COLUMNS], int y[TABLE_ROWS])
{
    struct sgdmft_stream stream = sgdmft_stream_open(3, SGDMFT_TEST_SUITE, 901, 0);
    sgdmft_normals(&stream, TABLE_ROWS * TABLE_COLUMNS, &x[0][0]);
    for (size_t i = 0; i < TABLE_ROWS; i++)
        y[i] = x[i][0] + x[i][1] > 0;
}

static void assert_same(const struct examples *a, const struct examples *b, const char *form)
{
    cr_assert(a->rows == b->rows && a->dim == b->dim, "%s: %zu x %zu, not %zu x %zu", form, b->rows, b->dim, a->rows,
              a->dim);
    cr_assert_eq(memcmp(a->x, b->x, a->rows * a->dim * sizeof(double)), 0, "%s", form);
    cr_assert_eq(memcmp(a->label, b->label, a->rows * sizeof(double)), 0, "%s", form);
}

TEST(every_form_gives_the_same_examples)
{
    static const struct {
        const char *title, *separator, *start, *end, *line_end, *told;
        char decimal;
    } forms[] = {
        {"", ",", "", "", "\n", "csv, separated by commas, no names", '.'},
        {"", ";", "", "", "\r\n", "csv, separated by semicolons, no names", '.'},
        {"", ";", "", "", "\n", "csv, separated by semicolons, decimal commas, no names", ','},
        {"", "\t", "", "", "\n", "csv, separated by tabs, decimal commas, no names", ','},
        {"", " ", "", "", "\n", "csv, separated by blanks, no names", '.'},
        {"", "   ", "  ", " ", "\r\n", "csv, separated by blanks, no names", '.'},
        {"", " ", "\"", "\"", "\n", "csv, separated by blanks, decimal commas, no names", ','},
        {"", ",", "\"", "\"", "\n", "csv, separated by commas, no names", '.'},
        {"\"a, or;b\";b;c;d;e\n", ";", "", "", "\n", "csv, separated by semicolons, first line has names", '.'},
        {"\"a\nand \"\"b\"\"\",b,c,d,e\n", ",", "", "", "\n", "csv, separated by commas, first line has names", '.'},
        {"0,1,2,3,4\n", ",", "", "", "\n",
         "csv, separated by commas, first line taken for names (its numbers only count)", '.'},
        {"400,410,420,430,440\n", ",", "", "", "\n",
         "csv, separated by commas, first line taken for names (its numbers only count)", '.'},
    };
    double x[TABLE_ROWS][TABLE_COLUMNS];
    int y[TABLE_ROWS];
    scoped_examples *first = NULL;
    draw(x, y);
    for (size_t form = 0; form < sizeof forms / sizeof *forms; form++) {
        char text[TABLE_ROWS * TABLE_COLUMNS * 40];
        size_t length = (size_t)sprintf(text, "%s", forms[form].title);
        for (size_t i = 0; i < TABLE_ROWS; i++) {
            length += (size_t)sprintf(text + length, "%s", forms[form].start);
            for (size_t j = 0; j < TABLE_COLUMNS; j++) {
                char *at = text + length;
                length += (size_t)sprintf(at, "%.17g%s%s%s", x[i][j], forms[form].end, forms[form].separator,
                                          forms[form].start);
                *strchr(at, '.') = forms[form].decimal;
            }
            length += (size_t)sprintf(text + length, "%d%s%s", y[i], forms[form].end, forms[form].line_end);
        }
        struct examples *examples = load_text(text, "");
        cr_assert_str_eq(run.derived.dataset.form, forms[form].told, "%zu: %s", form, run.derived.dataset.form);
        first = first ? first : examples;
        assert_same(first, examples, forms[form].told);
        if (examples != first)
            examples_free(examples);
    }
    for (size_t base = 0; base <= 1; base++) {
        char text[TABLE_ROWS * TABLE_COLUMNS * 40];
        size_t length = (size_t)sprintf(text, "# sparse\n");
        for (size_t i = 0; i < TABLE_ROWS; i++) {
            length += (size_t)sprintf(text + length, "%+d", 2 * y[i] - 1);
            for (size_t j = 0; j < TABLE_COLUMNS; j++)
                length += (size_t)sprintf(text + length, " %zu:%.17g", j + base, x[i][j]);
            length += (size_t)sprintf(text + length, " # row %zu\n", i);
        }
        scoped_examples *examples = load_text(text, "");
        assert_same(first, examples, "LIBSVM");
        cr_assert_str_eq(run.derived.dataset.form,
                         base ? "LIBSVM, indices from 1 to 4" : "LIBSVM, indices from 0 to 3");
    }
}

/* A comment is no record: neither its numbers nor its quotes say how those are written. */
TEST(comments_do_not_tell_the_form)
{
    scoped_examples *plain = load_text("1,5;4;0\n2,5;3;0\n3,5;9;1\n4,5;1;1\n", "");
    scoped_examples *noted =
        load_text("# made by x;1.5;y\n1,5;4;0\n\n2,5;3;0\n# the 5\" lens\n3,5;9;1\n4,5;1;1\n#", "");
    assert_same(plain, noted, "comments");
}

static void put(hid_t file, const char *name, hid_t stored, hid_t given, int rank, const hsize_t *size,
                const void *value)
{
    hid_t space = H5Screate_simple(rank, size, NULL);
    hid_t set = H5Dcreate2(file, name, stored, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    cr_assert(H5Dwrite(set, given, H5S_ALL, H5S_ALL, H5P_DEFAULT, value) >= 0);
    H5Dclose(set);
    H5Sclose(space);
}

/* The length of a text of variable length is damaged: the HDF5 library would read from anywhere. */
TEST(hdf5_of_damaged_texts_is_refused)
{
    enum { HEAP_LENGTH = 26 }; /* a byte of the length of the first text, behind the mark of the heap */
    static const hsize_t size[2] = {TABLE_ROWS, TABLE_COLUMNS};
    double x[TABLE_ROWS][TABLE_COLUMNS];
    int y[TABLE_ROWS];
    const char *name[TABLE_ROWS];
    char path[64], bytes[65536];
    draw(x, y);
    for (int i = 0; i < TABLE_ROWS; i++)
        name[i] = i % 2 ? "cat" : "doggy";
    hid_t any = H5Tcopy(H5T_C_S1);
    H5Tset_size(any, H5T_VARIABLE);
    dataset_file_write(path, "", 0);
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    put(file, "X", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 2, size, x);
    put(file, "y", any, any, 1, size, name);
    H5Fclose(file);
    H5Tclose(any);
    FILE *stream = fopen(path, "r+b");
    cr_assert_not_null(stream);
    const size_t length = fread(bytes, 1, sizeof bytes, stream);
    char *heap = memmem(bytes, length, "GCOL", 4);
    cr_assert_not_null(heap);
    cr_assert_eq(fseek(stream, heap + HEAP_LENGTH - bytes, SEEK_SET), 0);
    fputc(0xff, stream);
    fclose(stream);
    cr_assert_eq(dataset_file_resolve(path, "", &run, &warning, &error), SGDMFT_FILE);
    cr_assert_not_null(strstr(error.text, "is corrupt"), "%s", error.text);
    unlink(path);
}

/* Labels as booleans and as texts of variable and of fixed length, a user block, several vectors, labels that are
 * none. */
TEST(hdf5)
{
    static const hsize_t size[2] = {TABLE_ROWS, TABLE_COLUMNS}, other = 7;
    double x[TABLE_ROWS][TABLE_COLUMNS];
    int y[TABLE_ROWS], subject[TABLE_ROWS];
    signed char truth[TABLE_ROWS];
    const char *name[TABLE_ROWS];
    char word[TABLE_ROWS][4];
    char path[64];
    scoped_examples *first = NULL;
    draw(x, y);
    for (int i = 0; i < TABLE_ROWS; i++) {
        truth[i] = (signed char)y[i];
        subject[i] = i % 2;
        name[i] = y[i] > 0 ? "  m\u00e4\u20ac " : "b";
        memcpy(word[i], y[i] > 0 ? " zzz" : "yy ", sizeof word[i]);
    }
    hid_t boolean = H5Tenum_create(H5T_STD_I8LE);
    H5Tenum_insert(boolean, "FALSE", &(signed char){0});
    H5Tenum_insert(boolean, "TRUE", &(signed char){1});
    hid_t pair = H5Tcreate(H5T_COMPOUND, sizeof(int));
    H5Tinsert(pair, "a", 0, H5T_NATIVE_INT);
    hid_t any = H5Tcopy(H5T_C_S1), four = H5Tcopy(H5T_C_S1);
    H5Tset_size(any, H5T_VARIABLE);
    H5Tset_cset(any, H5T_CSET_UTF8);
    H5Tset_size(four, sizeof word[0]);
    H5Tset_strpad(four, H5T_STR_NULLPAD);
    dataset_file_write(path, "", 0);
    for (int form = 0; form < 9; form++) {
        hid_t made = H5Pcreate(H5P_FILE_CREATE);
        H5Pset_userblock(made, form == 2 ? 1024 : 0);
        hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, made, H5P_DEFAULT);
        put(file, "X", H5T_IEEE_F64BE, H5T_NATIVE_DOUBLE, 2, size, x);
        if (form == 1)
            put(file, "y", boolean, boolean, 1, size, truth);
        else if (form == 6)
            put(file, "y", pair, pair, 1, size, y);
        else if (form == 7)
            put(file, "y", any, any, 1, size, name);
        else if (form == 8)
            put(file, "y", four, four, 1, size, word);
        else if (form != 5)
            put(file, "y", H5T_STD_I16BE, H5T_NATIVE_INT, 1, size, y);
        if (form == 3 || form == 4)
            put(file, "subject", H5T_STD_I32LE, H5T_NATIVE_INT, 1, size, subject);
        if (form == 5)
            put(file, "y", H5T_STD_I32LE, H5T_NATIVE_INT, 1, &other, y);
        H5Fclose(file);
        H5Pclose(made);
        if (form == 3 || form == 5 || form == 6) {
            static const char *const said[] = {[3] = "the labels of X may be subject, y; name one with label_column",
                                               [5] = "X has 30 rows, and y, which may hold labels, has 7",
                                               [6] = "y holds neither integers, floats nor booleans"};
            cr_assert_eq(dataset_file_resolve(path, "", &run, &warning, &error), SGDMFT_FILE, "form %d", form);
            cr_assert_not_null(strstr(error.text, said[form]), "form %d: %s", form, error.text);
            continue;
        }
        struct examples *examples = load_file(path, form == 4 ? "label_column y" : "");
        cr_assert_str_eq(run.derived.dataset.form, "HDF5, features in X, labels in y");
        first = first ? first : examples;
        assert_same(first, examples, "HDF5");
        for (size_t i = 0; i < TABLE_ROWS; i++)
            cr_assert_eq(examples->label[i] > 0, y[i] > 0);
        if (form > 6)
            cr_assert_str_eq(run.derived.dataset.plus, form == 7 ? "m\u00e4\u20ac" : "zzz");
        if (examples != first)
            examples_free(examples);
    }
    H5Tclose(boolean);
    H5Tclose(pair);
    H5Tclose(any);
    H5Tclose(four);
    unlink(path);
}

TEST(row_numbers_are_no_feature)
{
    static const char *const titles[] = {"", "Unnamed: 0", "id"};
    char text[200];
    scoped_examples *plain = load_text("p,q,r\n5,4,0\n2,3,0\n3,9,1\n4,1,1\n", "");
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        snprintf(text, sizeof text, "%s,p,q,r\n7,5,4,0\n8,2,3,0\n9,3,9,1\n10,4,1,1\n", titles[i]);
        scoped_examples *numbered = load_text(text, "");
        assert_same(plain, numbered, text);
        cr_assert_eq(numbered->facts.dropped, 0);
        cr_assert_not_null(strstr(run.derived.dataset.form, "column 1 left out: it counts the rows"));
    }
    scoped_examples *kept = load_text("time,p,q,r\n7,5,4,0\n8,2,3,0\n9,3,9,1\n10,4,1,1\n", "");
    cr_assert_eq(kept->dim, 3, "a column with a name of its own is a feature");
}

/* Rounding is no variance; a scale is taken out exactly, however far from 1. */
TEST(scales)
{
    scoped_examples *plain = load_text("1,4,0\n2,3,0\n3,9,1\n4,1,1\n", "");
    scoped_examples *nearly = load_text("1,0.3,4,0\n2,0.30000000000000004,3,0\n3,0.3,9,1\n4,0.3,1,1\n", "");
    assert_same(plain, nearly, "constant but for rounding");
    cr_assert_eq(nearly->facts.dropped, 1);
    cr_assert_not_null(strstr(warning.text, "1 column is left out"), "%s", warning.text);
    static const char *const far[] = {"1e-200,4,0\n2e-200,3,0\n3e-200,9,1\n4e-200,1,1\n",
                                      "1e307,4,0\n2e307,3,0\n3e307,9,1\n4e307,1,1\n",
                                      "1e-200,4e300,0\n2e-200,3e300,0\n3e-200,9e300,1\n4e-200,1e300,1\n"};
    for (size_t i = 0; i < sizeof far / sizeof *far; i++) {
        scoped_examples *scaled = load_text(far[i], "");
        cr_assert_eq(scaled->dim, 2);
        for (size_t j = 0; j < 8; j++)
            cr_assert(fabs(scaled->x[j] - plain->x[j]) < 1e-14, "%zu %zu: %g", i, j, scaled->x[j]);
        cr_assert_eq(resolve_text(far[i], "standardise no"), SGDMFT_USAGE);
        cr_assert_not_null(strstr(error.text, "standardise: no, but column 1"), "%s", error.text);
    }
}
