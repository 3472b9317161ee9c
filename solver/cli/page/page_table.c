/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of a page: the same as those of sgdmft table, sorted and copied by the script of the page. */
#include "models/base/json_scalars.h"
#include "solver/cli/page/page.h"

#include <math.h>

json_t *page_table(struct page *page, const char *title, const char *caption, bool open)
{
    json_t *table = json_object();
    json_object_set_new(table, "title", json_text(title));
    json_object_set_new(table, "caption", json_text(caption));
    json_object_set_new(table, "open", json_boolean(open));
    json_object_set_new(table, "columns", json_array());
    json_object_set_new(table, "rows", json_array());
    if (json_array_append_new(json_object_get(page->section, "tables"), table) != 0)
        page->failed = true;
    return table;
}

void page_column(json_t *table, const char *name, const char *latex, bool number)
{
    json_t *column = json_object();
    json_object_set_new(column, "name", json_text(name));
    json_object_set_new(column, "latex", json_text(latex));
    json_object_set_new(column, "number", json_boolean(number));
    json_array_append_new(json_object_get(table, "columns"), column);
}

json_t *page_estimate(double value, double se)
{
    char text[64];
    if (isnan(value))
        return json_null();
    json_t *cell = json_array();
    sgdmft_format_cell(value, se, text);
    json_array_append_new(cell, json_number(value));
    json_array_append_new(cell, json_number(se));
    json_array_append_new(cell, json_text(text));
    return cell;
}

static bool has_value(const struct table *table, size_t index)
{
    bool known = false;
    for (size_t row = 0; row < table->rows && !known; row++) {
        const struct table_cell *cell = &table->cell[row * table->count + index];
        known = cell->text || !isnan(cell->number);
    }
    return known;
}

static json_t *make_cell(const struct table *table, size_t row, size_t index)
{
    const struct table_column *column = &table->column[index];
    const struct table_cell *cell = &table->cell[row * table->count + index];
    if (column->text)
        return json_text(cell->text ? cell->text : "");
    if (column->se < 0)
        return page_estimate(cell->number, 0);
    return page_estimate(cell->number, table->cell[row * table->count + (size_t)column->se].number);
}

/* True for a shown column; a column of errors is shown in the cells of its values. */
static bool is_shown(const struct table *table, size_t index)
{
    return !table->column[index].is_se && has_value(table, index);
}

json_t *page_fill_table(struct page *page, const struct table *table, const char *title, bool open)
{
    json_t *object = page_table(page, title, table->made_caption, open);
    char latex[SYMBOL_MAX];
    for (size_t i = 0; i < table->shown; i++) {
        const struct table_column *column = &table->column[table->show[i]];
        symbol_latex(column->name, latex);
        if (is_shown(table, table->show[i]))
            page_column(object, column->name, latex, !column->text);
    }
    for (size_t row = 0; row < table->rows; row++) {
        json_t *cells = json_array();
        for (size_t i = 0; i < table->shown; i++)
            if (is_shown(table, table->show[i]))
                json_array_append_new(cells, make_cell(table, row, table->show[i]));
        json_array_append_new(json_object_get(object, "rows"), cells);
    }
    return object;
}
