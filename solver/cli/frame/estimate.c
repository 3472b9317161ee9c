/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Output of --dry-run: memory, time and disk of each part of a command. */
#include "models/result/json_values.h"
#include "solver/cli/frame/cli.h"
#include "solver/run/machine_speed.h"

#include <jansson.h>
#include <stdio.h>

const char *estimate_grows(const struct sgdmft_run *run)
{
    if (run->target_error > 0)
        return "target_error: groups are added until it is reached";
    return run->rule->continuous ? "rule flow or stochastic_flow: finer steps are added if three step sizes disagree"
                                 : NULL;
}

enum sgdmft_status estimate_theory(const struct invocation *invocation, const struct sgdmft_run *run,
                                   struct estimate_line *line, struct sgdmft_error *error)
{
    *line = (struct estimate_line){.what = "theory", .more = estimate_grows(run)};
    return invocation->silent ? sgdmft_solve_estimate(run, &line->estimate, &line->engine, error)
                              : sgdmft_solve_estimate_trial(run, &line->estimate, &line->engine, error);
}

enum sgdmft_status estimate_simulation(const struct sgdmft_run *run, struct estimate_line *line,
                                       struct sgdmft_error *error)
{
    *line = (struct estimate_line){.what = "simulation", .engine = simulated_engine(run)};
    return simulated_estimate(run, &line->estimate, error);
}

const char *estimate_bytes(double bytes, char out[32])
{
    static const char *const unit[] = {"bytes", "kB", "MB", "GB", "TB", "PB"};
    size_t i = 0;
    for (; bytes >= 1000 && i + 1 < sizeof unit / sizeof unit[0]; i++)
        bytes /= 1000;
    snprintf(out, 32, "%.3g %s", bytes, unit[i]);
    return out;
}

const char *estimate_seconds(double seconds, char out[32])
{
    if (seconds < 100)
        snprintf(out, 32, "%.2g s", seconds);
    else if (seconds < 6000)
        snprintf(out, 32, "%.3g min", seconds / 60);
    else
        snprintf(out, 32, "%.3g h", seconds / 3600);
    return out;
}

/* Disk of a result; 0 for a run without a file. */
static double disk(const struct sgdmft_run *run, const struct estimate_line *line)
{
    return *run->out ? line->estimate.disk : 0;
}

#define USUAL_SPREAD 2
static double estimate_spread(const struct sgdmft_estimate *estimate)
{
    return estimate->spread > 0 ? estimate->spread : USUAL_SPREAD;
}

static enum sgdmft_status estimates_json(const struct invocation *invocation, const struct estimate_line *line,
                                         size_t count, struct sgdmft_error *error)
{
    json_t *parts = json_array(), *document = json_document(invocation->command->name, "dry_run");
    for (size_t i = 0; i < count; i++) {
        json_t *part = json_object();
        json_object_set_new(part, "what", json_text(line[i].what));
        json_object_set_new(part, "engine", json_text(line[i].engine));
        json_object_set_new(part, "memory_bytes", json_number(line[i].estimate.bytes));
        json_object_set_new(part, "seconds", json_number(line[i].estimate.seconds));
        json_object_set_new(part, "seconds_spread", json_number(estimate_spread(&line[i].estimate)));
        json_object_set_new(part, "disk_bytes", json_number(disk(&invocation->run, &line[i])));
        json_object_set_new(part, "at_least", json_boolean(line[i].more != NULL));
        json_array_append_new(parts, part);
    }
    json_object_set_new(document, "parameters", json_parameters(&invocation->run));
    json_object_set_new(document, "estimates", parts);
    return json_print(document, stdout, error);
}

static void estimates_text(const struct sgdmft_run *run, const struct estimate_line *line, size_t count)
{
    char memory[32], time[32], file[32], low[32], high[32];
    for (size_t i = 0; i < count; i++) {
        const char *word = line[i].more ? "at least" : "about";
        const double seconds = line[i].estimate.seconds, spread = estimate_spread(&line[i].estimate);
        printf("%s (%s): %s %s of memory, %s %s", line[i].what, line[i].engine, word,
               estimate_bytes(line[i].estimate.bytes, memory), word, estimate_seconds(seconds, time));
        if (spread > USUAL_SPREAD)
            printf(" (%s to %s: memory and time hang on how long the state remembers, which the run finds)",
                   estimate_seconds(seconds / spread, low), estimate_seconds(seconds * spread, high));
        if (*run->out)
            printf(", a file of up to %s", estimate_bytes(disk(run, &line[i]), file));
        printf(line[i].more ? " (%s)\n" : "\n", line[i].more);
    }
}

static void estimates_csv(const struct sgdmft_run *run, const struct estimate_line *line, size_t count)
{
    printf("what,engine,memory_bytes,seconds,disk_bytes,at_least\n");
    for (size_t i = 0; i < count; i++)
        printf("%s,%s,%.17g,%.17g,%.17g,%d\n", line[i].what, line[i].engine, line[i].estimate.bytes,
               line[i].estimate.seconds, disk(run, &line[i]), line[i].more != NULL);
}

static enum sgdmft_status print(const struct invocation *invocation, struct estimate_line *line, size_t count,
                                struct sgdmft_error *error)
{
    const struct machine_speed speed = machine_speed();
    const struct sgdmft_run *run = &invocation->run;
    for (size_t i = 0; i < count; i++)
        machine_scale(&speed, &line[i].estimate);
    if (run->format == SGDMFT_FORMAT_JSON)
        return estimates_json(invocation, line, count, error);
    if (run->format == SGDMFT_FORMAT_CSV)
        estimates_csv(run, line, count);
    else
        estimates_text(run, line, count);
    return SGDMFT_OK;
}

enum sgdmft_status estimate_print(const struct invocation *invocation, struct estimate_line *line, size_t count,
                                  struct sgdmft_error *error)
{
    const struct sgdmft_run *run = &invocation->run;
    char need[32], limit[32];
    enum sgdmft_status status = invocation->silent ? SGDMFT_OK : print(invocation, line, count, error);
    for (size_t i = 0; !status && i < count; i++)
        if (estimate_exceeds(&line[i].estimate, run))
            status = sgdmft_fail(error, SGDMFT_USAGE, "memory_limit: %s, but the %s needs about %s",
                                 estimate_bytes(sgdmft_memory_limit(run), limit), line[i].what,
                                 estimate_bytes(line[i].estimate.bytes, need));
    return status;
}
