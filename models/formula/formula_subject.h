/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A record of a formula or a plugin under test, as a function of x with a label y. */
#ifndef MODELS_FORMULA_FORMULA_SUBJECT_H
#define MODELS_FORMULA_FORMULA_SUBJECT_H

#include "models/formula/formula.h"

struct subject {
    const struct sgdmft_run *run;
    const char *parameter, *x, *text; /* named in messages; text: the formula or the path of the plugin */
    const struct formula *formula;
    void (*evaluate)(const struct sgdmft_run *run, double x, double y, double out[3]);
    size_t (*kinks)(const struct sgdmft_run *run, double y, double at[SGDMFT_POINTS_MAX]);
    struct formula_rounded (*define)(const struct subject *subject, double x, double y); /* not called for plugins */
    bool labels, even, convex, jumps;
};

/* USAGE: what is wrong at x and y. */
enum sgdmft_status subject_fail(const struct subject *subject, double x, double y, struct sgdmft_error *error,
                                const char *what);

enum sgdmft_status subject_fail_real(const struct subject *subject, double x, double y, struct sgdmft_error *error);

/* ---- formula_scan.c ------------------------------------------------------------------------------------- */

/* Limit of exponents: what grows as distance^-p has a mean square for p below it. */
#define SQUARE_INTEGRABLE 0.49
/* True if out[j] of evaluate grows as distance^-p with p = *power >= SQUARE_INTEGRABLE at *x, which is moved before, by
 * about `step` at most, to where out[of] is largest. */
bool subject_grows(const struct subject *subject, int j, int of, double *x, double y, double step, double *power);

#define SCAN_REACH 32.0 /* fields beyond it are hardly met */
/* USAGE: the value or a derivative jumps or has a singularity at an x within SCAN_REACH that is no kink of the record;
 * at a kink, the value jumps, the first derivative does so undeclared, or its square has no mean. What is less than
 * 1e-6 of the sizes there, 1e-3 for the second derivative, is no jump. */
enum sgdmft_status subject_scan(const struct subject *subject, double y, struct sgdmft_error *error);

#endif
