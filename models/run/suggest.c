/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Suggestions for unknown names. */
#include "models/run/suggest.h"
#include "models/run/parameter_table.h"

#include <sgdmft/result.h>
#include <string.h>

/* The summary of a record of that name. */
static const char *summary_of(const char *name)
{
    for (size_t i = 0; i < sgdmft_parameter_count; i++)
        for (size_t j = 0; parameter_record(&sgdmft_parameters[i], j); j++) {
            const struct sgdmft_entry *entry = parameter_record(&sgdmft_parameters[i], j);
            if (strcmp(entry->name, name) == 0)
                return entry->summary;
        }
    return NULL;
}

/* " (learning rate eta)": the meaning of a parameter up to its first remark, the summary of a record or the description
 * of an observable; "" for other names. */
static void meaning_of(const char *name, char out[SUGGESTION_MAX])
{
    const struct sgdmft_parameter *parameter = sgdmft_parameter_find(name);
    const char *text = parameter ? parameter->meaning : summary_of(name);
    for (size_t i = 0; !text && i < sgdmft_observable_count; i++)
        if (strcmp(sgdmft_observables[i].name, name) == 0)
            text = sgdmft_observables[i].description;
    out[0] = '\0';
    if (!text)
        return;
    size_t length = strlen(text);
    const char *remark = parameter ? strstr(text, " (") : NULL, *more = parameter ? strchr(text, ';') : NULL;
    if (remark)
        length = (size_t)(remark - text);
    if (more && (size_t)(more - text) < length)
        length = (size_t)(more - text);
    snprintf(out, SUGGESTION_MAX, " (%.*s)", (int)(length < 120 ? length : 120), text);
}

const char *suggestion(const char *typed, const char *before, const char *after, const char *const *names, size_t count,
                       char out[SUGGESTION_MAX])
{
    char meaning[SUGGESTION_MAX] = "";
    const char *name = synonym(typed, names, count);
    if (name)
        meaning_of(name, meaning);
    else
        name = sgdmft_nearest(typed, names, count);
    if (name)
        snprintf(out, SUGGESTION_MAX, ", did you mean %s%.60s%s%.130s?", before, name, after, meaning);
    else
        out[0] = '\0';
    return out;
}
