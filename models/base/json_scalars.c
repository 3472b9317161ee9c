/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers and texts of json documents, and the printing of documents. */
#include "models/base/json_scalars.h"

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

static void set_both(json_t *object, const char *name, json_t *value, json_t *se)
{
    char name_se[64];
    snprintf(name_se, sizeof name_se, "%s_se", name);
    json_object_set_new(object, name, value);
    json_object_set_new(object, name_se, se);
}

void json_set_value(json_t *object, const char *name, double value, double se)
{
    set_both(object, name, json_number(value), json_number(se));
}

void json_set_values(json_t *object, const char *name, const double *value, const double *se, size_t count)
{
    set_both(object, name, json_numbers(value, count), json_numbers(se, count));
}

enum sgdmft_status json_print(json_t *object, FILE *out, struct sgdmft_error *error)
{
    const char *name, *separator = "{\n";
    json_t *value;
    bool failed = false;
    json_object_foreach(object, name, value)
    {
        fprintf(out, "%s \"%s\": ", separator, name);
        failed = json_dumpf(value, out, JSON_ENCODE_ANY | JSON_REAL_PRECISION(17)) != 0 || failed;
        separator = ",\n";
    }
    fprintf(out, "\n}\n");
    json_decref(object);
    if (fflush(out) != 0 || ferror(out) || failed)
        return sgdmft_fail(error, SGDMFT_FILE, "cannot write the json document: %s", strerror(errno));
    return SGDMFT_OK;
}
