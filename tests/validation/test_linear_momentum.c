/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The closed form of the linear model with momentum against polynomials: weights and buffer of a mode are polynomials
 * in its eigenvalue s, stepped as torch.optim.SGD steps, and averages take the moments of the Marchenko-Pastur law
 * (Narayana numbers). Noise is a sum over the steps that it came from. */
#include "tests/given.h"
#include "tests/linear_form.h"

#include <math.h>

enum { STEPS = 7, TERMS = 2 * STEPS + 6 };

struct polynomial {
    double of[TERMS];
};

static double moment(double alpha, int n)
{
    double sum = n == 0, term = 1; /* Narayana(n, r) = C(n,r) C(n,r-1)/n */
    for (int r = 1; r <= n; r++) {
        term = r == 1 ? 1 : term * (n - r + 1) * (n - r + 2) / ((double)r * (r - 1));
        sum += term * pow(alpha, r);
    }
    return sum;
}

static double average(double alpha, const struct polynomial *p)
{
    double sum = 0;
    for (int n = 0; n < TERMS; n++)
        sum += p->of[n] * moment(alpha, n);
    return sum;
}

static struct polynomial product(const struct polynomial *p, const struct polynomial *q)
{
    struct polynomial out = {{0}};
    for (int i = 0; i < TERMS; i++)
        for (int j = 0; i + j < TERMS; j++)
            out.of[i + j] += p->of[i] * q->of[j];
    return out;
}

static double square_average(double alpha, const struct polynomial *p, int power)
{
    const struct polynomial square = product(p, p);
    struct polynomial shifted = {{0}};
    for (int n = 0; n + power < TERMS; n++)
        shifted.of[n + power] = square.of[n];
    return average(alpha, &shifted);
}

/* cosine for the rate and halving:2 for the momentum, written out. */
static double scheduled_rate(const struct sgdmft_run *run, long k)
{
    return run->rate * (*run->rate_schedule ? (1 + cos(M_PI * (double)k / STEPS)) / 2 : 1);
}

static double scheduled_momentum(const struct sgdmft_run *run, long k)
{
    return run->momentum * (*run->momentum_schedule ? ldexp(1, -(int)(k / 2)) : 1);
}

/* One step as torch.optim.SGD has it; the gradient is (lambda + s) w - source + pulse. */
static void torch_step(const struct sgdmft_run *run, long k, double source_slope, double pulse, struct polynomial *w,
                       struct polynomial *buffer)
{
    const double rate = scheduled_rate(run, k), mu = scheduled_momentum(run, k);
    for (int n = TERMS - 1; n >= 0; n--) {
        const double g =
            run->ridge * w->of[n] + (n > 0 ? w->of[n - 1] : 0) - (n == 1 ? source_slope : 0) + (n == 0 ? pulse : 0);
        buffer->of[n] = k == 0 ? g : mu * buffer->of[n] + (1 - run->dampening) * g;
        /* w of lower powers is still that of step k: the loop runs downwards */
        w->of[n] -= rate * (run->nesterov ? g + mu * buffer->of[n] : buffer->of[n]);
    }
}

struct expected {
    double overlap[STEPS + 1], norm[STEPS + 1], loss[STEPS + 1];
};

/* <s^power V> of step k, from noise of variance `gradient[l] s` in the gradient of step l, and 2 T eta in the weights.
 */
static double noise_average(const struct sgdmft_run *run, long k, const double *gradient, int power)
{
    double sum = 0;
    for (long l = 0; l < k; l++) {
        struct polynomial w[2] = {{{0}}, {{0}}}, buffer[2] = {{{0}}, {{0}}};
        for (long j = l; j < k; j++) {
            torch_step(run, j, 0, j == l ? 1 : 0, &w[0], &buffer[0]);
            torch_step(run, j, 0, 0, &w[1], &buffer[1]);
            if (j == l)
                w[1].of[0] = 1;
        }
        sum += gradient[l] * square_average(run->alpha, &w[0], power + 1)
               + 2 * run->temperature * scheduled_rate(run, l) * square_average(run->alpha, &w[1], power);
    }
    return sum;
}

static void expect(const struct sgdmft_run *run, struct expected *out)
{
    const double spread = run->norm0 - run->overlap0 * run->overlap0, b = run->batch;
    struct polynomial signal = {{run->overlap0}}, start = {{1}}, signal_buffer = {{0}}, start_buffer = {{0}};
    double gradient[STEPS + 1];
    for (long k = 0; k <= STEPS; k++) {
        struct polynomial misfit = signal;
        misfit.of[0] -= 1;
        out->overlap[k] = average(run->alpha, &signal);
        out->norm[k] = square_average(run->alpha, &signal, 0) + spread * square_average(run->alpha, &start, 0)
                       + noise_average(run, k, gradient, 0);
        const double energy = (square_average(run->alpha, &misfit, 1) + spread * square_average(run->alpha, &start, 1)
                               + noise_average(run, k, gradient, 1))
                              / 2;
        out->loss[k] = energy / run->alpha;
        gradient[k] = (1 - b) / b * 2 * energy / run->alpha;
        torch_step(run, k, 1, 0, &signal, &signal_buffer);
        torch_step(run, k, 0, 0, &start, &start_buffer);
    }
}

static void compare(const char *what, const struct sgdmft_run *run)
{
    const struct linear_form form = linear_form(run);
    struct expected expected;
    cr_assert_eq(run->steps, STEPS);
    expect(run, &expected);
    for (int k = 0; k <= STEPS; k++) {
        cr_expect_float_eq(form.overlap[k], expected.overlap[k], 1e-10, "%s, step %d: %.12f, %.12f", what, k,
                           form.overlap[k], expected.overlap[k]);
        cr_expect_float_eq(form.norm[k], expected.norm[k], 1e-10, "%s, step %d: %.12f, %.12f", what, k, form.norm[k],
                           expected.norm[k]);
        cr_expect_float_eq(form.loss[k], expected.loss[k], 1e-10, "%s, step %d: %.12f, %.12f", what, k, form.loss[k],
                           expected.loss[k]);
    }
}

#define LINEAR                                                                                                         \
    "data", "teacher", "teacher", "linear", "link", "linear", "loss", "square", "rate", "0.1", "ridge", "0.3",         \
        "overlap0", "0.2", "norm0", "1.04", "steps", "7", "momentum", "0.8"

Test(linear_momentum, steps_as_torch_steps, .timeout = 10)
{
    const struct sgdmft_run gd = given_run(LINEAR, "rule", "gd", "alpha", "2", NULL);
    const struct sgdmft_run nesterov = given_run(LINEAR, "rule", "gd", "alpha", "0.7", "nesterov", "yes", NULL);
    const struct sgdmft_run damped = given_run(LINEAR, "rule", "gd", "alpha", "2", "dampening", "0.4", NULL);
    compare("gd", &gd);
    compare("nesterov", &nesterov);
    compare("dampening", &damped);
}

Test(linear_momentum, noise_of_batches_and_of_a_bath, .timeout = 10)
{
    const struct sgdmft_run sgd = given_run(LINEAR, "batch", "0.4", "alpha", "1.5", "temperature", "0.2", NULL);
    const struct sgdmft_run nesterov =
        given_run(LINEAR, "batch", "0.4", "alpha", "1.5", "nesterov", "yes", "temperature", "0.1", NULL);
    const struct sgdmft_run damped =
        given_run(LINEAR, "rule", "langevin", "alpha", "1.5", "temperature", "0.3", "dampening", "0.5", NULL);
    compare("sgd", &sgd);
    compare("nesterov", &nesterov);
    compare("dampening", &damped);
}

Test(linear_momentum, rates_and_momenta_by_name, .timeout = 10)
{
    const struct sgdmft_run sgd = given_run(LINEAR, "batch", "0.4", "alpha", "1.5", "temperature", "0.2",
                                            "rate_schedule", "cosine", "momentum_schedule", "halving:2", NULL);
    const struct sgdmft_run nesterov =
        given_run(LINEAR, "batch", "0.4", "alpha", "1.5", "nesterov", "yes", "momentum_schedule", "halving:2", NULL);
    compare("sgd", &sgd);
    compare("nesterov", &nesterov);
}

/* Heavy ball w'' = (1 + mu) w' - mu w - eta g with label noise at rest: the minimum is that of gd. */
Test(linear_momentum, ends_where_gd_ends, .timeout = 20)
{
    struct sgdmft_run run =
        given_run("data", "teacher", "teacher", "linear", "loss", "square", "rule", "gd", "alpha", "2", "ridge", "0.3",
                  "label_noise", "0.5", "rate", "0.1", "momentum", "0.8", "steps", "600", NULL);
    const struct linear_form heavy = linear_form(&run);
    run.momentum = 0;
    const struct linear_form plain = linear_form(&run);
    cr_expect_float_eq(heavy.norm[600], plain.norm[600], 1e-9);
    cr_expect_gt(fabs(heavy.norm[5] - plain.norm[5]), 1e-3);
}
