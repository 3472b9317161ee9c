/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gradient flow by CVODE: Adams formulas of variable order with fixed-point iteration, since only the examples' own
 * curvature is stiff. */
#include "validation/simulator/simulator_flow.h"
#include "models/base/memory.h"

#include "validation/simulator/simulator_chain.h"
#include "validation/simulator/simulator_velocity.h"
#include <cvode/cvode.h>
#include <math.h>
#include <nvector/nvector_serial.h>
#include <stdlib.h>
#include <string.h>
#include <sunnonlinsol/sunnonlinsol_fixedpoint.h>

#define FLOW_MAX_STEPS 200000 /* of the integrator, between two outputs */
#define FLOW_VECTORS 20       /* N-vectors of CVODE at its highest order, with those below */

struct flow {
    const struct sgdmft_run *run;
    const struct dataset *set;
    struct step *step;
    double *state; /* [dim], CVODE's output    */
    double *point; /* [stride], zero from dim on: weights of the gradient */
    SUNContext context;
    N_Vector vector;
    SUNNonlinearSolver solver;
    void *cvode;
    struct chain *chain; /* of a rule with batches, which CVODE is not for */
};

double flow_bytes(const struct sgdmft_run *run)
{
    if (run->rule->continuous && !run->rule->full_batch)
        return chain_bytes(run);
    return run->rule->continuous ? FLOW_VECTORS * (double)(run->dim + KERNEL_LINE) * sizeof(double) : 0;
}

static int flow_right_side(sunrealtype t, N_Vector at, N_Vector derivative, void *user)
{
    (void)t;
    const struct flow *flow = user;
    const struct pieces_task task = {
        .count = flow->set->count, .replicas = 1, .columns = 1, .fraction = 1, .weights = flow->step->rounded};
    flow_velocity(flow->run, flow->set, flow->step, &task, N_VGetArrayPointer(at), flow->point,
                  N_VGetArrayPointer(derivative));
    return 0;
}

/* Discards messages of the library on stderr: the error has the reason. */
static void flow_silence(int code, const char *module, const char *function, char *message, void *data)
{
    (void)code, (void)module, (void)function, (void)message, (void)data;
}

static bool flow_configure(struct flow *flow)
{
    return CVodeSetErrHandlerFn(flow->cvode, flow_silence, NULL) == CV_SUCCESS
           && CVodeInit(flow->cvode, flow_right_side, 0, flow->vector) == CV_SUCCESS
           && CVodeSStolerances(flow->cvode, FLOW_RELATIVE, FLOW_ABSOLUTE) == CV_SUCCESS
           && CVodeSetUserData(flow->cvode, flow) == CV_SUCCESS
           && CVodeSetMaxNumSteps(flow->cvode, FLOW_MAX_STEPS) == CV_SUCCESS
           && CVodeSetNonlinearSolver(flow->cvode, flow->solver) == CV_SUCCESS;
}

static bool flow_create(struct flow *flow)
{
    const size_t n = flow->step->dim;
    flow->state = malloc(n * sizeof(double));
    flow->point = aligned_alloc(KERNEL_LINE, flow->step->stride * sizeof(double));
    if (!flow->state || !flow->point || SUNContext_Create(NULL, &flow->context) != 0)
        return false;
    memcpy(flow->state, flow->step->weights, n * sizeof(double));
    memset(flow->point, 0, flow->step->stride * sizeof(double));
    flow->vector = N_VMake_Serial((sunindextype)n, flow->state, flow->context);
    if (!flow->vector)
        return false;
    flow->solver = SUNNonlinSol_FixedPoint(flow->vector, 0, flow->context);
    flow->cvode = CVodeCreate(CV_ADAMS, flow->context);
    return flow->solver && flow->cvode && flow_configure(flow);
}

enum sgdmft_status flow_open(const struct sgdmft_run *run, const struct dataset *set, uint32_t owner, double finer,
                             struct step *step, struct flow **out, struct sgdmft_error *error)
{
    struct flow *flow = calloc(1, sizeof *flow);
    enum sgdmft_status status = SGDMFT_OK;
    if (flow) {
        flow->run = run;
        flow->set = set;
        flow->step = step;
    }
    if (flow && !run->rule->full_batch)
        status = chain_open(run, set, owner, finer, step, &flow->chain, error);
    else if (!flow || !flow_create(flow))
        status = memory_fail(error, "the integrator of the gradient flow");
    if (status != SGDMFT_OK) {
        flow_close(flow);
        return status;
    }
    *out = flow;
    return SGDMFT_OK;
}

/* CVODE to t_{k+1}; its code. */
static int flow_integrate(struct flow *flow, double goal)
{
    double reached;
    const int code = CVode(flow->cvode, goal, flow->vector, &reached, CV_NORMAL);
    memcpy(flow->step->weights, flow->state, flow->step->dim * sizeof(double));
    return code;
}

enum sgdmft_status flow_advance(struct flow *flow, long k, double *norm, struct sgdmft_error *error)
{
    const size_t n = flow->step->dim;
    double *w = flow->step->weights;
    const double goal = sgdmft_time(flow->run, k + 1);
    const int code = flow->chain ? 0 : flow_integrate(flow, goal);
    *norm = flow->chain ? chain_advance(flow->chain, k) : step_product(n, w, w) / (double)n;
    if (!isfinite(*norm)) /* a divergence, which the caller reports */
        return SGDMFT_OK;
    if (code < 0)
        return sgdmft_fail(error, SGDMFT_NOT_CONVERGED,
                           "gradient flow: the integrator (CVODE) failed between t = %.6g and %.6g with code %d",
                           sgdmft_time(flow->run, k), goal, code);
    if (flow->run->constraint == SGDMFT_CONSTRAINT_SPHERE) {
        for (size_t i = 0; i < n; i++)
            w[i] /= sqrt(*norm);
        *norm = 1;
    }
    return SGDMFT_OK;
}

void flow_close(struct flow *flow)
{
    if (!flow)
        return;
    chain_close(flow->chain);
    if (flow->cvode)
        CVodeFree(&flow->cvode);
    if (flow->solver)
        SUNNonlinSolFree(flow->solver);
    if (flow->vector)
        N_VDestroy(flow->vector);
    if (flow->context)
        SUNContext_Free(&flow->context);
    free(flow->state);
    free(flow->point);
    free(flow);
}
