/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A comparison as one json object: command, status, parameters, the verdict, and its rows as objects. */
#include "models/result/json_values.h"
#include "models/base/memory.h"

#include <sgdmft/compare.h>

static json_t *row_object(const struct sgdmft_comparison_row *row, const char *const label[2])
{
    json_t *object = json_object();
    json_object_set_new(object, "name", json_string(row->name));
    json_object_set_new(object, "step", json_integer(row->step));
    json_set_value(object, label[0], row->theory, row->theory_se);
    json_set_value(object, label[1], row->simulation, row->simulation_se);
    json_object_set_new(object, "z", json_number(row->z));
    json_object_set_new(object, "allowance", json_number(row->allowance));
    json_object_set_new(object, "z_after", json_number(row->z_after));
    return object;
}

enum sgdmft_status sgdmft_comparison_json(const struct sgdmft_comparison *comparison, const struct sgdmft_run *run,
                                          const char *command, FILE *out, struct sgdmft_error *error)
{
    const bool diverged = comparison->theory_diverged || comparison->simulation_diverged;
    json_t *object = json_document(command ? command : "", diverged ? "diverged" : "complete"), *rows = json_array();
    if (!object || !rows) {
        json_decref(object);
        json_decref(rows);
        return memory_fail(error, "the json document");
    }
    char reason[SGDMFT_TEXT_MAX];
    sgdmft_comparison_reason(comparison, reason);
    json_object_set_new(object, "parameters", json_parameters(run));
    json_object_set_new(object, "pass", json_boolean(comparison->pass));
    json_object_set_new(object, "verdict", json_string(sgdmft_verdict_names[comparison->verdict]));
    json_object_set_new(object, "reason", json_text(reason));
    json_object_set_new(object, "max_abs_z", json_number(comparison->max_abs_z));
    json_object_set_new(object, "max_abs_z_after", json_number(comparison->max_abs_z_after));
    json_object_set_new(object, "threshold", json_number(comparison->threshold));
    json_object_set_new(object, "max_relative_error", json_number(comparison->max_relative_error));
    json_object_set_new(object, "power", json_number(comparison->power));
    for (size_t i = 0; i < comparison->count; i++)
        json_array_append_new(rows, row_object(&comparison->row[i], comparison->label));
    json_object_set_new(object, "observables", rows);
    return json_print(object, out, error);
}
