/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes to a stream and back, with their checksum. */
#include "models/base/archive.h"

#include <string.h>
#include <zlib.h>

struct archive archive_write(FILE *stream)
{
    return (struct archive){.stream = stream, .writing = true};
}

struct archive archive_read(FILE *stream)
{
    return (struct archive){.stream = stream};
}

bool archive_bytes(struct archive *archive, void *data, size_t bytes)
{
    if (archive->failed || bytes == 0)
        return !archive->failed;
    if (archive->writing && archive->stream)
        archive->failed = fwrite(data, 1, bytes, archive->stream) != bytes;
    else if (!archive->writing)
        archive->failed = fread(data, 1, bytes, archive->stream) != bytes;
    if (archive->failed)
        return false;
    archive->checksum = (uint32_t)crc32_z(archive->checksum, data, bytes);
    archive->bytes += bytes;
    return true;
}

bool archive_count(struct archive *archive, size_t *value, size_t most)
{
    uint64_t count = *value;
    if (!archive_bytes(archive, &count, sizeof count))
        return false;
    if (count > most)
        return !(archive->failed = true);
    *value = (size_t)count;
    return true;
}

bool archive_rows(struct archive *archive, double *first, size_t rows, size_t used, size_t stride)
{
    for (size_t i = 0; i < rows && !archive->failed; i++)
        archive_doubles(archive, first + i * stride, used);
    return !archive->failed;
}

bool archive_mark(struct archive *archive, const char *mark)
{
    char found[64] = "";
    const size_t length = strlen(mark);
    if (length >= sizeof found)
        return !(archive->failed = true);
    memcpy(found, mark, length);
    if (archive_bytes(archive, found, length) && memcmp(found, mark, length) != 0)
        archive->failed = true;
    return !archive->failed;
}
