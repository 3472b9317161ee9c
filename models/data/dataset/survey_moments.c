/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Skewness and kurtosis of projections on random directions and on that of the signal, with a jackknife over rows. */
#include "models/data/dataset/survey_moments.h"

#include "models/base/memory.h"
#include <cblas.h>
#include <math.h>
#include <sgdmft/random.h>
#include <stdlib.h>

#define BLOCKS 20 /* of the jackknife; a class has as many rows at least */
#define POWERS 5  /* sums of the powers 0 to 4 */

/* Power sums of the projections of one class on one direction, by block of rows. */
struct sums {
    double power[BLOCKS][POWERS];
};

static void add_rows(const struct examples *examples, bool positive, const double *direction, struct sums *sums)
{
    size_t count = 0;
    *sums = (struct sums){.power = {{0}}};
    for (size_t i = 0; i < examples->rows; i++) {
        if ((examples->label[i] > 0) != positive)
            continue;
        const double p = cblas_ddot((int)examples->dim, examples->x + i * examples->dim, 1, direction, 1);
        double *power = sums->power[count++ % BLOCKS], term = 1;
        for (size_t k = 0; k < POWERS; k++, term *= p)
            power[k] += term;
    }
}

/* G1 and G2 of all rows but those of a block (BLOCKS: of all). */
static void shape(const struct sums *sums, size_t without, double *skewness, double *kurtosis)
{
    double s[POWERS] = {0};
    for (size_t b = 0; b < BLOCKS; b++)
        for (size_t k = 0; k < POWERS && b != without; k++)
            s[k] += sums->power[b][k];
    const double n = s[0], m = s[1] / n;
    const double m2 = s[2] / n - m * m, m3 = s[3] / n - 3 * m * s[2] / n + 2 * m * m * m;
    const double m4 = s[4] / n - 4 * m * s[3] / n + 6 * m * m * s[2] / n - 3 * m * m * m * m;
    *skewness = m3 / pow(m2, 1.5) * sqrt(n * (n - 1)) / (n - 2);
    *kurtosis = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (m4 / (m2 * m2) - 3) + 6);
}

/* Variance of G1 of n Gaussian numbers. */
static double skewness_of_sampling(double n)
{
    return 6 * n * (n - 1) / ((n - 2) * (n + 1) * (n + 3));
}

/* part[BLOCKS + 1]: without each block, and last with all. */
static struct survey_value jackknife(const double part[BLOCKS + 1])
{
    double mean = 0, square = 0;
    for (size_t b = 0; b < BLOCKS; b++)
        mean += part[b] / BLOCKS;
    for (size_t b = 0; b < BLOCKS; b++)
        square += (part[b] - mean) * (part[b] - mean);
    return (struct survey_value){.value = part[BLOCKS], .se = sqrt((BLOCKS - 1.0) / BLOCKS * square)};
}

static double rows_without(const struct sums *sums, size_t without)
{
    double rows = 0;
    for (size_t b = 0; b < BLOCKS; b++)
        rows += b == without ? 0 : sums->power[b][0];
    return rows;
}

/* directions: [SURVEY_DIRECTIONS][dim] */
static void measure(const struct examples *examples, bool positive, const double *directions, const double *signal,
                    struct survey_class *class)
{
    double skewness[BLOCKS + 1] = {0}, kurtosis[BLOCKS + 1] = {0}, g1, g2;
    struct sums sums;
    const struct survey_value none = {.value = (double)NAN, .se = (double)NAN};
    const long positives = examples->facts.positives;
    class->rows = positive ? positives : (long)examples->rows - positives;
    class->skewness = class->kurtosis = class->signal_skewness = class->signal_kurtosis = none;
    if (class->rows < SURVEY_ROWS_LEAST)
        return;
    for (size_t d = 0; d < SURVEY_DIRECTIONS; d++) {
        add_rows(examples, positive, directions + d * examples->dim, &sums);
        for (size_t b = 0; b <= BLOCKS; b++) {
            shape(&sums, b, &g1, &g2);
            skewness[b] += (g1 * g1 - skewness_of_sampling(rows_without(&sums, b))) / SURVEY_DIRECTIONS;
            kurtosis[b] += g2 / SURVEY_DIRECTIONS;
        }
    }
    class->skewness = jackknife(skewness);
    class->kurtosis = jackknife(kurtosis);
    add_rows(examples, positive, signal, &sums);
    for (size_t b = 0; b <= BLOCKS; b++)
        shape(&sums, b, &skewness[b], &kurtosis[b]);
    class->signal_skewness = jackknife(skewness);
    class->signal_kurtosis = jackknife(kurtosis);
}

enum sgdmft_status survey_moments(const struct examples *examples, uint64_t seed, const double *signal,
                                  struct survey *survey, struct sgdmft_error *error)
{
    double *directions = malloc(SURVEY_DIRECTIONS * examples->dim * sizeof *directions);
    if (!directions)
        return memory_fail(error, "directions to project the dataset on");
    for (uint32_t d = 0; d < SURVEY_DIRECTIONS; d++) {
        struct sgdmft_stream stream = sgdmft_stream_open(seed, SGDMFT_SURVEY, d, 0);
        sgdmft_normals(&stream, examples->dim, directions + d * examples->dim);
    }
    measure(examples, true, directions, signal, &survey->plus);
    measure(examples, false, directions, signal, &survey->minus);
    free(directions);
    return SGDMFT_OK;
}
