/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Schedules by name: cosine, power, wsd (warm-up, stable, decay), halving. A schedule is a factor of the first value,
 * which depends on the step and on the length of the run. */
#ifndef MODELS_RUN_NAMED_SCHEDULE_H
#define MODELS_RUN_NAMED_SCHEDULE_H

#include <sgdmft/run.h>

/* Parses the text of parameter `name`, "" to none. USAGE names the parameter. */
enum sgdmft_status named_parse(const char *name, const char *text, struct sgdmft_named *named,
                               struct sgdmft_error *error);
/* Conditions on a run of `steps` steps. */
enum sgdmft_status named_check(const char *name, const struct sgdmft_named *named, long steps,
                               struct sgdmft_error *error);
/* The factor at step k of a run of `steps` steps: 0 to 1; 1 without a schedule. */
double named_factor(const struct sgdmft_named *named, long steps, long k);
/* Sum of the factors at steps 0..k-1, at a cost that does not grow with k. */
double named_sum(const struct sgdmft_named *named, long steps, long k);
/* First step at which the factor is largest: it does not fall before and does not rise after. */
long named_peak(const struct sgdmft_named *named);
/* Steps before `steps` at which the factor has a jump or a kink: their number, and the i-th of them (from 0 on). */
long named_turns(const struct sgdmft_named *named, long steps);
long named_turn(const struct sgdmft_named *named, long steps, long i);

#endif
