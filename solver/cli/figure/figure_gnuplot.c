/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gnuplot script of a figure. */
#include "solver/cli/figure/figure.h"

#include <math.h>
#include <string.h>

void figure_quote(const char *text, FILE *out)
{
    putc('\'', out);
    for (; *text; text++) {
        if (*text == '\'')
            putc('\'', out);
        putc(*text, out);
    }
    putc('\'', out);
}

#define COLUMN_PIXELS 1040 /* 300 to an inch */
#define COLUMN_POINTS 430
#define COLUMN_CENTIMETRES 8.8

const struct figure_look figure_looks[] = {{"paper", "one column of a journal", 1, 1, 1},
                                           {"talk", "letters, lines and points for a screen", 1.3, 1.5, 1.4},
                                           {NULL, NULL, 0, 0, 0}};

static const double letters_of[] = {[PLOT_PNG] = 25, [PLOT_SVG] = 11, [PLOT_PDF] = 6};

double figure_letters(const struct figure_medium *medium, double share)
{
    const double size = share * letters_of[medium->terminal] * medium->look->letters;
    return round(10 * size) / 10;
}

void figure_head(const struct figure_medium *medium, double width, double height, double letters, const char *data,
                 const char *output, FILE *out)
{
    const double size = figure_letters(medium, letters), lines = medium->look->lines, points = medium->look->points;
    fprintf(out, FIGURE_SCRIPT_START " Variables: data, output.\n");
    fprintf(out, "if (!exists('data')) data = ");
    figure_quote(data, out);
    fprintf(out, "\nif (!exists('output')) output = ");
    figure_quote(output, out);
    switch (medium->terminal) {
    case PLOT_PNG:
        fprintf(out, "\nset terminal pngcairo size %.0f, %.0f font 'Sans,%g' linewidth %g pointscale %g",
                width * COLUMN_PIXELS, height * COLUMN_PIXELS, size, 2.6 * lines, 2.2 * points);
        break;
    case PLOT_SVG:
        fprintf(out, "\nset terminal svg size %.0f, %.0f dynamic font 'Sans,%g' linewidth %g", width * COLUMN_POINTS,
                height * COLUMN_POINTS, size, 1.1 * lines);
        break;
    case PLOT_PDF:
        fprintf(out,
                "\nset terminal pdfcairo size %.2fcm, %.2fcm font 'Sans,%g' fontscale 1 linewidth %g pointscale %g",
                width * COLUMN_CENTIMETRES, height * COLUMN_CENTIMETRES, size, 2 * lines, 1.1 * points);
        break;
    }
    fprintf(out, "\nset output output\nset encoding utf8\nset datafile missing 'nan'\n");
}

void figure_frame(bool grid, FILE *out)
{
    fprintf(out, "set border lw 0.8\nset tics scale 0.6\n%s\nset pointintervalbox 0\n",
            grid ? "set grid lc rgb '#dddddd' lw 0.5" : "");
}

/* Prints the palette, whose colours are those of many curves. */
static void put_palette(FILE *out)
{
    fprintf(out, "set palette defined (");
    for (int i = 0; i < FIGURE_PALETTE; i++)
        fprintf(out, "%s%d '#%06x'", i ? ", " : "", i, figure_palette[i]);
    fprintf(out, ")\n");
}

/* Prints the marks of a logarithmic axis of known range: 1, 2, 5 for few decades, where gnuplot has too few marks,
 * otherwise decades. most: number of decades up to which 2 and 5 are marked. */
static void put_log_marks(const char *axis, const double range[2], double most, FILE *out)
{
    const double decades = log10(range[1] / range[0]);
    const int every = decades > 6 ? (int)ceil(decades / 6) : 1;
    const char *separator = "";
    const bool few = decades < most, small = range[1] < 1e5 && range[0] >= 1e-4;
    fprintf(out, "set %stics (", axis);
    for (int d = (int)floor(log10(range[0])); d <= (int)ceil(log10(range[1])); d++)
        for (int m = 1; m < 10; m++) {
            const double value = m * pow(10, d);
            const bool shown = m == 1 ? d % every == 0 : few && (m == 2 || m == 5);
            if (value < 0.999 * range[0] || value > 1.001 * range[1] || (m > 1 && every > 1))
                continue;
            fprintf(out, "%s", separator);
            if (!shown)
                fprintf(out, "'' %.6g 1", value);
            else if (small)
                fprintf(out, "'%.6g' %.6g", value, value);
            else
                fprintf(out, "'%.0d%s10^{%d}' %.6g", m > 1 ? m : 0, m > 1 ? "·" : "", d, value);
            separator = ", ";
        }
    fprintf(out, ")\n");
}

/* Prints marks at about four round steps, since large letters need room. */
static void put_few_steps(const char *axis, const double ends[2], FILE *out)
{
    const double rough = (ends[1] - ends[0]) / 4, decade = pow(10, floor(log10(rough)));
    if (rough > 0)
        fprintf(out, "set %stics %.10g\n", axis,
                decade
                    * (rough <= 1.1 * decade   ? 1
                       : rough <= 2.2 * decade ? 2
                       : rough <= 5.5 * decade ? 5
                                               : 10));
}

/* The format of the marks for a range that gnuplot chooses. */
static const char *log_format(double largest)
{
    return largest >= 1e5 ? "10^{%L}" : "%g";
}

static void put_range(const char *axis, const double range[2], FILE *out)
{
    char from[40] = "*", to[40] = "*";
    if (!isnan(range[0]))
        snprintf(from, sizeof from, "%.10g", range[0]);
    if (!isnan(range[1]))
        snprintf(to, sizeof to, "%.10g", range[1]);
    fprintf(out, "set %srange [%s:%s]%s\n", axis, from, to, isnan(range[0]) && isnan(range[1]) ? " noextend" : "");
}

/* True if cells are drawn as an image. Readers of svg blur one; there they are rectangles. */
static bool as_image(const struct figure *figure, const struct figure_medium *medium)
{
    return figure->image && medium->terminal != PLOT_SVG;
}

/* Sets the second axes, on which an image is even: they have logarithms in place of logarithmic scales, where gnuplot
 * misplaces it. Without a missing value a cell is left out of an image, and not the others moved. */
static void put_image_axes(const struct figure *figure, FILE *out)
{
    const double *range = figure->range;
    fprintf(out, "unset datafile\nset x2range [%.10g:%.10g]\nset y2range [%.10g:%.10g]\n",
            figure->x_log ? log10(range[0]) : range[0], figure->x_log ? log10(range[1]) : range[1],
            figure->y_log ? log10(range[2]) : range[2], figure->y_log ? log10(range[3]) : range[3]);
}

static void put_element(const struct figure *figure, const struct figure_element *element,
                        const struct figure_medium *medium, FILE *out)
{
    const size_t i = element->block;
    const unsigned rgb = element->colour;
    const char *keyed = " notitle, \\\n  NaN with points pt 7 ps 0.6 lc rgb"; /* a key without bars */
    switch (element->style) {
    case FIGURE_LINE:
    case FIGURE_COMPUTED:
        fprintf(out,
                "data index %zu using 1:(%s):($2+$3) with filledcurves fc rgb '#%06x' fs transparent solid 0.25 "
                "noborder notitle, \\\n  data index %zu using 1:2 with %s lc rgb '#%06x' lw 1.5 title ",
                i, figure->y_log ? "$2>2*$3 ? $2-$3 : $2/2" : "$2-$3", rgb, i,
                element->style == FIGURE_LINE ? "lines" : "linespoints pt 7 ps 0.35", rgb);
        break;
    case FIGURE_PATH:
        fprintf(out, "data index %zu using 1:2 with lines lc rgb '#%06x' lw 1.5 title ", i, rgb);
        break;
    case FIGURE_POINTS:
        fprintf(out, "data index %zu using 1:2:3 with yerrorbars pt 7 ps 0.6 lw 1 lc rgb '#%06x'%s '#%06x' title ", i,
                rgb, keyed, rgb);
        break;
    case FIGURE_CROSSES:
        fprintf(out, "data index %zu using 1:2:3:4 with xyerrorbars pt 7 ps 0.6 lw 1 lc rgb '#%06x'%s '#%06x' title ",
                i, rgb, keyed, rgb);
        break;
    case FIGURE_DASHED:
        fprintf(out, "data index %zu using 1:2 with lines dt 2 lw 1 lc rgb '#%06x' title ", i, rgb);
        break;
    case FIGURE_CELLS:
        if (as_image(figure, medium)) {
            fprintf(out, "data index %zu using (%s):(%s):5 axes x2y2 with image title ", i,
                    figure->x_log ? "log10($1*$2)/2" : "($1+$2)/2", figure->y_log ? "log10($3*$4)/2" : "($3+$4)/2");
            break;
        }
        fprintf(out,
                "data index %zu using (($1+$2)/2):(($3+$4)/2):1:2:3:4:5 with boxxyerror lc palette fs solid 1 border "
                "title ",
                i);
        break;
    case FIGURE_BLANKS:
        fprintf(out,
                "data index %zu using (($1+$2)/2):(($3+$4)/2):1:2:3:4 with boxxyerror fs solid 1 border lc rgb "
                "'#%06x' lc rgb '#%06x' title ",
                i, rgb, rgb);
        break;
    case FIGURE_CONTOURS:
        fprintf(out,
                "data index %zu using 1:2 with lines lc rgb '#60000000' lw 2.2 notitle, \\\n  "
                "data index %zu using 1:2 with lines lc rgb '#%06x' lw 1 title ",
                i, i, rgb);
        break;
    case FIGURE_LABELS:
        fprintf(out, "data index %zu using 1:2:(number($3)) with labels boxed tc rgb '#%06x' font ',%g' title ", i, rgb,
                figure_letters(medium, 0.72));
        break;
    }
    if (element->title[0])
        figure_quote(element->title, out);
    else
        fprintf(out, "''");
}

void figure_put_lines(const char *text, FILE *out)
{
    putc('"', out);
    for (; *text; text++)
        if (*text == '\n')
            fputs("\\n", out);
        else {
            if (*text == '"' || *text == '\\')
                putc('\\', out);
            putc(*text, out);
        }
    putc('"', out);
}

void figure_script(const struct figure *figure, const struct figure_medium *medium, const char *data,
                   const char *output, FILE *out)
{
    size_t titles = 0, longest = 0;
    bool subscript = false; /* in the longest title */
    for (size_t i = 0; i < figure->count; i++) {
        const size_t length = strlen(figure->element[i].title);
        titles += length > 0;
        if (length > longest) {
            longest = length;
            subscript = strstr(figure->element[i].title, "_{") != NULL;
        }
    }
    const size_t across = longest > 28 ? 1 : longest > 14 ? 2 : 3;
    const double lines = figure->key_inside ? 0 : (double)((titles + across - 1) / across);
    const double letters = medium->look->letters;
    figure_head(
        medium, 1,
        0.72 + letters * (0.042 * lines + (figure->title[0] ? 0.04 : 0) + (strchr(figure->title, '\n') ? 0.035 : 0)), 1,
        data, output, out);
    fprintf(out, "# %zu curves\n", figure->count);
    if (figure->title[0]) {
        fprintf(out, "set title ");
        figure_put_lines(figure->title, out);
        fprintf(out, " font ',%g' offset 0, -0.6\n", figure_letters(medium, 0.8 / sqrt(letters)));
    }
    fprintf(out, "set xlabel ");
    figure_quote(figure->x_label, out);
    fprintf(out, " offset 0, 0.3\nset ylabel ");
    figure_quote(figure->y_label, out);
    putc('\n', out);
    figure_frame(!figure->square, out);
    if (titles > 0)
        fprintf(out, "set key %s Left reverse samplen 1.8 spacing 1 font ',%g'",
                figure->key_inside ? "top right inside" : "above", figure_letters(medium, 0.84));
    if (titles > 0 && !figure->key_inside)
        fprintf(out, " maxcols %zu", across);
    else if (titles > 0 && subscript)
        fprintf(out, " width -6"); /* gnuplot takes a text with a subscript for longer than it is */
    fprintf(out, titles > 0 ? "\n" : "unset key\n");
    double ends[4];
    figure_ends(figure, ends);
    fprintf(out, "set format x '%s'\nset format y '%s'\n", figure->x_log ? log_format(ends[1]) : "%.6g",
            figure->y_log ? log_format(ends[3]) : "%.4g");
    if (figure->x_log)
        fprintf(out, "set logscale x\n");
    if (figure->y_log)
        fprintf(out, "set logscale y\n");
    put_range("x", figure->range, out);
    if (letters > 1 && !figure->x_log)
        put_few_steps("x", ends, out);
    put_range("y", figure->range + 2, out);
    if (figure->x_log && !isnan(figure->range[0]) && !isnan(figure->range[1]))
        put_log_marks("x", figure->range, 2.5 / letters, out);
    if (figure->y_log && !isnan(figure->range[2]) && !isnan(figure->range[3]))
        put_log_marks("y", figure->range + 2, 3, out);
    if (as_image(figure, medium))
        put_image_axes(figure, out);
    if (figure->square) {
        put_palette(out);
        fprintf(out, "set cblabel ");
        figure_quote(figure->z_label, out);
        fprintf(out, " offset 1, 0\nset rmargin at screen %.3f\n%s", 0.77 - 0.04 * (letters - 1),
                figure->z_log ? "set logscale cb\n" : "");
        if (figure->z_log)
            put_log_marks("cb", figure->z_range, 3, out);
        fprintf(out, "number(x) = x != 0 && (abs(x) >= 1e5 || abs(x) < 1e-3) ? gprintf(gprintf('%%.0t', x) eq '1' ? "
                     "'10^{%%T}' : '%%.0t·10^{%%T}', x) : sprintf('%%g', x)\n");
        fprintf(out, "set tics front\nset style textbox opaque noborder fc rgb '#30ffffff' margins 0.4, 0.2\n");
    } else if (isnan(figure->range[0]))
        fprintf(out, "set offsets graph 0.02, graph 0.02, graph 0.04, graph 0.04\n");
    fprintf(out, "plot ");
    for (size_t i = 0; i < figure->count; i++) {
        fprintf(out, i ? ", \\\n  " : "");
        put_element(figure, &figure->element[i], medium, out);
    }
    fprintf(out, "\nset output\n");
}
