/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The spectrum of the covariance of Gaussian data, from its text (THEORY section 10). */
#include "models/run/parameter_table.h"

#include <string.h>

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

enum sgdmft_status spectrum_parse(const char *text, struct sgdmft_spectrum *spectrum, struct sgdmft_error *error)
{
    char copy[SGDMFT_TEXT_MAX], *rest = copy;
    double weights = 0, signal = 0;
    *spectrum = (struct sgdmft_spectrum){.modes = 0};
    if (!*text)
        return SGDMFT_OK;
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
