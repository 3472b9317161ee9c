/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Comparison of theory and simulation: z-scores of all observables and one verdict. */
#ifndef SGDMFT_COMPARE_H
#define SGDMFT_COMPARE_H

#include <sgdmft/result.h>
#include <stdio.h>

struct sgdmft_comparison_row {
    char name[64]; /* observable; "correlation(k,0)" and the like for two-time functions */
    long step;
    double theory, theory_se, simulation, simulation_se;
    double scale;     /* scale of the observable, the unit of relative errors and of the allowance */
    double error;     /* combined standard error, floors (counting, rounding) included */
    double z;         /* (theory - simulation)/error */
    double score;     /* z as a Gaussian score: few samples have the tails of Student's t */
    double allowance; /* allowance for the 1/N corrections of the simulation */
    double z_after;   /* score of the difference beyond the allowance; 0 within it */
    double freedom;   /* degrees of freedom of the error */
    bool decisive;    /* counts in max_relative_error: standard series and C(t,t_w) */
};

/* Disagree: a |z_after| is beyond the bound. Undecided: no |z_after| is beyond it, but a score is, and an allowance
 * larger than the error may explain its difference; or an error is too large to decide. Agree: otherwise. */
enum sgdmft_verdict { SGDMFT_VERDICT_AGREE, SGDMFT_VERDICT_UNDECIDED, SGDMFT_VERDICT_DISAGREE };

struct sgdmft_comparison {
    /* Names of the two results in every format: theory and simulation. Two results of one kind are theory_a and
     * theory_b, or simulation_a and simulation_b, in the order given. */
    const char *label[2];
    size_t count;
    struct sgdmft_comparison_row *row;
    double max_abs_z, max_abs_z_after;
    double threshold;          /* bound on max_abs_z_after for this number of comparisons */
    double max_relative_error; /* largest combined standard error/scale of the decisive rows */
    double power;              /* difference, in units of the scale, that any decisive row shows with probability 0.9 */
    size_t worst, least_known; /* rows of max_abs_z_after (largest |z| among equals), max_relative_error */
    size_t covered;            /* rows that only an allowance larger than the error keeps within the bound */
    double allowance;          /* sum of 2/N over the simulations, in units of the scale */
    long dim;                  /* N of the smaller simulation, 0 without one */
    double deciding_dim;       /* from this N on no allowance is larger than its error; 0 if covered is 0 */
    bool own_data;             /* N is that of a dataset and cannot grow */
    bool theory_diverged, simulation_diverged; /* both: the verdict is agree; one: disagree, whatever the rows say */
    enum sgdmft_verdict verdict;
    bool pass; /* the verdict is agree */
};

SGDMFT_API extern const char *const sgdmft_verdict_names[]; /* agree, undecided, disagree */

/* Compares two results at their common steps. A simulation given first and a theory given second are swapped. Two
 * theories or two simulations can be compared too. Free with sgdmft_comparison_free. USAGE: the results are not of
 * the same run (the message names the parameter; steps may differ), or have fewer than 2 samples. */
SGDMFT_API enum sgdmft_status sgdmft_compare(const struct sgdmft_result *theory, const struct sgdmft_result *simulation,
                                             struct sgdmft_comparison **comparison, struct sgdmft_error *error);
SGDMFT_API void sgdmft_comparison_free(struct sgdmft_comparison *comparison);
/* The verdict as a sentence, with its reason and, if undecided, with what would decide it. */
SGDMFT_API void sgdmft_comparison_reason(const struct sgdmft_comparison *comparison, char text[SGDMFT_TEXT_MAX]);
/* Judges a comparison of theory and simulation. *doubt receives a sentence if the verdict is undecided or both
 * diverged. DISAGREE: the two disagree; the message has the reason. */
SGDMFT_API enum sgdmft_status sgdmft_comparison_judge(const struct sgdmft_result *theory,
                                                      const struct sgdmft_result *simulation,
                                                      const struct sgdmft_comparison *comparison,
                                                      struct sgdmft_error *doubt, struct sgdmft_error *error);
SGDMFT_API void sgdmft_comparison_text(const struct sgdmft_comparison *comparison, FILE *out);
SGDMFT_API void sgdmft_comparison_csv(const struct sgdmft_comparison *comparison, FILE *out);
SGDMFT_API enum sgdmft_status sgdmft_comparison_json(const struct sgdmft_comparison *comparison,
                                                     const struct sgdmft_run *run, const char *command, FILE *out,
                                                     struct sgdmft_error *error);

#endif
