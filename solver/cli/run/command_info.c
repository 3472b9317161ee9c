/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft info: parameters and provenance of a result, and the command that makes it again. */
#include "models/result/json_values.h"
#include "models/base/memory.h"
#include "models/result/result_hdf5.h"
#include "solver/cli/frame/cli.h"
#include "solver/cli/run/rerun.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

static void info_text(const struct sgdmft_result *result, const char *rerun)
{
    const struct sgdmft_provenance *p = &result->provenance;
    printf("source      %s (%s)\nstatus      %s\nlast step   %ld of %ld\nsamples     %zu\n",
           result_source_name(result->source), p->engine, result_status_name(result->status), result->last_step,
           result->run.steps, result->samples);
    printf("version     %s (%s)\ncompiler    %s\nlibraries   %s\nCPU         %s\n", p->version, p->git_hash,
           p->compiler, p->libraries, p->cpu);
    const struct sgdmft_dataset *dataset = &result->run.derived.dataset;
    if (dataset->rows > 0)
        printf("dataset     %s, %ld bytes, fnv1a %016" PRIx64 ", %ld rows, %ld features, %ld of class +1\n",
               result->run.dataset, dataset->bytes, dataset->checksum, dataset->rows, dataset->dim, dataset->positives);
    if (result->run.derived.plugin_checksum)
        printf("plugin      %s, fnv1a %016" PRIx64 "\n", result->run.plugin, result->run.derived.plugin_checksum);
    printf("threads     %ld\nwall time   %.3g s\ncommand     %s\nrerun       %s\n", p->threads, p->wall_time,
           p->command, rerun);
    fputs("quantities ", stdout);
    for (size_t i = 0; i < result->quantities; i++)
        printf(" %s", result->quantity[i].observable->name);
    fputs("\n\n", stdout);
    sgdmft_run_print(&result->run, stdout);
}

static enum sgdmft_status info_json(const struct sgdmft_result *result, const char *rerun, struct sgdmft_error *error)
{
    json_t *document = json_document("info", result_status_name(result->status)), *names = json_array(),
           *provenance = json_provenance(result);
    for (size_t i = 0; i < result->quantities; i++)
        json_array_append_new(names, json_text(result->quantity[i].observable->name));
    json_object_set_new(document, "parameters", json_parameters(&result->run));
    json_object_set_new(document, "source", json_text(result_source_name(result->source)));
    json_object_set_new(document, "last_step", json_integer(result->last_step));
    json_object_set_new(document, "samples", json_integer((json_int_t)result->samples));
    json_object_set_new(document, "quantities", names);
    json_object_set_new(document, "provenance", provenance);
    json_object_set_new(document, "rerun", json_text(rerun));
    return json_print(document, stdout, error);
}

static enum sgdmft_status info(const struct invocation *invocation, struct sgdmft_error *error)
{
    int json = 0; /* text|json */
    struct sgdmft_result *result = NULL;
    enum sgdmft_status status;
    if ((status = invocation_choice(invocation, "format", &json, error)))
        return status;
    status = sgdmft_result_read(invocation->file[0], &result, error);
    if (status || invocation->dry_run) {
        sgdmft_result_free(result);
        return status;
    }
    char *rerun = rerun_line(result);
    if (!rerun)
        status = memory_fail(error, "the command");
    else if (json)
        status = info_json(result, rerun, error);
    else
        info_text(result, rerun);
    free(rerun);
    sgdmft_result_free(result);
    return status;
}

static const struct command_option options[] = {
    {"format", "text|json", "format of the output (default text)", false, NULL},
    {NULL, NULL, NULL, false, NULL},
};

const struct command command_info = {
    .name = "info",
    .operands = "RESULT.h5",
    .summary = "Show the parameters and the provenance of a result, and the command that makes it again.",
    .takes = OPERANDS_FILES,
    .least = 1,
    .most = 1,
    .options = options,
    .notes = "--print-config prints the FILE.ini of the result.",
    .run = info,
};
