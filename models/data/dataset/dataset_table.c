/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a table: the file at once, its format by its first bytes, and access to its cells. */
#include "models/data/dataset/dataset_table.h"

#include "models/base/files.h"
#include "models/run/parameter_table.h"
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

bool dataset_number(const char *text, double *value)
{
    char *end;
    const char first = text[0] == '+' || text[0] == '-' ? text[1] : text[0];
    if (!isdigit((unsigned char)first) && first != '.')
        return false; /* neither nan nor inf */
    if (strpbrk(text, "xX"))
        return false;
    *value = strtod(text, &end);
    return end != text && *end == '\0' && isfinite(*value);
}

bool dataset_is_missing(const char *text)
{
    static const char *const none[] = {"", "?", "na", "n/a", "nan", "null", "none", "-"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (strcasecmp(text, none[i]) == 0)
            return true;
    return false;
}

bool dataset_table_number(const struct dataset_table *table, size_t row, size_t column, double *value)
{
    if (table->cell)
        return dataset_number(table->cell[row * table->columns + column], value);
    *value = table->number[row * table->columns + column];
    return isfinite(*value);
}

const char *dataset_table_text(const struct dataset_table *table, size_t row, size_t column, char buffer[32])
{
    if (table->cell)
        return table->cell[row * table->columns + column];
    const double value = table->number[row * table->columns + column];
    return isfinite(value) ? number_format(value, buffer) : "nan";
}

const char *dataset_table_place(const struct dataset_table *table, size_t row, size_t column, char buffer[160])
{
    const char *name = table->name ? table->name[column] : NULL;
    const size_t line = table->line ? table->line[row] : row + 1;
    snprintf(buffer, 160, "%s %zu, column %zu%s%.80s%s", table->line ? "line" : "row", line, column + 1,
             name ? " (" : "", name ? name : "", name ? ")" : "");
    return buffer;
}

void dataset_table_free(struct dataset_table *table)
{
    for (size_t i = 0; table->name && !table->cell && i < table->columns; i++)
        free(table->name[i]); /* those of a csv file point into its text */
    free(table->name);
    free(table->text);
    free(table->cell);
    free(table->line);
    free(table->number);
    *table = (struct dataset_table){.rows = 0};
}

static enum sgdmft_status too_large(const char *path, double memory_limit, struct sgdmft_error *error)
{
    return sgdmft_fail(error, SGDMFT_USAGE, "memory_limit: %.4g MB, but the dataset %.600s needs more",
                       memory_limit / 1e6, path);
}

/* Replaces gzipped bytes by what they hold. */
static enum sgdmft_status inflate_all(const char *path, double memory_limit, unsigned char **bytes, size_t *size,
                                      struct sgdmft_error *error)
{
    z_stream stream = {.next_in = *bytes, .avail_in = (uInt)*size};
    size_t room = 4 * *size + 4096, used = 0;
    unsigned char *out = malloc(room + 1);
    int code = Z_MEM_ERROR;
    if (*size > UINT32_MAX || !out || inflateInit2(&stream, 15 + 16) != Z_OK) {
        free(out);
        return too_large(path, memory_limit, error);
    }
    for (bool more = true; more;) {
        if (used == room) {
            room *= 2;
            unsigned char *grown = (double)room < memory_limit ? realloc(out, room + 1) : NULL;
            if (!grown) {
                inflateEnd(&stream);
                free(out);
                return too_large(path, memory_limit, error);
            }
            out = grown;
        }
        const size_t piece = room - used < (1u << 30) ? room - used : (1u << 30);
        stream.next_out = out + used;
        stream.avail_out = (uInt)piece;
        code = inflate(&stream, Z_NO_FLUSH);
        used += piece - stream.avail_out;
        if (code == Z_STREAM_END && stream.avail_in > 0) /* members one behind the other are one file */
            code = inflateReset(&stream);
        more = code == Z_OK && (stream.avail_in > 0 || stream.avail_out == 0);
    }
    inflateEnd(&stream);
    if (code != Z_STREAM_END) {
        free(out);
        return sgdmft_fail(error, SGDMFT_FILE, "%.600s is corrupt: its gzip data are damaged or end too early", path);
    }
    out[used] = 0;
    free(*bytes);
    *bytes = out;
    *size = used;
    return SGDMFT_OK;
}

enum sgdmft_status dataset_table_read(const char *path, const char *label_column, double memory_limit,
                                      struct dataset_table *table, struct sgdmft_error *error)
{
    unsigned char *bytes = NULL;
    size_t size = 0;
    enum sgdmft_status status = files_read(path, &bytes, &size, error);
    if (status)
        return status;
    const size_t file_size = size;
    const uint64_t checksum = files_hash(FILES_HASH_START, bytes, size);
    const bool zipped = size > 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
    if (zipped)
        status = inflate_all(path, memory_limit, &bytes, &size, error);
    /* a pointer for each cell of two bytes or more, and its number */
    if (!status && (double)size * 8 > memory_limit)
        status = too_large(path, memory_limit, error);
    if (status) {
        free(bytes);
        return status;
    }
    if (dataset_hdf5_is(bytes, size)) {
        status = dataset_hdf5_parse(path, label_column, bytes, size, memory_limit, table, error);
        free(bytes);
    } else if (!memchr(bytes, 0, size) && dataset_libsvm_is((char *)bytes)) {
        status = dataset_libsvm_parse(path, (char *)bytes, memory_limit, table, error);
        free(bytes);
    } else
        status = dataset_csv_parse(path, (char *)bytes, size, table, error);
    table->bytes = file_size;
    table->checksum = checksum;
    return status;
}
