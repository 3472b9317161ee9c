/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Least squares of a line: in the logarithms, or in a power of x, whose exponent minimises the squares. */
#include "validation/comparison/power_fit.h"

#include <gsl/gsl_fit.h>
#include <gsl/gsl_linalg.h>
#include <math.h>

#define POINTS_MAX 256
#define EXPONENT_LEAST (-4.0)
#define EXPONENT_MOST (-0.1)

struct points {
    size_t count;
    double x[POINTS_MAX], y[POINTS_MAX], weight[POINTS_MAX];
};

struct line {
    double at_zero, slope;
    double var_at_zero, var_mixed, var_slope; /* from the weights; all but var_mixed times chi2 if > 1 */
    double chi2;                              /* per degree of freedom */
};

static bool fit_line(const struct points *points, const double *x, struct line *line)
{
    double chi2;
    if (points->count < 3
        || gsl_fit_wlinear(x, 1, points->weight, 1, points->y, 1, points->count, &line->at_zero, &line->slope,
                           &line->var_at_zero, &line->var_mixed, &line->var_slope, &chi2)
               != 0)
        return false;
    line->chi2 = chi2 / (double)(points->count - 2);
    line->var_at_zero *= fmax(1, line->chi2);
    line->var_slope *= fmax(1, line->chi2);
    return isfinite(line->slope);
}

/* ---- a power ---------------------------------------------------------------------------------------------- */

bool fit_power(size_t count, const double *x, const struct measured *y, bool equal, struct fit_power *fit)
{
    struct points points = {.count = 0};
    struct line line;
    for (size_t i = 0; i < count && points.count < POINTS_MAX; i++) {
        const double relative = y[i].se / y[i].value;
        if (!(x[i] > 0 && y[i].value > 0 && isfinite(y[i].value)) || (!equal && !(relative > 0)))
            continue;
        points.x[points.count] = log(x[i]);
        points.y[points.count] = log(y[i].value);
        points.weight[points.count] = equal ? 1 : 1 / (relative * relative);
        points.count++;
    }
    if (!fit_line(&points, points.x, &line))
        return false;
    const double scatter = equal ? line.chi2 / fmax(1, line.chi2) : 1; /* weights of 1 have no absolute errors */
    const double factor = exp(line.at_zero);
    *fit = (struct fit_power){.count = points.count,
                              .exponent = {line.slope, sqrt(scatter * line.var_slope)},
                              .factor = {factor, factor * sqrt(scatter * line.var_at_zero)},
                              .chi2 = line.chi2};
    return true;
}

struct measured fit_limit(size_t count, const double *x, const struct measured *y, double exponent)
{
    struct points points = {.count = 0};
    struct line line;
    for (size_t i = 0; i < count && points.count < POINTS_MAX; i++) {
        if (!isfinite(y[i].value) || !(y[i].se > 0))
            continue;
        points.x[points.count] = pow(x[i], exponent);
        points.y[points.count] = y[i].value;
        points.weight[points.count++] = 1 / (y[i].se * y[i].se);
    }
    return fit_line(&points, points.x, &line) ? (struct measured){line.at_zero, sqrt(line.var_at_zero)}
                                              : (struct measured){(double)NAN, (double)NAN};
}

/* ---- a limit and a power ---------------------------------------------------------------------------------- */

/* Weighted squares per degree of freedom of the best line in x^exponent; x = infinity has the power 0. */
static double squares_at(const struct points *points, double exponent, struct line *line)
{
    double power[POINTS_MAX];
    for (size_t i = 0; i < points->count; i++)
        power[i] = pow(points->x[i], exponent);
    return fit_line(points, power, line) ? line->chi2 : (double)INFINITY;
}

/* The exponent with the least squares: a grid, then a golden section around its best point; NaN at an end. */
static double best_exponent(const struct points *points)
{
    enum { GRID = 79 };
    const double golden = 0.6180339887498949, step = (EXPONENT_MOST - EXPONENT_LEAST) / (GRID - 1);
    double least = (double)INFINITY;
    struct line line;
    int best = 0;
    for (int i = 0; i < GRID; i++) {
        const double squares = squares_at(points, EXPONENT_LEAST + i * step, &line);
        if (squares < least) {
            least = squares;
            best = i;
        }
    }
    if (best == 0 || best == GRID - 1)
        return (double)NAN;
    double low = EXPONENT_LEAST + (best - 1) * step, high = low + 2 * step;
    while (high - low > 1e-9) {
        const double a = high - golden * (high - low), b = low + golden * (high - low);
        if (squares_at(points, a, &line) < squares_at(points, b, &line))
            high = b;
        else
            low = a;
    }
    return 0.5 * (low + high);
}

/* Errors from the curvature of the squares in (limit, factor, exponent), which are brought to one size. */
static bool find_errors(const struct points *points, struct fit_power *fit)
{
    double normal[9] = {0}, scale[3];
    gsl_matrix_view matrix = gsl_matrix_view_array(normal, 3, 3);
    for (size_t i = 0; i < points->count; i++) {
        const double x = points->x[i], power = pow(x, fit->exponent.value);
        const double slope[3] = {1, power, isinf(x) ? 0 : fit->factor.value * power * log(x)};
        for (int j = 0; j < 9; j++)
            normal[j] += points->weight[i] * slope[j / 3] * slope[j % 3];
    }
    for (int j = 0; j < 3; j++)
        scale[j] = sqrt(normal[4 * j]);
    for (int j = 0; j < 9; j++)
        normal[j] /= scale[j / 3] * scale[j % 3];
    if (!isfinite(normal[8]) || gsl_linalg_cholesky_decomp1(&matrix.matrix) != 0
        || gsl_linalg_cholesky_invert(&matrix.matrix) != 0)
        return false;
    const double enlarge = fmax(1, fit->chi2);
    fit->limit.se = sqrt(enlarge * normal[0]) / scale[0];
    fit->factor.se = sqrt(enlarge * normal[4]) / scale[1];
    fit->exponent.se = sqrt(enlarge * normal[8]) / scale[2];
    return isfinite(fit->exponent.se);
}

bool fit_approach(size_t count, const double *x, const struct measured *y, const struct measured *known,
                  struct fit_power *fit)
{
    struct points points = {.count = 0};
    struct line line;
    for (size_t i = 0; i < count + (known != NULL) && points.count < POINTS_MAX; i++) {
        const struct measured value = i < count ? y[i] : *known;
        if (!isfinite(value.value) || !(value.se > 0))
            continue;
        points.x[points.count] = i < count ? x[i] : (double)INFINITY;
        points.y[points.count] = value.value;
        points.weight[points.count++] = 1 / (value.se * value.se);
    }
    const double exponent = points.count >= 4 ? best_exponent(&points) : (double)NAN;
    if (isnan(exponent))
        return false;
    const double squares = squares_at(&points, exponent, &line) * (double)(points.count - 2);
    *fit = (struct fit_power){.count = points.count,
                              .exponent = {exponent, 0},
                              .factor = {line.slope, 0},
                              .limit = {line.at_zero, 0},
                              .chi2 = squares / (double)(points.count - 3)};
    return find_errors(&points, fit);
}
