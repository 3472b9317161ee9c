/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The spectrum of the covariance of Gaussian data, from its text (THEORY section 10). */
#include "models/run/parameter_table.h"

#include <math.h>
#include <string.h>

#define POWERLAW "powerlaw"

static const struct sgdmft_spectrum plain = {.modes = 1, .value = {1}, .weight = {1}, .signal = {1}};

const struct sgdmft_spectrum *sgdmft_spectrum(const struct sgdmft_run *run)
{
    return run->derived.spectrum.modes > 0 ? &run->derived.spectrum : &plain;
}

bool sgdmft_spectrum_is_plain(const struct sgdmft_spectrum *spectrum)
{
    return spectrum->modes == 1 && spectrum->value[0] == 1;
}

double sgdmft_spectrum_mean(const struct sgdmft_spectrum *spectrum, bool of_signal)
{
    double sum = 0;
    for (size_t i = 0; i < spectrum->modes; i++)
        sum += spectrum->weight[i] * spectrum->value[i] * (of_signal ? spectrum->signal[i] : 1);
    return sum;
}

size_t spectrum_mode_of(const struct sgdmft_spectrum *spectrum, size_t dim, size_t i)
{
    const double place = ((double)i + 0.5) / (double)dim;
    size_t mode = 0;
    for (double below = spectrum->weight[0]; mode + 1 < spectrum->modes && place > below;
         below += spectrum->weight[mode])
        mode++;
    return mode;
}

/* VALUE[:WEIGHT[:SIGNAL]] */
static enum sgdmft_status parse_mode(char *piece, double number[3], struct sgdmft_error *error)
{
    char *rest = piece, whole[64];
    snprintf(whole, sizeof whole, "%s", piece);
    number[0] = number[1] = number[2] = 1;
    for (int i = 0; rest; i++) {
        char *text = strsep(&rest, ":");
        while (*text == ' ')
            text++;
        text[strcspn(text, " ")] = '\0';
        const bool good = i < 3 && number_real(text, &number[i]) == NUMBER_OK && number[i] >= 0 && number[i] <= 1e6;
        if (!good || (i == 1 && number[1] == 0))
            return sgdmft_fail(error, SGDMFT_USAGE,
                               "covariance_spectrum: '%.60s' is not VALUE, VALUE:WEIGHT or VALUE:WEIGHT:SIGNAL with an "
                               "eigenvalue from 0 to 1e6, a weight > 0 and a signal >= 0",
                               whole);
    }
    return SGDMFT_OK;
}

/* ---- powerlaw:A[:BETA[:CUT]] ------------------------------------------------------------------------------- */

bool spectrum_is_powerlaw(const char *text)
{
    return strncmp(text, POWERLAW ":", strlen(POWERLAW ":")) == 0;
}

/* Reads A, BETA, CUT as far as they are given. Returns their number, 0 for a wrong text. */
static int read_powerlaw(const char *text, double number[3])
{
    char copy[SGDMFT_TEXT_MAX], *rest = copy;
    int count = 0;
    snprintf(copy, sizeof copy, "%s", text + strlen(POWERLAW ":"));
    number[1] = 0;
    while (rest) {
        const char *piece = strsep(&rest, ":");
        if (count == 3 || number_real(piece, &number[count]) != NUMBER_OK || !(number[count] >= 0)
            || number[count] > (count == 2 ? 1e8 : 10)
            || (count == 2 && !(number[2] >= 1 && number[2] == rint(number[2]))))
            return 0;
        count++;
    }
    return count;
}

static enum sgdmft_status refuse_powerlaw(const char *text, struct sgdmft_error *error)
{
    return sgdmft_fail(
        error, SGDMFT_USAGE,
        "covariance_spectrum: '%.80s' is not powerlaw:A, powerlaw:A:BETA or powerlaw:A:BETA:CUT with A and "
        "BETA from 0 to 10 and a whole number CUT from 1 to 1e8",
        text);
}

enum sgdmft_status spectrum_complete(char text[SGDMFT_TEXT_MAX], long dim, struct sgdmft_error *error)
{
    double number[3];
    if (!spectrum_is_powerlaw(text))
        return SGDMFT_OK;
    const int given = read_powerlaw(text, number);
    if (given == 0)
        return refuse_powerlaw(text, error);
    if (given == 3 && number[2] > (double)dim)
        return sgdmft_fail(error, SGDMFT_USAGE, "covariance_spectrum: '%.80s' has more eigenvalues than dim = %ld",
                           text, dim);
    if (given < 3)
        snprintf(text, SGDMFT_TEXT_MAX, POWERLAW ":%.15g:%.15g:%ld", number[0], number[1], dim);
    return SGDMFT_OK;
}

/* Last eigenvalue of the block that begins after i: blocks grow by this factor. */
static double block_end(double i, double growth, double cut)
{
    return fmin(cut, fmax(i + 1, floor(i * growth)));
}

static size_t blocks_of(double growth, double cut)
{
    size_t count = 0;
    for (double i = 0; i < cut && count <= SGDMFT_MODES_MAX; i = block_end(i, growth, cut))
        count++;
    return count;
}

/* The smallest growth with which the blocks are not too many. */
static double block_growth(double cut)
{
    double low = 1, high = cut + 1;
    while (high - low > 1e-6) {
        const double middle = (low + high) / 2;
        *(blocks_of(middle, cut) > SGDMFT_MODES_MAX ? &low : &high) = middle;
    }
    return high;
}

static enum sgdmft_status parse_powerlaw(const char *text, struct sgdmft_spectrum *spectrum, struct sgdmft_error *error)
{
    double number[3], total = 0;
    if (read_powerlaw(text, number) != 3)
        return refuse_powerlaw(text, error);
    spectrum->exact = true;
    const double cut = number[2], growth = block_growth(cut);
    for (double i = 0; i < cut;) {
        const size_t s = spectrum->modes++;
        const double end = block_end(i, growth, cut), count = end - i;
        double value = 0, signal = 0;
        for (i++; i <= end; i++) {
            value += pow(i, -number[0]);
            signal += pow(i, -number[1]);
        }
        i = end;
        spectrum->value[s] = value / count;
        spectrum->weight[s] = count / cut;
        spectrum->signal[s] = signal / count;
        total += signal / cut;
    }
    for (size_t s = 0; s < spectrum->modes; s++)
        spectrum->signal[s] /= total;
    return SGDMFT_OK;
}

/* ---- a list ----------------------------------------------------------------------------------------------- */

enum sgdmft_status spectrum_parse(const char *text, struct sgdmft_spectrum *spectrum, struct sgdmft_error *error)
{
    char copy[SGDMFT_TEXT_MAX], *rest = copy;
    double weights = 0, signal = 0;
    *spectrum = (struct sgdmft_spectrum){.modes = 0};
    if (!*text)
        return SGDMFT_OK;
    if (spectrum_is_powerlaw(text))
        return parse_powerlaw(text, spectrum, error);
    snprintf(copy, sizeof copy, "%s", text);
    while (rest) {
        double number[3];
        const size_t i = spectrum->modes;
        if (i == SGDMFT_MODES_MAX)
            return sgdmft_fail(error, SGDMFT_USAGE, "covariance_spectrum: more than %d eigenvalues", SGDMFT_MODES_MAX);
        const enum sgdmft_status status = parse_mode(strsep(&rest, ","), number, error);
        if (status)
            return status;
        spectrum->value[i] = number[0];
        spectrum->weight[i] = number[1];
        spectrum->signal[i] = number[2];
        weights += number[1];
        signal += number[1] * number[2];
        spectrum->modes++;
    }
    for (size_t i = 0; i < spectrum->modes; i++) {
        spectrum->weight[i] /= weights;
        spectrum->signal[i] *= signal > 0 ? weights / signal : 0;
    }
    if (!(sgdmft_spectrum_mean(spectrum, true) > 0))
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "covariance_spectrum: '%.80s' leaves the examples without variance along the signal", text);
    return SGDMFT_OK;
}
