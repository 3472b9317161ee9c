/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The simulator on a dataset: rows and labels as they are, and Gaussian rows in a file give what Gaussian data give. */
#include "models/run/parameter_table.h"
#include "tests/given.h"
#include "tests/two_results.h"
#include "tests/models/dataset/dataset_file.h"
#include "tests/validation/simulated.h"
#include "validation/simulator/dataset.h"

#include <math.h>
#include <sgdmft/result.h>
#include <sgdmft/simulate.h>

TestSuite(simulator_dataset, .timeout = 60);

#define ROWS 1250
#define DIM 200

/* Examples N(0, I) scaled and moved column by column, labels sign(x.v), as csv. */
static char *gaussian_file(char path[64])
{
    static char text[ROWS * (DIM * 12 + 4)];
    double x[DIM], v[DIM], spread[DIM];
    size_t length = 0;
    struct sgdmft_stream stream = sgdmft_stream_open(11, SGDMFT_TEST_SUITE, 910, 0);
    sgdmft_normals(&stream, DIM, v);
    sgdmft_uniforms(&stream, DIM, spread);
    for (size_t i = 0; i < ROWS; i++) {
        double along = 0;
        sgdmft_normals(&stream, DIM, x);
        for (size_t j = 0; j < DIM; j++) {
            along += x[j] * v[j];
            length += (size_t)sprintf(text + length, "%.6g,", 3 * (double)j + (0.1 + spread[j]) * x[j]);
        }
        length += (size_t)sprintf(text + length, "%d\n", along > 0);
    }
    dataset_file_write(path, text, length);
    return path;
}

static const struct sgdmft_quantity *of(const struct sgdmft_result *result, const char *name)
{
    return sgdmft_result_find(result, "series", name);
}

/* Standardised columns are those of the standard model: losses, errors and norm agree with drawn data of the same
 * alpha. The file is one draw of the data, whose fluctuation all its runs share: compared with the spread of drawn
 * runs. */
Test(simulator_dataset, gaussian_rows_are_the_standard_model)
{
    static const char *const names[] = {"norm", "train_loss", "train_error", "test_loss", "test_error"};
    char path[64];
    struct sgdmft_run run;
    struct sgdmft_error error = {0};
    cr_assert_eq(
        dataset_file_resolve(gaussian_file(path), "steps 30 rate 0.2 runs 16 threads 1 seed 3", &run, NULL, &error),
        SGDMFT_OK, "%s", error.text);
    cr_assert_eq(run.dim, DIM);
    cr_assert_eq(sgdmft_examples(&run), 1000);
    scoped_result *taken = simulated(&run, 0);
    const struct sgdmft_run standard = given_run("alpha", "5", "dim", "200", "steps", "30", "rate", "0.2", "runs", "16",
                                                 "threads", "1", "test_examples", "250", "seed", "3", NULL);
    scoped_result *drawn = simulated(&standard, 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (size_t k = 1; k <= 30; k += k < 5 ? 1 : 5) {
            const struct sgdmft_quantity *a = of(taken, names[i]), *b = of(drawn, names[i]);
            const double spread = b->se[k] * 4; /* of one run in 16 */
            cr_assert(fabs(a->mean[k] - b->mean[k]) < 4 * hypot(spread, a->se[k]), "%s at step %zu: %g, %g +- %g",
                      names[i], k, a->mean[k], b->mean[k], spread);
        }
    const double own = of(taken, "train_loss")->mean[30], theirs = of(drawn, "train_loss")->mean[30];
    cr_assert(fabs(own - theirs) < 0.1 * theirs, "%g, %g", own, theirs);
    unlink(path);
}

/* Rows arrive unchanged in both precisions, labels are flipped with the chance of label_noise. */
Test(simulator_dataset, rows_and_labels)
{
    char path[64];
    struct sgdmft_run run;
    struct sgdmft_error error = {0};
    struct examples *examples;
    const uint32_t index[4] = {7, 0, 1249, 42};
    gaussian_file(path);
    for (int precision = 0; precision < 2; precision++) {
        SCOPED_BY(dataset_free) struct dataset set;
        cr_assert_eq(dataset_file_resolve(path, precision ? "precision double label_noise 1" : "precision single", &run,
                                          NULL, &error),
                     SGDMFT_OK);
        cr_assert_eq(examples_load(&run, &examples, &error), SGDMFT_OK);
        cr_assert(dataset_create(&run, 4, 1, &set));
        dataset_take(&run, SGDMFT_TRAIN_LABEL, 0, examples, index, &set);
        for (size_t mu = 0; mu < 4; mu++) {
            const void *row = dataset_row(&set, mu);
            const double *x = examples->x + index[mu] * DIM;
            for (size_t j = 0; j < DIM; j++)
                cr_assert(precision ? ((const double *)row)[j] == x[j] : ((const float *)row)[j] == (float)x[j]);
            for (size_t j = DIM; j < set.stride; j++)
                cr_assert(precision ? !(fabs(((const double *)row)[j]) > 0) : !(fabsf(((const float *)row)[j]) > 0));
            cr_assert_eq(set.flipped[mu], precision);
            cr_assert(set.label[mu] == (precision ? -1 : 1) * examples->label[index[mu]]);
        }
        examples_free(examples);
    }
    unlink(path);
}

/* Runs differ, and do not depend on the threads. A file that changes behind our back is noticed. */
Test(simulator_dataset, runs)
{
    char path[64];
    struct sgdmft_run run;
    struct sgdmft_error error = {0};
    gaussian_file(path);
    cr_assert_eq(dataset_file_resolve(path, "steps 3 runs 3 replicas 2 waiting 0,1", &run, NULL, &error), SGDMFT_OK);
    run.threads = 1;
    scoped_result *one = simulated(&run, 0);
    run.threads = 2;
    scoped_result *two = simulated(&run, 0);
    assert_same_samples(one, two, "two threads");
    const struct sgdmft_quantity *loss = of(one, "test_loss");
    cr_assert(loss->sample[0] != loss->sample[loss->length] && of(one, "distance")->mean[3] > 0);
    FILE *file = fopen(path, "a");
    for (int j = 0; j < DIM; j++)
        fputs("1,", file);
    fputs("1\n", file);
    fclose(file);
    struct sgdmft_result *none;
    cr_assert_eq(sgdmft_simulate(&run, 0, NULL, &none, &error), SGDMFT_FILE);
    cr_assert_not_null(strstr(error.text, "has changed"), "%s", error.text);
    unlink(path);
}

/* Columns of drawn data have the variances of the spectrum, in its proportions, and labels see x.v with variance 1. */
Test(simulator_dataset, spectrum_of_drawn_data)
{
    const struct sgdmft_run run = given_run("covariance_spectrum", "0.25:1:2,4:3:1", "teacher", "linear", "loss",
                                            "square", "dim", "40", "alpha", "500", "precision", "double", NULL);
    SCOPED_BY(dataset_free) struct dataset set;
    double v[40], u = 0;
    const size_t count = 20000;
    for (size_t i = 0; i < 40; i++)
        v[i] = sqrt(sgdmft_spectrum(&run)->signal[spectrum_mode_of(sgdmft_spectrum(&run), 40, i)]) * (i % 2 ? 1 : -1);
    cr_assert(dataset_create(&run, count, 1, &set));
    dataset_draw(&run, SGDMFT_TRAIN_INPUT, SGDMFT_TRAIN_LABEL, 0, v, &set);
    for (size_t i = 0; i < 40; i++) {
        double square = 0;
        for (size_t mu = 0; mu < count; mu++)
            square +=
                ((const double *)dataset_row(&set, mu))[i] * ((const double *)dataset_row(&set, mu))[i] / (double)count;
        const double s = i < 10 ? 0.25 : 4; /* the spread of a variance over 20000 rows is 1 % */
        cr_assert(fabs(square / s - 1) < 0.045, "column %zu: %g", i, square);
    }
    for (size_t mu = 0; mu < count; mu++) {
        const double *x = dataset_row(&set, mu);
        double along = 0;
        for (size_t i = 0; i < 40; i++)
            along += x[i] * v[i];
        cr_assert(fabs(along / sqrt(40 * sgdmft_spectrum_mean(sgdmft_spectrum(&run), true)) - set.label[mu]) < 1e-5);
        u += set.label[mu] * set.label[mu] / (double)count;
    }
    cr_assert(fabs(u - 1) < 0.045, "%g", u);
}
