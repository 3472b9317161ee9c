/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Analyses: commands that make something of a run, alone or at each point of a sweep. A new one is a record beside its
 * command (struct command, analysis): sweep, table, plot and manifests read the record and know none by name. */
#ifndef SOLVER_CLI_FRAME_ANALYSIS_H
#define SOLVER_CLI_FRAME_ANALYSIS_H

#include <sgdmft/result.h>
#include <sgdmft/run.h>
#include <stdbool.h>

#define ANALYSIS_SCORES_MAX 2

/* Results that an analysis takes, as --by says it. */
enum by { BY_SOLVE, BY_SIMULATE, BY_BOTH };
extern const char *const by_names[]; /* NULL-terminated, by index */

enum point_status {
    POINT_PENDING,
    POINT_COMPLETE,
    POINT_DIVERGED,
    POINT_NOT_STATIONARY,
    POINT_UNDECIDED, /* an answer, and neither agreement nor disagreement */
    POINT_DISAGREE,
    POINT_FAILED,
    POINT_REFUSED /* its values contradict each other, so that there is no run and no file */
};
extern const char *const point_status_names[]; /* NULL-terminated, by index */

/* How a point of a sweep ended. */
struct verdict {
    enum point_status status;
    char reason[1200];
    double score[ANALYSIS_SCORES_MAX]; /* in the order of the analysis's scores */
};

struct analysis {
    enum by by;    /* results that it takes */
    bool takes_by; /* --by may say so */
    /* Adds to the texts of a run what the command adds to them; NULL: nothing. */
    enum sgdmft_status (*defaults)(struct sgdmft_settings *settings, bool simulate, struct sgdmft_error *error);
    /* USAGE for a run that the command refuses; NULL: none. */
    enum sgdmft_status (*check)(const struct sgdmft_run *run, bool simulate, struct sgdmft_error *error);
    /* Judges a point whose results are there, [0] theory, [1] simulation, NULL where not asked for; may add to results.
     * NULL: verdict_of_runs. */
    void (*judge)(struct sgdmft_result *const result[2], struct verdict *verdict);
    const char *const *scores;  /* names of the numbers of its verdicts, NULL-terminated; NULL: none           */
    const char *const *columns; /* of a table of a sweep, NULL-terminated; NULL: the standard observables      */
    const char *usual;          /* observable of a figure of a sweep                                           */
    bool of_series;             /* its numbers are those of the series, and a figure shows these               */
    bool of_steps;              /* its numbers belong to a step, and a table shows it                          */
};

/* Sets status and reason. */
void verdict_set(struct verdict *verdict, enum point_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Complete, diverged or failed, as the run ended. */
void verdict_of_run(const struct sgdmft_result *result, struct verdict *verdict);
/* The same of two; the simulation counts where the theory is complete. */
void verdict_of_runs(struct sgdmft_result *const result[2], struct verdict *verdict);

#endif
