/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Heads of json documents: command, status, source, and the parameters of the run. */
#include "models/result/json_values.h"
#include "models/result/result_hdf5.h"

json_t *json_parameters(const struct sgdmft_run *run)
{
    json_t *object = json_object();
    for (size_t i = 0; object && i < sgdmft_parameter_count; i++)
        json_object_set_new(object, sgdmft_parameters[i].name, parameter_json(&sgdmft_parameters[i], run));
    return object;
}

json_t *json_document(const char *command, const char *status)
{
    json_t *document = json_object();
    json_object_set_new(document, "command", json_text(command));
    json_object_set_new(document, "status", json_text(status));
    return document;
}

void json_set_source(json_t *document, const struct sgdmft_result *result)
{
    json_object_set_new(document, "source", json_text(result_source_name(result->source)));
    json_object_set_new(document, "samples", json_integer((json_int_t)result->samples));
    json_object_set_new(document, "parameters", json_parameters(&result->run));
}
