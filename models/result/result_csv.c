/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The standard series of a result as csv, and behind them those of averaged weights: one line a measured step, every
 * value followed by its standard error, %.17g. */
#include "models/result/average_series.h"

#include <errno.h>
#include <math.h>
#include <string.h>

static void print_row(const struct sgdmft_result *result, size_t row, FILE *out)
{
    fprintf(out, "%ld,%.17g", result->step[row], result->time[row]);
    for (size_t i = 0; i < sgdmft_observable_count; i++) {
        if (!average_has_column(result, &sgdmft_observables[i]))
            continue;
        const struct sgdmft_quantity *quantity = sgdmft_result_find(result, "series", sgdmft_observables[i].name);
        double value = quantity && row < quantity->length ? quantity->mean[row] : (double)NAN;
        double se = quantity && row < quantity->length ? quantity->se[row] : (double)NAN;
        if (isnan(value)) /* the sign of a nan means nothing, but printf shows it */
            fprintf(out, ",nan");
        else
            fprintf(out, ",%.17g", value);
        if (isnan(se))
            fprintf(out, ",nan");
        else
            fprintf(out, ",%.17g", se);
    }
    putc('\n', out);
}

enum sgdmft_status sgdmft_result_csv(const struct sgdmft_result *result, FILE *out, struct sgdmft_error *error)
{
    fprintf(out, "step,time");
    for (size_t i = 0; i < sgdmft_observable_count; i++)
        if (average_has_column(result, &sgdmft_observables[i]))
            fprintf(out, ",%s,%s_se", sgdmft_observables[i].name, sgdmft_observables[i].name);
    putc('\n', out);
    for (size_t row = 0; row < result->steps; row++)
        print_row(result, row, out);
    if (fflush(out) != 0 || ferror(out))
        return sgdmft_fail(error, SGDMFT_FILE, "cannot write the table: %s", strerror(errno));
    return SGDMFT_OK;
}
