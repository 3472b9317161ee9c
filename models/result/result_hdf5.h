/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Layout of result files, for writer and reader. The first 512 bytes (a user block, which HDF5 readers skip) hold a
 * line of text with the checksum of the rest. A file changed in place is refused; a copy into a new HDF5 file, without
 * the
 * block, is read. The rest is HDF5:
 *
 *     /                    attributes format_version, status, last_step, source
 *     /series              step, time [step]; NAME, NAME_se [step]
 *     /two_time            waiting [waiting], lag [lag]; NAME, NAME_se [waiting,lag];
 *                          correlation_matrix, response_matrix and their _se [row,column] with full_matrices
 *     /margins             step [margin_step]; level [level]; raw_edges, edges [edge]; NAME, NAME_se [margin_step ...]
 *     /derived             quantities computed from the rest of the result, with their errors (samples are NaN)
 *     /samples/GROUP/NAME  [sample, axes of NAME]: the value of each group of paths or simulated run
 *     /parameters          one attribute for every parameter of the table
 *     /provenance          attributes
 *
 * Every dataset has the attributes units, description and axes. Datasets above 64 kB are chunked and compressed
 * (shuffle, gzip). */
#ifndef MODELS_RESULT_RESULT_HDF5_H
#define MODELS_RESULT_RESULT_HDF5_H

#include "models/base/files_kind.h"
#include <sgdmft/result.h>

#define RESULT_FORMAT_VERSION 1
#define RESULT_BLOCK 512
#define RESULT_MARK "sgdmft result, fnv1a "
extern const struct files_kind files_result;
/* The name of images in memory: HDF5 refuses the name of an existing file, and this can be none. */
#define RESULT_IMAGE "/dev/null/image"

/* sgdmft_result_read without the matrices of full_matrices, which are large: for what looks at the rest only and
 * writes no result. */
enum sgdmft_status result_read_light(const char *path, struct sgdmft_result **result, struct sgdmft_error *error);

/* complete, not_converged, diverged, interrupted. */
const char *result_status_name(enum sgdmft_status status);
/* theory, simulation. */
const char *result_source_name(enum sgdmft_source source);

/* The text members of a provenance, for writer and reader. */
struct result_text {
    const char *name;
    size_t offset, size;
};
extern const struct result_text result_provenance_texts[];
extern const size_t result_provenance_text_count;

/* The numbers (long) of a dataset that is known, attributes of /provenance beside dataset_path and dataset_checksum
 * (models/run/contents.h; FNV-1a, hexadecimal); only with data law `file`. */
struct result_number {
    const char *name;
    size_t offset;
};
extern const struct result_number result_dataset_numbers[];
extern const size_t result_dataset_number_count;

/* The flags of records that are made (struct sgdmft_kept, long), attributes of /provenance beside contact_loss; only
 * with a formula or a plugin. */
extern const struct result_number result_kept_numbers[];
extern const size_t result_kept_number_count;

#endif
