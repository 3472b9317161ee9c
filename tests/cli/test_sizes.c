/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes of the results that commands write: what was measured, and as much as --dry-run says. */
#include "tests/cli/program.h"

#include <math.h>
#include <sgdmft/result.h>
#include <sys/stat.h>

TestSuite(sizes, .timeout = 60);
#define TEST(name) PROGRAM_TEST(sizes, name)

#define THEORY "--paths 256 --groups 8 --steps 50 --progress none"
#define SIMULATION "--dim 64 --runs 4 --steps 50 --progress none"
#define STATE "--data random --loss hinge2 --kappa 1 --engine stationary --paths 256 --groups 8 --progress none"

static double size_of(struct program *p, const char *name)
{
    char path[256];
    struct stat known;
    snprintf(path, sizeof path, "%s/%s", p->folder, name);
    cr_assert_eq(stat(path, &known), 0, "%s", path);
    return (double)known.st_size;
}

/* A number of the last line of a csv table. */
static double last_line(const struct program *p, int column)
{
    const char *line = p->out, *next;
    while ((next = strchr(line, '\n')) && next[1])
        line = next + 1;
    for (; column > 0; column--)
        line = strchr(line, ',') + 1;
    return atof(line);
}

/* Every quantity has a value, but for those that are columns of every table. */
static void assert_measured(struct program *p, const char *words)
{
    char path[256];
    struct sgdmft_result *result;
    struct sgdmft_error error = {0};
    snprintf(path, sizeof path, "%s/x.h5", p->folder);
    cr_assert_eq(sgdmft_result_read(path, &result, &error), SGDMFT_OK, "%s", error.text);
    for (size_t i = 0; i < result->quantities; i++) {
        const struct sgdmft_quantity *quantity = &result->quantity[i];
        long values = 0;
        for (size_t j = 0; j < quantity->length; j++)
            values += !isnan(quantity->mean[j]);
        cr_expect(values > 0 || quantity->observable->standard, "%s: %s/%s was not measured", words,
                  quantity->observable->group, quantity->observable->name);
    }
    sgdmft_result_free(result);
}

/* The bytes are those measured with what each result holds counted by hand, less than a tenth above. */
TEST(of_each_kind_of_result)
{
    static const struct {
        const char *words;
        double bytes;
    } kind[] = {
        {"solve " THEORY, 145e3},
        {"solve " THEORY " --loss hinge2 --kappa 1 --data random", 155e3},
        {"solve " THEORY " --label-noise 0.1 --sharpness-at 50", 182e3},
        {"solve " THEORY " --constraint sphere", 145e3},
        {"solve --rule flow --paths 256 --groups 8 --steps 20", 122e3},
        {"solve --engine hierarchical --paths 256 --groups 8 --steps 200", 265e3},
        {"simulate " SIMULATION, 112e3},
        {"simulate " SIMULATION " --full-matrices yes --constraint sphere", 112e3},
        {"simulate " SIMULATION " --sharpness-at 25", 128e3},
        {"teff " THEORY " --force", 145e3},
        {"teff --by simulate " SIMULATION " --force", 121e3},
        {"teff " STATE " --steps 100", 78e3},
        {"teff " STATE " --steps 100 --constraint sphere", 72e3},
        {"replicas " THEORY, 160e3},
        {"replicas --by simulate " SIMULATION, 120e3},
        {"replicas " STATE " --steps 100", 82e3},
        {"boundary " THEORY, 145e3},
        {"boundary " THEORY " --link door --overlap0 0.1", 200e3},
        {"boundary --by simulate " SIMULATION, 112e3},
    };
    for (size_t i = 0; i < sizeof kind / sizeof *kind; i++) {
        run_good(p, "$P %s --out $D/x.h5 --dry-run --format csv", kind[i].words);
        const double said = last_line(p, 4);
        run_good(p, "$P %s --out $D/x.h5 --quiet", kind[i].words);
        const double bytes = size_of(p, "x.h5");
        cr_expect(bytes <= kind[i].bytes && bytes > 0.9 * kind[i].bytes, "%s: %.0f bytes, expected up to %.0f",
                  kind[i].words, bytes, kind[i].bytes);
        cr_expect(bytes <= said && said < 1.5 * bytes, "%s: %.0f bytes, said %.0f", kind[i].words, bytes, said);
        assert_measured(p, kind[i].words);
    }
}

/* The stationary state has one step, whatever the number of steps, once these are more than its memory. */
TEST(of_a_stationary_state_do_not_grow_with_steps)
{
    run_good(p, "$P teff " STATE " --steps 1000 --out $D/x.h5");
    run_good(p, "$P teff " STATE " --steps 5000 --out $D/y.h5");
    cr_expect_float_eq(size_of(p, "x.h5"), size_of(p, "y.h5"), 2000);
}

/* In the file of a point and in the sum that the dry run of a sweep tells; points that are there are not counted. */
TEST(of_the_points_of_a_sweep)
{
    run_good(p, "$P sweep " STATE " --steps 3000 --vary rate=0.1,0.2,0.25 --what teff --out $D/s "
                "--dry-run --format csv");
    const double point = last_line(p, 5);
    cr_expect(point > 60e3 && point < 130e3, "%s", p->out);
    run_good(p, "$P sweep " STATE " --steps 3000 --vary rate=0.1 --what teff --out $D/s --quiet");
    run_says(p, "teff by theory: 3 points, 2 to compute, 1 there, 0 not allowed\n",
             "$P sweep " STATE " --steps 3000 --vary rate=0.1,0.2,0.25 --what teff --out $D/s "
             "--dry-run");
    const char *disk = strstr(p->out, "disk: up to ");
    double said = 0;
    cr_assert(disk && sscanf(disk, "disk: up to %lf kB", &said) == 1, "%s", p->out);
    cr_expect_float_eq(1e3 * said, 2 * point, 0.01 * point);
    run_good(p, "cat $D/s/*.h5 | wc -c");
    cr_expect(atof(p->out) <= point && atof(p->out) > 0.6 * point, "a point of %s bytes, said %.0f", p->out, point);
}

/* Where the file is mostly noise, and where it is mostly values that cannot be. */
TEST(of_large_datasets_are_compressed)
{
    run_good(p, "$P solve --engine dense --full-matrices yes --steps 150 --paths 64 --groups 2 --out $D/x.h5 --quiet");
    const double matrices = 2 * 151 * 151 * 8 * 4;
    cr_expect_lt(size_of(p, "x.h5"), 0.75 * matrices + 120e3,
                 "two symmetric or lower triangular matrices, samples, mean and error");
    cr_expect_gt(size_of(p, "x.h5"), 0.25 * matrices);
}
