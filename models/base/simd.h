/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Macros for vectorised loops over paths: one function compiled for several CPUs (SIMD_CLONES, on the function
 * that holds the loop; its callees must be static inline), and the vector mathematics of glibc. Include it in
 * sources only. A libm call gives other last bits in a scalar tail than in the vector body, so loops
 * that call one run over fixed, padded blocks: multiples of SIMD_LANES values, 64-byte aligned. */
#ifndef MODELS_BASE_SIMD_H
#define MODELS_BASE_SIMD_H

#include <math.h>

#define SIMD_LANES 16
#define SIMD_ALIGNED __attribute__((aligned(64)))

/* ThreadSanitizer crashes with target_clones; clang 14 writes a wrong resolver for these names. */
#if defined __clang__ || defined __SANITIZE_THREAD__ || !defined __x86_64__
#define SIMD_CLONES
#else
#define SIMD_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#endif

#if defined __GNUC__ && !defined __clang__ && defined __x86_64__
#define SIMD_MATH(type, name) __attribute__((simd("notinbranch"))) type name(type);
SIMD_MATH(double, exp)
SIMD_MATH(double, expm1)
SIMD_MATH(double, log)
SIMD_MATH(double, log1p)
SIMD_MATH(double, tanh)
SIMD_MATH(double, erf)
SIMD_MATH(double, erfc)
SIMD_MATH(double, sin)
SIMD_MATH(double, cos)
SIMD_MATH(float, expf)
SIMD_MATH(float, logf)
SIMD_MATH(float, sinf)
SIMD_MATH(float, cosf)
#undef SIMD_MATH
#endif

#endif
