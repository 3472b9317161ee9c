/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pieces of json that several documents share. */
#ifndef MODELS_RESULT_JSON_VALUES_H
#define MODELS_RESULT_JSON_VALUES_H

#include "models/base/json_scalars.h"
#include "models/kind/kind.h"
#include <sgdmft/result.h>

/* Makes the json object of all parameters of a run, in the order of the table. */
json_t *json_parameters(const struct sgdmft_run *run);
/* Makes the json object of a result's provenance, with its files: dataset (path, checksum, rows) and plugin (path,
 * checksum), each null without. */
json_t *json_provenance(const struct sgdmft_result *result);
/* Makes a document: an object with its first members, command and status. */
json_t *json_document(const char *command, const char *status);
/* Sets source, samples and parameters of a result. */
void json_set_source(json_t *document, const struct sgdmft_result *result);

#endif
