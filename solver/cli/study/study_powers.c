/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Results of a study that are fits of powers, or late losses beside their closed form. */
#include "solver/cli/study/study_powers.h"

#include "solver/cli/view/gather.h"
#include "solver/observe/fdt_internal.h"
#include "validation/comparison/power_fit.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <sgdmft/closed_forms.h>
#include <stdlib.h>
#include <string.h>

#define WORD 80
#define FIT_MAX 256
#define STEPS_A_DECADE 10

struct sentence {
    char name[WORD], sweep[WORD], key[WORD], other[WORD]; /* other: the column of the theory */
    double from, to, expected;                            /* expected: NaN without one */
};

static const char *const kinds[] = {"exponent", "approach", "scatter", "ridgeless"};

bool study_powers_known(const char *kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kind, kinds[i]) == 0)
            return true;
    return false;
}

/* ---- words ------------------------------------------------------------------------------------------------ */

static bool take_number(const char *text, double *number)
{
    char *end;
    *number = strtod(text, &end);
    return end != text && *end == '\0' && isfinite(*number);
}

/* Parses NAME of SWEEP [over KEY] [from A] [to B] [against E], or NAME in PREFIX [from A] [to B] [against OTHER]. */
static bool parse(const char *words, const char *place, struct sentence *s)
{
    char word[WORD], value[WORD];
    int used = 0;
    *s = (struct sentence){.from = 0, .to = (double)INFINITY, .expected = (double)NAN};
    if (sscanf(words, "%79s %79s %79s%n", s->name, word, s->sweep, &used) != 3 || strcmp(word, place) != 0)
        return false;
    for (words += used; sscanf(words, "%79s %79s%n", word, value, &used) == 2; words += used) {
        if (strcmp(word, "over") == 0)
            snprintf(s->key, sizeof s->key, "%s", value);
        else if (strcmp(word, "against") == 0 && strcmp(place, "in") == 0)
            snprintf(s->other, sizeof s->other, "%s", value);
        else if (!(strcmp(word, "from") == 0      ? take_number(value, &s->from)
                   : strcmp(word, "to") == 0      ? take_number(value, &s->to)
                   : strcmp(word, "against") == 0 ? take_number(value, &s->expected)
                                                  : false))
            return false;
    }
    return sscanf(words, "%79s", word) != 1;
}

static bool is_along(const struct sentence *s)
{
    return strcmp(s->key, "step") == 0 || strcmp(s->key, "time") == 0;
}

bool study_powers_check(const struct study *study, const char *kind, const char *words)
{
    struct sentence s;
    if (strcmp(kind, "ridgeless") == 0)
        return study_has_sweep(study, words, false) && study_has_column(study, "test_loss")
               && study_has_column(study, "train_loss");
    if (strcmp(kind, "exponent") != 0)
        return parse(words, "in", &s) && !*s.key && (!*s.other || study_has_column(study, s.other))
               && study_has_sweep(study, s.sweep, true) && study_has_column(study, s.name);
    if (!parse(words, "of", &s) || !study_has_sweep(study, s.sweep, false))
        return false;
    return is_along(&s) ? study_listed(study->curve, study->series, s.name)
                        : study_key_known(s.key) && study_has_column(study, s.name);
}

/* ---- helpers ---------------------------------------------------------------------------------------------- */

static const char *written_estimate(double value, double se, char text[64])
{
    if (isfinite(value))
        sgdmft_format_error(value, se, text);
    else
        snprintf(text, 64, "%g", value);
    return text;
}

/* Prints "exponent -0.74(1) from 9 points, expected -0.75, z +1.0". */
static void print_exponent(const struct fit_power *fit, double expected, FILE *out)
{
    char text[64];
    fprintf(out, "exponent %s from %zu points", written_estimate(fit->exponent.value, fit->exponent.se, text),
            fit->count);
    if (isfinite(expected))
        fprintf(out, ", expected %.4g, z %+.1f", expected, (fit->exponent.value - expected) / fit->exponent.se);
}

/* ---- exponents along a run -------------------------------------------------------------------------------- */

struct curve {
    const struct sgdmft_result *result;
    const struct sgdmft_quantity *quantity;
    size_t count;
    size_t at[FIT_MAX]; /* indices of the steps in the series */
    double x[FIT_MAX];
};

static void choose_steps(const struct sentence *s, struct curve *curve)
{
    const struct sgdmft_result *result = curve->result;
    double next = 0;
    curve->count = 0;
    for (size_t i = 0; i < curve->quantity->length && curve->count < FIT_MAX; i++) {
        const double x = strcmp(s->key, "step") == 0 ? (double)result->step[i] : result->time[i];
        if (!(x > 0) || x < s->from || x > s->to || x < next * (1 - 1e-9))
            continue;
        curve->at[curve->count] = i;
        curve->x[curve->count++] = x;
        next = x * pow(10, 1.0 / STEPS_A_DECADE);
    }
}

static bool fit_without(const struct curve *curve, size_t omit, struct fit_power *fit)
{
    struct measured y[FIT_MAX];
    for (size_t i = 0; i < curve->count; i++) {
        double sum = 0;
        for (size_t j = 0; j < curve->result->samples; j++)
            sum += j == omit ? 0 : curve->quantity->sample[j * curve->quantity->length + curve->at[i]];
        y[i] = (struct measured){sum / (double)(curve->result->samples - (omit != FDT_NONE)), 0};
    }
    return fit_power(curve->count, curve->x, y, true, fit);
}

static void estimate_exponent(void *context, size_t omit, double *out)
{
    struct fit_power fit;
    *out = fit_without(context, omit, &fit) ? fit.exponent.value : (double)NAN;
}

static bool fit_along(const struct sgdmft_result *result, const struct sentence *s, struct fit_power *fit)
{
    struct curve curve = {.result = result, .quantity = sgdmft_result_find(result, "series", s->name)};
    double value, se;
    if (!curve.quantity || !curve.quantity->sample)
        return false;
    choose_steps(s, &curve);
    if (!fit_without(&curve, FDT_NONE, fit)
        || !fdt_jackknife(result->samples, estimate_exponent, &curve, 1, &value, &se))
        return false;
    fit->exponent.se = fmax(fit->exponent.se, se);
    return true;
}

struct along {
    const struct sentence *s;
    FILE *out;
};

static enum sgdmft_status print_along(void *context, const struct study_step *step, const struct gathered *item,
                                      struct sgdmft_result *const result[2], struct sgdmft_error *error)
{
    const struct along *along = context;
    const struct sentence *s = along->s;
    (void)error;
    if (strcmp(step->name, s->sweep) != 0)
        return SGDMFT_OK;
    for (int side = 0; side < 2; side++) {
        struct fit_power fit;
        if (!result[side] || !fit_along(result[side], s, &fit))
            continue;
        fprintf(along->out, "%s of %s (", s->name, s->sweep);
        for (size_t i = 0; i < item->points->vary_count; i++)
            fprintf(along->out, "%s%s %s", i ? ", " : "", item->points->vary[i]->name, item->point->value[i]);
        fprintf(along->out, ") over %s from %g to %g, %s: ", s->key, s->from,
                fmin(s->to, strcmp(s->key, "step") == 0 ? (double)result[side]->last_step
                                                        : result[side]->time[result[side]->steps - 1]),
                study_side[side]);
        print_exponent(&fit, s->expected, along->out);
        fputc('\n', along->out);
    }
    return SGDMFT_OK;
}

/* ---- fits over the rows ----------------------------------------------------------------------------------- */

/* Values of theory or simulation in the rows of the sweeps with this name or prefix. */
struct chosen {
    size_t count;
    double x[FIT_MAX];
    struct measured y[FIT_MAX];
    double runs[FIT_MAX];
    struct scalar theory; /* value of the last row that has one */
    bool sampled;         /* all values have errors */
};

static void choose_rows(const struct study_rows *rows, const struct sentence *s, bool prefix, bool simulation,
                        struct chosen *chosen)
{
    const size_t column = study_column(rows, s->name), other = *s->other ? study_column(rows, s->other) : column;
    const size_t length = prefix ? strlen(s->sweep) : WORD;
    *chosen = (struct chosen){.theory = {(double)NAN, (double)NAN}, .sampled = true};
    for (size_t i = 0; i < rows->count && chosen->count < FIT_MAX; i++) {
        const struct study_row *row = &rows->row[i];
        const double x = study_key(row, *s->key ? s->key : "dim");
        if (strncmp(row->step->name, s->sweep, length) != 0 || !(x >= s->from && x <= s->to))
            continue;
        const struct scalar value = (simulation ? row->simulation : row->theory)[column];
        if (isfinite(row->theory[other].value))
            chosen->theory = row->theory[other];
        if (!isfinite(value.value))
            continue;
        chosen->sampled = chosen->sampled && value.se > 0;
        chosen->x[chosen->count] = x;
        chosen->runs[chosen->count] = (double)row->run.runs;
        chosen->y[chosen->count++] = (struct measured){value.value, value.se};
    }
}

static void print_over(const struct study_rows *rows, const struct sentence *s, FILE *out)
{
    for (int side = 0; side < 2; side++) {
        struct chosen chosen;
        struct fit_power fit;
        choose_rows(rows, s, false, side, &chosen);
        if (!fit_power(chosen.count, chosen.x, chosen.y, !chosen.sampled, &fit))
            continue;
        fprintf(out, "%s of %s over %s, %s: ", s->name, s->sweep, s->key, study_side[side]);
        print_exponent(&fit, s->expected, out);
        fputc('\n', out);
    }
}

/* The largest deviation of a row from the theory, in combined errors. */
static double largest_score(const struct chosen *chosen)
{
    double largest = 0;
    for (size_t i = 0; i < chosen->count; i++) {
        const double se = hypot(chosen->y[i].se, isnan(chosen->theory.se) ? 0 : chosen->theory.se),
                     z = (chosen->y[i].value - chosen->theory.value) / se;
        largest = fabs(z) > fabs(largest) ? z : largest;
    }
    return largest;
}

static void print_approach(const struct study_rows *rows, const struct sentence *s, FILE *out)
{
    struct chosen chosen;
    struct fit_power fit;
    char one[64], two[64], three[64];
    choose_rows(rows, s, true, true, &chosen);
    /* a theory without sampling errors still has rounding errors */
    const struct measured known = {chosen.theory.value,
                                   chosen.theory.se > 0 ? chosen.theory.se : 1e-9 * fabs(chosen.theory.value)};
    const bool theory = isfinite(chosen.theory.value);
    fprintf(out, "%s in %s, %zu sizes: ", s->name, s->sweep, chosen.count);
    if (!fit_approach(chosen.count, chosen.x, chosen.y, theory ? &known : NULL, &fit)
        || fit.exponent.se > 0.5 * fabs(fit.exponent.value)) {
        fprintf(out, "no power of dim is resolved; largest deviation from the theory %+.1f errors\n",
                theory ? largest_score(&chosen) : (double)NAN);
        return;
    }
    const double size = pow(fabs(fit.factor.value / (0.01 * fit.limit.value)), -1 / fit.exponent.value);
    fprintf(out, "limit %s, theory %s; deviation as dim^%s (chi^2 %.2g a degree of freedom), 1 %% at dim %.2g\n",
            written_estimate(fit.limit.value, fit.limit.se, one),
            written_estimate(chosen.theory.value, chosen.theory.se, two),
            written_estimate(fit.exponent.value, fit.exponent.se, three), fit.chi2, size);
}

static void print_scatter(const struct study_rows *rows, const struct sentence *s, FILE *out)
{
    struct chosen chosen;
    struct fit_power fit;
    char text[64];
    choose_rows(rows, s, true, true, &chosen);
    for (size_t i = 0; i < chosen.count; i++) { /* standard deviation of one simulation, relative to the mean */
        const double deviation = chosen.y[i].se * sqrt(chosen.runs[i]) / fabs(chosen.y[i].value);
        chosen.y[i] = (struct measured){deviation, deviation / sqrt(2 * (chosen.runs[i] - 1))};
    }
    if (!fit_power(chosen.count, chosen.x, chosen.y, false, &fit))
        return;
    fprintf(out,
            "%s in %s: standard deviation of one simulation as dim^%s (chi^2 %.2g a degree of freedom), 1 %% at "
            "dim %.2g\n",
            s->name, s->sweep, written_estimate(fit.exponent.value, fit.exponent.se, text), fit.chi2,
            pow(fit.factor.value / 0.01, -1 / fit.exponent.value));
}

/* ---- closed form ------------------------------------------------------------------------------------------ */

#define LATE 3 /* time, in units of the slowest mode, after which a run is late */

/* The deviation of the simulation: Student's t as the Gaussian score of the same probability. */
static double score_against_closed(const struct study_row *row, struct scalar simulation, double closed)
{
    const double t = (simulation.value - closed) / simulation.se;
    return copysign(gsl_cdf_ugaussian_Qinv(gsl_cdf_tdist_Q(fabs(t), (double)row->run.runs - 1)), t);
}

static void print_closed(const struct study_row *row, const char *name, size_t column, double closed, bool late,
                         FILE *out)
{
    const struct scalar theory = row->theory[column], simulation = row->simulation[column];
    char text[64];
    fprintf(out, "; %s %.6g, theory %.6g", name, closed, theory.value);
    if (!isfinite(simulation.value))
        return;
    fprintf(out, ", simulation %s", written_estimate(simulation.value, simulation.se, text));
    if (late && simulation.se > 0 && closed > 0 && row->run.runs > 1)
        fprintf(out, " (z %+.1f)", score_against_closed(row, simulation, closed));
}

static void print_ridgeless(const struct study_rows *rows, const char *sweep, FILE *out)
{
    for (size_t i = 0; i < rows->count; i++) {
        const struct study_row *row = &rows->row[i];
        struct sgdmft_ridgeless limit;
        struct sgdmft_error error = {.status = SGDMFT_OK};
        if (!row->known || strcmp(row->step->name, sweep) != 0)
            continue;
        if (sgdmft_ridgeless(&row->run, &limit, &error) != SGDMFT_OK) {
            fprintf(out, "%s: %s\n", sweep, error.text);
            return;
        }
        const double time = sgdmft_time(&row->run, row->at);
        const bool late = time > LATE * limit.relaxation;
        fprintf(out, "closed form of late times, %s, alpha %g (time %.3g, slowest mode %.3g%s)", sweep, row->run.alpha,
                time, limit.relaxation, late ? "" : ": not yet late");
        print_closed(row, "test_loss", study_column(rows, "test_loss"), limit.test_loss, late, out);
        print_closed(row, "train_loss", study_column(rows, "train_loss"), limit.train_loss, late, out);
        fputc('\n', out);
    }
}

void study_powers_print(const struct study *study, const char *folder, const struct study_rows *rows, const char *kind,
                        const char *words, FILE *out)
{
    struct sentence s;
    struct sgdmft_error error = {.status = SGDMFT_OK};
    if (strcmp(kind, "ridgeless") == 0) {
        print_ridgeless(rows, words, out);
        return;
    }
    parse(words, strcmp(kind, "exponent") == 0 ? "of" : "in", &s);
    if (is_along(&s)) {
        struct along along = {&s, out};
        if (study_each_result(study, folder, print_along, &along, &error) != SGDMFT_OK)
            fprintf(out, "%s\n", error.text);
    } else if (strcmp(kind, "exponent") == 0)
        print_over(rows, &s, out);
    else if (strcmp(kind, "approach") == 0)
        print_approach(rows, &s, out);
    else
        print_scatter(rows, &s, out);
}
