/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Means and covariance of the classes of a dataset, and their spectrum. */
#include "solver/run/equivalent.h"
#include "models/base/memory.h"
#include "models/formula/formula.h"
#include "models/run/parameter_table.h"

#include "models/data/dataset/examples.h"
#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

/* Column means above this share of their spread count as not centred. */
#define CENTRED 1e-6

/* Shifts each class to mean 0. */
static void subtract_means(struct examples *examples, double *mean)
{
    const size_t dim = examples->dim;
    for (int class = -1; class <= 1; class += 2) {
        const double count =
            class > 0 ? (double)examples->facts.positives : (double)(examples->facts.rows - examples->facts.positives);
        for (size_t j = 0; j < dim; j++)
            mean[j] = 0;
        for (size_t i = 0; i < examples->rows; i++)
            for (size_t j = 0; j<dim &&class * examples->label[i]> 0; j++)
                mean[j] += examples->x[i * dim + j] / count;
        for (size_t i = 0; i < examples->rows; i++)
            for (size_t j = 0; j<dim &&class * examples->label[i]> 0; j++)
                examples->x[i * dim + j] -= mean[j];
    }
}

/* Eigenvalues s (ascending) and (u.v)^2 of the covariance within the classes; covariance is overwritten. */
static bool decompose(const struct examples *examples, double *covariance, double *value, double *signal)
{
    const int dim = (int)examples->dim, rows = (int)examples->rows;
    cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, dim, rows, 1 / (double)rows, examples->x, dim, 0, covariance,
                dim);
    if (LAPACKE_dsyevd(LAPACK_ROW_MAJOR, 'V', 'U', dim, covariance, dim, value) != 0)
        return false;
    cblas_dgemv(CblasRowMajor, CblasTrans, dim, dim, 1, covariance, dim, examples->signal, 1, 0, signal, 1);
    for (int i = 0; i < dim; i++) {
        value[i] = fmax(value[i], 0);
        signal[i] *= signal[i];
    }
    return true;
}

/* Neighbouring eigenvalues as modes: the mean of each, its dimensions and its part of the signal, the sum of a_i. */
struct mode_list {
    size_t modes;
    double *value, *signal, *count;
};

/* Loss in joining mode i to the next: the spread of s^(1/2) over dimensions and signal. An eigenvalue alone that has
 * the signal, as that of the line of the means in whitened data, keeps its own. */
static double joining(const struct mode_list *list, size_t i)
{
    const double here = list->count[i] + list->signal[i], next = list->count[i + 1] + list->signal[i + 1];
    const double distance = sqrt(list->value[i + 1]) - sqrt(list->value[i]);
    return here * next / (here + next) * distance * distance;
}

/* Joins mode i to the next. */
static void join(struct mode_list *list, size_t i)
{
    const double count = list->count[i] + list->count[i + 1];
    list->value[i] = (list->count[i] * list->value[i] + list->count[i + 1] * list->value[i + 1]) / count;
    list->signal[i] += list->signal[i + 1];
    list->count[i] = count;
    list->modes--;
    for (size_t j = i + 1; j < list->modes; j++) {
        list->value[j] = list->value[j + 1];
        list->signal[j] = list->signal[j + 1];
        list->count[j] = list->count[j + 1];
    }
}

/* The mode that loses least by being joined to the next, where one of the two has less than `least` dimensions.
 * SIZE_MAX: none. */
static size_t nearest_pair(const struct mode_list *list, double least)
{
    size_t best = SIZE_MAX;
    for (size_t i = 0; i + 1 < list->modes; i++)
        if (fmin(list->count[i], list->count[i + 1]) < least
            && (best == SIZE_MAX || joining(list, i) < joining(list, best)))
            best = i;
    return best;
}

/* Joins neighbouring eigenvalues to at most SGDMFT_MODES_MAX modes of at least `least` dimensions. Up to that number of
 * dimensions only those that have less are joined. */
static void gather_modes(size_t dim, double least, double *value, double *signal, double *count,
                         struct sgdmft_spectrum *spectrum)
{
    struct mode_list list = {dim, value, signal, count};
    for (size_t i = 0; i < dim; i++)
        count[i] = 1;
    while (list.modes > SGDMFT_MODES_MAX)
        join(&list, nearest_pair(&list, (double)INFINITY));
    for (size_t i; (i = nearest_pair(&list, least)) != SIZE_MAX;)
        join(&list, i);
    *spectrum = (struct sgdmft_spectrum){.modes = list.modes};
    for (size_t mode = 0; mode < list.modes; mode++) {
        spectrum->weight[mode] = count[mode] / (double)dim;
        spectrum->value[mode] = value[mode];
        spectrum->signal[mode] = signal[mode] / count[mode];
    }
}

/* Dimensions that a mode needs in the engine that is to solve the run. */
static double least_dimensions(const struct sgdmft_run *run, size_t dim)
{
    const double taken = (double)run->paths / ((double)run->groups * run->alpha);
    const double equal = dim > SGDMFT_MODES_MAX ? floor((double)dim / SGDMFT_MODES_MAX) : 1;
    return effect_conditional(run) ? fmin(equal, ceil(CONDITIONAL_MODE_LEAST * (double)dim / taken)) : 1;
}

static enum sgdmft_status find_spectrum(const struct sgdmft_run *run, struct examples *examples,
                                        struct sgdmft_spectrum *spectrum, struct sgdmft_error *error)
{
    const size_t dim = examples->dim;
    double *covariance = calloc(dim * dim, sizeof(double)), *work = malloc(3 * dim * sizeof(double));
    enum sgdmft_status status = SGDMFT_OK;
    if (!covariance || !work)
        status = memory_fail(error, "the covariance of %.600s", run->dataset);
    if (!status) {
        subtract_means(examples, work);
        if (!decompose(examples, covariance, work + dim, work + 2 * dim))
            status = sgdmft_fail(error, SGDMFT_INTERNAL, "no eigenvalues of the covariance of %.600s", run->dataset);
    }
    if (!status) {
        gather_modes(dim, least_dimensions(run, dim), work + dim, work + 2 * dim, work, spectrum);
        if (!(sgdmft_spectrum_mean(spectrum, true) > 0))
            status =
                sgdmft_fail(error, SGDMFT_USAGE,
                            "dataset: the classes of %.600s do not vary along the line of their means", run->dataset);
    }
    free(covariance);
    free(work);
    return status;
}

enum sgdmft_status equivalent_run(const struct sgdmft_run *run, struct sgdmft_run *out, struct sgdmft_error *error)
{
    struct examples *examples;
    *out = *run;
    enum sgdmft_status status = formula_make(out, error);
    if (status || run->derived.dataset.rows == 0)
        return status;
    status = examples_load(run, &examples, error);
    if (status)
        return status;
    if (examples->facts.checksum != run->derived.dataset.checksum)
        status = sgdmft_fail(error, SGDMFT_FILE, "%.600s has changed since it was read first", run->dataset);
    else if (examples->centring > CENTRED)
        status = sgdmft_fail(
            error, SGDMFT_USAGE,
            "standardise: no, but the theory needs columns of mean 0, and one has %.3g (the simulation does not)",
            examples->centring);
    else
        status = find_spectrum(run, examples, &out->derived.spectrum, error);
    out->derived.dataset.separation = examples->separation;
    examples_free(examples);
    return status;
}
