/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The error of the compression of the past: the theory at order p compared with order p + 2. */
#include "models/result/json_values.h"
#include "solver/cli/run/solve_check.h"
#include "solver/hierarchical/hierarchical_engine.h"
#include "solver/run/machine_speed.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define HIGHER 2 /* additional polynomials */

/* One observable at the step where its means differ most. */
struct check_row {
    const char *name;
    double value, difference, se; /* at order p; |order p - order p + 2|; standard error at order p */
    double scale;                 /* largest value over all steps */
    double paired;        /* paired score: mean over the groups of the difference, divided by its standard error */
    double largest_ratio; /* of difference to se, over all steps */
};

static double paired_score(const struct sgdmft_quantity *a, const struct sgdmft_quantity *b, size_t samples, size_t at)
{
    double sum = 0, squares = 0;
    const double count = (double)samples;
    for (size_t s = 0; s < samples; s++) {
        const double d = a->sample[s * a->length + at] - b->sample[s * b->length + at];
        sum += d;
        squares += d * d;
    }
    const double variance = (squares - sum * sum / count) / (count * (count - 1));
    return samples > 1 && variance > 0 ? fabs(sum) / count / sqrt(variance) : 0;
}

static bool check_quantity(const struct sgdmft_result *a, const struct sgdmft_result *b,
                           const struct sgdmft_quantity *x, struct check_row *row)
{
    const struct sgdmft_quantity *y = sgdmft_result_find(b, x->observable->group, x->observable->name);
    const bool series = strcmp(x->observable->group, "series") == 0,
               two_time = strcmp(x->observable->group, "two_time") == 0;
    if (!y || (!series && !two_time))
        return false;
    const size_t length = series ? (a->steps < b->steps ? a->steps : b->steps) : x->length;
    *row = (struct check_row){.name = x->observable->name, .difference = -1};
    for (size_t i = 0; i < length; i++) {
        const double difference = fabs(x->mean[i] - y->mean[i]);
        row->scale = fmax(row->scale, fabs(x->mean[i]));
        if (!isfinite(difference))
            continue;
        if (x->se[i] > 1e-13 * fabs(x->mean[i]))
            row->largest_ratio = fmax(row->largest_ratio, difference / x->se[i]);
        if (difference > row->difference) {
            row->difference = difference;
            row->value = x->mean[i];
            row->se = x->se[i];
            row->paired = paired_score(x, y, a->samples, i);
        }
    }
    return row->difference >= 0;
}

static void check_text(const struct check_row *row, size_t count, long order)
{
    printf("order %ld and order %ld, at the step of the largest difference\n", order, order + HIGHER);
    printf("%-20s %14s %14s %16s %12s\n", "observable", "value", "difference", "standard error", "systematic");
    for (size_t i = 0; i < count; i++)
        printf("%-20s %14.7g %14.2e %16.2e %10.1f z\n", row[i].name, row[i].value, row[i].difference, row[i].se,
               row[i].paired);
}

static void check_csv(const struct check_row *row, size_t count)
{
    puts("observable,value,difference,standard_error,paired_score,largest_ratio");
    for (size_t i = 0; i < count; i++)
        printf("%s,%.17g,%.17g,%.17g,%.17g,%.17g\n", row[i].name, row[i].value, row[i].difference, row[i].se,
               row[i].paired, row[i].largest_ratio);
}

static void check_json(const struct check_row *row, size_t count, long order, bool pass)
{
    json_t *document = json_document("solve", pass ? "complete" : "not_converged"), *list = json_array();
    json_object_set_new(document, "order", json_integer(order));
    json_object_set_new(document, "order_compared", json_integer(order + HIGHER));
    for (size_t i = 0; i < count; i++) {
        json_t *object = json_object();
        json_object_set_new(object, "name", json_string(row[i].name));
        json_object_set_new(object, "value", json_number(row[i].value));
        json_object_set_new(object, "difference", json_number(row[i].difference));
        json_object_set_new(object, "standard_error", json_number(row[i].se));
        json_object_set_new(object, "paired_score", json_number(row[i].paired));
        json_array_append_new(list, object);
    }
    json_object_set_new(document, "observables", list);
    json_dumpf(document, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    putchar('\n');
    json_decref(document);
}

/* Least difference that counts, relative to the observable. A difference counts if it is systematic over the groups
 * (Student's t), and larger than this and than half the sampling error. */
#define SMALL 1e-5

static bool converged(const struct check_row *row, size_t count, size_t samples)
{
    const double bound = samples > 4 ? 5 : 10;
    bool good = true;
    for (size_t i = 0; i < count; i++)
        good = good && (row[i].paired < bound || row[i].difference < fmax(0.5 * row[i].se, SMALL * row[i].scale));
    return good;
}

static enum sgdmft_status solve_order(const struct invocation *invocation, long order, struct sgdmft_result **result,
                                      struct sgdmft_error *error)
{
    struct sgdmft_run run = invocation->run;
    struct progress progress;
    char label[32];
    run.order = order;
    snprintf(label, sizeof label, "order %ld", order);
    progress_start(&progress, invocation, label);
    const enum sgdmft_status status = sgdmft_solve(&run, &progress.watch, result, error);
    progress_end(&progress);
    return status;
}

static enum sgdmft_status compare_orders(const struct invocation *invocation, const struct sgdmft_result *a,
                                         const struct sgdmft_result *b, struct sgdmft_error *error)
{
    struct check_row row[32];
    size_t count = 0;
    for (size_t q = 0; q < a->quantities && count < sizeof row / sizeof *row; q++)
        count += check_quantity(a, b, &a->quantity[q], &row[count]);
    const bool pass = converged(row, count, a->samples);
    const int format = invocation->run.format;
    if (format == SGDMFT_FORMAT_JSON)
        check_json(row, count, a->run.order, pass);
    else if (format == SGDMFT_FORMAT_CSV)
        check_csv(row, count);
    else {
        check_text(row, count, a->run.order);
        puts(pass ? "the error of compressing the past is within the sampling error (or 1e-5 of the observable)"
                  : "the error of compressing the past exceeds the sampling error: raise --order");
    }
    return pass ? SGDMFT_OK
                : sgdmft_fail(error, SGDMFT_NOT_CONVERGED, "order: %ld is too low for this run", a->run.order);
}

enum sgdmft_status solve_check_run(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    const char *engine;
    struct sgdmft_estimate estimate;
    const enum sgdmft_status status = sgdmft_solve_estimate(run, &estimate, &engine, error);
    if (status)
        return status;
    if (strcmp(engine, engine_hierarchical.entry.name) != 0)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "--check: it varies the order of the engine hierarchical, but this run has engine %s "
                           "(--engine hierarchical)",
                           engine);
    const struct sgdmft_parameter *order = sgdmft_parameter_find("order");
    if ((double)(run->order + HIGHER) > order->maximum)
        return sgdmft_fail(error, SGDMFT_USAGE, "order: --check needs order + %d, at most %.0f", HIGHER,
                           order->maximum);
    if (*run->out)
        return sgdmft_fail(error, SGDMFT_USAGE, "out: '%.200s' has no effect with --check, which compares two results",
                           run->out);
    return SGDMFT_OK;
}

enum sgdmft_status solve_check_estimate(const struct invocation *invocation, struct estimate_line *line,
                                        struct sgdmft_error *error)
{
    struct sgdmft_run higher = invocation->run;
    enum sgdmft_status status = estimate_theory(invocation, &invocation->run, line, error);
    const struct sgdmft_estimate low = line->estimate;
    higher.order += HIGHER;
    if (!status)
        status = estimate_theory(invocation, &higher, line, error);
    line->estimate.bytes = fmax(low.bytes, line->estimate.bytes + low.result); /* the first result is kept */
    estimate_add(&line->estimate, &low);
    return status;
}

enum sgdmft_status solve_check(const struct invocation *invocation, struct sgdmft_error *error)
{
    struct sgdmft_result *low = NULL, *high = NULL;
    enum sgdmft_status status = solve_order(invocation, invocation->run.order, &low, error);
    if (!status)
        status = solve_order(invocation, invocation->run.order + HIGHER, &high, error);
    if (!status)
        status = compare_orders(invocation, low, high, error);
    sgdmft_result_free(low);
    sgdmft_result_free(high);
    return status;
}
