/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Axes of quantities: name, unit, length and, where they are steps, values. */
#ifndef MODELS_RESULT_AXES_H
#define MODELS_RESULT_AXES_H

#include <sgdmft/result.h>

#define AXES_TEXT_MAX 64

struct axis {
    const char *name, *unit;
    size_t (*length)(const struct sgdmft_result *result);
    const long *(*steps)(const struct sgdmft_result *result); /* NULL: its values are no steps of the run */
};
extern const struct axis axes_list[]; /* by enum sgdmft_axis */

/* Writes the names of the axes, "waiting,lag"; returns out. */
const char *axes_text(const struct sgdmft_observable *observable, char out[AXES_TEXT_MAX]);
/* The number of axes of an observable. */
size_t axes_rank(const struct sgdmft_observable *observable);
/* The length of the i-th axis of an observable in this result; 0 if it has no such axis. */
size_t axes_length(const struct sgdmft_result *result, const struct sgdmft_observable *observable, size_t i);
/* True if these are the axes of the observable, inner SGDMFT_AXIS_NONE for one axis. */
bool axes_are(const struct sgdmft_observable *observable, enum sgdmft_axis outer, enum sgdmft_axis inner);

#endif
