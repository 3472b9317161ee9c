/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef MODELS_BASE_CLOCK_H
#define MODELS_BASE_CLOCK_H

#include <time.h>

/* Seconds of a clock that is never set back. Signal handlers may call it. */
static inline double clock_seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

#endif
