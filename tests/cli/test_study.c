/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft study, through the program: a small study of its own, and those that are shipped. */
#include "tests/cli/program.h"

TestSuite(study, .timeout = 120);

#define TEST(name) PROGRAM_TEST(study, name)

/* A study with two sweeps that are the same run, and noise that two of its rows share. */
static void write_study(struct program *p, const char *more)
{
    run_good(p,
             "cat > $D/small.ini <<'END'\n[study]\ntitle = Small\nclaim = One and\n    one.\nsource = None.\n"
             "[run]\nalpha = 2\nsteps = 6\npaths = 256\ngroups = 4\ndim = 40\nruns = 4\nlabel_noise = 0.2\n"
             "progress = none\n"
             "[sweep a]\nwhat = validate\nvary = rate=0.1,0.2\nbatch = 0.5\n"
             "[sweep b]\nwhat = solve\nvary = batch=0.5,0.75\n"
             "[table]\ncolumns = test_error, train_error_flipped\n"
             "[series]\ncolumns = train_loss\n"
             "[results]\nmatch = test_error of a and b\nspread = test_error by batch\n"
             "best = test_error over rate by sweep\nagreement = test_error\n%s\nEND\n"
             "cat > $D/small.gp <<'END'\nset datafile separator comma\nset datafile columnheaders\n"
             "set terminal pngcairo\nset output output\nset print table.'.run'\nprint run_a\nunset "
             "print\nplot table using \"rate\":\"test_error_theory\"\nEND",
             more);
}

TEST(a_study_is_its_sweeps_with_table_and_figure)
{
    write_study(p, "");
    run_good(p, "$P study $D/small.ini --out $D/s");
    assert_says(p->out, "claim:  One and one.");
    assert_says(p->out, "z +0.0, difference +0 %"); /* rate 0.1, batch 0.5 is in both */
    assert_says(p->out, "test_error at batch 0.5, theory:");
    assert_says(p->out, "(rate 0.1), ");
    assert_says(p->out, "% (batch 0.5); spread");
    run_says(p, "PNGsweep,rate,batch,noise_scale,epochs,time,step,status,test_error_theory,test_error_theory_se,",
             "head -c 8 $D/s/small.png | tail -c +2 | head -c 3; head -1 $D/s/small.csv");
    /* the page has the texts, the picture and a diagram for each sweep */
    run_good(p, "grep -o '\"diagram\":{\\|One and one\\.\\|\"png\":\"iVBOR' $D/s/small.html");
    cr_assert_str_eq(p->out, "One and one.\n\"png\":\"iVBOR\n\"diagram\":{\n\"diagram\":{\n");
    /* the number is the one of the plain command */
    run_good(p, "grep '^a,0.1,' $D/s/small.csv | cut -d, -f9");
    const double value = atof(p->out);
    run_good(p, "$P solve --alpha 2 --steps 6 --paths 256 --groups 4 --label-noise 0.2 --batch 0.5 "
                "--rate 0.1 --format csv --quiet | tail -1 | cut -d, -f13");
    cr_expect_float_eq(value, atof(p->out), 1e-15);
    run_good(p, "grep -c '' $D/s/small-series.csv");
    cr_expect_eq(atoi(p->out), 1 + 4 * 7);
    run_says(p, "(2 of all were there before)", "$P study $D/small.ini --out $D/s --quiet");
}

/* Fits of powers and closed forms, with lines that say where they come from. */
static void write_powers(struct program *p, const char *more)
{
    run_good(p,
             "cat > $D/powers.ini <<'END'\n[study]\ntitle = Powers\nclaim = One.\nsource = None.\n"
             "[run]\nteacher = linear\nloss = square\nrule = gd\nridge = 0\nalpha = 3\nsteps = 60\n"
             "paths = 256\ngroups = 4\nrate = 0.2\nlabel_noise = 0.5\nwaiting = none\nruns = 40\n"
             "progress = none\n[sweep size]\nwhat = validate\nvary = dim=20,40,80,160\n"
             "[sweep steps]\nwhat = solve\nvary = alpha=2\n"
             "[table]\ncolumns = test_loss, train_loss, norm\n"
             "[series]\ncolumns = train_loss\n"
             "[results]\nridgeless = size\nscatter = train_loss in siz\napproach = norm in size\n"
             "exponent = train_loss of steps over step from 1 to 4 against -1.5\n"
             "exponent = test_loss of size over dim\n%s\nEND",
             more);
}

TEST(powers_and_closed_forms_are_found)
{
    write_powers(p, "");
    run_good(p, "$P study $D/powers.ini --out $D/s --quiet > $D/text; cat $D/text");
    assert_says(
        p->out,
        "closed form of late times, size, alpha 3 (time 12, slowest mode 1.87); test_loss 0.1875, theory 0.1874");
    assert_says(p->out, "train_loss 0.0833333, theory 0.0833333, simulation 0.0");
    assert_says(p->out, "train_loss in siz: standard deviation of one simulation as dim^-");
    assert_says(p->out, "norm in size, 4 sizes: ");
    assert_says(p->out, "train_loss of steps (alpha 2) over step from 1 to 4, theory: exponent -");
    assert_says(p->out, "from 4 points, expected -1.5, z ");
    assert_says(p->out, "test_loss of size over dim, simulation: exponent ");
    /* the scatter of a mean of P losses falls as N^-1/2 */
    run_good(p, "sed -n 's/.*simulation as dim^\\(-[0-9.]*\\).*/\\1/p' $D/text");
    cr_expect_float_eq(atof(p->out), -0.5, 0.25, "%s", p->out);
    /* and the exponent is that of a line through the logarithms of the series */
    run_good(p, "sed -n 's/.*to 4, theory: exponent \\(-[0-9.]*\\).*/\\1/p' $D/text");
    const double exponent = atof(p->out);
    run_good(p, "grep ^steps $D/s/powers-series.csv | awk -F, '$7 >= 1 && $7 <= 4 {x = log($7); y = "
                "log($9); n++; a += x; b += y; c += x*x; d += x*y} END {print (n*d - a*b)/(n*c - a*a)}'");
    cr_expect_float_eq(exponent, atof(p->out), 0.006, "%g, %s", exponent, p->out);
}

TEST(powers_of_nothing_are_refused)
{
    static const char *const fault[] = {
        "exponent = train_loss of size over colour",
        "exponent = train_loss of other over step",
        "exponent = test_loss of steps over step",
        "exponent = train_loss of steps over step from x",
        "exponent = train_loss in steps over step",
        "approach = norm of size",
        "approach = colour in size",
        "scatter = norm in other",
        "scatter = norm in size more",
        "ridgeless = other",
    };
    for (size_t i = 0; i < sizeof fault / sizeof *fault; i++) {
        write_powers(p, fault[i]);
        run_ended(p, 2, "", "$P study $D/powers.ini --out $D/s");
        cr_expect_not_null(strstr(p->err, "names no column of the table, key or sweep"), "%s: %s", fault[i], p->err);
    }
}

TEST(what_is_set_wins)
{
    write_study(p, "");
    run_good(p, "$P study $D/small.ini --out $D/s --quiet --set steps=3 --set batch=0.5");
    run_says(p, "3\nstep\n", "cut -d, -f7 $D/s/small.csv | sort -u");
    /* and the figure can say what was run: the rate varies */
    run_good(p, "cat $D/s/small.csv.run");
    assert_says(p->out, "teacher, sign, logistic, sgd, {/:Italic α} = 2, ");
    assert_says(p->out, "{/:Italic b} = 0.5, p = 0.2, steps = 3, {/:Italic N} = 40\n");
    cr_expect_null(strstr(p->out, "η"), "%s", p->out);
}

/* A title of a panel of several rules names none. A word is dropped as a whole. */
TEST(titles_without_a_rule)
{
    run_good(p,
             "gnuplot -e \"tall = 300; output = '/dev/null'; load 'validation/studies/study_style.gp'; set print '-'; "
             "print drop('teacher, gd, b = 1', 'gd'); print drop('x, sgd', 'sgd').drop('; gd, sgd1', 'gd')\"");
    cr_assert_str_eq(p->out, "teacher, b = 1\nx; gd, sgd1\n");
}

/* Before any work: nothing is made, nothing said of a step. */
TEST(what_cannot_be_set_is_refused)
{
    static const char *const fault[][2] = {
        {"foo=1", "sgdmft: set: unknown parameter 'foo'"},
        {"lable_noise=0.1", "did you mean 'label_noise'?"},
        {"steps", "set: 'steps' is not NAME=VALUE"},
        {"steps=3x", "set: steps: '3x' is not a number"},
        {"rate=-1", "set: rate: '-1' is out of range"},
        {"loss=hing", "hinge"},
        {"out=x", "set: out "},
        {"resume=yes", "set: resume "},
        {"what=simulate", "set: unknown parameter 'what'"},
        {"steps=3 --set steps=4", "set: steps is given twice"},
        {"=3", "set: unknown parameter ''"},
    };
    write_study(p, "");
    for (size_t i = 0; i < sizeof fault / sizeof *fault; i++) {
        run_ended(p, 2, "", "$P study $D/small.ini --out $D/s --set %s; code=$?; ls $D; exit $code", fault[i][0]);
        cr_expect_str_eq(p->out, "small.gp\nsmall.ini\n", "%s", fault[i][0]);
        cr_expect_not_null(strstr(p->err, fault[i][1]), "%s: %s", fault[i][0], p->err);
        cr_expect_null(strstr(p->err, "1 of 2"), "%s", p->err);
    }
    run_says(p, "label_noise = 0.1\n",
             "$P study $D/small.ini --out $D/s --quiet --set label-noise=0.1 --set ridge=auto; cat "
             "$D/s/a/config.ini");
}

TEST(faults_of_a_declaration_are_named)
{
    static const char *const fault[][2] = {
        {"[oops]\nx = 1", "unknown section [oops]"},
        {"[study]\ncolour = red", "unknown key 'colour'"},
        {"[table]\ncolumns = tset_error", "tset_error"},
        {"[results]\nmean = test_error", "unknown key 'mean'"},
        {"[results]\nspread = test_error by colour", "spread"},
        {"[sweep c]\nwhat = solve", "[sweep c] needs what and vary"},
    };
    for (size_t i = 0; i < sizeof fault / sizeof *fault; i++) {
        write_study(p, fault[i][0]);
        run_ended(p, 2, fault[i][1], "$P study $D/small.ini --out $D/s");
    }
    write_study(p, "[sweep c]\nwhat = solve\nvary = alpha=1,2\nrat = 0.1");
    run_ended(p, 2, "--rate", "$P study $D/small.ini --out $D/s");
    run_ended(p, 2, "", "$P study no-such-study");
    run_ended(p, 5, "", "$P study $D/missing.ini");
}

TEST(studies_that_are_shipped_can_be_read_and_run)
{
    run_good(p, "$P list studies | tail -n +2 | awk '{print $1}' > $D/names; wc -l < $D/names");
    cr_assert_geq(atoi(p->out), 1);
    run_good(p, "while read name; do $P study $name --dry-run --quiet --out $D/dry > $D/out || exit "
                "$?; test -s $D/out || exit 9; done < $D/names; ls $D");
    cr_assert_null(strstr(p->out, "dry\n"), "--dry-run leaves something behind");
    run_ended(p, 5, "", "SGDMFT_DATA=$D $P study memorization --dry-run");
}
