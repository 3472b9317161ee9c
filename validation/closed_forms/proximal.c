/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The proximal map of a convex loss: the root r of r + Delta V l'(r,y) = h. The left side grows with r, and since
 * l' does too, the root lies between h and h - Delta V l'(h,y): a bracket for Brent's method, closed with one
 * Newton step (exact for piecewise quadratic losses). */
#include "validation/closed_forms/static_average.h"

#include <float.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_roots.h>
#include <math.h>

struct proximal_equation {
    const struct sgdmft_run *run;
    double h, y, strength;
};

static double proximal_mismatch(double r, void *context)
{
    const struct proximal_equation *equation = context;
    double first;
    sgdmft_loss_evaluate(equation->run, 1, &r, &equation->y, NULL, &first, NULL);
    return r + equation->strength * first - equation->h;
}

static double proximal_newton(const struct proximal_equation *equation, double r)
{
    double first, second;
    sgdmft_loss_evaluate(equation->run, 1, &r, &equation->y, NULL, &first, &second);
    return r - (r + equation->strength * first - equation->h) / (1.0 + equation->strength * second);
}

double proximal_point(const struct sgdmft_run *run, double h, double y, double strength)
{
    struct proximal_equation equation = {run, h, y, strength};
    gsl_function mismatch = {proximal_mismatch, &equation};
    const double other = h - proximal_mismatch(h, &equation);
    const double lower = fmin(h, other), upper = fmax(h, other);
    const double margin = 4.0 * DBL_EPSILON * (fabs(lower) + fabs(upper));
    if (!(upper - lower > margin))
        return h;

    double storage[16]; /* the state of Brent's method is 11 doubles; no allocation in the innermost loop */
    if (gsl_root_fsolver_brent->size > sizeof storage)
        return (double)NAN;
    gsl_root_fsolver solver = {gsl_root_fsolver_brent, &mismatch, 0.0, 0.0, 0.0, storage};
    if (gsl_root_fsolver_set(&solver, &mismatch, lower - margin, upper + margin) != GSL_SUCCESS)
        return (double)NAN;
    for (int i = 0; i < 200; i++) {
        if (gsl_root_fsolver_iterate(&solver) != GSL_SUCCESS
            || gsl_root_test_interval(solver.x_lower, solver.x_upper, 1e-13, 1e-13) == GSL_SUCCESS)
            break;
    }
    const double closed = proximal_newton(&equation, solver.root);
    return closed >= lower - margin && closed <= upper + margin ? closed : solver.root;
}
