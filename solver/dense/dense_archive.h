/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Archive functions of the parts of the dense engine. On reading, the part must have been created for
 * the same group of paths; `step` is the present step. */
#ifndef SOLVER_DENSE_DENSE_ARCHIVE_H
#define SOLVER_DENSE_DENSE_ARCHIVE_H

#include "models/base/archive.h"
#include "solver/dense/dense.h"

bool field_archive(struct field *field, const struct paths *paths, long step, struct archive *archive);
bool dyson_archive(struct dyson *dyson, long step, struct archive *archive);
bool tangent_archive(struct tangent *tangent, struct archive *archive);
/* The callback of the dense engine: state is a struct dense. */
bool dense_archive(void *state, struct archive *archive);

#endif
