/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one list of observables (THEORY 2 and 7). Files, csv columns, tables and plots follow its order. */
#include <sgdmft/result.h>

/* The law of a kind of margin. */
#define MARGINS(kind, what)                                                                                            \
    {"margins", kind "_density", "1", "margin_step,bin", "density of the " what, false},                               \
        {"margins", kind "_quantiles", "1", "margin_step,level", "quantiles (1, 5, 25, 50 %) of the " what, false},    \
        {"margins", kind "_mean", "1", "margin_step", "mean of the " what, false},                                     \
    {                                                                                                                  \
        "margins", kind "_smallest", "1", "margin_step", "smallest of the " what " (simulation)", false                \
    }

/* clang-format off */
/* Of the averaged weights (A3), named as those of the last: average_series.h. */
#define AVERAGED(name, what) {"series", "averaged_" name, "1", "step", what " of the averaged weights", false}

const struct sgdmft_observable sgdmft_observables[] = {
    {"series", "overlap", "1", "step", "overlap m = w.v/N of the weights with the signal", true},
    {"series", "norm", "1", "step", "squared norm C(k,k) = |w|^2/N of the weights", true},
    {"series", "train_loss", "1", "step", "loss per training example, without the ridge term", true},
    {"series", "train_error", "1", "step", "fraction of misclassified training examples", true},
    {"series", "test_loss", "1", "step", "loss per fresh example", true},
    {"series", "test_error", "1", "step", "fraction of misclassified fresh examples", true},
    {"series", "gradient_overlap", "1", "step", "overlap w.g/N of the weights with the mini-batch gradient, ridge "
     "included",
     false},
    {"series", "gradient_norm", "1", "step", "squared norm |g|^2/N of the mini-batch gradient, ridge included", false},
    {"series", "train_loss_clean", "1", "step", "loss per training example whose label is not flipped", false},
    {"series", "train_loss_flipped", "1", "step", "loss per training example with a flipped label, against that label",
     false},
    {"series", "train_error_clean", "1", "step", "misclassified fraction of the training examples whose label is not "
     "flipped",
     false},
    {"series", "train_error_flipped", "1", "step",
     "misclassified fraction of the training examples with a flipped label, against that label: 0 when learned by "
     "heart", false},
    {"series", "distance", "1", "step", "distance |w1 - w2|^2/N of two replicas: same data and start, own batches",
     false},
    {"series", "distance_normalised", "1", "step", "distance of two replicas divided by the norm", false},
    {"series", "tangent_share", "1", "step",
     "largest share of one path, at any step before, in the mean of tangents that is the memory kernel (theory, loss "
     "not convex)",
     false},
    AVERAGED("overlap", "overlap m = w.v/N"),
    AVERAGED("norm", "squared norm |w|^2/N"),
    AVERAGED("train_loss", "loss per training example, without the ridge term,"),
    AVERAGED("train_error", "fraction of misclassified training examples"),
    AVERAGED("test_loss", "loss per fresh example"),
    AVERAGED("test_error", "fraction of misclassified fresh examples"),
    {"two_time", "correlation", "1", "waiting,lag", "correlation C(waiting + lag, waiting) = w.w/N of two times",
     false},
    {"two_time", "response", "1", "waiting,lag",
     "integrated response chi(waiting + lag, waiting) to a constant force switched on at waiting", false},
    {"two_time", "correlation_matrix", "1", "row,column", "correlation C(k,l) = w.w/N of step k = row and step l = "
     "column", false},
    {"two_time", "response_matrix", "1", "row,column",
     "response R(k,l) at step k = row to a force in the step l -> l+1, l = column; 0 for l >= k", false},
    MARGINS("raw", "margins y phi of the training examples"),
    MARGINS("normalised", "margins y phi of the training examples, divided by the root of the norm"),
    MARGINS("wall", "distances of r of the training examples from the nearest zero of phi, negative on the wrong side"),
    MARGINS("wall_normalised", "distances of r of the training examples from the nearest zero of phi, negative on the "
    "wrong side, divided by the root of the norm"),
    {"margins", "fraction_negative", "1", "margin_step", "fraction of training examples with a negative margin", false},
    {"margins", "fraction_below_kappa", "1", "margin_step", "fraction of training examples with a margin below kappa",
     false},
    {"margins", "contacts", "1", "margin_step", "fraction of training examples with a margin within contact_tolerance "
     "of kappa",
     false},
    {"sharpness", "trace", "1", "sharpness_step", "trace of the Hessian over the dimension", false},
    {"sharpness", "upper_edge", "1", "sharpness_step", "upper edge of the bulk of the Hessian's spectrum (theory)",
     false},
    {"sharpness", "lower_edge", "1", "sharpness_step", "lower edge of the bulk of the Hessian's spectrum (theory)",
     false},
    {"sharpness", "condition", "1", "sharpness_step",
     "condition number of the Hessian: edges of the bulk (theory), extreme eigenvalues (simulation)", false},
    {"sharpness", "largest", "1", "sharpness_step,eigenvalue", "largest eigenvalues of the Hessian (simulation)",
     false},
    {"sharpness", "smallest", "1", "sharpness_step", "smallest eigenvalue of the Hessian (simulation)", false},
    {"sharpness", "signal_overlap", "1", "sharpness_step,eigenvalue",
     "squared cosine of the signal with the top eigenvectors of the Hessian (simulation)", false},
    {"sharpness", "weight_overlap", "1", "sharpness_step,eigenvalue",
     "squared cosine of the weights with the top eigenvectors of the Hessian (simulation)", false},
    {"sharpness", "step_overlap", "1", "sharpness_step,eigenvalue",
     "squared cosine of the step made from there with the top eigenvectors of the Hessian (simulation)", false},
    {"stationary", "correlation_limit", "1", "step", "C(infinity), the limit of the correlation at long lags", false},
    {"stationary", "response_limit", "1", "step", "chi(infinity), the limit of the integrated response", false},
    {"stationary", "teff_short", "1", "step", "effective temperature of one step, [C(0) - C(1)]/chi(1)", false},
    {"stationary", "teff_chord", "1", "step", "effective temperature of all lags, [C(0) - C(infinity)]/chi(infinity)",
     false},
    {"spectrum", "omega", "1/steps", "omega", "angular frequency", false},
    {"spectrum", "teff", "1", "omega", "effective temperature of the frequency", false},
    {"derived", "teff_short", "1", "value", "effective temperature at short times, from the curve of C against chi",
     false},
    {"derived", "teff_chord", "1", "value", "effective temperature of the chord to the limits of C and chi", false},
    {"derived", "teff_late", "1", "value", "effective temperature where the curve of C against chi ends", false},
    {"derived", "correlation_limit", "1", "value", "limit of the correlation at long lags", false},
    {"derived", "response_limit", "1", "value", "limit of the integrated response", false},
    {"derived", "omega", "1/steps", "omega", "angular frequency", false},
    {"derived", "teff", "1", "omega", "effective temperature of the frequency, from C and chi", false},
    {"derived", "train_error_zero", "1", "value", "fraction of the samples whose training error comes down to zero",
     false},
    {"derived", "train_loss_zero", "1", "value", "fraction of the samples whose training loss comes down to zero",
     false},
};
/* clang-format on */

const size_t sgdmft_observable_count = sizeof sgdmft_observables / sizeof sgdmft_observables[0];
