/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Functions of the sources that formula_derive.py writes. */
#ifndef MODELS_FORMULA_FORMULA_SUPPORT_H
#define MODELS_FORMULA_FORMULA_SUPPORT_H

#include <math.h>
#include <stddef.h>

#define SUPPORT __attribute__((unused)) static inline

SUPPORT double square(double x)
{
    return x * x;
}

/* Only exponentials of -|x| are taken: nothing overflows. */
SUPPORT double softplus(double x)
{
    return (x > 0 ? x : 0) + log1p(exp(-fabs(x)));
}

SUPPORT double sigmoid(double x)
{
    const double decay = exp(-fabs(x)), share = 1 / (1 + decay);
    return x > 0 ? share : decay * share;
}

SUPPORT double bump(double x)
{
    const double decay = exp(-fabs(x)), share = 1 / (1 + decay);
    return decay * share * share;
}

SUPPORT double sech2(double x)
{
    return 4 * bump(2 * x);
}

SUPPORT double logcosh(double x)
{
    const double size = fabs(x), half = sinh(0.5 * x);
    return size < 1 ? log1p(2 * half * half) : size + log1p(exp(-2 * size)) - M_LN2;
}

/* t of erfc(x) = exp(-x^2) / (sqrt(pi) (x + t)) for x >= 3: 1/2 / (x + 2/2 / (x + 3/2 / (x + ...))). */
SUPPORT double erfc_tail(double x)
{
    double t = 0;
    for (int i = 30; i > 0; i--)
        t = 0.5 * i / (x + t);
    return t;
}

/* log(erfc(x)/2), that of the normal distribution at -sqrt(2) x. */
SUPPORT double log_half_erfc(double x)
{
    if (x > 3)
        return -x * x - log(4 / M_2_SQRTPI * (x + erfc_tail(x)));
    return x > 0 ? log(0.5 * erfc(x)) : log1p(-0.5 * erfc(-x));
}

/* Its derivative, less the sign. */
SUPPORT double hazard(double x)
{
    return x > 3 ? 2 * (x + erfc_tail(x)) : M_2_SQRTPI * exp(-x * x) / erfc(x);
}

SUPPORT double hazard_slope(double x)
{
    return hazard(x) * (x > 3 ? 2 * erfc_tail(x) : hazard(x) - 2 * x);
}

/* True if the condition g > 0 holds at its root x, or nearly. */
SUPPORT int formula_side(double g, double x)
{
    return g >= -1e-12 * (1 + fabs(x));
}

/* Adds x to the ascending list at[0..count-1] unless it is there or the list is full. */
SUPPORT size_t formula_add(double *at, size_t count, double x)
{
    size_t place = count;
    if (!isfinite(x) || count == SGDMFT_POINTS_MAX)
        return count;
    for (size_t i = 0; i < count; i++)
        if (fabs(at[i] - x) <= 1e-14 * (1 + fabs(x)))
            return count;
    for (; place > 0 && at[place - 1] > x; place--)
        at[place] = at[place - 1];
    at[place] = x;
    return count + 1;
}

/* Roots of a x^2 + b x + c. */
SUPPORT size_t formula_quadratic(double a, double b, double c, double *x)
{
    if (a == 0) {
        x[0] = -c / b;
        return b != 0;
    }
    const double square_of = b * b - 4 * a * c;
    if (!(square_of >= 0))
        return 0;
    const double sum = -0.5 * (b + (b < 0 ? -sqrt(square_of) : sqrt(square_of)));
    x[0] = sum / a;
    x[1] = sum != 0 ? c / sum : x[0];
    return x[1] == x[0] ? 1 : 2;
}

/* Roots of g by scanning |x| up to 1100, ascending. */
SUPPORT size_t formula_roots(double (*g)(double x, const double *p), const double *p, double *x)
{
    size_t count = 0;
    double last = NAN, before = NAN;
    for (int i = -1540; i <= 1540 && count < SGDMFT_POINTS_MAX; i++) {
        const double point = sinh(i / 200.0) + 1e-9, value = g(point, p);
        if ((value > 0 && before <= 0) || (value <= 0 && before > 0)) {
            double low = last, high = point;
            for (int j = 0; j < 200 && low < high; j++) {
                const double middle = 0.5 * (low + high);
                if (middle <= low || middle >= high)
                    break;
                if ((g(middle, p) > 0) == (before > 0))
                    low = middle;
                else
                    high = middle;
            }
            x[count++] = 0.5 * (low + high);
        }
        last = point;
        before = value;
    }
    return count;
}

#endif
