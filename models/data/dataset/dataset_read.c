/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a table: the file at once, its format by its first bytes. */
#include "models/data/dataset/dataset_read.h"

#include "models/base/files.h"
#include "models/data/dataset/dataset_formats.h"
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

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

enum sgdmft_status dataset_table_read(const char *path, double memory_limit, struct dataset_table *table,
                                      struct sgdmft_error *error)
{
    static const unsigned char hdf5[8] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
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
    if (size >= sizeof hdf5 && memcmp(bytes, hdf5, sizeof hdf5) == 0) {
        status = dataset_hdf5_parse(path, bytes, size, memory_limit, table, error);
        free(bytes);
    } else
        status = dataset_csv_parse(path, (char *)bytes, size, table, error);
    table->bytes = file_size;
    table->checksum = checksum;
    return status;
}
