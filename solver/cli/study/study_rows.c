/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of a study: values of theory and simulation at each point. */
#include "solver/cli/view/gather.h"
#include "models/base/memory.h"
#include "solver/cli/sweep/manifest.h"
#include "solver/cli/study/command_study.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- numbers that rows are grouped by -------------------------------------------------------------------- */

static double noise_scale(const struct study_row *row)
{
    const long k = row->at > 0 ? row->at - 1 : 0; /* index of the last step made */
    const double b = sgdmft_batch(&row->run, k);
    return sgdmft_rate(&row->run, k) * (1 - b) / (b * (1 - sgdmft_momentum(&row->run, k)));
}

static const struct sgdmft_parameter *number_named(const char *name)
{
    const struct sgdmft_parameter *parameter = sgdmft_parameter_find(name);
    return parameter && (parameter->kind == SGDMFT_REAL || parameter->kind == SGDMFT_INTEGER) ? parameter : NULL;
}

bool study_key_known(const char *name)
{
    return strcmp(name, "noise_scale") == 0 || strcmp(name, "epochs") == 0 || strcmp(name, "time") == 0
           || number_named(name);
}

double study_key(const struct study_row *row, const char *name)
{
    if (!row->known)
        return (double)NAN;
    if (strcmp(name, "noise_scale") == 0)
        return noise_scale(row);
    if (strcmp(name, "epochs") == 0)
        return sgdmft_epochs(&row->run, row->at);
    if (strcmp(name, "time") == 0)
        return sgdmft_time(&row->run, row->at);
    const struct sgdmft_parameter *parameter = number_named(name);
    const void *member = (const char *)&row->run + (parameter ? parameter->offset : 0);
    return !parameter                       ? (double)NAN
           : parameter->kind == SGDMFT_REAL ? *(const double *)member
                                            : (double)*(const long *)member;
}

const char *const study_side[2] = {"theory", "simulation"};

size_t study_column(const struct study_rows *rows, const char *name)
{
    size_t i = 0;
    while (i + 1 < rows->columns && strcmp(rows->column[i], name) != 0)
        i++;
    return i;
}

double study_score(const struct study_row *row, size_t column)
{
    const struct scalar a = row->theory[column], b = row->simulation[column];
    const double va = isnan(a.se) ? 0 : a.se * a.se, vb = isnan(b.se) ? 0 : b.se * b.se,
                 t = (a.value - b.value) / sqrt(va + vb);
    if (!row->known || !isfinite(t))
        return (double)NAN;
    const double wa = row->run.groups > 1 ? va * va / (double)(row->run.groups - 1) : 0;
    const double wb = row->run.runs > 1 ? vb * vb / (double)(row->run.runs - 1) : 0;
    const double tail =
        wa + wb > 0 ? gsl_cdf_tdist_Q(fabs(t), (va + vb) * (va + vb) / (wa + wb)) : gsl_cdf_ugaussian_Q(fabs(t));
    return copysign(gsl_cdf_ugaussian_Qinv(fmax(tail, 1e-300)), t);
}

/* ---- from results to rows ---------------------------------------------------------------------------------- */

static struct study_row *add_row(struct study_rows *rows, const struct study_step *step, const struct gathered *item)
{
    struct study_row *grown = realloc(rows->row, (rows->count + 1) * sizeof *grown);
    if (!grown)
        return NULL;
    rows->row = grown;
    struct study_row *row = &grown[rows->count++];
    *row = (struct study_row){.step = step, .status = point_status_names[item->point->status]};
    row->theory = calloc(2 * rows->columns + 1, sizeof *row->theory);
    row->simulation = row->theory + rows->columns;
    for (; row->varied < item->points->vary_count; row->varied++) {
        row->name[row->varied] = strdup(item->points->vary[row->varied]->name);
        row->text[row->varied] = strdup(item->point->value[row->varied]);
    }
    return row->theory ? row : NULL;
}

static void fill_row(const struct study_rows *rows, struct study_row *row, struct sgdmft_result *const result[2],
                     long step)
{
    const struct sgdmft_result *any = result[0] ? result[0] : result[1];
    row->known = any != NULL;
    if (any) {
        row->run = any->run;
        row->at = step >= 0 ? step : any->last_step;
    }
    for (size_t i = 0; i < rows->columns; i++)
        for (int side = 0; side < 2; side++)
            (side ? row->simulation : row->theory)[i] = result[side]
                                                            ? study_value_at(result[side], rows->column[i], step)
                                                            : (struct scalar){(double)NAN, (double)NAN};
}

static bool has_values(const struct study_rows *rows, const struct study_row *row)
{
    for (size_t i = 0; i < rows->columns; i++)
        if (isfinite(row->theory[i].value) || isfinite(row->simulation[i].value))
            return true;
    return false;
}

static void free_row(struct study_row *row)
{
    for (size_t i = 0; i < row->varied; i++) {
        free(row->name[i]);
        free(row->text[i]);
    }
    free(row->theory); /* frees simulation too, part of the same block */
}

struct loading {
    struct study_rows *rows;
    bool along;
};

/* Adds a row for the end of a run, or for each measured step. */
static enum sgdmft_status load_point(void *context, const struct study_step *step, const struct gathered *item,
                                     struct sgdmft_result *const result[2], struct sgdmft_error *error)
{
    const struct loading *loading = context;
    struct study_rows *rows = loading->rows;
    const struct sgdmft_result *any = result[0] ? result[0] : result[1];
    const long last = loading->along ? any ? any->last_step : -1 : 0;
    for (long k = 0; k <= last; k++) {
        struct study_row *row = add_row(rows, step, item);
        if (!row)
            return memory_fail(error, "the rows of the study");
        fill_row(rows, row, result, loading->along ? k : -1);
        if (loading->along && !has_values(rows, row))
            free_row(&rows->row[--rows->count]);
    }
    return SGDMFT_OK;
}

static enum sgdmft_status see_step(const struct study_step *step, const char *path, study_see *see, void *context,
                                   struct sgdmft_error *error)
{
    const char *words[1] = {path};
    struct gathering gathering;
    enum sgdmft_status status = gather(1, words, &gathering, error);
    for (size_t j = 0; j < gathering.count && !status; j++) {
        struct sgdmft_result *result[2] = {NULL, NULL};
        status = gather_load(&gathering.item[j], result, error);
        if (!status)
            status = see(context, step, &gathering.item[j], result, error);
        sgdmft_result_free(result[0]);
        sgdmft_result_free(result[1]);
    }
    gather_free(&gathering);
    return status;
}

enum sgdmft_status study_each_result(const struct study *study, const char *folder, study_see *see, void *context,
                                     struct sgdmft_error *error)
{
    enum sgdmft_status status = SGDMFT_OK;
    for (size_t i = 0; i < study->steps && !status; i++) {
        char path[FILES_PATH_MAX];
        if (!study->step[i].kind->has_points)
            continue;
        if (snprintf(path, sizeof path, "%s/%s", folder, study->step[i].name) >= (int)sizeof path)
            return sgdmft_fail(error, SGDMFT_FILE, "out: the name is too long");
        if (manifest_exists(path)) /* false for a skipped step */
            status = see_step(&study->step[i], path, see, context, error);
    }
    return status;
}

enum sgdmft_status study_rows_load(const struct study *study, const char *folder, bool along, struct study_rows *rows,
                                   struct sgdmft_error *error)
{
    struct loading loading = {rows, along};
    *rows = (struct study_rows){.columns = along ? study->series : study->columns,
                                .column = along ? study->curve : study->column};
    return study_each_result(study, folder, load_point, &loading, error);
}

void study_rows_free(struct study_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        free_row(&rows->row[i]);
    free(rows->row);
    *rows = (struct study_rows){.count = 0};
}
