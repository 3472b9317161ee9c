/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a difference with estimated errors to a Gaussian-equivalent score, and from many scores to one verdict. */
#ifndef VALIDATION_COMPARISON_VERDICT_H
#define VALIDATION_COMPARISON_VERDICT_H

#include <sgdmft/compare.h>

/* One side of a comparison: mean of `samples` values, its standard error estimated from them, and a floor under
 * that error known beforehand (counting statistics, rounding). */
struct verdict_side {
    double mean, se, floor;
    size_t samples;
};

/* Probability that a correct theory fails, over all comparisons together. */
#define VERDICT_LEVEL 0.005

/* Combined standard error of a - b: of each side the larger of se and floor. */
double verdict_error(const struct verdict_side *a, const struct verdict_side *b);
/* (a - b), moved towards 0 by at most allowance, over its standard error: Welch's t with the degrees of freedom of
 * Welch and Satterthwaite (with fewer than 6 samples on a side: those of the smaller side), mapped to the Gaussian
 * score of the same tail probability. 0 if a = b. */
double verdict_score(const struct verdict_side *a, const struct verdict_side *b, double allowance);
/* Gaussian score of the same tail probability as t with nu degrees of freedom; finite where that underflows. */
double verdict_gaussian_score(double t, double nu);
/* Degrees of freedom of the error of a - b, as verdict_score takes them; infinite where it is known. */
double verdict_freedom(const struct verdict_side *a, const struct verdict_side *b);
/* Difference whose score is beyond the threshold with probability VERDICT_POWER. */
#define VERDICT_POWER 0.9
double verdict_detectable(double error, double freedom, double allowance, double threshold);
/* The |score| that `count` independent comparisons exceed with probability VERDICT_LEVEL in all (Sidak). */
double verdict_threshold(size_t count);
/* Standard error of a fraction `rate` of `examples` with few expected counts: Poisson. It vanishes above about 100
 * expected counts, where the spread of the samples is the better estimate. */
double verdict_counting_floor(double rate, double examples);
/* Largest error/scale of an agreement: beyond it a difference of a fifth of the scale may not be significant. */
#define VERDICT_LARGEST_ERROR 0.05
/* True if the score before the allowance is beyond the threshold and that after it, z_after, is not, with an allowance
 * larger than the error. */
bool verdict_is_covered(const struct sgdmft_comparison_row *row, double threshold);
/* Fills the summary of the rows, and the verdict. */
void verdict_fill(struct sgdmft_comparison *comparison);

#endif
