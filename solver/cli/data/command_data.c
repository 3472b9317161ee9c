/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft data: the format of a table of examples, and its deviation from two Gaussian clusters. */
#include "models/base/memory.h"
#include "models/data/dataset/survey.h"
#include "models/result/json_values.h"
#include "models/run/parameter_table.h"
#include "solver/cli/frame/cli.h"
#include "validation/closed_forms/marchenko_pastur.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEVELS 7
#define NODES 400 /* of the Marchenko-Pastur law */

static const double levels[LEVELS] = {0, 0.05, 0.25, 0.5, 0.75, 0.95, 1};

/* Numbers that are printed. */
struct portrait {
    const struct sgdmft_run *run;
    const struct examples *examples;
    struct survey survey;
    double found[LEVELS], law[LEVELS]; /* quantiles of the eigenvalues, and of Marchenko and Pastur's law */
    double edge;                       /* end of the noise: largest eigenvalue of white noise (chance 0.001) */
    size_t above;                      /* number of larger eigenvalues */
    double law_rank;                   /* effective rank under the law */
};

/* Computes the quantiles of the eigenvalues of the sample covariance of `degrees` rows of covariance `mean` times
 * the identity. */
static enum sgdmft_status law_fill(double degrees, double dim, double mean, double law[LEVELS],
                                   struct sgdmft_error *error)
{
    double *value = malloc(2 * (NODES + 1) * sizeof *value), *weight = value + NODES + 1;
    const double alpha = degrees / dim;
    const size_t count = value ? marchenko_pastur_nodes(alpha, NODES, value, weight) : 0;
    if (count == 0) {
        free(value);
        return memory_fail(error, "the Marchenko-Pastur law");
    }
    for (size_t level = 0; level < LEVELS; level++) {
        double below = 0; /* weight of the previous nodes */
        size_t i = 0;
        while (i + 1 < count && below + weight[i] / 2 < levels[level])
            below += weight[i++];
        law[level] = value[i] * mean / alpha;
    }
    /* ends of the law, which no node reaches */
    law[0] = alpha < 1 ? 0 : pow(1 - sqrt(1 / alpha), 2) * mean;
    law[LEVELS - 1] = pow(1 + sqrt(1 / alpha), 2) * mean;
    free(value);
    return SGDMFT_OK;
}

static enum sgdmft_status spectrum_fill(struct portrait *portrait, struct sgdmft_error *error)
{
    const struct survey *survey = &portrait->survey;
    const double dim = (double)survey->eigenvalues, mean = survey->trace / dim;
    if (survey->eigenvalues == 0)
        return SGDMFT_OK;
    for (size_t level = 0; level < LEVELS; level++) {
        const double place = levels[level] * (dim - 1), part = place - floor(place);
        const size_t at = (size_t)place, next = at + 1 < survey->eigenvalues ? at + 1 : at;
        portrait->found[level] = (1 - part) * survey->eigenvalue[at] + part * survey->eigenvalue[next];
    }
    portrait->edge = survey_upper_edge(survey->degrees, dim) * mean;
    for (size_t i = 0; i < survey->eigenvalues; i++)
        portrait->above += survey->eigenvalue[i] > portrait->edge;
    portrait->law_rank = dim / (1 + dim / survey->degrees);
    return law_fill(survey->degrees, dim, mean, portrait->law, error);
}

/* ---- text ------------------------------------------------------------------------------------------ */

static void print_labels(const struct portrait *portrait)
{
    const struct label_list *labels = &portrait->examples->labels;
    const double rows = (double)portrait->examples->rows;
    for (size_t i = 0; i < labels->count; i++)
        printf("label %-12.40s class %s %8zu rows, %.3g %%\n", labels->value[i], labels->listed[i] ? "+1" : "-1",
               labels->rows[i], 100 * (double)labels->rows[i] / rows);
}

static void print_spectrum(const struct portrait *portrait)
{
    const struct survey *survey = &portrait->survey;
    if (survey->eigenvalues == 0)
        return;
    printf("\ncovariance within the classes, beside %g rows N(0, I) of the same trace (Marchenko and Pastur)\n",
           survey->degrees);
    printf("%-22s", "share below");
    for (size_t level = 0; level < LEVELS; level++)
        printf(" %9g", levels[level]);
    printf("\n%-22s", "eigenvalue");
    for (size_t level = 0; level < LEVELS; level++)
        printf(" %9.4g", portrait->found[level]);
    printf("\n%-22s", "Marchenko-Pastur");
    for (size_t level = 0; level < LEVELS; level++)
        printf(" %9.4g", portrait->law[level]);
    printf("\n%zu of %zu eigenvalues are above %.4g, the end of noise (chance 0.001)\n", portrait->above,
           survey->eigenvalues, portrait->edge);
    printf("rank %zu, effective rank %.4g (Marchenko-Pastur: %.4g)\n", survey->rank, survey->effective_rank,
           portrait->law_rank);
}

static void print_value(const char *name, const struct survey_value *plus, const struct survey_value *minus)
{
    printf("%-32s", name);
    for (int class = 0; class < 2; class ++) {
        const struct survey_value *value = class == 0 ? plus : minus;
        if (isfinite(value->value))
            printf("   %10.3g +- %-8.2g %+6.1f", value->value, value->se, value->value / value->se);
        else
            printf("   %10s    %-8s %6s", "-", "-", "-");
    }
    putchar('\n');
}

static void print_moments(const struct survey *survey)
{
    const struct survey_class *plus = &survey->plus, *minus = &survey->minus;
    printf("\nprojections within each class; 0 for Gaussian clusters (value +- error, value/error)\n");
    printf("%-32s   %-28s %s\n", "", "class +1", "class -1");
    print_value("skewness^2, random directions", &plus->skewness, &minus->skewness);
    print_value("kurtosis, random directions", &plus->kurtosis, &minus->kurtosis);
    print_value("skewness, between the means", &plus->signal_skewness, &minus->signal_skewness);
    print_value("kurtosis, between the means", &plus->signal_kurtosis, &minus->signal_kurtosis);
}

static void portrait_text(const struct portrait *portrait)
{
    const struct sgdmft_run *run = portrait->run;
    const struct sgdmft_dataset *facts = &run->derived.dataset;
    const struct survey *survey = &portrait->survey;
    printf("file     %s\nform     %s\n", run->dataset, facts->form);
    printf("rows     %ld, of which %ld are held out for tests in each run\n", facts->rows, facts->held_out);
    printf("features %ld, %s%s; %ld without variation left out\n", facts->dim,
           run->standardise ? "standardised" : "as they are", run->whiten ? ", whitened" : "", facts->dropped);
    printf("alpha    %.4g\n", run->alpha);
    print_labels(portrait);
    print_spectrum(portrait);
    print_moments(survey);
    printf("\ndistance of the means    %.4g (from sampling alone: %.4g)\n", survey->separation, survey->sampling);
    printf("its square less sampling %.4g +- %.2g\n", survey->separation_square.value, survey->separation_square.se);
    printf("in standard deviations of a class along it: %.4g\n", survey->separation / survey->noise_along);
}

/* ---- json ------------------------------------------------------------------------------------------ */

static json_t *class_json(const struct survey_class *class)
{
    json_t *object = json_object();
    json_object_set_new(object, "rows", json_integer(class->rows));
    json_set_value(object, "skewness_square", class->skewness.value, class->skewness.se);
    json_set_value(object, "kurtosis", class->kurtosis.value, class->kurtosis.se);
    json_set_value(object, "signal_skewness", class->signal_skewness.value, class->signal_skewness.se);
    json_set_value(object, "signal_kurtosis", class->signal_kurtosis.value, class->signal_kurtosis.se);
    return object;
}

static json_t *labels_json(const struct label_list *labels)
{
    json_t *array = json_array();
    for (size_t i = 0; i < labels->count; i++) {
        json_t *object = json_object();
        json_object_set_new(object, "label", json_text(labels->value[i]));
        json_object_set_new(object, "class", json_integer(labels->listed[i] ? 1 : -1));
        json_object_set_new(object, "rows", json_integer((json_int_t)labels->rows[i]));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *spectrum_json(const struct portrait *portrait)
{
    const struct survey *survey = &portrait->survey;
    if (survey->eigenvalues == 0)
        return json_null();
    json_t *object = json_object();
    json_object_set_new(object, "quantile", json_numbers(levels, LEVELS));
    json_object_set_new(object, "eigenvalue", json_numbers(portrait->found, LEVELS));
    json_object_set_new(object, "marchenko_pastur", json_numbers(portrait->law, LEVELS));
    json_object_set_new(object, "edge", json_number(portrait->edge));
    json_object_set_new(object, "above_edge", json_integer((json_int_t)portrait->above));
    json_object_set_new(object, "rank", json_integer((json_int_t)survey->rank));
    json_object_set_new(object, "effective_rank", json_number(survey->effective_rank));
    json_object_set_new(object, "effective_rank_marchenko_pastur", json_number(portrait->law_rank));
    return object;
}

static enum sgdmft_status portrait_json(const struct portrait *portrait, struct sgdmft_error *error)
{
    const struct sgdmft_run *run = portrait->run;
    const struct sgdmft_dataset *facts = &run->derived.dataset;
    const struct survey *survey = &portrait->survey;
    json_t *document = json_document("data", "complete");
    json_object_set_new(document, "parameters", json_parameters(run));
    json_object_set_new(document, "form", json_text(facts->form));
    json_object_set_new(document, "rows", json_integer(facts->rows));
    json_object_set_new(document, "features", json_integer(facts->dim));
    json_object_set_new(document, "dropped", json_integer(facts->dropped));
    json_object_set_new(document, "held_out", json_integer(facts->held_out));
    json_object_set_new(document, "alpha", json_number(run->alpha));
    json_object_set_new(document, "labels", labels_json(&portrait->examples->labels));
    json_object_set_new(document, "covariance", spectrum_json(portrait));
    json_object_set_new(document, "plus", class_json(&survey->plus));
    json_object_set_new(document, "minus", class_json(&survey->minus));
    json_object_set_new(document, "separation", json_number(survey->separation));
    json_object_set_new(document, "separation_sampling", json_number(survey->sampling));
    json_set_value(document, "separation_square", survey->separation_square.value, survey->separation_square.se);
    json_object_set_new(document, "noise_along", json_number(survey->noise_along));
    return json_print(document, stdout, error);
}

/* ---- the command ----------------------------------------------------------------------------------- */

static enum sgdmft_status data(const struct invocation *invocation, struct sgdmft_error *error)
{
    struct portrait portrait = {.run = &invocation->run};
    struct examples *examples;
    if (invocation->run.format == SGDMFT_FORMAT_CSV)
        return sgdmft_fail(error, SGDMFT_USAGE, "format: 'csv' has no effect with data, which has no series");
    if (invocation->dry_run)
        return SGDMFT_OK;
    enum sgdmft_status status = examples_load(&invocation->run, &examples, error);
    if (status)
        return status;
    portrait.examples = examples;
    status = survey_take(examples, invocation->run.seed, &portrait.survey, error);
    if (!status && portrait.survey.eigenvalues == 0)
        warning(invocation, "no spectrum: it needs the eigenvalues of a matrix of more than %d rows",
                SURVEY_MATRIX_MOST);
    if (!status)
        status = spectrum_fill(&portrait, error);
    if (!status && invocation->run.format == SGDMFT_FORMAT_JSON)
        status = portrait_json(&portrait, error);
    else if (!status)
        portrait_text(&portrait);
    survey_free(&portrait.survey);
    examples_free(examples);
    return status;
}

/* Chooses the last of more than two labels as +1, if the user chooses none. */
static enum sgdmft_status choose_label(const struct invocation *invocation, struct sgdmft_settings *settings,
                                       struct sgdmft_error *error)
{
    struct label_list labels;
    const char *positive = sgdmft_settings_get(settings, "positive");
    if (positive && strcmp(positive, "auto") != 0)
        return SGDMFT_OK;
    enum sgdmft_status status = labels_list(settings, &labels, error);
    if (status)
        return status;
    if (labels.count > 2) {
        const char *last = labels.value[labels.count - 1];
        warning(invocation, "positive: auto, of %zu labels the last, %.40s, is +1 and all others are -1", labels.count,
                last);
        status = settings_suggest(settings, "positive", last, error);
    }
    labels_free(&labels);
    return status;
}

const struct command command_data = {
    .name = "data",
    .operands = "FILE",
    .summary = "Show the format of a table of examples, and its deviation from two Gaussian clusters.",
    .takes = OPERANDS_DATASET,
    .least = 1,
    .most = 1,
    .notes = "Nothing is trained. Rows, features, labels and alpha are those of a run with --data file --dataset "
             "FILE. The theory replaces the table by two Gaussian clusters with its means and covariance: "
             "skewness and excess kurtosis of the projections are 0 for these. Eigenvalues above the end of noise are "
             "correlations of the features, which the theory contains.",
    .run = data,
    .prepare = choose_label,
};
