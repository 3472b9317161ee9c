/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Output of --dry-run: memory, time and disk, and where these are the least that a command takes. */
#include "tests/cli/program.h"

#include <math.h>

TestSuite(estimates, .timeout = 60);
#define TEST(name) PROGRAM_TEST(estimates, name)

#define SMALL "--paths 256 --groups 4 --steps 12 --progress none "
#define STATE_OF "--data random --loss hinge2 --kappa 1 --engine stationary --steps 200 --progress none --paths "
#define STATE STATE_OF "256 "
#define SLOW STATE "--rate 2e-4 " /* the search for its memory takes longer than a trial */

/* A run names a file, or writes none. */
TEST(say_the_file)
{
    run_says(p, "theory (dense): about ", "$P solve " SMALL "--dry-run");
    cr_expect_null(strstr(p->out, "file"));
    run_says(p, ", a file of up to ", "$P solve " SMALL "--dry-run --out $D/x.h5");
    run_prints(p, "2\n",
               "$P validate " SMALL "--dim 50 --runs 2 --dry-run --out $D/x --format csv | grep -c ',[1-9][0-9.]*,0$'");
    run_good(p, "$P solve " SMALL "--dry-run --format csv");
    assert_says(p->out, "what,engine,memory_bytes,seconds,disk_bytes,at_least\n");
    assert_says(p->out, ",0,0\n");
    cr_expect_eq(program_files(p), 0);
}

/* A trial finds the memory of a stationary state, so that its time is one number; in sweeps, which make no trials, it
 * is a range, and so where the trial is over before. A memory that nobody knows is
 * not refused. */
TEST(say_the_range_of_a_stationary_state)
{
    double about, low, high;
    run_good(p, "$P solve " STATE "--dry-run");
    cr_expect_null(strstr(p->out, "how long the state remembers"), "%s", p->out);
    run_good(p, "$P solve " SMALL "--dry-run");
    cr_expect_null(strstr(p->out, "how long the state remembers"));
    run_good(p, "$P solve " SLOW "--dry-run --memory-limit 1e6");
    const char *at = strstr(p->out, "of memory, about ");
    cr_assert_not_null(at, "%s", p->out);
    cr_assert_eq(sscanf(at, "of memory, about %lf s (%lf s to %lf", &about, &low, &high), 3, "%s", p->out);
    cr_expect(fabs(low * 8 / about - 1) < 0.1 && at
                  && strstr(at, "memory and time hang on how long the state remembers"),
              "%s", p->out);
}

/* A stationary state that does not exist is refused as by the run: its trial finds as much. */
TEST(tell_that_there_is_no_stationary_state)
{
    static const char *const command[] = {"solve", "teff", "validate --dim 20 --runs 2"};
    char said[sizeof p->err];
    for (size_t i = 0; i < sizeof command / sizeof *command; i++) {
        run_refused(p, 3, "no ergodic stationary state was found: ", "$P %s " STATE "--rate 3 --dry-run", command[i]);
        strcpy(said, p->err);
        run_refused(p, 3, said, "$P %s " STATE "--rate 3", command[i]);
    }
    run_refused(p, 3, "no ergodic", "$P solve " STATE "--rate 3 --dry-run --memory-limit 1e6");
    run_says(p, "rate = 3\n", "$P solve " STATE "--rate 3 --print-config"); /* which makes no trial */
}

/* The least memory limit is that of the run. */
TEST(of_a_stationary_state_end_at_the_same_memory)
{
    static const char words[] = "solve " STATE "--threads 1 --out $D/x.h5 ";
    run_good(p, "$P %s --dry-run --format csv | tail -n 1 | cut -d, -f3", words);
    const double bytes = atof(p->out);
    for (int dry = 0; dry < 2; dry++) {
        run_ended(p, 2, "memory_limit: ", "$P %s --memory-limit %.0f %s", words, bytes - 1, dry ? "--dry-run" : "");
        run_good(p, "$P %s --memory-limit %.0f %s", words, bytes, dry ? "--dry-run" : "");
    }
}

/* Commands that make more runs than one, or grow one. */
TEST(say_at_least)
{
    static const struct {
        const char *words, *why;
    } line[] = {
        {"solve " SMALL "--target-error 0.01", "target_error"},
        {"solve --rule flow --paths 256 --steps 12", "rule flow"},
        {"boundary --find-alpha " SMALL, "--find-alpha: 9 runs or more"},
        {"boundary --find-alpha --alpha-tolerance 0.1 " SMALL, "--find-alpha: 5 runs or more"},
        {"sweep --vary rate=0.1,0.2 --what solve --out $D/s --target-error 0.01 " SMALL, "target_error"},
    };
    for (size_t i = 0; i < sizeof line / sizeof *line; i++) {
        run_good(p, "$P %s --dry-run", line[i].words);
        assert_says(p->out, line[i].why);
        assert_says(p->out, "at least ");
        if (strncmp(line[i].words, "sweep", 5) == 0)
            continue;
        run_says(p, ",1\n", "$P %s --dry-run --format csv", line[i].words);
    }
    double one = 0, many = 0;
    run_good(p, "$P boundary " SMALL "--dry-run --format csv | tail -n 1 | cut -d, -f4");
    one = atof(p->out);
    run_good(p, "$P boundary --find-alpha " SMALL "--dry-run --format csv | tail -n 1 | cut -d, "
                "-f4");
    many = atof(p->out);
    cr_expect_float_eq(many, 9 * one, 1e-6 * many);
}

/* Text is a summary, whatever the number of points; csv has a line a point. */
TEST(of_a_sweep_fit_on_a_screen)
{
    run_good(p,
             "$P sweep " SMALL "--vary rate=0.01:0.2:0.01 --vary batch=0.1:0.5:0.1 --what solve --out $D/s --dry-run");
    size_t lines = 0;
    for (const char *c = p->out; *c; c++)
        lines += *c == '\n';
    cr_expect_eq(lines, 4, "%s", p->out);
    assert_says(p->out, "solve by theory: 100 points, 100 to compute, 0 there, 0 not allowed\n");
    assert_says(p->out, "memory: about ");
    assert_says(p->out, "disk: up to ");
    assert_says(p->out, "time: about ");
    run_good(p, "$P sweep " SMALL "--vary rule=gd,langevin --vary temperature=0,0.1 --what solve "
                "--out $D/s --dry-run");
    assert_says(p->out, "4 points, 3 to compute, 0 there, 1 not allowed\n");
    assert_says(p->out, "  not allowed: rule = langevin, temperature = 0: ");
    run_good(p, "$P sweep " SMALL "--vary rate=0.01:0.2:0.01 --what solve --out $D/s --dry-run "
                "--format csv | wc -l");
    cr_expect_eq(atoi(p->out), 21);
    cr_expect_eq(program_files(p), 0);
}

/* The number of points that a level line took is foretold within a factor of two. */
TEST(of_a_level_line_count_its_points)
{
    static const char words[] = "sweep " STATE "--vary batch=0.5 --vary rate=0.05:0.4:0.05 --what teff --level "
                                "teff_chord=0.3 --level-tolerance 0.05 --out $D/s";
    double said = 0;
    run_good(p, "$P %s --dry-run", words);
    const char *line = strstr(p->out, "the level line takes about ");
    cr_assert(line && sscanf(line, "the level line takes about %lf points", &said) == 1, "%s", p->out);
    run_good(p, "$P %s --dry-run --format json | grep -c '\"at_least\": true'", words);
    run_good(p, "$P %s --quiet && ls $D/s | grep -c h5", words);
    const char *last = strrchr(p->out, '\n');
    while (last > p->out && last[-1] != '\n')
        last--;
    const double taken = atof(last);
    cr_expect(taken <= said && said <= 2 * taken, "said %.0f, took %.0f", said, taken);
}

/* A range as other programs have it: its third number is no number of values here. */
TEST(warn_of_a_range_of_one_value)
{
    run_good(p, "$P sweep " SMALL "--vary rate=0.1:0.2:3 --what solve --out $D/s --dry-run");
    assert_says(p->err, "vary: rate=0.1:0.2:3 is one value, 0.1: in A:B:STEP the third number is the step");
    assert_says(p->out, "1 point,");
    static const char *const fine[] = {"rate=0.1:0.1:3", "rate=0.1:0.2:0.1", "rate=0.1:0.2:0.06", "rate=0.1",
                                       "rate=log:0.1:0.2:3"};
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
        run_good(p, "$P sweep " SMALL "--vary %s --what solve --out $D/s --dry-run", fine[i]);
        cr_expect_null(strstr(p->err, "one value"), "%s: %s", fine[i], p->err);
    }
}

/* More threads than there is work for wait; what is taken is what is told. */
TEST(threads_are_no_more_than_useful)
{
    run_good(p, "$P solve " SMALL "--threads 1000 --out $D/x.h5 && $P info $D/x.h5");
    assert_says(p->err, "threads: 1000, of which ");
    long taken = 0;
    const char *line = strstr(p->out, "\nthreads ");
    cr_assert(line && sscanf(line, "\nthreads %ld", &taken) == 1, "%s", p->out);
    cr_expect(taken >= 8 && taken <= 8 * sysconf(_SC_NPROCESSORS_ONLN), "%ld threads", taken);
    run_good(p, "$P solve " SMALL "--threads 2");
    cr_expect_null(strstr(p->err, "threads: "), "%s", p->err);
}

/* Errors from few samples are none to lean on: said below a table, and of a run that was stopped also on stderr. */
TEST(few_samples_are_told)
{
    run_says(p, "errors from 2 groups are uncertain by 71 % themselves\n", "$P solve --paths 64 --steps 3 --groups 2");
    run_says(p, "errors from 3 runs are uncertain by 50 % themselves\n", "$P simulate --dim 20 --steps 3 --runs 3");
    run_good(p, "$P solve --paths 128 --steps 3 --groups 4");
    cr_expect_null(strstr(p->out, "uncertain"), "%s", p->out);
    cr_expect_str_eq(p->err, "");
    /* two groups at a time, of which none is done */
    program_run(
        p, "timeout -s INT 1 $P solve --engine dense --steps 2000 --paths 2048 --groups 8 --threads 2 --format csv");
    assert_says(p->err, "2 of 8 groups are kept");
    assert_says(p->err, "errors from 2 groups are uncertain by 71 % themselves");
}

/* ---- the speed of the machine --------------------------------------------------------------------- */

static double seconds_of(struct program *p, const char *words)
{
    run_good(p, "$P %s --dry-run --format csv | tail -n 1 | cut -d, -f4", words);
    return atof(p->out);
}

/* Measured by the first --dry-run alone, kept, and never by another command. */
TEST(measure_the_machine_once)
{
    run_good(p, "$P solve " SMALL "&& $P list engines && ls $XDG_CACHE_HOME/sgdmft 2>&1; true");
    cr_expect_null(strstr(p->out, "speed-"), "%s", p->out);
    run_good(p, "$P solve " SMALL "--dry-run && cd $XDG_CACHE_HOME/sgdmft && ls && cat speed-*");
    const char *kept = strstr(p->out, "sgdmft speed 1 ");
    double factor[3];
    cr_assert(kept && sscanf(kept, "sgdmft speed 1 %lf %lf %lf\n", &factor[0], &factor[1], &factor[2]) == 3, "%s",
              p->out);
    for (int i = 0; i < 3; i++)
        cr_expect(factor[i] > 0.01 && factor[i] < 100, "%g", factor[i]);
    run_says(p, "\n1\n",
             "cd $XDG_CACHE_HOME/sgdmft && stat -c %%i.%%Y speed-* >$D/a && $P solve " SMALL
             "--dry-run && stat -c %%i.%%Y speed-* | cmp - $D/a && ls | wc -l");
}

#define KEEP(factors) program_run(p, "cd $XDG_CACHE_HOME/sgdmft && echo 'sgdmft speed 1 " factors "' >$(ls speed-*)")

/* Each part of the work has its factor; all of them together scale the whole, in sweeps too. */
TEST(are_scaled_to_the_machine)
{
    static const struct {
        const char *words;
        bool products, memory, functions; /* has such work */
    } line[] = {
        {"solve --engine dense " SMALL, true, true, true},
        {"solve --engine hierarchical " SMALL, true, false, true},
        {"solve --engine conditional --paths 4000 --steps 100", true, false, true},
        {"solve --engine conditional --paths 400000 --groups 2 --steps 400", false, true, true},
        {"solve --rule online --engine online " SMALL, false, false, true},
        {"sweep --vary rate=0.1,0.2 --what solve --out $D/s " STATE, true, false, true}, /* without a trial */
        {"solve --rule flow --paths 256 --steps 12", true, true, true},
        {"simulate --dim 50 --runs 2 --steps 10", false, true, true},
        {"boundary --find-alpha " SMALL, true, true, true},
        {"sweep --vary rate=0.1,0.2 --what solve --out $D/s " SMALL "--engine hierarchical", true, false, true},
    };
    for (size_t i = 0; i < sizeof line / sizeof *line; i++) {
        const bool sweep = strncmp(line[i].words, "sweep", 5) == 0;
        double time[5];
        seconds_of(p, line[i].words);
        for (int f = 0; f < 5; f++) {
            if (f == 0)
                KEEP("1 1 1");
            else if (f == 1)
                KEEP("3 1 1");
            else if (f == 2)
                KEEP("1 3 1");
            else if (f == 3)
                KEEP("1 1 3");
            else
                KEEP("3 3 3");
            time[f] = seconds_of(p, line[i].words);
            if (sweep) {
                run_good(p, "$P %s --dry-run --format csv | tail -n 1 | awk -F, '{print $(NF-1)}'", line[i].words);
                time[f] = atof(p->out);
            }
        }
        cr_expect_eq(time[1] > time[0] * 1.0001, line[i].products, "%s: products %g", line[i].words, time[1] / time[0]);
        cr_expect_eq(time[2] > time[0] * 1.0001, line[i].memory, "%s: memory %g", line[i].words, time[2] / time[0]);
        cr_expect_eq(time[3] > time[0] * 1.0001, line[i].functions, "%s: functions %g", line[i].words,
                     time[3] / time[0]);
        cr_expect_float_eq(time[4], 3 * time[0], 1e-9 * time[4], "%s: %g", line[i].words, time[4] / time[0]);
        const double sum = time[1] + time[2] + time[3] - 3 * time[0];
        cr_expect_float_eq(sum, 2 * time[0], 1e-9 * sum, "%s: parts of %g", line[i].words, sum);
    }
}

/* The estimate follows the trial: the time grows with the paths, and with the memory of a smaller rate. */
TEST(follow_the_trial_of_a_stationary_state)
{
    const double one = seconds_of(p, "solve " STATE), more = seconds_of(p, "solve " STATE_OF "16384"),
                 slower = seconds_of(p, "solve " STATE_OF "16384 --rate 0.02");
    cr_expect(more > 4 * one && more < 256 * one, "%g %g", one, more);
    cr_expect_gt(slower, 1.5 * more);
}

/* Factors that no machine has are measured again; without a folder it is measured each time. */
TEST(do_not_lean_on_the_cache)
{
    static const char words[] = "solve --engine hierarchical " SMALL;
    seconds_of(p, words);
    KEEP("1 1 1");
    const double one = seconds_of(p, words);
    KEEP("1000000 1 1");
    cr_expect_lt(seconds_of(p, words), 90 * one);
    run_prints(p, "0\n", "grep -c 1000000 $XDG_CACHE_HOME/sgdmft/speed-*; true");
    run_good(p, "XDG_CACHE_HOME=/proc $P %s --dry-run", words);
    cr_expect_str_eq(p->err, "");
    run_good(p, "env -u HOME -u XDG_CACHE_HOME $P %s --dry-run", words);
    cr_expect_str_eq(p->err, "");
    /* a folder that others may write to is not read */
    KEEP("1 1 90");
    const double slow = seconds_of(p, words);
    run_good(p, "chmod go+w $XDG_CACHE_HOME/sgdmft");
    cr_expect_lt(seconds_of(p, words), 0.8 * slow);
}
