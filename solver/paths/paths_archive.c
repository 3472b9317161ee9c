/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Archive of the paths between two steps: batches, and counts of the draws. paths_create draws the examples again. */
#include "solver/paths/paths_archive.h"

bool basis_archive(struct basis *basis, struct archive *archive)
{
    return archive_mark(archive, "basis") && archive_count(archive, &basis->rows, SIZE_MAX)
           && archive_doubles(archive, basis->row, basis_kept(basis) * basis->paths);
}

bool paths_archive(struct paths *paths, struct archive *archive)
{
    const struct state_table arrays = paths_arrays(paths->replicas, paths->group.paths);
    return archive_mark(archive, "paths") && state_archive(&arrays, paths, archive)
           && archive_count(archive, &paths->innovations, SIZE_MAX) && quasi_archive(paths->quasi, archive)
           && basis_archive(&paths->basis, archive);
}
