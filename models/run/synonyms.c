/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Symbols of the field and names in other programs, with the names in this program. */
#include "models/run/suggest.h"
#include "models/run/parameter_table.h"

#include <ctype.h>
#include <string.h>

/* clang-format off */
const struct synonym synonyms[] = {
    /* parameters */
    {"eta", "rate"}, {"lr", "rate"}, {"learning_rate", "rate"}, {"step_size", "rate"}, {"dt", "rate"},
    {"b", "batch"}, {"B", "batch"}, {"bs", "batch"}, {"batch_size", "batch"}, {"batchsize", "batch"},
    {"mini_batch", "batch"}, {"minibatch", "batch"}, {"batch_fraction", "batch"}, {"tau", "persistence"},
    {"persistence_time", "persistence"}, {"lambda", "ridge"}, {"weight_decay", "ridge"}, {"wd", "ridge"},
    {"l2", "ridge"}, {"regularization", "ridge"}, {"reg", "ridge"}, {"l2_reg", "ridge"},
    {"regularisation", "ridge"}, {"margin", "kappa"},
    {"stability", "kappa"}, {"delta_huber", "loss_width"}, {"huber_delta", "loss_width"},
    {"smoothing", "loss_width"}, {"T", "temperature"}, {"m0", "overlap0"}, {"C0", "norm0"}, {"q0", "norm0"},
    {"N", "dim"}, {"n", "dim"}, {"d", "dim"}, {"D", "dim"}, {"dimension", "dim"}, {"n_features", "dim"},
    {"P", "alpha"}, {"p", "alpha"}, {"n_samples", "alpha"}, {"examples", "alpha"}, {"sample_complexity", "alpha"},
    {"delta", "cluster_variance"}, {"sigma2", "cluster_variance"}, {"variance", "cluster_variance"},
    {"noise", "label_noise"}, {"flip", "label_noise"}, {"spectrum", "covariance_spectrum"}, {"L", "door_width"},
    {"K", "steps"}, {"iterations", "steps"}, {"n_steps", "steps"}, {"num_steps", "steps"}, {"max_iter", "steps"},
    {"t_w", "waiting"}, {"tw", "waiting"}, {"n_paths", "paths"}, {"trajectories", "paths"}, {"n_runs", "runs"},
    {"trials", "runs"}, {"repeats", "runs"}, {"tol", "target_error"}, {"tolerance", "target_error"},
    {"n_jobs", "threads"}, {"jobs", "threads"}, {"j", "threads"}, {"cores", "threads"}, {"random_state", "seed"},
    {"rng", "seed"}, {"o", "out"}, {"output", "out"}, {"csv", "dataset"}, {"input", "dataset"}, {"path", "dataset"},
    {"optimizer", "rule"}, {"optimiser", "rule"}, {"algorithm", "rule"}, {"activation", "link"},
    {"spherical", "constraint"}, {"walltime", "max_walltime"}, {"time_limit", "max_walltime"},
    {"schedule", "rate_steps"}, {"scheduler", "rate_schedule"}, {"lr_scheduler", "rate_schedule"},
    {"lr_schedule", "rate_schedule"}, {"decay", "rate_schedule"},
    {"annealing", "rate_schedule"}, {"warmup", "rate_schedule"},
    {"mu", "momentum"}, {"beta", "momentum"}, {"heavy_ball", "momentum"},
    {"nag", "nesterov"}, {"epoch", "epochs"}, {"n_epochs", "epochs"}, {"num_epochs", "epochs"},
    {"max_grad_norm", "clip"}, {"grad_clip", "clip"}, {"clip_norm", "clip"}, {"gradient_clipping", "clip"},
    {"ema", "average"}, {"swa", "average"}, {"polyak", "average"}, {"noise_multiplier", "privacy_noise"},
    {"dp_sgd", "privacy_noise"},
    /* losses */
    {"mse", "square"}, {"l2", "square"}, {"quadratic", "square"}, {"squared", "square"},
    {"squared_error", "square"}, {"least_squares", "square"}, {"bce", "logistic"}, {"cross_entropy", "logistic"},
    {"crossentropy", "logistic"}, {"binary_cross_entropy", "logistic"}, {"log_loss", "logistic"},
    {"logloss", "logistic"}, {"softplus", "logistic"}, {"squared_hinge", "hinge2"},
    {"quadratic_hinge", "hinge2"}, {"hinge_squared", "hinge2"}, {"svm", "hinge"}, {"phase_retrieval", "phase"},
    {"perceptron", "hinge"}, {"hinge_loss", "hinge"}, {"mae", "absolute"}, {"l1", "absolute"}, {"l1_loss", "absolute"},
    {"absolute_error", "absolute"}, {"lad", "absolute"}, {"smooth_l1", "huber"}, {"smoothed_hinge", "huber_hinge"},
    {"smooth_hinge", "huber_hinge"}, {"exp", "exponential"}, {"adaboost", "exponential"}, {"brier", "sigmoid"},
    {"squared_sigmoid", "sigmoid"},
    /* rules */
    {"gradient_descent", "gd"}, {"full_batch", "gd"}, {"full", "gd"}, {"mini_batch", "sgd"}, {"minibatch", "sgd"},
    {"psgd", "persistent"}, {"p_sgd", "persistent"}, {"persistent_sgd", "persistent"},
    {"without_replacement", "reshuffle"}, {"shuffle", "reshuffle"}, {"epoch", "reshuffle"},
    {"gradient_flow", "flow"}, {"sgf", "stochastic_flow"}, {"stochastic_gradient_flow", "stochastic_flow"},
    {"one_pass", "online"}, {"single_pass", "online"}, {"streaming", "online"},
    {"fresh", "online"}, {"sgld", "langevin"}, {"noisy_gd", "langevin"},
    /* data laws, links */
    {"gmm", "mixture2"}, {"gaussian_mixture", "mixture2"}, {"mixture", "mixture2"}, {"clusters", "mixture2"},
    {"blobs", "mixture2"}, {"xor", "mixture3"}, {"iid", "random"}, {"gaussian", "random"}, {"csv", "file"},
    {"hdf5", "file"}, {"identity", "linear"}, {"rectifier", "relu"}, {"square_law", "quadratic"},
    /* observables */
    {"m", "overlap"}, {"m", "overlap0"}, {"magnetization", "overlap"}, {"magnetisation", "overlap"},
    {"magnetization", "overlap0"}, {"magnetisation", "overlap0"}, {"Q", "norm"}, {"q", "norm"},
    {"C", "correlation"}, {"R", "response"}, {"chi", "response"}, {"susceptibility", "response"},
    {"loss", "train_loss"}, {"error", "train_error"}, {"accuracy", "test_error"},
    {"generalization_error", "test_error"}, {"generalisation_error", "test_error"}, {"T_eff", "teff_chord"},
    /* commands */
    {"T_eff", "teff"}, {"fdt", "teff"}, {"theory", "solve"}, {"dmft", "solve"}, {"run", "solve"},
    {"train", "simulate"}, {"simulation", "simulate"}, {"compare", "validate"}, {"distance", "replicas"},
    {"margins", "boundary"}, {"scan", "sweep"}, {"grid", "sweep"}, {"figure", "plot"}, {"show", "info"},
    {"cmp", "diff"},
    /* kinds of figures */
    {"heatmap", "map"}, {"contour", "level"}, {"lines", "curves"},
};
/* clang-format on */

const size_t synonym_count = sizeof synonyms / sizeof synonyms[0];

/* True for equal names. Case matters in single letters only (T is a temperature, t a time); a dash equals an
 * underscore. */
static bool word_same(const char *typed, const char *word)
{
    const bool letter = strlen(word) == 1;
    for (; *typed && *word; typed++, word++) {
        const char c = *typed == '-' ? '_' : *typed;
        if (letter ? c != *word : tolower((unsigned char)c) != tolower((unsigned char)*word))
            return false;
    }
    return *typed == *word;
}

static const char *synonym_find(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *a = names[i], *b = name;
        for (; *a && *b && (*a == '-' ? '_' : *a) == *b; a++, b++)
            ;
        if (*a == *b)
            return names[i];
    }
    return NULL;
}

const char *synonym(const char *typed, const char *const *names, size_t count)
{
    const char *name = NULL;
    for (size_t i = 0; !name && i < synonym_count; i++)
        if (word_same(typed, synonyms[i].typed))
            name = synonym_find(synonyms[i].name, names, count);
    return name;
}
