/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs and medians of programs that measure: benchmarks and acceptance. An error ends the program with code 2. */
#ifndef VALIDATION_BENCHMARKS_MEASURED_RUN_H
#define VALIDATION_BENCHMARKS_MEASURED_RUN_H

#include <sgdmft/run.h>

#include <gsl/gsl_statistics_double.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline void measured_stop(const char *what, const struct sgdmft_error *error)
{
    fprintf(stderr, "%s: %s\n", what, error->text);
    exit(2);
}

/* The run of "name=value name=value ..."; of a name that comes twice the last value holds. */
static inline struct sgdmft_run measured_run(const char *words)
{
    struct sgdmft_settings *settings = sgdmft_settings_create();
    struct sgdmft_error error = {.status = SGDMFT_INTERNAL};
    struct sgdmft_run run;
    char *copy = strdup(words), *rest = copy;
    if (!settings || !copy)
        measured_stop("no memory", &error);
    for (char *word; (word = strsep(&rest, " "));) {
        char *value = strchr(word, '=');
        if (!value)
            continue;
        *value++ = '\0';
        if (sgdmft_settings_set(settings, word, value, &error))
            measured_stop(word, &error);
    }
    if (sgdmft_run_resolve(settings, &run, NULL, &error))
        measured_stop(words, &error);
    sgdmft_settings_free(settings);
    free(copy);
    return run;
}

/* The median of n values, whose order changes. */
static inline double measured_median(size_t n, double *value)
{
    return gsl_stats_median(value, 1, n);
}

#endif
