/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft sweep: a run at every point of a Cartesian product of parameter values, in one folder. The same command
 * continues an unfinished folder. The points are computed by one process, by the jobs of an array, or by ranks. */
#include "solver/cli/frame/commands.h"
#include "models/base/memory.h"
#include "solver/cli/sweep/folder.h"
#include "solver/cli/sweep/level_refine.h"
#include "solver/cli/sweep/stored_flags.h"
#include "solver/cli/sweep/sweep_options.h"
#include "solver/cli/sweep/sweep_points.h"
#include "solver/cli/sweep/sweep_print.h"
#include "solver/run/machine_speed.h"

#include <stdlib.h>

static enum sgdmft_status build(struct sweep *sweep, struct sgdmft_error *error)
{
    struct sgdmft_error doubt = {.status = SGDMFT_OK};
    enum sgdmft_status status = points_build(sweep->invocation->settings, sweep->vary, sweep->vary_count, sweep->what,
                                             sweep->by, &sweep->points, &doubt, error);
    if (!status && sweep->refine) {
        status = level_check(&sweep->points, error);
        snprintf(sweep->points.level, sizeof sweep->points.level, "%s",
                 invocation_option(sweep->invocation, "level", 0));
    }
    if (!status && doubt.text[0] && ranks_first(&sweep->ranks))
        warning(sweep->invocation, "%s", doubt.text);
    if (!status && sweep->part.of > 0)
        points_share(&sweep->points, sweep->part.index, sweep->part.of);
    return status;
}

/* Concludes a sweep: failed points are an error. Along a level line, points that diverge or do not become stationary
 * are results. */
static enum sgdmft_status conclude(const struct sweep *sweep, struct sgdmft_error *error)
{
    const struct points *points = &sweep->points;
    const char *folder = sweep->invocation->run.out;
    size_t count = 0, failed = 0, undecided = 0, found = 1;
    enum sgdmft_status status;
    for (size_t i = 0; i < points->count; i++) {
        const struct point *point = &points->point[i];
        const bool answer = sweep->refine && (point->status == POINT_DIVERGED || point->status == POINT_NOT_STATIONARY);
        const bool own = point->wanted && point->mine, doubt = point->status == POINT_UNDECIDED;
        count += own;
        undecided += own && doubt;
        failed += own && point->status != POINT_COMPLETE && !doubt && !answer;
    }
    if (sweep->refine) {
        struct level_rows rows;
        char name[SGDMFT_TEXT_MAX];
        snprintf(name, sizeof name, "%s", folder);
        status = level_rows_build(points, true, sweep->level.observable, level_read_folder, name, &rows, error);
        if (!status)
            status = sweep_print_level(sweep->invocation, points, &sweep->level, &rows, &found, error);
        level_rows_free(&rows);
    } else
        status = sweep_print(sweep->invocation, points, sweep->known, failed ? "not_converged" : "complete", error);
    if (!status && undecided)
        warning(sweep->invocation, "%zu of %zu points are undecided; %s/manifest%s.json has the reasons", undecided,
                count, folder, sweep->part.of > 0 ? "-*" : "");
    if (!status && failed)
        status = sgdmft_fail(error, SGDMFT_NOT_CONVERGED, "%zu of %zu points failed; %s/manifest%s.json lists them",
                             failed, count, folder, sweep->part.of > 0 ? "-*" : "");
    if (!status && found == 0)
        status = sgdmft_fail(error, SGDMFT_NOT_CONVERGED, "level: no bracket, %s stays on one side of %g everywhere",
                             sweep->level.observable, sweep->level.value);
    return status;
}

static enum sgdmft_status sweep_dry_run(struct sweep *sweep, struct sgdmft_error *error)
{
    const struct invocation *invocation = sweep->invocation;
    struct machine_speed speed;
    enum sgdmft_status status;
    if (invocation->silent)
        return SGDMFT_OK;
    if ((status = folder_check(invocation->run.out, error))
        || (status = folder_join(invocation->run.out, invocation->settings, &sweep->points, error))
        || (status = folder_check_files(invocation->run.out, &sweep->points, invocation->run_file, error)))
        return status;
    if (!ranks_first(&sweep->ranks))
        return SGDMFT_OK;
    sweep_recognise(invocation, invocation->run.out, &sweep->points);
    speed = machine_speed();
    for (size_t i = 0; i < sweep->points.count; i++)
        machine_scale(&speed, &sweep->points.point[i].estimate);
    if (invocation->run.format != SGDMFT_FORMAT_TEXT)
        return sweep_print(invocation, &sweep->points, 0, "dry_run", error);
    sweep_print_dry(invocation, &sweep->points, sweep->refine ? &sweep->level : NULL, &sweep->grid);
    return SGDMFT_OK;
}

/* Opens the folder: one rank opens, checks and begins it before the others. */
static enum sgdmft_status enter(struct sweep *sweep, struct sgdmft_error *error)
{
    const struct invocation *invocation = sweep->invocation;
    const char *folder = invocation->run.out;
    const bool first = ranks_first(&sweep->ranks), job = sweep->part.of > 0 && ranks_count(&sweep->ranks) == 1;
    enum sgdmft_status status = SGDMFT_OK;
    if (first && !(status = folder_open(folder, job, error))
        && !(status = folder_join(folder, invocation->settings, &sweep->points, error))
        && !(status = folder_check_files(folder, &sweep->points, invocation->run_file, error)))
        status = folder_config(folder, invocation->settings, &sweep->points, error);
    status = ranks_agree(&sweep->ranks, status, error);
    if (!status && !first)
        status = folder_join(folder, invocation->settings, &sweep->points, error);
    return ranks_agree(&sweep->ranks, status, error);
}

/* Merges the parts in one manifest on the first rank, as if one process had done the work. */
static enum sgdmft_status sweep_collect(struct sweep *sweep, struct sgdmft_error *error)
{
    const char *folder = sweep->invocation->run.out;
    struct points known = {.count = 0};
    for (size_t i = 0; i < sweep->points.count; i++) {
        struct point *point = &sweep->points.point[i];
        if (point->wanted && !point->mine && point->status != POINT_REFUSED)
            point->status = POINT_PENDING; /* a part is newer than an earlier manifest */
        point->mine = true;
    }
    enum sgdmft_status status = manifest_read(folder, &known, error);
    for (size_t i = 0; i < known.count && sweep->refine && !status; i++)
        known.point[i].wanted = known.point[i].mine = true; /* the rows of other ranks too */
    if (!status)
        status = points_merge(&sweep->points, &known, error);
    points_free(&known);
    return status ? status : manifest_write(folder, &sweep->points, (struct manifest_part){0, 0}, error);
}

static enum sgdmft_status compute_sweep(struct sweep *sweep, struct sgdmft_error *error)
{
    const struct invocation *invocation = sweep->invocation;
    const char *folder = invocation->run.out;
    struct points *points = &sweep->points;
    enum sgdmft_status status = enter(sweep, error);
    if (status)
        return status;
    sweep_recognise(invocation, folder, points);
    for (size_t i = 0; i < points->count; i++)
        sweep->known += points->point[i].wanted && points->point[i].mine && points->point[i].status != POINT_PENDING
                        && points->point[i].status != POINT_REFUSED;
    if (sweep->refine)
        status = level_refine(invocation, folder, &sweep->level, &sweep->grid, points, sweep->part, error);
    else
        status = sweep_compute(invocation, folder, points, sweep->part, error);
    status = ranks_agree(&sweep->ranks, status, error); /* and wait for all */
    if (!status && ranks_count(&sweep->ranks) > 1 && ranks_first(&sweep->ranks)) {
        status = sweep_collect(sweep, error);
        sweep->part = (struct manifest_part){0, 0};
    }
    if (!status && sweep->part.of == 0)
        manifest_drop_parts(folder);
    if (!status && ranks_first(&sweep->ranks))
        status = conclude(sweep, error);
    return ranks_agree(&sweep->ranks, status, error);
}

static enum sgdmft_status sweep(const struct invocation *invocation, struct sgdmft_error *error)
{
    struct invocation own = *invocation;
    struct sweep *sweep = calloc(1, sizeof *sweep);
    if (!sweep)
        return memory_fail(error, "a sweep");
    sweep->invocation = &own;
    enum sgdmft_status status = SGDMFT_OK;
    sweep->ranks = invocation->session->ranks;
    own.quiet = invocation->quiet || !ranks_first(&sweep->ranks); /* one rank prints the warnings of all */
    if (!invocation->run.out[0])
        status = sgdmft_fail(error, SGDMFT_USAGE, "out: a sweep needs --out FOLDER");
    if (!status)
        status = sweep_options(&own, sweep, error);
    if (!status)
        status = build(sweep, error);
    if (!status)
        status = own.dry_run ? sweep_dry_run(sweep, error) : compute_sweep(sweep, error);
    points_free(&sweep->points);
    for (size_t i = 0; i < sweep->vary_count; i++)
        vary_free(&sweep->vary[i]);
    vary_free(&sweep->grid);
    free(sweep);
    return status;
}

static const struct command_option options[] = {
    {"vary", "PARAMETER=VALUES",
     "values of a parameter: A:B:STEP, A,B,C or log:A:B:N; of several parameters every combination is a point "
     "(schedules and lists of steps are separated by semicolons)",
     true, NULL},
    {"one-against-rest", NULL, "data file: each label of the dataset in turn is +1, all others are -1", false, NULL},
    {"what", NULL, "the command at each point", false, analysis_name},
    {"by", "solve|simulate|both", "for teff, replicas and boundary: theory (default), simulation or both", false, NULL},
    {"level", "OBSERVABLE=VALUE",
     "in place of a grid: find where the observable takes the value along the last --vary, for each combination of "
     "the others",
     false, NULL},
    {"level-tolerance", "X", "relative width of the bracket at which --level stops (default 0.01)", false, NULL},
    {"index", "I", "compute one part of the points, from 1 to N; the jobs of an array share nothing but the folder",
     false, NULL},
    {"of", "N", "the number of parts of --index", false, NULL},
    {NULL, NULL, NULL, false, NULL},
};

const struct command command_sweep = {
    .name = "sweep",
    .operands = "[FILE.ini]",
    .summary = "Run all combinations of parameter values.",
    .writes = WRITES_FOLDER,
    .shares = true,
    .takes = OPERANDS_RUN,
    .options = options,
    .notes = "--out names a folder for config.ini (the first point), the result file of each point (two for theory "
             "and simulation) and manifest.json, which lists values, files, status and reason. A result file "
             "includes what the command derives. Points are computed in parallel, and the remaining threads work "
             "inside the points. All points have the same seed. The results do not depend on the number of "
             "threads. The same command again computes the missing points; without missing ones, a formula needs no "
             "python3. Values may be added to --vary; other "
             "parameters and the content of a dataset may not change. In a job array, run --index "
             "$SLURM_ARRAY_TASK_ID --of N in each job, then the command without them, which merges the parts in "
             "one manifest (table and plot read parts, too). With mpirun the ranks share the points. --level takes "
             "names of `sgdmft list observables` with one value a run, and of `sgdmft list scalars`. `sgdmft list "
             "statuses` explains the status of a point. Exit code 3 if a point failed, diverged, is not stationary "
             "(teff) or disagrees "
             "(validate). An undecided point (validate) is no failure.",
    .run = sweep,
    .check_flags = sweep_check_flags,
    .prepare = sweep_prepare,
    .resolve = stored_resolve,
};
