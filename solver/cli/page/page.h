/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A page that shows results in a browser: one file, without network. Its data are one json document, which the script
 * of the page (page_*.js) turns into text, tables and figures. */
#ifndef SOLVER_CLI_PAGE_PAGE_H
#define SOLVER_CLI_PAGE_PAGE_H

#include "models/base/files_kind.h"
#include "solver/cli/view/command_table.h"
#include "solver/cli/view/plot_kinds.h"

#include <jansson.h>

/* A page under construction: its document, and the section that is being filled. */
struct page {
    json_t *document, *section;
    size_t series_room; /* bytes left for the series of sweeps */
    bool failed;        /* out of memory */
};

/* The kind of file of a page, recognised by its beginning. */
extern const struct files_kind page_kind;

/* Begins an empty page. line: the command that makes it. Free with page_free. */
void page_open(struct page *page, const char *title, const char *line);
void page_free(struct page *page);
/* Begins a section. */
void page_section(struct page *page, const char *title);
/* Adds a line to the section: a label ("verdict", "command") and a text. */
void page_line(struct page *page, const char *label, const char *text);
/* Adds a line whose text has symbols, as from plot_describe. */
void page_words(struct page *page, const char *label, const char *text);
/* Adds a line whose text is a command, with a button that copies it. */
void page_command(struct page *page, const char *label, const char *text);
/* Adds a picture from an existing png file. FILE: it cannot be read. */
enum sgdmft_status page_picture(struct page *page, const char *path, const char *title, struct sgdmft_error *error);
/* Writes the page. INTERNAL: out of memory. FILE: as from files_write. */
enum sgdmft_status page_write(const struct page *page, const char *path, struct sgdmft_error *error);

/* ---- sections (page_results.c, page_sweep.c) ------------------------------------------------------------- */

/* Adds the section of a gathering of results that are named by themselves. */
enum sgdmft_status page_results(struct page *page, const struct gathering *gathering, struct sgdmft_error *error);
/* Adds the section of a gathering of the points of one sweep. */
enum sgdmft_status page_sweep(struct page *page, const struct gathering *gathering, const char *folder,
                              struct sgdmft_error *error);

/* ---- pieces of a section ---------------------------------------------------------------------------------- */

/* Adds a table and returns it for page_row. caption: LaTeX. open: true if it is open at first. */
json_t *page_table(struct page *page, const char *title, const char *caption, bool open);
void page_column(json_t *table, const char *name, const char *latex, bool number);
/* A cell with an error, as 0.1234(5); without error if se is NaN; null if the value is NaN. */
json_t *page_estimate(double value, double se);
/* Adds the shown columns of a filled table, without the columns that have no value. */
json_t *page_fill_table(struct page *page, const struct table *table, const char *title, bool open);
/* Adds a figure that is closed. */
void page_figure(struct page *page, const struct figure *figure);
/* The rows of a block as text, which is shorter than json; NULL: out of memory. */
json_t *page_block(const struct figure_block *block, int digits);
/* Adds the parameters of results, their provenance, and the references of their records. */
void page_parameters(struct page *page, struct sgdmft_result *const *result, const char *const *name, size_t count,
                     const struct points *points);
void page_provenance(struct page *page, struct sgdmft_result *const *result, const char *const *name, size_t count);
void page_references(struct page *page, const struct sgdmft_result *result);
/* Adds the lines of a result: source, "theory (engine dense, 8 groups of paths)", and run. */
void page_describe(struct page *page, const struct sgdmft_result *result, const struct points *points);

/* ---- series of the cells of a diagram (page_series.c) ------------------------------------------------------ */

#define PAGE_CURVES_MAX 24

struct page_series {
    size_t count;
    const struct sgdmft_observable *observable[PAGE_CURVES_MAX];
    size_t points; /* largest number of points of a series; 0: no series */
};

/* Lists the series of a result. */
void page_series_choose(const struct sgdmft_result *result, struct page_series *series);
/* Chooses the number of points of each of `cells` times `sides` series, so that they fit into `room` bytes. */
void page_series_fit(struct page_series *series, size_t cells, size_t sides, size_t room);
/* Packs the series of a result in base64; null without a result. Each of up to series->points evenly spread steps
 * has its time, and value and error of each observable. Times and values are the upper three bytes of a float (16
 * bits of precision), errors the upper two (8 bits). */
json_t *page_series_pack(const struct page_series *series, const struct sgdmft_result *result);

/* Encodes bytes in base64 as a json text. NULL: out of memory. */
json_t *page_base64(const unsigned char *bytes, size_t size);

#endif
