/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The conditional engine: one group is a run of N = dim weights and P examples, exact in law at this N, whose data
 * matrix is drawn direction by direction as the run needs it, (D1) to (D8). It has no tangents, no response kernels and
 * no inversion: a step is a pass over the rows known so far. Its state is public for tests, which read and break it. */
#ifndef SOLVER_CONDITIONAL_CONDITIONAL_H
#define SOLVER_CONDITIONAL_CONDITIONAL_H

#include "solver/conditional/force_frame.h"
#include "solver/conditional/step_response.h"
#include "solver/conditional/weight_space.h"
#include "solver/run/engine.h"

/* A set of weights that acts on the examples. Replicas come first; behind them, one for each waiting time, probes of
 * the response: where losses are convex the derivative of the first replica's weights in the direction of a force,
 * otherwise a copy of them under a force of finite size. */
struct weight_channel {
    bool active, derivative;
    size_t vector;    /* of the weight space */
    size_t buffer;    /* vector of the buffer of momentum */
    size_t replica;   /* replica whose batches it uses */
    size_t direction; /* vector of the probing force; of a probe only */
    long since;       /* step at which the force is switched on; of a probe only */
};

struct hessian_ends;

struct conditional {
    struct engine_group group;
    double dim;      /* N */
    double variance; /* Delta */
    size_t replicas, probes;
    long k;               /* present step */
    uint32_t owner;       /* of random streams */
    uint32_t first_chunk; /* number of this run's first chunk among those of the whole */
    bool keeps_symmetry;  /* the overlap vanishes for N -> infinity and is held at 0 */
    /* examples */
    double *y, *r;                     /* [replicas][P] labels, pre-activations of the present step */
    float *centre;                     /* [P] c; NULL where all are 0 */
    unsigned char *flipped, *selected; /* [replicas][P] */
    uint32_t *place;                   /* [replicas][P] the rule's memory */
    double *points; /* low-discrepancy points of the first draws of each example; NULL in a simulation */
    struct example_rows rows;
    struct weight_space space;
    size_t channels;
    struct weight_channel channel[ROWS_CHANNELS_MAX];
    size_t acting; /* active channels, and their numbers */
    size_t act[ROWS_CHANNELS_MAX];
    /* rows to be formed in the next pass */
    size_t targets, new_forces, old_forces;
    struct row_target target[2 * ROWS_CHANNELS_MAX];
    double *field_coefficient; /* [channels][stride] of the new field rows */
    struct force_frame frame;
    size_t force_slot[ROWS_CHANNELS_MAX]; /* slots of the forces of the present step, by acting channel */
    size_t followed;       /* acting channels whose coefficients in the frame are those of the last step's force */
    double *total, *again; /* sums of a pass over all chunks, and of the further passes of a step */
    float *scratch;        /* [threads][channels][ROWS_CHUNK_MAX] */
    struct step_response response; /* of runs without probes */
    double *frozen;                /* [waiting][replicas][weight_space_most] weights at the waiting times */
    double *history;               /* [steps + 1][weight_space_most] weights of all steps; full_matrices only */
    double gradient_overlap, gradient_norm;
    size_t gradient_vector, noise_vector;
    size_t cut_vector;         /* the first replica's gradient before it was shortened (A2) */
    double cut;                /* factor of its length */
    size_t averages;           /* averaged weights (A3), one a replica, or none */
    size_t average_vector;     /* the first of them */
    size_t privacy_vector;     /* the first of the replicas' noise in the gradient (A2) */
    struct hessian_ends *ends; /* of runs with sharpness_at */
};

/* Low-discrepancy numbers of an example. */
#define CONDITIONAL_POINTS 8

/* Sizes of the probing force where it is finite, in units of the root of the norm at the start. The response is wrong
 * by a term in the square of the displacement (THEORY 8.3). The noise of forces that jump grows as the probe gets
 * smaller. */
#define CONDITIONAL_FORCE 0.03
#define CONDITIONAL_FORCE_JUMPS 0.1

extern const struct engine engine_conditional;

/* Rows, vectors and coordinates that a run needs at most. */
struct conditional_size {
    size_t channels, probes, vectors, capacity, hidden;
    size_t spare; /* rows of either kind for the search for eigenvalues of the Hessian only */
    size_t space; /* explored directions and force rows of the weight space */
};
/* Sizes of a run. dim is N of the whole, also for the runs over its halves. */
struct conditional_size conditional_size_of(const struct sgdmft_run *run, double dim);
/* True with momentum, whose buffers are vectors of the weight space. */
bool conditional_buffers(const struct sgdmft_run *run);
/* Number of vectors of the weight space for steps beyond (T1). */
size_t conditional_extra_vectors(const struct sgdmft_run *run, size_t channels, size_t replicas);
/* True if the response is measured by probes, false if it follows from the steps (step_response.h). */
bool conditional_probes(const struct sgdmft_run *run, double dim);
double conditional_bytes(const struct sgdmft_run *run, size_t examples, double dim);
enum sgdmft_status conditional_supports(const struct sgdmft_run *run, struct sgdmft_error *error);
struct sgdmft_estimate conditional_estimate(const struct sgdmft_run *run, size_t paths);
bool conditional_archive(void *state, struct archive *archive);

/* Size h of a finite probing force. */
double conditional_force(const struct sgdmft_run *run);

/* Stream of chunk b, counted over the whole. */
struct sgdmft_stream conditional_stream(const struct conditional *s, enum sgdmft_purpose purpose, uint32_t replica,
                                        long step, size_t b);
/* Random numbers of the weights at a step; UINT32_MAX: of the start. */
struct fresh conditional_fresh(const struct conditional *s, uint32_t step);
/* Draws labels and the first rows; false without memory. */
bool conditional_draw_examples(struct conditional *s);
/* Draws normals into a slot of chunk b, with 0 behind its examples. channel distinguishes the rows of one step. */
void conditional_draw_row(const struct conditional *s, size_t b, size_t slot, long step, size_t channel);
/* Draws s^k of a replica in chunk b. */
void conditional_select(struct conditional *s, size_t replica, size_t b);
/* Computes fields, losses and, except at the end of the run, forces and products of all chunks. */
void conditional_pass(struct conditional *s);
/* Columns of the sums of a pass. */
struct pass_columns {
    size_t fields, frame, centre, square, loss, wrong, average_loss, average_wrong, count;
};
struct pass_columns conditional_columns(const struct conditional *s);
/* Computes the weights and the pending rows of the next step from the sums. DIVERGED beyond the bound on the norm. */
enum sgdmft_status conditional_advance(void *state);
/* Stores the start if it is a waiting time. */
void conditional_remember_start(struct conditional *s);

#endif
