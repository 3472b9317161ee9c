/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds of parameters, two ways: random values written as text and as HDF5 attributes and read back have the same bits,
 * and json says what the text says. */
#include "models/base/hdf5_attributes.h"
#include "models/kind/kind.h"
#include "models/run/parameter_table.h"
#include "tests/given.h"
#include "tests/models/fixture.h"

#include <math.h>

TestSuite(kinds, .timeout = 20);

#define ROUNDS 40

/* A random value that the parameter allows, with bits of every size. */
static double random_number(const struct sgdmft_parameter *p, struct sgdmft_stream *stream)
{
    const double low = isfinite(p->minimum) ? p->minimum : -1e6, high = isfinite(p->maximum) ? p->maximum : 1e6;
    const double value = fixture_between(stream, 0, 1);
    return sgdmft_below(stream, 2) ? low + (high - low) * value
                                   : fmin(high, low + exp(-20 * value) * fmin(1, high - low));
}

static void fill_steps(const struct sgdmft_parameter *p, struct sgdmft_stream *stream, size_t most, size_t *count,
                       long *step, double *value)
{
    long last = 0;
    *count = sgdmft_below(stream, 4) ? sgdmft_below(stream, (uint32_t)most + 1) / 4 : 0;
    for (size_t i = 0; i < *count; i++) {
        step[i] = last += 1 + (long)sgdmft_below(stream, 1000);
        if (value)
            value[i] = random_number(p, stream);
    }
}

static void randomise(const struct sgdmft_parameter *p, struct sgdmft_stream *stream, struct sgdmft_run *run)
{
    void *member = (char *)run + p->offset;
    struct sgdmft_schedule *schedule = member;
    struct sgdmft_steps *steps = member;
    size_t names = 0;
    switch (p->kind) {
    case SGDMFT_REAL:
        *(double *)member = random_number(p, stream);
        break;
    case SGDMFT_INTEGER:
        *(long *)member = (long)ceil(random_number(p, stream));
        break;
    case SGDMFT_SEED:
        *(uint64_t *)member = (uint64_t)sgdmft_below(stream, UINT32_MAX) << 32 | sgdmft_below(stream, UINT32_MAX);
        break;
    case SGDMFT_CHOICE:
        while (p->choices[names])
            names++;
        *(int *)member = (int)sgdmft_below(stream, (uint32_t)names);
        break;
    case SGDMFT_RECORD:
        while (p->records[names])
            names++;
        *(const void **)member = p->records[sgdmft_below(stream, (uint32_t)names)];
        break;
    case SGDMFT_TEXT:
        snprintf(member, SGDMFT_TEXT_MAX, "%s%u b,c", sgdmft_below(stream, 2) ? "\xc3\xa4" : "/x;",
                 sgdmft_below(stream, 1000));
        if (sgdmft_below(stream, 8) == 0)
            *(char *)member = '\0';
        break;
    case SGDMFT_SCHEDULE:
        fill_steps(p, stream, SGDMFT_SCHEDULE_MAX, &schedule->count, schedule->from, schedule->value);
        break;
    case SGDMFT_STEPS:
        fill_steps(p, stream, SGDMFT_WAITING_MAX, &steps->count, steps->step, NULL);
        break;
    }
}

/* Memory that a value takes in a run. */
static size_t size_of(const struct sgdmft_parameter *p, const struct sgdmft_run *run)
{
    const void *member = parameter_member(p, run);
    static const size_t size[] = {[SGDMFT_REAL] = sizeof(double),
                                  [SGDMFT_INTEGER] = sizeof(long),
                                  [SGDMFT_SEED] = sizeof(uint64_t),
                                  [SGDMFT_CHOICE] = sizeof(int),
                                  [SGDMFT_RECORD] = sizeof(void *)};
    return p->kind == SGDMFT_TEXT       ? strlen(member) + 1
           : p->kind == SGDMFT_SCHEDULE ? offsetof(struct sgdmft_schedule, value)
           : p->kind == SGDMFT_STEPS    ? sizeof(struct sgdmft_steps)
                                        : size[p->kind];
}

/* `again` has the value of run, bit by bit: unused entries of lists are 0 in both. */
static void expect_same(const struct sgdmft_parameter *p, const struct sgdmft_run *run, const struct sgdmft_run *again,
                        const char *how)
{
    char text[SGDMFT_TEXT_MAX], other[SGDMFT_TEXT_MAX];
    sgdmft_parameter_format(p, run, text);
    sgdmft_parameter_format(p, again, other);
    cr_expect_str_eq(text, other, "%s, %s", p->name, how);
    cr_expect(memcmp(parameter_member(p, run), parameter_member(p, again), size_of(p, run)) == 0, "%s, %s: other bits",
              p->name, how);
    if (p->kind == SGDMFT_SCHEDULE) {
        const struct sgdmft_schedule *a = parameter_member(p, run), *b = parameter_member(p, again);
        cr_expect(memcmp(a->value, b->value, sizeof a->value) == 0, "%s, %s: other values", p->name, how);
    }
}

static void for_random_values(void (*check)(const struct sgdmft_parameter *p, const struct sgdmft_run *run))
{
    struct sgdmft_stream stream = fixture_stream(57);
    for (size_t i = 0; i < sgdmft_parameter_count; i++)
        for (int round = 0; round < ROUNDS; round++) {
            struct sgdmft_run run = {.steps = 0};
            randomise(&sgdmft_parameters[i], &stream, &run);
            check(&sgdmft_parameters[i], &run);
        }
}

static void as_text(const struct sgdmft_parameter *p, const struct sgdmft_run *run)
{
    struct sgdmft_run again = {.steps = 0};
    struct sgdmft_error error = {.status = SGDMFT_OK};
    char text[SGDMFT_TEXT_MAX];
    sgdmft_parameter_format(p, run, text);
    cr_assert_eq(parameter_parse(p, text, &again, &error), SGDMFT_OK, "%s = %s: %s", p->name, text, error.text);
    expect_same(p, run, &again, "text");
}

Test(kinds, text_is_read_back_to_the_same_bits)
{
    for_random_values(as_text);
}

static hid_t memory_file(void)
{
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_fapl_core(access, 1 << 16, 0);
    const hid_t file = H5Fcreate("kinds", H5F_ACC_TRUNC, H5P_DEFAULT, access);
    H5Pclose(access);
    cr_assert(file >= 0);
    return file;
}

static void as_attribute(const struct sgdmft_parameter *p, const struct sgdmft_run *run)
{
    const hid_t file = memory_file();
    struct sgdmft_run again = {.steps = 0};
    cr_assert(parameter_write(file, p, run), "%s", p->name);
    cr_assert(parameter_read(file, p, &again), "%s", p->name);
    expect_same(p, run, &again, "HDF5");
    H5Fclose(file);
}

Test(kinds, attributes_are_read_back_to_the_same_bits)
{
    for_random_values(as_attribute);
}

Test(kinds, attributes_of_another_form_are_refused)
{
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    for (size_t i = 0; i < sgdmft_parameter_count; i++) {
        const struct sgdmft_parameter *p = &sgdmft_parameters[i];
        const bool whole = p->kind == SGDMFT_INTEGER || p->kind == SGDMFT_SEED || p->kind == SGDMFT_STEPS;
        const hid_t file = memory_file();
        struct sgdmft_run run = {.steps = 0};
        cr_expect_not(parameter_read(file, p, &run), "%s: there is none", p->name);
        cr_assert(whole ? attribute_write_double(file, p->name, 1) : attribute_write_long(file, p->name, 1));
        cr_expect_not(parameter_read(file, p, &run), "%s: another class", p->name);
        H5Fclose(file);
    }
}

static void as_json(const struct sgdmft_parameter *p, const struct sgdmft_run *run)
{
    json_t *value = parameter_json(p, run), *pair = json_array_get(value, 0);
    const void *member = parameter_member(p, run);
    const struct sgdmft_schedule *schedule = member;
    const struct sgdmft_steps *steps = member;
    char text[SGDMFT_TEXT_MAX];
    sgdmft_parameter_format(p, run, text);
    cr_assert_not_null(value);
    if (p->kind == SGDMFT_REAL)
        cr_expect_eq(json_real_value(value), *(const double *)member);
    else if (p->kind == SGDMFT_INTEGER)
        cr_expect_eq(json_integer_value(value), *(const long *)member);
    else if (p->kind == SGDMFT_SEED && json_is_integer(value))
        cr_expect_eq((uint64_t)json_integer_value(value), *(const uint64_t *)member);
    else if (p->kind == SGDMFT_TEXT)
        cr_expect_str_eq(json_string_value(value), member);
    else if (p->kind == SGDMFT_STEPS) {
        cr_expect_eq(json_array_size(value), steps->count);
        cr_expect(steps->count == 0 || json_integer_value(pair) == steps->step[0]);
    } else if (p->kind == SGDMFT_SCHEDULE) {
        cr_expect_eq(json_array_size(value), schedule->count);
        cr_expect(schedule->count == 0
                  || (json_integer_value(json_array_get(pair, 0)) == schedule->from[0]
                      && json_real_value(json_array_get(pair, 1)) == schedule->value[0]));
    } else
        cr_expect_str_eq(json_string_value(value), text, "%s", p->name);
    json_decref(value);
}

Test(kinds, json_says_what_the_run_has)
{
    for_random_values(as_json);
}

Test(kinds, help_shows_the_value_by_kind_and_unit)
{
    static const char *const cases[][2] = {
        {"rate", "NUMBER"},
        {"memory_limit", "BYTES"},
        {"max_walltime", "SECONDS"},
        {"steps", "INTEGER"},
        {"seed", "INTEGER"},
        {"whiten", "yes|no"},
        {"engine", "NAME"},
        {"loss", "NAME"},
        {"dataset", "FILE"},
        {"waiting", "STEP,..."},
        {"rate_steps", "STEP=VALUE,..."},
        {"window", "FIRST:LAST"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_expect_str_eq(parameter_argument(sgdmft_parameter_find(cases[i][0])), cases[i][1], "%s", cases[i][0]);
}
