/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a long computation tells how far it is, is stopped, saved and shared. */
#ifndef SGDMFT_WATCH_H
#define SGDMFT_WATCH_H

#include <sgdmft/checkpoint.h>
#include <stdbool.h>
#include <stddef.h>

/* Every member may be NULL, and so may the whole watch. */
struct sgdmft_watch {
    /* Called with the done fraction of the work (0..1, by cost, not by steps) from one thread at a time. */
    void (*report)(void *context, double fraction);
    void *context;
    /* Asked between steps and within long ones, from any thread: true to stop. The result is then what was done, with
     * status INTERRUPTED, and what is under way is saved in the checkpoint. Once true it must stay true. */
    bool (*stop)(void *context);
    struct sgdmft_checkpoint *checkpoint;
    const struct ranks
        *ranks; /* processes that share the work; all of them make the same call and get the same result */
};

/* True if the work is to stop. watch may be NULL. Loops of more than a tenth of a second ask it. */
SGDMFT_API bool sgdmft_watch_stops(const struct sgdmft_watch *watch);

/* Memory and time that a run will take, and what its result takes. */
struct sgdmft_estimate {
    double bytes; /* of memory, at the peak; writing the result included where the run names a file */
    double seconds;
    double result; /* bytes of the result in memory, part of `bytes` */
    double disk;   /* bytes of the result's file, at the most */
};

#define SGDMFT_PROGRESS_MAX 160
#define SGDMFT_PROGRESS_BAR_SECONDS 0.2 /* between two states of a bar on a terminal */
#define SGDMFT_PROGRESS_LINE_SECONDS 10 /* between two lines */
/* How far the work called label is, and the time left: with a bar, or as a line. fraction is done, `begin` of it was
 * before the `spent` seconds (after a resume). */
SGDMFT_API void sgdmft_progress_text(const char *label, double fraction, double begin, double spent, bool bar,
                                     char text[SGDMFT_PROGRESS_MAX]);

#endif
