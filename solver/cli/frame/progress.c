/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Progress on stderr: a bar on a terminal, otherwise a line now and then. The time left follows from the done fraction,
 * which the engines give by cost, so that it is right although late steps cost more than early ones. */
#include "solver/cli/frame/cli.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BAR_WIDTH 30
#define BAR_SECONDS 0.2
#define LINE_SECONDS 10

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* "1:02:03" or "2:03" */
static const char *clock_text(double seconds, char out[32])
{
    long s = (long)(seconds + 0.5);
    if (s >= 3600)
        snprintf(out, 32, "%ld:%02ld:%02ld", s / 3600, s / 60 % 60, s % 60);
    else
        snprintf(out, 32, "%ld:%02ld", s / 60, s % 60);
    return out;
}

static void show(const struct progress *progress, double fraction, double spent)
{
    char left[32] = "?", gone[32], bar[BAR_WIDTH + 1];
    if (fraction > progress->begin && spent > 0)
        clock_text(spent * (1 - fraction) / (fraction - progress->begin), left);
    clock_text(spent, gone);
    if (!progress->bar) {
        message("%s: %.0f %% done in %s, about %s left", progress->label, 100 * fraction, gone, left);
        return;
    }
    size_t full = (size_t)(fraction * BAR_WIDTH);
    memset(bar, '.', BAR_WIDTH);
    memset(bar, '#', full > BAR_WIDTH ? BAR_WIDTH : full);
    bar[BAR_WIDTH] = '\0';
    fprintf(stderr, "\r%s [%s] %3.0f %%  %s gone, about %s left \033[K", progress->label, bar, 100 * fraction, gone,
            left);
    fflush(stderr);
}

static void report(void *context, double fraction)
{
    struct progress *progress = context;
    double time = now(), pause = progress->bar ? BAR_SECONDS : LINE_SECONDS;
    if (progress->begin < 0) { /* done before this process, after a resume; 0 otherwise */
        progress->begin = fraction > 0 && time - progress->start < 0.01 ? fraction : 0;
        progress->last = time;
        return;
    }
    if (time - progress->last < pause)
        return;
    progress->last = time;
    progress->shown = true;
    show(progress, fraction, time - progress->start);
}

static bool stop(void *context)
{
    const struct progress *progress = context;
    return session_stopped(progress->session);
}

void progress_start(struct progress *progress, const struct invocation *invocation, const char *label)
{
    int style = invocation->run.progress;
    bool silent = invocation->quiet || style == SGDMFT_PROGRESS_NONE;
    *progress = (struct progress){.label = label, .start = now(), .begin = -1};
    progress->bar = style == SGDMFT_PROGRESS_AUTO && isatty(STDERR_FILENO);
    progress->watch.context = progress;
    progress->watch.report = silent ? NULL : report;
    if (!invocation->command->resumes)
        return;
    progress->session = invocation->session;
    progress->watch.stop = stop;
    progress->watch.checkpoint = invocation->session->checkpoint;
    progress->watch.ranks = &invocation->session->ranks;
}

void progress_end(struct progress *progress)
{
    if (progress->bar && progress->shown)
        fputs("\r\033[K", stderr);
    progress->shown = false;
}
