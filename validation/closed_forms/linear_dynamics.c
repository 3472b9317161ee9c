/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exact dynamics of the linear model (square loss, linear link, teacher u), rows x ~ N(0, I_N), labels
 * y = u + a n with n ~ N(0,1) and a = label_noise. In the eigenbasis of H = x^T x/N a step reads
 *
 *     w' = (1 - eta lambda) w - eta c (H (w - v) - h) + batch noise + thermal noise,   h = a x^T n/sqrt(N),
 *
 * c = (weight of a selected example) b, which is 1 for "batch" and b for "sum" normalisation. v, the start's own
 * direction and h have independent Gaussian components, of variance 1, 1 and a^2 s, so that mode s is
 * w = m v + sqrt(C0 - m0^2) g * start + n h + fluctuation of variance V, with q = 1 - eta (lambda + c s) and
 *
 *     m' = q m + eta c s,   g' = q g,   n' = q n + eta c,
 *     V' = q^2 V + eta^2 (weight^2 b (1 - b)) (2 E/alpha) s + 2 T eta,
 *     E  = (1/2) <s [(m-1)^2 + (C0 - m0^2) g^2 + V] + a^2 (s n - 1)^2> + a^2 (alpha - 1)/2.
 *
 * E is the loss per dimension: the residuals of the examples are spread evenly over the left singular vectors of x
 * (these are uniformly distributed), which is what gives the batch noise its covariance 2 E/alpha H. Theory notes
 * section 11; the label noise is added here. For rule flow, q = exp(-eta (lambda + s)) and eta c turns into (1 -
 * q)/(lambda + s).
 *
 * With momentum (A1) a mode is the pair of w and the buffer, (w', b') = M (w, b) + ..., and the fluctuation a
 * covariance of the two; their noise is that of the gradient, in the direction in which the gradient acts.
 *
 * Every average is over a polynomial of degree below 2k + 4 in s, so that k + 4 Gauss nodes give it exactly. */
#include "models/run/parameter_table.h"
#include "validation/closed_forms/marchenko_pastur.h"

#include <math.h>
#include <sgdmft/closed_forms.h>
#include <stdlib.h>

enum { NODES_MIN = 64, NODES_MAX = 640 };

struct modes {
    size_t count;
    double *value, *weight;                       /* eigenvalues s and their weights */
    double *signal, *start, *noise, *fluctuation; /* m, g, n, V */
    /* Parts of the buffer along m, g, n, its covariance with w, and its variance. */
    double *signal_buffer, *start_buffer, *noise_buffer, *mixed, *buffer;
};

/* One step of (w, b) under a gradient kappa w - source. */
struct pair_map {
    double ww, wb, bw, bb; /* M */
    double w, b;           /* effect of a unit of the source */
};

static enum sgdmft_status linear_check(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    if (!run->rule->independent)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "rule %s: the closed form of the linear model is for gd, sgd, langevin and flow",
                           run->rule->entry.name);
    if (!run->loss->linear_force)
        return sgdmft_fail(error, SGDMFT_USAGE, "loss %s: the linear model has loss square", run->loss->entry.name);
    if (!run->link->linear)
        return sgdmft_fail(error, SGDMFT_USAGE, "link %s: the linear model has link linear", run->link->entry.name);
    if (!effect_teacher(run) || !sgdmft_inputs_are_centred(run))
        return sgdmft_fail(error, SGDMFT_USAGE, "data %s: the linear model has data teacher", run->data->entry.name);
    if (!run->teacher->linear)
        return sgdmft_fail(error, SGDMFT_USAGE, "teacher %s: the linear model has teacher linear",
                           run->teacher->entry.name);
    if (run->clip > 0 || run->clip_example > 0)
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: with a bound the dynamics is not linear",
                           run->clip > 0 ? "clip" : "clip_example");
    if (!sgdmft_spectrum_is_plain(sgdmft_spectrum(run)) || sgdmft_variance(run) != 1)
        return sgdmft_fail(error, SGDMFT_USAGE, "covariance_spectrum: the linear model has inputs of covariance 1");
    if (run->constraint != SGDMFT_CONSTRAINT_NONE)
        return sgdmft_fail(error, SGDMFT_USAGE, "constraint sphere: the linear model has no closed form on the sphere");
    return SGDMFT_OK;
}

static bool modes_create(const struct sgdmft_run *run, struct modes *modes)
{
    const long wanted = run->steps + 8;
    const size_t nodes = (size_t)(wanted < NODES_MIN ? NODES_MIN : wanted > NODES_MAX ? NODES_MAX : wanted);
    const size_t room = nodes + 1;
    double *block = calloc(11 * room, sizeof *block);
    if (!block)
        return false;
    *modes = (struct modes){.value = block,
                            .weight = block + room,
                            .signal = block + 2 * room,
                            .start = block + 3 * room,
                            .noise = block + 4 * room,
                            .fluctuation = block + 5 * room,
                            .signal_buffer = block + 6 * room,
                            .start_buffer = block + 7 * room,
                            .noise_buffer = block + 8 * room,
                            .mixed = block + 9 * room,
                            .buffer = block + 10 * room};
    if (run->rule->fresh) { /* the population's Hessian is alpha times 1 */
        modes->count = 1;
        modes->value[0] = run->alpha;
        modes->weight[0] = 1.0;
    } else
        modes->count = marchenko_pastur_nodes(run->alpha, nodes, modes->value, modes->weight);
    for (size_t j = 0; j < modes->count; j++) {
        modes->signal[j] = run->overlap0;
        modes->start[j] = 1.0;
    }
    if (!modes->count)
        free(block);
    return modes->count > 0;
}

/* m, C(k,k) and the loss per dimension E of the present step. */
static void modes_measure(const struct sgdmft_run *run, const struct modes *modes, double *overlap, double *norm,
                          double *energy)
{
    const double spread = run->norm0 - run->overlap0 * run->overlap0;
    const double label_variance = run->label_noise * run->label_noise;
    double m = 0.0, c = 0.0, e = label_variance * (run->alpha - 1.0);

    for (size_t j = 0; j < modes->count; j++) {
        const double s = modes->value[j], signal = modes->signal[j], noise = modes->noise[j];
        const double random = spread * modes->start[j] * modes->start[j] + modes->fluctuation[j];
        const double misfit = (signal - 1.0) * (signal - 1.0) + random;
        m += modes->weight[j] * signal;
        c += modes->weight[j] * (signal * signal + random + label_variance * s * noise * noise);
        e += modes->weight[j] * (s * misfit + label_variance * (s * noise - 1.0) * (s * noise - 1.0));
    }
    *overlap = m;
    *norm = c;
    *energy = 0.5 * e;
}

static struct pair_map pair_map_of(const struct sgdmft_run *run, long k, double curvature)
{
    const double rate = sgdmft_rate(run, k), mu = sgdmft_momentum(run, k), share = sgdmft_gradient_share(run, k);
    const double direct = run->nesterov ? 1.0 : 0.0,
                 through = run->nesterov ? mu : 1.0; /* step = direct g + through b */
    if (run->rule->continuous)
        return (struct pair_map){.ww = exp(-rate * curvature),
                                 .w = curvature > 0.0 ? -expm1(-rate * curvature) / curvature : rate};
    const double pull = rate * (direct + through * share);
    return (struct pair_map){.ww = 1.0 - pull * curvature,
                             .wb = -rate * through * mu,
                             .bw = share * curvature,
                             .bb = mu,
                             .w = pull,
                             .b = -share};
}

static void pair_advance(const struct pair_map *map, double source, double *w, double *b)
{
    const double old = *w;
    *w = map->ww * old + map->wb * *b + map->w * source;
    *b = map->bw * old + map->bb * *b + map->b * source;
}

/* Advances the covariance of (w, b), with noise of this variance in the source. */
static void pair_fluctuate(const struct pair_map *map, double noise, double *ww, double *wb, double *bb)
{
    const double a = *ww, c = *wb, d = *bb;
    *ww = map->ww * map->ww * a + 2.0 * map->ww * map->wb * c + map->wb * map->wb * d + map->w * map->w * noise;
    *wb = map->ww * map->bw * a + (map->ww * map->bb + map->wb * map->bw) * c + map->wb * map->bb * d
          + map->w * map->b * noise;
    *bb = map->bw * map->bw * a + 2.0 * map->bw * map->bb * c + map->bb * map->bb * d + map->b * map->b * noise;
}

static void modes_advance(const struct sgdmft_run *run, long k, double energy, struct modes *modes)
{
    const double batch = sgdmft_batch(run, k), weight = sgdmft_batch_weight(run, k);
    const bool fresh = run->rule->fresh;
    const double force = weight * batch, scatter = weight * weight * batch * (fresh ? 1.0 : 1.0 - batch);
    const double thermal_noise = 2.0 * sgdmft_temperature(run, k) * sgdmft_rate(run, k);

    for (size_t j = 0; j < modes->count; j++) {
        const double s = modes->value[j];
        const struct pair_map map = pair_map_of(run, k, run->ridge + force * s);
        pair_advance(&map, force * s, &modes->signal[j], &modes->signal_buffer[j]);
        pair_advance(&map, 0.0, &modes->start[j], &modes->start_buffer[j]);
        pair_advance(&map, fresh ? 0.0 : force, &modes->noise[j], &modes->noise_buffer[j]);
        pair_fluctuate(&map, scatter * 2.0 * energy / run->alpha * s, &modes->fluctuation[j], &modes->mixed[j],
                       &modes->buffer[j]);
        modes->fluctuation[j] += thermal_noise;
    }
}

enum sgdmft_status sgdmft_linear_dynamics(const struct sgdmft_run *run, double *overlap, double *norm,
                                          double *train_loss, struct sgdmft_error *error)
{
    const enum sgdmft_status status = linear_check(run, error);
    if (status != SGDMFT_OK)
        return status;
    struct modes modes;
    if (!modes_create(run, &modes))
        return sgdmft_fail(error, SGDMFT_USAGE, "closed form of the linear model: out of memory");

    for (long k = 0; k <= run->steps; k++) {
        double m, c, energy;
        modes_measure(run, &modes, &m, &c, &energy);
        if (overlap)
            overlap[k] = m;
        if (norm)
            norm[k] = c;
        if (train_loss)
            train_loss[k] = energy / run->alpha;
        if (k < run->steps)
            modes_advance(run, k, energy, &modes);
    }
    free(modes.value);
    return SGDMFT_OK;
}
