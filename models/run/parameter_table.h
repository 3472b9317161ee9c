/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of the table of parameters, and the steps from texts to a run that are internal to the library. */
#ifndef MODELS_RUN_PARAMETER_TABLE_H
#define MODELS_RUN_PARAMETER_TABLE_H

#include <sgdmft/run.h>

/* ---- numbers.c: numbers, read strictly -------------------------------------------------------------- */

enum number_verdict { NUMBER_OK, NUMBER_BAD, NUMBER_NOT_WHOLE, NUMBER_TOO_LARGE };

/* The forms that messages, help and manual page show. */
#define NUMBER_FORMS "0.3, 3e-1, 30% or 32/6000"
#define NUMBER_FORMS_COUNT "300000, 3e5 or 300K (K, M, G: powers of 1000)"
#define NUMBER_FORMS_SECONDS "90, 90s, 10m, 1.5h or 2d"
#define NUMBER_FORMS_BYTES "4e9, 500M, 4G or 4Gi (K, M, G, T: powers of 1000; Ki, Mi, Gi, Ti: of 1024)"

/* True for a decimal number and nothing else: [+-] digits [. digits] [e [+-] digits]. */
bool number_is_decimal(const char *text);
/* A decimal number, 30% or A/B. */
enum number_verdict number_real(const char *text, double *value);
/* A whole number, in any form that is exact (100000, 1e5, 100K). */
enum number_verdict number_integer(const char *text, long *value);
/* Numbers of a unit: the placeholder in help and the allowed forms. */
struct number_unit {
    const char *name, *argument, *forms;
};
/* Row of seconds, bytes or count (whole numbers); that with the name "" for other units. */
const struct number_unit *number_unit(const char *unit);
/* A number in a unit of the table: number_real, and for seconds and bytes with their suffixes. */
enum number_verdict number_in(const char *text, const char *unit, double *value);
enum number_verdict number_seed(const char *text, uint64_t *value);
/* The shortest decimal text that strtod reads back to the same bits; returns out. */
const char *number_format(double value, char out[32]);

/* ---- models/kind: one parameter -------------------------------------------------------------------- */

/* Placeholder of the value in help: FILE, NUMBER, STEP,... */
const char *parameter_argument(const struct sgdmft_parameter *parameter);
/* A number in the unit of a parameter. */
enum number_verdict parameter_number(const struct sgdmft_parameter *parameter, const char *text, double *value);
/* Allowed forms of its numbers, "" for digits only. */
const char *parameter_number_forms(const struct sgdmft_parameter *parameter);
/* Writes the value of text into run; USAGE names the parameter, the text and the rule. */
enum sgdmft_status parameter_parse(const struct sgdmft_parameter *parameter, const char *text, struct sgdmft_run *run,
                                   struct sgdmft_error *error);
/* "0 < alpha <= 1000000", "rate > 0"; the name alone if every finite number is in the range. Returns out. */
const char *parameter_range(const struct sgdmft_parameter *parameter, char out[160]);
/* The text of the default in this run (buffer may be used). */
const char *parameter_default(const struct sgdmft_parameter *parameter, const struct sgdmft_run *run, char buffer[64]);
/* True for a text that means "as if not given": auto, where the default depends on the rest of the run or on the
 * command. */
bool parameter_is_automatic(const struct sgdmft_parameter *parameter, const char *text);
/* True if the run has the value that it would have if the parameter alone were not given. */
bool parameter_is_default(const struct sgdmft_parameter *parameter, const struct sgdmft_run *run);
/* Record i of those of a parameter: of the registry, then formula and plugin. NULL behind the last, and for parameters
 * without records. */
const struct sgdmft_entry *parameter_record(const struct sgdmft_parameter *parameter, size_t i);
/* True for a parameter of the run itself: of its data, model, start or algorithm. False for one of its measurements, of
 * its computation or of its output. */
bool parameter_is_physical(const struct sgdmft_parameter *parameter);
/* True for the path of a file that a run reads: dataset, labels, plugin. In a configuration it is relative to its
 * folder. */
bool parameter_is_input(const struct sgdmft_parameter *parameter);
/* True for a parameter on which no number of a result depends: output but for the seed, and memory_limit. */
bool parameter_is_outside(const struct sgdmft_parameter *parameter);
/* True if the default is a word, auto or none, that a number of 0 stands for. */
bool parameter_has_word(const struct sgdmft_parameter *parameter);
/* schedule.c: steps k, ascending from 0, among which are the largest eta_k and the largest eta_{k-1} of each piece of
 * the batch schedule. */
#define SCHEDULE_CHECKED_MOST (6 * SGDMFT_SCHEDULE_MAX + 4)
size_t schedule_checked_steps(const struct sgdmft_run *run, long out[SCHEDULE_CHECKED_MOST]);
/* The parameter by which rate, batch or temperature change in the course of a run; NULL if they are constant. */
const char *schedule_changing(const struct sgdmft_run *run);
/* The least and the largest b_k. */
void schedule_batch_range(const struct sgdmft_run *run, double *least, double *most);
/* True if T_k > 0 at some step. */
bool schedule_is_thermal(const struct sgdmft_run *run);
/* With cycles, every pair (eta_{k-1}, b_k) of the run occurs before this step; 0 without cycles. */
long schedule_cycle_steps(const struct sgdmft_run *run);

/* ---- settings.c ---------------------------------------------------------------------------------- */

/* Sets a text in place of none or auto of the user: the default of a command. USAGE for a wrong name. */
enum sgdmft_status settings_suggest(struct sgdmft_settings *settings, const char *name, const char *text,
                                    struct sgdmft_error *error);
/* settings_given: the text of the user, NULL for none or auto. settings_text: that text, or the suggested one in place
 * of NULL. */
const char *settings_given(const struct sgdmft_settings *settings, const struct sgdmft_parameter *parameter);
const char *settings_text(const struct sgdmft_settings *settings, const struct sgdmft_parameter *parameter);

/* ---- print.c -------------------------------------------------------------------------------------- */

/* Prints as sgdmft_run_print a run resolved from these settings. Parameters that the user does not give are auto, also
 * those that a command suggests. */
void run_print(const struct sgdmft_run *run, const struct sgdmft_settings *settings, FILE *out);

/* ---- defaults.c: defaults that depend on the rest of the run or on the machine -------------------- */

const char *default_alpha(const struct sgdmft_run *run, char buffer[64]);
const char *default_dim(const struct sgdmft_run *run, char buffer[64]);
const char *default_teacher_width(const struct sgdmft_run *run, char buffer[64]);
const char *default_ridge(const struct sgdmft_run *run, char buffer[64]);
const char *default_batch(const struct sgdmft_run *run, char buffer[64]);
const char *default_paths(const struct sgdmft_run *run, char buffer[64]);
const char *default_steps(const struct sgdmft_run *run, char buffer[64]);
const char *default_waiting(const struct sgdmft_run *run, char buffer[64]);
const char *default_replicas(const struct sgdmft_run *run, char buffer[64]);
const char *default_margins_at(const struct sgdmft_run *run, char buffer[64]);
const char *default_force_directions(const struct sgdmft_run *run, char buffer[64]);

/* USAGE if RLIMIT_AS (ulimit -v) leaves nothing for the arrays of a run beside its threads. */
enum sgdmft_status run_check_addresses(long threads, struct sgdmft_error *error);
/* sgdmft_memory_limit of what one thread does, whatever the threads of the run. */
double run_memory_limit_alone(const struct sgdmft_run *run);

/* ---- effects.c: effect of a parameter in a run ----------------------------------------------------- */

/* Effects and what a run must have for them, as messages and help say it. */
/* clang-format off */
#define EFFECT_LIST(X) \
    X(drawn, "a data law other than file, whose dataset fixes it") \
    X(dataset, "data file") \
    X(targets, "data random") \
    X(teacher, "data teacher") \
    X(teacher_width, "a teacher with a width (data teacher, teacher door)") \
    X(door_width, "a link or a teacher with a width (door)") \
    X(cluster_variance, "data mixture2 or mixture3") \
    X(kappa, "a loss with a margin (hinge, hinge2, huber_hinge)") \
    X(loss_width, "a loss with a width (huber, huber_hinge)") \
    X(ridge, "constraint none") \
    X(persistence, "rule persistent or stochastic_flow") \
    X(margins, "labels +1/-1 and a rule other than online") \
    X(training_set, "a rule other than online") \
    X(contacts, "a loss with a margin (hinge, hinge2, huber_hinge), labels +1/-1 and a rule other than online") \
    X(conditional, "the engine conditional") \
    X(hierarchical, "the engine hierarchical, or auto where it may choose it") \
    X(discrete, "a rule other than flow and stochastic_flow") \
    X(steps, "a run without epochs") \
    X(privacy_noise, "clip_example and a rule other than flow and stochastic_flow") \
    X(momentum, "momentum > 0") \
    X(force_directions, \
      "a waiting time, a rule other than flow and stochastic_flow, replicas 1 and a force without jumps") \
    X(checkpoint, "a checkpoint file (checkpoint)") \
    X(teacher_formula, "data teacher and teacher formula") \
    X(link_formula, "link formula") \
    X(loss_formula, "loss formula") \
    X(formula_constants, "a formula (loss_formula, link_formula or teacher_formula)") \
    X(plugin, "loss, link or teacher plugin")
/* clang-format on */
#define EFFECT_DECLARE(name, needs) bool effect_##name(const struct sgdmft_run *run);
EFFECT_LIST(EFFECT_DECLARE)

/* ---- spectrum.c ----------------------------------------------------------------------------------- */

/* "VALUE[:WEIGHT[:SIGNAL]],..." to a spectrum with normalised weights and signal; "" to none. USAGE names the
 * parameter. */
enum sgdmft_status spectrum_parse(const char *text, struct sgdmft_spectrum *spectrum, struct sgdmft_error *error);
/* True for powerlaw:A[:BETA[:CUT]], eigenvalues i^-A with mean squares of the signal in proportion to i^-BETA for i = 1
 * to CUT. Neighbours share a mode with their means: single ones first, then blocks that grow by a factor (1.1 at CUT =
 * 10^3, 1.24 at 10^6). spectrum_parse needs all three numbers; spectrum_complete writes BETA = 0 and CUT = dim where
 * they are missing. USAGE for another text, and for a CUT above dim. */
bool spectrum_is_powerlaw(const char *text);
enum sgdmft_status spectrum_complete(char text[SGDMFT_TEXT_MAX], long dim, struct sgdmft_error *error);
/* Mode of coordinate i of dim in a simulation: modes come one after the other, each with its share of the coordinates.
 * */
size_t spectrum_mode_of(const struct sgdmft_spectrum *spectrum, size_t dim, size_t i);

/* ---- resolve.c ------------------------------------------------------------------------------------- */

/* Resolves as sgdmft_run_resolve, for a run whose dataset, contents and kept records are known: those of `known`, whose
 * files are not read (NULL: they are read). */
enum sgdmft_status run_resolve(const struct sgdmft_settings *settings, const struct sgdmft_derived *known,
                               struct sgdmft_run *run, struct sgdmft_error *error);

/* ---- extra.c: steps beyond (T1) --------------------------------------------------------------------- */

/* "ema:BETA" or "tail:FROM"; "" to none. USAGE names the parameter. */
enum sgdmft_status average_parse(const char *text, struct sgdmft_average *average, struct sgdmft_error *error);
enum sgdmft_status extra_check(const struct sgdmft_run *run, struct sgdmft_error *error);
/* True if engine `auto` is conditional where that supports the run: discrete steps on a fixed training set, with a
 * force without tangents (sgdmft_has_tangents), a step beyond (T1) or averaged weights. */
bool run_prefers_conditional(const struct sgdmft_run *run);

/* ---- check.c: conditions between parameters ------------------------------------------------------- */

enum sgdmft_status run_check(const struct sgdmft_run *run, struct sgdmft_error *error);
/* Warnings: a start on a symmetry that finite N breaks, features that are left out; empty when there is none. */
void run_warn(const struct sgdmft_run *run, struct sgdmft_error *warning);

#endif
