/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Both errors are estimated from about eight samples (groups of paths, simulated runs), so that difference/error has
 * the heavy tails of Student's t: beyond 4 with 14 degrees of freedom 20 times as often as a Gaussian. The score is
 * therefore Welch's t turned into the Gaussian score of equal probability, and the verdict compares the largest |score|
 * with Sidak's bound for the number of comparisons. Scores along a run are strongly correlated, which only makes the
 * chance of a false alarm smaller than VERDICT_LEVEL. The score is that of the difference reduced by the allowance for
 * 1/N (compare.c). A difference that is significant only without the allowance is undecided. */
#include "validation/comparison/verdict.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

double verdict_gaussian_score(double t, double nu)
{
    const double magnitude = fabs(t);
    if (isnan(t))
        return (double)NAN;
    if (isinf(nu))
        return t;
    const double tail = gsl_cdf_tdist_Q(magnitude, nu);
    /* Wallace, Ann. Math. Stat. 30, 1121 (1959): within a few per cent everywhere, and free of underflow. */
    const double wallace = (8.0 * nu + 1.0) / (8.0 * nu + 3.0) * sqrt(2.0 * nu * log(hypot(1.0, magnitude / sqrt(nu))));
    const double score = tail > 1e-280 ? gsl_cdf_ugaussian_Qinv(tail) : wallace;
    return copysign(fmax(score, 0.0), t);
}

/* Variance of a difference, and the terms of its degrees of freedom. */
struct variance {
    double total;
    double welch;    /* sum over sides of variance^2/(samples - 1) */
    double smallest; /* samples - 1 of the side with fewest */
};

/* A floor is known, not estimated: it costs no degrees of freedom. */
static void variance_add(struct variance *variance, const struct verdict_side *side)
{
    const double own = side->se * side->se, floor = side->floor * side->floor, freedom = (double)side->samples - 1.0;
    variance->total += fmax(own, floor);
    if (own > floor) {
        variance->welch += own * own / freedom;
        variance->smallest = fmin(variance->smallest, freedom);
    }
}

/* Welch and Satterthwaite; their approximation fails in the tails below about 6 samples, where the bound of Hsu
 * (the smaller sample alone) is safe. */
static double degrees_of_freedom(const struct variance *variance)
{
    if (!(variance->welch > 0.0))
        return (double)INFINITY;
    return variance->smallest < 5.0 ? variance->smallest : variance->total * variance->total / variance->welch;
}

double verdict_error(const struct verdict_side *a, const struct verdict_side *b)
{
    return hypot(fmax(a->se, a->floor), fmax(b->se, b->floor));
}

double verdict_score(const struct verdict_side *a, const struct verdict_side *b, double allowance)
{
    const double difference = a->mean - b->mean, excess = fabs(difference) - allowance;
    struct variance variance = {.smallest = (double)INFINITY};
    if (!(excess > 0.0))
        return isnan(excess) ? (double)NAN : 0.0;
    variance_add(&variance, a);
    variance_add(&variance, b);
    if (!(variance.total > 0.0))
        return copysign((double)INFINITY, difference);
    return verdict_gaussian_score(copysign(excess / sqrt(variance.total), difference), degrees_of_freedom(&variance));
}

double verdict_freedom(const struct verdict_side *a, const struct verdict_side *b)
{
    struct variance variance = {.smallest = (double)INFINITY};
    variance_add(&variance, a);
    variance_add(&variance, b);
    return degrees_of_freedom(&variance);
}

/* The noncentral t by its normal approximation: the bound t fluctuates with the estimated error, by t/sqrt(2 nu)
 * (Abramowitz and Stegun 26.7.10). */
double verdict_detectable(double error, double freedom, double allowance, double threshold)
{
    const bool known = !isfinite(freedom);
    const double t = known ? threshold : gsl_cdf_tdist_Qinv(gsl_cdf_ugaussian_Q(threshold), freedom);
    const double spread = known ? 1.0 : sqrt(1.0 + t * t / (2.0 * freedom));
    const double bias = known ? 1.0 : 1.0 - 1.0 / (4.0 * freedom);
    return allowance + error * (t * bias + gsl_cdf_ugaussian_Pinv(VERDICT_POWER) * spread);
}

double verdict_threshold(size_t count)
{
    if (count == 0)
        return 0.0;
    /* 1 - (1 - level)^(1/count), without cancellation */
    const double each = -expm1(log1p(-VERDICT_LEVEL) / (double)count);
    return gsl_cdf_ugaussian_Qinv(0.5 * each);
}

double verdict_counting_floor(double rate, double examples)
{
    const double counts = fmax(rate * examples, 1.0);
    return sqrt(counts / (1.0 + 0.01 * counts)) / examples;
}

/* ---- the verdict ---- */

const char *const sgdmft_verdict_names[] = {"agree", "undecided", "disagree"};

/* True if the difference is significant without the allowance, which is larger than the error, and not with it. */
bool verdict_is_covered(const struct sgdmft_comparison_row *row, double threshold)
{
    return fabs(row->score) > threshold && !(fabs(row->z_after) > threshold) && row->allowance > row->error;
}

static void count_row(struct sgdmft_comparison *comparison, size_t i)
{
    const struct sgdmft_comparison_row *row = &comparison->row[i], *worst = &comparison->row[comparison->worst];
    const double after = fabs(row->z_after), most = comparison->max_abs_z_after;
    if (after > most || (!(after < most) && fabs(row->z) > fabs(worst->z)))
        comparison->worst = i;
    comparison->max_abs_z_after = fmax(most, after);
    comparison->max_abs_z = fmax(comparison->max_abs_z, fabs(row->z));
    const double relative = hypot(row->theory_se, row->simulation_se) / row->scale;
    if (row->decisive && relative > comparison->max_relative_error) {
        comparison->max_relative_error = relative;
        comparison->least_known = i;
    }
    if (row->decisive)
        comparison->power =
            fmax(comparison->power,
                 verdict_detectable(row->error, row->freedom, row->allowance, comparison->threshold) / row->scale);
    if (verdict_is_covered(row, comparison->threshold)) {
        comparison->covered++;
        comparison->deciding_dim =
            fmax(comparison->deciding_dim, row->allowance / row->error * (double)comparison->dim);
    }
}

static enum sgdmft_verdict judge(const struct sgdmft_comparison *comparison)
{
    if (comparison->theory_diverged || comparison->simulation_diverged)
        return comparison->theory_diverged && comparison->simulation_diverged ? SGDMFT_VERDICT_AGREE
                                                                              : SGDMFT_VERDICT_DISAGREE;
    if (comparison->max_abs_z_after > comparison->threshold)
        return SGDMFT_VERDICT_DISAGREE;
    const bool decides =
        comparison->count > 0 && comparison->covered == 0 && comparison->max_relative_error <= VERDICT_LARGEST_ERROR;
    return decides ? SGDMFT_VERDICT_AGREE : SGDMFT_VERDICT_UNDECIDED;
}

void verdict_fill(struct sgdmft_comparison *comparison)
{
    comparison->threshold = verdict_threshold(comparison->count);
    for (size_t i = 0; i < comparison->count; i++)
        count_row(comparison, i);
    comparison->verdict = judge(comparison);
    comparison->pass = comparison->verdict == SGDMFT_VERDICT_AGREE;
}
