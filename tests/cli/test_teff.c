/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft teff as a user runs it: formats, files, windows, exit codes. */
#include "tests/cli/program_output.h"

#include <math.h>

TestSuite(teff, .timeout = 60);

#define TEST(name) PROGRAM_TEST(teff, name)

/* Linear Langevin dynamics: T_eff = T in frequency, T/(1 - eta kappa/2) on the curve. */
#define HOT                                                                                                            \
    "--data teacher --teacher linear --loss square --ridge 1 --rule langevin --temperature 0.3 --steps 140 --waiting " \
    "80,100 "                                                                                                          \
    "--paths 1024 --quiet"
#define CURVE_HEADER "waiting,lag,time,correlation,correlation_se,response,response_se,teff_local,teff_local_se\n"

#define IDENTITIES "identity,first,last,left,left_se,right,right_se,difference,difference_se,z\ngradient,0,79,"

static double number(const json_t *document, const char *name)
{
    const json_t *value = json_object_get(document, name);
    cr_assert(json_is_number(value), "%s", name);
    return json_number_value(value);
}

static size_t lines(struct program *p)
{
    size_t count = 0;
    for (const char *c = p->out; *c; c++)
        count += *c == '\n';
    return count;
}

TEST(every_format)
{
    run_good(p, "$P teff " HOT " --format csv");
    cr_assert_eq(strncmp(p->out, CURVE_HEADER, strlen(CURVE_HEADER)), 0, "%s", p->out);
    cr_assert_eq(lines(p), 1 + 61 + 41);
    double correlation, response, local;
    const char *row = strstr(p->out, "\n80,1,");
    cr_assert_not_null(row);
    cr_assert_eq(sscanf(row, "\n80,1,%*[^,],%lf,%*[^,],%lf,%*[^,],%lf", &correlation, &response, &local), 3);
    cr_assert_float_eq(response, 0.1, 1e-12, "chi(1) = eta");
    run_good(p, "$P teff " HOT " --format json --spectrum --identities");
    json_auto_t *document = program_json(p);
    cr_assert_str_eq(json_string_value(json_object_get(document, "command")), "teff");
    cr_assert_str_eq(json_string_value(json_object_get(document, "status")), "complete");
    cr_assert(json_is_true(json_object_get(document, "stationary")));
    cr_assert_float_eq(number(json_object_get(document, "parameters"), "temperature"), 0.3, 0);
    cr_assert_eq(json_array_size(json_object_get(document, "waiting")), 102);
    cr_assert_eq(json_number_value(json_array_get(json_object_get(document, "correlation"), 1)), correlation);
    cr_assert_eq(json_number_value(json_array_get(json_object_get(document, "teff_local"), 1)), local);
    /* <T/(1 - eta kappa/2)> with <kappa> = 4 is close to .3/.8; 5 standard errors */
    cr_assert_float_eq(number(document, "teff_short"), 0.3 / 0.8, 5 * number(document, "teff_short_se") + .01);
    cr_assert(number(document, "teff_chord") > 0.3 && number(document, "teff_chord") < number(document, "teff_short"));
    cr_assert(number(document, "teff_late_se") > 0);
    cr_assert_eq(json_array_size(json_object_get(document, "teff_late_window")), 2);
    const json_t *teff = json_object_get(document, "teff"), *se = json_object_get(document, "teff_se");
    cr_assert(json_array_size(teff) > 10
              && json_array_size(teff) == json_array_size(json_object_get(document, "omega")));
    for (size_t i = 0; i < json_array_size(teff); i += 5)
        cr_assert_float_eq(json_number_value(json_array_get(teff, i)), 0.3,
                           6 * json_number_value(json_array_get(se, i)));
    cr_assert_eq(json_array_size(json_object_get(document, "identities")), 4);
    for (size_t i = 0; i < 4; i++) /* the first is of the steps before the stationary ones */
        cr_expect_eq(
            json_is_true(json_object_get(json_array_get(json_object_get(document, "identities"), i), "transient")),
            i == 0);
    run_good(p, "$P teff " HOT " --format csv --spectrum");
    cr_assert_eq(strncmp(p->out, "omega,teff,teff_se\n", 19), 0, "%s", p->out);
    run_good(p, "$P teff " HOT " --format csv --identities");
    cr_assert_eq(strncmp(p->out, IDENTITIES, strlen(IDENTITIES)), 0, "%s", p->out);
    run_good(p, "$P teff " HOT " --spectrum --identities");
    assert_says(p->out, "w.g = (eta/2) |g|^2 + T (of the stationary state: need not hold in these steps)\n");
    assert_says(p->out, "w.g = (eta/2) |g|^2 + T\n");
    cr_assert(strstr(p->out, "stationary from step 80") && strstr(p->out, "chord") && strstr(p->out, "omega")
                  && strstr(p->out, "short "),
              "%s", p->out);
    cr_assert_eq(program_run(p, "$P teff " HOT " --format csv --spectrum --identities"), 2);
}

TEST(a_run_and_its_file_give_the_same)
{
    run_good(p,
             "$P teff " HOT " --out $D/a.h5 --format csv > $D/a.csv && $P teff $D/a.h5 --format csv | cmp - $D/a.csv");
    run_good(p,
             "$P solve " HOT " --format csv --out $D/b.h5 > $D/b.csv && $P teff $D/b.h5 --format csv | cmp - $D/a.csv");
    run_good(p, "$P info $D/a.h5 | grep -q 'waiting = 80,100'");
    /* the window is of the analysis: it may be given with the file */
    run_good(p, "$P teff $D/a.h5 --window 5:30 --format json");
    json_t *document = program_json(p), *window = json_object_get(document, "teff_late_window");
    cr_assert_eq(json_integer_value(json_array_get(window, 0)), 5);
    cr_assert_eq(json_integer_value(json_array_get(window, 1)), 30);
    json_decref(document);
    run_ended(p, 2, "window: lag 70 is beyond", "$P teff $D/a.h5 --window 5:70");
    run_ended(p, 2, "too short", "$P teff $D/a.h5 --window 5:7");
    cr_assert_eq(program_run(p, "$P teff $D/a.h5 --alpha 2"), 2);
    cr_assert_eq(program_run(p, "$P teff $D/a.h5 --by solve"), 2);
    cr_assert_eq(program_run(p, "$P teff $D/a.h5 --out $D/c.h5"), 2);
    cr_assert_eq(program_run(p, "$P teff $D/none.h5"), 5);
}

TEST(waiting_times_are_chosen)
{
    run_prints(p, "waiting = auto ; 50,75\n", "$P teff --steps 100 --print-config | grep waiting");
    run_good(p, "$P teff --steps 100 --rule reshuffle --print-config | grep waiting");
    cr_assert_str_eq(p->out, "waiting = auto ; 50,51,52,53,74,75,76,77\n", "all phases, whole epochs apart");
    run_prints(p, "waiting = 20,30\n", "$P teff --steps 100 --waiting 20,30 --print-config | grep waiting");
}

TEST(a_run_that_is_not_stationary_is_refused)
{
#define COLD "--steps 40 --paths 512 --overlap0 0.3 --out $D/cold.h5"
    cr_assert_eq(program_run(p, "$P teff " COLD), 3);
    cr_assert_str_eq(p->out, "");
    cr_assert(strstr(p->err, "not stationary") && strstr(p->err, "--force"), "%s", p->err);
    run_good(p, "$P teff $D/cold.h5 --force --quiet");
    cr_assert(strstr(p->out, "NOT STATIONARY") && strstr(p->out, "slope"), "%s", p->out);
    run_good(p, "$P teff $D/cold.h5 --force --format json");
    json_auto_t *document = program_json(p);
    cr_assert(json_is_false(json_object_get(document, "stationary")));
    cr_assert(json_is_number(json_object_get(document, "teff_short")));
    /* the identities of a transient are printed, and differ */
    cr_assert_eq(program_run(p, "$P teff $D/cold.h5 --identities --format json"), 3);
    json_auto_t *transient = program_json(p);
    cr_assert(json_is_null(json_object_get(transient, "teff_short")));
    cr_assert_str_eq(json_string_value(json_object_get(transient, "status")), "not_stationary");
    json_t *identities = json_object_get(transient, "identities");
    cr_assert_geq(json_array_size(identities), 3);
    for (size_t i = 0; i < 3; i++)
        cr_assert(fabs(number(json_array_get(identities, i), "z")) > 20);
    /* one waiting time shows nothing */
    run_ended(p, 3, "two waiting times", "$P teff --steps 40 --paths 512 --waiting 20");
}

/* Large steps overshoot: C - C(inf) changes its sign from lag to lag, and so does the slope. */
TEST(an_oscillating_correlation_has_no_late_slope)
{
    run_good(p, "$P teff --data random --loss hinge2 --kappa 1 --engine stationary --paths 400 "
                "--steps 600 --batch 0.75 --rate 0.3 --format json");
    assert_says(p->err, "C oscillates");
    json_auto_t *document = program_json(p);
    cr_expect(json_is_null(json_object_get(document, "teff_late")));
    cr_expect(json_is_null(json_object_get(document, "teff_late_se")));
    cr_expect_float_eq(number(document, "teff_chord"), 0.1765, 0.005);
    assert_says(json_string_value(json_object_get(document, "warning")), "no late slope from lag ");
}

TEST(bad_input)
{
    static const struct {
        const char *arguments;
        int code;
        const char *message;
    } cases[] = {
        {"--waiting none", 2, "waiting: none"},
        {"--steps 60 --waiting 20,90", 2, "waiting: step 90 is beyond the end"},
        {"--steps 60 --waiting 20,58", 2, "waiting: step 58 leaves 3 lags"},
        {"--steps 5", 2, "waiting: step 3 leaves"},
        {"--steps 60 --window 10:50", 2, "window: lag 50 is beyond the end"},
        {"--steps 60 --window 10", 2, "window: '10' is not auto and not FIRST:LAST"},
        {"--steps 60 --window 20:10", 2, "window: '20:10'"},
        {"--steps 60 --window 1.5:10", 2, "window: '1.5:10'"},
        {"--by theory", 2, "by: 'theory' is not solve or simulate"},
        {"--steps 40 --out $D/no/a.h5", 5, "no/a.h5"},
        {"--forced", 2, "--force"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_assert_eq(program_run(p, "$P teff --paths 64 %s", cases[i].arguments), cases[i].code, "%s: %s",
                     cases[i].arguments, p->err);
        cr_assert_not_null(strstr(p->err, cases[i].message), "%s: %s", cases[i].arguments, p->err);
        cr_assert_str_eq(p->out, "");
    }
    run_good(p, "$P solve --steps 20 --paths 64 --waiting none --quiet --out $D/plain.h5");
    run_ended(p, 2, "two-time", "$P teff $D/plain.h5");
    run_ended(p, 4, "diverged",
              "$P teff --data teacher --teacher linear --loss square --rate 1.5 --steps 200 --paths 64 --quiet");
}

TEST(dry_runs)
{
    run_good(p, "$P teff --steps 100 --dry-run");
    cr_assert(strstr(p->out, "theory") && !strstr(p->out, "simulation"), "%s", p->out);
    run_good(p, "$P teff --steps 100 --by simulate --dim 100 --dry-run");
    cr_assert(strstr(p->out, "simulation") && !strstr(p->out, "theory"), "%s", p->out);
    cr_assert_eq(program_run(p, "$P teff --steps 60 --waiting 20,58 --dry-run"), 2);
}

/* The response of a simulation is a derivative; that of the theory comes from a finite force. */
TEST(forces_that_jump_have_no_response_in_simulations)
{
    cr_assert_eq(program_run(p, "$P teff --loss hinge --by simulate --dim 100 --steps 40"), 2);
    assert_says(p->err, "loss: the response of a simulation is a derivative, which the jumps");
    run_good(p, "$P teff --loss hinge --steps 40 --paths 1024 --dry-run");
}
