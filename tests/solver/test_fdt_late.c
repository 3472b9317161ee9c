/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The late slope of curves that go to and fro on their way: none where its sign depends on the window, and an error
 * that knows of the window elsewhere. */
#include "tests/given.h"
#include "tests/solver/solved.h"

#include <math.h>
#include <sgdmft/fdt.h>
#include <sgdmft/random.h>
#include <string.h>

TestSuite(fdt_late, .timeout = 20);

/* C - 2 = sum of v q^lag and of a wave, wave (-p)^lag; chi = 1 - q^lag. */
struct wave {
    double v, q, wave, p;
    double noise; /* of C in each sample, the same at all lags but 0 times a slope of its own */
};

static struct sgdmft_result *made(const struct wave *law, size_t samples, uint32_t seed)
{
    const struct sgdmft_run run = given_run("steps", "200", "waiting", "60,90", NULL);
    struct sgdmft_result *result = sgdmft_result_create(&run, SGDMFT_THEORY, samples);
    const size_t size[2] = {result->waitings, result->lags};
    cr_assert_not_null(sgdmft_result_add(result, "two_time", "response", 2, size));
    struct sgdmft_quantity *correlation = sgdmft_result_find(result, "two_time", "correlation");
    struct sgdmft_quantity *response = sgdmft_result_find(result, "two_time", "response");
    for (size_t s = 0; s < samples; s++) {
        struct sgdmft_stream stream = sgdmft_stream_open(seed, SGDMFT_TEST_SUITE, (uint32_t)s, 0);
        double normal[2];
        sgdmft_normals(&stream, 2, normal);
        for (size_t i = 0; i < correlation->length; i++) {
            const double lag = (double)result->lag[i % result->lags], slow = pow(law->q, lag);
            const double wave = (fmod(lag, 2) == 0 ? 1 : -1) * pow(law->p, lag);
            correlation->sample[s * correlation->length + i] =
                2 + law->v * (1 + law->noise * normal[0]) * slow + law->wave * (1 + law->noise * normal[1]) * wave;
            response->sample[s * correlation->length + i] = 1 - slow;
        }
    }
    sgdmft_result_reduce(result);
    return result;
}

/* The wave outlives the decay: C falls and rises in turn in the window. With one sample as with many, in a window of
 * the user's as in the automatic one. */
Test(fdt_late, none_where_the_local_slope_changes_its_sign)
{
    const struct wave law = {.v = 0.5, .q = 0.75, .wave = 0.1, .p = 0.8, .noise = 1e-3};
    for (size_t samples = 1; samples <= 8; samples += 7)
        for (int given = 0; given < 2; given++) {
            scoped_result *result = made(&law, samples, 1);
            scoped_fdt *fdt = analysed(result, given ? 9 : 0, given ? 20 : 0);
            cr_expect(isnan(fdt->teff_late.value) && isnan(fdt->teff_late.se), "%zu samples: %g", samples,
                      fdt->teff_late.value);
            cr_expect_not_null(strstr(fdt->warning, "C oscillates"), "%s", fdt->warning);
            cr_expect(isfinite(fdt->teff_short.value));
        }
}

/* A wave that dies out before the window leaves the slope v of the line. */
Test(fdt_late, a_wave_that_is_over_does_no_harm)
{
    const struct wave law = {.v = 0.5, .q = 0.875, .wave = 0.1, .p = 0.3, .noise = 1e-3};
    scoped_result *result = made(&law, 8, 1);
    scoped_fdt *fdt = analysed(result, 0, 0);
    cr_expect_float_eq(fdt->teff_late.value, 0.5, 4 * fdt->teff_late.se + 1e-6);
    cr_expect(fdt->teff_late.se < 1e-3, "%g", fdt->teff_late.se);
}

/* Of a wave too weak to turn the curve the slope still depends on where the window falls: the error quoted covers the
 * windows one place further. In a window that is given it is the sampling error; without a wave both are the same. */
Test(fdt_late, the_error_knows_of_the_window)
{
    for (int waves = 0; waves < 2; waves++) {
        const struct wave law = {.v = 0.5, .q = 0.8, .wave = waves ? 0.03 : 0, .p = 0.8, .noise = 1e-3};
        scoped_result *result = made(&law, 8, 2);
        scoped_fdt *own = analysed(result, 0, 0);
        const long first = own->teff_late.first, last = own->teff_late.last;
        scoped_fdt *same = analysed(result, first, last), *next = analysed(result, first + 1, last + 1);
        const double moved = fabs(next->teff_late.value - same->teff_late.value);
        cr_assert(isfinite(own->teff_late.value), "%s", own->warning);
        const double se = own->teff_late.se, sampling = same->teff_late.se;
        cr_expect_float_eq(own->teff_late.value, same->teff_late.value, 0.02 * same->teff_late.value);
        if (waves) {
            cr_expect_gt(moved, 10 * sampling, "%g", moved);
            cr_expect(se > 0.5 * moved && se < 2 * moved, "%g, moved by %g", se, moved);
        } else
            cr_expect_float_eq(se, sampling, 0.1 * sampling, "%g", se);
    }
}
