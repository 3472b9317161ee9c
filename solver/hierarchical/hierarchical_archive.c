/* SPDX-License-Identifier: GPL-3.0-or-later */
/* State of the hierarchical engine between two steps, for checkpoints. */
#include "solver/hierarchical/hierarchical_archive.h"

#include "solver/paths/paths_archive.h"

/* Archives the tiles of the blocks that are kept; the others are cleared before they are read. */
static bool tangent_archive_lanes(struct block_tangent *tangent, const struct blocks *blocks, struct archive *archive)
{
    const size_t real = tangent->single ? sizeof(float) : sizeof(double), slots = tangent->slots;
    const size_t tile = tangent->width * tangent->width * TANGENT_LANES * real;
    archive_mark(archive, "responses");
    archive_count(archive, &tangent->first, blocks->count);
    archive_bytes(archive, tangent->present, tangent->lanes * tangent->n * TANGENT_LANES * real);
    for (size_t lane = 0; lane < tangent->lanes; lane++)
        for (size_t probe = tangent->first; probe < blocks->count; probe++)
            for (size_t time = probe; time < blocks->count; time++) {
                const size_t place = (lane * slots + blocks->block[time].slot) * slots + blocks->block[probe].slot;
                archive_bytes(archive, (char *)tangent->history + place * tile, tile);
            }
    return !archive->failed;
}

bool hierarchical_archive(void *state, struct archive *archive)
{
    struct hierarchical *h = state;
    const struct state_table arrays = hierarchical_arrays(h->all, h->n, h->kernels.waitings);
    if (!archive_mark(archive, "hierarchical") || !archive_count(archive, &h->at, h->n - 1))
        return false;
    return ensemble_archive(&h->ensemble, archive) && blocks_archive(&h->blocks, archive)
           && noise_archive(&h->noise, archive) && kernels_archive(&h->kernels, archive)
           && tangent_archive_lanes(&h->tangent, &h->blocks, archive) && state_archive(&arrays, h, archive);
}
