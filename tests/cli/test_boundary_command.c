/* SPDX-License-Identifier: GPL-3.0-or-later */
/* replicas and boundary as a user runs them: formats, result files, exit codes, the search for alpha. */
#include "tests/cli/program_output.h"

TestSuite(boundary_commands, .timeout = 60);

#define TEST(name) PROGRAM_TEST(boundary_commands, name)
#define HINGE                                                                                                          \
    "--data random --loss hinge2 --kappa 1 --alpha 0.7 --rate 0.2 --steps 12 --paths 256 --groups 4 --dim 60 --runs 3"

TEST(replicas_prints_the_distance)
{
    static const char header[] =
        "step,time,distance,distance_se,distance_normalised,distance_normalised_se\n0,0,0,0,0,0\n";
    run_good(p, "$P replicas " HINGE " --format csv");
    cr_expect_eq(strncmp(p->out, header, strlen(header)), 0, "%.200s", p->out);
    size_t lines = 0;
    for (const char *c = p->out; *c; c++)
        lines += *c == '\n';
    cr_expect_eq(lines, 14);
    run_good(p, "$P replicas " HINGE " --format json");
    json_auto_t *document = program_json(p);
    const json_t *distance = json_object_get(document, "distance");
    cr_expect_eq(json_array_size(distance), 13);
    cr_expect_gt(json_number_value(json_array_get(distance, 3)), 0);
    cr_expect_eq(json_integer_value(json_object_get(json_object_get(document, "parameters"), "replicas")), 2);
    cr_expect_str_eq(json_string_value(json_object_get(document, "command")), "replicas");
    run_good(p, "$P replicas " HINGE " --rule gd --batch 1 --format json");
    json_auto_t *equal = program_json(p);
    for (size_t k = 0; k < 13; k++)
        cr_expect_eq(json_number_value(json_array_get(json_object_get(equal, "distance"), k)), 0);
    run_says(p, "|w1-w2|^2/N", "$P replicas " HINGE);
}

TEST(replicas_reads_results)
{
    run_good(p, "$P replicas " HINGE " --out $D/two.h5 --format csv");
    static char first[sizeof p->out];
    strcpy(first, p->out);
    run_good(p, "$P replicas $D/two.h5 --format csv");
    cr_expect_str_eq(p->out, first, "of the run and of its file");
    run_good(p, "$P solve " HINGE " --out $D/one.h5");
    run_refused(p, 2, "distance", "$P replicas $D/one.h5");
    run_refused(p, 2, "by", "$P replicas $D/two.h5 --by solve");
    run_refused(p, 2, "alpha", "$P replicas $D/two.h5 --alpha 2");
    run_refused(p, 5, "none.h5", "$P replicas $D/none.h5");
}

TEST(replicas_refuses)
{
    run_refused(p, 2, "replicas: 1", "$P replicas " HINGE " --replicas 1");
    run_refused(p, 2, "by", "$P replicas " HINGE " --by both");
    run_refused(p, 2, "replicas: 2", "$P replicas " HINGE " --engine stationary --rule reshuffle --batch 0.25");
    run_refused(p, 2, "replicas", "$P replicas --data random --rule flow --steps 4");
    run_refused(p, 2, "memory_limit", "$P replicas " HINGE " --memory-limit 1000");
    run_good(p, "$P replicas " HINGE " --dry-run");
}

TEST(replicas_of_a_diverging_run)
{
    cr_expect_eq(program_run(p, "$P replicas --teacher linear --loss square --rate 3 --steps 100 --paths 64 "
                                "--groups 2 --format csv --out $D/d.h5"),
                 4);
    cr_expect_eq(strncmp(p->out, "step,", 5), 0, "the part before is printed");
    cr_expect_eq(program_run(p, "$P replicas $D/d.h5 --format csv"), 4);
}

static void expect_law(const json_t *law, bool wall)
{
    static const char *const levels[] = {"0.01", "0.05", "0.25", "0.5"};
    static const char *const kinds[] = {"raw", "normalised", "wall", "wall_normalised"};
    for (size_t i = 0; i < (wall ? 4u : 2u); i++) {
        const json_t *kind = json_object_get(law, kinds[i]), *histogram = json_object_get(kind, "histogram");
        double total = 0, previous = -1e9;
        for (size_t j = 0; j < 4; j++) {
            const double quantile = json_number_value(json_object_get(json_object_get(kind, "quantiles"), levels[j]));
            cr_expect_geq(quantile, previous);
            previous = quantile;
        }
        cr_expect_eq(json_number_value(json_object_get(kind, "median")), previous);
        const json_t *edges = json_object_get(histogram, "edges"), *density = json_object_get(histogram, "density");
        cr_assert_eq(json_array_size(edges), json_array_size(density) + 1);
        cr_assert_eq(json_array_size(json_object_get(histogram, "density_se")), json_array_size(density));
        for (size_t j = 0; j < json_array_size(density); j++)
            total += json_number_value(json_array_get(density, j))
                     * (json_number_value(json_array_get(edges, j + 1)) - json_number_value(json_array_get(edges, j)));
        cr_expect_float_eq(total, 1, 1e-9);
    }
    cr_expect_eq(json_number_value(json_object_get(law, "width")),
                 json_number_value(json_object_get(json_object_get(law, "normalised"), "mean")));
    cr_expect(json_is_real(json_object_get(law, "width_se")));
    cr_expect(json_is_real(json_object_get(law, "fraction_negative")));
}

TEST(boundary_in_every_format)
{
    for (int i = 0; i < 2; i++) {
        const char *by = i ? "simulate" : "solve";
        run_good(p, "$P boundary " HINGE " --by %s --margins-at 0,5,12 --format json", by);
        json_auto_t *document = program_json(p);
        expect_law(document, false);
        cr_expect_eq(json_integer_value(json_object_get(document, "step")), 12);
        cr_expect(json_is_real(json_object_get(document, "contacts")));
        cr_expect(json_is_real(json_object_get(document, "fraction_below_kappa")));
        cr_expect_eq(json_array_size(json_object_get(document, "earlier")), 2);
        expect_law(json_array_get(json_object_get(document, "earlier"), 1), false);
        cr_expect(json_is_object(json_object_get(document, "train_loss_zero")));
        cr_expect_eq(json_is_real(json_object_get(json_object_get(document, "raw"), "smallest")), i == 1);
        run_good(p, "$P boundary " HINGE " --by %s", by);
        assert_says(p->out, "width");
        assert_says(p->out, "training error");
        run_good(p, "$P boundary " HINGE " --by %s --format csv", by);
        cr_expect_eq(strncmp(p->out, "step,kind,mean,mean_se,", 23), 0);
        run_good(p, "$P boundary " HINGE " --by %s --format csv --histogram", by);
        cr_expect_eq(strncmp(p->out, "step,kind,left,right,density,density_se\n", 40), 0);
    }
    run_good(p, "$P boundary --data mixture3 --link door --overlap0 0.2 --steps 5 --paths 256 --format json");
    json_auto_t *document = program_json(p);
    expect_law(document, true);
    cr_expect(json_is_null(json_object_get(document, "contacts")));
    cr_expect(json_is_null(json_object_get(document, "train_loss_zero")));
}

TEST(boundary_reads_results)
{
    run_good(p, "$P boundary " HINGE " --out $D/a.h5 --format json");
    json_auto_t *first = program_json(p);
    run_good(p, "$P boundary $D/a.h5 --format json");
    json_auto_t *second = program_json(p);
    cr_expect(json_equal(json_object_get(first, "normalised"), json_object_get(second, "normalised")));
    cr_expect(json_equal(json_object_get(first, "train_error_zero"), json_object_get(second, "train_error_zero")));
    run_good(p, "$P solve " HINGE " --margins-at none --out $D/b.h5");
    run_refused(p, 2, "margins", "$P boundary $D/b.h5");
    run_refused(p, 2, "find-alpha", "$P boundary $D/a.h5 --find-alpha");
}

TEST(boundary_refuses)
{
    run_refused(p, 2, "real labels", "$P boundary --teacher linear --loss square --steps 4");
    run_refused(p, 2, "margins_at", "$P boundary " HINGE " --margins-at none");
    run_refused(p, 2, "rule: online draws new examples at every step", "$P boundary --rule online");
    run_refused(p, 2, "margins_at: step 13", "$P boundary " HINGE " --margins-at 13");
    run_refused(p, 2, "contact_tolerance", "$P boundary --data random --contact-tolerance 0.1 --steps 4");
    run_refused(p, 2, "contact_tolerance", "$P boundary " HINGE " --contact-tolerance 0");
    run_refused(p, 2, "histogram", "$P boundary " HINGE " --histogram");
    run_refused(p, 2, "alpha-tolerance", "$P boundary " HINGE " --alpha-tolerance 0.1");
    run_refused(p, 2, "alpha-tolerance", "$P boundary " HINGE " --find-alpha --alpha-tolerance 2");
    run_refused(p, 2, "out", "$P boundary " HINGE " --find-alpha --out $D/x.h5");
}

#define SPHERE                                                                                                         \
    "--data random --loss hinge2 --kappa 0.5 --constraint sphere --rule gd --rate 0.5 --contact-tolerance 0.02"

TEST(find_alpha_brackets)
{
    run_good(p, "$P boundary --find-alpha --alpha-tolerance 0.1 " SPHERE
                " --steps 60 --paths 512 --groups 2 --format json");
    json_auto_t *document = program_json(p);
    const double low = json_number_value(json_object_get(document, "alpha_low"));
    const double high = json_number_value(json_object_get(document, "alpha_high"));
    cr_expect(low < high && high <= 1.1 * low, "%g to %g", low, high);
    cr_expect_float_eq(json_number_value(json_object_get(document, "capacity")), 0.96121, 1e-5);
    cr_expect(low > 0.6 && high < 1.0, "short of the capacity, but near it: %g to %g", low, high);
    const json_t *points = json_object_get(document, "points");
    for (size_t i = 0; i < json_array_size(points); i++) {
        const json_t *point = json_array_get(points, i);
        const double alpha = json_number_value(json_object_get(point, "alpha"));
        cr_expect_eq(json_number_value(json_object_get(point, "fraction")) >= 0.5, alpha <= low, "alpha %g", alpha);
    }
    run_says(p, "Gardner",
             "$P boundary --find-alpha --by simulate --alpha-tolerance 0.3 " SPHERE " --steps 60 --dim 100 --runs 2");
}

/* The limit is one of so many steps, and its digits are those that the votes of the groups bear: an error beyond the
 * bracket where they are split, that of the bracket where all agree. */
TEST(find_alpha_says_what_it_knows)
{
    run_good(p, "$P boundary --find-alpha --data random --loss hinge2 --kappa 1 --ridge 0 "
                "--batch 0.2 --alpha 0.3 "
                "--steps 100 --paths 512 --format json");
    json_auto_t *document = program_json(p);
    const json_t *points = json_object_get(document, "points");
    const double low = json_number_value(json_object_get(document, "alpha_low"));
    const double high = json_number_value(json_object_get(document, "alpha_high"));
    const double se = json_number_value(json_object_get(document, "alpha_se"));
    double all = 0, none = 10;
    for (size_t i = 0; i < json_array_size(points); i++) {
        const double alpha = json_number_value(json_object_get(json_array_get(points, i), "alpha"));
        const double fraction = json_number_value(json_object_get(json_array_get(points, i), "fraction"));
        all = fraction == 1 && alpha > all ? alpha : all;
        none = fraction == 0 && alpha < none ? alpha : none;
    }
    cr_expect_eq(json_integer_value(json_object_get(document, "steps")), 100);
    cr_expect(all < low && high < none, "the groups are split around %g to %g", low, high);
    cr_expect(se > high - low && se < none - all, "%g, bracket %g, split %g", se, high - low, none - all);
    run_good(p, "$P boundary --find-alpha --alpha-tolerance 0.1 " SPHERE " --steps 60 --paths 512 --groups 2");
    assert_says(p->out, "within 60 steps the training loss reaches zero up to alpha = ");
    assert_says(p->out, "in half of 2 groups");
    assert_says(p->out, "capacity (Gardner), in the limit of many steps: 0.96");
}

TEST(find_alpha_without_a_bracket)
{
    run_refused(p, 3, "no bracket", "$P boundary --find-alpha " SPHERE " --steps 1 --paths 64 --groups 2");
}
