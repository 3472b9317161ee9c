/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program: a command is a constant record in a file of its own; main.c reads the command line into an
 * invocation, with help, names and checks made from the record and the table of parameters, and calls it. */
#ifndef SOLVER_CLI_FRAME_CLI_H
#define SOLVER_CLI_FRAME_CLI_H

#include "solver/cli/frame/analysis.h"
#include "solver/cli/frame/session.h"
#include "solver/run/simulated_run.h"
#include <sgdmft/sgdmft.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Operands of a command. */
enum command_operands {
    OPERANDS_RUN,            /* [FILE.ini] and a flag for every parameter of the table                   */
    OPERANDS_RUN_OR_RESULTS, /* the same, or result files (then only flags of the section output)        */
    OPERANDS_FILES,          /* files or folders; no flags from the table, only the command's own        */
    OPERANDS_DATASET,        /* a table of examples, and the flags of the table that say how it is read  */
    OPERANDS_NAMES           /* words; no flags from the table                                           */
};

/* Kind of file that a command writes to --out of a run. */
enum command_writes {
    WRITES_NOTHING, /* or only what it checks itself */
    WRITES_RESULT,
    WRITES_PAIR, /* PREFIX-theory.h5 and PREFIX-simulation.h5 */
    WRITES_FOLDER
};

/* An option of one command, beside the table and the common ones. With OPERANDS_RUN it may not have the name of a
 * parameter; with OPERANDS_FILES it may (--out, --format of table and plot). */
struct command_option {
    const char *name;     /* without dashes; NULL ends an array */
    const char *argument; /* as shown in help; words that are typed as they stand: csv|json, which may be missing in
                           * brackets: [csv|json]; NULL: a switch */
    const char *meaning;
    bool repeatable;
    const char *(*word)(size_t index); /* in place of argument: the words, one by one; may be NULL */
};

struct invocation;

struct command {
    const char *name;
    const char *operands; /* for the usage line, "RUN" or "RESULT.h5 ..." */
    const char *summary;  /* one line */
    enum command_operands takes;
    size_t least, most;                   /* number of positional files (without the FILE.ini of a run) */
    const struct command_option *options; /* may be NULL */
    const char *beside; /* with results: the parameter that may be given beside the section output; may be NULL */
    const struct analysis *analysis; /* may be NULL: nothing that a sweep can do at its points */
    enum command_writes writes;
    bool resumes;      /* its runs can be saved, stopped and resumed */
    bool shares;       /* its work is shared by ranks; of another command only the first rank runs */
    const char *notes; /* shown after the options in --help; may be NULL */
    /* Prints the operands of a command that takes names, each behind a blank; may be NULL. */
    void (*words)(FILE *out);
    /* Prints on stdout. The status is the exit code; text goes to stderr, prefixed by the program's name. */
    enum sgdmft_status (*run)(const struct invocation *invocation, struct sgdmft_error *error);
    /* May refuse flags, before FILE.ini is read under them (sweep: of what it varies); may be NULL. */
    enum sgdmft_status (*check_flags)(const struct invocation *invocation, const struct sgdmft_settings *flags,
                                      struct sgdmft_error *error);
    /* May change the texts of a run before they are resolved (sweep: the first values), or suggest some; may be NULL.
     */
    enum sgdmft_status (*prepare)(const struct invocation *invocation, struct sgdmft_settings *settings,
                                  struct sgdmft_error *error);
};

struct invocation {
    const struct command *command;
    const char *line;                       /* the whole command line, quoted for a shell, for provenance */
    const struct sgdmft_settings *settings; /* texts of the run: FILE.ini and flags                       */
    struct sgdmft_run run;                  /* resolved; with files only the section output means anything */
    bool has_run;                           /* false: files are results                                   */
    const char *run_file;                   /* FILE.ini of the run, "" without                            */
    size_t file_count;
    const char *const *file; /* positional files, without the FILE.ini of a run             */
    bool quiet, dry_run;
    struct session *session;           /* ranks, checkpoint, what stops it                           */
    const struct option_value *values; /* of the command's own options, see invocation_option        */
};

/* The index-th value given to an option of the command itself ("" for a switch), NULL if there are not so many. */
const char *invocation_option(const struct invocation *invocation, const char *name, size_t index);
/* Which of its words an option of the command has, from 0; *choice stays where it is not given. USAGE: another word. */
enum sgdmft_status invocation_choice(const struct invocation *invocation, const char *name, int *choice,
                                     struct sgdmft_error *error);

/* Calls a command as if argv[0..argc-1], argv[0] its name, had been given; its output is where it always is. */
enum sgdmft_status command_call(const struct command *command, int argc, char **argv, struct sgdmft_error *error);

/* One line on stderr after "sgdmft: "; warnings are silent with --quiet. */
void message(const char *format, ...) __attribute__((format(printf, 1, 2)));
void warning(const struct invocation *invocation, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- progress (progress.c) ---------------------------------------------------------------------- */

struct progress {
    struct sgdmft_watch watch; /* pass its address on; context is this struct, so do not copy or move it */
    const struct session *session;
    const char *label;  /* "theory", "simulation" */
    bool bar;           /* on a terminal          */
    double start, last; /* seconds                */
    double begin;       /* fraction at the first report (after a resume) */
    bool shown;
};
/* A watch with the style of run->progress, silent with --quiet; where the command resumes, with its checkpoint and
 * ranks, and stopped by signals and max_walltime. */
void progress_start(struct progress *progress, const struct invocation *invocation, const char *label);
void progress_end(struct progress *progress);

/* ---- estimates (estimate.c): what --dry-run prints ------------------------------------------------ */

struct estimate_line {
    const char *what;   /* "theory", "simulation" */
    const char *engine; /* the one it will take   */
    const char *more;   /* why it may become more than that; NULL: it does not */
    struct sgdmft_estimate estimate;
};
/* The estimate of the theory, of the simulation. */
enum sgdmft_status estimate_theory(const struct sgdmft_run *run, struct estimate_line *line,
                                   struct sgdmft_error *error);
enum sgdmft_status estimate_simulation(const struct sgdmft_run *run, struct estimate_line *line,
                                       struct sgdmft_error *error);
/* Why solving the run may take more than its estimate says: it grows until an error is reached. NULL: it does not. */
const char *estimate_grows(const struct sgdmft_run *run);
/* As people read them. */
const char *estimate_bytes(double bytes, char out[32]);
const char *estimate_seconds(double seconds, char out[32]);
/* Prints them in run.format; USAGE if one needs more than memory_limit. */
enum sgdmft_status estimate_print(const struct invocation *invocation, struct estimate_line *line, size_t count,
                                  struct sgdmft_error *error);

/* ---- results of commands (output.c) --------------------------------------------------------------- */

/* True for a result file: by its name (.h5, .hdf5) or its first bytes. */
bool output_is_result(const char *path);
/* Everything that the command will write of its run, checkpoint included, before any work: FILE where it cannot be
 * written or would replace what is not of its kind, the dataset or the run file; USAGE for a result under the name of a
 * table or picture. */
enum sgdmft_status output_check(const struct invocation *invocation, struct sgdmft_error *error);
/* PREFIX of --out, with or without .h5, to PREFIX-PART.h5; "" without --out. */
enum sgdmft_status output_part(const struct sgdmft_run *run, const char *part, char path[SGDMFT_TEXT_MAX],
                               struct sgdmft_error *error);
/* Fills in the command line; the first of the ranks writes path ("" for none), and all have its status. */
enum sgdmft_status output_write(const struct invocation *invocation, struct sgdmft_result *result, const char *path,
                                struct sgdmft_error *error);
/* Warns where a run that was stopped has left so few samples that their errors tell little. */
void output_warn(const struct invocation *invocation, const struct sgdmft_result *result);
/* A number of a csv table with 17 digits, nan without the sign that printf shows; a text, in quotes where it needs
 * them. */
void output_number(double number);
void output_next(double number); /* behind a comma */
void output_text(const char *text);
/* "WHAT by theory (8 NOUN): data random, loss ..." and an end of line: the head of a text about a result. */
void output_head(const char *what, const struct sgdmft_result *result, const char *noun);
/* FILE if stdout did not take what was printed. */
enum sgdmft_status output_flush(struct sgdmft_error *error);
/* Prints in run.format, after output_warn. */
enum sgdmft_status output_print(const struct invocation *invocation, const struct sgdmft_result *result,
                                struct sgdmft_error *error);

#endif
