/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checkpoints with pieces that only count: what is saved is found again, files that are broken or of another run are
 * not taken. The program's own runs are in tests/cli/test_resume.c. */
#include "models/base/checkpoint_pieces.h"
#include "tests/made_folder.h"
#include "tests/given.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char path[128], previous[160];

static void open_folder(void)
{
    folder_make();
    snprintf(path, sizeof path, "%s/c", folder);
    snprintf(previous, sizeof previous, "%s.previous", path);
}

TestSuite(checkpoint, .init = open_folder, .fini = folder_remove, .timeout = 20);

static struct sgdmft_checkpoint *opened(const char *resume, const char *rate)
{
    const struct sgdmft_run run = given_run("checkpoint", path, "resume", resume, "rate", rate, NULL);
    struct sgdmft_checkpoint *checkpoint;
    struct sgdmft_error error = {0};
    cr_assert_eq(sgdmft_checkpoint_open(&run, NULL, &checkpoint, NULL, &error), SGDMFT_OK, "%s", error.text);
    return checkpoint;
}

static enum sgdmft_status refused(const char *rate, struct sgdmft_error *error)
{
    const struct sgdmft_run run = given_run("checkpoint", path, "resume", "yes", "rate", rate, NULL);
    struct sgdmft_checkpoint *checkpoint;
    const enum sgdmft_status status = sgdmft_checkpoint_open(&run, NULL, &checkpoint, NULL, error);
    if (status == SGDMFT_OK)
        sgdmft_checkpoint_close(checkpoint, false, NULL);
    return status;
}

static bool visit(void *context, struct archive *archive)
{
    return archive_doubles(archive, context, 3);
}

static double first_of(struct sgdmft_checkpoint *checkpoint, uint32_t index, enum checkpoint_known expected)
{
    const struct checkpoint_piece piece = {7, index};
    double values[3] = {0};
    cr_expect_eq(checkpoint_begin(checkpoint, piece), expected, "piece %u", index);
    if (expected != CHECKPOINT_NOTHING)
        cr_expect(checkpoint_read(checkpoint, piece, visit, values), "piece %u", index);
    return values[0];
}

/* Piece 0 is done, 1 and 2 are saved under way and left, 3 is never begun. */
static void write_three(double scale)
{
    struct sgdmft_checkpoint *checkpoint = opened("no", "0.1");
    double values[3][3] = {{scale, 1, 1}, {2 * scale, 2, 2}, {3 * scale, 3, 3}};
    for (uint32_t i = 0; i < 3; i++)
        checkpoint_begin(checkpoint, (struct checkpoint_piece){7, i});
    checkpoint_end(checkpoint, (struct checkpoint_piece){7, 0}, visit, values[0]);
    for (uint32_t i = 1; i < 3; i++)
        checkpoint_offer(checkpoint, (struct checkpoint_piece){7, i}, true, visit, values[i]);
    for (uint32_t i = 1; i < 3; i++)
        checkpoint_end(checkpoint, (struct checkpoint_piece){7, i}, NULL, NULL);
    cr_assert_eq(sgdmft_checkpoint_close(checkpoint, false, NULL), SGDMFT_OK);
}

Test(checkpoint, finds_what_was_saved)
{
    write_three(1);
    struct sgdmft_checkpoint *checkpoint = opened("yes", "0.1");
    cr_expect_eq(first_of(checkpoint, 0, CHECKPOINT_DONE), 1);
    cr_expect_eq(first_of(checkpoint, 2, CHECKPOINT_PART), 3);
    cr_expect_eq(first_of(checkpoint, 3, CHECKPOINT_NOTHING), 0);
    /* 2 goes on and is saved; 1 was not taken up, and stays what it was */
    double values[3] = {30, 30, 30};
    checkpoint_end(checkpoint, (struct checkpoint_piece){7, 0}, visit, values); /* known already: stays */
    checkpoint_end(checkpoint, (struct checkpoint_piece){7, 3}, visit, values);
    checkpoint_offer(checkpoint, (struct checkpoint_piece){7, 2}, true, visit, values);
    checkpoint_end(checkpoint, (struct checkpoint_piece){7, 2}, NULL, NULL);
    cr_assert_eq(sgdmft_checkpoint_close(checkpoint, false, NULL), SGDMFT_OK);
    checkpoint = opened("yes", "0.1");
    cr_expect_eq(first_of(checkpoint, 0, CHECKPOINT_DONE), 1);
    cr_expect_eq(first_of(checkpoint, 1, CHECKPOINT_PART), 2);
    cr_expect_eq(first_of(checkpoint, 2, CHECKPOINT_PART), 30);
    cr_expect_eq(first_of(checkpoint, 3, CHECKPOINT_DONE), 30);
    cr_assert_eq(sgdmft_checkpoint_close(checkpoint, false, NULL), SGDMFT_OK);
    cr_expect_eq(access(previous, F_OK), 0, "the one before is kept");
}

/* A piece that ends between two savings keeps the state of the first, and the others theirs: the file is as it was. */
Test(checkpoint, a_piece_that_leaves_keeps_what_was_saved)
{
    struct sgdmft_checkpoint *checkpoint = opened("no", "0.1");
    double early[3] = {1, 1, 1}, late[3] = {2, 2, 2};
    for (uint32_t i = 0; i < 2; i++)
        checkpoint_begin(checkpoint, (struct checkpoint_piece){7, i});
    for (uint32_t i = 0; i < 2; i++)
        checkpoint_offer(checkpoint, (struct checkpoint_piece){7, i}, true, visit, early);
    checkpoint_offer(checkpoint, (struct checkpoint_piece){7, 0}, true, visit, late);
    checkpoint_end(checkpoint, (struct checkpoint_piece){7, 1}, NULL, NULL);
    checkpoint_offer(checkpoint, (struct checkpoint_piece){7, 0}, true, visit, late);
    checkpoint_end(checkpoint, (struct checkpoint_piece){7, 0}, NULL, NULL);
    cr_assert_eq(sgdmft_checkpoint_close(checkpoint, false, NULL), SGDMFT_OK);
    checkpoint = opened("yes", "0.1");
    for (uint32_t i = 0; i < 2; i++)
        cr_expect_eq(first_of(checkpoint, i, CHECKPOINT_PART), 1, "piece %u", i);
    cr_assert_eq(sgdmft_checkpoint_close(checkpoint, false, NULL), SGDMFT_OK);
}

Test(checkpoint, waits_for_all_pieces_under_way)
{
    struct sgdmft_checkpoint *checkpoint = opened("no", "0.1");
    struct stat before, after;
    double values[3] = {1, 2, 3};
    for (uint32_t i = 0; i < 3; i++)
        checkpoint_begin(checkpoint, (struct checkpoint_piece){7, i});
    cr_assert_eq(stat(path, &before), 0);
    checkpoint_offer(checkpoint, (struct checkpoint_piece){7, 0}, true, visit, values);
    checkpoint_offer(checkpoint, (struct checkpoint_piece){7, 0}, false, visit, values);
    checkpoint_offer(checkpoint, (struct checkpoint_piece){7, 1}, false, visit, values);
    cr_assert_eq(stat(path, &after), 0);
    cr_expect_eq(before.st_ino, after.st_ino, "piece 2 is missing");
    checkpoint_end(checkpoint, (struct checkpoint_piece){7, 2}, visit, values);
    cr_assert_eq(stat(path, &after), 0);
    cr_expect_neq(before.st_ino, after.st_ino, "piece 2 is done");
    checkpoint_offer(checkpoint, (struct checkpoint_piece){7, 0}, false, visit, values);
    cr_assert_eq(stat(path, &before), 0);
    cr_expect_eq(before.st_ino, after.st_ino, "not due");
    cr_assert_eq(sgdmft_checkpoint_close(checkpoint, false, NULL), SGDMFT_OK);
}

Test(checkpoint, another_run_is_refused)
{
    struct sgdmft_error error = {0};
    write_three(1);
    cr_expect_eq(refused("0.2", &error), SGDMFT_USAGE);
    cr_expect_not_null(strstr(error.text, "rate: 0.2"), "%s", error.text);
    cr_expect_not_null(strstr(error.text, "0.1"), "%s", error.text);
    const struct sgdmft_run run = given_run("checkpoint", path, NULL), other = given_run("seed", "2", NULL),
                            free_run = given_run("threads", "7", "memory_limit", "1e9", "out", "x.h5", NULL);
    cr_expect_neq(checkpoint_key(&run, "dense", 1), checkpoint_key(&other, "dense", 1));
    cr_expect_neq(checkpoint_key(&run, "dense", 1), checkpoint_key(&run, "dense", 2));
    cr_expect_neq(checkpoint_key(&run, "dense", 1), checkpoint_key(&run, "simulation", 1));
    cr_expect_eq(checkpoint_key(&run, "dense", 1), checkpoint_key(&free_run, "dense", 1));
}

static void spoil(const char *file, long at)
{
    FILE *stream = fopen(file, "r+b");
    cr_assert_not_null(stream);
    fseek(stream, at, SEEK_SET);
    const int byte = fgetc(stream);
    fseek(stream, at, SEEK_SET);
    fputc(byte ^ 0x10, stream);
    fclose(stream);
}

/* Every byte of the file matters. */
Test(checkpoint, broken_files_are_not_taken)
{
    struct sgdmft_error error = {0};
    struct stat file;
    write_three(1);
    unlink(previous);
    cr_assert_eq(stat(path, &file), 0);
    for (long at = 0; at < (long)file.st_size; at += 3) {
        spoil(path, at);
        cr_expect_eq(refused("0.1", &error), SGDMFT_FILE, "byte %ld of %ld", at, (long)file.st_size);
        spoil(path, at);
    }
    cr_expect_eq(refused("0.1", &error), SGDMFT_OK);
    for (long size = (long)file.st_size - 1; size >= 0; size -= 41) {
        cr_assert_eq(truncate(path, size), 0);
        cr_expect_eq(refused("0.1", &error), SGDMFT_FILE, "%ld bytes", size);
    }
    unlink(path);
    cr_expect_eq(refused("0.1", &error), SGDMFT_FILE);
}

Test(checkpoint, falls_back_to_the_previous_one_and_says_so)
{
    struct sgdmft_error error = {0}, warning = {0};
    struct sgdmft_checkpoint *checkpoint;
    const struct sgdmft_run run = given_run("checkpoint", path, "resume", "yes", "rate", "0.1", NULL);
    write_three(1);
    checkpoint = opened("yes", "0.1");
    cr_assert_eq(sgdmft_checkpoint_close(checkpoint, true, NULL), SGDMFT_OK); /* written once more */
    spoil(path, 100);
    cr_assert_eq(sgdmft_checkpoint_open(&run, NULL, &checkpoint, &warning, &error), SGDMFT_OK, "%s", error.text);
    cr_expect_not_null(strstr(warning.text, "previous"), "%s", warning.text);
    cr_expect_eq(first_of(checkpoint, 1, CHECKPOINT_PART), 2);
    cr_assert_eq(sgdmft_checkpoint_close(checkpoint, false, NULL), SGDMFT_OK);
    spoil(previous, 100);
    cr_expect_eq(sgdmft_checkpoint_open(&run, NULL, &checkpoint, &warning, &error), SGDMFT_FILE);
}

Test(checkpoint, none_costs_nothing_and_folders_are_checked)
{
    struct sgdmft_checkpoint *checkpoint;
    struct sgdmft_error error = {0};
    struct sgdmft_run run = given_run("rate", "0.1", NULL);
    double values[3];
    cr_expect_eq(sgdmft_checkpoint_open(&run, NULL, &checkpoint, NULL, &error), SGDMFT_OK);
    cr_expect_null(checkpoint);
    cr_expect_eq(checkpoint_begin(NULL, (struct checkpoint_piece){1, 1}), CHECKPOINT_NOTHING);
    checkpoint_offer(NULL, (struct checkpoint_piece){1, 1}, true, visit, values);
    checkpoint_end(NULL, (struct checkpoint_piece){1, 1}, visit, values);
    cr_expect_eq(sgdmft_checkpoint_close(NULL, true, &error), SGDMFT_OK);
    run = given_run("checkpoint", "/nowhere/at/all", NULL);
    cr_expect_eq(sgdmft_checkpoint_open(&run, NULL, &checkpoint, NULL, &error), SGDMFT_FILE);
}
