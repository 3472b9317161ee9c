/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading of results and sweeps for table, plot and report. */
#include "solver/cli/view/gather.h"

#include "models/base/memory.h"
#include "models/base/files.h"
#include "models/result/result_hdf5.h"
#include "solver/cli/sweep/manifest.h"
#include "solver/observe/derive.h"
#include "solver/run/engine.h"

#include <math.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct gathered *add(struct gathering *gathering, const char *origin)
{
    struct gathered *grown = realloc(gathering->item, (gathering->count + 1) * sizeof *grown);
    if (!grown)
        return NULL;
    gathering->item = grown;
    struct gathered *item = &grown[gathering->count++];
    *item = (struct gathered){.origin = strdup(origin)};
    return item;
}

/* The path of a point's file; NULL if the file does not exist. */
static char *point_path(const char *folder, const struct points *points, const struct point *point, bool theory)
{
    char name[64], path[FILES_PATH_MAX];
    points_file(points, point, theory, name);
    if (manifest_path(folder, name, sizeof path, path, NULL) != SGDMFT_OK || access(path, F_OK) != 0)
        return NULL;
    return strdup(path);
}

static enum sgdmft_status gather_sweep(struct gathering *gathering, const char *folder, struct sgdmft_error *error)
{
    struct points **grown = realloc(gathering->sweep, (gathering->sweep_count + 1) * sizeof(*grown));
    struct points *points = calloc(1, sizeof *points);
    if (grown)
        gathering->sweep = grown;
    if (!grown || !points) {
        free(points);
        return memory_fail(error, "the list of results");
    }
    gathering->sweep[gathering->sweep_count++] = points;
    enum sgdmft_status status = manifest_read(folder, points, error);
    for (size_t i = 0; i < points->count && !status; i++) {
        struct gathered *item = add(gathering, folder);
        if (!item)
            return memory_fail(error, "the list of results");
        item->points = points;
        item->point = &points->point[i];
        if (item->point->status == POINT_PENDING || item->point->status == POINT_FAILED
            || item->point->status == POINT_REFUSED)
            continue;
        if (points_have(points, true))
            item->theory = point_path(folder, points, item->point, true);
        if (points_have(points, false))
            item->simulation = point_path(folder, points, item->point, false);
    }
    return status;
}

enum sgdmft_status gather(size_t count, const char *const *words, struct gathering *gathering,
                          struct sgdmft_error *error)
{
    struct stat known;
    *gathering = (struct gathering){.count = 0};
    for (size_t i = 0; i < count; i++) {
        if (stat(words[i], &known) != 0)
            return sgdmft_fail(error, SGDMFT_FILE, "cannot read %s: %s", words[i], strerror(errno));
        if (S_ISDIR(known.st_mode)) {
            enum sgdmft_status status = gather_sweep(gathering, words[i], error);
            if (status)
                return status;
            continue;
        }
        struct gathered *item = add(gathering, words[i]);
        if (!item || !(item->theory = strdup(words[i])))
            return memory_fail(error, "the list of results");
    }
    return SGDMFT_OK;
}

void gather_free(struct gathering *gathering)
{
    for (size_t i = 0; i < gathering->count; i++) {
        free(gathering->item[i].theory);
        free(gathering->item[i].simulation);
        free(gathering->item[i].origin);
    }
    for (size_t i = 0; i < gathering->sweep_count; i++) {
        points_free(gathering->sweep[i]);
        free(gathering->sweep[i]);
    }
    free(gathering->item);
    free(gathering->sweep);
    *gathering = (struct gathering){.count = 0};
}

bool gather_differ(const struct sgdmft_run *a, const struct sgdmft_run *b, const struct sgdmft_parameter *parameter)
{
    char text_a[SGDMFT_TEXT_MAX], text_b[SGDMFT_TEXT_MAX];
    sgdmft_parameter_format(parameter, a, text_a);
    sgdmft_parameter_format(parameter, b, text_b);
    return strcmp(text_a, text_b) != 0;
}

bool gather_is_stationary(const struct sgdmft_result *result)
{
    for (size_t i = 0; engines[i] && result->source == SGDMFT_THEORY; i++)
        if (engines[i]->solve && strcmp(engines[i]->entry.name, result->provenance.engine) == 0)
            return true;
    return false;
}

enum sgdmft_status gather_load(const struct gathered *item, struct sgdmft_result *result[2], struct sgdmft_error *error)
{
    result[0] = result[1] = NULL;
    enum sgdmft_status status = item->theory ? result_read_light(item->theory, &result[0], error) : SGDMFT_OK;
    if (!status && item->simulation)
        status = result_read_light(item->simulation, &result[1], error);
    if (status) {
        sgdmft_result_free(result[0]);
        sgdmft_result_free(result[1]);
        result[0] = result[1] = NULL;
        return status;
    }
    for (int i = 0; i < 2; i++)
        if (result[i])
            derive(result[i],
                   NULL); /* without effect if it has them; a run that is not stationary has no temperatures */
    if (!item->point && result[0]->source == SGDMFT_SIMULATION) {
        result[1] = result[0];
        result[0] = NULL;
    }
    return SGDMFT_OK;
}

struct scalar gather_level(void *context, const struct points *points, const struct point *point,
                           const char *observable)
{
    const struct gathering *gathering = context;
    struct scalar scalar = {(double)NAN, (double)NAN};
    struct sgdmft_result *result[2];
    (void)points;
    for (size_t i = 0; i < gathering->count; i++)
        if (gathering->item[i].point == point && gather_load(&gathering->item[i], result, NULL) == SGDMFT_OK) {
            if (result[0] || result[1])
                scalar_read_final(result[0] ? result[0] : result[1], observable, &scalar);
            sgdmft_result_free(result[0]);
            sgdmft_result_free(result[1]);
        }
    return scalar;
}
