/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Search for jumps, kinks and singularities of a function between its declared kinks. The difference of l over a cell
 * is the integral of l' over it, that of l' the integral of l''. Where they are not, the cell is halved: for a smooth
 * function the mismatch falls to rounding, at other places it stays, and l, l', l'' around them say what they are. */
#include "models/formula/formula_subject.h"

#include <math.h>

#define CELL 0.0157    /* no simple number is a multiple of it */
#define SHORT 1e-6     /* what changes within it jumps */
#define SHORTEST 1e-10 /* accuracy of a place */
#define AROUND 64.0    /* ratio of the distances at which a place is judged */
#define SPLITS 100000  /* of cells in both halves, in one scan; then in the larger mismatch alone */

/* ---- places ------------------------------------------------------------------------------------------------- */

/* f(b) - f(a) less the integral of f' over (a, b), for l and l', in units of rounding and of the error of the Gauss
 * rule: at most 1 where f is smooth. */
static double mismatch(const struct subject *s, double y, double a, double b)
{
    static const double node[] = {0, -0.5384693101056831, 0.5384693101056831, -0.9061798459386640, 0.9061798459386640};
    static const double weight[] = {0.5688888888888889, 0.4786286704993665, 0.4786286704993665, 0.2369268850561891,
                                    0.2369268850561891};
    double low[3], high[3], in[3], integral[2] = {0, 0}, largest[2] = {0, 0}, most = 0;
    s->evaluate(s->run, a, y, low);
    s->evaluate(s->run, b, y, high);
    for (size_t i = 0; i < sizeof node / sizeof *node; i++) {
        s->evaluate(s->run, 0.5 * (a + b) + 0.5 * (b - a) * node[i], y, in);
        for (int j = 0; j < 2; j++) {
            integral[j] += 0.5 * (b - a) * weight[i] * in[j + 1];
            largest[j] = fmax(largest[j], fabs(in[j + 1]));
        }
    }
    for (int j = 0; j < 2; j++) {
        const double error = 1e-12 * (1 + fabs(low[j]) + fabs(high[j])) + 1e-5 * (b - a) * (1 + largest[j]);
        const double ratio = fabs(high[j] - low[j] - integral[j]) / error;
        const bool beyond = !isfinite(low[j]) && !isfinite(high[j]); /* overflow */
        most = beyond ? most : fmax(most, isfinite(ratio) ? ratio : (double)INFINITY);
    }
    return most;
}

/* ---- what is there ------------------------------------------------------------------------------------------ */

/* l, l' and l'' at a distance from a place: the larger size, and the difference of the two sides. */
struct around {
    double size[3], jump[3];
};

static struct around look(const struct subject *s, double x, double y, double distance)
{
    double before[3], after[3];
    struct around around;
    s->evaluate(s->run, x - distance, y, before);
    s->evaluate(s->run, x + distance, y, after);
    for (int j = 0; j < 3; j++) {
        around.jump[j] = after[j] - before[j];
        around.size[j] = fmax(fabs(before[j]), fabs(after[j]));
    }
    return around;
}

/* The place near x where l'' is largest, of a singularity. */
static double climb(const struct subject *s, double x, double y)
{
    for (double step = 4 * SHORT * (1 + fabs(x)); step > SHORTEST * (1 + fabs(x)); step *= 0.7) {
        double out[3], best = x, most = -1;
        for (int i = -1; i <= 1; i++) {
            s->evaluate(s->run, x + i * step, y, out);
            best = fabs(out[2]) > most ? x + i * step : best;
            most = fmax(most, fabs(out[2]));
        }
        x = best;
    }
    return x;
}

/* p of an l' that grows as distance^-p. */
static double growth(const struct around *near, const struct around *far)
{
    return log(near->size[1] / far->size[1]) / log(AROUND);
}

/* True if derivative j jumps: by more than `least`, than its slope explains, and than nothing that shrinks does. */
static bool jumps(const struct around *near, const struct around *far, int j, double least, double distance)
{
    const double slope = j < 2 ? 4 * distance * near->size[j + 1] : 0, jump = fabs(near->jump[j]);
    return jump > least * (1 + near->size[j]) + slope && jump > 0.6 * fabs(far->jump[j]);
}

/* True if l' grows so fast near x that its square has no mean: as distance^-p with p = *power. */
static bool grows(const struct subject *s, double x, double y, double *power)
{
    const double distance = SHORT * (1 + fabs(x));
    const struct around nearest = look(s, x, y, distance / AROUND), near = look(s, x, y, distance),
                        far = look(s, x, y, AROUND * distance);
    *power = growth(&nearest, &near);
    return *power >= SQUARE_INTEGRABLE && growth(&near, &far) > 0.5 * SQUARE_INTEGRABLE;
}

static bool is_real(const struct subject *s, double x, double y)
{
    double out[3];
    s->evaluate(s->run, x, y, out);
    return !isnan(out[0]) && !isnan(out[1]) && !isnan(out[2]);
}

/* declared: at a kink of the record. */
static enum sgdmft_status judge(const struct subject *s, double x, double y, bool declared, struct sgdmft_error *error)
{
    static const char *const name[] = {"the value", "the first derivative", "the second derivative"};
    static const double least[] = {1e-6, 1e-6, 0.05}; /* a place is not exact where l'' has a cusp */
    const double distance = SHORT * (1 + fabs(x)), top = declared ? x : climb(s, x, y);
    const struct around near = look(s, x, y, distance / AROUND), far = look(s, x, y, AROUND * distance);
    char what[160];
    double power;
    for (int side = -1; side <= 1; side += 2)
        if (!is_real(s, x + side * distance, y) && is_real(s, x - side * distance, y))
            return subject_fail_real(s, x + side * distance, y, error);
    if (grows(s, top, y, &power)) {
        snprintf(what, sizeof what, "the first derivative grows as 1/distance^%.2g, so that its square has no mean,",
                 power);
        return subject_fail(s, fabs(top) < SHORT ? 0 : top, y, error, what);
    }
    for (int j = 0; j < (declared ? 1 : 3); j++) {
        if (!isfinite(near.size[j]) || !isfinite(far.size[j]))
            return SGDMFT_OK; /* overflow */
        const bool singular = j > 0 && near.size[j] > 1.5 * far.size[j] + least[j];
        if (singular)
            snprintf(what, sizeof what, "%s has a singularity, which is not declared,", name[j]);
        else
            snprintf(what, sizeof what, "%s jumps by %.3g%s", name[j], near.jump[j],
                     j ? ", which is not declared," : "");
        if (singular || jumps(&near, &far, j, least[j], distance / AROUND))
            return subject_fail(s, fabs(x) < SHORT ? 0 : x, y, error, what);
    }
    return SGDMFT_OK;
}

/* ---- the search --------------------------------------------------------------------------------------------- */

struct scan {
    const struct subject *subject;
    double y;
    int splits; /* left */
    struct sgdmft_error *error;
};

/* Halves a cell down to places, and judges these. It ends where the mismatch falls to rounding: f is smooth. One small
 * mismatch may be chance. small: those before. */
static enum sgdmft_status narrow(struct scan *scan, double a, double b, int small)
{
    if (b - a <= SHORTEST * (1 + fabs(a)))
        return judge(scan->subject, 0.5 * (a + b), scan->y, false, scan->error);
    const double middle = 0.5 * (a + b), left = mismatch(scan->subject, scan->y, a, middle),
                 right = mismatch(scan->subject, scan->y, middle, b);
    const bool both = fmin(left, right) > 1 && --scan->splits > 0;
    small = fmax(left, right) > 1 ? 0 : small + 1;
    if (small == 2 && b - a > SHORT * (1 + fabs(a)))
        return SGDMFT_OK;
    enum sgdmft_status status = both || left >= right ? narrow(scan, a, middle, small) : SGDMFT_OK;
    if (!status && (both || left < right))
        status = narrow(scan, middle, b, small);
    return status;
}

static enum sgdmft_status scan_between(struct scan *scan, double from, double to)
{
    enum sgdmft_status status = SGDMFT_OK;
    for (double a = from; a < to && !status; a += CELL) {
        const double b = fmin(a + CELL, to);
        if (mismatch(scan->subject, scan->y, a, b) > 1)
            status = narrow(scan, a, b, 0);
    }
    return status;
}

enum sgdmft_status subject_scan(const struct subject *s, double y, struct sgdmft_error *error)
{
    double at[SGDMFT_POINTS_MAX + 1];
    const size_t count = s->kinks(s->run, y, at);
    struct scan scan = {.subject = s, .y = y, .splits = SPLITS, .error = error};
    enum sgdmft_status status = SGDMFT_OK;
    double from = -SCAN_REACH;
    for (size_t i = 0; i <= count && !status; i++) {
        const bool kink = i < count && fabs(at[i]) < SCAN_REACH;
        const double gap = kink ? 8 * SHORT * (1 + fabs(at[i])) : 0; /* there l'' may be unbounded */
        if (i < count && !kink)
            continue;
        status = scan_between(&scan, from, (kink ? at[i] : SCAN_REACH) - gap);
        if (kink && !status)
            status = judge(s, at[i], y, true, error);
        from = kink ? at[i] + gap : from;
    }
    return status;
}
