/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The watch of a run: its request to stop, and the text of its progress. */
#include <sgdmft/watch.h>
#include <stdio.h>
#include <string.h>

#define BAR_WIDTH 30

bool sgdmft_watch_stops(const struct sgdmft_watch *watch)
{
    return watch != NULL && watch->stop != NULL && watch->stop(watch->context);
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

void sgdmft_progress_text(const char *label, double fraction, double begin, double spent, bool bar,
                          char text[SGDMFT_PROGRESS_MAX])
{
    char left[32] = "?", gone[32], filled[BAR_WIDTH + 1];
    if (fraction > begin && spent > 0)
        clock_text(spent * (1 - fraction) / (fraction - begin), left);
    clock_text(spent, gone);
    if (!bar) {
        snprintf(text, SGDMFT_PROGRESS_MAX, "%.60s: %.0f %% done in %s, about %s left", label, 100 * fraction, gone,
                 left);
        return;
    }
    const size_t full = fraction > 0 ? (size_t)(fraction * BAR_WIDTH) : 0;
    memset(filled, '.', BAR_WIDTH);
    memset(filled, '#', full > BAR_WIDTH ? BAR_WIDTH : full);
    filled[BAR_WIDTH] = '\0';
    snprintf(text, SGDMFT_PROGRESS_MAX, "%.60s [%s] %3.0f %%  %s gone, about %s left", label, filled, 100 * fraction,
             gone, left);
}
