/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A comparison as a table for people and as csv. */
#include "validation/comparison/verdict.h"

#include <math.h>
#include <string.h>

enum { SHOWN = 6 }; /* rows of each observable in the table for people */

static size_t block_end(const struct sgdmft_comparison *comparison, size_t start)
{
    size_t end = start;
    while (end < comparison->count && strcmp(comparison->row[end].name, comparison->row[start].name) == 0)
        end++;
    return end;
}

/* True for the shown rows of a block: about SHOWN spread over it, its last, and its worst. */
static bool row_shown(const struct sgdmft_comparison *comparison, size_t start, size_t end, size_t i)
{
    size_t worst = start;
    for (size_t j = start; j < end; j++)
        if (fabs(comparison->row[j].score) > fabs(comparison->row[worst].score))
            worst = j;
    const size_t length = end - start, place = i - start, stride = (length + SHOWN - 1) / SHOWN;
    return i == worst || (length - 1 - place) % stride == 0;
}

static void print_row(const struct sgdmft_comparison_row *row, const char *name, double threshold, FILE *out)
{
    char theory[64], simulation[64];
    const char *mark = fabs(row->z_after) > threshold ? " !" : verdict_is_covered(row, threshold) ? " ?" : "";
    sgdmft_format_error(row->theory, row->theory_se, theory);
    sgdmft_format_error(row->simulation, row->simulation_se, simulation);
    fprintf(out, "%-20s %8ld  %16s  %16s  %+7.2f  %9.2g  %+7.2f%s\n", name, row->step, theory, simulation, row->z,
            row->allowance, row->z_after, mark);
}

/* ---- the verdict in words ---- */

static void say_diverged(const struct sgdmft_comparison *comparison, char text[SGDMFT_TEXT_MAX])
{
    const char *const *label = comparison->label;
    const bool first = comparison->theory_diverged;
    if (comparison->pass)
        snprintf(text, SGDMFT_TEXT_MAX, "%s and %s both diverge: they agree", label[0], label[1]);
    else
        snprintf(text, SGDMFT_TEXT_MAX, "%s diverges and %s does not: they disagree", label[!first], label[first]);
}

/* Rounds up to two digits, since less would not be enough. */
static double rounded_up(double x)
{
    const double unit = pow(10.0, floor(log10(x)) - 1.0);
    return ceil(x / unit) * unit;
}

static void say_undecided(const struct sgdmft_comparison *comparison, char text[SGDMFT_TEXT_MAX])
{
    const struct sgdmft_comparison_row *row = &comparison->row[comparison->least_known];
    if (comparison->count == 0) {
        snprintf(text, SGDMFT_TEXT_MAX, "undecided: nothing to compare");
        return;
    }
    if (comparison->covered == 0) {
        const double share = comparison->max_relative_error / VERDICT_LARGEST_ERROR;
        const char *label = comparison->label[row->theory_se > row->simulation_se ? 0 : 1];
        const bool paths = strncmp(label, "theory", strlen("theory")) == 0;
        snprintf(
            text, SGDMFT_TEXT_MAX,
            "undecided: the error of %s at step %ld is %.2g %% of its scale, above %g %%; about %.0f times as many "
            "%s%s would decide",
            row->name, row->step, 100.0 * comparison->max_relative_error, 100.0 * VERDICT_LARGEST_ERROR,
            fmax(ceil(share * share), 2.0), paths ? "paths (--paths)" : "runs (--runs)",
            paths || comparison->own_data ? "" : " or a larger --dim");
        return;
    }
    const int length = snprintf(
        text, SGDMFT_TEXT_MAX,
        "undecided: %zu difference%s significant, and none exceeds what N = %ld%s alone may cause (%.2g %% of the "
        "scale); ",
        comparison->covered, comparison->covered > 1 ? "s are" : " is", comparison->dim,
        comparison->own_data ? " features" : "", 100.0 * comparison->allowance);
    if (comparison->own_data)
        snprintf(
            text + length, SGDMFT_TEXT_MAX - (size_t)length,
            "the theory is the limit of many features: only a dataset with more of them can tell that from clusters "
            "that are not Gaussian (`sgdmft data FILE` shows how far from Gaussian they are)");
    else
        snprintf(text + length, SGDMFT_TEXT_MAX - (size_t)length, "--dim %.0f with errors like these would decide",
                 rounded_up(comparison->deciding_dim));
}

void sgdmft_comparison_reason(const struct sgdmft_comparison *comparison, char text[SGDMFT_TEXT_MAX])
{
    if (comparison->theory_diverged || comparison->simulation_diverged) {
        say_diverged(comparison, text);
        return;
    }
    if (comparison->verdict == SGDMFT_VERDICT_UNDECIDED) {
        say_undecided(comparison, text);
        return;
    }
    const struct sgdmft_comparison_row *worst = &comparison->row[comparison->worst];
    snprintf(text, SGDMFT_TEXT_MAX, "%s and %s %s: largest |z after| %.2f (%s at step %ld), bound %.2f",
             comparison->label[0], comparison->label[1], sgdmft_verdict_names[comparison->verdict],
             comparison->max_abs_z_after, worst->name, worst->step, comparison->threshold);
}

static void print_verdict(const struct sgdmft_comparison *comparison, size_t shown, FILE *out)
{
    char reason[SGDMFT_TEXT_MAX];
    sgdmft_comparison_reason(comparison, reason);
    if (comparison->count > 0 && !comparison->theory_diverged && !comparison->simulation_diverged) {
        fprintf(out, "%zu of %zu comparisons shown", shown, comparison->count);
        if (comparison->dim > 0)
            fprintf(out, "; allowance for N = %ld: %.2g %% of the observable's scale", comparison->dim,
                    100.0 * comparison->allowance);
        fprintf(out,
                "\noverlap, norm, losses, errors, correlation: largest combined standard error %.2g %% of the scale\n"
                "power: a difference of %.3g %% of the scale, in whichever of these, is found with probability %g\n",
                100.0 * comparison->max_relative_error, 100.0 * comparison->power, VERDICT_POWER);
    }
    fprintf(out, "%s\n", reason);
}

void sgdmft_comparison_text(const struct sgdmft_comparison *comparison, FILE *out)
{
    fprintf(out, "%-20s %8s  %16s  %16s  %7s  %9s  %7s\n", "observable", "step", comparison->label[0],
            comparison->label[1], "z", "allowance", "z after");
    size_t shown = 0;
    for (size_t start = 0; start < comparison->count;) {
        const size_t end = block_end(comparison, start);
        const char *name = comparison->row[start].name;
        for (size_t i = start; i < end; i++) {
            if (!row_shown(comparison, start, end, i))
                continue;
            print_row(&comparison->row[i], name, comparison->threshold, out);
            name = "";
            shown++;
        }
        start = end;
    }
    print_verdict(comparison, shown, out);
}

static void print_number(double value, FILE *out)
{
    if (isnan(value))
        fprintf(out, ",nan");
    else
        fprintf(out, ",%.17g", value);
}

void sgdmft_comparison_csv(const struct sgdmft_comparison *comparison, FILE *out)
{
    const char *const *label = comparison->label;
    fprintf(out, "name,step,%s,%s_se,%s,%s_se,z,allowance,z_after\n", label[0], label[0], label[1], label[1]);
    for (size_t i = 0; i < comparison->count; i++) {
        const struct sgdmft_comparison_row *row = &comparison->row[i];
        const double value[] = {row->theory, row->theory_se, row->simulation, row->simulation_se,
                                row->z,      row->allowance, row->z_after};
        /* two-time names hold a comma */
        fprintf(out, strchr(row->name, ',') ? "\"%s\",%ld" : "%s,%ld", row->name, row->step);
        for (size_t j = 0; j < sizeof value / sizeof *value; j++)
            print_number(value[j], out);
        fputc('\n', out);
    }
}
