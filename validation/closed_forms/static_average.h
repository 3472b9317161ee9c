/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Averages over one example at the minimum of a convex energy. With h the field of the example without its own
 * influence, h = c m + sqrt(Delta) (u m + omega), omega ~ N(0, C_perp), the pre-activation is the proximal point
 *
 *     r = h - Delta V l'(r,y),   V the response of w to a constant force,                  (static (T3))
 *
 * which is unique for convex l. */
#ifndef VALIDATION_CLOSED_FORMS_STATIC_AVERAGE_H
#define VALIDATION_CLOSED_FORMS_STATIC_AVERAGE_H

#include <sgdmft/run.h>

/* The unknowns: m, C_perp = q - m^2 and V. */
struct static_field {
    double overlap, spread, response;
};

/* Expectations with g = l'(r,y). */
struct static_average {
    double force;     /* E[g (c + sqrt(Delta) u)]           */
    double square;    /* E[g^2]                             */
    double stiffness; /* E[dg/dh] = E[l''/(1 + Delta V l'')] */
    double loss;      /* E[l(r,y)]                          */
    double error;     /* P(y phi(r) < 0)                    */
};

/* r of the proximal map at field h for label y and strength = Delta V >= 0. */
double proximal_point(const struct sgdmft_run *run, double h, double y, double strength);

/* The averages, by adaptive Gauss-Legendre quadrature split where the loss or its sign has a kink; relative error about
 * 1e-12. Link linear and convex loss (not checked here). */
struct static_average static_average(const struct sgdmft_run *run, const struct static_field *field);

#endif
