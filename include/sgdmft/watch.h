/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The watch of a long computation: its progress, the request to stop, its checkpoint and the ranks that share it. */
#ifndef SGDMFT_WATCH_H
#define SGDMFT_WATCH_H

#include <sgdmft/checkpoint.h>
#include <stdbool.h>
#include <stddef.h>

/* A watch. Every member may be NULL, and so may the watch itself. */
struct sgdmft_watch {
    /* Called with the done fraction of the work (0..1, by cost, not by steps) from one thread at a time. */
    void (*report)(void *context, double fraction);
    void *context;
    /* Called between steps and within long ones, from any thread: true to stop, and true from then on. The status is
     * then INTERRUPTED, the result has the finished part, and the checkpoint the unfinished one. */
    bool (*stop)(void *context);
    struct sgdmft_checkpoint *checkpoint;
    const struct ranks
        *ranks; /* processes that share the work; all of them make the same call and get the same result */
};

/* True if the work is to stop. watch may be NULL. Call it in loops of more than a tenth of a second. */
SGDMFT_API bool sgdmft_watch_stops(const struct sgdmft_watch *watch);

/* An estimate of memory, time and disk of a run. */
struct sgdmft_estimate {
    double bytes; /* memory at the peak, including the writing of a result to a file */
    double seconds;
    double spread;              /* factor within which `seconds` holds, up and down; 0: 2 */
    double streamed, functions; /* parts of `seconds`: numbers from memory; losses and random numbers */
    double result;              /* memory of the result, part of `bytes` */
    double disk;                /* bytes of the result's file, an upper bound */
};

#define SGDMFT_PROGRESS_MAX 160
#define SGDMFT_PROGRESS_BAR_SECONDS 0.2 /* between two states of a bar on a terminal */
#define SGDMFT_PROGRESS_LINE_SECONDS 10 /* between two lines */
/* Formats the progress of the work called label and the time left, as a bar or as a line. fraction: the done part
 * (0..1). begin: the part done before a resume. spent: seconds since then. */
SGDMFT_API void sgdmft_progress_text(const char *label, double fraction, double begin, double spent, bool bar,
                                     char text[SGDMFT_PROGRESS_MAX]);

#endif
