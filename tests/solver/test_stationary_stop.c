/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A stationary solve that is stopped at any place says so, and nothing else; a run without a state too. */
#include "solver/stationary/stationary_engine.h"
#include "tests/given.h"

#include <stdatomic.h>
#include <string.h>

/* A stop at the given question; the questions after it are counted. */
struct patience {
    atomic_long left, after;
};

static bool stop(void *context)
{
    struct patience *patience = context;
    const bool over = atomic_fetch_sub(&patience->left, 1) <= 0;
    if (over)
        atomic_fetch_add(&patience->after, 1);
    return over;
}

static enum sgdmft_status solve_until(const struct sgdmft_run *run, long questions, struct patience *patience,
                                      struct sgdmft_error *error)
{
    scoped_result *result = NULL;
    const struct sgdmft_watch watch = {.stop = stop, .context = patience};
    atomic_store(&patience->left, questions);
    atomic_store(&patience->after, 0);
    const enum sgdmft_status status = engine_stationary.solve(run, &watch, &result, error);
    cr_assert_eq(status == SGDMFT_OK, result != NULL);
    return status;
}

static void stop_everywhere(const struct sgdmft_run *run, enum sgdmft_status undisturbed)
{
    struct patience patience;
    struct sgdmft_error error = {0};
    cr_assert_eq(solve_until(run, 1000000000, &patience, &error), undisturbed, "%s", error.text);
    const long all = 1000000000 - atomic_load(&patience.left);
    cr_assert_gt(all, 200, "%ld", all);
    for (long questions = 0; questions < all; questions = 8 * questions + 1) {
        cr_expect_eq(solve_until(run, questions, &patience, &error), SGDMFT_INTERRUPTED, "%ld of %ld: %s", questions,
                     all, error.text);
        cr_expect_not_null(strstr(error.text, "was stopped before"), "%ld: %s", questions, error.text);
        /* it is asked at each block, lane and group that is left out, not at each step */
        cr_expect_lt(atomic_load(&patience.after), 2000, "%ld of %ld: asked %ld times more", questions, all,
                     atomic_load(&patience.after));
    }
}

Test(stationary_stop, of_a_state, .timeout = 60)
{
    const struct sgdmft_run run =
        given_run("data", "random", "loss", "hinge2", "kappa", "1", "rate", "0.2", "batch", "0.4", "engine",
                  "stationary", "paths", "512", "groups", "2", "threads", "2", NULL);
    stop_everywhere(&run, SGDMFT_OK);
}

Test(stationary_stop, of_a_run_without_one, .timeout = 60)
{
    const struct sgdmft_run run =
        given_run("data", "random", "loss", "hinge2", "kappa", "1", "ridge", "0", "rate", "2.9", "batch", "0.05",
                  "engine", "stationary", "paths", "512", "groups", "2", "threads", "2", NULL);
    stop_everywhere(&run, SGDMFT_NOT_CONVERGED);
}
