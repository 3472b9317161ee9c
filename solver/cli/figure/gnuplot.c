/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Running gnuplot apart from the standard output of the program, and reading its messages. */
#include "solver/cli/figure/gnuplot.h"
#include "models/formula/formula.h"
#include "solver/cli/frame/session.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

/* Formats NAME='VALUE' for the option -e of gnuplot; free() it. */
static char *assignment(const struct gnuplot_variable *variable)
{
    char *text = malloc(strlen(variable->name) + 2 * strlen(variable->value) + 4), *out = text;
    if (!text)
        return NULL;
    out += sprintf(out, "%s='", variable->name);
    for (const char *c = variable->value; *c; c++) {
        if (*c == '\'')
            *out++ = '\'';
        *out++ = *c;
    }
    strcpy(out, "'");
    return text;
}

/* Reads the first message of gnuplot, without the lines that mark a position in the script; false without a message. */
static bool read_complaint(const char *path, char out[256])
{
    FILE *in = fopen(path, "r");
    char line[256];
    bool found = false;
    while (in && !found && fgets(line, sizeof line, in)) {
        line[strcspn(line, "\n")] = '\0';
        found = line[strspn(line, " ^")] != '\0' && !strstr(line, "arning");
    }
    if (in)
        fclose(in);
    if (found)
        snprintf(out, 256, "%s", line);
    return found;
}

#define PROBE_BLOCKS 16

/* Appends to the incomplete picture; returns the errno, or 0. gnuplot does not report a full disk. */
static int probe(const char *output)
{
    static const char block[4096];
    const int descriptor = open(output, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    int failed = descriptor < 0 ? errno : 0;
    for (int i = 0; i < PROBE_BLOCKS && !failed; i++) {
        const ssize_t written = write(descriptor, block, sizeof block);
        failed = written < 0 ? errno : written < (ssize_t)sizeof block ? ENOSPC : 0;
    }
    if (!failed && fsync(descriptor) != 0 && errno != EINVAL)
        failed = errno;
    if (descriptor >= 0)
        close(descriptor);
    return failed;
}

/* Finds the reason of a missing or incomplete picture. */
static void find_reason(const char *messages, const char *output, int state, char out[256])
{
    if (read_complaint(messages, out))
        return;
    const int failed = output ? probe(output) : 0;
    if (failed)
        snprintf(out, 256, "%s", strerror(failed));
    else if (WIFSIGNALED(state))
        snprintf(out, 256, "it was ended by a signal (%s)", strsignal(WTERMSIG(state)));
    else
        snprintf(out, 256, "no message (exit code %d)", WEXITSTATUS(state));
}

static bool is_stopped(void)
{
    const struct session alone = session_alone();
    return session_stopped(&alone);
}

/* Runs a process, and ends it if this one is stopped; returns the errno of a failed start, or 0 with the state of the
 * ended process. */
static int spawn(char *const *words, const char *messages, int *state)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t ordinary;
    pid_t child;
    posix_spawn_file_actions_init(&actions);
    /* gnuplot without an output file writes to stdout, which has the output of the program */
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 2, messages, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawnattr_init(&attributes);
    sigemptyset(&ordinary);
    sigaddset(&ordinary, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes, &ordinary);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    const int failed = posix_spawnp(&child, words[0], &actions, &attributes, words, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    const struct timespec moment = {.tv_nsec = 5000000};
    pid_t ended = 0;
    while (!failed && (ended = waitpid(child, state, WNOHANG)) == 0) {
        if (is_stopped())
            kill(child, SIGTERM);
        nanosleep(&moment, NULL);
    }
    return ended < 0 ? errno : failed;
}

static enum sgdmft_status not_started(int failed, struct sgdmft_error *error)
{
    return sgdmft_fail(error, SGDMFT_FILE, "cannot start gnuplot: %s (the Debian package is gnuplot-nox)",
                       strerror(failed));
}

enum sgdmft_status gnuplot_check(struct sgdmft_error *error)
{
    char path[4096];
    return child_find("gnuplot", path) ? SGDMFT_OK : not_started(ENOENT, error);
}

enum sgdmft_status gnuplot_run(const char *script, const char *messages, size_t count,
                               const struct gnuplot_variable *variable, const struct files_kind *kind,
                               struct sgdmft_error *error)
{
    char program[] = "gnuplot", with[] = "-e", complaint[256], *words[2 * GNUPLOT_VARIABLES_MAX + 3] = {program};
    char *last = strdup(script), *text[GNUPLOT_VARIABLES_MAX] = {NULL};
    const char *output = NULL;
    bool good = last != NULL;
    int state = 0;
    for (size_t i = 0; i < count && i < GNUPLOT_VARIABLES_MAX; i++) {
        text[i] = assignment(&variable[i]);
        good = good && text[i];
        words[1 + 2 * i] = with;
        words[2 + 2 * i] = text[i];
        output = strcmp(variable[i].name, "output") == 0 ? variable[i].value : output;
    }
    words[1 + 2 * count] = last;
    session_listen(); /* the caller removes its drafts when this process is to end */
    const int failed = good ? spawn(words, messages, &state) : ENOMEM;
    for (size_t i = 0; i < GNUPLOT_VARIABLES_MAX; i++)
        free(text[i]);
    free(last);
    if (is_stopped())
        return sgdmft_fail(error, SGDMFT_INTERRUPTED, "stopped while gnuplot was drawing");
    if (failed)
        return not_started(failed, error);
    if (WIFEXITED(state) && WEXITSTATUS(state) == 0 && output && files_complete(output, kind, NULL) == SGDMFT_OK)
        return SGDMFT_OK;
    find_reason(messages, output, state, complaint);
    return sgdmft_fail(error, SGDMFT_FILE, "gnuplot could not draw the picture: %s", complaint);
}
