/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often the verdict of `validate` is right, over seeds: the theory as it is must pass 99 times in 100, the theory
 * with its memory kernel wrong by 3 % must fail. Usage: acceptance-faults FILE.ini SEEDS; a line a seed on stderr, two
 * lines "item TAB measured TAB bound TAB yes|NO" on stdout. */
#include "solver/run/solve_internal.h"
#include "tests/solver/faulty_engine.h"

#include <sgdmft/sgdmft.h>
#include <stdio.h>
#include <stdlib.h>

static void stop(const struct sgdmft_error *error)
{
    fprintf(stderr, "%s\n", error->text);
    exit(2);
}

static enum sgdmft_verdict judge(const struct sgdmft_result *theory, const struct sgdmft_result *simulation, double *z)
{
    struct sgdmft_comparison *comparison;
    struct sgdmft_error error = {0};
    if (sgdmft_compare(theory, simulation, &comparison, &error) != SGDMFT_OK)
        stop(&error);
    const enum sgdmft_verdict verdict = comparison->verdict;
    *z = comparison->max_abs_z_after;
    sgdmft_comparison_free(comparison);
    return verdict;
}

int main(int count, char **argument)
{
    const struct engine faulty = faulty_engine();
    struct sgdmft_settings *settings = sgdmft_settings_create();
    struct sgdmft_error error = {0}, warning = {0};
    struct sgdmft_run run;
    if (count != 3 || !settings) {
        fprintf(stderr, "usage: acceptance-faults FILE.ini SEEDS\n");
        return 2;
    }
    if (sgdmft_settings_read(settings, argument[1], &error) || sgdmft_run_resolve(settings, &run, &warning, &error))
        stop(&error);
    const int seeds = atoi(argument[2]);
    int good = 0, caught = 0;
    for (int seed = 1; seed <= seeds; seed++) {
        struct sgdmft_result *theory = NULL, *wrong = NULL, *simulation = NULL;
        double z = 0, z_wrong = 0;
        run.seed = (uint64_t)seed;
        if (sgdmft_solve(&run, NULL, &theory, &error) || solve_with(&faulty, &run, &wrong, &error)
            || sgdmft_simulate(&run, 0, NULL, &simulation, &error))
            stop(&error);
        good += judge(theory, simulation, &z) == SGDMFT_VERDICT_AGREE;
        caught += judge(wrong, simulation, &z_wrong) == SGDMFT_VERDICT_DISAGREE;
        fprintf(stderr, "seed %d: largest |z after| %.2f, with the wrong kernel %.2f\n", seed, z, z_wrong);
        sgdmft_result_free(theory);
        sgdmft_result_free(wrong);
        sgdmft_result_free(simulation);
    }
    sgdmft_settings_free(settings);
    printf("validate, correct theory: seeds that pass\t%d of %d\t>= 99 %%\t%s\n", good, seeds,
           100 * good >= 99 * seeds ? "yes" : "NO");
    printf("validate, kernel wrong by 3 %%: seeds that fail\t%d of %d\tall\t%s\n", caught, seeds,
           caught == seeds ? "yes" : "NO");
    return 0;
}
