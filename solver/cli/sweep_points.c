/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The work of a sweep: points in parallel, each recorded as soon as it is done. */
#include "solver/cli/sweep_points.h"

#include "models/run/files.h"
#include "solver/cli/manifest.h"

#include <math.h>
#include <omp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MANIFEST_SECONDS 2

struct sweep {
    const struct invocation *invocation;
    const char *folder;
    struct points *points;
    struct progress progress;
    double work, done;   /* seconds by estimate: of all pending points, behind us */
    double last_manifest;
};

/* The progress of one point, as a share of the whole. */
struct share {
    struct sgdmft_watch watch;
    struct sweep *sweep;
    double begin, work, done; /* this computation is [begin, begin + work] of the point's seconds */
};

static void report(void *context, double fraction)
{
    struct share *share = context;
    struct sweep *sweep = share->sweep;
#pragma omp critical(sgdmft_sweep)
    {
        double now = share->begin + share->work * fraction;
        sweep->done += now - share->done;
        share->done = now;
        if (sweep->progress.watch.report && sweep->work > 0)
            sweep->progress.watch.report(sweep->progress.watch.context, sweep->done / sweep->work);
    }
}

/* ---- how a point ended ------------------------------------------------------------------------------- */

static void judge(struct point *point, enum point_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void judge(struct point *point, enum point_status status, const char *format, ...)
{
    char text[1200];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    free(point->reason);
    point->reason = status == POINT_COMPLETE ? NULL : strdup(text);
    point->status = status;
}

static void judge_one(struct point *point, const struct sgdmft_result *result)
{
    if (result->status == SGDMFT_DIVERGED)
        judge(point, POINT_DIVERGED, "diverged after step %ld", result->last_step);
    else if (result->status == SGDMFT_OK)
        judge(point, POINT_COMPLETE, "complete");
    else
        judge(point, POINT_FAILED, "%s", sgdmft_status_sentence(result->status));
}

static void judge_two(struct point *point, const struct sgdmft_result *theory, const struct sgdmft_result *simulation)
{
    struct sgdmft_comparison *comparison = NULL;
    struct sgdmft_error reason = {.status = SGDMFT_OK};
    if (sgdmft_compare(theory, simulation, &comparison, &reason) != SGDMFT_OK) {
        judge(point, POINT_FAILED, "%s", reason.text);
        return;
    }
    point->max_abs_z = comparison->max_abs_z;
    if (!comparison->pass && theory->status != simulation->status)
        judge(point, POINT_DISAGREE, "theory and simulation disagree: only the %s diverged",
              theory->status == SGDMFT_DIVERGED ? "theory" : "simulation");
    else if (!comparison->pass)
        judge(point, POINT_DISAGREE, "theory and simulation disagree: max |z| = %.3g, allowed %.3g",
              comparison->max_abs_z, comparison->threshold);
    else if (theory->status == SGDMFT_DIVERGED)
        judge(point, POINT_DIVERGED, "diverged: theory after step %ld, simulation after step %ld", theory->last_step,
              simulation->last_step);
    else
        judge(point, POINT_COMPLETE, "complete");
    sgdmft_comparison_free(comparison);
}

/* ---- what is there already ----------------------------------------------------------------------------- */

/* The result of this very point in its file, or NULL. */
static struct sgdmft_result *find_result(const struct invocation *invocation, const char *folder,
                                         const struct points *points, const struct point *point, bool theory)
{
    char name[64], path[FILES_PATH_MAX];
    struct sgdmft_result *result = NULL;
    struct sgdmft_error reason = {.status = SGDMFT_OK};
    points_file(points, point, theory, name);
    if (manifest_path(folder, name, sizeof path, path, NULL) != SGDMFT_OK || access(path, F_OK) != 0)
        return NULL;
    if (sgdmft_result_read(path, &result, &reason) != SGDMFT_OK) {
        warning(invocation, "%s; the point is computed again", reason.text);
        return NULL;
    }
    bool ended = result->status == SGDMFT_OK || result->status == SGDMFT_DIVERGED;
    if (ended && result->source == (theory ? SGDMFT_THEORY : SGDMFT_SIMULATION) &&
        points_hash(&result->run) == point->hash)
        return result;
    sgdmft_result_free(result);
    return NULL;
}

void sweep_recognise(const struct invocation *invocation, const char *folder, struct points *points)
{
    for (size_t i = 0; i < points->count; i++) {
        struct point *point = &points->point[i];
        if (!point->wanted)
            continue;
        struct sgdmft_result *theory = NULL, *simulation = NULL;
        if (points->what != POINTS_SIMULATE)
            theory = find_result(invocation, folder, points, point, true);
        if (points->what != POINTS_SOLVE)
            simulation = find_result(invocation, folder, points, point, false);
        if (points->what == POINTS_VALIDATE && theory && simulation)
            judge_two(point, theory, simulation);
        else if (points->what == POINTS_SOLVE && theory)
            judge_one(point, theory);
        else if (points->what == POINTS_SIMULATE && simulation)
            judge_one(point, simulation);
        sgdmft_result_free(theory);
        sgdmft_result_free(simulation);
    }
}

/* ---- one point ------------------------------------------------------------------------------------------- */

/* Solves or simulates, and writes the file; NULL with *reason if there is no result. */
static struct sgdmft_result *compute(struct sweep *sweep, const struct point *point, const struct sgdmft_run *run,
                                     bool theory, const struct sgdmft_watch *watch, struct sgdmft_error *reason)
{
    char name[64], path[FILES_PATH_MAX];
    struct sgdmft_result *result = NULL;
    enum sgdmft_status status = theory ? sgdmft_solve(run, watch, &result, reason)
                                       : sgdmft_simulate(run, 0, watch, &result, reason);
    if (!result) {
        if (!reason->text[0])
            sgdmft_fail(reason, status, "%s", sgdmft_status_sentence(status));
        return NULL;
    }
    points_file(sweep->points, point, theory, name);
    snprintf(result->provenance.command, sizeof result->provenance.command, "%s", sweep->invocation->line);
    status = manifest_path(sweep->folder, name, sizeof path, path, reason);
    if (!status)
        status = sgdmft_result_write(result, path, reason);
    if (!status)
        return result;
    sgdmft_result_free(result);
    return NULL;
}

static void compute_point(struct sweep *sweep, struct point *point)
{
    const enum points_what what = sweep->points->what;
    struct share share = {.watch = {report, &share}, .sweep = sweep, .work = point->estimate.seconds};
    struct sgdmft_error reason = {.status = SGDMFT_OK};
    struct sgdmft_result *theory = NULL, *simulation = NULL;
    struct sgdmft_run *run = malloc(sizeof *run);
    if (!run) {
        judge(point, POINT_FAILED, "not enough memory");
        return;
    }
    bool right = points_resolve(sweep->invocation->settings, sweep->points, point, run, NULL, &reason) == SGDMFT_OK;
    if (what == POINTS_VALIDATE)
        share.work /= 2;
    if (right && what != POINTS_SIMULATE) {
        theory = compute(sweep, point, run, true, &share.watch, &reason);
        right = theory != NULL;
    }
    if (what == POINTS_VALIDATE)
        share.begin = share.work;
    if (right && what != POINTS_SOLVE) {
        simulation = compute(sweep, point, run, false, &share.watch, &reason);
        right = simulation != NULL;
    }
    if (!right)
        judge(point, POINT_FAILED, "%s", reason.text);
    else if (what == POINTS_VALIDATE)
        judge_two(point, theory, simulation);
    else
        judge_one(point, theory ? theory : simulation);
    report(&share, 1);
    sgdmft_result_free(theory);
    sgdmft_result_free(simulation);
    free(run);
}

/* ---- all points ------------------------------------------------------------------------------------------ */

long sweep_width(const struct sgdmft_run *run, const struct points *points)
{
    double largest = 1;
    long pending = 0;
    for (size_t i = 0; i < points->count; i++)
        if (points->point[i].wanted && points->point[i].status == POINT_PENDING) {
            largest = fmax(largest, points->point[i].estimate.bytes);
            pending++;
        }
    double fitting = floor(sgdmft_memory_limit(run) / largest);
    long width = sgdmft_threads(run) < pending ? sgdmft_threads(run) : pending;
    if (fitting < (double)width)
        width = (long)fitting;
    return width > 1 ? width : 1;
}

/* The manifest shows a point's new state at once in short sweeps, and every few seconds in long ones. */
static void record(struct sweep *sweep, struct point *point, const struct point *now)
{
#pragma omp critical(sgdmft_sweep)
    {
        *point = *now;
        double time = omp_get_wtime();
        if (time - sweep->last_manifest > MANIFEST_SECONDS) {
            manifest_write(sweep->folder, sweep->points, NULL); /* the last one reports its failure */
            sweep->last_manifest = omp_get_wtime();
        }
    }
}

enum sgdmft_status sweep_compute(const struct invocation *invocation, const char *folder, struct points *points,
                                 struct sgdmft_error *error)
{
    struct sweep sweep = {.invocation = invocation, .folder = folder, .points = points};
    size_t pending = 0, *index = calloc(points->count + 1, sizeof *index);
    if (!index)
        return sgdmft_fail(error, SGDMFT_USAGE, "not enough memory for the points");
    for (size_t i = 0; i < points->count; i++)
        if (points->point[i].wanted && points->point[i].status == POINT_PENDING) {
            index[pending++] = i;
            sweep.work += points->point[i].estimate.seconds;
        }
    enum sgdmft_status status = manifest_write(folder, points, error);
    if (status) {
        free(index);
        return status;
    }
    sweep.last_manifest = omp_get_wtime();
    progress_start(&sweep.progress, invocation, "sweep");
    int width = (int)sweep_width(&invocation->run, points);
#pragma omp parallel for schedule(dynamic, 1) num_threads(width)
    for (size_t i = 0; i < pending; i++) {
        struct point now = points->point[index[i]];
        compute_point(&sweep, &now);
        record(&sweep, &points->point[index[i]], &now);
    }
    progress_end(&sweep.progress);
    free(index);
    return manifest_write(folder, points, error);
}
