/* SPDX-License-Identifier: GPL-3.0-or-later */
#define REAL float
#define LANE tangent_lane_single
#include "solver/hierarchical/tangent_lane.h"
