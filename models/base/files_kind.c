/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decision by content if a file may be replaced. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memmem */
#endif
#include "models/base/files_kind.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define END_BYTES 1024

bool files_starts(const char *start, size_t size, const char *text)
{
    const size_t length = strlen(text);
    return size >= length && memcmp(start, text, length) == 0;
}

/* ---- pictures ------------------------------------------------------------------------------------------- */

static bool is_png(const char *start, size_t size)
{
    return files_starts(start, size, "\x89PNG\r\n\x1a\n");
}

static bool is_pdf(const char *start, size_t size)
{
    return files_starts(start, size, "%PDF-");
}

/* Declaration, document type and comments may come first. */
static bool is_svg(const char *start, size_t size)
{
    return size > 0 && start[strspn(start, " \t\r\n\xef\xbb\xbf")] == '<' && strstr(start, "<svg");
}

const struct files_kind files_png = {"picture in the format png", is_png, "IEND"};
const struct files_kind files_svg = {"picture in the format svg", is_svg, "</svg>"};
const struct files_kind files_pdf = {"picture in the format pdf", is_pdf, "%%EOF"};

/* ---- what is there -------------------------------------------------------------------------------------- */

/* Up to `size` bytes from `offset` on, with a zero byte behind them; -1 with errno. */
static ssize_t read_part(const char *path, off_t offset, char *bytes, size_t size)
{
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return -1;
    ssize_t got;
    do
        got = pread(descriptor, bytes, size, offset);
    while (got < 0 && errno == EINTR);
    const int failed = errno;
    close(descriptor);
    bytes[got > 0 ? got : 0] = '\0';
    errno = failed;
    return got;
}

enum sgdmft_status files_check(const char *path, const struct files_kind *kind, struct sgdmft_error *error)
{
    struct stat known;
    char start[FILES_START + 1];
    const size_t length = strlen(path);
    if (length > 0 && path[length - 1] == '/')
        return sgdmft_fail(error, SGDMFT_FILE, "cannot write %s: it names a folder", path);
    if (stat(path, &known) != 0)
        return SGDMFT_OK; /* files_begin reports a missing folder */
    if (!S_ISREG(known.st_mode))
        return sgdmft_fail(error, SGDMFT_FILE, "cannot write %s: it exists and is not a regular file", path);
    if (access(path, W_OK) != 0)
        return sgdmft_fail(error, SGDMFT_FILE, "cannot write %s: %s", path, strerror(errno));
    if (known.st_size == 0)
        return SGDMFT_OK;
    const ssize_t got = read_part(path, 0, start, FILES_START);
    if (got < 0)
        return sgdmft_fail(error, SGDMFT_FILE, "cannot write %s: it exists and cannot be read: %s", path,
                           strerror(errno));
    if (!kind->is(start, (size_t)got))
        return sgdmft_fail(error, SGDMFT_FILE,
                           "cannot write %s: it exists and is no %s, so it is not replaced (move it away, or "
                           "choose another name)",
                           path, kind->name);
    return SGDMFT_OK;
}

enum sgdmft_status files_complete(const char *path, const struct files_kind *kind, struct sgdmft_error *error)
{
    struct stat known;
    char start[FILES_START + 1], end[END_BYTES + 1];
    if (stat(path, &known) != 0)
        return sgdmft_fail(error, SGDMFT_FILE, "cannot read %s: %s", path, strerror(errno));
    const ssize_t got = read_part(path, 0, start, FILES_START);
    const off_t before = known.st_size > END_BYTES ? known.st_size - END_BYTES : 0;
    const ssize_t last = got > 0 ? read_part(path, before, end, END_BYTES) : 0;
    if (got <= 0 || !kind->is(start, (size_t)got) || last <= 0
        || (kind->end && !memmem(end, (size_t)last, kind->end, strlen(kind->end))))
        return sgdmft_fail(error, SGDMFT_FILE, "%s is no complete %s", path, kind->name);
    return SGDMFT_OK;
}
