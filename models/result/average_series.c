/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The series of the averaged weights: found by their prefix in the list of observables. */
#include "models/result/average_series.h"

#include <string.h>

#define PREFIX "averaged_"

static bool average_names(const char *name)
{
    return strncmp(name, PREFIX, strlen(PREFIX)) == 0;
}

bool average_has_column(const struct sgdmft_result *result, const struct sgdmft_observable *observable)
{
    return observable->standard
           || (average_names(observable->name) && sgdmft_result_find(result, "series", observable->name));
}
