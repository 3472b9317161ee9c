/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs the program under test (environment variable SGDMFT_PROGRAM) and keeps what it prints. */
#ifndef TESTS_CLI_PROGRAM_H
#define TESTS_CLI_PROGRAM_H

#include <criterion/criterion.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct program {
    char folder[64];     /* empty at first, removed in the end: $D in command lines */
    char cache[72];      /* of the program, beside the folder                       */
    char path[PATH_MAX]; /* of the program: $P                                      */
    int code;            /* exit code; 128 + signal                                 */
    char out[200000], err[8192];
};

static inline void program_open(struct program *program)
{
    const char *path = getenv("SGDMFT_PROGRAM");
    memset(program, 0, sizeof *program);
    cr_assert_not_null(path, "SGDMFT_PROGRAM is not set");
    cr_assert_not_null(realpath(path, program->path), "%s", path);
    strcpy(program->folder, "/tmp/sgdmft-cli-XXXXXX");
    cr_assert_not_null(mkdtemp(program->folder));
    snprintf(program->cache, sizeof program->cache, "%s.cache", program->folder);
    setenv("XDG_CACHE_HOME", program->cache, 0); /* a test may have one of its own */
}

static inline void program_slurp(FILE *file, char *text, size_t size)
{
    size_t length = file ? fread(text, 1, size - 1, file) : 0;
    text[length] = '\0';
}

/* A shell command with $P (the program) and $D (the folder); stdout and stderr are kept. */
__attribute__((format(printf, 2, 3))) static inline int program_run(struct program *program, const char *format, ...)
{
    static const char start[] = "exec 2>\"$D.err\"; ";
    char command[8192], errors[128];
    va_list arguments;
    strcpy(command, start);
    va_start(arguments, format);
    vsnprintf(command + sizeof start - 1, sizeof command - sizeof start, format, arguments);
    va_end(arguments);
    snprintf(errors, sizeof errors, "%s.err", program->folder);
    setenv("P", program->path, 1);
    setenv("D", program->folder, 1);
    FILE *pipe = popen(command, "r");
    cr_assert_not_null(pipe);
    program_slurp(pipe, program->out, sizeof program->out);
    int status = pclose(pipe);
    program->code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    FILE *file = fopen(errors, "r");
    program_slurp(file, program->err, sizeof program->err);
    if (file)
        fclose(file);
    unlink(errors);
    return program->code;
}

/* The number of files in the folder. */
static inline int program_files(struct program *program)
{
    program_run(program, "ls -A $D | wc -l");
    return atoi(program->out);
}

static inline void program_close(struct program *program)
{
    program_run(program, "rm -rf \"$D\" \"$D.cache\"");
    if (getenv("XDG_CACHE_HOME") && strcmp(getenv("XDG_CACHE_HOME"), program->cache) == 0)
        unsetenv("XDG_CACHE_HOME");
}

/* A test of a suite with the program opened as p. A statement may follow the name, which prepares the folder. */
#define PROGRAM_TEST(suite, name, ...)                                                                                 \
    static void name##_body(__attribute__((unused)) struct program *p);                                                \
    Test(suite, name)                                                                                                  \
    {                                                                                                                  \
        struct program *p = calloc(1, sizeof *p);                                                                      \
        program_open(p);                                                                                               \
        __VA_ARGS__;                                                                                                   \
        name##_body(p);                                                                                                \
        program_close(p);                                                                                              \
        free(p);                                                                                                       \
    }                                                                                                                  \
    static void name##_body(__attribute__((unused)) struct program *p)

/* Asserts the exit code of the last command. */
static inline void assert_code(struct program *p, int code)
{
    cr_assert_eq(p->code, code, "exit code %d instead of %d\n%s\n%s", p->code, code, p->out, p->err);
}

/* Runs a command that must end with 0. */
#define run_good(p, ...)                                                                                               \
    do {                                                                                                               \
        program_run(p, __VA_ARGS__);                                                                                   \
        assert_code(p, 0);                                                                                             \
    } while (0)

static inline void assert_says(const char *text, const char *part)
{
    cr_assert_not_null(strstr(text, part), "'%s' is not in: %s", part, text);
}

/* Runs a command that must end with 0 and print a part of a text. */
#define run_says(p, part, ...)                                                                                         \
    do {                                                                                                               \
        run_good(p, __VA_ARGS__);                                                                                      \
        assert_says((p)->out, part);                                                                                   \
    } while (0)

/* Runs a command that must end with 0 and print a text and nothing else. */
#define run_prints(p, text, ...)                                                                                       \
    do {                                                                                                               \
        run_good(p, __VA_ARGS__);                                                                                      \
        cr_assert_str_eq((p)->out, text, "%s", (p)->out);                                                              \
    } while (0)

/* Asserts the exit code of the last command, and a part of its message. */
static inline void assert_ended(struct program *p, int code, const char *part)
{
    assert_code(p, code);
    assert_says(p->err, part);
}

/* And that it printed nothing else. */
static inline void assert_refused(struct program *p, int code, const char *part)
{
    assert_ended(p, code, part);
    cr_assert_str_eq(p->out, "");
}

/* Runs a command that must end with an exit code and a part of its message; run_refused: and print nothing else. */
#define run_ended(p, code, part, ...)                                                                                  \
    do {                                                                                                               \
        program_run(p, __VA_ARGS__);                                                                                   \
        assert_ended(p, code, part);                                                                                   \
    } while (0)
#define run_refused(p, code, part, ...)                                                                                \
    do {                                                                                                               \
        program_run(p, __VA_ARGS__);                                                                                   \
        assert_refused(p, code, part);                                                                                 \
    } while (0)

#endif
