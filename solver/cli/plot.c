/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft plot: pictures of series, drawn by gnuplot. */
#include "models/run/files.h"
#include "solver/cli/cli.h"
#include "solver/cli/gnuplot.h"
#include "solver/cli/plot_script.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Everything that one picture needs on disk. */
struct picture {
    enum plot_terminal terminal;
    char script_path[FILES_PATH_MAX], data_path[FILES_PATH_MAX]; /* beside the picture, for --script */
    char folder[64];                                            /* temporary; "" before it is made */
    char script[128], data[128], messages[128];                 /* in it */
};

static enum sgdmft_status parse_out(const char *path, struct picture *picture, struct sgdmft_error *error)
{
    static const char *const endings[] = {".png", ".svg", ".pdf"};
    size_t length = strlen(path);
    for (int i = 0; i < 3; i++) {
        if (length <= 4 || strcmp(path + length - 4, endings[i]) != 0)
            continue;
        picture->terminal = (enum plot_terminal)i;
        if (length > FILES_PATH_MAX - 64)
            return sgdmft_fail(error, SGDMFT_FILE, "out: the name is too long");
        snprintf(picture->script_path, FILES_PATH_MAX, "%.*s.gp", (int)length - 4, path);
        snprintf(picture->data_path, FILES_PATH_MAX, "%.*s.dat", (int)length - 4, path);
        return SGDMFT_OK;
    }
    return sgdmft_fail(error, SGDMFT_USAGE, "out: '%.200s' does not end in .png, .svg or .pdf", path);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* ---- script and data ------------------------------------------------------------------------------------- */

static enum sgdmft_status make_texts(const struct curves *curves, const struct picture *picture, const char *out,
                                     char *text[2], size_t size[2], struct sgdmft_error *error)
{
    for (int i = 0; i < 2; i++) {
        FILE *stream = open_memstream(&text[i], &size[i]);
        if (!stream)
            return sgdmft_fail(error, SGDMFT_USAGE, "not enough memory for the picture");
        if (i == 0)
            plot_script(curves, picture->terminal, base_name(picture->data_path), base_name(out), stream);
        else
            plot_data(curves, stream);
        if (fclose(stream) != 0)
            return sgdmft_fail(error, SGDMFT_USAGE, "not enough memory for the picture");
    }
    return SGDMFT_OK;
}

static enum sgdmft_status make_folder(struct picture *picture, struct sgdmft_error *error)
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

static enum sgdmft_status draw(const struct curves *curves, struct picture *picture, const char *out, bool keep,
                               struct sgdmft_error *error)
{
    struct files_draft draft;
    char *text[2] = {NULL, NULL};
    size_t size[2] = {0, 0};
    enum sgdmft_status status = files_begin(&draft, out, error);
    if (status)
        return status;
    if (!(status = make_texts(curves, picture, out, text, size, error)) &&
        !(status = make_folder(picture, error)) &&
        !(status = files_write(picture->script, text[0], size[0], error)) &&
        !(status = files_write(picture->data, text[1], size[1], error)))
        status = gnuplot_run(picture->script, picture->messages, 2,
                             (struct gnuplot_variable[]){{"output", draft.temporary}, {"data", picture->data}}, error);
    if (!status && keep && !(status = files_write(picture->script_path, text[0], size[0], error)))
        status = files_write(picture->data_path, text[1], size[1], error);
    if (status)
        files_cancel(&draft);
    else
        status = files_commit(&draft, error);
    remove_folder(picture);
    free(text[0]);
    free(text[1]);
    return status;
}

/* ---- the command -------------------------------------------------------------------------------------------- */

static enum sgdmft_status load(const struct invocation *invocation, struct curves *curves, struct sgdmft_error *error)
{
    struct gathering gathering;
    enum sgdmft_status status = gather(invocation->file_count, invocation->file, &gathering, error);
    if (!status)
        status = curves_load(&gathering, curves, error);
    gather_free(&gathering);
    return status;
}

static enum sgdmft_status plot(const struct invocation *invocation, struct sgdmft_error *error)
{
    const char *out = invocation_option(invocation, "out", 0);
    struct picture *picture = calloc(1, sizeof *picture);
    struct curves curves = {.count = 0};
    enum sgdmft_status status;
    if (!picture)
        return sgdmft_fail(error, SGDMFT_USAGE, "not enough memory for the picture");
    if (!out)
        status = sgdmft_fail(error, SGDMFT_USAGE, "out: a picture needs --out FILE.png");
    else if (!(status = parse_out(out, picture, error)) && !(status = sgdmft_result_writable(out, error)) &&
             !(status = load(invocation, &curves, error)) && !invocation->dry_run)
        status = draw(&curves, picture, out, invocation_option(invocation, "script", 0) != NULL, error);
    curves_free(&curves);
    free(picture);
    return status;
}

static const struct command_option options[] = {
    {"out", "FILE.png", "the picture; .png, .svg or .pdf", false},
    {"script", NULL, "leave the gnuplot script and its data beside the picture, as NAME.gp and NAME.dat", false},
    {NULL, NULL, NULL, false},
};

const struct command command_plot = {
    .name = "plot",
    .operands = "FOLDER|RESULT.h5 ...",
    .summary = "Draw a sweep or results.",
    .takes = OPERANDS_FILES,
    .least = 1,
    .most = 10000,
    .options = options,
    .notes = "A panel for each observable against time: theory as lines with a band of one standard error, simulation as "
             "points with error bars. Runs that differ have a colour each, and the legend says in what they differ.",
    .run = plot,
};
