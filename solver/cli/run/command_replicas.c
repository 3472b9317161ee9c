/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft replicas: the distance of two replicas along a run (T11). */
#include "models/result/json_values.h"
#include "models/result/result_hdf5.h"
#include "models/run/parameter_table.h"
#include "solver/cli/run/by.h"

#include <math.h>
#include <string.h>

#define LINES 20

static enum sgdmft_status defaults(struct sgdmft_settings *settings, bool simulate, struct sgdmft_error *error)
{
    (void)simulate;
    return settings_suggest(settings, "replicas", "2", error);
}

static enum sgdmft_status check(const struct sgdmft_run *run, bool simulate, struct sgdmft_error *error)
{
    (void)simulate;
    if (run->replicas < 2)
        return sgdmft_fail(error, SGDMFT_USAGE, "replicas: %ld, but a distance needs at least 2", run->replicas);
    return SGDMFT_OK;
}

/* The two quantities of a result. */
struct distances {
    const struct sgdmft_quantity *raw, *normalised;
};

static enum sgdmft_status find(const struct sgdmft_result *result, struct distances *distances,
                               struct sgdmft_error *error)
{
    distances->raw = sgdmft_result_find(result, "series", "distance");
    distances->normalised = sgdmft_result_find(result, "series", "distance_normalised");
    if (!distances->raw || !distances->normalised)
        return sgdmft_fail(
            error, SGDMFT_USAGE, "distance: the result does not have it; it needs --replicas 2 (it has %ld)%s",
            result->run.replicas, result->run.replicas > 1 ? " and an engine that follows two replicas (dense)" : "");
    return SGDMFT_OK;
}

/* ---- what is printed -------------------------------------------------------------------------------- */

static void print_csv(const struct sgdmft_result *result, const struct distances *distances)
{
    puts("step,time,distance,distance_se,distance_normalised,distance_normalised_se");
    for (size_t i = 0; i < result->steps; i++) {
        printf("%ld,%.17g", result->step[i], result->time[i]);
        output_next(distances->raw->mean[i]);
        output_next(distances->raw->se[i]);
        output_next(distances->normalised->mean[i]);
        output_next(distances->normalised->se[i]);
        putchar('\n');
    }
}

static void print_text(const struct sgdmft_result *result, const struct distances *distances)
{
    char raw[64], normalised[64];
    output_head("distance of two replicas", result, "samples");
    putchar('\n');
    printf("%8s %10s %16s %16s\n", "step", "time", "|w1-w2|^2/N", "divided by norm");
    const size_t lines = result->steps < LINES + 1 ? result->steps : LINES + 1;
    for (size_t i = 0; i < lines; i++) {
        const size_t row = lines > 1 ? i * (result->steps - 1) / (lines - 1) : 0;
        sgdmft_format_error(distances->raw->mean[row], distances->raw->se[row], raw);
        sgdmft_format_error(distances->normalised->mean[row], distances->normalised->se[row], normalised);
        printf("%8ld %10.6g %16s %16s\n", result->step[row], result->time[row], raw, normalised);
    }
    if (result->status != SGDMFT_OK)
        printf("%s after step %ld\n", result_status_name(result->status), result->last_step);
}

static enum sgdmft_status print_json(const struct sgdmft_result *result, const struct distances *distances,
                                     struct sgdmft_error *error)
{
    json_t *document = json_document("replicas", result_status_name(result->status));
    const size_t n = result->steps;
    json_object_set_new(document, "last_step", json_integer(result->last_step));
    json_set_source(document, result);
    json_object_set_new(document, "step", json_steps(result->step, n));
    json_object_set_new(document, "time", json_numbers(result->time, n));
    json_object_set_new(document, "distance", json_numbers(distances->raw->mean, n));
    json_object_set_new(document, "distance_se", json_numbers(distances->raw->se, n));
    json_object_set_new(document, "distance_normalised", json_numbers(distances->normalised->mean, n));
    json_object_set_new(document, "distance_normalised_se", json_numbers(distances->normalised->se, n));
    const enum sgdmft_status status = json_print(document, stdout, error);
    json_decref(document);
    return status;
}

static enum sgdmft_status print(const struct invocation *invocation, const struct sgdmft_result *result,
                                struct sgdmft_error *error)
{
    struct distances distances;
    const enum sgdmft_status status = find(result, &distances, error);
    if (status)
        return status;
    if (invocation->run.format == SGDMFT_FORMAT_JSON)
        return print_json(result, &distances, error);
    if (invocation->run.format == SGDMFT_FORMAT_CSV)
        print_csv(result, &distances);
    else
        print_text(result, &distances);
    return output_flush(error);
}

/* ---- the command ------------------------------------------------------------------------------------ */

static enum sgdmft_status replicas(const struct invocation *invocation, struct sgdmft_error *error)
{
    struct sgdmft_result *result = NULL;
    struct sgdmft_error trouble = {0};
    bool simulate;
    enum sgdmft_status status = by_read(invocation, &simulate, error), printed;
    if (!status && invocation->has_run)
        status = check(&invocation->run, simulate, error);
    if (status)
        return status;
    if (invocation->dry_run && invocation->has_run)
        return by_dry_run(invocation, &invocation->run, simulate, error);
    status = by_result(invocation, &invocation->run, simulate, &result, error);
    if (result && invocation->dry_run) {
        struct distances distances;
        status = find(result, &distances, error);
        sgdmft_result_free(result);
        return status;
    }
    if (result && (!status || status == SGDMFT_DIVERGED) && (printed = print(invocation, result, &trouble))) {
        *error = trouble;
        status = printed;
    }
    if (result && !status)
        status = result->status; /* of a file */
    sgdmft_result_free(result);
    return status;
}

static const struct analysis analysis = {
    .by = BY_SOLVE,
    .takes_by = true,
    .defaults = defaults,
    .check = check,
    .columns = (const char *const[]){"distance", "distance_normalised", NULL},
    .usual = "distance",
    .of_steps = true,
};

static const struct command_option options[] = {
    BY_OPTION,
    {NULL, NULL, NULL, false, NULL},
};

const struct command command_replicas = {
    .name = "replicas",
    .operands = "[FILE.ini]\nRESULT.h5",
    .summary = "The distance of two replicas: same data and start, batches of their own.",
    .analysis = &analysis,
    .writes = WRITES_RESULT,
    .resumes = true,
    .shares = true,
    .takes = OPERANDS_RUN_OR_RESULTS,
    .least = 1,
    .most = 1,
    .options = options,
    .notes = "The distance is |w1 - w2|^2/N, raw and divided by |w|^2/N. Without --replicas there are 2. The theory "
             "follows two, which say all about any number; a simulation averages over all pairs of the replicas of a "
             "data set. With a result file only flags of the section output are taken. Exit codes: 0 ok, 2 bad use or "
             "data that the result lacks, 4 diverged (the part before is printed), 5 file trouble.",
    .run = replicas,
};
