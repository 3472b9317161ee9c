/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a long computation tells how far it is. */
#ifndef SGDMFT_WATCH_H
#define SGDMFT_WATCH_H

/* report is called with the done fraction of the work (0..1, by cost, not by steps) from one thread at a
 * time; it may be NULL, and so may the whole watch. */
struct sgdmft_watch {
    void (*report)(void *context, double fraction);
    void *context;
};

/* Memory and time that a run will take. */
struct sgdmft_estimate {
    double bytes;
    double seconds;
};

#endif
