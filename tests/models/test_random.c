/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random streams: known answers of Philox 4x32-10, the vector code against word by word draws, and the laws of
 * what is drawn. Statistical tests have fixed seeds; a right generator fails one with probability below 1e-5. */
#include "tests/models/fixture.h"

#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>

#define DRAWS 400000
#define BOUND 5

TestSuite(random, .timeout = 30);

/* The four words of one counter. */
static void random_block(struct sgdmft_stream stream, uint32_t block, uint32_t word[4])
{
    stream.counter[0] = block;
    stream.used = 4;
    (void)sgdmft_below(&stream, 1u << 31);
    memcpy(word, stream.word, 4 * sizeof *word);
}

static void random_expect(const struct sgdmft_stream *stream, const uint32_t expected[4])
{
    uint32_t word[4];
    random_block(*stream, stream->counter[0], word);
    for (int i = 0; i < 4; i++)
        cr_assert(word[i] == expected[i], "word %d: %08x, not %08x", i, word[i], expected[i]);
}

/* The known answers that come with Random123 (all bits 0; digits of pi). */
Test(random, known_answers)
{
    const struct sgdmft_stream zero = {.used = 4};
    random_expect(&zero, (const uint32_t[]){0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    const struct sgdmft_stream pi = {
        .key = {0xa4093822, 0x299f31d0}, .counter = {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, .used = 4};
    random_expect(&pi, (const uint32_t[]){0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

/* Every part of the key gives another stream, and lands where its comment says. */
Test(random, keys)
{
    const struct sgdmft_stream stream = sgdmft_stream_open(0x1122334455667788, SGDMFT_BATCH, 7, 9);
    cr_assert(stream.key[0] == 0x55667788 && stream.key[1] == 0x11223344);
    cr_assert(stream.counter[0] == 0 && stream.counter[1] == 7 && stream.counter[2] == 9);
    cr_assert(stream.counter[3] == SGDMFT_BATCH);
    double first[6];
    struct sgdmft_stream other[6] = {
        sgdmft_stream_open(1, SGDMFT_BATCH, 0, 0),
        sgdmft_stream_open(2, SGDMFT_BATCH, 0, 0),
        sgdmft_stream_open(1 + (1ull << 32), SGDMFT_BATCH, 0, 0),
        sgdmft_stream_open(1, SGDMFT_START, 0, 0),
        sgdmft_stream_open(1, SGDMFT_BATCH, 1, 0),
        sgdmft_stream_open(1, SGDMFT_BATCH, 0, 1),
    };
    for (int i = 0; i < 6; i++) {
        sgdmft_normals(&other[i], 1, &first[i]);
        for (int j = 0; j < i; j++)
            cr_assert(fabs(first[i] - first[j]) > 0, "streams %d and %d", i, j);
    }
}

/* Uniforms, normals and single normals from the words, written out in scalar code. */
Test(random, vectors_agree_with_words)
{
    enum { BLOCK = SGDMFT_RANDOM_BLOCK, BLOCKS = 3 };
    const struct sgdmft_stream stream = fixture_stream(200);
    struct sgdmft_stream a = stream, b = stream, c = stream;
    double uniform[2 * BLOCK * BLOCKS], normal[2 * BLOCK * BLOCKS];
    float single[4 * BLOCK * BLOCKS];
    sgdmft_uniforms(&a, 2 * BLOCK * BLOCKS, uniform);
    sgdmft_normals(&b, 2 * BLOCK * BLOCKS, normal);
    sgdmft_normals_single(&c, 4 * BLOCK * BLOCKS, single);
    for (uint32_t i = 0; i < BLOCK * BLOCKS; i++) {
        const uint32_t at = i / BLOCK * 2 * BLOCK + i % BLOCK;
        uint32_t w[4];
        random_block(stream, i, w);
        const double u = ldexp((double)(w[0] >> 6), -26) + ldexp((w[1] >> 6) + 0.5, -52);
        const double v = ldexp((double)(w[2] >> 6), -26) + ldexp((w[3] >> 6) + 0.5, -52);
        cr_assert(uniform[at] == u && uniform[at + BLOCK] == v, "counter %u", i);
        const double radius = sqrt(-2 * log(u));
        cr_assert(fabs(normal[at] - radius * cos(2 * M_PI * v)) < 1e-14);
        cr_assert(fabs(normal[at + BLOCK] - radius * sin(2 * M_PI * v)) < 1e-14);
        for (uint32_t pair = 0; pair < 2; pair++) {
            const float *x = single + 4 * BLOCK * (i / BLOCK) + 2 * BLOCK * pair + i % BLOCK;
            const double length = sqrt(-2 * log(ldexp((w[2 * pair] >> 1) + 0.5, -31)));
            const double angle = M_PI * ldexp((double)(int32_t)w[2 * pair + 1], -31);
            cr_assert(fabs((double)x[0] - length * cos(angle)) < 2e-6, "counter %u: %g", i, (double)x[0]);
            cr_assert(fabs((double)x[BLOCK] - length * sin(angle)) < 2e-6, "counter %u: %g", i, (double)x[BLOCK]);
        }
    }
}

/* The first n values do not depend on n; whole blocks continue each other; what follows starts afresh. */
Test(random, first_values_do_not_depend_on_length)
{
    enum { LENGTH = 1100 };
    const size_t n[] = {1, 2, 15, 16, 63, 64, 65, 127, 128, 129, 255, 256, 257, 500, 512, 1000, LENGTH};
    double all[2][LENGTH], some[LENGTH + 1];
    float all_single[LENGTH], some_single[LENGTH + 1];
    struct sgdmft_stream stream = fixture_stream(201);
    sgdmft_uniforms(&stream, LENGTH, all[0]);
    stream = fixture_stream(201);
    sgdmft_normals(&stream, LENGTH, all[1]);
    stream = fixture_stream(201);
    sgdmft_normals_single(&stream, LENGTH, all_single);
    for (size_t i = 0; i < sizeof n / sizeof *n; i++) {
        for (int kind = 0; kind < 2; kind++) {
            stream = fixture_stream(201);
            some[n[i]] = 77;
            (kind ? sgdmft_normals : sgdmft_uniforms)(&stream, n[i], some);
            cr_assert(memcmp(some, all[kind], n[i] * sizeof *some) == 0, "first %zu", n[i]);
            cr_assert(some[n[i]] == 77, "wrote past %zu", n[i]);
            cr_assert(stream.counter[0] == (n[i] + 127) / 128 * SGDMFT_RANDOM_BLOCK);
        }
        stream = fixture_stream(201);
        some_single[n[i]] = 77;
        sgdmft_normals_single(&stream, n[i], some_single);
        cr_assert(memcmp(some_single, all_single, n[i] * sizeof *some_single) == 0, "first %zu", n[i]);
        cr_assert(some_single[n[i]] == 77.0f);
        cr_assert(stream.counter[0] == (n[i] + 255) / 256 * SGDMFT_RANDOM_BLOCK);
    }
    stream = fixture_stream(201);
    for (size_t start = 0; start < 1024; start += 256)
        sgdmft_normals(&stream, 256, some + start);
    cr_assert(memcmp(some, all[1], 1024 * sizeof *some) == 0, "pieces of whole blocks");
}

/* The address of out does not change the bits. */
Test(random, alignment_does_not_matter)
{
    double aligned[256] __attribute__((aligned(64))), shifted[264] __attribute__((aligned(64)));
    for (size_t offset = 1; offset < 8; offset++) {
        struct sgdmft_stream a = fixture_stream(202), b = a;
        sgdmft_normals(&a, 256, aligned);
        sgdmft_normals(&b, 256, shifted + offset);
        cr_assert(memcmp(aligned, shifted + offset, sizeof aligned) == 0, "offset %zu", offset);
    }
}

/* Words of a block that were left over are dropped by a call for many; nothing is handed out twice. */
Test(random, kinds_of_draws_do_not_overlap)
{
    struct sgdmft_stream stream = fixture_stream(203);
    double x[4];
    const uint32_t first = sgdmft_below(&stream, UINT32_MAX);
    sgdmft_uniforms(&stream, 4, x);
    cr_assert(stream.counter[0] == 1 + SGDMFT_RANDOM_BLOCK && stream.used == 4);
    const uint32_t second = sgdmft_below(&stream, UINT32_MAX);
    cr_assert(first != second && stream.counter[0] == 2 + SGDMFT_RANDOM_BLOCK);
}

/* sqrt(n) times the Kolmogorov-Smirnov distance: above 2.5 with probability 2 exp(-2 2.5^2) = 7e-6. Sorts x. */
static double random_kolmogorov(size_t n, double *x, double (*cdf)(double))
{
    double distance = 0;
    gsl_sort(x, 1, n);
    for (size_t i = 0; i < n; i++) {
        const double p = cdf(x[i]);
        distance = fmax(distance, fmax(fabs(p - (double)i / (double)n), fabs(p - (double)(i + 1) / (double)n)));
    }
    return distance * sqrt((double)n);
}

static double random_identity(double x)
{
    return x;
}

Test(random, uniforms)
{
    static double x[DRAWS];
    struct sgdmft_stream stream = fixture_stream(204);
    sgdmft_uniforms(&stream, DRAWS, x);
    for (size_t i = 0; i < DRAWS; i++)
        cr_assert(x[i] > 0 && x[i] < 1 && fabs(rint(ldexp(x[i], 53)) - ldexp(x[i], 53)) <= 0);
    cr_assert(random_kolmogorov(DRAWS, x, random_identity) < 2.5);
}

/* Moments to BOUND standard errors, tails as binomials, correlations of neighbours and of Box-Muller partners. */
static void random_check_normals(size_t n, const double *x)
{
    double moment[5] = {0}, tail[3] = {0}, partner = 0, neighbour = 0, squares = 0;
    const double cut[3] = {2, 3, 4};
    for (size_t i = 0; i < n; i++) {
        double power = 1;
        for (int k = 0; k < 5; k++, power *= x[i])
            moment[k] += power / (double)n;
        for (int k = 0; k < 3; k++)
            tail[k] += fabs(x[i]) > cut[k];
        if (i + SGDMFT_RANDOM_BLOCK < n) {
            neighbour += x[i] * x[i + 1];
            partner += x[i] * x[i + SGDMFT_RANDOM_BLOCK];
            squares += (x[i] * x[i] - 1) * (x[i + SGDMFT_RANDOM_BLOCK] * x[i + SGDMFT_RANDOM_BLOCK] - 1) / 2;
        }
    }
    const double expected[5] = {1, 0, 1, 0, 3}, spread[5] = {0, 1, 2, 15, 96}, root = sqrt((double)n);
    for (int k = 1; k < 5; k++)
        cr_assert(fabs(moment[k] - expected[k]) < BOUND * sqrt(spread[k]) / root, "moment %d: %g", k, moment[k]);
    for (int k = 0; k < 3; k++) {
        const double p = 2 * gsl_cdf_ugaussian_Q(cut[k]);
        cr_assert(fabs(tail[k] - p * (double)n) < BOUND * sqrt(p * (double)n), "beyond %g: %g", cut[k], tail[k]);
    }
    cr_assert(fabs(neighbour) < BOUND * root && fabs(partner) < BOUND * root && fabs(squares) < BOUND * root);
}

Test(random, normals)
{
    static double x[DRAWS];
    struct sgdmft_stream stream = fixture_stream(205);
    sgdmft_normals(&stream, DRAWS, x);
    random_check_normals(DRAWS, x);
    cr_assert(random_kolmogorov(DRAWS, x, gsl_cdf_ugaussian_P) < 2.5);
}

Test(random, normals_single)
{
    static float single[DRAWS];
    static double x[DRAWS];
    struct sgdmft_stream stream = fixture_stream(206);
    sgdmft_normals_single(&stream, DRAWS, single);
    for (size_t i = 0; i < DRAWS; i++)
        x[i] = (double)single[i];
    random_check_normals(DRAWS, x);
    cr_assert(random_kolmogorov(DRAWS, x, gsl_cdf_ugaussian_P) < 2.5);
}

/* A bound of 3 2^30: taking words modulo it would fill the first third twice. */
Test(random, below_has_no_bias)
{
    enum { CELLS = 3 };
    struct sgdmft_stream stream = fixture_stream(207);
    double thirds[CELLS] = {0}, seventh[7] = {0};
    for (int i = 0; i < DRAWS / 4; i++) {
        thirds[sgdmft_below(&stream, 3u << 30) >> 30]++;
        const uint32_t x = sgdmft_below(&stream, 7);
        cr_assert(x < 7);
        seventh[x]++;
        cr_assert(sgdmft_below(&stream, 1) == 0);
    }
    cr_assert(fixture_chi_square(CELLS, thirds) < gsl_cdf_chisq_Qinv(1e-6, CELLS - 1));
    cr_assert(fixture_chi_square(7, seventh) < gsl_cdf_chisq_Qinv(1e-6, 6));
}

/* A bound just above 2^31: 2^31 - 1 of the 2^32 words are rejected. Without rejection one value in two comes twice. */
Test(random, below_rejects)
{
    struct sgdmft_stream stream = fixture_stream(208);
    double odd = 0;
    const int draws = DRAWS / 4;
    for (int i = 0; i < draws; i++)
        odd += sgdmft_below(&stream, 0x80000001u) & 1u;
    cr_assert(fabs(odd - draws / 2.0) < BOUND * sqrt(draws / 4.0));
    cr_assert(stream.counter[0] > (uint32_t)(draws / 4 * 1.9), "two words a draw on average");
}

/* All 24 orders of four are equally frequent, and every shuffle is a permutation. */
Test(random, shuffle)
{
    enum { ORDERS = 256 };
    struct sgdmft_stream stream = fixture_stream(209);
    double count[ORDERS] = {0}, found[24];
    for (int i = 0; i < 48000; i++) {
        uint32_t index[4] = {0, 1, 2, 3};
        sgdmft_shuffle(&stream, 4, index);
        count[index[0] + 4 * index[1] + 16 * index[2] + 64 * index[3]]++;
    }
    size_t orders = 0;
    for (size_t i = 0; i < ORDERS; i++)
        if (count[i] > 0) {
            cr_assert(orders < 24);
            found[orders++] = count[i];
        }
    cr_assert(orders == 24);
    cr_assert(fixture_chi_square(24, found) < gsl_cdf_chisq_Qinv(1e-6, 23), "%g", fixture_chi_square(24, found));
    static uint32_t index[1000];
    static bool seen[1000];
    for (uint32_t i = 0; i < 1000; i++)
        index[i] = i;
    sgdmft_shuffle(&stream, 1000, index);
    for (size_t i = 0; i < 1000; i++) {
        cr_assert(index[i] < 1000 && !seen[index[i]]);
        seen[index[i]] = true;
    }
    sgdmft_shuffle(&stream, 0, index);
}
