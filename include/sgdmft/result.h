/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A result: what theory and simulation both return. A set of named quantities over common axes; each has one value
 * per sample (a group of paths, or a simulated run), their mean and its standard error. Readers do not care who
 * made it. */
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
    SGDMFT_AXIS_ROW, /* all steps, as is COLUMN */
    SGDMFT_AXIS_COLUMN,
    SGDMFT_AXIS_OMEGA,
    SGDMFT_AXIS_MARGIN_STEP,
    SGDMFT_AXIS_BIN,
    SGDMFT_AXIS_LEVEL,
    SGDMFT_AXIS_SHARPNESS_STEP, /* the run's sharpness_at */
    SGDMFT_AXIS_EIGENVALUE,     /* the largest first */
    SGDMFT_AXIS_VALUE           /* one number a result */
};
#define SGDMFT_AXES_MAX 3

/* The one list of observables. A new one is a new row. */
struct sgdmft_observable {
    const char *group; /* HDF5 group: "series", "two_time", ...; of "derived" only means and errors are known */
    const char *name;  /* HDF5 dataset and csv column */
    const char *units;
    enum sgdmft_axis axis[SGDMFT_AXES_MAX]; /* the outermost first, then NONE */
    const char *description;
    bool standard; /* in every result, and a column of the csv table of series */
    /* True where the result of this run by theory or simulation has it; NULL: wherever it is computed. */
    bool (*present)(const struct sgdmft_run *run, enum sgdmft_source source);
    const char *latex;          /* heading of a table; NULL: the name */
    const char *words, *letter; /* label of a figure, letter as enhanced text of gnuplot, "" without; NULL: the name */
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
    enum sgdmft_status status; /* OK is complete; NOT_CONVERGED, DIVERGED, INTERRUPTED */
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

/* A result for `samples` samples of run with its measured steps and the standard quantities allocated, all values
 * NaN: the six series [step], and where the run has waiting times two_time/correlation [waiting,lag], C(t_w + lag,
 * t_w) at the measured lags, which stays NaN beyond the run. With 0 samples axes and quantities have their lengths
 * and no values: what a result would take. NULL without memory. */
SGDMFT_API struct sgdmft_result *sgdmft_result_create(const struct sgdmft_run *run, enum sgdmft_source source,
                                                      size_t samples);
SGDMFT_API void sgdmft_result_free(struct sgdmft_result *result);
/* Adds a quantity of the list with the given sizes, all values NaN; NULL if unknown or without memory. */
SGDMFT_API struct sgdmft_quantity *sgdmft_result_add(struct sgdmft_result *result, const char *group, const char *name,
                                                     size_t rank, const size_t *size);
/* NULL if the result has none. */
SGDMFT_API struct sgdmft_quantity *sgdmft_result_find(const struct sgdmft_result *result, const char *group,
                                                      const char *name);
/* Mean and standard error of every quantity from its samples; cuts the measured steps after last_step. */
SGDMFT_API void sgdmft_result_reduce(struct sgdmft_result *result);
/* Joins the samples of two results of the same run (seeds differing) into a new one. USAGE if they differ. */
SGDMFT_API enum sgdmft_status sgdmft_result_append(const struct sgdmft_result *a, const struct sgdmft_result *b,
                                                   struct sgdmft_result **joined, struct sgdmft_error *error);

/* ---- files --------------------------------------------------------------------------------------- */

/* FILE unless path can be written: its folder exists and allows it, and what is there, if anything, is empty or a
 * result, as written by sgdmft_result_write. Creates nothing that stays. */
SGDMFT_API enum sgdmft_status sgdmft_result_writable(const char *path, struct sgdmft_error *error);
/* HDF5, atomically: temporary name, fsync, rename. FILE as from sgdmft_result_writable, and for the run's
 * dataset. */
SGDMFT_API enum sgdmft_status sgdmft_result_write(const struct sgdmft_result *result, const char *path,
                                                  struct sgdmft_error *error);
SGDMFT_API enum sgdmft_status sgdmft_result_read(const char *path, struct sgdmft_result **result,
                                                 struct sgdmft_error *error);
/* step,time,overlap,overlap_se,... one line a measured step, %.17g. */
SGDMFT_API enum sgdmft_status sgdmft_result_csv(const struct sgdmft_result *result, FILE *out,
                                                struct sgdmft_error *error);
/* The same as arrays, with command, status, parameters. */
SGDMFT_API enum sgdmft_status sgdmft_result_json(const struct sgdmft_result *result, const char *command, FILE *out,
                                                 struct sgdmft_error *error);
/* A table for people: about twenty lines, values with errors as 0.1234(5). */
SGDMFT_API enum sgdmft_status sgdmft_result_text(const struct sgdmft_result *result, FILE *out,
                                                 struct sgdmft_error *error);
/* "0.1234(5)": value with the error in units of the last digit; "nan" and missing errors are handled. */
SGDMFT_API void sgdmft_format_error(double value, double se, char out[64]);

/* The same for a cell of a table, which stands beside its text: an exact value without (0), and 0 for what is nothing
 * but rounding about 0, -3(4)e-18. */
SGDMFT_API void sgdmft_format_cell(double value, double se, char out[64]);

/* Version, git hash, compiler, libraries, CPU type of this build and machine. */
SGDMFT_API void sgdmft_provenance_fill(struct sgdmft_provenance *provenance);

#endif
