/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Progress on stderr: a bar on a terminal, otherwise a line at intervals. The time left follows from the done
 * fraction. Engines measure it by cost, since late steps cost more than early ones. */
#include "models/base/clock.h"
#include "solver/cli/frame/cli.h"

#include <stdio.h>
#include <unistd.h>

static void show_progress(const struct progress *progress, double fraction, double spent)
{
    char text[SGDMFT_PROGRESS_MAX];
    sgdmft_progress_text(progress->label, fraction, progress->begin, spent, progress->bar, text);
    if (!progress->bar) {
        message("%s", text);
        return;
    }
    fprintf(stderr, "\r%s \033[K", text);
    fflush(stderr);
}

static void report_progress(void *context, double fraction)
{
    struct progress *progress = context;
    double time = clock_seconds(), pause = progress->bar ? SGDMFT_PROGRESS_BAR_SECONDS : SGDMFT_PROGRESS_LINE_SECONDS;
    if (progress->begin < 0) { /* fraction done before a resume; 0 otherwise */
        progress->begin = fraction > 0 && time - progress->start < 0.01 ? fraction : 0;
        progress->last = time;
        return;
    }
    if (time - progress->last < pause)
        return;
    progress->last = time;
    progress->shown = true;
    show_progress(progress, fraction, time - progress->start);
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
    *progress = (struct progress){.label = label, .start = clock_seconds(), .begin = -1};
    progress->bar = style == SGDMFT_PROGRESS_AUTO && isatty(STDERR_FILENO);
    progress->watch.context = progress;
    progress->watch.report = silent ? NULL : report_progress;
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
