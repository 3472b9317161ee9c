/* SPDX-License-Identifier: GPL-3.0-or-later */
/* MPI in one file; without it, the same calls for one rank. */
#include "models/base/ranks.h"

#include <stdlib.h>

#ifdef SGDMFT_MPI

#include <mpi.h>

#define PIECE ((size_t)1 << 30) /* MPI counts bytes in an int */

/* True in a process that mpirun or a batch system started as one of several: alone, MPI is not needed, and slow to
 * start. */
static bool launched(void)
{
    static const char *const names[] = {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK", "PMI_SIZE"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (getenv(names[i]))
            return true;
    return false;
}

enum sgdmft_status ranks_start(struct ranks *ranks, struct sgdmft_error *error)
{
    int provided;
    *ranks = RANKS_ONE;
    if (!launched())
        return SGDMFT_OK;
    if (MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS)
        return sgdmft_fail(error, SGDMFT_INTERNAL, "MPI does not start");
    ranks->started = true;
    MPI_Comm_rank(MPI_COMM_WORLD, &ranks->index);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks->count);
    if (provided < MPI_THREAD_FUNNELED)
        return sgdmft_fail(error, SGDMFT_INTERNAL, "this MPI does not allow threads");
    return SGDMFT_OK;
}

void ranks_stop(struct ranks *ranks)
{
    if (ranks->started)
        MPI_Finalize();
    *ranks = RANKS_ONE;
}

void ranks_broadcast(const struct ranks *ranks, int from, void *data, size_t bytes)
{
    if (ranks_count(ranks) == 1)
        return;
    for (size_t done = 0; done < bytes; done += PIECE) {
        const size_t size = bytes - done < PIECE ? bytes - done : PIECE;
        MPI_Bcast((char *)data + done, (int)size, MPI_BYTE, from, MPI_COMM_WORLD);
    }
}

#else

/* Ranks would each do all of the work, and write the same files. */
enum sgdmft_status ranks_start(struct ranks *ranks, struct sgdmft_error *error)
{
    static const char *const names[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"}; /* Open MPI; MPICH, Intel MPI */
    *ranks = RANKS_ONE;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *size = getenv(names[i]);
        if (size && strtol(size, NULL, 10) > 1)
            return sgdmft_fail(
                error, SGDMFT_USAGE,
                "mpirun started %.20s ranks (%s), but this program was built without MPI, and each would "
                "do all of the work: build it with make MPI=1, or start it alone (env -u %s)",
                size, names[i], names[i]);
    }
    return SGDMFT_OK;
}

void ranks_stop(struct ranks *ranks)
{
    *ranks = RANKS_ONE;
}

void ranks_broadcast(const struct ranks *ranks, int from, void *data, size_t bytes)
{
    (void)ranks, (void)from, (void)data, (void)bytes;
}

#endif

enum sgdmft_status ranks_agree(const struct ranks *ranks, enum sgdmft_status status, struct sgdmft_error *error)
{
    for (int from = 0; from < ranks_count(ranks); from++) {
        struct sgdmft_error theirs = {0};
        enum sgdmft_status outcome = status;
        if (from == ranks_index(ranks) && error)
            theirs = *error;
        ranks_broadcast(ranks, from, &outcome, sizeof outcome);
        if (outcome == SGDMFT_OK)
            continue;
        ranks_broadcast(ranks, from, &theirs, sizeof theirs);
        return sgdmft_fail(error, outcome, "%s", theirs.text);
    }
    return status;
}
