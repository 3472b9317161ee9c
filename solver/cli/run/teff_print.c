/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Output of teff: text, csv, json. */
#include "solver/cli/run/command_teff.h"

#include <math.h>
#include <stdio.h>

#define LINES 20

/* ---- csv -------------------------------------------------------------------------------------------- */

static void curves_csv(const struct sgdmft_fdt *fdt)
{
    puts("waiting,lag,time,correlation,correlation_se,response,response_se,teff_local,teff_local_se");
    for (size_t i = 0; i < fdt->curves; i++)
        for (size_t l = 0; l < fdt->curve[i].lags; l++) {
            const struct sgdmft_fdt_curve *curve = &fdt->curve[i];
            const double *const column[] = {curve->time,     curve->correlation, curve->correlation_se,
                                            curve->response, curve->response_se, curve->teff,
                                            curve->teff_se};
            printf("%ld,%ld", curve->waiting, curve->lag[l]);
            for (size_t j = 0; j < sizeof column / sizeof column[0]; j++)
                output_next(column[j][l]);
            putchar('\n');
        }
}

static void spectrum_csv(const struct sgdmft_fdt *fdt)
{
    puts("omega,teff,teff_se");
    for (size_t i = 0; i < fdt->omegas; i++) {
        printf("%.17g", fdt->omega[i]);
        output_next(fdt->teff[i]);
        output_next(fdt->teff_se[i]);
        putchar('\n');
    }
}

static void identities_csv(const struct teff *teff)
{
    puts("identity,first,last,left,left_se,right,right_se,difference,difference_se,z");
    for (size_t i = 0; i < teff->identity_count; i++) {
        const struct sgdmft_identity *row = &teff->identity[i];
        const double column[] = {row->left,       row->left_se,       row->right, row->right_se,
                                 row->difference, row->difference_se, row->z};
        printf("%s,%ld,%ld", row->name, row->first, row->last);
        for (size_t j = 0; j < sizeof column / sizeof column[0]; j++)
            output_next(column[j]);
        putchar('\n');
    }
}

/* ---- text ------------------------------------------------------------------------------------------- */

static void stationarity_text(const struct sgdmft_stationarity *test)
{
    if (test->by_construction)
        puts("stationary: by construction");
    else if (test->stationary)
        printf("stationary from step %ld on: |z| is at most %.1f in %zu comparisons of waiting times (bound %.1f)\n",
               test->from, test->max_abs_z, test->comparisons, test->threshold);
    else if (isnan(test->max_abs_z))
        puts("stationary: not shown");
    else
        printf("NOT STATIONARY: %s, z = %.1f (bound %.1f)\n", test->worst, test->max_abs_z, test->threshold);
}

static void estimate_text(const char *name, const struct sgdmft_estimated *estimate, const char *missing)
{
    char text[64], window[64];
    sgdmft_format_error(estimate->value, estimate->se, text);
    snprintf(window, sizeof window, "%ld:%ld", estimate->first, estimate->last);
    printf("  %-22s %16s   %s\n", name, isnan(estimate->value) ? missing : text, window);
}

static void curve_text(const struct sgdmft_fdt_curve *curve)
{
    char correlation[64], response[64], teff[64];
    printf("\nwaiting time %ld\n%8s %10s %16s %16s %16s\n", curve->waiting, "lag", "time", "correlation", "response",
           "T_eff");
    const size_t lines = curve->lags < LINES ? curve->lags : LINES;
    size_t previous = (size_t)-1;
    for (size_t i = 0; i < lines; i++) { /* evenly spaced in the logarithm of the index */
        const size_t l =
            curve->lags <= LINES ? i : (size_t)lround(pow((double)curve->lags, (double)i / (LINES - 1))) - 1;
        if (l == previous)
            continue;
        previous = l;
        sgdmft_format_error(curve->correlation[l], curve->correlation_se[l], correlation);
        sgdmft_format_error(curve->response[l], curve->response_se[l], response);
        if (curve->teff_se[l] > fabs(curve->teff[l])) /* not resolved: the error exceeds the value */
            snprintf(teff, sizeof teff, "-");
        else
            sgdmft_format_error(curve->teff[l], curve->teff_se[l], teff);
        printf("%8ld %10.6g %16s %16s %16s\n", curve->lag[l], curve->time[l], correlation, response, teff);
    }
}

static void spectrum_text(const struct sgdmft_fdt *fdt)
{
    char text[64];
    printf("\n%10s %16s   omega in radians per step\n", "omega", "T_eff(omega)");
    for (size_t i = 0; i < fdt->omegas; i++) {
        sgdmft_format_error(fdt->teff[i], fdt->teff_se[i], text);
        printf("%10.4g %16s\n", fdt->omega[i], text);
    }
}

static void identities_text(const struct teff *teff)
{
    char left[64], right[64], difference[64];
    printf("\n%-10s %-14s %16s %16s %16s %9s\n", "identity", "steps", "left", "right", "difference", "z");
    for (size_t i = 0; i < teff->identity_count; i++) {
        const struct sgdmft_identity *row = &teff->identity[i];
        char steps[48];
        snprintf(steps, sizeof steps, "%ld-%ld", row->first, row->last);
        sgdmft_format_error(row->left, row->left_se, left);
        sgdmft_format_error(row->right, row->right_se, right);
        sgdmft_format_error(row->difference, row->difference_se, difference);
        printf("%-10s %-14s %16s %16s %16s %9.3g   %s%s\n", row->name, steps, left, right, difference, row->z,
               row->meaning, row->transient ? " (of the stationary state: need not hold in these steps)" : "");
    }
}

static void teff_text(const struct teff *teff)
{
    const struct sgdmft_fdt *fdt = teff->fdt;
    output_head("effective temperature", teff->result, "samples");
    stationarity_text(&fdt->stationarity);
    if (teff->temperatures) {
        printf("\n  %-22s %16s   %s\n", "", fdt->stationarity.stationary ? "T_eff" : "slope", "lags");
        estimate_text("short time", &fdt->teff_short, "not reached");
        estimate_text("chord", &fdt->teff_chord, "not reached");
        estimate_text("late", &fdt->teff_late, "none");
        estimate_text("limit of correlation", &fdt->correlation_limit, "not reached");
        estimate_text("limit of response", &fdt->response_limit, "not reached");
        for (size_t i = 0; i < fdt->curves; i++)
            if (fdt->curve[i].waiting == fdt->used_waiting[0])
                curve_text(&fdt->curve[i]);
        if (teff->spectrum)
            spectrum_text(fdt);
    }
    if (teff->identities)
        identities_text(teff);
}

enum sgdmft_status teff_print(const struct invocation *invocation, const struct teff *teff, struct sgdmft_error *error)
{
    if (invocation->run.format == SGDMFT_FORMAT_JSON)
        return teff_json(teff, stdout, error);
    if (invocation->run.format == SGDMFT_FORMAT_TEXT)
        teff_text(teff);
    else if (teff->identities)
        identities_csv(teff);
    else if (teff->spectrum)
        spectrum_csv(teff->fdt);
    else
        curves_csv(teff->fdt);
    return output_flush(error);
}
