/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A formula of the user as a record: text -> steps (formula_parse.c) -> C by SymPy (formula_derive.py) -> shared object
 * (formula_object.c) -> record, tested before it is used (formula_check.c). The text is never executed: the parser
 * returns decimal numbers and names of the lists below. */
#ifndef MODELS_FORMULA_FORMULA_H
#define MODELS_FORMULA_FORMULA_H

#include <sgdmft/run.h>

/* ---- formula_parse.c: from a text to steps in postfix order ------------------------------------------- */

#define FORMULA_STEPS_MAX SGDMFT_TEXT_MAX
#define FORMULA_DEPTH_MAX 64    /* values that wait for an operator; parentheses in each other */
#define FORMULA_CONSTANTS_MAX 8 /* of formula_constants */
#define FORMULA_NAME_MAX 24

/* A function or an operator, by the name that formula_derive.py has too. */
struct formula_function {
    const char *name;
    int arity;
    double (*value)(const double *x);
};

/* One step: a function of the last values, the value of a name (variable >= 0), or a number. */
struct formula_step {
    const struct formula_function *function;
    int variable;
    double number;
};

/* Meaning of a formula. names: its variables, ended by NULL; the first is the argument of the derivatives. member: of
 * struct sgdmft_run, for names that are parameters; 0 for others. */
struct formula_kind {
    const char *parameter; /* loss_formula */
    const char *what;      /* loss */
    const char *names[5];
    size_t member[5];
};
extern const struct formula_kind formula_loss, formula_link, formula_teacher;

struct formula {
    const struct formula_kind *kind;
    size_t count;
    struct formula_step step[FORMULA_STEPS_MAX];
};

struct formula_constants {
    size_t count;
    char name[FORMULA_CONSTANTS_MAX][FORMULA_NAME_MAX];
    double value[FORMULA_CONSTANTS_MAX];
    bool used[FORMULA_CONSTANTS_MAX];
};

/* "NAME=VALUE,..." ("": none); USAGE names formula_constants and the rule. */
enum sgdmft_status formula_constants_parse(const char *text, struct formula_constants *constants,
                                           struct sgdmft_error *error);
/* USAGE names the parameter, the position in the text (from 1) and the rule. Marks the constants that it uses. */
enum sgdmft_status formula_parse(const struct formula_kind *kind, const char *text, struct formula_constants *constants,
                                 struct formula *formula, struct sgdmft_error *error);

/* ---- formula_steps.c ------------------------------------------------------------------------------------- */

/* NaN where it is not real. error: estimate of its rounding error, NaN if unknown. overflow: a part of it, or a product
 * of such parts in a derivative, overflows. */
struct formula_rounded {
    double value, error;
    bool overflow;
};
/* The value at variables[], in the order of kind->names. */
struct formula_rounded formula_value(const struct formula *formula, const double *variables);
/* Kind, names and steps as formula_derive.py reads them; free with free(). run: whose parameters the record is made
 * for; NULL: for all. NULL without memory. */
char *formula_words(const struct formula *formula, const struct sgdmft_run *run);
/* True if a parameter of the run is in the formula. */
bool formula_has_parameters(const struct formula *formula);

/* ---- formula_texts.c: files that the library carries --------------------------------------------------- */

extern const char formula_script[]; /* formula_derive.py */
/* Headers that precede each source; ended by NULL. */
extern const char *const formula_headers[];

/* ---- formula_child.c: other programs ------------------------------------------------------------------ */

/* Runs argv[0], found in PATH, without a shell. input is its standard input, *output both of its outputs (free with
 * free()). code: exit code, 128 + signal, or -1 if there is no such program. INTERNAL without memory or pipes. */
enum sgdmft_status child_run(const char *const argv[], const char *input, char **output, int *code,
                             struct sgdmft_error *error);
/* The path of a program in PATH; false if there is none. */
bool child_find(const char *name, char path[4096]);

/* ---- formula_object.c: shared objects ------------------------------------------------------------------ */

/* The record `symbol` of the shared object made of words (a formula) or, if source is not NULL, of that C source. It
 * is taken from the cache, or (may_make) made and put there; NULL if the object does not define it. Loaded objects
 * stay for the life of the process. The messages begin with parameter. USAGE: python3, sympy or cc are missing, the
 * formula cannot be differentiated, the source does not compile, or there is no folder to write to. */
enum sgdmft_status formula_object(const char *parameter, const char *what, const char *words, const char *source,
                                  const char *symbol, bool may_make, const void **record, struct sgdmft_error *error);

/* ---- formula_check.c: records before they are used -------------------------------------------------------- */

/* formula: the definition that the record must have; NULL for a plugin. USAGE: not real, no derivative, flags or
 * kinks that are not those of the function, derivatives that are not those of the value. */
enum sgdmft_status formula_check_loss(const struct sgdmft_run *run, const struct formula *formula,
                                      struct sgdmft_error *error);
enum sgdmft_status formula_check_link(const struct sgdmft_run *run, const struct formula *formula,
                                      struct sgdmft_error *error);
enum sgdmft_status formula_check_teacher(const struct sgdmft_run *run, const struct formula *formula,
                                         struct sgdmft_error *error);

/* ---- formula_records.c ------------------------------------------------------------------------------------ */

/* Summaries of records that are not made yet, or not on reading. */
#define SUMMARY_formula(kind) "that of " #kind "_formula"
#define SUMMARY_plugin(kind) "record plugin_" #kind " of the C source plugin"

/* Names of the parameters loss, link and teacher besides those of the registries: formula and plugin. They stand for a
 * record that formula_take makes. */
extern const void *const formula_losses[], *const formula_links[], *const formula_teachers[];

/* Sets loss, link or teacher to formula if the settings give its formula and not its name. */
void formula_imply(const struct sgdmft_settings *settings, struct sgdmft_run *run);
/* Replaces these names by the records that it makes. known: of the result that the run is read from, NULL for other
 * runs; the records are what it keeps, and for an older file without it, a plugin is loaded only if it was compiled
 * before. USAGE as from formula_parse, formula_object and the checks. */
enum sgdmft_status formula_take(struct sgdmft_run *run, const struct sgdmft_derived *known, struct sgdmft_error *error);
/* Makes the records of a run that was read from a result and is now computed; without effect on other runs. */
enum sgdmft_status formula_make(struct sgdmft_run *run, struct sgdmft_error *error);

/* ---- formula_kept.c: what a result keeps of such records --------------------------------------------------- */

/* For the writer of a result; not there if no record of the run is made. */
struct sgdmft_kept formula_keep(const struct sgdmft_run *run);
/* Records with the flags of kept, without functions; NULL: there are no such flags. */
const void *kept_loss(const struct sgdmft_kept *kept, bool plugin);
const void *kept_link(const struct sgdmft_kept *kept, bool plugin);
const void *kept_teacher(const struct sgdmft_kept *kept, bool plugin);
/* The loss at margin kappa - contact_tolerance, of any run. */
double formula_contact_loss(const struct sgdmft_run *run);

#endif
