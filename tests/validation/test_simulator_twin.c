/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The slow twin of the simulator, and a test that it is the gradient of the loss that it measures. */
#include "tests/given.h"
#include "tests/validation/simulator_twin.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

TestSuite(simulator_twin, .timeout = 10);

/* All of `count` streams' numbers, from a fresh stream. */
static void twin_draw(const struct sgdmft_run *run, enum sgdmft_purpose purpose, uint32_t owner, uint32_t step,
                      bool normal, size_t count, double *out)
{
    struct sgdmft_stream stream = sgdmft_stream_open(run->seed, purpose, owner, step);
    if (normal)
        sgdmft_normals(&stream, count, out);
    else
        sgdmft_uniforms(&stream, count, out);
}

struct sgdmft_run twin_run(const char *first, const char *second)
{
    scoped_settings *settings = sgdmft_settings_create();
    struct sgdmft_run run;
    struct sgdmft_error error = {.status = SGDMFT_OK};
    cr_assert_eq(given_words(settings, first, &error), SGDMFT_OK, "%s", error.text);
    cr_assert_eq(given_words(settings, second, &error), SGDMFT_OK, "%s", error.text);
    if (!sgdmft_settings_get(settings, "threads"))
        sgdmft_settings_set(settings, "threads", "1", &error);
    cr_assert_eq(sgdmft_run_resolve(settings, &run, NULL, &error), SGDMFT_OK, "%s", error.text);
    return run;
}

double twin_product(const struct sgdmft_run *run, const double *a, const double *b)
{
    double sum = 0;
    for (long i = 0; i < run->dim; i++)
        sum += a[i] * b[i];
    return sum;
}

static bool twin_is(const struct sgdmft_entry *entry, const char *name)
{
    return strcmp(entry->name, name) == 0;
}

static double twin_sign(double x)
{
    return x < 0 ? -1 : 1;
}

/* Centre of the example's component; *label is its label where the component decides it. */
static double twin_component(const struct sgdmft_run *run, double uniform, double *label)
{
    if (twin_is(&run->data->entry, "mixture2")) {
        *label = uniform < 0.5 ? 1 : -1;
        return *label;
    }
    if (twin_is(&run->data->entry, "mixture3")) {
        *label = uniform < 0.5 ? -1 : 1;
        return uniform < 0.5 ? 0 : uniform < 0.75 ? 1 : -1;
    }
    *label = uniform < 0.5 ? 1 : -1;
    return 0;
}

static double twin_label(const struct sgdmft_run *run, double component, double u, double target, double noise,
                         double flip)
{
    double y = component;
    bool classes = true;
    if (twin_is(&run->data->entry, "random") && run->targets == SGDMFT_TARGETS_GAUSSIAN) {
        y = target;
        classes = false;
    } else if (twin_is(&run->data->entry, "teacher")) {
        const double width = run->teacher_width;
        classes = twin_is(&run->teacher->entry, "sign") || twin_is(&run->teacher->entry, "door");
        y = twin_is(&run->teacher->entry, "linear") ? u
            : twin_is(&run->teacher->entry, "abs")  ? fabs(u)
            : twin_is(&run->teacher->entry, "sign") ? twin_sign(u)
                                                    : twin_sign(u * u - width * width);
    }
    if (classes)
        return flip < run->label_noise ? -y : y;
    return y + run->label_noise * noise;
}

static void twin_set_create(const struct sgdmft_run *run, enum sgdmft_purpose input, enum sgdmft_purpose label,
                            uint32_t number, const double *signal, size_t count, struct twin_set *set)
{
    const size_t n = (size_t)run->dim;
    const bool mixture = strncmp(run->data->entry.name, "mixture", 7) == 0;
    const double variance = mixture ? run->cluster_variance : 1;
    double *draw[4];
    for (uint32_t part = 0; part < 4; part++) {
        draw[part] = malloc(count * sizeof(double));
        twin_draw(run, label, number, part, part >= 2, count, draw[part]);
    }
    set->count = count;
    set->row = malloc(count * n * sizeof(double));
    set->label = malloc(count * sizeof(double));
    for (size_t mu = 0; mu < count; mu++) {
        float z[TWIN_DIM_MAX];
        struct sgdmft_stream stream = sgdmft_stream_open(run->seed, input, number, (uint32_t)mu);
        sgdmft_normals_single(&stream, n, z);
        double u = 0, component;
        const double centre = twin_component(run, draw[0][mu], &component);
        for (size_t i = 0; i < n; i++) {
            u += (double)z[i] * signal[i] / sqrt((double)n);
            set->row[mu * n + i] = centre * signal[i] / sqrt((double)n) + sqrt(variance) * (double)z[i];
        }
        set->label[mu] = twin_label(run, component, u, draw[2][mu], draw[3][mu], draw[1][mu]);
    }
    for (int part = 0; part < 4; part++)
        free(draw[part]);
}

void twin_create(const struct sgdmft_run *run, uint32_t number, struct twin *twin)
{
    const size_t n = (size_t)run->dim, examples = (size_t)lround(run->alpha * (double)run->dim);
    cr_assert_leq(n, TWIN_DIM_MAX);
    cr_assert_leq(run->waiting.count, TWIN_WAITING_MAX);
    memset(twin, 0, sizeof *twin);
    twin_draw(run, SGDMFT_SIGNAL, number, 0, true, n, twin->signal);
    const double length = sqrt(twin_product(run, twin->signal, twin->signal) / (double)n);
    for (size_t i = 0; i < n; i++)
        twin->signal[i] /= length;
    double *w = twin->weights;
    twin_draw(run, SGDMFT_START, number, 0, true, n, w);
    const double along = twin_product(run, w, twin->signal) / (double)n;
    for (size_t i = 0; i < n; i++)
        w[i] -= along * twin->signal[i];
    const double across = sqrt(twin_product(run, w, w) / (double)n);
    for (size_t i = 0; i < n; i++)
        w[i] = run->overlap0 * twin->signal[i] + sqrt(run->norm0 - run->overlap0 * run->overlap0) * w[i] / across;
    const size_t tests = run->test_examples > 0 ? (size_t)run->test_examples : examples;
    twin_set_create(run, SGDMFT_TRAIN_INPUT, SGDMFT_TRAIN_LABEL, number, twin->signal, examples, &twin->train);
    twin_set_create(run, SGDMFT_TEST_INPUT, SGDMFT_TEST_LABEL, number, twin->signal, tests, &twin->test);
    twin->selected = calloc(examples, 1);
    twin->place = calloc(examples, sizeof *twin->place);
}

void twin_free(struct twin *twin)
{
    free(twin->train.row);
    free(twin->train.label);
    free(twin->test.row);
    free(twin->test.label);
    free(twin->selected);
    free(twin->place);
}

/* phi(r) and its derivative */
static double twin_link(const struct sgdmft_run *run, double r, double *slope)
{
    const bool door = twin_is(&run->link->entry, "door");
    *slope = door ? 2 * r : 1;
    return door ? r * r - run->door_width * run->door_width : r;
}

/* l and dl/dr */
static double twin_loss(const struct sgdmft_run *run, double r, double y, double *slope)
{
    double through;
    const double phi = twin_link(run, r, &through);
    double value = 0, first = 0;
    if (twin_is(&run->loss->entry, "square")) {
        value = (phi - y) * (phi - y) / 2;
        first = phi - y;
    } else if (twin_is(&run->loss->entry, "logistic")) {
        value = log(1 + exp(-y * phi));
        first = -y / (1 + exp(y * phi));
    } else if (twin_is(&run->loss->entry, "hinge2")) {
        const double gap = fmax(run->kappa - y * phi, 0);
        value = gap * gap / 2;
        first = -y * gap;
    } else {
        cr_assert(twin_is(&run->loss->entry, "phase"));
        value = (r * r - y * y) * (r * r - y * y) / 2;
        first = 2 * r * (r * r - y * y);
    }
    *slope = first * through;
    return value;
}

static double twin_field(const struct sgdmft_run *run, const struct twin_set *set, size_t mu, const double *w)
{
    return twin_product(run, set->row + mu * (size_t)run->dim, w) / sqrt((double)run->dim);
}

struct twin_values twin_measure(const struct sgdmft_run *run, const struct twin *twin)
{
    const double n = (double)run->dim;
    struct twin_values values = {
        {twin_product(run, twin->weights, twin->signal) / n, twin_product(run, twin->weights, twin->weights) / n}};
    const struct twin_set *const sets[2] = {&twin->train, &twin->test};
    for (size_t s = 0; s < 2; s++) {
        double loss = 0, errors = 0, slope;
        bool classes = true;
        for (size_t mu = 0; mu < sets[s]->count; mu++) {
            const double r = twin_field(run, sets[s], mu, twin->weights), y = sets[s]->label[mu];
            loss += twin_loss(run, r, y, &slope);
            errors += y * twin_link(run, r, &slope) < 0 ? 1 : 0;
            classes = classes && fabs(fabs(y) - 1) <= 0;
        }
        values.series[2 + 2 * s] = loss / (double)sets[s]->count;
        values.series[3 + 2 * s] = classes ? errors / (double)sets[s]->count : (double)NAN;
    }
    return values;
}

/* gradient = sum_mu weight_mu l'(r_mu, y_mu) x_mu/sqrt(N) */
static void twin_gradient(const struct sgdmft_run *run, const struct twin *twin, const double *w, bool all,
                          double *gradient)
{
    const size_t n = (size_t)run->dim;
    memset(gradient, 0, n * sizeof *gradient);
    for (size_t mu = 0; mu < twin->train.count; mu++) {
        double slope;
        if (!all && !twin->selected[mu])
            continue;
        twin_loss(run, twin_field(run, &twin->train, mu, w), twin->train.label[mu], &slope);
        if (run->clip_example > 0)
            slope = fmax(-run->clip_example, fmin(run->clip_example, slope));
        for (size_t i = 0; i < n; i++)
            gradient[i] += slope * twin->train.row[mu * n + i] / sqrt((double)n);
    }
}

static double twin_scheduled(double value, const struct sgdmft_schedule *schedule, long k)
{
    for (size_t i = 0; i < schedule->count; i++)
        if (k >= schedule->from[i])
            value = schedule->value[i];
    return value;
}

/* The same step by step: a cycle is a schedule that begins anew at its last step. */
static double twin_cycled(double value, const struct sgdmft_schedule *cycle, long k)
{
    long within = 0;
    for (long j = 1; cycle->count > 0 && j <= k; j++) {
        within++;
        for (size_t i = 0; i < cycle->count; i++)
            if (within == cycle->from[i])
                value = cycle->value[i];
        if (within == cycle->from[cycle->count - 1])
            within = 0;
    }
    return value;
}

/* cosine and halving:5, the two that the runs of the tests have. */
static double twin_named(const struct sgdmft_run *run, const char *schedule, long k)
{
    if (*schedule == 'c')
        return (1 + cos(M_PI * (double)k / (double)run->steps)) / 2;
    return *schedule == 'h' ? ldexp(1, -(int)(k / 5)) : 1;
}

/* Step k, with batch and thermal noise from the given streams. */
static void twin_move(const struct sgdmft_run *run, long k, struct sgdmft_stream *batches,
                      struct sgdmft_stream *thermal, struct sgdmft_stream *privacy, struct twin *twin)
{
    const size_t n = (size_t)run->dim;
    double gradient[TWIN_DIM_MAX], xi[TWIN_DIM_MAX], *w = twin->weights;
    const double rate = twin_cycled(twin_scheduled(run->rate, &run->rate_steps, k), &run->rate_cycle, k)
                        * twin_named(run, run->rate_schedule, k);
    const double mu = run->momentum * twin_named(run, run->momentum_schedule, k);
    const double batch = twin_cycled(twin_scheduled(run->batch, &run->batch_steps, k), &run->batch_cycle, k);
    const double temperature = twin_scheduled(run->temperature, &run->temperature_steps, k);
    run->rule->select(run, batches, k, twin->train.count, twin->selected, twin->place);
    twin_gradient(run, twin, w, false, gradient);
    sgdmft_normals(thermal, n, xi);
    const double divisor = run->gradient == SGDMFT_GRADIENT_SUM ? 1 : batch;
    const double length = sqrt(twin_product(run, gradient, gradient) / (double)n) / divisor;
    const double cut = run->clip > 0 && length > run->clip ? run->clip / length : 1;
    double noise[TWIN_DIM_MAX];
    sgdmft_normals(privacy, n, noise);
    for (size_t i = 0; i < n; i++)
        gradient[i] = run->ridge * w[i] + cut * gradient[i] / divisor
                      + (run->privacy_noise > 0 ? run->privacy_noise * run->clip_example / divisor * noise[i] : 0);
    twin->gradient_overlap = twin_product(run, w, gradient) / (double)n;
    twin->gradient_norm = twin_product(run, gradient, gradient) / (double)n;
    for (size_t i = 0; i < n; i++) {
        const double g = gradient[i] - twin->force[i];
        double *v = &twin->buffer[i], step = g;
        if (run->momentum > 0) { /* torch.optim.SGD, word by word */
            *v = k == 0 ? g : mu * *v + (1 - run->dampening) * g;
            step = run->nesterov ? g + mu * *v : *v;
        }
        w[i] += -rate * step + sqrt(2 * temperature * rate) * xi[i];
    }
    const double radius = sqrt(twin_product(run, w, w) / (double)n);
    for (size_t i = 0; run->constraint == SGDMFT_CONSTRAINT_SPHERE && i < n; i++)
        w[i] /= radius;
}

void twin_step_replicas(const struct sgdmft_run *run, uint32_t number, long k, size_t replicas, struct twin *twin)
{
    for (size_t j = 0; j < replicas; j++) {
        struct sgdmft_stream batches = sgdmft_stream_open(run->seed, SGDMFT_BATCH, number, (uint32_t)k);
        struct sgdmft_stream thermal = sgdmft_stream_open(run->seed, SGDMFT_THERMAL, number, (uint32_t)k);
        struct sgdmft_stream privacy = sgdmft_stream_open(run->seed, SGDMFT_PRIVACY, number, (uint32_t)k);
        sgdmft_stream_part(&batches, (uint32_t)j);
        sgdmft_stream_part(&thermal, (uint32_t)j);
        sgdmft_stream_part(&privacy, (uint32_t)j);
        twin_move(run, k, &batches, &thermal, &privacy, &twin[j]);
    }
}

void twin_step(const struct sgdmft_run *run, uint32_t number, long k, struct twin *twin)
{
    twin_step_replicas(run, number, k, 1, twin);
}

/* dw/dt at w, tangent to the sphere where there is one */
static void twin_velocity(const struct sgdmft_run *run, const struct twin *twin, const double *w, double *velocity)
{
    const size_t n = (size_t)run->dim;
    twin_gradient(run, twin, w, true, velocity);
    for (size_t i = 0; i < n; i++)
        velocity[i] = -velocity[i] - run->ridge * w[i];
    const bool sphere = run->constraint == SGDMFT_CONSTRAINT_SPHERE;
    const double along = sphere ? twin_product(run, velocity, w) / twin_product(run, w, w) : 0;
    for (size_t i = 0; i < n; i++)
        velocity[i] -= along * w[i];
}

void twin_flow(const struct sgdmft_run *run, double t, struct twin *twin)
{
    const size_t n = (size_t)run->dim;
    const double reach[4] = {0, t / 2, t / 2, t}, share[4] = {t / 6, t / 3, t / 3, t / 6};
    double velocity[TWIN_DIM_MAX] = {0}, at[TWIN_DIM_MAX] = {0}, end[TWIN_DIM_MAX];
    memcpy(end, twin->weights, sizeof end);
    for (int stage = 0; stage < 4; stage++) {
        for (size_t i = 0; i < n; i++)
            at[i] = twin->weights[i] + reach[stage] * velocity[i];
        twin_velocity(run, twin, at, velocity);
        for (size_t i = 0; i < n; i++)
            end[i] += share[stage] * velocity[i];
    }
    memcpy(twin->weights, end, sizeof end);
}

/* Central differences of sum of losses + ridge along a direction: the twin's step is down its own energy. */
Test(simulator_twin, steps_down_the_energy_that_it_measures)
{
    const char *const text[] = {"loss logistic teacher sign", "loss square teacher linear link door rate 0.01",
                                "loss phase teacher abs rate 0.01", "loss hinge2 kappa 0.3 data mixture2"};
    for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
        const struct sgdmft_run run = twin_run("dim 20 rule gd overlap0 0.3", text[i]);
        SCOPED_BY(twin_free) struct twin twin;
        twin_create(&run, 0, &twin);
        double velocity[TWIN_DIM_MAX], start[TWIN_DIM_MAX], energy[2];
        const double step = 1e-5;
        twin_velocity(&run, &twin, twin.weights, velocity);
        memcpy(start, twin.weights, sizeof start);
        for (int side = 0; side < 2; side++) {
            for (int j = 0; j < 20; j++)
                twin.weights[j] = start[j] + (side ? step : -step) * twin.signal[j];
            energy[side] = twin_measure(&run, &twin).series[2] * (double)twin.train.count
                           + run.ridge / 2 * twin_product(&run, twin.weights, twin.weights);
        }
        const double expected = -twin_product(&run, velocity, twin.signal);
        cr_assert_float_eq((energy[1] - energy[0]) / (2 * step), expected, 1e-5 * (1 + fabs(expected)), "%s", text[i]);
    }
}
