/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store of rows and the loops over one chunk. Rows are taken four at a time with two vectors, which stay in
 * registers and in the first-level cache: each number of a row is read once from memory. */
#include "solver/conditional/example_rows.h"

#include "models/base/simd.h"
#include "models/base/state.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define HALF_CACHE (1u << 20) /* largest size in bytes of a chunk's rows that are read from memory once a step */
#define HUGE_PAGE (2u << 20)
#define CACHE_LINE 64u
#define PAD 16 /* numbers behind each row of a chunk */

size_t rows_chunk_size(size_t capacity)
{
    size_t chunk = ROWS_CHUNK_MAX;
    while (chunk > 128 && chunk * capacity * sizeof(float) > HALF_CACHE)
        chunk /= 2;
    return chunk;
}

static size_t columns_most(size_t channels, size_t capacity)
{
    return (2 * channels) * (capacity + 1) + channels * (4 * channels + 8);
}

size_t rows_sums(size_t channels, size_t capacity, size_t spare)
{
    return columns_most(channels, capacity + 2 * spare);
}

static size_t chunks_of(size_t examples, size_t parts, size_t chunk)
{
    const size_t second = parts > 1 ? examples / 2 : 0, first = examples - second;
    return (first + chunk - 1) / chunk + (second + chunk - 1) / chunk;
}

/* Alignment of a store of this size: that of a large page if it fills one. */
static size_t store_unit(size_t bytes)
{
    return bytes < HUGE_PAGE ? CACHE_LINE : HUGE_PAGE;
}

/* Rounds up to whole units. */
static size_t store_bytes(size_t chunks, size_t capacity, size_t chunk)
{
    const size_t bytes = chunks * capacity * (chunk + PAD) * sizeof(float), unit = store_unit(bytes);
    return (bytes + unit - 1) / unit * unit;
}

/* Arrays beside the store. */
static struct state_table rows_arrays(size_t chunks, size_t sums, size_t capacity)
{
    return (struct state_table){
        {STATE_RAW(example_rows, field_slot, capacity), STATE_RAW(example_rows, force_slot, capacity),
         STATE_RAW(example_rows, slots[0].free, capacity), STATE_RAW(example_rows, slots[1].free, capacity),
         STATE_RAW(example_rows, sum, (double)chunks * (double)sums)}};
}

double rows_bytes(size_t examples, size_t channels, size_t capacity, size_t spare)
{
    const size_t chunk = rows_chunk_size(capacity), chunks = chunks_of(examples, 2, chunk);
    capacity += 2 * spare;
    const struct state_table arrays = rows_arrays(chunks, columns_most(channels, capacity), capacity);
    return (double)store_bytes(chunks, capacity, chunk) + state_bytes(&arrays);
}

bool rows_create(struct example_rows *rows, size_t examples, size_t parts, size_t channels, size_t capacity,
                 size_t spare, int threads)
{
    assert(channels >= 1 && channels <= ROWS_CHANNELS_MAX && (parts == 1 || parts == 2));
    const size_t chunk = rows_chunk_size(capacity), chunks = chunks_of(examples, parts, chunk);
    capacity += 2 * spare;
    *rows = (struct example_rows){.examples = examples,
                                  .chunk = chunk,
                                  .chunks = chunks,
                                  .stride = chunk + PAD,
                                  .channels = channels,
                                  .capacity = capacity,
                                  .sums = columns_most(channels, capacity),
                                  .threads = threads};
    rows->part[1] = parts > 1 ? examples / 2 : 0;
    rows->part[0] = examples - rows->part[1];
    const struct state_table arrays = rows_arrays(chunks, rows->sums, capacity);
    const bool good = state_create(&arrays, rows);
    const size_t bytes = store_bytes(chunks, capacity, chunk);
    rows->store = aligned_alloc(store_unit(bytes), bytes);
    if (rows->store && bytes >= HUGE_PAGE)
        madvise(rows->store, bytes, MADV_HUGEPAGE); /* fewer page faults; ignored by systems without large pages */
    return good && rows->store;
}

void rows_free(struct example_rows *rows)
{
    const struct state_table arrays = rows_arrays(0, 0, 0);
    state_free(&arrays, rows);
    free(rows->store);
    *rows = (struct example_rows){0};
}

static size_t chunks_of_first(const struct example_rows *rows)
{
    return (rows->part[0] + rows->chunk - 1) / rows->chunk;
}

size_t rows_first(const struct example_rows *rows, size_t b)
{
    const size_t first = chunks_of_first(rows);
    return b < first ? b * rows->chunk : rows->part[0] + (b - first) * rows->chunk;
}

size_t rows_count(const struct example_rows *rows, size_t b)
{
    const size_t begin = rows_first(rows, b), end = b < chunks_of_first(rows) ? rows->part[0] : rows->examples;
    return end - begin < rows->chunk ? end - begin : rows->chunk;
}

size_t rows_take(struct example_rows *rows, enum row_kind kind)
{
    struct row_slots *slots = &rows->slots[kind];
    const size_t half = rows->capacity / 2;
    if (slots->count > 0)
        return slots->free[--slots->count];
    assert(slots->used < half);
    return slots->used++ + (kind == ROW_FORCE ? half : 0);
}

void rows_give_back(struct example_rows *rows, size_t slot)
{
    struct row_slots *slots = &rows->slots[slot < rows->capacity / 2 ? ROW_FIELD : ROW_FORCE];
    slots->free[slots->count++] = slot;
}

static struct state_table mark_arrays(size_t capacity)
{
    return (struct state_table){{STATE_RAW(rows_mark, free[0], capacity), STATE_RAW(rows_mark, free[1], capacity)}};
}

double rows_mark_bytes(size_t capacity)
{
    const struct state_table arrays = mark_arrays(capacity);
    return state_bytes(&arrays);
}

bool rows_mark_create(struct rows_mark *mark, size_t capacity)
{
    const struct state_table arrays = mark_arrays(capacity);
    return state_create(&arrays, mark);
}

void rows_mark_free(struct rows_mark *mark)
{
    const struct state_table arrays = mark_arrays(0);
    state_free(&arrays, mark);
    *mark = (struct rows_mark){0};
}

void rows_save(const struct example_rows *rows, struct rows_mark *mark)
{
    mark->fields = rows->fields;
    mark->forces = rows->forces;
    for (size_t kind = 0; kind < 2; kind++) {
        mark->used[kind] = rows->slots[kind].used;
        mark->count[kind] = rows->slots[kind].count;
        memcpy(mark->free[kind], rows->slots[kind].free, mark->count[kind] * sizeof(size_t));
    }
}

void rows_restore(struct example_rows *rows, const struct rows_mark *mark)
{
    rows->fields = mark->fields;
    rows->forces = mark->forces;
    for (size_t kind = 0; kind < 2; kind++) {
        rows->slots[kind].used = mark->used[kind];
        rows->slots[kind].count = mark->count[kind];
        memcpy(rows->slots[kind].free, mark->free[kind], mark->count[kind] * sizeof(size_t));
    }
}

/* ---- loops over a chunk -------------------------------------------------------------------------------------- */

#define LOOP_INLINE static inline __attribute__((always_inline))

/* x += sum of four rows, y likewise; n is a multiple of 16. */
LOOP_INLINE void add_four_to_two(size_t n, const float *const r[4], const float a[4], const float b[4],
                                 float *restrict x, float *restrict y)
{
    const float *restrict r0 = r[0], *restrict r1 = r[1], *restrict r2 = r[2], *restrict r3 = r[3];
    for (size_t i = 0; i < n; i++) {
        x[i] += a[0] * r0[i] + a[1] * r1[i] + a[2] * r2[i] + a[3] * r3[i];
        y[i] += b[0] * r0[i] + b[1] * r1[i] + b[2] * r2[i] + b[3] * r3[i];
    }
}

LOOP_INLINE void add_four(size_t n, const float *const r[4], const float a[4], float *restrict x)
{
    const float *restrict r0 = r[0], *restrict r1 = r[1], *restrict r2 = r[2], *restrict r3 = r[3];
    for (size_t i = 0; i < n; i++)
        x[i] += a[0] * r0[i] + a[1] * r1[i] + a[2] * r2[i] + a[3] * r3[i];
}

LOOP_INLINE void add_one(size_t n, const float *restrict r, float a, float *restrict x)
{
    for (size_t i = 0; i < n; i++)
        x[i] += a * r[i];
}

/* Sixteen partial sums. A reduction of `omp simd` adds them one by one through memory, which takes longer than the
 * loop over a chunk. */
typedef float lanes __attribute__((vector_size(64)));
typedef float half_lanes __attribute__((vector_size(32)));
typedef float quarter_lanes __attribute__((vector_size(16)));
#define LANES (sizeof(lanes) / sizeof(float))

LOOP_INLINE float sum_lanes(const lanes *x)
{
    const half_lanes half = __builtin_shufflevector(*x, *x, 0, 1, 2, 3, 4, 5, 6, 7)
                            + __builtin_shufflevector(*x, *x, 8, 9, 10, 11, 12, 13, 14, 15);
    const quarter_lanes sum =
        __builtin_shufflevector(half, half, 0, 1, 2, 3) + __builtin_shufflevector(half, half, 4, 5, 6, 7);
    return (sum[0] + sum[2]) + (sum[1] + sum[3]);
}

/* Products of `count` rows with `vectors` vectors: out[row * vectors + vector]; n is a multiple of LANES. */
LOOP_INLINE void multiply_block(size_t n, size_t count, const float *const *r, size_t vectors, const float *const *x,
                                float *out)
{
    lanes sum[8] = {0};
    for (size_t i = 0; i < n; i += LANES)
        for (size_t v = 0; v < vectors; v++) {
            lanes factor, row;
            memcpy(&factor, x[v] + i, sizeof factor);
            for (size_t j = 0; j < count; j++) {
                memcpy(&row, r[j] + i, sizeof row);
                sum[j * vectors + v] += row * factor;
            }
        }
    for (size_t j = 0; j < count * vectors; j++)
        out[j] = sum_lanes(&sum[j]);
}

/* Prefetches the next four rows. */
LOOP_INLINE void fetch_rows(size_t n, const float *row)
{
    for (size_t i = 0; i < n; i += 16)
        __builtin_prefetch(row + i);
}

/* x += sign sum_j a[j] row_j, and the same for y with b; y may be NULL. */
static SIMD_CLONES void add_rows(const struct example_rows *rows, size_t chunk, size_t count, const size_t *slot,
                                 float sign, const double *a, const double *b, float *x, float *y)
{
    size_t j = 0;
    for (; j + 4 <= count; j += 4) {
        const float *r[4];
        float p[4], q[4] = {0};
        for (size_t i = 0; i < 4; i++) {
            r[i] = rows_at(rows, chunk, slot[j + i]);
            p[i] = sign * (float)a[j + i];
            q[i] = y ? sign * (float)b[j + i] : 0;
            if (j + 4 + i < count)
                fetch_rows(rows->chunk, rows_at(rows, chunk, slot[j + 4 + i]));
        }
        if (y)
            add_four_to_two(rows->chunk, r, p, q, x, y);
        else
            add_four(rows->chunk, r, p, x);
    }
    for (; j < count; j++) {
        add_one(rows->chunk, rows_at(rows, chunk, slot[j]), sign * (float)a[j], x);
        if (y)
            add_one(rows->chunk, rows_at(rows, chunk, slot[j]), sign * (float)b[j], y);
    }
}

/* out[j * stride + v] = row_j times x[v]; vectors is 1 or 2. */
LOOP_INLINE void multiply_all(const struct example_rows *rows, size_t chunk, size_t count, const size_t *slot,
                              size_t vectors, const float *const *x, size_t stride, double *out)
{
    float product[8];
    size_t j = 0;
    for (; j + 4 <= count; j += 4) {
        const float *r[4];
        for (size_t i = 0; i < 4; i++)
            r[i] = rows_at(rows, chunk, slot[j + i]);
        multiply_block(rows->chunk, 4, r, vectors, x, product);
        for (size_t i = 0; i < 4; i++)
            for (size_t v = 0; v < vectors; v++)
                out[(j + i) * stride + v] = (double)product[i * vectors + v];
    }
    for (; j < count; j++) {
        const float *r = rows_at(rows, chunk, slot[j]);
        multiply_block(rows->chunk, 1, &r, vectors, x, product);
        for (size_t v = 0; v < vectors; v++)
            out[j * stride + v] = (double)product[v];
    }
}

static SIMD_CLONES void multiply_rows(const struct example_rows *rows, size_t chunk, size_t count, const size_t *slot,
                                      const float *const x[2], size_t stride, double *out)
{
    if (x[1])
        multiply_all(rows, chunk, count, slot, 2, x, stride, out);
    else
        multiply_all(rows, chunk, count, slot, 1, x, stride, out);
}

static void scale_row(size_t n, float factor, float *x)
{
    for (size_t i = 0; i < n; i++)
        x[i] *= factor;
}

void rows_form(const struct example_rows *rows, size_t b, size_t old_forces, size_t targets, size_t new_forces,
               const struct row_target *target)
{
    for (size_t t = 0; t < targets; t += 2) {
        const bool pair = t + 1 < targets;
        add_rows(rows, b, old_forces, rows->force_slot, -1, target[t].coefficient,
                 pair ? target[t + 1].coefficient : NULL, rows_at(rows, b, target[t].slot),
                 pair ? rows_at(rows, b, target[t + 1].slot) : NULL);
    }
    for (size_t t = 0; t < targets; t++) {
        float *x = rows_at(rows, b, target[t].slot);
        for (size_t s = 0; s < t && s < new_forces; s++)
            add_one(rows->chunk, rows_at(rows, b, target[s].slot), -(float)target[t].coefficient[old_forces + s], x);
        if (target[t].scale != 1)
            scale_row(rows->chunk, (float)target[t].scale, x);
    }
}

void rows_fields(const struct example_rows *rows, size_t b, size_t channels, const double *const *weight,
                 float (*out)[ROWS_CHUNK_MAX])
{
    for (size_t c = 0; c < channels; c++)
        memset(out[c], 0, rows->chunk * sizeof(float));
    for (size_t c = 0; c < channels; c += 2) {
        const bool pair = c + 1 < channels;
        add_rows(rows, b, rows->fields, rows->field_slot, 1, weight[c], pair ? weight[c + 1] : NULL, out[c],
                 pair ? out[c + 1] : NULL);
    }
}

void rows_products(const struct example_rows *rows, size_t b, bool fields, size_t count, const size_t *x, size_t column)
{
    double *out = rows->sum + b * rows->sums + column;
    for (size_t c = 0; c < count; c += 2) {
        const float *pair[2] = {rows_at(rows, b, x[c]), c + 1 < count ? rows_at(rows, b, x[c + 1]) : NULL};
        if (fields)
            multiply_rows(rows, b, rows->fields, rows->field_slot, pair, count, out + c);
        else
            multiply_rows(rows, b, rows->forces, rows->force_slot, pair, count, out + c);
    }
}

SIMD_CLONES double rows_product(const struct example_rows *rows, size_t b, size_t x, size_t y)
{
    const float *row = rows_at(rows, b, x), *factor = rows_at(rows, b, y);
    float product;
    multiply_block(rows->chunk, 1, &row, 1, &factor, &product);
    return (double)product;
}

void rows_total(const struct example_rows *rows, size_t columns, double *total)
{
    const size_t piece = 256, pieces = (columns + piece - 1) / piece;
#pragma omp parallel for num_threads(rows->threads) if (rows->threads > 1)
    for (size_t p = 0; p < pieces; p++) {
        const size_t begin = p * piece, end = begin + piece < columns ? begin + piece : columns;
        for (size_t i = begin; i < end; i++)
            total[i] = 0;
        for (size_t b = 0; b < rows->chunks; b++)
            for (size_t i = begin; i < end; i++)
                total[i] += rows->sum[b * rows->sums + i];
    }
}
