/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of a study: csv with all digits for scripts and for its figure, markdown with errors for reading. */
#include "solver/cli/study/command_study.h"

#include "models/base/memory.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define VARIED_MAX 32

/* Lists the parameters that any sweep varies, in the order of their appearance. */
static size_t varied_names(const struct study_rows *rows, const char *name[VARIED_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < rows->count; i++)
        for (size_t j = 0; j < rows->row[i].varied; j++) {
            size_t known = 0;
            while (known < count && strcmp(name[known], rows->row[i].name[j]) != 0)
                known++;
            if (known == count && count < VARIED_MAX)
                name[count++] = rows->row[i].name[j];
        }
    return count;
}

/* The text of a parameter: the varied value, or that of the run. */
static const char *parameter_text(const struct study_row *row, const char *name, char room[SGDMFT_TEXT_MAX])
{
    for (size_t i = 0; i < row->varied; i++)
        if (strcmp(row->name[i], name) == 0)
            return row->text[i];
    strcpy(room, "");
    if (row->known)
        sgdmft_parameter_format(sgdmft_parameter_find(name), &row->run, room);
    return room;
}

static void put_csv_number(double value, FILE *out)
{
    if (isnan(value))
        fputs(",nan", out);
    else
        fprintf(out, ",%.17g", value);
}

static void put_csv_text(const char *text, FILE *out)
{
    const bool quote = strpbrk(text, ",\"") != NULL;
    fprintf(out, ",%s", quote ? "\"" : "");
    for (; *text; text++)
        fprintf(out, quote && *text == '"' ? "\"\"" : "%c", *text);
    fputs(quote ? "\"" : "", out);
}

static void csv_head(const struct study_rows *rows, size_t varied, const char *const *name, FILE *out)
{
    fputs("sweep", out);
    for (size_t i = 0; i < varied; i++)
        fprintf(out, ",%s", name[i]);
    fputs(",noise_scale,epochs,time,step,status", out);
    for (size_t i = 0; i < rows->columns; i++)
        fprintf(out, ",%s_theory,%s_theory_se,%s_simulation,%s_simulation_se", rows->column[i], rows->column[i],
                rows->column[i], rows->column[i]);
    fputc('\n', out);
}

static void csv_row(const struct study_rows *rows, const struct study_row *row, size_t varied, const char *const *name,
                    FILE *out)
{
    char room[SGDMFT_TEXT_MAX];
    fputs(row->step->name, out);
    for (size_t i = 0; i < varied; i++)
        put_csv_text(parameter_text(row, name[i], room), out);
    put_csv_number(study_key(row, "noise_scale"), out);
    put_csv_number(study_key(row, "epochs"), out);
    put_csv_number(study_key(row, "time"), out);
    fprintf(out, ",%ld,%s", row->at, row->status);
    for (size_t i = 0; i < rows->columns; i++) {
        put_csv_number(row->theory[i].value, out);
        put_csv_number(row->theory[i].se, out);
        put_csv_number(row->simulation[i].value, out);
        put_csv_number(row->simulation[i].se, out);
    }
    fputc('\n', out);
}

/* True for a text that begins with the line of csv_head. */
static bool is_table(const char *start, size_t size)
{
    const char *known = strstr(start, ",noise_scale,epochs,time,step,status"), *end = strchr(start, '\n');
    return files_starts(start, size, "sweep,") && known && (!end || known < end);
}

const struct files_kind study_kind_table = {"table of a study", is_table, NULL};

enum sgdmft_status study_rows_csv(const struct study_rows *rows, const char *path, struct sgdmft_error *error)
{
    const char *name[VARIED_MAX];
    const size_t varied = varied_names(rows, name);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return memory_fail(error, "the table");
    csv_head(rows, varied, name, out);
    for (size_t i = 0; i < rows->count; i++)
        csv_row(rows, &rows->row[i], varied, name, out);
    const enum sgdmft_status status =
        fclose(out) == 0 ? files_write(path, &study_kind_table, text, size, error) : memory_fail(error, "the table");
    free(text);
    return status;
}

static bool side_has(const struct study_rows *rows, size_t column, bool simulation)
{
    for (size_t i = 0; i < rows->count; i++)
        if (isfinite((simulation ? rows->row[i].simulation : rows->row[i].theory)[column].value))
            return true;
    return false;
}

/* Prints the cells of one observable in markdown: theory, simulation, score. */
static void markdown_cells(const struct study_rows *rows, const struct study_row *row, size_t column, FILE *out)
{
    char text[64];
    for (int side = 0; side < 2; side++)
        if (side_has(rows, column, side)) {
            const struct scalar value = (side ? row->simulation : row->theory)[column];
            sgdmft_format_cell(value.value, value.se, text);
            fprintf(out, " %s |", isnan(value.value) ? "" : text);
        }
    if (side_has(rows, column, false) && side_has(rows, column, true)) {
        const double z = study_score(row, column);
        fprintf(out, isfinite(z) ? " %+.1f |" : " |", z);
    }
}

void study_rows_markdown(const struct study_rows *rows, FILE *out)
{
    const char *name[VARIED_MAX];
    char room[SGDMFT_TEXT_MAX];
    const size_t varied = varied_names(rows, name);
    size_t cells = 2 + varied;
    fputs("| sweep |", out);
    for (size_t i = 0; i < varied; i++)
        fprintf(out, " %s |", name[i]);
    fputs(" noise_scale |", out);
    for (size_t i = 0; i < rows->columns; i++) {
        const bool theory = side_has(rows, i, false), simulation = side_has(rows, i, true);
        if (theory)
            fprintf(out, " %s, theory |", rows->column[i]);
        if (simulation)
            fprintf(out, " %s, simulation |", rows->column[i]);
        if (theory && simulation)
            fputs(" z |", out);
        cells += (size_t)theory + (size_t)simulation + (size_t)(theory && simulation);
    }
    fputs("\n|", out);
    for (size_t i = 0; i < cells; i++)
        fputs(" --- |", out);
    fputc('\n', out);
    for (size_t i = 0; i < rows->count; i++) {
        const struct study_row *row = &rows->row[i];
        fprintf(out, "| %s |", row->step->name);
        for (size_t j = 0; j < varied; j++)
            fprintf(out, " %s |", parameter_text(row, name[j], room));
        fprintf(out, " %.4g |", study_key(row, "noise_scale"));
        for (size_t j = 0; j < rows->columns; j++)
            markdown_cells(rows, row, j, out);
        fputc('\n', out);
    }
}
