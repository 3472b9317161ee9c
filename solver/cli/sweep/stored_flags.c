/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A complete sweep of a formula is resumed without making its records: the results keep their flags. */
#include "solver/cli/sweep/stored_flags.h"

#include "models/base/files.h"
#include "models/result/result_hdf5.h"
#include "models/run/parameter_table.h"
#include "solver/cli/sweep/manifest.h"

#include <stdlib.h>
#include <string.h>

/* Parameters that the flags of records depend on. */
static const char *const names[] = {"loss",
                                    "loss_formula",
                                    "kappa",
                                    "loss_width",
                                    "link",
                                    "link_formula",
                                    "door_width",
                                    "teacher",
                                    "teacher_formula",
                                    "teacher_width",
                                    "data",
                                    "formula_constants",
                                    "contact_tolerance"};
#define NAMES (sizeof names / sizeof names[0])

static bool has_formula(const struct sgdmft_settings *settings)
{
    return !sgdmft_settings_get(settings, "plugin")
           && (sgdmft_settings_get(settings, "loss_formula") || sgdmft_settings_get(settings, "link_formula")
               || sgdmft_settings_get(settings, "teacher_formula"));
}

/* False if a varied parameter of the flags has another value in the settings than at the point. */
static bool may_be(const struct sgdmft_settings *settings, const struct points *known, const struct point *point,
                   struct sgdmft_run *room)
{
    char text[SGDMFT_TEXT_MAX];
    for (size_t i = 0; i < NAMES; i++)
        for (size_t v = 0; v < known->vary_count; v++) {
            const struct sgdmft_parameter *parameter = known->vary[v];
            const char *given = strcmp(parameter->name, names[i]) == 0 ? settings_text(settings, parameter) : NULL;
            if (!given)
                continue;
            if (parameter_parse(parameter, given, room, NULL))
                return false;
            sgdmft_parameter_format(parameter, room, text);
            if (strcmp(text, point->value[v]) != 0)
                return false;
        }
    return true;
}

static bool same_flags(const struct sgdmft_run *a, const struct sgdmft_run *b)
{
    char text_a[SGDMFT_TEXT_MAX], text_b[SGDMFT_TEXT_MAX];
    for (size_t i = 0; i < NAMES; i++) {
        const struct sgdmft_parameter *parameter = sgdmft_parameter_find(names[i]);
        sgdmft_parameter_format(parameter, a, text_a);
        sgdmft_parameter_format(parameter, b, text_b);
        if (strcmp(text_a, text_b) != 0)
            return false;
    }
    return true;
}

/* Resolves with the flags of a result; its dataset is that of the run. */
static bool resolve_by(const char *path, const struct sgdmft_settings *settings, struct sgdmft_run *run)
{
    struct sgdmft_result *result = NULL;
    if (result_read_light(path, &result, NULL))
        return false;
    const struct sgdmft_derived *known = &result->run.derived;
    const bool found = known->kept.there && run_resolve(settings, known, run, NULL) == SGDMFT_OK
                       && (!run->data->derive || run->data->derive(run, NULL) == SGDMFT_OK)
                       && same_flags(run, &result->run);
    sgdmft_result_free(result);
    return found;
}

static bool find(const struct sgdmft_settings *settings, const char *folder, struct sgdmft_run *run)
{
    struct points known;
    char name[64], path[FILES_PATH_MAX];
    bool found = false;
    if (!manifest_exists(folder) || manifest_read(folder, &known, NULL))
        return false;
    for (size_t i = 0; i < known.count && !found; i++) {
        if (known.point[i].status == POINT_REFUSED || !may_be(settings, &known, &known.point[i], run))
            continue;
        points_file(&known, &known.point[i], points_have(&known, true), name);
        found = manifest_path(folder, name, sizeof path, path, NULL) == SGDMFT_OK && resolve_by(path, settings, run);
    }
    points_free(&known);
    return found;
}

enum sgdmft_status stored_resolve_in(const char *folder, const struct sgdmft_settings *settings, struct sgdmft_run *run,
                                     struct sgdmft_error *warning, struct sgdmft_error *error)
{
    struct sgdmft_error reason = {.status = SGDMFT_OK};
    const enum sgdmft_status status = sgdmft_run_resolve(settings, run, warning, &reason);
    if (!status || (folder && has_formula(settings) && find(settings, folder, run)))
        return SGDMFT_OK;
    return sgdmft_fail(error, status, "%s", reason.text);
}

enum sgdmft_status stored_resolve(const struct sgdmft_settings *settings, struct sgdmft_run *run,
                                  struct sgdmft_error *warning, struct sgdmft_error *error)
{
    return stored_resolve_in(sgdmft_settings_get(settings, "out"), settings, run, warning, error);
}
