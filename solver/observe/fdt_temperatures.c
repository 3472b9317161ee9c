/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Temperatures of a curve: at short times, of the chord, at late times, and locally. */
#include "solver/observe/fdt_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TAIL_FROM 0.85 /* of the response that the curve has */
#define LATE_FROM 0.90 /* of its limit, or of its end if the limit is not known */
#define LATE_TO 0.99
#define TAIL_LEAST 6       /* points of a window that the program chooses */
#define REACHED 0.05       /* of C(0) - C(inf), of chi(inf): largest rest at the end of the tail */
#define EXTRAPOLATION 0.25 /* share of that rest that is an error of the limit */
#define LOCAL_SHARE 10     /* the local slope at lag l is taken from about l - l/10 to l + l/10 */
#define LOCAL_MOST 20      /* points to either side */
#define WEIGHT_FLOOR 1e-5  /* of the range: no point counts as more exact than this */

/* 1/variance of the mean of C + factor chi (or of chi alone), with a floor. */
static void weights(const struct fdt_samples *samples, double correlation, double response, double range,
                    double *weight)
{
    const size_t n = samples->lags, count = samples->samples;
    for (size_t l = 0; l < n; l++) {
        double mean = 0, squares = 0;
        for (size_t s = 0; s < count; s++)
            mean += (correlation * samples->correlation[s * n + l] + response * samples->response[s * n + l])
                    / (double)count;
        for (size_t s = 0; s < count; s++) {
            const double x =
                correlation * samples->correlation[s * n + l] + response * samples->response[s * n + l] - mean;
            squares += x * x;
        }
        const double floor = WEIGHT_FLOOR * range + 1e-300;
        const double variance = count > 1 ? squares / (double)(count * (count - 1)) : 0;
        weight[l] = floor * floor / (variance + floor * floor); /* the scale does not matter */
    }
}

/* The first place, at most last, where y is share of the whole. */
static size_t crossing(const double *y, double whole, double share, size_t last)
{
    size_t i = 0;
    while (i < last && fabs(y[i]) < share * fabs(whole))
        i++;
    return i;
}

static void choose_tail(const double *response, size_t end, struct fdt_plan *plan)
{
    plan->tail_last = end;
    plan->tail_first = crossing(response, response[end], TAIL_FROM, end);
    if (end - plan->tail_first + 1 < TAIL_LEAST)
        plan->tail_first = end + 1 - TAIL_LEAST;
}

static void choose_late(const double *response, double limit, size_t end, struct fdt_plan *plan)
{
    const double whole = plan->reached ? limit : response[end];
    plan->late_first = crossing(response, whole, LATE_FROM, end);
    plan->late_last = plan->reached ? crossing(response, whole, LATE_TO, end) : end;
    if (plan->late_last - plan->late_first + 1 < TAIL_LEAST) {
        plan->late_last = plan->late_first + TAIL_LEAST - 1 < end ? plan->late_first + TAIL_LEAST - 1 : end;
        plan->late_first = plan->late_last + 1 - TAIL_LEAST;
    }
}

/* Half the distance between even and odd lags of the tail, of C without the part that decays: what is left of a mode
 * that changes its sign in every step. 0 if all lags are even or all are odd. */
static double alternation(const struct fdt_plan *plan, const double *correlation, const struct fdt_tail *tail)
{
    const long *lag = plan->samples->lag, first = lag[plan->tail_first];
    double sum[2] = {0}, count[2] = {0};
    for (size_t i = plan->tail_first; i <= plan->tail_last; i++) {
        sum[lag[i] % 2] += correlation[i] - tail->limit - fdt_tail_left(tail, first, lag[i]);
        count[lag[i] % 2] += 1;
    }
    return count[0] > 0 && count[1] > 0 ? 0.5 * fabs(sum[0] / count[0] - sum[1] / count[1]) : 0;
}

static bool is_reached(const struct fdt_plan *plan, const double *correlation, const struct fdt_tail *c,
                       const struct fdt_tail *chi)
{
    const double start = correlation[0];
    const long *lag = plan->samples->lag, first = lag[plan->tail_first], last = lag[plan->tail_last];
    const double c_left = fdt_tail_left(c, first, last), chi_left = fdt_tail_left(chi, first, last);
    return fabs(chi_left) <= REACHED * fabs(chi->limit)
           && fabs(c_left) + alternation(plan, correlation, c)
                  <= REACHED * fabs(start - c->limit) + 1e-12 * fabs(start);
}

bool fdt_plan_create(const struct fdt_samples *samples, long first, long last, struct fdt_plan *plan)
{
    const size_t n = samples->lags;
    double *block = calloc(4 * n + 1, sizeof *block);
    const double *correlation, *response;
    struct fdt_tail c, chi;
    *plan = (struct fdt_plan){.samples = samples, .correlation_weight = block};
    if (!block)
        return false;
    plan->response_weight = block + n;
    plan->slope_weight = block + 2 * n;
    plan->instrument = block + 3 * n;
    fdt_mean(samples, FDT_NONE, &correlation, &response);
    const double whole = (correlation[0] - correlation[n - 1]) / response[n - 1];
    const double range = fabs(correlation[0] - correlation[n - 1]) + 1e-12 * fabs(correlation[0]);
    weights(samples, 1, 0, range, plan->correlation_weight);
    weights(samples, 0, 1, response[n - 1], plan->response_weight);
    weights(samples, 1, isfinite(whole) ? whole : 0, range, plan->slope_weight);
    choose_tail(response, n - 1, plan);
    if (last > first) { /* the window of the user, rounded inwards to measured lags */
        plan->tail_first = 0;
        while (samples->lag[plan->tail_first] < first)
            plan->tail_first++;
        while (samples->lag[plan->tail_last] > last)
            plan->tail_last--;
    }
    fdt_limits(plan, correlation, response, &c, &chi);
    plan->reached = is_reached(plan, correlation, &c, &chi);
    plan->chosen = !(last > first);
    if (last > first) {
        plan->late_first = plan->tail_first;
        plan->late_last = plan->tail_last;
    } else
        choose_late(response, chi.limit, n - 1, plan);
    for (size_t l = 0; l < n; l++)
        plan->instrument[l] = exp(-fmax(-30, (double)(samples->lag[l] - samples->lag[plan->late_first]) / chi.tau));
    return true;
}

void fdt_plan_free(struct fdt_plan *plan)
{
    free(plan->correlation_weight);
    *plan = (struct fdt_plan){0};
}

void fdt_limits(const struct fdt_plan *plan, const double *correlation, const double *response,
                struct fdt_tail *correlation_tail, struct fdt_tail *response_tail)
{
    const size_t i = plan->tail_first, n = plan->tail_last + 1 - i;
    *correlation_tail = fdt_tail_fit(n, plan->samples->lag + i, correlation + i, plan->correlation_weight + i);
    *response_tail = fdt_tail_fit(n, plan->samples->lag + i, response + i, plan->response_weight + i);
}

enum {
    SHORT,
    CHORD,
    LATE,
    CORRELATION,
    RESPONSE,
    CORRELATION_LEFT,
    RESPONSE_LEFT,
    CORRELATION_MOVED,
    RESPONSE_MOVED,
    LATE_EARLIER,
    LATE_LATER,
    OUTPUTS
};

/* Change of the limits when the window begins at the second half of the tail. */
static void moved(const struct fdt_plan *plan, const double *correlation, const double *response,
                  const struct fdt_tail *c, const struct fdt_tail *chi, double *out)
{
    struct fdt_plan later = *plan;
    struct fdt_tail c_later, chi_later;
    const long *lag = plan->samples->lag;
    while (later.tail_first + TAIL_LEAST <= plan->tail_last
           && (double)(lag[later.tail_first] - lag[plan->tail_first]) < log(2) * chi->tau)
        later.tail_first++;
    fdt_limits(&later, correlation, response, &c_later, &chi_later);
    out[CORRELATION_MOVED] = c_later.limit - c->limit;
    out[RESPONSE_MOVED] = chi_later.limit - chi->limit;
}

/* Error of a limit by the shape of the tail, which is no single exponential: a share of the rest of the tail, and the
 * change of the limit with the window if it is more than noise. */
static double shape_error(double left, double move, double move_se)
{
    return hypot(EXTRAPOLATION * left, fabs(move) > 2 * move_se ? move : 0);
}

static double late_slope(const struct fdt_plan *plan, size_t first, size_t last, const double *correlation,
                         const double *response)
{
    return fdt_slope(last + 1 - first, plan->instrument + first, correlation + first, response + first,
                     plan->slope_weight + first);
}

/* Change of the late slope when its window shifts by one place to either side. */
static void late_moved(const struct fdt_plan *plan, const double *correlation, const double *response, double *out)
{
    const size_t first = plan->late_first, last = plan->late_last;
    out[LATE_EARLIER] = first > 0 ? late_slope(plan, first - 1, last - 1, correlation, response) - out[LATE] : 0;
    out[LATE_LATER] = 0;
    if (last + 1 < plan->samples->lags)
        out[LATE_LATER] = late_slope(plan, first + 1, last + 1, correlation, response) - out[LATE];
}

static void temperatures_estimate(void *context, size_t omit, double *out)
{
    const struct fdt_plan *plan = context;
    const double *correlation, *response;
    struct fdt_tail c, chi;
    fdt_mean(plan->samples, omit, &correlation, &response);
    fdt_limits(plan, correlation, response, &c, &chi);
    out[SHORT] = (correlation[0] - correlation[1]) / response[1];
    out[CHORD] = (correlation[0] - c.limit) / chi.limit;
    out[LATE] = late_slope(plan, plan->late_first, plan->late_last, correlation, response);
    late_moved(plan, correlation, response, out);
    out[CORRELATION] = c.limit;
    out[RESPONSE] = chi.limit;
    const long first = plan->samples->lag[plan->tail_first], last = plan->samples->lag[plan->tail_last];
    out[CORRELATION_LEFT] = fdt_tail_left(&c, first, last);
    out[RESPONSE_LEFT] = fdt_tail_left(&chi, first, last);
    moved(plan, correlation, response, &c, &chi, out);
}

/* Error of the late slope by its window. A window that the program chooses shifts by a place from run to run, so that
 * the change of the slope is an error if it is more than noise. A window of the user is fixed. */
static double late_error(const struct fdt_plan *plan, const double *value, const double *se)
{
    double squares = se[LATE] * se[LATE];
    for (int i = LATE_EARLIER; plan->chosen && i <= LATE_LATER; i++)
        if (fabs(value[i]) > 2 * se[i])
            squares += value[i] * value[i] / 2;
    return sqrt(squares);
}

bool fdt_temperatures(const struct fdt_plan *plan, struct sgdmft_fdt *fdt)
{
    const long *lag = plan->samples->lag;
    double value[OUTPUTS], se[OUTPUTS];
    if (!fdt_jackknife(plan->samples->samples, temperatures_estimate, (void *)plan, OUTPUTS, value, se))
        return false;
    const double c_error = shape_error(value[CORRELATION_LEFT], value[CORRELATION_MOVED], se[CORRELATION_MOVED]);
    const double chi_error = shape_error(value[RESPONSE_LEFT], value[RESPONSE_MOVED], se[RESPONSE_MOVED]);
    se[CORRELATION] = hypot(se[CORRELATION], c_error);
    se[RESPONSE] = hypot(se[RESPONSE], chi_error);
    se[CHORD] = hypot(se[CHORD], hypot(c_error, value[CHORD] * chi_error) / value[RESPONSE]);
    const long tail[2] = {lag[plan->tail_first], lag[plan->tail_last]};
    const double unknown = (double)NAN;
    fdt->teff_short = (struct sgdmft_estimated){value[SHORT], se[SHORT], lag[0], lag[1]};
    fdt->teff_late = (struct sgdmft_estimated){unknown, unknown, lag[plan->late_first], lag[plan->late_last]};
    if (!fdt_slope_turns(plan->samples, plan->late_first, plan->late_last)) {
        fdt->teff_late.value = value[LATE];
        fdt->teff_late.se = late_error(plan, value, se);
    }
    struct sgdmft_estimated *const of_tail[3] = {&fdt->teff_chord, &fdt->correlation_limit, &fdt->response_limit};
    static const int place[3] = {CHORD, CORRELATION, RESPONSE};
    for (int i = 0; i < 3; i++)
        *of_tail[i] = (struct sgdmft_estimated){plan->reached ? value[place[i]] : unknown,
                                                plan->reached ? se[place[i]] : unknown, tail[0], tail[1]};
    return true;
}

/* ---- local slopes ------------------------------------------------------------------------------------- */

struct local {
    const struct fdt_samples *samples;
    double *x, *weight; /* [lags] the lag, and ones */
};

static void local_estimate(void *context, size_t omit, double *out)
{
    const struct local *local = context;
    const size_t n = local->samples->lags;
    const double *correlation, *response;
    fdt_mean(local->samples, omit, &correlation, &response);
    memcpy(out, correlation, n * sizeof *out);
    memcpy(out + n, response, n * sizeof *out);
    for (size_t l = 0; l < n; l++) {
        size_t half = l / LOCAL_SHARE;
        half = half < 1 ? 1 : half > LOCAL_MOST ? LOCAL_MOST : half;
        const size_t first = l > half ? l - half : 0, last = l + half < n ? l + half : n - 1;
        out[2 * n + l] =
            fdt_slope(last + 1 - first, local->x + first, correlation + first, response + first, local->weight + first);
    }
}

bool fdt_curve_fill(const struct fdt_samples *samples, struct sgdmft_fdt_curve *curve)
{
    const size_t n = samples->lags;
    struct local local = {.samples = samples, .x = malloc((2 * n + 1) * sizeof(double))};
    double *value = malloc((6 * n + 1) * sizeof *value), *se = value ? value + 3 * n : NULL;
    bool good = local.x && value;
    if (good) {
        local.weight = local.x + n;
        for (size_t l = 0; l < n; l++) {
            local.x[l] = (double)samples->lag[l];
            local.weight[l] = 1;
        }
        good = fdt_jackknife(samples->samples, local_estimate, &local, 3 * n, value, se);
    }
    if (good) {
        double *const out[3][2] = {{curve->correlation, curve->correlation_se},
                                   {curve->response, curve->response_se},
                                   {curve->teff, curve->teff_se}};
        for (int i = 0; i < 3; i++) {
            memcpy(out[i][0], value + (size_t)i * n, n * sizeof *value);
            memcpy(out[i][1], se + (size_t)i * n, n * sizeof *se);
        }
    }
    free(local.x);
    free(value);
    return good;
}

/* ---- test that a part of the curve is monotone, so that it has a slope ------------------------------------------ */

#define SIGN_SURE 4.0       /* standard errors of an increment whose sign counts */
#define SIGN_SHARE 0.05     /* of the total variation of C: least part with the rarer sign of the slope */
#define SLOPE_ROUNDING 1e-9 /* of the size of C, of chi */

/* Mean of row[l + 1] - row[l] over the samples; 0 if its sign is not significant. One sample has no errors: every sign
 * counts. */
static double increment(const struct fdt_samples *samples, const double *rows, size_t l)
{
    const size_t n = samples->lags, count = samples->samples;
    double mean = 0, squares = 0, size = 0;
    for (size_t s = 0; s < count; s++) {
        mean += (rows[s * n + l + 1] - rows[s * n + l]) / (double)count;
        size = fmax(size, fmax(fabs(rows[s * n]), fabs(rows[s * n + n - 1])));
    }
    for (size_t s = 0; s < count; s++) {
        const double x = rows[s * n + l + 1] - rows[s * n + l] - mean;
        squares += x * x;
    }
    const double se = count > 1 ? sqrt(squares / (double)(count * (count - 1))) : 0;
    const double t = fabs(mean) / hypot(se, SLOPE_ROUNDING * size);
    return (count > 1 ? fdt_score(t, (double)(count - 1)) : t) >= SIGN_SURE ? mean : 0;
}

bool fdt_slope_turns(const struct fdt_samples *samples, size_t first, size_t last)
{
    double down = 0, up = 0;
    for (size_t l = first; l < last; l++) {
        const double c = increment(samples, samples->correlation, l), chi = increment(samples, samples->response, l);
        *(c * chi < 0 ? &down : &up) += c * chi == 0 ? 0 : fabs(c);
    }
    return fmin(down, up) > SIGN_SHARE * (down + up);
}
