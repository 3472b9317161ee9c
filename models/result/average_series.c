/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The series of the averaged weights: found by their prefix in the list of observables. */
#include "models/result/average_series.h"

#include <string.h>

#define PREFIX "averaged_"

bool average_names(const char *name)
{
    return strncmp(name, PREFIX, strlen(PREFIX)) == 0;
}

const char *average_plain_name(const char *name)
{
    return average_names(name) ? name + strlen(PREFIX) : name;
}

bool average_has_column(const struct sgdmft_result *result, const struct sgdmft_observable *observable)
{
    return observable->standard
           || (average_names(observable->name) && sgdmft_result_find(result, "series", observable->name));
}
