/* SPDX-License-Identifier: GPL-3.0-or-later */
/* solve, simulate, validate and info as a user runs them: formats, files, exit codes. */
#include "tests/cli/program_output.h"

TestSuite(commands, .timeout = 60);

#define TEST(name) PROGRAM_TEST(commands, name)

#define SMALL_THEORY "--steps 6 --paths 256 --groups 4 --overlap0 0.2"
#define SMALL_SIMULATION "--steps 6 --dim 60 --runs 3 --overlap0 0.2"
#define CSV_HEADER                                                                                                     \
    "step,time,overlap,overlap_se,norm,norm_se,train_loss,train_loss_se,train_error,train_error_se,test_loss,"         \
    "test_loss_se,test_error,test_error_se\n"

TEST(solve_and_simulate_in_every_format)
{
    static const char *const cases[] = {"solve " SMALL_THEORY, "simulate " SMALL_SIMULATION};
    for (size_t i = 0; i < 2; i++) {
        run_good(p, "$P %s --format csv", cases[i]);
        cr_assert_str_eq(p->err, "");
        cr_assert_eq(strncmp(p->out, CSV_HEADER, strlen(CSV_HEADER)), 0, "%s", p->out);
        size_t lines = 0;
        double overlap[8] = {0};
        for (char *rest = p->out, *line; (line = strsep(&rest, "\n")) && *line; lines++)
            if (lines > 0)
                cr_assert_eq(sscanf(line, "%*d,%*[^,],%lf", &overlap[lines - 1]), 1);
        cr_assert_eq(lines, 8, "a header and 7 steps");
        cr_assert_float_eq(overlap[0], 0.2, 1e-9);
        run_good(p, "$P %s --format json", cases[i]);
        json_auto_t *document = program_json(p);
        cr_assert_str_eq(json_string_value(json_object_get(document, "command")), i ? "simulate" : "solve");
        cr_assert_str_eq(json_string_value(json_object_get(document, "status")), "complete");
        cr_assert_eq(json_real_value(json_object_get(json_object_get(document, "parameters"), "alpha")), 3);
        json_t *series = json_object_get(document, "overlap");
        cr_assert_eq(json_array_size(series), 7);
        for (size_t k = 0; k < 7; k++)
            cr_assert_eq(json_real_value(json_array_get(series, k)), overlap[k], "csv and json agree to the bit");
        run_says(p, "overlap", "$P %s", cases[i]);
    }
}

TEST(real_targets_have_no_error)
{
    run_good(p, "$P solve " SMALL_THEORY " --teacher linear --loss square --format csv");
    cr_assert_eq(strncmp(p->out, CSV_HEADER, strlen(CSV_HEADER)), 0);
    assert_says(p->out, ",nan,nan,");
    run_good(p, "$P solve " SMALL_THEORY " --teacher linear --loss square --format json");
    json_auto_t *document = program_json(p);
    cr_assert(json_is_null(json_array_get(json_object_get(document, "train_error"), 0)));
}

TEST(dry_runs_estimate_and_write_nothing)
{
    run_good(p, "$P solve --dry-run --steps 60 --out $D/a.h5");
    cr_assert(strstr(p->out, "theory (dense)") && strstr(p->out, "MB"), "%s", p->out);
    run_says(p, "simulation", "$P simulate --dry-run --out $D/a.h5");
    run_good(p, "$P validate --dry-run --steps 60 --out $D/a --format csv");
    cr_assert_eq(strncmp(p->out, "what,engine,memory_bytes,seconds,disk_bytes,at_least\ntheory,dense,", 66), 0, "%s",
                 p->out);
    run_good(p, "$P validate --dry-run --format json");
    json_auto_t *document = program_json(p);
    json_t *parts = json_object_get(document, "estimates");
    cr_assert_eq(json_array_size(parts), 2);
    for (size_t i = 0; i < 2; i++) {
        cr_assert_gt(json_real_value(json_object_get(json_array_get(parts, i), "memory_bytes")), 1e5);
        cr_assert_gt(json_real_value(json_object_get(json_array_get(parts, i), "seconds")), 0);
    }
    run_ended(p, 2, "memory_limit: ", "$P solve --dry-run --engine dense --steps 5000 --memory-limit 1e8");
    cr_assert_eq(program_files(p), 0);
}

TEST(results_carry_parameters_and_the_command)
{
    run_good(p, "$P solve " SMALL_THEORY " --alpha 2.5 --out \"$D/a b.h5\" --quiet");
    run_good(p, "$P info \"$D/a b.h5\"");
    cr_assert(strstr(p->out, "theory (dense)") && strstr(p->out, "\nalpha = 2.5\n"), "%s", p->out);
    cr_assert_not_null(strstr(p->out, "a b.h5' --quiet"), "the command line, quoted: %s", p->out);
    assert_says(p->out, "sgdmft solve --alpha 2.5 --overlap0 0.2 --steps 6 --paths 256 --groups 4");
    run_good(p, "$P info \"$D/a b.h5\" --format json");
    json_auto_t *document = program_json(p);
    cr_assert_str_eq(json_string_value(json_object_get(document, "source")), "theory");
    /* the printed configuration and the command of `info` give the same numbers */
    run_good(p, "$P info \"$D/a b.h5\" --print-config > $D/a.ini && "
                "$P solve $D/a.ini --out $D/c.h5 --format csv > $D/c.csv && "
                "eval $(echo $P $($P info \"$D/a b.h5\" | sed -n 's/^rerun *sgdmft//p')) "
                "--format csv | cmp - $D/c.csv");
    run_prints(p, "", "$P info $D/c.h5 --dry-run");
    cr_assert_eq(program_run(p, "$P info $D/c.h5 --format csv"), 2);
}

TEST(validate_names_what_it_compares)
{
    static const struct {
        const char *command, *label;
    } sides[] = {{"solve --paths 256 --groups 4", "theory"}, {"simulate --dim 100 --runs 3", "simulation"}};
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
        char expected[128];
        run_good(p, "for s in 1 2; do $P %s --steps 4 --seed $s --out $D/$s.h5 --quiet > $D/x || exit; done",
                 sides[i].command);
        cr_assert_neq(program_run(p, "$P validate $D/1.h5 $D/2.h5"), 5, "%s", p->err);
        snprintf(expected, sizeof expected, "%s_a", sides[i].label);
        assert_says(p->out, expected);
        cr_expect_null(strstr(p->out, i ? "theory" : "simulation"), "%s", p->out);
        program_run(p, "$P validate $D/1.h5 $D/2.h5 --format csv | head -1");
        snprintf(expected, sizeof expected, "name,step,%s_a,%s_a_se,%s_b,%s_b_se,z,allowance,z_after\n", sides[i].label,
                 sides[i].label, sides[i].label, sides[i].label);
        cr_expect_str_eq(p->out, expected);
        program_run(p, "$P validate $D/1.h5 $D/2.h5 --format json");
        snprintf(expected, sizeof expected, "\"%s_b_se\":", sides[i].label);
        assert_says(p->out, expected);
    }
    /* one result alone */
    cr_assert_eq(program_run(p, "cp $D/1.h5 $D/my.ini; $P validate $D/my.ini"), 2);
    assert_says(p->err, "my.ini is a result, and takes another beside it (validate A.h5 B.h5; ");
}

/* Of two results of one run each is made again by what matters to it. */
TEST(the_command_that_makes_a_result_again)
{
    static const char *const run = "--steps 6 --paths 256 --groups 4 --dim 77 --runs 3 --precision double --order 5";
    cr_assert_neq(program_run(p, "$P validate %s --out $D/v --quiet", run), 5, "%s", p->err);
    run_good(p, "$P info $D/v-theory.h5 | grep ^rerun");
    cr_assert_str_eq(p->out, "rerun       sgdmft solve --steps 6 --paths 256 --groups 4 --order 5\n");
    run_good(p, "$P info $D/v-simulation.h5 | grep ^rerun");
    cr_assert_str_eq(p->out, "rerun       sgdmft simulate --steps 6 --dim 77 --runs 3 --precision double\n");
    for (int side = 0; side < 2; side++)
        run_good(p,
                 "eval $(echo $P $($P info $D/v-%s.h5 | sed -n 's/^rerun *sgdmft//p')) --quiet "
                 "--format csv "
                 "> $D/a.csv && $P %s %s --quiet --format csv | cmp - $D/a.csv",
                 side ? "simulation" : "theory", side ? "simulate" : "solve", run);
}

TEST(appended_runs_equal_one_longer_simulation)
{
    static char once[sizeof p->out];
    run_good(p, "$P simulate --steps 6 --dim 60 --runs 5 --format csv");
    strcpy(once, p->out);
    run_good(p, "$P simulate --steps 6 --dim 60 --runs 2 --out $D/a.h5");
    run_prints(p, once, "$P simulate --steps 6 --dim 60 --runs 3 --out $D/a.h5 --append --format csv");
    run_says(p, "samples     5\n", "$P info $D/a.h5");
    static const char *const other[] = {"--dim 61", "--dim 60 --alpha 2", "--dim 60 --seed 2"};
    for (size_t i = 0; i < 3; i++) {
        cr_assert_eq(program_run(p, "cp $D/a.h5 $D/b.h5; $P simulate --steps 6 %s --out $D/a.h5 --append", other[i]), 2,
                     "%s", other[i]);
        run_good(p, "cmp $D/a.h5 $D/b.h5");
    }
    run_ended(p, 2, "theory", "$P solve " SMALL_THEORY " --out $D/t.h5; $P simulate --append --out $D/t.h5");
    /* what no number of a simulation depends on may differ */
    run_says(p, "samples     7\n",
             "$P simulate --steps 6 --dim 60 --runs 2 --out $D/a.h5 --append --checkpoint $D/c --checkpoint-every 5 "
             "--paths 80 --quiet >$D/o && $P info $D/a.h5");
}

/* Runs of which a checkpoint has the rest are added once: when all are made. */
TEST(an_append_that_was_stopped_is_resumed)
{
    static char once[sizeof p->out];
    static const char more[] =
        "$P simulate --steps 200 --dim 200 --threads 1 --runs 6 --quiet --format csv --out $D/a.h5 "
        "--append --checkpoint $D/c";
    run_good(p, "$P simulate --steps 200 --dim 200 --runs 8 --quiet --format csv");
    strcpy(once, p->out);
    run_good(p, "$P simulate --steps 200 --dim 200 --runs 2 --quiet --out $D/a.h5");
    const int code = program_run(p, "%s --max-walltime 0.02", more);
    cr_assert(code == 75 || code == 0, "%d: %s", code, p->err);
    if (code == 75) {
        run_says(p, "samples     2\n", "$P info $D/a.h5");
        run_good(p, "%s --resume", more);
    }
    cr_assert_str_eq(p->out, once);
    run_says(p, "samples     8\n", "$P info $D/a.h5");
}

/* Of two processes at once one is refused, or it begins when the other has ended. No run that is there is lost. */
TEST(runs_appended_at_once_are_all_there)
{
    run_good(p, "$P simulate --steps 400 --dim 300 --runs 1 --quiet --out $D/a.h5 >$D/o");
    run_good(p, "cd $D; add() { $P simulate --steps 400 --dim 300 --runs 3 --quiet --out a.h5 --append >o$1 2>e$1; "
                "echo $? >c$1; }; add 1 & add 2 & wait; cat c1 c2; $P info a.h5 | sed -n 's/^samples *//p'");
    int code[2], samples;
    cr_assert_eq(sscanf(p->out, "%d %d %d", &code[0], &code[1], &samples), 3, "%s", p->out);
    for (int i = 0; i < 2; i++)
        cr_assert(code[i] == 0 || code[i] == 5, "%s", p->out);
    cr_assert_eq(samples, 1 + 3 * (code[0] == 0) + 3 * (code[1] == 0), "%s", p->out);
    if (code[0] + code[1] > 0)
        run_says(p, "cannot add to a.h5: another process is adding to it\n", "cat $D/e1 $D/e2");
}

/* The file is at its size limit, as on a full disk. */
TEST(a_result_that_cannot_be_written_is_printed)
{
    static const char *const cases[] = {"solve " SMALL_THEORY, "simulate " SMALL_SIMULATION, "replicas " SMALL_THEORY,
                                        "boundary " SMALL_THEORY, "validate " SMALL_THEORY " --dim 60 --runs 3"};
    static char table[sizeof p->out];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        run_good(p, "$P %s --format csv", cases[i]);
        strcpy(table, p->out);
        run_ended(p, 5, "cannot write", "ulimit -f 1; $P %s --format csv --out $D/r.h5", cases[i]);
        cr_expect_str_eq(p->out, table, "%s", cases[i]);
        cr_expect_eq(program_files(p), 0, "%s", p->out);
    }
}

TEST(same_bits_for_any_number_of_threads)
{
    static const char *const cases[] = {"solve " SMALL_THEORY, "simulate " SMALL_SIMULATION};
    for (size_t i = 0; i < 2; i++)
        run_good(p, "$P %s --format csv --threads 1 > $D/1; $P %s --format csv --threads 2 | cmp - $D/1", cases[i],
                 cases[i]);
}

TEST(diverging_runs_exit_4_with_the_good_part)
{
#define DIVERGING                                                                                                      \
    "--teacher linear --loss square --ridge 0 --rate 20 --steps 60 --paths 256 --groups 4 --dim 60 --runs 3"
    static const char *const commands[] = {"solve", "simulate"};
    for (size_t i = 0; i < 2; i++) {
        run_ended(p, 4, "diverged", "$P %s " DIVERGING " --out $D/%s.h5 --format json", commands[i], commands[i]);
        json_auto_t *document = program_json(p);
        cr_assert_str_eq(json_string_value(json_object_get(document, "status")), "diverged");
        json_t *norm = json_object_get(document, "norm");
        size_t count = json_array_size(norm);
        cr_assert(count > 1 && count < 61, "%zu", count);
        for (size_t k = 0; k < count; k++)
            cr_assert(json_is_real(json_array_get(norm, k)), "the part that is kept is finite");
        run_says(p, "diverged", "$P info $D/%s.h5", commands[i]);
    }
    /* they agree about their fate, so this is no disagreement of 6 for that reason alone; one that ends is */
    program_run(p, "$P validate " DIVERGING " --out $D/v");
    cr_assert(p->code == 0 || p->code == 6, "%d %s", p->code, p->err);
    cr_assert_null(strstr(p->err, "one of the two"), "%s", p->err);
    run_good(p, "ls $D/v-theory.h5 $D/v-simulation.h5");
}

static double last_theory(json_t *document)
{
    json_t *rows = json_object_get(document, "observables");
    return json_real_value(json_object_get(json_array_get(rows, json_array_size(rows) - 1), "theory"));
}

TEST(validate_agrees_with_itself_and_not_with_another_run)
{
#define AGREE "--teacher linear --loss square --rule gd --overlap0 0.2 --steps 10"
    run_good(p, "$P validate " AGREE " --paths 512 --dim 400 --runs 4 --out $D/v.h5 --format json");
    json_auto_t *document = program_json(p);
    cr_assert(json_is_true(json_object_get(document, "pass")));
    cr_assert_gt(json_array_size(json_object_get(document, "observables")), 10);
    double z = json_real_value(json_object_get(document, "max_abs_z"));
    double theory = last_theory(document);
    cr_assert_eq(program_files(p), 2);
    /* the files, in either order, give the same verdict */
    run_good(p, "$P validate $D/v-simulation.h5 $D/v-theory.h5 --format json");
    json_auto_t *again = program_json(p);
    cr_assert_float_eq(json_real_value(json_object_get(again, "max_abs_z")), z, 1e-12);
    cr_assert_eq(last_theory(again), theory, "the theory is the theory in any order");
    run_says(p, "overlap,", "$P validate $D/v-theory.h5 $D/v-simulation.h5 --format csv");
    cr_assert_eq(program_run(p, "$P validate $D/v-theory.h5 $D/v-simulation.h5 --out $D/x"), 2);
    /* a theory of another run is refused */
    program_run(p, "$P solve " AGREE " --paths 512 --alpha 2 --out $D/w.h5; $P validate $D/w.h5 $D/v-simulation.h5");
    assert_code(p, 2);
}

/* Small systems differ from the limit: that is neither agreement nor an error, for a run as for a point of a sweep. */
TEST(a_small_simulation_decides_nothing)
{
#define FEW "--steps 10 --paths 2000 --dim 12 --progress none --runs "
    run_good(p, "$P validate " FEW "2000");
    assert_says(p->err, "warning: undecided: ");
    cr_assert(strstr(p->err, "N = 12 alone") && strstr(p->err, "--dim "), "%s", p->err);
    assert_says(p->out, " ?\n");
    cr_assert_null(strstr(p->out, " agree"), "%s", p->out);
    assert_says(p->out, "power: a difference of ");
    cr_assert_eq(program_run(p, "$P validate " FEW "2000 --require-power --format json"), 3, "%s", p->err);
    assert_says(p->err, "require-power: the comparison decides nothing; it would find a difference");
    assert_says(p->out, "\"power\": ");
    run_good(p, "$P validate " FEW "2000 >$D/both 2>&1; tail -n 1 $D/both");
    assert_says(p->out, "sgdmft: warning: undecided: "); /* after the last line of the table, not inside one */
    run_good(p, "$P sweep " FEW "2000 --vary alpha=3,4 --what validate --out $D/s");
    assert_says(p->err, "2 of 2 points are undecided");
    run_prints(p, "alpha,status\n3,undecided\n4,undecided\n", "$P table $D/s --columns alpha,status");
    run_good(p, "$P table $D/s --columns max_abs_z,max_abs_z_after | awk -F, 'NR > 1 {print "
                "($1 > 5), ($2 < 5)}'");
    cr_assert_str_eq(p->out, "1 1\n1 1\n");
}

TEST(progress_is_plain_without_a_terminal_and_silent_when_quiet)
{
    run_good(p, "$P solve " SMALL_THEORY);
    cr_assert_str_eq(p->err, "", "too short for a line");
    run_good(p, "$P solve " SMALL_THEORY " --progress none --quiet");
    cr_assert_str_eq(p->err, "");
}

TEST(a_signal_ends_the_program_as_usual)
{
    cr_assert_eq(program_run(p, "$P simulate --steps 100000 --dim 1000 --out $D/a.h5 --progress none & "
                                "sleep 0.5; kill -TERM $!; wait $!; exit $?"),
                 128 + 15, "%s", p->err);
    program_run(p, "ls $D | grep -v '^a.h5$' | wc -l");
    cr_assert_eq(atoi(p->out), 0, "nothing half-written");
    run_good(p, "[ ! -e $D/a.h5 ] || $P info $D/a.h5 | grep -q interrupted");
}
