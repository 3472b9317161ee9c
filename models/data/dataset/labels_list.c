/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The labels of a dataset, before a run defines those that are +1. */
#include "models/data/dataset/examples.h"
#include "models/data/dataset/source.h"
#include "models/run/parameter_table.h"

#include <string.h>

/* Parameters of the reading of a dataset. */
static enum sgdmft_status fill(const struct sgdmft_settings *settings, struct sgdmft_run *run,
                               struct sgdmft_error *error)
{
    enum sgdmft_status status = SGDMFT_OK;
    memset(run, 0, sizeof *run);
    for (size_t i = 0; i < sgdmft_parameter_count && !status; i++) {
        const struct sgdmft_parameter *parameter = &sgdmft_parameters[i];
        const char *text = settings_text(settings, parameter);
        if (parameter->matters == effect_dataset || strcmp(parameter->name, "memory_limit") == 0)
            status = parameter_parse(parameter, text ? text : parameter->default_text, run, error);
    }
    return status;
}

static void swap(struct label_list *labels, size_t a, size_t b)
{
    char *value = labels->value[a];
    const size_t rows = labels->rows[a];
    labels->value[a] = labels->value[b];
    labels->rows[a] = labels->rows[b];
    labels->value[b] = value;
    labels->rows[b] = rows;
}

static void sort(struct label_list *labels)
{
    for (size_t i = 1; i < labels->count; i++)
        for (size_t j = i; j > 0 && label_is_later(labels->value[j - 1], labels->value[j]); j--)
            swap(labels, j - 1, j);
}

enum sgdmft_status labels_list(const struct sgdmft_settings *settings, struct label_list *labels,
                               struct sgdmft_error *error)
{
    struct sgdmft_run run;
    struct source source;
    *labels = (struct label_list){.count = 0};
    enum sgdmft_status status = fill(settings, &run, error);
    if (!status)
        status = source_open(&run, &source, error);
    if (status)
        return status;
    status = labels_collect(source_labels(&source), source.column, labels, error);
    source_free(&source);
    if (status)
        labels_free(labels);
    sort(labels);
    return status;
}
