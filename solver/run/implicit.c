/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The conditional engine as a simulator: no low-discrepancy points, no halves, the given dim. */
#include <sgdmft/implicit.h>

#include "models/base/ranks.h"
#include "models/registry.h"
#include "models/base/memory.h"
#include "models/formula/formula.h"
#include "models/result/result_size.h"
#include "solver/conditional/conditional.h"
#include "solver/run/groups.h"
#include "solver/run/solve_internal.h"
#include <omp.h>
#include <stdio.h>

/* Size of the matrix up to which drawing and reading it takes no more time. */
#define LARGE_BYTES 256e6
/* Steps for each dimension beyond which the products with all earlier directions cost more than those with the matrix.
 */
#define STEPS_PER_DIM 0.4

/* Name of a parameter of the run that needs a stored matrix; NULL if there is none. */
static const char *needs_matrix(const struct sgdmft_run *run)
{
    if (run->derived.dataset.rows > 0)
        return "data file";
    if (run->rule->continuous)
        return run->rule->full_batch ? "rule flow" : "rule stochastic_flow";
    if (run->rule->fresh)
        return "rule online";
    if (run->replicas > 2)
        return "more than two replicas";
    if (2 + run->waiting.count > ROWS_CHANNELS_MAX)
        return "that many waiting times";
    if (run->precision == SGDMFT_PRECISION_DOUBLE)
        return "precision double";
    return NULL;
}

bool sgdmft_is_implicit(const struct sgdmft_run *run)
{
    const double bytes = (double)sgdmft_examples(run) * (double)run->dim * sizeof(float);
    if (run->matrix != SGDMFT_MATRIX_AUTO)
        return run->matrix == SGDMFT_MATRIX_IMPLICIT;
    return !needs_matrix(run) && bytes > LARGE_BYTES && (double)run->steps < STEPS_PER_DIM * (double)run->dim;
}

/* The run as the engine solves it, in the law of its own size. */
static struct sgdmft_run plain_run(const struct sgdmft_run *run)
{
    struct sgdmft_run own = *run;
    own.derived.plain = true;
    return own;
}

static enum sgdmft_status implicit_check(const struct sgdmft_run *run, struct sgdmft_estimate *estimate,
                                         struct sgdmft_error *error)
{
    const char *need = needs_matrix(run);
    if (need)
        return sgdmft_fail(error, SGDMFT_USAGE, "matrix: implicit, but %s takes a stored matrix (matrix stored)", need);
    if (run->dim < 4)
        return sgdmft_fail(error, SGDMFT_USAGE, "dim: %ld, but matrix implicit takes at least 4 dimensions", run->dim);
    struct sgdmft_result *shapes = solve_quantities(run, SGDMFT_SIMULATION, 0);
    if (!shapes)
        return memory_fail(error, "an estimate");
    const struct sgdmft_run own = plain_run(run);
    *estimate = groups_simulate_estimate(&engine_conditional, &own);
    result_add_estimate(shapes, (size_t)run->runs, 1, estimate);
    sgdmft_result_free(shapes);
    if (estimate->bytes > sgdmft_memory_limit(run))
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "memory_limit: the rows of %ld examples and %ld steps need %.3g bytes (matrix implicit), "
                           "the limit is %.3g: fewer steps or a smaller dim need less",
                           sgdmft_examples(run), run->steps, estimate->bytes, sgdmft_memory_limit(run));
    return SGDMFT_OK;
}

enum sgdmft_status sgdmft_simulate_implicit_estimate(const struct sgdmft_run *run, struct sgdmft_estimate *estimate,
                                                     struct sgdmft_error *error)
{
    return implicit_check(run, estimate, error);
}

enum sgdmft_status sgdmft_simulate_implicit(const struct sgdmft_run *run, long first_run,
                                            const struct sgdmft_watch *watch, struct sgdmft_result **result,
                                            struct sgdmft_error *error)
{
    const double begin = omp_get_wtime();
    *result = NULL;
    struct sgdmft_estimate estimate;
    struct sgdmft_run complete = *run;
    enum sgdmft_status status = formula_make(&complete, error);
    run = &complete;
    status = ranks_agree(watch ? watch->ranks : NULL, status ? status : implicit_check(run, &estimate, error), error);
    if (status != SGDMFT_OK)
        return status;
    struct sgdmft_result *made = solve_quantities(run, SGDMFT_SIMULATION, (size_t)run->runs);
    if (!made)
        return memory_fail(error, "the result of %ld runs", run->runs);
    const struct sgdmft_run own = plain_run(run);
    status = groups_simulate(&engine_conditional, &own, first_run, watch, made, error);
    if (!solve_has_values(status, made)) {
        sgdmft_result_free(made);
        return status;
    }
    if (status == SGDMFT_INTERRUPTED)
        sgdmft_fail(error, status, "the simulation was stopped: %zu of %ld runs are kept, up to step %ld",
                    made->samples, run->runs, made->last_step);
    if (status == SGDMFT_DIVERGED)
        sgdmft_fail(error, status, "a run diverged after step %ld: |w|^2/N is not finite or above 1e12 (1 + norm0)",
                    made->last_step);
    sgdmft_result_reduce(made);
    snprintf(made->provenance.engine, sizeof made->provenance.engine, SIMULATION_IMPLICIT);
    made->provenance.wall_time = omp_get_wtime() - begin;
    made->provenance.threads = sgdmft_threads(run);
    *result = made;
    return status;
}
