/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft plot: pictures of results and sweeps, drawn by gnuplot. */
#include "models/base/files.h"
#include "models/base/memory.h"
#include "models/run/suggest.h"
#include "solver/cli/frame/cli.h"
#include "solver/cli/figure/figure_matplotlib.h"
#include "solver/cli/figure/gnuplot.h"
#include "solver/cli/view/plot_kinds.h"
#include "solver/cli/view/plot_script.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum plot_language { PLOT_GNUPLOT, PLOT_MATPLOTLIB };

/* The files of one picture. */
struct picture {
    struct figure_medium medium;
    enum plot_language language;                                 /* language of the script beside it */
    char script_path[FILES_PATH_MAX], data_path[FILES_PATH_MAX]; /* beside the picture, for --script */
    char folder[64];                                             /* temporary; "" before it is made */
    char script[128], data[128], messages[128];                  /* files in this folder */
};

static enum sgdmft_status parse_picture(const char *path, struct picture *picture, struct sgdmft_error *error)
{
    static const char *const endings[] = {".png", ".svg", ".pdf"};
    size_t length = strlen(path);
    for (int i = 0; i < 3; i++) {
        if (length <= 4 || strcmp(path + length - 4, endings[i]) != 0)
            continue;
        picture->medium.terminal = (enum plot_terminal)i;
        if (length > FILES_PATH_MAX - 64)
            return sgdmft_fail(error, SGDMFT_FILE, "out: the name is too long");
        snprintf(picture->script_path, FILES_PATH_MAX, "%.*s.%s", (int)length - 4, path,
                 picture->language == PLOT_GNUPLOT ? "gp" : "py");
        snprintf(picture->data_path, FILES_PATH_MAX, "%.*s.dat", (int)length - 4, path);
        return SGDMFT_OK;
    }
    return sgdmft_fail(error, SGDMFT_USAGE, "out: '%.200s' is not NAME.png, NAME.svg or NAME.pdf", path);
}

static bool is_script(const char *start, size_t size)
{
    return files_starts(start, size, FIGURE_SCRIPT_START);
}

static bool is_data(const char *start, size_t size)
{
    return files_starts(start, size, FIGURE_DATA_START);
}

static bool is_python(const char *start, size_t size)
{
    return files_starts(start, size, FIGURE_PYTHON_START);
}

static const struct files_kind kind_script = {"gnuplot script of sgdmft", is_script, NULL};
static const struct files_kind kind_python = {"matplotlib script of sgdmft", is_python, NULL};
static const struct files_kind *const script_kinds[] = {
    [PLOT_GNUPLOT] = &kind_script, [PLOT_MATPLOTLIB] = &kind_python};
static const struct files_kind kind_data = {"data of a figure of sgdmft", is_data, NULL};

static const struct files_kind *const kinds[] = {
    [PLOT_PNG] = &files_png, [PLOT_SVG] = &files_svg, [PLOT_PDF] = &files_pdf};

/* Checks all files that will be written, before any work. */
static enum sgdmft_status check_out(const struct picture *picture, const char *out, bool keep,
                                    struct sgdmft_error *error)
{
    enum sgdmft_status status = files_try(out, kinds[picture->medium.terminal], error);
    if (!status && keep && !(status = files_try(picture->script_path, script_kinds[picture->language], error)))
        status = files_try(picture->data_path, &kind_data, error);
    return status;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* ---- script and data ------------------------------------------------------------------------------------- */

/* The content of a picture: a figure of one panel, or all series in panels. */
struct drawing {
    const struct plot_kind *kind; /* NULL: all series */
    struct gathering gathering;
    struct curves curves;
    struct figure figure;
};

static void put_script(const struct drawing *drawing, const struct figure_medium *medium, enum plot_language language,
                       const char *data, const char *output, FILE *out)
{
    const struct plot_request all = {.gathering = &drawing->gathering, .curves = &drawing->curves};
    if (drawing->kind && language == PLOT_GNUPLOT)
        figure_script(&drawing->figure, medium, data, output, out);
    else if (drawing->kind)
        figure_matplotlib(&drawing->figure, medium, data, output, out);
    else if (language == PLOT_GNUPLOT)
        plot_script(&all, medium, data, output, out);
    else
        plot_matplotlib(&all, medium, data, output, out);
}

static void put_data(const struct drawing *drawing, FILE *out)
{
    fputs(FIGURE_DATA_START, out);
    if (drawing->kind)
        figure_data(&drawing->figure, out);
    else
        plot_data(&drawing->curves, out);
}

enum { TEXT_SCRIPT, TEXT_DATA, TEXT_LEFT, TEXTS }; /* script and data for gnuplot, and the script beside the picture */

static enum sgdmft_status make_texts(const struct drawing *drawing, const struct picture *picture, const char *out,
                                     char *text[TEXTS], size_t size[TEXTS], struct sgdmft_error *error)
{
    const char *data = base_name(picture->data_path), *output = base_name(out);
    for (int i = 0; i < TEXTS; i++) {
        FILE *stream = open_memstream(&text[i], &size[i]);
        if (!stream)
            return memory_fail(error, "the picture");
        if (i == TEXT_DATA)
            put_data(drawing, stream);
        else
            put_script(drawing, &picture->medium, i == TEXT_SCRIPT ? PLOT_GNUPLOT : picture->language, data, output,
                       stream);
        if (fclose(stream) != 0)
            return memory_fail(error, "the picture");
    }
    return SGDMFT_OK;
}

static enum sgdmft_status make_picture_folder(struct picture *picture, struct sgdmft_error *error)
{
    char folder[64] = "/tmp/sgdmft-plot-XXXXXX";
    if (!mkdtemp(folder))
        return sgdmft_fail(error, SGDMFT_FILE, "cannot make a temporary folder in /tmp: %s", strerror(errno));
    snprintf(picture->folder, sizeof picture->folder, "%s", folder);
    snprintf(picture->script, sizeof picture->script, "%s/script.gp", folder);
    snprintf(picture->data, sizeof picture->data, "%s/data.dat", folder);
    snprintf(picture->messages, sizeof picture->messages, "%s/messages", folder);
    return SGDMFT_OK;
}

static void remove_folder(const struct picture *picture)
{
    if (!picture->folder[0])
        return;
    unlink(picture->script);
    unlink(picture->data);
    unlink(picture->messages);
    rmdir(picture->folder);
}

static enum sgdmft_status draw_picture(const struct drawing *drawing, struct picture *picture, const char *out,
                                       bool keep, struct sgdmft_error *error)
{
    struct files_draft draft;
    char *text[TEXTS] = {NULL};
    size_t size[TEXTS] = {0};
    enum sgdmft_status status = files_begin(&draft, out, kinds[picture->medium.terminal], error);
    if (status)
        return status;
    if (!(status = make_texts(drawing, picture, out, text, size, error))
        && !(status = make_picture_folder(picture, error))
        && !(status = files_write(picture->script, &kind_script, text[TEXT_SCRIPT], size[TEXT_SCRIPT], error))
        && !(status = files_write(picture->data, &kind_data, text[TEXT_DATA], size[TEXT_DATA], error)))
        status = gnuplot_run(picture->script, picture->messages, 2,
                             (const struct gnuplot_variable[]){{"output", draft.temporary}, {"data", picture->data}},
                             kinds[picture->medium.terminal], error);
    if (!status && keep
        && !(status = files_write(picture->script_path, script_kinds[picture->language], text[TEXT_LEFT],
                                  size[TEXT_LEFT], error)))
        status = files_write(picture->data_path, &kind_data, text[TEXT_DATA], size[TEXT_DATA], error);
    if (status)
        files_cancel(&draft);
    else
        status = files_commit(&draft, error);
    remove_folder(picture);
    for (int i = 0; i < TEXTS; i++)
        free(text[i]);
    return status;
}

/* ---- the command -------------------------------------------------------------------------------------------- */

const struct plot_kind *const plot_kinds[] = {&plot_observable, &plot_fdt,     &plot_spectrum,
                                              &plot_replicas,   &plot_margins, &plot_families,
                                              &plot_map,        &plot_level,   NULL};

static enum sgdmft_status find_kind(const char *name, const struct plot_kind **kind, struct sgdmft_error *error)
{
    const char *names[16];
    size_t count = 0;
    for (; plot_kinds[count]; count++) {
        names[count] = plot_kinds[count]->name;
        if (strcmp(plot_kinds[count]->name, name) == 0) {
            *kind = plot_kinds[count];
            return SGDMFT_OK;
        }
    }
    char meant[SUGGESTION_MAX], list[200] = "";
    for (size_t i = 0, length = 0; i < count; i++)
        length += (size_t)snprintf(list + length, sizeof list - length, "%s%s", i ? ", " : ": it is one of ", names[i]);
    return sgdmft_fail(error, SGDMFT_USAGE, "kind: there is no '%.40s'%s", name,
                       *suggestion(name, "'", "'", names, count, meant) ? meant : list);
}

/* Applies --log, in place of the axes chosen by the kind. */
static enum sgdmft_status choose_axes(const struct invocation *invocation, struct drawing *drawing,
                                      struct sgdmft_error *error)
{
    const char *text = invocation_option(invocation, "log", 0);
    struct figure *figure = &drawing->figure;
    int choice = 0; /* none|x|y|xy */
    if (!text)
        return SGDMFT_OK;
    if (!drawing->kind || drawing->kind == &plot_map)
        return sgdmft_fail(error, SGDMFT_USAGE, "log: it has no effect with %s",
                           drawing->kind ? "--kind map" : "the panels of all series");
    const enum sgdmft_status status = invocation_choice(invocation, "log", &choice, error);
    if (status)
        return status;
    figure->x_log = choice & 1;
    figure->y_log = choice & 2;
    /* gnuplot chooses a range that ends at zero, without values that have no logarithm */
    for (int i = 0; i < 4; i++)
        if (i < 2 ? figure->x_log : figure->y_log)
            figure->range[i] = figure->range[i] > 0 ? figure->range[i] : (double)NAN;
    return SGDMFT_OK;
}

/* Chooses the kind. Without --kind: series for results and sweeps of runs, otherwise the usual observable of the
 * sweep over its parameters. */
static enum sgdmft_status choose_kind(const struct invocation *invocation, struct drawing *drawing,
                                      struct plot_request *request, struct sgdmft_error *error)
{
    const char *name = invocation_option(invocation, "kind", 0), *level;
    const struct gathering *gathering = &drawing->gathering;
    enum sgdmft_status status = SGDMFT_OK;
    *request = (struct plot_request){.gathering = gathering,
                                     .curves = &drawing->curves,
                                     .observable = invocation_option(invocation, "observable", 0),
                                     .x = invocation_option(invocation, "x", 0)};
    while (!status && (level = invocation_option(invocation, "level", request->level_count))) {
        if (request->level_count == PLOT_LEVELS_MAX)
            return sgdmft_fail(error, SGDMFT_USAGE, "level: at most %d", PLOT_LEVELS_MAX);
        status = level_parse(level, &request->level[request->level_count++], error);
    }
    const bool one = gathering->sweep_count == 1 && gathering->item[0].point;
    const struct points *sweep = one ? gathering->item[0].points : NULL;
    const bool own =
        !status && sweep && sweep->level[0] && request->level_count == 0 && !request->x && !request->observable;
    if (own && (!name || strcmp(name, plot_level.name) == 0)) /* the level line of the sweep */
        status = level_parse(sweep->level, &request->level[request->level_count++], error);
    if (!status && name)
        status = find_kind(name, &drawing->kind, error);
    else if (request->level_count > 0)
        drawing->kind = &plot_level;
    else if (gathering->count > 0 && gathering->item[0].point
             && (request->x || !gathering->item[0].points->what->analysis->of_series))
        drawing->kind = &plot_families;
    else if (request->observable)
        drawing->kind = &plot_observable;
    if (status)
        return status;
    const struct plot_kind *kind = drawing->kind;
    if (kind == &plot_observable && !request->observable)
        drawing->kind = NULL;
    if (request->x && kind != &plot_families && kind != &plot_map)
        return sgdmft_fail(error, SGDMFT_USAGE, "x: '%.80s' has no effect without --kind curves or map", request->x);
    if (request->level_count > 0 && kind != &plot_level && kind != &plot_map)
        return sgdmft_fail(error, SGDMFT_USAGE, "level: it has no effect with --kind %s", kind->name);
    if (request->observable && (kind == &plot_level || kind == &plot_fdt || kind == &plot_spectrum))
        return sgdmft_fail(error, SGDMFT_USAGE, "observable: '%.80s' has no effect with --kind %s", request->observable,
                           kind->name);
    return SGDMFT_OK;
}

static enum sgdmft_status load(const struct invocation *invocation, const struct figure_medium *medium,
                               struct drawing *drawing, struct sgdmft_error *error)
{
    struct plot_request request;
    enum sgdmft_status status = gather(invocation->file_count, invocation->file, &drawing->gathering, error);
    if (!status)
        status = choose_kind(invocation, drawing, &request, error);
    if (!status && (!drawing->kind || drawing->kind->from_curves))
        status = curves_load(&drawing->gathering, &drawing->curves, error);
    if (!status && !drawing->kind && !plot_has_panels(&drawing->curves))
        status = sgdmft_fail(error, SGDMFT_USAGE, "kind: series, but no result has an observable at two or more steps");
    if (!status && !drawing->kind)
        status = choose_axes(invocation, drawing, error);
    if (status || !drawing->kind)
        return status;
    figure_open(&drawing->figure);
    drawing->figure.letters = medium->look->letters;
    status = drawing->kind->make(&request, &drawing->figure, error);
    if (!status)
        status = choose_axes(invocation, drawing, error);
    if (!status)
        status = figure_close(&drawing->figure, error);
    if (!status && drawing->figure.warning[0])
        warning(invocation, "%s", drawing->figure.warning);
    return status;
}

static enum sgdmft_status choose_style(const struct invocation *invocation, struct picture *picture,
                                       struct sgdmft_error *error)
{
    int look = 0, language = PLOT_GNUPLOT; /* paper|talk, gnuplot|matplotlib */
    enum sgdmft_status status = invocation_choice(invocation, "style", &look, error);
    if (!status)
        status = invocation_choice(invocation, "script", &language, error);
    picture->medium.look = &figure_looks[look];
    picture->language = (enum plot_language)language;
    return status;
}

static enum sgdmft_status plot(const struct invocation *invocation, struct sgdmft_error *error)
{
    const char *out = invocation_option(invocation, "out", 0);
    struct picture *picture = calloc(1, sizeof *picture);
    struct drawing *drawing = calloc(1, sizeof *drawing);
    const bool keep = invocation_option(invocation, "script", 0) != NULL;
    enum sgdmft_status status;
    if (!picture || !drawing)
        status = memory_fail(error, "the picture");
    else if (!out)
        status = sgdmft_fail(error, SGDMFT_USAGE, "out: a picture needs --out FILE.png");
    else if (!(status = choose_style(invocation, picture, error)) && !(status = parse_picture(out, picture, error))
             && !(status = check_out(picture, out, keep, error)) && !(status = gnuplot_check(error))
             && !(status = load(invocation, &picture->medium, drawing, error)) && !invocation->dry_run)
        status = draw_picture(drawing, picture, out, keep, error);
    if (drawing) {
        figure_free(&drawing->figure);
        curves_free(&drawing->curves);
        gather_free(&drawing->gathering);
    }
    free(drawing);
    free(picture);
    return status;
}

static const struct command_option options[] = {
    {"out", "FILE.png", "the picture; .png, .svg or .pdf", false, NULL},
    {"kind", "series|fdt|spectrum|replicas|margins|curves|map|level", "kind of figure", false, NULL},
    {"observable", "OBSERVABLE", "its observable (margins: raw, normalised, wall or wall_normalised)", false, NULL},
    {"x", "PARAMETER", "curves, map: the parameter on the horizontal axis", false, NULL},
    {"level", "OBSERVABLE=VALUE", "level: the level line; map: its lines, in place of those chosen by the program",
     true, NULL},
    {"style", "paper|talk", "size of letters, lines and points: for one column of a journal (default), for a screen",
     false, NULL},
    {"log", "none|x|y|xy", "logarithmic axes (default: those with positive values over two decades or more)", false,
     NULL},
    {"script", "[gnuplot|matplotlib]",
     "write beside the picture NAME.EXT its data, NAME.dat, and a script that draws it: NAME.gp (default) or NAME.py",
     false, NULL},
    {NULL, NULL, NULL, false, NULL},
};

const struct command command_plot = {
    .name = "plot",
    .operands = "FOLDER|RESULT.h5 ...",
    .summary = "Draw a sweep or results.",
    .takes = OPERANDS_FILES,
    .least = 1,
    .most = 10000,
    .options = options,
    .notes = "Theory is drawn as lines with a band of one standard error, simulation as points with error bars. "
             "Runs that differ have different colours, and the key names the parameters that differ. Kinds: "
             "series, observables in time (all of them in panels, or one); fdt, correlation against integrated "
             "response with the fitted slopes; spectrum, the effective temperature of each frequency; replicas, "
             "their distance; margins, the law of the margins; of sweeps: curves, an observable over a parameter; "
             "map, a heat map over two parameters with lines of equal value; level, level lines. Figures of one "
             "panel are one column of a journal wide.",
    .run = plot,
};
