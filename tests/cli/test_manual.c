/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The manual page and the completion scripts: complete, because they come from the tables, and accepted by their
 * readers. */
#include "models/result/axes.h"
#include "models/run/parameter_table.h"
#include "tests/cli/program.h"

#include <sgdmft/sgdmft.h>

static void furnish(struct program *p)
{
    run_good(p, "$P --man >$D/sgdmft.1; $P --completion bash >$D/complete.bash; $P --completion zsh >$D/_sgdmft");
}

TestSuite(manual, .timeout = 60);

#define TEST(name) PROGRAM_TEST(manual, name, furnish(p))

/* As seen on a very wide screen, so that no entry is broken. */
static void show_page(struct program *p)
{
    run_good(p, "MANWIDTH=4000 LC_ALL=C.UTF-8 man -l $D/sgdmft.1 | sed 's/  */ /g'");
}

static void expect(struct program *p, const char *text)
{
    cr_assert(strstr(p->out, text), "not in the page: %s", text);
}

TEST(the_page_shows_without_warnings)
{
    program_run(p, "LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z $D/sgdmft.1 2>&1 >/dev/null");
    cr_assert_str_eq(p->out, "");
    program_run(p, "SOURCE_DATE_EPOCH=0 $P --man | sed -n 2p");
    cr_assert_str_eq(p->out, ".TH SGDMFT 1 1970-01-01 \"sgdmft 0.1.0\" \"User commands\"\n");
}

TEST(the_page_has_every_parameter_with_its_facts)
{
    char text[512], range[160];
    show_page(p);
    for (size_t i = 0; i < sgdmft_parameter_count; i++) {
        const struct sgdmft_parameter *parameter = &sgdmft_parameters[i];
        snprintf(text, sizeof text, "\n --%s ", parameter->name);
        for (char *c = text; *c; c++)
            *c = *c == '_' ? '-' : *c;
        expect(p, text);
        const char *entry = strstr(strstr(p->out, "\nPARAMETERS\n"), text), *end = strstr(entry, "\n\n");
        char body[4096];
        snprintf(body, sizeof body, "%.*s", (int)(end - entry), entry);
        snprintf(text, sizeof text, "Default: %s", parameter->default_text);
        cr_assert(strstr(body, parameter->meaning) && strstr(body, text), "%s", body);
        if (*parameter->reference)
            cr_assert(strstr(body, parameter->reference), "%s", body);
        if (*parameter->unit)
            cr_assert(strstr(body, parameter->unit), "%s", body);
        if (parameter->kind == SGDMFT_REAL && strcmp(parameter_range(parameter, range), parameter->name) != 0)
            cr_assert(strstr(body, range), "%s: %s", range, body);
        for (size_t j = 0; parameter->kind == SGDMFT_RECORD && parameter->records[j]; j++) {
            const struct sgdmft_entry *record = parameter->records[j];
            snprintf(text, sizeof text, "\n %s: %s", record->name, record->summary);
            cr_assert(strstr(body, text) && strstr(body, record->reference), "%s\n%s", text, body);
        }
    }
}

TEST(the_page_has_commands_observables_and_exit_codes)
{
    struct program usage = *p;
    char text[256];
    program_run(&usage, "$P --help | sed -n 's/^  \\([a-z]*\\) .*/\\1/p'");
    show_page(p);
    size_t commands = 0;
    for (char *name = strtok(usage.out, "\n"); name; name = strtok(NULL, "\n"), commands++) {
        snprintf(text, sizeof text, "\n sgdmft %s\n", name);
        expect(p, text);
    }
    cr_assert_geq(commands, 11);
    char axes[AXES_TEXT_MAX];
    for (size_t i = 0; i < sgdmft_observable_count; i++) {
        snprintf(text, sizeof text, "\n /%s/%s [%s]", sgdmft_observables[i].group, sgdmft_observables[i].name,
                 axes_text(&sgdmft_observables[i], axes));
        expect(p, text);
        expect(p, sgdmft_observables[i].description);
    }
#define EXPECT(symbol, value, sentence) expect(p, #value " " sentence "\n");
    SGDMFT_STATUS_LIST(EXPECT)
    expect(p, "--alpha-tolerance X");
    expect(p, "\nOWN DATA\n");
    expect(p, "\nFILES\n");
    expect(p, "--dry-run");
    expect(p, "--completion bash|zsh");
}

/* Every example does what it says; what takes long is only checked. */
TEST(the_examples_run)
{
    run_good(p, "cd $D && for c in solve simulate; do $P $c --loss hinge2 --data random --kappa 1 --rate 0.2 "
                "--steps 2 --paths 64 --dim 40 --runs 2 --quiet --out $c.h5 >/dev/null || exit 1; done; mv "
                "solve.h5 theory.h5; mv simulate.h5 simulation.h5; mkdir bin && ln -s $P bin/sgdmft");
    program_run(
        p,
        "cd $D && PATH=$D/bin:$PATH && sed -n '/^\\.SH EXAMPLES/,$p' sgdmft.1 | sed -n "
        "'/^\\.EX/{n;s/\\\\-/-/g;s/\\\\f.//g;p}' >lines; while read -r line; do case $line in "
        "*--print-config*|*--dry-run*) sh -c \"$line\" ;; *' sweep '*) sh -c \"$line --dry-run\" && $P sweep --rule "
        "persistent --vary batch=0.2,0.3 --what solve --out batches --steps 2 --paths 64 --quiet ;; *) sh -c \"$line "
        "--dry-run\" ;; esac >/dev/null || echo \"$line\"; done <lines; wc -l <lines; grep -c persistent run.ini");
    cr_assert_str_eq(p->out, "11\n1\n", "%s%s", p->out, p->err);
}

/* ---- completion ------------------------------------------------------------------------------------- */

/* Completions that bash offers for the last of these words, with blanks between. */
static const char *complete(struct program *p, const char *words)
{
    program_run(p,
                "cd $D; cat >try <<'END'\nsource $D/complete.bash; COMP_WORDS=(%s); "
                "COMP_CWORD=$((${#COMP_WORDS[@]}-1)); _sgdmft; echo \"${COMPREPLY[*]}\"\nEND\nbash try",
                words);
    p->out[strcspn(p->out, "\n")] = '\0';
    return p->out;
}

TEST(bash_completes)
{
    program_run(p, "touch $D/run.ini $D/a.h5 $D/b.txt $D/'with blank.ini'");
    cr_assert_str_eq(complete(p, "sgdmft sol"), "solve");
    cr_assert_str_eq(complete(p, "sgdmft --comp"), "--completion");
    cr_assert_str_eq(complete(p, "sgdmft --completion ''"), "bash zsh fish");
    cr_assert_str_eq(complete(p, "sgdmft solve --cluster"), "--cluster-variance");
    cr_assert_str_eq(complete(p, "sgdmft solve --loss = hinge"), "hinge2 hinge");
    cr_assert_str_eq(complete(p, "sgdmft simulate --format ''"), "text csv json");
    cr_assert_str_eq(complete(p, "sgdmft info --format ''"), "text json");
    cr_assert_str_eq(complete(p, "sgdmft teff --by ''"), "solve simulate");
    cr_assert_str_eq(complete(p, "sgdmft solve ''"), "run.ini with blank.ini");
    cr_assert_str_eq(complete(p, "sgdmft table ''"), "a.h5");
    cr_assert_str_eq(complete(p, "sgdmft list hing"), "hinge2 hinge");
    cr_assert_str_eq(complete(p, "sgdmft list stud"), "studies");
    cr_assert_str_eq(complete(p, "sgdmft study sharp"), "sharpness");
    cr_assert_str_eq(complete(p, "sgdmft solve --alpha ''"), "");
    cr_assert_str_eq(complete(p, "sgdmft table --alph"), "");
    cr_assert_str_eq(complete(p, "sgdmft solve --out a"), "a.h5");
}

/* The names of a registry. */
TEST(bash_completes_records)
{
    for (size_t i = 0; i < sgdmft_parameter_count; i++) {
        const struct sgdmft_parameter *parameter = &sgdmft_parameters[i];
        char names[1024] = "", words[128];
        if (parameter->kind != SGDMFT_RECORD)
            continue;
        for (size_t j = 0; parameter_record(parameter, j); j++)
            snprintf(names + strlen(names), sizeof names - strlen(names), "%s%s", j ? " " : "",
                     parameter_record(parameter, j)->name);
        snprintf(words, sizeof words, "sgdmft solve --%s ''", parameter->name);
        cr_assert_str_eq(complete(p, words), names);
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
        cr_assert_str_eq(complete(p, cases[i][0]), cases[i][1], "%s: %s", cases[i][0], p->out);
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
    program_run(p, "cat $D/_sgdmft");
    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++)
        assert_says(p->out, specs[i]);
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
    run_good(p, "touch $D/a.h5; $P --completion fish >$D/sgdmft.fish");
    for (size_t i = 0; i < sgdmft_parameter_count; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s", sgdmft_parameters[i].name);
        for (char *c = name; *c; c++)
            *c = *c == '_' ? '-' : *c;
        run_good(p, "grep -q -- \"solve simulate .*' -l %s \" $D/sgdmft.fish", name);
    }
    if (program_run(p, "command -v fish") != 0)
        return;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        program_run(p,
                    "cd $D; HOME=$D fish -c \"source sgdmft.fish; complete -C '%s'\" | cut -f1 | sort | "
                    "paste -sd' '",
                    cases[i][0]);
        p->out[strcspn(p->out, "\n")] = '\0';
        cr_assert_str_eq(p->out, cases[i][1], "%s: %s%s", cases[i][0], p->out, p->err);
    }
}

TEST(scripts_have_every_flag)
{
    for (size_t i = 0; i < sgdmft_parameter_count; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s", sgdmft_parameters[i].name);
        for (char *c = name; *c; c++)
            *c = *c == '_' ? '-' : *c;
        run_good(p, "grep -q -- ' --%s ' $D/complete.bash && grep -q -- \"'--%s=\" $D/_sgdmft", name, name);
    }
    run_good(p, "bash -n $D/complete.bash && { ! command -v zsh >/dev/null || zsh -n $D/_sgdmft; }");
    cr_assert_eq(program_run(p, "$P --completion nu"), 2);
    cr_assert(strstr(p->err, "'nu'"));
}
