/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Series of results, packed into few bytes. */
#include "models/result/axes.h"
#include "solver/cli/page/page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TIME_BYTES 3
#define VALUE_BYTES 3
#define ERROR_BYTES 2
#define POINTS_MOST 101
#define POINTS_LEAST 8 /* fewer are no curve */

json_t *page_base64(const unsigned char *bytes, size_t size)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char *text = malloc(4 * ((size + 2) / 3) + 1), *out = text;
    if (!text)
        return NULL;
    for (size_t i = 0; i < size; i += 3) {
        unsigned group = 0;
        for (size_t j = 0; j < 3; j++)
            group = group << 8 | (i + j < size ? bytes[i + j] : 0u);
        for (size_t j = 0; j < 4; j++)
            *out++ = i + j <= size ? letters[group >> (18 - 6 * j) & 63] : '=';
    }
    json_t *packed = json_stringn(text, (size_t)(out - text));
    free(text);
    return packed;
}

void page_series_choose(const struct sgdmft_result *result, struct page_series *series)
{
    *series = (struct page_series){.count = 0};
    for (size_t i = 0; i < result->quantities && series->count < PAGE_CURVES_MAX; i++) {
        const struct sgdmft_quantity *quantity = &result->quantity[i];
        bool known = false;
        if (!axes_are(quantity->observable, SGDMFT_AXIS_STEP, SGDMFT_AXIS_NONE))
            continue;
        for (size_t j = 0; j < quantity->length && !known; j++)
            known = isfinite(quantity->mean[j]) && quantity->mean[j] != 0.0;
        if (known)
            series->observable[series->count++] = quantity->observable;
    }
}

void page_series_fit(struct page_series *series, size_t cells, size_t sides, size_t room)
{
    const size_t point = TIME_BYTES + series->count * (VALUE_BYTES + ERROR_BYTES);
    const size_t fits = cells * sides > 0 ? room * 3 / 4 / (point * cells * sides) : 0;
    series->points = fits > POINTS_MOST ? POINTS_MOST : fits < POINTS_LEAST ? 0 : fits;
}

/* Writes the upper bytes of a float, the highest first, rounded. */
static unsigned char *series_put(unsigned char *out, double value, int bytes)
{
    const float single = (float)value;
    uint32_t bits;
    memcpy(&bits, &single, sizeof bits);
    if (isfinite(single))
        bits += UINT32_C(1) << (31 - 8 * bytes);
    for (int i = 0; i < bytes; i++)
        *out++ = (unsigned char)(bits >> (24 - 8 * i));
    return out;
}

json_t *page_series_pack(const struct page_series *series, const struct sgdmft_result *result)
{
    if (!result || result->steps == 0 || series->points == 0)
        return json_null();
    const size_t rows = result->steps < series->points ? result->steps : series->points;
    const size_t size = rows * (TIME_BYTES + series->count * (VALUE_BYTES + ERROR_BYTES));
    unsigned char *bytes = malloc(size), *out = bytes;
    if (!bytes)
        return NULL;
    for (size_t r = 0; r < rows; r++) {
        const size_t at = rows > 1 ? (r * (result->steps - 1) + (rows - 1) / 2) / (rows - 1) : 0;
        out = series_put(out, result->time[at], TIME_BYTES);
        for (size_t i = 0; i < series->count; i++) {
            const struct sgdmft_observable *observable = series->observable[i];
            const struct sgdmft_quantity *quantity = sgdmft_result_find(result, observable->group, observable->name);
            out = series_put(out, quantity ? quantity->mean[at] : (double)NAN, VALUE_BYTES);
            out = series_put(out, quantity ? quantity->se[at] : (double)NAN, ERROR_BYTES);
        }
    }
    json_t *packed = page_base64(bytes, size);
    free(bytes);
    return packed;
}
