/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line as a contract: names, refusals with their exit codes and messages, help, printed configurations.
 * What the commands compute is in test_commands.c. */
#include "models/run/parameter_table.h"
#include "tests/cli/program.h"

#include <glob.h>
#include <signal.h>

TestSuite(cli, .timeout = 60);

#define TEST(name) PROGRAM_TEST(cli, name)

struct refusal {
    const char *words;
    int code;
    const char *first, *second; /* parts of the message */
};

/* Each refusal: exit code, a message on stderr behind the program's name, nothing on stdout, no file made. */
static void check_refusals(struct program *p, const struct refusal *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        program_run(p, "$P %s", cases[i].words);
        cr_assert_eq(p->code, cases[i].code, "%s: exit code %d, %s", cases[i].words, p->code, p->err);
        cr_assert_str_eq(p->out, "", "%s", cases[i].words);
        cr_assert(strstr(p->err, cases[i].first) && strstr(p->err, cases[i].second), "%s: %s", cases[i].words, p->err);
        cr_assert(strncmp(p->err, "sgdmft: ", 8) == 0 || !cases[i].first[0], "%s: %s", cases[i].words, p->err);
    }
}
#define CHECK(cases) check_refusals(p, cases, sizeof(cases) / sizeof(cases)[0])

TEST(misspelt_names_offer_the_nearest)
{
    static const struct refusal cases[] = {
        {"sovle", 2, "'sovle'", "'solve'"},
        {"simulat", 2, "'simulat'", "'simulate'"},
        {"sol", 2, "'sol'", "'solve'"},
        {"xyzzyxyzzy", 2, "'xyzzyxyzzy'", "--help"},
        {"solve --alpa 3", 2, "--alpa", "--alpha"},
        {"solve --alp 3", 2, "--alp", "--alpha"}, /* no abbreviations */
        {"solve --alp=3", 2, "--alp", "--alpha"},
        {"solve --cluster_variance 2", 2, "--cluster_variance", "--cluster-variance"},
        {"solve --qiet", 2, "--qiet", "--quiet"},
        {"solve --dry", 2, "--dry", "--dry-run"},
        {"solve -q", 2, "-q", "--quiet"},
        {"solve -alpha 3", 2, "-alpha", "--alpha"},
        {"solve --append", 2, "--append", ""}, /* of another command */
        {"simulate --apend", 2, "--apend", "--append"},
        {"list svm", 2, "'svm'", "'hinge'"},
        {"list xyzzyxyzzy", 2, "'xyzzyxyzzy'", ""},
        {"solve --loss logistik", 2, "loss: ", "'logistic'"},
        {"solve --rule persistant", 2, "rule: ", "'persistent'"},
        {"--halp", 2, "--halp", "--help"},
        {"info x.h5 --alpha 3", 2, "--alpha", ""},
    };
    CHECK(cases);
}

TEST(flags_are_well_formed)
{
    static const struct refusal cases[] = {
        {"solve --alpha", 2, "--alpha", "needs a value"},
        {"solve --alpha --rate 0.1", 2, "--alpha", "needs a value"},
        {"solve --alpha 2 --alpha 3", 2, "--alpha", "twice"},
        {"solve --alpha=2 --alpha=2", 2, "--alpha", "twice"},
        {"solve --quiet=3", 2, "--quiet", "no value"},
        {"solve --quiet --quiet", 2, "--quiet", "twice"},
        {"solve --alpha -3", 2, "alpha: '-3'", "0 < alpha"},
        {"solve --alpha=-3", 2, "alpha: '-3'", "0 < alpha"},
        {"solve --alpha=", 2, "alpha: ", "empty"},
        {"solve --alpha ''", 2, "alpha: ", "empty"},
        {"solve --", 0, "", ""},
    };
    check_refusals(p, cases, sizeof cases / sizeof cases[0] - 1);
    cr_assert_eq(program_run(p, "$P solve --overlap0 -0.5 --overlap0=-0.5 2>&1"), 2);
    run_says(p, "\noverlap0 = -0.5\n", "$P solve --overlap0 -0.5 --print-config");
    run_says(p, "\noverlap0 = -0.25\n", "$P solve --overlap0=-0.25 --print-config");
    run_says(p, "\ncluster_variance = 2\n", "$P solve --data mixture2 --cluster-variance 2 --print-config");
}

TEST(bad_values_and_contradictions_exit_2_before_any_work)
{
    static const struct refusal cases[] = {
        {"solve --alpha 3x", 2, "alpha: ", "'3x'"},
        {"solve --alpha nan", 2, "alpha: ", "'nan'"},
        {"solve --steps 1e30", 2, "steps: ", "'1e30'"},
        {"simulate --dim 1.5", 2, "dim: ", "'1.5'"},
        {"solve --rule persistent --rate 0.1 --persistence 0.05", 2, "persistence: ", "rate"},
        {"solve --rule persistent --rate 0.1 --persistence 0.2 --batch 0.3", 2, "persistence: ", "batch"},
        {"solve --rule reshuffle --batch 0.3", 2, "batch: ", "integer"},
        {"solve --overlap0 2", 2, "overlap0: ", "norm0"},
        {"solve --constraint sphere --ridge 0.1", 2, "ridge: ", "constraint"},
        {"solve --teacher linear --loss hinge2", 2, "loss: ", "hinge2"},
        {"solve --loss square --kappa 1", 2, "kappa: ", "no effect"},
        {"solve --rule langevin", 2, "temperature: ", "langevin"},
        {"solve --waiting 1000", 2, "waiting: ", "1000"},
        {"solve --loss phase --teacher abs --rate 0.1", 2, "rate: ", "30"},
        {"solve --loss square --link quadratic --teacher quadratic", 2, "rate: ", "must be at least 30"},
        {"solve --loss logistic --loss-width 2", 2, "loss_width: ", "no effect"},
        {"solve --loss huber_hinge --loss-width 0", 2, "loss_width: ", "loss_width"},
        {"solve --teacher tanh --loss hinge", 2, "loss: ", "teacher tanh"},
        {"solve --loss hinge --rule flow", 2, "rule: flow", "loss hinge"},
        {"solve --loss logistic --link relu --rule flow", 2, "rule: flow", "link relu"},
        {"solve --loss hinge --engine dense", 2, "engine: dense", "conditional"},
        {"solve --loss hinge --engine hierarchical", 2, "engine: hierarchical", "conditional"},
        {"solve --loss hinge --engine stationary", 2, "engine: stationary", "conditional"},
        {"simulate --loss hinge --waiting 10 --force-directions 2", 2, "force_directions: ", "without jumps"},
        {"solve --memory-limit 1000", 2, "memory_limit: ", ""},
        {"simulate --memory-limit 1000", 2, "memory_limit: ", ""},
        {"validate --memory-limit 1000", 2, "memory_limit: ", ""},
        {"validate --alpha 0", 2, "alpha: ", "0 < alpha"},
        {"simulate --append", 2, "out: ", "append"},
    };
    CHECK(cases);
    program_run(p, "$P solve --out $D/a.h5 --alpha 3x; $P simulate --out $D/a.h5 --dim 0; ls $D");
    cr_assert_str_eq(p->out, "");
}

TEST(wrong_numbers_of_files)
{
    static const struct refusal cases[] = {
        {"solve a.ini b.ini", 2, "'b.ini'", "solve --help"},
        {"info", 2, "RESULT.h5", "info"},
        {"info a.h5 b.h5", 2, "'b.h5'", "info"},
        {"validate a.h5", 2, "A.h5 B.h5", "validate"},
        {"validate a.h5 b.h5 c.h5", 2, "'c.h5'", "validate"},
        {"validate a.h5 b.h5 --alpha 3", 2, "alpha: ", "a.h5"},
        {"list a b", 2, "'b'", "list"},
    };
    CHECK(cases);
}

TEST(file_trouble_exits_5)
{
    static const struct refusal cases[] = {
        {"solve /nonexistent.ini", 5, "/nonexistent.ini", "No such file"},
        {"solve /tmp", 5, "/tmp", "regular"},
        {"info /nonexistent.h5", 5, "/nonexistent.h5", "No such file"},
        {"validate /nonexistent.h5 /nonexistent.h5", 5, "/nonexistent.h5", "No such file"},
        {"solve --steps 2 --out /nonexistent/a.h5", 5, "/nonexistent/a.h5", ""},
        {"simulate --steps 2 --out /nonexistent/a.h5", 5, "/nonexistent/a.h5", ""},
        {"validate --steps 2 --out /nonexistent/a", 5, "/nonexistent/a-theory.h5", ""},
        {"solve --dry-run --out /nonexistent/a.h5", 5, "/nonexistent/a.h5", ""},
        {"simulate --append --out /nonexistent/a.h5", 5, "/nonexistent/a.h5", ""},
    };
    CHECK(cases);
    run_ended(p, 5, "", "printf 'no result' > $D/a.h5; $P info $D/a.h5");
    program_run(p, "printf 'no result' > $D/a.h5; $P solve --steps 2 --out $D; echo $?");
    cr_assert_str_eq(p->out, "5\n");
}

TEST(bad_configurations_name_their_line)
{
    static const struct {
        const char *text;
        int code;
        const char *first, *second;
    } cases[] = {
        {"[data]\\nalhpa = 3\\n", 2, "a.ini:2:", "'alpha'"},
        {"[dta]\\nalpha = 3\\n", 2, "a.ini:1:", "[data]"},
        {"[model]\\nalpha = 3\\n", 2, "a.ini:2:", "[data]"},
        {"[data]\\nalpha = 3\\nalpha = 3\\n", 2, "a.ini:3:", "twice"},
        {"[data]\\nalpha = 3x\\n", 2, "alpha: ", "'3x'"},
        {"[data]\\nalpha = \\n", 2, "alpha: ", "empty"},
        {"[data]\\nalpha = 3 # comment\\n", 2, "alpha: ", ";"},
        {"\\000\\001", 2, "a.ini:1:", "text"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        program_run(p, "printf '%s' > $D/a.ini; $P solve $D/a.ini", cases[i].text);
        cr_assert_eq(p->code, cases[i].code, "%s: %s", cases[i].text, p->err);
        cr_assert(strstr(p->err, cases[i].first) && strstr(p->err, cases[i].second), "%s: %s", cases[i].text, p->err);
    }
}

TEST(a_closed_or_full_stdout_exits_5)
{
    static const char *const commands[] = {"list",
                                           "solve --print-config",
                                           "solve --help",
                                           "--version",
                                           "--help",
                                           "solve --dry-run",
                                           "solve --steps 2 --paths 64",
                                           "simulate --steps 2 --dim 20 --format csv",
                                           "simulate --steps 2 --dim 20 --format json"};
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        cr_assert_eq(program_run(p, "$P %s > /dev/full", commands[i]), 5, "%s: %s", commands[i], p->err);
        cr_assert_not_null(strstr(p->err, "sgdmft: "), "%s", commands[i]);
        cr_assert_eq(program_run(p, "$P %s >&-", commands[i]), 5, "%s: %s", commands[i], p->err);
    }
    /* no file takes the place of a closed stream */
    run_good(p, "$P simulate --steps 2 --dim 20 --out $D/a.h5 2>&- <&-");
    run_good(p, "$P info $D/a.h5");
}

/* As other filters: a command whose reader left (| head) ends by SIGPIPE, silently, after its files are written. */
TEST(a_reader_that_leaves_ends_it_in_silence)
{
    static const char *const commands[] = {
        "list",
        "list parameters",
        "--help",
        "--version",
        "--man",
        "--completion bash",
        "--completion zsh",
        "solve --help",
        "solve --print-config",
        "solve --dry-run",
        "solve --steps 2 --paths 64 --out $D/t.h5",
        "solve --steps 2 --paths 64 --format csv",
        "solve --steps 2 --paths 64 --format json",
        "simulate --steps 2 --dim 20 --out $D/s.h5",
        "validate $D/t.h5 $D/s.h5 --quiet",
        "validate $D/t.h5 $D/s.h5 --format json --quiet",
        "info $D/t.h5",
        "info $D/t.h5 --format json",
        "table $D/t.h5",
        "table $D/t.h5 --format latex",
        "replicas --steps 2 --paths 64",
        "boundary $D/t.h5",
        "teff --steps 40 --paths 64 --force --quiet",
        "sweep --vary steps=2,3 --what solve --paths 64 --quiet --out $D/w",
        "table $D/w",
        "sweep --vary steps=2,3 --what solve --paths 64 --quiet --dry-run --out $D/w"};
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        program_run(p,
                    "mkfifo $D/pipe; exec 3<>$D/pipe 4>$D/pipe 3>&-; $P %s >&4; code=$?; rm $D/pipe; "
                    "exit $code",
                    commands[i]);
        cr_assert_eq(p->code, 128 + SIGPIPE, "%s: %d %s", commands[i], p->code, p->err);
        cr_assert_str_eq(p->err, "", "%s", commands[i]);
    }
    run_good(p, "$P info $D/t.h5 && $P info $D/s.h5 && $P table $D/w");
    /* another error keeps its message and its code */
    run_refused(p, 5, "none.h5", "mkfifo $D/pipe; exec 3<>$D/pipe 4>$D/pipe 3>&-; $P table $D/none.h5 >&4");
    run_refused(p, 3, "1 of 2 points failed",
                "mkfifo $D/pip2; exec 3<>$D/pip2 4>$D/pip2 3>&-; "
                "$P sweep --vary rate=0.1,1e6 --loss square --what solve --paths 64 --steps 20 --quiet "
                "--out $D/v >&4");
}

TEST(help_and_version)
{
    static const char *const commands[] = {"solve", "simulate", "validate", "sweep", "table", "plot", "info", "list"};
    run_good(p, "$P --help");
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        cr_assert_not_null(strstr(p->out, commands[i]), "%s", commands[i]);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        run_good(p, "$P %s --help", commands[i]);
        cr_assert(strstr(p->out, "Usage: sgdmft ") && strstr(p->out, "--dry-run") && strstr(p->out, "--print-config")
                      && strstr(p->out, "--quiet"),
                  "%s: %s", commands[i], p->out);
        cr_assert_str_eq(p->err, "");
        run_says(p, "HDF5", "$P %s --version", commands[i]);
    }
    cr_assert_eq(program_run(p, "$P"), 2);
    cr_assert_str_eq(p->out, "");
    run_good(p, "$P --version");
    cr_assert(strncmp(p->out, "sgdmft ", 7) == 0 && strstr(p->out, "GSL") && strstr(p->out, "OpenBLAS"));
}

/* Every flag, key and line of help comes from the table. */
TEST(the_table_is_in_help_list_and_configuration)
{
    static char help[sizeof p->out], list[sizeof p->out];
    run_good(p, "$P solve --help");
    strcpy(help, p->out);
    run_good(p, "$P list parameters");
    strcpy(list, p->out);
    char *rest = list, *line;
    size_t count = 0;
    strsep(&rest, "\n");
    while ((line = strsep(&rest, "\n")) && *line) {
        char name[64], flag[80];
        cr_assert_eq(sscanf(line, " %63s", name), 1, "%s", line);
        snprintf(flag, sizeof flag, "--%s=", name);
        for (char *c = flag; *c; c++)
            *c = *c == '_' ? '-' : *c;
        const char *place = strstr(help, flag);
        flag[strlen(flag) - 1] = '['; /* a switch: --name[=yes|no] */
        cr_assert(place || strstr(help, flag), "%s", flag);
        run_good(p, "$P list %s", name);
        cr_assert(strncmp(p->out, name, strlen(name)) == 0, "%s", p->out);
        count++;
    }
    cr_assert_gt(count, 30);
}

TEST(list_shows_records_with_references)
{
    static const struct {
        const char *topic, *name;
    } cases[] = {
        {"losses", "hinge2"},   {"data", "mixture3"},    {"teachers", "door"},         {"links", "linear"},
        {"rules", "reshuffle"}, {"engines", "dense"},    {"parameters", "rate_steps"}, {"observables", "overlap"},
        {"scalars", "width"},   {"statuses", "refused"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        run_good(p, "$P list %s", cases[i].topic);
        cr_assert_not_null(strstr(p->out, cases[i].name), "%s", cases[i].topic);
        run_good(p, "$P list %s", cases[i].name);
        cr_assert_not_null(strstr(p->out, cases[i].name), "%s", cases[i].name);
    }
    run_says(p, "arXiv", "$P list persistent");
    run_good(p, "$P list door");
    cr_assert(strstr(p->out, "(link)") && strstr(p->out, "(teacher)"), "%s", p->out);
    run_good(p, "$P list");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_says(p->out, cases[i].topic);
    run_prints(p, "", "$P list losses --dry-run");
}

/* Words of sweeps, and values of parameters: `auto` shows the choice of each parameter that takes it. */
TEST(list_explains_words_that_are_no_records)
{
    static const char *const cases[][2] = {
        {"width", "width (number of a run"},
        {"recovered", "recovered(LEVEL) (number of a run"},
        {"\"recovered(0.5)\"", "share of the simulated runs"},
        {"diverged", "diverged (status of a point"},
        {"halves", "halves (value of extrapolation)"},
        {"auto", "auto (value of engine)\n  online for the rule online; conditional with momentum"},
        {"engine", "dense up to 100 steps (linear models 250) and hierarchical beyond"},
        {"engines", "\n  auto               online for the rule online"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        run_says(p, cases[i][1], "$P list %s", cases[i][0]);
    run_good(p, "$P list auto");
    for (size_t i = 0; i < sgdmft_parameter_count; i++) {
        const struct sgdmft_parameter *parameter = &sgdmft_parameters[i];
        char head[80];
        snprintf(head, sizeof head, "auto (value of %s)\n", parameter->name);
        if (parameter->default_for || strcmp(parameter->default_text, "auto") == 0)
            assert_says(p->out, head);
    }
}

/* The engine that auto takes is the one that `list engine` names. */
TEST(auto_is_as_it_is_told)
{
    static const char *const cases[][2] = {
        {"--steps 100", "dense"},
        {"--steps 101", "hierarchical"},
        {"--loss square --teacher linear --steps 250", "dense"},
        {"--loss square --teacher linear --steps 251", "hierarchical"},
        {"--rule online", "online"},
        {"--momentum 0.5", "conditional"},
        {"--average tail:3", "conditional"},
        {"--loss hinge", "conditional"},
        {"--loss sigmoid", "conditional"},
        {"--steps 101 --rate-cycle 5=0.2,10=0.1", "dense"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        run_says(p, cases[i][1], "$P solve --dry-run %s", cases[i][0]);
}

static void check_round_trip(struct program *p, const char *words)
{
    run_good(p,
             "$P solve %s --print-config > $D/a.ini && $P solve $D/a.ini --print-config > $D/b.ini && "
             "cmp $D/a.ini $D/b.ini && $P simulate $D/b.ini --print-config | cmp - $D/a.ini",
             words);
}

TEST(printed_configurations_come_back)
{
    static const char *const cases[] = {
        "",
        "--rule gd --rate 0.07 --seed 18446744073709551615",
        "--constraint sphere --loss phase --teacher abs --rule langevin --temperature 0.3 --rate 0.01 --overlap0 0.1",
        "--data mixture3 --link door --rule persistent --persistence 2.5 --cluster-variance 0.3333333333333333",
        "--steps 1000 --rate-steps 500=0.05,800=0.01 --batch-steps 10=0.123456789 --waiting 0,10,100",
        "--out '/tmp/some where/x.h5' --format json",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_round_trip(p, cases[i]);
    run_good(p, "$P solve --overlap0 0.1 --rate 0.05 --print-config > $D/a.ini; "
                "$P solve $D/a.ini --rate 0.2 --print-config");
    cr_assert(strstr(p->out, "\nrate = 0.2\n") && strstr(p->out, "\noverlap0 = 0.1\n"), "a flag wins");
    assert_says(p->out, "\nalpha = 3\n");
    static const char *const without[] = {"list", "list losses", "study memorization", "bench"};
    for (size_t i = 0; i < sizeof without / sizeof without[0]; i++) {
        cr_assert_eq(program_run(p, "$P %s --print-config", without[i]), 2, "%s", without[i]);
        assert_says(p->err, "print-config: it has no effect with ");
        cr_assert_str_empty(p->out);
    }
}

TEST(documented_runs_come_back)
{
    glob_t files;
    cr_assert_eq(glob("validation/runs/*.ini", 0, NULL, &files), 0, "tests run in the folder of the Makefile");
    cr_assert_geq(files.gl_pathc, 7);
    for (size_t i = 0; i < files.gl_pathc; i++)
        if (program_run(p, "set -- `sed -n 's/^dataset = //p' %s`; test -z \"$1\" -o -e \"$1\"", files.gl_pathv[i])
            == 0)
            check_round_trip(p, files.gl_pathv[i]); /* where its dataset is there */
    globfree(&files);
}

TEST(warnings_name_overlap0_and_are_quiet_on_request)
{
    run_good(p, "$P solve --teacher door --dry-run");
    cr_assert(strncmp(p->err, "sgdmft: warning: overlap0: 0", 28) == 0, "%s", p->err);
    run_good(p, "$P solve --teacher door --dry-run --quiet");
    cr_assert_str_eq(p->err, "");
    run_good(p, "$P solve --teacher door --overlap0 0.1 --dry-run");
    cr_assert_str_eq(p->err, "");
}

/* Files of others, and their names, cannot command the terminal. */
TEST(messages_have_no_control_characters)
{
    program_run(p, "printf '[data]\\n\\033[31malph\\a = 1\\n' >$D/x.ini; $P solve $D/x.ini");
    assert_ended(p, 2, "unknown parameter '?[31malph?'");
    run_ended(p, 5, "a?[2Jb.h5: No such file", "$P info $D/$(printf 'a\\033[2Jb.h5')");
}
