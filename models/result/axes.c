/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one list of axes. */
#include "models/result/axes.h"

#include <sgdmft/margin_bins.h>
#include <string.h>

static size_t none(const struct sgdmft_result *result)
{
    (void)result;
    return 0;
}

static size_t one(const struct sgdmft_result *result)
{
    (void)result;
    return 1;
}

static size_t all_steps(const struct sgdmft_result *result)
{
    return (size_t)result->run.steps + 1;
}

static size_t eigenvalues(const struct sgdmft_result *result)
{
    (void)result;
    return SGDMFT_SHARPNESS_TOP;
}

static size_t bins(const struct sgdmft_result *result)
{
    (void)result;
    return SGDMFT_MARGIN_BINS;
}

static size_t levels(const struct sgdmft_result *result)
{
    (void)result;
    return SGDMFT_MARGIN_LEVELS;
}

#define MEMBER(name, member)                                                                                           \
    static size_t name(const struct sgdmft_result *result)                                                             \
    {                                                                                                                  \
        return result->member;                                                                                         \
    }
#define VALUES(name, member)                                                                                           \
    static const long *name(const struct sgdmft_result *result)                                                        \
    {                                                                                                                  \
        return result->member;                                                                                         \
    }
MEMBER(steps, steps)
MEMBER(waitings, waitings)
MEMBER(lags, lags)
MEMBER(omegas, omegas)
MEMBER(margin_steps, margin_steps)
MEMBER(sharpness_steps, run.sharpness_at.count)
VALUES(step_values, step)
VALUES(margin_values, margin_step)
VALUES(sharpness_values_of, run.sharpness_at.step)

const struct axis axes_list[] = {
    [SGDMFT_AXIS_NONE] = {"", "", none, NULL},
    [SGDMFT_AXIS_STEP] = {"step", "steps", steps, step_values},
    [SGDMFT_AXIS_WAITING] = {"waiting", "steps", waitings, NULL},
    [SGDMFT_AXIS_LAG] = {"lag", "steps", lags, NULL},
    [SGDMFT_AXIS_ROW] = {"row", "steps", all_steps, NULL},
    [SGDMFT_AXIS_COLUMN] = {"column", "steps", all_steps, NULL},
    [SGDMFT_AXIS_OMEGA] = {"omega", "1/steps", omegas, NULL},
    [SGDMFT_AXIS_MARGIN_STEP] = {"margin_step", "steps", margin_steps, margin_values},
    [SGDMFT_AXIS_BIN] = {"bin", "1", bins, NULL},
    [SGDMFT_AXIS_LEVEL] = {"level", "1", levels, NULL},
    [SGDMFT_AXIS_SHARPNESS_STEP] = {"sharpness_step", "steps", sharpness_steps, sharpness_values_of},
    [SGDMFT_AXIS_EIGENVALUE] = {"eigenvalue", "1", eigenvalues, NULL},
    [SGDMFT_AXIS_VALUE] = {"value", "1", one, NULL},
};

size_t axes_rank(const struct sgdmft_observable *observable)
{
    size_t rank = 0;
    while (rank < SGDMFT_AXES_MAX && observable->axis[rank] != SGDMFT_AXIS_NONE)
        rank++;
    return rank;
}

size_t axes_length(const struct sgdmft_result *result, const struct sgdmft_observable *observable, size_t i)
{
    return i < SGDMFT_AXES_MAX ? axes_list[observable->axis[i]].length(result) : 0;
}

const char *axes_text(const struct sgdmft_observable *observable, char out[AXES_TEXT_MAX])
{
    out[0] = '\0';
    for (size_t i = 0; i < axes_rank(observable); i++) {
        const size_t end = strlen(out);
        snprintf(out + end, AXES_TEXT_MAX - end, "%s%s", i ? "," : "", axes_list[observable->axis[i]].name);
    }
    return out;
}

bool axes_are(const struct sgdmft_observable *observable, enum sgdmft_axis outer, enum sgdmft_axis inner)
{
    return observable->axis[0] == outer && observable->axis[1] == inner;
}
