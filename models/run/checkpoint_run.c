/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parameters on which the results of a run depend, as text in a checkpoint. */
#include "models/run/checkpoint_run.h"
#include "models/base/memory.h"

#include "models/base/checkpoint_pieces.h"
#include "models/base/files.h"
#include "models/run/contents.h"
#include "models/run/parameter_table.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

char *checkpoint_run_text(const struct sgdmft_run *run)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    if (!stream)
        return NULL;
    for (size_t i = 0; i < sgdmft_parameter_count; i++) {
        char value[SGDMFT_TEXT_MAX];
        if (parameter_is_outside(&sgdmft_parameters[i]))
            continue;
        sgdmft_parameter_format(&sgdmft_parameters[i], run, value);
        fprintf(stream, "%s = %s\n", sgdmft_parameters[i].name, value);
    }
    for (size_t i = 0; i < CONTENTS; i++)
        fprintf(stream, "%s = %016" PRIx64 "\n", contents[i].name, content_checksum(run, i));
    const bool bad = ferror(stream) != 0;
    if (fclose(stream) != 0 || bad) {
        free(text);
        return NULL;
    }
    return text;
}

/* Next line of *text, without its end; advances *text. */
static size_t next_line(const char **text, const char **line)
{
    *line = *text;
    const size_t length = strcspn(*text, "\n");
    *text += length + ((*text)[length] == '\n');
    return length;
}

enum sgdmft_status checkpoint_run_check(const struct sgdmft_run *run, const char *text, const char *path,
                                        struct sgdmft_error *error)
{
    char *mine = checkpoint_run_text(run);
    if (!mine)
        return memory_fail(error, "the parameters of a checkpoint");
    const char *here = mine, *there = text;
    enum sgdmft_status status = SGDMFT_OK;
    while (!status && (*here || *there)) {
        const char *a, *b;
        const size_t length_a = next_line(&here, &a), length_b = next_line(&there, &b);
        const size_t name = strcspn(a, " ");
        if (length_a == length_b && memcmp(a, b, length_a) == 0)
            continue;
        if (length_a < name + 3 || length_b < name + 3 || memcmp(a, b, name + 3) != 0)
            status = sgdmft_fail(error, SGDMFT_FILE, "cannot resume from %s: a version with other parameters wrote it",
                                 path);
        else
            status = sgdmft_fail(error, SGDMFT_USAGE, "%.*s: %.*s, but the checkpoint %.300s is of a run with %.*s",
                                 (int)name, a, (int)(length_a - name - 3), a + name + 3, path,
                                 (int)(length_b - name - 3), b + name + 3);
    }
    free(mine);
    return status;
}

uint64_t checkpoint_key(const struct sgdmft_run *run, const char *what, long number)
{
    struct sgdmft_run piece = *run; /* a group does not depend on their number */
    piece.paths = (run->paths + run->groups - 1) / run->groups;
    piece.groups = 1;
    piece.target_error = 0;
    char *text = checkpoint_run_text(&piece);
    uint64_t key = files_hash(FILES_HASH_START, what, strlen(what));
    key = files_hash(key, &number, sizeof number);
    if (text)
        key = files_hash(key, text, strlen(text));
    free(text);
    return key;
}
