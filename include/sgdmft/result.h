/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A result of theory or simulation: named quantities over common axes. Each quantity has its values in every sample
 * (a group of paths, or a simulated run), their mean and its standard error. */
#ifndef SGDMFT_RESULT_H
#define SGDMFT_RESULT_H

#include <sgdmft/run.h>
#include <sgdmft/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum sgdmft_source { SGDMFT_THEORY, SGDMFT_SIMULATION };

/* Axis of a quantity. */
enum sgdmft_axis {
    SGDMFT_AXIS_NONE,
    SGDMFT_AXIS_STEP, /* measured steps */
    SGDMFT_AXIS_WAITING,
    SGDMFT_AXIS_LAG,
    SGDMFT_AXIS_ROW, /* all steps; COLUMN too */
    SGDMFT_AXIS_COLUMN,
    SGDMFT_AXIS_OMEGA,
    SGDMFT_AXIS_MARGIN_STEP,
    SGDMFT_AXIS_BIN,
    SGDMFT_AXIS_LEVEL,
    SGDMFT_AXIS_SHARPNESS_STEP, /* the run's sharpness_at */
    SGDMFT_AXIS_EIGENVALUE,     /* the largest first */
    SGDMFT_AXIS_VALUE           /* one value a result */
};
#define SGDMFT_AXES_MAX 3

/* Scale of the values of an observable, by which differences are judged: its values; the norm of the weights or its
 * root, which also set the value at the start; 1. */
enum sgdmft_scale { SGDMFT_SCALE_VALUES, SGDMFT_SCALE_NORM, SGDMFT_SCALE_ROOT_NORM, SGDMFT_SCALE_ONE };
/* Examples of which an observable is the counted fraction. */
enum sgdmft_counted { SGDMFT_COUNTED_NONE, SGDMFT_COUNTED_TRAINING, SGDMFT_COUNTED_TEST };

/* An observable: a row of the list of all observables. */
struct sgdmft_observable {
    const char *group; /* HDF5 group: "series", "two_time", ...; "derived" has means and errors without samples */
    const char *name;  /* HDF5 dataset and csv column */
    const char *units;
    enum sgdmft_axis axis[SGDMFT_AXES_MAX]; /* the outermost first, then NONE */
    const char *description;
    bool standard; /* in every result, and a column of the csv table of series */
    /* True if a result of this run and source has it; NULL: whenever it is computed. */
    bool (*present)(const struct sgdmft_run *run, enum sgdmft_source source);
    const char *latex;          /* heading of a table; NULL: the name */
    const char *words, *letter; /* label of a figure (NULL: the name); symbol, enhanced text of gnuplot ("": none) */
    enum sgdmft_scale scale;
    enum sgdmft_counted counted;
    bool decisive;  /* its differences decide a comparison */
    bool of_a_step; /* of the step that begins there: undefined at the end of a run */
    bool grows;     /* infinite after a divergence */
    bool in_mean;   /* of the Hessian: an average over all eigenvalues, which differs by 1/N at finite N */
};
SGDMFT_API extern const struct sgdmft_observable sgdmft_observables[];
SGDMFT_API extern const size_t sgdmft_observable_count;

#define SGDMFT_SHARPNESS_TOP 4 /* eigenvalues of the axis EIGENVALUE */

struct sgdmft_quantity {
    const struct sgdmft_observable *observable;
    size_t rank, size[SGDMFT_AXES_MAX]; /* size[0] outermost */
    size_t length;                      /* product of size */
    double *sample;                     /* [samples][length]; NaN: not measured */
    double *mean, *se;                  /* [length]; se is NaN with one sample */
};

struct sgdmft_provenance {
    char version[64], git_hash[64], compiler[128], libraries[512], cpu[128];
    char command[4096]; /* the command line, if known */
    char engine[32];    /* or "simulator" */
    double wall_time;   /* seconds */
    long threads;
};

struct sgdmft_result {
    struct sgdmft_run run;
    enum sgdmft_source source;
    enum sgdmft_status status; /* OK (complete), NOT_CONVERGED, DIVERGED or INTERRUPTED */
    long last_step;            /* the last step with values in all samples */
    size_t samples;
    size_t steps;    /* number of measured steps; after a divergence only those up to last_step */
    long *step;      /* [steps] */
    double *time;    /* [steps] */
    size_t waitings; /* waiting times of the two-time functions */
    long *waiting;   /* [waitings] */
    size_t lags;
    long *lag;           /* [lags], in steps */
    size_t margin_steps; /* steps at which margins are measured */
    long *margin_step;   /* [margin_steps] */
    size_t omegas;       /* frequencies of spectra (spectrum/omega has their values); 0 without */
    size_t quantities;
    struct sgdmft_quantity *quantity;
    struct sgdmft_provenance provenance;
};

/* Creates a result of the run with its measured steps and standard quantities, all values NaN: the six series [step]
 * and, for a run with waiting times, two_time/correlation [waiting,lag], C(t_w + lag, t_w) at the measured lags, NaN
 * beyond the run. samples: their number; with 0 the result has lengths without values, for estimates of memory.
 * NULL: out of memory. */
SGDMFT_API struct sgdmft_result *sgdmft_result_create(const struct sgdmft_run *run, enum sgdmft_source source,
                                                      size_t samples);
SGDMFT_API void sgdmft_result_free(struct sgdmft_result *result);
/* Adds a quantity of the list with the given sizes, all values NaN. NULL: unknown quantity, or out of memory. */
SGDMFT_API struct sgdmft_quantity *sgdmft_result_add(struct sgdmft_result *result, const char *group, const char *name,
                                                     size_t rank, const size_t *size);
/* The quantity of this group and name; NULL if the result has none. */
SGDMFT_API struct sgdmft_quantity *sgdmft_result_find(const struct sgdmft_result *result, const char *group,
                                                      const char *name);
/* Computes mean and standard error of every quantity from its samples. Removes the measured steps after last_step. */
SGDMFT_API void sgdmft_result_reduce(struct sgdmft_result *result);
/* Joins the samples of two results of the same run with different seeds into a new result. USAGE: the runs differ. */
SGDMFT_API enum sgdmft_status sgdmft_result_append(const struct sgdmft_result *a, const struct sgdmft_result *b,
                                                   struct sgdmft_result **joined, struct sgdmft_error *error);

/* ---- files --------------------------------------------------------------------------------------- */

/* Checks that a result can be written to path, and leaves no file. FILE: the folder is missing or not writable, or
 * path is a file that is neither empty nor a result of sgdmft_result_write. */
SGDMFT_API enum sgdmft_status sgdmft_result_writable(const char *path, struct sgdmft_error *error);
/* Writes a result as HDF5 atomically: temporary name, fsync, rename. FILE: as from sgdmft_result_writable, or path
 * is the dataset of the run. */
SGDMFT_API enum sgdmft_status sgdmft_result_write(const struct sgdmft_result *result, const char *path,
                                                  struct sgdmft_error *error);
SGDMFT_API enum sgdmft_status sgdmft_result_read(const char *path, struct sgdmft_result **result,
                                                 struct sgdmft_error *error);
/* Prints the series as csv: step,time,overlap,overlap_se,... with a line for each measured step, %.17g. */
SGDMFT_API enum sgdmft_status sgdmft_result_csv(const struct sgdmft_result *result, FILE *out,
                                                struct sgdmft_error *error);
/* Prints the series as json arrays, with command, status and parameters. */
SGDMFT_API enum sgdmft_status sgdmft_result_json(const struct sgdmft_result *result, const char *command, FILE *out,
                                                 struct sgdmft_error *error);
/* Prints the series as a table of about twenty lines, values with errors as 0.1234(5). */
SGDMFT_API enum sgdmft_status sgdmft_result_text(const struct sgdmft_result *result, FILE *out,
                                                 struct sgdmft_error *error);
/* Formats a value with its error in units of the last digit, "0.1234(5)". A value that is NaN is "nan", an error
 * that is NaN is left out. */
SGDMFT_API void sgdmft_format_error(double value, double se, char out[64]);

/* Formats a value for a cell of a table as sgdmft_format_error does, but an exact value without (0), and a value
 * that is rounding noise about 0, such as -3(4)e-18, as 0. */
SGDMFT_API void sgdmft_format_cell(double value, double se, char out[64]);

/* Fills in version, git hash, compiler, libraries and CPU type of this build and machine. */
SGDMFT_API void sgdmft_provenance_fill(struct sgdmft_provenance *provenance);

#endif
