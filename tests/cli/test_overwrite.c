/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that are there already: every command, every kind of file that it writes, every kind of file in the way.
 * Whatever is refused leaves the folder as it was, byte by byte. */
#include "tests/cli/program.h"

TestSuite(overwrite, .timeout = 120);

#define TEST(name) PROGRAM_TEST(overwrite, name, furnish(p))

#define COMMON                                                                                                         \
    "[algorithm]\\nsteps = 12\\nrate = 0.05\\n[solver]\\npaths = 64\\ngroups = 2\\n[simulation]\\nruns = 2\\n"

/* d.csv, a dataset with a link of each kind; run.ini and data.ini, runs; files and a folder of the user; and one file
 * of each kind that the program makes. */
static void furnish(struct program *p)
{
    run_good(p, "cd $D && printf '" COMMON "dim = 30\\n' > run.ini && "
                "printf '" COMMON "[data]\\ndata = file\\ndataset = d.csv\\n' > data.ini && "
                "awk 'BEGIN { for (i = 1; i <= 40; i++) "
                "print sin(i) \",\" cos(i * i) \",\" sin(i * i * i) \",\" (i %% 3 ? \"yes\" : "
                "\"no\") }' > d.csv && "
                "ln -s d.csv soft && ln d.csv hard && echo notes > notes.txt && "
                "printf '\\211HDF\\r\\n\\032\\n and what else' > own.h5 && mkdir mine && echo mine > "
                "mine/config.ini");
    run_good(p, "cd $D && $P solve run.ini --quiet --out r.h5 --checkpoint c >/dev/null && "
                "$P simulate run.ini --quiet --out s.h5 >/dev/null && "
                "$P plot r.h5 --observable norm --script --out p.png && "
                "$P sweep run.ini --quiet --vary rate=0.1,0.2 --what solve --out sw >/dev/null");
}

struct refusal {
    const char *before;  /* what is done first, "" for nothing */
    const char *command; /* in the folder */
    int code;
    const char *part; /* of the message */
};

static void check_refusal(struct program *p, const struct refusal *refusal)
{
    program_run(p,
                "cd $D; %s\nlook() { find . | sort; find . -type f | sort | xargs cksum; }; before=`look`\n"
                "%s >/dev/null; code=$?; [ \"$before\" = \"`look`\" ] || exit 99; exit $code",
                refusal->before, refusal->command);
    cr_expect_eq(p->code, refusal->code, "%s; %s\nexit code %d instead of %d%s\n%s", refusal->before, refusal->command,
                 p->code, refusal->code, p->code == 99 ? ": something has changed" : "", p->err);
    cr_expect_not_null(strstr(p->err, refusal->part), "%s\n'%s' is not in: %s", refusal->command, refusal->part,
                       p->err);
}

static void check_refusals(struct program *p, const struct refusal *refusal, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check_refusal(p, &refusal[i]);
}
#define CHECK(table) check_refusals(p, table, sizeof table / sizeof *table)

/* ---- results -------------------------------------------------------------------------------------------- */

TEST(no_result_replaces_another_file)
{
    static const char *const commands[] = {"solve",
                                           "simulate",
                                           "teff",
                                           "teff --by simulate",
                                           "replicas",
                                           "boundary",
                                           "boundary --by simulate",
                                           "solve --dry-run",
                                           "simulate --append"};
    static const char *const targets[][2] = {
        {"run.ini", "it is the run file"},
        {"./run.ini", "it is the run file"},
        {"notes.txt", "no result of sgdmft"},
        {"d.csv", "no result of sgdmft"},
        {"own.h5", "no result of sgdmft"},
        {"c", "no result of sgdmft"},
        {"p.png", "no result of sgdmft"},
        {"p.gp", "no result of sgdmft"},
        {"sw/manifest.json", "no result of sgdmft"},
        {"sw/config.ini", "no result of sgdmft"},
        {"soft", "no result of sgdmft"},
    };
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        for (size_t j = 0; j < sizeof targets / sizeof *targets; j++) {
            char command[256];
            snprintf(command, sizeof command, "$P %s run.ini --quiet --out %s", commands[i], targets[j][0]);
            check_refusal(p, &(struct refusal){"", command, 5, targets[j][1]});
        }
}

TEST(the_dataset_and_the_run_file_are_kept_by_every_name)
{
    static const struct refusal cases[] = {
        {"", "$P solve data.ini --out d.csv", 5, "cannot write d.csv: it is the dataset of the run"},
        {"", "$P simulate data.ini --out ./d.csv", 5, "it is the dataset of the run"},
        {"", "$P solve data.ini --out soft", 5, "it is the dataset of the run"},
        {"", "$P solve data.ini --out hard", 5, "it is the dataset of the run"},
        {"", "$P solve --data file --dataset soft --out d.csv", 5, "it is the dataset of the run"},
        {"", "$P boundary --by simulate data.ini --out $D/sw/../d.csv", 5, "it is the dataset of the run"},
        {"", "$P solve data.ini --checkpoint hard", 5, "it is the dataset of the run"},
        {"", "$P solve data.ini --checkpoint data.ini", 5, "it is the run file"},
        {"", "$P solve data.ini --dry-run --out data.ini", 5, "it is the run file"},
        {"cp d.csv n.previous", "$P solve --data file --dataset n.previous --checkpoint n", 5,
         "n.previous: it is the dataset of the run"},
    };
    CHECK(cases);
}

/* A symbolic link is a name of its target: the link stays. Files of the system, by whatever link, are refused. */
TEST(a_link_stays_and_its_target_is_written)
{
    run_prints(p, "2\n0\n",
               "cd $D && ln -s r.h5 l.h5 && $P solve run.ini --quiet --seed 5 --out l.h5 >/dev/null && test -L l.h5 && "
               "$P info r.h5 | grep -c 'seed 5' && ln -s mine/new.h5 m.h5 && $P solve run.ini --quiet --out m.h5 "
               ">/dev/null && test -L m.h5 && test -f mine/new.h5 && rm mine/new.h5 && ls | grep -c tmp; true");
    run_refused(p, 5, "cannot write o.h5: it is a file of the system",
                "cd $D && ln -s /proc/self/fd/1 o.h5 && $P solve run.ini --quiet --out o.h5 >out.txt");
    run_good(p, "test -L $D/o.h5");
}

/* And so do links to links, to files that do not exist yet as well. */
TEST(all_links_of_a_chain_stay)
{
    run_good(p,
             "cd $D && ln -s l2.h5 l1.h5 && ln -s mine/l3.h5 l2.h5 && $P solve run.ini --quiet --out l1.h5 >/dev/null "
             "&& test -L l1.h5 && test -L l2.h5 && test -s mine/l3.h5 && ! test -L mine/l3.h5");
    run_good(p,
             "cd $D && $P solve run.ini --quiet --seed 3 --out l1.h5 >/dev/null && $P info mine/l3.h5 | grep 'seed 3' "
             "&& test -L l1.h5 && test -L l2.h5");
    run_refused(p, 5, "cannot write t1.h5: Too many levels of symbolic links",
                "cd $D && ln -s t2.h5 t1.h5 && ln -s t1.h5 t2.h5 && $P solve run.ini --quiet --out t1.h5");
    run_refused(p, 5, "cannot write u.h5: it is a file of the system",
                "cd $D && ln -s /dev/stdout o1.h5 && ln -s o1.h5 u.h5 && $P solve run.ini --quiet --out u.h5 >out.txt");
    run_refused(p, 5, "cannot write v.h5: it is a file of the system",
                "cd $D && ln -s /dev dev && ln -s dev/stdout v.h5 && $P solve run.ini --quiet --out v.h5 >out.txt");
    run_good(p, "cd $D && test -L u.h5 && test -L v.h5 && test -L /dev/stdout");
}

TEST(names_that_name_no_file)
{
    static const struct refusal cases[] = {
        {"", "$P solve run.ini --quiet --out -", 2, "out: '-' names no file"},
        {"", "$P solve run.ini --quiet --out - --dry-run", 2, "out: '-' names no file"},
        {"", "$P sweep run.ini --quiet --vary rate=0.1,0.2 --what solve --out -", 2, "out: '-' names no file"},
        {"", "$P plot r.h5 --out .png", 2, "out: '.png' is not NAME.png, NAME.svg or NAME.pdf"},
        {"", "$P report r.h5 --out .html", 2, "out: '.html' is not NAME.html"},
    };
    CHECK(cases);
}

/* A manifest that is damaged: its message says what works. */
TEST(a_sweep_without_its_manifest_takes_its_results)
{
    static const char sweep[] = "$P sweep run.ini --quiet --vary rate=0.1,0.2 --what solve --out sw >out.txt";
    run_ended(p, 5, "sw/manifest.json is corrupt: line ", "cd $D && echo '{' >sw/manifest.json && %s", sweep);
    assert_says(p->err, "the same sweep without this file takes the results that are there");
    run_good(p,
             "cd $D && stat -c %%i.%%y sw/*.h5 >before && rm sw/manifest.json && %s && stat -c %%i.%%y sw/*.h5 | cmp "
             "- before",
             sweep);
}

TEST(a_link_to_no_folder)
{
    for (int dry = 0; dry < 2; dry++)
        run_refused(p, 5, "out: f is a link to a folder that does not exist",
                    "cd $D && ln -sf none f && $P sweep run.ini --quiet --vary rate=0.1,0.2 --what solve --out f %s",
                    dry ? "--dry-run" : "");
}

/* Memory that looks like a folder of devices. */
TEST(a_file_in_shared_memory)
{
    if (program_run(p, "test -w /dev/shm") != 0)
        cr_skip_test("there is none");
    run_good(p,
             "F=/dev/shm/sgdmft-$$.h5; cd $D && $P solve run.ini --quiet --out $F >/dev/null && test -s $F && rm $F");
}

TEST(both_results_of_validate)
{
    static const struct refusal cases[] = {
        {"echo mine > v-theory.h5", "$P validate run.ini --quiet --out v", 5, "cannot write v-theory.h5"},
        {"mv v-theory.h5 v-simulation.h5", "$P validate run.ini --quiet --out v.h5", 5, "cannot write v-simulation.h5"},
        {"", "$P validate run.ini --quiet --out v --dry-run", 5, "cannot write v-simulation.h5"},
        {"mv v-simulation.h5 mine; ln -s run.ini w-theory.h5", "$P validate run.ini --quiet --out w", 5,
         "it is the run file"},
    };
    CHECK(cases);
}

TEST(a_result_under_the_name_of_a_table_or_picture)
{
    static const struct refusal cases[] = {
        {"", "$P solve run.ini --out a.csv", 2, "--format csv > a.csv"},
        {"", "$P simulate run.ini --out a.CSV", 2, "--format csv > a.CSV"},
        {"", "$P teff run.ini --out a.json", 2, "--format json > a.json"},
        {"", "$P replicas run.ini --out a.txt", 2, "a.txt"},
        {"", "$P boundary run.ini --out a.png", 2, "sgdmft plot RESULT.h5 --out a.png"},
        {"", "$P validate run.ini --out a.csv", 2, "--format csv > a.csv"},
        {"", "$P solve run.ini --out a.ini", 2, "--print-config > a.ini"},
        {"", "$P solve run.ini --out a.tex --dry-run", 2, "sgdmft table RESULT.h5 --format latex > a.tex"},
        {"cp r.h5 r.csv", "$P solve run.ini --out r.csv", 2, "'r.csv' would be an HDF5 file"},
    };
    CHECK(cases);
    run_good(p, "cd $D && $P solve run.ini --quiet --out a.csv.h5 && $P solve run.ini --quiet --out "
                "csv");
}

/* ---- checkpoints ---------------------------------------------------------------------------------------- */

TEST(no_checkpoint_replaces_another_file)
{
    static const char *const commands[] = {"solve",    "simulate", "validate",        "teff",
                                           "replicas", "boundary", "solve --dry-run", "solve --resume"};
    static const char *const targets[][2] = {
        {"run.ini", "it is the run file"},    {"notes.txt", "no checkpoint of sgdmft"},
        {"d.csv", "no checkpoint of sgdmft"}, {"r.h5", "no checkpoint of sgdmft"},
        {"p.png", "no checkpoint of sgdmft"}, {"sw/manifest.json", "no checkpoint of sgdmft"},
        {"soft", "no checkpoint of sgdmft"},
    };
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        for (size_t j = 0; j < sizeof targets / sizeof *targets; j++) {
            char command[256];
            snprintf(command, sizeof command, "$P %s run.ini --quiet --checkpoint %s", commands[i], targets[j][0]);
            check_refusal(p, &(struct refusal){"", command, 5, targets[j][1]});
        }
    static const struct refusal cases[] = {
        {"rm -f c.previous; cp notes.txt c.previous", "$P solve run.ini --quiet --checkpoint c", 5,
         "cannot write c.previous: it exists and is no checkpoint"},
        {"cp notes.txt new.previous", "$P solve run.ini --quiet --checkpoint new", 5, "cannot write new.previous"},
        {"", "$P solve run.ini --quiet --checkpoint c --dry-run", 5, "cannot write c.previous"},
        {"", "$P solve run.ini --quiet --checkpoint c --resume", 5, "cannot write c.previous"},
        {"", "$P solve run.ini --quiet --checkpoint x --out x", 5, "cannot write x: it is the checkpoint"},
        {"", "$P solve run.ini --quiet --checkpoint x --out ./x.previous", 5, "the previous checkpoint"},
        {"rm c.previous", "$P solve run.ini --quiet --checkpoint c --out notes.txt", 5, "cannot write notes.txt"},
    };
    CHECK(cases);
    /* names like those of drafts are removed only where they are drafts */
    run_good(p, "cd $D && echo mine > c.12-0.tmp && cp c c.1x-2y.tmp && cp c c.13-0.tmp && "
                "$P solve run.ini --quiet --checkpoint c >/dev/null && cat c.12-0.tmp && rm c.1x-2y.tmp && "
                "test ! -e c.13-0.tmp");
}

/* ---- sweeps --------------------------------------------------------------------------------------------- */

#define SWEEP "$P sweep run.ini --quiet --vary rate=0.1,0.2 --what solve --out "

TEST(a_sweep_has_a_folder_of_its_own)
{
    static const struct refusal cases[] = {
        {"", SWEEP "mine", 5, "mine is not empty and holds no sweep (there is config.ini)"},
        {"", SWEEP "mine --dry-run", 5, "mine is not empty"},
        {"", SWEEP "mine --index 1 --of 2", 5, "mine is not empty"},
        {"", SWEEP ".", 5, ". is not empty"},
        {"", SWEEP "notes.txt", 5, "notes.txt is not a folder"},
        {"cp notes.txt mine/manifest.json", SWEEP "mine", 5, "mine/manifest.json is corrupt"},
        {"rm mine/*; cp own.h5 mine", SWEEP "mine", 5, "there is own.h5"},
        {"rm mine/*; cp d.csv mine/.hidden", SWEEP "mine", 5, "there is .hidden"},
        {"rm mine/.hidden; mkdir mine/folder", SWEEP "mine", 5, "there is folder"},
        /* in a sweep that was begun: the result of a new point, the run file that would be written anew */
        {"cp -r sw part; cp own.h5 sw/`" SWEEP "dry --dry-run --format csv | tail -1 | cut -d, -f2`", SWEEP "sw", 5,
         "no result of sgdmft"},
        {"rm part/manifest.json", "$P sweep part/config.ini --quiet --vary rate=0.1,0.2 --what solve --out part", 5,
         "cannot write part/config.ini: it is the run file"},
    };
    CHECK(cases);
}

TEST(a_sweep_that_lost_its_manifest_goes_on)
{
    run_says(p, "2 of all were there before",
             "cd $D && rm sw/manifest.json && cp sw/config.ini sw/config.ini.12-0.tmp && : > "
             "sw/a.h5.7-3.tmp && " SWEEP "sw");
    run_good(p, "cd $D && ls sw/*.tmp | wc -l; echo data > sw/x.json.tmp; echo data > "
                "sw/x.json.1-1.tmp; " SWEEP "sw >/dev/null && cat sw/x.json.tmp sw/x.json.1-1.tmp");
    cr_expect_str_eq(p->out, "0\ndata\ndata\n");
}

/* ---- figures and studies -------------------------------------------------------------------------------- */

TEST(a_figure_replaces_only_pictures_of_its_format)
{
    static const struct refusal cases[] = {
        {"cp notes.txt q.png", "$P plot r.h5 --observable norm --out q.png", 5,
         "cannot write q.png: it exists and is no picture in the format png"},
        {"", "$P plot r.h5 --observable norm --out q.png --dry-run", 5, "cannot write q.png"},
        {"cp p.png q.svg", "$P plot r.h5 --observable norm --out q.svg", 5, "no picture in the format svg"},
        {"cp p.png q.pdf", "$P plot r.h5 --observable norm --out q.pdf", 5, "no picture in the format pdf"},
        {"ln -s d.csv l.png", "$P plot r.h5 --observable norm --out l.png", 5, "no picture"},
        {"cp r.h5 r.png", "$P plot r.png --observable norm --out r.png", 5, "no picture"},
        {"echo mine > q2.gp", "$P plot r.h5 --observable norm --script --out q2.png", 5, "cannot write q2.gp"},
        {"echo mine > q3.dat", "$P plot r.h5 --observable norm --script --out q3.png", 5, "cannot write q3.dat"},
    };
    CHECK(cases);
}

static void write_study(struct program *p)
{
    run_good(p, "cat > $D/small.ini <<'END'\n[study]\ntitle = Small\nclaim = One.\nsource = None.\n"
                "[run]\nsteps = 4\npaths = 64\ngroups = 2\n[sweep a]\nwhat = solve\nvary = "
                "rate=0.1,0.2\n"
                "[sweep b]\nwhat = solve\nvary = batch=0.2,0.3\n[linear-map m]\nsteps = 200\nruns = "
                "2\n"
                "[table]\ncolumns = norm\n[series]\ncolumns = norm\nEND\n"
                "cat > $D/small.gp <<'END'\nset datafile separator comma\nset datafile "
                "columnheaders\n"
                "set terminal pngcairo\nset output output\nplot table using "
                "\"rate\":\"norm_theory\"\nEND");
}

TEST(a_study_replaces_only_its_own)
{
    static const char *const names[] = {"small.csv", "small-series.csv", "small.md", "small.png", "small.html",
                                        "m.txt",     "b/notes"};
    write_study(p);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char command[256];
        snprintf(command, sizeof command, "rm -rf st; mkdir -p st/b; echo mine > st/%s", names[i]);
        check_refusal(p, &(struct refusal){command, "$P study small.ini --quiet --out st", 5,
                                           strchr(names[i], '/') ? "b is not empty" : names[i]});
    }
    run_says(p, "mine",
             "cd $D && rm -rf st && $P study small.ini --quiet --out st && echo mine > "
             "st/small.png.messages && "
             "$P study small.ini --quiet --out st && cat st/small.png.messages");
}

/* ---- what is replaced ----------------------------------------------------------------------------------- */

TEST(what_the_program_made_is_replaced)
{
    static const char *const commands[] = {
        "$P solve run.ini --quiet --rate 0.07 --out r.h5 && $P info r.h5 | grep -q 'rate = 0.07'",
        "$P simulate run.ini --quiet --out r.h5 && $P info r.h5 | grep -q 'source *simulation'",
        "$P simulate run.ini --quiet --append --out s.h5 && $P info s.h5 | grep -q 'samples *4'",
        "$P validate run.ini --quiet --out v && $P validate run.ini --quiet --out v",
        "for r in 0.07 0.08; do $P solve run.ini --quiet --rate $r --checkpoint c || exit; done; test -s c.previous",
        "head -c 600 r.h5 > cut.h5 && $P solve run.ini --quiet --out cut.h5 && $P info cut.h5",
        ": > empty.h5 && $P solve run.ini --quiet --out empty.h5 && $P info empty.h5",
        "ln -s r.h5 link.h5 && $P solve run.ini --quiet --out link.h5 && test -L link.h5 && $P info r.h5",
        "$P plot r.h5 --observable norm --script --out p.png && $P plot s.h5 --script --out p.png",
        "$P plot r.h5 --out q.svg && $P plot r.h5 --observable norm --out q.svg",
        "$P plot r.h5 --out q.pdf && $P plot r.h5 --observable norm --out q.pdf",
        "$P sweep run.ini --quiet --vary rate=0.1,0.2,0.3 --what solve --out sw",
        "$P sweep run.ini --quiet --vary rate=0.1,0.2 --what solve --out sw/",
        "rmdir empty 2>&-; mkdir empty; $P sweep run.ini --quiet --vary rate=0.1,0.2 --what solve --out empty",
    };
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        run_good(p, "cd $D && %s >/dev/null", commands[i]);
}
