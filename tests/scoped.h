/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Variables of tests that are freed where their scope ends, as in `scoped_result *found = solved(&run);`. */
#ifndef TESTS_SCOPED_H
#define TESTS_SCOPED_H

#include <sgdmft/compare.h>
#include <sgdmft/fdt.h>
#include <sgdmft/result.h>
#include <sgdmft/run.h>

#define SCOPED_BY(release) __attribute__((cleanup(release)))
#define SCOPED(type) SCOPED_BY(type##_free_at) struct type
#define SCOPED_FREE(type)                                                                                              \
    static inline void type##_free_at(struct type **at)                                                                \
    {                                                                                                                  \
        type##_free(*at);                                                                                              \
    }

SCOPED_FREE(sgdmft_result)
SCOPED_FREE(sgdmft_comparison)
SCOPED_FREE(sgdmft_fdt)
SCOPED_FREE(sgdmft_settings)

#define scoped_result SCOPED(sgdmft_result)
#define scoped_comparison SCOPED(sgdmft_comparison)
#define scoped_fdt SCOPED(sgdmft_fdt)
#define scoped_settings SCOPED(sgdmft_settings)

#endif
