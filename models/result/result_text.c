/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A result as a table for people: the run, about twenty lines, the provenance. */
#include "models/result/average_series.h"
#include "models/result/result_hdf5.h"
#include "models/result/samples.h"
#include "models/run/parameter_table.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define LINES 20
#define COLUMN 15 /* least width */

static void print_head(const struct sgdmft_result *result, FILE *out)
{
    const struct sgdmft_run *run = &result->run;
    if (result->source == SGDMFT_THEORY)
        fprintf(out, "theory (engine %s, %ld paths in %zu groups): ",
                result->provenance.engine[0] ? result->provenance.engine : "unknown", run->paths, result->samples);
    else
        fprintf(out, "simulation (dim %ld, %zu runs): ", run->dim, result->samples);
    fprintf(out, "data %s", run->data->entry.name);
    if (effect_teacher(run))
        fprintf(out, " %s", run->teacher->entry.name);
    fprintf(out, ", link %s, loss %s, rule %s\n", run->link->entry.name, run->loss->entry.name, run->rule->entry.name);
    fprintf(out, "alpha %g, ridge %g, rate %g, batch %g", run->alpha, run->ridge, run->rate, run->batch);
    if (run->temperature > 0)
        fprintf(out, ", temperature %g", run->temperature);
    if (run->constraint == SGDMFT_CONSTRAINT_SPHERE)
        fprintf(out, ", on the sphere");
    fprintf(out, ", %ld steps\n\n", run->steps);
}

static int column_width(const struct sgdmft_quantity *quantity)
{
    const int name = (int)strlen(quantity->observable->name);
    return name > COLUMN ? name : COLUMN;
}

static void print_line(const struct sgdmft_result *result, size_t row, FILE *out)
{
    char text[64];
    fprintf(out, "%8ld %10.6g", result->step[row], result->time[row]);
    for (size_t i = 0; i < result->quantities; i++) {
        const struct sgdmft_quantity *quantity = &result->quantity[i];
        if (!average_has_column(result, quantity->observable))
            continue;
        sgdmft_format_error(quantity->mean[row], quantity->se[row], text);
        fprintf(out, " %*s", column_width(quantity), text);
    }
    putc('\n', out);
}

/* The ends of the Hessian's spectrum, a line a step. */
static void print_sharpness(const struct sgdmft_result *result, FILE *out)
{
    static const char *const names[] = {"trace",    "upper_edge", "lower_edge",      "largest",
                                        "smallest", "condition",  "batch_sharpness", "stability_limit"};
    const struct sgdmft_steps *steps = &result->run.sharpness_at;
    char text[64];
    for (size_t row = 0; row < steps->count + 1 && steps->count > 0; row++) {
        row == 0 ? fprintf(out, "\n%8s", "step") : fprintf(out, "%8ld", steps->step[row - 1]);
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            const struct sgdmft_quantity *quantity = sgdmft_result_find(result, "sharpness", names[i]);
            if (!quantity)
                continue;
            const size_t at = row == 0 ? 0 : (row - 1) * (quantity->length / quantity->size[0]);
            sgdmft_format_error(quantity->mean[at], quantity->se[at], text);
            fprintf(out, " %15s", row == 0 ? names[i] : text);
        }
        putc('\n', out);
    }
}

/* Line for runs that are not convex: largest share of one path in the memory kernel. */
static void print_tangent_share(const struct sgdmft_result *result, FILE *out)
{
    const struct sgdmft_quantity *share = sgdmft_result_find(result, "series", "tangent_share");
    char text[64];
    if (!share || result->steps == 0 || isnan(share->mean[result->steps - 1]))
        return;
    sgdmft_format_error(share->mean[result->steps - 1], share->se[result->steps - 1], text);
    fprintf(out, "largest share of one path of a group in the memory kernel: %s\n", text);
}

enum sgdmft_status sgdmft_result_text(const struct sgdmft_result *result, FILE *out, struct sgdmft_error *error)
{
    const struct sgdmft_provenance *provenance = &result->provenance;
    print_head(result, out);
    fprintf(out, "%8s %10s", "step", "time");
    for (size_t i = 0; i < result->quantities; i++)
        if (average_has_column(result, result->quantity[i].observable))
            fprintf(out, " %15s", result->quantity[i].observable->name);
    putc('\n', out);
    size_t lines = result->steps < LINES + 1 ? result->steps : LINES + 1;
    for (size_t i = 0; i < lines; i++)
        print_line(result, lines > 1 ? (i * (result->steps - 1) + (lines - 1) / 2) / (lines - 1) : 0, out);
    print_sharpness(result, out);
    print_tangent_share(result, out);
    if (result->status != SGDMFT_OK)
        fprintf(out, "%s after step %ld\n", result_status_name(result->status), result->last_step);
    if (result->samples > 1 && samples_uncertainty(result->samples) > SAMPLES_UNCERTAIN)
        fprintf(out, "errors from %zu %s are uncertain by %.0f %% themselves\n", result->samples,
                result->source == SGDMFT_THEORY ? "groups" : "runs", 100 * samples_uncertainty(result->samples));
    fprintf(out, "\nsgdmft %s (%s), seed %llu, %ld thread%s, %.3g s\n", provenance->version, provenance->git_hash,
            (unsigned long long)result->run.seed, provenance->threads, provenance->threads == 1 ? "" : "s",
            provenance->wall_time);
    if (fflush(out) != 0 || ferror(out))
        return sgdmft_fail(error, SGDMFT_FILE, "cannot write the table: %s", strerror(errno));
    return SGDMFT_OK;
}
