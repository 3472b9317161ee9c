/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dense engine with its memory kernel Gamma wrong by 3 %: what every check of the theory must notice. */
#ifndef TESTS_SOLVER_FAULTY_ENGINE_H
#define TESTS_SOLVER_FAULTY_ENGINE_H

#include "solver/dense/dense.h"

static inline enum sgdmft_status faulty_advance(void *state)
{
    struct dense *dense = state;
    dense_moments(dense);
    for (long l = 0; l <= dense->ensemble.k; l++)
        dense->dyson.Gamma[l] *= 1.03;
    return dense_extend(dense);
}

static inline struct engine faulty_engine(void)
{
    struct engine engine = engine_dense;
    engine.entry.name = "dense with a wrong kernel";
    engine.advance = faulty_advance;
    return engine;
}

#endif
