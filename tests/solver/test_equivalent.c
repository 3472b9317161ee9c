/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Gaussian mixture that the theory solves in place of a dataset. */
#include "solver/dense/dense.h"
#include "solver/run/equivalent.h"
#include "tests/models/dataset/dataset_file.h"
#include "tests/validation/simulated.h"
#include "tests/solver/solved.h"
#include "tests/two_results.h"

#include <math.h>
#include <sgdmft/compare.h>

TestSuite(equivalent, .timeout = 60);

static struct sgdmft_error error;

static struct sgdmft_run resolved(const char *path, const char *words)
{
    struct sgdmft_run run;
    cr_assert_eq(dataset_file_resolve(path, words, &run, NULL, &error), SGDMFT_OK, "%s", error.text);
    return run;
}

/* Class +1 around (1, 0), class -1 around (-3, 0) in the proportion 3 : 1, both with covariance diag(1, 4). */
Test(equivalent, means_and_covariance)
{
    char path[64], text[2048] = "";
    struct sgdmft_component component[SGDMFT_COMPONENTS_MAX];
    for (int i = 0; i < 16; i++)
        sprintf(text + strlen(text), "%d,%d,%d\n", (i < 12 ? 1 : -3) + (i % 2 ? 1 : -1), i / 2 % 2 ? 2 : -2, i < 12);
    dataset_file_write(path, text, strlen(text));
    struct sgdmft_run out, run = resolved(path, "standardise no");
    cr_assert_eq(equivalent_run(&run, &out, &error), SGDMFT_OK, "%s", error.text);
    const struct sgdmft_spectrum *spectrum = sgdmft_spectrum(&out);
    cr_assert_eq(spectrum->modes, 2);
    cr_assert(fabs(spectrum->value[0] - 1) < 1e-12 && fabs(spectrum->value[1] - 4) < 1e-12);
    cr_assert(fabs(spectrum->signal[0] - 2) < 1e-12 && fabs(spectrum->signal[1]) < 1e-12);
    cr_assert(fabs(spectrum->weight[0] - 0.5) < 1e-15 && fabs(spectrum->weight[1] - 0.5) < 1e-15);
    cr_assert_eq(out.data->components(&out, component), 2);
    for (int i = 0; i < 2; i++) {
        const bool plus = component[i].label > 0;
        cr_assert(fabs(component[i].weight - (plus ? 0.75 : 0.25)) < 1e-15);
        cr_assert(fabs(component[i].centre - (plus ? 1 : -3)) < 1e-12, "distances of the means from the origin");
    }
    for (char *c = text; *c; c++) /* a column that is not centred */
        *c = *c == '-' ? ' ' : *c;
    unlink(path);
    dataset_file_write(path, text, strlen(text));
    run = resolved(path, "standardise no");
    cr_assert_eq(equivalent_run(&run, &out, &error), SGDMFT_USAGE);
    cr_assert_not_null(strstr(error.text, "standardise: no"), "%s", error.text);
    run = resolved(path, "standardise yes");
    cr_assert_eq(equivalent_run(&run, &out, &error), SGDMFT_OK, "%s", error.text);
    unlink(path);
    cr_assert_eq(equivalent_run(&run, &out, &error), SGDMFT_FILE);
}

/* Two clusters in 90 dimensions, more than there are modes; three directions with eigenvalues near 20, and the means
 * apart across the columns of the last. */
static void clusters(char path[64])
{
    enum { ROWS = 3600, DIM = 90 };
    static char text[ROWS * (DIM * 11 + 4)];
    struct sgdmft_stream stream = sgdmft_stream_open(12, SGDMFT_TEST_SUITE, 920, 0);
    double x[DIM];
    size_t length = 0;
    for (int i = 0; i < ROWS; i++) {
        const int plus = i % 3 == 0;
        sgdmft_normals(&stream, DIM, x);
        for (int j = 0; j < DIM; j++)
            length +=
                (size_t)sprintf(text + length, "%.5g,", 0.6 * x[j] + 0.8 * x[j % 3] + (plus && j % 3 == 2 ? 0.4 : 0));
        length += (size_t)sprintf(text + length, "%d\n", plus);
    }
    dataset_file_write(path, text, length);
}

static struct sgdmft_comparison *solved_and_compared(const struct sgdmft_run *theory,
                                                     const struct sgdmft_result *simulation)
{
    scoped_result *result = solved_with(&engine_dense, theory);
    return compared(result, simulation);
}

/* Two clusters of white noise in 150 dimensions, apart across the first column. */
static void white_clusters(char path[64])
{
    enum { ROWS = 600, DIM = 150 };
    static char text[ROWS * (DIM * 11 + 4)];
    struct sgdmft_stream stream = sgdmft_stream_open(12, SGDMFT_TEST_SUITE, 921, 0);
    double x[DIM];
    size_t length = 0;
    for (int i = 0; i < ROWS; i++) {
        sgdmft_normals(&stream, DIM, x);
        x[0] += i % 3 == 0 ? 3 : 0;
        for (int j = 0; j < DIM; j++)
            length += (size_t)sprintf(text + length, "%.5g,", x[j]);
        length += (size_t)sprintf(text + length, "%d\n", i % 3 == 0);
    }
    dataset_file_write(path, text, length);
}

/* Whitened: the line of the means has an eigenvalue of its own, 1 less the spread of the means. Joined to its
 * neighbours it would be nearer to 1 than to that. */
Test(equivalent, line_of_the_means_of_whitened_data)
{
    char path[64];
    struct sgdmft_run own;
    white_clusters(path);
    const struct sgdmft_run run = resolved(path, "whiten yes");
    cr_assert_eq(equivalent_run(&run, &own, &error), SGDMFT_OK, "%s", error.text);
    const double plus = (double)own.derived.dataset.positives / (double)own.derived.dataset.rows,
                 exact = 1 - plus * (1 - plus) * pow(own.derived.dataset.separation, 2),
                 found = sgdmft_spectrum_mean(sgdmft_spectrum(&own), true);
    cr_assert_lt(exact, 0.4);
    cr_expect_float_eq(found, exact, 0.002, "%g, exact %g", found, exact);
    cr_assert_eq(sgdmft_spectrum(&own)->modes, SGDMFT_MODES_MAX);
    unlink(path);
}

/* On Gaussian clusters the theory of the file is right, and it is not without the file's spectrum or with equal
 * classes. */
Test(equivalent, gaussian_clusters)
{
    char path[64];
    struct sgdmft_run own, flat;
    clusters(path);
    const struct sgdmft_run run = resolved(path, "rate 0.01 ridge 0.5 steps 20 runs 24 paths 4000 waiting 0");
    cr_assert_eq(equivalent_run(&run, &own, &error), SGDMFT_OK, "%s", error.text);
    cr_assert_eq(sgdmft_spectrum(&own)->modes, SGDMFT_MODES_MAX);
    scoped_result *simulation = simulated(&run, 0);
    scoped_comparison *right = solved_and_compared(&own, simulation);
    /* within what N = 90 allows */
    cr_assert(right->verdict != SGDMFT_VERDICT_DISAGREE, "%g, %g", right->max_abs_z_after, right->threshold);
    for (int i = 0; i < 2; i++) {
        flat = own;
        if (i == 0)
            flat.derived.dataset.positives = flat.derived.dataset.rows / 2;
        else
            flat.derived.spectrum = (struct sgdmft_spectrum){.modes = 1, .value = {1}, .weight = {1}, .signal = {1}};
        scoped_comparison *wrong = solved_and_compared(&flat, simulation);
        cr_assert_eq(wrong->verdict, SGDMFT_VERDICT_DISAGREE, "%d: %g, %g", i, wrong->max_abs_z_after,
                     wrong->threshold);
    }
    unlink(path);
}
