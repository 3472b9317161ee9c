/* SPDX-License-Identifier: GPL-3.0-or-later */
/* FILE.ini into settings. inih splits the lines. Checked here are lines that it would cut, keys given twice, unknown
 * and wrong sections, indented lines (which continue lists and texts only), and files that are not regular. */
#include "models/base/files.h"
#include "models/base/memory.h"
#include "models/run/suggest.h"
#include "models/kind/kind.h"
#include "models/run/parameter_table.h"

#define INI_HANDLER_LINENO 1
#include <ini.h>

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LINE_MOST 198 /* inih cuts longer ones */

struct config {
    FILE *file;
    const char *path;
    int line;                            /* of the last line read */
    bool indented;                       /* that line             */
    bool *seen;                          /* [parameter]           */
    const struct sgdmft_parameter *last; /* the key that an indented line continues */
    struct sgdmft_settings *own;         /* texts of this file   */
    struct sgdmft_error *error;
    enum sgdmft_status status; /* of the first error, which ends the reading */
};

__attribute__((format(printf, 4, 5))) static void config_fail(struct config *config, enum sgdmft_status status,
                                                              int line, const char *format, ...)
{
    char text[512];
    va_list arguments;
    if (config->status)
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    config->status = sgdmft_fail(config->error, status, "%.400s:%d: %s", config->path, line, text);
}

static bool section_exists(const char *name, size_t length)
{
    for (size_t i = 0; i < sgdmft_parameter_count; i++)
        if (strlen(sgdmft_parameters[i].section) == length && strncmp(sgdmft_parameters[i].section, name, length) == 0)
            return true;
    return false;
}

static void unknown_section(struct config *config, int line, const char *name)
{
    const char *names[64];
    size_t count = 0;
    for (size_t i = 0; i < sgdmft_parameter_count && count < 64; i++)
        if (i == 0 || strcmp(sgdmft_parameters[i].section, names[count - 1]) != 0)
            names[count++] = sgdmft_parameters[i].section;
    char meant[SUGGESTION_MAX];
    config_fail(config, SGDMFT_USAGE, line, "unknown section [%.60s]%s", name,
                suggestion(name, "[", "]", names, count, meant));
}

/* Checks the header itself, since inih does not report a section without keys. */
static void check_header(struct config *config, const char *start)
{
    const char *end = strchr(start, ']');
    config->last = NULL;
    if (!end)
        config_fail(config, SGDMFT_USAGE, config->line, "a section without its ]");
    if (!end || section_exists(start + 1, (size_t)(end - start - 1)))
        return;
    char name[LINE_MOST + 1];
    snprintf(name, sizeof name, "%.*s", (int)(end - start - 1), start + 1);
    unknown_section(config, config->line, name);
}

/* Reads a line for inih, as fgets does. */
static char *read_line(char *text, int size, void *context)
{
    struct config *config = context;
    int length = 0, byte = EOF;
    while (length < size - 1 && (byte = getc(config->file)) != EOF) {
        text[length++] = (char)byte;
        if (byte == '\n')
            break;
    }
    text[length] = '\0';
    if (ferror(config->file))
        config_fail(config, SGDMFT_FILE, config->line + 1, "%s", strerror(errno));
    if (config->status || length == 0)
        return NULL;
    config->line++;
    if (memchr(text, '\0', (size_t)length))
        config_fail(config, SGDMFT_USAGE, config->line, "this is not a text file");
    else if (length > LINE_MOST && byte != '\n')
        config_fail(config, SGDMFT_USAGE, config->line,
                    "the line is longer than %d bytes (lists and paths may be continued on indented lines)", LINE_MOST);
    const char *start = text;
    if (config->line == 1 && strncmp(start, "\xEF\xBB\xBF", 3) == 0) /* byte order mark, which inih skips too */
        start += 3;
    config->indented = isspace((unsigned char)*start);
    while (isspace((unsigned char)*start))
        start++;
    if (*start == '[')
        check_header(config, start);
    return config->status ? NULL : text;
}

/* Appends an indented line to the list or text above it. */
static void continue_value(struct config *config, int line, const char *value)
{
    const struct sgdmft_parameter *parameter = config->last;
    if (parameter_kind(parameter)->wrap == KIND_ONE_LINE) {
        config_fail(config, SGDMFT_USAGE, line, "an indented line continues the value of '%s'; begin a key in column 1",
                    parameter->name);
        return;
    }
    char text[2 * SGDMFT_TEXT_MAX];
    int length = snprintf(text, sizeof text, "%s%s", sgdmft_settings_get(config->own, parameter->name), value);
    if (length >= (int)sizeof text)
        config_fail(config, SGDMFT_USAGE, line, "the value of '%s' is too long", parameter->name);
    else if (sgdmft_settings_set(config->own, parameter->name, text, config->error))
        config->status = SGDMFT_INTERNAL;
}

static void set_value(struct config *config, int line, const char *section, const char *name, const char *value)
{
    const struct sgdmft_parameter *parameter = strchr(name, '-') ? NULL : sgdmft_parameter_find(name);
    struct sgdmft_error why = {0};
    if (!parameter) {
        struct sgdmft_settings *none = sgdmft_settings_create(); /* for the nearest name */
        char plain[LINE_MOST + 1];
        snprintf(plain, sizeof plain, "%s", name);
        if (!none)
            config->status = memory_fail(config->error, "the parameters of %.400s", config->path);
        else if (sgdmft_settings_set(none, plain, value, &why))
            config_fail(config, SGDMFT_USAGE, line, "%s", why.text);
        else
            config_fail(config, SGDMFT_USAGE, line, "unknown parameter '%s', did you mean '%s'?", name,
                        sgdmft_parameter_find(name)->name);
        sgdmft_settings_free(none);
        return;
    }
    if (strcmp(parameter->section, section) != 0) {
        config_fail(config, SGDMFT_USAGE, line, "'%s' belongs in section [%s], %s%s%s", name, parameter->section,
                    *section ? "not in [" : "and is before the first section", section, *section ? "]" : "");
        return;
    }
    bool *seen = &config->seen[parameter - sgdmft_parameters];
    if (*seen) {
        config_fail(config, SGDMFT_USAGE, line, "'%s' is given twice in this file", name);
        return;
    }
    *seen = true;
    config->last = parameter;
    if (sgdmft_settings_set(config->own, name, value, &why))
        config_fail(config, why.status, line, "%s", why.text);
}

static int handle(void *context, const char *section, const char *name, const char *value, int line)
{
    struct config *config = context;
    if (config->status)
        return 1;
    if (config->indented && config->last && strcmp(config->last->name, name) == 0)
        continue_value(config, line, value);
    else
        set_value(config, line, section, name, value);
    return 1;
}

static enum sgdmft_status open_file(const char *path, FILE **file, struct sgdmft_error *error)
{
    struct stat about;
    if (stat(path, &about) != 0)
        return sgdmft_fail(error, SGDMFT_FILE, "%s: %s", path, strerror(errno));
    if (!S_ISREG(about.st_mode))
        return sgdmft_fail(error, SGDMFT_FILE, "%s: not a regular file", path);
    *file = fopen(path, "r");
    if (!*file)
        return sgdmft_fail(error, SGDMFT_FILE, "%s: %s", path, strerror(errno));
    return SGDMFT_OK;
}

/* Resolves the path of a dataset or a plugin relative to the folder of the file. */
static const char *place(const struct sgdmft_parameter *parameter, const char *file, const char *text,
                         char room[FILES_PATH_MAX])
{
    if (!parameter_is_input(parameter) || !*text || strcmp(text, "none") == 0)
        return text;
    files_beside(file, text, room);
    return room;
}

/* Merges the texts of the file; those of flags, which are set before, have precedence. */
static enum sgdmft_status merge(struct sgdmft_settings *settings, const char *path, const struct sgdmft_settings *own,
                                struct sgdmft_error *error)
{
    char room[FILES_PATH_MAX];
    for (size_t i = 0; i < sgdmft_parameter_count; i++) {
        const char *name = sgdmft_parameters[i].name, *text = sgdmft_settings_get(own, name);
        if (!text || sgdmft_settings_get(settings, name))
            continue;
        enum sgdmft_status status =
            sgdmft_settings_set(settings, name, place(&sgdmft_parameters[i], path, text, room), error);
        if (status)
            return status;
    }
    return SGDMFT_OK;
}

enum sgdmft_status sgdmft_settings_read(struct sgdmft_settings *settings, const char *path, struct sgdmft_error *error)
{
    struct config config = {.path = path, .error = error};
    enum sgdmft_status status = open_file(path, &config.file, error);
    if (status)
        return status;
    config.seen = calloc(sgdmft_parameter_count, sizeof *config.seen);
    config.own = sgdmft_settings_create();
    if (!config.seen || !config.own) {
        config.status = memory_fail(error, "the parameters of %.400s", path);
    } else {
        int bad_line = ini_parse_stream(read_line, &config, handle, &config);
        if (bad_line > 0)
            config_fail(&config, SGDMFT_USAGE, bad_line, "neither [section] nor NAME = VALUE nor a comment");
        else if (bad_line < 0)
            config_fail(&config, SGDMFT_FILE, config.line, "cannot be read");
    }
    status = config.status ? config.status : merge(settings, path, config.own, error);
    sgdmft_settings_free(config.own);
    free(config.seen);
    fclose(config.file);
    return status;
}
