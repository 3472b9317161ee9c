/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The document of a page, and its file. */
#include "models/base/memory.h"
#include "solver/cli/page/page.h"

#include "models/base/files.h"
#include "models/base/json_scalars.h"
#include "solver/cli/page/page_assets.h"

#include <stdlib.h>
#include <string.h>

#define SERIES_BYTES 2000000 /* bytes of the series of all diagrams; the page then has less than 3 MB */

static bool is_page(const char *start, size_t size)
{
    return files_starts(start, size, "<!DOCTYPE html>") && strstr(start, "name=\"generator\" content=\"sgdmft\"");
}

const struct files_kind page_kind = {"page of sgdmft", is_page, "</html>"};

void page_open(struct page *page, const char *title, const char *line)
{
    struct sgdmft_provenance provenance = {.threads = 0};
    char text[160];
    sgdmft_provenance_fill(&provenance);
    snprintf(text, sizeof text, "sgdmft %s (%s)", provenance.version, provenance.git_hash);
    *page = (struct page){.document = json_object(), .series_room = SERIES_BYTES};
    json_object_set_new(page->document, "title", json_text(title));
    json_object_set_new(page->document, "program", json_text(text));
    json_object_set_new(page->document, "command", json_text(line));
    json_object_set_new(page->document, "sections", json_array());
    json_object_set_new(page->document, "references", json_array());
}

void page_free(struct page *page)
{
    json_decref(page->document);
    *page = (struct page){.document = NULL};
}

void page_section(struct page *page, const char *title)
{
    static const char *const lists[] = {"lines", "pictures", "figures", "tables"};
    page->section = json_object();
    json_object_set_new(page->section, "title", json_text(title));
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        json_object_set_new(page->section, lists[i], json_array());
    json_array_append_new(json_object_get(page->document, "sections"), page->section);
}

static void add_line(struct page *page, const char *label, const char *text, const char *kind)
{
    json_t *line = json_object();
    json_object_set_new(line, "label", json_text(label));
    json_object_set_new(line, "text", json_text(text));
    json_object_set_new(line, "kind", json_text(kind));
    json_array_append_new(json_object_get(page->section, "lines"), line);
}

void page_line(struct page *page, const char *label, const char *text)
{
    add_line(page, label, text, "text");
}

void page_words(struct page *page, const char *label, const char *text)
{
    add_line(page, label, text, "symbols");
}

void page_command(struct page *page, const char *label, const char *text)
{
    add_line(page, label, text, "command");
}

enum sgdmft_status page_picture(struct page *page, const char *path, const char *title, struct sgdmft_error *error)
{
    unsigned char *bytes;
    size_t size;
    const enum sgdmft_status status = files_read(path, &bytes, &size, error);
    if (status)
        return status;
    json_t *picture = json_object();
    json_object_set_new(picture, "title", json_text(title));
    json_object_set_new(picture, "png", page_base64(bytes, size));
    json_array_append_new(json_object_get(page->section, "pictures"), picture);
    free(bytes);
    return SGDMFT_OK;
}

/* Prints the json document inside an element of the page. < is escaped, since no text may look like a tag; it occurs
 * in strings alone. */
static void put_document(const char *text, FILE *out)
{
    for (; *text; text++)
        if (*text == '<')
            fputs("\\u003c", out);
        else
            putc(*text, out);
}

/* Prints the title for the head of the page, with the signs of html escaped. */
static void put_escaped(const char *text, FILE *out)
{
    for (; *text; text++)
        if (*text == '<' || *text == '>' || *text == '&')
            fprintf(out, "&#%d;", *text);
        else
            putc(*text, out);
}

/* Prints the page with style, script and data in place of their marks. */
static void put_page(const struct page *page, const char *document, FILE *out)
{
    for (const char *text = page_asset_html; *text;) {
        if (files_starts(text, strlen(text), "@STYLE@"))
            fputs(page_asset_css, out);
        else if (files_starts(text, strlen(text), "@SCRIPT@"))
            fputs(page_asset_js, out);
        else if (files_starts(text, strlen(text), "@DATA@"))
            put_document(document, out);
        else if (files_starts(text, strlen(text), "@TITLE@"))
            put_escaped(json_string_value(json_object_get(page->document, "title")), out);
        else {
            putc(*text++, out);
            continue;
        }
        text = strchr(text + 1, '@') + 1;
    }
}

enum sgdmft_status page_write(const struct page *page, const char *path, struct sgdmft_error *error)
{
    char *text = NULL,
         *document = page->failed ? NULL : json_dumps(page->document, JSON_COMPACT | JSON_REAL_PRECISION(17));
    size_t size = 0;
    FILE *out = document ? open_memstream(&text, &size) : NULL;
    if (!out) {
        free(document);
        return memory_fail(error, "the page");
    }
    put_page(page, document, out);
    const enum sgdmft_status status =
        fclose(out) == 0 ? files_write(path, &page_kind, text, size, error) : memory_fail(error, "the page");
    free(document);
    free(text);
    return status;
}
