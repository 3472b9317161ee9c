/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Job: a computation that another thread watches and stops. */
#include "solver/run/alpha_limit.h"
#include "solver/run/simulated_run.h"

#include "models/base/memory.h"
#include <omp.h>
#include <sgdmft/job.h>
#include <sgdmft/solve.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

struct sgdmft_job {
    struct sgdmft_run run;
    struct sgdmft_watch watch;
    double end;         /* seconds of the monotonic clock; 0: no limit */
    double first, last; /* share of the work that the watch's fraction runs over */
    _Atomic double done;
    atomic_bool stop;
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void report(void *context, double fraction)
{
    struct sgdmft_job *job = context;
    const double done = job->first + (job->last - job->first) * fraction;
    if (done > atomic_load(&job->done))
        atomic_store(&job->done, done);
}

static bool stop(void *context)
{
    struct sgdmft_job *job = context;
    if (job->end > 0 && now() >= job->end)
        atomic_store(&job->stop, true);
    return atomic_load(&job->stop);
}

enum sgdmft_status sgdmft_job_open(const struct sgdmft_run *run, struct sgdmft_job **job, struct sgdmft_error *warning,
                                   struct sgdmft_error *error)
{
    *job = NULL;
    enum sgdmft_status status = *run->out ? sgdmft_result_writable(run->out, error) : SGDMFT_OK;
    if (status)
        return status;
    struct sgdmft_job *made = calloc(1, sizeof *made);
    if (!made)
        return memory_fail(error, "the run");
    made->run = *run;
    made->last = 1;
    made->watch = (struct sgdmft_watch){.report = report, .context = made, .stop = stop};
    made->end = run->max_walltime > 0 ? now() + run->max_walltime : 0;
    status = sgdmft_checkpoint_open(&made->run, NULL, &made->watch.checkpoint, warning, error);
    if (status)
        free(made);
    else
        *job = made;
    return status;
}

enum work { WORK_SOLVE, WORK_SIMULATE };

static enum sgdmft_status compute(struct sgdmft_job *job, enum work work, struct sgdmft_result **result,
                                  struct sgdmft_error *error)
{
    const struct sgdmft_run *run = &job->run;
    struct sgdmft_error trouble = {0};
    *result = NULL;
    omp_set_num_threads((int)sgdmft_threads(run)); /* of parallel regions that this thread starts */
    const enum sgdmft_status status = work == WORK_SOLVE ? sgdmft_solve(run, &job->watch, result, error)
                                                         : simulated_run(run, 0, &job->watch, result, error);
    if (!*result || !*run->out || !sgdmft_result_write(*result, run->out, &trouble))
        return status;
    *error = trouble; /* a result that cannot be written is the more serious error */
    return trouble.status;
}

enum sgdmft_status sgdmft_job_solve(struct sgdmft_job *job, struct sgdmft_result **result, struct sgdmft_error *error)
{
    return compute(job, WORK_SOLVE, result, error);
}

enum sgdmft_status sgdmft_job_simulate(struct sgdmft_job *job, struct sgdmft_result **result,
                                       struct sgdmft_error *error)
{
    return compute(job, WORK_SIMULATE, result, error);
}

static const struct sgdmft_watch *begin_alpha(void *context, double alpha, double from, double to)
{
    struct sgdmft_job *job = context;
    (void)alpha;
    job->first = from;
    job->last = to;
    return &job->watch;
}

static void end_alpha(void *context)
{
    (void)context;
}

enum sgdmft_status sgdmft_job_find_alpha(struct sgdmft_job *job, bool simulate, double tolerance, char **text,
                                         struct sgdmft_error *error)
{
    const struct sgdmft_alpha_watch watch = {.context = job, .begin = begin_alpha, .end = end_alpha};
    struct sgdmft_alpha_limit limit;
    size_t size;
    *text = NULL;
    omp_set_num_threads((int)sgdmft_threads(&job->run));
    enum sgdmft_status status = sgdmft_find_alpha(&job->run, simulate, tolerance, &watch, &limit, error);
    if (status)
        return status;
    FILE *out = open_memstream(text, &size);
    if (!out)
        return memory_fail(error, "the run");
    status = alpha_limit_json(&limit, &job->run, out, error);
    fclose(out);
    return status;
}

enum sgdmft_status sgdmft_job_check_of(const struct sgdmft_run *run, struct sgdmft_run **own,
                                       struct sgdmft_error *error)
{
    *own = malloc(sizeof **own);
    if (!*own)
        return memory_fail(error, "the run");
    const enum sgdmft_status status = simulated_check(run, *own, error);
    if (status) {
        free(*own);
        *own = NULL;
    }
    return status;
}

void sgdmft_job_stop(struct sgdmft_job *job)
{
    atomic_store(&job->stop, true);
}

double sgdmft_job_done(const struct sgdmft_job *job)
{
    return atomic_load(&job->done);
}

enum sgdmft_status sgdmft_job_close(struct sgdmft_job *job, bool complete, struct sgdmft_error *error)
{
    if (!job)
        return SGDMFT_OK;
    const enum sgdmft_status status = sgdmft_checkpoint_close(job->watch.checkpoint, complete, error);
    free(job);
    return status;
}
