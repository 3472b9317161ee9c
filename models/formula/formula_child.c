/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Other programs (python3, cc), run without a shell. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memfd_create, pipe2 */
#endif

#include "models/base/memory.h"
#include "models/formula/formula.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

bool child_find(const char *name, char path[4096])
{
    const char *folders = getenv("PATH");
    for (const char *at = folders ? folders : "/usr/bin:/bin"; *at;) {
        const size_t length = strcspn(at, ":");
        const int needed = snprintf(path, 4096, "%.*s/%s", (int)length, at, name);
        if (length > 0 && needed < 4096 && access(path, X_OK) == 0)
            return true;
        at += length + (at[length] == ':');
    }
    return false;
}

static void send(int to, const char *text)
{
    size_t left = strlen(text);
    while (left > 0) {
        const ssize_t wrote = write(to, text, left);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return;
        text += wrote;
        left -= (size_t)wrote;
    }
}

/* Reads to the end and keeps the first megabyte. */
static void receive(int from, FILE *out)
{
    char room[4096];
    ssize_t got;
    size_t kept = 0;
    while ((got = read(from, room, sizeof room)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return;
        if (kept < 1 << 20)
            kept += fwrite(room, 1, (size_t)got, out);
    }
}

/* Makes the standard input a file in memory, since a pipe that is not read could fill up. */
static int input_of(const char *text)
{
    const int file = memfd_create("formula", MFD_CLOEXEC);
    if (file < 0)
        return -1;
    send(file, text);
    return lseek(file, 0, SEEK_SET) == 0 ? file : (close(file), -1);
}

/* Starts the program with no signal blocked: the script ends by one when the program does, or at its time limit. */
static int start(const char *path, const char *const argv[], int input, int output, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    int failed = posix_spawn_file_actions_init(&actions);
    if (failed)
        return failed;
    if ((failed = posix_spawnattr_init(&attributes))) {
        posix_spawn_file_actions_destroy(&actions);
        return failed;
    }
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    failed = posix_spawn_file_actions_adddup2(&actions, input, 0);
    if (!failed)
        failed = posix_spawn_file_actions_adddup2(&actions, output, 1);
    if (!failed)
        failed = posix_spawn_file_actions_adddup2(&actions, output, 2);
    if (!failed)
        failed = posix_spawn(pid, path, &actions, &attributes, (char *const *)argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

static int wait_for(pid_t pid)
{
    int how;
    while (waitpid(pid, &how, 0) < 0)
        if (errno != EINTR)
            return -1;
    return WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
}

enum sgdmft_status child_run(const char *const argv[], const char *input, char **output, int *code,
                             struct sgdmft_error *error)
{
    char path[4096];
    size_t size;
    int ends[2] = {-1, -1};
    pid_t pid;
    *output = NULL;
    *code = -1;
    FILE *out = open_memstream(output, &size);
    if (!out)
        return memory_fail(error, "the output of %s", argv[0]);
    const int file = input_of(input);
    enum sgdmft_status status = SGDMFT_OK;
    if (file < 0 || pipe2(ends, O_CLOEXEC) != 0)
        status = sgdmft_fail(error, SGDMFT_FILE, "%s cannot be started: %s", argv[0], strerror(errno));
    const bool started = !status && child_find(argv[0], path) && start(path, argv, file, ends[1], &pid) == 0;
    if (ends[1] >= 0)
        close(ends[1]);
    if (started) {
        receive(ends[0], out);
        *code = wait_for(pid);
    }
    if (ends[0] >= 0)
        close(ends[0]);
    if (file >= 0)
        close(file);
    if (fclose(out) == 0 || status)
        return status;
    return memory_fail(error, "the output of %s", argv[0]);
}
