/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loss and error on a fresh example: closed forms, and sampling where there is none. */
#include "tests/given.h"

#include <math.h>
#include <sgdmft/random.h>
#include <sgdmft/solve.h>

Test(generalization, closed_forms, .timeout = 20)
{
    double loss, error;
    const struct sgdmft_run linear = given_run("teacher", "linear", "loss", "square", "label_noise", "0.4", NULL);
    sgdmft_generalization(&linear, 0.3, 0.8, &loss, &error);
    cr_expect_float_eq(loss, 0.5 * (1 - 2 * 0.3 + 0.8 + 0.16), 1e-12);
    cr_expect(isnan(error));

    const struct sgdmft_run sign = given_run("teacher", "sign", "label_noise", "0.1", NULL);
    static const double rho[] = {-0.7, 0, 0.4, 0.95, 0.999999, 1};
    for (size_t i = 0; i < sizeof rho / sizeof *rho; i++) {
        sgdmft_generalization(&sign, 2 * rho[i], 4, &loss, &error);
        cr_expect_float_eq(error, 0.1 + 0.8 * acos(rho[i]) / M_PI, 1e-10, "rho %g: %.12g", rho[i], error);
    }
    const struct sgdmft_run mixture = given_run("data", "mixture2", "cluster_variance", "0.5", "loss", "square", NULL);
    sgdmft_generalization(&mixture, 0.6, 1.5, &loss, &error);
    cr_expect_float_eq(loss, 0.5 * ((1 - 0.6) * (1 - 0.6) + 0.5 * 1.5), 1e-12);
    cr_expect_float_eq(error, 0.5 * erfc(0.6 / sqrt(0.5 * 1.5) / sqrt(2)), 1e-12);
    const struct sgdmft_run gaussian =
        given_run("data", "random", "targets", "gaussian", "loss", "square", "label_noise", "0.5", NULL);
    sgdmft_generalization(&gaussian, 0, 2, &loss, &error);
    cr_expect_float_eq(loss, 0.5 * (2 + 1.25), 1e-12);
}

/* E|x| and Huber's loss of x ~ N(0, v). */
static double normal_absolute(double v)
{
    return sqrt(2 * v / M_PI);
}

static double normal_huber(double v, double a)
{
    const double t = a / sqrt(v), tail = erfc(t * M_SQRT1_2), density = exp(-t * t / 2) / sqrt(2 * M_PI);
    return 0.5 * v * (1 - tail - 2 * t * density) + a * sqrt(v) * 2 * density - a * a / 2 * tail;
}

/* Losses with kinks of real labels: the distance from the label is Gaussian. Down to weights equal to the teacher's,
 * where the noise alone is left. */
Test(generalization, kinks_of_real_labels, .timeout = 20)
{
    static const double norm[] = {0.09, 0.0900001, 0.1, 0.8, 50};
    static const char *const noise[] = {"0", "0.4"};
    for (size_t i = 0; i < sizeof norm / sizeof *norm; i++)
        for (size_t j = 0; j < 2; j++) {
            double loss, error;
            const double m = 0.3, v = (1 - m) * (1 - m) + norm[i] - m * m + (j ? 0.16 : 0);
            struct sgdmft_run run = given_run("teacher", "linear", "loss", "absolute", "label_noise", noise[j], NULL);
            sgdmft_generalization(&run, m, norm[i], &loss, &error);
            cr_expect_float_eq(loss, normal_absolute(v), 1e-7 * loss, "absolute, %g: %.12g against %.12g", norm[i],
                               loss, normal_absolute(v));
            cr_expect(isnan(error));
            run = given_run("teacher", "linear", "loss", "huber", "loss_width", "0.7", "label_noise", noise[j], NULL);
            sgdmft_generalization(&run, m, norm[i], &loss, &error);
            cr_expect_float_eq(loss, normal_huber(v, 0.7), 1e-7 * loss, "huber, %g: %.12g against %.12g", norm[i], loss,
                               normal_huber(v, 0.7));
        }
    struct sgdmft_run run = given_run("teacher", "linear", "loss", "absolute", "label_noise", "0.4", NULL);
    double loss, error;
    sgdmft_generalization(&run, 1, 1, &loss, &error);
    cr_expect_float_eq(loss, normal_absolute(0.16), 1e-7, "%.12g", loss);
}

/* Saad and Solla, Phys. Rev. E 52, 4225 (1995), eq. (6); and E[max(a,0) max(b,0)] of Cho and Saul, arXiv:1112.3712. */
Test(generalization, links_of_real_labels, .timeout = 20)
{
    static const double norm[] = {0.2, 0.9, 40};
    for (size_t i = 0; i < sizeof norm / sizeof *norm; i++) {
        const double m = 0.4, C = norm[i];
        double loss, error;
        struct sgdmft_run run = given_run("teacher", "erf", "link", "erf", "loss", "square", NULL);
        sgdmft_generalization(&run, m, C, &loss, &error);
        const double erfs = (asin(C / (1 + C)) + asin(0.5) - 2 * asin(m / sqrt(2 * (1 + C)))) / M_PI;
        cr_expect_float_eq(loss, erfs, 1e-7, "erf, norm %g: %.12g against %.12g", C, loss, erfs);
        run = given_run("teacher", "relu", "link", "relu", "loss", "square", NULL);
        sgdmft_generalization(&run, m, C, &loss, &error);
        const double angle = acos(m / sqrt(C));
        const double both = sqrt(C) / (2 * M_PI) * (sin(angle) + (M_PI - angle) * cos(angle));
        cr_expect_float_eq(loss, 0.5 * (0.5 + C / 2 - 2 * both), 1e-8 * C, "relu, norm %g: %.12g", C, loss);
        run = given_run("teacher", "quadratic", "link", "quadratic", "loss", "square", "rate", "0.005", NULL);
        sgdmft_generalization(&run, m, C, &loss, &error);
        cr_expect_float_eq(loss, 0.5 * (3 * C * C + 3 - 2 * (C + 2 * m * m)), 1e-9 * C * C, "quadratic, %g", C);
    }
}

/* A loss that turns over within |r| of order 1, of a field that is much wider. The part that grows, (-y r)_+, has the
 * mean sd/sqrt(2 pi); the rest, ln(1 + exp(-|r|)), is summed by the trapezoidal rule. */
Test(generalization, of_large_weights, .timeout = 20)
{
    static const double norm[] = {30, 1e2, 1e4, 1e6, 1e9};
    const struct sgdmft_run run = given_run("teacher", "sign", "loss", "logistic", NULL);
    for (size_t i = 0; i < sizeof norm / sizeof *norm; i++) {
        const double sd = sqrt(norm[i]), step = 1e-4;
        double loss, error, sum = 0;
        for (size_t n = 0; n < 400000; n++) {
            const double r = step * (double)n, density = exp(-r * r / (2 * norm[i])) / (sd * sqrt(2 * M_PI));
            sum += (n == 0 ? 1 : 2) * step * log1p(exp(-r)) * density;
        }
        const double expected = sd / sqrt(2 * M_PI) + sum;
        sgdmft_generalization(&run, 0, norm[i], &loss, &error);
        cr_expect_float_eq(loss, expected, 1e-9 * expected, "norm %g: %.12g against %.12g", norm[i], loss, expected);
        cr_expect_float_eq(error, 0.5, 1e-12);
    }
}

/* Plain sampling of fresh examples. */
static void sampled(const struct sgdmft_run *run, double m, double C, double *loss, double *error, double *loss_se)
{
    enum { N = 400000 };
    struct sgdmft_stream stream = sgdmft_stream_open(11, SGDMFT_TEST_SUITE, 4, 0);
    struct sgdmft_component component[SGDMFT_COMPONENTS_MAX];
    const size_t count = run->data->components(run, component);
    const double root = sqrt(sgdmft_variance(run));
    double sum = 0, square = 0, wrong = 0;
    for (size_t i = 0; i < N; i++) {
        double x[4], uniform[2], value, phi;
        sgdmft_normals(&stream, 4, x);
        sgdmft_uniforms(&stream, 2, uniform);
        size_t a = 0;
        for (double upper = component[0].weight; uniform[0] > upper && a + 1 < count;)
            upper += component[++a].weight;
        const double r = component[a].centre * m + root * (x[0] * m + sqrt(C - m * m) * x[1]);
        const double y = sgdmft_label(run, &component[a], x[0], x + 2, uniform[1]);
        sgdmft_loss_evaluate(run, 1, &r, &y, &value, NULL, NULL);
        sgdmft_link_evaluate(run, 1, &r, &phi);
        sum += value / N;
        square += value * value / N;
        wrong += (y * phi < 0) / (double)N;
    }
    *loss = sum;
    *error = wrong;
    *loss_se = sqrt((square - sum * sum) / N);
}

Test(generalization, against_sampling, .timeout = 120)
{
    static const char *const set[][10] = {
        {"teacher", "sign", "loss", "logistic"},
        {"teacher", "door", "loss", "hinge2", "kappa", "0.5", "label_noise", "0.05"},
        {"teacher", "door", "link", "door", "loss", "logistic"},
        {"data", "mixture3", "link", "door", "loss", "hinge2", "kappa", "1", "cluster_variance", "0.4"},
        {"teacher", "abs", "loss", "phase", "rate", "0.005", "label_noise", "0.2"},
        {"teacher", "abs", "loss", "square", "link", "door", "rate", "0.005"},
        {"teacher", "sign", "loss", "hinge", "kappa", "0.3", "label_noise", "0.1"},
        {"teacher", "sign", "loss", "huber_hinge", "kappa", "0.3", "loss_width", "0.4"},
        {"teacher", "sign", "loss", "exponential"},
        {"teacher", "sign", "loss", "sigmoid", "link", "erf"},
        {"teacher", "sign", "loss", "logistic", "link", "relu"},
        {"teacher", "tanh", "loss", "huber", "link", "tanh", "loss_width", "0.3", "label_noise", "0.4"},
        {"teacher", "quadratic", "loss", "absolute", "link", "quadratic", "label_noise", "0.2"}};
    for (size_t i = 0; i < sizeof set / sizeof *set; i++) {
        const char *const *s = set[i];
        const struct sgdmft_run run =
            given_run("overlap0", "0.5", s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[8], s[9], NULL);
        double loss, error, expected, expected_error, se;
        sgdmft_generalization(&run, 0.5, 0.9, &loss, &error);
        sampled(&run, 0.5, 0.9, &expected, &expected_error, &se);
        cr_expect_float_eq(loss, expected, 5 * se, "set %zu: loss %g against %g(%g)", i, loss, expected, se);
        if (sgdmft_has_classes(&run))
            cr_expect_float_eq(error, expected_error, 5 * sqrt(0.25 / 400000), "set %zu: error %g against %g", i, error,
                               expected_error);
        else
            cr_expect(isnan(error));
    }
}
