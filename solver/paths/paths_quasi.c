/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Low-discrepancy points for the first draws of each path (THEORY 5.3): a Sobol sequence, one for each component of
 * the data law, moved by a random shift modulo 1 (Cranley and Patterson 1976), so that groups are independent and
 * each point is uniform. */
#include "solver/paths/paths.h"

#include <gsl/gsl_qrng.h>
#include <math.h>
#include <stdlib.h>

#define QUASI_DIMENSIONS 20

struct quasi {
    size_t paths, next;
    double *column; /* [QUASI_DIMENSIONS][paths] */
};

static bool quasi_fill(struct quasi *quasi, gsl_qrng *sobol, uint64_t seed, uint32_t owner, unsigned char component,
                       const unsigned char *stratum)
{
    double shift[QUASI_DIMENSIONS], point[QUASI_DIMENSIONS];
    struct sgdmft_stream stream = sgdmft_stream_open(seed, SGDMFT_PATH_SIGNAL, owner, component);
    sgdmft_uniforms(&stream, QUASI_DIMENSIONS, shift);
    gsl_qrng_init(sobol);
    bool found = false;
    for (size_t i = 0; i < quasi->paths; i++) {
        if (stratum[i] != component)
            continue;
        found = true;
        gsl_qrng_get(sobol, point);
        for (size_t d = 0; d < QUASI_DIMENSIONS; d++) {
            double x = point[d] + shift[d];
            x -= floor(x);
            quasi->column[d * quasi->paths + i] = x > 0x1p-40 ? x : 0x1p-40;
        }
    }
    return found;
}

struct quasi *quasi_create(uint64_t seed, uint32_t owner, size_t paths, const unsigned char *stratum)
{
    struct quasi *quasi = calloc(1, sizeof *quasi);
    gsl_qrng *sobol = gsl_qrng_alloc(gsl_qrng_sobol, QUASI_DIMENSIONS);
    double *column = calloc(QUASI_DIMENSIONS * paths, sizeof *column);
    if (!quasi || !sobol || !column) {
        free(column);
        free(quasi);
        quasi = NULL;
    } else {
        quasi->paths = paths;
        quasi->column = column;
        for (unsigned char component = 0; quasi_fill(quasi, sobol, seed, owner, component, stratum);)
            component++;
    }
    if (sobol)
        gsl_qrng_free(sobol);
    return quasi;
}

void quasi_free(struct quasi *quasi)
{
    if (quasi)
        free(quasi->column);
    free(quasi);
}

bool quasi_uniforms(struct quasi *quasi, double *out)
{
    if (quasi->next == QUASI_DIMENSIONS)
        return false;
    const double *column = quasi->column + quasi->next++ * quasi->paths;
    for (size_t i = 0; i < quasi->paths; i++)
        out[i] = column[i];
    return true;
}

bool quasi_archive(struct quasi *quasi, struct archive *archive)
{
    return archive_count(archive, &quasi->next, QUASI_DIMENSIONS);
}
