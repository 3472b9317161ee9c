/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Analyses of a result: the parameters that one sets in a run, the runs that it refuses, and its findings as a json
 * document, the one that the program prints. */
#ifndef SGDMFT_ANALYSES_H
#define SGDMFT_ANALYSES_H

#include <sgdmft/result.h>
#include <sgdmft/run.h>

#define SGDMFT_ANALYSIS_OPTIONS 8

/* An option of an analysis, off by default. */
struct sgdmft_analysis_option {
    const char *name, *meaning;
};

struct sgdmft_analysis {
    const char *name;                                              /* "teff" */
    const char *summary;                                           /* one line */
    struct sgdmft_analysis_option option[SGDMFT_ANALYSIS_OPTIONS]; /* ends with a NULL name */
    /* Sets parameters that the analysis needs and the user did not set. NULL: there are none. */
    enum sgdmft_status (*defaults)(struct sgdmft_settings *settings, bool simulate, struct sgdmft_error *error);
    /* Checks a run. USAGE: the analysis refuses it. */
    enum sgdmft_status (*check)(const struct sgdmft_run *run, bool simulate, struct sgdmft_error *error);
    /* Prints the document. on[i]: option i is set. asked: a run whose window replaces that of the result, or NULL.
     * doubt receives a warning or an empty text. A document can be printed with a status other than OK. */
    enum sgdmft_status (*document)(const struct sgdmft_result *result, const struct sgdmft_run *asked, const bool *on,
                                   FILE *out, struct sgdmft_error *doubt, struct sgdmft_error *error);
};

/* The analysis of this index; NULL past the end. */
SGDMFT_API const struct sgdmft_analysis *sgdmft_analysis_at(size_t index);
/* The analysis of this name; NULL if there is none. */
SGDMFT_API const struct sgdmft_analysis *sgdmft_analysis_find(const char *name);

/* The three functions of an analysis, by its name. simulate: the result is that of a simulation. options: names,
 * ended by NULL. text: the document, owned by the caller (sgdmft_text_free), or NULL. USAGE: unknown analysis or
 * option; the message names the nearest. */
SGDMFT_API enum sgdmft_status sgdmft_analysis_defaults(const char *name, struct sgdmft_settings *settings,
                                                       bool simulate, struct sgdmft_error *error);
SGDMFT_API enum sgdmft_status sgdmft_analysis_check(const char *name, const struct sgdmft_run *run, bool simulate,
                                                    struct sgdmft_error *error);
SGDMFT_API enum sgdmft_status sgdmft_analysis_document(const char *name, const struct sgdmft_result *result,
                                                       const struct sgdmft_run *asked, const char *const *options,
                                                       char **text, struct sgdmft_error *doubt,
                                                       struct sgdmft_error *error);

#endif
