/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory, creation, release and archive of the arrays of a structure, from one table. */
#include "models/base/state.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Array i of the table, NULL behind the last. */
static const struct state_array *array_at(const struct state_table *table, size_t i)
{
    return i < STATE_ARRAYS_MAX && table->array[i].size > 0 ? &table->array[i] : NULL;
}

/* Pointers of all types have one representation (POSIX). */
static void *pointer_get(const void *object, size_t offset)
{
    void *pointer;
    memcpy(&pointer, (const char *)object + offset, sizeof pointer);
    return pointer;
}

static void pointer_set(void *object, size_t offset, void *pointer)
{
    memcpy((char *)object + offset, &pointer, sizeof pointer);
}

double state_bytes(const struct state_table *table)
{
    const struct state_array *array;
    double bytes = 0;
    for (size_t i = 0; (array = array_at(table, i)); i++)
        bytes += (double)array->size * array->length;
    return bytes;
}

static void *array_allocate(const struct state_array *array)
{
    const double bytes = (double)array->size * array->length;
    if (bytes > (double)(SIZE_MAX / 4))
        return NULL;
    if (array->kind != STATE_IS_RAW)
        return calloc((size_t)array->length, array->size);
    return aligned_alloc(STATE_ALIGNMENT, ((size_t)bytes + STATE_ALIGNMENT - 1) / STATE_ALIGNMENT * STATE_ALIGNMENT);
}

bool state_create(const struct state_table *table, void *object)
{
    const struct state_array *array;
    bool good = true;
    for (size_t i = 0; (array = array_at(table, i)); i++) {
        void *pointer = array->length > 0 ? array_allocate(array) : NULL;
        pointer_set(object, array->offset, pointer);
        good = (pointer || !(array->length > 0)) && good;
    }
    return good;
}

void state_free(const struct state_table *table, void *object)
{
    const struct state_array *array;
    for (size_t i = 0; (array = array_at(table, i)); i++) {
        free(pointer_get(object, array->offset));
        pointer_set(object, array->offset, NULL);
    }
}

bool state_archive(const struct state_table *table, void *object, struct archive *archive)
{
    const struct state_array *array;
    for (size_t i = 0; (array = array_at(table, i)); i++)
        if (array->kind == STATE_IS_SAVED)
            archive_bytes(archive, pointer_get(object, array->offset), array->size * (size_t)array->length);
    return !archive->failed;
}
