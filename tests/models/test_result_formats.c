/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Results as csv, json and text: what is printed is read back and compared. */
#include "tests/given.h"
#include "tests/models/fixture.h"

#include <jansson.h>
#include <math.h>
#include <sgdmft/sgdmft.h>
#include <stdlib.h>
#include <string.h>

TestSuite(result_formats, .timeout = 20);

static const char *const columns[] = {"overlap", "norm", "train_loss", "train_error", "test_loss", "test_error"};

/* Random values; train_error is not measured, as with real labels. */
static struct sgdmft_result *example(const char *steps, bool diverged)
{
    const struct sgdmft_run run = given_run("steps", steps, "waiting", "0,3", "alpha", "0.1", "rate_steps", "2=0.05",
                                            "seed", "18446744073709551615", NULL);
    struct sgdmft_result *result = sgdmft_result_create(&run, SGDMFT_THEORY, 3);
    for (size_t i = 0; i < result->quantities; i++) {
        struct sgdmft_quantity *quantity = &result->quantity[i];
        struct sgdmft_stream stream = sgdmft_stream_open(4, SGDMFT_TEST_SUITE, (uint32_t)i, 0);
        if (strcmp(quantity->observable->name, "train_error") != 0)
            sgdmft_normals(&stream, 3 * quantity->length, quantity->sample);
    }
    strcpy(result->provenance.engine, "dense");
    strcpy(result->provenance.command, "sgdmft solve \xff"); /* not UTF-8 */
    if (diverged) {
        result->status = SGDMFT_DIVERGED;
        result->last_step = run.steps / 2;
    }
    sgdmft_result_reduce(result);
    return result;
}

/* A text, to be freed, of an example with means and errors of all sizes, some of them not finite. */
static char *printed(struct sgdmft_stream *stream, struct sgdmft_result *result, bool as_csv)
{
    char *text = NULL;
    size_t size;
    struct sgdmft_error error;
    for (size_t i = 0; i < result->quantities; i++)
        for (size_t j = 0; j < result->quantity[i].length; j++) {
            const double value = fixture_number(stream), se = fabs(fixture_number(stream));
            const uint32_t what = sgdmft_below(stream, 16);
            result->quantity[i].mean[j] = what == 0 ? (double)NAN : what == 1 ? -(double)INFINITY : value;
            result->quantity[i].se[j] = what < 3 ? -(double)NAN : what == 3 ? (double)INFINITY : se;
        }
    FILE *out = open_memstream(&text, &size);
    cr_assert_eq(as_csv ? sgdmft_result_csv(result, out, &error) : sgdmft_result_json(result, "solve", out, &error),
                 SGDMFT_OK, "%s", error.text);
    fclose(out);
    return text;
}

Test(result_formats, csv_is_read_back_to_the_last_bit)
{
    struct sgdmft_stream stream = fixture_stream(62);
    for (int round = 0; round < 100; round++) {
        const bool diverged = round % 2;
        scoped_result *result = example("8", diverged);
        char *text = printed(&stream, result, true), *rest, *line = strtok_r(text, "\n", &rest);
        cr_assert_str_eq(line, "step,time,overlap,overlap_se,norm,norm_se,train_loss,train_loss_se,train_error,"
                               "train_error_se,test_loss,test_loss_se,test_error,test_error_se");
        for (size_t row = 0; row < result->steps; row++) {
            line = strtok_r(NULL, "\n", &rest);
            cr_assert_not_null(line);
            cr_assert_null(strstr(line, "-nan"));
            cr_assert_eq(strtol(line, &line, 10), result->step[row]);
            cr_assert_eq(strtod(line + 1, &line), result->time[row]);
            for (int i = 0; i < 6; i++) {
                const struct sgdmft_quantity *quantity = sgdmft_result_find(result, "series", columns[i]);
                const double mean = strtod(line + 1, &line), se = strtod(line + 1, &line);
                cr_assert(fixture_same_bits(&mean, &quantity->mean[row], 1), "%s: %g", columns[i], mean);
                cr_assert(fixture_same_bits(&se, &quantity->se[row], 1), "%s_se: %g", columns[i], se);
            }
            cr_assert_eq(*line, 0);
        }
        cr_assert_null(strtok_r(NULL, "\n", &rest), "steps that were not reached have no line, as in json");
        cr_assert(!diverged || result->steps == 5);
        free(text);
    }
}

static void assert_array(const json_t *array, const char *name, const double *value, size_t count)
{
    cr_assert_eq(json_array_size(array), count, "%s", name);
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(array, i);
        cr_assert(isfinite(value[i]) ? fixture_same_bits(&(double){json_real_value(item)}, &value[i], 1)
                                     : json_is_null(item),
                  "%s: %.17g", name, value[i]);
    }
}

Test(result_formats, json_is_read_back_to_the_last_bit)
{
    struct sgdmft_stream stream = fixture_stream(63);
    for (int round = 0; round < 50; round++) {
        const bool diverged = round % 2;
        char name[64];
        json_error_t reason;
        scoped_result *result = example("8", diverged);
        char *text = printed(&stream, result, false);
        json_auto_t *object = json_loads(text, JSON_REJECT_DUPLICATES, &reason);
        cr_assert_not_null(object, "%s", reason.text);
        cr_assert_str_eq(json_string_value(json_object_get(object, "command")), "solve");
        cr_assert_str_eq(json_string_value(json_object_get(object, "status")), diverged ? "diverged" : "complete");
        cr_assert_eq(json_integer_value(json_object_get(object, "last_step")), diverged ? 4 : 8);
        const json_t *parameters = json_object_get(object, "parameters");
        cr_assert_eq(json_object_size(parameters), sgdmft_parameter_count);
        cr_assert_eq(json_real_value(json_object_get(parameters, "alpha")), 0.1);
        cr_assert_eq(json_integer_value(json_object_get(parameters, "steps")), 8);
        cr_assert_str_eq(json_string_value(json_object_get(parameters, "rule")), "sgd");
        cr_assert_str_eq(json_string_value(json_object_get(parameters, "seed")), "18446744073709551615");
        cr_assert_eq(json_integer_value(json_array_get(json_object_get(parameters, "waiting"), 1)), 3);
        const json_t *change = json_array_get(json_object_get(parameters, "rate_steps"), 0);
        cr_assert_eq(json_integer_value(json_array_get(change, 0)), 2);
        cr_assert_eq(json_real_value(json_array_get(change, 1)), 0.05);
        assert_array(json_object_get(object, "time"), "time", result->time, result->steps);
        for (int i = 0; i < 6; i++) {
            const struct sgdmft_quantity *quantity = sgdmft_result_find(result, "series", columns[i]);
            assert_array(json_object_get(object, columns[i]), columns[i], quantity->mean, result->steps);
            snprintf(name, sizeof name, "%s_se", columns[i]);
            assert_array(json_object_get(object, name), name, quantity->se, result->steps);
        }
        const json_t *table = json_object_get(json_object_get(object, "two_time"), "correlation");
        const struct sgdmft_quantity *correlation = sgdmft_result_find(result, "two_time", "correlation");
        cr_assert_eq(json_array_size(table), 2);
        for (size_t w = 0; w < 2; w++)
            assert_array(json_array_get(table, w), "correlation", correlation->mean + w * result->lags, result->lags);
        cr_assert_str_eq(json_string_value(json_object_get(json_object_get(object, "provenance"), "command")),
                         "sgdmft solve ?");
        free(text);
    }
}

Test(result_formats, text_is_short_and_complete)
{
    char *text = NULL, line[64], value[64];
    size_t size, lines = 0;
    struct sgdmft_error error;
    scoped_result *result = example("1000", true);
    FILE *out = open_memstream(&text, &size);
    cr_assert_eq(sgdmft_result_text(result, out, &error), SGDMFT_OK, "%s", error.text);
    fclose(out);
    for (const char *c = text; *c; c++)
        lines += *c == '\n';
    cr_assert(lines > 15 && lines < 35, "%zu lines", lines);
    cr_assert_not_null(strstr(text, "theory (engine dense, "));
    cr_assert_not_null(strstr(text, "diverged after step 500"));
    sgdmft_format_error(result->quantity[1].mean[0], result->quantity[1].se[0], value);
    cr_assert_not_null(strstr(text, value), "the first line");
    snprintf(line, sizeof line, "\n%8ld ", result->step[result->steps - 1]);
    cr_assert_not_null(strstr(text, line), "the last line");
    free(text);
}

Test(result_formats, a_full_stream_is_an_error)
{
    scoped_result *result = example("200", false);
    for (int i = 0; i < 3; i++) {
        struct sgdmft_error error;
        FILE *out = fopen("/dev/full", "w");
        enum sgdmft_status status = i == 0   ? sgdmft_result_csv(result, out, &error)
                                    : i == 1 ? sgdmft_result_json(result, "solve", out, &error)
                                             : sgdmft_result_text(result, out, &error);
        cr_assert_eq(status, SGDMFT_FILE);
        fclose(out);
    }
}

Test(result_formats, errors_stand_in_the_last_digits)
{
    static const struct {
        double value, se;
        const char *text;
    } cases[] = {
        {0.12341, 0.0005, "0.1234(5)"},
        {0.12341, 0.00016, "0.12341(16)"},
        {-0.12341, 0.012, "-0.123(12)"},
        {0.12341, 0.0196, "0.12(2)"},
        {0.12341, 0.000996, "0.1234(10)"},
        {12.5, 3, "12(3)"},
        {0.003, 0.02, "0.00(2)"},
        {1234, 56, "1.23(6)e3"},
        {1.5e9, 2e7, "1.50(2)e9"},
        {3.21e-7, 4e-9, "3.21(4)e-7"},
        {1, 0, "1(0)"},
        {0.25, (double)NAN, "0.25"},
        {(double)NAN, 0.1, "nan"},
        {(double)INFINITY, 1, "inf"},
        {0.5, (double)INFINITY, "0.5(inf)"},
        {1, 1e-15, "1(0)"},
        {0, 0.03, "0.00(3)"},
        {0.999996, 0.00003, "1.00000(3)"},
        {99.96, 0.4, "100.0(4)"},
        {0, 0, "0(0)"},
        {5, 1.2, "5.0(12)"},
    };
    char text[64];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        sgdmft_format_error(cases[i].value, cases[i].se, text);
        cr_assert_str_eq(text, cases[i].text, "%g +- %g: %s instead of %s", cases[i].value, cases[i].se, text,
                         cases[i].text);
    }
}

Test(result_formats, cells_of_tables_stand_for_themselves)
{
    static const struct {
        double value, se;
        const char *text;
    } cases[] = {
        {0.12341, 0.0005, "0.1234(5)"},
        {1, 0, "1"},
        {0, 0, "0"},
        {1e-5, 0, "1e-05"},
        {-3e-18, 4e-18, "0"},
        {3e-18, 4e-18, "0"},
        {9e-15, 5e-15, "0"},
        {0, 5e-15, "0"},
        {9e-15, 2e-15, "9(2)e-15"},
        {3e-8, 4e-8, "3(4)e-8"},
        {0, 0.03, "0.00(3)"},
        {3e-18, 1e-20, "3.000(10)e-18"},
        {(double)NAN, 0.1, "nan"},
        {0.25, (double)NAN, "0.25"},
        {0, 1e-13, "0.0(10)e-13"},
        {2.5, 1e-14, "2.5"},
    };
    char text[64];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        sgdmft_format_cell(cases[i].value, cases[i].se, text);
        cr_expect_str_eq(text, cases[i].text, "%g +- %g: %s instead of %s", cases[i].value, cases[i].se, text,
                         cases[i].text);
    }
}

Test(result_formats, provenance_names_what_the_bits_depend_on)
{
    struct sgdmft_provenance provenance = {.command = "kept", .threads = 3};
    sgdmft_provenance_fill(&provenance);
    cr_assert_neq(provenance.version[0], 0);
    cr_assert_neq(provenance.git_hash[0], 0);
    cr_assert_neq(provenance.cpu[0], 0);
    cr_assert(strstr(provenance.compiler, "gcc") || strstr(provenance.compiler, "clang"));
    const char *const libraries[] = {"GSL", "fftw", "SUNDIALS", "OpenBLAS", "HDF5", "jansson"};
    for (int i = 0; i < 6; i++)
        cr_assert_not_null(strstr(provenance.libraries, libraries[i]), "%s in %s", libraries[i], provenance.libraries);
    cr_assert_str_eq(provenance.command, "kept");
    cr_assert_eq(provenance.threads, 3);
}
