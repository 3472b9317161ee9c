/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The records of a run that are no built-in ones: made from formulas, or taken from the plugin. */
#include "models/formula/formula.h"
#include "models/base/files.h"
#include "models/base/memory.h"
#include "models/registry.h"
#include "models/run/parameter_table.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Stand for a record until it is made. */
#define MADE(kind)                                                                                                     \
    static const struct sgdmft_##kind kind##_of_formula = {                                                            \
        .entry = {.name = "formula", .summary = SUMMARY_formula(kind), .reference = ""}};                              \
    static const struct sgdmft_##kind kind##_of_plugin = {                                                             \
        .entry = {.name = "plugin", .summary = SUMMARY_plugin(kind), .reference = ""}};
MADE(loss)
MADE(link)
MADE(teacher)
const void *const formula_losses[] = {&loss_of_formula, &loss_of_plugin, NULL};
const void *const formula_links[] = {&link_of_formula, &link_of_plugin, NULL};
const void *const formula_teachers[] = {&teacher_of_formula, &teacher_of_plugin, NULL};

/* One kind of record that may be made. */
struct made {
    const struct formula_kind *kind;
    const char *parameter, *symbol; /* of a plugin */
    const void *const *names;       /* formula, plugin */
    size_t record, text;            /* members of a run */
    enum sgdmft_status (*check)(const struct sgdmft_run *run, const struct formula *formula,
                                struct sgdmft_error *error);
    const void *(*kept)(const struct sgdmft_kept *kept, bool plugin);
};

/* The teacher first: what labels are possible follows from it. */
static const struct made kinds[] = {
    {&formula_teacher, "teacher", "plugin_teacher", formula_teachers, offsetof(struct sgdmft_run, teacher),
     offsetof(struct sgdmft_run, teacher_formula), formula_check_teacher, kept_teacher},
    {&formula_link, "link", "plugin_link", formula_links, offsetof(struct sgdmft_run, link),
     offsetof(struct sgdmft_run, link_formula), formula_check_link, kept_link},
    {&formula_loss, "loss", "plugin_loss", formula_losses, offsetof(struct sgdmft_run, loss),
     offsetof(struct sgdmft_run, loss_formula), formula_check_loss, kept_loss},
};
#define KINDS (sizeof kinds / sizeof kinds[0])

static const void **record_of(const struct made *made, struct sgdmft_run *run)
{
    return (const void **)((char *)run + made->record);
}

static const char *text_of(const struct made *made, const struct sgdmft_run *run)
{
    return (const char *)run + made->text;
}

void formula_imply(const struct sgdmft_settings *settings, struct sgdmft_run *run)
{
    for (size_t i = 0; i < KINDS; i++)
        if (*text_of(&kinds[i], run) && !settings_text(settings, sgdmft_parameter_find(kinds[i].parameter)))
            *record_of(&kinds[i], run) = kinds[i].names[0];
}

/* Makes the record and tests it; for all values of parameters or (own) for those of the run. */
static enum sgdmft_status make_formula(const struct made *made, const struct formula *formula, bool own,
                                       struct sgdmft_run *run, struct sgdmft_error *error)
{
    const char *name = made->kind->parameter;
    const void *record = NULL;
    char *words = formula_words(formula, own ? run : NULL);
    if (!words)
        return memory_fail(error, "%s", name);
    enum sgdmft_status status =
        formula_object(name, made->kind->what, words, NULL, "sgdmft_made", true, &record, error);
    free(words);
    if (!status && !record)
        return sgdmft_fail(error, SGDMFT_INTERNAL, "%s: the compiled object has no record", name);
    if (status)
        return status;
    *record_of(made, run) = record;
    return made->check(run, formula, error);
}

/* A record that is refused, or whose flags depend on parameters, is made for those of the run. */
static enum sgdmft_status take_formula(const struct made *made, struct formula_constants *constants,
                                       struct formula *formula, struct sgdmft_run *run, struct sgdmft_error *error)
{
    const char *text = text_of(made, run), *name = made->kind->parameter;
    if (!*text)
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: formula needs %s", made->parameter, name);
    enum sgdmft_status status = formula_parse(made->kind, text, constants, formula, error);
    if (status)
        return status;
    status = make_formula(made, formula, false, run, error);
    return status && formula_has_parameters(formula) ? make_formula(made, formula, true, run, error) : status;
}

static enum sgdmft_status take_plugin(const struct made *made, bool reading, struct sgdmft_run *run,
                                      struct sgdmft_error *error)
{
    unsigned char *source;
    size_t size;
    if (!*run->plugin)
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: plugin needs a C source (plugin)", made->parameter);
    enum sgdmft_status status = files_read(run->plugin, &source, &size, error);
    if (status)
        return status;
    if (!reading) /* else that of the result */
        run->derived.plugin_checksum = files_hash(FILES_HASH_START, source, size);
    status = formula_object("plugin", "plugin", NULL, (const char *)source, made->symbol, !reading,
                            record_of(made, run), error);
    free(source);
    if (!status && !*record_of(made, run))
        return sgdmft_fail(error, SGDMFT_USAGE, "plugin: %.300s does not define SGDMFT_API const struct sgdmft_%s %s",
                           run->plugin, made->parameter, made->symbol);
    const struct sgdmft_entry *entry = status ? NULL : *record_of(made, run);
    if (!status && (!entry->name || strcmp(entry->name, "plugin") != 0))
        return sgdmft_fail(error, SGDMFT_USAGE, "plugin: the name in the record %s must be \"plugin\"", made->symbol);
    return status;
}

static enum sgdmft_status take(const struct made *made, const struct sgdmft_derived *known,
                               struct formula_constants *constants, struct formula *formula, struct sgdmft_run *run,
                               struct sgdmft_error *error)
{
    const bool is_formula = *record_of(made, run) == made->names[0];
    enum sgdmft_status status;
    if (!is_formula && *record_of(made, run) != made->names[1])
        return SGDMFT_OK;
    if (known && known->kept.there) {
        *record_of(made, run) = made->kept(&known->kept, !is_formula);
        return *record_of(made, run) ? SGDMFT_OK
                                     : sgdmft_fail(error, SGDMFT_FILE, "its %s_flags are unknown", made->parameter);
    }
    if (is_formula)
        return take_formula(made, constants, formula, run, error);
    status = take_plugin(made, known != NULL, run, error);
    return status ? status : made->check(run, NULL, error);
}

enum sgdmft_status formula_take(struct sgdmft_run *run, const struct sgdmft_derived *known, struct sgdmft_error *error)
{
    struct formula_constants constants;
    enum sgdmft_status status = formula_constants_parse(run->formula_constants, &constants, error);
    if (!(run->teacher_width > 0))
        run->teacher_width = run->door_width; /* as its default, which is set later */
    struct formula *formula = status ? NULL : malloc(sizeof *formula);
    if (!status && !formula)
        status = memory_fail(error, "a formula");
    for (size_t i = 0; i < KINDS && !status; i++)
        status = take(&kinds[i], known, &constants, formula, run, error);
    free(formula);
    const bool made = !status && !(known && known->kept.there) && effect_formula_constants(run);
    for (size_t i = 0; i < constants.count && made && !status; i++)
        if (!constants.used[i])
            status = sgdmft_fail(error, SGDMFT_USAGE, "formula_constants: '%s' is in no formula", constants.name[i]);
    return status;
}

enum sgdmft_status formula_make(struct sgdmft_run *run, struct sgdmft_error *error)
{
    if (!run->derived.kept.there)
        return SGDMFT_OK;
    for (size_t i = 0; i < KINDS; i++)
        for (size_t j = 0; kinds[i].names[j]; j++) {
            const struct sgdmft_entry *name = kinds[i].names[j], *entry = *record_of(&kinds[i], run);
            if (strcmp(entry->name, name->name) == 0)
                *record_of(&kinds[i], run) = name;
        }
    run->derived.kept.there = false;
    return formula_take(run, NULL, error);
}
