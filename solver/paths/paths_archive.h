/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Archive functions of the paths and their basis. On reading, the part must have been created for the same group of
 * paths. */
#ifndef SOLVER_PATHS_PATHS_ARCHIVE_H
#define SOLVER_PATHS_PATHS_ARCHIVE_H

#include "models/base/archive.h"
#include "solver/paths/paths.h"

bool basis_archive(struct basis *basis, struct archive *archive);
bool paths_archive(struct paths *paths, struct archive *archive);

#endif
