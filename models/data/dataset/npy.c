/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Header "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }", then the elements. */
#include "models/data/dataset/npy.h"
#include "models/base/memory.h"
#include "models/data/dataset/dataset_formats.h"

#include <ctype.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const unsigned char magic[] = {0x93, 'N', 'U', 'M', 'P', 'Y'};

#define HEADER_MOST 4096
#define TEXT_MOST 4096 /* bytes of a text */

bool dataset_npy_is(const unsigned char *bytes, size_t size)
{
    return size > sizeof magic + 4 && memcmp(bytes, magic, sizeof magic) == 0;
}

/* The value of a key of the header, NULL if it has none. */
static const char *value_of(const char *header, const char *key)
{
    const char *at = strstr(header, key);
    at = at ? strchr(at + strlen(key), ':') : NULL;
    while (at && isspace((unsigned char)*++at))
        ;
    return at;
}

/* '<f8': byte order, kind and bytes of an element. */
static bool read_type(const char *text, struct npy *npy)
{
    char *end;
    if (!text || (*text != '\'' && *text != '"')) /* a list: records */
        return false;
    npy->swapped = text[1] == '>';
    npy->kind = text[2];
    npy->width = strtoul(text + 3, &end, 10);
    const bool texts = npy->kind == 'U' || npy->kind == 'S';
    npy->width *= npy->kind == 'U' ? 4 : 1;
    const bool known = (texts && npy->width > 0 && npy->width <= TEXT_MOST)
                       || (npy->kind == 'f' && (npy->width == 2 || npy->width == 4 || npy->width == 8))
                       || ((npy->kind == 'i' || npy->kind == 'u')
                           && (npy->width == 1 || npy->width == 2 || npy->width == 4 || npy->width == 8))
                       || (npy->kind == 'b' && npy->width == 1);
    return strchr("<>|=", text[1]) && text[1] && known && *end == *text;
}

/* (3, 4): rank 1 and 2; another rank is kept as a number. */
static bool read_shape(const char *text, struct npy *npy)
{
    uint64_t extent[2] = {1, 1};
    if (!text || *text++ != '(')
        return false;
    for (npy->rank = 0; *text && *text != ')';) {
        char *end;
        const unsigned long long value = strtoull(text, &end, 10);
        if (end == text || !isdigit((unsigned char)*(text + strspn(text, " "))))
            return false;
        if (npy->rank < 2)
            extent[npy->rank] = value;
        npy->rank++;
        text = end + strspn(end, " ,L"); /* L: of Python 2 */
    }
    npy->rows = extent[0];
    npy->columns = extent[1];
    return *text == ')';
}

/* Length of the header and where it begins: two bytes in version 1, four in 2 and 3, little-endian. */
static bool find_header(const unsigned char *bytes, size_t size, size_t *start, size_t *length)
{
    const size_t count = bytes[6] == 1 ? 2 : 4;
    *start = 8 + count;
    *length = 0;
    if (!dataset_npy_is(bytes, size) || bytes[6] < 1 || bytes[6] > 3 || size < *start)
        return false;
    for (size_t i = 0; i < count; i++)
        *length |= (size_t)bytes[8 + i] << (8 * i);
    return *length < HEADER_MOST && *length <= size - *start;
}

enum sgdmft_status npy_header(const char *path, const char *array, const unsigned char *bytes, size_t size,
                              struct npy *npy, struct sgdmft_error *error)
{
    char header[HEADER_MOST];
    size_t start, length;
    *npy = (struct npy){.kind = 0};
    if (size <= sizeof magic + 4 || !find_header(bytes, size, &start, &length))
        return sgdmft_fail(error, SGDMFT_FILE, "%.500s: %.60s is corrupt: it has no header of npy format 1, 2 or 3",
                           path, array);
    memcpy(header, bytes + start, length);
    header[length] = '\0';
    const char *fortran = value_of(header, "'fortran_order'");
    if (!fortran || !read_shape(value_of(header, "'shape'"), npy))
        return sgdmft_fail(error, SGDMFT_FILE, "%.500s: %.60s is corrupt: its npy header has no order or no shape",
                           path, array);
    npy->fortran = *fortran == 'T';
    npy->data = bytes + start + length;
    if (!read_type(value_of(header, "'descr'"), npy)) {
        npy->kind = 0;
        return SGDMFT_OK;
    }
    const size_t room = (size - start - length) / npy->width;
    if (npy->rank <= 2 && npy->rows > 0 && npy->columns > room / npy->rows)
        return sgdmft_fail(error, SGDMFT_FILE,
                           "%.500s: %.60s is corrupt: %llu x %llu numbers are announced, and %zu are there", path,
                           array, (unsigned long long)npy->rows, (unsigned long long)npy->columns, room);
    return SGDMFT_OK;
}

static bool is_text(const struct npy *npy)
{
    return npy->kind == 'U' || npy->kind == 'S';
}

struct array npy_array(const struct npy *npy)
{
    return (struct array){.rows = npy->rows,
                          .columns = npy->columns,
                          .rank = npy->rank,
                          .numbers = npy->kind != 0 && !is_text(npy),
                          .texts = is_text(npy),
                          .rounding =
                              npy->kind == 'f' && npy->width < sizeof(double) ? (double)FLT_EPSILON : DBL_EPSILON};
}

/* IEEE 754 half precision. */
static double half(uint16_t bits)
{
    const int exponent = bits >> 10 & 31, fraction = bits & 1023;
    const double size = exponent == 31 ? (fraction ? (double)NAN : (double)INFINITY)
                        : exponent     ? ldexp(1024 + fraction, exponent - 25)
                                       : ldexp(fraction, -24);
    return bits >> 15 ? -size : size;
}

static double element(const struct npy *npy, const unsigned char *bytes)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < npy->width; i++)
        bits |= (uint64_t)bytes[npy->swapped ? npy->width - 1 - i : i] << (8 * i);
    if (npy->kind == 'u' || npy->kind == 'b')
        return (double)bits;
    if (npy->kind == 'i') {
        const uint64_t sign = UINT64_C(1) << (8 * npy->width - 1);
        return bits & sign ? -(double)((~bits & (sign - 1)) + 1) : (double)bits;
    }
    if (npy->width == 2)
        return half((uint16_t)bits);
    if (npy->width == 4) {
        const uint32_t low = (uint32_t)bits;
        float value;
        memcpy(&value, &low, sizeof value);
        return (double)value;
    }
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* A code point as UTF-8; returns the number of bytes. */
static size_t put_utf8(uint32_t code, char *out)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    const size_t more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const unsigned first[] = {0, 0xc0, 0xe0, 0xf0};
    for (size_t i = more; i > 0; i--, code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3f));
    out[0] = (char)(first[more] | (code & 0x1f));
    return more + 1;
}

/* The text of an element without spaces around it, at most width + 1 bytes; returns its length. */
static size_t element_text(const struct npy *npy, const unsigned char *bytes, char *out)
{
    const size_t unit = npy->kind == 'U' ? 4 : 1;
    size_t length = 0;
    for (size_t i = 0; i < npy->width; i += unit) {
        uint32_t code = 0;
        for (size_t b = 0; b < unit; b++)
            code |= (uint32_t)bytes[i + (npy->swapped ? unit - 1 - b : b)] << (8 * b);
        if (code == 0) /* behind the end, or within a text as no csv has it */
            break;
        if (unit == 1)
            out[length++] = (char)code;
        else
            length += put_utf8(code, out + length);
    }
    return dataset_trim(out, length);
}

enum sgdmft_status npy_check_features(const char *path, const char *array, const struct npy *npy,
                                      struct sgdmft_error *error)
{
    char text[TEXT_MOST + 1];
    if (!is_text(npy) || npy->rank != 2 || npy->columns < 2 || npy->rows == 0)
        return SGDMFT_OK;
    element_text(npy, npy->data, text);
    return sgdmft_fail(error, SGDMFT_FILE,
                       "%.500s: %.60s holds texts, but features are numbers: row 1, column 1 is '%.40s'", path, array,
                       text);
}

static enum sgdmft_status fill_texts(const struct npy *npy, struct dataset_table *table, struct sgdmft_error *error)
{
    const size_t room = npy->width + 1;
    table->label = malloc(table->rows * sizeof *table->label);
    table->text = malloc(table->rows * room);
    if (!table->label || !table->text)
        return memory_fail(error, "the labels of a dataset");
    char *end = table->text;
    for (size_t i = 0; i < table->rows; i++) {
        table->label[i] = end;
        table->number[(i + 1) * table->columns - 1] = (double)NAN;
        end += element_text(npy, npy->data + i * npy->width, end) + 1;
    }
    return SGDMFT_OK;
}

enum sgdmft_status npy_fill(const struct npy *npy, size_t first, struct dataset_table *table,
                            struct sgdmft_error *error)
{
    if (is_text(npy))
        return fill_texts(npy, table, error);
    const size_t stride = table->columns;
    double *out = table->number + first;
    const size_t rows = (size_t)npy->rows, columns = (size_t)npy->columns;
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++) {
            const size_t at = npy->fortran ? j * rows + i : i * columns + j;
            out[i * stride + j] = element(npy, npy->data + at * npy->width);
        }
    return SGDMFT_OK;
}

enum sgdmft_status dataset_npy_parse(const struct dataset_reading *reading, const unsigned char *bytes, size_t size,
                                     struct dataset_table *table, struct sgdmft_error *error)
{
    struct arrays arrays = {.kind = "npy"};
    struct npy npy;
    const struct array *features, *labels;
    enum sgdmft_status status = npy_header(reading->path, "the array", bytes, size, &npy, error);
    if (status)
        return status;
    if (npy.rank == 1 || npy.rank == 2)
        arrays_add(&arrays, "the array", npy_array(&npy));
    status = npy_check_features(reading->path, "the array", &npy, error);
    if (!status)
        status = arrays_choose(&arrays, reading, &features, &labels, table, error);
    if (!status && (status = npy_fill(&npy, 0, table, error)))
        dataset_table_free(table);
    arrays_free(&arrays);
    return status;
}
