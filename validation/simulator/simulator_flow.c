/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gradient flow by CVODE: Adams formulas of variable order with fixed-point iteration, since only the examples' own
 * curvature is stiff. On the sphere the flow is projected, dw/dt = s (F - (F.e) e) with F taken at sqrt(N) e, e =
 * w/|w|, s = |w|/sqrt(N): then sqrt(N) e follows the exact projected flow however |w| drifts. */
#include "validation/simulator/simulator_flow.h"
#include "models/base/memory.h"

#include "validation/simulator/gradient.h"
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
};

double flow_bytes(const struct sgdmft_run *run)
{
    return run->rule->continuous ? FLOW_VECTORS * (double)(run->dim + KERNEL_LINE) * sizeof(double) : 0;
}

static int flow_right_side(sunrealtype t, N_Vector at, N_Vector derivative, void *user)
{
    (void)t;
    const struct flow *flow = user;
    const struct sgdmft_run *run = flow->run;
    const size_t n = flow->step->dim;
    const double *w = N_VGetArrayPointer(at);
    double *rate = N_VGetArrayPointer(derivative), *point = flow->point, *gradient = flow->step->gradient;
    const bool sphere = run->constraint == SGDMFT_CONSTRAINT_SPHERE;
    const double stretch = sphere ? sqrt(step_product(n, w, w) / (double)n) : 1;
    for (size_t i = 0; i < n; i++)
        point[i] = w[i] / stretch;
    flow->set->kernel->round(flow->step->stride, point, flow->step->rounded);
    step_full_gradient(run, flow->set, flow->step);
    const double pull = 1 / sqrt((double)n);
    for (size_t i = 0; i < n; i++)
        rate[i] = -run->ridge * point[i] - pull * gradient[i];
    if (sphere) {
        const double along = step_product(n, rate, point) / (double)n;
        for (size_t i = 0; i < n; i++)
            rate[i] = stretch * (rate[i] - along * point[i]);
    }
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

enum sgdmft_status flow_open(const struct sgdmft_run *run, const struct dataset *set, struct step *step,
                             struct flow **out, struct sgdmft_error *error)
{
    struct flow *flow = calloc(1, sizeof *flow);
    if (flow) {
        flow->run = run;
        flow->set = set;
        flow->step = step;
    }
    if (!flow || !flow_create(flow)) {
        flow_close(flow);
        return memory_fail(error, "the integrator of the gradient flow");
    }
    *out = flow;
    return SGDMFT_OK;
}

enum sgdmft_status flow_advance(struct flow *flow, long k, double *norm, struct sgdmft_error *error)
{
    const size_t n = flow->step->dim;
    double *w = flow->step->weights, reached;
    const double goal = sgdmft_time(flow->run, k + 1);
    const int code = CVode(flow->cvode, goal, flow->vector, &reached, CV_NORMAL);
    memcpy(w, flow->state, n * sizeof *w);
    *norm = step_product(n, w, w) / (double)n;
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
