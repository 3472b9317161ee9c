/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Output of boundary: text, csv, json. */
#include "models/result/json_values.h"
#include "models/result/result_hdf5.h"
#include "solver/cli/run/command_boundary.h"

#include <math.h>
#include <string.h>

static const char *const kinds[] = {"raw", "normalised", "wall", "wall_normalised"};
enum { KINDS = sizeof kinds / sizeof *kinds };
static const char *const fractions[] = {"fraction_negative", "fraction_below_kappa", "contacts"};
enum { FRACTIONS = sizeof fractions / sizeof *fractions };

static const struct sgdmft_quantity *find(const struct sgdmft_result *result, const char *kind, const char *what)
{
    char name[64];
    snprintf(name, sizeof name, "%s%s%s", kind, *kind ? "_" : "", what);
    return sgdmft_result_find(result, "margins", name);
}

/* Entry j of row `at`; NaN where the result does not have it. */
static double value(const struct sgdmft_quantity *quantity, bool se, size_t at, size_t j)
{
    if (!quantity)
        return (double)NAN;
    return (se ? quantity->se : quantity->mean)[at * (quantity->length / quantity->size[0]) + j];
}

/* ---- csv -------------------------------------------------------------------------------------------- */

static void put_both(const struct sgdmft_quantity *quantity, size_t at, size_t j)
{
    output_next(value(quantity, false, at, j));
    output_next(value(quantity, true, at, j));
}

static void print_csv(const struct sgdmft_result *result)
{
    fputs("step,kind,mean,mean_se,quantile_01,quantile_01_se,quantile_05,quantile_05_se,quantile_25,quantile_25_se,"
          "median,median_se,smallest,smallest_se",
          stdout);
    for (int i = 0; i < FRACTIONS; i++)
        printf(",%s,%s_se", fractions[i], fractions[i]);
    putchar('\n');
    for (size_t at = 0; at < result->margin_steps; at++)
        for (int i = 0; i < KINDS; i++) {
            if (!find(result, kinds[i], "mean"))
                continue;
            printf("%ld,%s", result->margin_step[at], kinds[i]);
            put_both(find(result, kinds[i], "mean"), at, 0);
            for (size_t j = 0; j < SGDMFT_MARGIN_LEVELS; j++)
                put_both(find(result, kinds[i], "quantiles"), at, j);
            put_both(find(result, kinds[i], "smallest"), at, 0);
            for (int f = 0; f < FRACTIONS; f++)
                put_both(find(result, "", fractions[f]), at, 0);
            putchar('\n');
        }
}

static void print_histograms(const struct sgdmft_result *result)
{
    double edges[SGDMFT_MARGIN_BINS + 1];
    puts("step,kind,left,right,density,density_se");
    for (size_t at = 0; at < result->margin_steps; at++)
        for (int i = 0; i < KINDS; i++) {
            const struct sgdmft_quantity *density = find(result, kinds[i], "density");
            sgdmft_margin_edges(&result->run, i == 0, edges);
            for (size_t j = 0; density && j < SGDMFT_MARGIN_BINS; j++) {
                printf("%ld,%s,%.17g,%.17g", result->margin_step[at], kinds[i], edges[j], edges[j + 1]);
                put_both(density, at, j);
                putchar('\n');
            }
        }
}

/* ---- json ------------------------------------------------------------------------------------------- */

static void set_both(json_t *object, const char *name, const struct sgdmft_quantity *quantity, size_t at, size_t j)
{
    char key[64];
    json_object_set_new(object, name, json_number(value(quantity, false, at, j)));
    snprintf(key, sizeof key, "%s_se", name);
    json_object_set_new(object, key, json_number(value(quantity, true, at, j)));
}

static json_t *quantiles_object(const struct sgdmft_quantity *quantiles, size_t at, bool se)
{
    json_t *object = json_object();
    for (size_t j = 0; j < SGDMFT_MARGIN_LEVELS; j++) {
        char level[32];
        snprintf(level, sizeof level, "%g", sgdmft_margin_levels[j]);
        json_object_set_new(object, level, json_number(value(quantiles, se, at, j)));
    }
    return object;
}

static json_t *kind_object(const struct sgdmft_result *result, const char *kind, size_t at)
{
    double edges[SGDMFT_MARGIN_BINS + 1];
    json_t *object = json_object(), *histogram = json_object();
    const struct sgdmft_quantity *quantiles = find(result, kind, "quantiles"), *density = find(result, kind, "density");
    const size_t row = at * SGDMFT_MARGIN_BINS;
    json_object_set_new(object, "quantiles", quantiles_object(quantiles, at, false));
    json_object_set_new(object, "quantiles_se", quantiles_object(quantiles, at, true));
    set_both(object, "mean", find(result, kind, "mean"), at, 0);
    set_both(object, "median", quantiles, at, SGDMFT_MARGIN_LEVELS - 1);
    set_both(object, "smallest", find(result, kind, "smallest"), at, 0);
    sgdmft_margin_edges(&result->run, strcmp(kind, "raw") == 0, edges);
    json_object_set_new(histogram, "edges", json_numbers(edges, SGDMFT_MARGIN_BINS + 1));
    json_object_set_new(histogram, "density", json_numbers(density->mean + row, SGDMFT_MARGIN_BINS));
    json_object_set_new(histogram, "density_se", json_numbers(density->se + row, SGDMFT_MARGIN_BINS));
    json_object_set_new(object, "histogram", histogram);
    return object;
}

static void set_law(json_t *object, const struct sgdmft_result *result, size_t at)
{
    json_object_set_new(object, "step", json_integer(result->margin_step[at]));
    set_both(object, "width", find(result, "normalised", "mean"), at, 0);
    for (int f = 0; f < FRACTIONS; f++)
        set_both(object, fractions[f], find(result, "", fractions[f]), at, 0);
    for (int i = 0; i < KINDS; i++)
        if (find(result, kinds[i], "density"))
            json_object_set_new(object, kinds[i], kind_object(result, kinds[i], at));
}

static json_t *reached_object(enum sgdmft_status status, const struct sgdmft_reached *reached)
{
    if (status)
        return json_null();
    json_t *object = json_object();
    json_object_set_new(object, "threshold", json_number(reached->threshold));
    json_object_set_new(object, "fraction", json_number(reached->fraction));
    json_object_set_new(object, "step", json_number(reached->step));
    json_object_set_new(object, "step_se", json_number(reached->step_se));
    json_object_set_new(object, "first", reached->first < 0 ? json_null() : json_integer(reached->first));
    json_object_set_new(object, "last", reached->last < 0 ? json_null() : json_integer(reached->last));
    json_object_set_new(object, "bound", json_number(reached->bound));
    return object;
}

static enum sgdmft_status print_json(const struct sgdmft_result *result, struct sgdmft_error *error)
{
    struct sgdmft_reached reached;
    json_t *document = json_document("boundary", result_status_name(result->status)), *earlier = json_array();
    json_set_source(document, result);
    enum sgdmft_status status = sgdmft_error_reached(result, &reached, NULL);
    json_object_set_new(document, "train_error_zero", reached_object(status, &reached));
    status = sgdmft_loss_reached(result, &reached, NULL);
    json_object_set_new(document, "train_loss_zero", reached_object(status, &reached));
    set_law(document, result, result->margin_steps - 1);
    for (size_t at = 0; at + 1 < result->margin_steps; at++) {
        json_t *object = json_object();
        set_law(object, result, at);
        json_array_append_new(earlier, object);
    }
    json_object_set_new(document, "earlier", earlier);
    status = json_print(document, stdout, error);
    json_decref(document);
    return status;
}

/* ---- text ------------------------------------------------------------------------------------------- */

static const char *with_error(const struct sgdmft_quantity *quantity, size_t at, size_t j, char text[64])
{
    sgdmft_format_error(value(quantity, false, at, j), value(quantity, true, at, j), text);
    return text;
}

static void law_text(const struct sgdmft_result *result, size_t at)
{
    char text[64];
    printf("\nstep %ld\n  %-22s %s\n", result->margin_step[at], "width",
           with_error(find(result, "normalised", "mean"), at, 0, text));
    for (int f = 0; f < FRACTIONS; f++)
        if (!isnan(value(find(result, "", fractions[f]), false, at, 0)))
            printf("  %-22s %s\n", fractions[f], with_error(find(result, "", fractions[f]), at, 0, text));
    printf("  %-22s %16s %16s %16s %16s %16s\n", "margins", "1 %", "5 %", "25 %", "median", "mean");
    for (int i = 0; i < KINDS; i++) {
        if (!find(result, kinds[i], "mean"))
            continue;
        printf("  %-22s", kinds[i]);
        for (size_t j = 0; j < SGDMFT_MARGIN_LEVELS; j++)
            printf(" %16s", with_error(find(result, kinds[i], "quantiles"), at, j, text));
        printf(" %16s\n", with_error(find(result, kinds[i], "mean"), at, 0, text));
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

static void print_text(const struct sgdmft_result *result)
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
        return print_json(result, error);
    if (invocation->run.format == SGDMFT_FORMAT_TEXT)
        print_text(result);
    else if (histograms)
        print_histograms(result);
    else
        print_csv(result);
    return output_flush(error);
}
