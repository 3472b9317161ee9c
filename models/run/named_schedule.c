/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Schedules by name. Their sums are closed, so that t_k takes the same time at any k. */
#include "models/run/named_schedule.h"

#include "models/run/parameter_table.h"
#include <math.h>
#include <string.h>

/* ---- texts ----------------------------------------------------------------------------------------------------- */

static bool parse_wsd(const char *text, struct sgdmft_named *named)
{
    char warm[32];
    const char *comma = strchr(text, ',');
    if (!comma || (size_t)(comma - text) >= sizeof warm)
        return false;
    memcpy(warm, text, (size_t)(comma - text));
    warm[comma - text] = '\0';
    return number_integer(warm, &named->warm) == NUMBER_OK && number_integer(comma + 1, &named->decay) == NUMBER_OK
           && named->warm >= 0 && named->decay >= 0;
}

static bool parse_kind(const char *text, struct sgdmft_named *named)
{
    if (strcmp(text, "cosine") == 0)
        named->kind = SGDMFT_NAMED_COSINE;
    else if (strncmp(text, "power:", 6) == 0)
        named->kind = number_real(text + 6, &named->power) == NUMBER_OK && named->power > 0 && named->power < HUGE_VAL
                          ? SGDMFT_NAMED_POWER
                          : SGDMFT_NAMED_NONE;
    else if (strncmp(text, "wsd:", 4) == 0)
        named->kind = parse_wsd(text + 4, named) ? SGDMFT_NAMED_WSD : SGDMFT_NAMED_NONE;
    else if (strncmp(text, "halving:", 8) == 0)
        named->kind = number_integer(text + 8, &named->half_life) == NUMBER_OK && named->half_life > 0
                          ? SGDMFT_NAMED_HALVING
                          : SGDMFT_NAMED_NONE;
    return named->kind != SGDMFT_NAMED_NONE;
}

enum sgdmft_status named_parse(const char *name, const char *text, struct sgdmft_named *named,
                               struct sgdmft_error *error)
{
    *named = (struct sgdmft_named){.kind = SGDMFT_NAMED_NONE};
    if (*text == '\0' || parse_kind(text, named))
        return SGDMFT_OK;
    return sgdmft_fail(error, SGDMFT_USAGE,
                       "%s: '%.80s' is not none, cosine, power:P with P > 0, wsd:WARM,DECAY with two numbers of steps, "
                       "or halving:STEPS with STEPS > 0",
                       name, text);
}

#define HALVINGS_MOST 1000 /* 2^-1000 is above the smallest double */

enum sgdmft_status named_check(const char *name, const struct sgdmft_named *named, long steps,
                               struct sgdmft_error *error)
{
    if (named->warm > steps || named->decay > steps - named->warm)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "%s: wsd:%ld,%ld does not fit into the run: WARM + DECAY <= steps, and steps is %ld", name,
                           named->warm, named->decay, steps);
    if (named->kind == SGDMFT_NAMED_HALVING && named_turns(named, steps) > HALVINGS_MOST)
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: halving:%ld halves %ld times in %ld steps, and %d is the most",
                           name, named->half_life, named_turns(named, steps), steps, HALVINGS_MOST);
    if (named->kind == SGDMFT_NAMED_POWER && !(pow((double)steps, -named->power) > 0))
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: power:%.15g is 0 before step %ld, the end of the run", name,
                           named->power, steps);
    return SGDMFT_OK;
}

/* ---- values ---------------------------------------------------------------------------------------------------- */

double named_factor(const struct sgdmft_named *named, long steps, long k)
{
    double factor = 1;
    switch (named->kind) {
    case SGDMFT_NAMED_NONE:
        return 1;
    case SGDMFT_NAMED_COSINE:
        return (1 + cos(M_PI * (double)k / (double)steps)) / 2;
    case SGDMFT_NAMED_POWER:
        return pow((double)k + 1, -named->power);
    case SGDMFT_NAMED_WSD:
        if (k < named->warm)
            factor = ((double)k + 1) / (double)named->warm;
        return steps - k < named->decay ? (double)(steps - k) / (double)named->decay : factor;
    case SGDMFT_NAMED_HALVING:
        return pow(0.5, (double)(k / named->half_life));
    }
    return 1;
}

/* sum_{j<k} (1 + cos(pi j/K))/2, by the sum of a geometric series. */
static double sum_cosine(double k, double steps)
{
    const double angle = M_PI / steps;
    return k / 2 + sin(angle * k / 2) * cos(angle * (k - 1) / 2) / (2 * sin(angle / 2));
}

/* sum_{j=1}^{k} j^-p: the first terms, and Euler and Maclaurin's formula for the others. */
static double sum_power(double k, double p)
{
    const double direct = 24;
    double sum = 0;
    for (double j = 1; j <= fmin(k, direct); j++)
        sum += pow(j, -p);
    if (k <= direct)
        return sum;
    const double a = direct, ratio = log(k / a), q = 1 - p;
    const double integral = pow(a, q) * (q * ratio == 0 ? ratio : expm1(q * ratio) / q);
    const double fa = pow(a, -p), fk = pow(k, -p);
    return sum + integral + (fk - fa) / 2 - p / 12 * (fk / k - fa / a)
           + p * (p + 1) * (p + 2) / 720 * (fk / (k * k * k) - fa / (a * a * a))
           - p * (p + 1) * (p + 2) * (p + 3) * (p + 4) / 30240 * (fk / pow(k, 5) - fa / pow(a, 5));
}

static double sum_wsd(const struct sgdmft_named *named, double k, double steps)
{
    const double warm = (double)named->warm, decay = (double)named->decay;
    const double rising = fmin(k, warm), falling = fmax(k - (steps - decay), 0), level = k - rising - falling;
    return (warm > 0 ? rising * (rising + 1) / (2 * warm) : 0) + level
           + (decay > 0 ? falling * (2 * decay - falling + 1) / (2 * decay) : 0);
}

double named_sum(const struct sgdmft_named *named, long steps, long k)
{
    switch (named->kind) {
    case SGDMFT_NAMED_NONE:
        break;
    case SGDMFT_NAMED_COSINE:
        return sum_cosine((double)k, (double)steps);
    case SGDMFT_NAMED_POWER:
        return sum_power((double)k, named->power);
    case SGDMFT_NAMED_WSD:
        return sum_wsd(named, (double)k, (double)steps);
    case SGDMFT_NAMED_HALVING: {
        const double half_life = (double)named->half_life, last = pow(0.5, (double)(k / named->half_life));
        return half_life * 2 * (1 - last) + last * (double)(k % named->half_life);
    }
    }
    return (double)k;
}

/* ---- turns ----------------------------------------------------------------------------------------------------- */

long named_peak(const struct sgdmft_named *named)
{
    return named->warm > 0 ? named->warm - 1 : 0;
}

/* The level of wsd begins at step warm - 1 and ends at step steps - decay. */
long named_turns(const struct sgdmft_named *named, long steps)
{
    if (named->kind == SGDMFT_NAMED_HALVING)
        return (steps - 1) / named->half_life;
    if (named->kind == SGDMFT_NAMED_WSD)
        return (named->warm > 1) + (named->decay > 0 && steps - named->decay >= named->warm && steps > named->decay);
    return 0;
}

long named_turn(const struct sgdmft_named *named, long steps, long i)
{
    if (named->kind == SGDMFT_NAMED_HALVING)
        return (i + 1) * named->half_life;
    return i == 0 && named->warm > 1 ? named->warm - 1 : steps - named->decay;
}
