/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Search for jumps, kinks and singularities of a function between its declared kinks. The difference of l over a cell
 * is the integral of l' over it, that of l' the integral of l''. Where they are not, the cell is halved: for a smooth
 * function the mismatch falls to rounding, at other places it stays, and l, l', l'' around them say what they are. */
#include "models/formula/formula_subject.h"

#include <float.h>
#include <math.h>

#define CELL 0.0157    /* no simple number is a multiple of it */
#define SHORT 1e-6     /* what changes within it jumps */
#define SHORTEST 1e-10 /* accuracy of a place */
#define AROUND 64.0    /* ratio of the distances at which a place is judged */
#define SPLITS 100000  /* of cells in both halves, in one scan; then in the larger mismatch alone */
#define TYPICAL 3.0    /* |x| up to which the sizes of a function are taken */
#define SMALL 1e-3     /* share of these sizes that counts where a function is smaller */

struct scan {
    const struct subject *subject;
    double y;
    double size[3]; /* of find_sizes */
    int splits;     /* left */
    struct sgdmft_error *error;
};

/* Largest sizes of l, l', l'' at |x| < TYPICAL. */
static void find_sizes(struct scan *scan)
{
    double out[3];
    for (double x = -TYPICAL + 1e-3; x < TYPICAL; x += 0.1) {
        scan->subject->evaluate(scan->subject->run, x, scan->y, out);
        for (int j = 0; j < 3; j++)
            if (isfinite(out[j]))
                scan->size[j] = fmax(scan->size[j], fabs(out[j]));
    }
}

/* ---- places ------------------------------------------------------------------------------------------------- */

/* f(b) - f(a) less the integral of f' over (a, b), for l and l', in units of rounding and of the error of the Gauss
 * rule: at most 1 where f is smooth. */
static double mismatch(const struct scan *scan, double a, double b)
{
    static const double node[] = {0, -0.5384693101056831, 0.5384693101056831, -0.9061798459386640, 0.9061798459386640};
    static const double weight[] = {0.5688888888888889, 0.4786286704993665, 0.4786286704993665, 0.2369268850561891,
                                    0.2369268850561891};
    const struct subject *s = scan->subject;
    double low[3], high[3], in[3], integral[2] = {0, 0}, largest[2] = {0, 0}, most = 0;
    s->evaluate(s->run, a, scan->y, low);
    s->evaluate(s->run, b, scan->y, high);
    for (size_t i = 0; i < sizeof node / sizeof *node; i++) {
        s->evaluate(s->run, 0.5 * (a + b) + 0.5 * (b - a) * node[i], scan->y, in);
        for (int j = 0; j < 2; j++) {
            integral[j] += 0.5 * (b - a) * weight[i] * in[j + 1];
            largest[j] = fmax(largest[j], fabs(in[j + 1]));
        }
    }
    for (int j = 0; j < 2; j++) {
        const double error = 1e-12 * (scan->size[j] + fabs(low[j]) + fabs(high[j]))
                             + 1e-5 * (b - a) * (SMALL * scan->size[j + 1] + largest[j]) + DBL_MIN;
        const double ratio = fabs(high[j] - low[j] - integral[j]) / error;
        const bool beyond = !isfinite(low[j]) && !isfinite(high[j]); /* overflow */
        most = beyond ? most : fmax(most, isfinite(ratio) ? ratio : (double)INFINITY);
    }
    return most;
}

/* ---- what is there ------------------------------------------------------------------------------------------ */

/* l, l' and l'' at a distance from a place: the larger size, and the difference of the two sides less what the
 * derivative explains, which is in l and l' of third order in the distance where they are smooth. */
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
        around.jump[j] = after[j] - before[j] - (j < 2 ? distance * (before[j + 1] + after[j + 1]) : 0);
        around.size[j] = fmax(fabs(before[j]), fabs(after[j]));
    }
    return around;
}

/* The place within about `step` of x where the size of out[of] is largest, of a singularity. */
static double climb(const struct subject *s, int of, double x, double y, double step)
{
    for (; step > SHORTEST * (1 + fabs(x)); step *= 0.7) {
        double out[3], best = x, most = -1;
        for (int i = 0; i < 3; i++) {
            const double at = x + (i == 2 ? -step : i * step);
            s->evaluate(s->run, at, y, out);
            best = fabs(out[of]) > most ? at : best;
            most = fmax(most, fabs(out[of]));
        }
        x = best;
    }
    return x;
}

/* p of a size that grows as distance^-p. */
static double growth(const struct around *near, const struct around *far, int j)
{
    return log(near->size[j] / far->size[j]) / log(AROUND);
}

bool subject_grows(const struct subject *s, int j, int of, double *x, double y, double step, double *power)
{
    *x = climb(s, of, *x, y, step);
    const double distance = SHORT * (1 + fabs(*x));
    const struct around nearest = look(s, *x, y, distance / AROUND), near = look(s, *x, y, distance),
                        far = look(s, *x, y, AROUND * distance);
    *x = fabs(*x) < SHORT ? 0 : *x;
    *power = growth(&nearest, &near, j);
    return *power >= SQUARE_INTEGRABLE && growth(&near, &far, j) > 0.5 * SQUARE_INTEGRABLE;
}

/* Distances from a place at which it is judged, in units of SHORT (1 + |x|). */
static const double judged[] = {1 / AROUND, 4 / AROUND, 16 / AROUND, 1, AROUND};
#define JUDGED (sizeof judged / sizeof judged[0])

/* True if derivative j jumps: by more than a share of what is there and than its slope explains at a place that is not
 * exact, and by the same at all distances; rounding does not. distance: the first. */
static bool jumps(const struct scan *scan, const struct around around[JUDGED], int j, double distance)
{
    static const double least[] = {1e-6, 1e-6, 1e-3};
    const double slope = j < 2 ? around->size[j + 1] : 0, jump = around->jump[j], size = fabs(jump);
    bool stays = size > least[j] * (SMALL * scan->size[j] + around->size[j] + slope) + 4 * distance * slope
                 && size > 0.6 * fabs(around[JUDGED - 1].jump[j]);
    for (size_t i = 1; i < JUDGED - 1; i++)
        stays = stays && fabs(around[i].jump[j] - jump) < 0.4 * size;
    return stays;
}

static bool is_real(const struct subject *s, double x, double y)
{
    double out[3];
    s->evaluate(s->run, x, y, out);
    return !isnan(out[0]) && !isnan(out[1]) && !isnan(out[2]);
}

/* declared: at a kink of the record, where l'' may jump, and l' of a record that says so. */
static enum sgdmft_status judge(const struct scan *scan, double x, bool declared)
{
    static const char *const name[] = {"the value", "the first derivative", "the second derivative"};
    const struct subject *s = scan->subject;
    const double distance = SHORT * (1 + fabs(x)), y = scan->y;
    struct around around[JUDGED];
    char what[160];
    double power, top = x;
    for (size_t i = 0; i < JUDGED; i++)
        around[i] = look(s, x, y, judged[i] * distance);
    for (int side = -1; side <= 1; side += 2)
        if (!is_real(s, x + side * distance, y) && is_real(s, x - side * distance, y))
            return subject_fail_real(s, x + side * distance, y, scan->error);
    if (subject_grows(s, 1, 2, &top, y, declared ? 0 : 4 * distance, &power)) {
        snprintf(what, sizeof what, "the first derivative grows as 1/distance^%.2g, so that its square has no mean,",
                 power);
        return subject_fail(s, top, y, scan->error, what);
    }
    for (int j = 0; j < (!declared ? 3 : s->jumps ? 1 : 2); j++) {
        if (!isfinite(around[0].size[j]) || !isfinite(around[JUDGED - 1].size[j]))
            return SGDMFT_OK; /* overflow */
        const bool singular =
            !declared && j > 0
            && around[0].size[j] > 1.5 * around[JUDGED - 1].size[j] + (j == 1 ? 1e-6 : 0.05) * scan->size[j];
        if (singular)
            snprintf(what, sizeof what, "%s has a singularity, which is not declared,", name[j]);
        else
            snprintf(what, sizeof what, "%s jumps by %.3g%s", name[j], around[0].jump[j],
                     j ? ", which is not declared," : "");
        if (singular || jumps(scan, around, j, distance / AROUND))
            return subject_fail(s, fabs(x) < SHORT ? 0 : x, y, scan->error, what);
    }
    return SGDMFT_OK;
}

/* ---- the search --------------------------------------------------------------------------------------------- */

/* Halves a cell down to places, and judges these. It ends where the mismatch falls to rounding: f is smooth. One small
 * mismatch may be chance. small: those before. */
static enum sgdmft_status narrow(struct scan *scan, double a, double b, int small)
{
    if (b - a <= SHORTEST * (1 + fabs(a)))
        return judge(scan, 0.5 * (a + b), false);
    const double middle = 0.5 * (a + b), left = mismatch(scan, a, middle), right = mismatch(scan, middle, b);
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
        if (mismatch(scan, a, b) > 1)
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
    find_sizes(&scan);
    for (size_t i = 0; i <= count && !status; i++) {
        const bool kink = i < count && fabs(at[i]) < SCAN_REACH;
        const double gap = kink ? 8 * SHORT * (1 + fabs(at[i])) : 0; /* there l'' may be unbounded */
        if (i == count || kink)
            status = scan_between(&scan, from, (kink ? at[i] : SCAN_REACH) - gap);
        if (i < count && !status)
            status = judge(&scan, at[i], true);
        from = kink ? at[i] + gap : from;
    }
    return status;
}
