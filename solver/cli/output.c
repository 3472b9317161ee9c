/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the result of a command goes: a file, and stdout in the format asked for. */
#include "models/run/result_hdf5.h"
#include "models/run/samples.h"
#include "solver/cli/cli.h"

#include <stdio.h>
#include <string.h>

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

bool output_is_result(const char *path)
{
    static const char signature[] = "\x89HDF\r\n\x1a\n";
    char start[8] = {0};
    if (ends_with(path, ".h5") || ends_with(path, ".hdf5"))
        return true;
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    bool match = fread(start, 1, sizeof start, file) == sizeof start &&
                 (memcmp(start, signature, sizeof start) == 0 || memcmp(start, RESULT_MARK, sizeof start) == 0);
    fclose(file);
    return match;
}

enum sgdmft_status output_check(const char *path, struct sgdmft_error *error)
{
    return *path ? sgdmft_result_writable(path, error) : SGDMFT_OK;
}

enum sgdmft_status output_write(const struct invocation *invocation, struct sgdmft_result *result, const char *path,
                                struct sgdmft_error *error)
{
    struct sgdmft_provenance *provenance = &result->provenance;
    snprintf(provenance->command, sizeof provenance->command, "%s", invocation->line);
    const struct ranks *ranks = &invocation->session->ranks;
    enum sgdmft_status status = SGDMFT_OK;
    if (*path && ranks_first(ranks))
        status = sgdmft_result_write(result, path, error);
    return ranks_agree(ranks, status, error);
}

void output_warn(const struct invocation *invocation, const struct sgdmft_result *result)
{
    const double uncertain = samples_uncertainty(result->samples);
    const char *what = result->source == SGDMFT_THEORY ? "group" : "run";
    if (result->status == SGDMFT_INTERRUPTED && result->samples == 1)
        warning(invocation, "of one %s there are no errors", what);
    else if (result->status == SGDMFT_INTERRUPTED && uncertain > SAMPLES_UNCERTAIN)
        warning(invocation, "errors from %zu %ss are uncertain by %.0f %% themselves", result->samples, what,
                100 * uncertain);
}

enum sgdmft_status output_print(const struct invocation *invocation, const struct sgdmft_result *result,
                                struct sgdmft_error *error)
{
    output_warn(invocation, result);
    switch (invocation->run.format) {
    case SGDMFT_FORMAT_JSON:
        return sgdmft_result_json(result, invocation->command->name, stdout, error);
    case SGDMFT_FORMAT_CSV:
        return sgdmft_result_csv(result, stdout, error);
    default:
        return sgdmft_result_text(result, stdout, error);
    }
}
