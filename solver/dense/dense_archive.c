/* SPDX-License-Identifier: GPL-3.0-or-later */
/* State of the dense engine between two steps, for checkpoints. The rest is drawn again by start (examples, tables) or
 * computed by each step. */
#include "solver/dense/dense_archive.h"

#include "solver/paths/paths_archive.h"

/* With a spectrum the modes, their mixture and the averages are states of their own. */
static bool mixture_archive(struct field *field, size_t rows, struct archive *archive)
{
    if (!archive_count(archive, &field->coordinates, field->width) || !basis_archive(&field->mixed, archive))
        return false;
    for (size_t replica = 0; replica < field->replicas; replica++) {
        archive_rows(archive, field_row(field, replica, 0), rows, field->rank, field->width);
        for (size_t mode = 1; mode < field->modes; mode++)
            archive_rows(archive, field_weights(field, mode, replica, 0), rows, field->coordinates, field->width);
    }
    return !archive->failed;
}

/* Innovations are rows of the paths' basis, which is archived before. */
static bool innovations_archive(struct field *field, const struct basis *basis, struct archive *archive)
{
    for (size_t a = 0; a < field->rank; a++) {
        size_t row = archive->writing ? (size_t)(field->innovation[a] - basis->row) / basis->paths : 0;
        if (!archive_count(archive, &row, basis->rows))
            return false;
        field->innovation[a] = basis->row + row * basis->paths;
    }
    return true;
}

bool field_archive(struct field *field, const struct paths *paths, long step, struct archive *archive)
{
    const size_t rows = (size_t)step + 1;
    if (!archive_mark(archive, "field") || !archive_count(archive, &field->rank, field->width)
        || !innovations_archive(field, &paths->basis, archive) || !basis_archive(&field->forces, archive))
        return false;
    for (size_t i = 0; i < field->forces.rows; i++)
        archive_count(archive, &field->of_force[i], field->width);
    if (field->plain)
        field->coordinates = field->rank;
    else if (!mixture_archive(field, rows, archive))
        return false;
    for (size_t replica = 0; replica < field->replicas; replica++)
        archive_rows(archive, field_weights(field, 0, replica, 0), rows, field->coordinates, field->width);
    return !archive->failed;
}

static bool correlation_archive(struct correlation *x, size_t rows, struct archive *archive)
{
    return archive_rows(archive, x->C, rows, rows, x->stride) && archive_rows(archive, x->M, rows, rows, x->stride);
}

/* Kernels of a spectrum: modes beside the averages, and the averages of the field. */
static bool modes_archive(struct dyson *dyson, size_t rows, struct archive *archive)
{
    for (size_t i = 0; i < dyson->modes && dyson->modes > 1; i++) {
        struct mode *mode = &dyson->mode[i];
        archive_doubles(archive, mode->m, rows);
        archive_rows(archive, mode->R, rows, rows, dyson->stride);
        archive_rows(archive, mode->own.C, rows, rows, dyson->stride);
        if (dyson->replicas)
            archive_rows(archive, mode->cross.C, rows, rows, dyson->stride);
    }
    if (!dyson->plain)
        archive_rows(archive, dyson->field_R, rows, rows, dyson->stride);
    return archive_doubles(archive, dyson->field_m, rows) && archive_doubles(archive, dyson->field_square, rows);
}

bool dyson_archive(struct dyson *dyson, long step, struct archive *archive)
{
    const size_t rows = (size_t)step + 1;
    return archive_mark(archive, "dyson") && archive_doubles(archive, dyson->m, rows)
           && archive_rows(archive, dyson->R, rows, rows, dyson->stride)
           && correlation_archive(&dyson->own, rows, archive)
           && (!dyson->replicas || correlation_archive(&dyson->cross, rows, archive))
           && modes_archive(dyson, rows, archive);
}

bool tangent_archive(struct tangent *tangent, struct archive *archive)
{
    const size_t most = tangent->steps + 1;
    archive_mark(archive, "tangent");
    for (size_t i = 0; i < tangent->paths && !archive->failed; i++) {
        struct tangent_path *path = &tangent->path[i];
        archive_count(archive, &path->rows, most);
        archive_count(archive, &path->used, most * (most + 1) / 2);
        archive_doubles(archive, path->curvature, path->rows);
        archive_words(archive, path->step, path->rows);
        archive_doubles(archive, path->arena, path->used);
    }
    return !archive->failed;
}

bool dense_archive(void *state, struct archive *archive)
{
    struct dense *dense = state;
    struct ensemble *ensemble = &dense->ensemble;
    return archive_mark(archive, "dense") && ensemble_archive(ensemble, archive)
           && field_archive(&dense->omega, &ensemble->paths, ensemble->k, archive)
           && dyson_archive(&dense->dyson, ensemble->k, archive)
           && archive_doubles(archive, dense->g, (size_t)ensemble->k * ensemble->paths.all)
           && tangent_archive(&dense->tangent, archive)
           && (!dense->controls || surprise_archive(&dense->surprise, ensemble->k, archive));
}
