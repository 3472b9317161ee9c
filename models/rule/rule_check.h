/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Conditions shared by the rules, and their samplers. */
#ifndef MODELS_RULE_RULE_CHECK_H
#define MODELS_RULE_RULE_CHECK_H

#include <sgdmft/run.h>

/* USAGE, with the name of the rule, unless 0 < b_k <= 1 at every step. */
enum sgdmft_status rule_check_fraction(const struct sgdmft_run *run, struct sgdmft_error *error);
/* USAGE unless b_k = 1 at every step. */
enum sgdmft_status rule_check_full(const struct sgdmft_run *run, struct sgdmft_error *error);

/* USAGE for a temperature at any step: a limit eta -> 0 has none. */
enum sgdmft_status rule_check_cold(const struct sgdmft_run *run, struct sgdmft_error *error);

/* probability and select of the full-batch rules */
double rule_full_probability(const struct sgdmft_run *run, long k, int previous);
void rule_full_select(const struct sgdmft_run *run, struct sgdmft_stream *stream, long k, size_t n,
                      unsigned char *restrict selected, uint32_t *restrict place);

/* Draws a batch from the probability of the rule, independently for each example. */
void rule_select(const struct sgdmft_run *run, struct sgdmft_stream *stream, long k, size_t n,
                 unsigned char *restrict selected, uint32_t *restrict place);

#endif
