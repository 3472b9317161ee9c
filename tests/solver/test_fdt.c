/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The effective temperature from curves whose slopes are known: made up ones, straight and bent, with noise that hangs
 * together along the curve; those of the linear model; and the dense engine's. */
#include "tests/given.h"
#include "tests/solver/solved.h"

#include <math.h>
#include <sgdmft/closed_forms.h>
#include <sgdmft/fdt.h>
#include <sgdmft/random.h>
#include <sgdmft/solve.h>
#include <string.h>

#define MODES 2

/* C = plateau + sum v q^lag, chi = sum x (1 - q^lag), q = exp(-1/tau). */
struct law {
    double plateau, tau[MODES], v[MODES], x[MODES];
    double offset; /* spread of the plateau from sample to sample */
    double noise;  /* of C at lags > 0, correlated over `memory` lags; a tenth of it on chi */
    double memory;
    double alternating; /* part of C that changes its sign with each lag */
    double drift;       /* of C(lag 0) - C(lag) from one waiting time to the next, relative */
    uint32_t seed;
};
/* One time scale and temperature 0.5; two of each: 0.4 and 0.1. */
static const struct law straight = {.plateau = 2, .tau = {8, 8}, .v = {.5, 0}, .x = {1, 0}};
static const struct law bent = {.plateau = 2, .tau = {3, 10}, .v = {.4, .1}, .x = {1, 1}};

static double law_correlation(const struct law *law, double lag, double *response)
{
    double c = law->plateau + law->alternating * (fmod(lag, 2) > 0 ? -1 : 1);
    *response = 0;
    for (int i = 0; i < MODES; i++) {
        const double left = exp(-lag / law->tau[i]);
        c += law->v[i] * left;
        *response += law->x[i] * (1 - left);
    }
    return c;
}

static struct sgdmft_quantity *find(const struct sgdmft_result *result, const char *name)
{
    return sgdmft_result_find(result, "two_time", name);
}

static void fill(struct sgdmft_result *result, const struct law *law)
{
    const double keep = law->memory > 0 ? exp(-1 / law->memory) : 0;
    for (size_t s = 0; s < result->samples; s++)
        for (size_t w = 0; w < result->waitings; w++) {
            struct sgdmft_stream stream =
                sgdmft_stream_open(law->seed, SGDMFT_TEST_SUITE, (uint32_t)s, (uint32_t)w + 7);
            double *c = find(result, "correlation")->sample + (s * result->waitings + w) * result->lags;
            double *chi = find(result, "response")->sample + (s * result->waitings + w) * result->lags;
            double normal[4], state[2] = {0, 0}, offset;
            struct sgdmft_stream common = sgdmft_stream_open(law->seed, SGDMFT_TEST_SUITE, (uint32_t)s, 0);
            sgdmft_normals(&common, 1, &offset);
            for (size_t l = 0; l < result->lags; l++) {
                double response;
                const double value = law_correlation(law, (double)result->lag[l], &response);
                const double start = law_correlation(law, 0, &(double){0});
                sgdmft_normals(&stream, 2, normal);
                for (int i = 0; i < 2; i++)
                    state[i] = l ? keep * state[i] + sqrt(1 - keep * keep) * normal[i] : 0;
                c[l] = start - (start - value) * (1 + law->drift * (double)w) + law->offset * offset
                       + law->noise * state[0];
                chi[l] = response * (1 + 0.1 * law->noise * state[1]);
            }
        }
    sgdmft_result_reduce(result);
}

static struct sgdmft_result *made(const struct sgdmft_run *run, size_t samples, const struct law *law)
{
    struct sgdmft_result *result = sgdmft_result_create(run, SGDMFT_THEORY, samples);
    cr_assert_not_null(result);
    const size_t size[2] = {result->waitings, result->lags};
    cr_assert_not_null(sgdmft_result_add(result, "two_time", "response", 2, size));
    fill(result, law);
    return result;
}

static struct sgdmft_fdt *analysed_law(const struct law *law, size_t samples)
{
    const struct sgdmft_run run = given_run("steps", "200", "waiting", "60,90", NULL);
    scoped_result *result = made(&run, samples, law);
    return analysed(result, 0, 0);
}

Test(fdt, a_straight_line_has_one_temperature, .timeout = 10)
{
    scoped_fdt *fdt = analysed_law(&straight, 3);
    cr_expect(fdt->stationarity.stationary);
    cr_expect_eq(fdt->stationarity.from, 60);
    cr_expect_eq(fdt->used, 1);
    cr_expect_float_eq(fdt->teff_short.value, .5, 1e-12);
    cr_expect_float_eq(fdt->teff_late.value, .5, 1e-9);
    cr_expect_float_eq(fdt->teff_chord.value, .5, 1e-6);
    cr_expect_float_eq(fdt->correlation_limit.value, 2, 1e-6);
    cr_expect_float_eq(fdt->response_limit.value, 1, 1e-6);
    cr_expect_eq(fdt->curves, 2);
    for (size_t l = 0; l < 60; l++)
        cr_expect_float_eq(fdt->curve[0].teff[l], .5, 1e-9, "lag %zu", l);
    cr_expect_eq(fdt->curve[1].lags, fdt->curve[0].lags - 30, "30 steps fewer: %zu", fdt->curve[1].lags);
    cr_expect_float_eq(fdt->curve[0].time[10], 1, 1e-12, "ten steps of rate 0.1");
    cr_expect_str_eq(fdt->warning, "");
}

/* A mode that changes its sign in every step and does not decay: C has no limit, whatever the mean over the lags. */
Test(fdt, an_alternating_curve_has_no_chord, .timeout = 10)
{
    for (int i = 0; i < 2; i++) {
        struct law law = straight;
        law.alternating = i == 0 ? 0.002 : 0.05;
        scoped_fdt *fdt = analysed_law(&law, 3);
        cr_expect_eq(isnan(fdt->teff_chord.value), i == 1, "%g: chord %g", law.alternating, fdt->teff_chord.value);
        cr_expect_eq(isnan(fdt->correlation_limit.value), i == 1);
        cr_expect_eq(strstr(fdt->warning, "tail of the curve is not reached") != NULL, i == 1, "%s", fdt->warning);
    }
}

/* Slope at a lag: sum v q/tau over sum x q/tau. */
Test(fdt, a_bent_curve_has_its_own_slopes, .timeout = 10)
{
    scoped_fdt *fdt = analysed_law(&bent, 3);
    const double q[2] = {exp(-1. / 3), exp(-.1)};
    cr_expect_float_eq(fdt->teff_short.value, (.4 * (1 - q[0]) + .1 * (1 - q[1])) / ((1 - q[0]) + (1 - q[1])), 1e-12);
    cr_expect_float_eq(fdt->teff_chord.value, .5 / 2, 1e-4);
    cr_expect(fdt->teff_late.value > .1 && fdt->teff_late.value < .105, "%g", fdt->teff_late.value);
    for (size_t l = 1; l < 40; l++) {
        const double up = .4 * exp(-(double)l / 3) / 3 + .1 * exp(-(double)l / 10) / 10;
        const double down = exp(-(double)l / 3) / 3 + exp(-(double)l / 10) / 10;
        cr_expect_float_eq(fdt->curve[0].teff[l], up / down, .03 * up / down, "lag %zu: %g and %g", l,
                           fdt->curve[0].teff[l], up / down);
    }
    /* a window far out, where the slow mode is alone */
    const struct sgdmft_run run = given_run("steps", "300", "waiting", "100,140", NULL);
    scoped_result *result = made(&run, 3, &bent);
    scoped_fdt *far = analysed(result, 50, 90);
    cr_expect_float_eq(far->teff_late.value, .1, 2e-5, "%g", far->teff_late.value);
    cr_expect_eq(far->teff_late.first, 50);
    cr_expect_eq(far->teff_late.last, 90);
    cr_expect_eq(far->teff_chord.first, 50);
    cr_expect_float_eq(far->teff_chord.value, .25, 1e-6);
    cr_expect_eq(far->used, 2, "both waiting times reach the window's end");
}

/* The late slope of the curve without noise in a window: noise moves the automatic window a little. */
static double late_truth(long first, long last)
{
    static long known[2] = {-1, -1};
    static double value;
    if (known[0] != first || known[1] != last) {
        const struct sgdmft_run run = given_run("steps", "200", "waiting", "60,90", NULL);
        scoped_result *smooth = made(&run, 2, &bent);
        scoped_fdt *fdt = analysed(smooth, first, last);
        value = fdt->teff_late.value;
        known[0] = first;
        known[1] = last;
    }
    return value;
}

/* Noisy curves of known truth: pulls follow Student's t with 7 degrees of freedom. For a rate p = 0.05 beyond
 * |t| = 2.365 in 160 seeds 8 are expected, with standard deviation 2.8: at least 1 and at most 19; mean pull below
 * 5/sqrt(160). */
Test(fdt, errors_are_calibrated, .timeout = 60)
{
    enum { SEEDS = 160, NUMBERS = 6 };
    static const char *const name[NUMBERS] = {"short", "chord", "late", "limit of C", "limit of chi", "T_eff(0.3)"};
    struct law law = bent;
    int beyond[NUMBERS] = {0};
    double mean[NUMBERS] = {0};
    law.offset = .02;
    law.noise = .004;
    law.memory = 5;
    scoped_fdt *exact = analysed_law(&bent, 2);
    for (uint32_t seed = 1; seed <= SEEDS; seed++) {
        law.seed = seed;
        scoped_fdt *fdt = analysed_law(&law, 8);
        cr_assert_eq(fdt->omega[8], .3);
        const struct sgdmft_estimated of_spectrum = {fdt->teff[8], fdt->teff_se[8], 0, 0};
        const struct sgdmft_estimated got[NUMBERS] = {fdt->teff_short,        fdt->teff_chord,     fdt->teff_late,
                                                      fdt->correlation_limit, fdt->response_limit, of_spectrum};
        const double late = late_truth(fdt->teff_late.first, fdt->teff_late.last);
        const double truth[NUMBERS] = {exact->teff_short.value, .25, late, 2, 2, exact->teff[8]};
        for (int i = 0; i < NUMBERS; i++) {
            const double pull = (got[i].value - truth[i]) / got[i].se;
            beyond[i] += fabs(pull) > 2.365;
            mean[i] += pull / SEEDS;
        }
    }
    for (int i = 0; i < NUMBERS; i++) {
        cr_expect(beyond[i] >= 1 && beyond[i] <= 19, "%s: %d of %d pulls are beyond 2.365", name[i], beyond[i], SEEDS);
        if (i != 4) /* chi is so exact here that the shape of the tail matters, which its error includes */
            cr_expect(fabs(mean[i]) < 5 / sqrt(SEEDS), "%s: mean pull %g", name[i], mean[i]);
    }
}

/* A stationary run is refused in 1 % of all cases at most (120 seeds: 1.2 expected, 7 has probability 3e-4), whether
 * its lags fluctuate together or one by one; a drift of 5 % of the range at 0.8 % noise is seen, also with strong
 * correlation along the curve. */
Test(fdt, stationarity_is_tested, .timeout = 60)
{
    struct law law = bent;
    int refused[2] = {0, 0}, accepted = 0;
    law.offset = .02;
    for (uint32_t seed = 1; seed <= 120; seed++)
        for (int kind = 0; kind < 3; kind++) {
            law.seed = seed;
            law.noise = kind == 1 ? .04 : .004; /* 16 times the allowance, one by one */
            law.memory = kind == 1 ? 0 : 20;
            law.drift = kind == 2 ? .05 : 0;
            if (kind == 2 && seed > 40)
                continue;
            scoped_fdt *fdt = analysed_law(&law, 8);
            if (kind == 2)
                accepted += fdt->stationarity.stationary;
            else
                refused[kind] += !fdt->stationarity.stationary;
        }
    cr_expect(refused[0] <= 6 && refused[1] <= 6, "%d and %d of 120 stationary runs are refused", refused[0],
              refused[1]);
    cr_expect(accepted <= 4, "%d of 40 drifting runs pass", accepted);
}

Test(fdt, stationary_from_the_step_where_it_settles, .timeout = 10)
{
    const struct sgdmft_run run = given_run("steps", "400", "waiting", "50,100,200", NULL);
    struct law law = bent;
    law.noise = .002;
    law.memory = 5;
    scoped_result *result = made(&run, 8, &law);
    for (size_t s = 0; s < 8; s++)
        for (size_t l = 1; l < result->lags; l++) /* the first waiting time is off by a twentieth */
            find(result, "correlation")->sample[s * result->waitings * result->lags + l] += .025;
    sgdmft_result_reduce(result);
    scoped_fdt *fdt = analysed(result, 0, 0);
    cr_expect(fdt->stationarity.stationary);
    cr_expect_eq(fdt->stationarity.from, 100);
    cr_expect_eq(fdt->used_waiting[0], 100);
}

static void refused(const struct sgdmft_result *result, long first, long last, enum sgdmft_status status,
                    const char *part)
{
    struct sgdmft_fdt *fdt;
    struct sgdmft_error error = {0};
    cr_expect_eq(sgdmft_fdt(result, first, last, &fdt, &error), status, "%s", part);
    cr_expect_not_null(strstr(error.text, part), "%s is not in: %s", part, error.text);
}

Test(fdt, says_what_it_cannot_tell, .timeout = 10)
{
    /* the slow mode has not decayed by the end */
    const struct sgdmft_run run = given_run("steps", "60", "waiting", "20,40", NULL);
    struct law slow = bent;
    slow.tau[1] = 60;
    scoped_result *result = made(&run, 3, &slow);
    scoped_fdt *fdt = analysed(result, 0, 0);
    cr_expect(isnan(fdt->teff_chord.value) && isnan(fdt->correlation_limit.value) && fdt->omegas == 0);
    cr_expect(isfinite(fdt->teff_short.value) && isfinite(fdt->teff_late.value));
    cr_expect_not_null(strstr(fdt->warning, "tail"));
    /* windows that the data do not have */
    refused(result, 10, 41, SGDMFT_USAGE, "window");
    refused(result, 10, 12, SGDMFT_USAGE, "too short");
    /* a run that diverged, and one that was stopped */
    result->status = SGDMFT_DIVERGED;
    refused(result, 0, 0, SGDMFT_DIVERGED, "");
    result->status = SGDMFT_NOT_CONVERGED;
    refused(result, 0, 0, SGDMFT_NOT_CONVERGED, "");
    /* a waiting time at the end; none; one; one sample; no response */
    const struct sgdmft_run end = given_run("steps", "60", "waiting", "20,58", NULL);
    const struct sgdmft_run none = given_run("steps", "60", "waiting", "none", NULL);
    const struct sgdmft_run single = given_run("steps", "160", "waiting", "20", NULL);
    scoped_result *late = made(&end, 3, &bent), *without = sgdmft_result_create(&none, SGDMFT_THEORY, 3);
    scoped_result *unmoved = sgdmft_result_create(&single, SGDMFT_SIMULATION, 3);
    refused(late, 0, 0, SGDMFT_USAGE, "58");
    refused(without, 0, 0, SGDMFT_USAGE, "waiting");
    refused(unmoved, 0, 0, SGDMFT_USAGE, "response");
    scoped_result *lone = made(&single, 3, &bent), *sample = made(&run, 1, &bent);
    scoped_fdt *of_lone = analysed(lone, 0, 0), *of_sample = analysed(sample, 0, 0);
    cr_expect(!of_lone->stationarity.stationary && isnan(of_lone->stationarity.max_abs_z)
              && strstr(of_lone->warning, "one waiting time"));
    cr_expect_float_eq(of_lone->teff_chord.value, .25, 1e-4);
    cr_expect(!of_sample->stationarity.stationary && isnan(of_sample->teff_short.se)
              && strstr(of_sample->warning, "one sample"));
}

/* With epochs, waiting times in a row make one curve, and only equal phases are compared. */
Test(fdt, phases_of_an_epoch_are_averaged, .timeout = 10)
{
#define RESHUFFLE "rule", "reshuffle", "batch", "0.25", "steps", "400"
    const struct sgdmft_run run = given_run(RESHUFFLE, "waiting", "200,201,202,203,300,301,302,303", NULL);
    const struct sgdmft_run apart = given_run(RESHUFFLE, "waiting", "200,302", NULL);
    scoped_result *result = made(&run, 4, &bent), *other = made(&apart, 4, &bent);
    for (size_t s = 0; s < 4; s++)
        for (size_t w = 0; w < 8; w++) /* every phase has a slope of its own */
            for (size_t l = 1; l < result->lags; l++)
                find(result, "correlation")->sample[(s * 8 + w) * result->lags + l] += .05 * ((double)(w % 4) - 1.5);
    sgdmft_result_reduce(result);
    scoped_fdt *fdt = analysed(result, 0, 0), *lone = analysed(other, 0, 0);
    cr_expect(fdt->stationarity.stationary);
    cr_expect_eq(fdt->used, 4);
    cr_expect_float_eq(fdt->teff_chord.value, .25, 1e-4);
    cr_expect_str_eq(fdt->warning, "");
    cr_expect_not(lone->stationarity.stationary, "202 - 100 is no whole number of epochs");
    cr_expect_not_null(strstr(lone->warning, "phase"));
}

/* ---- the linear model --------------------------------------------------------------------------------------- */

#define LINEAR "data", "teacher", "teacher", "linear", "link", "linear", "loss", "square", "alpha", "2"

static void closed_form(const struct sgdmft_run *run, const struct sgdmft_fdt *fdt,
                        struct sgdmft_linear_stationary *summary, double teff[64])
{
    struct sgdmft_error error = {0};
    cr_assert(fdt->omegas <= 64);
    cr_assert_eq(sgdmft_linear_stationary(run, summary, 0, NULL, NULL, NULL, fdt->omegas, fdt->omega, teff, &error),
                 SGDMFT_OK, "%s", error.text);
}

/* The analysis of exact curves: the tail of a continuum of modes is no exponential, and yet limits and spectrum are
 * right. */
Test(fdt, exact_curves_of_the_linear_model, .timeout = 20)
{
    static const char *const noise[] = {"0", "0.7"}, *const rates[] = {"0.1", "0.02"}, *const steps[] = {"160", "700"};
    for (int i = 0; i < 4; i++) {
        const struct sgdmft_run run = given_run(LINEAR, "ridge", "0.5", "label_noise", noise[i % 2], "rate",
                                                rates[i / 2], "steps", steps[i / 2], "waiting", "20", NULL);
        struct sgdmft_linear_stationary summary;
        struct sgdmft_error error = {0};
        double teff[64];
        scoped_result *result = sgdmft_result_create(&run, SGDMFT_THEORY, 1);
        const size_t size[2] = {1, result->lags};
        sgdmft_result_add(result, "two_time", "response", 2, size);
        cr_assert_eq(sgdmft_linear_stationary(&run, NULL, result->lags, result->lag,
                                              find(result, "correlation")->sample, find(result, "response")->sample, 0,
                                              NULL, NULL, &error),
                     SGDMFT_OK, "%s", error.text);
        sgdmft_result_reduce(result);
        scoped_fdt *fdt = analysed(result, 0, 0);
        closed_form(&run, fdt, &summary, teff);
        cr_expect_float_eq(fdt->teff_short.value, summary.teff_short, 1e-9);
        cr_expect_float_eq(fdt->teff_chord.value, summary.teff_chord, .003 * summary.teff_chord);
        cr_expect_float_eq(fdt->response_limit.value, summary.response, .003 * summary.response);
        cr_expect(fdt->omegas > 10);
        for (size_t j = 0; j < fdt->omegas; j++)
            cr_expect_float_eq(fdt->teff[j], teff[j], .01 * teff[j], "omega %g: %g and %g", fdt->omega[j], fdt->teff[j],
                               teff[j]);
        cr_expect(summary.teff_short > 1.3 * summary.teff_chord && summary.teff_chord > 1.3 * summary.teff_late,
                  "the curve is bent");
    }
}

/* |z| <= 4.5 with 15 degrees of freedom, for each of about 20 numbers: 0.9 % in all. What is exact (chi, and all of
 * langevin but the static field) has no spread, but 80 steps leave 1e-4 of the start. */
static void expect_near(const char *name, double value, double se, double truth, double relative)
{
    cr_expect(fabs(value - truth) <= 4.5 * se + 2e-4 * fabs(truth), "%s: %g(%g), exact %g", name, value, se, truth);
    cr_expect(se < relative * fabs(truth), "%s: the error %g is too large to tell (%g)", name, se, truth);
}

Test(fdt, dense_engine_on_linear_models, .timeout = 60)
{
    const struct sgdmft_run cases[] = {
        given_run(LINEAR, "ridge", "1", "rule", "langevin", "temperature", "0.3", "steps", "140", "waiting", "80,100",
                  "paths", "4096", "groups", "16", "threads", "1", NULL),
        given_run(LINEAR, "ridge", "1", "rule", "sgd", "label_noise", "1", "steps", "140", "waiting", "80,100", "paths",
                  "4096", "groups", "16", "threads", "1", NULL),
    };
    for (int i = 0; i < 2; i++) {
        scoped_result *result = solved(&cases[i]);
        scoped_fdt *fdt = analysed(result, 0, 0);
        struct sgdmft_linear_stationary summary;
        struct sgdmft_identity identity[SGDMFT_IDENTITIES_MAX];
        struct sgdmft_error error = {0};
        double teff[64], correlation[4], response[4], se = i ? .15 : .01;
        const long lag[4] = {1, 3, 8, 20};
        size_t count;
        closed_form(&cases[i], fdt, &summary, teff);
        cr_expect(fdt->stationarity.stationary, "%s %g", fdt->stationarity.worst, fdt->stationarity.max_abs_z);
        expect_near("short", fdt->teff_short.value, fdt->teff_short.se, summary.teff_short, se);
        expect_near("chord", fdt->teff_chord.value, fdt->teff_chord.se, summary.teff_chord, se);
        expect_near("limit of C", fdt->correlation_limit.value, fdt->correlation_limit.se, summary.plateau, se);
        expect_near("limit of chi", fdt->response_limit.value, fdt->response_limit.se, summary.response, se);
        for (size_t j = 5; j < fdt->omegas; j += 3)
            expect_near("T_eff(omega)", fdt->teff[j], fdt->teff_se[j], teff[j], .2);
        cr_assert_eq(sgdmft_linear_stationary(&cases[i], NULL, 4, lag, correlation, response, 0, NULL, NULL, &error),
                     SGDMFT_OK);
        for (int j = 0; j < 4; j++) {
            expect_near("C", fdt->curve[0].correlation[lag[j]], fdt->curve[0].correlation_se[lag[j]], correlation[j],
                        .01);
            cr_expect_float_eq(fdt->curve[0].response[lag[j]], response[j], 1e-3 * response[j]);
        }
        cr_assert_eq(sgdmft_identities(result, fdt, identity, &count, &error), SGDMFT_OK, "%s", error.text);
        cr_assert_eq(count, 4, "gradient before and after, short, linear");
        cr_expect(fabs(identity[0].z) > 10, "a transient differs: %g", identity[0].z);
        for (size_t j = 1; j < count; j++)
            cr_expect(fabs(identity[j].difference) < 4.5 * identity[j].difference_se + 2e-4 * identity[j].right
                          && identity[j].difference_se < .15 * identity[j].right,
                      "%s: %g and %g, z = %g", identity[j].name, identity[j].left, identity[j].right, identity[j].z);
        cr_expect_float_eq(identity[1].right, summary.teff_short, .01 * summary.teff_short);
    }
}

/* A non-linear run: C(k+1,k+1) - C(k,k) = -2 eta w.g + eta^2 |g|^2 holds step by step. */
Test(fdt, gradient_series_drive_the_norm, .timeout = 30)
{
    static const char *const rules[] = {"gd", "sgd", "langevin"};
    for (int i = 0; i < 3; i++) {
        const struct sgdmft_run run = given_run("rule", rules[i], "temperature", "0.1", "ridge", "0.3", "steps", "20",
                                                "paths", "256", "groups", "2", "overlap0", "0.2", "threads", "1", NULL);
        scoped_result *result = solved(&run);
        const double *norm = sgdmft_result_find(result, "series", "norm")->mean;
        const double *overlap = sgdmft_result_find(result, "series", "gradient_overlap")->mean;
        const double *square = sgdmft_result_find(result, "series", "gradient_norm")->mean;
        for (int k = 0; k < 20; k++) {
            const double step =
                -2 * run.rate * overlap[k] + run.rate * run.rate * square[k] + 2 * run.temperature * run.rate;
            cr_expect_float_eq(norm[k + 1] - norm[k], step, i == 1 ? 1e-12 : .02, "%s, step %d: %g and %g", rules[i], k,
                               norm[k + 1] - norm[k], step);
        }
        cr_expect(isnan(overlap[20]) && isnan(square[20]), "the step from the last on is not made");
    }
}

Test(fdt, identities_need_their_series, .timeout = 10)
{
    const struct sgdmft_run run = given_run("steps", "300", "waiting", "100,140", NULL);
    const struct sgdmft_run sphere = given_run("steps", "300", "waiting", "100,140", "constraint", "sphere", NULL);
    scoped_result *plain = made(&run, 2, &bent), *round = made(&sphere, 2, &bent);
    scoped_fdt *fdt = analysed(plain, 0, 0);
    struct sgdmft_identity identity[SGDMFT_IDENTITIES_MAX];
    struct sgdmft_error error = {0};
    size_t count;
    cr_expect_eq(sgdmft_identities(plain, fdt, identity, &count, &error), SGDMFT_USAGE);
    cr_expect_not_null(strstr(error.text, "gradient_overlap"));
    cr_expect_eq(sgdmft_identities(round, fdt, identity, &count, &error), SGDMFT_USAGE);
    cr_expect_not_null(strstr(error.text, "sphere"));
}
