/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft plot: every kind gives a valid picture with the curves that it should have, and its script draws it again. */
#include "tests/cli/program_output.h"

TestSuite(plot, .timeout = 180);

#define SMALL                                                                                                          \
    "--data random --loss hinge2 --kappa 1 --paths 256 --groups 4 --steps 30 --dim 64 --runs 4 --progress none "       \
    "--quiet "

#define TEST(name) PROGRAM_TEST(plot, name)

/* A png whose checksums are right and which shows more than one colour; the script says and draws `curves` curves, its
 * data have as many blocks, and run by itself it draws the same picture. */
static void assert_picture(struct program *p, const char *words, int curves)
{
    run_prints(p, "", "cd $D && $P plot %s --out p.png --script", words);
    cr_assert_str_eq(p->err, "");
    assert_png(p, "p.png", 1040, 0);
    run_good(p, "cd $D && /usr/bin/python3 - 2>&1 <<'END'\n"
                "import re\n"
                "script = open('p.gp').read()\n"
                "print(re.search(r'# (\\d+) curves', script).group(1), len(set(re.findall(r'index (\\d+)', script))),\n"
                "      len([t for t in open('p.dat').read().split('\\n\\n\\n') if t.strip()]))\n"
                "END\n");
    int said, drawn, blocks;
    cr_assert_eq(sscanf(p->out, "%d %d %d", &said, &drawn, &blocks), 3, "%s", p->out);
    cr_assert_eq(drawn, curves, "%s: %d curves, not %d", words, drawn, curves);
    cr_assert_eq(blocks, curves, "%s: %d blocks, not %d", words, blocks, curves);
    cr_assert_geq(said, curves, "%s", words);
    run_good(p, "cd $D && cp p.png q.png && rm p.png && gnuplot p.gp && cmp p.png q.png && rm p.* q.png");
}

TEST(pictures_of_results)
{
    run_good(p, "cd $D && $P teff " SMALL "--engine stationary --out t.h5 > x && $P teff " SMALL
                "--by simulate --out s.h5 --force > x; $P replicas " SMALL "--out rt.h5 > x && $P replicas " SMALL
                "--by simulate --out rs.h5 > x");
    assert_picture(p, "t.h5 --kind fdt", 4);      /* curve, three slopes */
    assert_picture(p, "t.h5 s.h5 --kind fdt", 5); /* a theory and a simulation, slopes of the theory */
    run_good(p, "cd $D && $P plot s.h5 t.h5 --kind fdt --out p.png --script && grep -c 'chord "
                "(theory), {/:Italic T}' p.gp");
    /* They are one run, though the lengths that were solved and simulated differ. */
    run_good(p, "cd $D && $P teff --data random --loss hinge2 --kappa 1 --steps 40 --dim 64 "
                "--runs 4 --quiet --by simulate --out s40.h5 > x && $P plot t.h5 s40.h5 --kind fdt "
                "--out p.png --script && grep -o \"title '[a-z]*'\" p.gp | tr '\\n' ' '");
    cr_assert_str_eq(p->out, "title 'theory' title 'simulation' ");
    assert_picture(p, "t.h5 --kind spectrum", 1);
    assert_picture(p, "rt.h5 rs.h5 --kind replicas", 2);
    assert_picture(p, "rt.h5 --observable train_loss", 1);
    assert_picture(p, "rt.h5 rs.h5 --kind margins", 2);
    assert_picture(p, "rt.h5 --kind margins --observable raw", 1);
    /* The slopes that are drawn are those of teff. */
    run_good(p, "cd $D && $P plot t.h5 --kind fdt --out p.png --script && $P teff t.h5 | awk '/^  chord/ {print $2}' "
                "> chord && grep -F -q \"chord, {/:Italic T}_{eff} = $(cat chord)\" p.gp && $P plot t.h5 --kind fdt "
                "--out p.pdf && $P plot t.h5 --kind fdt --out p.svg && grep -q '</svg>' p.svg && head -c 4 p.pdf");
    cr_assert_str_eq(p->out, "%PDF");
    /* Points of the data are values of the result. */
    run_good(p, "cd $D && $P plot rt.h5 --kind replicas --out p.png --script && $P replicas rt.h5 --format csv | tail "
                "-n 1 | cut -d, -f3 | xargs printf '%%.10g\\n' > last && tail -n 1 p.dat | cut -d' ' -f2 | cmp - last");
}

TEST(pictures_of_sweeps)
{
    run_good(p, "cd $D && $P sweep " SMALL
                "--vary batch=0.3,0.5,0.8 --vary rate=0.1,0.2 --what replicas --by both --out b > x");
    assert_picture(p, "b", 6); /* three batches, theory and simulation */
    assert_picture(p, "b --kind curves --x batch --observable norm", 4);
    assert_picture(p, "b --kind replicas", 12);
    assert_picture(p, "b --kind map", 3); /* cells, contours, their labels */
    assert_picture(p, "b --kind map --x rate --observable distance_simulation", 3);
    run_ended(p, 3, "",
              "cd $D && $P sweep " SMALL "--vary batch=0.3,0.5,0.8 --vary rate=0.1,0.2,30 --what solve --out d > x");
    assert_picture(p, "d --kind map --observable norm", 4); /* and a grey for what diverges */
    run_good(p, "cd $D && $P plot d --kind map --observable norm --out p.png --script && grep -c \"'diverges'\" "
                "p.gp && awk '/^$/ {b++} /^# left/ {n = 0} !/^#/ && NF == 5 {n++} END {print n}' p.dat");
    cr_assert_str_eq(p->out, "1\n6\n");
    run_good(p,
             "cd $D && $P sweep --teacher linear --loss square --rule gd --ridge 0.5 --overlap0 0.2 --steps 1 --paths "
             "512 --quiet --vary rate=0.1,0.2,0.3 --vary alpha=0.5:8:0.5 --what solve --level overlap=0.5 --out l > x");
    assert_picture(p, "l --level overlap=0.5", 1);
    /* The folder knows its line: it is drawn without being named again. */
    run_good(p, "cd $D && $P plot l --level overlap=0.5 --out a.png && $P plot l --out b.png && cmp a.png "
                "b.png && $P plot l --kind level --out b.png && cmp a.png b.png && rm a.png b.png");
    static const char *const bad[][2] = {{"b --kind mpa", "'map'"},
                                         {"b --kind map --observable overlpa", "'overlap'"},
                                         {"b --kind map --x alpha", "x: 'alpha'"},
                                         {"b --kind spectrum", "spectrum"},
                                         {"b --x batch --kind fdt", "x:"},
                                         {"b --kind map --level norm=1", "the map shows"},
                                         {"l --kind map", "grid"},
                                         {"b --log z", "log"},
                                         {"b --kind map --log x", "log"},
                                         {"b --kind level", "--level"},
                                         {"b --kind map --observable teff_chord", "teff_chord"},
                                         {"b --level norm=-7", "no row"}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        run_refused(p, 2, bad[i][1],
                    "cd $D && rm -f p.*; $P plot %s --out p.png; code=$?; ls p.* 2>/dev/null; exit $code", bad[i][0]);
    }
}

/* gnuplot itself says nothing of a disk that is full; a file that may not grow stands for one. */
TEST(why_there_is_no_picture)
{
    static const struct {
        const char *before, *ending, *part;
    } cases[] = {
        {"ulimit -f 8", "png", "gnuplot could not draw the picture: File too large"},
        {"ulimit -f 8", "svg", "gnuplot could not draw the picture: File too large"},
        {"ulimit -f 8", "pdf", "gnuplot could not draw the picture: File too large"},
        {"echo 'exit 3' >> gnuplot; PATH=.:$PATH", "png", "no message (exit code 3)"},
        {"echo 'kill -SEGV $$' >> gnuplot; PATH=.:$PATH", "png", "it was ended by a signal (Segmentation fault)"},
        {"echo 'echo no such terminal >&2; exit 1' >> gnuplot; PATH=.:$PATH", "png", "no such terminal"},
        {"echo ': > picture' >> gnuplot; PATH=.:$PATH", "png", "no message (exit code 0)"},
    };
    run_good(p, "$P solve --steps 20 --paths 64 --quiet --out $D/r.h5");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        program_run(
            p, "cd $D; echo '#!/bin/sh' > gnuplot; chmod +x gnuplot; %s; $P plot r.h5 --observable norm --out a.%s",
            cases[i].before, cases[i].ending);
        assert_refused(p, 5, cases[i].part);
        program_run(p, "ls $D");
        cr_assert_str_eq(p->out, strstr(cases[i].before, "picture") ? "gnuplot\npicture\nr.h5\n" : "gnuplot\nr.h5\n",
                         "something is left behind: %s", p->out);
    }
}

/* Points of the lines lie where linear interpolation along an edge of the grid gives the level of their label. */
TEST(lines_of_a_map_are_where_the_value_is)
{
    run_good(p, "cd $D && $P sweep --teacher linear --loss square --rule gd --overlap0 0.2 --steps 4 --paths 256 "
                "--quiet --vary ridge=0.1:0.7:0.2 --vary rate=0.1:0.3:0.05 --what solve --out g > x && $P plot g "
                "--kind map --observable overlap --level overlap=0.7 --level overlap=0.8 --out p.png --script && $P "
                "table g --columns ridge,rate,overlap > g.csv && /usr/bin/python3 - 2>&1 <<'END'\n"
                "import csv\n"
                "z = {(round(float(r['ridge']), 9), round(float(r['rate']), 9)): "
                "float(r['overlap']) for r in csv.DictReader(open('g.csv'))}\n"
                "xs, ys = (sorted(set(k[i] for k in z)) for i in (0, 1))\n"
                "def cell(v, a):\n"
                "    i = max(i for i in range(len(a)) if a[i] <= v + 1e-9)\n"
                "    return (a[i], a[i], 0) if abs(a[i] - v) < 1e-9 else (a[i], a[i + 1], (v - "
                "a[i]) / (a[i + 1] - a[i]))\n"
                "blocks = open('p.dat').read().split('\\n\\n\\n')\n"
                "lines = [list(map(float, l.split())) for l in blocks[1].split('\\n') if l and l[0] != '#']\n"
                "assert len(lines) > 6, lines\n"
                "for x, y, level in lines:\n"
                "    (x0, x1, s), (y0, y1, t) = cell(x, xs), cell(y, ys)\n"
                "    assert s == 0 or t == 0, (x, y)\n"
                "    assert abs((1 - s) * (1 - t) * z[x0, y0] + s * z[x1, y0] + t * z[x0, y1] - "
                "level) < 1e-6, (x, y, level)\n"
                "labels = [float(l.split()[2]) for l in blocks[2].split('\\n') if l and l[0] != "
                "'#']\n"
                "print(sorted(set(l[2] for l in lines)), sorted(labels))\n"
                "END\n");
    cr_assert_str_eq(p->out, "[0.7, 0.8] [0.7, 0.8]\n");
}

/* An oscillating correlation goes below its limit, and so does the axis; what is of one step has no picture in time. */
TEST(nothing_is_cut_and_nothing_is_empty)
{
    run_good(p, "cd $D && $P teff --data random --loss hinge2 --kappa 1 --paths 256 --groups 4 --steps 60 "
                "--batch 0.75 --rate 0.3 --quiet --engine stationary --out t.h5 > x && $P plot t.h5 --kind "
                "fdt --out p.png --script && awk 'BEGIN {lo = hi = 0} /^#/ {b++} b == 2 && !/^#/ && NF {lo = "
                "$2 < lo ? $2 : lo; hi = $2 > hi ? $2 : hi} END {print lo, hi}' p.dat; sed -n 's/^set yrange "
                "\\[\\(.*\\):\\(.*\\)\\].*/\\1 \\2/p' p.gp; grep -c filledcurves p.gp; true");
    double low, high, from, to;
    int bands;
    cr_assert_eq(sscanf(p->out, "%lf %lf %lf %lf %d", &low, &high, &from, &to, &bands), 5, "%s", p->out);
    cr_expect(low < 0 && from < low && to > high, "%s", p->out);
    cr_expect_eq(bands, 0, "a band of a curve that turns back is a triangle");
    static const char *const series[] = {"t.h5", "t.h5 --kind series", "t.h5 --kind series --observable norm"};
    for (size_t i = 0; i < sizeof series / sizeof *series; i++) {
        run_refused(p, 2, "two or more steps",
                    "cd $D && $P plot %s --out q.png; code=$?; ls q.*  2>/dev/null; exit $code", series[i]);
    }
    /* A panel of zeros (the overlap with random labels) is none. */
    run_prints(p, "0\n1\n",
               "cd $D && $P solve " SMALL "--out z.h5 > x && $P plot z.h5 --out p.png --script && grep -c \"^set title "
               "'overlap'\" p.gp; grep -c \"^set title 'norm'\" p.gp");
    /* A message names what is left out. */
    run_good(p, "cd $D && $P plot z.h5 t.h5 --kind spectrum --out p.png");
    assert_says(p->err, "1 of 2 results are not shown");
}

TEST(a_picture_speaks_of_what_it_draws)
{
    run_good(p, "cd $D && $P teff " SMALL "--engine stationary --spectrum --out t.h5 > x && $P simulate " SMALL
                "--batch 0.5 --out s.h5 > x && $P plot t.h5 s.h5 --kind spectrum --out p.png --script && grep -F -c "
                "'\\n(theory)\"' p.gp");
    /* t = 0 has no place on a logarithmic axis, for the line and for its band. */
    run_prints(p, "14 0\n",
               "cd $D && $P plot s.h5 --observable norm --log x --out p.png --script && grep -v '#' p.dat | awk 'NF && "
               "!($1 > 0) {bad = 1} END {print NR - 1, bad + 0}'");
    /* An axis of errors that fall from 1/2 does not end at 10. */
    run_good(p,
             "cd $D && $P solve --overlap0 0.2 --rate 0.05 --teacher linear --loss square --rule gd --ridge 0 "
             "--alpha 4 --steps 90 --paths 512 --quiet --out g.h5 > x && $P plot g.h5 --out p.png --script && grep -A "
             "1 '^set logscale y' p.gp | grep -c noextend");
    cr_assert_str_eq(p->out, "2\n");
}

/* Of many curves the key names those where the last parameter begins anew, and says so; a value each has its point. */
TEST(many_curves)
{
    run_prints(p, "1\n6\n6\n",
               "cd $D && $P sweep --data random --loss hinge2 --kappa 1 --paths 64 --groups 2 --steps 4 --quiet --vary "
               "batch=0.3:0.8:0.1 --vary rate=0.01,0.02,0.05,0.1 --what solve --out m > x && $P plot m --observable "
               "norm --kind series --out p.png --script && grep -c '6 of 24 curves are named' p.gp; grep -o \"title "
               "'.*η.* = [0-9.]*,.*'\" p.gp | sort -u | wc -l; grep -o \"η} = 0.01, {/:Italic b}\" p.gp | wc -l");
    run_good(p, "cd $D && $P plot m --kind curves --observable train_loss --out p.png --script && grep -c "
                "linespoints p.gp; grep -c '^set logscale y' p.gp; $P plot m --kind curves --observable "
                "train_loss --log y --out p.png --script && grep -c '^set logscale y' p.gp");
    cr_assert_str_eq(p->out, "6\n0\n1\n");
}

/* ---- scripts for matplotlib, styles, what is not finite --------------------------------------------------------- */

/* Draws again every picture of the folder that has a script for matplotlib, in one Python; as NAME.py.png. */
static const char draw_again[] =
    "cd $D && MPLCONFIGDIR=$D /usr/bin/python3 - 2>&1 <<'END'\n"
    "import glob, re, runpy, sys\n"
    "for name in sorted(glob.glob('*.py')):\n"
    "    sys.argv = [name, name[:-3] + '.dat', name + '.png']\n"
    "    names = runpy.run_path(name)\n"
    "    axes = names['figure'].axes[0]\n"
    "    print(name[:-3], len(names['blocks']), len(axes.lines) + len(axes.collections) + min(len(axes.texts), 1))\n"
    "END\n";

TEST(scripts_for_matplotlib)
{
    static const char *const kinds[] = {
        "a t.h5 --kind fdt",           "b t.h5 --kind spectrum", "c rt.h5 rs.h5 --kind margins",  "d b --kind map",
        "e b --kind curves --x batch", "f b --kind replicas",    "g b --style talk --kind series"};
    run_good(p, "cd $D && $P teff " SMALL "--engine stationary --out t.h5 > x && $P replicas " SMALL
                "--out rt.h5 > x && $P replicas " SMALL "--by simulate --out rs.h5 > x && $P sweep " SMALL
                "--vary batch=0.3,0.5,0.8 --vary rate=0.1,0.2 --what replicas --by both --out b > x");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        run_good(p, "cd $D && $P plot%s --out %.1s.png --script matplotlib && test ! -e %.1s.gp", kinds[i] + 1,
                 kinds[i], kinds[i]);
    run_good(p, "%s", draw_again);
    /* as many blocks as gnuplot has curves; of each a line and its band, or points and their bars, or of a map cells,
     * contours with their edge, labels */
    cr_assert_str_eq(p->out, "a 4 5\nb 1 2\nc 2 4\nd 3 4\ne 4 8\nf 12 24\ng 12 24\n", "%s", p->out);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        char name[16];
        int width;
        snprintf(name, sizeof name, "%.1s.py.png", kinds[i]);
        program_run(p,
                    "/usr/bin/python3 -c 'import struct; print(*struct.unpack(\">II\", open(\"'$D'/%s\", "
                    "\"rb\").read()[16:24]))'",
                    name);
        cr_assert_eq(sscanf(p->out, "%d", &width), 1);
        assert_png(p, name, width, 0);
    }
    /* one's own file is not replaced, nor is a script by one of the other kind */
    run_ended(p, 5, "", "cd $D && echo mine > a.py && $P plot t.h5 --kind fdt --out a.png --script matplotlib");
    run_refused(p, 2, "script: 'perl' is not gnuplot or matplotlib",
                "cd $D && $P plot t.h5 --kind fdt --out a.png --script=perl");
}

TEST(letters_of_a_talk_are_larger)
{
    double paper, talk;
    run_good(p, "cd $D && $P solve " SMALL "--out z.h5 > x && for s in paper talk; do $P plot z.h5 "
                "--observable norm --style $s --out $s.pdf --script; sed -n \"s/.*font "
                "'Sans,\\([0-9.]*\\)'.*/\\1/p\" $s.gp; done; $P plot z.h5 --out a.png --style talk");
    cr_assert_eq(sscanf(p->out, "%lf %lf", &paper, &talk), 2, "%s", p->out);
    cr_assert_gt(talk, 1.2 * paper);
    run_refused(p, 2, "style: 'poster' is not paper or talk",
                "cd $D && $P plot z.h5 --observable norm --style poster --out p.png");
}

TEST(what_is_not_finite_is_left_out)
{
    run_good(p, "cd $D && $P boundary " SMALL "--out m.h5 > x; $P boundary " SMALL
                "--rate 30 --out d.h5 > x; $P info d.h5 | grep -c 'status *diverged'");
    run_refused(p, 2, "kind: the picture would be empty, no value is finite",
                "cd $D && $P plot d.h5 --kind margins --out p.png; code=$?; ls p.*; exit $code");
    /* the curve of the other run keeps its own name */
    run_good(p, "cd $D && $P plot d.h5 m.h5 --kind margins --out p.png --script && grep -c \"title "
                "'{/:Italic η} = 0.1\" p.gp; grep -c 'η} = 30' p.gp; "
                "grep -c '^# theory' p.dat; true");
    cr_assert_str_eq(p->out, "1\n0\n1\n");
    assert_says(p->err, "1 of 2 curves are not shown");
    /* an unknown kind names those that there are */
    run_refused(p, 2, "there is no 'pie': it is one of series, fdt, spectrum, replicas, margins, curves, map, level",
                "cd $D && $P plot m.h5 --kind pie --out p.png");
}

/* Several numbers stand beside logarithmic colours, and no two labels of contours touch each other or the frame. */
TEST(maps_can_be_read)
{
    program_run(p,
                "cd $D && $P sweep " SMALL "--vary batch=0.1:1:0.1 --vary rate=0.2:2:0.2 --what solve --out b > x; $P "
                "plot b --kind map --observable train_loss --out p.png --script && grep '^set cbtics' p.gp | grep -o "
                "\"'[0-9.^{}·-][^']*' \" | wc -l");
    cr_assert_geq(atoi(p->out), 3, "%s%s", p->out, p->err);
    run_good(p, "cd $D && /usr/bin/python3 - 2>&1 <<'END'\n"
                "import re\n"
                "script, data = open('p.gp').read(), open('p.dat').read()\n"
                "span = {a: [float(x) for x in re.search(r'set %%srange .(.*):(.*).\\n' %% a, script).groups()]\n"
                "        for a in 'xy'}\n"
                "rows = [[float(x) for x in line.split()] for line in data.split('of their "
                "labels\\n')[1].split('\\n') if line]\n"
                "boxes = []\n"
                "for x, y, value in rows:\n"
                "    x, y = ((v - a) / (b - a) for v, (a, b) in ((x, span['x']), (y, span['y'])))\n"
                "    w, h = 0.009 * len('%%g' %% value), 0.025\n"
                "    assert w < x < 1 - w and h < y < 1 - h, (x, y)\n"
                "    for other in boxes:\n"
                "        assert abs(x - other[0]) > w + other[2] or abs(y - other[1]) > h + other[3], (x, y, other)\n"
                "    boxes.append((x, y, w, h))\n"
                "print(len(boxes))\n"
                "END\n");
    cr_assert_geq(atoi(p->out), 2, "%s", p->out);
}
