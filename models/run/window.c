/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parameter `window`: two lags, FIRST:LAST. */
#include "models/run/parameter_table.h"

#include <string.h>

bool sgdmft_window(const struct sgdmft_run *run, long *first, long *last)
{
    char piece[64];
    const char *colon = strchr(run->window, ':');
    if (!colon || (size_t)(colon - run->window) >= sizeof piece)
        return false;
    memcpy(piece, run->window, (size_t)(colon - run->window));
    piece[colon - run->window] = '\0';
    return number_integer(piece, first) == NUMBER_OK && number_integer(colon + 1, last) == NUMBER_OK && *first >= 0
           && *first < *last && *last <= 1000000000;
}
