/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random streams: Philox 4x32-10 counters, and normals by Box-Muller in fixed blocks. A call for many numbers
 * starts at a fresh counter and uses up whole blocks of RANDOM_BLOCK counters, so that a value
 * depends on its index in the call only, never on the length of the call or on its place in a vector.
 * Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011, doi:10.1145/2063384.2063405. */
#include <sgdmft/random.h>

#include "models/base/simd.h"

#include <Random123/philox.h>
#include <assert.h>
#include <math.h>
#include <string.h>

#define RANDOM_BLOCK SGDMFT_RANDOM_BLOCK  /* counters in a block */
#define RANDOM_DOUBLES (2 * RANDOM_BLOCK) /* two a counter       */
#define RANDOM_SINGLES (4 * RANDOM_BLOCK) /* four a counter      */
#define RANDOM_INLINE static inline __attribute__((always_inline))

struct sgdmft_stream sgdmft_stream_open(uint64_t seed, enum sgdmft_purpose purpose, uint32_t owner, uint32_t step)
{
    return (struct sgdmft_stream){
        .key = {(uint32_t)seed, (uint32_t)(seed >> 32)}, .counter = {0, owner, step, (uint32_t)purpose}, .used = 4};
}

void sgdmft_stream_part(struct sgdmft_stream *stream, uint32_t part)
{
    assert(part < (1u << 24));
    stream->counter[3] |= part << 8; /* purposes are below 256 */
}

/* The words of counters counter[0] .. counter[0] + RANDOM_BLOCK - 1. */
RANDOM_INLINE void random_words(const struct sgdmft_stream *stream, uint32_t word[4][RANDOM_BLOCK])
{
    const philox4x32_key_t key = {{stream->key[0], stream->key[1]}};
    const uint32_t first = stream->counter[0], owner = stream->counter[1];
    const uint32_t step = stream->counter[2], purpose = stream->counter[3];
    for (uint32_t i = 0; i < RANDOM_BLOCK; i++) {
        philox4x32_ctr_t c = {{first + i, owner, step, purpose}};
        c = philox4x32(c, key);
        word[0][i] = c.v[0];
        word[1][i] = c.v[1];
        word[2][i] = c.v[2];
        word[3][i] = c.v[3];
    }
}

/* 52 bits and a half: exact, never 0 nor 1. In two pieces, as int32_t converts in vectors and uint64_t does not. */
RANDOM_INLINE double random_open(uint32_t high, uint32_t low)
{
    return ((double)(int32_t)(high >> 6) * 0x1p26 + ((double)(int32_t)(low >> 6) + 0.5)) * 0x1p-52;
}

/* out: RANDOM_DOUBLES values */
static SIMD_CLONES void random_uniform_block(const struct sgdmft_stream *stream, double *restrict out)
{
    SIMD_ALIGNED uint32_t word[4][RANDOM_BLOCK];
    random_words(stream, word);
    for (size_t i = 0; i < RANDOM_BLOCK; i++)
        out[i] = random_open(word[0][i], word[1][i]);
    for (size_t i = 0; i < RANDOM_BLOCK; i++)
        out[RANDOM_BLOCK + i] = random_open(word[2][i], word[3][i]);
}

/* out: RANDOM_DOUBLES values. Cosine and sine in separate loops: together they become sincos, a scalar call. */
static SIMD_CLONES void random_normal_block(const struct sgdmft_stream *stream, double *restrict out)
{
    SIMD_ALIGNED uint32_t word[4][RANDOM_BLOCK];
    SIMD_ALIGNED double radius[RANDOM_BLOCK], angle[RANDOM_BLOCK], turn[RANDOM_BLOCK];
    random_words(stream, word);
    for (size_t i = 0; i < RANDOM_BLOCK; i++)
        radius[i] = sqrt(-2.0 * log(random_open(word[0][i], word[1][i])));
    for (size_t i = 0; i < RANDOM_BLOCK; i++)
        angle[i] = 2.0 * M_PI * random_open(word[2][i], word[3][i]);
    for (size_t i = 0; i < RANDOM_BLOCK; i++)
        turn[i] = cos(angle[i]);
    for (size_t i = 0; i < RANDOM_BLOCK; i++)
        out[i] = radius[i] * turn[i];
    for (size_t i = 0; i < RANDOM_BLOCK; i++)
        turn[i] = sin(angle[i]);
    for (size_t i = 0; i < RANDOM_BLOCK; i++)
        out[RANDOM_BLOCK + i] = radius[i] * turn[i];
}

/* n Box-Muller pairs in single precision: a fixes the radius (up to 6.7), b the angle in [-pi, pi]. */
RANDOM_INLINE void random_single_pairs(const uint32_t *restrict a, const uint32_t *restrict b, float *restrict out)
{
    SIMD_ALIGNED float radius[RANDOM_BLOCK], angle[RANDOM_BLOCK], turn[RANDOM_BLOCK];
    for (size_t i = 0; i < RANDOM_BLOCK; i++)
        radius[i] = sqrtf(-2.0f * logf(((float)(int32_t)(a[i] >> 1) + 0.5f) * 0x1p-31f));
    for (size_t i = 0; i < RANDOM_BLOCK; i++)
        angle[i] = (float)(int32_t)b[i] * (float)(M_PI * 0x1p-31);
    for (size_t i = 0; i < RANDOM_BLOCK; i++)
        turn[i] = cosf(angle[i]);
    for (size_t i = 0; i < RANDOM_BLOCK; i++)
        out[i] = radius[i] * turn[i];
    for (size_t i = 0; i < RANDOM_BLOCK; i++)
        turn[i] = sinf(angle[i]);
    for (size_t i = 0; i < RANDOM_BLOCK; i++)
        out[RANDOM_BLOCK + i] = radius[i] * turn[i];
}

/* out: RANDOM_SINGLES values */
static SIMD_CLONES void random_single_block(const struct sgdmft_stream *stream, float *restrict out)
{
    SIMD_ALIGNED uint32_t word[4][RANDOM_BLOCK];
    random_words(stream, word);
    random_single_pairs(word[0], word[1], out);
    random_single_pairs(word[2], word[3], out + 2 * RANDOM_BLOCK);
}

/* Advances by one block of counters, and drops the rest of a word by word draw. */
static void random_advance(struct sgdmft_stream *stream)
{
    assert(stream->counter[0] <= UINT32_MAX - RANDOM_BLOCK); /* a stream holds 2^32 counters */
    stream->counter[0] += RANDOM_BLOCK;
    stream->used = 4;
}

static void random_doubles(struct sgdmft_stream *stream, size_t n, double *out,
                           void (*block)(const struct sgdmft_stream *, double *restrict))
{
    for (; n >= RANDOM_DOUBLES; n -= RANDOM_DOUBLES, out += RANDOM_DOUBLES) {
        block(stream, out);
        random_advance(stream);
    }
    if (n > 0) {
        SIMD_ALIGNED double last[RANDOM_DOUBLES];
        block(stream, last);
        random_advance(stream);
        memcpy(out, last, n * sizeof *out);
    }
}

void sgdmft_uniforms(struct sgdmft_stream *stream, size_t n, double *out)
{
    random_doubles(stream, n, out, random_uniform_block);
}

void sgdmft_normals(struct sgdmft_stream *stream, size_t n, double *out)
{
    random_doubles(stream, n, out, random_normal_block);
}

void sgdmft_normals_single(struct sgdmft_stream *stream, size_t n, float *out)
{
    for (; n >= RANDOM_SINGLES; n -= RANDOM_SINGLES, out += RANDOM_SINGLES) {
        random_single_block(stream, out);
        random_advance(stream);
    }
    if (n > 0) {
        SIMD_ALIGNED float last[RANDOM_SINGLES];
        random_single_block(stream, last);
        random_advance(stream);
        memcpy(out, last, n * sizeof *out);
    }
}

static uint32_t random_word(struct sgdmft_stream *stream)
{
    if (stream->used == 4) {
        philox4x32_ctr_t c = {{stream->counter[0], stream->counter[1], stream->counter[2], stream->counter[3]}};
        const philox4x32_key_t key = {{stream->key[0], stream->key[1]}};
        c = philox4x32(c, key);
        memcpy(stream->word, c.v, sizeof stream->word);
        assert(stream->counter[0] < UINT32_MAX);
        stream->counter[0]++;
        stream->used = 0;
    }
    return stream->word[stream->used++];
}

/* Lemire's multiplication with rejection of the short part, doi:10.1145/3230636. */
uint32_t sgdmft_below(struct sgdmft_stream *stream, uint32_t bound)
{
    assert(bound >= 1);
    const uint32_t short_part = (0u - bound) % bound;
    uint64_t product;
    do
        product = (uint64_t)random_word(stream) * bound;
    while ((uint32_t)product < short_part);
    return (uint32_t)(product >> 32);
}

void sgdmft_shuffle(struct sgdmft_stream *stream, size_t n, uint32_t *index)
{
    assert(n <= UINT32_MAX);
    for (size_t i = n; i > 1; i--) {
        const uint32_t j = sgdmft_below(stream, (uint32_t)i);
        const uint32_t swapped = index[i - 1];
        index[i - 1] = index[j];
        index[j] = swapped;
    }
}
