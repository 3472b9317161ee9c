/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The name that a user probably meant: that of a synonym, otherwise the one at the smallest edit distance (insertion,
 * deletion, substitution, swap of two neighbours), where case does not count and a dash is an underscore. */
#include "models/run/suggest.h"

#include <sgdmft/run.h>

#include <ctype.h>
#include <string.h>

#define NAME_MAX_LENGTH 63

static int plain(char letter)
{
    return letter == '-' ? '_' : tolower((unsigned char)letter);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t edit_distance(const char *a, size_t n, const char *b, size_t m)
{
    size_t row[3][NAME_MAX_LENGTH + 1]; /* two rows back, one row back, this row */
    size_t *before = row[0], *last = row[1], *now = row[2];
    for (size_t j = 0; j <= m; j++)
        last[j] = j;
    for (size_t i = 1; i <= n; i++) {
        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t differ = plain(a[i - 1]) != plain(b[j - 1]);
            now[j] = least(least(last[j] + 1, now[j - 1] + 1), last[j - 1] + differ);
            if (i > 1 && j > 1 && plain(a[i - 1]) == plain(b[j - 2]) && plain(a[i - 2]) == plain(b[j - 1]))
                now[j] = least(now[j], before[j - 2] + 1);
        }
        size_t *oldest = before;
        before = last;
        last = now;
        now = oldest;
    }
    return last[m];
}

static bool starts_with(const char *name, const char *start, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (plain(name[i]) != plain(start[i]))
            return false;
    return true;
}

const char *sgdmft_nearest(const char *name, const char *const *names, size_t count)
{
    size_t n = strlen(name), best = n / 3 + 2; /* further away is no help */
    const char *nearest = NULL, *continuation = NULL;
    if (n == 0 || n > NAME_MAX_LENGTH)
        return NULL;
    if ((nearest = synonym(name, names, count)))
        return nearest;
    for (size_t i = 0; i < count; i++) {
        size_t m = strlen(names[i]);
        if (m > NAME_MAX_LENGTH)
            continue;
        size_t distance = edit_distance(name, n, names[i], m);
        if (distance < best && distance < m) {
            best = distance;
            nearest = names[i];
        }
        if (n >= 2 && m > n && !continuation && starts_with(names[i], name, n))
            continuation = names[i];
    }
    return continuation && (!nearest || best > 1) ? continuation : nearest;
}
