/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fixed points by KINSOL. It may report success on a map that is not finite or at a residual above the tolerance, so
 * that the residual is recomputed at the returned point. */
#include "solver/stationary/fixed_point.h"

#include <kinsol/kinsol.h>
#include <math.h>
#include <nvector/nvector_serial.h>
#include <stdlib.h>
#include <string.h>

#define ANDERSON_DEPTH 5
#define STRICTER 0.3 /* KINSOL stops at a small step and returns the point after it */

struct map {
    struct stationary_turn *turn;
    struct fixed_point_history *history;
    const double *scale;
    double *now, *next; /* kernels in their own units */
    size_t period, memory, length;
    double tolerance;
    enum sgdmft_status status;
};

/* Computes next = G(now) and adds the residual to the history. */
static enum sgdmft_status fixed_evaluate(struct map *map)
{
    const struct stationary_kernels now = stationary_view(map->period, map->memory, map->now);
    struct stationary_kernels next = stationary_view(map->period, map->memory, map->next);
    map->status = stationary_turn_make(map->turn, &now, &next);
    double largest = 0;
    for (size_t i = 0; i < map->length && map->status == SGDMFT_OK; i++) {
        const double residual = fabs(map->next[i] - map->now[i]) / map->scale[i];
        if (!isfinite(residual))
            map->status = SGDMFT_DIVERGED;
        largest = fmax(largest, residual);
    }
    if (map->status != SGDMFT_OK)
        largest = (double)NAN;
    if (map->history->turns <= FIXED_POINT_TURNS)
        map->history->residual[map->history->turns++] = largest;
    return map->status;
}

static void fixed_take(struct map *map, const double *x)
{
    for (size_t i = 0; i < map->length; i++)
        map->now[i] = x[i] * map->scale[i];
}

/* True if the last evaluation was at x. */
static bool at(const struct map *map, const double *x)
{
    for (size_t i = 0; i < map->length; i++)
        if (map->now[i] != x[i] * map->scale[i])
            return false;
    return true;
}

static int kinsol_map(N_Vector x, N_Vector out, void *data)
{
    struct map *map = data;
    const double *given = N_VGetArrayPointer(x);
    double *result = N_VGetArrayPointer(out);
    fixed_take(map, given);
    if (fixed_evaluate(map) != SGDMFT_OK)
        return -1;
    for (size_t i = 0; i < map->length; i++)
        result[i] = map->next[i] / map->scale[i];
    return 0;
}

static void silent(int code, const char *module, const char *function, char *message, void *data)
{
    (void)code, (void)module, (void)function, (void)message, (void)data;
}

static bool accelerate(struct map *map, SUNContext context, N_Vector x, N_Vector ones)
{
    long depth = map->length < ANDERSON_DEPTH ? (long)map->length : ANDERSON_DEPTH;
    void *kinsol = KINCreate(context);
    const bool ready = kinsol && KINSetErrHandlerFn(kinsol, silent, NULL) == KIN_SUCCESS
                       && KINSetMAA(kinsol, depth) == KIN_SUCCESS
                       && KINSetNumMaxIters(kinsol, (long)(FIXED_POINT_TURNS - map->history->turns)) == KIN_SUCCESS
                       && KINInit(kinsol, kinsol_map, x) == KIN_SUCCESS && KINSetUserData(kinsol, map) == KIN_SUCCESS
                       && KINSetFuncNormTol(kinsol, STRICTER * map->tolerance) == KIN_SUCCESS;
    if (ready)
        KINSol(kinsol, x, KIN_FP, ones, ones);
    KINFree(&kinsol);
    return ready;
}

/* Runs KINSOL once; OK if the residual at its point is within the tolerance. */
static enum sgdmft_status approach(struct map *map, SUNContext context, N_Vector x, N_Vector ones)
{
    enum sgdmft_status status = accelerate(map, context, x, ones) ? map->status : SGDMFT_INTERNAL;
    if (status != SGDMFT_OK)
        return status;
    if (!at(map, N_VGetArrayPointer(x))) {
        fixed_take(map, N_VGetArrayPointer(x));
        status = fixed_evaluate(map);
    }
    if (status != SGDMFT_OK)
        return status;
    return map->history->residual[map->history->turns - 1] <= map->tolerance ? SGDMFT_OK : SGDMFT_NOT_CONVERGED;
}

static enum sgdmft_status fixed_find(struct map *map, struct stationary_kernels *kernels)
{
    SUNContext context = NULL;
    N_Vector x = NULL, ones = NULL;
    enum sgdmft_status status = SGDMFT_INTERNAL;
    if (SUNContext_Create(NULL, &context) == 0) {
        x = N_VNew_Serial((sunindextype)map->length, context);
        ones = N_VNew_Serial((sunindextype)map->length, context);
    }
    if (x && ones) {
        double *start = N_VGetArrayPointer(x);
        N_VConst(1, ones);
        for (size_t i = 0; i < map->length; i++)
            start[i] = kernels->Gamma[i] / map->scale[i];
        do /* KINSOL may stop above the tolerance: restart there */
            status = approach(map, context, x, ones);
        while (status == SGDMFT_NOT_CONVERGED && map->history->turns < FIXED_POINT_TURNS);
        memcpy(kernels->Gamma, map->now, map->length * sizeof(double));
    }
    if (x)
        N_VDestroy(x);
    if (ones)
        N_VDestroy(ones);
    SUNContext_Free(&context);
    return status;
}

enum sgdmft_status fixed_point_find(struct stationary_turn *turn, struct stationary_kernels *kernels, double tolerance,
                                    struct fixed_point_history *history)
{
    const size_t length = kernels->length;
    double *scale = malloc(length * sizeof *scale), *now = malloc(length * sizeof *now),
           *next = malloc(length * sizeof *next);
    history->turns = 0;
    enum sgdmft_status status = SGDMFT_INTERNAL;
    if (scale && now && next) {
        stationary_scale(kernels, scale);
        struct map map = {.turn = turn,
                          .history = history,
                          .scale = scale,
                          .now = now,
                          .next = next,
                          .period = kernels->period,
                          .memory = kernels->memory,
                          .length = length,
                          .tolerance = tolerance,
                          .status = SGDMFT_OK};
        status = fixed_find(&map, kernels);
    }
    free(scale);
    free(now);
    free(next);
    return status;
}

enum sgdmft_status fixed_point_relax(struct stationary_turn *turn, struct stationary_kernels *kernels, double factor,
                                     size_t turns)
{
    double *vector = malloc(kernels->length * sizeof *vector);
    if (!vector)
        return SGDMFT_INTERNAL;
    struct stationary_kernels next = stationary_view(kernels->period, kernels->memory, vector);
    enum sgdmft_status status = SGDMFT_OK;
    for (size_t i = 0; i < turns && status == SGDMFT_OK; i++) {
        status = stationary_turn_make(turn, kernels, &next);
        for (size_t j = 0; j < kernels->length && status == SGDMFT_OK; j++)
            kernels->Gamma[j] += factor * (vector[j] - kernels->Gamma[j]);
    }
    free(vector);
    return status;
}
