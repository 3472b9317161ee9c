/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs that the conditional engine supports, and their rows, memory and time. */
#include "solver/conditional/conditional.h"

#include "models/run/parameter_table.h"
#include "solver/conditional/hessian_ends.h"
#include "solver/conditional/weight_modes.h"
#include "solver/run/equivalent.h"
#include <math.h>

static bool may_be_full(const struct sgdmft_run *run)
{
    double least, most;
    schedule_batch_range(run, &least, &most);
    return run->rule->full_batch || most >= 1;
}

/* Largest number of steps for each dimension at which the substitution of step_response.h is made. Its response is too
 * large by up to .8 steps/dim. Halves of equal method remove this term of order 1/N; in a simulation it is below 1 %.
 */
static double steps_per_dimension(const struct sgdmft_run *run)
{
    if (run->derived.plain)
        return 0.01;
    return run->extrapolation == SGDMFT_EXTRAPOLATION_HALVES ? 0.4 : 0;
}

/* True if the substitution of step_response.h does not apply. It needs a force row and a fresh direction in each step:
 * batches that differ, no thermal noise, fewer steps of all replicas than dimensions (also in the runs over the
 * halves), and one mode of the data. */
bool conditional_probes(const struct sgdmft_run *run, double dim)
{
    return !sgdmft_spectrum_is_plain(sgdmft_spectrum(run)) || may_be_full(run) || schedule_is_thermal(run)
           || run->privacy_noise > 0 || (double)run->steps * (double)run->replicas > steps_per_dimension(run) * dim;
}

bool conditional_buffers(const struct sgdmft_run *run)
{
    return run->momentum > 0;
}

size_t conditional_extra_vectors(const struct sgdmft_run *run, size_t channels, size_t replicas)
{
    return (conditional_buffers(run) ? channels : 0) + (run->clip > 0) + (run->privacy_noise > 0 ? replicas : 0)
           + (run->derived.average.taken ? replicas : 0);
}

static size_t replicas_of(const struct sgdmft_run *run)
{
    return run->replicas > 1 ? 2 : 1;
}

struct conditional_size conditional_size_of(const struct sgdmft_run *run, double dim)
{
    const size_t steps = (size_t)run->steps, replicas = replicas_of(run), waitings = run->waiting.count;
    struct conditional_size size = {.probes = conditional_probes(run, dim) ? waitings : 0};
    size.channels = replicas + size.probes;
    /* weights of the channels, directions of the forces, a gradient and noise */
    size.vectors = size.channels + size.probes + 2 + conditional_extra_vectors(run, size.channels, replicas);
    size_t acting = replicas * steps; /* channel steps, each with a force row and a field row */
    for (size_t w = 0; w < size.probes; w++)
        acting += steps > (size_t)run->waiting.step[w] ? steps - (size_t)run->waiting.step[w] : 0;
    size.capacity = 2 * acting + 2 + 4 * size.channels; /* and the forces themselves */
    size.spare = hessian_ends_rows(run, dim);
    size.space = size.capacity / 2 + 2 + size.spare;
    const size_t coordinates = 2 * size.channels + size.probes + 2;
    const size_t noises =
        ((schedule_is_thermal(run) ? 1u : 0u) + (run->privacy_noise > 0 ? 1u : 0u)) * replicas * steps;
    size.hidden = coordinates + noises + (size.spare > 0 ? 3 : 0);
    const struct sgdmft_spectrum *spectrum = sgdmft_spectrum(run);
    if (!sgdmft_spectrum_is_plain(spectrum)) /* fresh vectors: start, forces, noise, directions of the probes */
        size.hidden = weight_modes_coordinates(spectrum, dim, 1 + acting + noises + size.probes + size.spare + 2);
    return size;
}

double conditional_bytes(const struct sgdmft_run *run, size_t examples, double dim)
{
    const struct conditional_size size = conditional_size_of(run, dim);
    const double P = (double)examples, replicas = (double)replicas_of(run),
                 sums = (double)rows_sums(size.channels, size.capacity, size.spare);
    double bytes = rows_bytes(examples, size.channels, size.capacity, size.spare)
                   + weight_space_bytes(sgdmft_spectrum(run), size.vectors, size.space, size.hidden)
                   + frame_bytes(size.channels, size.capacity / 2 + 2) + (double)sizeof(struct conditional)
                   + 2 * sums * sizeof(double) + (double)(size.channels * ROWS_CHUNK_MAX) * sizeof(float)
                   + P
                         * ((1 + CONDITIONAL_POINTS) * sizeof(double) + sizeof(float) + 1
                            + replicas * (sizeof(double) + 1 + sizeof(uint32_t)))
                   + (double)size.channels * (double)size.capacity * sizeof(double)
                   + (double)run->waiting.count * replicas * (double)(size.capacity + size.hidden) * sizeof(double);
    if (size.probes == 0 && (run->waiting.count > 0 || run->full_matrices))
        bytes += step_response_bytes(run);
    bytes += hessian_ends_bytes(run, examples, dim, &size);
    if (run->full_matrices)
        bytes += (double)(run->steps + 1) * (double)size.capacity / 2 * sizeof(double);
    return bytes;
}

/* Smallest share of the dimensions that an eigenvalue has. */
static double smallest_mode(const struct sgdmft_run *run)
{
    const struct sgdmft_spectrum *spectrum = sgdmft_spectrum(run);
    double smallest = 1;
    for (size_t s = 0; s < spectrum->modes; s++)
        smallest = fmin(smallest, spectrum->weight[s]);
    return smallest;
}

enum sgdmft_status conditional_supports(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    const double dim = (double)engine_group_paths(run) / run->alpha;
    if (dim < 4)
        return sgdmft_fail(
            error, SGDMFT_USAGE,
            "paths: %ld in %ld groups are runs of %.3g dimensions, and engine conditional takes at least 4", run->paths,
            run->groups, dim);
    if (conditional_size_of(run, dim).channels > ROWS_CHANNELS_MAX)
        return sgdmft_fail(error, SGDMFT_USAGE, "waiting: %zu waiting times are more than engine conditional follows",
                           run->waiting.count);
    if (run->full_matrices && conditional_probes(run, dim))
        return sgdmft_fail(
            error, SGDMFT_USAGE,
            "full_matrices: engine conditional keeps the response R(k,l) of all steps only with batch below 1, without "
            "temperature, privacy_noise and covariance_spectrum, and for at most %.0f steps, where steps is %ld (0.4 "
            "paths/(groups alpha) with extrapolation halves, otherwise none); dense has it without these conditions",
            floor(steps_per_dimension(run) * dim / (double)run->replicas), run->steps);
    const double smallest = smallest_mode(run) * dim;
    if (smallest < CONDITIONAL_MODE_LEAST)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "covariance_spectrum: an eigenvalue has %.3g of the %.3g dimensions of the runs of engine "
                           "conditional, which takes at least %d: paths of at least %.0f, or engine dense",
                           smallest, dim, CONDITIONAL_MODE_LEAST,
                           ceil(CONDITIONAL_MODE_LEAST / smallest_mode(run) * run->alpha * (double)run->groups));
    return SGDMFT_OK;
}

/* Sum over S rows of the rows before them, of which there are at most `most`. */
static double rows_before(double S, double most)
{
    return S < most ? S * S / 2 : most * S - most * most / 2;
}

/* Forces that change smoothly, of all examples and without noise, soon have little beside the rows known: after S of
 * them there are about S/(1 + S/USUAL_RANK) rows. Sum of these over S, and what their second passes add. */
#define USUAL_RANK 600.0
#define SMOOTH_PASSES 1.5
static double smooth_rows_before(double S)
{
    return USUAL_RANK * (S - USUAL_RANK * log1p(S / USUAL_RANK));
}

static bool smooth(const struct sgdmft_run *run)
{
    return run->rule->full_batch && !schedule_is_thermal(run) && run->privacy_noise <= 0 && !run->loss->jumps;
}

/* Nanoseconds (machine_speed.h): a number of a row in a pass, in rows that a cache can hold and in others; a step of an
 * example in a channel; a coordinate of a direction or of a force row in a step. */
#define ROW_CACHED 0.2
#define ROW_STREAMED 0.35
#define CACHED 64e6 /* bytes */
#define EXAMPLE 30.0
#define COORDINATE 5.0

struct sgdmft_estimate conditional_estimate(const struct sgdmft_run *run, size_t paths)
{
    const double dim = (double)paths / run->alpha, P = (double)paths;
    const struct conditional_size size = conditional_size_of(run, dim);
    const double steps = (double)(size.capacity - 2 - 4 * size.channels) / 2; /* of all channels that act */
    /* Force rows are at most P, field rows N. */
    double forces = rows_before(steps, P), fields = rows_before(steps, dim), passes = may_be_full(run) ? 2 : 1;
    if (smooth(run)) {
        forces = fmin(forces, smooth_rows_before(steps));
        fields = fmin(fields, smooth_rows_before(steps));
        passes = SMOOTH_PASSES;
    }
    const bool cached = 8 * P * steps <= CACHED;
    /* The halves double all. */
    const double rows = 2e-9 * P * (cached ? ROW_CACHED : ROW_STREAMED) * passes * (forces + fields);
    const double averages = run->derived.average.taken ? (double)replicas_of(run) * (double)run->steps : 0;
    const double examples = 2e-9 * P * EXAMPLE * (steps + averages);
    double seconds = rows + examples;
    if (!sgdmft_spectrum_is_plain(sgdmft_spectrum(run)))
        seconds += 2e-9 * COORDINATE * steps * steps * (double)size.hidden;
    seconds += 2 * hessian_ends_seconds(run, paths, dim);
    return (struct sgdmft_estimate){.bytes = conditional_bytes(run, paths, dim),
                                    .seconds = seconds,
                                    .streamed = cached ? 0 : rows,
                                    .functions = examples};
}
