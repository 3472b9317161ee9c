/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft report: pages in a browser (tests/page/test_page.py), and what needs none: messages, the data of a page, the
 * command that it says. */
#include "tests/cli/program_output.h"

TestSuite(page, .timeout = 300);

#define TEST(name) PROGRAM_TEST(page, name)

#define SMALL                                                                                                          \
    "--data random --loss hinge2 --kappa 1 --paths 64 --groups 4 --steps 20 --dim 40 --runs 4 --progress none "        \
    "--quiet "

/* ---- in a browser ------------------------------------------------------------------------------------------- */

#define NO_BROWSER 77

static void check_class(struct program *p, const char *name)
{
    program_run(p,
                "export SGDMFT=$P PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS=1 T=$PWD; cd $D; "
                "/usr/bin/python3 $T/tests/page/test_page.py %s 2>&1",
                name);
    if (p->code == NO_BROWSER)
        cr_skip_test("the program chromium is not there");
    cr_assert_eq(p->code, 0, "%s", p->out);
    assert_says(p->out, "\nOK");
}

TEST(pages_open_from_disk)
{
    check_class(p, "Pages");
}

TEST(tables_are_sorted_and_copied)
{
    check_class(p, "Tables");
}

TEST(cells_show_values_and_series)
{
    check_class(p, "Diagrams");
}

/* ---- without one ---------------------------------------------------------------------------------------------- */

/* The document of $D/p.html, printed. */
#define DOCUMENT "sed -n 's/.*id=\"data\">\\(.*\\)<\\/script>$/\\1/p' $D/p.html"

TEST(the_data_of_a_page_are_json)
{
    run_good(p, "cd $D && $P validate " SMALL "--out v > x; $P report v-theory.h5 v-simulation.h5 "
                "--out p.html && " DOCUMENT);
    json_auto_t *document = program_json(p);
    const json_t *section = json_array_get(json_object_get(document, "sections"), 0);
    size_t index, commands = 0, verdicts = 0;
    json_t *line;
    json_array_foreach(json_object_get(section, "lines"), index, line)
    {
        const char *text = json_string_value(json_object_get(line, "text"));
        commands += strncmp(text, "sgdmft solve ", 13) == 0 || strncmp(text, "sgdmft simulate ", 16) == 0;
        verdicts += strcmp(json_string_value(json_object_get(line, "label")), "verdict") == 0;
    }
    cr_assert_eq(commands, 2);
    cr_assert_eq(verdicts, 1);
    cr_assert_geq(json_array_size(json_object_get(section, "figures")), 6);
    /* data law, link, loss, rule and the two engines' one */
    cr_assert_geq(json_array_size(json_object_get(document, "references")), 5);
}

/* The command on the page makes the same points. */
TEST(the_command_of_a_sweep_makes_it_again)
{
    run_good(p, "cd $D && $P sweep " SMALL
                "--vary batch=0.2,0.5 --vary rate=log:0.01:0.3:3 --what replicas --by both --out s > "
                "x && $P report s --out p.html && " DOCUMENT);
    json_auto_t *document = program_json(p);
    const json_t *lines = json_object_get(json_array_get(json_object_get(document, "sections"), 0), "lines");
    size_t index;
    json_t *line;
    char command[4000] = "";
    json_array_foreach(lines, index, line)
    {
        if (strcmp(json_string_value(json_object_get(line, "kind")), "command") == 0)
            snprintf(command, sizeof command, "%s", json_string_value(json_object_get(line, "text")));
    }
    cr_assert_eq(strncmp(command, "sgdmft sweep ", 13), 0, "%s", command);
    run_says(p, "6 of all were there before",
             "cd $D && cp s/manifest.json m && $P %s --quiet 2>&1 && cmp m s/manifest.json", command + 7);
}

TEST(faults_are_named)
{
    static const struct {
        const char *command, *message;
        int code;
    } faults[] = {
        {"$P report r.h5", "out: a page needs --out FILE.html", 2},
        {"$P report r.h5 --out p.png", "out: 'p.png' is not NAME.html", 2},
        {"$P report no.h5 --out p.html", "cannot read no.h5", 5},
        {"echo mine > m.html; $P report r.h5 --out m.html", "cannot write m.html", 5},
        {"$P report r.h5 --out no/p.html", "no/p.html", 5},
        {"mkdir e; $P report e --out p.html", "manifest", 5},
        {"$P report --out p.html", "report", 2},
    };
    run_good(p, "cd $D && $P solve " SMALL "--out r.h5 > x");
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        program_run(p, "cd $D; %s", faults[i].command);
        cr_expect_eq(p->code, faults[i].code, "%s: %d %s", faults[i].command, p->code, p->err);
        cr_expect_not_null(strstr(p->err, faults[i].message), "%s: %s", faults[i].command, p->err);
        cr_expect_neq(program_run(p, "test -e $D/p.html"), 0);
    }
    /* a page is replaced by a page, and --dry-run writes none */
    run_good(p, "cd $D; $P report r.h5 --dry-run --out p.html && test ! -e p.html && $P report r.h5 "
                "--out p.html && $P report r.h5 --title Again --out p.html && grep -c "
                "'<title>Again' p.html");
}
