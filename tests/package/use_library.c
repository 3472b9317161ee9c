/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A program outside of the sources: it knows the installed headers and `pkg-config --cflags --libs sgdmft` alone.
 * Solves and simulates a run, and prints the overlap of both at the last step. */
#include <sgdmft/sgdmft.h>
#include <stdio.h>
#include <stdlib.h>

static int fail(const struct sgdmft_error *error)
{
    fprintf(stderr, "%s\n", error->text);
    return error->status;
}

static void print_last(const struct sgdmft_result *result, const char *name)
{
    const struct sgdmft_quantity *q = sgdmft_result_find(result, "series", name);
    const size_t last = result->steps - 1;
    char text[64];
    sgdmft_format_error(q->mean[last], q->se[last], text);
    printf("%s: %s %s after %ld steps\n", result->source == SGDMFT_THEORY ? "theory" : "simulation", name, text,
           result->step[last]);
}

int main(void)
{
    static const char *const given[][2] = {{"loss", "square"}, {"teacher", "linear"}, {"rule", "gd"},   {"steps", "5"},
                                           {"ridge", "0.5"},   {"overlap0", "0.2"},   {"paths", "320"}, {"dim", "100"}};
    struct sgdmft_settings *settings = sgdmft_settings_create();
    struct sgdmft_result *theory = NULL, *simulation = NULL;
    struct sgdmft_error error = {0};
    static struct sgdmft_run run;
    int status = settings ? 0 : SGDMFT_INTERNAL;
    for (size_t i = 0; !status && i < sizeof given / sizeof given[0]; i++)
        status = sgdmft_settings_set(settings, given[i][0], given[i][1], &error);
    if (!status)
        status = sgdmft_run_resolve(settings, &run, NULL, &error);
    if (!status)
        status = sgdmft_solve(&run, NULL, &theory, &error);
    if (!status)
        status = sgdmft_simulate(&run, 0, NULL, &simulation, &error);
    if (!status) {
        print_last(theory, "overlap");
        print_last(simulation, "overlap");
    }
    sgdmft_result_free(theory);
    sgdmft_result_free(simulation);
    sgdmft_settings_free(settings);
    return status ? fail(&error) : 0;
}
