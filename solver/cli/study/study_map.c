/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The step [linear-map NAME] of a study: the relations between noise and response of a linear map with several
 * outputs, by simulation. Keys: outputs, dim, examples, steps, runs, rate, batch, ridge, noise, seed. It writes
 * NAME.txt, which is computed again only if the keys change. */
#include "solver/cli/study/study_map.h"

#include "models/base/memory.h"
#include "models/run/parameter_table.h"
#include "validation/linear_map/linear_map.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define KEYS 10

struct keys {
    struct linear_map_run run;
    double value[KEYS];
};

static const char *const names[KEYS] = {"outputs", "dim",   "examples", "steps", "runs",
                                        "rate",    "batch", "ridge",    "noise", "seed"};
static const double defaults[KEYS] = {1, 20, 60, 20000, 16, 0.1, 0.2, 0.1, 0.5, 1};

static enum sgdmft_status read_keys(const struct study_step *step, struct keys *keys, struct sgdmft_error *error)
{
    memcpy(keys->value, defaults, sizeof defaults);
    for (size_t i = 0; i < step->pairs.count; i++) {
        int which = 0;
        while (which < KEYS && strcmp(names[which], step->pairs.key[i]) != 0)
            which++;
        if (which == KEYS || number_real(step->pairs.value[i], &keys->value[which]) != NUMBER_OK
            || (which < 5 && !(keys->value[which] >= 1 && keys->value[which] <= 1e9)))
            return sgdmft_fail(error, SGDMFT_USAGE, "[linear-map %.60s]: %.60s = '%.60s' is no key with its value",
                               step->name, step->pairs.key[i], step->pairs.value[i]);
    }
    const double *v = keys->value;
    keys->run = (struct linear_map_run){.outputs = lround(v[0]),
                                        .dim = lround(v[1]),
                                        .examples = lround(v[2]),
                                        .steps = lround(v[3]),
                                        .runs = lround(v[4]),
                                        .rate = v[5],
                                        .batch = v[6],
                                        .ridge = v[7],
                                        .noise = v[8],
                                        .seed = (uint64_t)fabs(v[9])};
    return SGDMFT_OK;
}

static enum sgdmft_status map_check(const struct study_step *step, struct sgdmft_error *error)
{
    struct keys keys;
    return read_keys(step, &keys, error);
}

static bool map_path(const char *folder, const struct study_step *step, char path[FILES_PATH_MAX])
{
    return snprintf(path, FILES_PATH_MAX, "%s/%s.txt", folder, step->name) < FILES_PATH_MAX;
}

/* Formats the keys as the first line of the file. */
static void describe_keys(const struct keys *keys, char text[512])
{
    size_t length = 0;
    for (int i = 0; i < KEYS; i++)
        length += (size_t)snprintf(text + length, 512 - length, "%s%s %.12g", i ? ", " : "", names[i], keys->value[i]);
}

static bool is_there(const char *path, const char *head)
{
    unsigned char *bytes;
    size_t size;
    struct sgdmft_error error;
    if (files_read(path, &bytes, &size, &error) != SGDMFT_OK)
        return false;
    const bool same =
        size > strlen(head) && strncmp((const char *)bytes, head, strlen(head)) == 0 && bytes[strlen(head)] == '\n';
    free(bytes);
    return same;
}

/* True for a text that begins with the line of describe. */
static bool is_relations(const char *start, size_t size)
{
    return files_starts(start, size, "outputs ") && strstr(start, ", dim ") && strstr(start, ", examples ");
}

static const struct files_kind kind_relations = {"text of a study's linear map", is_relations, NULL};

static enum sgdmft_status map_check_files(const struct study_step *step, const char *folder, struct sgdmft_error *error)
{
    char path[FILES_PATH_MAX];
    if (!map_path(folder, step, path))
        return sgdmft_fail(error, SGDMFT_FILE, "out: the name is too long");
    return files_check(path, &kind_relations, error);
}

static void print_result(const struct study_step *step, const struct linear_map_result *result, FILE *out)
{
    for (int i = 0; i < 3; i++) {
        const struct linear_map_relation *relation = &result->relation[i];
        char text[64];
        sgdmft_format_error(100 * relation->difference / relation->right, 100 * relation->se / relation->right, text);
        fprintf(out, "%s, %s: left %.5g, right %.5g, difference %s %% (z %+.1f)\n", step->name, relation->name,
                relation->left, relation->right, text, relation->difference / relation->se);
    }
    fprintf(out,
            "%s, all entries of the covariance relation: residual %.3g of |eta B|, sampling alone gives %.3g, without "
            "the term of order eta %.3g; between outputs %.2g of |B|^2\n",
            step->name, result->residual, result->residual_noise, result->without, result->coupling);
}

static enum sgdmft_status write_result(const char *path, const char *head, const struct study_step *step,
                                       const struct linear_map_result *result, struct sgdmft_error *error)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return memory_fail(error, "the command");
    fprintf(out, "%s\n", head);
    print_result(step, result, out);
    const enum sgdmft_status status =
        fclose(out) == 0 ? files_write(path, &kind_relations, text, size, error) : memory_fail(error, "the command");
    free(text);
    return status;
}

static enum sgdmft_status map_run(const struct study *study, const struct study_step *step, const char *folder,
                                  const struct invocation *invocation, struct sgdmft_error *error)
{
    struct keys keys;
    struct linear_map_result result;
    char path[FILES_PATH_MAX], head[512];
    (void)study;
    enum sgdmft_status status = read_keys(step, &keys, error);
    if (status)
        return status;
    describe_keys(&keys, head);
    if (!map_path(folder, step, path))
        return sgdmft_fail(error, SGDMFT_FILE, "out: the name is too long");
    if (invocation->dry_run)
        printf("%s\n", head);
    if (invocation->dry_run || is_there(path, head))
        return SGDMFT_OK;
    status = linear_map(&keys.run, &result, error);
    return status ? status : write_result(path, head, step, &result, error);
}

static void map_print(const struct study_step *step, const char *folder, FILE *out)
{
    char path[FILES_PATH_MAX];
    unsigned char *bytes;
    size_t size;
    struct sgdmft_error error;
    if (!map_path(folder, step, path) || files_read(path, &bytes, &size, &error) != SGDMFT_OK)
        return;
    const char *second = strchr((const char *)bytes, '\n');
    if (second)
        fputs(second + 1, out);
    free(bytes);
}

const struct study_kind study_kind_linear_map = {
    .name = "linear-map", .check = map_check, .check_files = map_check_files, .run = map_run, .print = map_print};
