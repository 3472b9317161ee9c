/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft sweep: every command at the points, parts of a sweep, level lines, and what happens to points that are not
 * allowed. */
#include "tests/cli/program.h"

#include <math.h>

TestSuite(sweep_commands, .timeout = 240);

#define SMALL "--paths 256 --groups 4 --steps 12 --overlap0 0.2 --dim 64 --runs 4 --progress none "

#define TEST(name) PROGRAM_TEST(sweep_commands, name)

/* A member of the json that the command printed, from a dump by python. */
static double json_value(struct program *p, const char *expression, const char *command)
{
    run_good(p, "%s | /usr/bin/python3 -c 'import json, sys; d = json.load(sys.stdin); print(repr(float(%s)))'",
             command, expression);
    return strtod(p->out, NULL);
}

TEST(temperatures_of_a_sweep_are_those_of_teff)
{
    static const char run[] =
        "--data random --loss hinge2 --kappa 1 --rate 0.2 --paths 800 --groups 4 --quiet --progress none";
    char command[1024];
    run_good(p, "$P sweep %s --engine stationary --vary batch=0.3,0.6 --what teff --out $D/s", run);
    run_good(p, "$P table $D/s --columns "
                "batch,teff_short,teff_chord,teff_chord_se,teff_late,'teff(0.3)',response_limit | sed -n 2p");
    double batch, shorter, chord, chord_se, late, at, limit;
    cr_assert_eq(sscanf(p->out, "%lf,%lf,%lf,%lf,%lf,%lf,%lf", &batch, &shorter, &chord, &chord_se, &late, &at, &limit),
                 7, "%s", p->out);
    snprintf(command, sizeof command, "$P teff %s --engine stationary --batch 0.3 --spectrum --format json", run);
    cr_assert_eq(json_value(p, "d[\"teff_short\"]", command), shorter);
    cr_assert_eq(json_value(p, "d[\"teff_chord\"]", command), chord);
    cr_assert_eq(json_value(p, "d[\"teff_chord_se\"]", command), chord_se);
    cr_assert_eq(json_value(p, "d[\"teff_late\"]", command), late);
    cr_assert_eq(json_value(p, "d[\"response_limit\"]", command), limit);
    cr_assert_eq(json_value(p, "d[\"teff\"][d[\"omega\"].index(0.3)]", command), at);
    run_good(p, "h5dump -d /derived/teff_chord $D/s/*.h5 >/dev/null 2>&1 || /usr/bin/python3 -c 'import "
                "h5py, glob; h5py.File(glob.glob(\"'$D'/s/*.h5\")[0])[\"derived/teff_chord\"][0]'");
}

TEST(replicas_and_margins_by_theory_and_simulation)
{
    run_good(p, "$P sweep " SMALL "--vary alpha=2,3 --what replicas --by both --out $D/r");
    run_good(p, "ls $D/r/*-theory.h5 $D/r/*-simulation.h5 | wc -l");
    cr_assert_eq(atoi(p->out), 4);
    run_good(p, "$P table $D/r --columns alpha,distance_theory,distance_simulation | tail -n 1");
    double alpha, theory, simulation;
    cr_assert_eq(sscanf(p->out, "%lf,%lf,%lf", &alpha, &theory, &simulation), 3, "%s", p->out);
    double alone = json_value(p, "d[\"distance\"][-1]", "$P replicas " SMALL "--alpha 3 --format json --quiet");
    cr_assert_eq(alone, theory);
    run_good(p, "$P table $D/r --columns alpha,distance | tail -n 1 >$D/both; $P table $D/r --columns "
                "alpha,distance_theory,distance_simulation | tail -n 1 | cmp - $D/both");
    run_refused(p, 2, "there is no column 'distances'", "$P table $D/r --columns alpha,distances");
    alone = json_value(p, "d[\"distance\"][-1]", "$P replicas " SMALL "--alpha 3 --by simulate --format json --quiet");
    cr_assert_eq(alone, simulation);
    run_good(p, "$P sweep " SMALL "--vary alpha=3 --what boundary --out $D/b");
    run_good(p, "$P table $D/b --columns width,fraction_negative | tail -n 1");
    double width, negative;
    cr_assert_eq(sscanf(p->out, "%lf,%lf", &width, &negative), 2, "%s", p->out);
    cr_assert_eq(json_value(p, "d[\"width\"]", "$P boundary " SMALL "--alpha 3 --format json --quiet"), width);
    run_refused(p, 2, "by: both", "$P sweep " SMALL "--vary alpha=3 --what boundary --by both --out $D/b");
}

TEST(a_run_that_is_not_stationary_has_no_temperature)
{
    run_ended(p, 3, "", "$P sweep --steps 40 --paths 512 --vary alpha=2 --what teff --out $D/s --quiet");
    assert_says(p->out, "not stationary");
    run_prints(p, "not_stationary,nan\n", "$P table $D/s --columns status,teff_chord | tail -n 1");
}

TEST(parts_and_threads_give_the_same_table)
{
    static const char run[] = "sweep " SMALL "--vary alpha=1:3:1 --vary batch=0.3,0.6,1 --what solve --quiet";
    run_good(p, "$P %s --threads 1 --out $D/whole > $D/x && $P table $D/whole > $D/whole.csv", run);
    run_good(p, "$P %s --threads 3 --out $D/threads > $D/x && $P table $D/threads | cmp - $D/whole.csv", run);
    run_good(p,
             "for i in 1 2 3 4; do $P %s --threads 1 --out $D/parts --index $i --of 4 > $D/x || exit 9 & "
             "done; wait; ls $D/parts/manifest-*-of-4.json | wc -l; $P table $D/parts | cmp - $D/whole.csv",
             run);
    cr_assert_eq(atoi(p->out), 4);
    /* Once without: one manifest, nothing computed again. */
    run_says(p, "9 complete (9 of all were there before)",
             "$P %s --out $D/parts; ls $D/parts/manifest*; $P table $D/parts | cmp - $D/whole.csv", run);
    cr_assert_null(strstr(p->out, "-of-4"), "%s", p->out);
    /* One point and more threads than points. */
    run_says(p, "4 points at once, 1 thread each",
             "$P sweep " SMALL
             "--vary alpha=1:3:1 --vary batch=0.3,0.6,1 --what solve --threads 4 --dry-run --out $D/new");
    run_says(p, "1 point at once, 4 threads each",
             "$P sweep " SMALL "--vary alpha=1 --what solve --threads 4 --dry-run --out $D/new");
    static const char *const bad[][2] = {{"--index 1", "index"},
                                         {"--of 2", "of"},
                                         {"--index 3 --of 2", "index: '3'"},
                                         {"--index 0 --of 2", "index: '0'"},
                                         {"--index 1 --of x", "of: 'x'"}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        run_refused(p, 2, bad[i][1], "$P sweep " SMALL "--vary alpha=1 --what solve --out $D/bad %s", bad[i][0]);
    }
}

TEST(five_kills_leave_no_trace)
{
    static const char run[] = "sweep --paths 600 --steps 60 --overlap0 0.2 --progress none --threads 2 --quiet "
                              "--vary alpha=1:4:1 --vary batch=0.3,0.6,0.9 --what solve --out";
    run_good(p, "$P %s $D/whole > $D/x && $P table $D/whole > $D/whole.csv", run);
    for (int i = 0; i < 5; i++) { /* when so many files are there, or the sweep is done */
        run_good(p,
                 "$P %s $D/s > $D/x & child=$!; while kill -0 $child && [ $(ls $D/s/*.h5 2>/dev/null | wc -l) -le "
                 "%d ]; do sleep 0.005; done 2>/dev/null; kill -9 $child 2>/dev/null; wait $child; true",
                 run, 2 * i);
    }
    run_good(p, "$P %s $D/s && $P table $D/s | cmp - $D/whole.csv && ls $D/s | wc -l && ls $D/whole | wc -l", run);
    char *second = strrchr(p->out, '\n');
    cr_assert_not_null(second);
    int left = 0, right = 1;
    cr_assert_eq(sscanf(strstr(p->out, "before)") + 7, "%d %d", &left, &right), 2, "%s", p->out);
    cr_assert_eq(left, right, "something is left behind: %s", p->out);
}

TEST(combinations_that_are_not_allowed_are_recorded)
{
    /* persistent: (1-b) eta <= b tau. Allowed everywhere but at the corner, which is also the first combination. */
    run_ended(p, 3, "1 of 4 points failed",
              "$P sweep " SMALL
              "--rule persistent --vary batch=0.05,0.5 --vary persistence=0.2,4 --what solve --quiet --out $D/s");
    run_prints(p, "batch,persistence,status\n0.05,0.2,refused\n0.05,4,complete\n0.5,0.2,complete\n0.5,4,complete\n",
               "$P table $D/s --columns batch,persistence,status");
    program_run(p, "$P sweep " SMALL
                   "--rule persistent --vary batch=0.05,0.5 --vary persistence=0.2,4 --what solve --quiet --out $D/s");
    assert_says(p->out, "3 complete (3 of all were there before)");
    /* A value that no combination allows is refused at once. */
    run_refused(p, 2, "persistence = -1",
                "$P sweep " SMALL
                "--rule persistent --vary batch=0.05,0.5 --vary persistence=-1,4 --what solve --out $D/t");
}

TEST(a_level_line_is_where_the_closed_form_has_it)
{
    /* One step of gd, linear: overlap = m0 + eta alpha (1 - m0) - eta lambda m0 ((T5) for k = 0). */
    static const char run[] =
        "sweep --teacher linear --loss square --rule gd --ridge 0.5 --overlap0 0.2 --steps 1 --paths 512 --quiet ";
    double rate[2], alpha[2], se[2];
    run_says(p, "rate,alpha,alpha_se,low,high,points\n",
             "$P %s --vary rate=0.1,0.2 --vary alpha=0.5:8:0.5 --what solve --level overlap=0.5 "
             "--level-tolerance 1e-4 --format csv --out $D/s",
             run);
    const char *line = strchr(p->out, '\n') + 1;
    for (int i = 0; i < 2; i++, line = strchr(line, '\n') + 1) {
        int points;
        cr_assert_eq(sscanf(line, "%lf,%lf,%lf,%*f,%*f,%d", &rate[i], &alpha[i], &se[i], &points), 4, "%s", p->out);
        const double exact = (0.5 - 0.2 + rate[i] * 0.5 * 0.2) / (rate[i] * 0.8);
        cr_assert_float_eq(alpha[i], exact, 1e-9 + 3 * se[i], "%.10g, not %.10g", alpha[i], exact);
        cr_assert_lt(se[i], 1e-3);
        cr_assert_leq(points, 16, "%d points for one crossing", points);
    }
    char *before = strdup(p->out);
    /* Continued, by parts, and from the table. */
    run_prints(p, before,
               "$P %s --vary rate=0.1,0.2 --vary alpha=0.5:8:0.5 --what solve --level overlap=0.5 "
               "--level-tolerance 1e-4 --format csv --out $D/s",
               run);
    run_good(
        p,
        "for i in 1 2; do $P %s --vary rate=0.1,0.2 --vary alpha=0.5:8:0.5 --what solve --level overlap=0.5 "
        "--level-tolerance 1e-4 --format csv --out $D/parts --index $i --of 2 > $D/x || exit 9; done; $P table "
        "$D/parts --columns alpha,overlap,status > $D/a; $P table $D/s --columns alpha,overlap,status | cmp - $D/a",
        run);
    /* No crossing: exit 3, after the whole grid was tried. */
    run_ended(p, 3, "no bracket", "$P %s --vary alpha=1:2:0.25 --what solve --level overlap=7 --out $D/n", run);
    assert_says(p->out, "no crossing");
    run_good(p, "ls $D/n/*.h5 | wc -l");
    cr_assert_eq(atoi(p->out), 5);
    run_refused(p, 2, "did you mean 'overlap'", "$P %s --vary alpha=1:2:0.25 --what solve --level overlpa=7 --out $D/m",
                run);
    run_ended(p, 2, "", "$P %s --vary alpha=1 --what solve --level overlap=7 --out $D/m", run);
    program_run(p, "$P %s --vary alpha=1,2 --vary loss=square,logistic --what solve --level overlap=7 --out $D/m", run);
    assert_code(p, 2);
    free(before);
}

TEST(a_level_line_of_the_divergence)
{
    /* gd, linear, one mode per eigenvalue: it runs away where eta (lambda + s_max) > 2, s_max = (1 + sqrt(alpha))^2.
     * Long runs come near to that from above. */
    run_good(p, "$P sweep --teacher linear --loss square --rule gd --ridge 0.5 --overlap0 0.2 "
                "--steps 150 --paths 256 --quiet --vary alpha=0.25,1 --vary rate=0.1:3:0.1 --what "
                "solve --level diverged=0.5 --level-tolerance 0.02 --format csv --out $D/s");
    const char *line = strchr(p->out, '\n') + 1;
    for (int i = 0; i < 2; i++, line = strchr(line, '\n') + 1) {
        double alpha, rate, se;
        cr_assert_eq(sscanf(line, "%lf,%lf,%lf", &alpha, &rate, &se), 3, "%s", p->out);
        const double edge = 2 / (0.5 + (1 + sqrt(alpha)) * (1 + sqrt(alpha)));
        cr_assert(rate > edge - 3 * se && rate < 1.25 * edge, "alpha %g: rate %g, edge %g", alpha, rate, edge);
    }
    /* The norm of a run that diverged counts as infinite, so that its level is found from both sides, and nearer to the
     * edge. */
    run_good(p, "$P sweep --teacher linear --loss square --rule gd --ridge 0.5 --overlap0 0.2 "
                "--steps 150 --paths 256 --quiet --vary alpha=0.25,1 --vary rate=0.1,3 --what solve "
                "--level norm=100 --level-tolerance 0.02 --format csv --out $D/n");
    line = strchr(p->out, '\n') + 1;
    for (int i = 0; i < 2; i++, line = strchr(line, '\n') + 1) {
        double alpha, rate, se;
        cr_assert_eq(sscanf(line, "%lf,%lf,%lf", &alpha, &rate, &se), 3, "%s", p->out);
        const double edge = 2 / (0.5 + (1 + sqrt(alpha)) * (1 + sqrt(alpha)));
        cr_assert(rate > edge - 3 * se && rate < 1.06 * edge, "alpha %g: rate %g, edge %g", alpha, rate, edge);
    }
}
