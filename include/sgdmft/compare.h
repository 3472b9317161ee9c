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
    double allowance; /* for the 1/N corrections of the simulation */
    double z;         /* Gaussian-equivalent score of the difference */
};

struct sgdmft_comparison {
    size_t count;
    struct sgdmft_comparison_row *row;
    double max_abs_z;
    double threshold; /* on max_abs_z, for the number of comparisons made */
    double max_relative_error; /* largest combined standard error relative to the observable's scale, over the
                                * standard series and C(t,t_w) */
    bool theory_diverged, simulation_diverged; /* both: they agree, whatever the rows say; one: they do not */
    bool pass;
};

/* USAGE if the two results are not of the same run (the parameter is named; steps may differ, the common ones are
 * compared), or have fewer than 2 samples. Swaps a simulation given first with a theory given second; two theories or two
 * simulations can be compared too. Free with sgdmft_comparison_free. */
SGDMFT_API enum sgdmft_status sgdmft_compare(const struct sgdmft_result *theory,
                                             const struct sgdmft_result *simulation,
                                             struct sgdmft_comparison **comparison, struct sgdmft_error *error);
SGDMFT_API void sgdmft_comparison_free(struct sgdmft_comparison *comparison);
SGDMFT_API void sgdmft_comparison_text(const struct sgdmft_comparison *comparison, FILE *out);
SGDMFT_API void sgdmft_comparison_csv(const struct sgdmft_comparison *comparison, FILE *out);
SGDMFT_API enum sgdmft_status sgdmft_comparison_json(const struct sgdmft_comparison *comparison,
                                                     const struct sgdmft_run *run, const char *command, FILE *out,
                                                     struct sgdmft_error *error);

#endif
