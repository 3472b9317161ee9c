/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parameters of a run as json. */
#include "models/result/json_values.h"

json_t *json_parameters(const struct sgdmft_run *run)
{
    json_t *object = json_object();
    for (size_t i = 0; object && i < sgdmft_parameter_count; i++)
        json_object_set_new(object, sgdmft_parameters[i].name, parameter_json(&sgdmft_parameters[i], run));
    return object;
}
