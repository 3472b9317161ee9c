/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contents of the files that a run names by a path: its dataset and its plugin. They are part of the run. Checkpoints,
 * results and manifests of sweeps keep their checksums, which runs are compared by. */
#ifndef MODELS_RUN_CONTENTS_H
#define MODELS_RUN_CONTENTS_H

#include "models/base/files.h"
#include <sgdmft/run.h>

#define CONTENTS 2

struct content {
    const char *parameter; /* that has the path: dataset */
    const char *name;      /* of the checksum: dataset_checksum */
};
extern const struct content contents[CONTENTS];

/* The content that a parameter names the path of (dataset: also labels); CONTENTS for other parameters. */
size_t content_of(const struct sgdmft_parameter *parameter);
/* The checksum of content i in a run (FNV-1a, 64 bits); 0: the run has none, or it is unknown. */
uint64_t content_checksum(const struct sgdmft_run *run, size_t i);
void content_set_checksum(struct sgdmft_run *run, size_t i, uint64_t checksum);
/* The checksum of a dataset whose labels are in a file of their own. */
static inline uint64_t content_joined(uint64_t features, uint64_t labels)
{
    return files_hash(features, &labels, sizeof labels);
}
/* The first content whose file differs now from that of the run; CONTENTS if there is none. A file that cannot be read
 * does not count. */
size_t content_changed(const struct sgdmft_run *run);

/* USAGE if content i of run is not the one of this checksum (0: unknown): "dataset: PATH has changed since SINCE". */
enum sgdmft_status content_check(const struct sgdmft_run *run, size_t i, uint64_t checksum, const char *since,
                                 struct sgdmft_error *error);
/* USAGE if two runs have different contents. what: joined, compared. */
enum sgdmft_status contents_check_same(const struct sgdmft_run *a, const struct sgdmft_run *b, const char *what,
                                       struct sgdmft_error *error);

#endif
