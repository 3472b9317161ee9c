/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The loss as a function of the pre-activation r, through the link:
 *     l'(r) = l_phi phi',    l''(r) = l_phiphi phi'^2 + l_phi phi''.
 * Work is done in padded chunks on the stack, so that a value does not depend on its place in the array. */
#include "models/base/simd.h"
#include "models/registry.h"

#include <sgdmft/run.h>
#include <stdio.h>
#include <string.h>

#define EVALUATE_CHUNK 128

/* Copies count values and repeats the last one up to a multiple of SIMD_LANES. */
static void evaluate_pad(size_t count, size_t padded, const double *restrict from, double *restrict to)
{
    memcpy(to, from, count * sizeof *to);
    for (size_t i = count; i < padded; i++)
        to[i] = from[count - 1];
}

static size_t evaluate_padded(size_t count)
{
    return (count + SIMD_LANES - 1) / SIMD_LANES * SIMD_LANES;
}

/* first, second: with respect to phi on entry, to r on return */
static SIMD_CLONES void evaluate_chain(size_t n, const double *restrict slope, const double *restrict bend,
                                       double *restrict first, double *restrict second)
{
    for (size_t i = 0; i < n; i++) {
        second[i] = second[i] * slope[i] * slope[i] + first[i] * bend[i];
        first[i] *= slope[i];
    }
}

/* Cuts forces beyond the bound to it; there they do not depend on r. */
static SIMD_CLONES void evaluate_cut(size_t n, double bound, double *restrict first, double *restrict second)
{
    for (size_t i = 0; i < n; i++) {
        second[i] = first[i] > bound || first[i] < -bound ? 0 : second[i];
        first[i] = first[i] > bound ? bound : first[i] < -bound ? -bound : first[i];
    }
}

bool sgdmft_loss_is_convex(const struct sgdmft_run *run)
{
    return run->loss->convex && run->link->linear;
}

bool sgdmft_force_jumps(const struct sgdmft_run *run)
{
    return run->loss->jumps || run->link->jumps;
}

const char *registry_jump(const struct sgdmft_run *run, char name[REGISTRY_JUMP_MAX])
{
    const bool loss = run->loss->jumps;
    snprintf(name, REGISTRY_JUMP_MAX, "%s %s", loss ? "loss" : "link",
             loss ? run->loss->entry.name : run->link->entry.name);
    return name;
}

bool sgdmft_has_tangents(const struct sgdmft_run *run)
{
    return sgdmft_loss_is_convex(run) && !sgdmft_force_jumps(run);
}

bool sgdmft_force_is_linear(const struct sgdmft_run *run)
{
    return run->loss->linear_force && run->link->linear && !(run->clip_example > 0);
}

void sgdmft_loss_evaluate(const struct sgdmft_run *run, size_t n, const double *r, const double *y, double *value,
                          double *first, double *second)
{
    SIMD_ALIGNED double input[EVALUATE_CHUNK], label[EVALUATE_CHUNK];
    SIMD_ALIGNED double phi[EVALUATE_CHUNK], slope[EVALUATE_CHUNK], bend[EVALUATE_CHUNK];
    SIMD_ALIGNED double l[EVALUATE_CHUNK], l1[EVALUATE_CHUNK], l2[EVALUATE_CHUNK];
    for (size_t start = 0; start < n; start += EVALUATE_CHUNK) {
        const size_t count = n - start < EVALUATE_CHUNK ? n - start : EVALUATE_CHUNK;
        const size_t padded = evaluate_padded(count);
        evaluate_pad(count, padded, r + start, input);
        evaluate_pad(count, padded, y + start, label);
        run->link->evaluate(padded, input, run->door_width, phi, slope, bend);
        run->loss->evaluate(padded, phi, label, run->kappa, run->loss_width, l, l1, l2);
        evaluate_chain(padded, slope, bend, l1, l2);
        if (run->clip_example > 0)
            evaluate_cut(padded, run->clip_example, l1, l2);
        if (value)
            memcpy(value + start, l, count * sizeof *value);
        if (first)
            memcpy(first + start, l1, count * sizeof *first);
        if (second)
            memcpy(second + start, l2, count * sizeof *second);
    }
}

void sgdmft_link_evaluate(const struct sgdmft_run *run, size_t n, const double *r, double *phi)
{
    SIMD_ALIGNED double input[EVALUATE_CHUNK], output[EVALUATE_CHUNK], slope[EVALUATE_CHUNK], bend[EVALUATE_CHUNK];
    for (size_t start = 0; start < n; start += EVALUATE_CHUNK) {
        const size_t count = n - start < EVALUATE_CHUNK ? n - start : EVALUATE_CHUNK;
        const size_t padded = evaluate_padded(count);
        evaluate_pad(count, padded, r + start, input);
        run->link->evaluate(padded, input, run->door_width, output, slope, bend);
        memcpy(phi + start, output, count * sizeof *phi);
    }
}

/* Adds r to the ascending list at[0..count-1] unless it is there. */
static size_t kink_add(double *at, size_t count, double r)
{
    size_t place = count;
    for (size_t i = 0; i < count; i++)
        if (at[i] == r)
            return count;
    for (; place > 0 && at[place - 1] > r; place--)
        at[place] = at[place - 1];
    at[place] = r;
    return count + 1;
}

size_t sgdmft_loss_kinks(const struct sgdmft_run *run, double y, double r[SGDMFT_KINKS_MAX])
{
    double phi[SGDMFT_POINTS_MAX], found[SGDMFT_POINTS_MAX];
    const size_t kinks = run->loss->kinks ? run->loss->kinks(y, run->kappa, run->loss_width, phi) : 0;
    const size_t own = run->link->kinks ? run->link->kinks(run->door_width, found) : 0;
    size_t count = 0;
    for (size_t i = 0; i < own; i++)
        count = kink_add(r, count, found[i]);
    for (size_t i = 0; i < kinks; i++) {
        const size_t roots = run->link->inverse(phi[i], run->door_width, found);
        for (size_t j = 0; j < roots; j++)
            count = kink_add(r, count, found[j]);
    }
    return count;
}
