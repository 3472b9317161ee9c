/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Configurations that the program prints, as files to start from: what was automatic stays so, and a dataset is found
 * from wherever. */
#include "tests/cli/program.h"

TestSuite(print_config, .timeout = 60);

#define TEST(name) PROGRAM_TEST(print_config, name)

#define SMALL "--paths 64 --groups 2 --dim 20 --runs 2 --quiet "
#define DATA_SMALL "--paths 64 --groups 2 --quiet "

static void run(struct program *p, int code, const char *command)
{
    program_run(p, "cd $D; %s", command);
    cr_assert_eq(p->code, code, "%s: exit code %d instead of %d: %s", command, p->code, code, p->err);
}

TEST(what_follows_other_parameters_stays_automatic)
{
    static const struct {
        const char *before, *after, *part; /* flags that make the file, flags beside it, and what the run then has */
    } cases[] = {
        {"", "--steps 100", "margins_at = auto ; 100\n"},
        {"", "--steps 1000", "margins_at = auto ; 1000\n"},
        {"--margins-at 200", "--steps 1000", "margins_at = 200\n"},
        {"", "--waiting 0,20", "force_directions = auto ; 4\n"},
        {"", "--rule gd", "batch = auto ; 1\n"},
        {"", "--rule reshuffle", "batch = auto ; 0.25\n"},
        {"--batch 0.3", "--rate 0.2", "batch = 0.3\n"},
        {"", "--constraint sphere", "constraint = sphere\n"},
        {"--teacher door --link door --overlap0 0.1", "--door-width 1.5", "teacher_width = auto ; 1.5\n"},
        {"--teacher door --teacher-width 0.7 --link door --overlap0 0.1", "--door-width 1.5", "teacher_width = 0.7\n"},
        {"--waiting auto --replicas auto --ridge auto", "", "waiting = auto ; 0\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        run_good(p, "cd $D; $P solve %s --print-config > a.ini && $P solve a.ini %s --print-config", cases[i].before,
                 cases[i].after);
        cr_expect_not_null(strstr(p->out, cases[i].part), "%s is not in %s", cases[i].part, p->out);
    }
}

/* Runs that --dry-run refuses are refused with the same words, and not printed. Files may be made elsewhere. */
TEST(what_cannot_be_run_is_not_printed)
{
    static const char *const cases[] = {
        "solve --engine stationary --rule online",
        "solve --engine online",
        "solve --memory-limit 1000",
        "solve --check --engine dense",
        "simulate --append --out none.h5",
        "teff --waiting none",
        "boundary --rule online",
        "boundary --alpha-tolerance 0.1",
        "sweep --vary rate=0.1,0.2 --out s",
        "sweep --vary rate=0.1,0.2 --what solve",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        static char message[sizeof p->err];
        program_run(p, "cd $D; $P %s --dry-run", cases[i]);
        const int code = p->code;
        cr_expect_neq(code, 0, "%s", cases[i]);
        strcpy(message, p->err);
        program_run(p, "cd $D; $P %s --print-config", cases[i]);
        cr_expect(p->code == code && *p->out == '\0', "%s: %d, %s", cases[i], p->code, p->out);
        cr_expect_str_eq(p->err, message, "%s", cases[i]);
    }
}

/* A printed configuration does for other commands and lengths than the one that printed it. */
TEST(a_file_to_start_from)
{
    run(p, 0, "$P solve --rule persistent " SMALL "--print-config > run.ini");
    run(p, 0, "$P solve run.ini --steps 20");
    run(p, 0, "$P sweep run.ini --vary steps=10,20 --what solve --out sw");
    run(p, 0, "$P replicas run.ini --steps 10");
    run(p, 0, "$P teff run.ini --by simulate --steps 60 --force");
    run(p, 0, "$P solve run.ini --steps 20 --out r.h5; $P info r.h5 --print-config > i.ini; cat i.ini");
    assert_says(p->out, "margins_at = auto ; 20\n");
    run(p, 0, "$P solve i.ini --steps 8");
    /* of what a command chose the result says what it was, and the command's own file that nobody asked for it */
    run(p, 0, "$P teff run.ini --steps 60 --force --out t.h5 > x; $P info t.h5 --print-config");
    assert_says(p->out, "waiting = 30,45\n");
    run(p, 0, "$P teff run.ini --steps 60 --print-config > t.ini; cat t.ini");
    assert_says(p->out, "waiting = auto ; 30,45\n");
    run(p, 0, "$P teff t.ini --steps 40 --force > x && $P teff run.ini --steps 40 --force | cmp - x");
    run(p, 0, "$P replicas --steps 10 --print-config");
    assert_says(p->out, "replicas = auto ; 2\n");
    run(p, 0, "$P sweep run.ini --vary batch=0.2,0.4 --what solve --out b --print-config");
    assert_says(p->out, "batch = 0.2\n");
}

#define MAKE_DATA                                                                                                      \
    "mkdir sub; for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo \"$i,$((i * i % 7)),$((i % 5)),$((i % 2))\"; done > "     \
    "sub/d.csv; "

TEST(a_dataset_is_where_its_file_says)
{
    run(p, 0,
        MAKE_DATA "mkdir other; printf '[data]\\ndata = file\\ndataset = d.csv\\n[algorithm]\\nsteps = 4\\n' "
                  "> sub/r.ini");
    run(p, 0, "$P solve sub/r.ini " DATA_SMALL "--out r.h5 && $P info r.h5");
    assert_says(p->out, "dataset     sub/d.csv, ");
    run(p, 0, "cd sub && $P solve r.ini " DATA_SMALL "--out r.h5 && $P info r.h5");
    assert_says(p->out, "dataset     d.csv, ");
    run(p, 0, "cd other && $P solve $D/sub/r.ini " DATA_SMALL);
    /* another one of the same name in the way; a flag is taken from here */
    run(p, 0,
        "sed 's/3/9/' sub/d.csv > other/d.csv; cd other; $P solve ../sub/r.ini " DATA_SMALL "--out r.h5 && $P info "
        "r.h5");
    assert_says(p->out, "dataset     ../sub/d.csv, ");
    run(p, 0, "cd other && $P solve ../sub/r.ini --dataset d.csv " DATA_SMALL "--out r.h5 && $P info r.h5");
    assert_says(p->out, "dataset     d.csv, ");
    run(p, 5, "sed s/d.csv/none.csv/ sub/r.ini > sub/n.ini; $P solve sub/n.ini " DATA_SMALL);
    assert_says(p->err, "sub/none.csv");
    /* what is printed holds from anywhere */
    run(p, 0, "$P solve sub/r.ini " DATA_SMALL "--print-config > other/p.ini && cd / && $P solve $D/other/p.ini");
    run(p, 0, "$P info r.h5 --print-config > other/p.ini && cd / && $P solve $D/other/p.ini --steps 2");
    run(p, 0, "$P sweep sub/r.ini " DATA_SMALL "--vary rate=0.1,0.2 --what solve --out sw && $P solve sw/config.ini");
    run(p, 2, "$P sweep sub/r.ini " DATA_SMALL "--vary rate=0.1,0.2 --steps 3 --what solve --out sw");
    assert_says(p->err, "steps: 3, but the sweep in sw was begun with 4");
}

TEST(a_study_finds_its_data)
{
    run(p, 0,
        MAKE_DATA "printf '[study]\\ntitle = T\\nclaim = C\\nsource = S\\n[run]\\ndata = file\\ndataset = d.csv\\n"
                  "steps = 2\\npaths = 64\\ngroups = 2\\n[sweep a]\\nwhat = solve\\nvary = rate=0.1,0.2\\n"
                  "[table]\\ncolumns = norm\\n' > sub/s.ini");
    run(p, 0, "$P study sub/s.ini --quiet --out o");
    run(p, 5, "$P study sub/s.ini --quiet --out o2 --set dataset=d.csv");
}
