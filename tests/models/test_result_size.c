/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory and disk of results, and how large datasets are stored. */
#include "models/base/files.h"
#include "models/result/result_hdf5.h"
#include "models/result/result_size.h"
#include "tests/given.h"

#include <hdf5.h>
#include <stdlib.h>
#include <unistd.h>

TestSuite(result_size, .timeout = 60);

/* With matrices that are noise as far as `filled` rows go, NaN beyond. */
static struct sgdmft_result *made(const struct sgdmft_run *run, size_t samples, size_t filled)
{
    struct sgdmft_result *result = sgdmft_result_create(run, SGDMFT_THEORY, samples);
    const size_t size[2] = {(size_t)run->steps + 1, (size_t)run->steps + 1};
    struct sgdmft_quantity *matrix = sgdmft_result_add(result, "two_time", "correlation_matrix", 2, size);
    struct sgdmft_stream stream = sgdmft_stream_open(1, SGDMFT_TEST_SUITE, 0, 0);
    cr_assert_not_null(matrix);
    for (size_t s = 0; s < samples; s++)
        sgdmft_normals(&stream, filled * size[1], matrix->sample + s * matrix->length);
    if (samples > 0)
        sgdmft_result_reduce(result);
    return result;
}

static size_t written(const struct sgdmft_result *result, const char *path, unsigned char **bytes)
{
    struct sgdmft_error error = {0};
    size_t size;
    cr_assert_eq(sgdmft_result_write(result, path, &error), SGDMFT_OK, "%s", error.text);
    cr_assert_eq(files_read(path, bytes, &size, &error), SGDMFT_OK, "%s", error.text);
    return size;
}

Test(result_size, shapes_are_those_of_a_result)
{
    const struct sgdmft_run run = given_run("steps", "300", "waiting", "10,20", "groups", "3", NULL);
    scoped_result *shapes = made(&run, 0, 0), *result = made(&run, 3, 2);
    double values = 0;
    cr_assert_eq(shapes->quantities, result->quantities);
    for (size_t i = 0; i < result->quantities; i++) {
        cr_expect_eq(shapes->quantity[i].length, result->quantity[i].length, "%s",
                     result->quantity[i].observable->name);
        values += (double)result->quantity[i].length * 5;
    }
    cr_expect_eq(result_bytes(shapes, 3), 8 * values);
    struct sgdmft_estimate estimate = {.bytes = 1000};
    result_add_estimate(shapes, 3, 2, &estimate);
    cr_expect_eq(estimate.bytes, 1000 + 2 * 8 * values);
    shapes->run.out[0] = 'x';
    result_add_estimate(shapes, 3, 1, &estimate);
    cr_expect_eq(estimate.disk, result_file_bytes(shapes, 3));
    estimate = (struct sgdmft_estimate){.bytes = 1};
    result_add_estimate(shapes, 3, 1, &estimate);
    cr_expect_eq(estimate.bytes, estimate.result + estimate.disk, "writing takes most");
}

/* Noise keeps its bytes, what was not measured takes none; the same result gives the same bytes and is read as it
 * was. */
Test(result_size, large_datasets_are_compressed)
{
    const struct sgdmft_run run = given_run("steps", "400", NULL);
    char path[] = "/tmp/sgdmft-test-XXXXXX";
    scoped_result *full = made(&run, 2, 401), *part = made(&run, 2, 4), *copy = NULL, *light = NULL;
    struct sgdmft_error error = {0};
    unsigned char *bytes, *again;
    close(mkstemp(path));
    const size_t large = written(full, path, &bytes), same = written(full, path, &again);
    cr_assert_eq(large, same);
    cr_expect_eq(memcmp(bytes, again, large), 0, "the bytes depend on something");
    cr_expect_lt((double)large, result_file_bytes(full, 2));
    cr_expect_gt((double)large, 0.8 * result_file_bytes(full, 2));
    free(bytes);
    free(again);
    cr_assert_eq(sgdmft_result_read(path, &copy, &error), SGDMFT_OK, "%s", error.text);
    const struct sgdmft_quantity *a = sgdmft_result_find(full, "two_time", "correlation_matrix");
    const struct sgdmft_quantity *b = sgdmft_result_find(copy, "two_time", "correlation_matrix");
    cr_expect_eq(memcmp(a->sample, b->sample, 2 * a->length * sizeof(double)), 0);
    cr_expect_eq(memcmp(a->se, b->se, a->length * sizeof(double)), 0);
    cr_assert_eq(result_read_light(path, &light, &error), SGDMFT_OK, "%s", error.text);
    cr_expect_eq(light->quantities + 1, copy->quantities);
    cr_expect_null(sgdmft_result_find(light, "two_time", "correlation_matrix"));
    const size_t small = written(part, path, &bytes);
    cr_expect_lt(small, large / 20, "%zu of %zu bytes", small, large);
    free(bytes);
    unlink(path);
}

/* As other programs find it: chunks of at most 256 kB, shuffled and deflated; small datasets as they are. */
Test(result_size, filters)
{
    const struct sgdmft_run run = given_run("steps", "400", NULL);
    char path[] = "/tmp/sgdmft-test-XXXXXX";
    scoped_result *result = made(&run, 2, 401);
    unsigned char *bytes;
    hsize_t chunk[3];
    close(mkstemp(path));
    written(result, path, &bytes);
    free(bytes);
    const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    const hid_t large = H5Dopen2(file, "/samples/two_time/correlation_matrix", H5P_DEFAULT);
    const hid_t small = H5Dopen2(file, "/series/overlap", H5P_DEFAULT);
    const hid_t chunked = H5Dget_create_plist(large), plain = H5Dget_create_plist(small);
    cr_assert_eq(H5Pget_chunk(chunked, 3, chunk), 3);
    cr_expect(chunk[0] == 1 && chunk[2] == 401 && chunk[1] * 401 * 8 <= 262144 && (chunk[1] + 1) * 401 * 8 > 262144,
              "chunk %d %d %d", (int)chunk[0], (int)chunk[1], (int)chunk[2]);
    cr_expect_eq(H5Pget_nfilters(chunked), 2);
    cr_expect_eq(H5Pget_layout(plain), H5D_CONTIGUOUS);
    H5Pclose(chunked);
    H5Pclose(plain);
    H5Dclose(large);
    H5Dclose(small);
    H5Fclose(file);
    unlink(path);
}
