/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures: colours, blocks of data, elements. */
#include "models/base/memory.h"
#include "solver/cli/figure/figure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FEW 7

static const unsigned few_colours[FEW] = {0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7, 0xe69f00, 0x56b4e9, 0x000000};
const unsigned figure_palette[FIGURE_PALETTE] = {0x440154, 0x472d7b, 0x3b528b, 0x2c728e, 0x21918c,
                                                 0x27ad81, 0x4ec36b, 0x7ad151, 0xaadc32, 0xfde725};

static unsigned mix(unsigned a, unsigned b, double share)
{
    unsigned mixed = 0;
    for (int shift = 0; shift < 24; shift += 8) {
        double from = (a >> shift) & 0xff, to = (b >> shift) & 0xff;
        mixed |= (unsigned)lround(from + (to - from) * share) << shift;
    }
    return mixed;
}

unsigned figure_colour(size_t i, size_t n)
{
    if (n <= FEW)
        return few_colours[i];
    double place = 8. * (double)i / (double)(n - 1);
    size_t left = place < 7 ? (size_t)place : 7;
    return mix(figure_palette[left], figure_palette[left + 1], place - (double)left);
}

bool figure_wants_log(double smallest, double largest)
{
    return smallest > 0 && largest > 100 * smallest;
}

/* ---- data ---------------------------------------------------------------------------------------------- */

void figure_open(struct figure *figure)
{
    *figure = (struct figure){.range = {(double)NAN, (double)NAN, (double)NAN, (double)NAN}, .letters = 1};
}

/* Makes room for one more of `count` elements of this size. NULL: out of memory, and the figure has failed. */
static void *grow(struct figure *figure, void *things, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return things;
    const size_t wanted = 2 * *room + 16;
    void *grown = realloc(things, wanted * size);
    if (grown)
        *room = wanted;
    else
        figure->failed = true;
    return grown;
}

size_t figure_block(struct figure *figure, const char *comment)
{
    struct figure_block *grown =
        grow(figure, figure->block, figure->blocks, &figure->block_room, sizeof *figure->block);
    if (!grown)
        return 0;
    figure->block = grown;
    struct figure_block *block = &grown[figure->blocks];
    *block = (struct figure_block){.rows = 0};
    snprintf(block->comment, sizeof block->comment, "%s", comment);
    return figure->blocks++;
}

void figure_row(struct figure *figure, size_t count, const double *value)
{
    if (figure->failed || figure->blocks == 0)
        return;
    struct figure_block *block = &figure->block[figure->blocks - 1];
    double(*grown)[FIGURE_COLUMNS] = grow(figure, block->row, block->rows, &block->room, sizeof *block->row);
    if (!grown)
        return;
    block->row = grown;
    block->columns = count > block->columns ? count : block->columns;
    for (size_t i = 0; i < FIGURE_COLUMNS; i++)
        grown[block->rows][i] = i < count && isfinite(value[i]) ? value[i] : (double)NAN;
    block->rows++;
}

void figure_gap(struct figure *figure)
{
    figure_row(figure, 0, NULL);
}

bool figure_is_gap(const struct figure_block *block, size_t row)
{
    for (size_t i = 0; i < block->columns; i++)
        if (!isnan(block->row[row][i]))
            return false;
    return true;
}

void figure_add(struct figure *figure, enum figure_style style, size_t block, unsigned colour, const char *title)
{
    struct figure_element *grown = grow(figure, figure->element, figure->count, &figure->room, sizeof *figure->element);
    if (!grown)
        return;
    figure->element = grown;
    struct figure_element *element = &figure->element[figure->count++];
    *element = (struct figure_element){.style = style, .block = block, .colour = colour};
    snprintf(element->title, sizeof element->title, "%s", title);
}

void figure_ends(const struct figure *figure, double ends[4])
{
    for (int i = 0; i < 4; i++)
        ends[i] = (double)NAN;
    for (size_t b = 0; b < figure->blocks; b++)
        for (size_t r = 0; r < figure->block[b].rows; r++)
            for (int i = 0; i < 2; i++) { /* fmin and fmax ignore NaN */
                ends[2 * i] = fmin(ends[2 * i], figure->block[b].row[r][i]);
                ends[2 * i + 1] = fmax(ends[2 * i + 1], figure->block[b].row[r][i]);
            }
}

/* Removes the rows of a curve that have no place on logarithmic axes. Inside the curve one gap stands for them. */
static void drop_rows(const struct figure *figure, struct figure_block *block)
{
    size_t kept = 0;
    for (size_t r = 0; r < block->rows; r++) {
        double *row = block->row[r];
        if ((figure->x_log && row[0] <= 0) || (figure->y_log && row[1] <= 0)) {
            if (kept == 0 || figure_is_gap(block, kept - 1))
                continue;
            for (size_t i = 0; i < FIGURE_COLUMNS; i++)
                row[i] = (double)NAN;
        }
        memmove(block->row[kept++], row, sizeof block->row[0]);
    }
    block->rows = kept - (kept > 0 && figure_is_gap(block, kept - 1));
}

static bool has_value(const struct figure_block *block)
{
    for (size_t r = 0; r < block->rows; r++)
        if (!isnan(block->row[r][0]) && !isnan(block->row[r][1]))
            return true;
    return false;
}

/* Removes a block without values, which gnuplot does not count. */
static void drop_block(struct figure *figure, size_t b)
{
    size_t kept = 0;
    free(figure->block[b].row);
    figure->blocks--;
    memmove(&figure->block[b], &figure->block[b + 1], (figure->blocks - b) * sizeof *figure->block);
    for (size_t i = 0; i < figure->count; i++) {
        struct figure_element element = figure->element[i];
        if (element.block == b)
            continue;
        element.block -= element.block > b;
        figure->element[kept++] = element;
    }
    figure->count = kept;
}

enum sgdmft_status figure_close(struct figure *figure, struct sgdmft_error *error)
{
    const size_t all = figure->blocks;
    if (figure->failed)
        return memory_fail(error, "the picture");
    for (size_t i = 0; i < figure->count; i++)
        if (figure->element[i].style <= FIGURE_DASHED)
            drop_rows(figure, &figure->block[figure->element[i].block]);
    for (size_t b = figure->blocks; b-- > 0;)
        if (!has_value(&figure->block[b]))
            drop_block(figure, b);
    for (int i = 0; i < 4; i++)
        figure->range[i] = isfinite(figure->range[i]) ? figure->range[i] : (double)NAN;
    if (figure->blocks < all && !figure->warning[0])
        snprintf(figure->warning, sizeof figure->warning, "%zu of %zu curves are not shown: they have no finite value",
                 all - figure->blocks, all);
    return figure->blocks > 0
               ? SGDMFT_OK
               : sgdmft_fail(error, SGDMFT_USAGE, "kind: the picture would be empty, no value is finite");
}

void figure_free(struct figure *figure)
{
    for (size_t i = 0; i < figure->blocks; i++)
        free(figure->block[i].row);
    free(figure->block);
    free(figure->element);
    *figure = (struct figure){.count = 0};
}

void figure_block_data(const struct figure_block *block, int digits, FILE *out)
{
    for (size_t r = 0; r < block->rows; r++) {
        const bool gap = figure_is_gap(block, r);
        for (size_t i = 0; i < block->columns && !gap; i++)
            fprintf(out, isnan(block->row[r][i]) ? "%snan" : "%s%.*g", i ? " " : "", digits, block->row[r][i]);
        putc('\n', out);
    }
}

void figure_data(const struct figure *figure, FILE *out)
{
    for (size_t b = 0; b < figure->blocks; b++) {
        fprintf(out, "%s# %s\n", b ? "\n\n" : "", figure->block[b].comment);
        figure_block_data(&figure->block[b], 10, out);
    }
}
