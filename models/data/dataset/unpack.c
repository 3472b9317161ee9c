/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Content of bytes packed by gzip or zstd. */
#include "models/base/memory.h"
#include "models/data/dataset/dataset_formats.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#define PIECE_MOST ((size_t)1 << 30) /* zlib counts in 32 bits */

/* Bytes unpacked so far; room for a zero byte behind it. */
struct unpacked {
    unsigned char *bytes;
    size_t used, room;
};

enum unpacking { UNPACK_DONE, UNPACK_DAMAGED, UNPACK_TOO_LARGE, UNPACK_NO_MEMORY };

/* Doubles the room when it is used up. */
static enum unpacking grow(struct unpacked *out, double memory_limit)
{
    if (out->used < out->room)
        return UNPACK_DONE;
    const size_t room = 2 * out->room + 4096;
    if ((double)out->used > memory_limit)
        return UNPACK_TOO_LARGE;
    unsigned char *grown = realloc(out->bytes, room + 1);
    if (!grown)
        return UNPACK_NO_MEMORY;
    out->bytes = grown;
    out->room = room;
    return UNPACK_DONE;
}

static enum unpacking gunzip(const unsigned char *bytes, size_t size, double memory_limit, struct unpacked *out)
{
    z_stream stream = {.next_in = (unsigned char *)bytes};
    enum unpacking end = UNPACK_DONE;
    int code = Z_OK;
    if (inflateInit2(&stream, 15 + 16) != Z_OK)
        return UNPACK_NO_MEMORY;
    for (bool more = true; more;) {
        if ((end = grow(out, memory_limit)))
            break;
        const size_t left = out->room - out->used, piece = left < PIECE_MOST ? left : PIECE_MOST,
                     unread = (size_t)(bytes + size - stream.next_in);
        stream.avail_in = (uInt)(unread < PIECE_MOST ? unread : PIECE_MOST);
        stream.next_out = out->bytes + out->used;
        stream.avail_out = (uInt)piece;
        code = inflate(&stream, Z_NO_FLUSH);
        out->used += piece - stream.avail_out;
        if (code == Z_STREAM_END && stream.next_in < bytes + size) /* members one behind the other are one file */
            code = inflateReset(&stream);
        more = code == Z_OK && (stream.next_in < bytes + size || stream.avail_out == 0);
    }
    inflateEnd(&stream);
    return end || code == Z_STREAM_END ? end : UNPACK_DAMAGED;
}

static enum unpacking unzstd(const unsigned char *bytes, size_t size, double memory_limit, struct unpacked *out)
{
    ZSTD_DStream *stream = ZSTD_createDStream();
    ZSTD_inBuffer in = {.src = bytes, .size = size};
    size_t left = 1; /* 0 at the end of a frame; frames one behind the other are one file */
    enum unpacking end = stream ? UNPACK_DONE : UNPACK_NO_MEMORY;
    for (bool full = false; end == UNPACK_DONE && (in.pos < size || (full && left > 0));) {
        if ((end = grow(out, memory_limit)))
            break;
        ZSTD_outBuffer to = {.dst = out->bytes, .size = out->room, .pos = out->used};
        left = ZSTD_decompressStream(stream, &to, &in);
        out->used = to.pos;
        full = to.pos == to.size;
        if (ZSTD_isError(left))
            end = UNPACK_DAMAGED;
    }
    ZSTD_freeDStream(stream);
    return end == UNPACK_DONE && left > 0 ? UNPACK_DAMAGED : end;
}

static const struct packing {
    const char *name;
    unsigned char mark[4];
    size_t mark_size;
    enum unpacking (*unpack)(const unsigned char *bytes, size_t size, double memory_limit, struct unpacked *out);
} packings[] = {
    {"gzip", {0x1f, 0x8b}, 2, gunzip},
    {"zstd", {0x28, 0xb5, 0x2f, 0xfd}, 4, unzstd},
};

enum sgdmft_status dataset_unpack(const char *path, double memory_limit, unsigned char **bytes, size_t *size,
                                  struct sgdmft_error *error)
{
    const struct packing *packing = NULL;
    struct unpacked out = {.bytes = NULL};
    for (size_t i = 0; i < sizeof packings / sizeof *packings; i++)
        if (*size > packings[i].mark_size && memcmp(*bytes, packings[i].mark, packings[i].mark_size) == 0)
            packing = &packings[i];
    if (!packing)
        return SGDMFT_OK;
    const enum unpacking end = packing->unpack(*bytes, *size, memory_limit, &out);
    if (end != UNPACK_DONE) {
        free(out.bytes);
        if (end == UNPACK_TOO_LARGE)
            return dataset_fits(path, "more than", (double)out.used, memory_limit, error);
        if (end == UNPACK_NO_MEMORY)
            return memory_fail(error, "the content of %.600s", path);
        return sgdmft_fail(error, SGDMFT_FILE, "%.600s is corrupt: its %s data are damaged or end too early", path,
                           packing->name);
    }
    out.bytes[out.used] = 0;
    free(*bytes);
    *bytes = out.bytes;
    *size = out.used;
    return SGDMFT_OK;
}
