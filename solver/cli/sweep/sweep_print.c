/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Output of sweep: text, csv, json. */
#include "solver/cli/sweep/sweep_print.h"

#include "models/result/json_values.h"
#include "solver/cli/sweep/manifest.h"
#include "solver/cli/sweep/sweep_points.h"

static bool is_mine(const struct point *point)
{
    return point->wanted && point->mine;
}

static void print_names(const struct points *points, const char *separator)
{
    for (size_t i = 0; i < points->vary_count; i++)
        printf("%s%s", i ? separator : "", points->vary[i]->name);
}

static enum sgdmft_status points_print_json(const struct invocation *invocation, const struct points *points,
                                            const char *state, struct sgdmft_error *error)
{
    json_t *object = json_document("sweep", state), *array = manifest_points(points, true);
    size_t next = 0;
    for (size_t i = 0; i < points->count && invocation->dry_run; i++) {
        if (!is_mine(&points->point[i]))
            continue;
        json_t *point = json_array_get(array, next++);
        json_object_set_new(point, "memory_bytes", json_number(points->point[i].estimate.bytes));
        json_object_set_new(point, "seconds", json_number(points->point[i].estimate.seconds));
        json_object_set_new(point, "disk_bytes", json_number(points->point[i].estimate.disk));
    }
    const bool grows = points_have(points, true) && estimate_grows(&invocation->run);
    if (invocation->dry_run)
        json_object_set_new(object, "at_least", json_boolean(grows || invocation_option(invocation, "level", 0)));
    json_object_set_new(object, "what", json_string(points->what->name));
    json_object_set_new(object, "by", json_string(by_names[points->by]));
    json_object_set_new(object, "parameters", json_parameters(&invocation->run));
    json_object_set_new(object, "points", array);
    return json_print(object, stdout, error);
}

static void points_print_csv(const struct invocation *invocation, const struct points *points)
{
    char name[64];
    print_names(points, ",");
    printf(invocation->dry_run ? ",file,status,memory_bytes,seconds,disk_bytes\n" : ",file,status,reason\n");
    for (size_t i = 0; i < points->count; i++) {
        const struct point *point = &points->point[i];
        if (!is_mine(point))
            continue;
        for (size_t v = 0; v < points->vary_count; v++) {
            output_text(point->value[v]);
            putchar(',');
        }
        points_file(points, point, points_have(points, true), name);
        printf("%s,%s,", name, point_status_names[point->status]);
        if (invocation->dry_run)
            printf("%.17g,%.17g,%.17g", point->estimate.bytes, point->estimate.seconds, point->estimate.disk);
        else
            output_text(point->reason ? point->reason : "");
        putchar('\n');
    }
}

static void print_summary(const struct invocation *invocation, const struct points *points, size_t known)
{
    size_t count = 0, complete = 0;
    for (size_t i = 0; i < points->count; i++) {
        count += is_mine(&points->point[i]);
        complete += is_mine(&points->point[i]) && points->point[i].status == POINT_COMPLETE;
    }
    printf("%s: %zu points, %zu complete (%zu of all were there before)\n", invocation->run.out, count, complete,
           known);
    for (size_t i = 0; i < points->count; i++) {
        const struct point *point = &points->point[i];
        if (!is_mine(point) || point->status == POINT_COMPLETE)
            continue;
        printf("  ");
        for (size_t v = 0; v < points->vary_count; v++)
            printf("%s%s = %s", v ? ", " : "", points->vary[v]->name, point->value[v]);
        printf(": %s\n", point->reason ? point->reason : point_status_names[point->status]);
    }
}

enum sgdmft_status sweep_print(const struct invocation *invocation, const struct points *points, size_t known,
                               const char *state, struct sgdmft_error *error)
{
    if (invocation->run.format == SGDMFT_FORMAT_JSON)
        return points_print_json(invocation, points, state, error);
    if (invocation->run.format == SGDMFT_FORMAT_CSV)
        points_print_csv(invocation, points);
    else
        print_summary(invocation, points, known);
    return SGDMFT_OK;
}

/* ---- level lines ---------------------------------------------------------------------------------------- */

static void level_csv(const struct points *points, const struct level *level, const struct level_rows *rows)
{
    const size_t last = points->vary_count - 1;
    for (size_t v = 0; v < last; v++)
        printf("%s,", points->vary[v]->name);
    printf("%s,%s_se,low,high,points\n", points->vary[last]->name, points->vary[last]->name);
    for (size_t r = 0; r < rows->count; r++) {
        const struct level_row *row = &rows->row[r];
        struct level_crossing crossing;
        level_cross(level, row->entry, row->count, &crossing);
        for (size_t v = 0; v < last; v++) {
            output_text(row->point->value[v]);
            putchar(',');
        }
        printf(crossing.found ? "%.17g" : "nan", crossing.x);
        output_next(crossing.se);
        output_next(crossing.low);
        output_next(crossing.high);
        printf(",%zu\n", row->count);
    }
}

static void level_text(const struct points *points, const struct level *level, const struct level_rows *rows)
{
    const size_t last = points->vary_count - 1;
    char text[64], bracket[80];
    printf("%s = %g\n", level->observable, level->value);
    for (size_t v = 0; v < last; v++)
        printf("%16s", points->vary[v]->name);
    printf("%20s %26s %8s\n", points->vary[last]->name, "bracket", "points");
    for (size_t r = 0; r < rows->count; r++) {
        const struct level_row *row = &rows->row[r];
        struct level_crossing crossing;
        level_cross(level, row->entry, row->count, &crossing);
        for (size_t v = 0; v < last; v++)
            printf("%16s", row->point->value[v]);
        sgdmft_format_error(crossing.x, crossing.se, text);
        snprintf(bracket, sizeof bracket, "%.6g to %.6g", crossing.low, crossing.high);
        printf("%20s %26s %8zu\n", crossing.found ? text : "no crossing", crossing.found ? bracket : "", row->count);
    }
}

static json_t *row_json(const struct points *points, const struct level *level, const struct level_row *row)
{
    const size_t last = points->vary_count - 1;
    struct level_crossing crossing;
    char name[80];
    json_t *object = json_object(), *values = json_object();
    level_cross(level, row->entry, row->count, &crossing);
    for (size_t v = 0; v < last; v++)
        json_object_set_new(values, points->vary[v]->name, manifest_value(points->vary[v], row->point->value[v]));
    json_object_set_new(object, "values", values);
    json_object_set_new(object, points->vary[last]->name, json_number(crossing.x));
    snprintf(name, sizeof name, "%s_se", points->vary[last]->name);
    json_object_set_new(object, name, json_number(crossing.se));
    json_object_set_new(object, "low", json_number(crossing.low));
    json_object_set_new(object, "high", json_number(crossing.high));
    json_object_set_new(object, "points", json_integer((json_int_t)row->count));
    return object;
}

enum sgdmft_status sweep_print_level(const struct invocation *invocation, const struct points *points,
                                     const struct level *level, const struct level_rows *rows, size_t *found,
                                     struct sgdmft_error *error)
{
    enum sgdmft_status status = SGDMFT_OK;
    *found = 0;
    for (size_t r = 0; r < rows->count; r++) {
        struct level_crossing crossing;
        level_cross(level, rows->row[r].entry, rows->row[r].count, &crossing);
        *found += crossing.found;
    }
    if (invocation->run.format == SGDMFT_FORMAT_CSV)
        level_csv(points, level, rows);
    else if (invocation->run.format != SGDMFT_FORMAT_JSON)
        level_text(points, level, rows);
    else {
        json_t *object = json_document("sweep", *found > 0 ? "complete" : "not_converged"), *array = json_array();
        for (size_t r = 0; r < rows->count; r++)
            json_array_append_new(array, row_json(points, level, &rows->row[r]));
        json_object_set_new(object, "parameters", json_parameters(&invocation->run));
        json_object_set_new(object, "observable", json_string(level->observable));
        json_object_set_new(object, "value", json_number(level->value));
        json_object_set_new(object, "rows", array);
        status = json_print(object, stdout, error);
    }
    return status;
}
