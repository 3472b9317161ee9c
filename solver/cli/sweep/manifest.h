/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manifest.json of a sweep's folder: its points, their files and status. Each job of an array, or rank, writes a
 * part, so that none waits for another. Readers merge the parts. */
#ifndef SOLVER_CLI_SWEEP_MANIFEST_H
#define SOLVER_CLI_SWEEP_MANIFEST_H

#include "solver/cli/sweep/points.h"

#include "models/base/files_kind.h"
#include <jansson.h>

extern const struct files_kind files_manifest;

/* Makes the path FOLDER/name. FILE: it is too long. */
enum sgdmft_status manifest_path(const char *folder, const char *name, size_t size, char *out,
                                 struct sgdmft_error *error);
/* The part of a sweep that one process or job writes: index (from 0) of `of`; of = 0: all of it, in one manifest. */
struct manifest_part {
    size_t index, of;
};

/* True if the folder has a manifest, whole or in parts. */
bool manifest_exists(const char *folder);
/* Reads all points of manifest.json and of the parts manifest-I-of-N.json, none of them wanted. Free with
 * points_free. FILE: there is no manifest, one is unreadable or malformed, or they are of different sweeps. */
enum sgdmft_status manifest_read(const char *folder, struct points *points, struct sgdmft_error *error);
/* Writes all points, or those of a part that are mine, atomically. */
enum sgdmft_status manifest_write(const char *folder, const struct points *points, struct manifest_part part,
                                  struct sgdmft_error *error);
/* Removes the parts, after a whole manifest contains them. */
void manifest_drop_parts(const char *folder);
/* The points as a json array; only_mine: the wanted points of this process. */
json_t *manifest_points(const struct points *points, bool only_mine);
/* The value of a varied parameter as json: a number or a text. */
json_t *manifest_value(const struct sgdmft_parameter *parameter, const char *text);

#endif
