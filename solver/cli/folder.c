/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The folder of a sweep: lock, leftovers, and whether it belongs to the sweep that is asked for. */
#include "solver/cli/folder.h"

#include "models/run/files.h"
#include "solver/cli/manifest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define CONFIG "config.ini"

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

/* Temporary names of files.c; with the lock taken nobody else is writing. */
static void remove_leftovers(const char *folder)
{
    DIR *open = opendir(folder);
    char path[FILES_PATH_MAX];
    for (struct dirent *entry; open && (entry = readdir(open));) {
        bool ours = strstr(entry->d_name, ".h5.") || strstr(entry->d_name, ".json.") || strstr(entry->d_name, ".ini.");
        if (ours && ends_with(entry->d_name, ".tmp") &&
            manifest_path(folder, entry->d_name, sizeof path, path, NULL) == SGDMFT_OK)
            unlink(path);
    }
    if (open)
        closedir(open);
}

enum sgdmft_status folder_check(const char *folder, struct sgdmft_error *error)
{
    struct stat known;
    char parent[FILES_PATH_MAX];
    if (stat(folder, &known) == 0) {
        if (!S_ISDIR(known.st_mode))
            return sgdmft_fail(error, SGDMFT_FILE, "out: %s is not a folder", folder);
        if (access(folder, W_OK | X_OK) != 0)
            return sgdmft_fail(error, SGDMFT_FILE, "out: cannot write into %s: %s", folder, strerror(errno));
        return SGDMFT_OK;
    }
    snprintf(parent, sizeof parent, "%s", folder);
    size_t length = strlen(parent);
    while (length > 1 && parent[length - 1] == '/')
        length--;
    while (length > 0 && parent[length - 1] != '/')
        length--;
    parent[length] = '\0';
    if (access(length > 0 ? parent : ".", W_OK | X_OK) != 0)
        return sgdmft_fail(error, SGDMFT_FILE, "out: cannot make the folder %s: %s", folder, strerror(errno));
    return SGDMFT_OK;
}

enum sgdmft_status folder_open(const char *folder, bool shared, struct sgdmft_error *error)
{
    enum sgdmft_status status = folder_check(folder, error);
    if (status)
        return status;
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return sgdmft_fail(error, SGDMFT_FILE, "out: cannot make the folder %s: %s", folder, strerror(errno));
    int lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock < 0)
        return sgdmft_fail(error, SGDMFT_FILE, "out: cannot open the folder %s: %s", folder, strerror(errno));
    if (flock(lock, (shared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        close(lock);
        return sgdmft_fail(error, SGDMFT_FILE, "out: another sweep is at work in %s", folder);
    }
    if (!shared)
        remove_leftovers(folder);
    return SGDMFT_OK;
}

static enum sgdmft_status check_names(const char *folder, const struct points *points, const struct points *known,
                                      struct sgdmft_error *error)
{
    if (points->what != known->what)
        return sgdmft_fail(error, SGDMFT_USAGE, "what: %s, but %s was begun with --what %s",
                           points_what_names[points->what], folder, points_what_names[known->what]);
    if (points->by != known->by)
        return sgdmft_fail(error, SGDMFT_USAGE, "by: %s, but %s was begun with --by %s", points_by_names[points->by], folder,
                           points_by_names[known->by]);
    for (size_t i = 0; i < points->vary_count; i++) {
        bool found = false;
        for (size_t j = 0; j < known->vary_count; j++)
            found = found || points->vary[i] == known->vary[j];
        if (!found)
            return sgdmft_fail(error, SGDMFT_USAGE, "vary: %s is not varied in %s (values can be added to a sweep, "
                               "parameters cannot: use another folder)", points->vary[i]->name, folder);
    }
    if (points->vary_count != known->vary_count)
        return sgdmft_fail(error, SGDMFT_USAGE, "vary: %s varies %zu parameters, not %zu", folder, known->vary_count,
                           points->vary_count);
    return SGDMFT_OK;
}

/* The known points in the order of the present --vary options. */
static enum sgdmft_status reorder(const struct points *points, struct points *known, struct sgdmft_error *error)
{
    for (size_t i = 0; i < known->count; i++) {
        char **value = calloc(known->vary_count, sizeof *value);
        if (!value)
            return sgdmft_fail(error, SGDMFT_USAGE, "not enough memory for the points");
        for (size_t v = 0; v < points->vary_count; v++)
            for (size_t w = 0; w < known->vary_count; w++)
                if (known->vary[w] == points->vary[v])
                    value[v] = known->point[i].value[w];
        free(known->point[i].value);
        known->point[i].value = value;
    }
    memcpy(known->vary, points->vary, sizeof known->vary);
    return SGDMFT_OK;
}

/* Which parameter differs from those in config.ini, at the point of config.ini. */
static enum sgdmft_status name_difference(const char *folder, const struct sgdmft_settings *settings,
                                          const struct points *points, struct sgdmft_error *error)
{
    char path[FILES_PATH_MAX], before[SGDMFT_TEXT_MAX], now[SGDMFT_TEXT_MAX];
    char value[POINTS_VARY_MAX][SGDMFT_TEXT_MAX], *pointer[POINTS_VARY_MAX];
    struct sgdmft_run old, new;
    struct sgdmft_settings *config = sgdmft_settings_create();
    bool comparable = config && manifest_path(folder, CONFIG, sizeof path, path, NULL) == SGDMFT_OK &&
                      sgdmft_settings_read(config, path, NULL) == SGDMFT_OK &&
                      sgdmft_run_resolve(config, &old, NULL, NULL) == SGDMFT_OK;
    for (size_t i = 0; comparable && i < points->vary_count; i++) {
        sgdmft_parameter_format(points->vary[i], &old, value[i]);
        pointer[i] = value[i];
    }
    struct point point = {.value = pointer};
    comparable = comparable && points_resolve(settings, points, &point, points_have(points, true), &new, NULL, NULL) == SGDMFT_OK;
    sgdmft_settings_free(config);
    for (size_t i = 0; comparable && i < sgdmft_parameter_count; i++) {
        const struct sgdmft_parameter *parameter = &sgdmft_parameters[i];
        sgdmft_parameter_format(parameter, &old, before);
        sgdmft_parameter_format(parameter, &new, now);
        if (!vary_is_outside(parameter) && strcmp(before, now) != 0)
            return sgdmft_fail(error, SGDMFT_USAGE, "%s: %.200s, but the sweep in %s was begun with %.200s: use another "
                               "folder", parameter->name, now, folder, before);
    }
    return sgdmft_fail(error, SGDMFT_USAGE, "the sweep in %s was begun with other parameters (or by another version of the "
                       "program): use another folder", folder);
}

enum sgdmft_status folder_join(const char *folder, const struct sgdmft_settings *settings, struct points *points,
                               struct sgdmft_error *error)
{
    struct points known;
    struct sgdmft_run run;
    if (!manifest_exists(folder))
        return SGDMFT_OK;
    enum sgdmft_status status = manifest_read(folder, &known, error);
    if (status)
        return status;
    status = check_names(folder, points, &known, error);
    if (!status)
        status = reorder(points, &known, error);
    for (size_t i = 0; i < known.count && !status; i++)
        if (known.point[i].status != POINT_REFUSED &&
            (points_resolve(settings, points, &known.point[i], points_have(points, true), &run, NULL, NULL) != SGDMFT_OK ||
             points_hash(&run) != known.point[i].hash))
            status = name_difference(folder, settings, points, error);
    if (!status)
        status = points_merge(points, &known, error);
    points_free(&known);
    return status;
}

enum sgdmft_status folder_config(const char *folder, const struct sgdmft_settings *settings,
                                 const struct points *points, struct sgdmft_error *error)
{
    char path[FILES_PATH_MAX], *text = NULL;
    size_t size = 0, first = 0;
    struct sgdmft_run run;
    enum sgdmft_status status = manifest_path(folder, CONFIG, sizeof path, path, error);
    if (status || (manifest_exists(folder) && access(path, F_OK) == 0))
        return status;
    while (!points->point[first].wanted || points->point[first].status == POINT_REFUSED)
        first++;
    status = points_resolve(settings, points, &points->point[first], points_have(points, true), &run, NULL, error);
    if (status)
        return status;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return sgdmft_fail(error, SGDMFT_USAGE, "not enough memory for %s", path);
    fprintf(out, "# The first point of a sweep (--what %s) over", points_what_names[points->what]);
    for (size_t i = 0; i < points->vary_count; i++)
        fprintf(out, "%s %s", i ? "," : "", points->vary[i]->name);
    fprintf(out, ".\n");
    sgdmft_run_print(&run, out);
    bool failed = fclose(out) != 0;
    status = failed ? sgdmft_fail(error, SGDMFT_USAGE, "not enough memory for %s", path)
                    : files_write(path, text, size, error);
    free(text);
    return status;
}
