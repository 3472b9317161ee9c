/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verdicts on the points of a sweep. */
#include "solver/cli/frame/analysis.h"

#include <stdarg.h>
#include <stdio.h>

const char *const by_names[] = {"solve", "simulate", "both", NULL};
#define POINT_STATUS_NAME(symbol, name, meaning) name,
const char *const point_status_names[] = {POINT_STATUS_LIST(POINT_STATUS_NAME) NULL};

void verdict_set(struct verdict *verdict, enum point_status status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(verdict->reason, sizeof verdict->reason, format, arguments);
    va_end(arguments);
    verdict->status = status;
}

void verdict_of_run(const struct sgdmft_result *result, struct verdict *verdict)
{
    if (result->status == SGDMFT_DIVERGED)
        verdict_set(verdict, POINT_DIVERGED, "diverged after step %ld", result->last_step);
    else if (result->status != SGDMFT_OK)
        verdict_set(verdict, POINT_FAILED, "%s", sgdmft_status_sentence(result->status));
    else
        verdict_set(verdict, POINT_COMPLETE, "complete");
}

void verdict_of_runs(struct sgdmft_result *const result[2], struct verdict *verdict)
{
    verdict_set(verdict, POINT_COMPLETE, "complete");
    for (int side = 0; side < 2 && verdict->status == POINT_COMPLETE; side++)
        if (result[side])
            verdict_of_run(result[side], verdict);
}
