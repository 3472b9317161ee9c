/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft COMMAND ...: dispatch, and the exit code. */
#include "models/run/parameter_table.h"
#include "models/base/memory.h"
#include "models/registry.h"
#include "solver/cli/frame/arguments.h"
#include "solver/cli/frame/commands.h"
#include "solver/cli/frame/completion.h"
#include "solver/cli/frame/manual.h"
#include "solver/cli/frame/quote.h"

#include <cblas.h>
#include <errno.h>
#include <fcntl.h>
#include <gsl/gsl_errno.h>
#include <hdf5.h>
#include <malloc.h>
#include <omp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define MAPPED (128 * 1024) /* bytes */

/* ---- usage and version --------------------------------------------------------------------------- */

static void print_program_usage(FILE *out)
{
    fputs("Usage: sgdmft COMMAND [FILE ...] [--NAME VALUE ...]\n\n"
          "Dynamical mean-field theory of SGD on perceptrons, and a direct simulator that checks it.\n\n",
          out);
    for (size_t i = 0; commands[i]; i++)
        fprintf(out, "  %-9s %s\n", commands[i]->name, commands[i]->summary);
    fputs("\n`sgdmft help COMMAND` or `sgdmft COMMAND --help` has the details, `sgdmft --version` the versions;\n"
          "`sgdmft --man` is the manual page in roff, `sgdmft --completion bash|zsh|fish` the completion of command\n"
          "lines.\n",
          out);
}

static void print_version(void)
{
    struct sgdmft_provenance provenance = {{0}, {0}, {0}, {0}, {0}, {0}, {0}, 0, 0};
    sgdmft_provenance_fill(&provenance);
    printf("sgdmft %s (%s)\ncompiler: %s\nlibraries: %s\n", provenance.version, provenance.git_hash,
           provenance.compiler, provenance.libraries);
}

/* ---- one command ------------------------------------------------------------------------------------ */

/* Prints the run, which has passed its dry run, or that of a result. */
static enum sgdmft_status print_config(const struct invocation *invocation, struct sgdmft_error *error)
{
    struct sgdmft_result *result = NULL;
    if (invocation->has_run) {
        run_print(&invocation->run, invocation->settings, stdout);
        return SGDMFT_OK;
    }
    if (invocation->command->takes == OPERANDS_NAMES)
        return sgdmft_fail(error, SGDMFT_USAGE, "print-config: it has no effect with %s, which takes no run",
                           invocation->command->name);
    enum sgdmft_status status = sgdmft_result_read(invocation->file[0], &result, error);
    if (!status)
        sgdmft_run_print(&result->run, stdout);
    sgdmft_result_free(result);
    return status;
}

/* Runs a command in its session. Ranks without a share of the work wait for the first. */
static enum sgdmft_status run_in_session(struct invocation *invocation, struct sgdmft_error *error)
{
    struct session *session = invocation->session;
    const struct command *command = invocation->command;
    const struct ranks all = session->ranks;
    const bool shares = invocation->has_run && command->shares;
    enum sgdmft_status status = SGDMFT_OK;
    if (!shares)
        session->ranks = RANKS_ONE;
    if (invocation->has_run && ranks_first(&all) && !invocation->silent)
        status = output_check(invocation, error);
    status = ranks_agree(&session->ranks, status, error);
    if (!status && (shares || ranks_first(&all)))
        status = session_open(session, invocation, error);
    if (!status && (shares || ranks_first(&all)))
        status = command->run(invocation, error);
    status = session_close(session, invocation, status, error);
    session->ranks = all;
    return ranks_agree(&all, status, error);
}

static enum sgdmft_status call(const struct command *command, const struct arguments *arguments, const char *line,
                               struct session *session, struct sgdmft_error *error)
{
    struct invocation *invocation = calloc(1, sizeof *invocation);
    if (!invocation)
        return memory_fail(error, "the command");
    invocation->command = command;
    invocation->line = line;
    invocation->session = session;
    enum sgdmft_status status = invocation_fill(arguments, invocation, error);
    if (!status) {
        const long threads = sgdmft_threads(&invocation->run);
        omp_set_num_threads((int)threads);
        if (threads < invocation->run.threads)
            warning(invocation, "threads: %ld, of which %ld are used: the process has too few processors for more",
                    invocation->run.threads, threads);
        if (invocation->has_run)
            status = run_check_addresses(command->takes == OPERANDS_DATASET ? 1 : threads, error);
        if (!status && (invocation->has_run || !arguments->print_config))
            status = run_in_session(invocation, error);
        if (!status && arguments->print_config)
            status = print_config(invocation, error);
    }
    free(invocation);
    return status;
}

static enum sgdmft_status run_command(const struct command *command, int argc, char **argv, const char *line,
                                      struct session *session, struct sgdmft_error *error)
{
    struct arguments arguments;
    enum sgdmft_status status = arguments_read(command, argc, argv, &arguments, error);
    if (!status && arguments.help)
        arguments_help(command);
    else if (!status && arguments.version)
        print_version();
    else if (!status)
        status = call(command, &arguments, line, session, error);
    arguments_free(&arguments);
    return status;
}

enum sgdmft_status command_call(const struct command *command, int argc, char **argv, struct sgdmft_error *error)
{
    static char program[] = "sgdmft";
    struct session session = session_alone();
    char **words = calloc((size_t)argc + 1, sizeof *words);
    if (!words)
        return memory_fail(error, "the command");
    words[0] = program;
    memcpy(words + 1, argv, (size_t)argc * sizeof *words);
    char *line = quote_line(argc + 1, words);
    free(words);
    const enum sgdmft_status status =
        line ? run_command(command, argc, argv, line, &session, error) : memory_fail(error, "the command");
    free(line);
    return status;
}

/* ---- without a command ---------------------------------------------------------------------------- */

static enum sgdmft_status unknown_command(const char *name, struct sgdmft_error *error)
{
    const char *names[64];
    size_t count = 0;
    for (; commands[count] && count < 64; count++)
        names[count] = commands[count]->name;
    const char *nearest = sgdmft_nearest(name, names, count);
    if (nearest)
        return sgdmft_fail(error, SGDMFT_USAGE, "unknown command '%.80s', did you mean '%s'?", name, nearest);
    return sgdmft_fail(error, SGDMFT_USAGE, "unknown command '%.80s' (see sgdmft --help)", name);
}

static enum sgdmft_status run_flag(int argc, char **argv, struct sgdmft_error *error)
{
    struct flag flags[FLAGS_MAX];
    struct given *given = calloc(1, sizeof *given);
    if (!given)
        return memory_fail(error, "the command");
    enum sgdmft_status status = flags_read(NULL, flags, flags_build(NULL, flags), argc - 1, argv + 1, given, error);
    const enum flag_common first = given->flag_count ? given->flag[0].flag->common : FLAG_HELP;
    if (!status && first == FLAG_VERSION)
        print_version();
    else if (!status && first == FLAG_MAN)
        manual_print(stdout);
    else if (!status && first == FLAG_COMPLETION)
        status = completion_print(given->flag[0].value, stdout, error);
    else if (!status)
        print_program_usage(stdout);
    free(given);
    return status;
}

/* sgdmft help [COMMAND] */
static enum sgdmft_status run_help(int argc, char **argv, struct sgdmft_error *error)
{
    const struct command *command = argc > 2 ? command_find(argv[2]) : NULL;
    if (argc > 3)
        return sgdmft_fail(error, SGDMFT_USAGE, "help: unexpected argument '%.200s'", argv[3]);
    if (argc > 2 && !command)
        return unknown_command(argv[2], error);
    if (command)
        arguments_help(command);
    else
        print_program_usage(stdout);
    return SGDMFT_OK;
}

static enum sgdmft_status run_words(int argc, char **argv, const char *line, struct session *session,
                                    struct sgdmft_error *error)
{
    if (argc < 2) {
        print_program_usage(stderr);
        return sgdmft_fail(error, SGDMFT_USAGE, "a command is needed");
    }
    if (argv[1][0] == '-')
        return run_flag(argc, argv, error);
    if (strcmp(argv[1], "help") == 0)
        return run_help(argc, argv, error);
    const struct command *command = command_find(argv[1]);
    if (!command)
        return unknown_command(argv[1], error);
    return run_command(command, argc - 1, argv + 1, line, session, error);
}

/* ---- the process ---------------------------------------------------------------------------------- */

/* Opens /dev/null in place of a closed stdin, stdout or stderr; otherwise the next file opened would have its
 * descriptor and receive its text. Writing to such a stdout fails. Returns false if stdout was closed. */
static bool hold_standard_streams(void)
{
    bool has_stdout = fcntl(STDOUT_FILENO, F_GETFD) != -1;
    for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
        if (fcntl(i, F_GETFD) == -1 && open("/dev/null", i == STDERR_FILENO ? O_WRONLY : O_RDONLY) != i)
            _exit(SGDMFT_INTERNAL);
    return has_stdout;
}

/* Starts the program again, under a limit of addresses, without the threads that OpenBLAS starts before main. The
 * program needs none of them, and they try for ever to get the memory that ulimit -v denies. */
static void leave_blas_threads(char **argv)
{
    const char *threads = getenv("OPENBLAS_NUM_THREADS");
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || (threads && strcmp(threads, "1") == 0))
        return;
    setenv("OPENBLAS_NUM_THREADS", "1", 1);
    execv("/proc/self/exe", argv); /* if it fails, the threads stay */
}

/* Has malloc map large arrays one by one, so that their memory returns to the system when freed. Otherwise glibc
 * keeps them in its heaps, whose fragmentation exceeds the estimates of memory by up to one half. */
static void set_up_memory(void)
{
#ifdef M_MMAP_THRESHOLD
    mallopt(M_MMAP_THRESHOLD, MAPPED);
#endif
}

static void set_up_libraries(void)
{
    set_up_memory();
    gsl_set_error_handler_off();
    openblas_set_num_threads(1); /* the threads are those of the program; results may not depend on their number */
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    signal(SIGXFSZ, SIG_IGN); /* a file at its size limit is a write error */
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is a write error; see reader_left and finish */
}

/* True if a command of this status has printed its result. */
static bool is_printed(enum sgdmft_status status)
{
    return status == SGDMFT_OK || status == SGDMFT_DISAGREE || status == SGDMFT_DIVERGED
           || status == SGDMFT_INTERRUPTED;
}

/* True if stdout is a pipe without a reader. */
static bool reader_left(void)
{
    struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return poll(&out, 1, 0) == 1 && (out.revents & (POLLERR | POLLHUP)) != 0;
}

/* Flushes stdout and returns the exit code; 128 + SIGPIPE, without a message, if its reader left (| head). */
static int finish(enum sgdmft_status status, const struct session *session, const struct sgdmft_error *error)
{
    errno = 0;
    bool bad = ferror(stdout) != 0;
    bad = fflush(stdout) != 0 || bad;
    const bool left = bad && reader_left();
    if (left && (is_printed(status) || (status == SGDMFT_FILE && strstr(error->text, strerror(EPIPE)))))
        return 128 + SIGPIPE;
    bad = fclose(stdout) != 0 || bad;
    if (status && *error->text)
        message("%s", error->text);
    else if (status)
        message("%s", sgdmft_status_sentence(status));
    if (bad && is_printed(status)) {
        message("cannot write to standard output%s%s", errno ? ": " : "", errno ? strerror(errno) : "");
        status = SGDMFT_FILE;
    }
    return status == SGDMFT_INTERRUPTED ? session_exit_code(session->saved) : (int)status;
}

int main(int argc, char **argv)
{
    struct sgdmft_error error = {0};
    struct session session;
    enum sgdmft_status status;
    leave_blas_threads(argv);
    if (!hold_standard_streams()) {
        message("standard output is closed");
        return SGDMFT_FILE;
    }
    set_up_libraries();
    char *line = quote_line(argc, argv);
    status = session_start(&session, &error);
    if (!status)
        status = registry_check(&error);
    if (!status)
        status = line ? run_words(argc, argv, line, &session, &error) : memory_fail(&error, "the command");
    free(line);
    const int code = finish(status, &session, &error);
    session_stop(&session);
    if (code == 128 + SIGPIPE) { /* the usual end of a filter without a reader */
        signal(SIGPIPE, SIG_DFL);
        raise(SIGPIPE);
    }
    return code;
}
