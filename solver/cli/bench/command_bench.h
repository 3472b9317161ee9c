/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Items of `sgdmft bench`: records, each with a rate and its reference. */
#ifndef SOLVER_CLI_BENCH_COMMAND_BENCH_H
#define SOLVER_CLI_BENCH_COMMAND_BENCH_H

#include <sgdmft/run.h>
#include <stdbool.h>
#include <stddef.h>

/* One measurement: an amount of work, in the item's unit times a second, and the time it took. */
struct bench_sample {
    double amount, seconds;
};

struct bench_item {
    const char *name;
    const char *what;
    const char *unit;      /* of the rate, "GB/s" */
    const char *reference; /* name of the item that it is compared with, or NULL */
    /* Measures the item once; false if it cannot be measured here (no memory, no such engine). */
    bool (*measure)(const struct bench_item *item, int threads, struct bench_sample *sample);
    const char *const *run; /* names and texts of the parameters of its run, NULL-terminated; NULL: no run */
};

/* The table and its length. A reference precedes the items that name it. */
extern const struct bench_item bench_items[];
extern const size_t bench_item_count;

/* Resolves the run of an item with this number of threads; false if it does not resolve. */
bool bench_resolve(const struct bench_item *item, int threads, struct sgdmft_run *run);

/* The loops of the machine itself (bench_machine.c). */
bool bench_stream_read(const struct bench_item *item, int threads, struct bench_sample *sample);
bool bench_stream_triad(const struct bench_item *item, int threads, struct bench_sample *sample);
bool bench_dgemm(const struct bench_item *item, int threads, struct bench_sample *sample);
bool bench_normals_plain(const struct bench_item *item, int threads, struct bench_sample *sample);
bool bench_loss_plain(const struct bench_item *item, int threads, struct bench_sample *sample);
/* Work inside the engines (bench_engines.c). */
bool bench_blocks(const struct bench_item *item, int threads, struct bench_sample *sample);
bool bench_turn(const struct bench_item *item, int threads, struct bench_sample *sample);
/* The same loops in the program, and whole runs (bench_runs.c). */
bool bench_normals(const struct bench_item *item, int threads, struct bench_sample *sample);
bool bench_loss(const struct bench_item *item, int threads, struct bench_sample *sample);
bool bench_tangents(const struct bench_item *item, int threads, struct bench_sample *sample);
bool bench_solve(const struct bench_item *item, int threads, struct bench_sample *sample);
bool bench_implicit(const struct bench_item *item, int threads, struct bench_sample *sample);
bool bench_simulate(const struct bench_item *item, int threads, struct bench_sample *sample);

#endif
