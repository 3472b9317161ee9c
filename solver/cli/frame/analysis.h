/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Analyses: commands that compute a result of a run, alone or at each point of a sweep. A new analysis is a record
 * beside its command (struct command, analysis). sweep, table, plot and manifests read the record and contain no
 * name of an analysis. */
#ifndef SOLVER_CLI_FRAME_ANALYSIS_H
#define SOLVER_CLI_FRAME_ANALYSIS_H

#include <sgdmft/result.h>
#include <sgdmft/run.h>
#include <stdbool.h>

#define ANALYSIS_SCORES_MAX 2

/* Results that an analysis uses, the choices of --by. */
enum by { BY_SOLVE, BY_SIMULATE, BY_BOTH };
extern const char *const by_names[]; /* NULL-terminated, by index */

/* Statuses of the points of a sweep, as manifests and tables name them, with their meanings. */
/* clang-format off */
#define POINT_STATUS_LIST(X) \
    X(PENDING, "pending", "not computed yet") \
    X(COMPLETE, "complete", "computed; validate: theory and simulation agree") \
    X(DIVERGED, "diverged", "the weights grew beyond all bounds, or ceased to be numbers") \
    X(NOT_STATIONARY, "not_stationary", "teff: the run did not reach a stationary state") \
    X(UNDECIDED, "undecided", "validate: complete, but neither agreement nor disagreement is shown") \
    X(DISAGREE, "disagree", "validate: theory and simulation differ beyond errors and allowance") \
    X(FAILED, "failed", "no result, for another reason, which the column reason states") \
    X(REFUSED, "refused", "its values contradict each other: it has neither run nor file")
/* clang-format on */
#define POINT_STATUS_SYMBOL(symbol, name, meaning) POINT_##symbol,
enum point_status { POINT_STATUS_LIST(POINT_STATUS_SYMBOL) };
extern const char *const point_status_names[]; /* NULL-terminated, by index */

/* The outcome of a point of a sweep. */
struct verdict {
    enum point_status status;
    char reason[1200];
    double score[ANALYSIS_SCORES_MAX]; /* in the order of the analysis's scores */
};

struct analysis {
    enum by by;    /* results that it uses */
    bool takes_by; /* --by may choose them */
    /* Sets parameters that the command needs and the user did not set. NULL: there are none. */
    enum sgdmft_status (*defaults)(struct sgdmft_settings *settings, bool simulate, struct sgdmft_error *error);
    /* Checks a run; NULL: every run is allowed. USAGE: the command refuses it. */
    enum sgdmft_status (*check)(const struct sgdmft_run *run, bool simulate, struct sgdmft_error *error);
    /* Judges a point from its results, [0] theory, [1] simulation, NULL if not requested. May add quantities to the
     * results. NULL: verdict_of_runs. */
    void (*judge)(struct sgdmft_result *const result[2], struct verdict *verdict);
    const char *const *scores;  /* names of the numbers of its verdicts, NULL-terminated; NULL: none           */
    const char *const *columns; /* columns of a table of a sweep, NULL-terminated; NULL: the standard observables */
    const char *usual;          /* observable of a figure of a sweep                                           */
    bool of_series;             /* its numbers are the series, which a figure shows */
    bool of_steps;              /* its numbers belong to a step, and a table shows it                          */
};

/* Sets status and reason. */
void verdict_set(struct verdict *verdict, enum point_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Sets complete, diverged or failed from the status of a result. */
void verdict_of_run(const struct sgdmft_result *result, struct verdict *verdict);
/* Sets the status from two results: that of the theory, or that of the simulation if the theory is complete. */
void verdict_of_runs(struct sgdmft_result *const result[2], struct verdict *verdict);

#endif
