/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The conditional engine for data with a spectrum: geometry of its explicit coordinates, the law of a stored matrix at
 * finite N, the dense engine, and the run without a spectrum. */
#include "solver/conditional/weight_modes.h"
#include "solver/paths/vector.h"
#include "tests/given.h"
#include "tests/two_results.h"
#include "tests/solver/solved.h"
#include "tests/validation/simulated.h"

#include <gsl/gsl_sort.h>
#include <math.h>
#include <sgdmft/compare.h>
#include <sgdmft/implicit.h>
#include <stdlib.h>
#include <string.h>

TestSuite(weight_modes, .timeout = 60);

#define CAPACITY 12

/* Weights in a space of 40 dimensions, in modes of 10, 10 and 20 of which the smallest fill up, after some force rows
 * and directions. */
static struct weight_space spaces(const char *text, size_t moves, double coefficient[CAPACITY][CAPACITY])
{
    const struct sgdmft_run run = given_run("covariance_spectrum", text, NULL);
    struct fresh fresh = {.seed = 5, .part = FRESH_ALONE};
    struct weight_space space;
    cr_assert(weight_space_create(&space, sgdmft_spectrum(&run), false, 40, 3, CAPACITY, 3 * CAPACITY * 2));
    weight_space_start(&space, &fresh, 1, 0.3, 0.8);
    for (size_t i = 0; i < moves; i++) {
        weight_space_add_force(&space, &fresh);
        weight_space_draw(&space, &fresh, 1);
        weight_space_add(&space, 0.5, 1, 0);
        cr_assert(weight_space_explore(&space, 0, coefficient[i]));
    }
    return space;
}

/* Directions are orthonormal, what force rows have left is across them, and d = Sigma^(1/2) w is made of them. */
Test(weight_modes, directions_and_force_rows_are_orthogonal)
{
    double coefficient[CAPACITY][CAPACITY];
    struct weight_space space = spaces("0.2:1:2,1.5:1,4:2:0.2", 8, coefficient);
    const size_t n = space.hidden, stride = space.hidden_capacity;
    const double *f = space.modes->direction;
    cr_assert_eq(space.explored, 10);
    cr_assert_eq(n, 10 + 10 + 18, "%zu", n); /* the start, its signal, and two fresh vectors a move */
    for (size_t a = 0; a < space.explored; a++) {
        for (size_t b = 0; b < space.explored; b++)
            cr_assert_float_eq(vector_dot(n, f + a * stride, f + b * stride), a == b, 1e-13);
        for (size_t j = 0; j < space.forces; j++)
            cr_assert_float_eq(vector_dot(n, f + a * stride, space.tail + j * stride), 0, 1e-12);
    }
    double square = 0;
    for (size_t i = 0; i < n; i++)
        square +=
            space.modes->root_of[i] * space.modes->root_of[i] * space.vector[0].across[i] * space.vector[0].across[i];
    cr_assert_float_eq(vector_dot(space.explored, space.vector[0].along, space.vector[0].along), square,
                       1e-12 * square);
    weight_space_free(&space);
}

/* g.(Z d) = (Sigma^(1/2) Z^T g).w for weights whose fields are known. */
Test(weight_modes, left_and_right_products_are_adjoint)
{
    double coefficient[CAPACITY][CAPACITY], product[CAPACITY], share[CAPACITY];
    struct weight_space space = spaces("0.2:1:2,1.5:1,4:2:0.2", 6, coefficient);
    for (size_t i = 0; i < CAPACITY; i++) {
        product[i] = sin(1.0 + (double)i);
        share[i] = cos(2.0 * (double)i);
    }
    weight_space_pull(&space, 0.7, product, 1, share, 2);
    cr_assert_float_eq(weight_space_dot(&space, 2, 0), 0.7 * vector_dot(space.explored, product, space.vector[0].along),
                       1e-12);
    /* the part of the force rows across what is known has a length of its own */
    const double all = weight_space_dot(&space, 2, 2);
    memset(share, 0, sizeof share);
    weight_space_pull(&space, 0.7, product, 1, share, 2);
    cr_assert(all > 1.1 * weight_space_dot(&space, 2, 2));
    weight_space_free(&space);
}

/* Overlap and norm of the start, v and its part in each mode. */
Test(weight_modes, start_and_signal)
{
    double coefficient[CAPACITY][CAPACITY];
    struct weight_space space = spaces("0.2:1:2,1.5:1,4:2:0.2", 0, coefficient);
    const struct weight_mode *mode = space.modes->mode;
    cr_assert_float_eq(weight_space_overlap(&space, 0), 0.3, 1e-14);
    cr_assert_float_eq(weight_space_dot(&space, 0, 0), 0.09 + 0.64, 1e-14);
    cr_assert_float_eq(mode[0].signal * mode[0].signal / (mode[1].signal * mode[1].signal), 2, 1e-13);
    /* the field along that of v is <s m_s>/<s a>^(1/2) */
    double mean = 0, root = 0;
    for (size_t s = 0; s < 3; s++) {
        const double value = mode[s].root * mode[s].root;
        mean += value * mode[s].signal * space.vector[0].across[s];
        root += value * mode[s].signal * mode[s].signal;
    }
    cr_assert_float_eq(space.vector[0].along[0], mean / sqrt(root), 1e-14);
    weight_space_add_signal(&space, 0.5, 0);
    cr_assert_float_eq(weight_space_overlap(&space, 0), 0.8, 1e-14);
    weight_space_drop_signal(&space, 0);
    cr_assert_float_eq(weight_space_overlap(&space, 0), 0, 1e-14);
    weight_space_free(&space);
}

/* ---- results --------------------------------------------------------------------------------------------------- */

/* Largest |z| between two results, whatever their spectra, as a share of its bound; frees them. */
static double share_of_bound(struct sgdmft_result *a, struct sgdmft_result *b)
{
    strcpy(a->run.covariance_spectrum, b->run.covariance_spectrum);
    scoped_comparison *comparison = compared(a, b);
    const double share = comparison->max_abs_z / comparison->threshold;
    sgdmft_result_free(a);
    sgdmft_result_free(b);
    return share;
}

#define SOLVED "steps", "20", "waiting", "0,5", "overlap0", "0.1", "rate", "0.2", "groups", "16"

/* Two engines that share no derivation. */
Test(weight_modes, agrees_with_the_dense_engine)
{
    static const char *const text = "0.2:1:2,1.5:2:0.5,4:1:0.2";
    static const char *const rule[][3] = {{"sgd", "mixture2", "0"}, {"gd", "teacher", "0"}, {"sgd", "teacher", "0.2"}};
    for (size_t i = 0; i < 3; i++) {
        const struct sgdmft_run run =
            given_run(SOLVED, "engine", "conditional", "paths", "16000", "rule", rule[i][0], "data", rule[i][1],
                      "temperature", rule[i][2], "covariance_spectrum", text, NULL);
        const struct sgdmft_run dense =
            given_run(SOLVED, "engine", "dense", "paths", "4000", "rule", rule[i][0], "data", rule[i][1], "temperature",
                      rule[i][2], "covariance_spectrum", text, NULL);
        const double share = share_of_bound(solved(&run), solved(&dense));
        cr_expect(share < 1, "%s %s: %g", rule[i][0], rule[i][1], share);
    }
    const struct sgdmft_run wrong = given_run(SOLVED, "engine", "conditional", "paths", "16000", "data", "mixture2",
                                              "covariance_spectrum", "0.2:1,1.5:2,4:1", NULL);
    const struct sgdmft_run dense =
        given_run(SOLVED, "engine", "dense", "paths", "4000", "data", "mixture2", "covariance_spectrum", text, NULL);
    const double share = share_of_bound(solved(&wrong), solved(&dense));
    cr_expect(share > 1, "a signal taken for evenly spread: %g", share);
}

/* Two modes of eigenvalue 1 are no spectrum. */
Test(weight_modes, one_eigenvalue_in_two_modes_is_the_plain_run)
{
    const struct sgdmft_run pieces = given_run(SOLVED, "engine", "conditional", "paths", "16000", "replicas", "2",
                                               "covariance_spectrum", "1:1,1:3", NULL);
    const struct sgdmft_run plain =
        given_run(SOLVED, "engine", "conditional", "paths", "16000", "replicas", "2", "seed", "2", NULL);
    const double share = share_of_bound(solved(&pieces), solved(&plain));
    cr_expect(share < 1, "%g", share);
}

/* Kolmogorov-Smirnov distance of two sets of n numbers, times sqrt(n/2). */
static double distance_of_laws(size_t n, double *a, double *b)
{
    double largest = 0;
    size_t i = 0, j = 0;
    gsl_sort(a, 1, n);
    gsl_sort(b, 1, n);
    while (i < n && j < n) {
        if (a[i] <= b[j])
            i++;
        else
            j++;
        largest = fmax(largest, fabs((double)i - (double)j) / (double)n);
    }
    return largest * sqrt((double)n / 2);
}

static void column(const struct sgdmft_result *result, const char *group, const char *name, double *out)
{
    const struct sgdmft_quantity *quantity = sgdmft_result_find(result, group, name);
    for (size_t s = 0; s < result->samples; s++)
        out[s] = quantity->sample[s * quantity->length + quantity->length - 1];
}

/* Largest distance over the last step's observables of runs whose modes are full before the end: 20 dimensions, 30
 * steps. */
static double from_stored(const char *spectrum, const char *rule)
{
    static const char *const name[][2] = {
        {"series", "overlap"}, {"series", "norm"}, {"series", "train_loss"}, {"two_time", "correlation"}};
    enum { RUNS = 300 };
    static double a[RUNS], b[RUNS];
    double largest = 0;
    scoped_result *stored, *implicit;
    struct sgdmft_error error = {0};
#define SMALL                                                                                                          \
    "dim", "20", "runs", "300", "steps", "30", "waiting", "2", "overlap0", "0.3", "alpha", "2", "rule", rule,          \
        "threads", "1"
    const struct sgdmft_run matrix =
        given_run(SMALL, "matrix", "stored", "covariance_spectrum", "0.2:1:2,1.5:1:0.5,4:2:0.2", NULL);
    const struct sgdmft_run run =
        given_run(SMALL, "matrix", "implicit", "seed", "2", "covariance_spectrum", spectrum, NULL);
    stored = simulated(&matrix, 0);
    cr_assert_eq(sgdmft_simulate_implicit(&run, 0, NULL, &implicit, &error), SGDMFT_OK, "%s", error.text);
    for (size_t i = 0; i < sizeof name / sizeof name[0]; i++) {
        column(stored, name[i][0], name[i][1], a);
        column(implicit, name[i][0], name[i][1], b);
        largest = fmax(largest, distance_of_laws(RUNS, a, b));
    }
    return largest;
}

/* P(distance > 1.95) = 1/1000 for each. */
Test(weight_modes, law_of_a_stored_matrix_at_small_dimension)
{
    double distance = from_stored("0.2:1:2,1.5:1:0.5,4:2:0.2", "sgd");
    cr_expect(distance < 1.95, "sgd: %g", distance);
    distance = from_stored("0.2:1:2,1.5:1:0.5,4:2:0.2", "gd");
    cr_expect(distance < 1.95, "gd: %g", distance);
    distance = from_stored("0.25:1:2,1.5:1:0.5,3.5:2:0.2", "sgd");
    cr_expect(distance > 1.95, "another spectrum: %g", distance);
}
