/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers, parameters and the printing of json documents. */
#include "models/result/json_values.h"
#include "models/result/result_hdf5.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

json_t *json_number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

json_t *json_numbers(const double *value, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; array && i < count; i++)
        json_array_append_new(array, json_number(value[i]));
    return array;
}

json_t *json_steps(const long *value, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; array && i < count; i++)
        json_array_append_new(array, json_integer(value[i]));
    return array;
}

json_t *json_text(const char *text)
{
    json_t *value = json_string(text);
    if (value)
        return value;
    char *copy = strdup(text);
    for (char *c = copy; c && *c; c++)
        if ((unsigned char)*c >= 0x80)
            *c = '?';
    value = copy ? json_string(copy) : NULL;
    free(copy);
    return value;
}

json_t *json_seed(uint64_t seed)
{
    if (seed <= INT64_MAX)
        return json_integer((json_int_t)seed);
    char text[32];
    snprintf(text, sizeof text, "%llu", (unsigned long long)seed);
    return json_string(text);
}

json_t *json_parameter(const struct sgdmft_parameter *parameter, const struct sgdmft_run *run)
{
    const void *member = (const char *)run + parameter->offset;
    switch (parameter->kind) {
    case SGDMFT_REAL:
        return json_number(*(const double *)member);
    case SGDMFT_INTEGER:
        return json_integer(*(const long *)member);
    case SGDMFT_SEED:
        return json_seed(*(const uint64_t *)member);
    case SGDMFT_CHOICE:
        return json_string(parameter->choices[*(const int *)member]);
    case SGDMFT_RECORD:
        return json_string((*(const struct sgdmft_entry *const *)member)->name);
    case SGDMFT_TEXT:
        return json_text(member);
    case SGDMFT_SCHEDULE: {
        const struct sgdmft_schedule *schedule = member;
        json_t *array = json_array();
        for (size_t i = 0; i < schedule->count; i++)
            json_array_append_new(array, json_pack("[I, f]", (json_int_t)schedule->from[i], schedule->value[i]));
        return array;
    }
    case SGDMFT_STEPS: {
        const struct sgdmft_steps *steps = member;
        return json_steps(steps->step, steps->count);
    }
    }
    return NULL;
}

json_t *json_parameters(const struct sgdmft_run *run)
{
    json_t *object = json_object();
    for (size_t i = 0; object && i < sgdmft_parameter_count; i++)
        json_object_set_new(object, sgdmft_parameters[i].name, json_parameter(&sgdmft_parameters[i], run));
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

enum sgdmft_status json_print(const json_t *object, FILE *out, struct sgdmft_error *error)
{
    const char *name, *separator = "{\n";
    json_t *value;
    bool failed = false;
    json_object_foreach((json_t *)object, name, value)
    {
        fprintf(out, "%s \"%s\": ", separator, name);
        failed = json_dumpf(value, out, JSON_ENCODE_ANY | JSON_REAL_PRECISION(17)) != 0 || failed;
        separator = ",\n";
    }
    fprintf(out, "\n}\n");
    if (fflush(out) != 0 || ferror(out) || failed)
        return sgdmft_fail(error, SGDMFT_FILE, "cannot write the json document: %s", strerror(errno));
    return SGDMFT_OK;
}
