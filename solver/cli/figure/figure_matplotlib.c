/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The matplotlib script of a figure. It reads the data of the gnuplot script. */
#include "solver/cli/figure/figure_matplotlib.h"

#include <math.h>

#define INCHES 3.46 /* of a column */

/* Head of a script. words() converts labels of gnuplot, with {/:Italic x}, _{eff} and ^2. */
static const char head[] =
    "\n\n"
    "def words(text):\n"
    "    \"\"\"A label for matplotlib: letters in italics, subscripts and superscripts.\"\"\"\n"
    "    text = re.sub(r\"\\{/:Italic ?([^{}]*)\\}\", r\"$\\\\mathit{\\1}$\", text)\n"
    "    text = re.sub(r\"(?<!\\\\)([_^])(?:\\{([^{}]*)\\}|(\\w))\",\n"
    "                  lambda m: \"$%s\\\\mathrm{%s}$\" % (m[1], m[2] or m[3]), text)\n"
    "    return re.sub(r\"\\\\([_^{}@&~\\\\])\", r\"\\1\", text)\n"
    "\n\n"
    "def read(path):\n"
    "    \"\"\"Blocks, separated by two empty lines; an empty line inside a block is a gap.\"\"\"\n"
    "    blocks = []\n"
    "    for text in open(path, encoding=\"utf-8\").read().split(\"\\n\\n\\n\"):\n"
    "        lines = [line.split() for line in text.strip(\"\\n\").split(\"\\n\") if not line.startswith(\"#\")]\n"
    "        width = max((len(line) for line in lines), default=0)\n"
    "        if width:\n"
    "            rows = [[float(x) for x in line] or [np.nan] * width for line in lines]\n"
    "            blocks.append(np.array(rows).T)\n"
    "    return blocks\n"
    "\n\n"
    "blocks = read(data)\n";

void matplotlib_head(const struct figure_medium *medium, double letters, const char *data, const char *output,
                     FILE *out)
{
    const double size = 8 * letters * medium->look->letters;
    fprintf(out, FIGURE_PYTHON_START
            "\n# Usage: python3 SCRIPT [DATA [OUTPUT]]\nimport re\nimport sys\n\n"
            "import matplotlib\n\nmatplotlib.use(\"Agg\")\nimport matplotlib.pyplot as plt\nimport numpy as np\n\n"
            "data = sys.argv[1] if len(sys.argv) > 1 else ");
    figure_put_lines(data, out);
    fputs("\noutput = sys.argv[2] if len(sys.argv) > 2 else ", out);
    figure_put_lines(output, out);
    fprintf(out,
            "\nplt.rcParams.update({\"font.size\": %g, \"axes.titlesize\": %g, \"legend.fontsize\": %g, "
            "\"lines.linewidth\": %g,\n                     \"lines.markersize\": %g, \"axes.linewidth\": %g, "
            "\"grid.color\": \"#dddddd\", \"grid.linewidth\": 0.5,\n                     \"savefig.dpi\": 300, "
            "\"mathtext.default\": \"regular\"})\n",
            size, 0.8 * size, 0.84 * size, 1.2 * medium->look->lines, 3 * medium->look->points,
            0.6 * medium->look->lines);
    fputs(head, out);
}

/* Prints colour and key entry of a curve. */
static void put_keys(const struct figure_element *element, FILE *out)
{
    fprintf(out, ", color=\"#%06x\"", element->colour);
    if (element->title[0]) {
        fputs(", label=words(", out);
        figure_put_lines(element->title, out);
        putc(')', out);
    }
}

static void put_band(const struct figure *figure, const struct figure_element *element, FILE *out)
{
    fprintf(out, "axes.fill_between(x, %s, y + se, color=\"#%06x\", alpha=0.25, linewidth=0)\n",
            figure->y_log ? "np.where(y > 2 * se, y - se, y / 2)" : "y - se", element->colour);
    fprintf(out, "axes.plot(x, y%s", element->style == FIGURE_COMPUTED ? ", marker=\"o\", markersize=2" : "");
}

static void put_element(const struct figure *figure, const struct figure_element *element, FILE *out)
{
    static const char *const columns[] = {[FIGURE_LINE] = "x, y, se",
                                          [FIGURE_COMPUTED] = "x, y, se",
                                          [FIGURE_PATH] = "x, y",
                                          [FIGURE_POINTS] = "x, y, se",
                                          [FIGURE_CROSSES] = "x, y, x_se, se",
                                          [FIGURE_DASHED] = "x, y",
                                          [FIGURE_CELLS] = "left, right, low, high, value",
                                          [FIGURE_BLANKS] = "left, right, low, high",
                                          [FIGURE_CONTOURS] = "x, y, value",
                                          [FIGURE_LABELS] = "x, y, value"};
    static const char bars[] = "fmt=\"o\", elinewidth=0.8, capsize=0";
    const unsigned colour = element->colour;
    fprintf(out, "%s = blocks[%zu]\n", columns[element->style], element->block);
    switch (element->style) {
    case FIGURE_LINE:
    case FIGURE_COMPUTED:
        put_band(figure, element, out);
        break;
    case FIGURE_PATH:
        fputs("axes.plot(x, y", out);
        break;
    case FIGURE_DASHED:
        fputs("axes.plot(x, y, linestyle=\"--\", linewidth=0.8", out);
        break;
    case FIGURE_POINTS:
        fprintf(out, "axes.errorbar(x, y, se, %s", bars);
        break;
    case FIGURE_CROSSES:
        fprintf(out, "axes.errorbar(x, y, se, x_se, %s", bars);
        break;
    case FIGURE_CELLS:
        fprintf(out,
                figure->image
                    ? "rows = np.flatnonzero(left == left[0]).size\n"
                      "cells = axes.pcolormesh(np.append(left[::rows], right[-1]),\n"
                      "    np.append(low[:rows], high[-1]), value.reshape(-1, rows).T, cmap=palette,\n"
                      "    norm=colours, rasterized=True)\n"
                    : "cells = matplotlib.collections.PolyCollection(corners(left, right, low, high), array=value, "
                      "cmap=palette,\n    norm=colours, edgecolors=\"face\", "
                      "linewidths=0.3)\naxes.add_collection(cells)\n");
        fputs("bar = figure.colorbar(cells, ax=axes, label=words(", out);
        figure_put_lines(figure->z_label, out);
        fputs("))\n", out);
        return;
    case FIGURE_BLANKS:
        fprintf(out,
                "axes.add_collection(matplotlib.collections.PolyCollection(corners(left, right, low, high), "
                "facecolors=\"#%06x\",\n    edgecolors=\"#%06x\", linewidths=0.3",
                colour, colour);
        if (element->title[0]) {
            fputs(", label=words(", out);
            figure_put_lines(element->title, out);
            putc(')', out);
        }
        fputs("))\n", out);
        return;
    case FIGURE_CONTOURS:
        fprintf(out,
                "axes.plot(x, y, color=\"black\", alpha=0.6, linewidth=1.6)\naxes.plot(x, y, color=\"#%06x\", "
                "linewidth=0.8)\n",
                colour);
        return;
    case FIGURE_LABELS:
        fprintf(out,
                "for place in zip(x, y, value):\n    axes.text(*place[:2], number(place[2]), ha=\"center\", "
                "va=\"center\", fontsize=\"small\", color=\"#%06x\",\n              bbox={\"facecolor\": \"white\", "
                "\"edgecolor\": \"none\", \"pad\": 0.8, \"alpha\": 0.85})\n",
                colour);
        return;
    }
    put_keys(element, out);
    fputs(")\n", out);
}

static void put_map_tools(const struct figure *figure, FILE *out)
{
    fputs("palette = matplotlib.colors.LinearSegmentedColormap.from_list(\"palette\", [", out);
    for (int i = 0; i < FIGURE_PALETTE; i++)
        fprintf(out, "%s\"#%06x\"", i ? ", " : "", figure_palette[i]);
    fprintf(out,
            "])\n\n\ndef number(value):\n    large = value != 0 and not 1e-3 <= abs(value) < 1e5\n"
            "    mantissa, power = (\"%%.0e\" %% value).split(\"e\")\n"
            "    head = \"\" if mantissa == \"1\" else mantissa + r\"\\cdot \"\n"
            "    return \"$%%s10^{%%d}$\" %% (head, int(power)) if large else \"%%g\" %% value\n\n\n"
            "colours = matplotlib.colors.%s(%.10g, %.10g)\n\n\ndef corners(left, right, low, high):\n"
            "    return np.array([[left, right, right, left], [low, low, high, high]]).T\n\n\n",
            figure->z_log ? "LogNorm" : "Normalize", figure->z_range[0], figure->z_range[1]);
}

static void put_limits(char axis, double from, double to, FILE *out)
{
    if (!isnan(from))
        fprintf(out, "axes.set_%clim(%s=%.10g)\n", axis, axis == 'x' ? "left" : "bottom", from);
    if (!isnan(to))
        fprintf(out, "axes.set_%clim(%s=%.10g)\n", axis, axis == 'x' ? "right" : "top", to);
}

void figure_matplotlib(const struct figure *figure, const struct figure_medium *medium, const char *data,
                       const char *output, FILE *out)
{
    bool keyed = false;
    matplotlib_head(medium, 1, data, output, out);
    fprintf(out, "# %zu curves\n", figure->count);
    if (figure->square)
        put_map_tools(figure, out);
    fprintf(out, "figure, axes = plt.subplots(figsize=(%g, %g), layout=\"constrained\")\n", INCHES, 0.82 * INCHES);
    if (figure->x_log)
        fputs("axes.set_xscale(\"log\")\n", out);
    if (figure->y_log)
        fputs("axes.set_yscale(\"log\")\n", out);
    for (size_t i = 0; i < figure->count; i++) {
        put_element(figure, &figure->element[i], out);
        keyed = keyed || figure->element[i].title[0];
    }
    put_limits('x', figure->range[0], figure->range[1], out);
    put_limits('y', figure->range[2], figure->range[3], out);
    fputs("axes.set_xlabel(words(", out);
    figure_put_lines(figure->x_label, out);
    fputs("))\naxes.set_ylabel(words(", out);
    figure_put_lines(figure->y_label, out);
    fputs("))\naxes.set_title(words(", out);
    figure_put_lines(figure->title, out);
    fprintf(out, "))\n%s%saxes.set_axisbelow(True)\nfigure.savefig(output, bbox_inches=\"tight\")\n",
            figure->square ? "" : "axes.grid(True)\n",
            !keyed ? ""
            : figure->key_inside
                ? "axes.legend(frameon=False, loc=\"upper right\")\n"
                : "figure.legend(frameon=False, loc=\"upper center\", bbox_to_anchor=(0.5, 0), ncols=2)\n");
}
