/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The manual page and the completion scripts: complete, because they come from the tables, and accepted by their
 * readers. */
#include "models/result/axes.h"
#include "models/run/parameter_table.h"
#include "tests/cli/program.h"

#include <sgdmft/sgdmft.h>

static struct program program;

static void open_program(void)
{
    program_open(&program);
    cr_assert_eq(
        program_run(&program,
                    "$P --man >$D/sgdmft.1; $P --completion bash >$D/complete.bash; $P --completion zsh >$D/_sgdmft"),
        0);
}

static void close_program(void)
{
    program_close(&program);
}

#define TEST(name) Test(manual, name, .init = open_program, .fini = close_program, .timeout = 60)

/* As seen on a very wide screen, so that no entry is broken. */
static void show_page(void)
{
    program_run(&program, "MANWIDTH=4000 LC_ALL=C.UTF-8 man -l $D/sgdmft.1 | sed 's/  */ /g'");
    cr_assert_eq(program.code, 0, "%s", program.err);
}

static void expect(const char *text)
{
    cr_assert(strstr(program.out, text), "not in the page: %s", text);
}

TEST(the_page_shows_without_warnings)
{
    program_run(&program,
                "LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z $D/sgdmft.1 2>&1 >/dev/null");
    cr_assert_str_eq(program.out, "");
    program_run(&program, "SOURCE_DATE_EPOCH=0 $P --man | sed -n 2p");
    cr_assert_str_eq(program.out, ".TH SGDMFT 1 1970-01-01 \"sgdmft 0.1.0\" \"User commands\"\n");
}

TEST(the_page_has_every_parameter_with_its_facts)
{
    char text[512], range[160];
    show_page();
    for (size_t i = 0; i < sgdmft_parameter_count; i++) {
        const struct sgdmft_parameter *p = &sgdmft_parameters[i];
        snprintf(text, sizeof text, "\n --%s ", p->name);
        for (char *c = text; *c; c++)
            *c = *c == '_' ? '-' : *c;
        expect(text);
        const char *entry = strstr(strstr(program.out, "\nPARAMETERS\n"), text), *end = strstr(entry, "\n\n");
        char body[4096];
        snprintf(body, sizeof body, "%.*s", (int)(end - entry), entry);
        snprintf(text, sizeof text, "Default: %s", p->default_text);
        cr_assert(strstr(body, p->meaning) && strstr(body, text), "%s", body);
        if (*p->reference)
            cr_assert(strstr(body, p->reference), "%s", body);
        if (*p->unit)
            cr_assert(strstr(body, p->unit), "%s", body);
        if (p->kind == SGDMFT_REAL && strcmp(parameter_range(p, range), p->name) != 0)
            cr_assert(strstr(body, range), "%s: %s", range, body);
        for (size_t j = 0; p->kind == SGDMFT_RECORD && p->records[j]; j++) {
            const struct sgdmft_entry *record = p->records[j];
            snprintf(text, sizeof text, "\n %s: %s", record->name, record->summary);
            cr_assert(strstr(body, text) && strstr(body, record->reference), "%s\n%s", text, body);
        }
    }
}

TEST(the_page_has_commands_observables_and_exit_codes)
{
    struct program usage = program;
    char text[256];
    program_run(&usage, "$P --help | sed -n 's/^  \\([a-z]*\\) .*/\\1/p'");
    show_page();
    size_t commands = 0;
    for (char *name = strtok(usage.out, "\n"); name; name = strtok(NULL, "\n"), commands++) {
        snprintf(text, sizeof text, "\n sgdmft %s\n", name);
        expect(text);
    }
    cr_assert_geq(commands, 11);
    char axes[AXES_TEXT_MAX];
    for (size_t i = 0; i < sgdmft_observable_count; i++) {
        snprintf(text, sizeof text, "\n /%s/%s [%s]", sgdmft_observables[i].group, sgdmft_observables[i].name,
                 axes_text(&sgdmft_observables[i], axes));
        expect(text);
        expect(sgdmft_observables[i].description);
    }
#define EXPECT(symbol, value, sentence) expect(#value " " sentence "\n");
    SGDMFT_STATUS_LIST(EXPECT)
    expect("--alpha-tolerance X");
    expect("\nOWN DATA\n");
    expect("\nFILES\n");
    expect("--dry-run");
    expect("--completion bash|zsh");
}

/* Every example does what it says; what takes long is only checked. */
TEST(the_examples_run)
{
    program_run(&program, "cd $D && for c in solve simulate; do $P $c --loss hinge2 --data random --kappa 1 --rate 0.2 "
                          "--steps 2 --paths 64 --dim 40 --runs 2 --quiet --out $c.h5 >/dev/null || exit 1; done; mv "
                          "solve.h5 theory.h5; mv simulate.h5 simulation.h5; mkdir bin && ln -s $P bin/sgdmft");
    cr_assert_eq(program.code, 0, "%s", program.err);
    program_run(
        &program,
        "cd $D && PATH=$D/bin:$PATH && sed -n '/^\\.SH EXAMPLES/,$p' sgdmft.1 | sed -n "
        "'/^\\.EX/{n;s/\\\\-/-/g;s/\\\\f.//g;p}' >lines; while read -r line; do case $line in "
        "*--print-config*|*--dry-run*) sh -c \"$line\" ;; *' sweep '*) sh -c \"$line --dry-run\" && $P sweep --rule "
        "persistent --vary batch=0.2,0.3 --what solve --out batches --steps 2 --paths 64 --quiet ;; *) sh -c \"$line "
        "--dry-run\" ;; esac >/dev/null || echo \"$line\"; done <lines; wc -l <lines; grep -c persistent run.ini");
    cr_assert_str_eq(program.out, "11\n1\n", "%s%s", program.out, program.err);
}

/* ---- completion ------------------------------------------------------------------------------------- */

/* Completions that bash offers for the last of these words, with blanks between. */
static const char *complete(const char *words)
{
    program_run(&program,
                "cd $D; cat >try <<'END'\nsource $D/complete.bash; COMP_WORDS=(%s); "
                "COMP_CWORD=$((${#COMP_WORDS[@]}-1)); _sgdmft; echo \"${COMPREPLY[*]}\"\nEND\nbash try",
                words);
    program.out[strcspn(program.out, "\n")] = '\0';
    return program.out;
}

TEST(bash_completes)
{
    program_run(&program, "touch $D/run.ini $D/a.h5 $D/b.txt $D/'with blank.ini'");
    cr_assert_str_eq(complete("sgdmft sol"), "solve");
    cr_assert_str_eq(complete("sgdmft --comp"), "--completion");
    cr_assert_str_eq(complete("sgdmft --completion ''"), "bash zsh fish");
    cr_assert_str_eq(complete("sgdmft solve --cluster"), "--cluster-variance");
    cr_assert_str_eq(complete("sgdmft solve --loss = hinge"), "hinge2 hinge");
    cr_assert_str_eq(complete("sgdmft simulate --format ''"), "text csv json");
    cr_assert_str_eq(complete("sgdmft info --format ''"), "text json");
    cr_assert_str_eq(complete("sgdmft teff --by ''"), "solve simulate");
    cr_assert_str_eq(complete("sgdmft solve ''"), "run.ini with blank.ini");
    cr_assert_str_eq(complete("sgdmft table ''"), "a.h5");
    cr_assert_str_eq(complete("sgdmft list hing"), "hinge2 hinge");
    cr_assert_str_eq(complete("sgdmft list stud"), "studies");
    cr_assert_str_eq(complete("sgdmft study sharp"), "sharpness");
    cr_assert_str_eq(complete("sgdmft solve --alpha ''"), "");
    cr_assert_str_eq(complete("sgdmft table --alph"), "");
    cr_assert_str_eq(complete("sgdmft solve --out a"), "a.h5");
}

/* The names of a registry. */
TEST(bash_completes_records)
{
    for (size_t i = 0; i < sgdmft_parameter_count; i++) {
        const struct sgdmft_parameter *p = &sgdmft_parameters[i];
        char names[1024] = "", words[128];
        if (p->kind != SGDMFT_RECORD)
            continue;
        for (size_t j = 0; parameter_record(p, j); j++)
            snprintf(names + strlen(names), sizeof names - strlen(names), "%s%s", j ? " " : "",
                     parameter_record(p, j)->name);
        snprintf(words, sizeof words, "sgdmft solve --%s ''", p->name);
        cr_assert_str_eq(complete(words), names);
    }
}

/* Names where names are meant: of parameters and observables with a =, of columns one behind the other. */
TEST(bash_completes_names)
{
    static const char *const cases[][2] = {
        {"sgdmft sweep --vary persis", "persistence="},
        {"sgdmft sweep --vary = persis", "persistence="},
        {"sgdmft study x --set persis", "persistence="},
        {"sgdmft sweep --level train_error_f", "train_error_flipped="},
        {"sgdmft plot --level teff_c", "teff_chord="},
        {"sgdmft plot --observable teff_c", "teff_chord"},
        {"sgdmft plot --x persis", "persistence"},
        {"sgdmft table --pivot train_error_f", "train_error_flipped"},
        {"sgdmft table --columns persis", "persistence"},
        {"sgdmft table --columns batch,rate,stat", "batch,rate,status"},
        {"sgdmft table --sort = batch,persis", "batch,persistence"},
        {"sgdmft sweep --vary loss=", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_assert_str_eq(complete(cases[i][0]), cases[i][1], "%s: %s", cases[i][0], program.out);
}

TEST(zsh_completes_names)
{
    static const char *const specs[] = {":PARAMETER=VALUES:{compadd -S= -- data ",
                                        ":OBSERVABLE=VALUE:{compadd -S= -- width ",
                                        ":COLUMN,...:_values -s , columns step ",
                                        ":COLUMN,...:_values -s , sort step ",
                                        ":COLUMN:(step time ",
                                        ":OBSERVABLE:(width ",
                                        ":PARAMETER:(data "};
    program_run(&program, "cat $D/_sgdmft");
    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++)
        assert_says(program.out, specs[i]);
}

/* The script of fish, and what fish makes of it where it is installed. */
TEST(fish_completes)
{
    static const char *const cases[][2] = {
        {"sgdmft sol", "solve"},
        {"sgdmft solve --cluster", "--cluster-variance"},
        {"sgdmft solve --loss hin", "hinge hinge2"},
        {"sgdmft sweep --what solve --chec", "--checkpoint --checkpoint-every"},
        {"sgdmft sweep --vary persis", "persistence="},
        {"sgdmft table --columns batch,persis", "batch,persistence"},
        {"sgdmft table --alph", ""},
        {"sgdmft list hin", "hinge hinge2"},
        {"sgdmft solve --alpha ", ""},
        {"sgdmft solve --out a", "a.h5"},
    };
    cr_assert_eq(program_run(&program, "touch $D/a.h5; $P --completion fish >$D/sgdmft.fish"), 0);
    for (size_t i = 0; i < sgdmft_parameter_count; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s", sgdmft_parameters[i].name);
        for (char *c = name; *c; c++)
            *c = *c == '_' ? '-' : *c;
        program_run(&program, "grep -q -- \"solve simulate .*' -l %s \" $D/sgdmft.fish", name);
        cr_assert_eq(program.code, 0, "%s", name);
    }
    if (program_run(&program, "command -v fish") != 0)
        return;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        program_run(&program,
                    "cd $D; HOME=$D fish -c \"source sgdmft.fish; complete -C '%s'\" | cut -f1 | sort | "
                    "paste -sd' '",
                    cases[i][0]);
        program.out[strcspn(program.out, "\n")] = '\0';
        cr_assert_str_eq(program.out, cases[i][1], "%s: %s%s", cases[i][0], program.out, program.err);
    }
}

TEST(scripts_have_every_flag)
{
    for (size_t i = 0; i < sgdmft_parameter_count; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s", sgdmft_parameters[i].name);
        for (char *c = name; *c; c++)
            *c = *c == '_' ? '-' : *c;
        cr_assert_eq(program_run(&program, "grep -q -- ' --%s ' $D/complete.bash && grep -q -- \"'--%s=\" $D/_sgdmft",
                                 name, name),
                     0, "%s", name);
    }
    cr_assert_eq(
        program_run(&program, "bash -n $D/complete.bash && { ! command -v zsh >/dev/null || zsh -n $D/_sgdmft; }"), 0,
        "%s", program.err);
    cr_assert_eq(program_run(&program, "$P --completion nu"), 2);
    cr_assert(strstr(program.err, "'nu'"));
}
