/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything by name, without the layout of a struct: what the binding of another language needs. Texts that are
 * returned are the caller's (sgdmft_text_free); NULL: no memory. */
#ifndef SGDMFT_BY_NAME_H
#define SGDMFT_BY_NAME_H

#include <sgdmft/compare.h>
#include <sgdmft/result.h>
#include <sgdmft/run.h>

SGDMFT_API void sgdmft_text_free(char *text);

/* The names, as json: `version`, `status` (code by name), `parameters` (the table, with choices), `observables`,
 * `analyses`, `engines`, how often progress is shown and how long its text is. */
SGDMFT_API char *sgdmft_describe(void);

/* sgdmft_run_resolve for a run on the heap; free with sgdmft_run_free. */
SGDMFT_API enum sgdmft_status sgdmft_run_create(const struct sgdmft_settings *settings, struct sgdmft_run **run,
                                                struct sgdmft_error *warning, struct sgdmft_error *error);
SGDMFT_API void sgdmft_run_free(struct sgdmft_run *run);
/* The parameters as json: numbers, texts, lists of steps, lists of [step, value] for schedules. */
SGDMFT_API char *sgdmft_run_document(const struct sgdmft_run *run);
/* sgdmft_run_print as a text. */
SGDMFT_API char *sgdmft_run_config(const struct sgdmft_run *run);
/* As json, the `engine` ("simulator", "implicit" for the simulation) and what the run will take: `memory_bytes`,
 * `seconds` on this machine, `disk_bytes` of its file. The first call on a machine measures its speed, in a quarter of
 * a second, and keeps it in the user's cache folder, as --dry-run does. USAGE if the run cannot be made. */
SGDMFT_API enum sgdmft_status sgdmft_run_estimate(const struct sgdmft_run *run, bool simulate, char **text,
                                                  struct sgdmft_error *error);

/* The run of a result, which owns it. */
SGDMFT_API const struct sgdmft_run *sgdmft_result_run(const struct sgdmft_result *result);
/* All but the values, as json: `source`, `status`, `last_step`, `samples`, `parameters`, `provenance`, `axes` (values
 * of each axis by name), `quantities` (group, name, units, axes, description, shape). */
SGDMFT_API char *sgdmft_result_document(const struct sgdmft_result *result);
/* The values of a quantity, its result's: part is "mean", "se" ([*length]) or "sample" ([samples][*length]). NULL if
 * the result does not have them. */
SGDMFT_API const double *sgdmft_result_values(const struct sgdmft_result *result, const char *group, const char *name,
                                              const char *part, size_t *length);
/* The program's output: format is text, csv or json (USAGE for another). */
SGDMFT_API enum sgdmft_status sgdmft_result_shown(const struct sgdmft_result *result, const char *format, char **text,
                                                  struct sgdmft_error *error);
/* Adds the group "derived", as far as the result allows. NOT_CONVERGED: a run that is not stationary. */
SGDMFT_API enum sgdmft_status sgdmft_result_derive(struct sgdmft_result *result, struct sgdmft_error *error);

/* The same of a comparison of two results, of which the first gives the run. */
SGDMFT_API enum sgdmft_status sgdmft_comparison_shown(const struct sgdmft_comparison *comparison,
                                                      const struct sgdmft_result *theory, const char *format,
                                                      char **text, struct sgdmft_error *error);

#endif
