/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The linear model in its stationary state (square loss, linear link, teacher u, additive label noise a). With the
 * notation of linear.c, c = (weight of a selected example) b, curvature kappa = lambda + c s and q = 1 - eta kappa,
 * mode s rests at m = c s/kappa, n = c/kappa and fluctuates as w' = q w + noise of variance D,
 *
 *     D = 2 eta T + eta^2 (weight^2 b (1 - b)) (2 E/alpha) s,    V = D/(1 - q^2) = D/(eta kappa (2 - eta kappa)),
 *
 * E being the loss per dimension, which V enters: a linear equation for one number. Then, averaged over the
 * Marchenko-Pastur law of s,
 *
 *     C(lag) = <m^2 + a^2 s n^2> + <V q^lag>,   R(lag) = <q^{lag-1}>,   chi(lag) = <(1 - q^lag)/kappa>,
 *
 * so that the curve of one mode is straight with slope V kappa = D/(eta (2 - eta kappa)): the temperature T/(1 - eta
 * kappa/2) of langevin, and for sgd one that grows with s, which bends the curve of all modes. At short times the slope
 * is <V kappa>, the chord's is <V>/<1/kappa>, and at long times it is that of the slowest mode. In frequency (T10) each
 * mode weighs as |e^{i omega} - q|^-2 and has the temperature D/(2 eta). */
#include "validation/closed_forms/marchenko_pastur.h"

#include <math.h>
#include <sgdmft/closed_forms.h>
#include <stdlib.h>

enum { NODES_MIN = 256, NODES_MAX = 1200 };

struct stationary {
    const struct sgdmft_run *run;
    double rate, temperature, force, scatter; /* eta, T, c, weight^2 b (1 - b) */
    double energy;                            /* E */
    size_t count;
    double *value, *weight; /* eigenvalues and their weights */
};

static double curvature(const struct stationary *x, double s)
{
    return x->run->ridge + x->force * s;
}

/* D/(2 eta), the temperature of mode s at all frequencies. */
static double mode_noise(const struct stationary *x, double s)
{
    return x->temperature + x->rate * x->scatter * x->energy / x->run->alpha * s;
}

/* USAGE for runs without the closed form of linear_dynamics.c, and for schedules and flows, which have no stationary
 * state. */
static enum sgdmft_status rest_check(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    struct sgdmft_run probe = *run;
    probe.steps = 1;
    probe.rate_steps.count = probe.batch_steps.count = probe.temperature_steps.count = 0;
    probe.rate_cycle.count = probe.batch_cycle.count = 0;
    probe.derived.rate = (struct sgdmft_named){.kind = SGDMFT_NAMED_NONE};
    const enum sgdmft_status status = sgdmft_linear_dynamics(&probe, NULL, NULL, NULL, error);
    if (status != SGDMFT_OK)
        return status;
    if (sgdmft_step_extra(run))
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: the stationary state of the linear model is that of steps without",
                           sgdmft_step_extra(run));
    if (run->rule->continuous)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "rule %s: the stationary state of the linear model is for gd, sgd and langevin",
                           run->rule->entry.name);
    if (run->rate_steps.count + run->batch_steps.count + run->temperature_steps.count + run->rate_cycle.count
                + run->batch_cycle.count
            > 0
        || run->derived.rate.kind != SGDMFT_NAMED_NONE)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "schedules: a stationary state has constant rate, batch and temperature");
    return SGDMFT_OK;
}

static bool rest_create(const struct sgdmft_run *run, long longest, struct stationary *x)
{
    const long wanted = longest / 2 + NODES_MIN;
    const size_t nodes = (size_t)(wanted > NODES_MAX ? NODES_MAX : wanted);
    const double weight = sgdmft_batch_weight(run, 0), batch = run->batch;
    double *block = calloc(2 * (nodes + 1), sizeof *block);
    if (!block)
        return false;
    *x = (struct stationary){.run = run,
                             .rate = run->rate,
                             .temperature = run->temperature,
                             .force = weight * batch,
                             .scatter = weight * weight * batch * (1.0 - batch),
                             .value = block,
                             .weight = block + nodes + 1};
    x->count = marchenko_pastur_nodes(run->alpha, nodes, x->value, x->weight);
    if (!x->count)
        free(block);
    return x->count > 0;
}

/* E = E_rest + E_thermal + E gain, from V = (2 T + 2 eta scatter E s/alpha)/(kappa (2 - eta kappa)). */
static enum sgdmft_status solve_energy(struct stationary *x, struct sgdmft_error *error)
{
    const double label_variance = x->run->label_noise * x->run->label_noise;
    double rest = label_variance * (x->run->alpha - 1.0), gain = 0.0;
    for (size_t j = 0; j < x->count; j++) {
        const double s = x->value[j], kappa = curvature(x, s), stable = 2.0 - x->rate * kappa;
        if (!(stable > 0.0))
            return sgdmft_fail(error, SGDMFT_USAGE,
                               "rate: %.15g is too large for a stationary state: curvatures reach %.4g", x->rate,
                               kappa);
        const double m = x->force * s / kappa, n = x->force / kappa;
        rest += x->weight[j]
                * (s * (m - 1.0) * (m - 1.0) + label_variance * (s * n - 1.0) * (s * n - 1.0)
                   + s * 2.0 * x->temperature / (kappa * stable));
        gain += x->weight[j] * x->rate * x->scatter / x->run->alpha * s * s / (kappa * stable);
    }
    if (!(gain < 1.0))
        return sgdmft_fail(
            error, SGDMFT_USAGE,
            "rate: %.15g is too large for a stationary state with batch %.15g: its noise grows without bound", x->rate,
            x->run->batch);
    x->energy = 0.5 * rest / (1.0 - gain);
    return SGDMFT_OK;
}

static void summarise(const struct stationary *x, struct sgdmft_linear_stationary *out)
{
    const double label_variance = x->run->label_noise * x->run->label_noise;
    double slowest = 0.0;
    *out = (struct sgdmft_linear_stationary){.train_loss = x->energy / x->run->alpha};
    for (size_t j = 0; j < x->count; j++) {
        const double s = x->value[j], w = x->weight[j], kappa = curvature(x, s);
        const double q = 1.0 - x->rate * kappa, m = x->force * s / kappa, n = x->force / kappa;
        const double temperature = mode_noise(x, s) / (1.0 - 0.5 * x->rate * kappa);
        const double variance = temperature / kappa;
        out->variance += w * variance;
        out->plateau += w * (m * m + label_variance * s * n * n);
        out->response += w / kappa;
        out->teff_short += w * temperature;
        out->gradient_overlap += w * kappa * variance;
        out->gradient_norm += w * (kappa * kappa * variance + 2.0 * (mode_noise(x, s) - x->temperature) / x->rate);
        if (fabs(q) > slowest) {
            slowest = fabs(q);
            out->teff_late = temperature;
        }
    }
    out->teff_chord = out->variance / out->response;
}

static void two_time(const struct stationary *x, double plateau, long lag, double *correlation, double *response)
{
    double c = plateau, chi = 0.0;
    for (size_t j = 0; j < x->count; j++) {
        const double s = x->value[j], kappa = curvature(x, s), q = 1.0 - x->rate * kappa;
        const double left = pow(q, (double)lag); /* sign of q^lag included */
        c += x->weight[j] * left * mode_noise(x, s) / (kappa * (1.0 - 0.5 * x->rate * kappa));
        chi += x->weight[j] * (1.0 - left) / kappa;
    }
    *correlation = c;
    *response = chi;
}

static double spectrum(const struct stationary *x, double omega)
{
    double noise = 0.0, all = 0.0;
    for (size_t j = 0; j < x->count; j++) {
        const double s = x->value[j], q = 1.0 - x->rate * curvature(x, s);
        const double w = x->weight[j] / (1.0 - 2.0 * q * cos(omega) + q * q);
        noise += w * mode_noise(x, s);
        all += w;
    }
    return noise / all;
}

enum sgdmft_status sgdmft_linear_stationary(const struct sgdmft_run *run, struct sgdmft_linear_stationary *summary,
                                            size_t lags, const long *lag, double *correlation, double *response,
                                            size_t omegas, const double *omega, double *teff,
                                            struct sgdmft_error *error)
{
    struct sgdmft_linear_stationary own;
    struct stationary x;
    long longest = 0;
    enum sgdmft_status status = rest_check(run, error);
    if (status != SGDMFT_OK)
        return status;
    if (run->alpha <= 1.0 && !(run->ridge > 0.0))
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "ridge: 0 with alpha %.15g <= 1 leaves directions without a force, which keep their start",
                           run->alpha);
    for (size_t i = 0; i < lags; i++)
        longest = lag[i] > longest ? lag[i] : longest;
    if (!rest_create(run, longest, &x))
        return sgdmft_fail(error, SGDMFT_USAGE, "closed form of the linear model: out of memory");
    status = solve_energy(&x, error);
    if (status == SGDMFT_OK) {
        summarise(&x, &own);
        for (size_t i = 0; i < lags; i++)
            two_time(&x, own.plateau, lag[i], &correlation[i], &response[i]);
        for (size_t j = 0; j < omegas; j++)
            teff[j] = spectrum(&x, omega[j]);
        if (summary)
            *summary = own;
    }
    free(x.value);
    return status;
}
