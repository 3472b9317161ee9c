/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Partition of the past: its blocks, and the rule by which two of them merge. */
#include "solver/hierarchical/blocks.h"

#include "models/base/state.h"

/* Merged length over the distance to the present, at most: 1 leaves about two blocks of each length. */
#define REACH 1.0
/* Steps before the present that are never merged, and units of several phases. */
#define NEAR 12
#define NEAR_PERIODS 2
/* Largest ratio of the lengths of two blocks that merge; far away any two merge. */
#define BALANCE 2
#define FAR 4
/* Steps for which the blocks are counted; beyond, a bound of the blocks that twice as many steps add. */
#define COUNTED 200000
#define PER_DOUBLING 4

static struct state_table blocks_arrays(size_t slots)
{
    return (struct state_table){{STATE_SAVED(blocks, block, slots), STATE_SAVED(blocks, used, slots)}};
}

bool blocks_create(struct blocks *blocks, size_t order, size_t phases, size_t slots, const long *jump, size_t jumps)
{
    *blocks = (struct blocks){
        .order = order, .phases = phases, .width = order * phases, .slots = slots, .jump = jump, .jumps = jumps};
    const struct state_table arrays = blocks_arrays(slots);
    return state_create(&arrays, blocks);
}

void blocks_free(struct blocks *blocks)
{
    const struct state_table arrays = blocks_arrays(0);
    state_free(&arrays, blocks);
    *blocks = (struct blocks){0};
}

bool blocks_archive(struct blocks *blocks, struct archive *archive)
{
    const struct state_table arrays = blocks_arrays(blocks->slots);
    return archive_mark(archive, "blocks") && archive_long(archive, &blocks->steps)
           && archive_long(archive, &blocks->filled) && archive_count(archive, &blocks->count, blocks->slots)
           && archive_count(archive, &blocks->passed, blocks->jumps) && state_archive(&arrays, blocks, archive);
}

static bool jumps_now(const struct blocks *blocks)
{
    return blocks->passed < blocks->jumps && blocks->jump[blocks->passed] == blocks->steps;
}

/* True if the next step opens a block. */
static bool opens(const struct blocks *blocks)
{
    return blocks->count == 0 || blocks->filled == (long)blocks->width || jumps_now(blocks);
}

/* True if the blocks i and i + 1 merge, `distance` units before the present. */
static bool due(const struct blocks *blocks, size_t i, long distance)
{
    const struct block *older = &blocks->block[i], *newer = older + 1;
    const long near = blocks->phases > 2 ? NEAR_PERIODS : NEAR / (long)blocks->phases;
    const double merged = (double)(older->units + newer->units), reach = REACH * (double)distance;
    if (older->segment != newer->segment || distance < near || merged > reach)
        return false;
    return older->units <= BALANCE * newer->units || FAR * merged <= reach;
}

/* The older block of the next pair to merge; blocks->count if none is due before the next step. */
static size_t next_pair(const struct blocks *blocks)
{
    long distance = 0;
    size_t found = blocks->count;
    for (size_t i = blocks->count; opens(blocks) && i-- > 1;) { /* the oldest pair that is due */
        if (due(blocks, i - 1, distance))
            found = i - 1;
        distance += blocks->block[i].units;
    }
    return found;
}

/* Makes one block of block `at` and the next. */
static void join(struct blocks *blocks, size_t at)
{
    blocks->used[blocks->block[at + 1].slot] = false;
    blocks->block[at].units += blocks->block[at + 1].units;
    blocks->block[at].missing = blocks->block[at + 1].missing;
    blocks->count--;
    for (size_t i = at + 1; i < blocks->count; i++)
        blocks->block[i] = blocks->block[i + 1];
}

bool blocks_merge(struct blocks *blocks, struct merge *merge)
{
    const size_t found = next_pair(blocks);
    if (found == blocks->count)
        return false;
    const struct block *older = &blocks->block[found], *newer = older + 1;
    merge->older = older->slot;
    merge->newer = newer->slot;
    merge->order = blocks->order;
    merge->phases = blocks->phases;
    merge->full = blocks->phases - (size_t)newer->missing;
    merge_matrix(blocks->order, older->units, newer->units, merge->matrix[0]);
    if (newer->missing > 0)
        merge_matrix(blocks->order, older->units, newer->units - 1, merge->matrix[1]);
    join(blocks, found);
    return true;
}

static size_t free_slot(const struct blocks *blocks)
{
    size_t slot = 0;
    while (slot < blocks->slots && blocks->used[slot])
        slot++;
    return slot;
}

size_t blocks_append(struct blocks *blocks)
{
    if (opens(blocks)) {
        const size_t slot = free_slot(blocks);
        if (jumps_now(blocks))
            blocks->passed++;
        blocks->used[slot] = true;
        blocks->block[blocks->count++] = (struct block){.slot = slot, .segment = (long)blocks->passed};
        blocks->filled = 0;
    }
    struct block *newest = &blocks->block[blocks->count - 1];
    const size_t unit = (size_t)blocks->filled / blocks->phases, phase = (size_t)blocks->filled % blocks->phases;
    blocks->filled++;
    blocks->steps++;
    newest->units = (long)unit + 1;
    newest->missing = (long)(blocks->phases - 1 - phase);
    return newest->slot * blocks->width + phase * blocks->order + unit;
}

size_t blocks_slots(size_t order, size_t phases, long steps, const long *jump, size_t jumps)
{
    struct blocks blocks;
    size_t most = 0, more = 0;
    /* Bound: two blocks of each of 64 lengths in each segment, and the near ones. */
    const size_t room = 256 + 128 * (jumps + 1);
    if (blocks_create(&blocks, order, phases, room, jump, jumps))
        for (long k = 0; k <= steps && k <= COUNTED; k++) {
            for (size_t pair; (pair = next_pair(&blocks)) < blocks.count;)
                join(&blocks, pair);
            blocks_append(&blocks);
            most = blocks.count > most ? blocks.count : most;
        }
    for (long reached = COUNTED; reached < steps; reached = reached < steps / 2 ? 2 * reached : steps)
        more += PER_DOUBLING;
    for (size_t i = 0; i < jumps; i++)
        more += jump[i] > COUNTED ? most : 0;
    blocks_free(&blocks);
    return most + more;
}
