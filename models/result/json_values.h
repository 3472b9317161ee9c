/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pieces of json that several documents share. */
#ifndef MODELS_RESULT_JSON_VALUES_H
#define MODELS_RESULT_JSON_VALUES_H

#include <jansson.h>
#include <sgdmft/result.h>
#include <stdio.h>

/* null where the value is not finite. New references; NULL without memory. */
json_t *json_number(double value);
json_t *json_numbers(const double *value, size_t count);
json_t *json_steps(const long *value, size_t count);
/* A text; bytes that are not UTF-8 become question marks. */
json_t *json_text(const char *text);
/* An integer; a text where json readers could not hold it (above 2^63 - 1). */
json_t *json_seed(uint64_t seed);
/* The value of a parameter: a number, a text, a list of steps, or a list of [step, value] for schedules. */
json_t *json_parameter(const struct sgdmft_parameter *parameter, const struct sgdmft_run *run);
/* All of the table, in its order. */
json_t *json_parameters(const struct sgdmft_run *run);
/* A document: an object with its first members, command and status. */
json_t *json_document(const char *command, const char *status);
/* Sets source, samples and parameters of a result. */
void json_set_source(json_t *document, const struct sgdmft_result *result);
/* Writes an object with one member a line, numbers with 17 digits. FILE if out does not take it. */
enum sgdmft_status json_print(const json_t *object, FILE *out, struct sgdmft_error *error);

#endif
