/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft report: results and sweeps as one page for a browser. */
#include "models/base/memory.h"
#include "models/base/files.h"
#include "solver/cli/page/page.h"

#include <stdlib.h>
#include <string.h>

static enum sgdmft_status parse_out(const char *out, struct sgdmft_error *error)
{
    static const char *const endings[] = {".html", ".htm"};
    if (!out)
        return sgdmft_fail(error, SGDMFT_USAGE, "out: a page needs --out FILE.html");
    const size_t length = strlen(out);
    for (size_t i = 0; i < 2; i++)
        if (length > strlen(endings[i]) && strcmp(out + length - strlen(endings[i]), endings[i]) == 0)
            return files_try(out, &page_kind, error);
    return sgdmft_fail(error, SGDMFT_USAGE, "out: '%.200s' is not NAME.html", out);
}

/* Adds a section of the results named by themselves, then one for each sweep in its order. */
static enum sgdmft_status add_sections(struct page *page, const struct gathering *gathering, struct sgdmft_error *error)
{
    struct gathering part = {.item = malloc((gathering->count + 1) * sizeof *part.item)};
    enum sgdmft_status status = part.item ? SGDMFT_OK : memory_fail(error, "the page");
    for (size_t i = 0; i < gathering->count && !status; i++)
        if (!gathering->item[i].point)
            part.item[part.count++] = gathering->item[i];
    if (!status && part.count > 0)
        status = page_results(page, &part, error);
    for (size_t s = 0; s < gathering->sweep_count && !status; s++) {
        part.count = 0;
        for (size_t i = 0; i < gathering->count; i++)
            if (gathering->item[i].points == gathering->sweep[s])
                part.item[part.count++] = gathering->item[i];
        if (part.count > 0)
            status = page_sweep(page, &part, part.item[0].origin, error);
    }
    free(part.item);
    return status;
}

static enum sgdmft_status report(const struct invocation *invocation, struct sgdmft_error *error)
{
    const char *out = invocation_option(invocation, "out", 0), *title = invocation_option(invocation, "title", 0);
    struct gathering gathering = {.count = 0};
    struct page page;
    enum sgdmft_status status = parse_out(out, error);
    if (!status)
        status = gather(invocation->file_count, invocation->file, &gathering, error);
    if (!status && gathering.count == 0)
        status = sgdmft_fail(error, SGDMFT_USAGE, "%s has no points yet", invocation->file[0]);
    if (!status) {
        char made[400];
        snprintf(made, sizeof made, invocation->file_count > 1 ? "%.300s and %zu more" : "%.300s", invocation->file[0],
                 invocation->file_count - 1);
        page_open(&page, title ? title : made, invocation->line);
        status = add_sections(&page, &gathering, error);
        if (!status && !invocation->dry_run)
            status = page_write(&page, out, error);
        page_free(&page);
    }
    gather_free(&gathering);
    return status;
}

static const struct command_option options[] = {
    {"out", "FILE.html", "the page", false, NULL},
    {"title", "TEXT", "title of the page (default: name of the first file)", false, NULL},
    {NULL, NULL, NULL, false, NULL},
};

const struct command command_report = {
    .name = "report",
    .operands = "FOLDER|RESULT.h5 ...",
    .summary = "Make a page for a browser of sweeps or results: figures, tables, diagram, provenance, references.",
    .takes = OPERANDS_FILES,
    .least = 1,
    .most = 10000,
    .options = options,
    .notes = "The page is one file and needs no network. Its figures are those of sgdmft plot, its tables those of "
             "sgdmft table. Tables can be sorted and copied as LaTeX, csv or markdown. In the diagram of a sweep, "
             "pointing at a cell shows its values and errors, and a click its series. A series has at most 101 "
             "steps, fewer if all would take more than 2 MB, and values of 16 bits. The script of the page draws "
             "figures and tables.",
    .run = report,
};
