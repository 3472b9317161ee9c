/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Archive of the state on which later steps of a conditional run depend. The rows in use are written chunk by chunk. */
#include "solver/conditional/conditional.h"

static bool slots_archive(struct archive *archive, size_t *slot, size_t count)
{
    return archive_bytes(archive, slot, count * sizeof *slot);
}

static bool rows_archive(struct example_rows *rows, struct archive *archive)
{
    bool good = archive_count(archive, &rows->fields, rows->capacity)
                && archive_count(archive, &rows->forces, rows->capacity)
                && slots_archive(archive, rows->field_slot, rows->fields)
                && slots_archive(archive, rows->force_slot, rows->forces);
    for (size_t kind = 0; good && kind < 2; kind++) {
        struct row_slots *slots = &rows->slots[kind];
        good = archive_count(archive, &slots->used, rows->capacity / 2)
               && archive_count(archive, &slots->count, slots->used)
               && slots_archive(archive, slots->free, slots->count);
        for (size_t b = 0; good && b < rows->chunks; b++)
            good = archive_floats(archive, rows_at(rows, b, kind * rows->capacity / 2), slots->used * rows->stride);
    }
    return good;
}

/* Archives a pending row: its slot, scale and coefficients, with the pointer to these. */
static bool target_archive(struct conditional *s, size_t t, struct archive *archive)
{
    struct row_target *target = &s->target[t];
    const bool force = t < s->new_forces;
    double *own =
        force ? s->frame.V + t * s->frame.stride : s->field_coefficient + (t - s->new_forces) * s->frame.stride;
    if (!archive->writing)
        target->coefficient = own;
    return archive_count(archive, &target->slot, s->rows.capacity) && archive_doubles(archive, &target->scale, 1)
           && archive_doubles(archive, target->coefficient, s->old_forces + (force ? t : s->new_forces));
}

static bool pending_archive(struct conditional *s, struct archive *archive)
{
    bool good = archive_count(archive, &s->targets, 2 * ROWS_CHANNELS_MAX)
                && archive_count(archive, &s->new_forces, ROWS_CHANNELS_MAX)
                && archive_count(archive, &s->old_forces, s->rows.capacity);
    for (size_t t = 0; good && t < s->targets; t++)
        good = target_archive(s, t, archive);
    return good;
}

/* Archives the coefficients of the last step's forces, if the next ones are differences to them. */
static bool followed_archive(struct conditional *s, struct archive *archive)
{
    return archive_count(archive, &s->followed, s->acting)
           && archive_rows(archive, s->frame.coefficient, s->followed, s->rows.forces, s->frame.stride);
}

static bool channels_archive(struct conditional *s, struct archive *archive)
{
    bool good = archive_count(archive, &s->acting, ROWS_CHANNELS_MAX) && slots_archive(archive, s->act, s->acting);
    for (size_t a = 0; good && a < s->acting; a++)
        s->channel[s->act[a]].active = true;
    return good;
}

bool conditional_archive(void *state, struct archive *archive)
{
    struct conditional *s = state;
    const size_t all = s->replicas * s->rows.examples, most = weight_space_most(&s->space);
    size_t count;
    bool good = archive_mark(archive, "conditional") && archive_long(archive, &s->k) && channels_archive(s, archive)
                && rows_archive(&s->rows, archive) && weight_space_archive(&s->space, archive)
                && pending_archive(s, archive) && followed_archive(s, archive)
                && archive_bytes(archive, s->selected, all) && archive_words(archive, s->place, all);
    weight_space_numbers(&s->space, 0, &count);
    good = good && archive_rows(archive, s->frozen, s->group.run->waiting.count * s->replicas, count, most);
    if (s->response.steps > 0)
        good = good && step_response_archive(&s->response, archive);
    if (s->history)
        good = good && archive_rows(archive, s->history, (size_t)s->k + 1, count, most);
    return good;
}
