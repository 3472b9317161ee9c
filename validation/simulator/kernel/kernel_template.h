/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Body of the kernels; the including file defines REAL, the type of rows and weights, and NAME(x). No include guard: it
 * is a template. */
#include "validation/simulator/kernel/kernel.h"

#include <assert.h>
#include <string.h>

#define LANES (KERNEL_LINE / sizeof(REAL))
#define KERNEL_SUMS 3 /* taken together */
#define KERNEL_INLINE static inline __attribute__((always_inline))

/* Prefetches one line of each row of a group. */
KERNEL_INLINE void NAME(ask)(const void *const next[KERNEL_ROWS], size_t column)
{
#pragma GCC unroll 8
    for (size_t r = 0; r < KERNEL_ROWS; r++)
        __builtin_prefetch((const REAL *)next[r] + column, 0, 2);
}

#ifdef __x86_64__
#define CPU(x) NAME(x##_narrow)
#define CPU_BYTES KERNEL_VECTOR
#define CPU_ATTRIBUTE __attribute__((target("arch=x86-64-v3")))
#include "validation/simulator/kernel/kernel_cpu_template.h"
#define CPU(x) NAME(x##_wide)
#define CPU_BYTES KERNEL_LINE
#define CPU_ATTRIBUTE __attribute__((target("arch=x86-64-v4")))
#include "validation/simulator/kernel/kernel_cpu_template.h"
#endif
#define CPU(x) NAME(x##_plain)
#define CPU_BYTES KERNEL_VECTOR
#define CPU_ATTRIBUTE
#include "validation/simulator/kernel/kernel_cpu_template.h"

const struct kernel *NAME(kernel)(size_t i)
{
    const struct kernel *able[3];
    size_t count = 0;
#ifdef __x86_64__ /* by what distinguishes the levels: clang does not know them by name */
    if (__builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq"))
        able[count++] = &NAME(kernel_wide);
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2"))
        able[count++] = &NAME(kernel_narrow);
#endif
    able[count++] = &NAME(kernel_plain);
    return i < count ? able[i] : NULL;
}
