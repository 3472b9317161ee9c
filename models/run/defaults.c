/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Defaults that depend on other parameters, and values from the machine for automatic ones. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* sched_getaffinity */
#endif
#include "models/registry.h"
#include "models/run/parameter_table.h"

#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#define THREADS_EACH 8 /* largest number of threads per processor: more spend their time waiting */

/* Defaults of the table, unless a dataset fixes the value. */
const char *default_alpha(const struct sgdmft_run *run, char buffer[64])
{
    const struct sgdmft_dataset *dataset = &run->derived.dataset;
    if (effect_drawn(run))
        return "3";
    return number_format((double)(dataset->rows - dataset->held_out) / (double)dataset->dim, buffer);
}

const char *default_dim(const struct sgdmft_run *run, char buffer[64])
{
    if (effect_drawn(run))
        return "2000";
    snprintf(buffer, 64, "%ld", run->derived.dataset.dim);
    return buffer;
}

const char *default_teacher_width(const struct sgdmft_run *run, char buffer[64])
{
    return number_format(run->door_width, buffer);
}

const char *default_ridge(const struct sgdmft_run *run, char buffer[64])
{
    (void)buffer;
    return run->constraint == SGDMFT_CONSTRAINT_SPHERE ? "0" : "0.1";
}

const char *default_batch(const struct sgdmft_run *run, char buffer[64])
{
    return number_format(run->rule->default_batch, buffer);
}

/* More paths, each of less time, for engine conditional, whose groups are runs of finite size. */
const char *default_paths(const struct sgdmft_run *run, char buffer[64])
{
    (void)buffer;
    return effect_conditional(run) ? "32000" : "4000";
}

#define STEPS_MOST 2000000000L /* more than the table allows */

/* Number of steps whose batches come nearest to the given epochs. */
const char *default_steps(const struct sgdmft_run *run, char buffer[64])
{
    const double wanted = run->epochs * (1 - 1e-12); /* allows for the rounding of decimals */
    long low = 0, high = STEPS_MOST;
    if (!(run->epochs > 0))
        return "200";
    while (high - low > 1) {
        const long middle = low + (high - low) / 2;
        *(sgdmft_epochs(run, middle) < wanted ? &low : &high) = middle;
    }
    const bool down = low > 0 && wanted - sgdmft_epochs(run, low) < sgdmft_epochs(run, high) - wanted;
    snprintf(buffer, 64, "%ld", down ? low : high);
    return buffer;
}

/* Default of a plain run; teff and replicas suggest more. */
const char *default_waiting(const struct sgdmft_run *run, char buffer[64])
{
    (void)run;
    (void)buffer;
    return "0";
}

const char *default_replicas(const struct sgdmft_run *run, char buffer[64])
{
    (void)run;
    (void)buffer;
    return "1";
}

const char *default_margins_at(const struct sgdmft_run *run, char buffer[64])
{
    if (run->rule->fresh)
        return "none";
    snprintf(buffer, 64, "%ld", run->steps);
    return buffer;
}

/* Forces only with a waiting time above the default, step 0, since each force takes as much time as the run. */
const char *default_force_directions(const struct sgdmft_run *run, char buffer[64])
{
    (void)buffer;
    const size_t count = run->waiting.count;
    return effect_force_directions(run) && run->waiting.step[count - 1] > 0 ? "4" : "0";
}

/* Bytes that new allocations can take without swapping. */
static double free_memory(void)
{
    double kilobytes = 0;
    char line[256];
    FILE *file = fopen("/proc/meminfo", "r");
    if (file) {
        while (fgets(line, sizeof line, file) && sscanf(line, "MemAvailable: %lf kB", &kilobytes) != 1)
            continue;
        fclose(file);
    }
    if (kilobytes > 0)
        return 1024 * kilobytes;
    return (double)sysconf(_SC_AVPHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
}

/* Addresses that a process takes without a run: the libraries, and for each thread a stack, a heap and a buffer of
 * OpenBLAS, which tries for ever to get it. */
#define ADDRESSES 100e6
#define ADDRESSES_THREAD 200e6

/* Bytes that RLIMIT_AS leaves for arrays; infinite without a limit, negative if the threads alone need more. */
static double addresses(long threads)
{
    const double least = ADDRESSES + ADDRESSES_THREAD * (double)threads;
    struct rlimit limit;
    double pages = 0;
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return (double)INFINITY;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file) {
        if (fscanf(file, "%lf", &pages) != 1)
            pages = 0;
        fclose(file);
    }
    return (double)limit.rlim_cur - fmax(least, pages * (double)sysconf(_SC_PAGESIZE));
}

enum sgdmft_status run_check_addresses(long threads, struct sgdmft_error *error)
{
    if (addresses(threads) >= 0)
        return SGDMFT_OK;
    return threads > 1
               ? sgdmft_fail(error, SGDMFT_USAGE,
                             "threads: %ld need more memory than ulimit -v allows: raise it, or take fewer", threads)
               : sgdmft_fail(error, SGDMFT_USAGE,
                             "memory_limit: ulimit -v allows less than the program takes without a run: raise it");
}

static double memory_limit(const struct sgdmft_run *run, long threads)
{
    return run->memory_limit > 0 ? run->memory_limit : floor(fmax(0.8 * fmin(free_memory(), addresses(threads)), 1));
}

double sgdmft_memory_limit(const struct sgdmft_run *run)
{
    return memory_limit(run, sgdmft_threads(run));
}

double run_memory_limit_alone(const struct sgdmft_run *run)
{
    return memory_limit(run, 1);
}

/* Number of processors of the affinity mask. */
static long processors(void)
{
    cpu_set_t mask;
    long count = sysconf(_SC_NPROCESSORS_ONLN); /* for more CPUs than fit into cpu_set_t */
    if (sched_getaffinity(0, sizeof mask, &mask) == 0)
        count = CPU_COUNT(&mask);
    return count < 1 ? 1 : count > 1024 ? 1024 : count;
}

long sgdmft_threads(const struct sgdmft_run *run)
{
    const long count = processors();
    if (run->threads == 0)
        return count;
    return run->threads < THREADS_EACH * count ? run->threads : THREADS_EACH * count;
}
