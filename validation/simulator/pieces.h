/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gradients in pieces of the batch, distributed over the threads of one run. The pieces depend on the run and its
 * batches alone and are added in their order: the bits are the same for any number of threads. */
#ifndef VALIDATION_SIMULATOR_PIECES_H
#define VALIDATION_SIMULATOR_PIECES_H

#include "validation/simulator/gradient.h"

struct pieces {
    int threads;
    size_t columns, most;
    double *part;               /* [most][columns][stride] */
    struct gradient_work *work; /* [threads] */
};

/* Rows to be summed: row[0..count-1] of the data set (row NULL: 0..count-1), for `columns` weight vectors of
 * which the first `replicas` are replicas and the others tangents; with `selected`, [replicas][set->count], replica j
 * takes only those rows mu with selected[j * set->count + mu] = 1 (row NULL, count all examples, no tangents). */
struct pieces_task {
    size_t count, replicas, columns;
    const uint32_t *row;
    const unsigned char *selected;
    const float *share;  /* [set->count] weight of each row, of one column; NULL: 1 */
    double fraction;     /* of the rows that a replica takes on the average; 1 without selected */
    const void *weights; /* [columns][stride] in the type of the rows */
};

double pieces_bytes(const struct sgdmft_run *run, size_t columns, int threads);
/* False without memory; pieces_free in either case. */
bool pieces_create(const struct sgdmft_run *run, size_t columns, size_t stride, int threads, struct pieces *pieces);
void pieces_free(struct pieces *pieces);

/* gradient: [columns][stride] */
void pieces_gradient(const struct sgdmft_run *run, const struct dataset *set, const struct pieces_task *task,
                     const struct pieces *pieces, double *gradient);

/* Number of threads for a pass over `examples` examples: more of them spend their time waiting. */
int pieces_threads(double examples);
/* Number of pieces of a batch of `batch` examples, for `columns` weight vectors. */
size_t pieces_count(double batch, size_t columns);

#endif
