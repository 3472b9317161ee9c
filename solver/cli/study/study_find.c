/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Search for studies, in this order: $SGDMFT_DATA/studies, the source tree of the program
 * (build/../validation/studies), its installation (bin/../share/sgdmft/studies), and the installation prefix of the
 * build. */
#include "solver/cli/study/command_study.h"
#include "models/run/suggest.h"
#include "solver/cli/study/study_list.h"

#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef SGDMFT_DATA_DIR
#define SGDMFT_DATA_DIR "/usr/local/share/sgdmft"
#endif

#define FOUND_MAX 256

static bool is_folder(const char *path)
{
    struct stat known;
    return stat(path, &known) == 0 && S_ISDIR(known.st_mode);
}

static bool studies_folder(char folder[FILES_PATH_MAX])
{
    static const char *const beside[] = {"../validation/studies", "../../validation/studies",
                                         "../share/sgdmft/studies"};
    char program[PATH_MAX];
    const char *given = getenv("SGDMFT_DATA");
    if (given && *given) {
        snprintf(folder, FILES_PATH_MAX, "%s/studies", given);
        return is_folder(folder);
    }
    const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    program[length > 0 ? length : 0] = '\0';
    char *slash = strrchr(program, '/');
    if (slash)
        *slash = '\0';
    for (size_t i = 0; slash && i < sizeof beside / sizeof *beside; i++)
        if (snprintf(folder, FILES_PATH_MAX, "%s/%s", program, beside[i]) < FILES_PATH_MAX && is_folder(folder))
            return true;
    snprintf(folder, FILES_PATH_MAX, "%s/studies", SGDMFT_DATA_DIR);
    return is_folder(folder);
}

static int is_study(const struct dirent *entry)
{
    const size_t length = strlen(entry->d_name);
    return length > 4 && entry->d_name[0] != '.' && strcmp(entry->d_name + length - 4, ".ini") == 0;
}

void study_each(void (*see)(void *context, const char *name, const char *file), void *context)
{
    char folder[FILES_PATH_MAX], file[FILES_PATH_MAX], name[256];
    struct dirent **entry = NULL;
    const int count = studies_folder(folder) ? scandir(folder, &entry, is_study, alphasort) : 0;
    for (int i = 0; i < count; i++) {
        snprintf(name, sizeof name, "%.*s", (int)strlen(entry[i]->d_name) - 4, entry[i]->d_name);
        if (snprintf(file, sizeof file, "%s/%s", folder, entry[i]->d_name) < (int)sizeof file)
            see(context, name, file);
        free(entry[i]);
    }
    free(entry);
}

enum sgdmft_status study_find(const char *name, char file[FILES_PATH_MAX], struct sgdmft_error *error)
{
    char folder[FILES_PATH_MAX] = "";
    const size_t length = strlen(name);
    if (strchr(name, '/') || (length > 4 && strcmp(name + length - 4, ".ini") == 0)) {
        snprintf(file, FILES_PATH_MAX, "%s", name);
        return SGDMFT_OK;
    }
    if (!studies_folder(folder))
        return sgdmft_fail(error, SGDMFT_FILE,
                           "there is no folder of studies (SGDMFT_DATA/studies, or beside the program)");
    if (snprintf(file, FILES_PATH_MAX, "%s/%s.ini", folder, name) < FILES_PATH_MAX && access(file, F_OK) == 0)
        return SGDMFT_OK;
    char *known[FOUND_MAX], meant[SUGGESTION_MAX];
    const size_t count = study_list_names(known, FOUND_MAX);
    const enum sgdmft_status status =
        sgdmft_fail(error, SGDMFT_USAGE, "unknown study '%.80s'%s (see sgdmft list studies)", name,
                    suggestion(name, "'", "'", (const char *const *)known, count, meant));
    for (size_t i = 0; i < count; i++)
        free(known[i]);
    return status;
}
