/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One pass over the chunks: pending rows, fields, losses, batches, forces, products. And the examples before the first. */
#include "solver/conditional/conditional.h"

#include "models/run/simd.h"
#include <math.h>
#include <omp.h>
#include <string.h>

#define REPLICA_OWNERS (1u << 20) /* owners of streams: more than there can be groups */

/* ---- examples -------------------------------------------------------------------------------------------------- */

static struct sgdmft_stream chunk_stream(const struct conditional *s, enum sgdmft_purpose purpose, uint32_t replica, long step,
                                         size_t b)
{
    struct sgdmft_stream stream =
        sgdmft_stream_open(s->group.run->seed, purpose, s->owner + replica * REPLICA_OWNERS, (uint32_t)step);
    sgdmft_stream_part(&stream, s->first_chunk + (uint32_t)b);
    return stream;
}

/* Normals in a slot of chunk b, 0 behind its examples. channel tells rows of one step apart. */
static void draw_row(const struct conditional *s, size_t b, size_t slot, long step, size_t channel)
{
    struct sgdmft_stream stream = chunk_stream(s, SGDMFT_ROW_FRESH, (uint32_t)channel, step, b);
    const size_t count = rows_count(&s->rows, b);
    float *row = rows_at(&s->rows, b, slot);
    sgdmft_normals_single(&stream, count, row);
    memset(row + count, 0, (s->rows.chunk - count) * sizeof *row);
}

static size_t component_of(const struct sgdmft_component *component, size_t count, double uniform)
{
    size_t a = 0;
    double upper = component[0].weight;
    while (uniform > upper && a + 1 < count)
        upper += component[++a].weight;
    return a;
}

static void draw_labels(struct conditional *s, size_t b)
{
    enum { COMPONENT, FLIP, TARGET, NOISE, DRAWS };
    const struct sgdmft_run *run = s->group.run;
    struct sgdmft_component component[SGDMFT_COMPONENTS_MAX];
    const size_t components = run->data->components(run, component), first = rows_first(&s->rows, b), count = rows_count(&s->rows, b);
    const bool classes = sgdmft_has_classes(run);
    double draw[DRAWS][ROWS_CHUNK_MAX];
    struct sgdmft_stream stream = chunk_stream(s, SGDMFT_PATH_LABEL, 0, 0, b);
    sgdmft_uniforms(&stream, count, draw[COMPONENT]);
    sgdmft_uniforms(&stream, count, draw[FLIP]);
    sgdmft_normals(&stream, count, draw[TARGET]);
    sgdmft_normals(&stream, count, draw[NOISE]);
    const float *u = rows_at(&s->rows, b, s->rows.field_slot[0]);
    for (size_t i = 0; i < count; i++) {
        const struct sgdmft_component *own = &component[component_of(component, components, draw[COMPONENT][i])];
        if (s->centre)
            s->centre[first + i] = (float)own->centre;
        s->y[first + i] = sgdmft_label(run, own, (double)u[i], (double[2]){draw[TARGET][i], draw[NOISE][i]}, draw[FLIP][i]);
        s->flipped[first + i] = classes && sgdmft_label_flipped(run, draw[FLIP][i]);
    }
    for (size_t i = first; i < first + count && s->replicas > 1; i++) {
        s->y[s->rows.examples + i] = s->y[i];
        s->flipped[s->rows.examples + i] = s->flipped[i];
    }
}

void conditional_draw_examples(struct conditional *s)
{
    const struct sgdmft_run *run = s->group.run;
    const double across = run->norm0 - run->overlap0 * run->overlap0;
    s->rows.field_slot[s->rows.fields++] = rows_take(&s->rows);
    if (across > 0)
        s->rows.field_slot[s->rows.fields++] = rows_take(&s->rows);
    s->space.explored = s->rows.fields;
    for (size_t c = 0; c < s->replicas; c++) {
        s->space.vector[c].along[0] = run->overlap0;
        if (across > 0)
            s->space.vector[c].along[1] = sqrt(across);
    }
#pragma omp parallel for num_threads(s->group.threads) if (s->group.threads > 1)
    for (size_t b = 0; b < s->rows.chunks; b++) {
        for (size_t a = 0; a < s->rows.fields; a++)
            draw_row(s, b, s->rows.field_slot[a], 0, a);
        draw_labels(s, b);
    }
}

/* ---- the pass -------------------------------------------------------------------------------------------------- */

struct pass_columns conditional_columns(const struct conditional *s)
{
    struct pass_columns columns = {.fields = 0};
    columns.frame = s->rows.fields * s->acting;
    columns.centre = columns.frame + frame_columns(&s->frame);
    columns.loss = columns.centre + s->acting;
    columns.wrong = columns.loss + s->replicas;
    columns.count = columns.wrong + s->replicas;
    return columns;
}

/* r = c m + sqrt(Delta) field of a channel, over the examples of a chunk. */
static SIMD_CLONES void pre_activations(const struct conditional *s, size_t count, const float *field, const float *centre, double overlap,
                                        double *r)
{
    const double root = sqrt(s->variance);
    for (size_t i = 0; i < count; i++)
        r[i] = root * (double)field[i];
    for (size_t i = 0; i < count && centre; i++)
        r[i] += overlap * (double)centre[i];
}

static SIMD_CLONES void select_force(size_t count, const unsigned char *selected, double weight, const double *force, float *g)
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

struct chunk_forces {
    double first[ROWS_CHUNK_MAX], second[ROWS_CHUNK_MAX], value[ROWS_CHUNK_MAX];
};

static void select_batch(struct conditional *s, size_t replica, size_t b)
{
    const struct sgdmft_run *run = s->group.run;
    const size_t first = replica * s->rows.examples + rows_first(&s->rows, b);
    struct sgdmft_stream stream = chunk_stream(s, SGDMFT_PATH_BATCH, (uint32_t)replica, s->k, b);
    run->rule->select(run, &stream, s->k, rows_count(&s->rows, b), s->selected + first, s->place + first);
}

/* The forces of chunk b in the slots of the frame. `acts` is false at the end of the run, which needs losses only. */
static void react(struct conditional *s, size_t b, bool acts, float (*field)[ROWS_CHUNK_MAX], const struct pass_columns *columns)
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
        pre_activations(s, count, field[a], centre, s->space.vector[channel->vector].along[0], r);
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
            select_batch(s, channel->replica, b);
        for (size_t i = 0; i < count && channel->derivative; i++)
            forces.value[i] = forces.second[i] * own[i];
        float *g = rows_at(&s->rows, b, s->frame.slot[a]);
        select_force(count, s->selected + place, weight, channel->derivative ? forces.value : forces.first, g);
        memset(g + count, 0, (s->rows.chunk - count) * sizeof *g);
        sum[columns->centre + a] = centre ? centre_product(count, centre, g) : 0;
    }
}

static void pass_chunk(struct conditional *s, size_t b, bool acts, const double *const *weight, const struct pass_columns *columns)
{
    float(*field)[ROWS_CHUNK_MAX] = (void *)(s->scratch + (size_t)omp_get_thread_num() * s->channels * ROWS_CHUNK_MAX);
    rows_form(&s->rows, b, s->old_forces, s->targets, s->new_forces, s->target);
    rows_fields(&s->rows, b, s->acting, weight, field);
    react(s, b, acts, field, columns);
    if (!acts)
        return;
    for (size_t a = 0; a < s->frame.freshes; a++)
        draw_row(s, b, s->frame.fresh_slot[a], s->k + 1, a);
    rows_products(&s->rows, b, true, s->acting, s->frame.slot, columns->fields);
    frame_measure(&s->frame, &s->rows, b, columns->frame);
}

/* Probes that are switched on in this step. */
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
    const double *weight[ROWS_CHANNELS_MAX];
    for (size_t a = 0; a < s->acting; a++)
        weight[a] = s->space.vector[s->channel[s->act[a]].vector].along;
    frame_begin(&s->frame, s->acting, s->acting + starting(s), s->rows.forces);
    for (size_t a = 0; a < s->acting && acts; a++)
        s->frame.slot[a] = rows_take(&s->rows);
    for (size_t a = 0; a < s->frame.freshes && acts; a++)
        s->frame.fresh_slot[a] = rows_take(&s->rows);
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
