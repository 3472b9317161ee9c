/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Formulas: what the parser takes and refuses, and the records that are made of them against the built-in ones. */
#include "models/formula/formula.h"
#include "tests/given.h"
#include "tests/models/fixture.h"
#include "tests/formula/made_records.h"

#include <math.h>
#include <sgdmft/simulate.h>
#include <sgdmft/solve.h>

TestSuite(formula, .timeout = 300);

/* ---- the parser ------------------------------------------------------------------------------------------- */

static enum sgdmft_status parse(const char *text, struct formula *formula, struct sgdmft_error *error)
{
    struct formula_constants constants;
    cr_assert_eq(formula_constants_parse("p=1.5,q_2=-3", &constants, error), SGDMFT_OK);
    return formula_parse(&formula_loss, text, &constants, formula, error);
}

Test(formula, values_are_those_of_the_text)
{
    const double phi = 0.7, y = -1, kappa = 0.3, width = 2;
    const struct {
        const char *text;
        double value;
    } cases[] = {
        {"phi", phi},
        {"-phi**2", -phi * phi},
        {"2**-phi", pow(2, -phi)},
        {"2^phi^2", pow(2, phi * phi)},
        {"phi - y - kappa", phi - y - kappa},
        {"phi/y/loss_width*3", phi / y / width * 3},
        {"log(1 + exp(-y*phi))", log(1 + exp(-y * phi))},
        {"max(kappa-y*phi,0)**p", pow(kappa - y * phi, 1.5)},
        {"where(phi < 1, q_2*phi, 5)", -3 * phi},
        {"where(phi > 1, phi, min(5, 8.5e-1))", 0.85},
        {"abs(-phi)*sign(y)+pi", -phi + 3.14159265358979323846},
        {"tanh(phi)+sqrt(phi)+erf(phi)", tanh(phi) + sqrt(phi) + erf(phi)},
    };
    struct sgdmft_error error = {0};
    struct formula formula;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_assert_eq(parse(cases[i].text, &formula, &error), SGDMFT_OK, "%s: %s", cases[i].text, error.text);
        const double value = formula_value(&formula, (const double[]){phi, y, kappa, width}).value;
        cr_assert_float_eq(value, cases[i].value, 1e-14, "%s = %.17g", cases[i].text, value);
    }
}

Test(formula, refusals_say_where)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"log(1+exp(-y*psi))", "position 14, 'psi))': unknown name 'psi'"},
        {"log(1+phi", "position 10, its end: a ) is missing"},
        {"phi)", "position 4, ')': this ) has no ("},
        {"phi +* 2", "position 6"},
        {"phi 2", "position 5, '2': an operator"},
        {"__import__('os')", "position 1, '__import__('os')': unknown name"},
        {"phi.__class__", "position 4"},
        {"exec(phi)", "unknown name 'exec'"},
        {"phi;phi", "position 4"},
        {"r*phi", "unknown name 'r'"},
        {"log(-1)*phi", "position 1, 'log(-1)*phi': this is not a finite real number"},
        {"phi*(1/0)", "position 7"},
        {"phi**99", "exponents go from -64 to 64"},
        {"9**9**9**9*phi", "exponents"},
        {"0x10*phi", "position 2"},
        {"1e999*phi", "decimal number"},
        {"nan*phi", "unknown name 'nan'"},
        {"where(phi, 1, 2)", "comparison"},
        {"max(phi)", "another argument"},
        {"exp phi", "arguments in parentheses"},
        {"ln(phi)", "unknown name 'ln', which is written log(A); known are"},
        {"-log(Phi(phi))", "which is written erfc(-A/sqrt(2))/2"},
        {"max(0, phi, y)", "position 11, ', y)': the function takes no more arguments"},
        {"2phi", "position 2, 'phi': an operator is expected here (products are written with *)"},
        {"|phi|", "position 1, '|phi|': abs(A) is written for |A|"},
        {"(phi-y)*(phi<1)", "position 13, '<1)'"},
        {"phi<1", "position 4, '<1': comparisons stand in where"},
        {"where(0<phi<1, 1, phi)", "position 12, '<1, 1, phi)': where takes a single comparison"},
        {"where(phi<1 and y>0, 1, phi)", "position 13, 'and y>0, 1, phi)': where takes a single comparison"},
        {"y*kappa", "does not depend on phi"},
        {"", "position 1, its end"},
    };
    struct sgdmft_error error = {0};
    struct formula formula;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_assert_eq(parse(cases[i].text, &formula, &error), SGDMFT_USAGE, "%s", cases[i].text);
        cr_assert_not_null(strstr(error.text, cases[i].says), "%s: %s", cases[i].text, error.text);
    }
}

Test(formula, depth_is_bounded)
{
    static const char *const piece[] = {"(", "-", "phi+(", "2**", "max(1,"};
    struct sgdmft_error error = {0};
    struct formula formula;
    for (size_t i = 0; i < sizeof piece / sizeof *piece; i++) {
        char text[8000] = "";
        for (int j = 0; j < 1000; j++)
            strcat(text, piece[i]);
        cr_assert_eq(parse(text, &formula, &error), SGDMFT_USAGE);
        cr_assert_not_null(strstr(error.text, "too deep"), "%s: %s", piece[i], error.text);
    }
}

Test(formula, constants)
{
    static const char *const bad[] = {"p", "p=", "=1", "p=x", "1p=2", "phi=1", "exp=1", "p=1,p=2", "p=1,", "a b=1"};
    struct formula_constants constants;
    struct sgdmft_error error = {0};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert_eq(formula_constants_parse(bad[i], &constants, &error), SGDMFT_USAGE, "%s", bad[i]);
    cr_assert_eq(formula_constants_parse("", &constants, &error), SGDMFT_OK);
    cr_assert_eq(constants.count, 0);
}

/* ---- records ---------------------------------------------------------------------------------------------- */

#define POINTS 300

static void same_value(const char *name, double x, double y, double made, double built_in)
{
    cr_assert(fabs(made - built_in) <= 1e-12 * (1 + fabs(built_in)), "%s(%g,%g): %.17g, not %.17g", name, x, y, made,
              built_in);
}

static void same_points(const char *name, size_t n, const double *a, size_t m, const double *b)
{
    cr_assert_eq(n, m, "%s: %zu points, not %zu", name, n, m);
    for (size_t i = 0; i < n; i++)
        same_value(name, (double)i, 0, a[i], b[i]);
}

/* A formula and the loss of the registry: values, derivatives, kinks and flags. */
static void loss_is(const char *name, const char *text, const char *teacher)
{
    const struct sgdmft_loss *loss = fixture_loss(name);
    struct sgdmft_run run = given_run("loss_formula", text, "teacher", teacher, "rate", "0.001", NULL);
    struct sgdmft_stream stream = fixture_stream(3);
    double made[3], built_in[3], a[SGDMFT_POINTS_MAX], b[SGDMFT_POINTS_MAX];
    cr_assert_str_eq(run.loss->entry.name, "formula");
    cr_assert_eq(run.loss->even, loss->even, "even");
    cr_assert_eq(run.loss->convex, loss->convex, "convex");
    cr_assert_eq(run.loss->jumps, loss->jumps, "jumps");
    cr_assert_eq(run.loss->linear_force, loss->linear_force, "linear_force");
    cr_assert_eq(run.loss->uses_kappa, loss->uses_kappa, "uses_kappa");
    cr_assert_eq(!run.loss->kinks, !loss->kinks, "kinks");
    for (int i = 0; i < POINTS; i++) {
        const double phi = fixture_between(&stream, -6, 6), kappa = fixture_between(&stream, -1, 1);
        const double width = fixture_between(&stream, 0.1, 2);
        const double y = loss->classes_only ? (i % 2 ? 1 : -1) : fixture_between(&stream, -2, 2);
        run.loss->evaluate(1, &phi, &y, kappa, width, &made[0], &made[1], &made[2]);
        loss->evaluate(1, &phi, &y, kappa, width, &built_in[0], &built_in[1], &built_in[2]);
        for (int j = 0; j < 3; j++)
            same_value(name, phi, y, made[j], built_in[j]);
        if (loss->kinks)
            same_points(name, run.loss->kinks(y, kappa, width, a), a, loss->kinks(y, kappa, width, b), b);
    }
    const double far[] = {-1e300, 1e300, (double)NAN}, y = 1;
    for (int i = 0; i < 3; i++) {
        run.loss->evaluate(1, &far[i], &y, 0, 1, &made[0], &made[1], &made[2]);
        loss->evaluate(1, &far[i], &y, 0, 1, &built_in[0], &built_in[1], &built_in[2]);
        cr_assert_eq(isnan(made[1]), isnan(built_in[1]), "%s at %g: %g %g", name, far[i], made[1], built_in[1]);
    }
}

#define LOSS_TEST(name, text, teacher)                                                                                 \
    Test(formula, loss_##name, .init = made_begin, .fini = made_end)                                                   \
    {                                                                                                                  \
        loss_is(#name, text, teacher);                                                                                 \
    }
LOSS_TEST(logistic, "log(1+exp(-y*phi))", "sign")
LOSS_TEST(hinge2, "max(kappa-y*phi,0)**2/2", "sign")
LOSS_TEST(hinge, "max(kappa-y*phi,0)", "sign")
LOSS_TEST(sigmoid, "1/(1+exp(y*phi))^2", "sign")
LOSS_TEST(square, "(phi-y)^2/2", "linear")
LOSS_TEST(absolute, "abs(phi-y)", "linear")
LOSS_TEST(phase, "(phi**2-y**2)**2/2", "linear")
LOSS_TEST(huber, "where(abs(phi-y)<loss_width, (phi-y)^2/2, loss_width*abs(phi-y)-loss_width^2/2)", "linear")
LOSS_TEST(huber_hinge, "where(kappa-y*phi<loss_width, max(kappa-y*phi,0)^2/(2*loss_width), kappa-y*phi-loss_width/2)",
          "sign")

/* l, l' and l'' of a formula at phi = -30..30 and y = +1/-1, beside their values in long double. */
static void loss_is_near(const char *text, void (*exact)(long double x, long double out[3]))
{
    const struct sgdmft_run run = given_run("loss_formula", text, "rate", "0.001", NULL);
    for (int i = -120; i <= 120; i++) {
        const double phi = 0.25 * i, y = i % 2 ? 1 : -1;
        double made[3];
        long double out[3];
        run.loss->evaluate(1, &phi, &y, 0, 1, &made[0], &made[1], &made[2]);
        exact((long double)(y * phi), out);
        out[1] *= (long double)y;
        for (int j = 0; j < 3; j++)
            cr_assert(fabsl((long double)made[j] - out[j]) <= 1e-12L * fabsl(out[j]) + 1e-300L,
                      "%s, derivative %d at %g: %.17g, not %.17Lg", text, j, y * phi, made[j], out[j]);
    }
}

/* l = -log(Phi(x)), l' = -h, l'' = h (h + x) with h = Phi'/Phi. */
static void exact_probit(long double x, long double out[3])
{
    const long double root = 0.70710678118654752440L, two_over_root_pi = 1.12837916709551257390L;
    const long double side = x * root, h = two_over_root_pi * root * expl(-side * side) / erfcl(-side);
    out[0] = x > 0 ? -log1pl(-erfcl(side) / 2) : -logl(erfcl(-side) / 2);
    out[1] = -h;
    out[2] = h * (h + x);
}

Test(formula, probit, .init = made_begin, .fini = made_end)
{
    static const char *const text[] = {"-log(erfc(-y*phi/sqrt(2))/2)", "-log((1+erf(y*phi/sqrt(2)))/2)",
                                       "-log(1-erfc(y*phi/sqrt(2))/2)", "-log(0.5*erfc(-y*phi/sqrt(2))*exp(phi))+phi"};
    for (size_t i = 0; i < sizeof text / sizeof *text; i++)
        loss_is_near(text[i], exact_probit);
}

static void exact_logistic(long double x, long double out[3])
{
    const long double fall = expl(-fabsl(x)), share = 1 / (1 + fall);
    out[0] = (x < 0 ? -x : 0) + log1pl(fall);
    out[1] = -(x > 0 ? fall * share : share);
    out[2] = fall * share * share;
}

/* Ways of writing the logistic loss that overflow or lose digits if they are evaluated as they stand. */
Test(formula, logistic_in_other_words, .init = made_begin, .fini = made_end)
{
    static const char *const text[] = {"-log(sigmoid(y*phi))", "-log(1-sigmoid(-y*phi))", "-log((1+tanh(y*phi/2))/2)",
                                       "log(1/(1+exp(-y*phi)))*(-1)", "2*log(sqrt(3+3*exp(-y*phi)))-log(3)"};
    for (size_t i = 0; i < sizeof text / sizeof *text; i++)
        loss_is_near(text[i], exact_logistic);
}

static void exact_logcosh(long double x, long double out[3])
{
    const long double half = sinhl(x / 2);
    out[0] = x < 1 && x > -1 ? log1pl(2 * half * half) : logl(coshl(x));
    out[1] = tanhl(x);
    out[2] = 1 / (coshl(x) * coshl(x));
}

Test(formula, log_of_cosh, .init = made_begin, .fini = made_end)
{
    loss_is_near("log(cosh(phi))", exact_logcosh);
    given_run("loss_formula", "log(cosh(20*phi))", "overlap0", "0.1", "rate", "0.0001", NULL);
    given_run("loss_formula", "log(cosh(100*(y-phi)))/100", "rate", "0.0001", NULL);
    given_run("loss_formula", "log(exp(100*phi)+2*exp(-100*phi))", "overlap0", "0.1", "rate", "0.0001", NULL);
}

static void link_is(const char *name, const char *text)
{
    const struct sgdmft_link *link = fixture_link(name);
    const struct sgdmft_run run =
        given_run("loss", "square", "teacher", "linear", "link_formula", text, "rate", "0.001", NULL);
    struct sgdmft_stream stream = fixture_stream(4);
    double made[3], built_in[3], a[SGDMFT_POINTS_MAX], b[SGDMFT_POINTS_MAX];
    cr_assert_eq(run.link->even, link->even, "even");
    cr_assert_eq(run.link->linear, link->linear, "linear");
    cr_assert_eq(run.link->jumps, link->jumps, "jumps");
    cr_assert_eq(!run.link->kinks, !link->kinks, "kinks");
    for (int i = 0; i < POINTS; i++) {
        const double r = fixture_between(&stream, -5, 5), width = fixture_between(&stream, 0.1, 2);
        run.link->evaluate(1, &r, width, &made[0], &made[1], &made[2]);
        link->evaluate(1, &r, width, &built_in[0], &built_in[1], &built_in[2]);
        for (int j = 0; j < 3; j++)
            same_value(name, r, width, made[j], built_in[j]);
        const double phi = fixture_between(&stream, -0.9, 0.9);
        same_points(name, run.link->inverse(phi, width, a), a, link->inverse(phi, width, b), b);
        if (link->kinks)
            same_points(name, run.link->kinks(width, a), a, link->kinks(width, b), b);
    }
}

Test(formula, link_tanh, .init = made_begin, .fini = made_end)
{
    link_is("tanh", "tanh(r)");
}
Test(formula, link_relu, .init = made_begin, .fini = made_end)
{
    link_is("relu", "max(r,0)");
}
Test(formula, link_door, .init = made_begin, .fini = made_end)
{
    link_is("door", "r^2-door_width^2");
}
Test(formula, link_linear, .init = made_begin, .fini = made_end)
{
    link_is("linear", "2*r-r");
}

static void teacher_is(const char *name, const char *text)
{
    const struct sgdmft_teacher *teacher = fixture_teacher(name);
    const struct sgdmft_run run = given_run("loss", "square", "teacher_formula", text, NULL);
    struct sgdmft_stream stream = fixture_stream(5);
    double a[SGDMFT_POINTS_MAX], b[SGDMFT_POINTS_MAX];
    cr_assert_eq(run.teacher->classes, teacher->classes, "classes");
    cr_assert_eq(run.teacher->even, teacher->even, "even");
    cr_assert_eq(run.teacher->linear, teacher->linear, "linear");
    cr_assert_eq(run.teacher->modulus, teacher->modulus, "modulus");
    for (int i = 0; i < POINTS; i++) {
        const double u = fixture_between(&stream, -5, 5), width = fixture_between(&stream, 0.1, 2);
        same_value(name, u, width, run.teacher->label(u, width), teacher->label(u, width));
        same_points(name, run.teacher->breakpoints ? run.teacher->breakpoints(width, a) : 0, a,
                    teacher->breakpoints ? teacher->breakpoints(width, b) : 0, b);
    }
}

Test(formula, teacher_door, .init = made_begin, .fini = made_end)
{
    teacher_is("door", "sign(u^2-teacher_width^2)");
}
Test(formula, teacher_abs, .init = made_begin, .fini = made_end)
{
    teacher_is("abs", "abs(u)");
}

/* The run of a result has the flags of its records, and their functions when it is computed. */
Test(formula, run_of_a_result_is_made_when_it_is_computed, .init = made_begin, .fini = made_end)
{
    const struct sgdmft_run run = given_run("loss_formula", "max(kappa-y*phi,0)**2/loss_width", "kappa", "0.5", "paths",
                                            "64", "groups", "4", "steps", "4", "dim", "40", "runs", "2", NULL);
    struct sgdmft_result *result, *back, *again, *simulated;
    struct sgdmft_error error = {0};
    char path[128];
    double out[3], zero = 0, one = 1;
    snprintf(path, sizeof path, "%s/r.h5", folder);
    cr_assert_eq(sgdmft_solve(&run, NULL, &result, &error), SGDMFT_OK, "%s", error.text);
    cr_assert_eq(sgdmft_result_write(result, path, &error), SGDMFT_OK, "%s", error.text);
    cr_assert_eq(sgdmft_result_read(path, &back, &error), SGDMFT_OK, "%s", error.text);
    const struct sgdmft_loss *loss = back->run.loss;
    loss->evaluate(1, &zero, &one, 0.5, 1, &out[0], &out[1], &out[2]);
    cr_assert(isnan(out[1]) && loss->convex && loss->uses_kappa && !loss->jumps && !loss->even);
    cr_assert_float_eq(back->run.derived.kept.contact_loss, pow(run.contact_tolerance, 2) / run.loss_width, 1e-15);
    cr_assert_eq(sgdmft_solve(&back->run, NULL, &again, &error), SGDMFT_OK, "%s", error.text);
    cr_assert_eq(sgdmft_result_find(again, "series", "norm")->mean[4],
                 sgdmft_result_find(result, "series", "norm")->mean[4]);
    cr_assert_eq(sgdmft_simulate(&back->run, 0, NULL, &simulated, &error), SGDMFT_OK, "%s", error.text);
    cr_assert(isfinite(sgdmft_result_find(simulated, "series", "norm")->mean[4]));
    sgdmft_result_free(result);
    sgdmft_result_free(back);
    sgdmft_result_free(again);
    sgdmft_result_free(simulated);
}

/* ---- records that must not run ---------------------------------------------------------------------------- */

static void refused(const char *name, const char *text, const char *says)
{
    struct sgdmft_settings *settings = sgdmft_settings_create();
    struct sgdmft_error error = {0};
    struct sgdmft_run run;
    cr_assert_eq(sgdmft_settings_set(settings, "loss", strcmp(name, "loss_formula") ? "square" : "formula", &error), 0);
    cr_assert_eq(sgdmft_settings_set(settings, name, text, &error), 0);
    cr_assert_eq(sgdmft_run_resolve(settings, &run, NULL, &error), SGDMFT_USAGE, "%s: %s", name, text);
    cr_assert_not_null(strstr(error.text, says), "%s", error.text);
    cr_assert_not_null(strstr(error.text, name), "%s", error.text);
    sgdmft_settings_free(settings);
}

Test(formula, no_real_values, .init = made_begin, .fini = made_end)
{
    refused("loss_formula", "sqrt(phi)", "is not a real number at phi = -");
    refused("teacher_formula", "log(u)", "is not a real number at u = -");
}
Test(formula, overflow_is_named, .init = made_begin, .fini = made_end)
{
    refused("loss_formula", "log(1+cosh(20*phi))", "a part of it overflows (exp(-abs(...)) does not), so that");
    refused("loss_formula", "1/cosh(30*phi)-phi", "a part of it overflows (exp(-abs(...)) does not), so that");
}
Test(formula, no_derivative, .init = made_begin, .fini = made_end)
{
    refused("loss_formula", "phi-phi", "derivative with respect to phi is zero");
    refused("loss_formula", "sign(phi)", "derivative with respect to phi is zero");
}
Test(formula, no_jump_and_few_kinks, .init = made_begin, .fini = made_end)
{
    refused("loss_formula", "where(phi>0,1,phi)", "the loss itself jumps");
    refused("loss_formula", "max(1-y*phi,0)*where(y*phi<0,4,1)", "the loss itself jumps at phi = 0, y = 1");
    refused("loss_formula", "abs(sin(phi))", "more than 8 kinks");
    refused("loss_formula", "(phi-y)^2+where(phi>0.7,1e-5,0)", "the loss itself jumps");
    refused("loss_formula", "1e-6*((phi-y)^2+where(phi>0.7,1e-5,0))", "the loss itself jumps");
}

/* l' that is not square integrable: its averages do not exist. */
Test(formula, singular_derivative, .init = made_begin, .fini = made_end)
{
    refused("loss_formula", "abs(phi-y)**0.5", "grows as 1/distance^0.5, so that its square has no mean, at phi = ");
    refused("loss_formula", "1/phi", "grows as 1/distance^2");
    refused("loss_formula", "1/(phi-0.3)**2", "at phi = 0.3, y = ");
    refused("loss_formula", "log(abs(phi-1))", "grows as 1/distance^1, so that its square has no mean, at phi = 1, y");
    refused("loss_formula", "phi**2+1e-6/(phi+7.5)", "at phi = -7.5");
    refused("link_formula", "r+abs(r-2)**0.4", "grows as 1/distance^0.6, so that its square has no mean, at r = 2");
    refused("loss_formula", "atan(1/(phi-2))", "the value jumps by 3.14 at phi = 2");
    refused("loss_formula", "phi*log(phi**2)", "which is not declared, at phi = ");
}

static void taken(size_t count, const char *const text[])
{
    for (size_t i = 0; i < count; i++)
        given_run("loss_formula", text[i], "teacher", i % 2 ? "sign" : "linear", "rate", "0.0001", NULL);
}
#define TAKEN(...) taken(sizeof(const char *const[]){__VA_ARGS__} / sizeof(char *), (const char *const[]){__VA_ARGS__})

/* Square integrable or without singularities that fields reach. */
Test(formula, kinks_and_far_singularities_are_taken, .init = made_begin, .fini = made_end)
{
    TAKEN("abs(phi-y)**1.5", "abs(phi-y)**1.9", "abs(phi-y)**1.99", "abs(phi-y)**2.1", "max(1-y*phi,0)**2.1",
          "abs(phi-y)**2.5", "abs(phi-y)**(2/3)", "abs(phi-y)**3", "exp(abs(phi))", "abs(phi-30)+phi**2",
          "1/(phi-1000)", "min((phi-y)**2,1)", "where(y*phi>1,0,(1-y*phi)**4)");
}

Test(formula, smooth_losses_are_taken, .init = made_begin, .fini = made_end)
{
    TAKEN("log(1+exp(-y*phi))", "softplus(-30*y*phi)", "sqrt(1+(phi-y)**2)", "exp(-y*phi)", "log(cosh(phi-y))",
          "log(1e-3+(phi-y)**2)", "phi*atan(1000*phi)", "sin(30*phi)+phi**2", "sin(phi)/phi");
}

/* Small, large, fast, and with rounding. */
Test(formula, losses_of_any_scale_are_taken, .init = made_begin, .fini = made_end)
{
    TAKEN("1e-9*abs(phi-y)**2.1", "1e-6*max(1-y*phi,0)**2", "1e6*log(1+exp(-y*phi))", "softplus(1e6*(phi-0.7))",
          "sin(1000*phi)+phi**2", "exp(phi**2)", "sqrt(1e-8+(phi-y)**2)", "(exp(phi)-1-phi)/phi**2");
}

/* A force that jumps by little jumps. */
Test(formula, small_jump_of_the_force, .init = made_begin, .fini = made_end)
{
    cr_assert(given_run("loss_formula", "(phi-y)^2+1e-5*max(phi,0.7)", NULL).loss->jumps);
    cr_assert(given_run("loss_formula", "1e-6*max(1-y*phi,0)", NULL).loss->jumps);
    cr_assert_not(given_run("loss_formula", "1e-6*max(1-y*phi,0)^2", NULL).loss->jumps);
}

static const struct sgdmft_loss *loss_at(const char *text, const char *kappa)
{
    return given_run("loss_formula", text, "kappa", kappa, "rate", "0.001", NULL).loss;
}

/* Kinks, jumps and convexity are those at the parameters of the run. */
Test(formula, flags_are_those_of_the_run, .init = made_begin, .fini = made_end)
{
    static const char smooth[] = "where(y*phi>1,0,where(y*phi>1-kappa,(1-y*phi)**2/(2*kappa),1-kappa/2-y*phi))",
                      bent[] = "(9-kappa^2)*(phi-y)^2";
    const struct sgdmft_loss *half = loss_at(smooth, "0.5");
    cr_assert(half->convex && !half->jumps && half->kinks && half->uses_kappa);
    cr_assert(loss_at(smooth, "0")->jumps);
    cr_assert(loss_at(bent, "1")->convex);
    cr_assert_not(loss_at(bent, "4")->convex);
}

Test(formula, jumps_are_those_of_the_run, .init = made_begin, .fini = made_end)
{
    cr_assert(loss_at("where(y*phi<kappa,1-y*phi,0)", "1")->jumps);
    refused("loss_formula", "where(y*phi<kappa+0.7,1-y*phi,0)", "the loss itself jumps at phi = 0.7, y = 1");
    given_run("loss", "square", "link_formula", "where(r>door_width,0.7,where(r<-door_width,-0.7,r))", NULL);
    refused("link_formula", "where(r>door_width,0.8,r)", "the link itself jumps at r = 0.7");
}

/* teacher_width is that of the door link unless it is given. */
Test(formula, width_of_a_teacher, .init = made_begin, .fini = made_end)
{
    const struct sgdmft_run run =
        given_run("loss", "square", "teacher_formula", "u/teacher_width", "door_width", "0.5", NULL);
    cr_assert_float_eq(run.teacher->label(2, run.teacher_width), 4, 1e-15);
}

/* A force without a bound on its derivative counts as one that jumps: its tangents have no variance. */
Test(formula, unbounded_second_derivative, .init = made_begin, .fini = made_end)
{
    const struct sgdmft_run run =
        given_run("loss_formula", "max(kappa-y*phi,0)**p", "formula_constants", "p=1.5", NULL);
    cr_assert(run.loss->convex && run.loss->jumps);
    cr_assert_not(sgdmft_has_tangents(&run));
}

/* Tests of a record find a wrong derivative, flag or kink. */
static void wrong_evaluate(size_t n, const double *restrict phi, const double *restrict y, double kappa, double width,
                           double *restrict value, double *restrict first, double *restrict second)
{
    (void)kappa;
    for (size_t i = 0; i < n; i++) {
        value[i] = phi[i] * phi[i] * y[i];
        first[i] = (2 + (width == 2 ? 0.001 : 0)) * phi[i] * y[i];
        second[i] = (2 + (width == 3 ? 0.001 : 0)) * y[i];
    }
}

/* Faults at 0.7 that no point of a test meets; width says which, kappa their size. */
static void hidden_evaluate(size_t n, const double *restrict phi, const double *restrict y, double kappa, double width,
                            double *restrict value, double *restrict first, double *restrict second)
{
    (void)y;
    for (size_t i = 0; i < n; i++) {
        const double x = phi[i], d = x - 0.7, side = d > 0 ? kappa : 0;
        const double more[][3] = {{0, 0, 0},
                                  {side, 0, 0},
                                  {side * d, side, 0},
                                  {side * d * d / 2, side * d, side},
                                  {side * d * sqrt(d), 1.5 * side * sqrt(d), 0.75 * side / sqrt(d)},
                                  {side * d * d * d, 3 * side * d * d, 6 * side * d}};
        const size_t w = (size_t)width;
        value[i] = x * x + (d > 0 ? more[w][0] : 0);
        first[i] = 2 * x + (d > 0 ? more[w][1] : 0);
        second[i] = 2 + (d > 0 ? more[w][2] : 0);
    }
}

static size_t hidden_kinks(double y, double kappa, double width, double phi[SGDMFT_POINTS_MAX])
{
    (void)y, (void)kappa, (void)width;
    phi[0] = 0.7;
    return 1;
}

Test(formula, checks_find_what_is_not_declared)
{
    struct sgdmft_loss loss = {.entry = {"plugin", "", ""}, .evaluate = hidden_evaluate};
    struct sgdmft_run run = fixture_run();
    struct sgdmft_error error = {0};
    static const char *const says[] = {NULL,
                                       "the value jumps by 0.01 at phi = 0.7, y = ",
                                       "the first derivative jumps by 0.01, which is not declared, at phi = 0.7, y = ",
                                       "the second derivative jumps by 0.01, which is not declared, at phi = 0.7, y = ",
                                       "the second derivative",
                                       NULL};
    strcpy(run.plugin, "hidden.c");
    run.loss = &loss;
    for (int w = 0; w < 6; w++) {
        run.kappa = 0.01;
        run.loss_width = w;
        cr_assert_eq(formula_check_loss(&run, NULL, &error), says[w] ? SGDMFT_USAGE : SGDMFT_OK, "%d", w);
        cr_assert(!says[w]
                      || (strstr(error.text, says[w]) && strstr(error.text, "plugin: ")
                          && strstr(error.text, ", in hidden.c")),
                  "%s", error.text);
    }
    loss.kinks = hidden_kinks;
    for (int w = 1; w < 6; w++) {
        run.loss_width = w;
        loss.jumps = w == 2;
        cr_assert_eq(formula_check_loss(&run, NULL, &error), w == 1 ? SGDMFT_USAGE : SGDMFT_OK, "%s", error.text);
    }
}

Test(formula, small_jumps_are_found)
{
    struct sgdmft_loss loss = {.entry = {"plugin", "", ""}, .evaluate = hidden_evaluate};
    struct sgdmft_run run = fixture_run();
    struct sgdmft_error error = {0};
    strcpy(run.plugin, "hidden.c");
    run.loss = &loss;
    run.kappa = 1e-5;
    for (int declared = 0; declared < 2; declared++) {
        loss.kinks = declared ? hidden_kinks : NULL;
        for (int w = 1; w < 3; w++) {
            run.loss_width = w;
            cr_assert_eq(formula_check_loss(&run, NULL, &error), SGDMFT_USAGE, "%d", w);
            cr_assert_not_null(
                strstr(error.text, w == 1 ? "the value jumps by 1e-05" : "the first derivative jumps by 1e-05"), "%s",
                error.text);
        }
    }
}

/* No loss or link of the registry is refused by the tests of plugins. */
Test(formula, built_in_records_pass_the_checks)
{
    struct sgdmft_run run = fixture_run();
    struct sgdmft_error error = {0};
    const double kappas[] = {-0.5, 0, 0.3, 1}, widths[] = {0.1, 1, 3};
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 3; j++) {
            run.kappa = kappas[i];
            run.loss_width = run.door_width = widths[j];
            for (size_t k = 0; sgdmft_losses[k]; k++) {
                run.loss = sgdmft_losses[k];
                cr_assert_eq(formula_check_loss(&run, NULL, &error), SGDMFT_OK, "%s: %s", run.loss->entry.name,
                             error.text);
            }
            for (size_t k = 0; sgdmft_links[k]; k++) {
                run.link = sgdmft_links[k];
                cr_assert_eq(formula_check_link(&run, NULL, &error), SGDMFT_OK, "%s: %s", run.link->entry.name,
                             error.text);
            }
            run.link = sgdmft_links[0];
        }
}

Test(formula, checks_find_faults)
{
    struct sgdmft_loss loss = {.entry = {"plugin", "", ""}, .even = true, .evaluate = wrong_evaluate};
    struct sgdmft_run run = fixture_run();
    struct sgdmft_error error = {0};
    run.loss = &loss;
    run.loss_width = 1;
    cr_assert_eq(formula_check_loss(&run, NULL, &error), SGDMFT_OK, "%s", error.text);
    run.loss_width = 2;
    cr_assert_eq(formula_check_loss(&run, NULL, &error), SGDMFT_USAGE);
    cr_assert_not_null(strstr(error.text, "first derivative is not that of the value"), "%s", error.text);
    run.loss_width = 3;
    cr_assert_eq(formula_check_loss(&run, NULL, &error), SGDMFT_USAGE);
    cr_assert_not_null(strstr(error.text, "derivative"), "%s", error.text);
    run.loss_width = 1;
    loss.convex = true;
    cr_assert_eq(formula_check_loss(&run, NULL, &error), SGDMFT_USAGE);
    cr_assert_not_null(strstr(error.text, "convex"), "%s", error.text);
}
