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

/* Limit of exponents: what grows as distance^-p has a mean square for p below it. */
#define SQUARE_INTEGRABLE 0.49
/* formula_scan.c. USAGE: the value or a derivative jumps or has a singularity at an x within SCAN_REACH that is no kink
 * of the record; the value jumps, or the square of the first derivative has no mean, at any. */
#define SCAN_REACH 32.0 /* fields beyond it are hardly met */
enum sgdmft_status subject_scan(const struct subject *subject, double y, struct sgdmft_error *error);

#endif
