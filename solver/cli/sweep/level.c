/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The search for a level along one parameter: bisection, alternating with interpolation. */
#include "solver/cli/sweep/level.h"
#include "models/run/parameter_table.h"

#include <math.h>
#include <string.h>

#define INSIDE 0.05 /* new points keep this share of the bracket away from its ends */
#define WIDE 4      /* ratio of the ends from which on a bracket is halved in the logarithm */

enum sgdmft_status level_parse(const char *words, struct level *level, struct sgdmft_error *error)
{
    const char *equals = strrchr(words, '=');
    const size_t length = equals ? (size_t)(equals - words) : 0;
    *level = (struct level){.tolerance = LEVEL_TOLERANCE};
    if (!equals || length == 0 || length >= sizeof level->observable)
        return sgdmft_fail(error, SGDMFT_USAGE, "level: '%.100s' is not OBSERVABLE=VALUE", words);
    memcpy(level->observable, words, length);
    if (number_real(equals + 1, &level->value) != NUMBER_OK)
        return sgdmft_fail(error, SGDMFT_USAGE, "level: '%.100s' is not a number", equals + 1);
    return scalar_check("level", level->observable, error);
}

double level_points(const struct level *level, double low, double high)
{
    /* least width: that of the last bracket, relative to half of its larger end */
    const double narrow = level->tolerance * fmax(fabs(low), fabs(high)) / 2;
    return 2 + fmax(0, ceil(log2((high - low) / narrow)));
}

/* ---- the crossing -------------------------------------------------------------------------------------- */

static bool usable(const struct level_entry *entry)
{
    return !isnan(entry->y.value);
}

/* The next usable entry after i in direction `step`, or count. */
static size_t neighbour(const struct level_entry *entry, size_t count, size_t i, int step)
{
    do {
        if (step < 0 && i == 0)
            return count;
        i += (size_t)step;
    } while (i < count && !usable(&entry[i]));
    return i < count ? i : count;
}

/* The slope across the bracket, from its outer neighbours if they continue it: that of a narrow bracket alone is
 * inaccurate. */
static double slope(const struct level_entry *entry, size_t count, size_t low, size_t high)
{
    const size_t below = neighbour(entry, count, low, -1), above = neighbour(entry, count, high, 1);
    const double direction = entry[high].y.value - entry[low].y.value;
    size_t from = low, to = high;
    if (below < count && (entry[low].y.value - entry[below].y.value) * direction > 0)
        from = below;
    if (above < count && (entry[above].y.value - entry[high].y.value) * direction > 0)
        to = above;
    return (entry[to].y.value - entry[from].y.value) / (entry[to].x - entry[from].x);
}

/* The shift of the crossing from a straight line to a parabola through the bracket and a neighbour; NaN without
 * neighbours. */
static double bend(const struct level_entry *entry, size_t count, size_t low, size_t high, double x)
{
    const struct level_entry *a = &entry[low], *b = &entry[high];
    const size_t outer[2] = {neighbour(entry, count, low, -1), neighbour(entry, count, high, 1)};
    const double across = (b->y.value - a->y.value) / (b->x - a->x);
    double most = (double)NAN;
    for (int i = 0; i < 2; i++) {
        if (outer[i] == count)
            continue;
        const struct level_entry *c = &entry[outer[i]];
        const double curvature = ((c->y.value - b->y.value) / (c->x - b->x) - across) / (c->x - a->x);
        most = fmax(most, fabs(curvature * (x - a->x) * (x - b->x) / across));
    }
    return most;
}

void level_cross(const struct level *level, const struct level_entry *entry, size_t count,
                 struct level_crossing *crossing)
{
    *crossing = (struct level_crossing){.x = (double)NAN, .se = (double)NAN, .low = (double)NAN, .high = (double)NAN};
    for (size_t i = neighbour(entry, count, (size_t)-1, 1); i < count;) {
        const size_t j = neighbour(entry, count, i, 1);
        if (j == count)
            return;
        const double left = entry[i].y.value - level->value, right = entry[j].y.value - level->value;
        if ((left <= 0 && right > 0) || (left >= 0 && right < 0) || (left < 0 && right >= 0)
            || (left > 0 && right <= 0)) {
            const bool jump = isinf(left) || isinf(right); /* a run that diverged */
            const double share = jump ? 0.5 : left / (left - right), width = entry[j].x - entry[i].x;
            const double spread = jump ? 0 : (1 - share) * entry[i].y.se + share * entry[j].y.se;
            *crossing = (struct level_crossing){.found = true, .low = entry[i].x, .high = entry[j].x, .first = i};
            crossing->x = entry[i].x + share * width;
            crossing->noise = isfinite(spread) && spread > 0 ? spread / fabs(slope(entry, count, i, j)) : 0;
            /* standard error of a uniform position in the bracket; interpolation of a smooth observable is more
             * accurate */
            const double anywhere = width / sqrt(12), bent = jump ? anywhere : bend(entry, count, i, j, crossing->x);
            crossing->se = hypot(crossing->noise, isfinite(bent) ? fmin(bent, anywhere) : anywhere);
            return;
        }
        i = j;
    }
}

/* ---- the next point --------------------------------------------------------------------------------------- */

static bool has(const struct level_entry *entry, size_t count, double x)
{
    for (size_t i = 0; i < count; i++)
        if (fabs(entry[i].x - x) <= 1e-9 * fabs(x))
            return true;
    return false;
}

/* The untried value of the grid that is furthest from all tried ones; both ends come first. */
static double next_of_grid(const struct level_entry *entry, size_t count, const double *grid, size_t grid_count)
{
    double best = -1, place = (double)NAN;
    if (!has(entry, count, grid[0]))
        return grid[0];
    if (!has(entry, count, grid[grid_count - 1]))
        return grid[grid_count - 1];
    for (size_t g = 0; g < grid_count; g++) {
        size_t left = g, right = g;
        if (has(entry, count, grid[g]))
            continue;
        while (left > 0 && !has(entry, count, grid[left]))
            left--;
        while (right + 1 < grid_count && !has(entry, count, grid[right]))
            right++;
        const double distance = fmin((double)(g - left), (double)(right - g));
        if (distance > best) {
            best = distance;
            place = grid[g];
        }
    }
    return place;
}

/* The crossing of a straight line with the level, in the logarithm for positive values. */
static double interpolate(const struct level *level, const struct level_entry *low, const struct level_entry *high)
{
    double a = low->y.value, b = high->y.value, v = level->value;
    if (a > 0 && b > 0 && v > 0) {
        a = log(a);
        b = log(b);
        v = log(v);
    }
    return low->x + (high->x - low->x) * (v - a) / (b - a);
}

static double middle(double low, double high)
{
    return low > 0 && high > WIDE * low ? sqrt(low * high) : (low + high) / 2;
}

double level_next(const struct level *level, const struct level_entry *entry, size_t count, const double *grid,
                  size_t grid_count)
{
    struct level_crossing crossing;
    level_cross(level, entry, count, &crossing);
    if (!crossing.found)
        return next_of_grid(entry, count, grid, grid_count);
    const double width = crossing.high - crossing.low, scale = fmax(fabs(crossing.low), fabs(crossing.high));
    if (width <= level->tolerance * scale || width < crossing.noise)
        return (double)NAN;
    double x = middle(crossing.low, crossing.high);
    const size_t high = neighbour(entry, count, crossing.first, 1);
    if (count % 2 == 0) { /* a little beyond, so that the bracket closes from both sides */
        const double near = interpolate(level, &entry[crossing.first], &entry[high]);
        const double beyond = 0.4 * level->tolerance * scale;
        const bool low_end = near - crossing.low < crossing.high - near;
        const double inside = INSIDE * fmin(width, level->tolerance * scale * 4);
        if (isfinite(near))
            x = fmin(fmax(near + (low_end ? beyond : -beyond), crossing.low + inside), crossing.high - inside);
    }
    return has(entry, count, x) ? (double)NAN : x; /* tried, and without a value */
}
