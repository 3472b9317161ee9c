/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of commands: a new command is a line here. */
#include "solver/cli/frame/commands.h"

#include <string.h>

extern const struct command command_solve, command_simulate, command_validate, command_sweep, command_table,
    command_plot, command_info, command_list, command_teff, command_replicas, command_boundary, command_study,
    command_bench, command_diff, command_report, command_data;

const struct command *const commands[] = {
    &command_solve,
    &command_simulate,
    &command_validate,
    &command_teff,
    &command_replicas,
    &command_boundary,
    &command_sweep,
    &command_table,
    &command_plot,
    &command_report,
    &command_study,
    &command_data,
    &command_info,
    &command_diff,
    &command_list,
    &command_bench,
    NULL,
};

const struct command *command_find(const char *name)
{
    for (size_t i = 0; commands[i]; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

const struct command *analysis_at(size_t index)
{
    for (size_t i = 0; commands[i]; i++)
        if (commands[i]->analysis && index-- == 0)
            return commands[i];
    return NULL;
}

const char *analysis_name(size_t index)
{
    const struct command *command = analysis_at(index);
    return command ? command->name : NULL;
}
