/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures for gnuplot. */
#include "solver/cli/view/figure.h"

#include "models/base/memory.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FEW 7

static const unsigned few_colours[FEW] = {0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7, 0xe69f00, 0x56b4e9, 0x000000};
static const unsigned viridis[9] = {0x440154, 0x472d7b, 0x3b528b, 0x2c728e, 0x21918c,
                                    0x27ad81, 0x4ec36b, 0x7ad151, 0xaadc32};

static unsigned mix(unsigned a, unsigned b, double share)
{
    unsigned mixed = 0;
    for (int shift = 0; shift < 24; shift += 8) {
        double from = (a >> shift) & 0xff, to = (b >> shift) & 0xff;
        mixed |= (unsigned)lround(from + (to - from) * share) << shift;
    }
    return mixed;
}

unsigned figure_colour(size_t i, size_t n)
{
    if (n <= FEW)
        return few_colours[i];
    double place = 8. * (double)i / (double)(n - 1);
    size_t left = place < 7 ? (size_t)place : 7;
    return mix(viridis[left], viridis[left + 1], place - (double)left);
}

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

bool figure_wants_log(double smallest, double largest)
{
    return smallest > 0 && largest > 100 * smallest;
}

/* ---- data ---------------------------------------------------------------------------------------------- */

bool figure_open(struct figure *figure)
{
    *figure = (struct figure){.range = {(double)NAN, (double)NAN, (double)NAN, (double)NAN}};
    figure->data = open_memstream(&figure->text, &figure->size);
    return figure->data != NULL;
}

size_t figure_block(struct figure *figure, const char *comment)
{
    fprintf(figure->data, "%s# %s\n", figure->blocks ? "\n\n" : "", comment);
    return figure->blocks++;
}

void figure_row(struct figure *figure, size_t count, const double *value)
{
    for (size_t i = 0; i < count; i++)
        fprintf(figure->data, isnan(value[i]) ? "%snan" : "%s%.10g", i ? " " : "", value[i]);
    putc('\n', figure->data);
}

void figure_gap(struct figure *figure)
{
    putc('\n', figure->data);
}

void figure_add(struct figure *figure, enum figure_style style, size_t block, unsigned colour, const char *title)
{
    if (figure->count == figure->room) {
        const size_t room = 2 * figure->room + 16;
        struct figure_element *grown = realloc(figure->element, room * sizeof *grown);
        if (!grown) {
            figure->failed = true;
            return;
        }
        figure->element = grown;
        figure->room = room;
    }
    struct figure_element *element = &figure->element[figure->count++];
    *element = (struct figure_element){.style = style, .block = block, .colour = colour};
    snprintf(element->title, sizeof element->title, "%s", title);
}

enum sgdmft_status figure_close(struct figure *figure, struct sgdmft_error *error)
{
    const bool failed = fclose(figure->data) != 0;
    figure->data = NULL;
    if (failed || figure->failed)
        return memory_fail(error, "the picture");
    return SGDMFT_OK;
}

void figure_free(struct figure *figure)
{
    if (figure->data)
        fclose(figure->data);
    free(figure->text);
    free(figure->element);
    *figure = (struct figure){.data = NULL};
}

/* ---- script ---------------------------------------------------------------------------------------------- */

#define COLUMN_PIXELS 1040 /* 300 to an inch */
#define COLUMN_POINTS 430
#define COLUMN_CENTIMETRES 8.8

void figure_head(enum plot_terminal terminal, double width, double height, const char *data, const char *output,
                 FILE *out)
{
    fprintf(out, FIGURE_SCRIPT_START " Variables: data, output.\n");
    fprintf(out, "if (!exists('data')) data = ");
    figure_quote(data, out);
    fprintf(out, "\nif (!exists('output')) output = ");
    figure_quote(output, out);
    switch (terminal) {
    case PLOT_PNG:
        fprintf(out, "\nset terminal pngcairo size %.0f, %.0f font 'Sans,25' linewidth 2.6 pointscale 2.2",
                width * COLUMN_PIXELS, height * COLUMN_PIXELS);
        break;
    case PLOT_SVG:
        fprintf(out, "\nset terminal svg size %.0f, %.0f dynamic font 'Sans,11' linewidth 1.1", width * COLUMN_POINTS,
                height * COLUMN_POINTS);
        break;
    case PLOT_PDF:
        fprintf(out, "\nset terminal pdfcairo size %.2fcm, %.2fcm font 'Sans,6' fontscale 1 linewidth 2 pointscale 1.1",
                width * COLUMN_CENTIMETRES, height * COLUMN_CENTIMETRES);
        break;
    }
    fprintf(out, "\nset output output\nset encoding utf8\nset datafile missing 'nan'\n");
}

/* The colours of the palette, the same as those of many curves. */
static void put_palette(FILE *out)
{
    fprintf(out, "set palette defined (");
    for (int i = 0; i < 9; i++)
        fprintf(out, "%s%d '#%06x'", i ? ", " : "", i, viridis[i]);
    fprintf(out, ", 9 '#fde725')\n");
}

/* On a logarithmic axis of few decades gnuplot marks too little. */
static void put_few_marks(const char *axis, FILE *out)
{
    fprintf(out, "set for [d=-9:9] for [m in '1 2 5'] %stics add (sprintf('%%g', m*10.**d) m*10.**d)\n", axis);
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

static void put_element(const struct figure *figure, const struct figure_element *element, enum plot_terminal terminal,
                        FILE *out)
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
        fprintf(out,
                "data index %zu using (($1+$2)/2):(($3+$4)/2):1:2:3:4:5 with boxxyerror lc palette fs solid 1 border "
                "title ",
                i);
        break;
    case FIGURE_BLANKS:
        fprintf(out,
                "data index %zu using (($1+$2)/2):(($3+$4)/2):1:2:3:4 with boxxyerror fs solid 1 noborder lc rgb "
                "'#%06x' title ",
                i, rgb);
        break;
    case FIGURE_CONTOURS:
        fprintf(out,
                "data index %zu using 1:2 with lines lc rgb '#60000000' lw 2.2 notitle, \\\n  "
                "data index %zu using 1:2 with lines lc rgb '#%06x' lw 1 title ",
                i, i, rgb);
        break;
    case FIGURE_LABELS:
        fprintf(out, "data index %zu using 1:2:(sprintf('%%g', $3)) with labels boxed tc rgb '#%06x' font ',%s' title ",
                i, rgb,
                terminal == PLOT_PNG   ? "18"
                : terminal == PLOT_SVG ? "8"
                                       : "4.3");
        break;
    }
    if (element->title[0])
        figure_quote(element->title, out);
    else
        fprintf(out, "''");
}

/* In double quotes: a title may have two lines. */
static void put_lines(const char *text, FILE *out)
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

void figure_script(const struct figure *figure, enum plot_terminal terminal, const char *data, const char *output,
                   FILE *out)
{
    size_t titles = 0, longest = 0;
    for (size_t i = 0; i < figure->count; i++) {
        const size_t length = strlen(figure->element[i].title);
        titles += length > 0;
        longest = length > longest ? length : longest;
    }
    const size_t across = longest > 28 ? 1 : longest > 14 ? 2 : 3;
    const double lines = figure->key_inside ? 0 : (double)((titles + across - 1) / across);
    figure_head(terminal, 1,
                0.72 + 0.042 * lines + (figure->title[0] ? 0.04 : 0) + (strchr(figure->title, '\n') ? 0.035 : 0), data,
                output, out);
    fprintf(out, "# %zu curves\n", figure->count);
    if (figure->title[0]) {
        fprintf(out, "set title ");
        put_lines(figure->title, out);
        fprintf(out, " font ',%s' offset 0, -0.6\n", terminal == PLOT_PNG ? "20" : terminal == PLOT_SVG ? "9" : "4.7");
    }
    fprintf(out, "set xlabel ");
    figure_quote(figure->x_label, out);
    fprintf(out, " offset 0, 0.3\nset ylabel ");
    figure_quote(figure->y_label, out);
    fprintf(out, "\nset border lw 0.8\nset tics scale 0.6\n%s\n",
            figure->square ? "" : "set grid lc rgb '#dddddd' lw 0.5");
    if (titles > 0)
        fprintf(out, "set key %s Left reverse samplen 1.8 spacing 1 font ',%s'",
                figure->key_inside ? "top right inside" : "above",
                terminal == PLOT_PNG   ? "21"
                : terminal == PLOT_SVG ? "9.5"
                                       : "5");
    if (titles > 0 && !figure->key_inside)
        fprintf(out, " maxcols %zu", across);
    fprintf(out, titles > 0 ? "\nset pointintervalbox 0\n" : "\nunset key\nset pointintervalbox 0\n");
    fprintf(out, "set format x '%s'\nset format y '%s'\n", figure->x_log ? "%g" : "%.6g",
            figure->y_log ? "%g" : "%.4g");
    if (figure->x_log)
        fprintf(out, "set logscale x\n");
    if (figure->y_log)
        fprintf(out, "set logscale y\n");
    put_range("x", figure->range, out);
    put_range("y", figure->range + 2, out);
    if (figure->x_log && figure->range[1] < 50 * figure->range[0])
        put_few_marks("x", out);
    if (figure->y_log && figure->range[3] < 50 * figure->range[2])
        put_few_marks("y", out);
    if (figure->square) {
        put_palette(out);
        fprintf(out, "set cblabel ");
        figure_quote(figure->z_label, out);
        fprintf(out, " offset 1, 0\nset rmargin at screen 0.77\n%s",
                figure->z_log ? "set logscale cb\nset format cb '%g'\n" : "");
        if (figure->z_few)
            put_few_marks("cb", out);
        fprintf(out, "set tics front\nset style textbox opaque noborder fc rgb '#30ffffff' margins 0.4, 0.2\n");
    } else if (isnan(figure->range[0]))
        fprintf(out, "set offsets graph 0.02, graph 0.02, graph 0.04, graph 0.04\n");
    fprintf(out, "plot ");
    for (size_t i = 0; i < figure->count; i++) {
        fprintf(out, i ? ", \\\n  " : "");
        put_element(figure, &figure->element[i], terminal, out);
    }
    fprintf(out, "\nset output\n");
}
