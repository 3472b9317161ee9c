/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Search for the largest alpha at which a run reaches zero, with progress of each run; its output. */
#include "solver/cli/run/command_boundary.h"
#include "solver/run/alpha_limit.h"

#include <math.h>

struct follower {
    const struct invocation *invocation;
    bool simulate;
    struct progress progress;
    char label[64];
};

static const struct sgdmft_watch *begin_run(void *context, double alpha, double from, double to)
{
    struct follower *follower = context;
    (void)from, (void)to;
    snprintf(follower->label, sizeof follower->label, "%s, alpha %.4g", follower->simulate ? "simulation" : "theory",
             alpha);
    progress_start(&follower->progress, follower->invocation, follower->label);
    return &follower->progress.watch;
}

static void end_run(void *context)
{
    progress_end(&((struct follower *)context)->progress);
}

static void alpha_csv(const struct sgdmft_alpha_limit *limit)
{
    puts("alpha,fraction,step,step_se");
    for (size_t i = 0; i < limit->count; i++) {
        output_number(limit->point[i].alpha);
        output_next(limit->point[i].reached.fraction);
        output_next(limit->point[i].reached.step);
        output_next(limit->point[i].reached.step_se);
        putchar('\n');
    }
}

static void alpha_text(const struct sgdmft_alpha_limit *limit, const struct sgdmft_run *run)
{
    char step[64], alpha[64];
    printf("%12s %16s %20s\n", "alpha", "reach zero", "from step");
    for (size_t i = 0; i < limit->count; i++) {
        const struct sgdmft_alpha_point *point = &limit->point[i];
        sgdmft_format_error(point->reached.step, point->reached.step_se, step);
        printf("%12.6g %16.3g %20s%s\n", point->alpha, point->reached.fraction, isnan(point->reached.step) ? "" : step,
               point->diverged ? "   diverged" : "");
    }
    sgdmft_format_error(limit->alpha, limit->alpha_se, alpha);
    printf("\nwithin %ld steps the %s reaches zero up to alpha = %s, in half of %ld %s (between %.5g and %.5g)\n",
           run->steps, limit->by_loss ? "training loss" : "training error", alpha,
           limit->simulate ? run->runs : run->groups, limit->simulate ? "runs" : "groups", limit->low, limit->high);
    if (!isnan(limit->capacity))
        printf("capacity (Gardner), in the limit of many steps: %.5g\n", limit->capacity);
}

enum sgdmft_status boundary_find_alpha(const struct invocation *invocation, bool simulate, double tolerance,
                                       struct sgdmft_error *error)
{
    const struct sgdmft_run *run = &invocation->run;
    struct follower follower = {.invocation = invocation, .simulate = simulate};
    const struct sgdmft_alpha_watch watch = {.context = &follower, .begin = begin_run, .end = end_run};
    struct sgdmft_alpha_limit limit;
    const enum sgdmft_status status = sgdmft_find_alpha(run, simulate, tolerance, &watch, &limit, error);
    if (status)
        return status;
    if (run->format == SGDMFT_FORMAT_JSON)
        return alpha_limit_json(&limit, run, stdout, error);
    if (run->format == SGDMFT_FORMAT_CSV)
        alpha_csv(&limit);
    else
        alpha_text(&limit, run);
    return output_flush(error);
}
