/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One pass over the chunks: pending rows, fields, losses, batches, forces, products. */
#include "solver/conditional/conditional.h"

#include "models/base/simd.h"
#include <math.h>
#include <omp.h>
#include <string.h>

struct pass_columns conditional_columns(const struct conditional *s)
{
    struct pass_columns columns = {.fields = 0};
    columns.frame = s->rows.fields * s->acting;
    columns.centre = columns.frame + frame_columns(&s->frame);
    columns.square = columns.centre + s->acting;
    columns.loss = columns.square + s->acting;
    columns.wrong = columns.loss + s->replicas;
    columns.average_loss = columns.wrong + s->replicas;
    columns.average_wrong = columns.average_loss + s->averages;
    columns.count = columns.average_wrong + s->averages;
    return columns;
}

/* r = c m + sqrt(Delta) field of a channel, over the examples of a chunk. */
static SIMD_CLONES void pre_activations(const struct conditional *s, size_t count, const float *field,
                                        const float *centre, double overlap, double *r)
{
    const double root = sqrt(s->variance);
    for (size_t i = 0; i < count; i++)
        r[i] = root * (double)field[i];
    for (size_t i = 0; i < count && centre; i++)
        r[i] += overlap * (double)centre[i];
}

static SIMD_CLONES void select_force(size_t count, const unsigned char *selected, double weight, const double *force,
                                     float *g)
{
    for (size_t i = 0; i < count; i++)
        g[i] = selected[i] ? (float)(weight * force[i]) : 0;
}

static SIMD_CLONES double sum_of(size_t n, const double *x)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < n; i++)
        sum += x[i];
    return sum;
}

static double count_wrong(const struct sgdmft_run *run, size_t count, const double *r, const double *y, double *phi)
{
    double wrong = 0;
    sgdmft_link_evaluate(run, count, r, phi);
    for (size_t i = 0; i < count; i++)
        wrong += phi[i] * y[i] < 0;
    return wrong;
}

static SIMD_CLONES double centre_product(size_t count, const float *centre, const float *g)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (double)centre[i] * (double)g[i];
    return sum;
}

/* Stores the force in a row of its own. With `followed`, g becomes its change since the last step. */
static void keep_force(const struct conditional *s, size_t b, size_t a, float *g)
{
    float *kept = rows_at(&s->rows, b, s->force_slot[a]);
    for (size_t i = 0; i < s->rows.chunk; i++) {
        const float force = g[i];
        g[i] = a < s->followed ? force - kept[i] : force;
        kept[i] = force;
    }
}

struct chunk_forces {
    double first[ROWS_CHUNK_MAX], second[ROWS_CHUNK_MAX], value[ROWS_CHUNK_MAX];
};

/* Computes the forces of chunk b in the slots of the frame. `acts` is false at the end of the run, which needs losses
 * only. */
static void react(struct conditional *s, size_t b, bool acts, float (*field)[ROWS_CHUNK_MAX],
                  const struct pass_columns *columns)
{
    const struct sgdmft_run *run = s->group.run;
    const size_t first = rows_first(&s->rows, b), count = rows_count(&s->rows, b);
    const double *y = s->y + first, weight = sgdmft_batch_weight(run, s->k);
    const float *centre = s->centre ? s->centre + first : NULL;
    double *sum = s->rows.sum + b * s->rows.sums;
    double own[ROWS_CHUNK_MAX];
    struct chunk_forces forces;
    size_t evaluated = SIZE_MAX; /* channel whose losses are in forces */
    for (size_t a = 0; a < s->acting; a++) {
        const struct weight_channel *channel = &s->channel[s->act[a]];
        const bool replica = s->act[a] < s->replicas;
        const size_t place = channel->replica * s->rows.examples + first;
        double *r = replica ? s->r + place : own;
        pre_activations(s, count, field[a], centre, weight_space_overlap(&s->space, channel->vector), r);
        if (channel->derivative && evaluated != 0)
            sgdmft_loss_evaluate(run, count, s->r + first, y, forces.value, forces.first, forces.second);
        else if (!channel->derivative)
            sgdmft_loss_evaluate(run, count, r, y, forces.value, forces.first, forces.second);
        evaluated = channel->derivative ? 0 : a;
        if (replica) {
            sum[columns->loss + a] = sum_of(count, forces.value);
            sum[columns->wrong + a] = sgdmft_has_classes(run) ? count_wrong(run, count, r, y, forces.value) : 0;
        }
        if (!acts)
            continue;
        if (replica)
            conditional_select(s, channel->replica, b);
        for (size_t i = 0; i < count && channel->derivative; i++)
            forces.value[i] = forces.second[i] * own[i];
        float *g = rows_at(&s->rows, b, s->frame.slot[a]);
        select_force(count, s->selected + place, weight, channel->derivative ? forces.value : forces.first, g);
        memset(g + count, 0, (s->rows.chunk - count) * sizeof *g);
        sum[columns->centre + a] = centre ? centre_product(count, centre, g) : 0;
        keep_force(s, b, a, g);
        sum[columns->square + a] = rows_product(&s->rows, b, s->force_slot[a], s->force_slot[a]);
    }
}

/* Computes the losses of the averaged weights, whose fields are behind those of the acting channels. */
static void measure_averages(struct conditional *s, size_t b, float (*field)[ROWS_CHUNK_MAX],
                             const struct pass_columns *columns)
{
    const struct sgdmft_run *run = s->group.run;
    const size_t first = rows_first(&s->rows, b), count = rows_count(&s->rows, b);
    double *sum = s->rows.sum + b * s->rows.sums, r[ROWS_CHUNK_MAX], value[ROWS_CHUNK_MAX];
    for (size_t c = 0; c < s->averages; c++) {
        pre_activations(s, count, field[s->acting + c], s->centre ? s->centre + first : NULL,
                        weight_space_overlap(&s->space, s->average_vector + c), r);
        sgdmft_loss_evaluate(run, count, r, s->y + first, value, NULL, NULL);
        sum[columns->average_loss + c] = sum_of(count, value);
        sum[columns->average_wrong + c] = sgdmft_has_classes(run) ? count_wrong(run, count, r, s->y + first, value) : 0;
    }
}

static void pass_chunk(struct conditional *s, size_t b, bool acts, const double *const *weight,
                       const struct pass_columns *columns)
{
    float(*field)[ROWS_CHUNK_MAX] =
        (void *)(s->scratch + (size_t)omp_get_thread_num() * (s->channels + s->averages) * ROWS_CHUNK_MAX);
    rows_form(&s->rows, b, s->old_forces, s->targets, s->new_forces, s->target);
    rows_fields(&s->rows, b, s->acting + s->averages, weight, field);
    react(s, b, acts, field, columns);
    measure_averages(s, b, field, columns);
    if (!acts)
        return;
    for (size_t a = 0; a < s->frame.freshes; a++)
        conditional_draw_row(s, b, s->frame.fresh_slot[a], s->k + 1, a);
    rows_products(&s->rows, b, true, s->acting, s->force_slot, columns->fields);
    frame_measure(&s->frame, &s->rows, b, columns->frame);
}

/* Number of probes that begin in this step. */
static size_t starting(const struct conditional *s)
{
    size_t count = 0;
    for (size_t c = s->replicas; c < s->channels; c++)
        count += s->channel[c].since == s->k;
    return count;
}

void conditional_pass(struct conditional *s)
{
    const bool acts = s->k < s->group.run->steps;
    const double *weight[ROWS_CHANNELS_MAX + 2];
    for (size_t a = 0; a < s->acting; a++)
        weight[a] = s->space.vector[s->channel[s->act[a]].vector].along;
    for (size_t c = 0; c < s->averages; c++)
        weight[s->acting + c] = s->space.vector[s->average_vector + c].along;
    frame_begin(&s->frame, s->acting, s->acting + starting(s), s->rows.forces, s->followed);
    for (size_t a = 0; a < s->acting && acts; a++)
        s->frame.slot[a] = rows_take(&s->rows, ROW_FORCE);
    for (size_t a = 0; a < s->frame.freshes && acts; a++)
        s->frame.fresh_slot[a] = rows_take(&s->rows, ROW_FIELD);
    const struct pass_columns columns = conditional_columns(s);
#pragma omp parallel for num_threads(s->group.threads) if (s->group.threads > 1)
    for (size_t b = 0; b < s->rows.chunks; b++)
        pass_chunk(s, b, acts, weight, &columns);
    if (acts)
        rows_total(&s->rows, columns.count, s->total);
    else
        for (size_t i = columns.loss; i < columns.count; i++) {
            s->total[i] = 0;
            for (size_t b = 0; b < s->rows.chunks; b++)
                s->total[i] += s->rows.sum[b * s->rows.sums + i];
        }
    s->targets = 0;
}
