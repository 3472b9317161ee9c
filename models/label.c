/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Consequences of the data law of a run: the variance Delta, the kind of the labels, and a label with noise. */
#include <sgdmft/run.h>

double sgdmft_variance(const struct sgdmft_run *run)
{
    return run->data->free_variance ? run->cluster_variance : 1;
}

static bool label_is_class(const struct sgdmft_run *run, enum sgdmft_label_source source)
{
    return source == SGDMFT_LABEL_FIXED || (source == SGDMFT_LABEL_TEACHER && run->teacher->classes);
}

bool sgdmft_has_classes(const struct sgdmft_run *run)
{
    struct sgdmft_component component[SGDMFT_COMPONENTS_MAX];
    const size_t count = run->data->components(run, component);
    for (size_t i = 0; i < count; i++)
        if (!label_is_class(run, component[i].source))
            return false;
    return true;
}

bool sgdmft_inputs_are_centred(const struct sgdmft_run *run)
{
    struct sgdmft_component component[SGDMFT_COMPONENTS_MAX];
    const size_t count = run->data->components(run, component);
    if (run->data->derive) /* examples of a dataset, whose classes have their own means */
        return false;
    for (size_t i = 0; i < count; i++)
        if (component[i].centre != 0)
            return false;
    return true;
}

size_t sgdmft_teacher_breakpoints(const struct sgdmft_run *run, double u[SGDMFT_POINTS_MAX])
{
    return run->teacher->breakpoints ? run->teacher->breakpoints(run->teacher_width, u) : 0;
}

bool sgdmft_label_flipped(const struct sgdmft_run *run, double uniform)
{
    return uniform < run->label_noise;
}

double sgdmft_label(const struct sgdmft_run *run, const struct sgdmft_component *component, double u,
                    const double normal[2], double uniform)
{
    double label = 0;
    switch (component->source) {
    case SGDMFT_LABEL_FIXED:
        label = component->label;
        break;
    case SGDMFT_LABEL_TEACHER:
        label = run->teacher->label(u, run->teacher_width);
        break;
    case SGDMFT_LABEL_NORMAL:
        label = normal[0];
        break;
    }
    if (label_is_class(run, component->source))
        return sgdmft_label_flipped(run, uniform) ? -label : label;
    return label + run->label_noise * normal[1];
}
