/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exact results that check the program (solver/THEORY.md section 11). */
#ifndef SGDMFT_CLOSED_FORMS_H
#define SGDMFT_CLOSED_FORMS_H

#include <sgdmft/run.h>
#include <sgdmft/status.h>

/* Linear model (square loss, linear link, data teacher, teacher linear): overlap[k], norm[k] and train_loss[k] for k
 * = 0..run->steps, by Marchenko-Pastur quadrature. Rules gd, langevin, sgd and flow, any alpha > 0, temperature,
 * additive label noise and schedules. Arrays may be NULL. USAGE: another run. */
SGDMFT_API enum sgdmft_status sgdmft_linear_dynamics(const struct sgdmft_run *run, double *overlap, double *norm,
                                                     double *train_loss, struct sgdmft_error *error);

/* Linear model in the stationary state: modes are the eigenvalues s of the data's Gram matrix, kappa = ridge + s
 * their curvature ("batch" normalisation). Values per N; temperatures as in solver/THEORY.md section 9. */
struct sgdmft_linear_stationary {
    double variance;   /* C(0) - C(infinity), the mean of the modes' variances    */
    double plateau;    /* C(infinity)                                             */
    double response;   /* chi(infinity) = <1/kappa>                               */
    double train_loss; /* per example, without the ridge term                     */
    double teff_short, teff_chord;
    double teff_late;                       /* slope of the curve in the limit of long lags            */
    double gradient_overlap, gradient_norm; /* w.g/N and |g|^2/N of the mini-batch gradient */
};
/* correlation[i] = C(lag[i]), response[i] = chi(lag[i]) for i < lags (lag >= 0), teff[j] = T_eff(omega[j]) for j <
 * omegas (T10); arrays of length 0 may be NULL. Rules gd, langevin and sgd without schedules, any alpha > 0,
 * temperature and additive label noise. USAGE: another run, or a rate without a stationary state. */
SGDMFT_API enum sgdmft_status sgdmft_linear_stationary(const struct sgdmft_run *run,
                                                       struct sgdmft_linear_stationary *summary, size_t lags,
                                                       const long *lag, double *correlation, double *response,
                                                       size_t omegas, const double *omega, double *teff,
                                                       struct sgdmft_error *error);

/* The linear model without a ridge at late times of gradient descent, which ends at the interpolation or least-squares
 * solution nearest to its start. With nu = 1/alpha, D = label_noise^2 and C0 = |w(0) - v|^2/N. */
struct sgdmft_ridgeless {
    /* Per fresh example, its label noise included: [D/(1 - nu)]/2 for nu < 1, [(1 - 1/nu) C0 + D nu/(nu - 1)]/2 for
     * nu > 1, infinite at nu = 1 with D > 0. */
    double test_loss;
    double train_loss; /* [D (1 - nu)]/2, 0 for nu >= 1 */
    double plateau;    /* late slope of chi(t,0) in time: the share 1 - 1/nu of directions without data, or 0 */
    double relaxation; /* slowest time of the decay, (1 - nu^(-1/2))^-2; infinite at nu = 1 */
};
/* The limits of late times, for the rules gd and flow. USAGE: another run, or a ridge. Source: M. S. Advani and A.
 * M. Saxe, arXiv:1710.03667; T. Hastie et al., arXiv:1903.08560. */
SGDMFT_API enum sgdmft_status sgdmft_ridgeless(const struct sgdmft_run *run, struct sgdmft_ridgeless *limit,
                                               struct sgdmft_error *error);

/* Largest alpha at which random labels +1/-1 can be stored with margins y w.x/sqrt(N) >= kappa at |w|^2 = N: 2 at
 * kappa = 0. NaN for kappa < 0, where the formula does not hold. Source: E. Gardner, J. Phys. A 21 (1988) 257. */
SGDMFT_API double sgdmft_gardner_capacity(double kappa);

/* The replica-symmetric minimum of H for a convex loss at temperature zero. */
struct sgdmft_minimum {
    double overlap, norm;           /* m, q                                     */
    double response;                /* V = chi(infinity) of w to a constant force */
    double train_loss, train_error; /* error is NaN for real labels             */
    double residual;                /* residual of the saddle-point equations */
};
/* Solves the saddle-point equations for any data law, a convex loss, and ridge > 0 (or a unique minimum).
 * NOT_CONVERGED: the message has the residual. */
SGDMFT_API enum sgdmft_status sgdmft_replica_symmetric(const struct sgdmft_run *run, struct sgdmft_minimum *minimum,
                                                       struct sgdmft_error *error);

#endif
