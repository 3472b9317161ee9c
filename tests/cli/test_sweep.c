/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft sweep, table and plot, through the program. */
#include "tests/cli/program_output.h"

TestSuite(sweep, .timeout = 120);

#define SMALL "--paths 256 --groups 4 --steps 12 --overlap0 0.2 --dim 64 --runs 4 --progress none "

#define TEST(name) PROGRAM_TEST(sweep, name)

static json_t *manifest(struct program *p, const char *folder)
{
    char path[256];
    json_error_t reason;
    snprintf(path, sizeof path, "%s/%s/manifest.json", p->folder, folder);
    json_t *object = json_load_file(path, 0, &reason);
    cr_assert_not_null(object, "%s: %s", path, reason.text);
    return object;
}

static const char *point_text(const json_t *object, size_t index, const char *name)
{
    return json_string_value(json_object_get(json_array_get(json_object_get(object, "points"), index), name));
}

TEST(every_combination_is_a_point_with_its_own_result)
{
    run_good(p, "$P sweep " SMALL "--vary alpha=1:2:0.5 --vary rule=sgd,gd --what solve --out $D/s");
    json_auto_t *object = manifest(p, "s");
    const json_t *points = json_object_get(object, "points");
    cr_assert_eq(json_array_size(points), 6);
    static const double alpha[6] = {1, 1, 1.5, 1.5, 2, 2};
    for (size_t i = 0; i < 6; i++) {
        const json_t *values = json_object_get(json_array_get(points, i), "values");
        const char *rule = json_string_value(json_object_get(values, "rule"));
        cr_assert_eq(json_number_value(json_object_get(values, "alpha")), alpha[i]);
        cr_assert_str_eq(rule, i % 2 ? "sgd" : "gd");
        cr_assert_str_eq(point_text(object, i, "status"), "complete");
        cr_assert(json_is_null(json_object_get(json_array_get(points, i), "reason")));
        /* The same run by itself has the same last line. */
        program_run(p, "$P table $D/s/%s | tail -n 1", point_text(object, i, "file"));
        char *line = strdup(p->out);
        run_prints(p, line, "$P solve " SMALL "--alpha %g --rule %s --format csv --threads 2 | tail -n 1", alpha[i],
                   rule);
        free(line);
    }
    run_good(p, "$P solve $D/s/config.ini --format csv > $D/one && $P table $D/s/*.h5 > $D/all && "
                "sed 1d $D/one | while read l; do grep -q -F \"$l\" $D/all || exit 9; done");
    run_good(p, "$P table $D/s --columns alpha,overlap,status");
    cr_assert_eq(strncmp(p->out, "alpha,overlap,status\n1,", 23), 0, "%s", p->out);
    run_good(p, "$P table $D/s --format markdown");
    assert_says(
        p->out,
        "| alpha | rule | status | step | overlap | norm | train_loss | train_error | test_loss | test_error |");
    assert_says(p->out, "| 1.5 | sgd | complete | 12 | 0.");
}

TEST(run_again_a_sweep_computes_what_is_missing)
{
    run_good(p, "$P sweep " SMALL "--vary alpha=1,2 --what simulate --out $D/s --format csv");
    program_run(p, "cksum $D/s/*.h5");
    char *before = strdup(p->out);
    run_says(p, "3 points, 3 complete (2 of all were there before)",
             "$P sweep " SMALL "--vary alpha=2,1.0,3 --what simulate --out $D/s");
    program_run(p, "cksum $D/s/*.h5");
    for (char *line = strtok(before, "\n"); line; line = strtok(NULL, "\n"))
        assert_says(p->out, line);
    free(before);
    /* A smaller list leaves the others where they are; a missing and a damaged file are made again. */
    run_good(p, "cd $D/s && set -- *.h5 && rm $1 && truncate -s -1 $2 && "
                "$P sweep " SMALL "--vary alpha=1:3:1 --what simulate --out $D/s");
    assert_says(p->out, "(1 of all were there before)");
    assert_says(p->err, "is corrupt");
    run_says(p, "4\n", "$P sweep " SMALL "--vary alpha=1 --what simulate --out $D/s && $P table $D/s | wc -l");
    run_good(p, "ls -A $D/s | wc -l");
    cr_assert_eq(atoi(p->out), 5, "three results, config.ini and manifest.json: %s", p->out);
}

TEST(a_killed_sweep_is_continued)
{
    static const char run[] = "sweep --paths 2000 --steps 100 --overlap0 0.2 --progress none --threads 1 "
                              "--vary alpha=1:6:1 --what solve --out";
    program_run(p,
                "$P %s $D/s > $D/out & child=$!; while ! ls $D/s/*.h5 > $D/list 2>&1; do sleep 0.01; done; "
                "kill -9 $child; wait $child; echo $?; ls $D/s/*.h5 | wc -l",
                run);
    int code = 0, files = 0;
    cr_assert_eq(sscanf(p->out, "%d %d", &code, &files), 2, "%s %s", p->out, p->err);
    cr_assert_eq(code, 137, "the sweep ended before it was killed");
    cr_assert(files >= 1 && files < 6, "%d files", files);
    program_run(p, "touch $D/s/0123456789abcdef.h5.1-0.tmp"); /* as if it died while writing */
    run_good(p, "$P %s $D/s", run);
    char expected[64];
    snprintf(expected, sizeof expected, "6 complete (%d of all", files);
    assert_says(p->out, expected);
    run_good(p, "$P %s $D/whole > $D/out && $P table $D/whole > $D/a && $P table $D/s > $D/b && cmp $D/a $D/b", run);
    run_good(p, "ls -A $D/s | wc -l");
    cr_assert_eq(atoi(p->out), 8, "%s", p->out);
}

TEST(a_point_that_fails_is_recorded_and_does_not_stop_the_others)
{
    /* A folder in the place of a result cannot be written; a rate too large diverges. */
    run_good(p, "$P sweep " SMALL "--vary rate=0.1,0.2,90 --what solve --out $D/s --dry-run --format csv");
    char file[64] = "";
    const char *line = strstr(p->out, "\n0.2,");
    cr_assert_not_null(line, "%s", p->out);
    cr_assert_eq(sscanf(line, "\n0.2,%63[^,],", file), 1, "%s", p->out);
    cr_assert_eq(program_files(p), 0, "a dry run makes nothing");
    program_run(p, "mkdir $D/s $D/s/%s", file);
    run_ended(p, 3, "2 of 3 points failed", "$P sweep " SMALL "--vary rate=0.1,0.2,90 --what solve --out $D/s");
    json_auto_t *object = manifest(p, "s");
    cr_assert_str_eq(point_text(object, 0, "status"), "complete");
    cr_assert_str_eq(point_text(object, 1, "status"), "failed");
    assert_says(point_text(object, 1, "reason"), "cannot write");
    cr_assert_str_eq(point_text(object, 2, "status"), "diverged");
    assert_says(point_text(object, 2, "reason"), "diverged after step");
    run_says(p, "\n0.2,failed,nan\n", "$P table $D/s --columns rate,status,overlap_se");
    run_ended(p, 3, "", "rmdir $D/s/%s; $P sweep " SMALL "--vary rate=0.1,0.2,90 --what solve --out $D/s", file);
    assert_says(p->out, "(2 of all were there before)");
    assert_says(p->err, "1 of 3 points failed");
}

TEST(another_parameter_in_the_same_folder_is_refused)
{
    run_good(p, "$P sweep " SMALL "--vary alpha=1,2 --what solve --out $D/s");
    program_run(p, "cat $D/s/manifest.json $D/s/config.ini | cksum");
    char *before = strdup(p->out);
    static const char *const changes[][2] = {
        {"--vary alpha=1,2 --ridge 0.2 --what solve", "ridge: 0.2"},
        {"--vary alpha=1,2 --seed 5 --what solve", "seed: 5"},
        {"--vary alpha=1,2 --what simulate", "what: simulate"},
        {"--vary rate=0.1,0.2 --what solve", "vary: rate"},
        {"--vary alpha=1,2 --vary rate=0.1,0.2 --what solve", "vary: rate"},
    };
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        run_refused(p, 2, changes[i][1], "$P sweep " SMALL "%s --out $D/s", changes[i][0]);
    }
    program_run(p, "cat $D/s/manifest.json $D/s/config.ini | cksum");
    cr_assert_str_eq(p->out, before, "a refused sweep changes nothing");
    free(before);
    run_good(p, "$P sweep " SMALL "--vary alpha=1,2 --what solve --threads 1 --quiet --format json --out $D/s");
    run_ended(p, 5, "", "echo '{' > $D/s/manifest.json; $P sweep " SMALL "--vary alpha=1,2 --what solve --out $D/s");
}

TEST(bad_sweeps_are_refused_before_any_work)
{
    static const char *const bad[][2] = {
        {"--what solve --vary alpha=3x", "3x"},
        {"--what solve --vary alpha=1,,2", "empty value"},
        {"--what solve --vary alpha=1:2:-0.1", "step"},
        {"--what solve --vary alpha=1:2:0", "step"},
        {"--what solve --vary alpha=1:2", "A:B:STEP"},
        {"--what solve --vary alpha=nan:2:1", "A:B:STEP"},
        {"--what solve --vary alpha=log:0:2:3", "positive"},
        {"--what solve --vary alpha=log:1:2:1", "N must"},
        {"--what solve --vary alpha=1:1e9:1", "values"},
        {"--what solve --vary alpha=1:1000:1 --vary rate=0.001:1:0.001", "points"},
        {"--what solve --vary alhpa=1,2", "did you mean 'alpha'"},
        {"--what solve --vary threads=1,2", "threads"},
        {"--what solve --vary alpha=1 --vary alpha=2", "twice"},
        {"--what solve --vary alpha=1,2 --alpha 3", "alpha: '3' has no effect"},
        {"--what solve --vary alpha=1,-2", "alpha = -2"},
        {"--what solve --vary loss=square,logistc", "logistic"},
        {"--what solve", "--vary"},
        {"--vary alpha=1,2", "--what"},
        {"--what teach --vary alpha=1,2", "teach"},
        {"--what solve --vary alpha=1,2 --memory-limit 1000", "memory"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        run_refused(p, 2, bad[i][1], "$P sweep " SMALL "%s --out $D/s", bad[i][0]);
    }
    run_refused(p, 2, "at the point runs = 1", "$P sweep --steps 12 --what validate --vary runs=1,2 --out $D/s");
    run_ended(p, 2, "", "$P sweep " SMALL "--what solve --vary alpha=1,2");
    run_ended(p, 5, "", "$P sweep " SMALL "--what solve --vary alpha=1,2 --out $D/no/s");
    cr_assert_eq(program_files(p), 0);
}

TEST(validate_puts_theory_beside_simulation)
{
    run_good(p, "$P sweep --steps 10 --overlap0 0.2 --dim 400 --runs 8 --paths 1000 --progress none "
                "--vary alpha=2,3 --what validate --out $D/s --format json");
    json_auto_t *object = program_json(p);
    cr_assert_not_null(object, "%s", p->out);
    cr_assert_str_eq(json_string_value(json_object_get(object, "status")), "complete");
    const json_t *point = json_array_get(json_object_get(object, "points"), 1);
    cr_assert_eq(json_array_size(json_object_get(point, "file")), 2);
    cr_assert(json_number_value(json_object_get(point, "max_abs_z")) > 0);
    run_good(p, "$P table $D/s --columns alpha,overlap_theory,overlap_simulation | tail -n 1");
    double alpha = 0, theory = 0, simulation = 1;
    cr_assert_eq(sscanf(p->out, "%lf,%lf,%lf", &alpha, &theory, &simulation), 3, "%s", p->out);
    cr_assert_eq(alpha, 3);
    cr_assert_float_eq(theory, simulation, 0.05);
    cr_assert_neq(theory, simulation);
    run_good(p, "cd $D/s && $P validate *-theory.h5 *-theory.h5 || ls | wc -l");
}

TEST(tables_of_results)
{
    run_good(p, "$P solve " SMALL "--out $D/t.h5 --format csv > $D/t.csv && "
                "$P table $D/t.h5 > $D/u.csv && cmp $D/t.csv $D/u.csv");
    run_good(p, "$P simulate " SMALL
                "--out $D/s.h5 --quiet > $D/x && $P table $D/t.h5 $D/s.h5 --columns file,step | sort -u | wc -l");
    cr_assert_eq(atoi(p->out), 27, "%s", p->out);
    run_ended(p, 4, "", "$P solve " SMALL "--rate 90 --out $D/d.h5 --format csv --quiet > $D/d.csv");
    run_good(p, "$P table $D/d.h5 | cmp - $D/d.csv");
    static const struct {
        int code;
        const char *words, *part;
    } bad[] = {
        {2, "$D/t.h5 --format xml", "xml"}, {2, "$D/t.h5 --columns overlpa", "'overlap'"},
        {5, "$D/none.h5", "none.h5"},       {5, "$D/t.csv", "t.csv"},
        {5, "$D", "manifest.json"},         {2, "", "table"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        run_refused(p, bad[i].code, bad[i].part, "$P table %s", bad[i].words);
    }
}

TEST(pictures_of_sweeps_and_results)
{
    run_good(p,
             "$P solve " SMALL "--out $D/t.h5 --quiet > $D/x && $P simulate " SMALL "--out $D/s.h5 > $D/x && rm $D/x");
    run_prints(p, "", "$P plot $D/t.h5 $D/s.h5 --out $D/p.png");
    assert_png(p, "p.png", 2101, 1260);
    cr_assert_eq(program_files(p), 3, "nothing else is left: %s", p->out);
    /* The script draws the same picture by itself. */
    run_good(p, "mkdir \"$D/it's\" && cd \"$D/it's\" && $P sweep " SMALL
                "--vary alpha=1:9:1 --what validate --out s > x; $P plot s --out p.png --script && "
                "cp p.png q.png && rm p.png && gnuplot p.gp && cmp p.png q.png && cp p.png ..");
    assert_png(p, "p.png", 2101, 1260);
    program_run(p, "cd \"$D/it's\"; grep -c '^# theory alpha\\|^# simulation alpha' p.dat; grep -c \"title '{/:Italic "
                   "α} = \" p.gp");
    assert_says(p->out, "18\n9\n");
    run_good(p, "$P plot $D/t.h5 --out $D/p.svg && grep -q '</svg>' $D/p.svg && $P plot $D/t.h5 "
                "--out $D/p.pdf && head -c 4 $D/p.pdf");
    cr_assert_str_eq(p->out, "%PDF");
}

TEST(pictures_that_cannot_be_made_leave_nothing)
{
    run_good(p, "$P solve " SMALL "--out $D/t.h5 --quiet > $D/x && rm $D/x");
    static const struct {
        int code;
        const char *words, *part;
    } bad[] = {
        {2, "$P plot $D/t.h5", "--out"},
        {2, "$P plot $D/t.h5 --out $D/p.jpg", ".png"},
        {5, "$P plot $D/t.h5 --out $D/no/p.png", "no/p.png"},
        {5, "$P plot $D/none.h5 --out $D/p.png", "none.h5"},
        {5, "PATH=/nowhere $P plot $D/t.h5 --out $D/p.png --script", "gnuplot"},
        {5,
         "mkdir $D/bin; printf '#!/bin/sh\\necho no font >&2; exit 1\\n' > $D/bin/gnuplot; chmod +x $D/bin/gnuplot; "
         "PATH=$D/bin $P plot $D/t.h5 --out $D/p.png --script; code=$?; rm -r $D/bin; exit $code",
         "no font"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        run_refused(p, bad[i].code, bad[i].part, "%s", bad[i].words);
        cr_assert_eq(program_files(p), 1, "%s", bad[i].words);
    }
    run_good(p, "$P plot $D/t.h5 --out $D/p.png --dry-run");
    cr_assert_eq(program_files(p), 1);
}
