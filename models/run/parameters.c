/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of parameters: the only place where a parameter is declared. Flags, configuration keys, help, printed
 * configurations, attributes of files and messages are made from it. */
#include "models/formula/formula.h"
#include "models/registry.h"
#include "models/run/parameter_table.h"

#include <math.h>

#define EFFECT_NEEDS(name, needs) static const char needs_##name[] = needs;
EFFECT_LIST(EFFECT_NEEDS)

#define MATTERS(effect) .matters = effect_##effect, .matters_with = needs_##effect
#define MEMBER(member) .name = #member, .offset = offsetof(struct sgdmft_run, member)
#define RECORDS(registry) .kind = SGDMFT_RECORD, .records = (const void *const *)(registry)
#define CHOICES(list) .kind = SGDMFT_CHOICE, .choices = (list)
#define SWITCH CHOICES(no_yes), .argument = "yes|no"
#define QUOTE(text) #text
#define QUOTED(number) QUOTE(number)
#define UNBOUNDED ((double)INFINITY)
#define ABOVE(bound) .minimum = (bound), .open_minimum = true, .maximum = UNBOUNDED
#define AT_LEAST(bound) .minimum = (bound), .maximum = UNBOUNDED
#define BETWEEN(low, high) .minimum = (low), .maximum = (high)
#define FROM_BELOW(low, high) .minimum = (low), .maximum = (high), .open_maximum = true
#define ABOVE_TO(low, high) .minimum = (low), .open_minimum = true, .maximum = (high)

static const char *const targets[] = {"sign", "gaussian", NULL};
static const char *const constraints[] = {"none", "sphere", NULL};
static const char *const gradients[] = {"batch", "sum", NULL};
#define ENGINE_NAME(name) #name,
static const char *const engines[] = {"auto", ENGINE_LIST(ENGINE_NAME) NULL};
static const char *const extrapolations[] = {"halves", "sizes", NULL};
static const char *const matrices[] = {"auto", "stored", "implicit", NULL};
static const char *const decimals[] = {"auto", "point", "comma", NULL};
static const char *const precisions[] = {"single", "double", NULL};
static const char *const formats[] = {"text", "csv", "json", NULL};
static const char *const no_yes[] = {"no", "yes", NULL};
static const char *const progress_styles[] = {"auto", "plain", "none", NULL};

#define NAMED_FORMS "cosine|power:P|wsd:WARM,DECAY|halving:STEPS"
#define MIGNACCO "Mignacco and Urbani, J. Stat. Mech. (2022) 083405, arXiv:2112.10852"

/* clang-format off */
const struct sgdmft_parameter sgdmft_parameters[] = {
    {MEMBER(data), .section = "data", .unit = "", RECORDS(sgdmft_data_laws), .default_text = "teacher",
     .meaning = "law of the examples and their labels", .reference = "THEORY section 1"},
    {MEMBER(targets), .section = "data", .unit = "", CHOICES(targets), .default_text = "sign",
     MATTERS(targets), .meaning = "labels of random data: +1/-1 or N(0,1)", .reference = "THEORY section 1"},
    {MEMBER(teacher), .section = "data", .unit = "", RECORDS(sgdmft_teachers), .made = formula_teachers,
     .default_text = "sign",
     MATTERS(teacher),
     .meaning = "label y = f(u) of an example with field u of the signal", .reference = "THEORY section 1"},
    {MEMBER(teacher_width), .section = "data", .unit = "", .kind = SGDMFT_REAL, .default_text = "auto",
     .default_for = default_teacher_width, ABOVE(0), MATTERS(teacher_width),
     .meaning = "L of the door teacher sign(u^2 - L^2); auto: door_width", .reference = "THEORY section 1"},
    {MEMBER(teacher_formula), .section = "data", .unit = "", .kind = SGDMFT_TEXT, .default_text = "none",
     .argument = "FORMULA", MATTERS(teacher_formula),
     .meaning = "teacher f(u) as a formula of u and teacher_width: see loss_formula", .reference = "THEORY section 1"},
    {MEMBER(alpha), .section = "data", .unit = "", .kind = SGDMFT_REAL, .default_text = "3",
     .default_for = default_alpha,
     ABOVE_TO(0, 1e6), MATTERS(drawn),
     .meaning = "examples per dimension, P = round(alpha dim); auto: 3, in data file that of the dataset",
     .reference = "THEORY section 1"},
    {MEMBER(cluster_variance), .section = "data", .unit = "", .kind = SGDMFT_REAL, .default_text = "1", ABOVE(0),
     MATTERS(cluster_variance), .meaning = "variance Delta of each cluster", .reference = "THEORY section 1"},
    {MEMBER(label_noise), .section = "data", .unit = "", .kind = SGDMFT_REAL, .default_text = "0", AT_LEAST(0),
     .meaning = "classes: probability that a label is flipped; regression: standard deviation added to it",
     .reference = "THEORY section 1"},
    {MEMBER(covariance_spectrum), .section = "data", .unit = "", .kind = SGDMFT_TEXT, .default_text = "none",
     .argument = "VALUE[:WEIGHT[:SIGNAL]],...", MATTERS(drawn),
     .meaning = "eigenvalues of the inputs' covariance (times cluster_variance), VALUE[:WEIGHT[:SIGNAL]],...: share of "
     "the dimensions and mean square of the signal there; powerlaw:A[:BETA[:CUT]]: i^-A, signal in proportion to "
     "i^-BETA, i = 1 to CUT (BETA 0, CUT dim if not given); none: all 1",
     .reference = "(T15)"},
    {MEMBER(dataset), .section = "data", .unit = "", .kind = SGDMFT_TEXT, .default_text = "none",
     MATTERS(dataset), .argument = "FILE",
     .meaning = "path of the examples, one a row: csv, LIBSVM, npy, npz or HDF5, packed by gzip or zstd or not",
     .reference = ""},
    {MEMBER(labels), .section = "data", .unit = "", .kind = SGDMFT_TEXT, .default_text = "none",
     MATTERS(dataset), .argument = "FILE",
     .meaning = "path of the labels, one a row, where the dataset has none: csv, npy, npz or HDF5", .reference = ""},
    {MEMBER(label_column), .section = "data", .unit = "", .kind = SGDMFT_TEXT, .default_text = "last",
     .argument = "NAME|NUMBER", MATTERS(dataset),
     .meaning = "column of the labels: its name, its number from 1 on (#2 where 2 is a name too), or last",
     .reference = ""},
    {MEMBER(positive), .section = "data", .unit = "", .kind = SGDMFT_TEXT, .default_text = "auto",
     MATTERS(dataset), .argument = "LABEL,...",
     .meaning = "labels that count as +1, LABEL,...; auto: of two the larger, or the later in the alphabet",
     .reference = ""},
    {MEMBER(decimal), .section = "data", .unit = "", CHOICES(decimals), .default_text = "auto",
     MATTERS(dataset), .meaning = "decimal sign of csv; auto: found in the file", .reference = ""},
    {MEMBER(drop_missing), .section = "data", .unit = "", SWITCH, .default_text = "no", MATTERS(dataset),
     .meaning = "leave out rows with missing values, which are refused otherwise", .reference = ""},
    {MEMBER(standardise), .section = "data", .unit = "", SWITCH, .default_text = "yes",
     MATTERS(dataset), .meaning = "give every feature mean 0 and variance 1 over all rows", .reference = ""},
    {MEMBER(whiten), .section = "data", .unit = "", SWITCH, .default_text = "no", MATTERS(dataset),
     .meaning = "principal components of variance 1 in place of the features", .reference = ""},

    {MEMBER(link), .section = "model", .unit = "", RECORDS(sgdmft_links), .made = formula_links,
     .default_text = "linear",
     .meaning = "output phi(r) of the pre-activation r", .reference = "THEORY section 1"},
    {MEMBER(door_width), .section = "model", .unit = "", .kind = SGDMFT_REAL, .default_text = "0.7", ABOVE(0),
     MATTERS(door_width), .meaning = "L of the door link r^2 - L^2", .reference = "THEORY section 1"},
    {MEMBER(loss), .section = "model", .unit = "", RECORDS(sgdmft_losses), .made = formula_losses,
     .default_text = "logistic",
     .meaning = "loss l of an example", .reference = "THEORY section 1"},
    {MEMBER(kappa), .section = "model", .unit = "", .kind = SGDMFT_REAL, .default_text = "0", AT_LEAST(-UNBOUNDED),
     MATTERS(kappa), .meaning = "margin kappa of the loss", .reference = "THEORY section 1"},
    {MEMBER(loss_width), .section = "model", .unit = "", .kind = SGDMFT_REAL, .default_text = "1", ABOVE(0),
     MATTERS(loss_width),
     .meaning = "width a of the quadratic part of a loss that is linear beyond", .reference = "THEORY section 1"},
    {MEMBER(loss_formula), .section = "model", .unit = "", .kind = SGDMFT_TEXT, .default_text = "none",
     .argument = "FORMULA", MATTERS(loss_formula),
     .meaning = "loss as a formula of phi, y, kappa, loss_width and formula_constants, \"log(1+exp(-y*phi))\": "
     "+ - * / **, exp log sqrt abs sign max min tanh erf ..., where(A < B, C, D); needs python3-sympy and cc",
     .reference = "THEORY section 1"},
    {MEMBER(link_formula), .section = "model", .unit = "", .kind = SGDMFT_TEXT, .default_text = "none",
     .argument = "FORMULA", MATTERS(link_formula),
     .meaning = "link phi(r) as a formula of r and door_width: see loss_formula", .reference = "THEORY section 1"},
    {MEMBER(formula_constants), .section = "model", .unit = "", .kind = SGDMFT_TEXT, .default_text = "none",
     .argument = "NAME=VALUE,...", MATTERS(formula_constants),
     .meaning = "names with values that the formulas may use, NAME=VALUE,...", .reference = ""},
    {MEMBER(plugin), .section = "model", .unit = "", .kind = SGDMFT_TEXT, .default_text = "none", .argument = "FILE",
     MATTERS(plugin),
     .meaning = "C source with records plugin_loss, plugin_link, plugin_teacher, for loss, link, teacher plugin",
     .reference = ""},
    {MEMBER(ridge), .section = "model", .unit = "", .kind = SGDMFT_REAL, .default_text = "0.1",
     .default_for = default_ridge, AT_LEAST(0), MATTERS(ridge),
     .meaning = "ridge strength lambda; auto: 0.1, on the sphere 0", .reference = "THEORY section 1"},
    {MEMBER(constraint), .section = "model", .unit = "", CHOICES(constraints), .default_text = "none",
     .meaning = "sphere: |w|^2 = N after every step", .reference = "THEORY sections 1 and 4"},

    {MEMBER(overlap0), .section = "start", .unit = "", .kind = SGDMFT_REAL, .default_text = "0",
     AT_LEAST(-UNBOUNDED), .meaning = "overlap m(0) = w.v/N at the start", .reference = "THEORY section 1"},
    {MEMBER(norm0), .section = "start", .unit = "", .kind = SGDMFT_REAL, .default_text = "1", AT_LEAST(0),
     .meaning = "C(0,0) = |w|^2/N at the start, overlap0^2 included (1 on the sphere)",
     .reference = "THEORY section 1"},

    {MEMBER(rule), .section = "algorithm", .unit = "", RECORDS(sgdmft_rules), .default_text = "sgd",
     .meaning = "choice of the batch of a step", .reference = MIGNACCO},
    {MEMBER(rate), .section = "algorithm", .unit = "", .kind = SGDMFT_REAL, .default_text = "0.1", ABOVE(0),
     .meaning = "learning rate eta", .reference = "(T1)"},
    {MEMBER(batch), .section = "algorithm", .unit = "", .kind = SGDMFT_REAL, .default_text = "0.3",
     .default_for = default_batch, ABOVE_TO(0, 1),
     .meaning = "batch fraction b; auto: 0.3, in reshuffle 0.25, in gd, langevin and flow 1",
     .reference = "THEORY section 1"},
    {MEMBER(persistence), .section = "algorithm", .unit = "time", .kind = SGDMFT_REAL, .default_text = "1",
     ABOVE(0), MATTERS(persistence), .meaning = "persistence time tau of the batch", .reference = MIGNACCO},
    {MEMBER(gradient), .section = "algorithm", .unit = "", CHOICES(gradients), .default_text = "batch",
     .meaning = "weight of an example in the batch: batch 1/b, sum 1", .reference = "(T1)"},
    {MEMBER(temperature), .section = "algorithm", .unit = "", .kind = SGDMFT_REAL, .default_text = "0", AT_LEAST(0),
     .meaning = "temperature T of the noise (langevin needs one)", .reference = "(T1)"},
    {MEMBER(steps), .section = "algorithm", .unit = "steps", .kind = SGDMFT_INTEGER, .default_text = "200",
     .default_for = default_steps, BETWEEN(1, 1e9), MATTERS(steps),
     .meaning = "number of steps; auto: 200, or the number that gives the epochs", .reference = "(T1)"},
    {MEMBER(epochs), .section = "algorithm", .unit = "", .kind = SGDMFT_REAL, .default_text = "none", ABOVE(0),
     .meaning = "passes over the data, in place of steps: the nearest number of steps to epochs/batch",
     .reference = ""},
    {MEMBER(rate_steps), .section = "algorithm", .unit = "", .kind = SGDMFT_SCHEDULE, .default_text = "none",
     ABOVE(0), .meaning = "later rates, STEP=RATE,...: the rate from that step on", .reference = "(T1)"},
    {MEMBER(rate_schedule), .section = "algorithm", .unit = "", .kind = SGDMFT_TEXT, .default_text = "none",
     .argument = NAMED_FORMS,
     .meaning = "factor of the rate over a run of K steps, in place of rate_steps: cosine (1 + cos(pi k/K))/2; power:P "
     "(k+1)^-P; wsd:WARM,DECAY linear up, level, linear down; halving:STEPS half of it after every STEPS steps",
     .reference = "Loshchilov and Hutter, arXiv:1608.03983; Hu et al., arXiv:2404.06395"},
    {MEMBER(batch_steps), .section = "algorithm", .unit = "", .kind = SGDMFT_SCHEDULE, .default_text = "none",
     ABOVE_TO(0, 1), .meaning = "later batch fractions, STEP=FRACTION,...", .reference = "(T1)"},
    {MEMBER(rate_cycle), .section = "algorithm", .unit = "", .kind = SGDMFT_SCHEDULE, .default_text = "none",
     ABOVE(0), .meaning = "rates repeated periodically, STEP=RATE,...: as rate_steps, the last STEP being the "
     "period",
     .reference = "Smith, WACV 2017, arXiv:1506.01186; Jastrzebski et al., arXiv:1711.04623"},
    {MEMBER(batch_cycle), .section = "algorithm", .unit = "", .kind = SGDMFT_SCHEDULE, .default_text = "none",
     ABOVE_TO(0, 1), .meaning = "batch fractions repeated periodically, STEP=FRACTION,...: see rate_cycle",
     .reference = "Jastrzebski et al., arXiv:1711.04623"},
    {MEMBER(temperature_steps), .section = "algorithm", .unit = "", .kind = SGDMFT_SCHEDULE,
     .default_text = "none", AT_LEAST(0), .meaning = "later temperatures, STEP=TEMPERATURE,...",
     .reference = "(T1)"},
    {MEMBER(momentum), .section = "algorithm", .unit = "", .kind = SGDMFT_REAL, .default_text = "0", FROM_BELOW(0, 1),
     MATTERS(discrete), .meaning = "momentum mu, as in torch.optim.SGD: buffer <- mu buffer + g, w <- w - eta buffer",
     .reference = "(A1)"},
    {MEMBER(momentum_schedule), .section = "algorithm", .unit = "", .kind = SGDMFT_TEXT, .default_text = "none",
     .argument = NAMED_FORMS, MATTERS(momentum),
     .meaning = "factor of the momentum: as rate_schedule", .reference = "(A1)"},
    {MEMBER(dampening), .section = "algorithm", .unit = "", .kind = SGDMFT_REAL, .default_text = "0",
     FROM_BELOW(0, 1), MATTERS(momentum),
     .meaning = "from the second step on (1 - dampening) g is added to the buffer", .reference = "(A1)"},
    {MEMBER(nesterov), .section = "algorithm", .unit = "", SWITCH, .default_text = "no",
     MATTERS(momentum), .meaning = "yes: the step is g + mu buffer instead of the buffer", .reference = "(A1)"},
    {MEMBER(clip), .section = "algorithm", .unit = "", .kind = SGDMFT_REAL, .default_text = "none", ABOVE(0),
     MATTERS(discrete),
     .meaning = "largest norm, over sqrt(N), of the mini-batch gradient without its ridge term: longer ones are "
     "shortened",
     .reference = "(A2)"},
    {MEMBER(clip_example), .section = "algorithm", .unit = "", .kind = SGDMFT_REAL, .default_text = "none", ABOVE(0),
     .meaning = "largest force |l'| of an example: larger ones are cut to it", .reference = "(A2)"},
    {MEMBER(privacy_noise), .section = "algorithm", .unit = "", .kind = SGDMFT_REAL, .default_text = "0", AT_LEAST(0),
     MATTERS(privacy_noise),
     .meaning = "noise multiplier sigma of DP-SGD: the batch's sum of forces gets sigma clip_example N(0,1) in each "
     "direction",
     .reference = "Abadi et al., arXiv:1607.00133; (A2)"},
    {MEMBER(average), .section = "algorithm", .unit = "", .kind = SGDMFT_TEXT, .default_text = "none",
     .argument = "ema:BETA|tail:FROM", MATTERS(discrete),
     .meaning = "average of the weights, measured beside the last: ema:BETA, a <- BETA a + (1 - BETA) w, or tail:FROM, "
     "the mean from step FROM on",
     .reference = "Polyak and Juditsky, SIAM J. Control Optim. 30 (1992) 838; Izmailov et al., arXiv:1803.05407"},

    {MEMBER(waiting), .section = "observables", .unit = "steps", .kind = SGDMFT_STEPS, .default_text = "0",
     .default_for = default_waiting, BETWEEN(0, 1e9),
     .meaning = "waiting times t_w of C(t,t_w), STEP,... or none; auto: 0, in teff from half and three quarters of the "
     "run on", .reference = "(T2)"},
    {MEMBER(replicas), .section = "observables", .unit = "", .kind = SGDMFT_INTEGER, .default_text = "1",
     .default_for = default_replicas, BETWEEN(1, 4096), MATTERS(discrete),
     .meaning = "replicas: same data and start, own batches and thermal noise; auto: 1, in replicas 2",
     .reference = "(T11)"},
    {MEMBER(margins_at), .section = "observables", .unit = "steps", .kind = SGDMFT_STEPS, .default_text = "auto",
     .default_for = default_margins_at, BETWEEN(0, 1e9), MATTERS(margins),
     .meaning = "steps at which the law of the margins is measured, STEP,... or none; auto: the last step",
     .reference = "THEORY section 9.4"},
    {MEMBER(sharpness_at), .section = "observables", .unit = "steps", .kind = SGDMFT_STEPS, .default_text = "none",
     BETWEEN(0, 1e9), MATTERS(training_set),
     .meaning = "steps at which the spectrum of the Hessian is measured, STEP,... or none",
     .reference = "(T12)"},
    {MEMBER(contact_tolerance), .section = "observables", .unit = "", .kind = SGDMFT_REAL, .default_text = "1e-3",
     ABOVE(0), MATTERS(contacts),
     .meaning = "a margin this near to kappa counts as a contact; a loss below that of such a margin counts as 0",
     .reference = "THEORY section 9.4"},
    {MEMBER(every), .section = "observables", .unit = "steps", .kind = SGDMFT_INTEGER, .default_text = "auto",
     BETWEEN(1, 1e9), .meaning = "steps between measurements; auto: 1 up to 200 steps, then 200 in all",
     .reference = ""},
    {MEMBER(full_matrices), .section = "observables", .unit = "", SWITCH, .default_text = "no",
     MATTERS(discrete),
     .meaning = "yes: C(k,l) and R(k,l) of all steps in the result file of the theory (engine dense)",
     .reference = "(T2)"},
    {MEMBER(window), .section = "observables", .unit = "steps", .kind = SGDMFT_TEXT, .default_text = "auto",
     .argument = "FIRST:LAST",
     .meaning = "lags A:B of the late part of the FDT curve, from which teff takes limits and late slope; auto: "
     "limits from fits beyond 85 % of the response, the slope from 90 to 99 % of it",
     .reference = "THEORY section 9.2"},

    {MEMBER(engine), .section = "solver", .unit = "", CHOICES(engines), .default_text = "auto",
     .meaning = "engine of the theory; auto: online for the rule online; conditional with momentum, clip, "
     "privacy_noise or average, and for losses that are not convex in r or whose force jumps; for all others dense up "
     "to " QUOTED(DENSE_STEPS) " steps (linear models " QUOTED(DENSE_STEPS_LINEAR) ") and hierarchical beyond; dense "
     "also where the one chosen cannot solve the run",
     .reference = "THEORY sections 5 to 8"},
    {MEMBER(paths), .section = "solver", .unit = "", .kind = SGDMFT_INTEGER, .default_text = "4000",
     .default_for = default_paths,
     BETWEEN(1, 1e9), .meaning = "paths of the theory, over all groups; auto: 4000, in engine conditional 32000",
     .reference = "THEORY section 5.11"},
    {MEMBER(groups), .section = "solver", .unit = "", .kind = SGDMFT_INTEGER, .default_text = "8",
     BETWEEN(1, 1e5), .meaning = "independent solves, whose spread is the error", .reference = "THEORY section 5.11"},
    {MEMBER(extrapolation), .section = "solver", .unit = "", CHOICES(extrapolations), .default_text = "halves",
     MATTERS(conditional),
     .meaning = "runs for the limit N -> infinity of the engine conditional: both halves of each group, which repeat "
     "its noise; or sizes, as many small groups, which cost less and add less noise where a run is chaotic",
     .reference = "THEORY section 8.4"},
    {MEMBER(order), .section = "solver", .unit = "", .kind = SGDMFT_INTEGER, .default_text = "4", BETWEEN(2, 12),
     MATTERS(hierarchical), .meaning = "polynomials on each block of the past in the engine hierarchical",
     .reference = "THEORY section 6"},
    {MEMBER(target_error), .section = "solver", .unit = "", .kind = SGDMFT_REAL, .default_text = "none", ABOVE_TO(0, 1),
     .meaning = "solve with more groups of the same size until no standard error of a series is above this share of "
     "the series' largest value", .reference = ""},
    {MEMBER(memory_limit), .section = "solver", .unit = "bytes", .kind = SGDMFT_REAL, .default_text = "auto",
     AT_LEAST(1),
     .meaning = "largest memory; auto: 80 % of what is free (ulimit -v included)", .reference = ""},

    {MEMBER(dim), .section = "simulation", .unit = "", .kind = SGDMFT_INTEGER, .default_text = "2000",
     .default_for = default_dim, BETWEEN(1, 1e8), MATTERS(drawn),
     .meaning = "dimension N; auto: 2000, in data file the number of features", .reference = "THEORY section 1"},
    {MEMBER(runs), .section = "simulation", .unit = "", .kind = SGDMFT_INTEGER, .default_text = "8",
     BETWEEN(1, 1e6), .meaning = "independent simulations, whose spread is the error", .reference = ""},
    {MEMBER(matrix), .section = "simulation", .unit = "", CHOICES(matrices), .default_text = "auto",
     .meaning = "stored: the data matrix in memory; implicit: drawn direction by direction with the same law; auto: "
     "implicit where the matrix takes more than 256 MB and steps < dim/2.5, otherwise and in validate stored",
     .reference = "(D1)"},
    {MEMBER(precision), .section = "simulation", .unit = "", CHOICES(precisions), .default_text = "single",
     .meaning = "precision of the examples", .reference = ""},
    {MEMBER(test_examples), .section = "simulation", .unit = "", .kind = SGDMFT_INTEGER, .default_text = "auto",
     BETWEEN(1, 2147483647), .meaning = "size of the test set; auto: as many as training examples, with data file a "
     "fifth of the rows",
     .reference = ""},
    {MEMBER(force_directions), .section = "simulation", .unit = "", .kind = SGDMFT_INTEGER, .default_text = "auto",
     .default_for = default_force_directions, BETWEEN(0, 1024), MATTERS(force_directions),
     .meaning = "random forces per waiting time that probe the response; auto: 4 where a waiting time is after step 0 "
     "and in teff, otherwise 0, none",
     .reference = "(T9)"},

    {MEMBER(out), .section = "output", .unit = "", .kind = SGDMFT_TEXT, .default_text = "none",
     .argument = "FILE", .meaning = "result file (HDF5) to write, or none", .reference = ""},
    {MEMBER(format), .section = "output", .unit = "", CHOICES(formats), .default_text = "text",
     .meaning = "format of the printed result", .reference = ""},
    {MEMBER(seed), .section = "output", .unit = "", .kind = SGDMFT_SEED, .default_text = "1",
     .meaning = "seed of all random numbers, 0 to 2^64 - 1", .reference = ""},
    {MEMBER(threads), .section = "output", .unit = "", .kind = SGDMFT_INTEGER, .default_text = "auto",
     BETWEEN(1, 1024), .meaning = "largest number of threads; auto: all processors of the process",
     .reference = ""},
    {MEMBER(progress), .section = "output", .unit = "", CHOICES(progress_styles), .default_text = "auto",
     .meaning = "plain: lines; none; auto: a bar on a terminal, otherwise occasional lines", .reference = ""},
    {MEMBER(checkpoint), .section = "output", .unit = "", .kind = SGDMFT_TEXT, .default_text = "none",
     .argument = "FILE",
     .meaning = "file from which an interrupted run can be resumed, or none; the one before is kept as FILE.previous",
     .reference = ""},
    {MEMBER(checkpoint_every), .section = "output", .unit = "seconds", .kind = SGDMFT_REAL, .default_text = "600",
     ABOVE(0),
     MATTERS(checkpoint), .meaning = "time between checkpoints", .reference = ""},
    {MEMBER(resume), .section = "output", .unit = "", SWITCH, .default_text = "no",
     MATTERS(checkpoint),
     .meaning = "continue from the checkpoint, which must be of the same run: the result has the same bits",
     .reference = ""},
    {MEMBER(max_walltime), .section = "output", .unit = "seconds", .kind = SGDMFT_REAL, .default_text = "none",
     ABOVE(0),
     MATTERS(checkpoint), .meaning = "save a checkpoint and stop (exit code 75) after this time", .reference = ""},
};
/* clang-format on */

const size_t sgdmft_parameter_count = sizeof sgdmft_parameters / sizeof sgdmft_parameters[0];

static bool same_name(const char *name, const char *given)
{
    for (; *name && *given; name++, given++)
        if (*name != (*given == '-' ? '_' : *given))
            return false;
    return *name == *given;
}

const struct sgdmft_parameter *sgdmft_parameter_find(const char *name)
{
    for (size_t i = 0; i < sgdmft_parameter_count; i++)
        if (same_name(sgdmft_parameters[i].name, name))
            return &sgdmft_parameters[i];
    return NULL;
}

bool sgdmft_parameter_is_switch(const struct sgdmft_parameter *parameter)
{
    return parameter->kind == SGDMFT_CHOICE && parameter->choices == no_yes;
}
