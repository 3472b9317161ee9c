/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Help for those who type what they know: `sgdmft help`, suggestions everywhere that names are read, forms of numbers,
 * and arguments shown as what they are. */
#include "models/run/suggest.h"
#include "models/run/parameter_table.h"
#include "tests/cli/program.h"

TestSuite(help, .timeout = 60);

PROGRAM_TEST(help, help_is_a_command)
{
    run_good(p, "$P help >$D/a; $P --help >$D/b; cmp $D/a $D/b && $P help teff >$D/a; $P teff --help >$D/b; "
                "cmp $D/a $D/b");
    run_refused(p, 2, "unknown command 'slove', did you mean 'solve'?", "$P help slove");
    run_refused(p, 2, "unexpected argument 'teff'", "$P help solve teff");
}

PROGRAM_TEST(help, suggestions_wherever_names_are_read)
{
    static const struct {
        const char *arguments, *message;
    } cases[] = {
        {"solve --eta 0.1", "unknown flag --eta, did you mean --rate (learning rate eta)?"},
        {"solve --batch-size 30", "unknown flag --batch-size, did you mean --batch (batch fraction b)?"},
        {"solve -T 1", "unknown flag -T, did you mean --temperature (temperature T of the noise)?"},
        {"solve -h", "unknown flag -h, did you mean --help?"},
        {"solve $D/a.ini", "a.ini:2: unknown parameter 'lr', did you mean 'rate' (learning rate eta)?"},
        {"solve --loss mse", "loss: unknown 'mse', did you mean 'square' (l = (phi - y)^2 / 2)? (one of: square"},
        {"solve --rule psgd", "rule: unknown 'psgd', did you mean 'persistent' ("},
        {"list lambda", "list: unknown name 'lambda', did you mean 'ridge' (ridge strength lambda)?"},
        {"list bce", "list: unknown name 'bce', did you mean 'logistic' (l = ln(1 + exp(-y phi)), y = +1/-1)?"},
        {"T_eff", "unknown command 'T_eff', did you mean 'teff'?"},
        {"train", "unknown command 'train', did you mean 'simulate'?"},
        {"sweep --vary tau=1,2 --what solve --out $D/s",
         "vary: unknown parameter 'tau', did you mean 'persistence' (persistence time tau of the batch)?"},
        {"sweep --vary rate=1,2 --what solve --level m=0.5 --out $D/s",
         "level: there is no observable 'm' with one value a run, did you mean 'overlap' (overlap m = w.v/N of the "
         "weights with the signal)?"},
        {"plot $D/r.h5 --kind heatmap --out $D/a.png", "kind: there is no 'heatmap', did you mean 'map'?"},
        {"table $D/r.h5 --columns eta", "columns: there is no column 'eta'"},
        {"table $D/r.h5 --columns m", "columns: there is no column 'm', did you mean 'overlap' ("},
        {"study memorisation", "unknown study 'memorisation', did you mean 'memorization'?"},
        {"bench --only logistik", "only: unknown item 'logistik'"},
    };
    program_run(p, "printf '[algorithm]\\nlr = 1\\n' >$D/a.ini; $P solve --steps 2 --paths 64 --quiet --out $D/r.h5");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        run_refused(p, 2, cases[i].message, "$P %s", cases[i].arguments);
    }
}

/* Every row of the table of synonyms leads to something that `list`, the commands or the kinds of figures know. */
PROGRAM_TEST(help, synonyms_lead_somewhere)
{
    program_run(p, "$P --completion bash | sed -n \"s/.*plot:--kind) words='\\(.*\\)'.*/ \\1 /p\"; $P --help");
    char *names = strdup(p->out);
    for (size_t i = 0; i < synonym_count; i++) {
        char word[64];
        snprintf(word, sizeof word, " %s ", synonyms[i].name);
        if (!strstr(names, word))
            run_good(p, "$P list %s", synonyms[i].name);
    }
    free(names);
}

/* Files are called FILE, and nothing else is. */
PROGRAM_TEST(help, arguments_are_shown_as_what_they_are)
{
    static const char *const shown[][2] = {
        {"dataset", "FILE"},
        {"labels", "FILE"},
        {"out", "FILE"},
        {"checkpoint", "FILE"},
        {"plugin", "FILE"},
        {"positive", "LABEL,..."},
        {"label-column", "NAME|NUMBER"},
        {"covariance-spectrum", "VALUE[:WEIGHT[:SIGNAL]],..."},
        {"window", "FIRST:LAST"},
        {"max-walltime", "SECONDS"},
        {"memory-limit", "BYTES"},
        {"rate", "NUMBER"},
        {"paths", "INTEGER"},
    };
    char *const help = program_run(p, "$P solve --help") ? NULL : strdup(p->out);
    char *const zsh = program_run(p, "$P --completion zsh") ? NULL : strdup(p->out);
    char *const page = program_run(p, "$P --man | sed 's/\\\\f.//g; s/\\\\-/-/g; s/\\\\&//g'") ? NULL : strdup(p->out);
    program_run(p, "$P --completion bash");
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
        char text[128];
        const bool file = strcmp(shown[i][1], "FILE") == 0;
        snprintf(text, sizeof text, "--%s=%s", shown[i][0], shown[i][1]);
        assert_says(help, text);
        snprintf(text, sizeof text, "--%s %s\n", shown[i][0], shown[i][1]);
        assert_says(page, text);
        snprintf(text, sizeof text, "*:--%s) value=%s ;;", shown[i][0], file ? "file" : "none");
        assert_says(p->out, text);
        snprintf(text, sizeof text, "'--%s=[", shown[i][0]);
        const char *line = strstr(zsh, text);
        cr_assert_not_null(line, "%s", text);
        snprintf(text, sizeof text, "%.*s", (int)strcspn(line, "\n") < 120 ? (int)strcspn(line, "\n") : 120,
                 line + strcspn(line, "\n") - 7);
        cr_assert_eq(strncmp(text, "_files'", 7) == 0, file, "%s: %s", shown[i][0], text);
    }
    size_t files = 0;
    for (const char *at = help; (at = strstr(at, "=FILE\n")) || false; at++)
        files++;
    for (const char *at = help; (at = strstr(at, "=FILE ")) || false; at++)
        files++;
    cr_assert_eq(files, 5, "%s", help);
    free(help);
    free(zsh);
    free(page);
}

/* argp of glibc crashes on an entry of 77 to 82 columns: the way back from its right margin leaves the text. */
PROGRAM_TEST(help, no_entry_reaches_the_margin)
{
    program_run(p, "for c in $($P --help | sed -n 's/^  \\([a-z]*\\)  *[A-Z].*/\\1/p'); do $P help $c; done | sed -n "
                   "'s/^\\( *--[^ ]*\\).*/\\1/p' | sort -u | awk '{ if (length($0) > most) { most = length($0); name = "
                   "$0 } } END { print NR, most, name }'");
    int entries, most;
    cr_assert_eq(sscanf(p->out, "%d %d", &entries, &most), 2, "%s%s", p->out, p->err);
    cr_expect(entries > 80, "%s", p->out);
    cr_expect(most <= 72, "%s", p->out);
}

/* Entries of the page are sentences; what may be repeated says so once, in help and page. */
PROGRAM_TEST(help, the_page_is_made_of_sentences)
{
    program_run(p, "$P --man | awk '/^\\./ { if (text != \"\" && text !~ /[.]$/) print text; text = \"\"; entry = 0; "
                   "next } /^.fB.-.-/ { entry = 1; next } entry { text = text \" \" $0 }'");
    cr_assert_str_eq(p->out, "");
    program_run(p, "$P --man >$D/page; for t in 'may be given' 'May be given' 'see below'; do tr '\\n' ' ' <$D/page | "
                   "grep -o \"$t\" | wc -l; done");
    cr_assert_str_eq(p->out, "4\n0\n0\n", "sweep --vary, plot --level, study --set, bench --only: %s", p->out);
    program_run(p, "$P plot --help | tr -s '\\n ' ' '");
    assert_says(
        p->out,
        "level: the level line; map: its lines, in place of those chosen by the program; may be given more than once ");
}

PROGRAM_TEST(help, forms_of_numbers_are_told)
{
    static const char *const forms[] = {NUMBER_FORMS, NUMBER_FORMS_COUNT, NUMBER_FORMS_SECONDS, NUMBER_FORMS_BYTES};
    static const char *const sources[] = {"$P solve --help", "$P sweep --help", "$P teff --help", "$P --man"};
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        program_run(p, "%s | sed 's/\\\\-/-/g' | tr -s '\\n ' ' '", sources[i]);
        for (size_t j = 0; j < sizeof forms / sizeof forms[0]; j++)
            assert_says(p->out, forms[j]);
    }
    program_run(p, "$P table --help");
    cr_assert_null(strstr(p->out, "Numbers:"), "table has no run");
}

/* A point, or an end of a search, is the same whether its value was written 20 % or 0.2. */
PROGRAM_TEST(help, sweeps_take_the_forms_of_numbers)
{
    run_good(p, "$P sweep --steps 2 --what solve --vary batch=10%%,20%% --vary paths=log:1K:4K:2 "
                "--quiet --out $D/s && $P table $D/s --columns batch,paths");
    assert_says(p->out, "batch,paths\n0.1");
    assert_says(p->out, ",4000\n");
    run_says(p, "6 points, 6 complete (4 of all were there before)",
             "$P sweep --steps 2 --what solve --vary batch=0.1,1/5,0.3 --vary paths=1000,4K "
             "--out $D/s");
    program_run(p, "$P sweep --steps 4 --paths 200 --loss square --rule gd --what solve --vary rate=10%%,30%%,1/2 "
                   "--level norm=-100%% --quiet --out $D/t");
    assert_code(p, 3);
    run_prints(p, "0.1\n0.3\n0.5\nrate\n", "$P table $D/t --columns rate | sort");
}
