/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SIGTERM and SIGINT end every long command soon, with the exit code of the signal. */
#include "tests/cli/program.h"

#define TEST(name) PROGRAM_TEST(signals, name)
#define GUARD "10" /* seconds: a command that does not listen is killed, and its exit code is 137 */

/* All commands at once; half a second later the signal; the exit codes in their order. */
static void assert_heard(struct program *p, const char *signal, const char *const *commands, size_t count, int code)
{
    char script[6000] = "", expected[128] = "";
    for (size_t i = 0; i < count; i++) {
        const size_t length = strlen(script);
        snprintf(script + length, sizeof script - length,
                 "timeout -s KILL " GUARD " $P %s >$D/o%zu 2>$D/e%zu & p%zu=$!; ", commands[i], i, i, i);
        snprintf(expected + strlen(expected), sizeof expected - strlen(expected), "%d ", code);
    }
    snprintf(script + strlen(script), sizeof script - strlen(script), "sleep .5; ");
    for (size_t i = 0; i < count; i++)
        snprintf(script + strlen(script), sizeof script - strlen(script), "kill -%s $p%zu; ", signal, i);
    for (size_t i = 0; i < count; i++)
        snprintf(script + strlen(script), sizeof script - strlen(script), "wait $p%zu; printf '%%s ' $?; ", i);
    program_run(p, "%s", script);
    cr_expect_str_eq(p->out, expected, "SIG%s: %s", signal, p->out);
}

#define STATIONARY "--data random --loss hinge2 --kappa 1 --engine stationary --rate 0.2 --batch 0.4 "
#define THEORY "--data random --loss hinge2 --kappa 1 --rate 0.2 --steps 30000 --paths 40000 "

static const char *const engines[] = {
    "solve " STATIONARY "--paths 200000",
    "teff " STATIONARY "--paths 800000",
    "teff --data random --ridge 0 --alpha 0.7 --engine stationary --rate 0.2 --batch 20% --paths 20000", /* no state */
    "solve --engine dense --steps 2500 --paths 4000",
    "solve --engine hierarchical --steps 100000 --paths 40000",
    "solve --engine conditional --steps 2000 --paths 20000",
    "solve --rule flow --steps 2000 --paths 40000",
};

static const char *const commands[] = {
    "simulate --dim 5000 --steps 10000 --runs 2", /* while it draws its examples */
    "simulate --dim 300 --steps 1000000 --runs 2",
    "simulate --dim 1500 --steps 20000 --runs 2 --sharpness-at 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20",
    "simulate --matrix implicit --dim 100000 --steps 2000 --runs 1",
    "simulate --matrix implicit --dim 20000 --steps 60 --runs 1 --sharpness-at 0,20,40,50", /* while it searches */
    "validate " THEORY "--dim 1000",
    "replicas " THEORY,
    "boundary " THEORY,
    "teff " THEORY "--waiting 500",
    "sweep --what solve --vary rate=0.01:0.3:0.001 --steps 4000 --paths 40000 --out $D/s",
    "bench",
};

#define COUNT(list) (sizeof(list) / sizeof *(list))

TEST(every_engine_hears_term)
{
    assert_heard(p, "TERM", engines, COUNT(engines), 143);
}

TEST(every_engine_hears_int)
{
    assert_heard(p, "INT", engines, COUNT(engines), 130);
}

TEST(every_command_hears_term)
{
    assert_heard(p, "TERM", commands, COUNT(commands), 143);
}

TEST(every_command_hears_int)
{
    assert_heard(p, "INT", commands, COUNT(commands), 130);
}

/* gnuplot is another program here, which waits until it is ended. */
TEST(a_stopped_figure_leaves_no_draft)
{
    run_good(p,
             "cd $D; mkdir bin; printf '#!/bin/sh\n>$D/drawing\nexec sleep 20\n' >bin/gnuplot; chmod +x bin/gnuplot; "
             "printf '[study]\ntitle = T\nclaim = C\nsource = S\n[run]\nsteps = 2\npaths = 64\ngroups = 2\n"
             "[sweep a]\nwhat = solve\nvary = rate=0.1,0.2\n[table]\ncolumns = norm\n' >s.ini; >s.gp; "
             "$P solve --steps 2 --paths 64 --quiet --out r.h5 >o");
    static const char *const drawing[] = {"study s.ini --quiet --out st", "plot r.h5 --out r.png"};
    for (size_t i = 0; i < COUNT(drawing); i++) {
        run_ended(p, 143, "stopped while gnuplot was drawing",
                  "cd $D; export PATH=$D/bin:$PATH; timeout -s KILL " GUARD " $P %s & for i in $(seq 50); do "
                  "[ -e drawing ] && break; sleep .1; done; rm drawing && kill $! && wait $!",
                  drawing[i]);
        run_good(p, "find $D -name '*.tmp*'");
        cr_expect_str_eq(p->out, "", "%s", drawing[i]);
    }
}
