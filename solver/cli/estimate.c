/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What --dry-run prints: memory and time of each part of a command. */
#include "models/run/json_values.h"
#include "solver/cli/cli.h"

#include <jansson.h>
#include <sgdmft/implicit.h>
#include <stdio.h>

enum sgdmft_status estimate_theory(const struct sgdmft_run *run, struct estimate_line *line,
                                   struct sgdmft_error *error)
{
    *line = (struct estimate_line){.what = "theory"};
    return sgdmft_solve_estimate(run, &line->estimate, &line->engine, error);
}

enum sgdmft_status estimate_simulation(const struct sgdmft_run *run, struct estimate_line *line,
                                       struct sgdmft_error *error)
{
    *line = (struct estimate_line){.what = "simulation", .engine = sgdmft_is_implicit(run) ? "implicit" : "simulator"};
    return simulated_estimate(run, &line->estimate, error);
}

static const char *bytes_text(double bytes, char out[32])
{
    static const char *const unit[] = {"bytes", "kB", "MB", "GB", "TB", "PB"};
    size_t i = 0;
    for (; bytes >= 1000 && i + 1 < sizeof unit / sizeof unit[0]; i++)
        bytes /= 1000;
    snprintf(out, 32, "%.3g %s", bytes, unit[i]);
    return out;
}

static const char *seconds_text(double seconds, char out[32])
{
    if (seconds < 100)
        snprintf(out, 32, "%.2g s", seconds);
    else if (seconds < 6000)
        snprintf(out, 32, "%.3g min", seconds / 60);
    else
        snprintf(out, 32, "%.3g h", seconds / 3600);
    return out;
}

static enum sgdmft_status print_json(const struct invocation *invocation, const struct estimate_line *line,
                                     size_t count, struct sgdmft_error *error)
{
    json_t *parts = json_array(), *document = json_object();
    for (size_t i = 0; i < count; i++) {
        json_t *part = json_object();
        json_object_set_new(part, "what", json_text(line[i].what));
        json_object_set_new(part, "engine", json_text(line[i].engine));
        json_object_set_new(part, "memory_bytes", json_number(line[i].estimate.bytes));
        json_object_set_new(part, "seconds", json_number(line[i].estimate.seconds));
        json_array_append_new(parts, part);
    }
    json_object_set_new(document, "command", json_text(invocation->command->name));
    json_object_set_new(document, "status", json_text("dry_run"));
    json_object_set_new(document, "parameters", json_parameters(&invocation->run));
    json_object_set_new(document, "estimates", parts);
    enum sgdmft_status status = json_print(document, stdout, error);
    json_decref(document);
    return status;
}

static void print_text(const struct estimate_line *line, size_t count)
{
    char memory[32], time[32];
    for (size_t i = 0; i < count; i++)
        printf("%s (%s): about %s of memory, about %s\n", line[i].what, line[i].engine,
               bytes_text(line[i].estimate.bytes, memory), seconds_text(line[i].estimate.seconds, time));
}

static void print_csv(const struct estimate_line *line, size_t count)
{
    printf("what,engine,memory_bytes,seconds\n");
    for (size_t i = 0; i < count; i++)
        printf("%s,%s,%.17g,%.17g\n", line[i].what, line[i].engine, line[i].estimate.bytes, line[i].estimate.seconds);
}

enum sgdmft_status estimate_print(const struct invocation *invocation, const struct estimate_line *line, size_t count,
                                  struct sgdmft_error *error)
{
    const struct sgdmft_run *run = &invocation->run;
    char need[32], limit[32];
    enum sgdmft_status status = SGDMFT_OK;
    if (run->format == SGDMFT_FORMAT_JSON)
        status = print_json(invocation, line, count, error);
    else if (run->format == SGDMFT_FORMAT_CSV)
        print_csv(line, count);
    else
        print_text(line, count);
    for (size_t i = 0; !status && i < count; i++)
        if (line[i].estimate.bytes > sgdmft_memory_limit(run))
            status = sgdmft_fail(error, SGDMFT_USAGE, "memory_limit: %s, but the %s needs about %s",
                                 bytes_text(sgdmft_memory_limit(run), limit), line[i].what,
                                 bytes_text(line[i].estimate.bytes, need));
    return status;
}
