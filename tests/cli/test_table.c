/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft table: LaTeX, matrices, order, columns on demand, theory and simulation beside each other. */
#include "tests/cli/program.h"

#include <math.h>

TestSuite(table, .timeout = 120);

#define SMALL "--paths 256 --groups 4 --steps 12 --overlap0 0.2 --dim 64 --runs 4 --progress none --quiet "

#define TEST(name) PROGRAM_TEST(table, name)

/* Every line of the tabular has as many fields as it has columns, and where pdflatex is, it compiles. */
static void assert_latex(struct program *p, const char *file)
{
    run_good(p,
             "/usr/bin/python3 - $D/%s 2>&1 <<'END'\n"
             "import re, sys\n"
             "t = open(sys.argv[1]).read()\n"
             "n = len(re.search(r'begin\\{tabular\\}\\{([lrc]+)\\}', t).group(1))\n"
             "body = t[t.index('\\\\toprule'):t.index('\\\\bottomrule')]\n"
             "lines = [l for l in body.split('\\n') if l.endswith('\\\\\\\\')]\n"
             "assert len(lines) >= 2, t\n"
             "for l in lines:\n"
             "    m = sum(int(k) - 1 for k in re.findall(r'multicolumn\\{(\\d+)\\}', l))\n"
             "    assert len(re.findall(r'(?<!\\\\)&', l)) + 1 + m == n, (l, n)\n"
             "    assert l.count('$') %% 2 == 0, l\n"
             "assert t.count('{') == t.count('}')\n"
             "END\n",
             file);
    run_good(p,
             "command -v pdflatex >/dev/null || exit 0; cd $D; printf "
             "'\\\\documentclass{article}\\\\usepackage{booktabs}\\\\begin{document}\\\\input{%s}\\\\end{document}' "
             "> paper.tex; pdflatex -interaction=nonstopmode -halt-on-error paper.tex && grep -c '^Overfull' "
             "paper.log; head -c 4 paper.pdf | grep -q PDF",
             file);
}

TEST(latex_compiles)
{
    run_good(p, "$P sweep " SMALL "--vary loss=logistic,hinge2 --vary rate=0.1,0.00001 --what validate "
                "--out $D/s > $D/x; $P table $D/s --format latex --columns "
                "loss,rate,status,overlap_theory,overlap_simulation,max_abs_z,train_"
                "loss_theory_se --label tab:one > $D/a.tex");
    assert_latex(p, "a.tex");
    run_good(p, "cat $D/a.tex");
    assert_says(p->out, "\\usepackage{booktabs}");
    assert_says(p->out, "\\label{tab:one}");
    assert_says(p->out, "$\\alpha$ = 3");
    assert_says(p->out, "loss & $\\eta$ & status & $m$, theory & $m$, simulation & $\\max|z|$ &");
    assert_says(p->out, "logistic & $1\\times10^{-5}$ & ");
    run_good(p, "$P table $D/s --format latex --pivot overlap_theory --caption 'A $m$.' > $D/b.tex && cat $D/b.tex");
    assert_says(p->out, "\\caption{A $m$.}");
    assert_says(p->out, "\\multicolumn{2}{c}{$m$, theory at $\\eta$}");
    assert_latex(p, "b.tex");
    run_good(p, "$P solve " SMALL "--out $D/t.h5 > $D/x && $P table $D/t.h5 --format latex > $D/c.tex");
    assert_latex(p, "c.tex");
}

TEST(a_matrix_has_every_point_in_its_place)
{
    run_good(p, "$P sweep " SMALL
                "--vary alpha=1,2,3 --vary batch=0.3,0.6 --what solve --out $D/s > $D/x; $P table $D/s --pivot "
                "overlap > $D/m; $P table $D/s --columns alpha,batch,overlap,overlap_se | /usr/bin/python3 -c '\n"
                "import csv, sys\n"
                "m = {r[\"alpha\"]: r for r in csv.DictReader(open(sys.argv[1]))}\n"
                "n = 0\n"
                "for r in csv.DictReader(sys.stdin):\n"
                "    key = \"batch=\" + r[\"batch\"]\n"
                "    assert m[r[\"alpha\"]][key] == r[\"overlap\"] and m[r[\"alpha\"]][key + \"_se\"] == "
                "r[\"overlap_se\"]\n"
                "    n += 1\n"
                "print(n, len(m))' $D/m");
    cr_assert_str_eq(p->out, "6 3\n");
    run_says(p, "| overlap: alpha \\ batch | 0.3 | 0.6 |", "$P table $D/s --pivot overlap --format markdown");
}

TEST(rows_in_the_order_asked_for)
{
    run_good(p, "$P sweep " SMALL "--vary alpha=1,10,2 --vary rule=sgd,gd --what solve --out $D/s > $D/x; $P table "
                "$D/s --sort rule,-alpha --columns rule,alpha,ridge,teacher | tr '\\n' ' '");
    cr_assert_str_eq(p->out, "rule,alpha,ridge,teacher gd,10,0.1,sign gd,2,0.1,sign gd,1,0.1,sign sgd,10,0.1,sign "
                             "sgd,2,0.1,sign sgd,1,0.1,sign ");
    run_good(p, "$P table $D/s --sort -overlap --columns overlap | sed 1d | sort -g -r -c && $P "
                "table $D/s --sort overlap --columns overlap | sed 1d | sort -g -c");
}

TEST(theory_beside_simulation)
{
    run_good(p, "$P solve " SMALL "--out $D/t.h5 > $D/x && $P simulate " SMALL
                "--out $D/s.h5 > $D/x && $P table $D/s.h5 $D/t.h5 --side-by-side --columns "
                "step,overlap_theory,overlap_simulation > $D/b && $P table $D/t.h5 --columns "
                "step,overlap > $D/t && $P table $D/s.h5 --columns overlap > $D/s && paste -d, $D/t "
                "$D/s | sed 1d > $D/c && sed 1d $D/b | cmp - $D/c && wc -l < $D/c");
    cr_assert_eq(atoi(p->out), 13);
    run_good(p, "$P table $D/s.h5 $D/t.h5 --last --columns source,step,rate,overlap");
    assert_says(p->out, "source,step,rate,overlap\nsimulation,12,0.1,");
    assert_says(p->out, "\ntheory,12,0.1,");
    static const char *const bad[][2] = {{"$D/t.h5 $D/t.h5 --side-by-side", "side-by-side"},
                                         {"$D/t.h5 --pivot overlap", "pivot"},
                                         {"$D/t.h5 --caption x", "caption"},
                                         {"$D/t.h5 --sort overlpa", "'overlap'"},
                                         {"$D/t.h5 --level overlap=1", "level"},
                                         {"$D/t.h5 --last --side-by-side", "last"},
                                         {"$D/t.h5 --columns 'teff(x)'", "teff(x)"}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        run_refused(p, 2, bad[i][1], "$P table %s", bad[i][0]);
    }
}

TEST(the_caption_says_what_all_rows_share)
{
    run_good(p, "$P solve " SMALL "--out $D/a.h5 > $D/x && $P solve " SMALL "--rule gd --out $D/b.h5 > $D/x && $P "
                "table $D/a.h5 $D/b.h5 --last --format latex --columns rule,batch,overlap | grep caption");
    assert_says(p->out, "loss logistic, $\\lambda$ = 0.1, $\\alpha$ = 3, $\\eta$ = 0.1}");
    run_says(p, "rule sgd, $\\alpha$ = 3, $\\eta$ = 0.1, $b$ = 0.3, step 12}",
             "$P table $D/a.h5 $D/a.h5 --last --format latex | grep caption");
}

TEST(a_stationary_state_has_no_step)
{
    run_good(p,
             "$P solve --data random --loss hinge2 --kappa 1 --engine stationary --paths 256 --steps 100 --quiet "
             "--out $D/t.h5 > $D/x && $P solve " SMALL "--out $D/s.h5 > $D/x && $P table $D/t.h5 --last | head -n 1");
    cr_assert_null(strstr(p->out, "step"), "%s", p->out);
    cr_assert_null(strstr(p->out, "time"), "%s", p->out);
    run_good(p, "$P table $D/t.h5 $D/s.h5 --last --columns step,time | tr '\n' ' '");
    cr_assert_str_eq(p->out, "step,time nan,nan 12,1.2000000000000002 ");
}

TEST(a_level_line_as_a_table)
{
    run_good(p, "$P sweep --teacher linear --loss square --rule gd --ridge 0.5 --overlap0 0.2 --steps 1 "
                "--paths 512 --quiet --vary rate=0.1,0.2 --vary alpha=0.5:8:0.5 --what solve --level "
                "overlap=0.5 --format csv --out $D/s | cut -d, -f1-5 > $D/a; $P table $D/s --level "
                "overlap=0.5 | cmp - $D/a && $P table $D/s --level overlap=0.5 --format latex > $D/l.tex");
    assert_latex(p, "l.tex");
    /* The folder knows its line; its points are had by their columns. The caption says what it is, and the
     * error holds the truth. */
    run_good(p, "$P table $D/s | cmp - $D/a && $P table $D/s --columns alpha | wc -l && grep 'line "
                "of $m$ = 0.5. low, high: ' $D/l.tex | wc -l");
    int points, captions;
    cr_assert_eq(sscanf(p->out, "%d %d", &points, &captions), 2, "%s", p->out);
    cr_assert(points > 8 && captions == 1, "%s", p->out);
    run_good(p, "$P sweep --teacher linear --loss square --rule gd --ridge 0.5 --overlap0 0.2 --steps 20 "
                "--paths 512 --quiet --vary rate=0.1:0.3:0.1 --vary alpha=0.2:2:0.4 --what solve --out "
                "$D/grid > $D/x; $P sweep --teacher linear --loss square --rule gd --ridge 0.5 --overlap0 "
                "0.2 --steps 20 --paths 512 --quiet --vary rate=0.1:0.3:0.1 --vary alpha=0.9:1.1:0.1 --what "
                "solve --level overlap=0.5 --level-tolerance 1e-5 --out $D/line > $D/x; $P table $D/line > "
                "$D/fine; $P table $D/grid --level overlap=0.5 | paste -d, - $D/fine | sed 1d");
    const char *line = p->out;
    for (int i = 0; i < 3; i++, line = strchr(line, '\n') + 1) {
        double coarse, se, low, high, fine;
        cr_assert_eq(sscanf(line, "%*f,%lf,%lf,%lf,%lf,%*f,%lf", &coarse, &se, &low, &high, &fine), 5, "%s", line);
        cr_expect(fabs(coarse - fine) < 2 * se && fabs(coarse - fine) > se / 4, "%.8g, not %.8g, error %g", coarse,
                  fine, se);
        cr_expect_lt(se, (high - low) / 50);
    }
}

/* A title fits on a page, is not empty and has at most two lines. */
TEST(latex_for_a_page)
{
    run_good(p,
             "$P sweep " SMALL "--vary rate=0.1,0.2 --vary batch=0.3,0.6 --what solve --out $D/s > $D/x; $P table $D/s "
             "--format latex > $D/a.tex; grep -c status $D/a.tex; grep -c ', step 12}' $D/a.tex");
    cr_assert_str_eq(p->out, "0\n1\n");
    assert_latex(p, "a.tex");
    run_good(p, "cd $D; command -v pdflatex > x || exit 0; grep -c Overfull paper.log; exit 0");
    cr_assert(p->out[0] == '\0' || atoi(p->out) == 0, "%s", p->out);
    program_run(p,
                "$P sweep --teacher linear --loss square --steps 40 --paths 256 --quiet --vary rate=0.1,3 --vary "
                "batch=0.3,0.6 --what solve --out $D/d > $D/x; $P table $D/d --format latex --columns "
                "rate,batch,status,reason > $D/b.tex; grep -c 'p{0.5.linewidth}' $D/b.tex; grep -c diverged $D/b.tex");
    cr_assert_str_eq(p->out, "1\n2\n");
    run_good(p, "$P sweep " SMALL "--vary rate=0.1,0.2 --vary batch=0.3,0.6 --what validate --out $D/v > $D/x; $P "
                "table $D/v --format latex > $D/c.tex");
    assert_says(p->err, "wider than a page");
}
