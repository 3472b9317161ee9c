/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Analyses: what is asked of a run so that it has what is looked for, and what is found in its result, as a document
 * (json, as the program prints it). */
#ifndef SGDMFT_ANALYSES_H
#define SGDMFT_ANALYSES_H

#include <sgdmft/result.h>
#include <sgdmft/run.h>

#define SGDMFT_ANALYSIS_OPTIONS 8

/* Something that an analysis does only when asked. */
struct sgdmft_analysis_option {
    const char *name, *meaning;
};

struct sgdmft_analysis {
    const char *name;                                              /* "teff" */
    const char *summary;                                           /* one line */
    struct sgdmft_analysis_option option[SGDMFT_ANALYSIS_OPTIONS]; /* ends with a NULL name */
    /* Adds to the texts of a run what the analysis adds where the user gave none; NULL: nothing. */
    enum sgdmft_status (*defaults)(struct sgdmft_settings *settings, bool simulate, struct sgdmft_error *error);
    /* USAGE for a run that it refuses. */
    enum sgdmft_status (*check)(const struct sgdmft_run *run, bool simulate, struct sgdmft_error *error);
    /* Prints the document. on[i]: option i is asked for. asked: a run whose window is taken in place of the result's,
     * or NULL. A status other than OK may come with a document. doubt gets a warning, or none. */
    enum sgdmft_status (*document)(const struct sgdmft_result *result, const struct sgdmft_run *asked, const bool *on,
                                   FILE *out, struct sgdmft_error *doubt, struct sgdmft_error *error);
};

/* By index; NULL past the end. */
SGDMFT_API const struct sgdmft_analysis *sgdmft_analysis_at(size_t index);
/* NULL if there is none of that name. */
SGDMFT_API const struct sgdmft_analysis *sgdmft_analysis_find(const char *name);

/* The three steps by name; `simulate`: the result is that of a simulation. USAGE for a name or an option that is none,
 * with the nearest. options: names, ended by NULL. text: NULL, or the caller's (sgdmft_text_free). */
SGDMFT_API enum sgdmft_status sgdmft_analysis_defaults(const char *name, struct sgdmft_settings *settings,
                                                       bool simulate, struct sgdmft_error *error);
SGDMFT_API enum sgdmft_status sgdmft_analysis_check(const char *name, const struct sgdmft_run *run, bool simulate,
                                                    struct sgdmft_error *error);
SGDMFT_API enum sgdmft_status sgdmft_analysis_document(const char *name, const struct sgdmft_result *result,
                                                       const struct sgdmft_run *asked, const char *const *options,
                                                       char **text, struct sgdmft_error *doubt,
                                                       struct sgdmft_error *error);

#endif
