/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From samples to means with standard errors, and from two results of one run to a larger one. */
#include "models/result/result_allocate.h"
#include "models/base/memory.h"
#include "models/run/contents.h"
#include "models/run/parameter_table.h"

#include <math.h>
#include <string.h>

/* Keeps the first `rows` of the outermost axis, in place. */
static void cut_rows(struct sgdmft_quantity *quantity, size_t rows, size_t samples)
{
    if (rows >= quantity->size[0])
        return;
    size_t old = quantity->length;
    quantity->length = old / quantity->size[0] * rows;
    quantity->size[0] = rows;
    for (size_t s = 1; s < samples; s++)
        memmove(quantity->sample + s * quantity->length, quantity->sample + s * old,
                quantity->length * sizeof *quantity->sample);
}

/* Blanks values at waiting + lag after the last step that all samples reached. */
static void blank_late_lags(const struct sgdmft_result *result, struct sgdmft_quantity *quantity)
{
    for (size_t s = 0; s < result->samples; s++)
        for (size_t w = 0; w < result->waitings; w++)
            for (size_t l = 0; l < result->lags; l++)
                if (result->waiting[w] > result->last_step - result->lag[l])
                    quantity->sample[s * quantity->length + w * result->lags + l] = (double)NAN;
}

/* Blanks margins at steps that not all samples reached. */
static void blank_late_margins(const struct sgdmft_result *result, struct sgdmft_quantity *quantity)
{
    const size_t row = quantity->length / quantity->size[0];
    for (size_t s = 0; s < result->samples; s++)
        for (size_t i = 0; i < result->margin_steps; i++)
            for (size_t j = 0; result->margin_step[i] > result->last_step && j < row; j++)
                quantity->sample[s * quantity->length + i * row + j] = (double)NAN;
}

/* Blanks rows and columns of steps that not all samples reached. */
static void blank_late_steps(const struct sgdmft_result *result, struct sgdmft_quantity *quantity)
{
    const size_t rows = quantity->size[0], last = (size_t)result->last_step;
    for (size_t s = 0; s < result->samples && last + 1 < rows; s++)
        for (size_t k = 0; k < rows; k++)
            for (size_t l = 0; l < rows; l++)
                if (k > last || l > last)
                    quantity->sample[s * quantity->length + k * rows + l] = (double)NAN;
}

/* Mean of sample[i * stride], i < samples: of equal numbers exactly that number. */
static double mean_of(const double *sample, size_t samples, size_t stride)
{
    double sum = 0, rest = 0;
    for (size_t s = 0; s < samples; s++)
        sum += sample[s * stride];
    const double mean = sum / (double)samples;
    for (size_t s = 0; s < samples; s++)
        rest += sample[s * stride] - mean;
    return isfinite(rest) ? mean + rest / (double)samples : mean;
}

static void average(struct sgdmft_quantity *quantity, size_t samples)
{
    double count = (double)samples;
    for (size_t i = 0; i < quantity->length; i++) {
        double squares = 0, mean = mean_of(quantity->sample + i, samples, quantity->length);
        for (size_t s = 0; s < samples; s++) {
            double deviation = quantity->sample[s * quantity->length + i] - mean;
            squares += deviation * deviation;
        }
        quantity->mean[i] = mean;
        quantity->se[i] = samples > 1 ? sqrt(squares / (count * (count - 1))) : (double)NAN;
    }
}

void sgdmft_result_reduce(struct sgdmft_result *result)
{
    size_t kept = 0;
    while (kept < result->steps && result->step[kept] <= result->last_step)
        kept++;
    result->steps = kept;
    for (size_t i = 0; i < result->quantities; i++) {
        struct sgdmft_quantity *quantity = &result->quantity[i];
        if (strcmp(quantity->observable->group, "derived") == 0)
            continue; /* they come from all samples together, and have their own errors */
        switch (quantity->observable->axis[0]) {
        case SGDMFT_AXIS_STEP:
            cut_rows(quantity, kept, result->samples);
            break;
        case SGDMFT_AXIS_WAITING:
            blank_late_lags(result, quantity);
            break;
        case SGDMFT_AXIS_ROW:
            blank_late_steps(result, quantity);
            break;
        case SGDMFT_AXIS_MARGIN_STEP:
            blank_late_margins(result, quantity);
            break;
        default:
            break;
        }
        average(quantity, result->samples);
    }
}

/* True if results that differ in this parameter still are of the same run. */
static bool may_differ(const struct sgdmft_parameter *parameter, enum sgdmft_source source)
{
    const char *name = parameter->name;
    if (strcmp(parameter->section, "output") == 0 || strcmp(name, "memory_limit") == 0)
        return true;
    if (source == SGDMFT_THEORY)
        return strcmp(parameter->section, "simulation") == 0 || strcmp(name, "paths") == 0
               || strcmp(name, "groups") == 0;
    return strcmp(parameter->section, "solver") == 0 || strcmp(name, "runs") == 0;
}

static enum sgdmft_status check_same_run(const struct sgdmft_result *a, const struct sgdmft_result *b,
                                         struct sgdmft_error *error)
{
    char text_a[SGDMFT_TEXT_MAX], text_b[SGDMFT_TEXT_MAX];
    if (a->source != b->source)
        return sgdmft_fail(error, SGDMFT_USAGE, "results of theory and of simulation cannot be joined");
    for (size_t i = 0; i < sgdmft_parameter_count; i++) {
        const struct sgdmft_parameter *parameter = &sgdmft_parameters[i];
        if (may_differ(parameter, a->source) || content_of(parameter) < CONTENTS)
            continue;
        sgdmft_parameter_format(parameter, &a->run, text_a);
        sgdmft_parameter_format(parameter, &b->run, text_b);
        if (strcmp(text_a, text_b) != 0)
            return sgdmft_fail(error, SGDMFT_USAGE, "%s: %.200s and %.200s: only results of the same run can be joined",
                               parameter->name, text_a, text_b);
    }
    const enum sgdmft_status status = contents_check_same(&a->run, &b->run, "joined", error);
    if (status || a->source == SGDMFT_SIMULATION)
        return status;
    if (a->run.seed == b->run.seed)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "seed: both results have %llu, so that their samples are not independent",
                           (unsigned long long)a->run.seed);
    if (a->run.paths / a->run.groups != b->run.paths / b->run.groups)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "paths: %ld in %ld groups and %ld in %ld: groups of different size "
                           "cannot be joined",
                           a->run.paths, a->run.groups, b->run.paths, b->run.groups);
    return SGDMFT_OK;
}

/* True if a sample of a is found, bit by bit, in b: the same simulated run twice. */
static bool share_sample(const struct sgdmft_result *a, const struct sgdmft_result *b)
{
    const struct sgdmft_quantity *of_a = sgdmft_result_find(a, "series", "train_loss");
    const struct sgdmft_quantity *of_b = sgdmft_result_find(b, "series", "train_loss");
    if (!of_a || !of_b)
        return false;
    size_t length = of_a->length < of_b->length ? of_a->length : of_b->length;
    for (size_t s = 0; s < a->samples; s++)
        for (size_t t = 0; t < b->samples; t++) {
            const double *x = of_a->sample + s * of_a->length, *y = of_b->sample + t * of_b->length;
            if (length > 0 && isfinite(x[0]) && memcmp(x, y, length * sizeof *x) == 0)
                return true;
        }
    return false;
}

/* Joins the samples of one quantity, with the rows of the shorter of the two. */
static enum sgdmft_status join_quantity(const struct sgdmft_result *a, const struct sgdmft_result *b,
                                        const struct sgdmft_quantity *of_a, struct sgdmft_result *joined,
                                        struct sgdmft_error *error)
{
    const char *group = of_a->observable->group, *name = of_a->observable->name;
    const struct sgdmft_quantity *of_b = sgdmft_result_find(b, group, name);
    if (!of_b)
        return SGDMFT_OK;
    const struct sgdmft_quantity *shorter = of_a->size[0] <= of_b->size[0] ? of_a : of_b;
    bool same = of_a->rank == of_b->rank;
    for (size_t i = 1; same && i < of_a->rank; i++)
        same = of_a->size[i] == of_b->size[i];
    if (!same)
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: the two results have different axes", name);
    struct sgdmft_quantity *of_joined = sgdmft_result_add(joined, group, name, shorter->rank, shorter->size);
    if (!of_joined)
        return memory_fail(error, "the joined results");
    size_t length = of_joined->length;
    for (size_t s = 0; s < a->samples; s++)
        memcpy(of_joined->sample + s * length, of_a->sample + s * of_a->length, length * sizeof *of_joined->sample);
    for (size_t s = 0; s < b->samples; s++)
        memcpy(of_joined->sample + (a->samples + s) * length, of_b->sample + s * of_b->length,
               length * sizeof *of_joined->sample);
    return SGDMFT_OK;
}

enum sgdmft_status sgdmft_result_append(const struct sgdmft_result *a, const struct sgdmft_result *b,
                                        struct sgdmft_result **joined, struct sgdmft_error *error)
{
    enum sgdmft_status status = check_same_run(a, b, error);
    if (status)
        return status;
    if (a->source == SGDMFT_SIMULATION && share_sample(a, b))
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "both results contain the same simulated run: use other runs or "
                           "another seed");
    const struct sgdmft_result *shorter = a->steps <= b->steps ? a : b;
    if (a->waitings != b->waitings || a->lags != b->lags
        || memcmp(a->step, b->step, shorter->steps * sizeof *a->step) != 0
        || memcmp(a->waiting, b->waiting, a->waitings * sizeof *a->waiting) != 0
        || memcmp(a->lag, b->lag, a->lags * sizeof *a->lag) != 0)
        return sgdmft_fail(error, SGDMFT_USAGE, "the two results were measured at different steps");
    struct sgdmft_run run = a->run;
    if (a->source == SGDMFT_THEORY) {
        run.groups += b->run.groups;
        run.paths += b->run.paths;
    } else {
        run.runs = (long)(a->samples + b->samples);
    }
    struct sgdmft_result *sum =
        result_allocate(&run, a->source, a->samples + b->samples, shorter->steps, a->waitings, a->lags);
    if (!sum)
        return memory_fail(error, "the joined results");
    sum->status = a->status != SGDMFT_OK ? a->status : b->status;
    sum->last_step = a->last_step < b->last_step ? a->last_step : b->last_step;
    memcpy(sum->step, shorter->step, shorter->steps * sizeof *sum->step);
    memcpy(sum->time, shorter->time, shorter->steps * sizeof *sum->time);
    memcpy(sum->waiting, a->waiting, a->waitings * sizeof *sum->waiting);
    memcpy(sum->lag, a->lag, a->lags * sizeof *sum->lag);
    sum->omegas = a->omegas;
    sum->provenance = b->provenance;
    sum->provenance.wall_time += a->provenance.wall_time;
    for (size_t i = 0; i < a->quantities && !status; i++)
        if (strcmp(a->quantity[i].observable->group, "derived") != 0)
            status = join_quantity(a, b, &a->quantity[i], sum, error);
    if (status) {
        sgdmft_result_free(sum);
        return status;
    }
    sgdmft_result_reduce(sum);
    *joined = sum;
    return SGDMFT_OK;
}
