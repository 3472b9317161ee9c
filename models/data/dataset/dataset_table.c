/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Access to the cells of a table. */
#include "models/data/dataset/dataset_table.h"

#include "models/base/memory.h"
#include "models/run/parameter_table.h"
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool dataset_number(const char *text, double *value)
{
    char *end;
    const char first = text[0] == '+' || text[0] == '-' ? text[1] : text[0];
    if (!isdigit((unsigned char)first) && first != '.')
        return false; /* neither nan nor inf */
    if (strpbrk(text, "xX"))
        return false;
    *value = strtod(text, &end);
    return end != text && *end == '\0' && isfinite(*value);
}

bool dataset_is_infinite(const char *text)
{
    char *end;
    return isinf(strtod(text, &end)) && *end == '\0';
}

size_t dataset_trim(char *text, size_t length)
{
    size_t blank = 0;
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        length--;
    while (blank < length && isspace((unsigned char)text[blank]))
        blank++;
    memmove(text, text + blank, length - blank);
    text[length - blank] = '\0';
    return length - blank;
}

bool dataset_is_missing(const char *text)
{
    static const char *const none[] = {"", "?", "na", "n/a", "nan", "null", "none", "-"};
    if (isdigit((unsigned char)text[0]) || (text[0] && strnlen(text, 5) == 5)) /* most are numbers */
        return false;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (strcasecmp(text, none[i]) == 0)
            return true;
    return false;
}

bool dataset_table_number(const struct dataset_table *table, size_t row, size_t column, double *value)
{
    if (table->cell)
        return dataset_number(table->cell[row * table->columns + column], value);
    if (table->label && column == table->columns - 1)
        return dataset_number(table->label[row], value);
    *value = table->number[row * table->columns + column];
    return isfinite(*value);
}

const char *dataset_table_text(const struct dataset_table *table, size_t row, size_t column, char buffer[32])
{
    if (table->cell)
        return table->cell[row * table->columns + column];
    if (table->label && column == table->columns - 1)
        return table->label[row];
    const double value = table->number[row * table->columns + column];
    return isfinite(value) ? number_format(value, buffer) : isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
}

const char *dataset_table_place(const struct dataset_table *table, size_t row, size_t column, char buffer[160])
{
    const char *name = table->name ? table->name[column] : NULL;
    const size_t line = table->line ? table->line[row] : row + 1;
    snprintf(buffer, 160, "%s %zu, column %zu%s%.80s%s", table->is_text ? "line" : "row", line, column + 1,
             name ? " (" : "", name ? name : "", name ? ")" : "");
    return buffer;
}

enum sgdmft_status dataset_table_keep(struct dataset_table *table, const bool *kept, struct sgdmft_error *error)
{
    const size_t columns = table->columns, cell = sizeof *table->cell, number = sizeof *table->number;
    size_t rows = 0;
    if (!table->line && !(table->line = malloc(table->rows * sizeof *table->line)))
        return memory_fail(error, "the rows of a dataset");
    for (size_t i = 0; i < table->rows; i++) {
        const size_t line = table->is_text ? table->line[i] : i + 1;
        if (!kept[i])
            continue;
        if (table->cell)
            memmove(table->cell + rows * columns, table->cell + i * columns, columns * cell);
        if (table->number)
            memmove(table->number + rows * columns, table->number + i * columns, columns * number);
        if (table->label)
            table->label[rows] = table->label[i];
        table->line[rows++] = line;
    }
    table->rows = rows;
    return SGDMFT_OK;
}

void dataset_table_free(struct dataset_table *table)
{
    for (size_t i = 0; table->name && !table->cell && i < table->columns; i++)
        free(table->name[i]); /* those of a csv file point into its text */
    free(table->name);
    free(table->text);
    free(table->cell);
    free(table->label);
    free(table->line);
    free(table->number);
    *table = (struct dataset_table){.rows = 0};
}
