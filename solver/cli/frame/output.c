/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Output of a command: its checks before any work, the result file, and stdout in the requested format. */
#include "models/base/checkpoint_file.h"
#include "models/base/checkpoint_pieces.h"
#include "models/result/result_hdf5.h"
#include "models/result/samples.h"
#include "models/run/parameter_table.h"
#include "solver/cli/frame/cli.h"
#include "solver/cli/sweep/folder.h"

#include <math.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

bool output_is_result(const char *path)
{
    static const char signature[] = "\x89HDF\r\n\x1a\n";
    char start[8] = {0};
    if (ends_with(path, ".h5") || ends_with(path, ".hdf5"))
        return true;
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    bool match = fread(start, 1, sizeof start, file) == sizeof start
                 && (memcmp(start, signature, sizeof start) == 0 || memcmp(start, RESULT_MARK, sizeof start) == 0);
    fclose(file);
    return match;
}

/* ---- before any work ------------------------------------------------------------------------------------ */

enum sgdmft_status output_part(const struct sgdmft_run *run, const char *part, char path[SGDMFT_TEXT_MAX],
                               struct sgdmft_error *error)
{
    size_t length = strlen(run->out);
    path[0] = '\0';
    if (length == 0)
        return SGDMFT_OK;
    if (length > 3 && strcmp(run->out + length - 3, ".h5") == 0)
        length -= 3;
    int needed = snprintf(path, SGDMFT_TEXT_MAX, "%.*s-%s.h5", (int)length, run->out, part);
    if (needed >= SGDMFT_TEXT_MAX)
        return sgdmft_fail(error, SGDMFT_USAGE, "out: '%.80s...' is too long for a prefix", run->out);
    return SGDMFT_OK;
}

/* Refuses the sign for standard output and the suffix of another format, since a result is an HDF5 file. */
static enum sgdmft_status check_suffix(const char *path, struct sgdmft_error *error)
{
    static const struct {
        const char *end, *way; /* the command that makes a file of this kind, before the name */
    } ends[] = {
        {".csv", "--format csv >"},
        {".tsv", "--format csv >"},
        {".csv.gz", "--format csv | gzip >"},
        {".json", "--format json >"},
        {".txt", "without --out, >"},
        {".dat", "--format csv >"},
        {".log", "without --out, >"},
        {".ini", "--print-config >"},
        {".tex", "sgdmft table RESULT.h5 --format latex >"},
        {".md", "sgdmft table RESULT.h5 --format markdown >"},
        {".png", "sgdmft plot RESULT.h5 --out"},
        {".svg", "sgdmft plot RESULT.h5 --out"},
        {".pdf", "sgdmft plot RESULT.h5 --out"},
    };
    const size_t length = strlen(path);
    if (strcmp(path, "-") == 0)
        return sgdmft_fail(
            error, SGDMFT_USAGE,
            "out: '-' names no file; the result is printed in any case, for scripts with --format csv or "
            "json");
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        const size_t tail = strlen(ends[i].end);
        if (length > tail && strcasecmp(path + length - tail, ends[i].end) == 0)
            return sgdmft_fail(error, SGDMFT_USAGE,
                               "out: '%.300s' would be an HDF5 file; a file of this kind is made by %s %.300s (name "
                               "the result FILE.h5)",
                               path, ends[i].way, path);
    }
    return SGDMFT_OK;
}

/* Refuses to write a file that the run reads. */
static enum sgdmft_status keep_inputs(const struct invocation *invocation, const char *path, struct sgdmft_error *error)
{
    const bool reads = effect_dataset(&invocation->run);
    enum sgdmft_status status = files_keep(path, reads ? invocation->run.dataset : "", "the dataset of the run", error);
    if (!status)
        status = files_keep(path, reads ? invocation->run.labels : "", "the labels of the run", error);
    return status ? status : files_keep(path, invocation->run_file, "the run file", error);
}

static enum sgdmft_status check_checkpoint(const struct invocation *invocation, struct sgdmft_error *error)
{
    const char *path = invocation->run.checkpoint;
    char previous[FILES_PATH_MAX];
    enum sgdmft_status status;
    if (!*path || !invocation->command->resumes)
        return SGDMFT_OK;
    checkpoint_previous(path, previous);
    (void)((status = keep_inputs(invocation, path, error)) || (status = keep_inputs(invocation, previous, error))
           || (status = checkpoint_check(&invocation->run, path, error))
           || (status = files_try(path, &files_checkpoint, error)));
    return !status && invocation->dry_run ? checkpoint_found(&invocation->run, error) : status;
}

static enum sgdmft_status check_result(const struct invocation *invocation, const char *path,
                                       struct sgdmft_error *error)
{
    const char *checkpoint = invocation->run.checkpoint;
    char previous[FILES_PATH_MAX] = "";
    enum sgdmft_status status;
    if (*checkpoint)
        checkpoint_previous(checkpoint, previous);
    (void)((status = keep_inputs(invocation, path, error))
           || (status = files_keep(path, checkpoint, "the checkpoint of the run", error))
           || (status = files_keep(path, previous, "the previous checkpoint", error))
           || (status = files_try(path, &files_result, error)));
    return status;
}

enum sgdmft_status output_check(const struct invocation *invocation, struct sgdmft_error *error)
{
    const struct sgdmft_run *run = &invocation->run;
    const enum command_writes writes = *run->out ? invocation->command->writes : WRITES_NOTHING;
    char path[SGDMFT_TEXT_MAX];
    enum sgdmft_status status = check_checkpoint(invocation, error);
    if (!status && writes == WRITES_FOLDER)
        return strcmp(run->out, "-") == 0 ? check_suffix(run->out, error) : folder_check(run->out, error);
    if (!status && writes == WRITES_RESULT)
        status = check_result(invocation, run->out, error);
    for (int side = 0; side < 2 && !status && writes == WRITES_PAIR; side++)
        if (!(status = output_part(run, side ? "simulation" : "theory", path, error)))
            status = check_result(invocation, path, error);
    return !status && writes != WRITES_NOTHING ? check_suffix(run->out, error) : status;
}

/* ---- afterwards ----------------------------------------------------------------------------------------- */

enum sgdmft_status output_write(const struct invocation *invocation, struct sgdmft_result *result, const char *path,
                                struct sgdmft_error *error)
{
    struct sgdmft_provenance *provenance = &result->provenance;
    snprintf(provenance->command, sizeof provenance->command, "%s", invocation->line);
    const struct ranks *ranks = &invocation->session->ranks;
    enum sgdmft_status status = SGDMFT_OK;
    if (*path && ranks_first(ranks))
        status = sgdmft_result_write(result, path, error);
    return ranks_agree(ranks, status, error);
}

void output_warn(const struct invocation *invocation, const struct sgdmft_result *result)
{
    const double uncertain = samples_uncertainty(result->samples);
    const char *what = result->source == SGDMFT_THEORY ? "group" : "run";
    if (result->status == SGDMFT_INTERRUPTED && result->samples == 1)
        warning(invocation, "of one %s there are no errors", what);
    else if (result->status == SGDMFT_INTERRUPTED && uncertain > SAMPLES_UNCERTAIN)
        warning(invocation, "errors from %zu %ss are uncertain by %.0f %% themselves", result->samples, what,
                100 * uncertain);
}

void output_number(double number)
{
    if (isnan(number))
        fputs("nan", stdout);
    else
        printf("%.17g", number);
}

void output_next(double number)
{
    putchar(',');
    output_number(number);
}

void output_text(const char *text)
{
    const bool quote = strpbrk(text, ",\"\n") != NULL;
    if (quote)
        putchar('"');
    for (; *text; text++)
        printf(quote && *text == '"' ? "\"\"" : "%c", *text);
    if (quote)
        putchar('"');
}

void output_head(const char *what, const struct sgdmft_result *result, const char *noun)
{
    const struct sgdmft_run *run = &result->run;
    printf("%s by %s (%zu %s): data %s, loss %s, rule %s, alpha %g, ridge %g, rate %g, batch %g\n", what,
           result_source_name(result->source), result->samples, noun, run->data->entry.name, run->loss->entry.name,
           run->rule->entry.name, run->alpha, run->ridge, run->rate, run->batch);
}

enum sgdmft_status output_flush(struct sgdmft_error *error)
{
    if (fflush(stdout) != 0 || ferror(stdout))
        return sgdmft_fail(error, SGDMFT_FILE, "cannot write the table: %s", strerror(errno));
    return SGDMFT_OK;
}

enum sgdmft_status output_print(const struct invocation *invocation, const struct sgdmft_result *result,
                                struct sgdmft_error *error)
{
    output_warn(invocation, result);
    switch (invocation->run.format) {
    case SGDMFT_FORMAT_JSON:
        return sgdmft_result_json(result, invocation->command->name, stdout, error);
    case SGDMFT_FORMAT_CSV:
        return sgdmft_result_csv(result, stdout, error);
    default:
        return sgdmft_result_text(result, stdout, error);
    }
}

enum sgdmft_status output_both(const struct invocation *invocation, struct sgdmft_result *result,
                               enum sgdmft_status status, struct sgdmft_error *error)
{
    struct sgdmft_error trouble = {0}, doubt = {0};
    const enum sgdmft_status written = output_write(invocation, result, invocation->run.out, &trouble),
                             printed = output_print(invocation, result, &doubt);
    if (written || printed)
        *error = written ? trouble : doubt;
    return written ? written : printed ? printed : status;
}
