/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOLVER_CLI_STUDY_STUDY_MAP_H
#define SOLVER_CLI_STUDY_STUDY_MAP_H

#include "solver/cli/study/command_study.h"

/* The kind of step of a linear map with several outputs. */
extern const struct study_kind study_kind_linear_map;

#endif
