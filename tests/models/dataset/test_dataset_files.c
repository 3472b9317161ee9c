/* SPDX-License-Identifier: GPL-3.0-or-later */
/* npy, npz, packed files, labels in a file of their own, missing values: the examples of the plain table to the last
 * bit, and words for what is refused. */
#include "tests/models/dataset/dataset_file.h"

#include <math.h>
#include <sgdmft/random.h>
#include <zlib.h>
#include <zstd.h>

#define TEST(name) Test(dataset_files, name, .timeout = 20)
#define TABLE_ROWS 24
#define TABLE_COLUMNS 3
#define BYTES_MOST 16384

static struct sgdmft_run run;
static struct sgdmft_error warning, error;
static double x[TABLE_ROWS][TABLE_COLUMNS];
static int y[TABLE_ROWS];

/* A file in memory. */
struct bytes {
    size_t size;
    unsigned char at[BYTES_MOST];
};

static void add(struct bytes *out, const void *piece, size_t size)
{
    cr_assert_lt(out->size + size, BYTES_MOST);
    memcpy(out->at + out->size, piece, size);
    out->size += size;
}

static void add_number(struct bytes *out, uint64_t value, size_t width, bool big)
{
    for (size_t i = 0; i < width; i++)
        add(out, &(unsigned char){(unsigned char)(value >> (8 * (big ? width - 1 - i : i)))}, 1);
}

static void add_text(struct bytes *out, const char *text)
{
    add(out, text, strlen(text));
}

/* Features that single precision holds. */
static void draw(void)
{
    struct sgdmft_stream stream = sgdmft_stream_open(3, SGDMFT_TEST_SUITE, 960, 0);
    sgdmft_normals(&stream, TABLE_ROWS * TABLE_COLUMNS, &x[0][0]);
    for (size_t i = 0; i < TABLE_ROWS; i++) {
        for (size_t j = 0; j < TABLE_COLUMNS; j++)
            x[i][j] = round(x[i][j] * 64) / 64;
        y[i] = x[i][0] + x[i][1] > 0;
    }
}

/* ---- writers ---------------------------------------------------------------------------------------- */

static void npy_start(struct bytes *out, int version, const char *type, bool fortran, const char *shape)
{
    char header[128];
    const size_t before = version == 1 ? 10 : 12;
    int length = snprintf(header, sizeof header, "{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }", type,
                          fortran ? "True" : "False", shape);
    const size_t whole = (before + (size_t)length + 1 + 63) / 64 * 64 - before;
    add(out, "\x93NUMPY", 6);
    add_number(out, (uint64_t)version, 1, false);
    add_number(out, 0, 1, false);
    add_number(out, whole, version == 1 ? 2 : 4, false);
    add_text(out, header);
    for (size_t i = (size_t)length; i + 1 < whole; i++)
        add_text(out, " ");
    add_text(out, "\n");
}

static uint64_t bits_of(double value, size_t width)
{
    uint64_t bits = 0;
    const float single = (float)value;
    if (width == 8)
        memcpy(&bits, &value, 8);
    else if (width == 4) {
        uint32_t low;
        memcpy(&low, &single, 4);
        bits = low;
    } else if (value != 0) { /* half precision of what it holds */
        int exponent;
        const double fraction = frexp(fabs(value), &exponent);
        bits = (uint64_t)(value < 0) << 15 | (uint64_t)(exponent + 14) << 10 | ((uint64_t)(fraction * 2048) & 1023);
    }
    return bits;
}

/* The features, and the labels as last column. */
static void npy_matrix(struct bytes *out, int version, const char *type, bool fortran, bool with_labels)
{
    const size_t columns = TABLE_COLUMNS + with_labels, width = (size_t)(type[2] - '0');
    npy_start(out, version, type, fortran, with_labels ? "24, 4" : "24, 3");
    for (size_t k = 0; k < TABLE_ROWS * columns; k++) {
        const size_t i = fortran ? k % TABLE_ROWS : k / columns, j = fortran ? k / TABLE_ROWS : k % columns;
        add_number(out, bits_of(j < TABLE_COLUMNS ? x[i][j] : y[i], width), width, type[0] == '>');
    }
}

static void npy_labels(struct bytes *out, const char *type)
{
    const size_t width = (size_t)(type[2] - '0');
    npy_start(out, 1, type, false, "24,");
    for (size_t i = 0; i < TABLE_ROWS; i++) /* -1 and 1 where there are signs */
        add_number(out, (uint64_t)(type[1] == 'i' ? 2 * y[i] - 1 : y[i]), width, type[0] == '>');
}

static void csv(struct bytes *out, bool features, bool labels, const char *separator)
{
    char text[64];
    for (size_t i = 0; i < TABLE_ROWS; i++) {
        for (size_t j = 0; features && j < TABLE_COLUMNS; j++) {
            snprintf(text, sizeof text, "%s%.17g", j ? separator : "", x[i][j]);
            add_text(out, text);
        }
        snprintf(text, sizeof text, labels ? "%s%d\n" : "\n", features ? separator : "", y[i]);
        add_text(out, text);
    }
}

static void gzip(const struct bytes *in, struct bytes *out)
{
    z_stream stream = {.next_in = (unsigned char *)in->at, .avail_in = (uInt)in->size};
    cr_assert_eq(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_out = out->at + out->size;
    stream.avail_out = (uInt)(BYTES_MOST - out->size);
    cr_assert_eq(deflate(&stream, Z_FINISH), Z_STREAM_END);
    out->size += stream.total_out;
    deflateEnd(&stream);
}

static void zstd(const unsigned char *at, size_t size, struct bytes *out)
{
    const size_t made = ZSTD_compress(out->at + out->size, BYTES_MOST - out->size, at, size, 3);
    cr_assert(!ZSTD_isError(made));
    out->size += made;
}

/* A zip archive of one deflated and one stored member. */
struct member {
    const char *name;
    struct bytes content, packed;
    uint32_t crc;
    size_t local;
};

static void zip_fields(struct bytes *out, const struct member *member, bool deflated)
{
    add_number(out, deflated ? 8 : 0, 2, false);
    add_number(out, 0, 4, false); /* date */
    add_number(out, member->crc, 4, false);
    add_number(out, member->packed.size, 4, false);
    add_number(out, member->content.size, 4, false);
    add_number(out, strlen(member->name), 2, false);
    add_number(out, 0, 2, false);
}

static void zip(struct member member[2], struct bytes *out)
{
    for (size_t i = 0; i < 2; i++) {
        struct member *m = &member[i];
        m->crc = (uint32_t)crc32(0, m->content.at, (uInt)m->content.size);
        m->packed = m->content;
        if (i == 0) {
            z_stream stream = {.next_in = m->content.at, .avail_in = (uInt)m->content.size};
            deflateInit2(&stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
            stream.next_out = m->packed.at;
            stream.avail_out = BYTES_MOST;
            cr_assert_eq(deflate(&stream, Z_FINISH), Z_STREAM_END);
            m->packed.size = stream.total_out;
            deflateEnd(&stream);
        }
        m->local = out->size;
        add(out, "PK\3\4\x14\0\0\0", 8);
        zip_fields(out, m, i == 0);
        add_text(out, m->name);
        add(out, m->packed.at, m->packed.size);
    }
    const size_t directory = out->size;
    for (size_t i = 0; i < 2; i++) {
        add(out, "PK\1\2\x14\0\x14\0\0\0", 10);
        zip_fields(out, &member[i], i == 0);
        add_number(out, 0, 10, false);
        add_number(out, member[i].local, 4, false);
        add_text(out, member[i].name);
    }
    const size_t size = out->size - directory;
    add(out, "PK\5\6\0\0\0\0\2\0\2\0", 12);
    add_number(out, size, 4, false);
    add_number(out, directory, 4, false);
    add_number(out, 0, 2, false);
}

/* ---- readers ---------------------------------------------------------------------------------------- */

/* NULL, with error, where the table is refused. labels may be NULL. */
static struct examples *load(const struct bytes *table, const struct bytes *labels, const char *words)
{
    char path[64], path_labels[64] = "", all[400];
    struct examples *examples = NULL;
    error = warning = (struct sgdmft_error){0};
    dataset_file_write(path, table->at, table->size);
    if (labels)
        dataset_file_write(path_labels, labels->at, labels->size);
    snprintf(all, sizeof all, "%s%s%s%s", labels ? "labels " : "", path_labels, labels && *words ? " " : "", words);
    if (!dataset_file_resolve(path, all, &run, &warning, &error))
        cr_assert_eq(examples_load(&run, &examples, &error), SGDMFT_OK, "%s", error.text);
    unlink(path);
    if (labels)
        unlink(path_labels);
    return examples;
}

static struct examples *load_plain(void)
{
    struct bytes plain = {.size = 0};
    draw();
    csv(&plain, true, true, ",");
    return load(&plain, NULL, "");
}

static void hold(const struct examples *expected, struct examples *found, const char *form)
{
    cr_assert_not_null(found, "%s: %s", form, error.text);
    cr_assert(found->rows == TABLE_ROWS && found->dim == TABLE_COLUMNS, "%s", form);
    cr_expect_eq(memcmp(expected->x, found->x, sizeof x), 0, "%s", form);
    cr_expect_eq(memcmp(expected->label, found->label, TABLE_ROWS * sizeof(double)), 0, "%s", form);
    examples_free(found);
}

/* ---- tests ------------------------------------------------------------------------------------------ */

TEST(npy)
{
    static const char *const types[] = {"<f8", ">f8", "<f4", ">f4", "<f2"};
    scoped_examples *plain = load_plain();
    for (size_t t = 0; t < sizeof types / sizeof *types; t++)
        for (int form = 0; form < 6; form++) {
            struct bytes file = {.size = 0};
            npy_matrix(&file, 1 + form % 3, types[t], form > 2, true);
            hold(plain, load(&file, NULL, ""), types[t]);
            cr_expect_str_eq(run.derived.dataset.form, "npy, features in the array, labels in a column of it");
        }
}

TEST(npy_that_is_refused)
{
    static const struct {
        const char *type, *shape, *part;
    } cases[] = {
        {"<f8", "24, 5", "24 x 5 numbers are announced, and 72 are there"},
        {"<f8", "72,", "0 datasets of rank 2"},
        {"<f8", "2, 3, 12", "0 datasets of rank 2"},
        {"<f8", "72, 1", "the array is 72 x 1, no table"},
        {"<f8", "", "0 datasets of rank 2"},
        {"<U2", "24, 3", "the array holds texts, but features are numbers: row 1, column 1 is '"},
        {"|S4", "24, 3", "the array holds texts, but features are numbers: row 1, column 1 is '"},
        {"<U8", "9", "neither integers, floats nor booleans (a compound or texts)"},
        {"<c8", "24, 3", "0 datasets of rank 2"},
        {"<f8", "24; 3", "its npy header has no order or no shape"},
        {"<f8", "99999999999999999, 99999999999999", "numbers are announced"},
    };
    draw();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bytes file = {.size = 0};
        npy_start(&file, 1, cases[i].type, false, cases[i].shape);
        for (size_t k = 0; k < TABLE_ROWS * TABLE_COLUMNS; k++)
            add_number(&file, bits_of(x[k / TABLE_COLUMNS][k % TABLE_COLUMNS], 8), 8, false);
        cr_assert_null(load(&file, NULL, ""), "%zu", i);
        cr_expect_eq(error.status, SGDMFT_FILE, "%zu", i);
        cr_expect_not_null(strstr(error.text, cases[i].part), "%zu: %s", i, error.text);
    }
}

/* Labels that are texts: names of two classes, of which the later is +1, with spaces around them and letters of one to
 * four bytes in UTF-8. */
static void npy_names(struct bytes *out, const char *type)
{
    static const uint32_t names[2][6] = {{' ', 'a', 0xe9, 0x20ac, 0x1f600}, {'b', 'c', ' '}};
    const size_t unit = type[1] == 'U' ? 4 : 1;
    npy_start(out, 1, type, false, "24,");
    for (size_t i = 0; i < TABLE_ROWS; i++)
        for (size_t k = 0; k < 6; k++)
            add_number(out, unit == 4 || names[(int)y[i]][k] < 128 ? names[(int)y[i]][k] : 'x', unit, type[0] == '>');
}

TEST(labels_of_text)
{
    static const char *const types[] = {"<U6", ">U6", "|S6"};
    scoped_examples *plain = load_plain();
    for (size_t t = 0; t < 3; t++) {
        struct member *member = calloc(2, sizeof *member);
        struct bytes archive = {.size = 0}, features = {.size = 0}, labels = {.size = 0};
        const char *name = t < 2 ? "positive a\u00e9\u20ac\U0001f600" : "positive axxx";
        member[0].name = "X.npy";
        member[1].name = "y.npy";
        npy_matrix(&member[0].content, 1, "<f8", false, false);
        npy_names(&member[1].content, types[t]);
        zip(member, &archive);
        hold(plain, load(&archive, NULL, ""), types[t]);
        cr_expect_str_eq(run.derived.dataset.form, "npz, features in X, labels in y");
        hold(plain, load(&archive, NULL, "positive bc"), types[t]);
        struct examples *other = load(&archive, NULL, name);
        cr_assert_not_null(other, "%s", error.text);
        cr_expect_eq(other->label[0], -plain->label[0]);
        examples_free(other);
        npy_matrix(&features, 1, "<f8", false, false);
        npy_names(&labels, types[t]);
        hold(plain, load(&features, &labels, ""), types[t]);
        const double kept = x[5][0];
        x[5][0] = (double)NAN; /* a row that is left out */
        member[0].content.size = archive.size = 0;
        npy_matrix(&member[0].content, 1, "<f8", false, false);
        zip(member, &archive);
        x[5][0] = kept;
        other = load(&archive, NULL, "drop_missing yes");
        cr_assert_not_null(other, "%s", error.text);
        for (size_t i = 0; i < TABLE_ROWS - 1; i++)
            cr_expect_eq(other->label[i], plain->label[i + (i >= 5)]);
        examples_free(other);
        free(member);
    }
}

TEST(npz)
{
    scoped_examples *plain = load_plain();
    struct member *member = calloc(2, sizeof *member);
    struct bytes archive = {.size = 0};
    member[0].name = "X.npy";
    member[1].name = "y.npy";
    npy_matrix(&member[0].content, 1, "<f8", false, false);
    npy_labels(&member[1].content, ">i4");
    zip(member, &archive);
    hold(plain, load(&archive, NULL, ""), "npz");
    cr_expect_str_eq(run.derived.dataset.form, "npz, features in X, labels in y");
    hold(plain, load(&archive, NULL, "label_column y"), "npz");
    /* no byte that is missing or wrong is a crash; what is read is of that size */
    for (size_t i = 0; i < archive.size; i++) {
        struct bytes damaged = archive;
        damaged.size = i;
        cr_expect_null(load(&damaged, NULL, ""), "cut at %zu", i);
        damaged.size = archive.size;
        damaged.at[i] ^= 0xff;
        examples_free(load(&damaged, NULL, ""));
    }
    /* a bit of the deflated member */
    archive.at[member[0].local + 30 + 5 + 20] ^= 1;
    cr_expect_null(load(&archive, NULL, ""));
    cr_expect_not_null(strstr(error.text, "is corrupt: the data of an array are damaged"), "%s", error.text);
    free(member);
}

TEST(packed)
{
    scoped_examples *plain = load_plain();
    struct bytes text = {.size = 0}, array = {.size = 0};
    csv(&text, true, true, ",");
    npy_matrix(&array, 1, "<f8", false, true);
    for (int form = 0; form < 5; form++) {
        const struct bytes *in = form % 2 ? &array : &text;
        struct bytes out = {.size = 0};
        if (form < 2)
            gzip(in, &out);
        else if (form < 4)
            zstd(in->at, in->size, &out);
        else { /* two frames */
            zstd(in->at, 100, &out);
            zstd(in->at + 100, in->size - 100, &out);
        }
        hold(plain, load(&out, NULL, ""), form < 2 ? "gzip" : "zstd");
        out.size -= 3;
        cr_expect_null(load(&out, NULL, ""), "%d", form);
        cr_expect_not_null(strstr(error.text, form < 2 ? "its gzip data are damaged or end too early"
                                                       : "its zstd data are damaged or end too early"),
                           "%s", error.text);
        out.size += 3;
        cr_expect_null(load(&out, NULL, "memory_limit 300"), "%d", form);
        cr_expect_eq(error.status, SGDMFT_USAGE);
    }
}

TEST(labels_apart)
{
    scoped_examples *plain = load_plain();
    struct bytes features[2] = {{.size = 0}}, labels[5] = {{.size = 0}};
    csv(&features[0], true, false, ";");
    npy_matrix(&features[1], 2, "<f8", true, false);
    csv(&labels[0], false, true, ",");
    npy_labels(&labels[1], "|u1");
    npy_labels(&labels[2], "<i8");
    npy_labels(&labels[3], "|b1");
    add_text(&labels[4], "kind\n");
    for (size_t i = 0; i < TABLE_ROWS; i++)
        add_text(&labels[4], y[i] ? "up\n" : "down\n");
    for (size_t f = 0; f < 2; f++)
        for (size_t l = 0; l < 5; l++) {
            hold(plain, load(&features[f], &labels[l], ""), "labels apart");
            cr_expect_not_null(strstr(run.derived.dataset.form, "; labels: "), "%s", run.derived.dataset.form);
        }
    const uint64_t checksum = run.derived.dataset.checksum;
    labels[4].at[labels[4].size - 1] = ' ';
    examples_free(load(&features[1], &labels[4], ""));
    cr_expect_neq(run.derived.dataset.checksum, checksum, "other labels are another dataset");
    add_text(&labels[0], "1\n1\n");
    cr_expect_null(load(&features[0], &labels[0], ""));
    cr_expect_not_null(strstr(error.text, "has 24 rows of features, but "), "%s", error.text);
    cr_expect_not_null(strstr(error.text, "has 26 labels"), "%s", error.text);
    struct bytes whole = {.size = 0};
    csv(&whole, true, true, ",");
    cr_expect_null(load(&whole, &whole, ""));
    cr_expect_eq(error.status, SGDMFT_USAGE);
    cr_expect_not_null(strstr(error.text, "is the dataset itself, whose labels would be features"), "%s", error.text);
    struct bytes sparse = {.size = 0};
    add_text(&sparse, "1 1:2\n-1 1:3\n");
    cr_expect_null(load(&sparse, &labels[1], ""));
    cr_expect_not_null(strstr(error.text, "is LIBSVM, which has features and labels in one"), "%s", error.text);
}

static struct examples *load_text(const char *text, const char *words)
{
    struct bytes file = {.size = 0};
    add_text(&file, text);
    return load(&file, NULL, words);
}

#define ROWS "1,4,0\n2,3,0\n3,9,1\n4,1,1\n"

TEST(missing_values)
{
    struct examples *plain = load_text(ROWS, ""), *kept;
    cr_expect_null(load_text("1,4,0\n?,3,0\n2,3,0\n3,9,1\nNA,,0\n4,1,1\n", ""));
    cr_expect_eq(error.status, SGDMFT_FILE);
    cr_expect_not_null(strstr(error.text, "line 2, column 1: the value is missing (3 values are missing, in 2 of 6 "
                                          "rows; drop_missing leaves these rows out)"),
                       "%s", error.text);
    kept = load_text("1,4,0\n?,3,0\n2,3,0\n3,9,1\nNA,,0\n4,1,1\n", "drop_missing yes");
    cr_assert_not_null(kept, "%s", error.text);
    cr_expect_eq(kept->rows, 4);
    cr_expect_eq(memcmp(kept->x, plain->x, 8 * sizeof(double)), 0);
    cr_expect_eq(memcmp(kept->label, plain->label, 4 * sizeof(double)), 0);
    cr_expect_not_null(strstr(warning.text, "dataset: 2 rows are left out, with missing values"), "%s", warning.text);
    examples_free(kept);
    /* the line of what is wrong stays that of the file */
    cr_expect_null(load_text("1,4,0\n?,3,0\n2,3,0\n3,x,1\n4,1,1\n", "drop_missing yes"));
    cr_expect_not_null(strstr(error.text, "line 4, column 2: 'x' is not"), "%s", error.text);
    cr_expect_null(load_text("1,?,0\n?,3,0\n2,3,\n", "drop_missing yes"));
    cr_expect_not_null(strstr(error.text, "and so in every row"), "%s", error.text);
    /* numbers that are none, and infinite ones, which are not missing */
    struct bytes array = {.size = 0}, labels = {.size = 0};
    draw();
    x[3][1] = (double)NAN;
    npy_matrix(&array, 1, "<f8", false, false);
    npy_labels(&labels, "|u1");
    cr_expect_null(load(&array, &labels, ""));
    cr_expect_not_null(strstr(error.text, "row 4, column 2: the value is missing (1 value is missing"), "%s",
                       error.text);
    kept = load(&array, &labels, "drop_missing yes");
    cr_assert_not_null(kept, "%s", error.text);
    cr_expect(kept->rows == TABLE_ROWS - 1 && kept->label[3] == (y[4] ? 1 : -1));
    examples_free(kept);
    x[9][0] = (double)INFINITY;
    array.size = 0;
    npy_matrix(&array, 1, "<f8", false, false);
    cr_expect_null(load(&array, &labels, "drop_missing yes"));
    cr_expect_not_null(strstr(error.text, "row 10, column 1: 'inf' is not a finite"), "%s", error.text);
    examples_free(plain);
}

TEST(decimal_signs)
{
    struct examples *plain = load_text("1.5,4,0\n2,3,0\n3,9,1\n4,1,1\n", ""), *found;
    found = load_text("1,5;4;0\n2;3;0\n3;9;1\n4;1;1\n", "decimal comma");
    cr_assert_not_null(found, "%s", error.text);
    cr_expect_eq(memcmp(plain->x, found->x, 8 * sizeof(double)), 0);
    examples_free(found);
    /* as many commas as blanks */
    found = load_text("1,5 4,0 0\n2,0 3,0 0\n3,0 9,0 1\n4,0 1,0 1\n", "decimal comma");
    cr_assert_not_null(found, "%s", error.text);
    cr_expect(found->dim == 2 && memcmp(plain->x, found->x, 8 * sizeof(double)) == 0);
    examples_free(found);
    cr_expect_null(load_text("2;3;0\n1,5;4;0\n3;9;1\n4;1;1\n", "decimal point"));
    cr_expect_not_null(strstr(error.text, "line 2, column 1: '1,5' is not"), "%s", error.text);
    cr_expect_null(load_text("1 1:2\n-1 1:3\n", "decimal comma"));
    cr_expect_not_null(strstr(error.text, "decimal: comma, but "), "%s", error.text);
    cr_expect_not_null(strstr(error.text, "is LIBSVM, where it has no effect"), "%s", error.text);
    examples_free(plain);
}

/* A number that is the name of one column and the place of another. */
TEST(a_column_is_named_or_counted)
{
    static const char text[] = "3,1,2\n0,4,0.5\n1,3,0.5\n0,9,1.5\n1,1,2.5\n";
    cr_expect_null(load_text(text, "label_column 1"));
    cr_expect_eq(error.status, SGDMFT_USAGE);
    cr_expect_null(load_text("0,1,2\n0,4,0.5\n1,3,0.5\n0,9,1.5\n1,1,2.5\n", "label_column 1"));
    cr_expect_not_null(strstr(error.text, "label_column: '1' is ambiguous, the name of column 2 and the number of "
                                          "column 1; say #2 or #1"),
                       "%s", error.text);
    scoped_examples *first = load_text("0,1,2\n0,4,0.5\n1,3,0.5\n0,9,1.5\n1,1,2.5\n", "label_column #1");
    cr_assert_not_null(first, "%s", error.text);
    scoped_examples *named = load_text("0,1,2\n0,4,0.5\n1,3,0.5\n0,9,1.5\n1,1,2.5\n", "label_column 0");
    cr_assert_not_null(named, "%s", error.text);
    cr_expect_eq(memcmp(first->x, named->x, 8 * sizeof(double)), 0);
    cr_expect_null(load_text(ROWS, "label_column #4"));
    cr_expect_not_null(strstr(error.text, "label_column: #4, but the dataset has columns 1 to 3"), "%s", error.text);
}

TEST(rare_classes)
{
    char text[600] = "";
    for (int i = 0; i < 40; i++)
        sprintf(text + strlen(text), "%d,%d\n", i * i % 17, i < 3);
    examples_free(load_text(text, ""));
    cr_expect_not_null(strstr(warning.text, "class +1 has 7.5 % of the rows"), "%s", warning.text);
    cr_expect_not_null(strstr(warning.text, "the constant label -1 is wrong for 7.5 %"), "%s", warning.text);
    examples_free(load_text(ROWS, ""));
    cr_expect_str_eq(warning.text, "");
}
