/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Titles, key entries, colours and blocks of curves, and the messages of empty figures. */
#include "solver/cli/view/plot_kinds.h"

#include <math.h>
#include <string.h>

#define DIFFERING_MAX 64

enum { BLOCK_THEORY = 1, BLOCK_SIMULATION };

/* True if a figure has a curve of a source: one block with rows. */
static bool draws(const struct figure *figure, int kind)
{
    for (size_t b = 0; b < figure->blocks; b++)
        if (figure->block[b].kind == kind && figure->block[b].rows > 0)
            return true;
    return false;
}

bool plot_have_source(const struct curves *curves, enum sgdmft_source source)
{
    for (size_t i = 0; i < curves->count; i++)
        if (curves->curve[i].result->source == source)
            return true;
    return false;
}

unsigned plot_colour(const struct curves *curves, const struct curve *curve)
{
    if (curves->groups == 1)
        return figure_colour(curve->result->source == SGDMFT_THEORY ? 0 : 1, 2);
    return figure_colour(curve->group, curves->groups);
}

void plot_symbols(const char *label, char out[200])
{
    char name[64], symbol[SYMBOL_MAX], value[130];
    size_t length = 0;
    out[0] = '\0';
    while (*label && length < 199) {
        const char *equals = strstr(label, " = ");
        const size_t rest = strcspn(equals ? equals + 3 : label, ",");
        if (!equals) { /* a number of the result, no parameter */
            symbol_escape_plot(label, 200, out);
            return;
        }
        snprintf(name, sizeof name, "%.*s", (int)(equals - label < 63 ? equals - label : 63), label);
        symbol_plot_short(name, symbol);
        snprintf(value, sizeof value, "%.*s", (int)(rest < 60 ? rest : 60), equals + 3);
        char escaped[130];
        symbol_escape_plot(value, sizeof escaped, escaped);
        length += (size_t)snprintf(out + length, 200 - length, "%s%.80s = %s", length ? ", " : "", symbol, escaped);
        label = equals + 3 + rest;
        label += strspn(label, ", ");
    }
}

void plot_label(const struct curves *curves, const struct curve *curve, char out[200])
{
    const struct plot_group *group = &curves->group[curve->group];
    const bool simulation = curve->result->source == SGDMFT_SIMULATION;
    out[0] = '\0';
    if (curves->groups == 1)
        snprintf(out, 200, "%s", simulation ? "simulation" : "theory");
    else if (curves_labelled(curves, curve->group, PLOT_LABELS_MAX) && !(simulation && group->theory))
        plot_symbols(group->label, out);
}

void plot_legend_note(const struct curves *curves, const struct figure *figure, char out[100])
{
    const bool all = figure->blocks == 0; /* panels of all series, which have no blocks */
    const bool theory = all ? plot_have_source(curves, SGDMFT_THEORY) : draws(figure, BLOCK_THEORY);
    const bool simulation = all ? plot_have_source(curves, SGDMFT_SIMULATION) : draws(figure, BLOCK_SIMULATION);
    size_t named = 0;
    out[0] = '\0';
    if (curves->groups == 1)
        return;
    for (size_t g = 0; g < curves->groups; g++)
        named += curves_labelled(curves, g, PLOT_LABELS_MAX);
    const int length = snprintf(out, 100, "%s",
                                theory && simulation ? "lines: theory, points: simulation"
                                : theory             ? "theory"
                                                     : "simulation");
    if (named < curves->groups)
        snprintf(out + length, 100 - (size_t)length, "; %zu of %zu curves are named", named, curves->groups);
}

static bool is_among(const char *name, size_t count, const char *const *names)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

void plot_describe(const struct sgdmft_run *run, size_t count, const char *const *varied, bool whole, char out[600])
{
    static const char *const names[] = {"data",  "teacher", "link",  "loss",        "rule",  "kappa", "alpha",
                                        "ridge", "rate",    "batch", "label_noise", "steps", "dim"};
    enum { WORDS = 5, USUAL = 10, ALL = sizeof names / sizeof *names };
    char text[SGDMFT_TEXT_MAX], symbol[SYMBOL_MAX];
    size_t length = 0;
    out[0] = '\0';
    for (size_t i = 0; i < (whole ? ALL : USUAL) && length < 500; i++) {
        const struct sgdmft_parameter *parameter = sgdmft_parameter_find(names[i]);
        const bool plain =
            (i == 2 && !run->link->even) || (strcmp(names[i], "label_noise") == 0 && run->label_noise == 0.0);
        if (plain || is_among(names[i], count, varied) || (parameter->matters && !parameter->matters(run)))
            continue;
        sgdmft_parameter_format(parameter, run, text);
        if (parameter->kind == SGDMFT_REAL)
            snprintf(text, sizeof text, "%.6g", *(const double *)((const char *)run + parameter->offset));
        symbol_plot_short(names[i], symbol);
        length += (size_t)snprintf(out + length, 600 - length, "%s%s%s%.60s", length ? ", " : "",
                                   i < WORDS ? "" : symbol, i < WORDS ? "" : " = ", text);
    }
}

/* Adds a note to the title in a line of its own. */
static void add_note(const char *note, char title[600])
{
    const size_t length = strlen(title);
    if (*note)
        snprintf(title + length, 600 - length, "\n(%s)", note);
}

void plot_title(const struct sgdmft_run *run, const struct points *points, const char *more, char out[600])
{
    const char *varied[POINTS_VARY_MAX] = {NULL};
    const size_t count = points ? points->vary_count : 0;
    for (size_t v = 0; v < count; v++)
        varied[v] = points->vary[v]->name;
    plot_describe(run, count, varied, false, out);
    add_note(more, out);
}

void plot_panel_title(const struct plot_request *request, struct figure *figure)
{
    const struct curves *curves = request->curves;
    const char *differing[DIFFERING_MAX];
    size_t count = 0;
    char note[100];
    plot_legend_note(curves, figure, note);
    for (size_t i = 0; i < sgdmft_parameter_count && count < DIFFERING_MAX; i++)
        if (curves->groups > 1 && curves_differ(curves, &sgdmft_parameters[i]))
            differing[count++] = sgdmft_parameters[i].name;
    plot_describe(&curves->curve[0].result->run, count, differing, false, figure->title);
    add_note(note, figure->title);
}

size_t plot_block(struct figure *figure, const struct curves *curves, const struct curve *curve)
{
    const bool theory = curve->result->source == SGDMFT_THEORY;
    char text[300];
    snprintf(text, sizeof text, "%s %s", theory ? "theory" : "simulation", curves->group[curve->group].label);
    const size_t block = figure_block(figure, text);
    if (block < figure->blocks)
        figure->block[block].kind = theory ? BLOCK_THEORY : BLOCK_SIMULATION;
    return block;
}

double plot_no_nan(double x)
{
    return isnan(x) ? 0 : x;
}

enum sgdmft_status plot_nothing(const char *kind, const char *what, struct sgdmft_error *error)
{
    return sgdmft_fail(error, SGDMFT_USAGE, "kind: %s, but no result has %s", kind, what);
}

void plot_warn(struct figure *figure, size_t drawn, size_t all, const char *why)
{
    if (drawn > 0 && drawn < all)
        snprintf(figure->warning, sizeof figure->warning, "%zu of %zu results are not shown: %.200s", all - drawn, all,
                 why);
}
