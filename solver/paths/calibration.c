/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Weights of the paths that make averages of known functions exact. */
#include "solver/paths/calibration.h"
#include "models/base/state.h"
#include "models/base/lapack.h"

#include "solver/paths/reaction.h"
#include "solver/paths/vector.h"
#include <cblas.h>
#include <gsl/gsl_integration.h>
#include <math.h>
#include <string.h>

#define PATHS_MIN 192  /* of a group: fewer give inaccurate coefficients */
#define TOLERANCE 1e-4 /* least share of a function's mean square independent of the others */
#define NODES                                                                                                          \
    128 /* of the quadrature over u between two breakpoints of the teacher; tabulated in GSL to full accuracy */
#define RANGE 10.0 /* of u */

/* Powers of y, c, u, f. */
static const struct calibration_function functions[CALIBRATION_FUNCTIONS] = {
    {0, 0, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}, {0, 1, 0, 0}, {1, 0, 0, 0}, {0, 0, 2, 0}, {0, 0, 1, 1}, {0, 0, 0, 2},
    {0, 1, 1, 0}, {0, 1, 0, 1}, {0, 2, 0, 0}, {1, 0, 1, 0}, {1, 0, 0, 1}, {1, 1, 0, 0}, {2, 0, 0, 0}, {0, 0, 0, 4},
    {0, 1, 0, 3}, {0, 1, 1, 2}, {0, 1, 2, 1}, {1, 0, 0, 3}, {1, 0, 1, 2}, {1, 0, 2, 1}};

#define LENGTH(list) (sizeof(list) / sizeof *(list))

/* True if the force is smooth in r for the label y. */
static bool is_smooth(const struct sgdmft_run *run, double y)
{
    double r[SGDMFT_KINKS_MAX];
    return !(run->clip_example > 0) && sgdmft_loss_kinks(run, y, r) == 0;
}

bool calibration_applies(const struct paths *paths)
{
    const struct sgdmft_run *run = paths->run;
    const bool pays =
        !sgdmft_force_is_linear(run) && !paths_have_even_labels(run) && is_smooth(run, 1) && is_smooth(run, -1);
    return pays && paths->replicas == 1 && paths->group.paths >= PATHS_MIN
           && !(paths->group.plain & ENGINE_PLAIN_CALIBRATION);
}

static struct state_table calibration_arrays(size_t paths)
{
    return (struct state_table){{STATE_ARRAY(calibration, field, paths), STATE_ARRAY(calibration, weight, paths),
                                 STATE_ARRAY(calibration, weighted, paths),
                                 STATE_ARRAY(calibration, base, (CALIBRATION_FUNCTIONS + 1) * paths),
                                 STATE_ARRAY(calibration, value, CALIBRATION_FUNCTIONS * paths),
                                 STATE_ARRAY(calibration, power, (CALIBRATION_POWERS + 1) * paths)}};
}

size_t calibration_bytes(size_t paths)
{
    const struct state_table arrays = calibration_arrays(paths);
    return (size_t)state_bytes(&arrays);
}

/* E z^n for z ~ N(0,1). */
static double normal_moment(int n)
{
    double moment = n % 2 == 0;
    for (int i = n - 1; i > 1; i -= 2)
        moment *= i;
    return moment;
}

/* E[f(u)^a u^n] of a teacher f, by Gauss-Legendre between its breakpoints. */
static double teacher_moment(const struct sgdmft_run *run, const gsl_integration_glfixed_table *table, int a, int n)
{
    double cut[SGDMFT_POINTS_MAX + 2] = {-RANGE}, sum = 0;
    const size_t count = sgdmft_teacher_breakpoints(run, cut + 1);
    cut[count + 1] = RANGE;
    for (size_t i = 0; i <= count; i++)
        for (size_t j = 0; j < NODES; j++) {
            double u, weight;
            gsl_integration_glfixed_point(cut[i], cut[i + 1], j, &u, &weight, table);
            sum += weight * pow(run->teacher->label(u, run->teacher_width), a) * pow(u, n) * exp(-u * u / 2);
        }
    return sum / sqrt(2 * M_PI);
}

/* E[y^a u^n] of a component without label noise. */
static double label_moment(const struct sgdmft_run *run, const struct sgdmft_component *component,
                           const gsl_integration_glfixed_table *table, int a, int n)
{
    switch (component->source) {
    case SGDMFT_LABEL_TEACHER:
        return teacher_moment(run, table, a, n);
    case SGDMFT_LABEL_NORMAL:
        return normal_moment(a) * normal_moment(n);
    case SGDMFT_LABEL_FIXED:
        break;
    }
    return pow(component->label, a) * normal_moment(n);
}

static void fill_moments(struct calibration *calibration, const gsl_integration_glfixed_table *table)
{
    const struct sgdmft_run *run = calibration->paths->run;
    const bool classes = sgdmft_has_classes(run);
    struct sgdmft_component component[SGDMFT_COMPONENTS_MAX];
    const size_t count = run->data->components(run, component);
    for (int a = 0; a <= 2; a++)
        for (int b = 0; b <= 2; b++)
            for (int n = 0; n <= CALIBRATION_POWERS; n++) {
                double moment = 0;
                for (size_t i = 0; i < count; i++) {
                    double own = label_moment(run, &component[i], table, a, n);
                    if (classes && a == 1)
                        own *= 1 - 2 * run->label_noise;
                    if (!classes && a == 2)
                        own += run->label_noise * run->label_noise * normal_moment(n);
                    moment += component[i].weight * pow(component[i].centre, b) * own;
                }
                calibration->moment[a][b][n] = moment;
            }
}

/* base = y^a c^b u^n, the same at all steps. */
static void fill_base(const struct calibration *calibration, const struct calibration_function *function, double *base)
{
    const struct paths *paths = calibration->paths;
    for (size_t i = 0; i < paths->group.paths; i++)
        base[i] = pow(paths->y[i], function->y) * pow(paths->centre[i], function->c) * pow(paths->u[i], function->u);
}

/* True if the last function is zero or equals an earlier one. */
static bool is_new(const struct calibration *calibration, const struct calibration_function *function)
{
    const size_t n = calibration->paths->group.paths, bytes = n * sizeof(double);
    const double *base = calibration->base + calibration->count * n;
    bool zero = true;
    for (size_t i = 0; i < n; i++)
        zero = zero && base[i] == 0;
    for (size_t a = 0; a < calibration->count && !zero; a++)
        zero = calibration->function[a].f == function->f && memcmp(calibration->base + a * n, base, bytes) == 0;
    return !zero;
}

static void add_functions(struct calibration *calibration)
{
    const size_t n = calibration->paths->group.paths;
    for (size_t i = 0; i < LENGTH(functions); i++) {
        fill_base(calibration, &functions[i], calibration->base + calibration->count * n);
        if (is_new(calibration, &functions[i]))
            calibration->function[calibration->count++] = functions[i];
    }
}

bool calibration_create(struct calibration *calibration, const struct paths *paths)
{
    const size_t n = paths->group.paths;
    gsl_integration_glfixed_table *table = gsl_integration_glfixed_table_alloc(NODES);
    *calibration = (struct calibration){.paths = paths};
    const struct state_table arrays = calibration_arrays(n);
    const bool good = state_create(&arrays, calibration) && table;
    if (good) {
        fill_moments(calibration, table);
        add_functions(calibration);
    }
    if (table)
        gsl_integration_glfixed_table_free(table);
    return good;
}

void calibration_free(struct calibration *calibration)
{
    const struct state_table arrays = calibration_arrays(0);
    state_free(&arrays, calibration);
    *calibration = (struct calibration){0};
}

/* Mean of y^a c^b u^n f^p for f = q u + sqrt(1 - q^2) z. */
static double known_mean(const struct calibration *calibration, const struct calibration_function *function, double q)
{
    const double rest = sqrt(fmax(0, 1 - q * q)), *moment = calibration->moment[function->y][function->c];
    double sum = 0, binomial = 1;
    for (int j = 0; j <= function->f; j++) {
        sum += binomial * pow(q, j) * pow(rest, function->f - j) * normal_moment(function->f - j)
               * moment[function->u + j];
        binomial *= (double)(function->f - j) / (j + 1);
    }
    return sum;
}

/* value[functions][paths], with f in units of its standard deviation. */
SIMD_CLONES static void evaluate(struct calibration *calibration, double deviation)
{
    const size_t n = calibration->paths->group.paths;
    double *power = calibration->power;
    for (size_t i = 0; i < n; i++) {
        power[i] = 1;
        power[n + i] = calibration->field[i] / deviation;
    }
    for (size_t a = 2; a <= CALIBRATION_POWERS; a++)
        for (size_t i = 0; i < n; i++)
            power[a * n + i] = power[(a - 1) * n + i] * power[n + i];
    for (size_t a = 0; a < calibration->count; a++) {
        const double *base = calibration->base + a * n, *f = power + (size_t)calibration->function[a].f * n;
        double *value = calibration->value + a * n;
        for (size_t i = 0; i < n; i++)
            value[i] = base[i] * f[i];
    }
}

/* Scales G, whose first row belongs to the function 1, to a diagonal of 1. Fills scale[] with the factor of each
 * function and error[] with the deviation of its mean. False if these are not finite. */
static bool standardise(const struct calibration *calibration, double correlation, double *G, double *scale,
                        double *error)
{
    const size_t p = calibration->count;
    bool good = true;
    for (size_t a = 0; a < p; a++)
        scale[a] = G[a * p + a] > 0 ? 1 / sqrt(G[a * p + a]) : 0;
    for (size_t a = 0; a < p; a++) {
        error[a] = scale[a] * (known_mean(calibration, &calibration->function[a], correlation) - G[a * p]);
        good = good && isfinite(error[a]);
    }
    for (size_t a = 0; a < p; a++)
        for (size_t b = 0; b <= a; b++)
            G[a * p + b] *= scale[a] * scale[b];
    return good;
}

/* Solves G c = error on the independent functions, by a Cholesky factor with pivots; c = 0 for the others. The upper
 * half of G, by columns, is overwritten. */
static void calibration_solve(size_t count, double *G, const double *error, double *c)
{
    const lapack_int p = (lapack_int)count;
    lapack_int pivot[CALIBRATION_FUNCTIONS], rank = 0;
    double chosen[CALIBRATION_FUNCTIONS], work[2 * CALIBRATION_FUNCTIONS];
    const lapack_int info = LAPACKE_dpstrf_work(LAPACK_COL_MAJOR, 'U', p, G, p, pivot, &rank, TOLERANCE, work);
    lapack_done(info > 0 ? 0 : info); /* above 0: not all functions are independent */
    for (lapack_int a = 0; a < rank; a++)
        chosen[a] = error[pivot[a] - 1];
    lapack_done(LAPACKE_dpotrs_work(LAPACK_COL_MAJOR, 'U', rank, 1, G, p, chosen, rank));
    memset(c, 0, count * sizeof *c);
    for (lapack_int a = 0; a < rank; a++)
        c[pivot[a] - 1] = chosen[a];
}

/* Weights 1 + factor correction[i], factor <= 1 such that no weight is negative. */
static void keep_positive(size_t n, double *weight)
{
    double largest = 1;
    for (size_t i = 0; i < n; i++)
        largest = fmax(largest, fabs(weight[i]));
    for (size_t i = 0; i < n; i++)
        weight[i] = 1 + weight[i] / largest;
}

void calibration_weigh(struct calibration *calibration, double variance, double correlation)
{
    const size_t n = calibration->paths->group.paths, count = calibration->count;
    const int paths = (int)n, p = (int)count;
    double error[CALIBRATION_FUNCTIONS], c[CALIBRATION_FUNCTIONS], scale[CALIBRATION_FUNCTIONS];
    double G[CALIBRATION_FUNCTIONS * CALIBRATION_FUNCTIONS] = {0};
    memset(calibration->weight, 0, n * sizeof(double));
    if (variance > 0) {
        evaluate(calibration, sqrt(variance));
        cblas_dsyrk(CblasColMajor, CblasUpper, CblasTrans, p, paths, 1 / (double)n, calibration->value, paths, 0, G, p);
    }
    if (variance > 0 && standardise(calibration, correlation, G, scale, error)) {
        calibration_solve(count, G, error, c);
        for (size_t a = 0; a < count; a++)
            c[a] *= scale[a];
        cblas_dgemv(CblasColMajor, CblasNoTrans, paths, p, 1, calibration->value, paths, c, 1, 0, calibration->weight,
                    1);
    }
    keep_positive(n, calibration->weight);
}

const double *calibration_weighted(struct calibration *calibration, const double *g)
{
    const size_t n = calibration->paths->group.paths;
    const double *weight = calibration->weight;
    double *weighted = calibration->weighted, wanted = 0, square = 0;
    for (size_t i = 0; i < n; i++) {
        weighted[i] = (0.5 + 0.5 * weight[i]) * g[i];
        wanted += weight[i] * g[i] * g[i];
        square += weighted[i] * weighted[i];
    }
    const double scale = wanted > 0 && square > 0 ? sqrt(wanted / square) : 1;
    for (size_t i = 0; i < n; i++)
        weighted[i] *= scale;
    return weighted;
}
