/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft replicas: the distance of two replicas along a run (T11). */
#include "models/result/result_hdf5.h"
#include "solver/cli/run/by.h"
#include "solver/observe/replicas.h"

#define LINES 20

/* ---- output ----------------------------------------------------------------------------------------- */

static void distances_csv(const struct sgdmft_result *result, const struct distances *distances)
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

static void distances_text(const struct sgdmft_result *result, const struct distances *distances)
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

static enum sgdmft_status analyse_replicas(const struct invocation *invocation, const struct sgdmft_result *result,
                                           struct sgdmft_error *error)
{
    struct distances distances;
    const enum sgdmft_status status = replicas_find(result, &distances, error);
    if (status || invocation->dry_run)
        return status;
    if (invocation->run.format == SGDMFT_FORMAT_JSON)
        return replicas_json(result, stdout, error);
    if (invocation->run.format == SGDMFT_FORMAT_CSV)
        distances_csv(result, &distances);
    else
        distances_text(result, &distances);
    return output_flush(error);
}

/* ---- the command ------------------------------------------------------------------------------------ */

static enum sgdmft_status replicas(const struct invocation *invocation, struct sgdmft_error *error)
{
    bool simulate;
    const enum sgdmft_status status = by_read(invocation, &simulate, error);
    return status ? status : by_analyse(invocation, simulate, analyse_replicas, error);
}

static const struct analysis analysis = {
    .by = BY_SOLVE,
    .takes_by = true,
    .defaults = replicas_defaults,
    .check = replicas_check,
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
    .summary = REPLICAS_SUMMARY,
    .analysis = &analysis,
    .writes = WRITES_RESULT,
    .resumes = true,
    .shares = true,
    .takes = OPERANDS_RUN_OR_RESULTS,
    .least = 1,
    .most = 1,
    .options = options,
    .notes = "The distance is |w1 - w2|^2/N, raw and divided by |w|^2/N. The default is 2 replicas. The theory has "
             "two, whose distance is that of any pair. A simulation averages over all pairs of the replicas of a "
             "data set. " NOTE_RESULT_FILE NOTE_EXIT_CODES("4 diverged (the part before is printed)"),
    .run = replicas,
};
