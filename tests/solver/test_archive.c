/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Archives of engines: a group that is written, read into a fresh state and continued gives the bits of
 * the group that went on. */
#include "solver/run/engine.h"
#include "tests/given.h"
#include "tests/models/fixture.h"

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
            engine->hessian(state, true, &ends);
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

#define PIECES 12
#define PIECE_MOST 40

/* A state of random layout: pieces of each type that archives have, some of them empty. */
struct layout {
    uint32_t kind[PIECES];
    size_t count[PIECES];
    double value[PIECES][2 * PIECE_MOST]; /* the bits of all types */
};

static void draw_layout(struct sgdmft_stream *stream, struct layout *layout)
{
    for (size_t i = 0; i < PIECES; i++) {
        layout->kind[i] = sgdmft_below(stream, 7);
        layout->count[i] = sgdmft_below(stream, 3) ? sgdmft_below(stream, PIECE_MOST + 1) : 0;
        for (size_t j = 0; j < 2 * PIECE_MOST; j++)
            layout->value[i][j] = fixture_number(stream);
    }
}

/* The one function for both ways. Rows of a stride use half of it, and the other half is no part of the state. */
static bool pass(struct archive *archive, struct layout *layout)
{
    static const char mark[] = "a mark of some length";
    for (size_t i = 0; i < PIECES; i++) {
        const size_t n = layout->count[i];
        void *value = layout->value[i];
        switch (layout->kind[i]) {
        case 0:
            archive_doubles(archive, value, n);
            break;
        case 1:
            archive_floats(archive, value, n);
            break;
        case 2:
            archive_words(archive, value, n);
            break;
        case 3:
            archive_long(archive, value);
            break;
        case 4:
            archive_count(archive, &layout->count[i], PIECE_MOST);
            break;
        case 5:
            archive_rows(archive, value, n / 8, 5, 10);
            break;
        default:
            archive_mark(archive, mark + n / 2);
        }
    }
    return !archive->failed;
}

/* Reads size bytes into a state of the layout, with all of its values 0. */
static struct archive read_layout(char *bytes, size_t size, const struct layout *written, struct layout *found)
{
    FILE *stream = size ? fmemopen(bytes, size, "rb") : fopen("/dev/null", "rb");
    struct archive reading = archive_read(stream);
    *found = *written;
    memset(found->value, 0, sizeof found->value);
    for (size_t i = 0; i < PIECES; i++)
        if (found->kind[i] == 4)
            found->count[i] = 0;
    pass(&reading, found);
    fclose(stream);
    return reading;
}

/* Asserts that every value and count is read back, and nothing else is written. */
static void expect_layout(const struct layout *written, const struct layout *found)
{
    static const size_t size[] = {sizeof(double), sizeof(float), sizeof(uint32_t)};
    for (size_t i = 0; i < PIECES; i++) {
        const size_t n = written->count[i], kind = written->kind[i];
        struct layout expected = {.count = {0}};
        if (kind < 4)
            memcpy(expected.value[i], written->value[i], kind == 3 ? sizeof(long) : n * size[kind]);
        for (size_t row = 0; kind == 5 && row < n / 8; row++)
            memcpy(&expected.value[i][10 * row], &written->value[i][10 * row], 5 * sizeof(double));
        cr_expect(memcmp(expected.value[i], found->value[i], sizeof expected.value[i]) == 0, "piece of kind %zu, %zu",
                  kind, n);
        cr_expect_eq(found->count[i], n);
    }
}

Test(archive, random_layouts_are_read_back_and_no_part_of_them, .timeout = 20)
{
    struct sgdmft_stream stream = fixture_stream(64);
    for (int round = 0; round < 300; round++) {
        static struct layout layout, found;
        char *bytes = NULL;
        size_t size = 0;
        draw_layout(&stream, &layout);
        FILE *out = open_memstream(&bytes, &size);
        struct archive writing = archive_write(out), counting = archive_write(NULL);
        cr_assert(pass(&writing, &layout) && pass(&counting, &layout));
        fclose(out);
        cr_expect(counting.bytes == size && counting.checksum == writing.checksum, "counted %zu", size);
        struct archive reading = read_layout(bytes, size, &layout, &found);
        cr_expect(!reading.failed && reading.bytes == size && reading.checksum == writing.checksum, "round %d", round);
        expect_layout(&layout, &found);
        for (int i = 0; i < 20 && size > 0; i++) {
            const size_t at = sgdmft_below(&stream, (uint32_t)size);
            cr_expect(read_layout(bytes, at, &layout, &found).failed, "cut at %zu of %zu", at, size);
            const char bit = (char)(1 << sgdmft_below(&stream, 8));
            bytes[at] ^= bit;
            reading = read_layout(bytes, size, &layout, &found);
            bytes[at] ^= bit;
            cr_expect(reading.failed || reading.checksum != writing.checksum, "byte %zu is another", at);
        }
        free(bytes);
    }
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
    for (int i = 0; i < 2; i++) {
        rewind(stream);
        struct archive other = archive_read(stream);
        cr_expect_not(archive_mark(&other, i ? "nombres" : "nymbers"));
    }
    fclose(stream);
}
