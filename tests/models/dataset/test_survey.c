/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The survey of a dataset: errors against the scatter over tables, moments and distances against their closed forms. */
#include "models/data/dataset/survey.h"
#include "tests/models/dataset/dataset_file.h"

#include <criterion/criterion.h>
#include <math.h>
#include <sgdmft/random.h>
#include <stdlib.h>

#define TEST(name) Test(survey, name, .timeout = 60)
#define TABLES 60

enum law { LAW_GAUSSIAN, LAW_EXPONENTIAL };

/* Rows of variance 1 around -+shift/2 of the first feature; every third row is of class +1. */
static struct examples *draw(size_t rows, size_t dim, enum law law, double shift, uint32_t table)
{
    struct examples *examples = calloc(1, sizeof *examples);
    struct sgdmft_stream stream = sgdmft_stream_open(11, SGDMFT_TEST_SUITE, 950, table);
    examples->rows = rows;
    examples->dim = dim;
    examples->x = malloc(rows * dim * sizeof(double));
    examples->label = malloc(rows * sizeof(double));
    (law == LAW_GAUSSIAN ? sgdmft_normals : sgdmft_uniforms)(&stream, rows * dim, examples->x);
    for (size_t i = 0; law == LAW_EXPONENTIAL && i < rows * dim; i++)
        examples->x[i] = -log(examples->x[i]) - 1;
    for (size_t i = 0; i < rows; i++) {
        examples->label[i] = i % 3 == 0 ? 1 : -1;
        examples->facts.positives += i % 3 == 0;
        examples->x[i * dim] += examples->label[i] * shift / 2;
    }
    return examples;
}

/* Mean of a value over tables, and its scatter over the quoted error. */
struct tally {
    double sum, square, quoted;
};

static void add(struct tally *tally, struct survey_value value)
{
    tally->sum += value.value / TABLES;
    tally->square += value.value * value.value / TABLES;
    tally->quoted += value.se * value.se / TABLES;
}

/* |mean - expected| within 4 errors of the mean, and errors within a third of the scatter. */
static void hold(const char *name, const struct tally *tally, double expected)
{
    const double variance = tally->square - tally->sum * tally->sum;
    cr_expect_lt(fabs(tally->sum - expected), 4 * sqrt(variance / TABLES), "%s: %g, expected %g", name, tally->sum,
                 expected);
    cr_expect(fabs(sqrt(variance / tally->quoted) - 1) < 1.0 / 3, "%s: scatter/quoted %g", name,
              sqrt(variance / tally->quoted));
}

static void tally_law(enum law law, size_t dim, double skewness, double kurtosis)
{
    struct tally tally[4] = {{0}}, separation = {0};
    for (uint32_t table = 0; table < TABLES; table++) {
        scoped_examples *examples = draw(900, dim, law, 0.5, table);
        struct survey survey;
        cr_assert_eq(survey_take(examples, table, &survey, NULL), SGDMFT_OK);
        add(&tally[0], survey.minus.skewness);
        add(&tally[1], survey.minus.kurtosis);
        add(&tally[2], survey.plus.skewness);
        add(&tally[3], survey.plus.kurtosis);
        add(&separation, survey.separation_square);
        survey_free(&survey);
    }
    hold("skewness -1", &tally[0], skewness);
    hold("kurtosis -1", &tally[1], kurtosis);
    hold("skewness +1", &tally[2], skewness);
    hold("kurtosis +1", &tally[3], kurtosis);
    hold("separation", &separation, 0.25);
}

TEST(gaussian_clusters_have_no_moments)
{
    tally_law(LAW_GAUSSIAN, 12, 0, 0);
}

/* A projection of independent entries has the cumulants k3 sum a^3, k4 sum a^4 of a unit vector a: of a random one
 * E (sum a^3)^2 = 15/((N + 2)(N + 4)) and E sum a^4 = 3/(N + 2). Exponential: k3 = 2, k4 = 6. In 100 directions of 40
 * dimensions the means are as close as the tolerance of the test below. */
TEST(exponential_features_have_the_moments_of_their_projections)
{
    const size_t dim = 40;
    scoped_examples *examples = draw(90000, dim, LAW_EXPONENTIAL, 0, 7);
    struct survey survey;
    cr_assert_eq(survey_take(examples, 3, &survey, NULL), SGDMFT_OK);
    const double kurtosis = 6 * 3.0 / (double)(dim + 2), skewness = 4 * 15.0 / (double)((dim + 2) * (dim + 4));
    cr_expect_float_eq(survey.minus.kurtosis.value, kurtosis, 0.15 * kurtosis, "%g", survey.minus.kurtosis.value);
    cr_expect_float_eq(survey.minus.skewness.value, skewness, 0.4 * skewness, "%g", survey.minus.skewness.value);
    cr_expect_gt(survey.minus.kurtosis.value, 5 * survey.minus.kurtosis.se);
    survey_free(&survey);
}

/* The eigenvalues of both ways (features by features, rows by rows) against their traces, and the end of noise. */
TEST(spectrum)
{
    static const size_t shapes[][2] = {{300, 40}, {60, 150}};
    for (size_t s = 0; s < 2; s++) {
        size_t beyond = 0;
        for (uint32_t table = 0; table < 20; table++) {
            scoped_examples *examples = draw(shapes[s][0], shapes[s][1], LAW_GAUSSIAN, 0, table);
            const size_t dim = examples->dim, rows = examples->rows;
            struct survey survey;
            cr_assert_eq(survey_take(examples, 1, &survey, NULL), SGDMFT_OK);
            double sum = 0, square = 0, frobenius = 0;
            for (size_t i = 0; i < dim; i++) {
                sum += survey.eigenvalue[i];
                square += survey.eigenvalue[i] * survey.eigenvalue[i];
            }
            for (size_t a = 0; a < dim; a++) /* tr C^2 entry by entry */
                for (size_t b = 0; b < dim; b++) {
                    double entry = 0;
                    for (size_t i = 0; i < rows; i++)
                        entry += examples->x[i * dim + a] * examples->x[i * dim + b] / survey.degrees;
                    frobenius += entry * entry;
                }
            cr_expect_float_eq(sum, survey.trace, 1e-9 * sum);
            cr_expect_float_eq(square, frobenius, 1e-9 * square);
            cr_expect_float_eq(survey.effective_rank, sum * sum / frobenius, 1e-9 * survey.effective_rank);
            cr_expect_eq(survey.rank, dim < rows - 2 ? dim : rows - 2, "%zu", survey.rank);
            const double edge = survey_upper_edge(survey.degrees, (double)dim);
            beyond += survey.eigenvalue[dim - 1] > edge;
            cr_expect_lt(survey.eigenvalue[dim - 1], 1.2 * edge);
            cr_expect_gt(survey.eigenvalue[dim - 1], 0.75 * edge);
            survey_free(&survey);
        }
        cr_expect_leq(beyond, 1);
    }
}

TEST(too_few_rows_have_no_moments)
{
    scoped_examples *examples = draw(3 * SURVEY_ROWS_LEAST - 3, 5, LAW_GAUSSIAN, 1, 0);
    struct survey survey;
    cr_assert_eq(survey_take(examples, 1, &survey, NULL), SGDMFT_OK);
    cr_expect(isnan(survey.plus.kurtosis.value) && isnan(survey.plus.signal_skewness.se));
    cr_expect(isfinite(survey.minus.kurtosis.value) && isfinite(survey.minus.signal_skewness.se));
    survey_free(&survey);
}
