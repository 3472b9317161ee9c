/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Formulas and plugins in the program: the same output as a built-in record, configurations, results, sweeps, resumed
 * runs, the cache, and what is said where a program is missing. */
#include "tests/cli/program.h"
#include "tests/formula/made_records.h"

TestSuite(formula_command, .init = made_begin, .fini = made_end, .timeout = 240);

#define QUIET " --threads 1 --quiet --format csv"
#define SMALL " --steps 12 --paths 800 --groups 4" QUIET
#define LOGISTIC "--loss-formula 'log(1+exp(-y*phi))'"
#define HINGE2 "--loss-formula 'max(kappa-y*phi,0)**p/2' --formula-constants p=2 --kappa 0.5"

static char *output(struct program *p, const char *arguments)
{
    run_good(p, "$P %s", arguments);
    return strdup(p->out);
}

/* Each number of one output is that of the other. */
static void same_numbers(const char *a, const char *b)
{
    while (*a && *b) {
        char *end_a, *end_b;
        const double x = strtod(a, &end_a), y = strtod(b, &end_b);
        cr_assert_eq(end_a == a, end_b == b, "%.40s, not %.40s", a, b);
        cr_assert(end_a == a || !(x - y > 1e-12 * (1 + (y < 0 ? -y : y)) || y - x > 1e-12 * (1 + (y < 0 ? -y : y))),
                  "%.17g, not %.17g", x, y);
        cr_assert(end_a != a || *a == *b, "%.40s, not %.40s", a, b);
        a = end_a == a ? a + 1 : end_a;
        b = end_b == b ? b + 1 : end_b;
    }
    cr_assert(*a == '\0' && *b == '\0');
}

PROGRAM_TEST(formula_command, gives_the_numbers_of_the_built_in)
{
    same_numbers(output(p, "solve " LOGISTIC SMALL), output(p, "solve --loss logistic" SMALL));
    same_numbers(output(p, "solve " HINGE2 SMALL), output(p, "solve --loss hinge2 --kappa 0.5" SMALL));
    same_numbers(output(p, "simulate --dim 100 --runs 2 --steps 12 " LOGISTIC QUIET),
                 output(p, "simulate --dim 100 --runs 2 --steps 12 --loss logistic" QUIET));
}

PROGRAM_TEST(formula_command, engine_follows_from_the_record)
{
    assert_says(output(p, "solve --loss-formula 'max(1-y*phi,0)' --dry-run"), "conditional");
    assert_says(output(p, "solve --loss-formula '1/(1+exp(y*phi))^2' --dry-run"), "conditional");
    assert_says(output(p, "solve --loss-formula 'max(1-y*phi,0)^2' --dry-run"), "hierarchical");
    assert_code(p, 0);
    run_refused(p, 2, "and the force of loss formula jumps",
                "$P solve --loss-formula 'max(1-y*phi,0)' --rule flow" SMALL);
}

PROGRAM_TEST(formula_command, configuration_and_result_know_it)
{
    char *const direct = output(p, "solve " HINGE2 SMALL " --out $D/r.h5");
    run_good(p, "$P solve " HINGE2 SMALL " --print-config > $D/run.ini; cat $D/run.ini");
    assert_says(p->out, "loss = formula\n");
    assert_says(p->out, "loss_formula = max(kappa-y*phi,0)**p/2\n");
    assert_says(p->out, "formula_constants = p=2\n");
    cr_assert_str_eq(output(p, "solve $D/run.ini --threads 1 --quiet"), direct);
    char *const info = output(p, "info $D/r.h5");
    assert_says(info, "loss_formula = max(kappa-y*phi,0)**p/2\n");
    assert_says(info, "--loss-formula 'max(kappa-y*phi,0)**p/2'");
    assert_says(output(p, "info $D/r.h5 --format json"), "\"loss_formula\": \"max(kappa-y*phi,0)**p/2\"");
}

PROGRAM_TEST(formula_command, sweeps_and_resumed_runs_know_it)
{
    run_good(p, "$P sweep --loss-formula 'max(kappa-y*phi,0)**2/2' --vary kappa=0.5,1 --what solve "
                "--steps 12 --paths 800 --groups 4 --out $D/a --quiet >$D/log && $P table $D/a");
    char *const made = strdup(p->out);
    run_good(p, "$P sweep --loss hinge2 --vary kappa=0.5,1 --what solve --steps 12 --paths 800 "
                "--groups 4 --out $D/b --quiet >$D/log && $P table $D/b");
    same_numbers(made, p->out);
    run_says(p, "(phi-y)^2/2\nlog(1+exp(-y*phi))\n",
             "$P sweep --vary 'loss_formula=(phi-y)^2/2,log(1+exp(-y*phi))' --what solve --steps 5 "
             "--paths 800 --groups 4 --out $D/c --quiet >$D/log && $P table $D/c | cut -d, -f1");
    char *const straight = output(p, "simulate " LOGISTIC " --dim 400 --runs 4 --steps 60" QUIET);
    int code = program_run(p, "$P simulate " LOGISTIC " --dim 400 --runs 4 --steps 60" QUIET
                              " --checkpoint $D/k --checkpoint-every 0.01 --max-walltime 0.01");
    for (int stops = 0; code == 75 && stops < 40; stops++)
        code = program_run(p,
                           "$P simulate " LOGISTIC " --dim 400 --runs 4 --steps 60" QUIET
                           " --checkpoint $D/k --max-walltime %d --resume",
                           1 + stops);
    assert_code(p, 0);
    cr_assert_str_eq(p->out, straight);
    run_refused(p, 2, "loss_formula: exp(-y*phi), but the checkpoint",
                "$P simulate --loss-formula 'exp(-y*phi)' --dim 400 --runs 4 --steps 60" QUIET
                " --checkpoint $D/k --resume");
}

/* Folders of programs in which one is missing, and one whose python3 has no SymPy. */
PROGRAM_TEST(formula_command, missing_programs_are_named)
{
    program_run(p, "mkdir $D/python $D/cc $D/none; ln -s $(command -v cc) $D/cc/; "
                   "printf '#!/bin/sh\\nPATH='$PATH' exec python3 \"$@\"\\n' > $D/python/python3; "
                   "chmod +x $D/python/python3; printf '#!/bin/sh\\nexit 3\\n' > $D/none/python3; "
                   "chmod +x $D/none/python3");
    run_refused(p, 2, "loss_formula: needs the C compiler cc: install the Debian package gcc",
                "PATH=$D/python $P solve " LOGISTIC SMALL);
    run_refused(p, 2, "python3 with SymPy: install the Debian package python3-sympy",
                "PATH=$D/cc $P solve " LOGISTIC SMALL);
    run_refused(p, 2, "SymPy in python3: install the Debian package python3-sympy",
                "PATH=$D/none $P solve " LOGISTIC SMALL);
    run_good(p, "PATH=$D/none $P solve --loss logistic" SMALL);
}

/* The script waits before it imports SymPy; the program is ended meanwhile. */
PROGRAM_TEST(formula_command, a_stopped_program_leaves_no_script_behind)
{
    run_good(
        p,
        "cd $D; printf '/^try:/i import time; open(\"ready\", \"w\"); time.sleep(60)\\n' >wait.sed; mkdir slow; "
        "printf '#!/bin/sh\\necho $$ >child\\nexec %%s -I -c \"$(printf \"%%%%s\\\\n\" \"$3\" | sed -f wait.sed)\"\\n' "
        "$(command -v python3) >slow/python3; chmod +x slow/python3; PATH=$D/slow:$PATH $P solve " LOGISTIC SMALL " & "
        "for i in $(seq 100); do [ -e ready ] && break; sleep .1; done; [ -e ready ] && kill $! && wait $!; [ $? = 143 "
        "] && "
        "for i in $(seq 50); do kill -0 $(cat child) 2>/dev/null || exit 0; sleep .1; done; kill $(cat child); exit 1");
}

/* Second run: the object is there, and python3 is not asked for. A folder that others may write to is not used. */
PROGRAM_TEST(formula_command, second_run_takes_the_object_of_the_first)
{
    char *const first = output(p, "solve " LOGISTIC SMALL);
    program_run(p, "ls $XDG_CACHE_HOME/sgdmft");
    cr_assert_eq(strlen(p->out), strlen("0123456789abcdef.so\n"), "%s", p->out);
    program_run(p, "mkdir $D/no; printf '#!/bin/sh\\nexit 9\\n' > $D/no/python3; chmod +x $D/no/python3");
    cr_assert_str_eq((program_run(p, "PATH=$D/no:$PATH $P solve " LOGISTIC SMALL), p->out), first);
    run_refused(p, 2, "exit code 9", "chmod go+w $XDG_CACHE_HOME/sgdmft; PATH=$D/no:$PATH $P solve " LOGISTIC SMALL);
}

/* Two objects, the first without a record: the flags depend on kappa. */
PROGRAM_TEST(formula_command, second_run_takes_the_object_for_its_kappa)
{
    static const char run[] =
        "solve --loss-formula 'where(y*phi<kappa,1-y*phi,0)' --kappa 1 --steps 2 --paths 80" QUIET;
    char *const first = output(p, run);
    program_run(p, "ls $XDG_CACHE_HOME/sgdmft | wc -l; mkdir $D/no; printf '#!/bin/sh\nexit 9\n' > $D/no/python3; "
                   "chmod +x $D/no/python3");
    cr_assert_str_eq(p->out, "2\n");
    cr_assert_str_eq((program_run(p, "PATH=$D/no:$PATH $P %s", run), p->out), first);
    assert_code(p, 0);
}

PROGRAM_TEST(formula_command, read_only_cache_is_no_fault)
{
    char *const first = output(p, "solve " LOGISTIC SMALL);
    cr_assert_str_eq((program_run(p, "XDG_CACHE_HOME=/proc $P solve " LOGISTIC SMALL), p->out), first);
    cr_assert_str_eq((program_run(p, "env -u HOME -u XDG_CACHE_HOME $P solve " LOGISTIC SMALL), p->out), first);
    assert_code(p, 0);
}

PROGRAM_TEST(formula_command, nothing_of_a_formula_is_executed)
{
    static const char *const text[] = {
        "__import__('os').system('touch $D/x')", "`touch $D/x`", "$(touch $D/x)", "phi; touch $D/x",
        "phi\\\"; system(\\\"touch $D/x\\\")",   "exec(phi)"};
    for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
        char command[256];
        snprintf(command, sizeof command, "cat > $D/f <<'END'\n%s\nEND\n$P solve --loss-formula \"$(cat $D/f)\"" SMALL,
                 text[i]);
        run_refused(p, 2, "loss_formula: ", "%s", command);
        cr_assert_eq(program_run(p, "test -e $D/x"), 1, "%s", text[i]);
    }
    run_refused(p, 2, "is longer than 1023 bytes",
                "$P solve --loss-formula \"$(head -c 10240 /dev/zero | tr '\\0' 'e')\"" SMALL);
}

PROGRAM_TEST(formula_command, refusals)
{
    static const char *const cases[][2] = {
        {"--loss logistic --loss-formula phi^2", "needs loss formula"},
        {"--loss formula", "loss: formula needs loss_formula"},
        {"--formula-constants p=1", "needs a formula"},
        {"--loss-formula phi^2 --formula-constants p=1", "'p' is in no formula"},
        {"--loss-formula phi^2 --kappa 1", "kappa: '1' has no effect"},
        {"--loss-formula 'sqrt((phi-y)^2)'", "write abs(...)"},
        {"--loss square --teacher-formula 1/u", "the square of the label has no mean: it grows too fast at u = 0"},
        {"--loss square --teacher-formula 'where(u>1, 1/(u-1)**0.6, 0)'", "at u = 1"},
        {"--loss square --teacher-formula 'exp(u**2/4)'", "at u = -12"},
        {"--loss plugin", "loss: plugin needs a C source"},
        {"--plugin x.c", "plugin: 'x.c' has no effect"},
        {"--data random --teacher-formula u", "teacher_formula: 'u' has no effect"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        run_refused(p, 2, cases[i][1], "$P solve %s" SMALL, cases[i][0]);
    }
}

/* ---- theory beside stored simulation ----------------------------------------------------------------------- */

PROGRAM_TEST(formula_command, theory_and_simulation_agree)
{
    static const char *const runs[] = {
        "--loss-formula 'max(1-y*phi,0)**1.5' --steps 15",
        "--loss-formula 'atan((phi-y)^2)' --teacher-formula 'tanh(2*u)' --link-formula 'r+sin(r)/2' --steps 15",
    };
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        run_says(p, "theory and simulation agree", "$P validate %s --dim 1000 --runs 8 --paths 8000 --quiet", runs[i]);
    }
}

/* ---- plugins ----------------------------------------------------------------------------------------------- */

static const char plugin[] =
    "#include <sgdmft/models.h>\n#include <math.h>\n"
    "static void evaluate(size_t n, const double *restrict phi, const double *restrict y, double kappa, double width,\n"
    "                     double *restrict value, double *restrict first, double *restrict second)\n{\n"
    "    (void)kappa, (void)width;\n    for (size_t i = 0; i < n; i++) {\n        const double d = phi[i] - y[i];\n"
    "        value[i] = 0.5 * SCALE * d * d;\n        first[i] = SCALE * FACTOR * d;\n        second[i] = SCALE;\n    "
    "}\n}\n"
    "SGDMFT_API const struct sgdmft_loss plugin_loss = {.entry = {\"plugin\", \"square\", \"\"}, .convex = true,\n"
    "    .linear_force = SCALE == 1, .evaluate = evaluate};\n";

static void write_plugin(const struct program *p, const char *factor)
{
    char path[128];
    snprintf(path, sizeof path, "%s/plugin.c", p->folder);
    FILE *out = fopen(path, "w");
    cr_assert_not_null(out);
    fprintf(out, "#define FACTOR %s\n#ifndef SCALE\n#define SCALE 1\n#endif\n%s", factor, plugin);
    fclose(out);
}

PROGRAM_TEST(formula_command, plugin)
{
    write_plugin(p, "1");
    char *const made = output(p, "solve --plugin $D/plugin.c --loss plugin --teacher linear --out $D/r.h5" SMALL);
    same_numbers(made, output(p, "solve --loss square --teacher linear" SMALL));
    assert_says(output(p, "info $D/r.h5"), "plugin.c\n");
    run_good(p, "$P solve --plugin $D/plugin.c --loss plugin --teacher linear" SMALL
                " --print-config > $D/run.ini; cd /; $P solve $D/run.ini --quiet");
    cr_assert_str_eq(p->out, made);
    write_plugin(p, "1.01");
    run_refused(p, 2, "plugin: the first derivative is not that of the value at phi = ",
                "$P solve --plugin $D/plugin.c --loss plugin --teacher linear" SMALL);
    write_plugin(p, "nothing");
    run_refused(p, 2,
                "plugin: cc cannot compile it: ", "$P solve --plugin $D/plugin.c --loss plugin --teacher linear" SMALL);
    assert_says(p->err, "nothing");
    run_refused(p, 2, "plugin: cc cannot compile it: error: ",
                "echo 'static void two(double phi, double *value) { *value = phi; }\n"
                "SGDMFT_API const struct sgdmft_loss plugin_loss = {.evaluate = two};' > $D/two.c; "
                "$P solve --plugin $D/two.c --loss plugin --teacher linear" SMALL);
    assert_says(p->err, "incompatible pointer type");
    run_ended(p, 2, "", "$P solve --plugin $D/plugin.c --link plugin" SMALL);
}

/* A result is read without python3, cc, cache and source, and shows the same. */
PROGRAM_TEST(formula_command, results_are_read_without_making)
{
    static const char *const runs[] = {HINGE2 " --data random --batch 0.5 --margins-at 12",
                                       "--loss-formula 'max(loss_width-y*phi,0)**1.5' --loss-width 2",
                                       ("--link-formula 'r^2-door_width^2' --teacher-formula "
                                        "'sign(u^2-teacher_width^2)' --loss logistic --overlap0 0.1"),
                                       "--plugin $D/plugin.c --loss plugin --teacher linear"};
    static const char show[] =
        "($P info r.h5; $P info r.h5 --format json; $P table r.h5; $P table r.h5 --all; $P plot r.h5 --out - ; "
        "$P diff r.h5 r.h5; $P report r.h5 --out r.html && cat r.html; $P boundary r.h5; true) 2>&1";
    run_good(p, "mkdir $D/no $D/empty; printf '#!/bin/sh\nexit 9\n' > $D/no/python3; chmod +x $D/no/python3; "
                "cp $D/no/python3 $D/no/cc");
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        write_plugin(p, "1");
        run_good(p, "cd $D && $P solve %s --out r.h5" SMALL " >log && %s", runs[i], show);
        char *const before = strdup(p->out);
        run_good(p,
                 "cd $D && rm plugin.c && PATH=$D/no:$PATH XDG_CACHE_HOME=$D/empty && export PATH XDG_CACHE_HOME && %s",
                 show);
        cr_assert_str_eq(p->out, before, "%s", runs[i]);
    }
}

/* A sweep whose results are all there is resumed without python3, cc and cache; a new point is refused. */
PROGRAM_TEST(formula_command, complete_sweep_is_resumed_without_making)
{
#define SWEPT                                                                                                          \
    "$P sweep --loss-formula 'max(kappa-y*phi,0)**2/2' --steps 4 --data random --paths 80 --groups 4 --quiet "         \
    "--out $D/s "
    static const char *const what[] = {"--what solve --vary kappa=0.50,1", "--what solve --vary alpha=1,2 --kappa 1",
                                       "--what validate --dim 40 --runs 2 --vary kappa=1,0.5",
                                       "--what boundary --by both --dim 40 --runs 2 --ridge 0 --vary kappa=0.5,1"};
    for (size_t i = 0; i < sizeof what / sizeof *what; i++) {
        run_good(p, "rm -rf $D/s; mkdir -p $D/no $D/empty; printf '#!/bin/sh\nexit 9\n' > $D/no/python3; "
                    "chmod +x $D/no/python3; cp $D/no/python3 $D/no/cc");
        program_run(p, SWEPT "%s >$D/log; cat $D/s/manifest.json; $P table $D/s", what[i]);
        char *const before = strdup(p->out);
        program_run(p,
                    "PATH=$D/no:$PATH XDG_CACHE_HOME=$D/empty; export PATH XDG_CACHE_HOME; " SWEPT
                    "%s >$D/log; cat $D/s/manifest.json; $P table $D/s; grep -q '2 of all were there before' $D/log",
                    what[i]);
        assert_code(p, 0);
        cr_assert_str_eq(p->out, before, "%s", what[i]);
    }
    run_refused(p, 2, "loss_formula: SymPy cannot work", "PATH=$D/no:$PATH XDG_CACHE_HOME=$D/empty " SWEPT "%s,2",
                what[3]);
}

/* An edited source is another run: twice the loss, in results, sweeps and what compares them. */
PROGRAM_TEST(formula_command, edited_plugin_is_another_run)
{
#define OF_PLUGIN " --plugin p.c --loss plugin --teacher linear --steps 4 --quiet "
#define SIMULATE "$P simulate" OF_PLUGIN "--dim 60 --runs 2 "
#define SWEEP "$P sweep" OF_PLUGIN "--paths 64 --groups 4 --what solve --vary alpha="
    write_plugin(p, "1");
    run_good(p, "cd $D && (echo '#define SCALE 2'; cat plugin.c) >twice.c && cp plugin.c p.c && (" SIMULATE
                "--out a.h5; " SIMULATE "--out c.h5; " SWEEP "1,2 --out s) >log && cp twice.c p.c && " SIMULATE
                "--out b.h5 >log");
    run_refused(p, 2, "plugin: p.c has changed since the result to append to (fnv1a ",
                "cd $D && " SIMULATE "--append --out a.h5");
    run_refused(p, 2, "plugin: p.c has changed since the sweep in s was begun (fnv1a ",
                "cd $D && " SWEEP "1,2,3 --out s");
    run_refused(p, 2, "plugin: p.c has another content in one result than in the other",
                "cd $D && $P validate a.h5 b.h5");
    run_good(p, "cd $D && $P diff a.h5 b.h5 | cut -c1-15; $P diff a.h5 c.h5; $P info a.h5 | grep ^rerun; "
                "$P info b.h5 | grep ^rerun");
    assert_says(p->out, "\nplugin_checksum\na.h5 and c.h5: the same run\n");
    char *const changed = strstr(p->out, " # other numbers: the content of plugin has changed\n");
    cr_assert_not_null(changed, "%s", p->out);
    cr_assert_null(strstr(changed + 1, " # "), "%s", p->out);
    run_good(p, "cd $D && cp plugin.c p.c && " SIMULATE "--append --out a.h5 && " SWEEP "1,2,3 --out s");
}
