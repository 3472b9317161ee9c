/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Access by name, without the layout of a struct, for bindings of other languages. Returned texts are owned by the
 * caller (sgdmft_text_free); NULL: out of memory. */
#ifndef SGDMFT_BY_NAME_H
#define SGDMFT_BY_NAME_H

#include <sgdmft/compare.h>
#include <sgdmft/result.h>
#include <sgdmft/run.h>

SGDMFT_API void sgdmft_text_free(char *text);

/* The names as json: `version`, `status` (code by name), `parameters` (the table, with choices), `observables`,
 * `analyses`, `engines`, the intervals of the progress and the length of its text. */
SGDMFT_API char *sgdmft_describe(void);

/* Resolves a run as sgdmft_run_resolve does, on the heap. Free with sgdmft_run_free. */
SGDMFT_API enum sgdmft_status sgdmft_run_create(const struct sgdmft_settings *settings, struct sgdmft_run **run,
                                                struct sgdmft_error *warning, struct sgdmft_error *error);
SGDMFT_API void sgdmft_run_free(struct sgdmft_run *run);
/* The parameters as json: numbers, texts, lists of steps, lists of [step, value] for schedules. */
SGDMFT_API char *sgdmft_run_document(const struct sgdmft_run *run);
/* The run as FILE.ini, as sgdmft_run_print writes it. */
SGDMFT_API char *sgdmft_run_config(const struct sgdmft_run *run);
/* Writes json with the estimate of a run: `engine` ("simulator", "implicit" for the simulation), `memory_bytes`,
 * `seconds` on this machine, `disk_bytes` of its file. The first call on a machine measures its speed in a quarter of
 * a second and keeps it in the user's cache folder, as --dry-run does. USAGE if the run cannot be made. */
SGDMFT_API enum sgdmft_status sgdmft_run_estimate(const struct sgdmft_run *run, bool simulate, char **text,
                                                  struct sgdmft_error *error);

/* The run of a result, owned by the result. */
SGDMFT_API const struct sgdmft_run *sgdmft_result_run(const struct sgdmft_result *result);
/* A result without its values as json: `source`, `status`, `last_step`, `samples`, `parameters`, `provenance`,
 * `axes` (values of each axis by name), `quantities` (group, name, units, axes, description, shape). */
SGDMFT_API char *sgdmft_result_document(const struct sgdmft_result *result);
/* The values of a quantity, owned by the result. part: "mean", "se" ([*length]) or "sample" ([samples][*length]).
 * NULL if the result does not have them. */
SGDMFT_API const double *sgdmft_result_values(const struct sgdmft_result *result, const char *group, const char *name,
                                              const char *part, size_t *length);
/* The output of the program for this result. format: "text", "csv" or "json". USAGE: another format. */
SGDMFT_API enum sgdmft_status sgdmft_result_shown(const struct sgdmft_result *result, const char *format, char **text,
                                                  struct sgdmft_error *error);
/* Adds the quantities of the group "derived" that can be computed from the result. NOT_CONVERGED: the run is not
 * stationary. */
SGDMFT_API enum sgdmft_status sgdmft_result_derive(struct sgdmft_result *result, struct sgdmft_error *error);

/* The output of the program for a comparison of two results. The parameters are those of the first result. */
SGDMFT_API enum sgdmft_status sgdmft_comparison_shown(const struct sgdmft_comparison *comparison,
                                                      const struct sgdmft_result *theory, const char *format,
                                                      char **text, struct sgdmft_error *error);

#endif
