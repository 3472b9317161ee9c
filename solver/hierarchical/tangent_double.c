/* SPDX-License-Identifier: GPL-3.0-or-later */
#define REAL double
#define LANE tangent_lane_double
#include "solver/hierarchical/tangent_lane.h"
