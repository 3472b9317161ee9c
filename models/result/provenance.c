/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Provenance of a result: program, compiler, libraries and CPU. The last bits of a result depend on all of them. */
#include <sgdmft/result.h>

#include <cblas.h>
#include <fftw3.h>
#include <gsl/gsl_version.h>
#include <hdf5.h>
#include <jansson.h>
#include <string.h>
#include <sundials/sundials_version.h>
#include <sys/utsname.h>
#include <zlib.h>
#include <zstd.h>
#ifdef SGDMFT_MPI
#include <mpi.h>
#endif

#ifndef SGDMFT_GIT_HASH
#define SGDMFT_GIT_HASH "unknown"
#endif
#ifndef SGDMFT_VERSION
#define SGDMFT_VERSION "unknown"
#endif

static const char *vector_level(void)
{
#if defined __x86_64__
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f"))
        return "AVX-512";
    if (__builtin_cpu_supports("avx2"))
        return "AVX2";
    return "SSE2";
#else
    return "baseline";
#endif
}

static void cpu_fill(char *out, size_t size)
{
    char line[256], model[96] = "";
    struct utsname machine;
    FILE *info = fopen("/proc/cpuinfo", "r");
    while (info && fgets(line, sizeof line, info))
        if (sscanf(line, "model name : %95[^\n]", model) == 1)
            break;
    if (info)
        fclose(info);
    if (!model[0] && uname(&machine) == 0)
        snprintf(model, sizeof model, "%s", machine.machine);
    snprintf(out, size, "%s, %s", model, vector_level());
}

void sgdmft_provenance_fill(struct sgdmft_provenance *provenance)
{
    char sundials[32] = "";
    unsigned major = 0, minor = 0, release = 0;
    SUNDIALSGetVersion(sundials, sizeof sundials);
    H5get_libversion(&major, &minor, &release);
    snprintf(provenance->version, sizeof provenance->version, "%s", SGDMFT_VERSION);
    snprintf(provenance->git_hash, sizeof provenance->git_hash, "%s", SGDMFT_GIT_HASH);
#if defined __clang__
    snprintf(provenance->compiler, sizeof provenance->compiler, "clang %s", __clang_version__);
#else
    snprintf(provenance->compiler, sizeof provenance->compiler, "gcc %s", __VERSION__);
#endif
    snprintf(provenance->libraries, sizeof provenance->libraries,
             "GSL %s, %s, SUNDIALS %s, %s (%s), HDF5 %u.%u.%u, jansson %s, zlib %s, zstd %s", gsl_version, fftw_version,
             sundials, openblas_get_config(), openblas_get_corename(), major, minor, release, JANSSON_VERSION,
             zlibVersion(), ZSTD_versionString());
#ifdef SGDMFT_MPI
    const size_t used = strlen(provenance->libraries);
    snprintf(provenance->libraries + used, sizeof provenance->libraries - used, ", MPI %d.%d", MPI_VERSION,
             MPI_SUBVERSION);
#endif
    for (char *c = provenance->libraries; (c = strstr(c, "  ")) != NULL;)
        memmove(c, c + 1, strlen(c));
    cpu_fill(provenance->cpu, sizeof provenance->cpu);
}
