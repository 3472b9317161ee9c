/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* pipe2 */
#endif
#include "models/data/dataset/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* In the copy: no message of a library that aborts, no file of its memory, signals that end it. */
static void prepare(double seconds)
{
    static const int deadly[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGXCPU};
    const rlim_t most = (rlim_t)seconds + 1;
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere >= 0)
        dup2(nowhere, STDERR_FILENO);
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    struct rlimit now;
    struct rusage used;
    if (getrlimit(RLIMIT_CPU, &now) == 0 && getrusage(RUSAGE_SELF, &used) == 0
        && (now.rlim_cur == RLIM_INFINITY || now.rlim_cur > most))
        setrlimit(RLIMIT_CPU, &(struct rlimit){most + (rlim_t)used.ru_utime.tv_sec, now.rlim_max});
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
        signal(deadly[i], SIG_DFL); /* an interpreter may have handlers of its own */
}

static bool receive(int from, void *bytes, size_t size)
{
    char *next = bytes;
    while (size > 0) {
        const ssize_t got = read(from, next, size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        next += got;
        size -= (size_t)got;
    }
    return true;
}

enum sgdmft_status guard_try(guard_work *work, void *context, double seconds, bool *survived,
                             struct sgdmft_error *error)
{
    struct sgdmft_error found = {0};
    int ends[2];
    *survived = true;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return SGDMFT_OK;
    const pid_t child = fork();
    if (child == 0) {
        prepare(seconds);
        found.status = work(context, &found);
        const ssize_t sent = write(ends[1], &found, sizeof found); /* a pipe takes as much at once */
        _exit(sent == (ssize_t)sizeof found ? 0 : 1);
    }
    close(ends[1]);
    if (child < 0) {
        close(ends[0]);
        return SGDMFT_OK;
    }
    *survived = receive(ends[0], &found, sizeof found);
    close(ends[0]);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
        continue;
    if (!*survived)
        return SGDMFT_OK;
    if (found.status && error)
        *error = found;
    return found.status;
}
