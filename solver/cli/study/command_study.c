/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft study: runs the missing sweeps of a study, and writes its table, its figure and its findings. */
#include "models/base/memory.h"
#include "solver/cli/figure/gnuplot.h"
#include "solver/cli/page/page.h"
#include "solver/cli/study/command_study.h"
#include "solver/cli/study/study_list.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct report {
    const struct study *study;
    const char *folder;
    struct study_rows rows, series;
    char table[FILES_PATH_MAX], curves[FILES_PATH_MAX], text[FILES_PATH_MAX], figure[FILES_PATH_MAX],
        page[FILES_PATH_MAX];
};

static enum sgdmft_status make_study_folder(const char *folder, struct sgdmft_error *error)
{
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return sgdmft_fail(error, SGDMFT_FILE, "cannot make the folder %.300s: %s", folder, strerror(errno));
    return SGDMFT_OK;
}

static bool name_files(struct report *report)
{
    const char *name = report->study->name;
    const size_t size = FILES_PATH_MAX;
    return snprintf(report->table, size, "%s/%s.csv", report->folder, name) < (int)size
           && snprintf(report->curves, size, "%s/%s-series.csv", report->folder, name) < (int)size
           && snprintf(report->text, size, "%s/%s.md", report->folder, name) < (int)size
           && snprintf(report->figure, size, "%s/%s.png", report->folder, name) < (int)size
           && snprintf(report->page, size, "%s/%s.html", report->folder, name) < (int)size;
}

static bool is_text(const char *start, size_t size)
{
    return files_starts(start, size, "# ") && strstr(start, "\n\nClaim: ");
}

static const struct files_kind kind_text = {"text of a study", is_text, NULL};

/* Checks all files that will be written, before any work. */
static enum sgdmft_status check_files(const struct report *report, struct sgdmft_error *error)
{
    const struct study *study = report->study;
    enum sgdmft_status status;
    (void)((status = files_check(report->table, &study_kind_table, error))
           || (study->series > 0 && (status = files_check(report->curves, &study_kind_table, error)))
           || (status = files_check(report->text, &kind_text, error))
           || (status = files_check(report->page, &page_kind, error))
           || (*study->script && (status = files_check(report->figure, &files_png, error))));
    for (size_t i = 0; i < study->steps && !status; i++)
        status = study->step[i].kind->check_files(&study->step[i], report->folder, error);
    return status;
}

/* ---- files of the study ---------------------------------------------------------------------------------- */

/* Prints all lines of results and of steps, each after `before`. */
static void print_results(const struct report *report, const char *before, FILE *out)
{
    const struct study *study = report->study;
    char *text = NULL;
    size_t size = 0;
    FILE *lines = open_memstream(&text, &size);
    if (!lines)
        return;
    for (size_t i = 0; i < study->steps; i++)
        if (study->step[i].kind->print)
            study->step[i].kind->print(&study->step[i], report->folder, lines);
    for (size_t i = 0; i < study->results.count; i++)
        study_result_print(study, report->folder, &report->rows, study->results.key[i], study->results.value[i], lines);
    fclose(lines);
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
        fprintf(out, "%s%s\n", before, line);
    free(text);
}

static enum sgdmft_status write_text(const struct report *report, struct sgdmft_error *error)
{
    const struct study *study = report->study;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return memory_fail(error, "the text");
    fprintf(out, "# %s\n\nClaim: %s\n\nSource: %s\n\n", study->title, study->claim, study->source);
    if (study->finding)
        fprintf(out, "Found at the default size: %s\n\n", study->finding);
    if (report->rows.count > 0) {
        study_rows_markdown(&report->rows, out);
        fputc('\n', out);
    }
    print_results(report, "- ", out);
    const enum sgdmft_status status =
        fclose(out) == 0 ? files_write(report->text, &kind_text, text, size, error) : memory_fail(error, "the text");
    free(text);
    return status;
}

/* Name and value of a variable of the script: run_NAME describes the run of a step. NAME has underscores for signs
 * other than letters and digits. */
struct step_text {
    char name[80], text[600];
};

static void describe_step(const struct report *report, const struct study_step *step, struct step_text *out)
{
    snprintf(out->name, sizeof out->name, "run_%.70s", step->name);
    for (char *c = out->name; *c; c++)
        if (!isalnum((unsigned char)*c))
            *c = '_';
    out->text[0] = '\0';
    for (size_t i = 0; i < report->rows.count && !out->text[0]; i++) {
        const struct study_row *row = &report->rows.row[i];
        if (row->step == step && row->known)
            plot_describe(&row->run, row->varied, (const char *const *)row->name, true, out->text);
    }
}

#define SCRIPT_VARIABLES 4

static enum sgdmft_status draw_study(const struct report *report, struct sgdmft_error *error)
{
    const struct study *study = report->study;
    struct files_draft draft;
    char messages[FILES_PATH_MAX], style[FILES_PATH_MAX];
    enum sgdmft_status status = files_begin(&draft, report->figure, &files_png, error);
    if (status)
        return status;
    snprintf(messages, sizeof messages, "%.*s.messages", FILES_PATH_MAX - 16,
             draft.temporary); /* a name that no other file has */
    files_beside(study->script, "study_style.gp", style);
    struct gnuplot_variable variable[SCRIPT_VARIABLES + STUDY_STEPS_MAX] = {
        {"table", report->table}, {"series", report->curves}, {"output", draft.temporary}, {"style", style}};
    struct step_text *text = calloc(study->steps + 1, sizeof *text);
    for (size_t i = 0; i < study->steps && text; i++) {
        describe_step(report, &study->step[i], &text[i]);
        variable[SCRIPT_VARIABLES + i] = (struct gnuplot_variable){text[i].name, text[i].text};
    }
    status = text ? gnuplot_run(study->script, messages, SCRIPT_VARIABLES + study->steps, variable, &files_png, error)
                  : memory_fail(error, "the figure");
    free(text);
    unlink(messages);
    if (status)
        files_cancel(&draft);
    else
        status = files_commit(&draft, error);
    return status;
}

/* Adds the section of a sweep; an optional sweep may be missing. */
static enum sgdmft_status add_sweep(struct page *page, const char *folder, const char *name, struct sgdmft_error *error)
{
    char path[FILES_PATH_MAX];
    const char *word = path;
    struct gathering gathering;
    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path || access(path, F_OK) != 0)
        return SGDMFT_OK;
    enum sgdmft_status status = gather(1, &word, &gathering, error);
    if (!status && gathering.count > 0)
        status = page_sweep(page, &gathering, path, error);
    gather_free(&gathering);
    return status;
}

/* Writes the page: the texts of NAME.md, the figure, and a section for each sweep. */
static enum sgdmft_status write_page(const struct report *report, const char *line, struct sgdmft_error *error)
{
    const struct study *study = report->study;
    struct page page;
    char *text = NULL;
    size_t size = 0;
    enum sgdmft_status status = SGDMFT_OK;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return memory_fail(error, "the page");
    print_results(report, "", out);
    fclose(out);
    page_open(&page, study->title, line);
    page_section(&page, "Study");
    page_line(&page, "claim", study->claim);
    page_line(&page, "source", study->source);
    if (study->finding)
        page_line(&page, "found at the default size", study->finding);
    for (char *result = strtok(text, "\n"); result; result = strtok(NULL, "\n"))
        page_line(&page, "result", result);
    if (*study->script)
        status = page_picture(&page, report->figure, study->title, error);
    for (size_t i = 0; i < study->steps && !status; i++)
        if (study->step[i].kind->has_points)
            status = add_sweep(&page, report->folder, study->step[i].name, error);
    if (!status)
        status = page_write(&page, report->page, error);
    page_free(&page);
    free(text);
    return status;
}

static enum sgdmft_status write_all(struct report *report, const char *line, struct sgdmft_error *error)
{
    const struct study *study = report->study;
    enum sgdmft_status status;
    if ((status = study_rows_load(study, report->folder, false, &report->rows, error))
        || (status = study_rows_csv(&report->rows, report->table, error)))
        return status;
    if (study->series > 0
        && ((status = study_rows_load(study, report->folder, true, &report->series, error))
            || (status = study_rows_csv(&report->series, report->curves, error))))
        return status;
    if ((status = write_text(report, error)))
        return status;
    if (*study->script && (status = draw_study(report, error)))
        return status;
    return write_page(report, line, error);
}

static void study_text(const struct report *report)
{
    const struct study *study = report->study;
    printf("%s\n  claim:  %s\n  source: %s\n", study->title, study->claim, study->source);
    print_results(report, "  ", stdout);
    if (study->finding)
        printf("  found at the default size: %s\n", study->finding);
    printf("  table:  %s, %s%s%s\n", report->table, report->text, study->series ? ", " : "",
           study->series ? report->curves : "");
    if (*study->script)
        printf("  figure: %s\n", report->figure);
    printf("  page:   %s\n", report->page);
}

/* ---- the command ------------------------------------------------------------------------------------------ */

static enum sgdmft_status run_steps(const struct study *study, const char *folder, const struct invocation *invocation,
                                    struct sgdmft_error *error)
{
    enum sgdmft_status status = SGDMFT_OK;
    for (size_t i = 0; i < study->steps && !status; i++) {
        if (invocation->dry_run)
            printf("%s%s %s\n", i ? "\n" : "", study->step[i].kind->name, study->step[i].name);
        else if (!invocation->quiet)
            message("%s: %s %s (%zu of %zu)", study->name, study->step[i].kind->name, study->step[i].name, i + 1,
                    study->steps);
        status = study->step[i].kind->run(study, &study->step[i], folder, invocation, error);
    }
    return status;
}

static enum sgdmft_status work_on_study(const struct study *study, const struct invocation *invocation,
                                        struct sgdmft_error *error)
{
    char chosen[FILES_PATH_MAX];
    const char *given = invocation_option(invocation, "out", 0);
    struct report *report = calloc(1, sizeof *report);
    if (!report)
        return memory_fail(error, "the study");
    snprintf(chosen, sizeof chosen, "study-%s", study->name);
    report->study = study;
    report->folder = given ? given : chosen;
    enum sgdmft_status status =
        name_files(report) ? SGDMFT_OK : sgdmft_fail(error, SGDMFT_FILE, "out: the name is too long");
    if (!status)
        status = check_files(report, error);
    if (!status && *study->script)
        status = gnuplot_check(error);
    if (!status && !invocation->dry_run)
        status = make_study_folder(report->folder, error);
    if (!status)
        status = run_steps(study, report->folder, invocation, error);
    if (!status && !invocation->dry_run && !(status = write_all(report, invocation->line, error)))
        study_text(report);
    study_rows_free(&report->rows);
    study_rows_free(&report->series);
    free(report);
    return status;
}

static enum sgdmft_status study(const struct invocation *invocation, struct sgdmft_error *error)
{
    char file[FILES_PATH_MAX];
    struct study *known = calloc(1, sizeof *known);
    if (!known)
        return memory_fail(error, "the study");
    enum sgdmft_status status = study_find(invocation->file[0], file, error);
    if (!status)
        status = study_check_set(invocation, error);
    if (!status) {
        if (!(status = study_read(file, known, error)))
            status = work_on_study(known, invocation, error);
        study_free(known);
    }
    free(known);
    return status;
}

static const struct command_option options[] = {
    {"out", "FOLDER", "folder of sweeps, table and figure (default study-NAME)", false, NULL},
    {"set", "PARAMETER=VALUE", "a parameter of all runs of the study, in place of its own (dim=500, threads=1)", true,
     NULL},
    {NULL, NULL, NULL, false, NULL},
};

const struct command command_study = {
    .name = "study",
    .operands = "NAME",
    .summary = "Test a claim of the literature: sweeps, table, figure, findings.",
    .takes = OPERANDS_NAMES,
    .least = 1,
    .most = 1,
    .options = options,
    .notes = "NAME is one of `sgdmft list studies` or the path of a file NAME.ini. The folder has one sweep a "
             "step, NAME.csv (the values at the end of each run, theory and simulation), NAME-series.csv (along "
             "the runs), NAME.md, NAME.html (a page for a browser, as from sgdmft report) and NAME.png, drawn by "
             "NAME.gp beside NAME.ini. The variables of NAME.gp are the files table, series, output and style "
             "(study_style.gp "
             "beside it, which the program's own scripts load) and, for each step, run_STEP, the description of its "
             "run. The same command again computes the missing points.",
    .words = study_list_words,
    .run = study,
};
