/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Phase retrieval: l = (r^2 - y^2)^2 / 2, to find v up to its sign from y = u or |u|. */
#include "models/registry.h"
#include "models/base/simd.h"

#include "models/run/parameter_table.h"

/* (b/(eta Delta))^(1/2) is the |r| beyond which a step of phase retrieval overshoots for good; below this bound
 * Gaussian fields get there (THEORY 5.3). */
static const double phase_room = 30;

static SIMD_CLONES void phase_evaluate(size_t n, const double *restrict phi, const double *restrict y, double kappa,
                                       double *restrict value, double *restrict first, double *restrict second)
{
    (void)kappa;
    for (size_t i = 0; i < n; i++) {
        const double difference = phi[i] * phi[i] - y[i] * y[i];
        value[i] = 0.5 * difference * difference;
        first[i] = 2 * phi[i] * difference;
        second[i] = 2 * difference + 4 * phi[i] * phi[i];
    }
}

static enum sgdmft_status phase_check(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    if (!run->link->linear)
        return sgdmft_fail(error, SGDMFT_USAGE, "link: %s cannot be used with loss phase, which needs link linear",
                           run->link->entry.name);
    if (!effect_teacher(run))
        return sgdmft_fail(error, SGDMFT_USAGE, "data: %s cannot be used with loss phase, which needs data teacher",
                           run->data->entry.name);
    if (!run->teacher->modulus)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "teacher: %s cannot be used with loss phase, which needs teacher linear or abs",
                           run->teacher->entry.name);
    return SGDMFT_OK;
}

/* b/(eta Delta) of the segment that begins at step k; rate and batch change at steps of their own. */
static enum sgdmft_status phase_check_room(const struct sgdmft_run *run, const char *name, long k,
                                           struct sgdmft_error *error)
{
    double rate = sgdmft_rate(run, k);
    double room = 1
                  / (sgdmft_batch_weight(run, k) * rate * sgdmft_variance(run)
                     * sgdmft_spectrum_mean(sgdmft_spectrum(run), false));
    if (room < phase_room * (1 - 1e-12)) /* 30 typed in decimals is 30 */
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "%s: rate %.15g at step %ld is too large for loss phase, whose paths would run away: "
                           "batch/(rate Delta) must be at least %g and is %.3g",
                           name, rate, k, phase_room, room);
    return SGDMFT_OK;
}

static enum sgdmft_status phase_check_steps(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    enum sgdmft_status status = SGDMFT_OK;
    status = phase_check_room(run, "rate", 0, error);
    for (size_t i = 0; !status && i < run->rate_steps.count; i++)
        status = phase_check_room(run, "rate_steps", run->rate_steps.from[i], error);
    for (size_t i = 0; !status && i < run->batch_steps.count; i++)
        status = phase_check_room(run, "rate", run->batch_steps.from[i], error);
    for (long k = 0; !status && k < schedule_cycle_steps(run) && k < run->steps; k++)
        status = phase_check_room(run, run->rate_cycle.count > 0 ? "rate_cycle" : "batch_cycle", k, error);
    return status;
}

const struct sgdmft_loss loss_phase = {
    .entry = {.name = "phase",
              .summary = "l = (r^2 - y^2)^2 / 2 (link linear, teacher linear or abs)",
              .reference = "Mignacco, Urbani, Zdeborova, Mach. Learn.: Sci. Technol. (2021), arXiv:2103.04902"},
    .classes_only = false,
    .uses_kappa = false,
    .even = true,
    .convex = false,
    .evaluate = phase_evaluate,
    .check = phase_check,
    .check_steps = phase_check_steps,
};
