/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/online/vector_gram.h"

#include <stdlib.h>

bool gram_create(struct vector_gram *gram, size_t vectors)
{
    *gram = (struct vector_gram){.vectors = vectors,
                                 .along = calloc(vectors, sizeof(double)),
                                 .across = calloc(vectors * vectors, sizeof(double))};
    return gram->along && gram->across;
}

void gram_free(struct vector_gram *gram)
{
    free(gram->along);
    free(gram->across);
}

double gram_across(const struct vector_gram *gram, size_t x, size_t y)
{
    return gram->across[x * gram->vectors + y];
}

double gram_dot(const struct vector_gram *gram, size_t x, size_t y)
{
    return gram->along[x] * gram->along[y] + gram_across(gram, x, y);
}

void gram_scale(struct vector_gram *gram, double factor, size_t x)
{
    gram->along[x] *= factor;
    for (size_t i = 0; i < gram->vectors; i++)
        gram->across[x * gram->vectors + i] *= factor;
    for (size_t i = 0; i < gram->vectors; i++)
        gram->across[i * gram->vectors + x] *= factor;
}

void gram_add(struct vector_gram *gram, double factor, size_t x, size_t y)
{
    gram->along[y] += factor * gram->along[x];
    for (size_t i = 0; i < gram->vectors; i++)
        gram->across[y * gram->vectors + i] += factor * gram->across[x * gram->vectors + i];
    for (size_t i = 0; i < gram->vectors; i++)
        gram->across[i * gram->vectors + y] += factor * gram->across[i * gram->vectors + x];
}

void gram_noise(struct vector_gram *gram, double variance, size_t x)
{
    gram->across[x * gram->vectors + x] += variance;
}
