/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kernels for rows in double precision. */
#define REAL double
#define NAME(x) x##_double
#include "validation/simulator/kernel/kernel_template.h"

size_t kernel_stride(size_t n, size_t size)
{
    const size_t lanes = KERNEL_LINE / size;
    size_t stride = (n + lanes - 1) / lanes * lanes;
    /* Rows at a distance of whole kilobytes would compete for the same few sets of the cache. */
    if (stride * size % 1024 == 0)
        stride += lanes;
    return stride;
}
