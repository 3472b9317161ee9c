/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft --man: the manual page. */
#include "solver/cli/frame/manual.h"
#include "solver/cli/frame/commands.h"
#include "models/result/axes.h"
#include "models/run/parameter_table.h"
#include "solver/cli/frame/flags.h"
#include "solver/cli/frame/roff.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- pieces ------------------------------------------------------------------------------------- */

/* Prints the tag of a list: "--name ARGUMENT". */
static void print_tag(const struct flag *flag, FILE *out)
{
    fputs(".TP\n", out);
    roff_word('B', "--", out);
    roff_word('B', flag->name, out);
    if (flag->argument) {
        fputc(' ', out);
        roff_word('I', flag->argument, out);
    }
    fputc('\n', out);
}

/* Prints the meaning of a flag as a sentence. */
static void print_meaning(const struct flag *flag, FILE *out)
{
    char text[FLAG_WORDS_MAX + 1];
    flag_meaning(flag, text);
    strcat(text, ".");
    roff_text(text, out);
}

/* Prints the paragraph under a tag: "Name: text" of one entry. */
static void print_entry(const struct sgdmft_entry *entry, FILE *out)
{
    char reference[512];
    fputs(".br\n", out);
    roff_word('B', entry->name, out);
    fputs(":\n", out);
    roff_text(entry->summary, out);
    if (*entry->reference) {
        snprintf(reference, sizeof reference, "(%s)", entry->reference);
        roff_text(reference, out);
    }
}

/* ---- parameters --------------------------------------------------------------------------------- */

/* Formats words as "a, b or c". */
static void list_words(const char *words, char *out, size_t size)
{
    size_t length = 0;
    out[0] = '\0';
    for (const char *word = words; *word && length < size;) {
        size_t n = strcspn(word, " ");
        const char *next = word + n + (word[n] == ' ');
        const char *join = word == words ? "" : *next ? ", " : " or ";
        length += (size_t)snprintf(out + length, size - length, "%s%.*s", join, (int)n, word);
        word = next;
    }
}

/* Prints the other members of the row as sentences. */
static void print_facts(const struct flag *flag, FILE *out)
{
    const struct sgdmft_parameter *p = flag->parameter;
    char text[2 * FLAG_WORDS_MAX], words[FLAG_WORDS_MAX], list[FLAG_WORDS_MAX + 64], range[160];
    bool number =
        p->kind == SGDMFT_REAL || p->kind == SGDMFT_INTEGER || p->kind == SGDMFT_SCHEDULE || p->kind == SGDMFT_STEPS;
    size_t length = (size_t)snprintf(text, sizeof text, "Default: %s", p->default_text);
    flag_words(flag, words);
    list_words(words, list, sizeof list);
    if (number)
        length += (size_t)snprintf(text + length, sizeof text - length, "; range: %s",
                                   strcmp(parameter_range(p, range), p->name) == 0 ? "any finite number" : range);
    if (*list)
        length += (size_t)snprintf(text + length, sizeof text - length, "; one of: %s", list);
    if (*p->unit)
        length += (size_t)snprintf(text + length, sizeof text - length, "; unit: %s", p->unit);
    if (p->matters)
        length += (size_t)snprintf(text + length, sizeof text - length, "; needs %s", p->matters_with);
    if (*p->reference)
        length += (size_t)snprintf(text + length, sizeof text - length, "; see %s", p->reference);
    snprintf(text + length, sizeof text - length, ".");
    fputs(".br\n", out);
    roff_text(text, out);
}

static void print_parameter(const struct flag *flag, FILE *out)
{
    const struct sgdmft_parameter *p = flag->parameter;
    print_tag(flag, out);
    print_meaning(flag, out);
    print_facts(flag, out);
    for (size_t i = 0; parameter_record(p, i); i++)
        print_entry(parameter_record(p, i), out);
    for (size_t i = 0; strcmp(p->name, "engine") == 0 && sgdmft_engine_entry(i); i++)
        print_entry(sgdmft_engine_entry(i), out);
}

static void print_parameters(FILE *out)
{
    struct flag flags[FLAGS_MAX];
    size_t count = flags_of_run(flags);
    const char *section = NULL;
    roff_heading("SH", "PARAMETERS", out);
    roff_text(
        "Every parameter is a flag, and with underscores instead of dashes a name in a run file and an attribute in "
        "result files. References in brackets, (T1) and so on, and THEORY are solver/THEORY.md of the sources.",
        out);
    for (size_t i = 0; i < count; i++) {
        if (!section || strcmp(section, flags[i].section) != 0) {
            char heading[80];
            snprintf(heading, sizeof heading, "Section [%s]", flags[i].section);
            roff_heading("SS", heading, out);
        }
        section = flags[i].section;
        print_parameter(&flags[i], out);
    }
}

/* ---- commands ----------------------------------------------------------------------------------- */

/* Prints "sgdmft solve [FILE.ini] [--NAME VALUE ...]" after `start`, once for each line of the operands. */
static void print_usage(const struct command *command, const char *start, FILE *out)
{
    const char *form = command->operands;
    while (form && *form) {
        char text[256];
        size_t length = strcspn(form, "\n");
        fputs(form == command->operands ? start : ".br\n", out);
        snprintf(text, sizeof text, "sgdmft %s", command->name);
        roff_word('B', text, out);
        snprintf(text, sizeof text, " %.*s", (int)length, form);
        roff_word('I', text, out);
        fputs(command->takes == OPERANDS_NAMES ? "\n" : " [\\fI\\-\\-NAME VALUE\\fR ...]\n", out);
        form += length + (form[length] == '\n');
    }
    if (!*command->operands) {
        fputs(start, out);
        roff_word('B', "sgdmft ", out);
        roff_word('B', command->name, out);
        fputs(" [\\fI\\-\\-NAME VALUE\\fR ...]\n", out);
    }
}

static void print_command(const struct command *command, FILE *out)
{
    struct flag flags[FLAGS_MAX];
    size_t count = flags_build(command, flags);
    char title[80];
    snprintf(title, sizeof title, "sgdmft %s", command->name);
    roff_heading("SS", title, out);
    print_usage(command, "", out);
    fputs(".PP\n", out);
    roff_text(command->summary, out);
    if (flags_take_run(command))
        roff_text(command->takes == OPERANDS_RUN ? "Takes all flags of PARAMETERS."
                                                 : "With a run it takes all flags of PARAMETERS.",
                  out);
    if (command->notes)
        roff_text(command->notes, out);
    for (size_t i = 0; i < count; i++)
        if (!(flags[i].parameter && flags_take_run(command)) && !flags[i].common) {
            print_tag(&flags[i], out);
            print_meaning(&flags[i], out);
        }
}

static void print_common(const char *heading, const struct command *command, FILE *out)
{
    struct flag flags[FLAGS_MAX];
    size_t count = flags_build(command, flags);
    roff_heading("SS", heading, out);
    for (size_t i = 0; i < count; i++)
        if (flags[i].common) {
            print_tag(&flags[i], out);
            print_meaning(&flags[i], out);
        }
}

/* ---- the rest ----------------------------------------------------------------------------------- */

static void print_paragraphs(const struct manual_section *section, FILE *out)
{
    roff_heading("SH", section->heading, out);
    for (size_t i = 0; section->paragraph[i]; i++) {
        if (i > 0)
            fputs(".PP\n", out);
        roff_text(section->paragraph[i], out);
    }
}

static void print_observables(FILE *out)
{
    for (size_t i = 0; i < sgdmft_observable_count; i++) {
        const struct sgdmft_observable *o = &sgdmft_observables[i];
        char name[160], axes[AXES_TEXT_MAX];
        snprintf(name, sizeof name, "/%s/%s", o->group, o->name);
        fputs(".TP\n", out);
        roff_word('B', name, out);
        snprintf(name, sizeof name, " [%s]", axes_text(o, axes));
        roff_word('R', name, out);
        fputc('\n', out);
        roff_text(o->description, out);
        if (strcmp(o->units, "1") != 0) {
            snprintf(name, sizeof name, "(unit: %s)", o->units);
            roff_text(name, out);
        }
    }
}

static void print_status(int value, const char *sentence, FILE *out)
{
    fprintf(out, ".TP\n\\fB%d\\fR\n", value);
    roff_text(sentence, out);
}

static void print_exit_codes(FILE *out)
{
    roff_heading("SH", "EXIT STATUS", out);
#define PRINT(symbol, value, sentence) print_status(value, sentence, out);
    SGDMFT_STATUS_LIST(PRINT)
#undef PRINT
    fputs(".PP\n", out);
    roff_text(
        "A process that a signal ends without a checkpoint exits with 128 plus the number of the signal. A second "
        "signal, a second or more after the first, ends it at once. If standard output is closed early "
        "(| head), it ends without a message by SIGPIPE, after all files are written. The part of a run before "
        "a divergence is printed, written and marked.",
        out);
}

static void print_files(FILE *out)
{
    static const struct {
        const char *name, *meaning;
    } files[] = {
        {"PREFIX/share/doc/sgdmft/runs/*.ini", "documented runs"},
        {"PREFIX/share/sgdmft/studies/*.ini", "studies of sgdmft study; NAME.gp draws the figure of NAME.ini"},
        {"PREFIX/share/doc/sgdmft/THEORY.md", "the equations, in the form that is solved"},
        {"PREFIX/share/doc/sgdmft/readers/*.py", "short readers of result files in Python"},
        {"PREFIX/include/sgdmft/sgdmft.h", "the library, for C; pkg-config sgdmft"},
    };
    roff_heading("SH", "FILES", out);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        fputs(".TP\n", out);
        roff_word('I', files[i].name, out);
        fputc('\n', out);
        roff_text(files[i].meaning, out);
    }
}

static void print_examples(FILE *out)
{
    roff_heading("SH", "EXAMPLES", out);
    for (size_t i = 0; manual_examples[i].command; i++) {
        if (manual_examples[i].meaning) {
            fputs(i ? ".PP\n" : "", out);
            roff_text(manual_examples[i].meaning, out);
        }
        fputs(".PP\n.RS 4\n.EX\n", out);
        roff_word('R', manual_examples[i].command, out);
        fputs("\n.EE\n.RE\n", out);
    }
}

static void print_date(FILE *out)
{
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    time_t now = epoch ? (time_t)strtoll(epoch, NULL, 10) : time(NULL);
    struct tm parts;
    char date[32];
    gmtime_r(&now, &parts);
    strftime(date, sizeof date, "%Y-%m-%d", &parts);
    fputs(date, out);
}

void manual_print(FILE *out)
{
    struct sgdmft_provenance provenance = {{0}, {0}, {0}, {0}, {0}, {0}, {0}, 0, 0};
    sgdmft_provenance_fill(&provenance);
    fputs(".\\\" Made by sgdmft --man from the table of parameters: do not edit.\n.TH SGDMFT 1 ", out);
    print_date(out);
    fprintf(out, " \"sgdmft %s\" \"User commands\"\n.nh\n", provenance.version);
    fputs(".SH NAME\nsgdmft \\- dynamical mean-field theory of SGD on perceptrons\n", out);
    roff_heading("SH", "SYNOPSIS", out);
    for (size_t i = 0; commands[i]; i++)
        print_usage(commands[i], i ? ".br\n" : "", out);
    roff_heading("SH", "DESCRIPTION", out);
    roff_text(
        "sgdmft solves the dynamical mean-field theory of (stochastic) gradient descent on perceptrons: in the limit "
        "of many dimensions, training becomes one self-consistent process for one example, which is stepped causally "
        "and without iteration. A direct simulation of the same run, at finite dimension, checks every prediction.",
        out);
    roff_heading("SH", "COMMANDS", out);
    for (size_t i = 0; commands[i]; i++)
        print_command(commands[i], out);
    print_common("Flags of every command", commands[0], out);
    print_common("Flags without a command", NULL, out);
    print_parameters(out);
    print_paragraphs(&manual_run_files, out);
    print_paragraphs(&manual_own_data, out);
    print_paragraphs(&manual_output, out);
    print_paragraphs(&manual_result_files, out);
    print_observables(out);
    print_exit_codes(out);
    print_paragraphs(&manual_environment, out);
    print_files(out);
    print_examples(out);
    roff_heading("SH", "REFERENCES", out);
    roff_text("F. Mignacco and P. Urbani, The effective noise of stochastic gradient descent, J. Stat. Mech. (2022) "
              "083405, doi:10.1088/1742-5468/ac841d.",
              out);
    roff_heading("SH", "SEE ALSO", out);
    fputs(".BR gnuplot (1),\n.BR h5dump (1)\n.PP\nThe Python module \\fBsgdmft\\fR (\\fIpython3 -c "
          "\"help('sgdmft')\"\\fR) has the same\nruns and parameters.\n",
          out);
}
