/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers and texts of json documents, and the printing of documents. */
#ifndef MODELS_BASE_JSON_SCALARS_H
#define MODELS_BASE_JSON_SCALARS_H

#include <jansson.h>
#include <sgdmft/status.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Makes a number, null if the value is not finite. A new reference; NULL without memory. */
json_t *json_number(double value);
json_t *json_numbers(const double *value, size_t count);
json_t *json_steps(const long *value, size_t count);
/* Makes a text; bytes that are not UTF-8 become question marks. */
json_t *json_text(const char *text);
/* Makes an integer, or a text if it is too large for json readers (above 2^63 - 1). */
json_t *json_seed(uint64_t seed);
/* Sets NAME and NAME_se: two numbers, or two arrays. */
void json_set_value(json_t *object, const char *name, double value, double se);
void json_set_values(json_t *object, const char *name, const double *value, const double *se, size_t count);
/* Writes an object with one member a line, numbers with 17 digits, and frees it. FILE if writing fails. */
enum sgdmft_status json_print(json_t *object, FILE *out, struct sgdmft_error *error);

#endif
