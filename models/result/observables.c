/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one list of observables (THEORY 2 and 9). Files, csv columns, tables and plots follow its order. */
#include "models/result/margins.h"
#include "models/result/memorization.h"

/* ---- where they are present ------------------------------------------------------------------------- */

static bool by_theory(const struct sgdmft_run *run, enum sgdmft_source source)
{
    (void)run;
    return source == SGDMFT_THEORY;
}

/* Paths have no smallest margin, and the infinite matrix of engines with paths no top eigenvalue. */
static bool by_simulation(const struct sgdmft_run *run, enum sgdmft_source source)
{
    (void)run;
    return source == SGDMFT_SIMULATION;
}

static bool with_flipped(const struct sgdmft_run *run, enum sgdmft_source source)
{
    (void)source;
    return memorization_matters(run);
}

static bool with_average(const struct sgdmft_run *run, enum sgdmft_source source)
{
    (void)source;
    return run->derived.average.taken;
}

static bool with_replicas(const struct sgdmft_run *run, enum sgdmft_source source)
{
    (void)source;
    return run->replicas > 1;
}

static bool with_matrices(const struct sgdmft_run *run, enum sgdmft_source source)
{
    (void)source;
    return run->full_matrices;
}

static bool with_kappa(const struct sgdmft_run *run, enum sgdmft_source source)
{
    (void)source;
    return run->loss->uses_kappa;
}

static bool with_walls(const struct sgdmft_run *run, enum sgdmft_source source)
{
    (void)source;
    return margins_have_walls(run);
}

static bool smallest_wall(const struct sgdmft_run *run, enum sgdmft_source source)
{
    return with_walls(run, source) && by_simulation(run, source);
}

/* ---- the list ------------------------------------------------------------------------------------------ */

/* clang-format off */
#define STEP SGDMFT_AXIS_STEP
#define WAITING SGDMFT_AXIS_WAITING
#define LAG SGDMFT_AXIS_LAG
#define ROW SGDMFT_AXIS_ROW
#define COLUMN SGDMFT_AXIS_COLUMN
#define OMEGA SGDMFT_AXIS_OMEGA
#define MARGIN_STEP SGDMFT_AXIS_MARGIN_STEP
#define BIN SGDMFT_AXIS_BIN
#define LEVEL SGDMFT_AXIS_LEVEL
#define SHARPNESS_STEP SGDMFT_AXIS_SHARPNESS_STEP
#define EIGENVALUE SGDMFT_AXIS_EIGENVALUE
#define VALUE SGDMFT_AXIS_VALUE

/* The law of a kind of margin. */
#define MARGINS(kind, where, smallest_where, what)                                                                     \
    {.group = "margins", .name = kind "_density", .units = "1", .axis = {MARGIN_STEP, BIN},                            \
     .description = "density of the " what, .present = where},                                                         \
    {.group = "margins", .name = kind "_quantiles", .units = "1", .axis = {MARGIN_STEP, LEVEL},                        \
     .description = "quantiles (1, 5, 25, 50 %) of the " what, .present = where},                                      \
    {.group = "margins", .name = kind "_mean", .units = "1", .axis = {MARGIN_STEP},                                    \
     .description = "mean of the " what, .present = where},                                                            \
    {.group = "margins", .name = kind "_smallest", .units = "1", .axis = {MARGIN_STEP},                                \
     .description = "smallest of the " what " (simulation)", .present = smallest_where}

/* Of the averaged weights (A3), named as those of the last: average_series.h. */
#define AVERAGED(of, what)                                                                                             \
    {.group = "series", .name = "averaged_" of, .units = "1", .axis = {STEP},                                          \
     .description = what " of the averaged weights", .present = with_average}

const struct sgdmft_observable sgdmft_observables[] = {
    {.group = "series", .name = "overlap", .units = "1", .axis = {STEP},
     .description = "overlap m = w.v/N of the weights with the signal",
     .standard = true, .latex = "$m$", .words = "overlap", .letter = "{/:Italic m}"},
    {.group = "series", .name = "norm", .units = "1", .axis = {STEP},
     .description = "squared norm C(k,k) = |w|^2/N of the weights",
     .standard = true, .latex = "$C(t,t)$", .words = "norm", .letter = "{/:Italic C}({/:Italic t},{/:Italic t})"},
    {.group = "series", .name = "train_loss", .units = "1", .axis = {STEP},
     .description = "loss per training example, without the ridge term",
     .standard = true, .latex = "training loss", .words = "training loss", .letter = ""},
    {.group = "series", .name = "train_error", .units = "1", .axis = {STEP},
     .description = "fraction of misclassified training examples",
     .standard = true, .latex = "training error", .words = "training error", .letter = ""},
    {.group = "series", .name = "test_loss", .units = "1", .axis = {STEP},
     .description = "loss per fresh example",
     .standard = true, .latex = "test loss", .words = "test loss", .letter = ""},
    {.group = "series", .name = "test_error", .units = "1", .axis = {STEP},
     .description = "fraction of misclassified fresh examples",
     .standard = true, .latex = "test error", .words = "test error", .letter = ""},
    {.group = "series", .name = "gradient_overlap", .units = "1", .axis = {STEP},
     .description = "overlap w.g/N of the weights with the mini-batch gradient, ridge included"},
    {.group = "series", .name = "gradient_norm", .units = "1", .axis = {STEP},
     .description = "squared norm |g|^2/N of the mini-batch gradient, ridge included"},
    {.group = "series", .name = "train_loss_clean", .units = "1", .axis = {STEP},
     .description = "loss per training example whose label is not flipped",
     .present = with_flipped},
    {.group = "series", .name = "train_loss_flipped", .units = "1", .axis = {STEP},
     .description = "loss per training example with a flipped label, against that label",
     .present = with_flipped},
    {.group = "series", .name = "train_error_clean", .units = "1", .axis = {STEP},
     .description = "misclassified fraction of the training examples whose label is not flipped",
     .present = with_flipped},
    {.group = "series", .name = "train_error_flipped", .units = "1", .axis = {STEP},
     .description = "misclassified fraction of the training examples with a flipped label, against that label: "
     "0 when learned by heart",
     .present = with_flipped},
    {.group = "series", .name = "distance", .units = "1", .axis = {STEP},
     .description = "distance |w1 - w2|^2/N of two replicas: same data and start, own batches",
     .present = with_replicas, .latex = "$|w_1-w_2|^2/N$", .words = "distance of replicas",
     .letter = "|w_1 − w_2|^2/{/:Italic N}"},
    {.group = "series", .name = "distance_normalised", .units = "1", .axis = {STEP},
     .description = "distance of two replicas divided by the norm",
     .present = with_replicas, .latex = "$|w_1-w_2|^2/|w|^2$", .words = "distance of replicas",
     .letter = "|w_1 − w_2|^2/|w|^2"},
    {.group = "series", .name = "tangent_share", .units = "1", .axis = {STEP},
     .description = "largest share of one path, at any step before, in the mean of tangents that is the memory "
     "kernel (theory, loss not convex)"},
    AVERAGED("overlap", "overlap m = w.v/N"),
    AVERAGED("norm", "squared norm |w|^2/N"),
    AVERAGED("train_loss", "loss per training example, without the ridge term,"),
    AVERAGED("train_error", "fraction of misclassified training examples"),
    AVERAGED("test_loss", "loss per fresh example"),
    AVERAGED("test_error", "fraction of misclassified fresh examples"),
    {.group = "two_time", .name = "correlation", .units = "1", .axis = {WAITING, LAG},
     .description = "correlation C(waiting + lag, waiting) = w.w/N of two times"},
    {.group = "two_time", .name = "response", .units = "1", .axis = {WAITING, LAG},
     .description = "integrated response chi(waiting + lag, waiting) to a constant force switched on at waiting"},
    {.group = "two_time", .name = "correlation_matrix", .units = "1", .axis = {ROW, COLUMN},
     .description = "correlation C(k,l) = w.w/N of step k = row and step l = column",
     .present = with_matrices},
    {.group = "two_time", .name = "response_matrix", .units = "1", .axis = {ROW, COLUMN},
     .description = "response R(k,l) at step k = row to a force in the step l -> l+1, l = column; 0 for l >= k",
     .present = with_matrices},
    MARGINS("raw", NULL, by_simulation, "margins y phi of the training examples"),
    MARGINS("normalised", NULL, by_simulation, "margins y phi of the training examples, divided by the root of the "
    "norm"),
    MARGINS("wall", with_walls, smallest_wall, "distances of r of the training examples from the nearest zero of phi, "
    "negative on the wrong side"),
    MARGINS("wall_normalised", with_walls, smallest_wall, "distances of r of the training examples from the nearest "
    "zero of phi, negative on the "
    "wrong side, divided by the root of the norm"),
    {.group = "margins", .name = "fraction_negative", .units = "1", .axis = {MARGIN_STEP},
     .description = "fraction of training examples with a negative margin",
     .latex = "$P(\\mathrm{margin}<0)$", .words = "fraction of negative margins", .letter = ""},
    {.group = "margins", .name = "fraction_below_kappa", .units = "1", .axis = {MARGIN_STEP},
     .description = "fraction of training examples with a margin below kappa",
     .present = with_kappa, .latex = "$P(\\mathrm{margin}<\\kappa)$", .words = "fraction of margins below {/:Italic "
     "κ}", .letter = ""},
    {.group = "margins", .name = "contacts", .units = "1", .axis = {MARGIN_STEP},
     .description = "fraction of training examples with a margin within contact_tolerance of kappa",
     .present = with_kappa},
    {.group = "sharpness", .name = "trace", .units = "1", .axis = {SHARPNESS_STEP},
     .description = "trace of the Hessian over the dimension"},
    {.group = "sharpness", .name = "upper_edge", .units = "1", .axis = {SHARPNESS_STEP},
     .description = "upper edge of the bulk of the Hessian's spectrum (theory)",
     .present = by_theory},
    {.group = "sharpness", .name = "lower_edge", .units = "1", .axis = {SHARPNESS_STEP},
     .description = "lower edge of the bulk of the Hessian's spectrum (theory)",
     .present = by_theory},
    {.group = "sharpness", .name = "condition", .units = "1", .axis = {SHARPNESS_STEP},
     .description = "condition number of the Hessian: edges of the bulk (theory), extreme eigenvalues (simulation)"},
    {.group = "sharpness", .name = "largest", .units = "1", .axis = {SHARPNESS_STEP, EIGENVALUE},
     .description = "largest eigenvalues of the Hessian (simulation, engine conditional)",
     .present = by_simulation},
    {.group = "sharpness", .name = "smallest", .units = "1", .axis = {SHARPNESS_STEP},
     .description = "smallest eigenvalue of the Hessian (simulation, engine conditional)",
     .present = by_simulation},
    {.group = "sharpness", .name = "signal_overlap", .units = "1", .axis = {SHARPNESS_STEP, EIGENVALUE},
     .description = "squared cosine of the signal with the top eigenvectors of the Hessian (simulation, engine "
     "conditional)",
     .present = by_simulation},
    {.group = "sharpness", .name = "weight_overlap", .units = "1", .axis = {SHARPNESS_STEP, EIGENVALUE},
     .description = "squared cosine of the weights with the top eigenvectors of the Hessian (simulation, engine "
     "conditional)",
     .present = by_simulation},
    {.group = "sharpness", .name = "step_overlap", .units = "1", .axis = {SHARPNESS_STEP, EIGENVALUE},
     .description = "squared cosine of the step made from there with the top eigenvectors of the Hessian (simulation, "
     "engine conditional)",
     .present = by_simulation},
    {.group = "stationary", .name = "correlation_limit", .units = "1", .axis = {STEP},
     .description = "C(infinity), the limit of the correlation at long lags"},
    {.group = "stationary", .name = "response_limit", .units = "1", .axis = {STEP},
     .description = "chi(infinity), the limit of the integrated response"},
    {.group = "stationary", .name = "teff_short", .units = "1", .axis = {STEP},
     .description = "effective temperature of one step, [C(0) - C(1)]/chi(1)"},
    {.group = "stationary", .name = "teff_chord", .units = "1", .axis = {STEP},
     .description = "effective temperature of all lags, [C(0) - C(infinity)]/chi(infinity)"},
    {.group = "spectrum", .name = "omega", .units = "1/steps", .axis = {OMEGA},
     .description = "angular frequency"},
    {.group = "spectrum", .name = "teff", .units = "1", .axis = {OMEGA},
     .description = "effective temperature of the frequency"},
    {.group = "derived", .name = "teff_short", .units = "1", .axis = {VALUE},
     .description = "effective temperature at short times, from the curve of C against chi",
     .latex = "$T_\\mathrm{eff}$ (short)", .words = "short times", .letter = "{/:Italic T}_{eff}"},
    {.group = "derived", .name = "teff_chord", .units = "1", .axis = {VALUE},
     .description = "effective temperature of the chord to the limits of C and chi",
     .latex = "$T_\\mathrm{eff}$ (chord)", .words = "chord", .letter = "{/:Italic T}_{eff}"},
    {.group = "derived", .name = "teff_late", .units = "1", .axis = {VALUE},
     .description = "effective temperature where the curve of C against chi ends",
     .latex = "$T_\\mathrm{eff}$ (late)", .words = "late", .letter = "{/:Italic T}_{eff}"},
    {.group = "derived", .name = "correlation_limit", .units = "1", .axis = {VALUE},
     .description = "limit of the correlation at long lags",
     .latex = "$C(\\infty)$", .words = "limit of the correlation", .letter = "{/:Italic C}(∞)"},
    {.group = "derived", .name = "response_limit", .units = "1", .axis = {VALUE},
     .description = "limit of the integrated response",
     .latex = "$\\chi(\\infty)$", .words = "limit of the response", .letter = "{/:Italic χ}(∞)"},
    {.group = "derived", .name = "omega", .units = "1/steps", .axis = {OMEGA},
     .description = "angular frequency"},
    {.group = "derived", .name = "teff", .units = "1", .axis = {OMEGA},
     .description = "effective temperature of the frequency, from C and chi"},
    {.group = "derived", .name = "train_error_zero", .units = "1", .axis = {VALUE},
     .description = "fraction of the samples whose training error comes down to zero",
     .latex = "$P(\\mathrm{error}\\to0)$", .words = "fraction of samples that reach zero error", .letter = ""},
    {.group = "derived", .name = "train_loss_zero", .units = "1", .axis = {VALUE},
     .description = "fraction of the samples whose training loss comes down to zero",
     .latex = "$P(\\mathrm{loss}\\to0)$", .words = "fraction of samples that reach zero loss", .letter = ""},
};
/* clang-format on */

const size_t sgdmft_observable_count = sizeof sgdmft_observables / sizeof sgdmft_observables[0];
