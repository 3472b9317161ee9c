/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pieces of json that several documents share. */
#ifndef MODELS_RESULT_JSON_VALUES_H
#define MODELS_RESULT_JSON_VALUES_H

#include "models/base/json_scalars.h"
#include "models/kind/kind.h"
#include <sgdmft/result.h>

/* All parameters of a run, in the order of the table. */
json_t *json_parameters(const struct sgdmft_run *run);
/* Its texts and numbers (result_json.c). */
json_t *json_provenance(const struct sgdmft_provenance *provenance);
/* The dataset of a run (path, checksum, rows); null with another data law than file. */
json_t *json_dataset(const struct sgdmft_run *run);
/* A document: an object with its first members, command and status. */
json_t *json_document(const char *command, const char *status);
/* Sets source, samples and parameters of a result. */
void json_set_source(json_t *document, const struct sgdmft_result *result);

#endif
