/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shape of a group: its paths, and the solves that it takes. */
#include "solver/run/engine.h"

size_t engine_parts(const struct engine *engine, const struct sgdmft_run *run)
{
    return engine->halves && run->extrapolation == SGDMFT_EXTRAPOLATION_HALVES ? ENGINE_PARTS : 1;
}

size_t engine_group_paths(const struct sgdmft_run *run)
{
    const size_t paths = ((size_t)run->paths + (size_t)run->groups - 1) / (size_t)run->groups;
    return (paths + ENGINE_PATH_UNIT - 1) / ENGINE_PATH_UNIT * ENGINE_PATH_UNIT;
}
