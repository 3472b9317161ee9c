/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The conditional engine with a law that is not that of a data matrix: what every check of the law must notice at
 * small dim. */
#ifndef TESTS_SOLVER_CONDITIONAL_FAULTY_CONDITIONAL_H
#define TESTS_SOLVER_CONDITIONAL_FAULTY_CONDITIONAL_H

#include "solver/conditional/conditional.h"

static inline void *faulty_start(const struct engine_group *group)
{
    struct conditional *s = engine_conditional.start(group);
    if (s)
        s->space.dim += 20;
    return s;
}

/* chi of 20 more degrees of freedom than are left. */
static inline struct engine faulty_chi(void)
{
    struct engine engine = engine_conditional;
    engine.start = faulty_start;
    return engine;
}

static inline enum sgdmft_status faulty_advance_full(void *state)
{
    struct conditional *s = state;
    s->space.dim = s->dim + (double)(s->space.explored + s->space.hidden);
    return conditional_advance(state);
}

/* chi_N for chi_{N-D}. */
static inline struct engine faulty_full_chi(void)
{
    struct engine engine = engine_conditional;
    engine.advance = faulty_advance_full;
    return engine;
}

static inline enum sgdmft_status faulty_advance_rows(void *state)
{
    struct conditional *s = state;
    const enum sgdmft_status status = conditional_advance(state);
    for (size_t t = s->new_forces; t < s->targets; t++)
        for (size_t j = 0; j < s->old_forces; j++)
            s->target[t].coefficient[j] = 0;
    return status;
}

/* Fresh rows that keep what they have along the force rows. */
static inline struct engine faulty_rows(void)
{
    struct engine engine = engine_conditional;
    engine.advance = faulty_advance_rows;
    return engine;
}

#endif
