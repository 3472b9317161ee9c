/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of a record that was made from a formula or taken from a plugin, at the parameters of the run: real values,
 * those of the formula (which is evaluated by its steps, without SymPy and cc), derivatives against finite differences,
 * flags and kinks; subject_scan looks between the points. They are random and always the same. */
#include "models/formula/formula_subject.h"

#include <math.h>
#include <string.h>

#define POINTS 96
#define POINTS_NEAR 64 /* of them within 5, the others within 30 */
#define LABELS 6       /* at which real labels are scanned */

enum sgdmft_status subject_fail(const struct subject *s, double x, double y, struct sgdmft_error *error,
                                const char *what)
{
    char label[48] = "";
    if (s->labels)
        snprintf(label, sizeof label, ", y = %.4g", y);
    return sgdmft_fail(error, SGDMFT_USAGE, "%s: %s at %s = %.4g%s, in %.300s", s->parameter, what, s->x, x, label,
                       s->text);
}

enum sgdmft_status subject_fail_real(const struct subject *s, double x, double y, struct sgdmft_error *error)
{
    const bool overflow = s->formula && s->define(s, x, y).overflow;
    char what[160];
    snprintf(what, sizeof what, "%sthe value or a derivative is not a real number",
             overflow ? "a part of it overflows (exp(-abs(...)) does not), so that " : "");
    return subject_fail(s, x, y, error, what);
}

static double random_between(struct sgdmft_stream *stream, double low, double high)
{
    double uniform;
    sgdmft_uniforms(stream, 1, &uniform);
    return low + (high - low) * uniform;
}

static double random_label(const struct subject *s, struct sgdmft_stream *stream)
{
    if (!s->labels)
        return 0;
    const double uniform = random_between(stream, -3, 3);
    return sgdmft_has_classes(s->run) ? (uniform > 0 ? 1 : -1) : uniform;
}

static bool near_kink(const struct subject *s, double x, double y, double distance)
{
    double at[SGDMFT_POINTS_MAX];
    const size_t count = s->kinks(s->run, y, at);
    for (size_t i = 0; i < count; i++)
        if (fabs(at[i] - x) <= distance)
            return true;
    return false;
}

/* Distances of the finite differences: the shorter ones for functions that vary fast. */
static const double steps[] = {1e-5, 1e-6, 1e-7};

/* The derivative that is wrong at x by all steps, 1 or 2; 0: none. */
static int wrong_derivative(const struct subject *s, double x, double y, const double out[3])
{
    const double scale = 1e-5 * (1 + fabs(out[0]) + fabs(out[1]) + fabs(out[2]));
    int wrong = 0;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        const double h = steps[i] * (1 + fabs(x));
        double before[3], after[3];
        s->evaluate(s->run, x - h, y, before);
        s->evaluate(s->run, x + h, y, after);
        wrong = fabs((after[0] - before[0]) / (2 * h) - out[1]) > scale   ? 1
                : fabs((after[1] - before[1]) / (2 * h) - out[2]) > scale ? 2
                                                                          : 0;
        if (!wrong)
            return 0;
    }
    return wrong;
}

static enum sgdmft_status check_differences(const struct subject *s, double x, double y, const double out[3],
                                            struct sgdmft_error *error)
{
    const int wrong = near_kink(s, x, y, 2 * steps[0] * (1 + fabs(x))) ? 0 : wrong_derivative(s, x, y, out);
    return wrong ? subject_fail(s, x, y, error,
                                wrong == 1 ? "the first derivative is not that of the value"
                                           : "the second derivative is not that of the first")
                 : SGDMFT_OK;
}

/* True, too, where the formula itself overflows or is lost in rounding. */
static bool same_value(struct formula_rounded defined, double value)
{
    return !isfinite(defined.value) || !isfinite(defined.error)
           || fabs(defined.value - value) <= 1e-9 * (1 + fabs(defined.value)) + 8 * defined.error;
}

static enum sgdmft_status check_point(const struct subject *s, double x, double y, struct sgdmft_error *error)
{
    double out[3], mirror[3];
    s->evaluate(s->run, x, y, out);
    s->evaluate(s->run, -x, y, mirror);
    if (isnan(out[0]) || isnan(out[1]) || isnan(out[2]))
        return subject_fail_real(s, x, y, error);
    if (!isfinite(out[0]) || !isfinite(out[1]) || !isfinite(out[2]))
        return SGDMFT_OK;
    if (s->formula && !same_value(s->define(s, x, y), out[0]))
        return subject_fail(s, x, y, error, "the compiled value is not that of the formula");
    if (s->even && fabs(mirror[0] - out[0]) > 1e-9 * (1 + fabs(out[0])))
        return subject_fail(s, x, y, error, "the function is declared even and is not");
    if (s->convex && out[2] < -1e-9 * (1 + fabs(out[1])))
        return subject_fail(s, x, y, error, "the loss is declared convex and is not");
    return check_differences(s, x, y, out, error);
}

static enum sgdmft_status check_kinks(const struct subject *s, double y, struct sgdmft_error *error)
{
    double at[SGDMFT_POINTS_MAX];
    const size_t count = s->kinks(s->run, y, at);
    for (size_t i = 1; i < count; i++)
        if (!(at[i] > at[i - 1]))
            return subject_fail(s, at[i], y, error, "the kinks are not ascending");
    return SGDMFT_OK;
}

static enum sgdmft_status scan(const struct subject *s, struct sgdmft_error *error)
{
    struct sgdmft_stream stream = sgdmft_stream_open(1, SGDMFT_PATH_LABEL, 1, 0);
    enum sgdmft_status status = SGDMFT_OK;
    const bool classes = sgdmft_has_classes(s->run);
    for (int i = 0; i < (!s->labels ? 1 : classes ? 2 : LABELS) && !status; i++)
        status = subject_scan(s, classes ? 1 - 2 * i : random_label(s, &stream), error);
    return status;
}

static enum sgdmft_status check(const struct subject *s, struct sgdmft_error *error)
{
    struct sgdmft_stream stream = sgdmft_stream_open(1, SGDMFT_PATH_LABEL, 0, 0);
    enum sgdmft_status status = scan(s, error);
    double largest = 0, out[3];
    for (int i = 0; i < POINTS && !status; i++) {
        const double limit = i < POINTS_NEAR ? 5 : 30, x = random_between(&stream, -limit, limit);
        const double y = random_label(s, &stream);
        status = check_point(s, x, y, error);
        s->evaluate(s->run, x, y, out);
        largest = fmax(largest, fabs(out[1]));
        if (!status && i < 8)
            status = check_kinks(s, y, error);
    }
    if (!status && !(largest > 0))
        status = sgdmft_fail(error, SGDMFT_USAGE, "%s: the derivative with respect to %s is zero everywhere",
                             s->parameter, s->x);
    return status;
}

/* ---- losses --------------------------------------------------------------------------------------------- */

static void loss_evaluate(const struct sgdmft_run *run, double x, double y, double out[3])
{
    run->loss->evaluate(1, &x, &y, run->kappa, run->loss_width, &out[0], &out[1], &out[2]);
}

static size_t loss_kinks(const struct sgdmft_run *run, double y, double at[SGDMFT_POINTS_MAX])
{
    return run->loss->kinks ? run->loss->kinks(y, run->kappa, run->loss_width, at) : 0;
}

static struct formula_rounded loss_define(const struct subject *s, double x, double y)
{
    return formula_value(s->formula, (const double[]){x, y, s->run->kappa, s->run->loss_width});
}

enum sgdmft_status formula_check_loss(const struct sgdmft_run *run, const struct formula *formula,
                                      struct sgdmft_error *error)
{
    const struct sgdmft_loss *loss = run->loss;
    const struct subject subject = {.run = run,
                                    .parameter = formula ? "loss_formula" : "plugin",
                                    .text = formula ? run->loss_formula : run->plugin,
                                    .x = "phi",
                                    .formula = formula,
                                    .evaluate = loss_evaluate,
                                    .kinks = loss_kinks,
                                    .define = loss_define,
                                    .labels = true,
                                    .even = loss->even,
                                    .convex = loss->convex,
                                    .jumps = loss->jumps};
    if (!loss->entry.summary || !loss->entry.reference || !loss->evaluate)
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: the loss needs summary, reference and evaluate",
                           subject.parameter);
    return check(&subject, error);
}

/* ---- links ---------------------------------------------------------------------------------------------- */

static void link_evaluate(const struct sgdmft_run *run, double x, double y, double out[3])
{
    (void)y;
    run->link->evaluate(1, &x, run->door_width, &out[0], &out[1], &out[2]);
}

static size_t link_kinks(const struct sgdmft_run *run, double y, double at[SGDMFT_POINTS_MAX])
{
    (void)y;
    return run->link->kinks ? run->link->kinks(run->door_width, at) : 0;
}

static struct formula_rounded link_define(const struct subject *s, double x, double y)
{
    (void)y;
    return formula_value(s->formula, (const double[]){x, s->run->door_width});
}

/* Checks that the inverse returns the r of a value, unless the link is flat there. */
static enum sgdmft_status check_inverse(const struct subject *s, struct sgdmft_error *error)
{
    double found[SGDMFT_POINTS_MAX], out[3];
    for (int i = -10; i <= 10; i++) {
        const double r = 0.31 * i + 0.017;
        link_evaluate(s->run, r, 0, out);
        bool there = fabs(out[1]) < 1e-3;
        const size_t count = there ? 0 : s->run->link->inverse(out[0], s->run->door_width, found);
        for (size_t j = 0; j < count; j++)
            there = there || fabs(found[j] - r) < 1e-6;
        if (!there && count < SGDMFT_POINTS_MAX)
            return subject_fail(s, r, 0, error, "the inverse does not return the argument");
    }
    return SGDMFT_OK;
}

enum sgdmft_status formula_check_link(const struct sgdmft_run *run, const struct formula *formula,
                                      struct sgdmft_error *error)
{
    const struct sgdmft_link *link = run->link;
    const struct subject subject = {.run = run,
                                    .parameter = formula ? "link_formula" : "plugin",
                                    .text = formula ? run->link_formula : run->plugin,
                                    .x = "r",
                                    .formula = formula,
                                    .evaluate = link_evaluate,
                                    .kinks = link_kinks,
                                    .define = link_define,
                                    .even = link->even,
                                    .jumps = link->jumps};
    if (!link->entry.summary || !link->entry.reference || !link->evaluate || !link->inverse)
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: the link needs summary, reference, evaluate and inverse",
                           subject.parameter);
    enum sgdmft_status status = check(&subject, error);
    return status ? status : check_inverse(&subject, error);
}

/* ---- teachers ------------------------------------------------------------------------------------------- */

#define TEACHER_REACH 8.0       /* of u */
#define TEACHER_GRID (1.0 / 64) /* between places where a pole may be */

static void teacher_evaluate(const struct sgdmft_run *run, double x, double y, double out[3])
{
    (void)y;
    out[0] = run->teacher->label(x, run->teacher_width);
    out[1] = out[2] = 0;
}

static double label_size(const struct sgdmft_run *run, double u)
{
    const double label = fabs(run->teacher->label(u, run->teacher_width));
    return isnan(label) ? 0 : label;
}

/* Checks that the square of the label has a mean over u ~ N(0,1): the label grows nowhere as distance^-1/2 or faster,
 * and at large u more slowly than exp(u^2/4). */
static enum sgdmft_status check_label_square(const struct subject *s, struct sgdmft_error *error)
{
    static const char *const what = "the square of the label has no mean: it grows too fast";
    const struct sgdmft_run *run = s->run;
    double power;
    for (double u = -TEACHER_REACH + 0.0003; u < TEACHER_REACH; u += TEACHER_GRID) {
        const double size = label_size(run, u);
        double top = u;
        if (size >= label_size(run, u - TEACHER_GRID) && size >= label_size(run, u + TEACHER_GRID)
            && subject_grows(s, 0, 0, &top, 0, TEACHER_GRID, &power))
            return subject_fail(s, top, 0, error, what);
    }
    for (int side = -1; side <= 1; side += 2) {
        const double near = log(label_size(run, side * 10.0)) - 25, far = log(label_size(run, side * 12.0)) - 36;
        if (far > near - 0.5 && far > -200)
            return subject_fail(s, side * 12.0, 0, error, what);
    }
    return SGDMFT_OK;
}

enum sgdmft_status formula_check_teacher(const struct sgdmft_run *run, const struct formula *formula,
                                         struct sgdmft_error *error)
{
    const struct sgdmft_teacher *teacher = run->teacher;
    const struct subject s = {.run = run,
                              .parameter = formula ? "teacher_formula" : "plugin",
                              .text = formula ? run->teacher_formula : run->plugin,
                              .x = "u",
                              .evaluate = teacher_evaluate};
    if (!teacher->entry.summary || !teacher->entry.reference || !teacher->label)
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: the teacher needs summary, reference and label", s.parameter);
    for (int i = 0; i < POINTS; i++) {
        const double u = 0.173 * (i - POINTS / 2) + 0.011;
        const double label = teacher->label(u, run->teacher_width), mirror = teacher->label(-u, run->teacher_width);
        if (!isfinite(label))
            return subject_fail(&s, u, 0, error, "the label is not a real number");
        if (formula && !same_value(formula_value(formula, (const double[]){u, run->teacher_width}), label))
            return subject_fail(&s, u, 0, error, "the compiled value is not that of the formula");
        if (teacher->classes && fabs(label) != 1)
            return subject_fail(&s, u, 0, error, "the labels are declared +1/-1 and are not");
        if (teacher->even && fabs(mirror - label) > 1e-9 * (1 + fabs(label)))
            return subject_fail(&s, u, 0, error, "the function is declared even and is not");
    }
    return check_label_square(&s, error);
}
