/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counter-based random streams (Philox 4x32-10 of Random123). A stream is keyed by the use of its numbers: (seed,
 * purpose, owner, step). The order of draws and the thread have no effect. */
#ifndef SGDMFT_RANDOM_H
#define SGDMFT_RANDOM_H

#include <sgdmft/status.h>
#include <stddef.h>
#include <stdint.h>

/* Purpose of a stream's numbers. Never renumber: results with the same seed would change. */
enum sgdmft_purpose {
    SGDMFT_PATH_SIGNAL = 1,  /* theory: u of the paths (owner: group)                          */
    SGDMFT_PATH_LABEL,       /* theory: components, label noise, targets (owner: group)        */
    SGDMFT_PATH_INNOVATION,  /* theory: innovations of Gaussian fields (owner: group, step)    */
    SGDMFT_PATH_BATCH,       /* theory: batch membership (owner: group, step)                  */
    SGDMFT_PATH_THERMAL,     /* theory: thermal noise of the paths (owner: group, step)        */
    SGDMFT_ROW_FRESH,        /* theory: fresh rows of the examples (owner: group, step)        */
    SGDMFT_WEIGHT_FRESH,     /* theory: fresh parts on the side of the weights (owner: group, step) */
    SGDMFT_TRAIN_INPUT = 32, /* simulation: row of a training example (owner: run, step: row)  */
    SGDMFT_TRAIN_LABEL,      /* simulation: component, noise, flips (owner: run)               */
    SGDMFT_TEST_INPUT,       /* simulation: row of a test example (owner: run, step: row)      */
    SGDMFT_TEST_LABEL,       /* simulation: as TRAIN_LABEL, for the test set                   */
    SGDMFT_SIGNAL,           /* simulation: the direction v (owner: run)                       */
    SGDMFT_START,            /* simulation: w at step 0 (owner: run)                           */
    SGDMFT_BATCH,            /* simulation: batch membership (owner: run, step)                */
    SGDMFT_THERMAL,          /* simulation: thermal noise (owner: run, step)                   */
    SGDMFT_FORCE,            /* simulation: directions of a probing force (owner: run)         */
    SGDMFT_LANCZOS,          /* simulation: start of the search for eigenvalues (owner: run, step) */
    SGDMFT_PRIVACY,          /* simulation: noise of the gradient (owner: run, step)           */
    SGDMFT_SPLIT = 48,       /* simulation: rows of a dataset held out (owner: run, step: class) */
    SGDMFT_SURVEY,           /* data: directions that a dataset is projected on (owner: direction)  */
    SGDMFT_TEST_SUITE = 64   /* free for tests                                                 */
};

struct sgdmft_stream {
    uint32_t key[2];     /* the seed                        */
    uint32_t counter[4]; /* block, owner, step, purpose     */
    uint32_t word[4];    /* the current block */
    unsigned used;       /* words of the block already used */
};

SGDMFT_API struct sgdmft_stream sgdmft_stream_open(uint64_t seed, enum sgdmft_purpose purpose, uint32_t owner,
                                                   uint32_t step);
/* Makes a fresh stream the one of number `part` < 2^24 among those of its key; 0 is the stream itself. */
SGDMFT_API void sgdmft_stream_part(struct sgdmft_stream *stream, uint32_t part);
/* Counters of a block. The three functions that fill arrays start at a fresh counter and use whole blocks: 2
 * SGDMFT_RANDOM_BLOCK doubles or 4 SGDMFT_RANDOM_BLOCK floats each. The rest of the last block is dropped. A value
 * depends on its index in the call, not on n. Calls whose lengths are whole blocks give the same values as one call.
 * A stream has 2^32 counters. */
#define SGDMFT_RANDOM_BLOCK 64

/* Draws n uniform numbers in the open interval (0,1): odd multiples of 2^-53. */
SGDMFT_API void sgdmft_uniforms(struct sgdmft_stream *stream, size_t n, double *out);
/* Draws n independent N(0,1) by Box-Muller. */
SGDMFT_API void sgdmft_normals(struct sgdmft_stream *stream, size_t n, double *out);
/* Draws n independent N(0,1) in single precision from 32-bit uniforms (|x| < 6.7), for the data rows of the
 * simulator. */
SGDMFT_API void sgdmft_normals_single(struct sgdmft_stream *stream, size_t n, float *out);
/* Draws an integer in 0..bound-1, bound >= 1, without modulo bias. */
SGDMFT_API uint32_t sgdmft_below(struct sgdmft_stream *stream, uint32_t bound);
/* Permutes the n entries of index uniformly at random (Fisher-Yates). */
SGDMFT_API void sgdmft_shuffle(struct sgdmft_stream *stream, size_t n, uint32_t *index);

#endif
