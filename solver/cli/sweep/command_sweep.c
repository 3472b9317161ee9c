/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft sweep: a run at every point of a Cartesian product of parameter values, in one folder that is continued when
 * the command is run again, by one process, by the jobs of an array, or by ranks. */
#include "models/base/ranks.h"
#include "models/run/parameter_table.h"
#include "solver/cli/frame/commands.h"
#include "solver/cli/frame/flags.h"
#include "solver/cli/sweep/folder.h"
#include "solver/cli/sweep/level_refine.h"
#include "solver/cli/sweep/sweep_points.h"
#include "solver/cli/sweep/sweep_print.h"

#include <stdlib.h>
#include <string.h>

/* What the command line asks for, and what is made of it. */
struct sweep {
    const struct invocation *invocation;
    struct vary vary[POINTS_VARY_MAX];
    size_t vary_count;
    const struct command *what;
    enum by by;
    bool refine; /* along a level line */
    struct level level;
    struct vary grid;          /* all values of the last --vary, when refining */
    struct manifest_part part; /* of a job or rank; of = 0: the whole */
    struct ranks ranks;
    struct points points;
    size_t known; /* points of mine that were there before */
};

/* ---- options ------------------------------------------------------------------------------------------- */

static enum sgdmft_status parse_what(const struct invocation *invocation, const struct command **what,
                                     struct sgdmft_error *error)
{
    const char *text = invocation_option(invocation, "what", 0);
    char names[FLAG_JOINED_MAX];
    flag_words_listed(analysis_name, names);
    if (!text)
        return sgdmft_fail(error, SGDMFT_USAGE, "what: --what %s is needed", names);
    *what = command_find(text);
    if (!*what || !(*what)->analysis)
        return sgdmft_fail(error, SGDMFT_USAGE, "what: '%.80s' is not %s", text, names);
    return SGDMFT_OK;
}

/* Some analyses say themselves by what. */
static enum sgdmft_status parse_by(const struct invocation *invocation, const struct command *what, enum by *by,
                                   struct sgdmft_error *error)
{
    const char *text = invocation_option(invocation, "by", 0);
    *by = what->analysis->by;
    if (!text)
        return SGDMFT_OK;
    if (!what->analysis->takes_by)
        return sgdmft_fail(error, SGDMFT_USAGE, "by: '%.40s' has no effect with --what %s", text, what->name);
    for (int i = 0; by_names[i]; i++)
        if (strcmp(by_names[i], text) == 0) {
            *by = (enum by)i;
            return SGDMFT_OK;
        }
    return sgdmft_fail(error, SGDMFT_USAGE, "by: '%.40s' is not solve, simulate or both", text);
}

/* All --vary options; returns their number through *count, also after an error. */
static enum sgdmft_status parse_varied(const struct invocation *invocation, struct vary vary[POINTS_VARY_MAX],
                                       size_t *count, struct sgdmft_error *error)
{
    const char *words;
    enum sgdmft_status status = SGDMFT_OK;
    *count = 0;
    while (!status && (words = invocation_option(invocation, "vary", *count))) {
        if (*count == POINTS_VARY_MAX)
            status = sgdmft_fail(error, SGDMFT_USAGE, "vary: at most %d parameters can be varied", POINTS_VARY_MAX);
        else
            status = vary_parse(words, &vary[(*count)++], error);
    }
    if (!status && *count == 0)
        status = sgdmft_fail(error, SGDMFT_USAGE, "vary: at least one --vary NAME=VALUES is needed");
    return status;
}

/* --index I --of N, and ranks. */
static enum sgdmft_status parse_part(const struct invocation *invocation, const struct ranks *ranks,
                                     struct manifest_part *part, struct sgdmft_error *error)
{
    const char *index_text = invocation_option(invocation, "index", 0),
               *of_text = invocation_option(invocation, "of", 0);
    long index, of;
    *part = (struct manifest_part){0, 0};
    if (!index_text != !of_text)
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: --index I and --of N are given together",
                           index_text ? "index" : "of");
    if (ranks_count(ranks) > 1)
        *part = (struct manifest_part){(size_t)ranks_index(ranks), (size_t)ranks_count(ranks)};
    if (!index_text)
        return SGDMFT_OK;
    if (ranks_count(ranks) > 1)
        return sgdmft_fail(error, SGDMFT_USAGE, "index: %.40s, but there are %d ranks, which share the points already",
                           index_text, ranks_count(ranks));
    if (number_integer(of_text, &of) != NUMBER_OK || of < 1 || of > POINTS_MAX)
        return sgdmft_fail(error, SGDMFT_USAGE, "of: '%.40s' is not an integer from 1 to %d", of_text, POINTS_MAX);
    if (number_integer(index_text, &index) != NUMBER_OK || index < 1 || index > of)
        return sgdmft_fail(error, SGDMFT_USAGE, "index: '%.40s' is not an integer from 1 to %ld (of)", index_text, of);
    *part = (struct manifest_part){(size_t)index - 1, (size_t)of};
    return SGDMFT_OK;
}

/* A search along a level starts at the ends of the last --vary. */
static enum sgdmft_status parse_level(const struct invocation *invocation, struct sweep *sweep,
                                      struct sgdmft_error *error)
{
    const char *text = invocation_option(invocation, "level", 0),
               *tolerance = invocation_option(invocation, "level-tolerance", 0);
    struct vary *last = &sweep->vary[sweep->vary_count - 1];
    if (!text && tolerance)
        return sgdmft_fail(error, SGDMFT_USAGE, "level-tolerance: '%.40s' has no effect without --level", tolerance);
    if (!text)
        return SGDMFT_OK;
    enum sgdmft_status status = level_parse(text, &sweep->level, error);
    if (!status && tolerance
        && (number_real(tolerance, &sweep->level.tolerance) != NUMBER_OK
            || !(sweep->level.tolerance >= 1e-6 && sweep->level.tolerance <= 0.5)))
        status =
            sgdmft_fail(error, SGDMFT_USAGE, "level-tolerance: '%.40s' is not a number from 1e-6 to 0.5", tolerance);
    if (!status && last->count < 2)
        status = sgdmft_fail(error, SGDMFT_USAGE, "vary: %s has one value, but a level is sought between two or more",
                             last->parameter->name);
    if (status)
        return status;
    sweep->refine = true;
    sweep->grid = *last;
    last->text = NULL;
    last->count = 0;
    size_t low = 0, high = 0;
    for (size_t i = 1; i < sweep->grid.count; i++) {
        const double x = strtod(sweep->grid.text[i], NULL);
        low = x < strtod(sweep->grid.text[low], NULL) ? i : low;
        high = x > strtod(sweep->grid.text[high], NULL) ? i : high;
    }
    char ends[256];
    snprintf(ends, sizeof ends, "%s=%.80s,%.80s", last->parameter->name, sweep->grid.text[low], sweep->grid.text[high]);
    return vary_parse(ends, last, error);
}

/* A step as large as the range is rather a number of values, as other programs take it. */
static void warn_of_steps(const struct invocation *invocation, const struct sweep *sweep)
{
    for (size_t i = 0; i < sweep->vary_count; i++)
        if (sweep->vary[i].beyond)
            warning(invocation,
                    "vary: %.100s is one value, %s: in A:B:STEP the third number is the step, not how many values "
                    "there are (that is log:A:B:N)",
                    invocation_option(invocation, "vary", i), sweep->vary[i].text[0]);
}

static enum sgdmft_status parse(const struct invocation *invocation, struct sweep *sweep, struct sgdmft_error *error)
{
    enum sgdmft_status status;
    (void)((status = parse_what(invocation, &sweep->what, error))
           || (status = parse_by(invocation, sweep->what, &sweep->by, error))
           || (status = parse_part(invocation, &sweep->ranks, &sweep->part, error))
           || (status = parse_varied(invocation, sweep->vary, &sweep->vary_count, error)));
    if (status)
        return status;
    warn_of_steps(invocation, sweep);
    return parse_level(invocation, sweep, error);
}

/* A varied parameter may stand in FILE.ini, as that of a single run, but not beside --vary. */
static enum sgdmft_status check_flags(const struct invocation *invocation, const struct sgdmft_settings *flags,
                                      struct sgdmft_error *error)
{
    struct vary vary[POINTS_VARY_MAX] = {{.parameter = NULL}};
    size_t count = 0;
    enum sgdmft_status status = parse_varied(invocation, vary, &count, error);
    for (size_t i = 0; i < count && !status; i++) {
        const char *name = vary[i].parameter->name, *text = sgdmft_settings_get(flags, name);
        if (text)
            status = sgdmft_fail(error, SGDMFT_USAGE, "%s: '%.80s' has no effect: --vary gives the values of %s", name,
                                 text, name);
    }
    for (size_t i = 0; i < count; i++)
        vary_free(&vary[i]);
    return status;
}

/* The run that the program resolves, checks and prints for --print-config is the first combination that is allowed. */
static enum sgdmft_status prepare(const struct invocation *invocation, struct sgdmft_settings *settings,
                                  struct sgdmft_error *error)
{
    struct vary vary[POINTS_VARY_MAX] = {{.parameter = NULL}};
    struct sgdmft_run *run = malloc(sizeof *run);
    size_t count = 0, total = 1, tried = 0;
    enum sgdmft_status status = parse_varied(invocation, vary, &count, error);
    if (!status && !run)
        status = sgdmft_fail(error, SGDMFT_INTERNAL, "not enough memory for the points");
    for (size_t i = 0; i < count && total <= POINTS_MAX && !status; i++)
        total *= vary[i].count;
    for (bool allowed = false; !allowed && !status && tried <= total && tried < POINTS_MAX; tried++) {
        size_t rest = tried % total; /* after all of them once more the first, for its error */
        for (size_t i = count; i-- > 0 && !status; rest /= vary[i].count)
            status = sgdmft_settings_set(settings, vary[i].parameter->name, vary[i].text[rest % vary[i].count], error);
        allowed = !status && sgdmft_run_resolve(settings, run, NULL, NULL) == SGDMFT_OK;
    }
    for (size_t i = 0; i < count; i++)
        vary_free(&vary[i]);
    free(run);
    return status;
}

/* ---- the work ---------------------------------------------------------------------------------------------- */

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

/* Failed points are an error; along a level line those that diverge or do not become stationary are an answer. */
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
        warning(sweep->invocation, "%zu of %zu points are undecided; %s/manifest%s.json says why", undecided, count,
                folder, sweep->part.of > 0 ? "-*" : "");
    if (!status && failed)
        status = sgdmft_fail(error, SGDMFT_NOT_CONVERGED, "%zu of %zu points failed; %s/manifest%s.json lists them",
                             failed, count, folder, sweep->part.of > 0 ? "-*" : "");
    if (!status && found == 0)
        status = sgdmft_fail(error, SGDMFT_NOT_CONVERGED, "level: no bracket, %s stays on one side of %g everywhere",
                             sweep->level.observable, sweep->level.value);
    return status;
}

static enum sgdmft_status dry_run(struct sweep *sweep, struct sgdmft_error *error)
{
    const struct invocation *invocation = sweep->invocation;
    enum sgdmft_status status;
    if ((status = folder_check(invocation->run.out, error))
        || (status = folder_join(invocation->run.out, invocation->settings, &sweep->points, error))
        || (status = folder_check_files(invocation->run.out, &sweep->points, invocation->run_file, error)))
        return status;
    if (!ranks_first(&sweep->ranks))
        return SGDMFT_OK;
    sweep_recognise(invocation, invocation->run.out, &sweep->points);
    if (invocation->run.format != SGDMFT_FORMAT_TEXT)
        return sweep_print(invocation, &sweep->points, 0, "dry_run", error);
    sweep_print_dry(invocation, &sweep->points, sweep->refine ? &sweep->level : NULL, &sweep->grid);
    return SGDMFT_OK;
}

/* The folder is opened, checked and begun by one rank, then the others follow. */
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

/* The first rank takes the parts together in one manifest, as if it had done all the work. */
static enum sgdmft_status collect(struct sweep *sweep, struct sgdmft_error *error)
{
    const char *folder = sweep->invocation->run.out;
    struct points known = {.count = 0};
    for (size_t i = 0; i < sweep->points.count; i++) {
        struct point *point = &sweep->points.point[i];
        if (point->wanted && !point->mine && point->status != POINT_REFUSED)
            point->status = POINT_PENDING; /* a part knows better than an earlier manifest */
        point->mine = true;
    }
    enum sgdmft_status status = manifest_read(folder, &known, error);
    for (size_t i = 0; i < known.count && sweep->refine && !status; i++)
        known.point[i].wanted = known.point[i].mine = true; /* the rows of other ranks */
    if (!status)
        status = points_merge(&sweep->points, &known, error);
    points_free(&known);
    return status ? status : manifest_write(folder, &sweep->points, (struct manifest_part){0, 0}, error);
}

static enum sgdmft_status compute(struct sweep *sweep, struct sgdmft_error *error)
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
        status = collect(sweep, error);
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
        return sgdmft_fail(error, SGDMFT_INTERNAL, "not enough memory for a sweep");
    sweep->invocation = &own;
    enum sgdmft_status status = SGDMFT_OK;
    sweep->ranks = invocation->session->ranks;
    own.quiet = invocation->quiet || !ranks_first(&sweep->ranks); /* one rank speaks for all */
    if (!invocation->run.out[0])
        status = sgdmft_fail(error, SGDMFT_USAGE, "out: a sweep needs --out FOLDER");
    if (!status)
        status = parse(&own, sweep, error);
    if (!status)
        status = build(sweep, error);
    if (!status)
        status = own.dry_run ? dry_run(sweep, error) : compute(sweep, error);
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
    {"what", NULL, "what to do at each point", false, analysis_name},
    {"by", "solve|simulate|both", "for teff, replicas and boundary: theory (default), simulation or both", false, NULL},
    {"level", "OBSERVABLE=VALUE",
     "do not fill the grid: find where the observable takes the value along the last --vary, for each combination of "
     "the others",
     false, NULL},
    {"level-tolerance", "X", "relative width of the bracket at which --level stops (default 0.01)", false, NULL},
    {"index", "I", "do one part of the points, from 1 to N; the jobs of an array share the folder and nothing else",
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
    .notes =
        "--out names a folder: it gets config.ini (the first point), a result file for every point (two where theory "
        "and simulation are asked for), with what the command derives, and manifest.json, which lists values, files, "
        "status and reason. Points are computed in parallel, and threads that are left over work inside the points, "
        "all with the same seed; the results do not depend on how. Run again, a sweep computes what is missing; values "
        "may be added to --vary, other parameters and the content of a dataset may not change. In a job array: --index "
        "$SLURM_ARRAY_TASK_ID --of N in each job, then once without, which makes one manifest of the parts (table and "
        "plot read parts, too). With mpirun the ranks share the points. --level takes names of `sgdmft list "
        "observables` with one value a run, width, diverged (0 or 1), teff(OMEGA). Exit code 3 if a point failed, "
        "diverged, is not stationary (teff) or disagrees (validate); one that is undecided (validate) is no failure.",
    .run = sweep,
    .check_flags = check_flags,
    .prepare = prepare,
};
