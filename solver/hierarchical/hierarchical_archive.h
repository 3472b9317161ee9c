/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Archive callback of the hierarchical engine (solver/run/engine.h). */
#ifndef SOLVER_HIERARCHICAL_HIERARCHICAL_ARCHIVE_H
#define SOLVER_HIERARCHICAL_HIERARCHICAL_ARCHIVE_H

#include "models/base/archive.h"
#include "solver/hierarchical/hierarchical_engine.h"

bool hierarchical_archive(void *state, struct archive *archive);

#endif
