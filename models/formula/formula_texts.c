/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that the library carries, so that a formula needs none beside it: the script, and the headers of a record. */
#include "models/formula/formula.h"

#define CARRY(name, path)                                                                                              \
    __asm__(".pushsection .rodata\n.hidden " #name "\n.global " #name "\n" #name ":\n.incbin \"" path                  \
            "\"\n.byte 0\n.popsection\n");

CARRY(formula_script, "models/formula/formula_derive.py")
CARRY(formula_header_status, "include/sgdmft/status.h")
CARRY(formula_header_random, "include/sgdmft/random.h")
CARRY(formula_header_models, "include/sgdmft/models.h")
CARRY(formula_header_simd, "models/base/simd.h")
CARRY(formula_header_support, "models/formula/formula_support.h")

extern const char formula_header_status[], formula_header_random[], formula_header_models[], formula_header_simd[],
    formula_header_support[];

const char *const formula_headers[] = {formula_header_status, formula_header_random,  formula_header_models,
                                       formula_header_simd,   formula_header_support, NULL};
