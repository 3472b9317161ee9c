/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of the simulator: kernels against plain sums, the law of the examples, the start. */
#include "tests/validation/simulator_twin.h"
#include "validation/simulator/gradient.h"
#include "validation/simulator/simulator_step.h"

#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

TestSuite(simulator_parts, .timeout = 20);

#define VECTORS 5 /* weight vectors: one tile and two more */
static const size_t kernel_sizes[] = {1, 7, 16, 63, 512, 1000, 2048, 5003};

/* Rows, weights and expected sums of one kernel at one size. */
struct kernel_case {
    const struct kernel *kernel;
    size_t n, stride;
    unsigned char *rows;
    double *weights, *value; /* value: [3 KERNEL_ROWS][n], as stored in the rows */
    void *rounded;
    const void *row[3 * KERNEL_ROWS];
};

static void kernel_case_create(const struct kernel *kernel, size_t n, struct kernel_case *c)
{
    const size_t stride = kernel_stride(n, kernel->size), rows = 3 * KERNEL_ROWS;
    struct sgdmft_stream stream = sgdmft_stream_open(5, SGDMFT_TEST_SUITE, (uint32_t)n, 0);
    *c = (struct kernel_case){.kernel = kernel, .n = n, .stride = stride};
    cr_assert(stride >= n && stride * kernel->size % KERNEL_LINE == 0);
    c->rows = aligned_alloc(KERNEL_LINE, rows * stride * kernel->size);
    memset(c->rows, 0, rows * stride * kernel->size);
    c->weights = aligned_alloc(KERNEL_LINE, VECTORS * stride * sizeof(double));
    c->rounded = aligned_alloc(KERNEL_LINE, VECTORS * stride * sizeof(double));
    c->value = malloc(rows * n * sizeof(double));
    memset(c->weights, 0, VECTORS * stride * sizeof(double));
    for (size_t j = 0; j < VECTORS; j++)
        sgdmft_normals(&stream, n, c->weights + j * stride);
    sgdmft_normals(&stream, rows * n, c->value);
    kernel->round(VECTORS * stride, c->weights, c->rounded);
    for (size_t r = 0; r < rows; r++) {
        c->row[r] = c->rows + r * stride * kernel->size;
        for (size_t i = 0; i < n; i++) {
            double *value = &c->value[r * n + i];
            if (kernel->size == sizeof(float)) {
                ((float *)(void *)c->rows)[r * stride + i] = (float)*value;
                *value = (double)(float)*value;
            } else {
                ((double *)(void *)c->rows)[r * stride + i] = *value;
            }
        }
    }
}

static void kernel_case_free(struct kernel_case *c)
{
    free(c->rows);
    free(c->weights);
    free(c->rounded);
    free(c->value);
}

/* out = row . weights */
static void assert_dot(const struct kernel_case *c, size_t row, const double *weights, double out, double relative)
{
    long double sum = 0, squares = 0;
    for (size_t i = 0; i < c->n; i++) {
        const long double term = (long double)c->value[row * c->n + i] * (long double)weights[i];
        sum += term;
        squares += term * term;
    }
    cr_assert_float_eq(out, (double)sum, relative * sqrt((double)squares), "n %zu row %zu: %.17g %.17g", c->n, row, out,
                       (double)sum);
}

static void assert_dots(const struct kernel_case *c, size_t first, const double *weights, const double *out,
                        double relative)
{
    for (size_t r = 0; r < KERNEL_ROWS; r++)
        assert_dot(c, first + r, weights, out[r], relative);
}

/* sums hold 2 + sum of slope row over the rows given, in each of `count` vectors, rounded as the rows are. */
static void assert_sums(const struct kernel_case *c, size_t vector, size_t count, const size_t *row,
                        const double *slope, const double *sums, double relative)
{
    for (size_t i = 0; i < c->n; i++) {
        double expected = 2, squares = 4;
        for (size_t r = 0; r < count; r++) {
            const double term = slope[r] * c->value[row[r] * c->n + i];
            expected += term;
            squares += term * term;
        }
        cr_assert_float_eq(sums[vector * c->stride + i], expected, relative * sqrt(squares), "n %zu sum %zu column %zu",
                           c->n, vector, i);
    }
}

/* Dots and sums of one group of rows with 1 to VECTORS vectors. */
static void assert_columns(const struct kernel_case *c, double relative)
{
    static const size_t row[KERNEL_ROWS] = {8, 9, 10, 11, 12, 13, 14, 15};
    double slope[VECTORS * KERNEL_ROWS], out[VECTORS * KERNEL_ROWS];
    double *to = malloc(VECTORS * c->stride * sizeof(double));
    void *sums = aligned_alloc(KERNEL_LINE, VECTORS * c->stride * sizeof(double));
    for (size_t r = 0; r < VECTORS * KERNEL_ROWS; r++)
        slope[r] = 0.3 - 0.01 * (double)r;
    for (size_t count = 1; count <= VECTORS; count++) {
        c->kernel->dots(c->stride, c->row + KERNEL_ROWS, count, c->rounded, count % 2 ? c->row : NULL, out);
        memset(sums, 0, count * c->stride * c->kernel->size);
        for (size_t i = 0; i < count * c->stride; i++)
            to[i] = 2;
        c->kernel->spread(c->stride, c->row + KERNEL_ROWS, count, slope, count == 1 ? c->row : NULL, sums);
        c->kernel->empty(count * c->stride, sums, to);
        c->kernel->empty(count * c->stride, sums, to); /* nothing is left */
        for (size_t j = 0; j < count; j++) {
            assert_dots(c, KERNEL_ROWS, c->weights + j * c->stride, out + j * KERNEL_ROWS, relative);
            assert_sums(c, j, KERNEL_ROWS, row, slope + j * KERNEL_ROWS, to, relative);
        }
    }
    free(sums);
    free(to);
}

/* A block of which each vector has its own: none, one, a few, more than a group, all. */
static void assert_block(const struct kernel_case *c, double relative)
{
    static const size_t take[VECTORS][2] = {{1, 0}, {24, 7}, {5, 2}, {2, 0}, {1, 0}}; /* places p with p % a == b */
    unsigned char count[VECTORS] = {0}, member[VECTORS][KERNEL_BLOCK];
    double slope[VECTORS * KERNEL_BLOCK], out[VECTORS * KERNEL_BLOCK],
        *to = malloc(VECTORS * c->stride * sizeof(double));
    size_t row[VECTORS][KERNEL_BLOCK];
    struct kernel_block block = {
        .vectors = VECTORS, .pitch = c->stride, .rows = KERNEL_BLOCK, .count = count, .member = member, .next_rows = 5};
    void *sums = aligned_alloc(KERNEL_LINE, VECTORS * c->stride * sizeof(double));
    block.partial = aligned_alloc(KERNEL_LINE, VECTORS * KERNEL_BLOCK * KERNEL_LINE);
    for (size_t i = 0; i < KERNEL_BLOCK; i++) {
        block.row[i] = block.next[i] = c->row[i % (3 * KERNEL_ROWS)];
        for (size_t j = 0; j < VECTORS; j++)
            if (i % take[j][0] == take[j][1] && j > 0) {
                row[j][count[j]] = i % (3 * KERNEL_ROWS);
                member[j][count[j]++] = (unsigned char)i;
            }
    }
    for (size_t i = 0; i < VECTORS * KERNEL_BLOCK; i++)
        slope[i] = 0.3 - 0.01 * (double)i;
    for (size_t i = 0; i < VECTORS * c->stride; i++)
        to[i] = 2;
    memset(sums, 0, VECTORS * c->stride * c->kernel->size);
    c->kernel->block_dots(c->stride, &block, c->rounded, out);
    c->kernel->block_spread(c->stride, &block, slope, sums);
    c->kernel->empty(VECTORS * c->stride, sums, to);
    for (size_t j = 0, at = 0; j < VECTORS; at += count[j], j++) {
        for (size_t r = 0; r < count[j]; r++)
            assert_dot(c, row[j][r], c->weights + j * c->stride, out[at + r], 2 * relative); /* no double on the way */
        assert_sums(c, j, count[j], row[j], slope + at, to, 2 * relative);
    }
    free(sums);
    free(block.partial);
    free(to);
}

static void assert_kernel(const struct kernel *kernel, double relative)
{
    for (size_t s = 0; s < sizeof kernel_sizes / sizeof *kernel_sizes; s++) {
        struct kernel_case c;
        kernel_case_create(kernel, kernel_sizes[s], &c);
        assert_columns(&c, relative);
        assert_block(&c, relative);
        kernel_case_free(&c);
    }
}

/* A chain of KERNEL_CHUNK = 512 roundings of growing partial sums has a standard error of eps sqrt(512/8) times the
 * root of the sum of squares; the bound is 4.5 of them, for builds that do not use vectors (others are better). */
Test(simulator_parts, kernels_are_the_plain_sums)
{
    const double bound = 4.5 * sqrt(KERNEL_CHUNK / 8.0);
    const struct kernel *kernel;
    for (size_t i = 0; (kernel = kernel_double(i)); i++)
        assert_kernel(kernel, bound * DBL_EPSILON);
    for (size_t i = 0; (kernel = kernel_single(i)); i++)
        assert_kernel(kernel, bound * (double)FLT_EPSILON);
}

/* With and without requests for rows to come. */
Test(simulator_parts, asking_for_rows_changes_nothing)
{
    const struct kernel *kernel;
    for (size_t i = 0; (kernel = i % 2 ? kernel_double(i / 2) : kernel_single(i / 2)); i++) {
        struct kernel_case c;
        kernel_case_create(kernel, 1033, &c);
        double out[2][KERNEL_ROWS], slope[KERNEL_ROWS] = {1, -2, 3, 0.1, 5, 6, -7, 8};
        unsigned char *sums[2];
        for (int ask = 0; ask < 2; ask++) {
            const void *const *next = ask ? c.row : NULL;
            sums[ask] = aligned_alloc(KERNEL_LINE, c.stride * kernel->size);
            memset(sums[ask], 0, c.stride * kernel->size);
            kernel->dots(c.stride, c.row + KERNEL_ROWS, 1, c.rounded, next, out[ask]);
            kernel->spread(c.stride, c.row + KERNEL_ROWS, 1, slope, next, sums[ask]);
        }
        cr_assert_arr_eq(out[0], out[1], sizeof out[0]);
        cr_assert_arr_eq(sums[0], sums[1], c.stride * kernel->size);
        free(sums[0]);
        free(sums[1]);
        kernel_case_free(&c);
    }
}

static double signal_of(const struct sgdmft_run *run, double *signal)
{
    struct sgdmft_stream stream = sgdmft_stream_open(run->seed, SGDMFT_TEST_SUITE, 1, 0);
    const size_t n = (size_t)run->dim;
    sgdmft_normals(&stream, n, signal);
    const double length = sqrt(step_product(n, signal, signal) / (double)n);
    for (size_t i = 0; i < n; i++)
        signal[i] /= length;
    return length;
}

static double element(const struct dataset *set, size_t mu, size_t i)
{
    const void *row = dataset_row(set, mu);
    return set->kernel->size == sizeof(float) ? (double)((const float *)row)[i] : ((const double *)row)[i];
}

/* (x.v)/N of an example */
static double along(const struct dataset *set, size_t mu, const double *signal)
{
    double sum = 0;
    for (size_t i = 0; i < set->dim; i++)
        sum += element(set, mu, i) * signal[i];
    return sum / (double)set->dim;
}

static void dataset_of(const struct sgdmft_run *run, size_t count, double *signal, struct dataset *set)
{
    signal_of(run, signal);
    cr_assert(dataset_create(run, count, 1, set));
    memset(set->rows, 0xff, count * set->stride * set->kernel->size); /* NaN */
    dataset_draw(run, SGDMFT_TRAIN_INPUT, SGDMFT_TRAIN_LABEL, 2, signal, set);
}

Test(simulator_parts, teacher_labels_come_from_the_row)
{
    const struct sgdmft_run run = twin_run("dim 75", "data teacher teacher sign");
    double signal[75];
    struct dataset set;
    dataset_of(&run, 3000, signal, &set);
    double plus = 0, square = 0, cross = 0;
    for (size_t mu = 0; mu < 3000; mu++) {
        cr_assert_float_eq(set.label[mu], along(&set, mu, signal) < 0 ? -1 : 1, 0);
        plus += set.label[mu] > 0;
        square += element(&set, mu, 7) * element(&set, mu, 7) / 3000;
        cross += element(&set, mu, 7) * element(&set, mu, 8) / 3000;
        for (size_t i = 75; i < set.stride; i++)
            cr_assert_float_eq(element(&set, mu, i), 0, 0);
    }
    cr_assert_float_eq(plus / 3000, 0.5, 4.5 * sqrt(0.25 / 3000));
    cr_assert_float_eq(square, 1, 4.5 * sqrt(2.0 / 3000));
    cr_assert_float_eq(cross, 0, 4.5 * sqrt(1.0 / 3000));
    dataset_free(&set);
}

Test(simulator_parts, label_noise_flips_or_adds)
{
    double signal[60];
    struct dataset set;
    struct sgdmft_run run = twin_run("dim 60", "data teacher teacher sign label_noise 0.2");
    dataset_of(&run, 4000, signal, &set);
    double flipped = 0;
    for (size_t mu = 0; mu < 4000; mu++)
        flipped += set.label[mu] * along(&set, mu, signal) < 0;
    cr_assert_float_eq(flipped / 4000, 0.2, 4.5 * sqrt(0.16 / 4000), "%g", flipped / 4000);
    dataset_free(&set);
    run = twin_run("dim 60", "data teacher teacher linear loss square label_noise 0.5");
    dataset_of(&run, 4000, signal, &set);
    double noise = 0;
    for (size_t mu = 0; mu < 4000; mu++)
        noise += pow(set.label[mu] - sqrt(60) * along(&set, mu, signal), 2) / 4000;
    cr_assert_float_eq(noise, 0.25, 4.5 * 0.25 * sqrt(2.0 / 4000), "%g", noise);
    dataset_free(&set);
}

/* x.v/N = c/sqrt(N) + sqrt(Delta) u/sqrt(N): means by component, and the spread. */
Test(simulator_parts, clusters_have_their_weights_centres_and_variance)
{
    const double count = 6000;
    double signal[50];
    struct dataset set;
    struct sgdmft_run run = twin_run("dim 50", "data mixture2 cluster_variance 0.4");
    dataset_of(&run, (size_t)count, signal, &set);
    double mean = 0, square = 0, plus = 0;
    for (size_t mu = 0; mu < set.count; mu++) {
        const double t = sqrt(50) * along(&set, mu, signal) * set.label[mu];
        mean += t / count;
        square += (t - 1) * (t - 1) / count;
        plus += set.label[mu] > 0;
    }
    cr_assert_float_eq(mean, 1, 4.5 * sqrt(0.4 / count), "%g", mean);
    cr_assert_float_eq(square, 0.4, 4.5 * 0.4 * sqrt(2 / count), "%g", square);
    cr_assert_float_eq(plus / count, 0.5, 4.5 * sqrt(0.25 / count));
    dataset_free(&set);

    run = twin_run("dim 50", "data mixture3 cluster_variance 0.01");
    dataset_of(&run, (size_t)count, signal, &set);
    double part[3] = {0};
    for (size_t mu = 0; mu < set.count; mu++) {
        const double c = round(sqrt(50) * along(&set, mu, signal));
        cr_assert(fabs(c) <= 1);
        part[(int)c + 1]++;
        cr_assert_float_eq(set.label[mu], fabs(c) < 0.5 ? -1 : 1, 0);
    }
    cr_assert_float_eq(part[0] / count, 0.25, 4.5 * sqrt(0.1875 / count));
    cr_assert_float_eq(part[1] / count, 0.5, 4.5 * sqrt(0.25 / count));
    cr_assert_float_eq(part[2] / count, 0.25, 4.5 * sqrt(0.1875 / count));
    dataset_free(&set);
}

Test(simulator_parts, examples_do_not_depend_on_their_number_or_the_precision)
{
    double signal[33];
    struct dataset few, many, twice;
    struct sgdmft_run run = twin_run("dim 33", "data mixture2 cluster_variance 0.7 label_noise 0.3");
    dataset_of(&run, 20, signal, &few);
    dataset_of(&run, 600, signal, &many);
    run.precision = SGDMFT_PRECISION_DOUBLE;
    dataset_of(&run, 600, signal, &twice);
    for (size_t mu = 0; mu < 20; mu++) {
        cr_assert_float_eq(few.label[mu], many.label[mu], 0);
        cr_assert_float_eq(few.label[mu], twice.label[mu], 0);
        for (size_t i = 0; i < 33; i++) {
            cr_assert_float_eq(element(&few, mu, i), element(&many, mu, i), 0);
            cr_assert_float_eq(element(&few, mu, i), (double)(float)element(&twice, mu, i), 0);
        }
    }
    cr_assert_neq(element(&few, 0, 0), element(&few, 1, 0));
    dataset_free(&few);
    dataset_free(&many);
    dataset_free(&twice);
}

/* The sum over the rows batch[first..first+count-1] by its definition, for the square loss. */
static void assert_gradient(const struct dataset *set, size_t first, size_t count, const uint32_t *batch,
                            const double *w, const double *sum)
{
    double *slope = malloc((count + 1) * sizeof *slope);
    for (size_t i = 0; i < count; i++)
        slope[i] = sqrt((double)set->dim) * along(set, batch[first + i], w) - set->label[batch[first + i]];
    for (size_t j = 0; j < set->dim; j++) {
        double expected = 0;
        for (size_t i = 0; i < count; i++)
            expected += slope[i] * element(set, batch[first + i], j);
        cr_assert_float_eq(sum[j], expected, 1e-11, "count %zu column %zu: %.17g %.17g", count, j, sum[j], expected);
    }
    free(slope);
}

static void assert_gradients(long dim)
{
    enum { ROWS = 520, MOST = ROWS / 2 };
    static const size_t more[] = {79, 80, 81, 160, 170, 240, 257};
    struct sgdmft_run run = twin_run("precision double", "data teacher teacher linear loss square");
    run.dim = dim;
    double *signal = malloc((size_t)dim * sizeof *signal);
    struct dataset set;
    struct gradient_work work;
    dataset_of(&run, ROWS, signal, &set);
    cr_assert(gradient_create(1, set.stride, &work));
    for (size_t mu = 0; mu < ROWS; mu++) /* fields of order 1 beside the labels: otherwise both vanish for w = v */
        set.label[mu] += 1 + (double)(mu % 37);
    struct dataset many = set;
    many.count = (size_t)1 << 32;
    double *sum = aligned_alloc(KERNEL_LINE, set.stride * sizeof(double));
    double *w = aligned_alloc(KERNEL_LINE, set.stride * sizeof(double));
    memset(w, 0, set.stride * sizeof(double));
    memcpy(w, signal, set.dim * sizeof(double));
    uint32_t batch[MOST];
    for (uint32_t i = 0; i < MOST; i++)
        batch[i] = 2 * i + 1;
    for (size_t i = 0; i <= 20 + sizeof more / sizeof *more; i++) {
        const size_t count = i <= 20 ? i : more[i - 21], first = MOST - count < 3 ? 0 : i % 3;
        gradient_single(&run, &set, first, count, MOST, batch, NULL, w, &work, sum);
        assert_gradient(&set, first, count, batch, w, sum);
        gradient_single(&run, &many, first, count, MOST, batch, NULL, w, &work, sum);
        assert_gradient(&set, first, count, batch, w, sum);
    }
    free(sum);
    free(w);
    free(signal);
    gradient_free(&work);
    dataset_free(&set);
}

/* Gradient of a batch: rows outside it do not count, groups that are not full do not either; sums are emptied as they
 * grow. Rows that are short and long, that fit the caches and that do not, of which there seem to be many. */
Test(simulator_parts, gradient_counts_the_batch_once)
{
    assert_gradients(100);
    assert_gradients(350);
}

/* The gradient adds up, and with it the partial sums that are rounded: with 80 rows in a sum in single precision its
 * error is 2e-8 to 3e-8 here, with all 6000 rows in one 1e-6. */
Test(simulator_parts, single_precision_sums_few_rows)
{
    enum { DIM = 60, ROWS = 6000 };
    struct sgdmft_run run = twin_run("dim 60 precision double", "data teacher teacher sign loss logistic");
    double signal[DIM], difference = 0, square = 0;
    struct dataset set[2];
    struct gradient_work work[2];
    double *sum[2];
    for (int i = 0; i < 2; i++) {
        run.precision = i ? SGDMFT_PRECISION_SINGLE : SGDMFT_PRECISION_DOUBLE;
        dataset_of(&run, ROWS, signal, &set[i]);
        cr_assert(gradient_create(1, set[i].stride, &work[i]));
        sum[i] = aligned_alloc(KERNEL_LINE, set[i].stride * sizeof(double));
        double *w = aligned_alloc(KERNEL_LINE, set[i].stride * sizeof(double));
        void *rounded = aligned_alloc(KERNEL_LINE, set[i].stride * sizeof(double));
        memset(w, 0, set[i].stride * sizeof(double));
        for (size_t j = 0; j < DIM; j++)
            w[j] = (double)(float)signal[j];
        set[i].kernel->round(set[i].stride, w, rounded);
        gradient_single(&run, &set[i], 0, ROWS, ROWS, NULL, NULL, rounded, &work[i], sum[i]);
        free(w);
        free(rounded);
    }
    for (size_t j = 0; j < DIM; j++) {
        difference += pow(sum[1][j] - sum[0][j], 2);
        square += pow(sum[0][j], 2);
    }
    cr_assert_leq(sqrt(difference / square), 1e-7, "%g", sqrt(difference / square));
    for (int i = 0; i < 2; i++) {
        free(sum[i]);
        gradient_free(&work[i]);
        dataset_free(&set[i]);
    }
}

/* Products of pairs and all products with what is not selected left out; a part of the rows. */
static void assert_masked(const struct sgdmft_run *run, const struct dataset *set, size_t replicas,
                          const unsigned char *selected, const double *w, struct gradient_work *work)
{
    const size_t length = replicas * set->stride;
    double *pairs = aligned_alloc(KERNEL_LINE, length * sizeof(double));
    double *all = aligned_alloc(KERNEL_LINE, length * sizeof(double));
    gradient_replicas(run, set, 37, 401, 450, replicas, selected, w, work, pairs);
    gradient_columns(run, set, 37, 401, NULL, selected, replicas, replicas, w, work, all);
    for (size_t i = 0; i < length; i++)
        cr_assert_float_eq(pairs[i], all[i], 1e-12 * 20);
    free(pairs);
    free(all);
}

/* Replicas together and one after the other: batches of any size, empty ones too; rows that nobody has; full batches.
 */
Test(simulator_parts, gradients_of_replicas_are_those_of_each)
{
    enum { DIM = 100, COUNT = 517, REPLICAS = 9 };
    const struct sgdmft_run run = twin_run("dim 100 precision double", "data teacher teacher sign loss logistic");
    double signal[DIM], uniform[COUNT];
    struct dataset set;
    struct gradient_work work;
    dataset_of(&run, COUNT, signal, &set);
    const size_t length = REPLICAS * set.stride;
    cr_assert(gradient_create(REPLICAS, set.stride, &work));
    unsigned char *selected = malloc(REPLICAS * COUNT);
    uint32_t *batch = malloc(COUNT * sizeof *batch);
    double *w = aligned_alloc(KERNEL_LINE, length * sizeof(double));
    double *together = aligned_alloc(KERNEL_LINE, length * sizeof(double));
    double *alone = aligned_alloc(KERNEL_LINE, set.stride * sizeof(double));
    memset(w, 0, length * sizeof(double));
    static const double fractions[] = {0, 0.003, 0.05, 0.3, 0.97, 1};
    for (size_t f = 0; f < sizeof fractions / sizeof *fractions; f++)
        for (int mode = 0; mode < 2; mode++) { /* batches of their own; then all with that of the first */
            for (size_t j = 0; j < REPLICAS; j++) {
                struct sgdmft_stream stream = sgdmft_stream_open(11, SGDMFT_TEST_SUITE, (uint32_t)f, (uint32_t)j);
                sgdmft_normals(&stream, DIM, w + j * set.stride);
                sgdmft_uniforms(&stream, COUNT, uniform);
                for (size_t mu = 0; mu < COUNT; mu++)
                    selected[j * COUNT + mu] = mode && j ? selected[mu] : uniform[mu] < fractions[f] * (j == 4 ? 0 : 1);
            }
            assert_masked(&run, &set, REPLICAS, selected, w, &work);
            for (size_t j = 0, count = 0; j < REPLICAS; j++, count = 0) {
                for (uint32_t mu = 0; mu < COUNT; mu++)
                    if (selected[j * COUNT + mu])
                        batch[count++] = mu;
                if (j == 0 && mode)
                    gradient_columns(&run, &set, 0, count, batch, NULL, REPLICAS, REPLICAS, w, &work, together);
                else if (j == 0)
                    gradient_replicas(&run, &set, 0, COUNT, COUNT, REPLICAS, selected, w, &work, together);
                gradient_single(&run, &set, 0, count, count, batch, NULL, w + j * set.stride, &work, alone);
                for (size_t i = 0; i < set.stride; i++)
                    cr_assert_float_eq(together[j * set.stride + i], alone[i], 1e-12 * sqrt(1 + (double)count),
                                       "fraction %g mode %d replica %zu", fractions[f], mode, j);
            }
        }
    free(alone);
    free(together);
    free(w);
    free(batch);
    free(selected);
    gradient_free(&work);
    dataset_free(&set);
}
