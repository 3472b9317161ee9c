/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds of parameters, two ways: random values written as text and as HDF5 attributes and read back have the same bits,
 * and printed json that is read says what the run has. */
#include "models/base/hdf5_attributes.h"
#include "models/base/json_scalars.h"
#include "models/kind/kind.h"
#include "models/run/parameter_table.h"
#include "tests/given.h"
#include "tests/models/random_parameter.h"

TestSuite(kinds, .timeout = 20);

/* `again` has the value of run and nothing else, bit by bit: unused entries of lists are 0 in both. */
static void expect_same(const struct sgdmft_parameter *p, const struct sgdmft_run *run, const struct sgdmft_run *again,
                        const char *how)
{
    char text[SGDMFT_TEXT_MAX], other[SGDMFT_TEXT_MAX];
    sgdmft_parameter_format(p, run, text);
    sgdmft_parameter_format(p, again, other);
    cr_expect_str_eq(text, other, "%s, %s", p->name, how);
    cr_expect(memcmp(run, again, sizeof *run) == 0, "%s, %s: other bits", p->name, how);
}

static void for_random_values(int rounds, void (*check)(const struct sgdmft_parameter *p, const struct sgdmft_run *run))
{
    struct sgdmft_stream stream = fixture_stream(57);
    static struct sgdmft_run run;
    for (size_t i = 0; i < sgdmft_parameter_count; i++)
        for (int round = 0; round < rounds; round++) {
            memset(&run, 0, sizeof run);
            randomise(&sgdmft_parameters[i], &stream, &run);
            check(&sgdmft_parameters[i], &run);
        }
}

static void as_text(const struct sgdmft_parameter *p, const struct sgdmft_run *run)
{
    static struct sgdmft_run again;
    struct sgdmft_error error = {.status = SGDMFT_OK};
    char text[SGDMFT_TEXT_MAX];
    memset(&again, 0, sizeof again);
    sgdmft_parameter_format(p, run, text);
    cr_assert_eq(parameter_parse(p, text, &again, &error), SGDMFT_OK, "%s = %s: %s", p->name, text, error.text);
    expect_same(p, run, &again, "text");
}

Test(kinds, text_is_read_back_to_the_same_bits)
{
    for_random_values(300, as_text);
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
    static struct sgdmft_run again;
    memset(&again, 0, sizeof again);
    cr_assert(parameter_write(file, p, run), "%s", p->name);
    cr_assert(parameter_read(file, p, &again), "%s", p->name);
    expect_same(p, run, &again, "HDF5");
    H5Fclose(file);
}

Test(kinds, attributes_are_read_back_to_the_same_bits)
{
    for_random_values(40, as_attribute);
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

/* The value as it is read from a printed document; a new reference. */
static json_t *printed_json(const struct sgdmft_parameter *p, const struct sgdmft_run *run)
{
    char *text = NULL;
    size_t size;
    json_t *document = json_pack("{s:o}", p->name, parameter_json(p, run)), *value;
    FILE *out = open_memstream(&text, &size);
    cr_assert_eq(json_print(document, out, NULL), SGDMFT_OK, "%s", p->name);
    fclose(out);
    document = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    cr_assert_not_null(document, "%s: %.200s", p->name, text);
    value = json_incref(json_object_get(document, p->name));
    json_decref(document);
    free(text);
    return value;
}

static void as_json(const struct sgdmft_parameter *p, const struct sgdmft_run *run)
{
    json_auto_t *value = printed_json(p, run);
    const void *member = parameter_member(p, run);
    const struct sgdmft_schedule *schedule = member;
    const struct sgdmft_steps *steps = member;
    char text[SGDMFT_TEXT_MAX];
    sgdmft_parameter_format(p, run, text);
    if (p->kind == SGDMFT_REAL)
        cr_expect(fixture_same_bits(&(double){json_real_value(value)}, member, 1), "%s = %s", p->name, text);
    else if (p->kind == SGDMFT_INTEGER)
        cr_expect_eq(json_integer_value(value), *(const long *)member);
    else if (p->kind == SGDMFT_SEED && *(const uint64_t *)member <= INT64_MAX)
        cr_expect_eq((uint64_t)json_integer_value(value), *(const uint64_t *)member);
    else if (p->kind == SGDMFT_STEPS) {
        cr_expect_eq(json_array_size(value), steps->count);
        for (size_t i = 0; i < steps->count; i++)
            cr_expect_eq(json_integer_value(json_array_get(value, i)), steps->step[i]);
    } else if (p->kind == SGDMFT_SCHEDULE) {
        cr_expect_eq(json_array_size(value), schedule->count);
        for (size_t i = 0; i < schedule->count; i++) {
            const json_t *pair = json_array_get(value, i);
            cr_expect(json_integer_value(json_array_get(pair, 0)) == schedule->from[i]
                          && json_real_value(json_array_get(pair, 1)) == schedule->value[i],
                      "%s = %s", p->name, text);
        }
    } else
        cr_expect_str_eq(json_string_value(value), p->kind == SGDMFT_TEXT ? member : text, "%s", p->name);
}

Test(kinds, printed_json_says_what_the_run_has)
{
    for_random_values(100, as_json);
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
