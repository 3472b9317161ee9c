/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A dry run refuses what the run refuses, with the same words, and writes nothing. */
#include "tests/cli/program.h"

TestSuite(dry_run, .timeout = 60);
#define TEST(name) PROGRAM_TEST(dry_run, name)

#define SMALL " --paths 64 --groups 2 --steps 12 --dim 20 --runs 2 --threads 1 --quiet "
#define STATE SMALL "--data random --loss hinge2 --kappa 1 --engine stationary "

TEST(refuses_what_the_run_refuses)
{
    static const struct {
        const char *words;
        int code;
        const char *part;
    } line[] = {
        {"solve --checkpoint no/x" SMALL, 5, "cannot write no/x: No such file or directory"},
        {"simulate --checkpoint $D" SMALL, 5, "it exists and is not a regular file"},
        {"solve --checkpoint $D/x --resume" SMALL, 5, "cannot resume from "},
        {"solve --out no/x.h5" SMALL, 5, "cannot write no/x.h5: No such file or directory"},
        {"sweep --vary rate=0.1,0.2 --what solve --out $D/s --checkpoint $D/x" SMALL, 2, "checkpoint: "},
        {"solve --check --engine hierarchical --out $D/x.h5" SMALL, 2, "out: "},
        {"boundary" STATE, 2, "engine: stationary does not follow the run from its start"},
        {"boundary --find-alpha" STATE, 2, "engine: stationary does not follow the run from its start"},
        {"validate --paths 64 --groups 1 --steps 12 --dim 20 --runs 2", 2, "groups: 1, but validate needs at least 2"},
        {"validate --paths 64 --groups 2 --steps 12 --dim 20 --runs 1", 2, "runs: 1, but validate needs at least 2"},
    };
    for (size_t i = 0; i < sizeof line / sizeof *line; i++)
        for (int dry = 1; dry >= 0; dry--) {
            run_refused(p, line[i].code, line[i].part, "$P %s %s", line[i].words, dry ? "--dry-run" : "");
            cr_expect_eq(program_files(p), 0, "%s", line[i].words);
        }
}

/* The checkpoint of another run, and one that is found. */
TEST(reads_the_checkpoint)
{
    run_good(p, "$P solve --checkpoint $D/x" SMALL);
    run_good(p, "ls -l --full-time $D >$D.before; $P solve --checkpoint $D/x --resume --dry-run" SMALL);
    run_good(p, "ls -l --full-time $D | cmp - $D.before; rm $D.before");
    for (int dry = 1; dry >= 0; dry--)
        run_refused(p, 2, "rate: 0.2, but the checkpoint ", "$P solve --checkpoint $D/x --resume --rate 0.2 %s" SMALL,
                    dry ? "--dry-run" : "");
}

/* Analyses of results are made, and not printed. */
TEST(analyses_results)
{
    run_good(p, "$P solve --out $D/a.h5 --waiting 2" SMALL "&& $P solve --out $D/b.h5 --waiting none" SMALL);
    run_good(p, "$P simulate --out $D/c.h5 --rate 0.2" SMALL);
    for (int dry = 1; dry >= 0; dry--) {
        const char *flag = dry ? "--dry-run" : "";
        run_refused(p, 2, "two-time", "$P teff $D/b.h5 %s", flag);
        run_refused(p, 2, "rate", "$P validate $D/a.h5 $D/c.h5 %s", flag);
        run_refused(p, 2, "distance: ", "$P replicas $D/a.h5 %s", flag);
        run_refused(p, 2, "checkpoint: ", "$P boundary $D/a.h5 --checkpoint $D/x %s", flag);
    }
    run_good(p, "$P boundary $D/a.h5 --dry-run");
    cr_expect_str_eq(p->out, "");
}

TEST(of_tables_and_figures)
{
    run_good(p, "mkdir $D/bin; $P sweep --vary rate=0.1,0.2 --what solve --out $D/s" SMALL);
    run_good(p, "$P sweep --vary seed=1,2 --vary ridge=0,1 --vary rate=0.1,0.2 --what solve --out $D/t" SMALL);
    for (int dry = 1; dry >= 0; dry--) {
        const char *flag = dry ? "--dry-run" : "";
        run_refused(p, 2, "pivot: it takes the folder of one sweep", "$P table $D/s --pivot norm %s", flag);
        run_refused(p, 2, "pivot: there is no column 'nrom'", "$P table $D/t --pivot nrom %s", flag);
        run_refused(p, 2, "pivot: ", "$P table $D/t --pivot norm %s", flag);
        run_refused(p, 5, "cannot start gnuplot: No such file", "PATH=$D/bin $P plot $D/s --out $D/p.png %s", flag);
        run_refused(p, 5, "cannot start gnuplot: No such file", "PATH=$D/bin $P study memorization --out $D/m %s",
                    flag);
    }
    run_good(p, "! test -e $D/m");
}
