/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Deviation of the examples of a file from two Gaussian clusters: spectrum of the covariance, moments of projections,
 * distance of the means. C is the covariance within the classes, pooled. */
#ifndef MODELS_DATA_DATASET_SURVEY_H
#define MODELS_DATA_DATASET_SURVEY_H

#include "models/data/dataset/examples.h"

/* Random directions that are projected on. */
#define SURVEY_DIRECTIONS 100
/* Largest matrix whose eigenvalues are computed. */
#define SURVEY_MATRIX_MOST 4000

/* A value with its standard error. */
struct survey_value {
    double value, se;
};

/* Moments of one class. 0 for Gaussian rows; nan with fewer than SURVEY_ROWS_LEAST rows. */
#define SURVEY_ROWS_LEAST 20
struct survey_class {
    long rows;
    struct survey_value skewness;        /* mean square of the skewness over the directions, less that of sampling */
    struct survey_value kurtosis;        /* mean excess kurtosis over the directions                               */
    struct survey_value signal_skewness; /* along the direction between the means */
    struct survey_value signal_kurtosis; /* excess, the same                      */
};

struct survey {
    size_t eigenvalues;                    /* dim, or 0 where the matrix is larger than SURVEY_MATRIX_MOST */
    double *eigenvalue;                    /* of C, ascending */
    double trace;                          /* tr C */
    double degrees;                        /* rows - 2 */
    double effective_rank;                 /* (tr C)^2 / tr C^2 */
    size_t rank;                           /* eigenvalues above rounding */
    double separation;                     /* |m+ - m-| */
    double sampling;                       /* its value for equal means: sqrt(tr C (1/n+ + 1/n-)) */
    struct survey_value separation_square; /* of the true means: that by sampling is subtracted */
    double noise_along;                    /* standard deviation of a class along m+ - m- */
    struct survey_class plus, minus;
};

/* Fills the survey; x of the examples is centred within the classes in place. seed: of the directions. INTERNAL without
 * memory. survey_free on OK. Skewness and kurtosis are G1 and G2 of Joanes and Gill (The Statistician 47 (1998) 183),
 * their errors a jackknife over blocks of rows. */
enum sgdmft_status survey_take(struct examples *examples, uint64_t seed, struct survey *survey,
                               struct sgdmft_error *error);
void survey_free(struct survey *survey);

/* Upper end of the eigenvalues of a sample covariance of `degrees` rows N(0, I_dim): exceeded with probability 0.001 by
 * the largest (I. M. Johnstone, Ann. Statist. 29 (2001) 295; Tracy and Widom's law of order 1). */
double survey_upper_edge(double degrees, double dim);

#endif
