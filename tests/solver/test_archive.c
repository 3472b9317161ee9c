/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Archives of engines: a group that is written, read into a fresh state and continued gives the bits of
 * the group that went on. */
#include "solver/run/engine.h"
#include "tests/given.h"

#include <stdlib.h>
#include <string.h>

#define SMALL "paths", "192", "groups", "1", "steps", "24"
#define CUT 11 /* the step at which the state is saved */

static struct engine_group group_of(const struct sgdmft_run *run)
{
    return (struct engine_group){.run = run, .number = 3, .paths = engine_group_paths(run), .threads = 1};
}

#define STEPS 25 /* those of SMALL, and the start */

/* All that a group shows at its present step, to the end of the run, and the matrices of all steps where the run asks
 * for them. */
struct history {
    size_t count;
    double value[24 * 32], correlation[STEPS * STEPS], response[STEPS * STEPS];
};

static void follow(const struct engine *engine, const struct sgdmft_run *run, void *state, long k,
                   struct history *history)
{
    for (history->count = 0; k <= run->steps; k++) {
        struct engine_values values;
        double *out = history->value + history->count;
        engine->evaluate(state, &values);
        memcpy(out, &values, sizeof values);
        out += sizeof values / sizeof(double);
        engine->two_time(state, 5, &out[0], &out[1]);
        out[2] = engine->tangent_share ? engine->tangent_share(state) : 0;
        history->count += sizeof values / sizeof(double) + 3;
        if (engine->hessian && run->sharpness_at.count > 0) {
            struct sharpness_ends ends;
            engine->hessian(state, &ends);
            memcpy(out + 3, &ends, sizeof ends);
            history->count += sizeof ends / sizeof(double);
        }
        if (k < run->steps)
            cr_assert_eq(engine->advance(state), SGDMFT_OK);
    }
    if (run->full_matrices)
        engine->matrices(state, STEPS, history->correlation, history->response);
}

static void step_to(const struct engine *engine, void *state, long steps)
{
    struct engine_values values;
    for (long k = 0; k < steps; k++) {
        engine->evaluate(state, &values);
        cr_assert_eq(engine->advance(state), SGDMFT_OK);
    }
}

/* The rest of the run after an archive at step CUT; `spoil` overwrites that byte of it, if it is not 0. */
static bool resumed(const struct engine *engine, const struct sgdmft_run *run, struct history *straight,
                    struct history *again)
{
    const struct engine_group group = group_of(run);
    char *bytes = NULL;
    size_t size = 0;
    void *state = engine->start(&group);
    cr_assert_not_null(state);
    step_to(engine, state, CUT);
    FILE *stream = open_memstream(&bytes, &size);
    struct archive archive = archive_write(stream);
    cr_assert(engine->archive(state, &archive));
    fclose(stream);
    cr_assert_eq(archive.bytes, size);
    follow(engine, run, state, CUT, straight);
    engine->finish(state);

    state = engine->start(&group);
    stream = fmemopen(bytes, size, "rb");
    struct archive reading = archive_read(stream);
    const bool read = engine->archive(state, &reading) && reading.checksum == archive.checksum && reading.bytes == size;
    fclose(stream);
    free(bytes);
    if (read)
        follow(engine, run, state, CUT, again);
    engine->finish(state);
    return read;
}

static void expect_same_bits(const struct sgdmft_run *run, const char *what)
{
    static struct history straight, again;
    for (size_t i = 0; engines[i]; i++) {
        const struct engine *engine = engines[i];
        if (!engine->archive || engine->supports(run, NULL) != SGDMFT_OK || (run->full_matrices && !engine->matrices))
            continue;
        cr_assert(resumed(engine, run, &straight, &again), "%s, %s: not read back", engine->entry.name, what);
        cr_assert_eq(straight.count, again.count);
        cr_assert(memcmp(straight.value, again.value, straight.count * sizeof(double)) == 0, "%s, %s: other bits",
                  engine->entry.name, what);
        if (!run->full_matrices)
            continue;
        cr_expect(memcmp(straight.correlation, again.correlation, sizeof again.correlation) == 0, "%s: other C",
                  engine->entry.name);
        cr_expect(memcmp(straight.response, again.response, sizeof again.response) == 0, "%s: other R",
                  engine->entry.name);
        cr_expect(again.correlation[STEPS * STEPS - 1] > 0 && again.response[STEPS] > 0, "%s: no matrices",
                  engine->entry.name);
    }
}

Test(archive, every_rule_continues_with_the_same_bits, .timeout = 60)
{
    static const char *const rule[][2] = {{"gd", "1"}, {"sgd", "0.3"}, {"persistent", "0.3"}, {"reshuffle", "0.25"}};
    for (size_t i = 0; i < sizeof rule / sizeof rule[0]; i++) {
        const struct sgdmft_run run = given_run(SMALL, "waiting", "0,5", "rule", rule[i][0], "batch", rule[i][1], NULL);
        expect_same_bits(&run, rule[i][0]);
    }
}

Test(archive, more_runs_continue_with_the_same_bits, .timeout = 60)
{
    const struct sgdmft_run runs[] = {
        given_run(SMALL, "waiting", "5", "rule", "langevin", "temperature", "0.4", NULL),
        given_run(SMALL, "waiting", "5", "rule", "persistent", "replicas", "2", "temperature", "0.2", NULL),
        given_run(SMALL, "waiting", "5", "rule", "sgd", "replicas", "2", "data", "random", "loss", "hinge2", "kappa",
                  "1", NULL),
        given_run(SMALL, "waiting", "5", "constraint", "sphere", "rule", "sgd", "loss", "square", "label_noise", "0.1",
                  NULL),
        given_run(SMALL, "waiting", "5", "data", "mixture3", "link", "door", "overlap0", "0.3", NULL),
        given_run(SMALL, "waiting", "5", "covariance_spectrum", "0.2:1:3,1.8,3:2", "replicas", "2", "rule", "sgd",
                  NULL),
        given_run(SMALL, "waiting", "5", "rule", "sgd", "temperature", "0.1", "sharpness_at", "3", NULL),
        given_run(SMALL, "waiting", "5", "covariance_spectrum", "0.5,2", "sharpness_at", "3", NULL),
        given_run(SMALL, "waiting", "5", "covariance_spectrum", "0.5,2", "constraint", "sphere", "rule", "langevin",
                  "temperature", "0.4", NULL),
        given_run(SMALL, "waiting", "5", "data", "mixture3", "link", "door", "overlap0", "0.2", "rate", "0.02",
                  "rate_steps", "8=0.01,14=0.03", "batch_steps", "15=0.5", NULL),
    };
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++)
        expect_same_bits(&runs[i], runs[i].rule->entry.name);
}

/* Steps before the archive and steps behind it. */
Test(archive, matrices_of_all_steps_have_the_same_bits, .timeout = 60)
{
    const struct sgdmft_run runs[] = {
        given_run(SMALL, "waiting", "5", "rule", "sgd", "full_matrices", "yes", NULL),
        given_run(SMALL, "waiting", "5", "rule", "persistent", "replicas", "2", "full_matrices", "yes", NULL),
    };
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++)
        expect_same_bits(&runs[i], runs[i].rule->entry.name);
}

Test(archive, broken_streams_fail, .timeout = 10)
{
    double numbers[4] = {1, 2, 3, 4}, found[4];
    char bytes[64] = {0};
    FILE *stream = fmemopen(bytes, sizeof bytes, "r+b");
    struct archive archive = archive_write(stream);
    size_t count = 4;
    cr_assert(archive_mark(&archive, "numbers") && archive_count(&archive, &count, 4));
    cr_assert(archive_doubles(&archive, numbers, 4));
    rewind(stream);
    struct archive reading = archive_read(stream);
    cr_expect(archive_mark(&reading, "numbers") && archive_count(&reading, &count, 4));
    cr_expect(archive_doubles(&reading, found, 4) && memcmp(found, numbers, sizeof found) == 0);
    cr_expect_eq(reading.checksum, archive.checksum);
    cr_expect_not(archive_doubles(&reading, found, 4), "beyond the end");
    cr_expect_not(archive_doubles(&reading, found, 1), "a failure stays");
    rewind(stream);
    struct archive small = archive_read(stream);
    cr_expect(archive_mark(&small, "numbers"));
    cr_expect_not(archive_count(&small, &count, 3), "a count beyond the room");
    rewind(stream);
    struct archive other = archive_read(stream);
    cr_expect_not(archive_mark(&other, "nombres"));
    fclose(stream);
}
