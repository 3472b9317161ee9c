/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft bench: speed of engines and simulator relative to the speed of the machine. Every item is repeated for a
 * minimum time, and its median is printed. The reference of an item is measured again beside it, so that the ratio
 * does not depend on other load of the machine. */
#include "models/result/json_values.h"
#include "models/base/memory.h"
#include "models/run/suggest.h"
#include "models/run/parameter_table.h"
#include "solver/cli/bench/command_bench.h"
#include "solver/cli/frame/cli.h"

#include <errno.h>
#include <gsl/gsl_statistics_double.h>
#include <gsl/gsl_sort_double.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAMPLES_LEAST 3
#define SAMPLES_MOST 1000
#define SECONDS 0.5 /* least time of each measurement */

struct measured {
    const struct bench_item *item;
    int threads;
    size_t samples;
    double rate, seconds;  /* medians */
    double spread;         /* half of the distance of the quartiles of the rate, relative */
    double reference_rate; /* NaN without reference */
};

struct bench {
    double seconds;
    int threads;
    const struct invocation *invocation;
    size_t count;
    struct measured *measured;
};

static const struct bench_item *bench_find(const char *name)
{
    for (size_t i = 0; i < bench_item_count; i++)
        if (strcmp(bench_items[i].name, name) == 0)
            return &bench_items[i];
    return NULL;
}

/* Repeats an item for `minimum` seconds; false if it cannot be measured here. */
static bool measure(const struct bench_item *item, int threads, double minimum, struct measured *out)
{
    static const size_t room = SAMPLES_MOST;
    double *rate = malloc(2 * room * sizeof *rate), *seconds = rate ? rate + room : NULL, total = 0;
    size_t n = 0;
    *out = (struct measured){.item = item, .threads = threads, .reference_rate = (double)NAN};
    for (; rate && n < room && (n < SAMPLES_LEAST || total < minimum); n++) {
        struct bench_sample sample;
        if (!item->measure(item, threads, &sample)) {
            free(rate);
            return false;
        }
        rate[n] = sample.amount / sample.seconds;
        seconds[n] = sample.seconds;
        total += sample.seconds;
    }
    if (!rate)
        return false;
    gsl_sort(rate, 1, n);
    gsl_sort(seconds, 1, n);
    out->samples = n;
    out->rate = gsl_stats_median_from_sorted_data(rate, 1, n);
    out->seconds = gsl_stats_median_from_sorted_data(seconds, 1, n);
    out->spread =
        (gsl_stats_quantile_from_sorted_data(rate, 1, n, 0.75) - gsl_stats_quantile_from_sorted_data(rate, 1, n, 0.25))
        / (2 * out->rate);
    free(rate);
    return true;
}

static bool wanted(const struct bench *bench, const struct bench_item *item)
{
    const char *name = invocation_option(bench->invocation, "only", 0);
    for (size_t i = 0; name; name = invocation_option(bench->invocation, "only", ++i))
        if (strcmp(name, item->name) == 0)
            return true;
    return invocation_option(bench->invocation, "only", 0) == NULL;
}

static void bench_add(struct bench *bench, const struct bench_item *item, int threads)
{
    struct measured beside, *out = &bench->measured[bench->count];
    const struct bench_item *reference = item->reference ? bench_find(item->reference) : NULL;
    if (!measure(item, threads, bench->seconds, out)) {
        warning(bench->invocation, "%s: not measured here", item->name);
        return;
    }
    if (reference && measure(reference, threads, bench->seconds / 2, &beside))
        out->reference_rate = beside.rate;
    bench->count++;
}

static void bench_text(const struct bench *bench)
{
    printf("%-17s %7s %12s %-10s %10s %8s %7s   %s\n", "item", "threads", "rate", "", "median", "repeats", "spread",
           "share of");
    for (size_t i = 0; i < bench->count; i++) {
        const struct measured *m = &bench->measured[i];
        printf("%-17s %7d %12.4g %-10s %8.3g s %8zu %5.1f %%", m->item->name, m->threads, m->rate, m->item->unit,
               m->seconds, m->samples, 100 * m->spread);
        if (!isnan(m->reference_rate))
            printf("   %.2f of %s (%.4g)", m->rate / m->reference_rate, m->item->reference, m->reference_rate);
        putchar('\n');
    }
    putchar('\n');
    for (size_t i = 0; i < bench->count; i++)
        if (i == 0 || bench->measured[i].item != bench->measured[i - 1].item)
            printf("%-17s %s\n", bench->measured[i].item->name, bench->measured[i].item->what);
}

static json_t *machine(const struct bench *bench)
{
    struct sgdmft_provenance *provenance = calloc(1, sizeof *provenance);
    json_t *object = json_object();
    if (provenance) {
        sgdmft_provenance_fill(provenance);
        json_object_set_new(object, "cpu", json_text(provenance->cpu));
        json_object_set_new(object, "threads", json_integer(bench->threads));
        json_object_set_new(object, "compiler", json_text(provenance->compiler));
        json_object_set_new(object, "libraries", json_text(provenance->libraries));
        json_object_set_new(object, "version", json_text(provenance->version));
        json_object_set_new(object, "git_hash", json_text(provenance->git_hash));
    }
    free(provenance);
    return object;
}

static enum sgdmft_status bench_json(const struct bench *bench, struct sgdmft_error *error)
{
    json_t *document = json_document("bench", "complete"), *items = json_array();
    for (size_t i = 0; i < bench->count; i++) {
        const struct measured *m = &bench->measured[i];
        json_t *object = json_object();
        json_object_set_new(object, "name", json_text(m->item->name));
        json_object_set_new(object, "what", json_text(m->item->what));
        json_object_set_new(object, "threads", json_integer(m->threads));
        json_object_set_new(object, "rate", json_number(m->rate));
        json_object_set_new(object, "unit", json_text(m->item->unit));
        json_object_set_new(object, "seconds", json_number(m->seconds));
        json_object_set_new(object, "repeats", json_integer((json_int_t)m->samples));
        json_object_set_new(object, "spread", json_number(m->spread));
        json_object_set_new(object, "reference", m->item->reference ? json_text(m->item->reference) : json_null());
        json_object_set_new(object, "reference_rate", json_number(m->reference_rate));
        json_object_set_new(object, "share", json_number(m->rate / m->reference_rate));
        json_array_append_new(items, object);
    }
    json_object_set_new(document, "machine", machine(bench));
    json_object_set_new(document, "items", items);
    return json_print(document, stdout, error);
}

/* Reads the number of one of the command's own options, or its default. */
static enum sgdmft_status read_number(const struct invocation *invocation, const char *name, double low, double high,
                                      double *value, struct sgdmft_error *error)
{
    const char *text = invocation_option(invocation, name, 0);
    if (!text)
        return SGDMFT_OK;
    if (number_real(text, value) != NUMBER_OK || !(*value >= low && *value <= high))
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: '%.40s' is not a number from %g to %g", name, text, low, high);
    return SGDMFT_OK;
}

static enum sgdmft_status read_options(struct bench *bench, bool *json, struct sgdmft_error *error)
{
    const struct invocation *invocation = bench->invocation;
    const char *format = invocation_option(invocation, "format", 0), *name = invocation_option(invocation, "only", 0);
    double threads = (double)sgdmft_threads(&invocation->run);
    const char *names[64];
    enum sgdmft_status status = read_number(invocation, "seconds", 0, 3600, &bench->seconds, error);
    if (!status)
        status = read_number(invocation, "threads", 1, 1024, &threads, error);
    bench->threads = (int)threads;
    *json = format && strcmp(format, "json") == 0;
    if (!status && format && !*json && strcmp(format, "text") != 0)
        status = sgdmft_fail(error, SGDMFT_USAGE, "format: '%.40s' is not text or json", format);
    for (size_t i = 0; i < bench_item_count; i++)
        names[i] = bench_items[i].name;
    for (size_t i = 0; !status && name; name = invocation_option(invocation, "only", ++i)) {
        char meant[SUGGESTION_MAX];
        if (!bench_find(name))
            status = sgdmft_fail(error, SGDMFT_USAGE, "only: unknown item '%.40s'%s", name,
                                 suggestion(name, "'", "'", names, bench_item_count, meant));
    }
    return status;
}

static enum sgdmft_status bench_run(const struct invocation *invocation, struct sgdmft_error *error)
{
    struct bench bench = {.seconds = SECONDS, .invocation = invocation};
    bool json = false;
    enum sgdmft_status status = read_options(&bench, &json, error);
    if (status || invocation->dry_run)
        return status;
    bench.measured = calloc(2 * bench_item_count, sizeof *bench.measured);
    if (!bench.measured)
        return memory_fail(error, "the command");
    for (size_t i = 0; i < bench_item_count; i++) {
        if (!wanted(&bench, &bench_items[i]))
            continue;
        bench_add(&bench, &bench_items[i], 1);
        if (bench.threads > 1)
            bench_add(&bench, &bench_items[i], bench.threads);
    }
    if (json)
        status = bench_json(&bench, error);
    else
        bench_text(&bench);
    free(bench.measured);
    if (!status && (fflush(stdout) != 0 || ferror(stdout)))
        status = sgdmft_fail(error, SGDMFT_FILE, "cannot write to standard output: %s", strerror(errno));
    return status;
}

static const struct command_option options[] = {
    {"seconds", "NUMBER", "least time of each measurement (default 0.5)", false, NULL},
    {"threads", "INTEGER", "threads beside one (default those that the process may use)", false, NULL},
    {"only", "ITEM", "measure this item only", true, NULL},
    {"format", "NAME", "text or json (default text)", false, NULL},
    {NULL, NULL, NULL, false, NULL},
};

const struct command command_bench = {
    .name = "bench",
    .operands = "",
    .summary = "Measure the speed of engines and simulator relative to the machine.",
    .takes = OPERANDS_NAMES,
    .options = options,
    .notes =
        "Each item is repeated for the least time and at least three times; rate and time are medians, with one thread "
        "and with all. An item's reference (memory bandwidth, a plain loop, the dense engine) is measured beside it. "
        "Rates count the work that must be done, for instance the bytes of all tangents or examples that a step needs.",
    .run = bench_run,
};
