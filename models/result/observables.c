/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one list of observables (THEORY 2 and 9). Files, csv columns, tables and plots follow its order. */
#include "models/result/margins.h"
#include "models/result/memorization.h"
#include "models/result/sharpness_series.h"

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

static bool with_steps(const struct sgdmft_run *run, enum sgdmft_source source)
{
    (void)source;
    return !run->rule->continuous;
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

#define OF(group_name, dataset, ...) .group = group_name, .name = dataset, .units = "1", .axis = {__VA_ARGS__}
#define SYMBOL(in_latex, in_words, as_letter) .latex = in_latex, .words = in_words, .letter = as_letter

/* The law of a kind of margin. */
#define MARGINS(kind, where, smallest_where, what)                                                                     \
    {OF("margins", kind "_density", MARGIN_STEP, BIN),                            \
     .description = "density of the " what, .present = where},                                                         \
    {OF("margins", kind "_quantiles", MARGIN_STEP, LEVEL),                        \
     .description = "quantiles (1, 5, 25, 50 %) of the " what, .present = where},                                      \
    {OF("margins", kind "_mean", MARGIN_STEP),                                    \
     .description = "mean of the " what, .present = where},                                                            \
    {OF("margins", kind "_smallest", MARGIN_STEP),                                \
     .description = "smallest of the " what " (simulation)", .present = smallest_where}

/* Of the averaged weights (A3), named as those of the last: average_series.h. */
#define AVERAGED(of, in, by, what)                                                                                     \
    {OF("series", "averaged_" of, STEP), .description = what " of the averaged weights", .present = with_average,      \
     .scale = in, .counted = SGDMFT_COUNTED_##by, .decisive = true}

const struct sgdmft_observable sgdmft_observables[] = {
    {OF("series", "overlap", STEP), .standard = true, .decisive = true, SYMBOL("$m$", "overlap", "{/:Italic m}"),
     .scale = SGDMFT_SCALE_ROOT_NORM,
     .description = "overlap m = w.v/N of the weights with the signal"},
    {OF("series", "norm", STEP), .standard = true, .decisive = true,
     SYMBOL("$C(t,t)$", "norm", "{/:Italic C}({/:Italic t},{/:Italic t})"),
     .scale = SGDMFT_SCALE_NORM, .grows = true,
     .description = "squared norm C(k,k) = |w|^2/N of the weights"},
    {OF("series", "train_loss", STEP), .standard = true, .decisive = true, SYMBOL("training loss", "training loss", ""),
     .grows = true,
     .description = "loss per training example, without the ridge term"},
    {OF("series", "train_error", STEP), .standard = true, .decisive = true,
     SYMBOL("training error", "training error", ""), .counted = SGDMFT_COUNTED_TRAINING,
     .description = "fraction of misclassified training examples"},
    {OF("series", "test_loss", STEP), .standard = true, .decisive = true, SYMBOL("test loss", "test loss", ""),
     .grows = true,
     .description = "loss per fresh example"},
    {OF("series", "test_error", STEP), .standard = true, .decisive = true, SYMBOL("test error", "test error", ""),
     .counted = SGDMFT_COUNTED_TEST,
     .description = "fraction of misclassified fresh examples"},
    {OF("series", "gradient_overlap", STEP),
     .of_a_step = true,
     .description = "overlap w.g/N of the weights with the mini-batch gradient, ridge included"},
    {OF("series", "gradient_norm", STEP),
     .of_a_step = true,
     .description = "squared norm |g|^2/N of the mini-batch gradient, ridge included"},
    {OF("series", "train_loss_clean", STEP), .present = with_flipped,
     .description = "loss per training example whose label is not flipped"},
    {OF("series", "train_loss_flipped", STEP), .present = with_flipped,
     .description = "loss per training example with a flipped label, against that label"},
    {OF("series", "train_error_clean", STEP), .present = with_flipped,
     .description = "misclassified fraction of the training examples whose label is not flipped"},
    {OF("series", "train_error_flipped", STEP), .present = with_flipped,
     .description = "misclassified fraction of the training examples with a flipped label, against that label: "
     "0 for memorized labels"},
    {OF("series", "distance", STEP), .present = with_replicas,
     SYMBOL("$|w_1-w_2|^2/N$", "distance of replicas", "|w_1 − w_2|^2/{/:Italic N}"),
     .description = "distance |w1 - w2|^2/N of two replicas: same data and start, own batches"},
    {OF("series", "distance_normalised", STEP), .present = with_replicas,
     SYMBOL("$|w_1-w_2|^2/|w|^2$", "distance of replicas", "|w_1 − w_2|^2/|w|^2"),
     .description = "distance of two replicas divided by the norm"},
    {OF("series", "tangent_share", STEP),
     .description = "largest share of one path, at any step before, in the mean of tangents that is the memory "
     "kernel (theory, loss not convex)"},
    AVERAGED("overlap", SGDMFT_SCALE_ROOT_NORM, NONE, "overlap m = w.v/N"),
    AVERAGED("norm", SGDMFT_SCALE_NORM, NONE, "squared norm |w|^2/N"),
    AVERAGED("train_loss", SGDMFT_SCALE_VALUES, NONE, "loss per training example, without the ridge term,"),
    AVERAGED("train_error", SGDMFT_SCALE_VALUES, TRAINING, "fraction of misclassified training examples"),
    AVERAGED("test_loss", SGDMFT_SCALE_VALUES, NONE, "loss per fresh example"),
    AVERAGED("test_error", SGDMFT_SCALE_VALUES, TEST, "fraction of misclassified fresh examples"),
    {OF("two_time", "correlation", WAITING, LAG),
     .scale = SGDMFT_SCALE_NORM, .decisive = true,
     .description = "correlation C(waiting + lag, waiting) = w.w/N of two times"},
    {OF("two_time", "response", WAITING, LAG),
     .description = "integrated response chi(waiting + lag, waiting) to a constant force switched on at waiting"},
    {OF("two_time", "correlation_matrix", ROW, COLUMN), .present = with_matrices,
     .description = "correlation C(k,l) = w.w/N of step k = row and step l = column"},
    {OF("two_time", "response_matrix", ROW, COLUMN), .present = with_matrices,
     .description = "response R(k,l) at step k = row to a force in the step l -> l+1, l = column; 0 for l >= k"},
    MARGINS("raw", NULL, by_simulation, "margins y phi of the training examples"),
    MARGINS("normalised", NULL, by_simulation,
            "margins y phi of the training examples, divided by the root of the norm"),
    MARGINS("wall", with_walls, smallest_wall,
            "distances of r of the training examples from the nearest zero of phi, negative on the wrong side"),
    MARGINS("wall_normalised", with_walls, smallest_wall,
            "distances of r of the training examples from the nearest zero of phi, negative on the "
            "wrong side, divided by the root of the norm"),
    {OF("margins", "fraction_negative", MARGIN_STEP),
     SYMBOL("$P(\\mathrm{margin}<0)$", "fraction of negative margins", ""),
     .description = "fraction of training examples with a negative margin"},
    {OF("margins", "fraction_below_kappa", MARGIN_STEP), .present = with_kappa,
     SYMBOL("$P(\\mathrm{margin}<\\kappa)$", "fraction of margins below {/:Italic κ}", ""),
     .description = "fraction of training examples with a margin below kappa"},
    {OF("margins", "contacts", MARGIN_STEP), .present = with_kappa,
     .description = "fraction of training examples with a margin within contact_tolerance of kappa"},
    {OF("sharpness", "trace", SHARPNESS_STEP),
     .in_mean = true,
     .description = "trace of the Hessian over the dimension"},
    {OF("sharpness", "upper_edge", SHARPNESS_STEP), .present = by_theory,
     .description = "upper edge of the bulk of the Hessian's spectrum (theory)"},
    {OF("sharpness", "lower_edge", SHARPNESS_STEP), .present = by_theory,
     .description = "lower edge of the bulk of the Hessian's spectrum (theory)"},
    {OF("sharpness", "condition", SHARPNESS_STEP),
     .description = "condition number of the Hessian: edges of the bulk (theory), extreme eigenvalues (simulation)"},
    {OF("sharpness", "largest", SHARPNESS_STEP, EIGENVALUE), .present = by_simulation,
     .description = "largest eigenvalues of the Hessian (simulation, engine conditional)"},
    {OF("sharpness", "smallest", SHARPNESS_STEP), .present = by_simulation,
     .description = "smallest eigenvalue of the Hessian (simulation, engine conditional)"},
    {OF("sharpness", "signal_overlap", SHARPNESS_STEP, EIGENVALUE), .present = by_simulation,
     .scale = SGDMFT_SCALE_ONE,
     .description = "squared cosine of the signal with the top eigenvectors of the Hessian (simulation, engine "
     "conditional)"},
    {OF("sharpness", "weight_overlap", SHARPNESS_STEP, EIGENVALUE), .present = by_simulation,
     .scale = SGDMFT_SCALE_ONE,
     .description = "squared cosine of the weights with the top eigenvectors of the Hessian (simulation, engine "
     "conditional)"},
    {OF("sharpness", "step_overlap", SHARPNESS_STEP, EIGENVALUE), .present = by_simulation,
     .scale = SGDMFT_SCALE_ONE,
     .description = "squared cosine of the step made from there with the top eigenvectors of the Hessian (simulation, "
     "engine conditional)"},
    {OF("sharpness", "batch_sharpness", SHARPNESS_STEP), .present = sharpness_has_batch,
     .description = "curvature of the mini-batch loss along its own gradient g: g.H_B g/|g|^2"},
    {OF("sharpness", "stability_limit", SHARPNESS_STEP), .present = with_steps,
     .description = "2/eta, the curvature beyond which a step of gd overshoots"},
    {OF("stationary", "correlation_limit", STEP),
     .description = "C(infinity), the limit of the correlation at long lags"},
    {OF("stationary", "response_limit", STEP),
     .description = "chi(infinity), the limit of the integrated response"},
    {OF("stationary", "teff_short", STEP),
     .description = "effective temperature of one step, [C(0) - C(1)]/chi(1)"},
    {OF("stationary", "teff_chord", STEP),
     .description = "effective temperature of all lags, [C(0) - C(infinity)]/chi(infinity)"},
    {.group = "spectrum", .name = "omega", .units = "1/steps", .axis = {OMEGA},
     .description = "angular frequency in radians per step; omega/rate per unit of time"},
    {OF("spectrum", "teff", OMEGA),
     .description = "effective temperature of the frequency"},
    {OF("derived", "teff_short", VALUE), SYMBOL("$T_\\mathrm{eff}$ (short)", "short times", "{/:Italic T}_{eff}"),
     .description = "effective temperature at short times, from the curve of C against chi"},
    {OF("derived", "teff_chord", VALUE), SYMBOL("$T_\\mathrm{eff}$ (chord)", "chord", "{/:Italic T}_{eff}"),
     .description = "effective temperature of the chord to the limits of C and chi"},
    {OF("derived", "teff_late", VALUE), SYMBOL("$T_\\mathrm{eff}$ (late)", "late", "{/:Italic T}_{eff}"),
     .description = "effective temperature where the curve of C against chi ends"},
    {OF("derived", "correlation_limit", VALUE),
     SYMBOL("$C(\\infty)$", "limit of the correlation", "{/:Italic C}(∞)"),
     .description = "limit of the correlation at long lags"},
    {OF("derived", "response_limit", VALUE),
     SYMBOL("$\\chi(\\infty)$", "limit of the response", "{/:Italic χ}(∞)"),
     .description = "limit of the integrated response"},
    {.group = "derived", .name = "omega", .units = "1/steps", .axis = {OMEGA},
     .description = "angular frequency in radians per step; omega/rate per unit of time"},
    {OF("derived", "teff", OMEGA),
     .description = "effective temperature of the frequency, from C and chi"},
    {OF("derived", "train_error_zero", VALUE),
     SYMBOL("$P(\\mathrm{error}\\to0)$", "fraction of samples that reach zero error", ""),
     .description = "fraction of the samples whose training error comes down to zero"},
    {OF("derived", "train_loss_zero", VALUE),
     SYMBOL("$P(\\mathrm{loss}\\to0)$", "fraction of samples that reach zero loss", ""),
     .description = "fraction of the samples whose training loss comes down to zero"},
};
/* clang-format on */

const size_t sgdmft_observable_count = sizeof sgdmft_observables / sizeof sgdmft_observables[0];
