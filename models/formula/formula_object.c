/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared objects of formulas and plugins: made by python3 and cc, kept in the user's cache folder. A name is a checksum
 * of all that the object is made from. A folder in which others may write is not used, since loaded objects are
 * executed. */
#include "models/base/files.h"
#include "models/base/memory.h"
#include "models/formula/formula.h"

#include <dlfcn.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FLAGS                                                                                                          \
    "-std=gnu11", "-O3", "-fno-math-errno", "-fno-trapping-math", "-fPIC", "-fvisibility=hidden", "-shared",           \
        "-Werror=incompatible-pointer-types", "-Werror=implicit-function-declaration"
static const char *const flags[] = {FLAGS};

/* ---- the key -------------------------------------------------------------------------------------------- */

static uint64_t hash_text(uint64_t hash, const char *text)
{
    return files_hash(hash, text, strlen(text) + 1);
}

/* Date and size of the compiler, which change if it is replaced. */
static uint64_t hash_program(uint64_t hash, const char *name)
{
    char path[4096];
    struct stat about;
    if (!child_find(name, path) || stat(path, &about) != 0)
        return hash;
    const int64_t facts[] = {(int64_t)about.st_size, (int64_t)about.st_mtime};
    return files_hash(hash_text(hash, path), facts, sizeof facts);
}

static uint64_t key_of(const char *what, const char *words, const char *source)
{
    uint64_t hash = hash_text(FILES_HASH_START, SGDMFT_VERSION);
    for (size_t i = 0; formula_headers[i]; i++)
        hash = hash_text(hash, formula_headers[i]);
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        hash = hash_text(hash, flags[i]);
    hash = hash_program(hash, "cc");
    hash = hash_text(hash, what);
    return source ? hash_text(hash, source) : hash_text(hash_text(hash, formula_script), words);
}

/* ---- sources -------------------------------------------------------------------------------------------- */

/* The lines of a text, without #include <sgdmft/...>, which precede every source. */
static void write_lines(FILE *out, const char *text)
{
    while (*text) {
        const size_t length = strcspn(text, "\n");
        if (strncmp(text, "#include <sgdmft/", 17) != 0)
            fwrite(text, 1, length, out);
        fputc('\n', out);
        text += length + (text[length] == '\n');
    }
}

/* Last line of a text, without its line end. */
static const char *last_line(char *text)
{
    size_t length = strlen(text);
    while (length > 0 && text[length - 1] == '\n')
        text[--length] = '\0';
    const char *start = strrchr(text, '\n');
    return start ? start + 1 : text;
}

static enum sgdmft_status derive(const char *parameter, const char *words, char **code, struct sgdmft_error *error)
{
    const char *const argv[] = {"python3", "-I", "-c", formula_script, NULL};
    int end;
    enum sgdmft_status status = child_run(argv, words, code, &end, error);
    if (status || end == 0)
        return status;
    const char *reason = last_line(*code);
    if (end == -1 || end == 3)
        status =
            sgdmft_fail(error, SGDMFT_USAGE,
                        "%s: a formula needs %s: install the Debian package python3-sympy (SymPy differentiates it)",
                        parameter, end == 3 ? "SymPy in python3" : "python3 with SymPy");
    else if (end == 2)
        status = sgdmft_fail(error, SGDMFT_USAGE, "%s: the formula is refused: %.300s", parameter, reason);
    else
        status = sgdmft_fail(error, SGDMFT_USAGE,
                             "%s: SymPy cannot work with this formula (%s %d, limits 60 s of a core and 4 GB): %.200s",
                             parameter, end > 128 ? "signal" : "exit code", end > 128 ? end - 128 : end, reason);
    return status;
}

/* ---- objects -------------------------------------------------------------------------------------------- */

static enum sgdmft_status compile(const char *parameter, const char *source, const char *object,
                                  struct sgdmft_error *error)
{
    const char *argv[] = {"cc", FLAGS, "-o", object, "-x", "c", source, "-x", "none", "-lm", NULL};
    char *output = NULL;
    int end;
    enum sgdmft_status status = child_run(argv, "", &output, &end, error);
    const char *fault = output ? strstr(output, "error:") : NULL;
    if (!status && end == -1)
        status =
            sgdmft_fail(error, SGDMFT_USAGE, "%s: needs the C compiler cc: install the Debian package gcc", parameter);
    else if (!status && end != 0)
        status = sgdmft_fail(error, SGDMFT_USAGE, "%s: cc cannot compile it: %.*s", parameter,
                             (int)(fault ? strcspn(fault, "\n") : 20), fault ? fault : "it ended with an error");
    free(output);
    return status;
}

/* Writes FOLDER/NAME.c and compiles it to FOLDER/NAME.so, under another name first. */
static enum sgdmft_status make(const char *parameter, const char *folder, const char *object, const char *code,
                               bool plugin, struct sgdmft_error *error)
{
    char source[FILES_PATH_MAX], draft[FILES_PATH_MAX];
    enum sgdmft_status status = SGDMFT_OK;
    if (snprintf(source, sizeof source, "%s/XXXXXX.c", folder) >= (int)sizeof source)
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: the cache folder has too long a name", parameter);
    const int file = mkstemps(source, 2);
    FILE *out = file < 0 ? NULL : fdopen(file, "w");
    if (!out)
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: no file can be written in %s: %s", parameter, folder,
                           strerror(errno));
    for (size_t i = 0; formula_headers[i]; i++)
        write_lines(out, formula_headers[i]);
    fprintf(out, plugin ? "#line 1 \"plugin\"\n" : "\n");
    write_lines(out, code);
    const bool bad = ferror(out) != 0;
    if (fclose(out) != 0 || bad)
        status = sgdmft_fail(error, SGDMFT_USAGE, "%s: %s cannot be written: %s", parameter, source, strerror(errno));
    snprintf(draft, sizeof draft, "%.*s.so", (int)strlen(source) - 2, source);
    if (!status)
        status = compile(parameter, source, draft, error);
    if (!status && rename(draft, object) != 0)
        status = sgdmft_fail(error, SGDMFT_USAGE, "%s: %s cannot be made: %s", parameter, object, strerror(errno));
    unlink(draft);
    unlink(source);
    return status;
}

static enum sgdmft_status load(const char *parameter, const char *object, const char *symbol, const void **record,
                               struct sgdmft_error *error)
{
    void *handle = dlopen(object, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!handle)
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: the compiled object cannot be loaded: %.300s", parameter,
                           dlerror());
    *record = dlsym(handle, symbol);
    dlclose(handle); /* stays loaded (RTLD_NODELETE): the run points into it */
    return SGDMFT_OK;
}

/* Makes the object in a folder and loads it; removes the files of a temporary folder. */
static enum sgdmft_status make_and_load(const char *parameter, const char *folder, const char *object, const char *code,
                                        bool plugin, const char *symbol, const void **record,
                                        struct sgdmft_error *error)
{
    enum sgdmft_status status = make(parameter, folder, object, code, plugin, error);
    return status ? status : load(parameter, object, symbol, record, error);
}

enum sgdmft_status formula_object(const char *parameter, const char *what, const char *words, const char *source,
                                  const char *symbol, bool may_make, const void **record, struct sgdmft_error *error)
{
    char folder[FILES_PATH_MAX], object[FILES_PATH_MAX + 32], *code = NULL;
    char temporary[] = "/tmp/sgdmft-XXXXXX";
    const uint64_t key = key_of(what, words, source);
    const bool cache = files_cache(folder);
    *record = NULL;
    snprintf(object, sizeof object, "%s/%016" PRIx64 ".so", folder, key);
    if (cache && access(object, R_OK) == 0 && load(parameter, object, symbol, record, NULL) == SGDMFT_OK)
        return SGDMFT_OK;
    if (!may_make)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "%s: the C source of a file is not compiled on reading: run it once with --plugin",
                           parameter);
    enum sgdmft_status status = source ? SGDMFT_OK : derive(parameter, words, &code, error);
    if (status) {
        free(code);
        return status;
    }
    const bool kept = cache && access(folder, W_OK | X_OK) == 0;
    if (!kept && !mkdtemp(temporary))
        status = sgdmft_fail(error, SGDMFT_USAGE, "%s: neither the cache folder nor /tmp can be written: %s", parameter,
                             strerror(errno));
    if (!kept)
        snprintf(object, sizeof object, "%s/%016" PRIx64 ".so", temporary, key);
    if (!status)
        status = make_and_load(parameter, kept ? folder : temporary, object, source ? source : code, source != NULL,
                               symbol, record, error);
    if (!kept) {
        unlink(object);
        rmdir(temporary);
    }
    free(code);
    return status;
}
