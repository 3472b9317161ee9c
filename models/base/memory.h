/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one error of an allocation that fails. Runs that are too large fail before, by memory_limit. */
#ifndef MODELS_BASE_MEMORY_H
#define MODELS_BASE_MEMORY_H

#include <sgdmft/status.h>

/* Formats "no memory for WHAT" into *error (may be NULL); returns INTERNAL. */
enum sgdmft_status memory_fail(struct sgdmft_error *error, const char *what, ...) __attribute__((format(printf, 2, 3)));

#endif
