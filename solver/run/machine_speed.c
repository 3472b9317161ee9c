/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/run/machine_speed.h"

#include "models/base/files.h"
#include "models/registry.h"
#include <cblas.h>
#include <inttypes.h>
#include <math.h>
#include <sgdmft/random.h>
#include <sgdmft/result.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

/* Nanoseconds of the kernels below on the machine of the constants in the estimates: a product of two numbers in the
 * cache, a number read from memory, a normal number with its loss and two derivatives. */
#define PRODUCT_THERE 0.156
#define MEMORY_THERE 0.32
#define FUNCTION_THERE 6.8

#define CACHED ((size_t)1 << 11)   /* numbers: two vectors in the first cache */
#define STREAMED ((size_t)1 << 22) /* numbers: 32 MB */
#define TAKEN ((size_t)1 << 11)
#define REPEATS 25      /* the least time of which counts */
#define MOST_FACTOR 100 /* up or down, of a measurement that can be believed */
#define HEAD "sgdmft speed 1 "

/* ---- measuring ---------------------------------------------------------------------------------------- */

/* Of this thread's processor: other processes do not count. */
static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return 1e9 * (double)time.tv_sec + (double)time.tv_nsec;
}

/* Each returns the nanoseconds of an item; x has STREAMED numbers. What is computed is added to x[0], so that it is
 * computed. */
static double time_products(double *x)
{
    const int turns = 1000;
    double sum = 0;
    const double begin = now();
    for (int i = 0; i < turns; i++)
        sum += cblas_ddot((int)CACHED, x + 1, 1, x + CACHED + 1, 1);
    const double spent = now() - begin;
    x[0] += sum;
    return spent / (turns * (double)CACHED);
}

static double time_memory(double *x)
{
    const int half = (int)(STREAMED / 2);
    const double begin = now(), sum = cblas_ddot(half, x, 1, x + half, 1), spent = now() - begin;
    x[0] += 1e-9 * sum;
    return spent / (double)STREAMED;
}

static double time_functions(double *x)
{
    const int turns = 10;
    double *y = x + TAKEN, *value = y + TAKEN, *first = value + TAKEN, *second = first + TAKEN;
    for (size_t i = 0; i < TAKEN; i++)
        y[i] = i % 2 ? 1 : -1;
    const double begin = now();
    for (int i = 0; i < turns; i++) {
        struct sgdmft_stream stream = sgdmft_stream_open(1, SGDMFT_TEST_SUITE, (uint32_t)i, 0);
        sgdmft_normals(&stream, TAKEN, x);
        loss_logistic.evaluate(TAKEN, x, y, 0, 0, value, first, second);
    }
    return (now() - begin) / (turns * (double)TAKEN);
}

static double least(double (*time)(double *x), double *x)
{
    double best = time(x);
    for (int i = 1; i < REPEATS; i++)
        best = fmin(best, time(x));
    return best;
}

static bool believed(const struct machine_speed *speed)
{
    const double factor[] = {speed->products, speed->memory, speed->functions};
    for (size_t i = 0; i < sizeof factor / sizeof *factor; i++)
        if (!(factor[i] > 1.0 / MOST_FACTOR && factor[i] < MOST_FACTOR))
            return false;
    return true;
}

/* False without memory, and for factors that cannot be believed. */
static bool measure(struct machine_speed *speed)
{
    double *x = malloc(STREAMED * sizeof *x);
    if (!x)
        return false;
    for (size_t i = 0; i < STREAMED; i++)
        x[i] = 1e-3;
    *speed = (struct machine_speed){.memory = least(time_memory, x) / MEMORY_THERE};
    speed->products = least(time_products, x) / PRODUCT_THERE;
    speed->functions = least(time_functions, x) / FUNCTION_THERE;
    free(x);
    return believed(speed);
}

/* ---- keeping ------------------------------------------------------------------------------------------ */

static bool is_speed(const char *start, size_t size)
{
    return files_starts(start, size, HEAD);
}

static const struct files_kind files_speed = {"speed of sgdmft", is_speed, NULL};

/* FOLDER/speed-KEY of machine, processor and program; a folder may be shared by machines. */
static bool file_of(char path[FILES_PATH_MAX])
{
    char folder[FILES_PATH_MAX];
    struct sgdmft_provenance about = {.threads = 0};
    struct utsname machine = {.nodename = ""};
    if (!files_cache(folder))
        return false;
    sgdmft_provenance_fill(&about);
    uname(&machine);
    const char *const part[] = {about.version, about.git_hash, about.compiler, about.cpu, machine.nodename};
    uint64_t key = FILES_HASH_START;
    for (size_t i = 0; i < sizeof part / sizeof *part; i++)
        key = files_hash(key, part[i], strlen(part[i]) + 1);
    return snprintf(path, FILES_PATH_MAX, "%s/speed-%016" PRIx64, folder, key) < FILES_PATH_MAX;
}

static bool read_speed(const char *path, struct machine_speed *speed)
{
    struct machine_speed kept;
    unsigned char *bytes = NULL;
    size_t size;
    if (files_read(path, &bytes, &size, NULL))
        return false;
    const int count = sscanf((const char *)bytes, HEAD "%lf %lf %lf", &kept.products, &kept.memory, &kept.functions);
    free(bytes);
    if (count != 3 || !believed(&kept))
        return false;
    *speed = kept;
    return true;
}

struct machine_speed machine_speed(void)
{
    char path[FILES_PATH_MAX], text[128];
    struct machine_speed speed;
    const bool kept = file_of(path);
    if (kept && read_speed(path, &speed))
        return speed;
    if (!measure(&speed))
        return (struct machine_speed){1, 1, 1};
    const int length =
        snprintf(text, sizeof text, HEAD "%.4g %.4g %.4g\n", speed.products, speed.memory, speed.functions);
    if (kept && !files_write(path, &files_speed, text, (size_t)length, NULL))
        (void)read_speed(path, &speed); /* to the digits that the next process reads */
    return speed;
}

/* ---- estimates ---------------------------------------------------------------------------------------- */

void estimate_times(struct sgdmft_estimate *estimate, double factor)
{
    estimate->seconds *= factor;
    estimate->streamed *= factor;
    estimate->functions *= factor;
}

bool estimate_exceeds(const struct sgdmft_estimate *estimate, const struct sgdmft_run *run)
{
    return !(estimate->spread > 0) && estimate->bytes > sgdmft_memory_limit(run);
}

void estimate_add(struct sgdmft_estimate *estimate, const struct sgdmft_estimate *more)
{
    estimate->seconds += more->seconds;
    estimate->streamed += more->streamed;
    estimate->functions += more->functions;
}

void machine_scale(const struct machine_speed *speed, struct sgdmft_estimate *estimate)
{
    const double products = estimate->seconds - estimate->streamed - estimate->functions;
    estimate->streamed *= speed->memory;
    estimate->functions *= speed->functions;
    estimate->seconds = products * speed->products + estimate->streamed + estimate->functions;
}
