/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Output of studies by sgdmft list. */
#include "solver/cli/study/study_list.h"

#include "solver/cli/study/command_study.h"

#include <stdlib.h>
#include <string.h>

struct asked {
    const char *name; /* NULL: all, a line each */
    bool silent;
    size_t found;
};

static void show_study(void *context, const char *name, const char *file)
{
    struct asked *asked = context;
    struct sgdmft_error error = {.status = SGDMFT_OK};
    struct study *study;
    if (asked->name && strcmp(asked->name, name) != 0)
        return;
    asked->found++;
    if (asked->silent || !(study = calloc(1, sizeof *study)))
        return;
    if (study_read(file, study, &error) != SGDMFT_OK)
        message("%s", error.text);
    else if (!asked->name)
        printf("  %-18s %s\n", name, study->title);
    else
        printf("%s (study)\n  %s\n  claim     %s\n  reference %s\n", name, study->title, study->claim, study->source);
    study_free(study);
    free(study);
}

void study_list_all(void)
{
    struct asked asked = {.name = NULL};
    printf("studies\n");
    study_each(show_study, &asked);
}

size_t study_list_one(const char *name, bool silent)
{
    struct asked asked = {.name = name, .silent = silent};
    study_each(show_study, &asked);
    return asked.found;
}

struct names {
    size_t count, most;
    char **name;
};

static void list_collect(void *context, const char *name, const char *file)
{
    struct names *names = context;
    (void)file;
    if (names->count < names->most && (names->name[names->count] = strdup(name)))
        names->count++;
}

size_t study_list_names(char **name, size_t most)
{
    struct names names = {.most = most, .name = name};
    study_each(list_collect, &names);
    return names.count;
}

static void print_word(void *context, const char *name, const char *file)
{
    (void)file;
    fprintf(context, " %s", name);
}

void study_list_words(FILE *out)
{
    study_each(print_word, out);
}
