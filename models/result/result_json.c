/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A result as one json object: command, status, parameters, and arrays named as the csv columns. */
#include "models/result/json_values.h"
#include "models/base/memory.h"
#include "models/result/result_hdf5.h"

#include <inttypes.h>
#include <string.h>

static void set_quantity(json_t *object, const struct sgdmft_quantity *quantity)
{
    char name[64];
    size_t rows = quantity->rank == 2 ? quantity->size[0] : 1;
    size_t columns = quantity->length / (rows ? rows : 1);
    const double *value[2] = {quantity->mean, quantity->se};
    for (int i = 0; i < 2; i++) {
        snprintf(name, sizeof name, "%s%s", quantity->observable->name, i ? "_se" : "");
        if (quantity->rank == 1) {
            json_object_set_new(object, name, json_numbers(value[i], columns));
            continue;
        }
        json_t *table = json_array();
        for (size_t row = 0; row < rows; row++)
            json_array_append_new(table, json_numbers(value[i] + row * columns, columns));
        json_object_set_new(object, name, table);
    }
}

/* The quantities of a group as an object, if the result has any. */
static void set_group(json_t *object, const struct sgdmft_result *result, const char *group)
{
    json_t *quantities = json_object();
    for (size_t i = 0; i < result->quantities; i++)
        if (strcmp(result->quantity[i].observable->group, group) == 0)
            set_quantity(quantities, &result->quantity[i]);
    if (json_object_size(quantities) > 0)
        json_object_set_new(object, group, quantities);
    else
        json_decref(quantities);
}

static json_t *file_object(const char *path, uint64_t checksum)
{
    char text[32];
    json_t *object = json_object();
    snprintf(text, sizeof text, "%016" PRIx64, checksum);
    json_object_set_new(object, "path", json_text(path));
    json_object_set_new(object, "checksum", json_text(text));
    return object;
}

static json_t *plugin_object(const struct sgdmft_run *run)
{
    const uint64_t checksum = run->derived.plugin_checksum;
    return checksum ? file_object(run->plugin, checksum) : json_null();
}

static json_t *dataset_object(const struct sgdmft_run *run)
{
    const struct sgdmft_dataset *dataset = &run->derived.dataset;
    if (dataset->rows == 0)
        return json_null();
    json_t *object = file_object(run->dataset, dataset->checksum);
    for (size_t i = 0; i < result_dataset_number_count; i++)
        json_object_set_new(object, result_dataset_numbers[i].name + strlen("dataset_"),
                            json_integer(*(const long *)((const char *)dataset + result_dataset_numbers[i].offset)));
    return object;
}

static json_t *provenance_object(const struct sgdmft_provenance *provenance)
{
    json_t *object = json_object();
    for (size_t i = 0; object && i < result_provenance_text_count; i++)
        json_object_set_new(object, result_provenance_texts[i].name,
                            json_text((const char *)provenance + result_provenance_texts[i].offset));
    json_object_set_new(object, "threads", json_integer(provenance->threads));
    json_object_set_new(object, "wall_time", json_number(provenance->wall_time));
    return object;
}

json_t *json_provenance(const struct sgdmft_result *result)
{
    json_t *object = provenance_object(&result->provenance);
    json_object_set_new(object, "dataset", dataset_object(&result->run));
    json_object_set_new(object, "plugin", plugin_object(&result->run));
    return object;
}

enum sgdmft_status sgdmft_result_json(const struct sgdmft_result *result, const char *command, FILE *out,
                                      struct sgdmft_error *error)
{
    json_t *object = json_document(command, result_status_name(result->status));
    if (!object)
        return memory_fail(error, "the json document");
    json_object_set_new(object, "last_step", json_integer(result->last_step));
    json_set_source(object, result);
    json_object_set_new(object, "step", json_steps(result->step, result->steps));
    json_object_set_new(object, "time", json_numbers(result->time, result->steps));
    for (size_t i = 0; i < result->quantities; i++)
        if (strcmp(result->quantity[i].observable->group, "series") == 0)
            set_quantity(object, &result->quantity[i]);
    if (result->waitings > 0) {
        json_t *two_time = json_object();
        json_object_set_new(two_time, "waiting", json_steps(result->waiting, result->waitings));
        json_object_set_new(two_time, "lag", json_steps(result->lag, result->lags));
        for (size_t i = 0; i < result->quantities; i++)
            if (strcmp(result->quantity[i].observable->group, "two_time") == 0)
                set_quantity(two_time, &result->quantity[i]);
        json_object_set_new(object, "two_time", two_time);
    } else
        set_group(object, result, "two_time"); /* matrices */
    if (result->run.sharpness_at.count > 0)
        json_object_set_new(object, "sharpness_step",
                            json_steps(result->run.sharpness_at.step, result->run.sharpness_at.count));
    set_group(object, result, "sharpness");
    set_group(object, result, "stationary");
    set_group(object, result, "spectrum");
    json_object_set_new(object, "provenance", provenance_object(&result->provenance));
    return json_print(object, out, error);
}
