/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Theory beside simulation: z-scores and a verdict over all of them. Reads results only. */
#ifndef SGDMFT_COMPARE_H
#define SGDMFT_COMPARE_H

#include <sgdmft/result.h>
#include <stdio.h>

struct sgdmft_comparison_row {
    char name[64]; /* observable; "correlation(k,0)" and the like for two-time functions */
    long step;
    double theory, theory_se, simulation, simulation_se;
    double scale;     /* of the observable: what relative errors and the allowance are taken of */
    double error;     /* combined standard error, floors (counting, rounding) included */
    double z;         /* (theory - simulation)/error */
    double score;     /* z as a Gaussian score: few samples have the tails of Student's t */
    double allowance; /* for the 1/N corrections of the simulation */
    double z_after;   /* the score of what the allowance leaves of the difference; 0 if nothing */
    double freedom;   /* degrees of freedom of the error */
    bool decisive;    /* its error counts in max_relative_error: standard series and C(t,t_w) */
};

/* Disagree: a |z_after| is beyond the bound. Undecided: none is, but a score is, by a difference that an allowance
 * larger than its error may explain; or an error is too large to tell. */
enum sgdmft_verdict { SGDMFT_VERDICT_AGREE, SGDMFT_VERDICT_UNDECIDED, SGDMFT_VERDICT_DISAGREE };

struct sgdmft_comparison {
    /* Of the members theory and simulation, in every format: these two names, or theory_a and theory_b, simulation_a
     * and simulation_b, where two of a kind are compared, in the order given. */
    const char *label[2];
    size_t count;
    struct sgdmft_comparison_row *row;
    double max_abs_z, max_abs_z_after;
    double threshold;          /* on max_abs_z_after, for the number of comparisons made */
    double max_relative_error; /* largest combined standard error/scale of the decisive rows */
    double power;              /* of the scale: a difference so large is found in any decisive row, with chance 0.9 */
    size_t worst, least_known; /* rows of max_abs_z_after (where equal: of the largest |z|) and of max_relative_error */
    size_t covered;            /* rows that only an allowance larger than the error keeps within the bound */
    double allowance;          /* of the scale: sum of 2/N over the simulations */
    long dim;                  /* N of the smaller simulation, 0 without one */
    double deciding_dim;       /* from this N on no allowance is larger than its error; 0 if covered is 0 */
    bool own_data;             /* N is that of a dataset and cannot grow */
    bool theory_diverged, simulation_diverged; /* both: they agree, whatever the rows say; one: they do not */
    enum sgdmft_verdict verdict;
    bool pass; /* the verdict is agree */
};

SGDMFT_API extern const char *const sgdmft_verdict_names[]; /* agree, undecided, disagree */

/* USAGE if the two results are not of the same run (the parameter is named; steps may differ, the common ones are
 * compared), or have fewer than 2 samples. Swaps a simulation given first with a theory given second; two theories or
 * two simulations can be compared too. Free with sgdmft_comparison_free. */
SGDMFT_API enum sgdmft_status sgdmft_compare(const struct sgdmft_result *theory, const struct sgdmft_result *simulation,
                                             struct sgdmft_comparison **comparison, struct sgdmft_error *error);
SGDMFT_API void sgdmft_comparison_free(struct sgdmft_comparison *comparison);
/* The verdict in a sentence with its reason: what is too large, and what would decide. */
SGDMFT_API void sgdmft_comparison_reason(const struct sgdmft_comparison *comparison, char text[SGDMFT_TEXT_MAX]);
/* DISAGREE, with the reason, if the two disagree; otherwise *doubt gets a sentence if they are undecided or both
 * diverged. theory and simulation are those compared. */
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
