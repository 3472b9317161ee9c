/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Head, sections and table of a checkpoint, written and read. */
#include "models/base/checkpoint_file.h"
#include "models/base/memory.h"

#include "models/run/checkpoint_run.h"
#include "models/run/parameter_table.h"
#include <errno.h>
#include <sgdmft/result.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define MAGIC_START "sgdmft checkpoint "
#define MAGIC MAGIC_START "1\n"
#define END_MAGIC "sgdmft end\n"
#define TEXT_MOST (1u << 20)
#define PIECE_BYTES (1u << 20)

static bool is_checkpoint(const char *start, size_t size)
{
    return files_starts(start, size, MAGIC_START);
}

const struct files_kind files_checkpoint = {"checkpoint of sgdmft", is_checkpoint, NULL};

void checkpoint_previous(const char *path, char previous[FILES_PATH_MAX])
{
    char target[FILES_PATH_MAX];
    const bool known = files_target(path, target, NULL) == SGDMFT_OK; /* other paths cannot be written */
    snprintf(previous, FILES_PATH_MAX, "%.*s.previous", FILES_PATH_MAX - 16, known ? target : path);
}

enum sgdmft_status checkpoint_check(const struct sgdmft_run *run, const char *path, struct sgdmft_error *error)
{
    char previous[FILES_PATH_MAX];
    const char *const dataset = effect_dataset(run) ? run->dataset : "";
    enum sgdmft_status status;
    checkpoint_previous(path, previous);
    (void)((status = files_keep(path, dataset, "the dataset of the run", error))
           || (status = files_keep(previous, dataset, "the dataset of the run", error))
           || (status = files_check(path, &files_checkpoint, error))
           || (status = files_check(previous, &files_checkpoint, error)));
    return status;
}

bool checkpoint_table_add(struct checkpoint_table *table, struct checkpoint_section section)
{
    if (table->count == table->capacity) {
        const size_t capacity = table->capacity ? 2 * table->capacity : 16;
        void *larger = realloc(table->section, capacity * sizeof *table->section);
        if (!larger)
            return false;
        table->section = larger;
        table->capacity = capacity;
    }
    table->section[table->count++] = section;
    return true;
}

/* ---- parts that are written and read by the same function --------------------------------------------- */

/* A text; when reading, *text is allocated. */
static bool text_archive(struct archive *archive, char **text)
{
    size_t length = archive->writing ? strlen(*text) : 0;
    if (!archive_count(archive, &length, TEXT_MOST))
        return false;
    if (!archive->writing && !(*text = calloc(length + 1, 1)))
        return !(archive->failed = true);
    return archive_bytes(archive, *text, length);
}

/* Writes the checksum of the bytes before it, or compares it. */
static bool checksum_archive(struct archive *archive)
{
    const uint32_t sum = archive->checksum;
    uint32_t found = sum;
    if (archive_words(archive, &found, 1) && found != sum)
        archive->failed = true;
    return !archive->failed;
}

struct head {
    char *version, *build, *run;
};

static void head_free(struct head *head)
{
    free(head->version);
    free(head->build);
    free(head->run);
}

static bool head_archive(struct head *head, struct archive *archive)
{
    return archive_mark(archive, MAGIC) && text_archive(archive, &head->version) && text_archive(archive, &head->build)
           && text_archive(archive, &head->run) && checksum_archive(archive);
}

static bool table_archive(struct checkpoint_table *table, struct archive *archive)
{
    size_t count = table->count;
    if (!archive_count(archive, &count, UINT32_MAX))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct checkpoint_section section = {0};
        if (archive->writing)
            section = table->section[i];
        archive_bytes(archive, &section.piece.key, sizeof section.piece.key);
        archive_words(archive, &section.piece.index, 1);
        archive_words(archive, &section.done, 1);
        archive_bytes(archive, &section.offset, sizeof section.offset);
        archive_bytes(archive, &section.length, sizeof section.length);
        archive_words(archive, &section.checksum, 1);
        if (archive->failed || (!archive->writing && !checkpoint_table_add(table, section)))
            return false;
    }
    return checksum_archive(archive);
}

/* This program: its version, and the build and CPU, on which the last bits depend. */
static bool head_make(struct head *head, const struct sgdmft_run *run)
{
    struct sgdmft_provenance *here = calloc(1, sizeof *here);
    char build[1024];
    if (!here)
        return false;
    sgdmft_provenance_fill(here);
    snprintf(build, sizeof build, "%s; %s; %s; %.400s", here->git_hash, here->compiler, here->cpu, here->libraries);
    *head = (struct head){strdup(here->version), strdup(build), checkpoint_run_text(run)};
    free(here);
    return head->version && head->build && head->run;
}

/* ---- reading ------------------------------------------------------------------------------------------ */

static bool section_intact(FILE *stream, const struct checkpoint_section *section, unsigned char *buffer)
{
    uint32_t sum = 0;
    if (fseeko(stream, (off_t)section->offset, SEEK_SET) != 0)
        return false;
    for (uint64_t left = section->length; left > 0;) {
        const size_t size = left < PIECE_BYTES ? (size_t)left : PIECE_BYTES;
        if (fread(buffer, 1, size, stream) != size)
            return false;
        sum = (uint32_t)crc32_z(sum, buffer, size);
        left -= size;
    }
    return sum == section->checksum;
}

/* The table, found through the last bytes of the file, and all sections. */
static bool sections_read(struct checkpoint_source *source)
{
    uint64_t start = 0;
    const size_t tail = sizeof start + strlen(END_MAGIC);
    if (fseeko(source->stream, -(off_t)tail, SEEK_END) != 0)
        return false;
    struct archive end = archive_read(source->stream);
    if (!archive_bytes(&end, &start, sizeof start) || !archive_mark(&end, END_MAGIC)
        || fseeko(source->stream, (off_t)start, SEEK_SET) != 0)
        return false;
    struct archive archive = archive_read(source->stream);
    if (!table_archive(&source->table, &archive))
        return false;
    unsigned char *buffer = malloc(PIECE_BYTES);
    bool intact = buffer != NULL;
    for (size_t i = 0; intact && i < source->table.count; i++)
        intact = section_intact(source->stream, &source->table.section[i], buffer);
    free(buffer);
    return intact;
}

static enum sgdmft_status head_check(const struct head *head, const char *path, const struct sgdmft_run *run,
                                     bool *other_build, struct sgdmft_error *error)
{
    struct head here = {0};
    enum sgdmft_status status = SGDMFT_OK;
    if (!head_make(&here, run))
        status = memory_fail(error, "a checkpoint");
    else if (strcmp(here.version, head->version) != 0)
        status = sgdmft_fail(error, SGDMFT_FILE, "cannot resume from %s: version %.60s wrote it", path, head->version);
    else
        status = checkpoint_run_check(run, head->run, path, error);
    *other_build = !status && strcmp(here.build, head->build) != 0;
    head_free(&here);
    return status;
}

enum sgdmft_status checkpoint_source_open(struct checkpoint_source *source, const char *path,
                                          const struct sgdmft_run *run, struct sgdmft_error *error)
{
    struct head head = {0};
    *source = (struct checkpoint_source){.stream = fopen(path, "rbe")};
    if (!source->stream)
        return sgdmft_fail(error, SGDMFT_FILE, "cannot resume from %s: %s", path, strerror(errno));
    struct archive archive = archive_read(source->stream);
    enum sgdmft_status status = SGDMFT_OK;
    if (!head_archive(&head, &archive) || !sections_read(source))
        status = sgdmft_fail(error, SGDMFT_FILE, "cannot resume from %s: it is not a checkpoint or is corrupt", path);
    if (!status)
        status = head_check(&head, path, run, &source->other_build, error);
    head_free(&head);
    if (status)
        checkpoint_source_close(source);
    return status;
}

void checkpoint_source_close(struct checkpoint_source *source)
{
    if (source->stream)
        fclose(source->stream);
    free(source->table.section);
    *source = (struct checkpoint_source){0};
}

/* ---- writing ------------------------------------------------------------------------------------------ */

enum sgdmft_status checkpoint_draft_begin(struct checkpoint_draft *draft, const char *path,
                                          const struct sgdmft_run *run, struct sgdmft_error *error)
{
    struct head head = {0};
    *draft = (struct checkpoint_draft){0};
    enum sgdmft_status status = files_begin(&draft->draft, path, &files_checkpoint, error);
    if (status)
        return status;
    const int descriptor = dup(draft->draft.descriptor);
    draft->stream = descriptor >= 0 ? fdopen(descriptor, "wb") : NULL;
    if (!draft->stream) {
        if (descriptor >= 0)
            close(descriptor);
        files_cancel(&draft->draft);
        return sgdmft_fail(error, SGDMFT_FILE, "cannot write %s: %s", path, strerror(errno));
    }
    draft->archive = archive_write(draft->stream);
    if (!head_make(&head, run) || !head_archive(&head, &draft->archive))
        draft->archive.failed = true;
    head_free(&head);
    return SGDMFT_OK;
}

/* Begins a section, with a checksum of its own; its offset is the number of bytes before it. */
static void section_close(struct checkpoint_draft *draft, struct checkpoint_piece piece, bool done,
                          const struct archive *part)
{
    const struct checkpoint_section section = {.piece = piece,
                                               .done = done,
                                               .offset = draft->archive.bytes,
                                               .length = part->bytes,
                                               .checksum = part->checksum};
    draft->archive.bytes += part->bytes;
    if (part->failed || !checkpoint_table_add(&draft->table, section))
        draft->archive.failed = true;
}

void checkpoint_draft_visit(struct checkpoint_draft *draft, struct checkpoint_piece piece, checkpoint_visit *visit,
                            void *context)
{
    struct archive part = archive_write(draft->stream);
    if (draft->archive.failed)
        return;
    if (!visit(context, &part))
        part.failed = true;
    section_close(draft, piece, false, &part);
}

void checkpoint_draft_bytes(struct checkpoint_draft *draft, struct checkpoint_piece piece, void *bytes, size_t size)
{
    struct archive part = archive_write(draft->stream);
    if (draft->archive.failed)
        return;
    archive_bytes(&part, bytes, size);
    section_close(draft, piece, true, &part);
}

void checkpoint_draft_copy(struct checkpoint_draft *draft, FILE *stream, const struct checkpoint_section *section)
{
    struct archive part = archive_write(draft->stream);
    unsigned char *buffer = malloc(PIECE_BYTES);
    if (!buffer || fseeko(stream, (off_t)section->offset, SEEK_SET) != 0)
        part.failed = true;
    for (uint64_t left = section->length; left > 0 && !part.failed && !draft->archive.failed;) {
        const size_t size = left < PIECE_BYTES ? (size_t)left : PIECE_BYTES;
        if (fread(buffer, 1, size, stream) != size)
            part.failed = true;
        archive_bytes(&part, buffer, size);
        left -= size;
    }
    free(buffer);
    if (!draft->archive.failed)
        section_close(draft, section->piece, section->done, &part);
}

/* Keeps the old file as path.previous. With links path itself exists until the new file replaces it. */
static enum sgdmft_status keep_previous(const char *path, struct sgdmft_error *error)
{
    char previous[FILES_PATH_MAX];
    checkpoint_previous(path, previous);
    const enum sgdmft_status status = files_check(previous, &files_checkpoint, error);
    if (status)
        return status;
    unlink(previous);
    if (link(path, previous) != 0 && errno != ENOENT && rename(path, previous) != 0)
        return SGDMFT_OK; /* there is no old file */
    return SGDMFT_OK;
}

enum sgdmft_status checkpoint_draft_commit(struct checkpoint_draft *draft, struct sgdmft_error *error)
{
    uint64_t start = draft->archive.bytes;
    struct archive table = archive_write(draft->stream);
    errno = 0;
    bool good = !draft->archive.failed && table_archive(&draft->table, &table)
                && archive_bytes(&table, &start, sizeof start) && archive_mark(&table, END_MAGIC);
    good = fclose(draft->stream) == 0 && good;
    draft->stream = NULL;
    free(draft->table.section);
    draft->table = (struct checkpoint_table){0};
    if (!good) {
        const int reason = errno;
        files_cancel(&draft->draft);
        return sgdmft_fail(error, SGDMFT_FILE, "cannot write the checkpoint %s: %s", draft->draft.path,
                           reason ? strerror(reason) : "writing failed");
    }
    const enum sgdmft_status status = keep_previous(draft->draft.path, error);
    if (status) {
        files_cancel(&draft->draft);
        return status;
    }
    return files_commit(&draft->draft, error);
}

void checkpoint_draft_cancel(struct checkpoint_draft *draft)
{
    if (draft->stream)
        fclose(draft->stream);
    free(draft->table.section);
    files_cancel(&draft->draft);
    *draft = (struct checkpoint_draft){0};
}
