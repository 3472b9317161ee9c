/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One table of the arrays that a structure owns gives its memory, their creation, release and archive, so that none of
 * these omits one. */
#ifndef MODELS_BASE_STATE_H
#define MODELS_BASE_STATE_H

#include "models/base/archive.h"
#include <stdbool.h>
#include <stddef.h>

#define STATE_ARRAYS_MAX 20
#define STATE_ALIGNMENT 64 /* bytes, of STATE_RAW */

struct state_array {
    size_t offset, size; /* of the pointer in the structure, of an element */
    double length;       /* elements, a whole number; 0: the pointer is NULL */
    enum { STATE_IS_ZERO, STATE_IS_SAVED, STATE_IS_RAW } kind;
};

/* The arrays of a structure; the first of size 0 ends the table. */
struct state_table {
    struct state_array array[STATE_ARRAYS_MAX];
};

#define STATE_ROW(type, member, count, how)                                                                            \
    {                                                                                                                  \
        offsetof(struct type, member), sizeof *((struct type *)NULL)->member, (double)(count), how                     \
    }
/* Kinds of arrays: of zeros; of zeros, with all elements in the archive; without content, aligned. */
#define STATE_ARRAY(type, member, count) STATE_ROW(type, member, count, STATE_IS_ZERO)
#define STATE_SAVED(type, member, count) STATE_ROW(type, member, count, STATE_IS_SAVED)
#define STATE_RAW(type, member, count) STATE_ROW(type, member, count, STATE_IS_RAW)

/* Bytes of all arrays together. */
double state_bytes(const struct state_table *table);
/* Allocates all arrays of `object`, whose pointers are overwritten. False without memory; state_free in either case. */
bool state_create(const struct state_table *table, void *object);
/* Frees all arrays and sets the pointers to NULL. Lengths are not read. */
void state_free(const struct state_table *table, void *object);
/* Archives all arrays of STATE_SAVED, in the order of the table. */
bool state_archive(const struct state_table *table, void *object, struct archive *archive);

#endif
