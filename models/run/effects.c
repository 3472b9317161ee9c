/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Effect of a parameter in a run. Records are tested by evaluating them, so that a new record needs no entry here. */
#include "models/registry.h"
#include "models/run/parameter_table.h"

#include <string.h>

static bool has_label_source(const struct sgdmft_run *run, enum sgdmft_label_source source)
{
    struct sgdmft_component component[SGDMFT_COMPONENTS_MAX];
    size_t count = run->data->components(run, component);
    for (size_t i = 0; i < count; i++)
        if (component[i].source == source)
            return true;
    return false;
}

/* True if examples are drawn, in any number and dimension. */
bool effect_drawn(const struct sgdmft_run *run)
{
    return !run->data->derive;
}

bool effect_dataset(const struct sgdmft_run *run)
{
    return run->data->derive != NULL;
}

bool effect_targets(const struct sgdmft_run *run)
{
    struct sgdmft_run sign = *run, gaussian = *run;
    sign.targets = SGDMFT_TARGETS_SIGN;
    gaussian.targets = SGDMFT_TARGETS_GAUSSIAN;
    return has_label_source(&sign, SGDMFT_LABEL_NORMAL) != has_label_source(&gaussian, SGDMFT_LABEL_NORMAL);
}

bool effect_teacher(const struct sgdmft_run *run)
{
    return has_label_source(run, SGDMFT_LABEL_TEACHER);
}

/* Widths and points by which a function with a width is recognised. */
#define WIDTH_SMALL 0.5
#define WIDTH_LARGE 1.5
static const double probe[] = {-2, -1, -0.25, 0.25, 1, 2};
#define PROBES (sizeof probe / sizeof probe[0])

bool effect_teacher_width(const struct sgdmft_run *run)
{
    if (!effect_teacher(run))
        return false;
    for (size_t i = 0; i < PROBES; i++)
        if (run->teacher->label(probe[i], WIDTH_SMALL) != run->teacher->label(probe[i], WIDTH_LARGE))
            return true;
    return false;
}

static bool link_has_width(const struct sgdmft_link *link)
{
    double small[PROBES], large[PROBES], first[PROBES], second[PROBES];
    link->evaluate(PROBES, probe, WIDTH_SMALL, small, first, second);
    link->evaluate(PROBES, probe, WIDTH_LARGE, large, first, second);
    for (size_t i = 0; i < PROBES; i++)
        if (small[i] != large[i])
            return true;
    return false;
}

bool effect_door_width(const struct sgdmft_run *run)
{
    return link_has_width(run->link) || effect_teacher_width(run);
}

bool effect_cluster_variance(const struct sgdmft_run *run)
{
    return run->data->free_variance;
}

bool effect_kappa(const struct sgdmft_run *run)
{
    return run->loss->uses_kappa;
}

bool effect_loss_width(const struct sgdmft_run *run)
{
    static const double label[PROBES] = {1, -1, 1, -1, -1, -1};
    double small[PROBES], large[PROBES], first[PROBES], second[PROBES];
    run->loss->evaluate(PROBES, probe, label, 0, WIDTH_SMALL, small, first, second);
    run->loss->evaluate(PROBES, probe, label, 0, WIDTH_LARGE, large, first, second);
    for (size_t i = 0; i < PROBES; i++)
        if (small[i] != large[i])
            return true;
    return false;
}

bool effect_ridge(const struct sgdmft_run *run)
{
    return run->constraint != SGDMFT_CONSTRAINT_SPHERE;
}

bool effect_margins(const struct sgdmft_run *run)
{
    return sgdmft_has_classes(run) && !run->rule->fresh;
}

bool effect_training_set(const struct sgdmft_run *run)
{
    return !run->rule->fresh;
}

bool effect_contacts(const struct sgdmft_run *run)
{
    return run->loss->uses_kappa && effect_margins(run);
}

bool effect_conditional(const struct sgdmft_run *run)
{
    return run->engine == ENGINE_IS_conditional || (run->engine == ENGINE_IS_AUTO && run_prefers_conditional(run));
}

bool effect_hierarchical(const struct sgdmft_run *run)
{
    return run->engine == ENGINE_IS_hierarchical || (run->engine == ENGINE_IS_AUTO && !run_prefers_conditional(run));
}

bool effect_discrete(const struct sgdmft_run *run)
{
    return !run->rule->continuous;
}

bool effect_steps(const struct sgdmft_run *run)
{
    return !(run->epochs > 0);
}

bool effect_privacy_noise(const struct sgdmft_run *run)
{
    return run->clip_example > 0 && effect_discrete(run);
}

bool effect_momentum(const struct sgdmft_run *run)
{
    return run->momentum > 0;
}

bool effect_force_directions(const struct sgdmft_run *run)
{
    return run->waiting.count > 0 && !run->rule->continuous && run->replicas == 1 && !sgdmft_force_jumps(run);
}

bool effect_checkpoint(const struct sgdmft_run *run)
{
    return *run->checkpoint != '\0';
}

/* ---- records that are made (models/formula) -------------------------------------------------------------- */

static bool is_named(const struct sgdmft_entry *entry, const char *name)
{
    return strcmp(entry->name, name) == 0;
}

bool effect_teacher_formula(const struct sgdmft_run *run)
{
    return effect_teacher(run) && is_named(&run->teacher->entry, "formula");
}

bool effect_link_formula(const struct sgdmft_run *run)
{
    return is_named(&run->link->entry, "formula");
}

bool effect_loss_formula(const struct sgdmft_run *run)
{
    return is_named(&run->loss->entry, "formula");
}

bool effect_formula_constants(const struct sgdmft_run *run)
{
    return effect_teacher_formula(run) || effect_link_formula(run) || effect_loss_formula(run);
}

bool effect_plugin(const struct sgdmft_run *run)
{
    return (effect_teacher(run) && is_named(&run->teacher->entry, "plugin")) || is_named(&run->link->entry, "plugin")
           || is_named(&run->loss->entry, "plugin");
}

/* True if the probability of entering the batch depends on tau, tested at values that every rule allows. */
bool effect_persistence(const struct sgdmft_run *run)
{
    struct sgdmft_run quick = *run, slow = *run;
    quick.rate = slow.rate = 0.1;
    quick.batch = slow.batch = 0.5;
    quick.rate_steps.count = slow.rate_steps.count = 0;
    quick.batch_steps.count = slow.batch_steps.count = 0;
    quick.rate_cycle.count = slow.rate_cycle.count = 0;
    quick.derived.rate.kind = slow.derived.rate.kind = SGDMFT_NAMED_NONE;
    quick.batch_cycle.count = slow.batch_cycle.count = 0;
    quick.persistence = 1;
    slow.persistence = 2;
    return run->rule->probability(&quick, 1, 0) != run->rule->probability(&slow, 1, 0);
}
