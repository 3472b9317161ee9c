/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The closed form of the linear model against the numbers of THEORY section 11, limits, exact polynomials in the
 * moments of the Marchenko-Pastur law, and the replica-symmetric minimum. */
#include "tests/given.h"

#include <math.h>
#include <sgdmft/closed_forms.h>
#include <string.h>

#define LINEAR "data", "teacher", "teacher", "linear", "link", "linear", "loss", "square"
enum { LONGEST = 20001 };

struct series {
    double overlap[LONGEST], norm[LONGEST], loss[LONGEST];
};
static struct series one, two;

static void dynamics(const struct sgdmft_run *run, struct series *series)
{
    struct sgdmft_error error = {0};
    cr_assert(run->steps < LONGEST);
    cr_assert_eq(sgdmft_linear_dynamics(run, series->overlap, series->norm, series->loss, &error), SGDMFT_OK, "%s",
                 error.text);
}

Test(linear, gd_numbers, .timeout = 10)
{
    const struct sgdmft_run run = given_run(LINEAR, "rule", "gd", "alpha", "3", "ridge", "0.5", "rate", "0.1",
                                            "overlap0", "0.2", "norm0", "1.04", "steps", "400", NULL);
    static const struct {
        int step;
        double overlap, half_digit;
    } known[] = {{0, .2, 1e-15},    {1, .43, 1e-15},   {2, .5555, 1e-15},  {3, .63078, 5e-6},  {4, .67928, 5e-6},
                 {5, .71226, 5e-6}, {9, .77496, 5e-6}, {19, .80799, 5e-6}, {49, .81379, 5e-6}, {400, .813859, 5e-7}};
    dynamics(&run, &one);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        cr_expect_float_eq(one.overlap[known[i].step], known[i].overlap, known[i].half_digit, "step %d: %.9f",
                           known[i].step, one.overlap[known[i].step]);
    cr_expect_float_eq(one.norm[0], 1.04, 1e-14);
    cr_expect_float_eq(one.loss[0], .5 * (.8 * .8 + 1.0), 1e-14);
}

Test(linear, sgd_numbers, .timeout = 10)
{
    const struct sgdmft_run run = given_run(LINEAR, "rule", "sgd", "batch", "0.3", "alpha", "3", "ridge", "0.5", "rate",
                                            "0.1", "overlap0", "0.2", "norm0", "1.04", "steps", "60", NULL);
    static const struct {
        int step;
        double norm;
    } known[] = {{1, .7714}, {5, .63078}, {10, .64954}, {20, .66995}, {40, .67512}, {60, .67538}};
    dynamics(&run, &one);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        cr_expect_float_eq(one.norm[known[i].step], known[i].norm, 5.1e-6, "step %d: %.9f", known[i].step,
                           one.norm[known[i].step]);
}

/* Two steps with different rates, as a polynomial in s whose average needs <s> = alpha and <s^2> = alpha + alpha^2. */
Test(linear, schedule_by_moments, .timeout = 10)
{
    static const char *const alphas[] = {"0.3", "1", "2.5"};
    for (int i = 0; i < 3; i++) {
        const struct sgdmft_run run = given_run(LINEAR, "rule", "gd", "alpha", alphas[i], "ridge", "0.4", "rate", "0.1",
                                                "rate_steps", "1=0.25", "overlap0", "0.3", "steps", "2", NULL);
        const double a = run.alpha, constant = (1 - .1 * .4) * .3, slope = .1 * (1 - .3);
        const double exact =
            (1 - .25 * .4) * constant + ((1 - .25 * .4) * slope - .25 * constant + .25) * a - .25 * slope * (a + a * a);
        dynamics(&run, &one);
        cr_expect_float_eq(one.overlap[2], exact, 1e-14, "alpha %g", a);
    }
}

/* One step of sgd with label noise: the norm of (1 - eta lambda) w - eta sum sigma (r - y) x/sqrt(N) by hand. With
 * d = w - v, <d H d> = alpha |d|^2, <d H^2 d> = (alpha + alpha^2) |d|^2, <v H d> = alpha v.d, |h|^2 = a^2 alpha,
 * and batch noise eta^2 (1-b)/b (2 E/alpha) alpha. */
Test(linear, label_noise_and_batch_by_moments, .timeout = 10)
{
    const struct sgdmft_run run =
        given_run(LINEAR, "rule", "sgd", "batch", "0.4", "alpha", "0.8", "ridge", "0.2", "rate", "0.3", "overlap0",
                  "0.3", "norm0", "1.5", "label_noise", "0.6", "temperature", "0.05", "steps", "1", NULL);
    const double a = .8, q = 1 - .3 * .2, m = .3, c = 1.5, noise = .36, distance = c - 2 * m + 1, w_distance = c - m;
    const double energy = .5 * (a * distance + a * noise);
    const double exact = q * q * c - 2 * q * .3 * a * w_distance + .09 * ((a + a * a) * distance + noise * a)
                         + .09 * (.6 / .4) * 2 * energy + 2 * .05 * .3;
    dynamics(&run, &one);
    cr_expect_float_eq(one.loss[0], energy / a, 1e-14);
    cr_expect_float_eq(one.norm[1], exact, 1e-13);
    cr_expect_float_eq(one.overlap[1], q * m - .3 * a * (m - 1), 1e-14);
}

/* Stationary variance T/(kappa (1 - eta kappa/2)), kappa = lambda + s; at alpha -> 0 all s but a fraction alpha are 0.
 */
Test(linear, langevin_variance, .timeout = 10)
{
    struct sgdmft_run hot = given_run(LINEAR, "rule", "langevin", "temperature", "0.3", "ridge", "0.5", "rate", "0.4",
                                      "steps", "400", NULL);
    hot.alpha = 1e-4;
    dynamics(&hot, &one);
    const double kappa = .5;
    cr_expect_float_eq(one.norm[400], .3 / (kappa * (1 - .2 * kappa)), 1e-3);

    /* alpha = 3: <T/(kappa (1 - eta kappa/2))> = T <1/kappa> + T <1/(2/eta - kappa)> by two resolvents */
    const struct sgdmft_run run = given_run(LINEAR, "rule", "langevin", "temperature", "0.3", "alpha", "3", "ridge",
                                            "0.5", "rate", "0.1", "steps", "2000", NULL);
    struct sgdmft_run cold = run;
    cold.temperature = 0;
    dynamics(&run, &one);
    dynamics(&cold, &two);
    const double g1 = (-2.5 + sqrt(2.5 * 2.5 + 2)) / 1.0; /* lambda g^2 + (lambda + 2) g = 1 */
    const double far = .5 - 20, b = far + 2,
                 g2 = (-b - sqrt(b * b + 4 * far)) / (2 * far); /* <1/(s + far)>, far below the law */
    cr_expect_float_eq(one.norm[2000] - two.norm[2000], .3 * (g1 - g2), 1e-9);
    for (int k = 0; k <= 2000; k++)
        cr_assert_float_eq(one.overlap[k], two.overlap[k], 1e-14);
}

Test(linear, normalisations_agree, .timeout = 10)
{
    /* sum: mean gradient b times as large; rate/b and ridge b undo it */
    const struct sgdmft_run batch =
        given_run(LINEAR, "rule", "sgd", "batch", "0.25", "ridge", "0.4", "rate", "0.1", "steps", "50", NULL);
    const struct sgdmft_run sum = given_run(LINEAR, "rule", "sgd", "batch", "0.25", "ridge", "0.1", "rate", "0.4",
                                            "gradient", "sum", "steps", "50", NULL);
    dynamics(&batch, &one);
    dynamics(&sum, &two);
    for (int k = 0; k <= 50; k++) {
        cr_expect_float_eq(one.norm[k], two.norm[k], 1e-13);
        cr_expect_float_eq(one.loss[k], two.loss[k], 1e-13);
    }
    const struct sgdmft_run full = given_run(LINEAR, "rule", "sgd", "batch", "1", "steps", "50", NULL);
    const struct sgdmft_run gd = given_run(LINEAR, "rule", "gd", "steps", "50", NULL);
    dynamics(&full, &one);
    dynamics(&gd, &two);
    for (int k = 0; k <= 50; k++)
        cr_expect_float_eq(one.norm[k], two.norm[k], 1e-14);
}

/* flow at times k rate, against gd with rates h and h/2 extrapolated to 0: what remains is O(h^2). */
Test(linear, flow_is_the_limit_of_gd, .timeout = 10)
{
    const struct sgdmft_run flow = given_run(LINEAR, "rule", "flow", "rate", "0.2", "ridge", "0.1", "label_noise",
                                             "0.4", "overlap0", "0.1", "steps", "10", NULL);
    struct sgdmft_run gd = given_run(LINEAR, "rule", "gd", "rate", "0.2", "ridge", "0.1", "label_noise", "0.4",
                                     "overlap0", "0.1", "steps", "10", NULL);
    static struct series limit;
    dynamics(&flow, &limit);
    gd.rate = 0.2 / 1000, gd.steps = 10000;
    dynamics(&gd, &one);
    gd.rate = 0.2 / 2000, gd.steps = 20000;
    dynamics(&gd, &two);
    for (int k = 0; k <= 10; k++) {
        cr_expect_float_eq(limit.overlap[k], 2 * two.overlap[2000 * k] - one.overlap[1000 * k], 1e-6);
        cr_expect_float_eq(limit.norm[k], 2 * two.norm[2000 * k] - one.norm[1000 * k], 1e-6);
        cr_expect_float_eq(limit.loss[k], 2 * two.loss[2000 * k] - one.loss[1000 * k], 1e-6);
    }
}

/* Where gd ends is the minimum, by entirely different equations; with label noise. */
Test(linear, gd_ends_in_the_minimum, .timeout = 20)
{
    static const char *const alphas[] = {"0.6", "1", "3"};
    for (int i = 0; i < 3; i++) {
        const struct sgdmft_run run = given_run(LINEAR, "rule", "gd", "alpha", alphas[i], "ridge", "0.3", "rate", "0.1",
                                                "label_noise", "0.5", "steps", "1500", NULL);
        struct sgdmft_minimum minimum;
        struct sgdmft_error error = {0};
        dynamics(&run, &one);
        cr_assert_eq(sgdmft_replica_symmetric(&run, &minimum, &error), SGDMFT_OK, "%s", error.text);
        cr_expect_float_eq(one.overlap[1500], minimum.overlap, 1e-9);
        cr_expect_float_eq(one.norm[1500], minimum.norm, 1e-9);
        cr_expect_float_eq(one.loss[1500], minimum.train_loss, 1e-9);
    }
}

Test(linear, refuses, .timeout = 10)
{
    const struct sgdmft_run bad[] = {
        given_run(LINEAR, "rule", "persistent", NULL),
        given_run("data", "teacher", "teacher", "linear", "link", "linear", "loss", "phase", "rate", "0.01", "overlap0",
                  "0.1", NULL),
        given_run("data", "teacher", "teacher", "abs", "link", "linear", "loss", "square", "overlap0", "0.1", NULL),
        given_run("data", "mixture2", "link", "linear", "loss", "square", NULL),
        given_run(LINEAR, "constraint", "sphere", NULL),
        given_run(LINEAR, "covariance_spectrum", "0.5:0.5,1.5:0.5", NULL),
    };
    static const char *const named[] = {"persistent", "phase", "abs", "mixture2", "sphere", "covariance_spectrum"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct sgdmft_error error = {0};
        cr_expect_eq(sgdmft_linear_dynamics(&bad[i], NULL, NULL, NULL, &error), SGDMFT_USAGE);
        cr_expect_not_null(strstr(error.text, named[i]), "%s", error.text);
    }
    const struct sgdmft_run good = given_run(LINEAR, "rule", "gd", "steps", "3", NULL);
    cr_expect_eq(sgdmft_linear_dynamics(&good, NULL, NULL, NULL, NULL), SGDMFT_OK);
}
