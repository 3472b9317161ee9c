/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manifest.json of a sweep's folder: which points there are, their files and how they ended. */
#ifndef SGDMFT_CLI_MANIFEST_H
#define SGDMFT_CLI_MANIFEST_H

#include "solver/cli/points.h"

#include <jansson.h>

/* FOLDER/name. FILE if it is too long. */
enum sgdmft_status manifest_path(const char *folder, const char *name, size_t size, char *out,
                                 struct sgdmft_error *error);
/* True if the folder has a manifest. */
bool manifest_exists(const char *folder);
/* All points of the manifest, none of them wanted. FILE if it is missing, unreadable or malformed. Free with
 * points_free. */
enum sgdmft_status manifest_read(const char *folder, struct points *points, struct sgdmft_error *error);
/* Atomically. */
enum sgdmft_status manifest_write(const char *folder, const struct points *points, struct sgdmft_error *error);
/* The points as a json array; all, or those that are wanted. */
json_t *manifest_points(const struct points *points, bool only_wanted);

#endif
