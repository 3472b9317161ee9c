/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft diff: differences between two results in parameters and origin. */
#include "models/result/json_values.h"
#include "models/base/memory.h"
#include "models/result/result_hdf5.h"
#include "models/run/contents.h"
#include "models/run/parameter_table.h"
#include "solver/cli/frame/cli.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MAX 256

/* A name and its texts in both results; "" without meaning in one. */
struct row {
    const char *name;
    const struct sgdmft_parameter *parameter; /* NULL: a row about the origin */
    char text[2][SGDMFT_TEXT_MAX];
};

struct rows {
    size_t count;
    struct row row[ROWS_MAX];
};

static void keep_if_differs(struct rows *rows)
{
    rows->count += strcmp(rows->row[rows->count].text[0], rows->row[rows->count].text[1]) != 0;
}

/* Appends an empty row. */
static struct row *next_row(struct rows *rows, const char *name)
{
    struct row *row = &rows->row[rows->count];
    *row = (struct row){.name = name};
    return row;
}

/* Adds the rows about the origin of the results. */
static void add_origin(struct rows *rows, const struct sgdmft_result *const result[2])
{
    static const char *const names[] = {"source", "engine", "status", "last_step", "samples", "version"};
    for (size_t n = 0; n < sizeof names / sizeof names[0]; n++) {
        struct row *row = next_row(rows, names[n]);
        for (int i = 0; i < 2; i++) {
            const struct sgdmft_result *r = result[i];
            char texts[sizeof names / sizeof names[0]][160];
            snprintf(texts[0], sizeof texts[0], "%s", result_source_name(r->source));
            snprintf(texts[1], sizeof texts[1], "%s", r->provenance.engine);
            snprintf(texts[2], sizeof texts[2], "%s", result_status_name(r->status));
            snprintf(texts[3], sizeof texts[3], "%ld", r->last_step);
            snprintf(texts[4], sizeof texts[4], "%zu", r->samples);
            snprintf(texts[5], sizeof texts[5], "%.60s (%.60s)", r->provenance.version, r->provenance.git_hash);
            snprintf(row->text[i], sizeof row->text[i], "%s", texts[n]);
        }
        keep_if_differs(rows);
    }
    for (size_t n = 0; n < CONTENTS; n++) {
        struct row *row = next_row(rows, contents[n].name);
        for (int i = 0; i < 2; i++)
            if (content_checksum(&result[i]->run, n))
                snprintf(row->text[i], sizeof row->text[i], "%016" PRIx64, content_checksum(&result[i]->run, n));
        keep_if_differs(rows);
    }
}

/* Adds the parameters of the runs, without those of the machine and of the output. */
static void rows_add_parameters(struct rows *rows, const struct sgdmft_result *const result[2])
{
    for (size_t p = 0; p < sgdmft_parameter_count && rows->count + 1 < ROWS_MAX; p++) {
        const struct sgdmft_parameter *parameter = &sgdmft_parameters[p];
        if (parameter_is_outside(parameter))
            continue;
        struct row *row = next_row(rows, parameter->name);
        row->parameter = parameter;
        for (int i = 0; i < 2; i++)
            if (!parameter->matters || parameter->matters(&result[i]->run))
                sgdmft_parameter_format(parameter, &result[i]->run, row->text[i]);
        keep_if_differs(rows);
    }
}

static const char *shown(const char *text)
{
    return *text ? text : "-";
}

static void diff_text(const struct rows *rows, const char *const file[2])
{
    int width[2] = {4, (int)strlen(file[0])};
    for (size_t i = 0; i < rows->count; i++) {
        const int name = (int)strlen(rows->row[i].name), value = (int)strlen(shown(rows->row[i].text[0]));
        width[0] = name > width[0] ? name : width[0];
        width[1] = value > width[1] ? value : width[1];
    }
    if (rows->count == 0)
        printf("%s and %s: the same run\n", file[0], file[1]);
    else
        printf("%-*s  %-*s  %s\n", width[0], "", width[1], file[0], file[1]);
    for (size_t i = 0; i < rows->count; i++)
        printf("%-*s  %-*s  %s\n", width[0], rows->row[i].name, width[1], shown(rows->row[i].text[0]),
               shown(rows->row[i].text[1]));
}

/* The value in one of the results; null without meaning there. */
static json_t *json_side(const struct row *row, int side, const struct sgdmft_result *result)
{
    if (!*row->text[side])
        return json_null();
    return row->parameter ? parameter_json(row->parameter, &result->run) : json_text(row->text[side]);
}

static enum sgdmft_status diff_json(const struct rows *rows, const struct sgdmft_result *const result[2],
                                    const char *const file[2], struct sgdmft_error *error)
{
    json_t *document = json_document("diff", "complete"), *list = json_array();
    for (size_t i = 0; i < rows->count; i++) {
        json_t *row = json_object();
        json_object_set_new(row, "name", json_text(rows->row[i].name));
        json_object_set_new(row, "first", json_side(&rows->row[i], 0, result[0]));
        json_object_set_new(row, "second", json_side(&rows->row[i], 1, result[1]));
        json_array_append_new(list, row);
    }
    json_object_set_new(document, "first", json_text(file[0]));
    json_object_set_new(document, "second", json_text(file[1]));
    json_object_set_new(document, "differences", list);
    return json_print(document, stdout, error);
}

static enum sgdmft_status diff(const struct invocation *invocation, struct sgdmft_error *error)
{
    int json = 0; /* text|json */
    struct sgdmft_result *result[2] = {NULL, NULL};
    enum sgdmft_status status = SGDMFT_OK;
    if ((status = invocation_choice(invocation, "format", &json, error)))
        return status;
    for (int i = 0; i < 2 && !status; i++)
        status = sgdmft_result_read(invocation->file[i], &result[i], error);
    struct rows *rows = calloc(1, sizeof *rows);
    if (!status && !rows)
        status = memory_fail(error, "the command");
    if (!status && !invocation->dry_run) {
        const struct sgdmft_result *const both[2] = {result[0], result[1]};
        add_origin(rows, both);
        rows_add_parameters(rows, both);
        if (json)
            status = diff_json(rows, both, invocation->file, error);
        else
            diff_text(rows, invocation->file);
    }
    free(rows);
    sgdmft_result_free(result[0]);
    sgdmft_result_free(result[1]);
    return status;
}

static const struct command_option options[] = {
    {"format", "text|json", "format of the output (default text)", false, NULL},
    {NULL, NULL, NULL, false, NULL},
};

const struct command command_diff = {
    .name = "diff",
    .operands = "A.h5 B.h5",
    .summary = "Show the differences of two results: parameters, source, status, version, dataset, plugin.",
    .takes = OPERANDS_FILES,
    .least = 2,
    .most = 2,
    .options = options,
    .notes = "A parameter without effect in a run is shown as - (null in json). Parameters of the machine and of the "
             "output are not shown. The command validate compares the numbers of two results.",
    .run = diff,
};
