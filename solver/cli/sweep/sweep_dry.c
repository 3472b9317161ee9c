/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Output of sweep --dry-run: points, memory, disk and time in a few lines. */
#include "solver/cli/sweep/point_run.h"
#include "solver/cli/sweep/sweep_points.h"
#include "solver/cli/sweep/sweep_print.h"

#include <math.h>
#include <stdlib.h>

#define REFUSED_SHOWN 10

/* Sums over the points of this process. */
struct bill {
    size_t count[POINT_REFUSED + 1];
    size_t all;
    struct sgdmft_estimate pending; /* its bytes are those of the largest point */
};

static struct bill add_up(const struct points *points)
{
    struct bill bill = {.all = 0};
    for (size_t i = 0; i < points->count; i++) {
        const struct point *point = &points->point[i];
        if (!point->wanted || !point->mine)
            continue;
        bill.all++;
        bill.count[point->status]++;
        if (point->status != POINT_PENDING)
            continue;
        bill.pending.bytes = fmax(bill.pending.bytes, point->estimate.bytes);
        bill.pending.seconds += point->estimate.seconds;
        bill.pending.disk += point->estimate.disk;
    }
    return bill;
}

static void print_refused(const struct points *points, size_t count)
{
    char where[256];
    size_t shown = 0;
    for (size_t i = 0; i < points->count && shown < REFUSED_SHOWN; i++) {
        const struct point *point = &points->point[i];
        if (!point->wanted || !point->mine || point->status != POINT_REFUSED)
            continue;
        point_describe(points, point, where);
        printf("  not allowed: %s%s%s\n", where, point->reason ? ": " : "", point->reason ? point->reason : "");
        shown++;
    }
    if (count > shown)
        printf("  not allowed: %zu more\n", count - shown);
}

static double row_points(const struct level *level, const struct vary *grid)
{
    double low = (double)INFINITY, high = -(double)INFINITY;
    for (size_t i = 0; i < grid->count; i++) {
        low = fmin(low, strtod(grid->text[i], NULL));
        high = fmax(high, strtod(grid->text[i], NULL));
    }
    return level_points(level, low, high);
}

void sweep_print_dry(const struct invocation *invocation, const struct points *points, const struct level *level,
                     const struct vary *grid)
{
    const struct bill bill = add_up(points);
    const struct sweep_split split = sweep_divide(&invocation->run, points);
    const size_t pending = bill.count[POINT_PENDING], refused = bill.count[POINT_REFUSED];
    const double times = level ? row_points(level, grid) / 2 : 1; /* a row of a level line begins with its two ends */
    const bool theory = points_have(points, true), simulated = points_have(points, false);
    const char *more = theory ? estimate_grows(&invocation->run) : NULL;
    char one[32], together[32], disk[32], time[32];
    const char *by = theory && simulated ? "theory and simulation" : theory ? "theory" : "simulation";
    printf("%s by %s: %zu point%s, %zu to compute, %zu there, %zu not allowed\n", points->what->name, by, bill.all,
           bill.all == 1 ? "" : "s", pending, bill.all - pending - refused, refused);
    print_refused(points, refused);
    if (level && pending > 0)
        printf("the level line takes about %.0f points in all\n", times * (double)pending);
    printf("memory: %s %s for the largest point, %s for %ld at once\n", more ? "at least" : "about",
           estimate_bytes(bill.pending.bytes, one), estimate_bytes((double)split.points * bill.pending.bytes, together),
           split.points);
    printf("disk: up to %s in %s\n", estimate_bytes(times * bill.pending.disk, disk), invocation->run.out);
    printf("time: %s %s (%ld point%s at once, %ld thread%s each)\n", more ? "at least" : "about",
           estimate_seconds(times * bill.pending.seconds / (double)(split.points * split.threads), time), split.points,
           split.points == 1 ? "" : "s", split.threads, split.threads == 1 ? "" : "s");
    if (more)
        printf("(%s)\n", more);
}
