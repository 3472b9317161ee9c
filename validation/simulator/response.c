/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The forces that probe the response. */
#include "validation/simulator/response.h"

size_t response_active(const struct sgdmft_run *run, long k)
{
    size_t waitings = 0;
    while (waitings < run->waiting.count && run->waiting.step[waitings] <= k)
        waitings++;
    return response_tangents(run) / (run->waiting.count ? run->waiting.count : 1) * waitings;
}

void response_draw(const struct sgdmft_run *run, uint32_t owner, double *force)
{
    const size_t n = (size_t)run->dim, tangents = response_tangents(run);
    const size_t directions = (size_t)run->force_directions;
    struct sgdmft_stream stream = {.used = 0};
    for (size_t j = 0; j < tangents; j++, force += n) {
        if (j % directions == 0)
            stream = sgdmft_stream_open(run->seed, SGDMFT_FORCE, owner, (uint32_t)run->waiting.step[j / directions]);
        sgdmft_uniforms(&stream, n, force);
        for (size_t i = 0; i < n; i++)
            force[i] = force[i] < 0.5 ? -1 : 1;
    }
}
