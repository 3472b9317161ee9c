/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Table of the pieces under way and done, and the writing of checkpoints. One lock guards everything: other pieces wait
 * while one writes. */
#include "models/base/checkpoint_pieces.h"
#include "models/base/clock.h"
#include "models/base/memory.h"

#include "models/base/checkpoint_file.h"
#include "models/base/ranks.h"
#include <glob.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SOURCES_MAX 4096 /* files of the ranks of a run that is resumed */

/* Results of a finished piece. */
struct kept {
    struct checkpoint_piece piece;
    char *bytes;
    size_t size;
};

/* A piece under way in this process. */
struct under_way {
    struct checkpoint_piece piece;
    bool missing; /* not yet in the file that is being written */
    bool saved;   /* in a file that this process has written */
};

struct sgdmft_checkpoint {
    pthread_mutex_t lock;
    struct sgdmft_run run;
    char path[FILES_PATH_MAX];
    const struct ranks *ranks;
    double last;                      /* time of the last write, seconds */
    struct checkpoint_source *source; /* [sources] of a resumed run, with the pieces that have not begun */
    size_t sources;
    struct checkpoint_table waiting; /* these pieces; `done` is the number of their source */
    struct kept *kept;
    size_t kept_count, kept_room;
    struct under_way *active;
    size_t active_count, active_room;
    bool writing; /* a file is open and waits for `missing` pieces */
    size_t missing;
    struct checkpoint_draft draft;
    bool left;                   /* an unfinished piece is in the file alone, which must not be replaced */
    struct sgdmft_error trouble; /* of the last write; empty after one that succeeded */
};

static bool piece_same(struct checkpoint_piece a, struct checkpoint_piece b)
{
    return a.key == b.key && a.index == b.index;
}

/* Makes room for one more element; false without memory. */
static bool make_room(void *array, size_t count, size_t *room, size_t size)
{
    void **place = array;
    if (count < *room)
        return true;
    const size_t larger = *room ? 2 * *room : 16;
    void *moved = realloc(*place, larger * size);
    if (!moved)
        return false;
    *place = moved;
    *room = larger;
    return true;
}

/* ---- what is known -------------------------------------------------------------------------------------- */

static struct kept *find_kept(const struct sgdmft_checkpoint *checkpoint, struct checkpoint_piece piece)
{
    for (size_t i = 0; i < checkpoint->kept_count; i++)
        if (piece_same(checkpoint->kept[i].piece, piece))
            return &checkpoint->kept[i];
    return NULL;
}

static struct checkpoint_section *find_waiting(const struct sgdmft_checkpoint *checkpoint,
                                               struct checkpoint_piece piece)
{
    for (size_t i = 0; i < checkpoint->waiting.count; i++)
        if (piece_same(checkpoint->waiting.section[i].piece, piece))
            return &checkpoint->waiting.section[i];
    return NULL;
}

static struct under_way *find_active(const struct sgdmft_checkpoint *checkpoint, struct checkpoint_piece piece)
{
    for (size_t i = 0; i < checkpoint->active_count; i++)
        if (piece_same(checkpoint->active[i].piece, piece))
            return &checkpoint->active[i];
    return NULL;
}

/* Adds results; owns bytes from then on. */
static bool piece_keep(struct sgdmft_checkpoint *checkpoint, struct checkpoint_piece piece, char *bytes, size_t size)
{
    if (!bytes || find_kept(checkpoint, piece)
        || !make_room(&checkpoint->kept, checkpoint->kept_count, &checkpoint->kept_room, sizeof *checkpoint->kept)) {
        free(bytes);
        return false;
    }
    checkpoint->kept[checkpoint->kept_count++] = (struct kept){piece, bytes, size};
    return true;
}

/* Reads results into memory; unfinished pieces stay in their file. */
static void take_source(struct sgdmft_checkpoint *checkpoint, size_t number)
{
    const struct checkpoint_source *source = &checkpoint->source[number];
    for (size_t i = 0; i < source->table.count; i++) {
        struct checkpoint_section section = source->table.section[i];
        if (!section.done) {
            section.done = (uint32_t)number;
            if (!find_waiting(checkpoint, section.piece))
                checkpoint_table_add(&checkpoint->waiting, section);
            continue;
        }
        char *bytes = malloc((size_t)section.length + 1);
        if (bytes && fseeko(source->stream, (off_t)section.offset, SEEK_SET) == 0
            && fread(bytes, 1, (size_t)section.length, source->stream) == section.length)
            piece_keep(checkpoint, section.piece, bytes, (size_t)section.length);
        else
            free(bytes);
    }
}

/* ---- opening and closing -------------------------------------------------------------------------------- */

static void path_of_rank(const char *path, int rank, char out[FILES_PATH_MAX])
{
    if (rank == 0)
        snprintf(out, FILES_PATH_MAX, "%.*s", FILES_PATH_MAX - 64, path);
    else
        snprintf(out, FILES_PATH_MAX, "%.*s.rank%d", FILES_PATH_MAX - 64, path, rank);
}

/* Opens a file or, if it is missing or corrupt, the one before it. */
static enum sgdmft_status open_source(struct sgdmft_checkpoint *checkpoint, const char *path,
                                      struct sgdmft_error *warning, struct sgdmft_error *error)
{
    struct checkpoint_source *source = &checkpoint->source[checkpoint->sources];
    char previous[FILES_PATH_MAX];
    enum sgdmft_status status = checkpoint_source_open(source, path, &checkpoint->run, error);
    if (status == SGDMFT_FILE) {
        struct sgdmft_error second = {0};
        checkpoint_previous(path, previous);
        if (checkpoint_source_open(source, previous, &checkpoint->run, &second) == SGDMFT_OK) {
            sgdmft_fail(warning, SGDMFT_OK, "%s; the run goes on from %s", error->text, previous);
            *error = (struct sgdmft_error){0};
            status = SGDMFT_OK;
        }
    }
    if (!status && source->other_build && warning && !*warning->text)
        sgdmft_fail(warning, SGDMFT_OK,
                    "%s was written by another build or on another type of CPU: the last bits may differ", path);
    if (!status)
        take_source(checkpoint, checkpoint->sources++);
    return status;
}

/* Opens the files of all ranks. The first must be valid; pieces missing in the others are computed again. */
static enum sgdmft_status open_sources(struct sgdmft_checkpoint *checkpoint, struct sgdmft_error *warning,
                                       struct sgdmft_error *error)
{
    enum sgdmft_status status = SGDMFT_OK;
    struct sgdmft_error local = {0};
    checkpoint->source = calloc(SOURCES_MAX, sizeof *checkpoint->source);
    if (!checkpoint->source)
        return memory_fail(error, "a checkpoint");
    for (int rank = 0; rank < SOURCES_MAX; rank++) {
        char path[FILES_PATH_MAX];
        path_of_rank(checkpoint->run.checkpoint, rank, path);
        if (rank > 0 && access(path, F_OK) != 0)
            break;
        status = open_source(checkpoint, path, warning, &local);
        if (rank == 0 && status) {
            if (error)
                *error = local;
            return status;
        }
    }
    return SGDMFT_OK;
}

/* Removes drafts of a killed process: no other process writes under this name. */
static void remove_drafts(const char *path)
{
    char target[FILES_PATH_MAX], pattern[FILES_PATH_MAX + 32];
    glob_t found;
    if (files_target(path, target, NULL) || strpbrk(target, "*?[\\"))
        return;
    snprintf(pattern, sizeof pattern, "%s.[0-9]*-[0-9]*.tmp", target);
    if (glob(pattern, GLOB_NOSORT, NULL, &found) != 0)
        return;
    for (size_t i = 0; i < found.gl_pathc; i++)
        if (files_draft_of(found.gl_pathv[i]) && files_check(found.gl_pathv[i], &files_checkpoint, NULL) == SGDMFT_OK)
            unlink(found.gl_pathv[i]);
    globfree(&found);
}

static void write_now(struct sgdmft_checkpoint *checkpoint);

/* A checkpoint of the run without files, for sgdmft_checkpoint_close; NULL without memory. */
static struct sgdmft_checkpoint *make_checkpoint(const struct sgdmft_run *run)
{
    struct sgdmft_checkpoint *checkpoint = calloc(1, sizeof *checkpoint);
    if (checkpoint) {
        pthread_mutex_init(&checkpoint->lock, NULL);
        checkpoint->run = *run;
    }
    return checkpoint;
}

enum sgdmft_status sgdmft_checkpoint_open(const struct sgdmft_run *run, const struct ranks *ranks,
                                          struct sgdmft_checkpoint **out, struct sgdmft_error *warning,
                                          struct sgdmft_error *error)
{
    enum sgdmft_status status = SGDMFT_OK;
    *out = NULL;
    if (!*run->checkpoint)
        return SGDMFT_OK;
    struct sgdmft_checkpoint *checkpoint = make_checkpoint(run);
    if (!checkpoint)
        return memory_fail(error, "a checkpoint");
    checkpoint->ranks = ranks;
    checkpoint->last = clock_seconds();
    path_of_rank(run->checkpoint, ranks_index(ranks), checkpoint->path);
    if (!(status = checkpoint_check(run, checkpoint->path, error)))
        remove_drafts(checkpoint->path);
    if (!status && run->resume)
        status = open_sources(checkpoint, warning, error);
    else if (!status) { /* a file from the first moment on: it can be written, and a run that is killed early can be
                           resumed */
        write_now(checkpoint);
        if (*checkpoint->trouble.text)
            status = sgdmft_fail(error, SGDMFT_FILE, "%s", checkpoint->trouble.text);
    }
    if (status)
        sgdmft_checkpoint_close(checkpoint, false, NULL);
    else
        *out = checkpoint;
    return status;
}

enum sgdmft_status checkpoint_found(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    if (!*run->checkpoint || !run->resume)
        return SGDMFT_OK;
    struct sgdmft_checkpoint *checkpoint = make_checkpoint(run);
    if (!checkpoint)
        return memory_fail(error, "a checkpoint");
    const enum sgdmft_status status = open_sources(checkpoint, NULL, error);
    sgdmft_checkpoint_close(checkpoint, false, NULL);
    return status;
}

enum sgdmft_status sgdmft_checkpoint_close(struct sgdmft_checkpoint *checkpoint, bool complete,
                                           struct sgdmft_error *error)
{
    enum sgdmft_status status = SGDMFT_OK;
    if (!checkpoint)
        return SGDMFT_OK;
    if (checkpoint->writing)
        checkpoint_draft_cancel(&checkpoint->draft);
    checkpoint->writing = false;
    if (complete && !checkpoint->left)
        write_now(checkpoint);
    if (*checkpoint->trouble.text)
        status = sgdmft_fail(error, SGDMFT_FILE, "%s", checkpoint->trouble.text);
    for (size_t i = 0; i < checkpoint->kept_count; i++)
        free(checkpoint->kept[i].bytes);
    for (size_t i = 0; i < checkpoint->sources; i++)
        checkpoint_source_close(&checkpoint->source[i]);
    free(checkpoint->kept);
    free(checkpoint->active);
    free(checkpoint->source);
    free(checkpoint->waiting.section);
    pthread_mutex_destroy(&checkpoint->lock);
    free(checkpoint);
    return status;
}

/* ---- writing -------------------------------------------------------------------------------------------- */

static void begin_writing(struct sgdmft_checkpoint *checkpoint)
{
    checkpoint->last = clock_seconds();
    if (checkpoint_draft_begin(&checkpoint->draft, checkpoint->path, &checkpoint->run, &checkpoint->trouble))
        return;
    checkpoint->writing = true;
    checkpoint->missing = checkpoint->active_count;
    for (size_t i = 0; i < checkpoint->active_count; i++)
        checkpoint->active[i].missing = true;
}

/* Adds the other pieces after those under way, and completes the file. */
static void end_writing(struct sgdmft_checkpoint *checkpoint)
{
    struct checkpoint_draft *draft = &checkpoint->draft;
    for (size_t i = 0; i < checkpoint->kept_count; i++)
        checkpoint_draft_bytes(draft, checkpoint->kept[i].piece, checkpoint->kept[i].bytes, checkpoint->kept[i].size);
    for (size_t i = 0; i < checkpoint->waiting.count; i++) {
        struct checkpoint_section section = checkpoint->waiting.section[i];
        FILE *stream = checkpoint->source[section.done].stream;
        section.done = 0;
        if (ranks_owner(checkpoint->ranks, section.piece.index) == ranks_index(checkpoint->ranks)
            && !find_kept(checkpoint, section.piece))
            checkpoint_draft_copy(draft, stream, &section);
    }
    checkpoint->writing = false;
    struct sgdmft_error trouble = {0};
    checkpoint_draft_commit(draft, &trouble);
    checkpoint->trouble = trouble;
    checkpoint->last = clock_seconds();
}

static void write_now(struct sgdmft_checkpoint *checkpoint)
{
    begin_writing(checkpoint);
    if (checkpoint->writing)
        end_writing(checkpoint);
}

/* Removes a piece from those that the file waits for. */
static void settle(struct sgdmft_checkpoint *checkpoint, struct under_way *piece)
{
    if (!checkpoint->writing || !piece->missing)
        return;
    piece->missing = false;
    if (--checkpoint->missing == 0)
        end_writing(checkpoint);
}

/* Keeps the file as it is: a piece ends whose state is in that file alone. */
static void cancel_writing(struct sgdmft_checkpoint *checkpoint)
{
    checkpoint_draft_cancel(&checkpoint->draft);
    checkpoint->writing = false;
    for (size_t i = 0; i < checkpoint->active_count; i++)
        checkpoint->active[i].missing = false;
}

/* ---- pieces --------------------------------------------------------------------------------------------- */

enum checkpoint_known checkpoint_begin(struct sgdmft_checkpoint *checkpoint, struct checkpoint_piece piece)
{
    enum checkpoint_known known = CHECKPOINT_NOTHING;
    if (!checkpoint)
        return known;
    pthread_mutex_lock(&checkpoint->lock);
    if (find_kept(checkpoint, piece))
        known = CHECKPOINT_DONE;
    else if (find_waiting(checkpoint, piece))
        known = CHECKPOINT_PART;
    if (make_room(&checkpoint->active, checkpoint->active_count, &checkpoint->active_room, sizeof *checkpoint->active))
        checkpoint->active[checkpoint->active_count++] = (struct under_way){.piece = piece};
    pthread_mutex_unlock(&checkpoint->lock);
    return known;
}

bool checkpoint_read(struct sgdmft_checkpoint *checkpoint, struct checkpoint_piece piece, checkpoint_visit *visit,
                     void *context)
{
    bool good = false;
    pthread_mutex_lock(&checkpoint->lock);
    const struct kept *kept = find_kept(checkpoint, piece);
    struct checkpoint_section *waiting = find_waiting(checkpoint, piece);
    FILE *stream = kept      ? fmemopen(kept->bytes, kept->size, "rb")
                   : waiting ? checkpoint->source[waiting->done].stream
                             : NULL;
    if (stream && (kept || fseeko(stream, (off_t)waiting->offset, SEEK_SET) == 0)) {
        struct archive archive = archive_read(stream);
        good = visit(context, &archive) && archive.bytes == (kept ? kept->size : waiting->length);
    }
    if (kept && stream)
        fclose(stream);
    pthread_mutex_unlock(&checkpoint->lock);
    return good;
}

/* Removes the source of a piece: its state is older than the one just saved. */
static void forget_waiting(struct sgdmft_checkpoint *checkpoint, struct checkpoint_piece piece)
{
    struct checkpoint_section *waiting = find_waiting(checkpoint, piece);
    if (waiting)
        *waiting = checkpoint->waiting.section[--checkpoint->waiting.count];
}

void checkpoint_offer(struct sgdmft_checkpoint *checkpoint, struct checkpoint_piece piece, bool at_once,
                      checkpoint_visit *visit, void *context)
{
    if (!checkpoint)
        return;
    pthread_mutex_lock(&checkpoint->lock);
    if (!checkpoint->writing && !checkpoint->left
        && (at_once || clock_seconds() - checkpoint->last >= checkpoint->run.checkpoint_every))
        begin_writing(checkpoint);
    struct under_way *active = find_active(checkpoint, piece);
    if (checkpoint->writing && active && active->missing) {
        checkpoint_draft_visit(&checkpoint->draft, piece, visit, context);
        forget_waiting(checkpoint, piece);
        active->saved = true;
        settle(checkpoint, active);
    }
    pthread_mutex_unlock(&checkpoint->lock);
}

void checkpoint_end(struct sgdmft_checkpoint *checkpoint, struct checkpoint_piece piece, checkpoint_visit *visit,
                    void *context)
{
    if (!checkpoint)
        return;
    char *bytes = NULL;
    size_t size = 0;
    FILE *stream = visit ? open_memstream(&bytes, &size) : NULL;
    struct archive archive = archive_write(stream);
    const bool shown = stream && visit(context, &archive);
    if (stream)
        fclose(stream);
    pthread_mutex_lock(&checkpoint->lock);
    checkpoint->left = checkpoint->left || !visit;
    if (shown)
        piece_keep(checkpoint, piece, bytes, size);
    else
        free(bytes);
    if (visit)
        forget_waiting(checkpoint, piece);
    struct under_way *active = find_active(checkpoint, piece);
    if (active) {
        if (!visit && active->missing && active->saved)
            cancel_writing(checkpoint);
        settle(checkpoint, active);
        *active = checkpoint->active[--checkpoint->active_count];
    }
    pthread_mutex_unlock(&checkpoint->lock);
}
