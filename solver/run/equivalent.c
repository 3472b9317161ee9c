/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Means and covariance of the classes of a dataset, and their spectrum. */
#include "solver/run/equivalent.h"
#include "models/base/memory.h"
#include "models/formula/formula.h"

#include "models/data/dataset/examples.h"
#include <cblas.h>
#include <lapacke.h>
#include <math.h>
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

/* Joins neighbouring eigenvalues to modes of equal dimension. */
static void gather_modes(size_t dim, const double *value, const double *signal, struct sgdmft_spectrum *spectrum)
{
    const size_t modes = dim < SGDMFT_MODES_MAX ? dim : SGDMFT_MODES_MAX;
    *spectrum = (struct sgdmft_spectrum){.modes = modes};
    for (size_t mode = 0; mode < modes; mode++) {
        const size_t first = mode * dim / modes, last = (mode + 1) * dim / modes;
        const double count = (double)(last - first);
        spectrum->weight[mode] = count / (double)dim;
        for (size_t i = first; i < last; i++) {
            spectrum->value[mode] += value[i] / count;
            spectrum->signal[mode] += signal[i] / count;
        }
    }
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
        gather_modes(dim, work + dim, work + 2 * dim, spectrum);
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
