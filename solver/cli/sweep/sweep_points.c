/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The work of a sweep: points in parallel, each recorded when it is done. */
#include "solver/cli/sweep/sweep_points.h"

#include "models/base/memory.h"
#include "models/base/files.h"
#include "models/base/ranks.h"
#include "models/result/result_hdf5.h"
#include "solver/observe/derive.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MANIFEST_SECONDS 2

/* A point to be computed. */
struct task {
    double seconds;
    size_t index;
};

struct sweep_work {
    const struct invocation *invocation;
    const char *folder;
    struct points *points;
    struct manifest_part part;
    const struct task *task;
    long threads; /* threads inside a point */
    struct progress progress;
    double work, done; /* estimated seconds: of all pending points, and of the done part */
    double last_manifest;
};

/* The progress of one point, as a share of the whole. */
struct share {
    struct sgdmft_watch watch;
    struct sweep_work *sweep;
    double begin, work, done; /* this computation is [begin, begin + work] of the point's seconds */
};

static void report_point(void *context, double fraction)
{
    struct share *share = context;
    struct sweep_work *sweep = share->sweep;
#pragma omp critical(sgdmft_sweep)
    {
        double now = share->begin + share->work * fraction;
        sweep->done += now - share->done;
        share->done = now;
        if (sweep->progress.watch.report && sweep->work > 0)
            sweep->progress.watch.report(sweep->progress.watch.context, sweep->done / sweep->work);
    }
}

/* ---- status of a point ------------------------------------------------------------------------------- */

static void settle(struct point *point, const struct verdict *verdict)
{
    free(point->reason);
    point->reason = verdict->status == POINT_COMPLETE ? NULL : strdup(verdict->reason);
    point->status = verdict->status;
    memcpy(point->score, verdict->score, sizeof point->score);
}

/* Judges a point from its results, [0] theory, [1] simulation. */
static void judge_results(const struct analysis *analysis, struct sgdmft_result *const result[2], struct point *point)
{
    struct verdict verdict;
    memcpy(verdict.score, point->score, sizeof point->score);
    (analysis->judge ? analysis->judge : verdict_of_runs)(result, &verdict);
    settle(point, &verdict);
}

/* ---- existing results ---------------------------------------------------------------------------------- */

/* Reads the result of a point from its file; NULL if it has none. */
static struct sgdmft_result *find_result(const struct invocation *invocation, const char *folder,
                                         const struct points *points, const struct point *point, bool theory)
{
    char name[64], path[FILES_PATH_MAX];
    struct sgdmft_result *result = NULL;
    struct sgdmft_error reason = {.status = SGDMFT_OK};
    struct sgdmft_run run;
    points_file(points, point, theory, name);
    if (manifest_path(folder, name, sizeof path, path, NULL) != SGDMFT_OK || access(path, F_OK) != 0)
        return NULL;
    if (result_read_light(path, &result, &reason) != SGDMFT_OK) {
        warning(invocation, "%s; the point is computed again", reason.text);
        return NULL;
    }
    const bool ended = result->status == SGDMFT_OK || result->status == SGDMFT_DIVERGED;
    if (ended && result->source == (theory ? SGDMFT_THEORY : SGDMFT_SIMULATION)
        && points_resolve(invocation->settings, points, point, theory, &run, NULL, NULL) == SGDMFT_OK
        && points_hash(&run) == points_hash(&result->run))
        return result;
    sgdmft_result_free(result);
    return NULL;
}

void sweep_recognise(const struct invocation *invocation, const char *folder, struct points *points)
{
    for (size_t i = 0; i < points->count; i++) {
        struct point *point = &points->point[i];
        struct sgdmft_result *result[2] = {NULL, NULL};
        bool whole = true;
        if (!point->wanted || !point->mine || point->checked || point->status == POINT_REFUSED)
            continue;
        point->checked = true;
        free(point->reason);
        point->reason = NULL;
        point->status = POINT_PENDING; /* a failed point is computed again */
        for (int side = 0; side < 2 && whole; side++)
            if (points_have(points, side == 0)) {
                result[side] = find_result(invocation, folder, points, point, side == 0);
                whole = result[side] != NULL;
            }
        if (whole)
            judge_results(points->what->analysis, result, point);
        sgdmft_result_free(result[0]);
        sgdmft_result_free(result[1]);
    }
}

/* ---- one point ------------------------------------------------------------------------------------------- */

static enum sgdmft_status store(struct sweep_work *sweep, const struct point *point, bool theory,
                                struct sgdmft_result *result, struct sgdmft_error *reason)
{
    char name[64], path[FILES_PATH_MAX];
    points_file(sweep->points, point, theory, name);
    snprintf(result->provenance.command, sizeof result->provenance.command, "%s", sweep->invocation->line);
    enum sgdmft_status status = derive(result, NULL);
    if (status == SGDMFT_INTERNAL)
        return memory_fail(reason, "the analysis of the result");
    status = manifest_path(sweep->folder, name, sizeof path, path, reason);
    return status ? status : sgdmft_result_write(result, path, reason);
}

/* Solves or simulates a point and writes its file. NULL with *reason without a result. */
static struct sgdmft_result *compute_result(struct sweep_work *sweep, const struct point *point, bool theory,
                                            const struct sgdmft_watch *watch, struct sgdmft_error *reason)
{
    struct sgdmft_result *result = NULL;
    struct sgdmft_run *run = malloc(sizeof *run);
    if (!run) {
        memory_fail(reason, "the points");
        return NULL;
    }
    enum sgdmft_status status =
        points_resolve(sweep->invocation->settings, sweep->points, point, theory, run, NULL, reason);
    if (!status)
        status = points_check_contents(run, point->content, "the sweep was begun", reason);
    if (!status) {
        run->threads = sweep->threads;
        status = theory ? sgdmft_solve(run, watch, &result, reason) : simulated_run(run, 0, watch, &result, reason);
    }
    free(run);
    if (result && store(sweep, point, theory, result, reason) == SGDMFT_OK)
        return result;
    if (!reason->text[0])
        sgdmft_fail(reason, status, "%s", sgdmft_status_sentence(status));
    sgdmft_result_free(result);
    return NULL;
}

static void compute_point(struct sweep_work *sweep, struct point *point)
{
    const bool both = sweep->points->by == BY_BOTH;
    struct share share = {.watch = {.report = report_point, .context = &share},
                          .sweep = sweep,
                          .work = point->estimate.seconds / (both ? 2 : 1)};
    struct sgdmft_error reason = {.status = SGDMFT_OK};
    struct sgdmft_result *result[2] = {NULL, NULL};
    bool right = true;
    for (int side = 0; side < 2 && right; side++)
        if (points_have(sweep->points, side == 0)) {
            share.begin = both && side == 1 ? share.work : 0;
            result[side] = compute_result(sweep, point, side == 0, &share.watch, &reason);
            right = result[side] != NULL;
        }
    if (right)
        judge_results(sweep->points->what->analysis, result, point);
    else {
        struct verdict verdict;
        memcpy(verdict.score, point->score, sizeof point->score);
        verdict_set(&verdict, reason.status == SGDMFT_NOT_CONVERGED ? POINT_NOT_STATIONARY : POINT_FAILED, "%s",
                    reason.text);
        settle(point, &verdict);
    }
    report_point(&share, 1);
    sgdmft_result_free(result[0]);
    sgdmft_result_free(result[1]);
}

/* ---- all points ------------------------------------------------------------------------------------------ */

static bool is_pending(const struct point *point)
{
    return point->wanted && point->mine && point->status == POINT_PENDING;
}

struct sweep_split sweep_divide(const struct sgdmft_run *run, const struct points *points)
{
    double largest = 1;
    long pending = 0;
    const long threads = sgdmft_threads(run);
    for (size_t i = 0; i < points->count; i++)
        if (is_pending(&points->point[i])) {
            largest = fmax(largest, points->point[i].estimate.bytes);
            pending++;
        }
    double fitting = floor(sgdmft_memory_limit(run) / largest);
    long width = threads < pending ? threads : pending;
    if (fitting < (double)width)
        width = (long)fitting;
    if (width < 1)
        width = 1;
    return (struct sweep_split){.points = width, .threads = threads / width};
}

/* Records the new state of a point, and writes the manifest at once in short sweeps, every few seconds in long ones. */
static void record(struct sweep_work *sweep, struct point *point, const struct point *now)
{
#pragma omp critical(sgdmft_sweep)
    {
        *point = *now;
        double time = omp_get_wtime();
        if (time - sweep->last_manifest > MANIFEST_SECONDS) {
            manifest_write(sweep->folder, sweep->points, sweep->part, NULL); /* the last one reports its failure */
            sweep->last_manifest = omp_get_wtime();
        }
    }
}

/* Orders by cost, the longest first, so that no long point is last. */
static int by_cost(const void *a, const void *b)
{
    const struct task *left = a, *right = b;
    if (left->seconds != right->seconds)
        return left->seconds > right->seconds ? -1 : 1;
    return left->index < right->index ? -1 : left->index > right->index;
}

static void take_point(void *context, size_t i)
{
    struct sweep_work *sweep = context;
    struct point *point = &sweep->points->point[sweep->task[i].index], now = *point;
    compute_point(sweep, &now);
    record(sweep, point, &now);
}

enum sgdmft_status sweep_compute(const struct invocation *invocation, const char *folder, struct points *points,
                                 struct manifest_part part, struct sgdmft_error *error)
{
    struct sweep_work sweep = {.invocation = invocation, .folder = folder, .points = points, .part = part};
    size_t pending = 0;
    struct task *task = calloc(points->count + 1, sizeof *task);
    if (!task)
        return memory_fail(error, "the points");
    for (size_t i = 0; i < points->count; i++)
        if (is_pending(&points->point[i])) {
            task[pending++] = (struct task){points->point[i].estimate.seconds, i};
            sweep.work += points->point[i].estimate.seconds;
        }
    qsort(task, pending, sizeof *task, by_cost);
    enum sgdmft_status status = manifest_write(folder, points, part, error);
    if (status) {
        free(task);
        return status;
    }
    const struct sweep_split split = sweep_divide(&invocation->run, points);
    sweep.threads = split.threads;
    sweep.task = task;
    sweep.last_manifest = omp_get_wtime();
    progress_start(&sweep.progress, invocation, "sweep");
    omp_set_max_active_levels(4);
    ranks_each(NULL, (int)split.points, pending, take_point, &sweep);
    progress_end(&sweep.progress);
    free(task);
    return manifest_write(folder, points, part, error);
}
