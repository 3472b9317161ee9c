/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds of files by their content, names of drafts, and files that are the same by other names. */
#include "models/base/checkpoint_file.h"
#include "models/result/result_hdf5.h"
#include "tests/made_folder.h"
#include "tests/given.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void work_in_folder(void)
{
    folder_make();
    cr_assert_eq(chdir(folder), 0);
}

TestSuite(files, .init = work_in_folder, .fini = folder_remove);

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fputs(text, file);
    fclose(file);
}

Test(files, kinds_are_known_by_their_first_bytes)
{
    static const struct {
        const struct files_kind *kind;
        const char *text;
        bool good;
    } cases[] = {
        {&files_png, "\x89PNG\r\n\x1a\nrest", true},
        {&files_png, "\x89PNG", false},
        {&files_png, "png", false},
        {&files_pdf, "%PDF-1.7\n", true},
        {&files_pdf, " %PDF-1.7\n", false},
        {&files_svg, "<svg width='3'></svg>", true},
        {&files_svg, "\xef\xbb\xbf<?xml version='1.0'?>\n<!-- by hand -->\n<svg", true},
        {&files_svg, "<html>", false},
        {&files_svg, "a note on <svg>", false},
        {&files_checkpoint, "sgdmft checkpoint 1\n", true},
        {&files_checkpoint, "sgdmft checkpoint 2\n", true},
        {&files_checkpoint, "sgdmft result, fnv1a ", false},
        {&files_result, "sgdmft result, fnv1a 0123456789abcdef\n", true},
        {&files_result, "\x89HDF\r\n\x1a\n", false},
        {&files_result, "sgdmft result", false},
        {&files_result, "", true}, /* nothing to lose */
        {&files_checkpoint, "", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sgdmft_error error = {0};
        put("f", cases[i].text);
        cr_expect_eq(files_check("f", cases[i].kind, &error), cases[i].good ? SGDMFT_OK : SGDMFT_FILE, "%zu: %s", i,
                     error.text);
        cr_expect_eq(files_write("f", cases[i].kind, "new", 3, &error), cases[i].good ? SGDMFT_OK : SGDMFT_FILE);
        cr_expect(cases[i].good || strstr(error.text, cases[i].kind->name), "%s", error.text);
    }
    cr_expect_eq(files_check("none", &files_png, NULL), SGDMFT_OK);
    cr_expect_eq(files_check(folder, &files_png, NULL), SGDMFT_FILE);
}

Test(files, one_that_comes_while_another_is_written_is_kept)
{
    struct files_draft draft;
    struct sgdmft_error error = {0};
    char text[8] = "";
    cr_assert_eq(files_begin(&draft, "late", &files_checkpoint, &error), SGDMFT_OK, "%s", error.text);
    put("late", "notes");
    cr_expect_eq(files_commit(&draft, &error), SGDMFT_FILE);
    cr_expect_neq(access(draft.temporary, F_OK), 0);
    FILE *file = fopen("late", "r");
    cr_assert_not_null(file);
    cr_assert_not_null(fgets(text, sizeof text, file));
    fclose(file);
    cr_expect_str_eq(text, "notes");
}

Test(files, a_checkpoint_before_that_is_none_is_kept)
{
    const struct sgdmft_run run = given_run("steps", "2", NULL);
    struct checkpoint_draft draft;
    struct sgdmft_error error = {0};
    put("c", "sgdmft checkpoint 1\n");
    cr_assert_eq(checkpoint_draft_begin(&draft, "c", &run, &error), SGDMFT_OK, "%s", error.text);
    put("c.previous", "notes");
    cr_expect_eq(checkpoint_draft_commit(&draft, &error), SGDMFT_FILE);
    cr_expect_not_null(strstr(error.text, "c.previous"), "%s", error.text);
    cr_expect_eq(files_check("c.previous", &files_checkpoint, NULL), SGDMFT_FILE, "it is no longer the notes");
    cr_expect_neq(access(draft.draft.temporary, F_OK), 0);
}

Test(files, names_of_drafts)
{
    static const struct {
        const char *name;
        size_t length;
    } cases[] = {
        {"a.h5.12-0.tmp", 4}, {"a.12-345.tmp", 1}, {"x.json.tmp", 0}, {"a.12-.tmp", 0},  {"a.-1.tmp", 0}, {"a.1-2", 0},
        {".1-2.tmp", 0},      {"a.1x-2.tmp", 0},   {".tmp", 0},       {"a.1-2y.tmp", 0}, {"a1-2.tmp", 0}, {"", 0},
        {"a.b.1-2.tmp", 3},   {"a.1-2.tmp.h5", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_eq(files_draft_of(cases[i].name), cases[i].length, "%s", cases[i].name);
    struct files_draft draft;
    cr_assert_eq(files_begin(&draft, "a.h5", &files_result, NULL), SGDMFT_OK);
    cr_expect_eq(files_draft_of(draft.temporary), 4, "%s", draft.temporary);
    files_cancel(&draft);
}

Test(files, the_same_file_by_other_names)
{
    struct sgdmft_error error = {0};
    put("a", "text");
    put("b", "text");
    cr_assert_eq(link("a", "hard"), 0);
    cr_assert_eq(symlink("a", "soft"), 0);
    cr_assert_eq(mkdir("sub", 0777), 0);
    static const struct {
        const char *path, *kept;
        bool same;
    } cases[] = {
        {"a", "a", true},
        {"./a", "a", true},
        {"hard", "a", true},
        {"a", "soft", true},
        {"sub/../a", "a", true},
        {"b", "a", false},
        {"a", "", false},
        {"new", "new", true},
        {"./new", "new", true},
        {"sub/new", "new", false},
        {"sub/../new", "new", true},
        {"new", "a", false},
        {"no/new", "no/new", false}, /* there is no such folder, as whoever writes will say */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_eq(files_keep(cases[i].path, cases[i].kept, "what it is", &error) == SGDMFT_FILE, cases[i].same,
                     "%s %s", cases[i].path, cases[i].kept);
    cr_expect_eq(files_keep("hard", "a", "what it is", &error), SGDMFT_FILE);
    cr_expect_str_eq(error.text, "cannot write hard: it is what it is");
}

Test(files, a_locked_file_that_is_replaced_is_another)
{
    struct sgdmft_error error = {0};
    int lock = -1;
    fclose(fopen("a", "w"));
    fclose(fopen("b", "w"));
    cr_assert_eq(files_lock("a", &lock, &error), SGDMFT_OK, "%s", error.text);
    cr_expect(files_locked(lock, "a"));
    cr_assert_eq(rename("b", "a"), 0);
    cr_expect(!files_locked(lock, "a"));
    unlink("a");
    cr_expect(!files_locked(lock, "a"));
}

Test(files, a_picture_is_complete_with_its_end)
{
    put("a.svg", "<svg><g/></svg>\n");
    cr_expect_eq(files_complete("a.svg", &files_svg, NULL), SGDMFT_OK);
    put("a.svg", "<svg><g/>\n");
    cr_expect_eq(files_complete("a.svg", &files_svg, NULL), SGDMFT_FILE);
    put("a.svg", "");
    cr_expect_eq(files_complete("a.svg", &files_svg, NULL), SGDMFT_FILE);
    cr_expect_eq(files_complete("none", &files_svg, NULL), SGDMFT_FILE);
}

/* The dataset is kept whatever it holds, also by who calls the library. */
Test(files, a_dataset_that_looks_like_a_result)
{
    struct sgdmft_error error = {0};
    put("d.csv", "1,2,a\n2,1,b\n3,2,a\n1,4,b\n5,2,a\n2,6,b\n7,2,a\n1,9,b\n3,3,a\n2,5,b\n");
    const struct sgdmft_run run = given_run("data", "file", "dataset", "d.csv", "steps", "2", NULL);
    scoped_result *result = sgdmft_result_create(&run, SGDMFT_THEORY, 2);
    cr_assert_not_null(result);
    put("d.csv", RESULT_MARK "and more");
    cr_assert_eq(link("d.csv", "r.h5"), 0);
    cr_expect_eq(sgdmft_result_write(result, "r.h5", &error), SGDMFT_FILE);
    cr_expect_str_eq(error.text, "cannot write r.h5: it is the dataset of the run");
    struct sgdmft_run saved = run;
    strcpy(saved.checkpoint, "c");
    put("d.csv", "sgdmft checkpoint 1\n");
    cr_assert_eq(link("d.csv", "c.previous"), 0);
    cr_expect_eq(checkpoint_check(&saved, "c", &error), SGDMFT_FILE);
    cr_expect_str_eq(error.text, "cannot write c.previous: it is the dataset of the run");
}
