/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs that are stopped, killed and resumed: same bits, exit codes, what is left behind. */
#include "tests/cli/program.h"

#include <math.h>

TestSuite(resume, .timeout = 120);

#define TEST(name) PROGRAM_TEST(resume, name)

#define QUIET "--threads 2 --quiet "
#define SMALL "--steps 80 --paths 1200 --groups 3 --dim 120 --runs 6 " QUIET
#define SAVE "--checkpoint $D/c --checkpoint-every 0.05 "

/* Interrupts COMMAND again and again by max_walltime, the last time not; the output must be that of one go. */
static void expect_same_output(struct program *p, const char *command)
{
    static char straight[sizeof p->out];
    int stops = 0;
    run_good(p, "$P %s " QUIET, command);
    strcpy(straight, p->out);
    int code = program_run(p, "$P %s " QUIET SAVE "--max-walltime 0.02", command);
    for (; code == 75 && stops < 50; stops++)
        code = program_run(p, "$P %s " QUIET SAVE "--max-walltime %g --resume", command, 0.06 * pow(1.2, stops));
    cr_expect_eq(code, 0, "%s: %s", command, p->err);
    cr_expect_gt(stops, 0, "%s never stopped", command);
    cr_expect_str_eq(p->out, straight, "%s: other output after %d stops", command, stops);
    /* resumed once more, there is nothing left to do */
    run_prints(p, straight, "$P %s " QUIET SAVE "--resume", command);
}

TEST(solve)
{
    expect_same_output(p, "solve --steps 90 --paths 1200 --groups 3 --waiting 0,40 --format csv");
}
TEST(simulate)
{
    expect_same_output(p, "simulate --dim 500 --runs 6 --steps 150 --waiting 0,40 --format csv");
}
TEST(validate)
{
    expect_same_output(p, "validate --steps 90 --paths 1200 --groups 4 --dim 300 --runs 6 --format csv");
}
TEST(boundary)
{
    expect_same_output(
        p, "boundary --steps 150 --paths 1200 --groups 3 --loss hinge2 --kappa 1 --data random --format csv");
}
TEST(replicas)
{
    expect_same_output(p, "replicas --steps 100 --paths 1200 --groups 3 --format csv");
}
TEST(stationary)
{
    expect_same_output(p,
                       "teff --engine stationary --data random --loss hinge2 --kappa 1 --rate 0.2 --paths 512 --groups "
                       "4 --format csv");
}
/* Probes of the response (gd), thermal noise and replicas, losses that are not convex; and a simulation without a
 * matrix. */
TEST(conditional)
{
#define CONDITIONAL "solve --engine conditional --groups 3 --format csv --paths "
    expect_same_output(p, CONDITIONAL "2400 --steps 60 --rule gd --waiting 0,10");
    expect_same_output(p, CONDITIONAL "6000 --steps 60 --temperature 0.3 --replicas 2 --waiting 0");
    expect_same_output(p, CONDITIONAL
                       "9000 --steps 90 --rule persistent --waiting 0,20 --loss phase --teacher abs --rate 0.01");
    expect_same_output(
        p,
        "solve --momentum 0.8 --clip 0.3 --clip-example 0.4 --privacy-noise 0.2 --average ema:0.9 --rule gd --groups 3 "
        "--format csv --paths 2400 --steps 60 --waiting 0,10");
    expect_same_output(
        p, "simulate --matrix implicit --dim 900 --runs 5 --steps 90 --rule reshuffle --waiting 0,20 --format csv");
}
TEST(flow)
{
    expect_same_output(p, "solve --rule flow --steps 30 --paths 400 --groups 3 --format csv");
}

/* kill -9 at moments that differ from run to run of the test, and with another number of threads after each. */
TEST(killed_runs_continue_with_the_same_bits)
{
    const char *const run = "solve --steps 130 --paths 1600 --groups 4 --waiting 0 --quiet --format csv";
    run_good(p, "$P %s > $D/straight", run);
    program_run(p, "timeout -s KILL 0.15 $P %s " SAVE "--threads 2 > $D/again", run);
    for (int i = 0; i < 6; i++)
        program_run(p, "[ ! -e $D/c ] || R=--resume; timeout -s KILL 0.%d $P %s " SAVE "$R --threads %d > $D/again",
                    2 + i, run, 1 + i % 3);
    run_good(p, "[ ! -e $D/c ] || R=--resume; $P %s " SAVE "$R > $D/again", run);
    run_good(p, "cmp $D/straight $D/again");
    program_run(p, "ls $D | grep -c tmp");
    cr_expect_eq(atoi(p->out), 0, "drafts are left");
}

#define LONG                                                                                                           \
    "--engine dense --steps 1200 --paths 400 --groups 2 --quiet --threads 2 --format json " /* never comes to its end  \
                                                                                             */
/* The shell leaves SIGINT ignored in what runs beside it. */
#define BESIDE(arguments) "env --default-signal=INT $P " arguments " > $D/json & p=$!; "
#define ALIVE "kill -0 $p 2> $D/none && "
#define WAIT_WHILE(condition) "while " ALIVE condition "; do sleep 0.02; done; "
/* Until every group under way has been saved; until half a second has been computed. */
#define SAVED WAIT_WHILE("[ ! -e $D/c.previous ]")
#define COMPUTED WAIT_WHILE("[ $(cut -d ' ' -f 14 /proc/$p/stat) -lt 50 ]")

TEST(a_signal_saves_and_leaves_a_partial_result)
{
    run_ended(p, 75, "", BESIDE("solve " LONG SAVE "--out $D/part.h5") SAVED "kill -TERM $p; wait $p");
    run_good(p, "grep -q '\"status\": \"interrupted\"' $D/json");
    run_good(p, "$P info $D/part.h5 | grep -q 'status *interrupted'");
    run_ended(p, 75, "", "rm $D/c.previous; " BESIDE("solve " LONG SAVE "--resume") SAVED "kill -INT $p; wait $p");
}

/* As from timeout, which signals the process and then its group: the second comes when the first has just been noted.
 */
TEST(a_signal_that_comes_twice_is_one)
{
    program_run(p, BESIDE("solve " LONG SAVE) SAVED "kill -TERM $p; " WAIT_WHILE(
                       "grep -q 'ShdPnd:.*4...$' /proc/$p/status") "kill -TERM $p 2> $D/none; wait $p");
    assert_code(p, 75);
}

/* At once: before the checkpoint is there the signal ends the program, from then on it leaves one to go on from. */
TEST(an_early_signal)
{
    run_ended(p, 75, "", BESIDE("solve " LONG SAVE) WAIT_WHILE("[ ! -e $D/c ]") "kill -TERM $p; wait $p");
    cr_expect_eq(program_run(p, "$P solve " LONG SAVE "--resume --max-walltime 0.05"), 75, "%s", p->err);
}

/* There is no table of what no group has reached. */
TEST(stopped_before_the_first_step)
{
    static const char *const commands[] = {"solve", "simulate", "solve --rule flow", "solve --engine hierarchical"};
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        cr_expect_eq(program_run(p, "$P %s --checkpoint $D/c --max-walltime 1e-9 " SMALL, commands[i]), 75, "%s: %s",
                     commands[i], p->err);
        cr_expect_str_empty(p->out, "%s", commands[i]);
        cr_expect_not_null(strstr(p->err, "before the first step"), "%s: %s", commands[i], p->err);
    }
}

TEST(a_signal_without_a_checkpoint)
{
    run_ended(p, 128 + 15, "", BESIDE("solve " LONG "--out $D/part.h5") COMPUTED "kill -TERM $p; wait $p");
    run_good(p, "$P info $D/part.h5 | grep -q 'status *interrupted'");
}

TEST(refusals)
{
    run_good(p, "$P solve --checkpoint $D/c " SMALL);
    run_ended(p, 2, "rate: 0.05", "$P solve --checkpoint $D/c --resume --rate 0.05 " SMALL);
    cr_expect_eq(program_run(p, "$P solve --checkpoint $D/none --resume " SMALL), 5);
    cr_expect_eq(program_run(p, "$P solve --checkpoint $D/no/c " SMALL), 5);
    cr_expect_eq(program_run(p, "$P solve --resume " SMALL), 2);
    cr_expect_eq(program_run(p, "$P solve --max-walltime 5 " SMALL), 2);
    cr_expect_eq(program_run(p, "$P solve --checkpoint $D/c --checkpoint-every 0 " SMALL), 2);
    cr_expect_eq(program_run(p, "$P sweep --vary rate=0.1,0.2 --what solve --out $D/s --checkpoint $D/c " SMALL), 2);
    cr_expect_eq(
        program_run(p, "echo nonsense > $D/c; cp $D/c $D/c.previous; $P solve --checkpoint $D/c --resume " SMALL), 5);
}

/* A link to a checkpoint: the file before is beside the target, and is found there. */
TEST(a_link_to_a_checkpoint_has_a_previous_one)
{
    static const char run[] = "cd $D && $P solve --steps 12 --paths 64 --groups 2 --quiet --checkpoint c",
                      warned[] = "cd $D && $P solve --steps 12 --paths 64 --groups 2 --progress none --checkpoint c";
    run_good(p,
             "mkdir $D/mine && ln -s mine/c $D/c && %s && test -L c && test -s mine/c.previous && ls | grep -vc mine",
             run);
    assert_says(p->out, "\n1\n");
    run_good(p, "cd $D/mine && head -c 100 c >x && mv x c && touch c.12-3.tmp");
    run_ended(p, 0, "the run goes on from mine/c.previous", "%s --resume >out.txt", warned);
    run_good(p, "test -L $D/c && ! test -e $D/mine/c.12-3.tmp");
}
