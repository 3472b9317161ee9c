/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Analysis replicas: the conditions on a run, and the json document of the distance. */
#include "models/result/json_values.h"
#include "models/result/result_hdf5.h"
#include "models/run/parameter_table.h"
#include "solver/observe/replicas.h"

enum sgdmft_status replicas_defaults(struct sgdmft_settings *settings, bool simulate, struct sgdmft_error *error)
{
    (void)simulate;
    return settings_suggest(settings, "replicas", "2", error);
}

enum sgdmft_status replicas_check(const struct sgdmft_run *run, bool simulate, struct sgdmft_error *error)
{
    (void)simulate;
    if (run->replicas < 2)
        return sgdmft_fail(error, SGDMFT_USAGE, "replicas: %ld, but a distance needs at least 2", run->replicas);
    return SGDMFT_OK;
}

enum sgdmft_status replicas_find(const struct sgdmft_result *result, struct distances *distances,
                                 struct sgdmft_error *error)
{
    distances->raw = sgdmft_result_find(result, "series", "distance");
    distances->normalised = sgdmft_result_find(result, "series", "distance_normalised");
    if (!distances->raw || !distances->normalised)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "distance: the result does not have it; it needs --replicas 2 (it has %ld)%s",
                           result->run.replicas,
                           result->run.replicas > 1 ? " and an engine that follows two replicas from the start" : "");
    return SGDMFT_OK;
}

enum sgdmft_status replicas_json(const struct sgdmft_result *result, FILE *out, struct sgdmft_error *error)
{
    struct distances distances;
    const enum sgdmft_status found = replicas_find(result, &distances, error);
    if (found)
        return found;
    json_t *document = json_document("replicas", result_status_name(result->status));
    const size_t n = result->steps;
    json_object_set_new(document, "last_step", json_integer(result->last_step));
    json_set_source(document, result);
    json_object_set_new(document, "step", json_steps(result->step, n));
    json_object_set_new(document, "time", json_numbers(result->time, n));
    json_set_values(document, "distance", distances.raw->mean, distances.raw->se, n);
    json_set_values(document, "distance_normalised", distances.normalised->mean, distances.normalised->se, n);
    return json_print(document, out, error);
}
