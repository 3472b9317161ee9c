/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From texts to a run: parsing, defaults (those that depend on others last), checks. */
#include "models/formula/formula.h"
#include "models/registry.h"
#include "models/run/named_schedule.h"
#include "models/run/parameter_table.h"

#include <string.h>

static enum sgdmft_status fill_given(const struct sgdmft_settings *settings, struct sgdmft_run *run,
                                     struct sgdmft_error *error)
{
    for (size_t i = 0; i < sgdmft_parameter_count; i++) {
        const struct sgdmft_parameter *parameter = &sgdmft_parameters[i];
        const char *text = settings_text(settings, parameter);
        if (!text && parameter->default_for)
            continue;
        enum sgdmft_status status = parameter_parse(parameter, text ? text : parameter->default_text, run, error);
        if (status)
            return status;
    }
    return SGDMFT_OK;
}

/* Sets defaults that depend on other parameters, in the order of the table. */
static enum sgdmft_status fill_dependent(const struct sgdmft_settings *settings, struct sgdmft_run *run,
                                         struct sgdmft_error *error)
{
    for (size_t i = 0; i < sgdmft_parameter_count; i++) {
        const struct sgdmft_parameter *parameter = &sgdmft_parameters[i];
        char buffer[64];
        if (!parameter->default_for || settings_text(settings, parameter))
            continue;
        enum sgdmft_status status = parameter_parse(parameter, parameter_default(parameter, run, buffer), run, error);
        if (status)
            return status;
    }
    return SGDMFT_OK;
}

/* USAGE for a given value without effect in the run. */
static enum sgdmft_status check_effects(const struct sgdmft_settings *settings, const struct sgdmft_run *run,
                                        struct sgdmft_error *error)
{
    for (size_t i = 0; i < sgdmft_parameter_count; i++) {
        const struct sgdmft_parameter *parameter = &sgdmft_parameters[i];
        const char *text = settings_text(settings, parameter);
        if (text && parameter->matters && !parameter->matters(run))
            return sgdmft_fail(error, SGDMFT_USAGE, "%s: '%.80s' has no effect in this run: it needs %s",
                               parameter->name, text, parameter->matters_with);
    }
    return SGDMFT_OK;
}

/* Derives the average, the named schedules, and the dataset of the data law, from its file or from `known`. */
static enum sgdmft_status fill_derived(const struct sgdmft_derived *known, struct sgdmft_run *run,
                                       struct sgdmft_error *error)
{
    enum sgdmft_status status = average_parse(run->average, &run->derived.average, error);
    if (status == SGDMFT_OK)
        status = named_parse("rate_schedule", run->rate_schedule, &run->derived.rate, error);
    if (status == SGDMFT_OK)
        status = named_parse("momentum_schedule", run->momentum_schedule, &run->derived.momentum, error);
    if (status)
        return status;
    if (!known)
        return run->data->derive ? run->data->derive(run, error) : SGDMFT_OK;
    run->derived.dataset = known->dataset;
    run->derived.plugin_checksum = known->plugin_checksum;
    run->derived.kept = known->kept;
    return SGDMFT_OK;
}

/* Derives the spectrum, whose cut may be dim. */
static enum sgdmft_status fill_spectrum(struct sgdmft_run *run, struct sgdmft_error *error)
{
    const enum sgdmft_status status = spectrum_complete(run->covariance_spectrum, run->dim, error);
    return status ? status : spectrum_parse(run->covariance_spectrum, &run->derived.spectrum, error);
}

enum sgdmft_status run_resolve(const struct sgdmft_settings *settings, const struct sgdmft_derived *known,
                               struct sgdmft_run *run, struct sgdmft_error *error)
{
    enum sgdmft_status status;
    memset(run, 0, sizeof *run);
    if ((status = fill_given(settings, run, error)))
        return status;
    formula_imply(settings, run);
    if ((status = formula_take(run, known, error)) || (status = registry_check_run(run, error))
        || (status = fill_derived(known, run, error)) || (status = fill_dependent(settings, run, error))
        || (status = fill_spectrum(run, error)) || (status = check_effects(settings, run, error)))
        return status;
    return run_check(run, error);
}

enum sgdmft_status sgdmft_run_resolve(const struct sgdmft_settings *settings, struct sgdmft_run *run,
                                      struct sgdmft_error *warning, struct sgdmft_error *error)
{
    const enum sgdmft_status status = run_resolve(settings, NULL, run, error);
    if (!status && warning)
        run_warn(run, warning);
    return status;
}
