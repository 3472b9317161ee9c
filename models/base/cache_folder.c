/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cache folder: what is in it is executed (formulas) or believed, so that it must be the user's own. */
#include "models/base/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* The folder is there, belongs to the user, and nobody else may write to it. */
static bool folder_is_own(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode) && about.st_uid == geteuid()
           && (about.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

bool files_cache(char path[FILES_PATH_MAX])
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    char base[FILES_PATH_MAX - 16];
    const bool given = cache && *cache == '/';
    if (!given && !(home && *home == '/'))
        return false;
    if (snprintf(base, sizeof base, "%s%s", given ? cache : home, given ? "" : "/.cache") >= (int)sizeof base)
        return false;
    mkdir(base, 0700);
    snprintf(path, FILES_PATH_MAX, "%s/sgdmft", base);
    mkdir(path, 0700);
    return folder_is_own(path);
}
