/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SGDMFT_CLI_STUDY_MAP_H
#define SGDMFT_CLI_STUDY_MAP_H

#include "solver/cli/study.h"

/* A linear map with several outputs. */
extern const struct study_kind study_kind_linear_map;

#endif
