/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The frame of the program. A command is a constant record in a file of its own. main.c reads the command line into
 * an invocation and calls the command. Help, names and checks come from the record and the table of parameters. */
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
    OPERANDS_RUN_OR_RESULTS, /* the same, or result files with the flags of the section output alone */
    OPERANDS_FILES,          /* files or folders; the command's own flags alone */
    OPERANDS_DATASET,        /* a table of examples, and the parameters that define its format */
    OPERANDS_NAMES           /* words; the command's own flags alone */
};

/* Sentences in the notes of several commands. */
#define NOTE_RUN_FILE                                                                                                  \
    "FILE.ini has the parameters below, with underscores, in their sections; a flag overrides the file. "
#define NOTE_RESULT_FILE "With a result file only flags of the section output are allowed. "
#define NOTE_EXIT_CODES(more) "Exit codes: 0 ok, 2 bad use or missing data, " more ", 5 file error."

/* Kind of file that a command writes to --out of a run. */
enum command_writes {
    WRITES_NOTHING, /* no file, or files that it checks itself */
    WRITES_RESULT,
    WRITES_PAIR, /* PREFIX-theory.h5 and PREFIX-simulation.h5 */
    WRITES_FOLDER
};

/* An option of one command. It may have the name of a parameter with OPERANDS_FILES (--out, --format of table and
 * plot), not with OPERANDS_RUN. */
struct command_option {
    const char *name;     /* without dashes; NULL ends an array */
    const char *argument; /* its value in help; choices as csv|json, optional ones as [csv|json]; NULL: a switch */
    const char *meaning;
    bool repeatable;
    const char *(*word)(size_t index); /* the choices one by one, in place of argument; may be NULL */
};

struct invocation;

struct command {
    const char *name;
    const char *operands; /* for the usage line, "RUN" or "RESULT.h5 ..." */
    const char *summary;  /* one line */
    enum command_operands takes;
    size_t least, most;                   /* number of positional files (without the FILE.ini of a run) */
    const struct command_option *options; /* may be NULL */
    const char *beside;              /* a parameter allowed with results, besides the section output; may be NULL */
    const struct analysis *analysis; /* NULL: a sweep cannot do it at its points */
    enum command_writes writes;
    bool resumes;      /* its runs can be saved, stopped and resumed */
    bool shares;       /* its work is shared by ranks; of another command only the first rank runs */
    const char *notes; /* shown after the options in --help; may be NULL */
    /* Prints the possible operands, each after a blank, of a command with OPERANDS_NAMES; may be NULL. */
    void (*words)(FILE *out);
    /* Runs the command, with its output on stdout. The status is the exit code. The message of an error goes to
     * stderr after the name of the program. */
    enum sgdmft_status (*run)(const struct invocation *invocation, struct sgdmft_error *error);
    /* Checks the flags before FILE.ini is read (sweep: no flag of a varied parameter); may be NULL. */
    enum sgdmft_status (*check_flags)(const struct invocation *invocation, const struct sgdmft_settings *flags,
                                      struct sgdmft_error *error);
    /* Changes the texts of a run before they are resolved (sweep: the first values); may be NULL. */
    enum sgdmft_status (*prepare)(const struct invocation *invocation, struct sgdmft_settings *settings,
                                  struct sgdmft_error *error);
    /* Resolves the run (sweep: by the results that are there); NULL: sgdmft_run_resolve. */
    enum sgdmft_status (*resolve)(const struct sgdmft_settings *settings, struct sgdmft_run *run,
                                  struct sgdmft_error *warning, struct sgdmft_error *error);
};

struct invocation {
    const struct command *command;
    const char *line;                       /* the whole command line, quoted for a shell, for provenance */
    const struct sgdmft_settings *settings; /* texts of the run: FILE.ini and flags                       */
    struct sgdmft_run run;                  /* resolved; with result files only the section output is used */
    bool has_run;                           /* false: files are results                                   */
    const char *run_file;                   /* FILE.ini of the run, "" without                            */
    size_t file_count;
    const char *const *file; /* positional files, without the FILE.ini of a run             */
    bool quiet, dry_run;
    bool silent;                       /* a dry run that prints nothing and looks at no file to write: --print-config */
    struct session *session;           /* ranks, checkpoint, request to stop */
    const struct option_value *values; /* values of the command's own options, see invocation_option */
};

/* Value number `index` of an option of the command ("" for a switch); NULL if it was given fewer times. */
const char *invocation_option(const struct invocation *invocation, const char *name, size_t index);
/* The choice of an option of the command, counted from 0; *choice is unchanged if the option is not given. USAGE: an
 * unknown choice. */
enum sgdmft_status invocation_choice(const struct invocation *invocation, const char *name, int *choice,
                                     struct sgdmft_error *error);

/* Calls a command with argv[0..argc-1], of which argv[0] is its name. Its output is that of the command line. */
enum sgdmft_status command_call(const struct command *command, int argc, char **argv, struct sgdmft_error *error);

/* Prints one line on stderr after "sgdmft: ". A warning is not printed with --quiet. */
void message(const char *format, ...) __attribute__((format(printf, 1, 2)));
void warning(const struct invocation *invocation, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- progress (progress.c) ---------------------------------------------------------------------- */

struct progress {
    struct sgdmft_watch watch; /* pass its address; the struct is its context and must not be copied or moved */
    const struct session *session;
    const char *label;  /* "theory", "simulation" */
    bool bar;           /* on a terminal          */
    double start, last; /* seconds                */
    double begin;       /* fraction at the first report (after a resume) */
    bool shown;
};
/* Starts a watch that shows progress in the style of run->progress, or none with --quiet. For a command that
 * resumes, the watch has its checkpoint and ranks, and stops at signals and max_walltime. */
void progress_start(struct progress *progress, const struct invocation *invocation, const char *label);
void progress_end(struct progress *progress);

/* ---- estimates (estimate.c): what --dry-run prints ------------------------------------------------ */

struct estimate_line {
    const char *what;   /* "theory", "simulation" */
    const char *engine; /* the selected engine */
    const char *more;   /* reason that it may be exceeded; NULL: it is not */
    struct sgdmft_estimate estimate;
};
/* Estimates the theory, and the simulation. The theory of a silent dry run is estimated without a trial. */
enum sgdmft_status estimate_theory(const struct invocation *invocation, const struct sgdmft_run *run,
                                   struct estimate_line *line, struct sgdmft_error *error);
enum sgdmft_status estimate_simulation(const struct sgdmft_run *run, struct estimate_line *line,
                                       struct sgdmft_error *error);
/* The reason that solving may exceed the estimate: groups or finer steps are added until an error is reached. NULL:
 * there is none. */
const char *estimate_grows(const struct sgdmft_run *run);
/* Formats bytes with a unit. */
const char *estimate_bytes(double bytes, char out[32]);
const char *estimate_seconds(double seconds, char out[32]);
/* Prints estimates in run.format, unless silent. USAGE: one needs more than memory_limit. */
enum sgdmft_status estimate_print(const struct invocation *invocation, struct estimate_line *line, size_t count,
                                  struct sgdmft_error *error);

/* ---- results of commands (output.c) --------------------------------------------------------------- */

/* True for a result file: by its name (.h5, .hdf5) or its first bytes. */
bool output_is_result(const char *path);
/* Checks, before any work, all files that the command will write, including the checkpoint. FILE: one cannot be
 * written, or would replace a file of another kind, the dataset or the run file. USAGE: a result with the name of a
 * table or picture. */
enum sgdmft_status output_check(const struct invocation *invocation, struct sgdmft_error *error);
/* Makes the path PREFIX-PART.h5 from --out PREFIX, with or without .h5; "" without --out. */
enum sgdmft_status output_part(const struct sgdmft_run *run, const char *part, char path[SGDMFT_TEXT_MAX],
                               struct sgdmft_error *error);
/* Sets the command line of a result and writes it to path ("": no file). The first of the ranks writes, and all
 * return its status. */
enum sgdmft_status output_write(const struct invocation *invocation, struct sgdmft_result *result, const char *path,
                                struct sgdmft_error *error);
/* Warns if a stopped run has so few samples that their errors are uncertain. */
void output_warn(const struct invocation *invocation, const struct sgdmft_result *result);
/* Prints a number of a csv table with 17 digits and NaN without a sign, and a text, quoted if necessary. */
void output_number(double number);
void output_next(double number); /* after a comma */
void output_text(const char *text);
/* Prints the head of a text about a result, a line "WHAT by theory (8 NOUN): data random, loss ...". */
void output_head(const char *what, const struct sgdmft_result *result, const char *noun);
/* Flushes stdout. FILE: the output could not be written. */
enum sgdmft_status output_flush(struct sgdmft_error *error);
/* Prints a result in run.format, after output_warn. */
enum sgdmft_status output_print(const struct invocation *invocation, const struct sgdmft_result *result,
                                struct sgdmft_error *error);
/* Writes the result of a run that ended with status to its file, and prints it, also if it could not be written. An
 * error of writing replaces the status. */
enum sgdmft_status output_both(const struct invocation *invocation, struct sgdmft_result *result,
                               enum sgdmft_status status, struct sgdmft_error *error);

#endif
