/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A value with its error in units of the last digit, as papers write it: 0.1234(5). The error has one digit, two where
 * the first would be 1. */
#include <sgdmft/result.h>

#include <math.h>
#include <string.h>

/* The decimal exponent of a positive number after rounding to `digits` significant digits. */
static int exponent_of(double value, int digits)
{
    char text[40];
    int exponent = 0;
    snprintf(text, sizeof text, "%.*e", digits - 1, value);
    sscanf(strchr(text, 'e') + 1, "%d", &exponent);
    return exponent;
}

void sgdmft_format_error(double value, double se, char out[64])
{
    if (isnan(value)) {
        snprintf(out, 64, "nan");
        return;
    }
    if (!isfinite(value) || !isfinite(se) || !(se > 1e-12 * fabs(value))) {
        bool exact = isfinite(value) && se >= 0 && isfinite(se);
        snprintf(out, 64, exact ? "%.9g(0)" : isinf(se) ? "%.6g(inf)" : "%.6g", value);
        return;
    }
    /* The place of the error's last digit; two digits for 10 to 19. */
    int last = exponent_of(se, 2) - 1;
    if (se * pow(10, -last) >= 19.5)
        last = exponent_of(se, 1);
    double larger = fmax(fabs(value), se);
    int leading = exponent_of(larger, 15);
    if (leading > 5 || leading < -4 || last > 0) {
        int shift = last > leading ? last : leading;
        snprintf(out, 64, "%.*f(%.0f)e%d", shift - last, value * pow(10, -shift), se * pow(10, -last), shift);
        return;
    }
    snprintf(out, 64, "%.*f(%.0f)", -last, value, se * pow(10, -last));
}

#define ROUNDING 1e-14 /* of a number of order 1 that is 0 but for the order of its sum */
#define AROUND_ZERO 3  /* standard errors */

void sgdmft_format_cell(double value, double se, char out[64])
{
    static const char exact[] = "(0)";
    if (se > 0 && se < ROUNDING && fabs(value) < AROUND_ZERO * se)
        value = se = 0;
    sgdmft_format_error(value, se, out);
    const size_t length = strlen(out), tail = sizeof exact - 1;
    if (length > tail && strcmp(out + length - tail, exact) == 0)
        out[length - tail] = '\0';
}
