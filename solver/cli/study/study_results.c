/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Findings of a study from its rows, in lines with errors:
 *
 *     agreement = NAME, ...          theory against simulation over all rows: largest and root mean square score
 *     spread = NAME by KEY           rows with the same KEY: how far NAME of each is from that of the first
 *     best = NAME over KEY by KEY    the smallest NAME of the rows with the same second KEY, and where it is
 *     match = NAME of SWEEP and SWEEP   the rows of two sweeps, one by one
 *     limit = NAME of SWEEP against OTHER   the simulation's NAME extrapolated in dim^(-2/3), against the theory's
 * OTHER
 *
 *     exponent, approach, scatter, ridgeless: see study_powers.h
 *
 * spread and best may end in "in PREFIX": sweeps whose name begins so. KEY is sweep, noise_scale, epochs, time or a
 * parameter that is a number. */
#include "solver/cli/study/command_study.h"
#include "solver/cli/study/study_powers.h"
#include "validation/comparison/power_fit.h"

#include <math.h>
#include <string.h>

#define WORD 80

struct sentence {
    char name[WORD], first[WORD], second[WORD], within[WORD]; /* within: prefix of names of sweeps */
};

/* ---- words ---------------------------------------------------------------------------------------------- */

static bool key_known(const char *name)
{
    return strcmp(name, "sweep") == 0 || study_key_known(name);
}

static bool parse_spread(const char *words, struct sentence *s)
{
    char rest[WORD] = "";
    s->within[0] = '\0';
    const int read = sscanf(words, "%79s by %79s in %79s %79s", s->name, s->first, s->within, rest);
    return read == 2 || read == 3;
}

static bool parse_best(const char *words, struct sentence *s)
{
    char rest[WORD] = "";
    s->within[0] = '\0';
    const int read =
        sscanf(words, "%79s over %79s by %79s in %79s %79s", s->name, s->first, s->second, s->within, rest);
    return read == 3 || read == 4;
}

static bool parse_match(const char *words, struct sentence *s)
{
    char rest[WORD] = "";
    return sscanf(words, "%79s of %79s and %79s %79s", s->name, s->first, s->second, rest) == 3;
}

static bool parse_limit(const char *words, struct sentence *s)
{
    char rest[WORD] = "";
    return sscanf(words, "%79s of %79s against %79s %79s", s->name, s->first, s->second, rest) == 3;
}

/* Reads the next name of a list; false at its end. */
static bool next_name(const char **list, char name[WORD])
{
    *list += strspn(*list, ", \t");
    const size_t length = strcspn(*list, ", \t");
    snprintf(name, WORD, "%.*s", (int)length, *list);
    *list += length;
    return length > 0;
}

static bool agreement_known(const struct study *study, const char *words)
{
    char name[WORD];
    bool good = next_name(&words, name);
    for (bool more = good; more; more = next_name(&words, name))
        good = good && study_has_column(study, name);
    return good;
}

enum sgdmft_status study_result_check(const struct study *study, const char *kind, const char *words,
                                      struct sgdmft_error *error)
{
    struct sentence s;
    bool good = false;
    if (strcmp(kind, "agreement") == 0)
        good = agreement_known(study, words);
    else if (strcmp(kind, "spread") == 0)
        good = parse_spread(words, &s) && study_has_column(study, s.name) && key_known(s.first);
    else if (strcmp(kind, "best") == 0)
        good = parse_best(words, &s) && study_has_column(study, s.name) && key_known(s.first) && key_known(s.second);
    else if (strcmp(kind, "match") == 0)
        good = parse_match(words, &s) && study_has_column(study, s.name) && study_has_sweep(study, s.first, false)
               && study_has_sweep(study, s.second, false);
    else if (strcmp(kind, "limit") == 0)
        good = parse_limit(words, &s) && study_has_column(study, s.name) && study_has_sweep(study, s.first, false)
               && study_has_column(study, s.second);
    else if (study_powers_known(kind))
        good = study_powers_check(study, kind, words);
    else
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "%.300s, [results]: unknown key '%.60s' (agreement, spread, best, match, limit, "
                           "exponent, approach, scatter, ridgeless)",
                           study->file, kind);
    return good ? SGDMFT_OK
                : sgdmft_fail(error, SGDMFT_USAGE,
                              "%.300s, [results]: %s = '%.80s' names no column of the table, key or sweep", study->file,
                              kind, words);
}

/* ---- helpers -------------------------------------------------------------------------------------------- */

static struct scalar value_of_row(const struct study_row *row, size_t column, bool simulation)
{
    return (simulation ? row->simulation : row->theory)[column];
}

static double score(struct scalar a, struct scalar b)
{
    const double se = sqrt((isnan(a.se) ? 0 : a.se * a.se) + (isnan(b.se) ? 0 : b.se * b.se));
    return (a.value - b.value) / se;
}

static const char *written_scalar(struct scalar value, char text[64])
{
    if (isfinite(value.value))
        sgdmft_format_error(value.value, value.se, text);
    else
        strcpy(text, "none");
    return text;
}

/* Prints the varied values of a row, "rate 0.1, batch 1". */
static void print_varied(const struct study_row *row, FILE *out)
{
    for (size_t i = 0; i < row->varied; i++)
        fprintf(out, "%s%s %s", i ? ", " : "", row->name[i], row->text[i]);
}

/* Prints the name of a row, "sweep, rate 0.1, ...". */
static void print_place(const struct study_row *row, FILE *out)
{
    fprintf(out, "%s, ", row->step->name);
    print_varied(row, out);
}

static bool same_key(const struct study_row *a, const struct study_row *b, const char *key)
{
    if (strcmp(key, "sweep") == 0)
        return a->step == b->step;
    const double x = study_key(a, key), y = study_key(b, key);
    return fabs(x - y) <= 1e-6 * (fabs(x) + fabs(y)) || x == y;
}

static void print_key(const struct study_row *row, const char *key, FILE *out)
{
    if (strcmp(key, "sweep") == 0)
        fprintf(out, "%s", row->step->name);
    else
        fprintf(out, "%s %.4g", key, study_key(row, key));
}

static bool is_within(const struct study_row *row, const char *prefix)
{
    return row->known && strncmp(row->step->name, prefix, strlen(prefix)) == 0;
}

/* True if an earlier row has the same key. */
static bool seen_before(const struct study_rows *rows, size_t i, const char *key, const char *prefix)
{
    for (size_t j = 0; j < i; j++)
        if (is_within(&rows->row[j], prefix) && same_key(&rows->row[j], &rows->row[i], key))
            return true;
    return false;
}

/* ---- the kinds ------------------------------------------------------------------------------------------ */

static void print_agreement(const struct study_rows *rows, const char *words, FILE *out)
{
    char name[WORD];
    while (next_name(&words, name)) {
        const size_t column = study_column(rows, name);
        double squares = 0, largest = 0, error = 0;
        size_t count = 0, worst = 0;
        for (size_t i = 0; i < rows->count; i++) {
            const struct scalar a = rows->row[i].theory[column], b = rows->row[i].simulation[column];
            const double z = study_score(&rows->row[i], column);
            if (!isfinite(z))
                continue;
            count++;
            squares += z * z;
            error = fmax(error, hypot(isnan(a.se) ? 0 : a.se, b.se) / fabs(b.value));
            if (fabs(z) >= fabs(largest)) {
                largest = z;
                worst = i;
            }
        }
        if (count == 0) {
            fprintf(out, "%s: nothing to compare\n", name);
            continue;
        }
        fprintf(out, "%s: theory against simulation in %zu rows, root mean square z %.2f, largest %+.1f (", name, count,
                sqrt(squares / (double)count), largest);
        print_place(&rows->row[worst], out);
        fprintf(out, "), combined errors up to %.2g %%\n", 100 * error);
    }
}

/* Prints theory or simulation of the rows with the key of row i: the first value, the deviations of the others, and
 * the spread of all. */
static void print_group(const struct study_rows *rows, const struct sentence *s, size_t i, bool simulation, FILE *out)
{
    const size_t column = study_column(rows, s->name);
    struct scalar first = {(double)NAN, 0}, low = {(double)INFINITY, 0}, high = {-(double)INFINITY, 0};
    size_t count = 0;
    char text[64];
    for (size_t j = i; j < rows->count; j++) {
        const struct study_row *row = &rows->row[j];
        const struct scalar value = value_of_row(row, column, simulation);
        if (!is_within(row, s->within) || !same_key(&rows->row[i], row, s->first) || !isfinite(value.value))
            continue;
        low = value.value < low.value ? value : low;
        high = value.value > high.value ? value : high;
        if (count++ == 0) {
            first = value;
            fprintf(out, "%s%s%s at ", s->name, *s->within ? " in " : "", s->within);
            print_key(&rows->row[i], s->first, out);
            fprintf(out, ", %s: %s (", study_side[simulation], written_scalar(value, text));
            print_varied(row, out);
            fprintf(out, ")");
            continue;
        }
        const double share = 100 / fabs(first.value),
                     se = hypot(isnan(first.se) ? 0 : first.se, isnan(value.se) ? 0 : value.se);
        fprintf(out, ", %s %% (",
                written_scalar((struct scalar){share * (value.value - first.value), share * se}, text));
        print_varied(row, out);
        fprintf(out, ")");
    }
    if (count > 0)
        fprintf(out, "; spread %.3g %%\n", 100 * (high.value - low.value) / fabs(first.value));
}

static void print_spread(const struct study_rows *rows, const char *words, FILE *out)
{
    struct sentence s;
    parse_spread(words, &s);
    for (size_t i = 0; i < rows->count; i++) {
        if (!is_within(&rows->row[i], s.within) || seen_before(rows, i, s.first, s.within))
            continue;
        print_group(rows, &s, i, false, out);
        print_group(rows, &s, i, true, out);
    }
}

static void print_best(const struct study_rows *rows, const char *words, FILE *out)
{
    struct sentence s;
    parse_best(words, &s);
    const size_t column = study_column(rows, s.name);
    for (size_t i = 0; i < rows->count; i++) {
        if (!is_within(&rows->row[i], s.within) || seen_before(rows, i, s.second, s.within))
            continue;
        for (int side = 0; side < 2; side++) {
            const struct study_row *best = NULL;
            for (size_t j = i; j < rows->count; j++) {
                const double value = value_of_row(&rows->row[j], column, side).value;
                if (is_within(&rows->row[j], s.within) && same_key(&rows->row[i], &rows->row[j], s.second)
                    && isfinite(value) && (!best || value < value_of_row(best, column, side).value))
                    best = &rows->row[j];
            }
            char text[64];
            if (!best)
                continue;
            fprintf(out, "%s%s%s at ", s.name, *s.within ? " in " : "", s.within);
            print_key(&rows->row[i], s.second, out);
            fprintf(out, ", %s: smallest %s at ", study_side[side],
                    written_scalar(value_of_row(best, column, side), text));
            print_key(best, s.first, out);
            fprintf(out, " (");
            print_place(best, out);
            fprintf(out, ")\n");
        }
    }
}

static const struct study_row *row_of(const struct study_rows *rows, const char *step, size_t index)
{
    for (size_t i = 0; i < rows->count; i++)
        if (strcmp(rows->row[i].step->name, step) == 0 && index-- == 0)
            return &rows->row[i];
    return NULL;
}

static void print_match(const struct study_rows *rows, const char *words, FILE *out)
{
    struct sentence s;
    const struct study_row *a, *b;
    parse_match(words, &s);
    const size_t column = study_column(rows, s.name);
    for (size_t i = 0; (a = row_of(rows, s.first, i)) && (b = row_of(rows, s.second, i)); i++)
        for (int side = 0; side < 2; side++) {
            const struct scalar x = value_of_row(a, column, side), y = value_of_row(b, column, side);
            char one[64], two[64];
            if (!isfinite(x.value) || !isfinite(y.value))
                continue;
            fprintf(out, "%s, %s: %s (", s.name, study_side[side], written_scalar(x, one));
            print_place(a, out);
            fprintf(out, ") against %s (", written_scalar(y, two));
            print_place(b, out);
            fprintf(out, "), z %+.1f, difference %+.2g %%\n", score(x, y), 100 * (x.value - y.value) / fabs(y.value));
        }
}

#define FIT_MAX 64

static void print_limit(const struct study_rows *rows, const char *words, FILE *out)
{
    struct sentence s;
    double x[FIT_MAX];
    struct measured y[FIT_MAX];
    struct scalar other = {(double)NAN, (double)NAN};
    size_t count = 0;
    parse_limit(words, &s);
    const size_t column = study_column(rows, s.name), against = study_column(rows, s.second);
    for (size_t i = 0; i < rows->count && count < FIT_MAX; i++) {
        const struct study_row *row = &rows->row[i];
        const struct scalar value = value_of_row(row, column, true);
        if (strcmp(row->step->name, s.first) != 0 || !isfinite(value.value) || !(value.se > 0))
            continue;
        if (isfinite(row->theory[against].value))
            other = row->theory[against];
        x[count] = study_key(row, "dim");
        y[count++] = (struct measured){value.value, value.se};
    }
    const struct measured fitted = fit_limit(count, x, y, -2.0 / 3);
    const struct scalar limit = {fitted.value, fitted.se};
    char one[64], two[64];
    if (isfinite(limit.value))
        fprintf(out, "%s of %s, simulation extrapolated in dim^(-2/3) from %zu sizes: %s; %s, theory: %s; z %+.1f\n",
                s.name, s.first, count, written_scalar(limit, one), s.second, written_scalar(other, two),
                score(other, limit));
}

void study_result_print(const struct study *study, const char *folder, const struct study_rows *rows, const char *kind,
                        const char *words, FILE *out)
{
    if (study_powers_known(kind))
        study_powers_print(study, folder, rows, kind, words, out);
    else if (strcmp(kind, "agreement") == 0)
        print_agreement(rows, words, out);
    else if (strcmp(kind, "spread") == 0)
        print_spread(rows, words, out);
    else if (strcmp(kind, "best") == 0)
        print_best(rows, words, out);
    else if (strcmp(kind, "match") == 0)
        print_match(rows, words, out);
    else
        print_limit(rows, words, out);
}
