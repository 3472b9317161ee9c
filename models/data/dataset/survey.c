/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Covariance within the classes, its eigenvalues, and the distance of the means. */
#include "models/data/dataset/survey.h"

#include "models/base/memory.h"
#include "models/data/dataset/survey_moments.h"
#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>

/* Eigenvalues below this share of the largest are rounding. */
#define RANK_TOLERANCE 1e-10
/* Quantile 0.999 of Tracy and Widom's law of order 1. */
#define TRACY_WIDOM 3.27

double survey_upper_edge(double degrees, double dim)
{
    const double a = sqrt(degrees - 1), b = sqrt(dim);
    return ((a + b) * (a + b) + TRACY_WIDOM * (a + b) * cbrt(1 / a + 1 / b)) / degrees;
}

void survey_free(struct survey *survey)
{
    free(survey->eigenvalue);
    *survey = (struct survey){.eigenvalues = 0};
}

/* Subtracts the mean of its class from each row; mean: [2][dim], of class -1 and of class +1. */
static void centre_classes(struct examples *examples, double *mean)
{
    const size_t rows = examples->rows, dim = examples->dim;
    const double positives = (double)examples->facts.positives, count[2] = {(double)rows - positives, positives};
    for (size_t i = 0; i < rows; i++) {
        const size_t class = examples->label[i] > 0;
        cblas_daxpy((int)dim, 1 / count[class], examples->x + i * dim, 1, mean + class * dim, 1);
    }
    for (size_t i = 0; i < rows; i++)
        cblas_daxpy((int)dim, -1, mean + (examples->label[i] > 0) * dim, 1, examples->x + i * dim, 1);
}

/* Eigenvalues of C, from the smaller of x^T x and x x^T, which differ in zeros only. */
static enum sgdmft_status eigenvalues(const struct examples *examples, struct survey *survey,
                                      struct sgdmft_error *error)
{
    const size_t rows = examples->rows, dim = examples->dim, size = dim < rows ? dim : rows;
    if (size > SURVEY_MATRIX_MOST)
        return SGDMFT_OK;
    double *matrix = calloc(size * size, sizeof *matrix);
    survey->eigenvalue = calloc(dim + rows, sizeof *survey->eigenvalue);
    if (!matrix || !survey->eigenvalue) {
        free(matrix);
        return memory_fail(error, "the covariance of the dataset");
    }
    cblas_dsyrk(CblasRowMajor, CblasUpper, dim < rows ? CblasTrans : CblasNoTrans, (int)size,
                (int)(dim < rows ? rows : dim), 1 / survey->degrees, examples->x, (int)dim, 0, matrix, (int)size);
    /* all but the first dim - size values are found; those are 0 */
    const lapack_int info =
        LAPACKE_dsyevd(LAPACK_ROW_MAJOR, 'N', 'U', (int)size, matrix, (int)size, survey->eigenvalue + (dim - size));
    free(matrix);
    if (info != 0)
        return sgdmft_fail(error, SGDMFT_INTERNAL, "no eigenvalues of the covariance of the dataset");
    survey->eigenvalues = dim;
    double squares = 0;
    for (size_t i = 0; i < dim; i++) {
        survey->eigenvalue[i] = fmax(survey->eigenvalue[i], 0);
        squares += survey->eigenvalue[i] * survey->eigenvalue[i];
    }
    for (size_t i = 0; i < dim; i++)
        survey->rank += survey->eigenvalue[i] > RANK_TOLERANCE * survey->eigenvalue[dim - 1];
    survey->effective_rank = survey->trace * survey->trace / squares;
    return SGDMFT_OK;
}

/* tr C^2 of the true covariance; that of the sample is larger by (tr C)^2/degrees. */
static double trace_square(const struct survey *survey)
{
    double sum = -survey->trace * survey->trace / survey->degrees;
    for (size_t i = 0; i < survey->eigenvalues; i++)
        sum += survey->eigenvalue[i] * survey->eigenvalue[i];
    return survey->eigenvalues ? fmax(sum, 0) : (double)NAN;
}

static void separate(const struct examples *examples, const double *mean, double *direction, struct survey *survey)
{
    const size_t rows = examples->rows, dim = examples->dim;
    const double positives = (double)examples->facts.positives, share = 1 / positives + 1 / ((double)rows - positives);
    double square = 0, along = 0;
    for (size_t j = 0; j < dim; j++) {
        direction[j] = mean[dim + j] - mean[j];
        square += direction[j] * direction[j];
    }
    for (size_t i = 0; i < rows; i++) {
        const double projection = cblas_ddot((int)dim, examples->x + i * dim, 1, direction, 1);
        along += projection * projection / survey->degrees;
    }
    const double squares = trace_square(survey);
    survey->separation = sqrt(square);
    survey->sampling = sqrt(share * survey->trace);
    survey->noise_along = sqrt(along / square);
    survey->separation_square = (struct survey_value){
        .value = square - share * survey->trace,
        .se = sqrt(4 * share * fmax(along - share * squares, 0) + 2 * share * share * squares),
    };
}

enum sgdmft_status survey_take(struct examples *examples, uint64_t seed, struct survey *survey,
                               struct sgdmft_error *error)
{
    const size_t rows = examples->rows, dim = examples->dim;
    double *mean = calloc(3 * dim, sizeof *mean), *direction = mean + 2 * dim;
    *survey = (struct survey){.degrees = (double)rows - 2};
    if (!mean)
        return memory_fail(error, "the means of the dataset");
    centre_classes(examples, mean);
    for (size_t i = 0; i < rows; i++)
        survey->trace += cblas_ddot((int)dim, examples->x + i * dim, 1, examples->x + i * dim, 1) / survey->degrees;
    enum sgdmft_status status = eigenvalues(examples, survey, error);
    if (!status) {
        separate(examples, mean, direction, survey);
        status = survey_moments(examples, seed, direction, survey, error);
    }
    free(mean);
    if (status)
        survey_free(survey);
    return status;
}
