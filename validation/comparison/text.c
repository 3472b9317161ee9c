/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A comparison as a table for people and as csv. */
#include <math.h>
#include <sgdmft/compare.h>
#include <string.h>

enum { SHOWN = 6 }; /* rows of each observable in the table for people */

static size_t block_end(const struct sgdmft_comparison *comparison, size_t start)
{
    size_t end = start;
    while (end < comparison->count && strcmp(comparison->row[end].name, comparison->row[start].name) == 0)
        end++;
    return end;
}

/* Row i of the block: about SHOWN spread over it, its last, and its worst. */
static bool row_shown(const struct sgdmft_comparison *comparison, size_t start, size_t end, size_t i)
{
    size_t worst = start;
    for (size_t j = start; j < end; j++)
        if (fabs(comparison->row[j].z) > fabs(comparison->row[worst].z))
            worst = j;
    const size_t length = end - start, place = i - start, stride = (length + SHOWN - 1) / SHOWN;
    return i == worst || (length - 1 - place) % stride == 0;
}

static void print_row(const struct sgdmft_comparison_row *row, const char *name, double threshold, FILE *out)
{
    char theory[64], simulation[64];
    sgdmft_format_error(row->theory, row->theory_se, theory);
    sgdmft_format_error(row->simulation, row->simulation_se, simulation);
    fprintf(out, "%-20s %8ld  %16s  %16s  %+7.2f%s\n", name, row->step, theory, simulation, row->z, fabs(row->z) > threshold ? " !" : "");
}

static void print_verdict(const struct sgdmft_comparison *comparison, FILE *out)
{
    const struct sgdmft_comparison_row *worst = comparison->row;
    for (size_t i = 0; i < comparison->count; i++)
        if (fabs(comparison->row[i].z) > fabs(worst->z))
            worst = &comparison->row[i];
    if (comparison->theory_diverged || comparison->simulation_diverged) {
        fprintf(out, "%s\n", comparison->pass ? "theory and simulation both diverge: they agree"
                             : comparison->theory_diverged ? "the theory diverges and the simulation does not: they disagree"
                                                           : "the simulation diverges and the theory does not: they disagree");
        return;
    }
    if (comparison->count == 0) {
        fprintf(out, "nothing to compare\n");
        return;
    }
    fprintf(out, "%zu comparisons, largest |z| %.2f (%s at step %ld), bound %.2f: theory and simulation %s\n", comparison->count,
            comparison->max_abs_z, worst->name, worst->step, comparison->threshold, comparison->pass ? "agree" : "disagree");
    fprintf(out, "largest combined standard error %.2g %% of the observable's scale\n", 100.0 * comparison->max_relative_error);
}

void sgdmft_comparison_text(const struct sgdmft_comparison *comparison, FILE *out)
{
    fprintf(out, "%-20s %8s  %16s  %16s  %7s\n", "observable", "step", "theory", "simulation", "z");
    for (size_t start = 0; start < comparison->count;) {
        const size_t end = block_end(comparison, start);
        const char *name = comparison->row[start].name;
        for (size_t i = start; i < end; i++) {
            if (!row_shown(comparison, start, end, i))
                continue;
            print_row(&comparison->row[i], name, comparison->threshold, out);
            name = "";
        }
        start = end;
    }
    print_verdict(comparison, out);
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
    fprintf(out, "name,step,theory,theory_se,simulation,simulation_se,allowance,z\n");
    for (size_t i = 0; i < comparison->count; i++) {
        const struct sgdmft_comparison_row *row = &comparison->row[i];
        const double value[] = {row->theory, row->theory_se, row->simulation, row->simulation_se, row->allowance, row->z};
        /* two-time names hold a comma */
        fprintf(out, strchr(row->name, ',') ? "\"%s\",%ld" : "%s,%ld", row->name, row->step);
        for (size_t j = 0; j < sizeof value / sizeof *value; j++)
            print_number(value[j], out);
        fputc('\n', out);
    }
}
