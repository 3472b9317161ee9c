/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures of series: a panel for each observable, theory as lines with a band of one standard error, simulation as
 * points with error bars, a colour for each run (Okabe and Ito's for few runs, viridis for many). */
#include "solver/cli/view/plot_script.h"

#include "models/result/result_hdf5.h"
#include "solver/cli/figure/figure_matplotlib.h"
#include "solver/cli/view/plot_kinds.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define PANELS_MAX 16
#define WIDTH 2.02 /* of a page, in columns */

#define HEADER_MAX 1024

struct panel {
    const char *name;
    size_t value, se; /* columns of the data, from 1 as gnuplot counts them */
};

/* ---- data ------------------------------------------------------------------------------------------------ */

/* Writes the names of the columns, separated by blanks. */
static void write_header(char header[HEADER_MAX])
{
    size_t length = (size_t)snprintf(header, HEADER_MAX, "step time");
    for (size_t k = 0; k < sgdmft_observable_count && length < HEADER_MAX; k++)
        if (sgdmft_observables[k].standard)
            length += (size_t)snprintf(header + length, HEADER_MAX - length, " %s %s_se", sgdmft_observables[k].name,
                                       sgdmft_observables[k].name);
}

/* The index of the column NAMEend in a header, counted from 1; 0 if there is none. */
static size_t column_named(const char *header, const char *name, const char *end)
{
    char wanted[96];
    const size_t size = (size_t)snprintf(wanted, sizeof wanted, "%s%s", name, end);
    for (size_t column = 1; *header; column++) {
        const size_t length = strcspn(header, " ");
        if (length == size && strncmp(header, wanted, length) == 0)
            return column;
        header += length + (header[length] == ' ');
    }
    return 0;
}

void plot_data(const struct curves *curves, FILE *out)
{
    char header[HEADER_MAX];
    write_header(header);
    for (size_t i = 0; i < curves->count; i++) {
        const struct sgdmft_result *result = curves->curve[i].result;
        fprintf(out, "%s# %s %s\n# %s\n", i ? "\n\n" : "", result_source_name(result->source),
                curves->group[curves->curve[i].group].label, header);
        for (size_t row = 0; row < result->steps; row++) {
            fprintf(out, "%ld %.17g", result->step[row], result->time[row]);
            for (size_t k = 0; k < sgdmft_observable_count; k++) {
                if (!sgdmft_observables[k].standard)
                    continue;
                const struct sgdmft_quantity *quantity =
                    sgdmft_result_find(result, "series", sgdmft_observables[k].name);
                double value = quantity ? quantity->mean[row] : (double)NAN;
                double se = quantity ? quantity->se[row] : (double)NAN;
                fprintf(out, isnan(value) ? " nan" : " %.17g", value);
                fprintf(out, " %.17g", isnan(se) ? 0 : se); /* with one sample, a point without a bar */
            }
            putc('\n', out);
        }
    }
}

/* ---- the script ------------------------------------------------------------------------------------------ */

static bool needs_logarithm(const struct curves *curves, const char *name)
{
    double smallest = (double)INFINITY, largest = 0;
    for (size_t i = 0; i < curves->count; i++) {
        const struct sgdmft_quantity *quantity = sgdmft_result_find(curves->curve[i].result, "series", name);
        for (size_t j = 0; quantity && j < quantity->length; j++) {
            if (isnan(quantity->mean[j]))
                continue;
            smallest = fmin(smallest, quantity->mean[j]);
            largest = fmax(largest, quantity->mean[j]);
        }
    }
    return figure_wants_log(smallest, largest);
}

static size_t find_panels(const struct curves *curves, struct panel panel[PANELS_MAX])
{
    char header[HEADER_MAX];
    size_t count = 0;
    write_header(header);
    for (size_t k = 0; k < sgdmft_observable_count && count < PANELS_MAX; k++) {
        const char *name = sgdmft_observables[k].name;
        if (sgdmft_observables[k].standard && curves_have(curves, name))
            panel[count++] = (struct panel){
                .name = name, .value = column_named(header, name, ""), .se = column_named(header, name, "_se")};
    }
    return count;
}

bool plot_has_panels(const struct curves *curves)
{
    struct panel panel[PANELS_MAX];
    return find_panels(curves, panel) > 0;
}

static void put_curve(const struct curves *curves, size_t index, const struct panel *panel, FILE *out)
{
    const struct curve *curve = &curves->curve[index];
    const size_t value = panel->value, se = panel->se;
    unsigned rgb = plot_colour(curves, curve);
    fprintf(out, index == 0 ? "plot " : ", \\\n  ");
    if (curve->result->source == SGDMFT_THEORY) {
        fprintf(out,
                "data index %zu using 2:($%zu-$%zu):($%zu+$%zu) with filledcurves fc rgb '#%06x' fs transparent solid "
                "0.25 noborder, \\\n  ",
                index, value, se, value, se, rgb);
        fprintf(out, "data index %zu using 2:%zu with lines lc rgb '#%06x' lw 1.5", index, value, rgb);
    } else {
        size_t every = curve->result->steps / PLOT_POINTS_SHOWN + 1;
        fprintf(out, "data index %zu every %zu using 2:%zu:%zu with yerrorbars pt 7 ps 0.6 lw 1 lc rgb '#%06x'", index,
                every, value, se, rgb);
    }
}

static void put_panel(const struct curves *curves, const struct panel *panel, bool lowest, FILE *out)
{
    char label[64];
    snprintf(label, sizeof label, "%s", panel->name);
    for (char *c = label; *c; c++)
        if (*c == '_')
            *c = ' ';
    fprintf(out, "\nset title '%s' offset 0, -0.6\nset xlabel '%s' offset 0, 0.4\n", label, lowest ? "time" : "");
    fputs(needs_logarithm(curves, panel->name) ? "set logscale y\nset yrange [*:*] noextend\nset format y '10^{%L}'\n"
                                               : "unset logscale y\nset yrange [*:*] noextend\nset format y '%.4g'\n",
          out);
    for (size_t i = 0; i < curves->count; i++)
        put_curve(curves, i, panel, out);
    putc('\n', out);
}

/* Prints the legend, a plot of its own below the panels, since a key is at most as wide as its plot. It has one
 * entry a group. With a single group, theory and simulation have an entry each. */
static void put_legend(const struct curves *curves, double height, size_t columns, FILE *out)
{
    bool both = plot_have_source(curves, SGDMFT_THEORY) && plot_have_source(curves, SGDMFT_SIMULATION);
    const char *separator = "plot";
    fprintf(out,
            "\nset lmargin at screen 0.02\nset rmargin at screen 0.98\nset bmargin at screen 0.005\n"
            "set tmargin at screen %.3f\nunset title\nunset xlabel\nunset tics\nunset border\nunset logscale y\n"
            "set xrange [0:1]\nset yrange [0:1]\n"
            "set key at screen 0.5, screen %.3f center top horizontal Left reverse samplen 2.5 maxcols %zu\n",
            height, height, columns);
    for (size_t i = 0; i < curves->count; i++) {
        const struct curve *curve = &curves->curve[i];
        const struct plot_group *group = &curves->group[curve->group];
        bool simulation = curve->result->source == SGDMFT_SIMULATION;
        if (curves->groups > 1
            && (!curves_labelled(curves, curve->group, PLOT_LABELS_MAX) || (simulation && group->theory)))
            continue;
        char title[300], label[200];
        plot_symbols(group->label, label);
        snprintf(title, sizeof title, "%s%s%s", label,
                 curves->groups > 1 && both && !(group->theory && group->simulation) ? ", " : "",
                 curves->groups > 1 && (!both || (group->theory && group->simulation)) ? ""
                 : simulation                                                          ? "simulation"
                                                                                       : "theory");
        if (simulation)
            fprintf(out, "%s '+' using (NaN):(NaN):(NaN) with yerrorbars pt 7 ps 0.6 lw 1", separator);
        else
            fprintf(out, "%s NaN with lines lw 1.5", separator);
        fprintf(out, " lc rgb '#%06x' title ", plot_colour(curves, curve));
        figure_quote(title, out);
        separator = ", \\\n ";
    }
    putc('\n', out);
}

/* The number of labels side by side. */
static size_t legend_columns(const struct curves *curves, double letters)
{
    size_t width = 12;
    for (size_t g = 0; g < curves->groups; g++) {
        size_t length = strlen(curves->group[g].label) + 12;
        width = length > width ? length : width;
    }
    size_t columns = (size_t)(170 / letters) / (width + 6);
    return columns > 0 ? columns : 1;
}

static size_t legend_lines(const struct curves *curves, size_t columns)
{
    size_t labels = 0;
    for (size_t g = 0; g < curves->groups; g++)
        labels += curves_labelled(curves, g, PLOT_LABELS_MAX);
    if (curves->groups == 1)
        labels = curves->count;
    return (labels + columns - 1) / columns;
}

void plot_script(const struct plot_request *request, const struct figure_medium *medium, const char *data,
                 const char *output, FILE *out)
{
    const struct curves *curves = request->curves;
    struct figure head; /* for its title */
    struct panel panel[PANELS_MAX];
    size_t panels = find_panels(curves, panel);
    size_t columns = panels < 4 ? panels : panels == 4 ? 2 : 3, rows = (panels + columns - 1) / columns;
    const double letters = medium->look->letters;
    size_t side_by_side = legend_columns(curves, letters);
    double legend = 0.015 + 0.03 * (double)legend_lines(curves, side_by_side);
    figure_open(&head);
    plot_panel_title(request, &head);
    const double top = strchr(head.title, '\n') ? 0.88 : 0.91;
    figure_head(medium, WIDTH, 0.6 * WIDTH * letters, 0.8, data, output, out);
    figure_frame(true, out);
    fprintf(out, "unset key\nset format x '%%.6g'\nset xrange [*:*] noextend\n"
                 "set offsets graph 0.02, graph 0.02, graph 0.05, graph 0.05\n");
    fprintf(out, "set multiplot layout %zu, %zu margins %.3f, 0.985, %.3f, %.3f spacing %.3f, %.3f title ", rows,
            columns, 0.06 * letters, legend + 0.075, top, 0.06 * letters, 0.105);
    figure_put_lines(head.title, out);
    fprintf(out, " font ',%g'\n", figure_letters(medium, 0.8));
    for (size_t i = 0; i < panels; i++)
        put_panel(curves, &panel[i], i + columns >= panels, out);
    put_legend(curves, legend, side_by_side, out);
    fprintf(out, "\nunset multiplot\nset output\n");
}

/* ---- for matplotlib --------------------------------------------------------------------------------------- */

/* Prints the curves as tuples: block, true for a theory, colour, key entry. */
static void put_python_curves(const struct curves *curves, FILE *out)
{
    fputs("curves = [\n", out);
    for (size_t i = 0; i < curves->count; i++) {
        const struct curve *curve = &curves->curve[i];
        char label[200];
        plot_label(curves, curve, label);
        fprintf(out, "    (%zu, %s, \"#%06x\", ", i, curve->result->source == SGDMFT_THEORY ? "True" : "False",
                plot_colour(curves, curve));
        figure_put_lines(label, out);
        fputs("),\n", out);
    }
    fputs("]\n", out);
}

static void put_python_panels(const struct curves *curves, FILE *out)
{
    struct panel panel[PANELS_MAX];
    const size_t panels = find_panels(curves, panel);
    fputs("panels = [\n", out);
    for (size_t i = 0; i < panels; i++) {
        fputs("    (", out);
        figure_put_lines(panel[i].name, out);
        fprintf(out, ", %zu, %zu, \"%s\"),\n", panel[i].value - 1, panel[i].se - 1,
                needs_logarithm(curves, panel[i].name) ? "log" : "linear");
    }
    fprintf(out, "]\ncolumns = %d\n", panels < 4 ? (int)panels : panels == 4 ? 2 : 3);
}

static const char python_panels[] =
    "rows = -(-len(panels) // columns)\n"
    "figure, places = plt.subplots(rows, columns, figsize=(7, 2.1 * rows), layout=\"constrained\", squeeze=False)\n"
    "for axes, (name, value, error, scale) in zip(places.flat, panels):\n"
    "    axes.set_title(name.replace(\"_\", \" \"))\n"
    "    axes.set_yscale(scale)\n"
    "    axes.grid(True)\n"
    "    axes.set_axisbelow(True)\n"
    "    for block, theory, colour, label in curves:\n"
    "        x, y, se = blocks[block][1], blocks[block][value], blocks[block][error]\n"
    "        if theory:\n"
    "            axes.fill_between(x, y - se, y + se, color=colour, alpha=0.25, linewidth=0)\n"
    "            axes.plot(x, y, color=colour, label=words(label) or None)\n"
    "        else:\n"
    "            every = len(x) // shown + 1\n"
    "            axes.errorbar(x[::every], y[::every], se[::every], fmt=\"o\", elinewidth=0.8, color=colour,\n"
    "                          label=words(label) or None)\n"
    "for axes in places.flat[len(panels):]:\n"
    "    axes.set_axis_off()\n"
    "for axes in places[-1]:\n"
    "    axes.set_xlabel(\"time\")\n"
    "figure.legend(*places.flat[0].get_legend_handles_labels(), frameon=False,\n"
    "              loc=\"upper center\", bbox_to_anchor=(0.5, 0), ncols=3)\n"
    "figure.suptitle(words(title), fontsize=\"small\")\n"
    "figure.savefig(output, bbox_inches=\"tight\")\n";

void plot_matplotlib(const struct plot_request *request, const struct figure_medium *medium, const char *data,
                     const char *output, FILE *out)
{
    struct figure head; /* for its title */
    matplotlib_head(medium, 0.8, data, output, out);
    put_python_curves(request->curves, out);
    put_python_panels(request->curves, out);
    figure_open(&head);
    plot_panel_title(request, &head);
    fputs("title = ", out);
    figure_put_lines(head.title, out);
    fprintf(out, "\nshown = %d\n%s", PLOT_POINTS_SHOWN, python_panels);
}
