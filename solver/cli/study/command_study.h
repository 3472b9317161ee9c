/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A study: a claim of the literature, the sweeps that put it to the test in this model, and what to make of them. It is
 * declared in NAME.ini (study_file.c says with which keys), with the gnuplot script of its figure beside it. */
#ifndef SOLVER_CLI_STUDY_COMMAND_STUDY_H
#define SOLVER_CLI_STUDY_COMMAND_STUDY_H

#include "models/base/files.h"
#include "solver/cli/frame/cli.h"
#include "solver/observe/scalar.h"

#define STUDY_PAIRS_MAX 64
#define STUDY_STEPS_MAX 32
#define STUDY_COLUMNS_MAX 24
#define STUDY_RESULTS_MAX 32

/* KEY = VALUE, in the order of the file. */
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
    size_t columns, series; /* of the table; of the curves along the runs */
    char *column[STUDY_COLUMNS_MAX], *curve[STUDY_COLUMNS_MAX];
    struct study_pairs results; /* kind of the result and what it is made of */
};

/* ---- what a step can be (study_steps.c) ---------------------------------------------------------------- */

/* How a step is done: the section [KIND NAME] of the file. */
struct study_kind {
    const char *name;
    /* USAGE for keys that the kind does not take. */
    enum sgdmft_status (*check)(const struct study_step *step, struct sgdmft_error *error);
    /* FILE if what it would write in folder/NAME would replace something else; changes nothing. */
    enum sgdmft_status (*check_files)(const struct study_step *step, const char *folder, struct sgdmft_error *error);
    /* Does what is missing in folder/NAME of it. */
    enum sgdmft_status (*run)(const struct study *study, const struct study_step *step, const char *folder,
                              const struct invocation *invocation, struct sgdmft_error *error);
    bool has_points; /* leaves the folder of a sweep */
    /* Lines of its own among the results; may be NULL. */
    void (*print)(const struct study_step *step, const char *folder, FILE *out);
};
extern const struct study_kind *const study_kinds[]; /* NULL-terminated */

/* USAGE unless every --set is the name of a parameter that a study can set, once, with a value it may have. */
enum sgdmft_status study_check_set(const struct invocation *invocation, struct sgdmft_error *error);

/* ---- finding and reading (study_file.c, study_find.c) --------------------------------------------------- */

/* USAGE, with file and line, for unknown sections and keys. Free with study_free, also after an error. */
enum sgdmft_status study_read(const char *file, struct study *study, struct sgdmft_error *error);
void study_free(struct study *study);
/* The file of a study: a path to NAME.ini, or NAME in the folder of studies, which is $SGDMFT_DATA/studies, the source
 * tree's or the installed one's, found from where the program is. USAGE, with the nearest name. */
enum sgdmft_status study_find(const char *name, char file[FILES_PATH_MAX], struct sgdmft_error *error);
/* Calls see with the file of every study, by name. */
void study_each(void (*see)(void *context, const char *name, const char *file), void *context);

/* ---- what the sweeps gave (study_rows.c, study_value.c) -------------------------------------------------- */

struct study_row {
    const struct study_step *step;
    const char *status; /* of the point */
    size_t varied;      /* parameters that its sweep varies */
    char *name[8], *text[8];
    bool known; /* there is a result, and run is its run */
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

/* A line for each point of the sweeps with the values of study->column at the end, or (along) for each measured step
 * with those of study->curve. Free with study_rows_free, also after an error. */
enum sgdmft_status study_rows_load(const struct study *study, const char *folder, bool along, struct study_rows *rows,
                                   struct sgdmft_error *error);
void study_rows_free(struct study_rows *rows);
/* A number that rows are grouped by: noise_scale = eta (1 - b)/b, epochs, time, or a parameter that is a number. */
double study_key(const struct study_row *row, const char *name);
bool study_key_known(const char *name);
/* Theory minus simulation in units of its error, Student's t (Welch) as the Gaussian score of the same probability; NaN
 * where one of them is missing. */
double study_score(const struct study_row *row, size_t column);
/* Writes the rows, as csv or as markdown. */
extern const struct files_kind study_kind_table;
enum sgdmft_status study_rows_csv(const struct study_rows *rows, const char *path, struct sgdmft_error *error);
void study_rows_markdown(const struct study_rows *rows, FILE *out);

/* True if a column of the table has this name: an observable with steps, or a number of the whole result. Its value at
 * a step of a result (-1: at the end). */
bool study_value_known(const char *name);
struct scalar study_value_at(const struct sgdmft_result *result, const char *name, long step);

/* ---- results and figure (study_results.c, study_figure.c) ------------------------------------------------ */

/* USAGE unless a result of this kind and these words exists. */
enum sgdmft_status study_result_check(const struct study *study, const char *kind, const char *words,
                                      struct sgdmft_error *error);
/* Prints the lines of one result. */
void study_result_print(const struct study_rows *rows, const char *kind, const char *words, FILE *out);

#endif
