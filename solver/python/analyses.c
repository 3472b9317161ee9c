/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of analyses, and calls of their functions by name. */
#include "models/run/suggest.h"
#include "models/base/memory.h"
#include "solver/observe/boundary_law.h"
#include "solver/observe/replicas.h"
#include "solver/observe/teff.h"

#include <sgdmft/analyses.h>
#include <stdlib.h>
#include <string.h>

static enum sgdmft_status teff(const struct sgdmft_result *result, const struct sgdmft_run *asked, const bool *on,
                               FILE *out, struct sgdmft_error *doubt, struct sgdmft_error *error)
{
    struct teff teff = {.spectrum = on[0], .identities = on[1], .force = on[2]};
    enum sgdmft_status status = teff_measure(result, asked, &teff, error);
    if (teff.fdt && *teff.fdt->warning)
        sgdmft_fail(doubt, SGDMFT_OK, "%s", teff.fdt->warning);
    if (!status && (teff.temperatures || teff.identities))
        status = teff_json(&teff, out, error);
    if (!status)
        status = teff_refusal(&teff, error);
    sgdmft_fdt_free(teff.fdt);
    return status;
}

static enum sgdmft_status replicas(const struct sgdmft_result *result, const struct sgdmft_run *asked, const bool *on,
                                   FILE *out, struct sgdmft_error *doubt, struct sgdmft_error *error)
{
    (void)asked, (void)on, (void)doubt;
    return replicas_json(result, out, error);
}

static enum sgdmft_status boundary(const struct sgdmft_result *result, const struct sgdmft_run *asked, const bool *on,
                                   FILE *out, struct sgdmft_error *doubt, struct sgdmft_error *error)
{
    (void)asked, (void)on, (void)doubt;
    const enum sgdmft_status status = boundary_find(result, error);
    return status ? status : boundary_json(result, out, error);
}

#define OPTION(name, meaning) {name, meaning},
static const struct sgdmft_analysis analyses[] = {
    {"teff", TEFF_SUMMARY, {TEFF_OPTIONS(OPTION)}, teff_defaults, teff_check, teff},
    {"replicas", REPLICAS_SUMMARY, {{NULL, NULL}}, replicas_defaults, replicas_check, replicas},
    {"boundary", BOUNDARY_SUMMARY, {{NULL, NULL}}, NULL, boundary_check, boundary},
};
enum { COUNT = sizeof analyses / sizeof *analyses };

const struct sgdmft_analysis *sgdmft_analysis_at(size_t index)
{
    return index < COUNT ? &analyses[index] : NULL;
}

const struct sgdmft_analysis *sgdmft_analysis_find(const char *name)
{
    for (size_t i = 0; i < COUNT; i++)
        if (strcmp(analyses[i].name, name) == 0)
            return &analyses[i];
    return NULL;
}

static enum sgdmft_status find(const char *name, const struct sgdmft_analysis **analysis, struct sgdmft_error *error)
{
    const char *names[COUNT];
    char meant[SUGGESTION_MAX];
    *analysis = sgdmft_analysis_find(name);
    if (*analysis)
        return SGDMFT_OK;
    for (size_t i = 0; i < COUNT; i++)
        names[i] = analyses[i].name;
    return sgdmft_fail(error, SGDMFT_USAGE, "unknown analysis '%.80s'%s", name,
                       suggestion(name, "'", "'", names, COUNT, meant));
}

/* Sets the options that the caller names. */
static enum sgdmft_status read_options(const struct sgdmft_analysis *analysis, const char *const *options,
                                       bool on[SGDMFT_ANALYSIS_OPTIONS], struct sgdmft_error *error)
{
    const char *names[SGDMFT_ANALYSIS_OPTIONS];
    char meant[SUGGESTION_MAX];
    size_t count = 0;
    for (; analysis->option[count].name; count++)
        names[count] = analysis->option[count].name;
    for (; options && *options; options++) {
        size_t i = 0;
        while (i < count && strcmp(names[i], *options) != 0)
            i++;
        if (i == count)
            return sgdmft_fail(error, SGDMFT_USAGE, "unknown option '%.80s' of %s%s", *options, analysis->name,
                               suggestion(*options, "'", "'", names, count, meant));
        on[i] = true;
    }
    return SGDMFT_OK;
}

enum sgdmft_status sgdmft_analysis_defaults(const char *name, struct sgdmft_settings *settings, bool simulate,
                                            struct sgdmft_error *error)
{
    const struct sgdmft_analysis *analysis;
    const enum sgdmft_status status = find(name, &analysis, error);
    return status || !analysis->defaults ? status : analysis->defaults(settings, simulate, error);
}

enum sgdmft_status sgdmft_analysis_check(const char *name, const struct sgdmft_run *run, bool simulate,
                                         struct sgdmft_error *error)
{
    const struct sgdmft_analysis *analysis;
    const enum sgdmft_status status = find(name, &analysis, error);
    return status ? status : analysis->check(run, simulate, error);
}

enum sgdmft_status sgdmft_analysis_document(const char *name, const struct sgdmft_result *result,
                                            const struct sgdmft_run *asked, const char *const *options, char **text,
                                            struct sgdmft_error *doubt, struct sgdmft_error *error)
{
    const struct sgdmft_analysis *analysis;
    bool on[SGDMFT_ANALYSIS_OPTIONS] = {false};
    size_t size = 0;
    *text = NULL;
    enum sgdmft_status status = find(name, &analysis, error);
    if (!status)
        status = read_options(analysis, options, on, error);
    if (status)
        return status;
    FILE *out = open_memstream(text, &size);
    if (!out)
        return memory_fail(error, "the document");
    status = analysis->document(result, asked, on, out, doubt, error);
    if (fclose(out) != 0 || size == 0) {
        free(*text);
        *text = NULL;
    }
    return status;
}
