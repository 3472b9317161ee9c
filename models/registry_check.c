/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Completeness of records: their texts, and the functions that callers assume. */
#include "models/registry.h"

#include <sgdmft/run.h>

/* Checks a record. has: it has its functions, named `functions` in the message. */
static enum sgdmft_status record_check(const char *kind, const struct sgdmft_entry *entry, bool has,
                                       const char *functions, struct sgdmft_error *error)
{
    if (!entry->name || !entry->summary || !entry->reference)
        return sgdmft_fail(error, SGDMFT_INTERNAL,
                           "%s %s: its record needs name, summary and reference (\"\" for none)", kind,
                           entry->name ? entry->name : "without a name");
    if (!has)
        return sgdmft_fail(error, SGDMFT_INTERNAL, "%s %s: its record needs %s", kind, entry->name, functions);
    return SGDMFT_OK;
}

static enum sgdmft_status check_data(const struct sgdmft_data *data, struct sgdmft_error *error)
{
    return record_check("data law", &data->entry, data->components, "components", error);
}

static enum sgdmft_status check_teacher(const struct sgdmft_teacher *teacher, struct sgdmft_error *error)
{
    return record_check("teacher", &teacher->entry, teacher->label, "label", error);
}

static enum sgdmft_status check_link(const struct sgdmft_link *link, struct sgdmft_error *error)
{
    return record_check("link", &link->entry, link->evaluate && link->inverse, "evaluate and inverse", error);
}

static enum sgdmft_status check_loss(const struct sgdmft_loss *loss, struct sgdmft_error *error)
{
    return record_check("loss", &loss->entry, loss->evaluate, "evaluate", error);
}

static enum sgdmft_status check_rule(const struct sgdmft_rule *rule, struct sgdmft_error *error)
{
    const bool has_steps = !rule->continuous || (rule->discrete && !rule->discrete->continuous);
    if (!has_steps)
        return record_check("rule", &rule->entry, false, "the rule with steps whose limit it is", error);
    return record_check("rule", &rule->entry, rule->probability && rule->select, "probability and select", error);
}

enum sgdmft_status registry_check_run(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    enum sgdmft_status status;
    if ((status = check_data(run->data, error)) || (status = check_teacher(run->teacher, error))
        || (status = check_link(run->link, error)) || (status = check_loss(run->loss, error)))
        return status;
    return check_rule(run->rule, error);
}

enum sgdmft_status registry_check(struct sgdmft_error *error)
{
    enum sgdmft_status status = SGDMFT_OK;
    for (size_t i = 0; !status && sgdmft_data_laws[i]; i++)
        status = check_data(sgdmft_data_laws[i], error);
    for (size_t i = 0; !status && sgdmft_teachers[i]; i++)
        status = check_teacher(sgdmft_teachers[i], error);
    for (size_t i = 0; !status && sgdmft_links[i]; i++)
        status = check_link(sgdmft_links[i], error);
    for (size_t i = 0; !status && sgdmft_losses[i]; i++)
        status = check_loss(sgdmft_losses[i], error);
    for (size_t i = 0; !status && sgdmft_rules[i]; i++)
        status = check_rule(sgdmft_rules[i], error);
    return status;
}
