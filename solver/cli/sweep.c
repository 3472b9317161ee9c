/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft sweep: a run at every point of a Cartesian product of parameter values, in one folder that is continued when
 * the command is run again. */
#include "models/run/json_values.h"
#include "solver/cli/cli.h"
#include "solver/cli/folder.h"
#include "solver/cli/manifest.h"
#include "solver/cli/sweep_points.h"

#include <string.h>

static enum sgdmft_status parse_what(const struct invocation *invocation, enum points_what *what,
                                     struct sgdmft_error *error)
{
    const char *text = invocation_option(invocation, "what", 0);
    if (!text)
        return sgdmft_fail(error, SGDMFT_USAGE, "what: --what solve, simulate or validate is needed");
    for (int i = 0; points_what_names[i]; i++)
        if (strcmp(points_what_names[i], text) == 0) {
            *what = (enum points_what)i;
            return SGDMFT_OK;
        }
    return sgdmft_fail(error, SGDMFT_USAGE, "what: '%.80s' is not solve, simulate or validate", text);
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

static void free_varied(struct vary vary[POINTS_VARY_MAX], size_t count)
{
    for (size_t i = 0; i < count; i++)
        vary_free(&vary[i]);
}

/* The run that the program resolves, checks and prints for --print-config is the first point. */
static enum sgdmft_status prepare(const struct invocation *invocation, struct sgdmft_settings *settings,
                                  struct sgdmft_error *error)
{
    struct vary vary[POINTS_VARY_MAX] = {{.parameter = NULL}};
    size_t count = 0;
    enum sgdmft_status status = parse_varied(invocation, vary, &count, error);
    for (size_t i = 0; i < count && !status; i++)
        status = sgdmft_settings_set(settings, vary[i].parameter->name, vary[i].text[0], error);
    free_varied(vary, count);
    return status;
}

static enum sgdmft_status build(const struct invocation *invocation, struct points *points, struct sgdmft_error *error)
{
    struct vary vary[POINTS_VARY_MAX] = {{.parameter = NULL}};
    struct sgdmft_error doubt = {.status = SGDMFT_OK};
    enum points_what what = POINTS_SOLVE;
    size_t count = 0;
    enum sgdmft_status status = parse_what(invocation, &what, error);
    if (!status)
        status = parse_varied(invocation, vary, &count, error);
    if (!status)
        status = points_build(invocation->settings, vary, count, what, points, &doubt, error);
    if (!status && doubt.text[0])
        warning(invocation, "%s", doubt.text);
    free_varied(vary, count);
    return status;
}

/* Comparing needs a spread on both sides. */
static enum sgdmft_status check_samples(const struct invocation *invocation, const struct points *points,
                                        struct sgdmft_error *error)
{
    struct sgdmft_run run;
    for (size_t i = 0; points->what == POINTS_VALIDATE && i < points->count; i++) {
        enum sgdmft_status status =
            points_resolve(invocation->settings, points, &points->point[i], &run, NULL, error);
        if (status)
            return status;
        if (run.groups < 2 || run.runs < 2)
            return sgdmft_fail(error, SGDMFT_USAGE, "%s: 1, but validate needs at least 2 for an error",
                               run.groups < 2 ? "groups" : "runs");
    }
    return SGDMFT_OK;
}

/* ---- what is printed --------------------------------------------------------------------------------- */

static void print_values(const struct points *points, const struct point *point, const char *separator)
{
    for (size_t i = 0; i < points->vary_count; i++)
        printf("%s%s", i ? separator : "", point->value[i]);
}

static void print_names(const struct points *points, const char *separator)
{
    for (size_t i = 0; i < points->vary_count; i++)
        printf("%s%s", i ? separator : "", points->vary[i]->name);
}

/* A csv field: texts with commas or quotes are quoted. */
static void print_field(const char *text)
{
    if (!strpbrk(text, ",\"\n")) {
        fputs(text, stdout);
        return;
    }
    putchar('"');
    for (; *text; text++)
        printf(*text == '"' ? "\"\"" : "%c", *text);
    putchar('"');
}

static enum sgdmft_status print_json(const struct invocation *invocation, const struct points *points,
                                     const char *state, struct sgdmft_error *error)
{
    json_t *object = json_object(), *array = manifest_points(points, true);
    size_t next = 0;
    for (size_t i = 0; i < points->count && invocation->dry_run; i++) {
        if (!points->point[i].wanted)
            continue;
        json_t *point = json_array_get(array, next++);
        json_object_set_new(point, "memory_bytes", json_number(points->point[i].estimate.bytes));
        json_object_set_new(point, "seconds", json_number(points->point[i].estimate.seconds));
    }
    json_object_set_new(object, "command", json_string("sweep"));
    json_object_set_new(object, "status", json_string(state));
    json_object_set_new(object, "what", json_string(points_what_names[points->what]));
    json_object_set_new(object, "parameters", json_parameters(&invocation->run));
    json_object_set_new(object, "points", array);
    enum sgdmft_status status = json_print(object, stdout, error);
    json_decref(object);
    return status;
}

static void print_csv(const struct invocation *invocation, const struct points *points)
{
    char name[64];
    print_names(points, ",");
    printf(invocation->dry_run ? ",file,status,memory_bytes,seconds\n" : ",file,status,reason\n");
    for (size_t i = 0; i < points->count; i++) {
        const struct point *point = &points->point[i];
        if (!point->wanted)
            continue;
        for (size_t v = 0; v < points->vary_count; v++) {
            print_field(point->value[v]);
            putchar(',');
        }
        points_file(points, point, points->what != POINTS_SIMULATE, name);
        printf("%s,%s,", name, point_status_names[point->status]);
        if (invocation->dry_run)
            printf("%.17g,%.17g", point->estimate.bytes, point->estimate.seconds);
        else
            print_field(point->reason ? point->reason : "");
        putchar('\n');
    }
}

static void print_dry_run(const struct invocation *invocation, const struct points *points)
{
    double seconds = 0;
    size_t pending = 0;
    print_names(points, ", ");
    printf("   (memory, time on one thread)\n");
    for (size_t i = 0; i < points->count; i++) {
        const struct point *point = &points->point[i];
        if (!point->wanted)
            continue;
        print_values(points, point, ", ");
        printf("   %.3g MB, %.3g s%s\n", point->estimate.bytes * 1e-6, point->estimate.seconds,
               point->status == POINT_PENDING ? "" : " (done)");
        if (point->status == POINT_PENDING) {
            seconds += point->estimate.seconds;
            pending++;
        }
    }
    long width = sweep_width(&invocation->run, points);
    printf("%zu points to compute, %ld at once: about %.3g s\n", pending, width, seconds / (double)width);
}

static void print_summary(const struct invocation *invocation, const struct points *points, size_t known)
{
    size_t count = 0, complete = 0;
    for (size_t i = 0; i < points->count; i++) {
        count += points->point[i].wanted;
        complete += points->point[i].wanted && points->point[i].status == POINT_COMPLETE;
    }
    printf("%s: %zu points, %zu complete (%zu of all were there before)\n", invocation->run.out, count, complete, known);
    for (size_t i = 0; i < points->count; i++) {
        const struct point *point = &points->point[i];
        if (!point->wanted || point->status == POINT_COMPLETE)
            continue;
        printf("  ");
        for (size_t v = 0; v < points->vary_count; v++)
            printf("%s%s = %s", v ? ", " : "", points->vary[v]->name, point->value[v]);
        printf(": %s\n", point->reason ? point->reason : point_status_names[point->status]);
    }
}

/* ---- the command ------------------------------------------------------------------------------------- */

static enum sgdmft_status conclude(const struct invocation *invocation, const struct points *points, size_t known,
                                   struct sgdmft_error *error)
{
    size_t count = 0, failed = 0;
    for (size_t i = 0; i < points->count; i++) {
        count += points->point[i].wanted;
        failed += points->point[i].wanted && points->point[i].status != POINT_COMPLETE;
    }
    enum sgdmft_status status = SGDMFT_OK;
    if (invocation->run.format == SGDMFT_FORMAT_JSON)
        status = print_json(invocation, points, failed ? "not_converged" : "complete", error);
    else if (invocation->run.format == SGDMFT_FORMAT_CSV)
        print_csv(invocation, points);
    else
        print_summary(invocation, points, known);
    if (!status && failed)
        status = sgdmft_fail(error, SGDMFT_NOT_CONVERGED, "%zu of %zu points failed; %s/manifest.json lists them", failed,
                             count, invocation->run.out);
    return status;
}

static enum sgdmft_status dry_run(const struct invocation *invocation, struct points *points,
                                  struct sgdmft_error *error)
{
    enum sgdmft_status status;
    if ((status = folder_check(invocation->run.out, error)) ||
        (status = folder_join(invocation->run.out, invocation->settings, points, error)))
        return status;
    sweep_recognise(invocation, invocation->run.out, points);
    if (invocation->run.format == SGDMFT_FORMAT_JSON)
        return print_json(invocation, points, "dry_run", error);
    if (invocation->run.format == SGDMFT_FORMAT_CSV)
        print_csv(invocation, points);
    else
        print_dry_run(invocation, points);
    return SGDMFT_OK;
}

static enum sgdmft_status compute(const struct invocation *invocation, struct points *points,
                                  struct sgdmft_error *error)
{
    const char *folder = invocation->run.out;
    size_t known = 0;
    enum sgdmft_status status;
    if ((status = folder_open(folder, error)) ||
        (status = folder_join(folder, invocation->settings, points, error)) ||
        (status = folder_config(folder, invocation->settings, points, error)))
        return status;
    sweep_recognise(invocation, folder, points);
    for (size_t i = 0; i < points->count; i++)
        known += points->point[i].wanted && points->point[i].status != POINT_PENDING;
    status = sweep_compute(invocation, folder, points, error);
    return status ? status : conclude(invocation, points, known, error);
}

static enum sgdmft_status sweep(const struct invocation *invocation, struct sgdmft_error *error)
{
    struct points points = {.count = 0};
    if (!invocation->run.out[0])
        return sgdmft_fail(error, SGDMFT_USAGE, "out: a sweep needs --out FOLDER");
    enum sgdmft_status status = build(invocation, &points, error);
    if (!status)
        status = check_samples(invocation, &points, error);
    if (!status)
        status = invocation->dry_run ? dry_run(invocation, &points, error) : compute(invocation, &points, error);
    points_free(&points);
    return status;
}

static const struct command_option options[] = {
    {"vary", "NAME=VALUES", "values of a parameter: A:B:STEP, A,B,C or log:A:B:N; may be given for several parameters, "
                            "every combination is a point (schedules and lists of steps are separated by semicolons)", true},
    {"what", "solve|simulate|validate", "what to do at each point", false},
    {NULL, NULL, NULL, false},
};

const struct command command_sweep = {
    .name = "sweep",
    .operands = "[FILE.ini]",
    .summary = "Run all combinations of parameter values.",
    .takes = OPERANDS_RUN,
    .options = options,
    .notes = "--out names a folder: it gets config.ini (the first point), a result file for every point (two for validate) "
             "and manifest.json, which lists values, files, status and reason. Points are computed in parallel, each on one "
             "thread, all with the same seed. Run again, a sweep computes what is missing; values may be added to --vary, "
             "other parameters may not change. Exit code 3 if a point failed, diverged or (validate) disagrees.",
    .run = sweep,
    .prepare = prepare,
};
