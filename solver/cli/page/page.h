/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A page that shows results in a browser: one file, without network. Its data are one json document, which the script
 * of the page (page_*.js) turns into text, tables and figures. */
#ifndef SOLVER_CLI_PAGE_PAGE_H
#define SOLVER_CLI_PAGE_PAGE_H

#include "models/base/files_kind.h"
#include "solver/cli/view/command_table.h"
#include "solver/cli/view/plot_kinds.h"

#include <jansson.h>

/* A page in the making: its document, and the section that is being filled. */
struct page {
    json_t *document, *section;
    size_t series_room; /* bytes that are left for the series of sweeps */
    bool failed;        /* no memory */
};

/* How pages begin, by which they are recognised. */
extern const struct files_kind page_kind;

/* An empty page; line: the command that makes it. Free with page_free. */
void page_open(struct page *page, const char *title, const char *line);
void page_free(struct page *page);
/* Begins a section. */
void page_section(struct page *page, const char *title);
/* A line of the section: a label ("verdict", "command"), and a text. */
void page_line(struct page *page, const char *label, const char *text);
/* The same for a text with symbols, as plot_describe gives it. */
void page_words(struct page *page, const char *label, const char *text);
/* The same for a command that can be copied. */
void page_command(struct page *page, const char *label, const char *text);
/* A picture that is there already as a file in the format png. FILE if it cannot be read. */
enum sgdmft_status page_picture(struct page *page, const char *path, const char *title, struct sgdmft_error *error);
/* Writes it. INTERNAL: no memory; FILE as from files_write. */
enum sgdmft_status page_write(const struct page *page, const char *path, struct sgdmft_error *error);

/* ---- sections (page_results.c, page_sweep.c) ------------------------------------------------------------- */

/* Results by themselves: the results of the gathering, none of which is of a sweep. */
enum sgdmft_status page_results(struct page *page, const struct gathering *gathering, struct sgdmft_error *error);
/* A sweep: the points of the gathering, which are all of one. */
enum sgdmft_status page_sweep(struct page *page, const struct gathering *gathering, const char *folder,
                              struct sgdmft_error *error);

/* ---- pieces of a section ---------------------------------------------------------------------------------- */

/* A table: title, caption in LaTeX, true if it is open at first. Its rows are added by page_row. */
json_t *page_table(struct page *page, const char *title, const char *caption, bool open);
void page_column(json_t *table, const char *name, const char *latex, bool number);
/* A cell with an error, as 0.1234(5); without one where se is NaN; null where the value is. */
json_t *page_estimate(double value, double se);
/* The shown columns of a table that is filled. Columns without a value are left out. */
json_t *page_fill_table(struct page *page, const struct table *table, const char *title, bool open);
/* A figure that is closed. */
void page_figure(struct page *page, const struct figure *figure);
/* Parameters of results (of the same sweep or not), where they come from, and the references of their records. */
void page_parameters(struct page *page, struct sgdmft_result *const *result, const char *const *name, size_t count,
                     const struct points *points);
void page_provenance(struct page *page, struct sgdmft_result *const *result, const char *const *name, size_t count);
void page_references(struct page *page, const struct sgdmft_result *result);
/* "theory (engine dense, 8 samples)" and what was run. */
void page_describe(struct page *page, const struct sgdmft_result *result, const struct points *points);

/* ---- series of the cells of a diagram (page_series.c) ------------------------------------------------------ */

#define PAGE_CURVES_MAX 24

struct page_series {
    size_t count;
    const struct sgdmft_observable *observable[PAGE_CURVES_MAX];
    size_t points; /* of each series, at most; 0: there is no room */
};

/* The series that a result has. */
void page_series_choose(const struct sgdmft_result *result, struct page_series *series);
/* How many points each of `cells` times `sides` series may have so that they fit into `room` bytes. */
void page_series_fit(struct page_series *series, size_t cells, size_t sides, size_t room);
/* Packed: for each of up to series->points steps, evenly spread, the time and for each observable value and error;
 * times and values are the upper three bytes of a float (16 bits of precision), errors the upper two (8 bits), all in
 * base64. null without a result. */
json_t *page_series_pack(const struct page_series *series, const struct sgdmft_result *result);

/* Bytes in base64, as a json text; NULL without memory. */
json_t *page_base64(const unsigned char *bytes, size_t size);

#endif
