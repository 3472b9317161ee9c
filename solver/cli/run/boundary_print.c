/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Output of boundary: text, csv, json. */
#include "models/result/result_hdf5.h"
#include "solver/cli/run/command_boundary.h"
#include "solver/observe/boundary_law.h"

#include <math.h>

/* ---- csv -------------------------------------------------------------------------------------------- */

static void put_both(const struct sgdmft_quantity *quantity, size_t at, size_t j)
{
    output_next(margin_value(quantity, false, at, j));
    output_next(margin_value(quantity, true, at, j));
}

static void margins_csv(const struct sgdmft_result *result)
{
    fputs("step,kind,mean,mean_se,quantile_01,quantile_01_se,quantile_05,quantile_05_se,quantile_25,quantile_25_se,"
          "median,median_se,smallest,smallest_se",
          stdout);
    for (int i = 0; i < MARGIN_FRACTIONS; i++)
        printf(",%s,%s_se", margin_fractions[i], margin_fractions[i]);
    putchar('\n');
    for (size_t at = 0; at < result->margin_steps; at++)
        for (int i = 0; i < MARGIN_KINDS; i++) {
            if (!margin_find(result, margin_kinds[i], "mean"))
                continue;
            printf("%ld,%s", result->margin_step[at], margin_kinds[i]);
            put_both(margin_find(result, margin_kinds[i], "mean"), at, 0);
            for (size_t j = 0; j < SGDMFT_MARGIN_LEVELS; j++)
                put_both(margin_find(result, margin_kinds[i], "quantiles"), at, j);
            put_both(margin_find(result, margin_kinds[i], "smallest"), at, 0);
            for (int f = 0; f < MARGIN_FRACTIONS; f++)
                put_both(margin_find(result, "", margin_fractions[f]), at, 0);
            putchar('\n');
        }
}

static void print_histograms(const struct sgdmft_result *result)
{
    double edges[SGDMFT_MARGIN_BINS + 1];
    puts("step,kind,left,right,density,density_se");
    for (size_t at = 0; at < result->margin_steps; at++)
        for (int i = 0; i < MARGIN_KINDS; i++) {
            const struct sgdmft_quantity *density = margin_find(result, margin_kinds[i], "density");
            sgdmft_margin_edges(&result->run, i == 0, edges);
            for (size_t j = 0; density && j < SGDMFT_MARGIN_BINS; j++) {
                printf("%ld,%s,%.17g,%.17g", result->margin_step[at], margin_kinds[i], edges[j], edges[j + 1]);
                put_both(density, at, j);
                putchar('\n');
            }
        }
}

/* ---- text ------------------------------------------------------------------------------------------- */

static const char *with_error(const struct sgdmft_quantity *quantity, size_t at, size_t j, char text[64])
{
    sgdmft_format_error(margin_value(quantity, false, at, j), margin_value(quantity, true, at, j), text);
    return text;
}

static void law_text(const struct sgdmft_result *result, size_t at)
{
    char text[64];
    printf("\nstep %ld\n  %-22s %s\n", result->margin_step[at], "width",
           with_error(margin_find(result, "normalised", "mean"), at, 0, text));
    for (int f = 0; f < MARGIN_FRACTIONS; f++)
        if (!isnan(margin_value(margin_find(result, "", margin_fractions[f]), false, at, 0)))
            printf("  %-22s %s\n", margin_fractions[f],
                   with_error(margin_find(result, "", margin_fractions[f]), at, 0, text));
    printf("  %-22s %16s %16s %16s %16s %16s\n", "margins", "1 %", "5 %", "25 %", "median", "mean");
    for (int i = 0; i < MARGIN_KINDS; i++) {
        if (!margin_find(result, margin_kinds[i], "mean"))
            continue;
        printf("  %-22s", margin_kinds[i]);
        for (size_t j = 0; j < SGDMFT_MARGIN_LEVELS; j++)
            printf(" %16s", with_error(margin_find(result, margin_kinds[i], "quantiles"), at, j, text));
        printf(" %16s\n", with_error(margin_find(result, margin_kinds[i], "mean"), at, 0, text));
    }
}

static void reached_text(const struct sgdmft_result *result, const char *name, const struct sgdmft_reached *reached)
{
    char step[64];
    const char *samples = result->source == SGDMFT_THEORY ? "groups" : "runs";
    printf("%s", name);
    if (reached->threshold > 0)
        printf(" (below %.3g)", reached->threshold);
    if (reached->fraction == 0) {
        printf(": does not reach zero\n");
        return;
    }
    sgdmft_format_error(reached->step, reached->step_se, step);
    printf(": zero from step %s on (%ld to %ld) in %.3g %% of the %s", step, reached->first, reached->last,
           100 * reached->fraction, samples);
    if (isnan(reached->bound))
        putchar('\n');
    else
        printf("; less than %.2g of the examples are wrong (95 %%)\n", reached->bound);
}

static void margins_text(const struct sgdmft_result *result)
{
    struct sgdmft_reached reached;
    output_head("decision boundary", result, result->source == SGDMFT_THEORY ? "groups" : "runs");
    if (!sgdmft_error_reached(result, &reached, NULL))
        reached_text(result, "training error", &reached);
    if (!sgdmft_loss_reached(result, &reached, NULL))
        reached_text(result, "training loss", &reached);
    for (size_t at = 0; at < result->margin_steps; at++)
        law_text(result, at);
    if (result->status != SGDMFT_OK)
        printf("%s after step %ld\n", result_status_name(result->status), result->last_step);
}

enum sgdmft_status boundary_print(const struct invocation *invocation, const struct sgdmft_result *result,
                                  bool histograms, struct sgdmft_error *error)
{
    if (invocation->run.format == SGDMFT_FORMAT_JSON)
        return boundary_json(result, stdout, error);
    if (invocation->run.format == SGDMFT_FORMAT_TEXT)
        margins_text(result);
    else if (histograms)
        print_histograms(result);
    else
        margins_csv(result);
    return output_flush(error);
}
