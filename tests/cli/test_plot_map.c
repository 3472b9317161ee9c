/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Maps of sgdmft plot, by the pixels of the pictures and the room of the labels (tests/cli/map_pixels.py). */
#include "tests/cli/program_output.h"

TestSuite(plot_map, .timeout = 120);

#define TEST(name) PROGRAM_TEST(plot_map, name)
#define RUN "--data random --loss hinge2 --kappa 1 --paths 64 --groups 2 --steps 30 --quiet --what solve "
#define SWEEP(name, vary) "$P sweep " RUN vary " --out " name " > x 2>&1; "
#define MAP "--kind map --observable norm "
#define NO_LINES "--level norm=1e30 "
#define CHECK "/usr/bin/python3 $T/tests/cli/map_pixels.py "
#define START "export T=$PWD; cd $D && "

/* Draws a map without lines in both languages; cells with and without a value. */
static void assert_cells(struct program *p, const char *sweep, int with_value, int without)
{
    char expected[64];
    program_run(p,
                START "for s in gnuplot matplotlib; do $P plot %s " MAP NO_LINES
                      "--out g.png --script $s || exit; done; "
                      "$P plot %s " MAP NO_LINES "--out g.svg && " CHECK "cells g g.py 2>&1",
                sweep, sweep);
    snprintf(expected, sizeof expected, "%d %d\n%d %d\n", with_value, without, with_value, without);
    cr_expect_str_eq(p->out, expected, "%s: %s%s", sweep, p->out, p->err);
}

/* Colours beside all borders of all cells are those of the values: of even cells on linear axes, on logarithmic ones,
 * and of uneven ones, which are no image; of points that diverged there is the grey of their kind. */
TEST(cells_are_where_their_values_are)
{
    program_run(p, START SWEEP("lin", "--vary rate=0.05:0.3:0.05 --vary batch=0.2:1:0.2")
                       SWEEP("log", "--vary rate=log:0.1:1000:9 --vary alpha=log:0.1:10:5")
                           SWEEP("uneven", "--vary rate=0.01,0.02,0.05,0.5 --vary batch=0.2,0.4,0.5,1") "true");
    assert_cells(p, "lin", 30, 0);
    program_run(p, "cd $D && grep -c ' with image' g.gp; grep -c pcolormesh g.py; grep -c '<image' g.svg");
    cr_expect_str_eq(p->out, "1\n1\n0\n");
    /* values that are equal but for rounding have no lines */
    run_good(p, "cd $D && timeout 20 $P plot lin --kind map --observable test_error --out e.png");
    run_good(p, "cd $D && grep -o '\"status\": *\"diverged\"' log/manifest.json | wc -l");
    const int diverged = atoi(p->out);
    cr_assert(diverged > 5 && diverged < 40, "%d", diverged);
    assert_cells(p, "log", 45 - diverged, diverged);
    program_run(p, "cd $D && grep -c 'log10(.*log10(.* with image' g.gp; grep -c pcolormesh g.py");
    cr_expect_str_eq(p->out, "1\n1\n");
    assert_cells(p, "uneven", 16, 0);
    program_run(p, "cd $D && grep -c ' with image' g.gp; grep -c pcolormesh g.py");
    cr_expect_str_eq(p->out, "0\n0\n");
}

/* No label touches another or the frame, also with the larger letters of a talk. */
TEST(labels_keep_apart)
{
    program_run(
        p, START SWEEP("b", "--vary batch=0.1:1:0.1 --vary rate=0.2:2:0.2")
               SWEEP("c", "--vary rate=log:0.01:1:10 --vary alpha=log:0.1:50:10") "for s in b c; do for l in paper "
                                                                                  "talk; do $P plot $s " MAP
                                                                                  "--out $s$l.png --script matplotlib "
                                                                                  "--style $l; done; done; " CHECK
                                                                                  "labels bpaper.py btalk.py cpaper.py "
                                                                                  "ctalk.py 2>&1");
    int count[4];
    cr_assert_eq(sscanf(p->out, "%d %d %d %d", &count[0], &count[1], &count[2], &count[3]), 4, "%s%s", p->out, p->err);
    for (int i = 0; i < 4; i++)
        cr_expect(count[i] >= 3, "%s", p->out);
}
