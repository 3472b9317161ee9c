/* SPDX-License-Identifier: GPL-3.0-or-later */
/* FILE.ini: what is read, and what inih would let pass is refused with its line. */
#include "tests/scoped.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEST(name) Test(config, name, .timeout = 10)

static enum sgdmft_status read_bytes(struct sgdmft_settings *settings, const char *bytes, size_t size,
                                     struct sgdmft_error *error)
{
    char path[] = "/tmp/sgdmft-config-XXXXXX";
    int descriptor = mkstemp(path);
    cr_assert_geq(descriptor, 0);
    cr_assert_eq(write(descriptor, bytes, size), (ssize_t)size);
    close(descriptor);
    enum sgdmft_status status = sgdmft_settings_read(settings, path, error);
    unlink(path);
    return status;
}

static enum sgdmft_status read_text(struct sgdmft_settings *settings, const char *text, struct sgdmft_error *error)
{
    return read_bytes(settings, text, strlen(text), error);
}

static void expect(const char *text, const char *name, const char *value)
{
    scoped_settings *settings = sgdmft_settings_create();
    struct sgdmft_error error = {0};
    cr_assert_eq(read_text(settings, text, &error), SGDMFT_OK, "%s: %s", text, error.text);
    const char *got = sgdmft_settings_get(settings, name);
    cr_assert(got && strcmp(got, value) == 0, "%s: %s is '%s'", text, name, got ? got : "(none)");
}

TEST(forms_that_are_read)
{
    expect("[data]\nalpha = 3\n", "alpha", "3");
    expect("[data]\nalpha=3", "alpha", "3");
    expect("[data]\nalpha : 3\n", "alpha", "3");
    expect("; a comment\n# another\n\n[data]\nalpha = 3 ; behind a value\n", "alpha", "3");
    expect("[data]\r\nalpha = 3\r\n", "alpha", "3");
    expect("\xEF\xBB\xBF[data]\nalpha = 3\n", "alpha", "3");
    expect("[data]\nalpha = 3\n[model]\nridge = 1\n[data]\ntargets = sign\n", "targets", "sign");
    expect("[data]\n  ; an indented comment\nalpha = 3\n  ; one more\n", "alpha", "3");
    expect("[output]\nout = a b/c=d#e.h5\n", "out", "a b/c=d#e.h5");
    expect("[algorithm]\nrate_steps = 500=0.05,800=0.01\n", "rate_steps", "500=0.05,800=0.01");
    expect("[algorithm]\nrate_steps = 500=0.05,\n    800=0.01,\n\t900=1\n", "rate_steps", "500=0.05,800=0.01,900=1");
    expect("[observables]\nwaiting = 1,\n  2\n\n  ,3\n", "waiting", "1,2,3");
    expect("[data]\nalpha =\n", "alpha", "");       /* refused when it is parsed */
    expect("[model]\n  ridge = 1\n", "ridge", "1"); /* indented, but there is nothing to continue */
}

TEST(flags_win_over_the_file)
{
    scoped_settings *settings = sgdmft_settings_create();
    sgdmft_settings_set(settings, "alpha", "7", NULL);
    cr_assert_eq(read_text(settings, "[data]\nalpha = 3\n[model]\nridge = 2\n", NULL), SGDMFT_OK);
    cr_assert_str_eq(sgdmft_settings_get(settings, "alpha"), "7");
    cr_assert_str_eq(sgdmft_settings_get(settings, "ridge"), "2");
}

TEST(bad_lines_are_refused_with_their_number)
{
    char cut[400] = "[output]\nout = ", fits[400] = "[output]\nout = ";
    memset(cut + strlen(cut), 'a', 193);
    memset(fits + strlen(fits), 'a', 192);
    strcat(cut, "\n");
    strcat(fits, "\n");
    const struct {
        const char *text, *line, *part;
    } cases[] = {
        {"[data]\nalhpa = 3\n", ":2:", "'alpha'"},
        {"[data]\nalpha = 3\n[modle]\nridge = 1\n", ":3:", "[model]"},
        {"[nonsense]\n", ":1:", "[nonsense]"}, /* without a key, too */
        {"[data]\nalpha = 3\nalpha = 3\n", ":3:", "twice"},
        {"[data]\nalpha = 3\n[model]\nridge = 1\n[data]\nalpha = 4\n", ":6:", "twice"},
        {"[model]\nalpha = 3\n", ":2:", "[data]"},
        {"alpha = 3\n", ":1:", "and is before the first section"},
        {"[data]\n\nalpha 3\n", ":3:", "NAME = VALUE"},
        {"[data\nalpha = 3\n", ":1:", "section"},
        {"[data]\nteacher = sign\n  alpha = 3\n", ":3:", "column 1"},
        {"[data]\ncluster-variance = 2\n", ":2:", "'cluster_variance'"},
        {"[data]\ncheckpoint = 2\n", ":2:", "'checkpoint'"},
        {cut, ":2:", "longer"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        scoped_settings *settings = sgdmft_settings_create();
        struct sgdmft_error error = {0};
        cr_assert_eq(read_text(settings, cases[i].text, &error), SGDMFT_USAGE, "%s", cases[i].text);
        cr_assert(strstr(error.text, cases[i].line) && strstr(error.text, cases[i].part), "%s: %s", cases[i].text,
                  error.text);
        for (size_t j = 0; j < sgdmft_parameter_count; j++)
            cr_assert_null(sgdmft_settings_get(settings, sgdmft_parameters[j].name), "nothing of a bad file is taken");
    }
    scoped_settings *settings = sgdmft_settings_create();
    cr_assert_eq(read_text(settings, fits, NULL), SGDMFT_OK);
    cr_assert_eq(strlen(sgdmft_settings_get(settings, "out")), 192);
}

TEST(binary_files_are_refused)
{
    static const char bytes[] = "[data]\nalpha = 3\0\n";
    scoped_settings *settings = sgdmft_settings_create();
    struct sgdmft_error error = {0};
    cr_assert_eq(read_bytes(settings, bytes, sizeof bytes - 1, &error), SGDMFT_USAGE);
    cr_assert_not_null(strstr(error.text, "text file"), "%s", error.text);
}

TEST(files_that_cannot_be_read)
{
    char folder[] = "/tmp/sgdmft-config-XXXXXX", fifo[64];
    scoped_settings *settings = sgdmft_settings_create();
    struct sgdmft_error error = {0};
    cr_assert_not_null(mkdtemp(folder));
    cr_assert_eq(sgdmft_settings_read(settings, folder, &error), SGDMFT_FILE);
    cr_assert_not_null(strstr(error.text, folder));
    snprintf(fifo, sizeof fifo, "%s/fifo", folder);
    cr_assert_eq(mkfifo(fifo, 0600), 0);
    cr_assert_eq(sgdmft_settings_read(settings, fifo, &error), SGDMFT_FILE); /* and does not wait for a writer */
    unlink(fifo);
    cr_assert_eq(sgdmft_settings_read(settings, fifo, &error), SGDMFT_FILE);
    cr_assert_not_null(strstr(error.text, "No such file"));
    cr_assert_eq(sgdmft_settings_read(settings, "", &error), SGDMFT_FILE);
    rmdir(folder);
}
