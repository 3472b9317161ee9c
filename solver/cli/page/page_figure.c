/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures of a page: the same as those of sgdmft plot, drawn by the script of the page. */
#include "models/base/json_scalars.h"
#include "solver/cli/page/page.h"

#include <stdlib.h>

static const char *const styles[] = {
    [FIGURE_LINE] = "line",     [FIGURE_COMPUTED] = "computed", [FIGURE_PATH] = "path",
    [FIGURE_POINTS] = "points", [FIGURE_CROSSES] = "crosses",   [FIGURE_DASHED] = "dashed",
    [FIGURE_CELLS] = "cells",   [FIGURE_BLANKS] = "blanks",     [FIGURE_CONTOURS] = "contours",
    [FIGURE_LABELS] = "labels"};

json_t *page_block(const struct figure_block *block, int digits)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return NULL;
    figure_block_data(block, digits, out);
    json_t *value = fclose(out) == 0 ? json_text(text) : NULL;
    free(text);
    return value;
}

static json_t *element_object(const struct figure_element *element)
{
    json_t *object = json_object();
    char colour[16];
    snprintf(colour, sizeof colour, "#%06x", element->colour);
    json_object_set_new(object, "style", json_text(styles[element->style]));
    json_object_set_new(object, "block", json_integer((json_int_t)element->block));
    json_object_set_new(object, "colour", json_text(colour));
    json_object_set_new(object, "title", json_text(element->title));
    return object;
}

void page_figure(struct page *page, const struct figure *figure)
{
    json_t *object = json_object(), *blocks = json_array(), *elements = json_array();
    for (size_t b = 0; b < figure->blocks; b++)
        if (json_array_append_new(blocks, page_block(&figure->block[b], 7)) != 0)
            page->failed = true;
    for (size_t i = 0; i < figure->count; i++)
        json_array_append_new(elements, element_object(&figure->element[i]));
    json_object_set_new(object, "title", json_text(figure->title));
    json_object_set_new(object, "x", json_text(figure->x_label));
    json_object_set_new(object, "y", json_text(figure->y_label));
    json_object_set_new(object, "x_log", json_boolean(figure->x_log));
    json_object_set_new(object, "y_log", json_boolean(figure->y_log));
    json_object_set_new(object, "range", json_numbers(figure->range, 4));
    json_object_set_new(object, "blocks", blocks);
    json_object_set_new(object, "elements", elements);
    if (json_array_append_new(json_object_get(page->section, "figures"), object) != 0)
        page->failed = true;
}
