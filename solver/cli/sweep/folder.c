/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The folder of a sweep: its lock, the removal of drafts, and the check that it belongs to the sweep. */
#include "solver/cli/sweep/folder.h"

#include "models/base/memory.h"
#include "models/base/files.h"
#include "models/result/result_hdf5.h"
#include "models/run/parameter_table.h"
#include "solver/cli/sweep/manifest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define CONFIG "config.ini"

/* ---- kinds of files -------------------------------------------------------------------------------------- */

#define CONFIG_START "# The first point of a sweep (--what "

static bool is_config(const char *start, size_t size)
{
    return files_starts(start, size, CONFIG_START);
}

static const struct files_kind kind_config = {"run file that a sweep wrote", is_config, NULL};

/* The kind of file that a sweep writes under this name, or as a draft for it; NULL for other names. */
static const struct files_kind *kind_of(const char *name)
{
    static const struct {
        const char *end;
        const struct files_kind *kind;
    } ends[] = {{".h5", &files_result}, {".json", &files_manifest}, {CONFIG, &kind_config}};
    const size_t draft = files_draft_of(name), length = draft ? draft : strlen(name);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        const size_t tail = strlen(ends[i].end);
        if (length >= tail && strncmp(name + length - tail, ends[i].end, tail) == 0)
            return ends[i].kind;
    }
    return NULL;
}

/* Checks a file as files_check does. A path that is no regular file is accepted here; writing its point fails later. */
static enum sgdmft_status check_file(const char *path, const struct files_kind *kind, struct sgdmft_error *error)
{
    struct stat known;
    return stat(path, &known) == 0 && !S_ISREG(known.st_mode) ? SGDMFT_OK : files_check(path, kind, error);
}

static bool is_ours(const char *folder, const char *name)
{
    char path[FILES_PATH_MAX];
    const struct files_kind *kind = kind_of(name);
    return kind && manifest_path(folder, name, sizeof path, path, NULL) == SGDMFT_OK
           && check_file(path, kind, NULL) == SGDMFT_OK;
}

/* Removes drafts. The lock excludes other writers. */
static void remove_leftovers(const char *folder)
{
    DIR *open = opendir(folder);
    char path[FILES_PATH_MAX];
    for (struct dirent *entry; open && (entry = readdir(open));)
        if (files_draft_of(entry->d_name) && is_ours(folder, entry->d_name)
            && manifest_path(folder, entry->d_name, sizeof path, path, NULL) == SGDMFT_OK)
            unlink(path);
    if (open)
        closedir(open);
}

/* Refuses a folder without a manifest that has files other than those of a sweep. Accepts the files that a sweep
 * stopped before its first manifest leaves. */
static enum sgdmft_status check_strangers(const char *folder, struct sgdmft_error *error)
{
    enum sgdmft_status status = SGDMFT_OK;
    if (manifest_exists(folder))
        return SGDMFT_OK;
    DIR *open = opendir(folder);
    if (!open)
        return sgdmft_fail(error, SGDMFT_FILE, "out: cannot read the folder %s: %s", folder, strerror(errno));
    for (struct dirent *entry; !status && (entry = readdir(open));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 && !is_ours(folder, entry->d_name))
            status = sgdmft_fail(error, SGDMFT_FILE,
                                 "out: %s is not empty and holds no sweep (there is %.255s): a sweep needs a "
                                 "folder of its own",
                                 folder, entry->d_name);
    closedir(open);
    return status;
}

/* ---- the folder ------------------------------------------------------------------------------------------ */

enum sgdmft_status folder_check(const char *folder, struct sgdmft_error *error)
{
    struct stat known;
    char parent[FILES_PATH_MAX];
    if (stat(folder, &known) == 0) {
        if (!S_ISDIR(known.st_mode))
            return sgdmft_fail(error, SGDMFT_FILE, "out: %s is not a folder", folder);
        if (access(folder, W_OK | X_OK) != 0)
            return sgdmft_fail(error, SGDMFT_FILE, "out: cannot write into %s: %s", folder, strerror(errno));
        return check_strangers(folder, error);
    }
    if (lstat(folder, &known) == 0)
        return sgdmft_fail(error, SGDMFT_FILE, "out: %s is a link to a folder that does not exist", folder);
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
        return sgdmft_fail(error, SGDMFT_USAGE, "what: %s, but %s was begun with --what %s", points->what->name, folder,
                           known->what->name);
    if (points->by != known->by)
        return sgdmft_fail(error, SGDMFT_USAGE, "by: %s, but %s was begun with --by %s", by_names[points->by], folder,
                           by_names[known->by]);
    for (size_t i = 0; i < points->vary_count; i++) {
        bool found = false;
        for (size_t j = 0; j < known->vary_count; j++)
            found = found || points->vary[i] == known->vary[j];
        if (!found)
            return sgdmft_fail(error, SGDMFT_USAGE,
                               "vary: %s is not varied in %s (values can be added to a sweep, "
                               "parameters cannot: use another folder)",
                               points->vary[i]->name, folder);
    }
    if (points->vary_count != known->vary_count)
        return sgdmft_fail(error, SGDMFT_USAGE, "vary: %s varies %zu parameters, not %zu", folder, known->vary_count,
                           points->vary_count);
    return SGDMFT_OK;
}

/* Reorders the values of the known points in the order of the present --vary options. */
static enum sgdmft_status reorder(const struct points *points, struct points *known, struct sgdmft_error *error)
{
    for (size_t i = 0; i < known->count; i++) {
        char **value = calloc(known->vary_count, sizeof *value);
        if (!value)
            return memory_fail(error, "the points");
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

/* Reports the parameter that differs from config.ini, at the point of config.ini. */
static enum sgdmft_status name_difference(const char *folder, const struct sgdmft_settings *settings,
                                          const struct points *points, struct sgdmft_error *error)
{
    char path[FILES_PATH_MAX], before[SGDMFT_TEXT_MAX], now[SGDMFT_TEXT_MAX];
    char value[POINTS_VARY_MAX][SGDMFT_TEXT_MAX], *pointer[POINTS_VARY_MAX];
    struct sgdmft_run old, new;
    struct sgdmft_settings *config = sgdmft_settings_create();
    bool comparable = config && manifest_path(folder, CONFIG, sizeof path, path, NULL) == SGDMFT_OK
                      && sgdmft_settings_read(config, path, NULL) == SGDMFT_OK
                      && sgdmft_run_resolve(config, &old, NULL, NULL) == SGDMFT_OK;
    for (size_t i = 0; comparable && i < points->vary_count; i++) {
        sgdmft_parameter_format(points->vary[i], &old, value[i]);
        pointer[i] = value[i];
    }
    struct point point = {.value = pointer};
    comparable = comparable
                 && points_resolve(settings, points, &point, points_have(points, true), &new, NULL, NULL) == SGDMFT_OK;
    sgdmft_settings_free(config);
    for (size_t i = 0; comparable && i < sgdmft_parameter_count; i++) {
        const struct sgdmft_parameter *parameter = &sgdmft_parameters[i];
        sgdmft_parameter_format(parameter, &old, before);
        sgdmft_parameter_format(parameter, &new, now);
        const bool is_path = content_of(parameter) < CONTENTS; /* it may differ from that in config.ini */
        if (!parameter_is_outside(parameter) && !is_path && strcmp(before, now) != 0)
            return sgdmft_fail(error, SGDMFT_USAGE,
                               "%s: %.200s, but the sweep in %s was begun with %.200s: use another folder",
                               parameter->name, now, folder, before);
    }
    return sgdmft_fail(
        error, SGDMFT_USAGE,
        "the sweep in %s was begun with other parameters (or by another version of the program): use another folder",
        folder);
}

enum sgdmft_status folder_join(const char *folder, const struct sgdmft_settings *settings, struct points *points,
                               struct sgdmft_error *error)
{
    struct points known;
    struct sgdmft_run run;
    struct sgdmft_error changed = {.status = SGDMFT_OK};
    char since[300];
    if (!manifest_exists(folder))
        return SGDMFT_OK;
    snprintf(since, sizeof since, "the sweep in %.250s was begun", folder);
    enum sgdmft_status status = manifest_read(folder, &known, error);
    if (status)
        return status;
    status = check_names(folder, points, &known, error);
    if (!status)
        status = reorder(points, &known, error);
    for (size_t i = 0; i < known.count && !status; i++) {
        const struct point *point = &known.point[i];
        if (point->status == POINT_REFUSED)
            continue;
        if (points_resolve(settings, points, point, points_have(points, true), &run, NULL, NULL) != SGDMFT_OK)
            status = name_difference(folder, settings, points, error);
        else if (!(status = points_check_contents(&run, point->content, since, &changed))
                 && points_hash(&run) != point->hash)
            status = name_difference(folder, settings, points, error);
    }
    if (changed.text[0])
        sgdmft_fail(error, status, "%s: use another folder", changed.text);
    if (!status)
        status = points_merge(points, &known, error);
    points_free(&known);
    return status;
}

/* True if config.ini must be written: the sweep is new, or the file is missing. */
static bool wants_config(const char *folder, const char *path)
{
    return !manifest_exists(folder) || access(path, F_OK) != 0;
}

enum sgdmft_status folder_check_files(const char *folder, const struct points *points, const char *run_file,
                                      struct sgdmft_error *error)
{
    char path[FILES_PATH_MAX], name[64];
    enum sgdmft_status status = manifest_path(folder, CONFIG, sizeof path, path, error);
    if (!status && wants_config(folder, path) && !(status = files_keep(path, run_file, "the run file", error)))
        status = files_check(path, &kind_config, error);
    for (size_t i = 0; i < points->count && !status; i++)
        for (int side = 0; side < 2 && !status; side++) {
            if (!points_have(points, side == 0) || points->point[i].status == POINT_REFUSED)
                continue;
            points_file(points, &points->point[i], side == 0, name);
            if (!(status = manifest_path(folder, name, sizeof path, path, error)))
                status = check_file(path, &files_result, error);
        }
    return status;
}

enum sgdmft_status folder_config(const char *folder, const struct sgdmft_settings *settings,
                                 const struct points *points, struct sgdmft_error *error)
{
    char path[FILES_PATH_MAX], *text = NULL;
    size_t size = 0, first = 0;
    struct sgdmft_run run;
    enum sgdmft_status status = manifest_path(folder, CONFIG, sizeof path, path, error);
    if (status || !wants_config(folder, path))
        return status;
    while (!points->point[first].wanted || points->point[first].status == POINT_REFUSED)
        first++;
    status = points_resolve(settings, points, &points->point[first], points_have(points, true), &run, NULL, error);
    if (status)
        return status;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return memory_fail(error, "%s", path);
    fprintf(out, CONFIG_START "%s) over", points->what->name);
    for (size_t i = 0; i < points->vary_count; i++)
        fprintf(out, "%s %s", i ? "," : "", points->vary[i]->name);
    fprintf(out, ".\n");
    sgdmft_run_print(&run, out);
    bool failed = fclose(out) != 0;
    status = failed ? memory_fail(error, "%s", path) : files_write(path, &kind_config, text, size, error);
    free(text);
    return status;
}
