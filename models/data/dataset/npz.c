/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table from npz, which is a zip archive of npy files, stored or deflated (APPNOTE.TXT of PKWARE, without ZIP64). */
#include "models/data/dataset/dataset_formats.h"
#include "models/base/memory.h"
#include "models/data/dataset/npy.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define ENTRIES_MOST VECTORS_MOST
#define NAME_MOST 200
#define END_SIZE 22     /* of the record at the end of the archive, without its comment */
#define CENTRAL_SIZE 46 /* of an entry of the directory, without its name */
#define LOCAL_SIZE 30   /* of the header before the bytes of an entry, the same */

/* An array of the archive. */
struct entry {
    char name[NAME_MOST];
    unsigned char *unpacked; /* NULL where the bytes are stored as they are */
    struct npy npy;
};

/* Arrays of the archive read so far. */
struct archive_entries {
    struct entry entry[ENTRIES_MOST];
    size_t count;
};

static uint32_t number(const unsigned char *at, size_t bytes)
{
    uint32_t value = 0;
    for (size_t i = 0; i < bytes; i++)
        value |= (uint32_t)at[i] << (8 * i);
    return value;
}

bool dataset_npz_is(const unsigned char *bytes, size_t size)
{
    return size > END_SIZE && memcmp(bytes, "PK\3\4", 4) == 0;
}

/* The record at the end, which a comment may follow; NULL without one. */
static const unsigned char *find_end(const unsigned char *bytes, size_t size)
{
    for (size_t back = END_SIZE; back <= size && back <= END_SIZE + UINT16_MAX; back++)
        if (memcmp(bytes + size - back, "PK\5\6", 4) == 0)
            return bytes + size - back;
    return NULL;
}

static enum sgdmft_status corrupt(const struct dataset_reading *reading, const char *why, struct sgdmft_error *error)
{
    return sgdmft_fail(error, SGDMFT_FILE, "%.600s is corrupt: %s", reading->path, why);
}

/* The bytes of an entry, from its place in the directory. */
static enum sgdmft_status unpack(const struct dataset_reading *reading, const unsigned char *bytes, size_t size,
                                 const unsigned char *central, struct entry *entry, const unsigned char **content,
                                 size_t *length, struct sgdmft_error *error)
{
    const uint32_t method = number(central + 10, 2), packed = number(central + 20, 4), whole = number(central + 24, 4);
    const size_t local = number(central + 42, 4);
    if (packed == UINT32_MAX || whole == UINT32_MAX || local == UINT32_MAX)
        return sgdmft_fail(error, SGDMFT_FILE, "%.600s is an archive of more than 4 GB; use npy or HDF5",
                           reading->path);
    if (local + LOCAL_SIZE > size || memcmp(bytes + local, "PK\3\4", 4) != 0)
        return corrupt(reading, "an offset of its directory is outside the file", error);
    const size_t start = local + LOCAL_SIZE + number(bytes + local + 26, 2) + number(bytes + local + 28, 2);
    if (start > size || packed > size - start)
        return corrupt(reading, "an array ends behind the file", error);
    if (number(central + 8, 2) & 1)
        return corrupt(reading, "it is encrypted", error);
    *content = bytes + start;
    *length = whole;
    if (method == 0)
        return packed == whole ? SGDMFT_OK : corrupt(reading, "an array that is stored has two sizes", error);
    const enum sgdmft_status status = dataset_fits(reading->path, "about", (double)whole, reading->memory_limit, error);
    if (status)
        return status;
    entry->unpacked = malloc((size_t)whole + 1);
    z_stream stream = {.next_in = (unsigned char *)bytes + start, .avail_in = packed};
    if (method != 8 || !entry->unpacked || inflateInit2(&stream, -15) != Z_OK)
        return corrupt(reading, "an array is neither stored nor deflated", error);
    stream.next_out = entry->unpacked;
    stream.avail_out = whole;
    const int code = inflate(&stream, Z_FINISH);
    inflateEnd(&stream);
    *content = entry->unpacked;
    if (code != Z_STREAM_END || stream.total_out != whole
        || crc32(0, entry->unpacked, whole) != number(central + 16, 4))
        return corrupt(reading, "the data of an array are damaged", error);
    return SGDMFT_OK;
}

/* One entry of the directory: its name without .npy, and the header of its array. */
static enum sgdmft_status add_entry(const struct dataset_reading *reading, const unsigned char *bytes, size_t size,
                                    const unsigned char *central, struct archive_entries *entries,
                                    struct sgdmft_error *error)
{
    const unsigned char *content = NULL;
    size_t length = 0;
    const size_t name = number(central + 28, 2);
    struct entry *entry = &entries->entry[entries->count];
    if (name < 5 || name >= NAME_MOST || memcmp(central + CENTRAL_SIZE + name - 4, ".npy", 4) != 0)
        return SGDMFT_OK; /* no array */
    memcpy(entry->name, central + CENTRAL_SIZE, name - 4);
    entries->count++;
    const enum sgdmft_status status = unpack(reading, bytes, size, central, entry, &content, &length, error);
    return status ? status : npy_header(reading->path, entry->name, content, length, &entry->npy, error);
}

static enum sgdmft_status read_directory(const struct dataset_reading *reading, const unsigned char *bytes, size_t size,
                                         struct archive_entries *entries, struct sgdmft_error *error)
{
    const unsigned char *end = find_end(bytes, size);
    size_t at = end ? number(end + 16, 4) : size;
    const size_t count = end ? number(end + 10, 2) : 0;
    enum sgdmft_status status = SGDMFT_OK;
    if (!end)
        return corrupt(reading, "it has no directory of a zip archive", error);
    for (size_t i = 0; i < count && !status; i++) {
        if (at > size || size - at < CENTRAL_SIZE || memcmp(bytes + at, "PK\1\2", 4) != 0
            || size - at - CENTRAL_SIZE < number(bytes + at + 28, 2))
            return corrupt(reading, "the directory of its zip archive is damaged", error);
        if (entries->count == ENTRIES_MOST)
            return sgdmft_fail(error, SGDMFT_FILE, "%.600s has more than %d arrays", reading->path, ENTRIES_MOST);
        status = add_entry(reading, bytes, size, bytes + at, entries, error);
        at += CENTRAL_SIZE + number(bytes + at + 28, 2) + number(bytes + at + 30, 2) + number(bytes + at + 32, 2);
    }
    return status;
}

static enum sgdmft_status fill(const struct dataset_reading *reading, const struct archive_entries *entries,
                               struct dataset_table *table, struct sgdmft_error *error)
{
    struct arrays arrays = {.kind = "npz"};
    const struct array *features, *labels;
    enum sgdmft_status status = SGDMFT_OK;
    for (size_t i = 0; i < entries->count; i++) {
        struct array array = npy_array(&entries->entry[i].npy);
        array.place = i;
        if (array.rank == 1 || array.rank == 2)
            arrays_add(&arrays, entries->entry[i].name, array);
    }
    if (arrays.matrices == 0 && reading->part != DATASET_LABELS)
        for (size_t i = 0; i < entries->count && !status; i++)
            status = npy_check_features(reading->path, entries->entry[i].name, &entries->entry[i].npy, error);
    if (!status)
        status = arrays_choose(&arrays, reading, &features, &labels, table, error);
    if (!status)
        status = npy_fill(&entries->entry[features->place].npy, 0, table, error);
    if (!status && labels)
        status = npy_fill(&entries->entry[labels->place].npy, table->columns - 1, table, error);
    if (status)
        dataset_table_free(table);
    arrays_free(&arrays);
    return status;
}

enum sgdmft_status dataset_npz_parse(const struct dataset_reading *reading, unsigned char *bytes, size_t size,
                                     struct dataset_table *table, struct sgdmft_error *error)
{
    struct archive_entries *entries = calloc(1, sizeof *entries);
    if (!entries)
        return memory_fail(error, "the content of %.600s", reading->path);
    enum sgdmft_status status = read_directory(reading, bytes, size, entries, error);
    if (!status)
        status = fill(reading, entries, table, error);
    for (size_t i = 0; i < entries->count; i++)
        free(entries->entry[i].unpacked);
    free(entries);
    return status;
}
