/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records of a run that is read from a result, in place of those that a formula or a plugin makes: nothing is derived,
 * compiled or executed on reading. There is a record for each set of flags. Its functions tell whether they depend on
 * the width of the run, and in how many points a link is 0; their other values are NaN. */
#include "models/formula/formula.h"
#include "models/result/margins.h"
#include "models/run/parameter_table.h"

#include <math.h>
#include <string.h>

#define NONE ((double)NAN)
#define BIT(flags, i) ((flags) >> (i)&1)

static void fill(size_t n, double width, double *value, double *first, double *second)
{
    for (size_t i = 0; i < n; i++) {
        value[i] = width;
        first[i] = second[i] = NONE;
    }
}

/* The functions, without and with a width. */
#define FUNCTIONS(name, w)                                                                                             \
    static void loss_##name(size_t n, const double *restrict phi, const double *restrict y, double kappa,              \
                            double width, double *restrict value, double *restrict first, double *restrict second)     \
    {                                                                                                                  \
        (void)phi, (void)y, (void)kappa;                                                                               \
        fill(n, (w)*width, value, first, second);                                                                      \
    }                                                                                                                  \
    static void link_##name(size_t n, const double *restrict r, double width, double *restrict phi,                    \
                            double *restrict first, double *restrict second)                                           \
    {                                                                                                                  \
        (void)r;                                                                                                       \
        fill(n, (w)*width, phi, first, second);                                                                        \
    }                                                                                                                  \
    static double teacher_##name(double u, double width)                                                               \
    {                                                                                                                  \
        (void)u;                                                                                                       \
        return (w)*width;                                                                                              \
    }
FUNCTIONS(plain, 0)
FUNCTIONS(wide, 1)

static size_t one_root(double phi, double width, double r[SGDMFT_POINTS_MAX])
{
    (void)phi, (void)width;
    r[0] = NONE;
    return 1;
}

static size_t two_roots(double phi, double width, double r[SGDMFT_POINTS_MAX])
{
    r[1] = NONE;
    return 1 + one_root(phi, width, r);
}

/* ---- flags of a record --------------------------------------------------------------------------------------- */

#define ENTRY(kind, its_name) .entry = {.name = #its_name, .summary = SUMMARY_##its_name(kind), .reference = ""}
#define LOSS(name, f)                                                                                                  \
    {                                                                                                                  \
        ENTRY(loss, name), .evaluate = BIT(f, 0) ? loss_wide : loss_plain, .classes_only = BIT(f, 1),                  \
                           .uses_kappa = BIT(f, 2), .even = BIT(f, 3), .convex = BIT(f, 4), .linear_force = BIT(f, 5), \
                           .jumps = BIT(f, 6)                                                                          \
    }
#define LINK(name, f)                                                                                                  \
    {                                                                                                                  \
        ENTRY(link, name), .evaluate = BIT(f, 0) ? link_wide : link_plain,                                             \
                           .inverse = BIT(f, 1) ? two_roots : one_root, .even = BIT(f, 2), .linear = BIT(f, 3),        \
                           .jumps = BIT(f, 4)                                                                          \
    }
#define TEACHER(name, f)                                                                                               \
    {                                                                                                                  \
        ENTRY(teacher, name), .label = BIT(f, 0) ? teacher_wide : teacher_plain, .classes = BIT(f, 1),                 \
                              .even = BIT(f, 2), .linear = BIT(f, 3), .modulus = BIT(f, 4)                             \
    }

static long join(const bool *flag, size_t count)
{
    long flags = 0;
    for (size_t i = 0; i < count; i++)
        flags |= (long)flag[i] << i;
    return flags;
}

static long loss_flags(const struct sgdmft_run *run)
{
    const struct sgdmft_loss *loss = run->loss;
    return join((const bool[]){effect_loss_width(run), loss->classes_only, loss->uses_kappa, loss->even, loss->convex,
                               loss->linear_force, loss->jumps},
                7);
}

static long link_flags(const struct sgdmft_run *run)
{
    const struct sgdmft_link *link = run->link;
    return join((const bool[]){effect_door_width(run), margins_have_walls(run), link->even, link->linear, link->jumps},
                5);
}

static long teacher_flags(const struct sgdmft_run *run)
{
    const struct sgdmft_teacher *teacher = run->teacher;
    return join(
        (const bool[]){effect_teacher_width(run), teacher->classes, teacher->even, teacher->linear, teacher->modulus},
        5);
}

/* ---- a record for each ---------------------------------------------------------------------------------------- */

#define R4(X, name, f) X(name, f), X(name, (f) + 1), X(name, (f) + 2), X(name, (f) + 3)
#define R16(X, name, f) R4(X, name, f), R4(X, name, (f) + 4), R4(X, name, (f) + 8), R4(X, name, (f) + 12)
#define R32(X, name) R16(X, name, 0), R16(X, name, 16)
#define R128(X, name)                                                                                                  \
    R32(X, name), R16(X, name, 32), R16(X, name, 48), R16(X, name, 64), R16(X, name, 80), R16(X, name, 96),            \
        R16(X, name, 112)
static const struct sgdmft_loss losses[2][128] = {{R128(LOSS, formula)}, {R128(LOSS, plugin)}};
static const struct sgdmft_link links[2][32] = {{R32(LINK, formula)}, {R32(LINK, plugin)}};
static const struct sgdmft_teacher teachers[2][32] = {{R32(TEACHER, formula)}, {R32(TEACHER, plugin)}};

const void *kept_loss(const struct sgdmft_kept *kept, bool plugin)
{
    return kept->loss >= 0 && kept->loss < 128 ? &losses[plugin][kept->loss] : NULL;
}

const void *kept_link(const struct sgdmft_kept *kept, bool plugin)
{
    return kept->link >= 0 && kept->link < 32 ? &links[plugin][kept->link] : NULL;
}

const void *kept_teacher(const struct sgdmft_kept *kept, bool plugin)
{
    return kept->teacher >= 0 && kept->teacher < 32 ? &teachers[plugin][kept->teacher] : NULL;
}

double formula_contact_loss(const struct sgdmft_run *run)
{
    const double margin = run->kappa - run->contact_tolerance, label = 1;
    double value, first, second;
    if (run->derived.kept.there)
        return run->derived.kept.contact_loss;
    run->loss->evaluate(1, &margin, &label, run->kappa, run->loss_width, &value, &first, &second);
    return value;
}

struct sgdmft_kept formula_keep(const struct sgdmft_run *run)
{
    struct sgdmft_kept kept = {.there = effect_formula_constants(run) || effect_plugin(run)};
    if (kept.there)
        kept = (struct sgdmft_kept){.there = true,
                                    .loss = loss_flags(run),
                                    .link = link_flags(run),
                                    .teacher = teacher_flags(run),
                                    .contact_loss = formula_contact_loss(run)};
    return kept;
}
