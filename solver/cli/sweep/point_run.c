/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The runs of a point: the parameters that its command sets, their check, and their cost. */
#include "solver/cli/sweep/point_run.h"

#include "models/base/memory.h"
#include "models/base/files.h"
#include "models/result/result_size.h"
#include "models/run/parameter_table.h"
#include "solver/cli/sweep/stored_flags.h"
#include "solver/run/machine_speed.h"

#include <inttypes.h>
#include <math.h>
#include <sgdmft/simulate.h>
#include <sgdmft/solve.h>
#include <stdlib.h>
#include <string.h>

uint64_t points_hash(const struct sgdmft_run *run)
{
    uint64_t hash = FILES_HASH_START;
    char text[SGDMFT_TEXT_MAX];
    for (size_t i = 0; i < sgdmft_parameter_count; i++) {
        const struct sgdmft_parameter *parameter = &sgdmft_parameters[i];
        if (parameter_is_outside(parameter))
            continue;
        const size_t content = content_of(parameter);
        if (content < CONTENTS && content_checksum(run, content)) /* compared by its content, not by its path */
            snprintf(text, sizeof text, "%016" PRIx64, content_checksum(run, content));
        else
            sgdmft_parameter_format(parameter, run, text);
        hash = files_hash(hash, parameter->name, strlen(parameter->name));
        hash = files_hash(hash, "=", 1);
        hash = files_hash(hash, text, strlen(text) + 1);
    }
    return hash;
}

enum sgdmft_status points_check_contents(const struct sgdmft_run *run, const uint64_t content[CONTENTS],
                                         const char *since, struct sgdmft_error *error)
{
    enum sgdmft_status status = SGDMFT_OK;
    for (size_t i = 0; i < CONTENTS && !status; i++)
        status = content_check(run, i, content[i], since, error);
    return status;
}

/* Checks that the points of a sweep have the same contents, except those of the files that are varied. */
static enum sgdmft_status check_first(const struct points *points, const struct sgdmft_run *run,
                                      struct sgdmft_error *error)
{
    uint64_t first[CONTENTS + 1]; /* the last for parameters without content */
    if (points->count == 0)
        return SGDMFT_OK;
    memcpy(first, points->point[0].content, sizeof points->point[0].content);
    for (size_t i = 0; i < points->vary_count; i++)
        first[content_of(points->vary[i])] = 0;
    return points_check_contents(run, first, "the sweep was begun", error);
}

enum sgdmft_status points_resolve(const struct sgdmft_settings *settings, const struct points *points,
                                  const struct point *point, bool theory, struct sgdmft_run *run,
                                  struct sgdmft_error *warning, struct sgdmft_error *error)
{
    struct sgdmft_settings *own = sgdmft_settings_copy(settings);
    if (!own)
        return memory_fail(error, "the points");
    enum sgdmft_status status = SGDMFT_OK;
    for (size_t i = 0; i < points->vary_count && !status; i++)
        status = sgdmft_settings_set(own, points->vary[i]->name, point->value[i], error);
    if (!status)
        status = sgdmft_settings_set(own, "threads", "1", error);
    if (!status)
        status = sgdmft_settings_set(own, "out", "none", error);
    if (!status && points->what->analysis->defaults)
        status = points->what->analysis->defaults(own, !theory, error);
    if (!status)
        status = stored_resolve_in(sgdmft_settings_get(settings, "out"), own, run, warning, error);
    sgdmft_settings_free(own);
    return status;
}

void point_describe(const struct points *points, const struct point *point, char out[256])
{
    size_t length = 0;
    out[0] = '\0';
    for (size_t i = 0; i < points->vary_count && length < 255; i++)
        length += (size_t)snprintf(out + length, 256 - length, "%s%s = %.40s", i ? ", " : "", points->vary[i]->name,
                                   point->value[i]);
}

/* Adds the cost of one of the runs; not of one whose formulas cannot be made, which only a stored result completes. */
static enum sgdmft_status estimate_side(struct point *point, const struct sgdmft_run *run, bool theory,
                                        struct sgdmft_error *error)
{
    struct sgdmft_estimate cost = {.bytes = 0};
    const char *engine;
    if (run->derived.kept.there)
        return SGDMFT_OK;
    enum sgdmft_status status =
        theory ? sgdmft_solve_estimate(run, &cost, &engine, error) : simulated_estimate(run, &cost, error);
    cost.bytes =
        fmax(cost.bytes, result_written_bytes(&cost)); /* includes the file of the point, which its run does not name */
    estimate_add(&point->estimate, &cost);
    point->estimate.bytes = fmax(point->estimate.bytes, cost.bytes);
    point->estimate.disk += cost.disk;
    if (!status && estimate_exceeds(&cost, run))
        return sgdmft_fail(error, SGDMFT_USAGE, "memory_limit: the point needs about %.3g MB, the limit is %.3g MB",
                           cost.bytes * 1e-6, sgdmft_memory_limit(run) * 1e-6);
    return status;
}

/* Formats the values as those of the resolved run, so that 1.0 and 1 are equal. */
static enum sgdmft_status normalise(const struct points *points, const struct sgdmft_run *run, struct point *point,
                                    struct sgdmft_error *error)
{
    char text[SGDMFT_TEXT_MAX];
    for (size_t i = 0; i < points->vary_count; i++) {
        sgdmft_parameter_format(points->vary[i], run, text);
        char *copy = strdup(text);
        if (!copy)
            return memory_fail(error, "the points");
        free(point->value[i]);
        point->value[i] = copy;
    }
    return SGDMFT_OK;
}

enum sgdmft_status point_complete(const struct sgdmft_settings *settings, const struct points *points,
                                  struct point *point, struct sgdmft_error *warning, struct sgdmft_error *error)
{
    struct sgdmft_run *run = malloc(2 * sizeof *run);
    struct sgdmft_error reason = {.status = SGDMFT_OK}, weakness = {.status = SGDMFT_OK};
    char where[256];
    enum sgdmft_status status = SGDMFT_OK;
    if (!run)
        return memory_fail(error, "the points");
    point->estimate = (struct sgdmft_estimate){.bytes = 0};
    for (int side = 0; side < 2 && !status; side++) {
        const bool theory = side == 0;
        if (!points_have(points, theory))
            continue;
        status = points_resolve(settings, points, point, theory, &run[side], &weakness, &reason);
        if (!status && points->what->analysis->check)
            status = points->what->analysis->check(&run[side], !theory, &reason);
        if (!status)
            status = estimate_side(point, &run[side], theory, &reason);
    }
    point_describe(points, point, where);
    const struct sgdmft_run *named = &run[points_have(points, true) ? 0 : 1];
    if (!status)
        status = check_first(points, named, &reason);
    if (status)
        status = sgdmft_fail(error, status, "at the point %s: %.700s", where, reason.text);
    else
        status = normalise(points, named, point, error);
    if (!status && weakness.text[0] && !warning->text[0])
        sgdmft_fail(warning, SGDMFT_OK, "at the point %s: %.700s", where, weakness.text);
    if (!status) {
        point->hash = points_hash(named);
        for (size_t i = 0; i < CONTENTS; i++)
            point->content[i] = content_checksum(named, i);
    }
    free(run);
    return status;
}
