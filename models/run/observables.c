/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one list of observables (THEORY 2 and 7). Files, csv columns, tables and plots follow its order. */
#include <sgdmft/result.h>

const struct sgdmft_observable sgdmft_observables[] = {
    {"series", "overlap", "1", "step", "overlap m = w.v/N of the weights with the signal", true},
    {"series", "norm", "1", "step", "squared norm C(k,k) = |w|^2/N of the weights", true},
    {"series", "train_loss", "1", "step", "loss per training example, without the ridge term", true},
    {"series", "train_error", "1", "step", "fraction of misclassified training examples", true},
    {"series", "test_loss", "1", "step", "loss per fresh example", true},
    {"series", "test_error", "1", "step", "fraction of misclassified fresh examples", true},
    {"series", "gradient_overlap", "1", "step", "overlap w.g/N of the weights with the mini-batch gradient, ridge included",
     false},
    {"series", "gradient_norm", "1", "step", "squared norm |g|^2/N of the mini-batch gradient, ridge included", false},
    {"two_time", "correlation", "1", "waiting,lag", "correlation C(waiting + lag, waiting) = w.w/N of two times",
     false},
    {"two_time", "response", "1", "waiting,lag",
     "integrated response chi(waiting + lag, waiting) to a constant force switched on at waiting", false},
    {"stationary", "correlation_limit", "1", "step", "C(infinity), the limit of the correlation at long lags", false},
    {"stationary", "response_limit", "1", "step", "chi(infinity), the limit of the integrated response", false},
    {"stationary", "teff_short", "1", "step", "effective temperature of one step, [C(0) - C(1)]/chi(1)", false},
    {"stationary", "teff_chord", "1", "step", "effective temperature of all lags, [C(0) - C(infinity)]/chi(infinity)",
     false},
    {"spectrum", "omega", "1/steps", "omega", "angular frequency", false},
    {"spectrum", "teff", "1", "omega", "effective temperature of the frequency", false},
};

const size_t sgdmft_observable_count = sizeof sgdmft_observables / sizeof sgdmft_observables[0];
