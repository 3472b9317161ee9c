/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Data laws: moments of the components, what symmetries they have, and labels with noise. */
#include "tests/models/fixture.h"

#include <criterion/criterion.h>
#include <math.h>

#define DRAWS 200000

TestSuite(data, .timeout = 20);

/* E[c], E[c^2], E[y], E[c y] of the laws with fixed labels (THEORY section 1). */
Test(data, component_moments)
{
    const struct {
        const char *name;
        double c, cc, y, cy;
    } expected[] = {
        {"random", 0, 0, 0, 0},
        {"mixture2", 0, 1, 0, 1},
        {"mixture3", 0, 0.5, 0, 0},
    };
    struct sgdmft_run run = fixture_run();
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct sgdmft_component component[SGDMFT_COMPONENTS_MAX];
        run.data = fixture_data(expected[i].name);
        const size_t count = run.data->components(&run, component);
        double weight = 0, c = 0, cc = 0, y = 0, cy = 0;
        for (size_t k = 0; k < count; k++) {
            cr_assert(component[k].source == SGDMFT_LABEL_FIXED && fabs(fabs(component[k].label) - 1) <= 0);
            weight += component[k].weight;
            c += component[k].weight * component[k].centre;
            cc += component[k].weight * component[k].centre * component[k].centre;
            y += component[k].weight * component[k].label;
            cy += component[k].weight * component[k].centre * component[k].label;
        }
        cr_assert(fabs(weight - 1) < 1e-15 && fabs(c - expected[i].c) < 1e-15 && fabs(cc - expected[i].cc) < 1e-15);
        cr_assert(fabs(y - expected[i].y) < 1e-15 && fabs(cy - expected[i].cy) < 1e-15, "%s", expected[i].name);
    }
}

/* mixture3: y = -1 in the middle and only there. */
Test(data, mixture3_labels)
{
    struct sgdmft_run run = fixture_run();
    struct sgdmft_component component[SGDMFT_COMPONENTS_MAX];
    run.data = fixture_data("mixture3");
    const size_t count = run.data->components(&run, component);
    double middle = 0;
    for (size_t k = 0; k < count; k++) {
        cr_assert((component[k].label < 0) == (fabs(component[k].centre) < 0.5));
        middle += fabs(component[k].centre) < 0.5 ? component[k].weight : 0;
    }
    cr_assert(fabs(middle - 0.5) < 1e-15);
}

Test(data, sources_and_classes)
{
    const struct {
        const char *data, *teacher;
        int targets;
        bool classes;
    } expected[] = {
        {"random", "linear", SGDMFT_TARGETS_SIGN, true},       {"random", "sign", SGDMFT_TARGETS_GAUSSIAN, false},
        {"teacher", "linear", SGDMFT_TARGETS_SIGN, false},     {"teacher", "abs", SGDMFT_TARGETS_SIGN, false},
        {"teacher", "sign", SGDMFT_TARGETS_GAUSSIAN, true},    {"teacher", "door", SGDMFT_TARGETS_SIGN, true},
        {"mixture2", "linear", SGDMFT_TARGETS_GAUSSIAN, true}, {"mixture3", "abs", SGDMFT_TARGETS_SIGN, true},
    };
    struct sgdmft_run run = fixture_run();
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        run.data = fixture_data(expected[i].data);
        run.teacher = fixture_teacher(expected[i].teacher);
        run.targets = expected[i].targets;
        cr_assert(sgdmft_has_classes(&run) == expected[i].classes, "%s, %s", expected[i].data, expected[i].teacher);
    }
}

Test(data, variance)
{
    struct sgdmft_run run = fixture_run();
    run.cluster_variance = 0.3;
    for (size_t i = 0; sgdmft_data_laws[i]; i++) {
        run.data = sgdmft_data_laws[i];
        const bool mixture = strncmp(run.data->entry.name, "mixture", 7) == 0;
        cr_assert(run.data->free_variance == mixture);
        cr_assert(fabs(sgdmft_variance(&run) - (mixture ? 0.3 : 1)) < 1e-15, "%s", run.data->entry.name);
    }
}

/* symmetric: the weight of (c, y) equals that of (-c, y). signal: something depends on v. */
Test(data, symmetry_and_signal)
{
    struct sgdmft_run run = fixture_run();
    run.derived.dataset = (struct sgdmft_dataset){.rows = 10, .positives = 4, .separation = 1};
    for (size_t i = 0; sgdmft_data_laws[i]; i++) {
        struct sgdmft_component component[SGDMFT_COMPONENTS_MAX];
        run.data = sgdmft_data_laws[i];
        const size_t count = run.data->components(&run, component);
        cr_assert(count >= 1 && count <= SGDMFT_COMPONENTS_MAX);
        bool symmetric = true, signal = false;
        for (size_t k = 0; k < count; k++) {
            double there = 0, mirrored = 0;
            for (size_t l = 0; l < count; l++) {
                if (fabs(component[l].label - component[k].label) > 0)
                    continue;
                there += fabs(component[l].centre - component[k].centre) > 0 ? 0 : component[l].weight;
                mirrored += fabs(component[l].centre + component[k].centre) > 0 ? 0 : component[l].weight;
            }
            symmetric = symmetric && fabs(there - mirrored) < 1e-15;
            signal = signal || fabs(component[k].centre) > 0 || component[k].source == SGDMFT_LABEL_TEACHER;
        }
        cr_assert(symmetric == run.data->symmetric && signal == run.data->signal, "%s", run.data->entry.name);
    }
}

/* Labels of one component drawn DRAWS times: mean and variance of y and of y times its noiseless value. */
struct data_moments {
    double mean, variance, agreement, shift_variance;
};

static struct data_moments data_draw(const struct sgdmft_run *run, size_t which, uint32_t test)
{
    static double normal[4 * DRAWS];
    struct sgdmft_component component[SGDMFT_COMPONENTS_MAX];
    struct sgdmft_run clean = *run;
    struct sgdmft_stream stream = fixture_stream(test);
    struct data_moments moments = {0};
    cr_assert(which < run->data->components(run, component));
    clean.label_noise = 0;
    sgdmft_normals(&stream, 3 * (size_t)DRAWS, normal);
    sgdmft_uniforms(&stream, DRAWS, normal + 3 * DRAWS);
    for (size_t i = 0; i < DRAWS; i++) {
        const double *z = normal + 2 * i, u = normal[2 * DRAWS + i], uniform = normal[3 * DRAWS + i];
        const double y = sgdmft_label(run, &component[which], u, z, uniform);
        const double before = sgdmft_label(&clean, &component[which], u, z, uniform);
        moments.mean += y / DRAWS;
        moments.variance += y * y / DRAWS;
        moments.agreement += y * before / DRAWS;
        moments.shift_variance += (y - before) * (y - before) / DRAWS;
    }
    moments.variance -= moments.mean * moments.mean;
    return moments;
}

/* Flips with probability p: E[y y_clean] = 1 - 2p, standard error 2 sqrt(p(1-p)/DRAWS) = 0.0016, bound 5 of them. */
Test(data, class_labels_flip)
{
    const char *const law[] = {"random", "teacher", "mixture2", "mixture3"};
    const char *const teacher[] = {"sign", "door"};
    struct sgdmft_run run = fixture_run();
    run.label_noise = 0.15;
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < 2; j++) {
            run.data = fixture_data(law[i]);
            run.teacher = fixture_teacher(teacher[j]);
            const struct data_moments moments = data_draw(&run, 0, (uint32_t)(100 + i));
            cr_assert(fabs(moments.agreement - 0.7) < 0.008, "%s: agreement %g", law[i], moments.agreement);
        }
}

/* Real labels: y = clean + N(0, s^2); s^2 = 0.16 is found to 5 standard errors, 5 s^2 sqrt(2/DRAWS) = 0.0026. */
Test(data, real_labels_get_gaussian_noise)
{
    struct sgdmft_run run = fixture_run();
    run.label_noise = 0.4;
    const char *const teacher[] = {"linear", "abs"};
    for (size_t j = 0; j < 2; j++) {
        run.teacher = fixture_teacher(teacher[j]);
        const struct data_moments moments = data_draw(&run, 0, (uint32_t)(110 + j));
        const double variance = j == 0 ? 1 : 1 - 2 / M_PI; /* of u, of |u| */
        cr_assert(fabs(moments.shift_variance - 0.16) < 0.0026, "%g", moments.shift_variance);
        cr_assert(fabs(moments.variance - (variance + 0.16)) < 0.02, "%g", moments.variance);
        cr_assert(fabs(moments.mean - (j == 0 ? 0 : sqrt(2 / M_PI))) < 0.013, "%g", moments.mean);
    }
}

/* Gaussian targets: N(0, 1 + s^2), from normal[0] and not from u. */
Test(data, gaussian_targets)
{
    struct sgdmft_run run = fixture_run();
    run.data = fixture_data("random");
    run.targets = SGDMFT_TARGETS_GAUSSIAN;
    run.label_noise = 0.5;
    const struct data_moments moments = data_draw(&run, 0, 120);
    cr_assert(fabs(moments.mean) < 0.0125 && fabs(moments.variance - 1.25) < 0.02, "%g %g", moments.mean,
              moments.variance);
    struct sgdmft_component component[SGDMFT_COMPONENTS_MAX];
    const double normal[2] = {0.3, 0};
    run.data->components(&run, component);
    cr_assert(fabs(sgdmft_label(&run, component, 2.0, normal, 0.5) - 0.3) < 1e-15);
}

/* The teacher has its own width: door_width belongs to the link. */
Test(data, teacher_width_is_the_teachers)
{
    struct sgdmft_run run = fixture_run();
    struct sgdmft_component component[SGDMFT_COMPONENTS_MAX];
    const double normal[2] = {0, 0};
    run.teacher = fixture_teacher("door");
    run.teacher_width = 0.2;
    run.door_width = 2;
    run.data->components(&run, component);
    cr_assert(sgdmft_label(&run, component, 1.0, normal, 0.5) > 0);
}
