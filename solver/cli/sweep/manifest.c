/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manifest.json of a sweep's folder. */
#include "solver/cli/sweep/manifest.h"
#include "solver/cli/frame/commands.h"

#include "models/base/files.h"
#include "models/result/json_values.h"
#include "models/run/parameter_table.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME "manifest.json"
#define FORMAT_VERSION 1
#define REMEDY "the same sweep without this file takes the results that are there"

/* True for a text that begins with the first two members of a manifest, in any layout. */
static bool is_manifest_text(const char *start, size_t size)
{
    char text[64];
    size_t length = 0;
    for (size_t i = 0; i < size && length < sizeof text - 1; i++)
        if (!strchr(" \t\r\n", start[i]))
            text[length++] = start[i];
    text[length] = '\0';
    return strncmp(text, "{\"format_version\":", 18) == 0 && strstr(text, ",\"what\":\"");
}

const struct files_kind files_manifest = {"manifest of a sweep", is_manifest_text, NULL};

enum sgdmft_status manifest_path(const char *folder, const char *name, size_t size, char *out,
                                 struct sgdmft_error *error)
{
    size_t length = strlen(folder);
    const char *slash = length > 0 && folder[length - 1] == '/' ? "" : "/";
    if ((size_t)snprintf(out, size, "%s%s%s", folder, slash, name) >= size)
        return sgdmft_fail(error, SGDMFT_FILE, "the name of the folder is too long: %.200s...", folder);
    return SGDMFT_OK;
}

/* True for the name of manifest.json or of a part. */
static int is_manifest(const struct dirent *entry)
{
    size_t index, of;
    int end = 0;
    if (strcmp(entry->d_name, NAME) == 0)
        return 1;
    return sscanf(entry->d_name, "manifest-%zu-of-%zu.json%n", &index, &of, &end) == 2 && end > 0
           && entry->d_name[end] == '\0';
}

/* Lists the manifests of a folder with scandir (*entry: NULL without any); returns their number. */
static int list_folder(const char *folder, struct dirent ***entry)
{
    *entry = NULL;
    return scandir(folder, entry, is_manifest, alphasort);
}

static void list_free(struct dirent **entry, int count)
{
    for (int i = 0; i < count; i++)
        free(entry[i]);
    free(entry);
}

bool manifest_exists(const char *folder)
{
    struct dirent **entry;
    const int count = list_folder(folder, &entry);
    list_free(entry, count);
    return count > 0;
}

/* ---- reading --------------------------------------------------------------------------------------- */

/* The text of a value; a number as the table of parameters formats it. */
static char *value_text(const json_t *value)
{
    char text[40];
    if (json_is_string(value))
        return strdup(json_string_value(value));
    if (json_is_integer(value))
        snprintf(text, sizeof text, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_real(value))
        number_format(json_real_value(value), text);
    else
        return NULL;
    return strdup(text);
}

static int index_of(const char *const *names, const char *name)
{
    for (int i = 0; name && names[i]; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

/* The score of this name; NaN without one. */
static double score_of(const json_t *object, const char *name)
{
    const json_t *score = json_object_get(object, name);
    return json_is_number(score) ? json_number_value(score) : (double)NAN;
}

static bool read_point(const json_t *object, const struct points *points, struct point *point)
{
    const char *hash = json_string_value(json_object_get(object, "hash"));
    const json_t *values = json_object_get(object, "values");
    const char *reason = json_string_value(json_object_get(object, "reason"));
    int status = index_of(point_status_names, json_string_value(json_object_get(object, "status")));
    char *end = NULL;
    const char *const *scores = points->what->analysis->scores;
    *point = (struct point){.hash = 0};
    for (size_t i = 0; i < ANALYSIS_SCORES_MAX; i++)
        point->score[i] = (double)NAN;
    for (size_t i = 0; scores && scores[i]; i++)
        point->score[i] = score_of(object, scores[i]);
    point->value = calloc(points->vary_count, sizeof *point->value);
    if (!hash || strlen(hash) != 16 || status < 0 || !point->value)
        return false;
    point->hash = strtoull(hash, &end, 16);
    point->status = (enum point_status)status;
    point->reason = reason ? strdup(reason) : NULL;
    bool complete = *end == '\0';
    for (size_t i = 0; i < CONTENTS; i++) {
        const char *content = json_string_value(json_object_get(object, contents[i].parameter));
        if (!content)
            continue;
        point->content[i] = strtoull(content, &end, 16);
        complete = complete && strlen(content) == 16 && *end == '\0';
    }
    for (size_t i = 0; i < points->vary_count; i++) {
        point->value[i] = value_text(json_object_get(values, points->vary[i]->name));
        complete = complete && point->value[i];
    }
    return complete;
}

static bool read_points(const json_t *object, struct points *points)
{
    const json_t *vary = json_object_get(object, "vary"), *array = json_object_get(object, "points");
    const char *what_text = json_string_value(json_object_get(object, "what"));
    const char *by_text = json_string_value(json_object_get(object, "by"));
    const struct command *what = what_text ? command_find(what_text) : NULL;
    const struct analysis *analysis = what ? what->analysis : NULL;
    int by = by_text                           ? index_of(by_names, by_text)
             : analysis && !analysis->takes_by ? (int)analysis->by /* as in older manifests */
                                               : -1;
    bool right = json_integer_value(json_object_get(object, "format_version")) == FORMAT_VERSION && analysis && by >= 0
                 && json_is_array(array) && json_array_size(vary) >= 1 && json_array_size(vary) <= POINTS_VARY_MAX;
    if (!right)
        return false;
    points->what = what;
    points->by = (enum by)by;
    const char *level = json_string_value(json_object_get(object, "level"));
    snprintf(points->level, sizeof points->level, "%s", level ? level : "");
    points->vary_count = json_array_size(vary);
    for (size_t i = 0; i < points->vary_count; i++) {
        const char *name = json_string_value(json_array_get(vary, i));
        points->vary[i] = name ? sgdmft_parameter_find(name) : NULL;
        if (!points->vary[i])
            return false;
    }
    points->point = calloc(json_array_size(array) + 1, sizeof *points->point);
    for (size_t i = 0; points->point && i < json_array_size(array); i++) {
        points->count = i + 1;
        if (!read_point(json_array_get(array, i), points, &points->point[i]))
            return false;
    }
    return points->point != NULL;
}

static enum sgdmft_status read_one(const char *path, struct points *points, struct sgdmft_error *error)
{
    unsigned char *text = NULL;
    size_t size;
    json_error_t reason;
    *points = (struct points){.count = 0};
    enum sgdmft_status status = files_read(path, &text, &size, error);
    if (status)
        return status;
    json_t *object = json_loadb((const char *)text, size, JSON_REJECT_DUPLICATES, &reason);
    free(text);
    if (!object)
        return sgdmft_fail(error, SGDMFT_FILE, "%s is corrupt: line %d: %s (" REMEDY ")", path, reason.line,
                           reason.text);
    if (!read_points(object, points)) {
        points_free(points);
        status = sgdmft_fail(error, SGDMFT_FILE, "%s is corrupt, or no manifest of a sweep (" REMEDY ")", path);
    }
    json_decref(object);
    return status;
}

static bool alike(const struct points *a, const struct points *b)
{
    return a->what == b->what && a->by == b->by && a->vary_count == b->vary_count
           && memcmp(a->vary, b->vary, a->vary_count * sizeof *a->vary) == 0;
}

enum sgdmft_status manifest_read(const char *folder, struct points *points, struct sgdmft_error *error)
{
    char path[FILES_PATH_MAX];
    struct dirent **entry;
    const int count = list_folder(folder, &entry);
    *points = (struct points){.count = 0};
    enum sgdmft_status status = manifest_path(folder, NAME, sizeof path, path, error);
    if (!status && count <= 0)
        status = sgdmft_fail(error, SGDMFT_FILE, "cannot read %s: %s", path,
                             count < 0 ? strerror(errno) : "there is no manifest");
    for (int i = 0; i < count && !status; i++) {
        struct points part;
        if ((status = manifest_path(folder, entry[i]->d_name, sizeof path, path, error))
            || (status = read_one(path, &part, error)))
            break;
        if (points->vary_count == 0) {
            *points = part;
            continue;
        }
        status = alike(points, &part)
                     ? points_merge(points, &part, error)
                     : sgdmft_fail(error, SGDMFT_FILE, "%s is of another sweep than the rest of %s", path, folder);
        points_free(&part);
    }
    list_free(entry, count);
    if (status)
        points_free(points);
    return status;
}

void manifest_drop_parts(const char *folder)
{
    char path[FILES_PATH_MAX];
    struct dirent **entry;
    const int count = list_folder(folder, &entry);
    for (int i = 0; i < count; i++)
        if (strcmp(entry[i]->d_name, NAME) != 0
            && manifest_path(folder, entry[i]->d_name, sizeof path, path, NULL) == SGDMFT_OK)
            unlink(path);
    list_free(entry, count);
}

/* ---- writing --------------------------------------------------------------------------------------- */

json_t *manifest_value(const struct sgdmft_parameter *parameter, const char *text)
{
    double real;
    long integer;
    if (parameter->kind == SGDMFT_REAL && number_real(text, &real) == NUMBER_OK)
        return json_real(real);
    if (parameter->kind == SGDMFT_INTEGER && number_integer(text, &integer) == NUMBER_OK)
        return json_integer(integer);
    return json_text(text);
}

/* The files of a point: one name, two for theory and simulation, or null without a run. */
static json_t *files_json(const struct points *points, const struct point *point)
{
    char text[64];
    points_file(points, point, true, text);
    if (point->status == POINT_REFUSED)
        return json_null();
    if (points->by != BY_BOTH)
        return json_string(text);
    json_t *files = json_array();
    json_array_append_new(files, json_string(text));
    points_file(points, point, false, text);
    json_array_append_new(files, json_string(text));
    return files;
}

static json_t *point_json(const struct points *points, const struct point *point)
{
    char text[64];
    json_t *object = json_object(), *values = json_object();
    for (size_t i = 0; i < points->vary_count; i++)
        json_object_set_new(values, points->vary[i]->name, manifest_value(points->vary[i], point->value[i]));
    json_object_set_new(object, "values", values);
    snprintf(text, sizeof text, "%016" PRIx64, point->hash);
    json_object_set_new(object, "hash", json_string(text));
    for (size_t i = 0; i < CONTENTS; i++) {
        snprintf(text, sizeof text, "%016" PRIx64, point->content[i]);
        if (point->content[i])
            json_object_set_new(object, contents[i].parameter, json_string(text));
    }
    json_object_set_new(object, "file", files_json(points, point));
    const char *const *scores = points->what->analysis->scores;
    for (size_t i = 0; scores && scores[i]; i++)
        json_object_set_new(object, scores[i], json_number(point->score[i]));
    json_object_set_new(object, "status", json_string(point_status_names[point->status]));
    json_object_set_new(object, "reason", point->reason ? json_text(point->reason) : json_null());
    return object;
}

json_t *manifest_points(const struct points *points, bool only_mine)
{
    json_t *array = json_array();
    for (size_t i = 0; i < points->count; i++)
        if (!only_mine || (points->point[i].wanted && points->point[i].mine))
            json_array_append_new(array, point_json(points, &points->point[i]));
    return array;
}

enum sgdmft_status manifest_write(const char *folder, const struct points *points, struct manifest_part part,
                                  struct sgdmft_error *error)
{
    char path[FILES_PATH_MAX], name[64] = NAME;
    if (part.of > 0)
        snprintf(name, sizeof name, "manifest-%zu-of-%zu.json", part.index + 1, part.of);
    enum sgdmft_status status = manifest_path(folder, name, sizeof path, path, error);
    if (status)
        return status;
    json_t *object = json_object(), *vary = json_array();
    for (size_t i = 0; i < points->vary_count; i++)
        json_array_append_new(vary, json_string(points->vary[i]->name));
    json_object_set_new(object, "format_version", json_integer(FORMAT_VERSION));
    json_object_set_new(object, "what", json_string(points->what->name));
    json_object_set_new(object, "by", json_string(by_names[points->by]));
    json_object_set_new(object, "vary", vary);
    if (points->level[0])
        json_object_set_new(object, "level", json_text(points->level));
    json_object_set_new(object, "points", manifest_points(points, part.of > 0));
    char *text = json_dumps(object, JSON_INDENT(1) | JSON_REAL_PRECISION(17));
    json_decref(object);
    if (!text)
        return sgdmft_fail(error, SGDMFT_INTERNAL, "cannot make %s (not enough memory?)", path);
    status = files_write(path, &files_manifest, text, strlen(text), error);
    free(text);
    return status;
}
