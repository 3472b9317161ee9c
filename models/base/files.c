/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole files: atomic writing (temporary name in the same folder, fsync, rename, fsync of the folder), reading, and
 * what is never replaced. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memrchr, F_OFD_SETLK */
#endif
#include "models/base/files.h"
#include "models/base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void files_folder(const char *path, char folder[FILES_PATH_MAX])
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        snprintf(folder, FILES_PATH_MAX, ".");
    else if (slash == path)
        snprintf(folder, FILES_PATH_MAX, "/");
    else
        snprintf(folder, FILES_PATH_MAX, "%.*s", (int)(slash - path), path);
}

static bool is_within(const char *path, const char *folder)
{
    const size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

/* True for files of devices and processes, by whatever name of their folder; /dev/shm has files of users. */
static bool is_of_system(const char *path)
{
    char folder[FILES_PATH_MAX];
    files_folder(path, folder);
    char *real = realpath(folder, NULL);
    const char *place = real ? real : folder;
    const bool found = (is_within(place, "/dev") && !is_within(place, "/dev/shm")) || is_within(place, "/proc");
    free(real);
    return found;
}

#define LINKS_MOST 40 /* as many as the kernel follows */

/* Files of the system are no results: /dev/stdout is a link, and its target the open file of a redirection. */
enum sgdmft_status files_target(const char *path, char target[FILES_PATH_MAX], struct sgdmft_error *error)
{
    char link[FILES_PATH_MAX], next[FILES_PATH_MAX];
    snprintf(target, FILES_PATH_MAX, "%s", path);
    for (int i = 0; i <= LINKS_MOST; i++) {
        if (is_of_system(target))
            return sgdmft_fail(error, SGDMFT_FILE, "cannot write %s: it is a file of the system", path);
        const ssize_t length = readlink(target, link, sizeof link - 1);
        if (length <= 0)
            return SGDMFT_OK;
        link[length] = '\0';
        files_beside(target, link, next);
        memcpy(target, next, sizeof next);
    }
    return sgdmft_fail(error, SGDMFT_FILE, "cannot write %s: %s", path, strerror(ELOOP));
}

enum sgdmft_status files_begin(struct files_draft *draft, const char *path, const struct files_kind *kind,
                               struct sgdmft_error *error)
{
    const size_t length = strlen(path);
    if (length == 0 || length > FILES_PATH_MAX - 64)
        return sgdmft_fail(error, SGDMFT_FILE, "cannot write: the file name is %s", length ? "too long" : "empty");
    enum sgdmft_status status = files_check(path, kind, error);
    if (!status)
        status = files_target(path, draft->path, error);
    if (status)
        return status;
    draft->kind = kind;
    for (int attempt = 0; attempt < 1000; attempt++) {
        snprintf(draft->temporary, sizeof draft->temporary, "%.*s.%ld-%d.tmp", FILES_PATH_MAX - 64, draft->path,
                 (long)getpid(), attempt);
        draft->descriptor = open(draft->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (draft->descriptor >= 0)
            return SGDMFT_OK;
        if (errno != EEXIST)
            break;
    }
    return sgdmft_fail(error, SGDMFT_FILE, "cannot write %s: %s", path, strerror(errno));
}

void files_beside(const char *file, const char *path, char out[FILES_PATH_MAX])
{
    const char *slash = strrchr(file, '/');
    const int folder = path[0] == '/' || !slash ? 0 : (int)(slash - file) + 1;
    if (snprintf(out, FILES_PATH_MAX, "%.*s%s", folder, file, path) >= FILES_PATH_MAX)
        out[FILES_PATH_MAX - 1] = '\0';
}

size_t files_draft_of(const char *name)
{
    static const char digits[] = "0123456789", end[] = ".tmp";
    const size_t length = strlen(name), tail = sizeof end - 1;
    if (length <= tail || strcmp(name + length - tail, end) != 0)
        return 0;
    const char *dot = memrchr(name, '.', length - tail); /* before PROCESS-ATTEMPT */
    const size_t process = dot ? strspn(dot + 1, digits) : 0;
    const char *dash = dot ? dot + 1 + process : NULL;
    const size_t attempt = process > 0 && *dash == '-' ? strspn(dash + 1, digits) : 0;
    return attempt > 0 && dash + 1 + attempt == name + length - tail ? (size_t)(dot - name) : 0;
}

void files_cancel(struct files_draft *draft)
{
    if (draft->descriptor >= 0)
        close(draft->descriptor);
    draft->descriptor = -1;
    unlink(draft->temporary);
}

static int sync_folder(const char *path)
{
    char folder[FILES_PATH_MAX];
    files_folder(path, folder);
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return -1;
    /* Some file systems cannot sync a folder and say EINVAL; the rename itself has succeeded then. */
    int failed = fsync(descriptor) != 0 && errno != EINVAL;
    close(descriptor);
    return failed ? -1 : 0;
}

enum sgdmft_status files_commit(struct files_draft *draft, struct sgdmft_error *error)
{
    int failed = fsync(draft->descriptor) != 0 ? errno : 0;
    if (close(draft->descriptor) != 0 && !failed)
        failed = errno;
    draft->descriptor = -1;
    if (!failed && files_check(draft->path, draft->kind, error)) { /* another process may have made the file */
        files_cancel(draft);
        return SGDMFT_FILE;
    }
    if (!failed && rename(draft->temporary, draft->path) != 0)
        failed = errno;
    if (failed) {
        files_cancel(draft);
        return sgdmft_fail(error, SGDMFT_FILE, "cannot write %s: %s", draft->path, strerror(failed));
    }
    if (sync_folder(draft->path) != 0)
        return sgdmft_fail(error, SGDMFT_FILE, "cannot sync the folder of %s: %s", draft->path, strerror(errno));
    return SGDMFT_OK;
}

/* 0, or the errno of the failure. */
static int write_piece(int descriptor, const struct files_piece *piece)
{
    const char *next = piece->bytes;
    for (size_t left = piece->size; left > 0;) {
        const ssize_t written = write(descriptor, next, left);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return written < 0 ? errno : ENOSPC;
        next += written;
        left -= (size_t)written;
    }
    return 0;
}

enum sgdmft_status files_try(const char *path, const struct files_kind *kind, struct sgdmft_error *error)
{
    struct files_draft draft;
    enum sgdmft_status status = files_begin(&draft, path, kind, error);
    if (!status)
        files_cancel(&draft);
    return status;
}

enum sgdmft_status files_write_pieces(const char *path, const struct files_kind *kind, const struct files_piece *piece,
                                      size_t count, struct sgdmft_error *error)
{
    struct files_draft draft;
    enum sgdmft_status status = files_begin(&draft, path, kind, error);
    if (status)
        return status;
    for (size_t i = 0; i < count; i++) {
        const int failed = write_piece(draft.descriptor, &piece[i]);
        if (failed) {
            files_cancel(&draft);
            return sgdmft_fail(error, SGDMFT_FILE, "cannot write %s: %s", path, strerror(failed));
        }
    }
    return files_commit(&draft, error);
}

enum sgdmft_status files_write(const char *path, const struct files_kind *kind, const void *bytes, size_t size,
                               struct sgdmft_error *error)
{
    return files_write_pieces(path, kind, &(struct files_piece){bytes, size}, 1, error);
}

enum sgdmft_status files_read(const char *path, unsigned char **bytes, size_t *size, struct sgdmft_error *error)
{
    /* O_NONBLOCK: open does not wait for a named pipe, which is an error. */
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat known;
    if (descriptor < 0)
        return sgdmft_fail(error, SGDMFT_FILE, "cannot read %s: %s", path, strerror(errno));
    if (fstat(descriptor, &known) != 0 || !S_ISREG(known.st_mode)) {
        close(descriptor);
        return sgdmft_fail(error, SGDMFT_FILE, "cannot read %s: it is not a regular file", path);
    }
    size_t total = (size_t)known.st_size, done = 0;
    unsigned char *content = malloc(total + 1);
    if (!content) {
        close(descriptor);
        return memory_fail(error, "the content of %s (%zu bytes)", path, total);
    }
    while (done < total) {
        ssize_t got = read(descriptor, content + done, total - done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            enum sgdmft_status status = sgdmft_fail(error, SGDMFT_FILE, "cannot read %s: %s", path, strerror(errno));
            close(descriptor);
            free(content);
            return status;
        }
        if (got == 0)
            break;
        done += (size_t)got;
    }
    close(descriptor);
    content[done] = 0;
    *bytes = content;
    *size = done;
    return SGDMFT_OK;
}

bool files_locked(int lock, const char *path)
{
    struct stat locked, named;
    return fstat(lock, &locked) == 0 && stat(path, &named) == 0 && locked.st_dev == named.st_dev
           && locked.st_ino == named.st_ino;
}

enum sgdmft_status files_lock(const char *path, int *lock, struct sgdmft_error *error)
{
    struct flock wanted = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    const int descriptor = open(path, O_RDWR | O_CLOEXEC); /* stays open: the lock is its own */
    if (descriptor < 0)
        return sgdmft_fail(error, SGDMFT_FILE, "cannot add to %s: %s", path, strerror(errno));
    const bool busy = fcntl(descriptor, F_OFD_SETLK, &wanted) != 0 && (errno == EAGAIN || errno == EACCES);
    *lock = descriptor;
    if (!busy && files_locked(descriptor, path)) /* the process before may have replaced it since it was opened */
        return SGDMFT_OK;
    close(descriptor);
    return sgdmft_fail(error, SGDMFT_FILE, "cannot add to %s: another process is adding to it", path);
}

/* ---- what is never replaced ------------------------------------------------------------------------------ */

/* True for the same file, or, if neither exists yet, for the same name in the same folder. */
static bool same_file(const char *a, const char *b)
{
    struct stat first, second;
    const bool there = stat(a, &first) == 0;
    if (there != (stat(b, &second) == 0))
        return false;
    const char *slash_a = strrchr(a, '/'), *slash_b = strrchr(b, '/');
    if (!there) {
        char folder_a[FILES_PATH_MAX], folder_b[FILES_PATH_MAX];
        files_folder(a, folder_a);
        files_folder(b, folder_b);
        if (strcmp(slash_a ? slash_a + 1 : a, slash_b ? slash_b + 1 : b) != 0 || stat(folder_a, &first) != 0
            || stat(folder_b, &second) != 0)
            return false;
    }
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

enum sgdmft_status files_keep(const char *path, const char *kept, const char *what, struct sgdmft_error *error)
{
    if (!*path || !*kept || !same_file(path, kept))
        return SGDMFT_OK;
    return sgdmft_fail(error, SGDMFT_FILE, "cannot write %s: it is %s", path, what);
}
