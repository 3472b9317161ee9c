/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A study: a claim of the literature, the sweeps that test it in this model, and the results computed from them. It
 * is declared in NAME.ini (keys: study_file.c), with the gnuplot script of its figure beside it. */
#ifndef SOLVER_CLI_STUDY_COMMAND_STUDY_H
#define SOLVER_CLI_STUDY_COMMAND_STUDY_H

#include "models/base/files.h"
#include "solver/cli/frame/cli.h"
#include "solver/observe/scalar.h"

#define STUDY_PAIRS_MAX 64
#define STUDY_STEPS_MAX 32
#define STUDY_COLUMNS_MAX 24
#define STUDY_RESULTS_MAX 32

/* Pairs KEY = VALUE in the order of the file. */
struct study_pairs {
    size_t count;
    char *key[STUDY_PAIRS_MAX], *value[STUDY_PAIRS_MAX];
};

struct study_kind;

struct study_step {
    char *name;
    const struct study_kind *kind;
    struct study_pairs pairs;
};

struct study {
    char name[64];
    char file[FILES_PATH_MAX], script[FILES_PATH_MAX]; /* NAME.ini and NAME.gp; script is "" where there is none */
    char *title, *claim, *source, *finding;            /* NULL if not given */
    struct study_pairs run;                            /* parameters of all steps */
    size_t steps;
    struct study_step step[STUDY_STEPS_MAX];
    size_t columns, series; /* numbers of columns: of the table, and of the curves along the runs */
    char *column[STUDY_COLUMNS_MAX], *curve[STUDY_COLUMNS_MAX];
    struct study_pairs results; /* kind of a result and its arguments */
};

/* ---- kinds of steps (study_steps.c) -------------------------------------------------------------------- */

/* A kind of step: the section [KIND NAME] of the file. */
struct study_kind {
    const char *name;
    /* Checks the keys of a step. USAGE: the kind has no such key. */
    enum sgdmft_status (*check)(const struct study_step *step, struct sgdmft_error *error);
    /* Checks the files of a step in folder/NAME without a change. FILE: one would replace a file of another kind. */
    enum sgdmft_status (*check_files)(const struct study_step *step, const char *folder, struct sgdmft_error *error);
    /* Computes the missing part of a step in folder/NAME. */
    enum sgdmft_status (*run)(const struct study *study, const struct study_step *step, const char *folder,
                              const struct invocation *invocation, struct sgdmft_error *error);
    bool has_points; /* writes the folder of a sweep */
    /* Prints lines of the step among the results; may be NULL. */
    void (*print)(const struct study_step *step, const char *folder, FILE *out);
};
extern const struct study_kind *const study_kinds[]; /* all kinds, NULL-terminated */

/* Checks every --set. USAGE: a name that is no parameter of a study, given twice, or with a bad value. */
enum sgdmft_status study_check_set(const struct invocation *invocation, struct sgdmft_error *error);

/* ---- finding and reading (study_file.c, study_find.c) --------------------------------------------------- */

/* Reads NAME.ini. Free with study_free, also after an error. USAGE, with file and line: unknown section or key. */
enum sgdmft_status study_read(const char *file, struct study *study, struct sgdmft_error *error);
void study_free(struct study *study);
bool study_listed(char *const *names, size_t count, const char *name);
/* True if the study has a column of this name in its table, or a sweep of this name (prefix: one whose name begins with
 * it). */
bool study_has_column(const struct study *study, const char *name);
bool study_has_sweep(const struct study *study, const char *name, bool prefix);
/* Finds the file of a study. name: a path to NAME.ini, or NAME in the folder of studies. The folder is
 * $SGDMFT_DATA/studies, or that of the source tree or installation of the program. USAGE: unknown study; the message
 * names the nearest. */
enum sgdmft_status study_find(const char *name, char file[FILES_PATH_MAX], struct sgdmft_error *error);
/* Calls see with the file of every study, in the order of the names. */
void study_each(void (*see)(void *context, const char *name, const char *file), void *context);

/* ---- rows of values (study_rows.c, study_value.c) --------------------------------------------------------- */

struct study_row {
    const struct study_step *step;
    const char *status; /* status of the point */
    size_t varied;      /* number of parameters that its sweep varies */
    char *name[8], *text[8];
    bool known; /* the point has a result, and run is its run */
    struct sgdmft_run run;
    long at;                            /* the step of the values */
    struct scalar *theory, *simulation; /* [columns] */
};

struct study_rows {
    size_t columns;
    char *const *column;
    size_t count;
    struct study_row *row;
};

struct gathered;
/* A function called with the results of a point, theory and simulation, NULL without one. */
typedef enum sgdmft_status study_see(void *context, const struct study_step *step, const struct gathered *item,
                                     struct sgdmft_result *const result[2], struct sgdmft_error *error);
enum sgdmft_status study_each_result(const struct study *study, const char *folder, study_see *see, void *context,
                                     struct sgdmft_error *error);

/* Loads a row for each point of the sweeps with the values of study->column at the end; along: a row for each
 * measured step with those of study->curve. Free with study_rows_free, also after an error. */
enum sgdmft_status study_rows_load(const struct study *study, const char *folder, bool along, struct study_rows *rows,
                                   struct sgdmft_error *error);
void study_rows_free(struct study_rows *rows);
/* The column of this name, which is one of the rows'. */
size_t study_column(const struct study_rows *rows, const char *name);
extern const char *const study_side[2]; /* theory, simulation */
/* The number by which rows are grouped: noise_scale = eta (1 - b)/(b (1 - mu)), epochs, time, or a parameter that is
 * a number. */
double study_key(const struct study_row *row, const char *name);
bool study_key_known(const char *name);
/* The score of theory minus simulation: Student's t (Welch) as the Gaussian score of the same probability; NaN if
 * one of them is missing. */
double study_score(const struct study_row *row, size_t column);
/* The kind of file of a csv table, and the functions that write rows as csv and as markdown. */
extern const struct files_kind study_kind_table;
enum sgdmft_status study_rows_csv(const struct study_rows *rows, const char *path, struct sgdmft_error *error);
void study_rows_markdown(const struct study_rows *rows, FILE *out);

/* True for the name of a value: an observable with steps, or a number of the whole result. The second function
 * returns the value at a step of a result (-1: at the end). */
bool study_value_known(const char *name);
struct scalar study_value_at(const struct sgdmft_result *result, const char *name, long step);

/* ---- results and figure (study_results.c, study_figure.c) ------------------------------------------------ */

/* Checks a result. USAGE: unknown kind, or words that name no column, key or sweep. */
enum sgdmft_status study_result_check(const struct study *study, const char *kind, const char *words,
                                      struct sgdmft_error *error);
/* Prints the lines of one result. folder: that of the study, from whose results some are computed. */
void study_result_print(const struct study *study, const char *folder, const struct study_rows *rows, const char *kind,
                        const char *words, FILE *out);

#endif
