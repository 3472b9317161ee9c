/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Results of LAPACK routines that are called in time loops. */
#ifndef MODELS_BASE_LAPACK_H
#define MODELS_BASE_LAPACK_H

#include <assert.h>
#include <lapacke.h>

/* For routines that fail on wrong arguments alone, which are errors of the programmer. */
static inline void lapack_done(lapack_int info)
{
    assert(info == 0);
    (void)info;
}

#endif
