/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Coupled draws: normals of the whole are (a + b)/sqrt(2) of its halves', its chi^2 their sum and a rest. */
#include "solver/conditional/fresh.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>

#define STREAMS 4 /* of one draw: alone or rest, first half, second half */

static struct sgdmft_stream open_stream(const struct fresh *fresh, uint32_t which)
{
    struct sgdmft_stream stream = sgdmft_stream_open(fresh->seed, SGDMFT_WEIGHT_FRESH, fresh->owner, fresh->step);
    sgdmft_stream_part(&stream, fresh->draws * STREAMS + which);
    return stream;
}

static void draw_normals(const struct fresh *fresh, uint32_t which, size_t n, double *out)
{
    struct sgdmft_stream stream = open_stream(fresh, which);
    sgdmft_normals(&stream, n, out);
}

void fresh_normals(struct fresh *fresh, size_t n, double *out)
{
    double part[2 * SGDMFT_RANDOM_BLOCK];
    const size_t length = sizeof part / sizeof *part;
    const uint32_t which = fresh->part == FRESH_ALONE ? 0 : fresh->part == FRESH_SECOND ? 2 : 1;
    draw_normals(fresh, which, n, out);
    if (fresh->part == FRESH_WHOLE) {
        struct sgdmft_stream second = open_stream(fresh, 2);
        for (size_t begin = 0; begin < n; begin += length) {
            const size_t count = n - begin < length ? n - begin : length;
            sgdmft_normals(&second, count, part);
            for (size_t i = 0; i < count; i++)
                out[begin + i] = M_SQRT1_2 * (out[begin + i] + part[i]);
        }
    }
    fresh->draws++;
}

/* Stream as a generator of GSL. */
static void generator_set(void *state, unsigned long seed)
{
    (void)state, (void)seed;
}

static unsigned long generator_get(void *state)
{
    return sgdmft_below(state, UINT32_MAX);
}

static double generator_uniform(void *state)
{
    double uniform;
    sgdmft_uniforms(state, 1, &uniform);
    return uniform;
}

static const gsl_rng_type generator = {.name = "philox4x32",
                                       .max = UINT32_MAX - 1,
                                       .min = 0,
                                       .size = sizeof(struct sgdmft_stream),
                                       .set = generator_set,
                                       .get = generator_get,
                                       .get_double = generator_uniform};

static double chi_square(const struct fresh *fresh, uint32_t which, double freedom)
{
    if (!(freedom > 0))
        return 0;
    struct sgdmft_stream stream = open_stream(fresh, which);
    const gsl_rng source = {.type = &generator, .state = &stream};
    return gsl_ran_chisq(&source, freedom);
}

double fresh_chi(struct fresh *fresh, double dim, size_t known)
{
    const double freedom = fmax(dim - (double)known, 0), half = fmax(dim / 2 - (double)known, 0);
    double square;
    if (fresh->part == FRESH_WHOLE)
        square = chi_square(fresh, 1, half) + chi_square(fresh, 2, half) + chi_square(fresh, 0, freedom - 2 * half);
    else
        square = chi_square(fresh, fresh->part == FRESH_ALONE ? 0 : fresh->part == FRESH_SECOND ? 2 : 1, freedom);
    fresh->draws++;
    return sqrt(square);
}
