/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Results in memory and in HDF5 files: means and errors, joins, round trips, damaged and unwritable files. */
#include "tests/made_folder.h"
#include "tests/given.h"
#include "tests/models/fixture.h"

#include <dirent.h>
#include <math.h>
#include <sgdmft/sgdmft.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(result, .timeout = 60);

/* ---- runs and results to test with ------------------------------------------------------------------ */

/* Runs whose parameters differ in every kind of the table. */
static struct sgdmft_run various(int which)
{
    switch (which % 5) {
    case 0:
        return given_run("steps", "30", "waiting", "0,7,20", "alpha", "0.1", "seed", "18446744073709551615",
                         "memory_limit", "1e9", NULL); /* fixed, because the default is what is free just now */
    case 1:
        return given_run("rule", "persistent", "persistence", "2.5", "rate_steps", "5=0.05,8=0.013", "steps", "11",
                         "data", "mixture3", "link", "door", "overlap0", "0.3", "cluster_variance", "0.3", NULL);
    case 2:
        return given_run("rule", "langevin", "temperature", "0.7", "constraint", "sphere", "steps", "400", "every",
                         "37", "batch_steps", "none", "waiting", "100", NULL);
    case 3:
        return given_run("data", "random", "targets", "gaussian", "loss", "square", "steps", "3", "rule", "reshuffle",
                         "temperature_steps", "2=0.1", "precision", "double", "test_examples", "17", NULL);
    default:
        return given_run("data", "random", "loss", "hinge2", "kappa", "-0.1", "rule", "gd", "steps", "1",
                         "memory_limit", "123456789012", "out", "some folder/\xc3\xa9.h5", "format", "json", NULL);
    }
}

static void fill(struct sgdmft_result *result, uint64_t seed, bool with_holes)
{
    for (size_t i = 0; i < result->quantities; i++) {
        struct sgdmft_quantity *quantity = &result->quantity[i];
        size_t total = result->samples * quantity->length;
        struct sgdmft_stream stream = sgdmft_stream_open(seed, SGDMFT_TEST_SUITE, (uint32_t)i, 0);
        sgdmft_normals(&stream, total, quantity->sample);
        for (size_t j = 0; with_holes && j < total; j++)
            if (j % 7 == 0)
                quantity->sample[j] = j % 2 ? (double)NAN : (double)INFINITY;
            else if (j % 7 < 4)
                quantity->sample[j] = fixture_number(&stream);
    }
}

static struct sgdmft_result *random_result(int which, enum sgdmft_source source, size_t samples, bool with_holes)
{
    struct sgdmft_run run = various(which);
    struct sgdmft_result *result = sgdmft_result_create(&run, source, samples);
    cr_assert_not_null(result);
    if (run.waiting.count > 0 && which % 2 == 0) {
        const size_t size[2] = {result->waitings, result->lags};
        cr_assert_not_null(sgdmft_result_add(result, "two_time", "response", 2, size));
    }
    fill(result, (uint64_t)which + 1, with_holes);
    strcpy(result->provenance.command, "sgdmft solve 'a b.ini' --alpha 0.1 # \xc3\xa9");
    strcpy(result->provenance.engine, source == SGDMFT_THEORY ? "dense" : "simulator");
    result->provenance.wall_time = 1.25;
    result->provenance.threads = 2;
    sgdmft_result_reduce(result);
    return result;
}

static void assert_same(const struct sgdmft_result *a, const struct sgdmft_result *b)
{
    char text_a[SGDMFT_TEXT_MAX], text_b[SGDMFT_TEXT_MAX];
    for (size_t i = 0; i < sgdmft_parameter_count; i++) {
        sgdmft_parameter_format(&sgdmft_parameters[i], &a->run, text_a);
        sgdmft_parameter_format(&sgdmft_parameters[i], &b->run, text_b);
        cr_assert_str_eq(text_a, text_b, "%s: %s, %s", sgdmft_parameters[i].name, text_a, text_b);
    }
    cr_assert_eq(memcmp(&a->run, &b->run, sizeof a->run), 0, "the runs differ in some bit");
    cr_assert_eq(a->source, b->source);
    cr_assert_eq(a->status, b->status);
    cr_assert_eq(a->last_step, b->last_step);
    cr_assert_eq(a->samples, b->samples);
    cr_assert_eq(a->steps, b->steps);
    cr_assert_eq(a->waitings, b->waitings);
    cr_assert_eq(a->lags, b->lags);
    cr_assert_eq(memcmp(a->step, b->step, a->steps * sizeof *a->step), 0);
    cr_assert_eq(memcmp(a->lag, b->lag, a->lags * sizeof *a->lag), 0);
    cr_assert_eq(memcmp(a->waiting, b->waiting, a->waitings * sizeof *a->waiting), 0);
    cr_assert(fixture_same_bits(a->time, b->time, a->steps));
    cr_assert_eq(a->quantities, b->quantities);
    for (size_t i = 0; i < a->quantities; i++) {
        const struct sgdmft_quantity *of_a = &a->quantity[i];
        const struct sgdmft_quantity *of_b = sgdmft_result_find(b, of_a->observable->group, of_a->observable->name);
        cr_assert_not_null(of_b);
        cr_assert_eq(of_a->rank, of_b->rank);
        cr_assert_eq(of_a->length, of_b->length);
        cr_assert(fixture_same_bits(of_a->mean, of_b->mean, of_a->length));
        cr_assert(fixture_same_bits(of_a->se, of_b->se, of_a->length));
        cr_assert(fixture_same_bits(of_a->sample, of_b->sample, of_a->length * a->samples));
    }
    cr_assert_str_eq(a->provenance.version, b->provenance.version);
    cr_assert_str_eq(a->provenance.git_hash, b->provenance.git_hash);
    cr_assert_str_eq(a->provenance.compiler, b->provenance.compiler);
    cr_assert_str_eq(a->provenance.libraries, b->provenance.libraries);
    cr_assert_str_eq(a->provenance.cpu, b->provenance.cpu);
    cr_assert_str_eq(a->provenance.command, b->provenance.command);
    cr_assert_str_eq(a->provenance.engine, b->provenance.engine);
    cr_assert_eq(a->provenance.threads, b->provenance.threads);
    cr_assert_eq(a->provenance.wall_time, b->provenance.wall_time);
}

/* ---- a folder for files ----------------------------------------------------------------------------- */

static size_t folder_entries(void)
{
    DIR *open = opendir(folder);
    size_t count = 0;
    for (struct dirent *entry; (entry = readdir(open));)
        count += entry->d_name[0] != '.';
    closedir(open);
    return count;
}

static void path_in(const char *name, char path[256])
{
    snprintf(path, 256, "%s/%s", folder, name);
}

static unsigned char *slurp(const char *path, size_t *size)
{
    struct stat known;
    FILE *in = fopen(path, "rb");
    cr_assert_not_null(in, "%s", path);
    cr_assert_eq(fstat(fileno(in), &known), 0);
    unsigned char *bytes = malloc((size_t)known.st_size + 1);
    *size = fread(bytes, 1, (size_t)known.st_size, in);
    fclose(in);
    return bytes;
}

static void spill(const char *path, const unsigned char *bytes, size_t size)
{
    FILE *out = fopen(path, "wb");
    cr_assert_eq(fwrite(bytes, 1, size, out), size);
    fclose(out);
}

/* ---- in memory -------------------------------------------------------------------------------------- */

Test(result, means_and_errors)
{
    struct sgdmft_run run = given_run("steps", "4", NULL);
    struct sgdmft_result *result = sgdmft_result_create(&run, SGDMFT_THEORY, 3);
    struct sgdmft_quantity *norm = sgdmft_result_find(result, "series", "norm");
    cr_assert_eq(norm->length, 5);
    const double sample[3] = {1, 2, 6};
    for (size_t s = 0; s < 3; s++)
        for (size_t k = 0; k < 5; k++)
            norm->sample[s * 5 + k] = sample[s] * (double)(k + 1);
    norm->sample[2 * 5 + 4] = (double)NAN;
    sgdmft_result_reduce(result);
    for (size_t k = 0; k < 4; k++) {
        cr_assert_float_eq(norm->mean[k], 3. * (double)(k + 1), 1e-14);
        /* deviations -2, -1, 3: variance 14/2, of the mean 7/3 */
        cr_assert_float_eq(norm->se[k], sqrt(7. / 3.) * (double)(k + 1), 1e-14);
    }
    cr_assert(isnan(norm->mean[4]) && isnan(norm->se[4]), "a value that a sample lacks must not look complete");
    cr_assert(isnan(sgdmft_result_find(result, "series", "overlap")->mean[0]));
    sgdmft_result_free(result);
    result = sgdmft_result_create(&run, SGDMFT_SIMULATION, 1);
    fill(result, 3, false);
    sgdmft_result_reduce(result);
    norm = sgdmft_result_find(result, "series", "norm");
    cr_assert_eq(norm->mean[2], norm->sample[2]);
    cr_assert(isnan(norm->se[2]), "one sample has no spread");
    sgdmft_result_free(result);
}

Test(result, quantities_are_found_and_stay_where_they_are)
{
    struct sgdmft_run run = various(0);
    scoped_result *result = sgdmft_result_create(&run, SGDMFT_THEORY, 2);
    const char *const names[] = {"overlap", "norm", "train_loss", "train_error", "test_loss", "test_error"};
    for (size_t i = 0; i < 6; i++)
        cr_assert_str_eq(result->quantity[i].observable->name, names[i]);
    const struct sgdmft_quantity *norm = sgdmft_result_find(result, "series", "norm");
    const size_t size[2] = {3, result->lags};
    cr_assert_not_null(sgdmft_result_add(result, "two_time", "response", 2, size));
    cr_assert_null(sgdmft_result_add(result, "two_time", "response", 2, size), "a quantity is added once");
    cr_assert_null(sgdmft_result_add(result, "two_time", "colour", 2, size));
    cr_assert_eq(norm, sgdmft_result_find(result, "series", "norm"));
    cr_assert_null(sgdmft_result_find(result, "series", "response"));
    const size_t huge[2] = {SIZE_MAX / 2, 5};
    struct sgdmft_run other = various(1);
    scoped_result *empty = sgdmft_result_create(&other, SGDMFT_THEORY, 2);
    cr_assert_null(sgdmft_result_add(empty, "two_time", "response", 2, huge));
}

Test(result, divergence_cuts_what_not_all_samples_reached)
{
    struct sgdmft_run run = various(0); /* waiting 0, 7, 20; 30 steps */
    scoped_result *result = sgdmft_result_create(&run, SGDMFT_THEORY, 4);
    fill(result, 9, false);
    double kept = sgdmft_result_find(result, "series", "test_loss")->sample[3 * 31 + 12];
    result->status = SGDMFT_DIVERGED;
    result->last_step = 12;
    sgdmft_result_reduce(result);
    const struct sgdmft_quantity *loss = sgdmft_result_find(result, "series", "test_loss");
    cr_assert_eq(result->steps, 13);
    cr_assert_eq(loss->length, 13);
    cr_assert_eq(loss->size[0], 13);
    cr_assert_eq(loss->sample[3 * 13 + 12], kept, "rows of later samples move with the cut");
    const struct sgdmft_quantity *correlation = sgdmft_result_find(result, "two_time", "correlation");
    for (size_t w = 0; w < 3; w++)
        for (size_t l = 0; l < result->lags; l++)
            cr_assert_eq(isfinite(correlation->mean[w * result->lags + l]), result->waiting[w] + result->lag[l] <= 12);
}

Test(result, joins_samples)
{
    struct sgdmft_error error;
    struct sgdmft_result *a = random_result(0, SGDMFT_SIMULATION, 3, false), *joined = NULL;
    scoped_result *b = random_result(0, SGDMFT_SIMULATION, 5, false);
    cr_assert_eq(sgdmft_result_append(a, b, &joined, &error), SGDMFT_USAGE, "the first runs are the same");
    fill(b, 77, false);
    b->status = SGDMFT_DIVERGED;
    b->last_step = 20;
    sgdmft_result_reduce(b);
    cr_assert_eq(sgdmft_result_append(a, b, &joined, &error), SGDMFT_OK, "%s", error.text);
    cr_assert_eq(joined->samples, 8);
    cr_assert_eq(joined->run.runs, 8);
    cr_assert_eq(joined->status, SGDMFT_DIVERGED);
    cr_assert_eq(joined->steps, 21);
    const struct sgdmft_quantity *norm = sgdmft_result_find(joined, "series", "norm");
    double mean =
        (3 * sgdmft_result_find(a, "series", "norm")->mean[20] + 5 * sgdmft_result_find(b, "series", "norm")->mean[20])
        / 8;
    cr_assert_float_eq(norm->mean[20], mean, 1e-14);
    const struct sgdmft_quantity *response = sgdmft_result_find(joined, "two_time", "response");
    cr_assert_not_null(response);
    cr_assert_eq(response->sample[4 * response->length + 1],
                 sgdmft_result_find(b, "two_time", "response")->sample[response->length + 1]);
    sgdmft_result_free(joined);
    joined = NULL;
    b->run.alpha = 0.2;
    cr_assert_eq(sgdmft_result_append(a, b, &joined, &error), SGDMFT_USAGE);
    cr_assert_not_null(strstr(error.text, "alpha"), "%s", error.text);
    b->run.alpha = a->run.alpha;
    b->source = SGDMFT_THEORY;
    cr_assert_eq(sgdmft_result_append(a, b, &joined, &error), SGDMFT_USAGE);
    a->source = SGDMFT_THEORY;
    cr_assert_eq(sgdmft_result_append(a, b, &joined, &error), SGDMFT_USAGE, "equal seeds");
    cr_assert_not_null(strstr(error.text, "seed"), "%s", error.text);
    b->run.seed = 5;
    b->run.dim = 77; /* the theory does not know dim */
    cr_assert_eq(sgdmft_result_append(a, b, &joined, &error), SGDMFT_OK, "%s", error.text);
    cr_assert_eq(joined->run.paths, 8000);
    cr_assert_eq(joined->run.groups, 16);
    sgdmft_result_free(joined);
    joined = NULL;
    b->run.paths *= 2;
    cr_assert_eq(sgdmft_result_append(a, b, &joined, &error), SGDMFT_USAGE, "groups of different size");
    cr_assert_null(joined);
    sgdmft_result_free(a);
}

/* ---- files -------------------------------------------------------------------------------------------- */

Test(result, files_give_back_every_bit, .init = folder_make, .fini = folder_remove)
{
    char path[256];
    struct sgdmft_error error;
    path_in("result.h5", path);
    for (int i = 0; i < 200; i++) {
        scoped_result *written =
            random_result(i, i % 2 ? SGDMFT_SIMULATION : SGDMFT_THEORY, 1 + (size_t)i % 4, i % 3 == 0);
        if (i % 4 == 3) {
            written->status = SGDMFT_DIVERGED;
            written->last_step = i % 8 == 3 ? 0 : 1;
            sgdmft_result_reduce(written);
        }
        scoped_result *read = NULL;
        cr_assert_eq(sgdmft_result_write(written, path, &error), SGDMFT_OK, "%s", error.text);
        cr_assert_eq(sgdmft_result_read(path, &read, &error), SGDMFT_OK, "%s", error.text);
        assert_same(written, read);
    }
    cr_assert_eq(folder_entries(), 1, "only the result is left");
}

Test(result, equal_content_gives_equal_bytes, .init = folder_make, .fini = folder_remove)
{
    char path[2][256];
    unsigned char *bytes[2];
    size_t size[2];
    struct sgdmft_error error;
    path_in("one.h5", path[0]);
    path_in("another.h5", path[1]);
    for (int i = 0; i < 2; i++) {
        scoped_result *result = random_result(0, SGDMFT_THEORY, 3, true);
        cr_assert_eq(sgdmft_result_write(result, path[i], &error), SGDMFT_OK, "%s", error.text);
        bytes[i] = slurp(path[i], &size[i]);
        if (i == 0)
            usleep(1100000); /* times in HDF5 have seconds */
    }
    cr_assert_eq(size[0], size[1]);
    cr_assert_eq(memcmp(bytes[0], bytes[1], size[0]), 0);
    free(bytes[0]);
    free(bytes[1]);
}

/* A file whose bytes were changed is refused, wherever the change is. */
static void assert_refused(const char *path, const unsigned char *bytes, size_t size)
{
    struct sgdmft_error error = {.status = SGDMFT_OK};
    struct sgdmft_result *read = NULL;
    spill(path, bytes, size);
    cr_assert_eq(sgdmft_result_read(path, &read, &error), SGDMFT_FILE, "size %zu: %s", size, error.text);
    cr_assert_null(read);
    cr_assert_not_null(strstr(error.text, path), "the message names the file: %s", error.text);
}

Test(result, truncated_and_damaged_files_are_refused, .init = folder_make, .fini = folder_remove)
{
    char path[256];
    size_t size;
    struct sgdmft_error error;
    path_in("result.h5", path);
    struct sgdmft_result *result = random_result(3, SGDMFT_THEORY, 2, false);
    cr_assert_eq(sgdmft_result_write(result, path, &error), SGDMFT_OK, "%s", error.text);
    sgdmft_result_free(result);
    unsigned char *bytes = slurp(path, &size);
    for (size_t cut = 0; cut < size; cut += cut < 40 || cut + 40 > size ? 1 : 61)
        assert_refused(path, bytes, cut);
    for (size_t i = 512; i < size; i += 97) {
        bytes[i] ^= 0x10;
        assert_refused(path, bytes, size);
        bytes[i] ^= 0x10;
    }
    bytes[size] = 0;
    assert_refused(path, bytes, size + 1);
    spill(path, bytes, size);
    cr_assert_eq(sgdmft_result_read(path, &result, &error), SGDMFT_OK, "the undamaged file is read: %s", error.text);
    sgdmft_result_free(result);
    free(bytes);
}

/* Without the checksum (a copy made by another HDF5 program) the HDF5 library sees the damage itself. */
Test(result, truncated_files_without_checksum_are_refused, .init = folder_make, .fini = folder_remove)
{
    char path[256];
    size_t size;
    struct sgdmft_error error;
    scoped_result *read = NULL;
    path_in("result.h5", path);
    scoped_result *result = random_result(3, SGDMFT_THEORY, 2, false);
    cr_assert_eq(sgdmft_result_write(result, path, &error), SGDMFT_OK, "%s", error.text);
    unsigned char *bytes = slurp(path, &size);
    spill(path, bytes + 512, size - 512);
    cr_assert_eq(sgdmft_result_read(path, &read, &error), SGDMFT_OK, "%s", error.text);
    assert_same(result, read);
    for (size_t cut = 0; cut < size - 512; cut += 61)
        assert_refused(path, bytes + 512, cut);
    free(bytes);
}

Test(result, foreign_and_missing_files_are_refused, .init = folder_make, .fini = folder_remove)
{
    char path[256], command[1024];
    struct sgdmft_error error;
    struct sgdmft_result *read = NULL;
    path_in("other.h5", path);
    cr_assert_eq(sgdmft_result_read(path, &read, &error), SGDMFT_FILE);
    cr_assert_eq(sgdmft_result_read(folder, &read, &error), SGDMFT_FILE, "a folder");
    cr_assert_eq(sgdmft_result_read("/dev/null", &read, &error), SGDMFT_FILE);
    assert_refused(path, (const unsigned char *)"step,time\n0,0\n", 14);
    assert_refused(path, (const unsigned char *)"", 0);
    const char *const content[] = {
        "pass",
        "f['x'] = [1, 2]",
        "f.attrs['format_version'] = 1",
        "f.attrs['format_version'] = 99",
        "f.attrs['format_version'] = 'one'",
        "f.attrs.update(format_version=1, source='theory', status='complete', last_step=3)",
        "f.attrs.update(format_version=1, source='theory', status='complete', last_step=3); "
        "f.create_group('parameters').attrs['steps'] = -4",
        "f.attrs.update(format_version=1, source='theory', status='complete', last_step=3); "
        "f.create_group('parameters').attrs['steps'] = 2; f['samples/series/norm'] = [[1., 2.]]",
        "f.attrs.update(format_version=1, source='theory', status='complete', last_step=3); "
        "f.create_group('parameters'); f.create_group('provenance'); f['samples/series/norm'] = 'text'",
    };
    for (size_t i = 0; i < sizeof content / sizeof content[0]; i++) {
        snprintf(command, sizeof command, "/usr/bin/python3 -c \"import h5py; f = h5py.File('%s', 'w'); %s\"", path,
                 content[i]);
        cr_assert_eq(system(command), 0);
        cr_assert_eq(sgdmft_result_read(path, &read, &error), SGDMFT_FILE, "%s", content[i]);
        cr_assert_not_null(strstr(error.text, path), "%s", error.text);
    }
}

Test(result, what_cannot_be_written_leaves_nothing, .init = folder_make, .fini = folder_remove)
{
    char path[256];
    struct sgdmft_error error;
    scoped_result *result = random_result(0, SGDMFT_THEORY, 3, false);
    path_in("missing/result.h5", path);
    cr_assert_eq(sgdmft_result_writable(path, &error), SGDMFT_FILE);
    cr_assert_eq(sgdmft_result_write(result, path, &error), SGDMFT_FILE);
    cr_assert_not_null(strstr(error.text, path), "%s", error.text);
    cr_assert_eq(sgdmft_result_write(result, folder, &error), SGDMFT_FILE, "a folder");
    cr_assert_eq(sgdmft_result_write(result, "/dev/null", &error), SGDMFT_FILE, "no regular file");
    cr_assert_eq(sgdmft_result_write(result, "", &error), SGDMFT_FILE);
    path_in("result.h5", path);
    cr_assert_eq(sgdmft_result_writable(path, &error), SGDMFT_OK, "%s", error.text);
    cr_assert_eq(folder_entries(), 0, "asking writes nothing");

    /* A limit on the size of files ends write() like a full disk; the file before it must survive. */
    cr_assert_eq(sgdmft_result_write(result, path, &error), SGDMFT_OK, "%s", error.text);
    size_t size[2];
    unsigned char *before = slurp(path, &size[0]);
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit limit = {.rlim_cur = 5000, .rlim_max = RLIM_INFINITY};
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    fill(result, 5, false);
    sgdmft_result_reduce(result);
    cr_assert_eq(sgdmft_result_write(result, path, &error), SGDMFT_FILE);
    limit.rlim_cur = RLIM_INFINITY;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    unsigned char *after = slurp(path, &size[1]);
    cr_assert_eq(size[0], size[1]);
    cr_assert_eq(memcmp(before, after, size[0]), 0);
    cr_assert_eq(folder_entries(), 1);
    free(before);
    free(after);
}

/* Results read from Python. */
Test(result, h5py_reads_names_types_and_attributes, .init = folder_make, .fini = folder_remove)
{
    char path[256], command[4096], line[512] = "";
    struct sgdmft_error error;
    path_in("result.h5", path);
    scoped_result *result = random_result(0, SGDMFT_THEORY, 3, false);
    result->status = SGDMFT_DIVERGED;
    result->last_step = 25;
    sgdmft_result_reduce(result);
    cr_assert_eq(sgdmft_result_write(result, path, &error), SGDMFT_OK, "%s", error.text);
    snprintf(
        command, sizeof command,
        "/usr/bin/python3 - %s 2>&1 <<'END'\n"
        "import h5py, numpy, sys\n"
        "f = h5py.File(sys.argv[1], 'r')\n"
        "names = ['overlap', 'norm', 'train_loss', 'train_error', 'test_loss', 'test_error']\n"
        "assert dict(f.attrs) == dict(format_version=1, status='diverged', last_step=25, source='theory')\n"
        "assert all(type(f.attrs[n]) is str for n in ('status', 'source'))\n"
        "assert set(f['series']) == set(names + [n + '_se' for n in names] + ['step', 'time'])\n"
        "assert set(f['two_time']) == {n + s for n in ('correlation', 'response') for s in ('', '_se')} | {'waiting', "
        "'lag'}\n"
        "assert set(f['samples/series']) == set(names)\n"
        "assert f['series/step'].dtype == numpy.dtype('<i8') and list(f['series/step']) == list(range(26))\n"
        "assert f['series/norm'].dtype == numpy.dtype('<f8')\n"
        "assert f['samples/two_time/response'].shape == (3, 3, 31)\n"
        "assert numpy.allclose(f['samples/series/norm'][:].mean(0), f['series/norm'][:])\n"
        "assert numpy.allclose(f['samples/series/norm'][:].std(0, ddof=1) / 3**.5, f['series/norm_se'][:])\n"
        "def check(name, item):\n"
        "    if isinstance(item, h5py.Dataset):\n"
        "        assert set(item.attrs) == {'units', 'description', 'axes'}, name\n"
        "        for a in item.attrs:\n"
        "            kind = h5py.check_string_dtype(item.attrs.get_id(a).dtype)\n"
        "            assert type(item.attrs[a]) is str and kind.encoding == 'utf-8' and kind.length is None, name\n"
        "        assert len(item.attrs['axes'].split(',')) == item.ndim, name\n"
        "f.visititems(check)\n"
        "p = dict(f['parameters'].attrs)\n"
        "assert p['alpha'] == 0.1 and p['seed'] == 2**64 - 1 and p['rule'] == 'sgd' and p['steps'] == 30\n"
        "assert type(p['rule']) is str and list(p['waiting']) == [0, 7, 20] and p['rate_steps'].shape == (0, 2)\n"
        "v = dict(f['provenance'].attrs)\n"
        "assert v['command'] == \"sgdmft solve 'a b.ini' --alpha 0.1 # \\u00e9\" and v['engine'] == 'dense'\n"
        "assert v['threads'] == 2 and v['wall_time'] == 1.25 and v['seed'] == 2**64 - 1\n"
        "assert all(type(v[n]) is str and v[n] for n in ('version', 'git_hash', 'compiler', 'libraries', 'cpu'))\n"
        "print('all right')\n"
        "END\n",
        path);
    FILE *python = popen(command, "r");
    cr_assert_not_null(python);
    while (fgets(line, sizeof line, python)) {}
    cr_assert_eq(pclose(python), 0, "%s", line);
    cr_assert_str_eq(line, "all right\n");
}
