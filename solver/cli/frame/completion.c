/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft --completion bash|zsh|fish: the scripts contain all names, so that completion starts no program. */
#include "solver/cli/frame/completion.h"
#include "solver/cli/frame/commands.h"
#include "solver/cli/frame/completion_value.h"

#include <string.h>

/* ---- words after a command ------------------------------------------------------------------------- */

static void print_operands(const struct command *command, FILE *out)
{
    if (command->words)
        command->words(out);
}

/* Pattern for the names of the files that a command takes, beside folders. */
static const char *file_pattern(const struct command *command)
{
    switch (command->takes) {
    case OPERANDS_RUN:
        return "*.ini";
    case OPERANDS_RUN_OR_RESULTS:
        return "*.@(ini|h5)";
    case OPERANDS_FILES:
        return "*.h5";
    case OPERANDS_DATASET:
        return "*";
    case OPERANDS_NAMES:
        break;
    }
    return NULL;
}

/* ---- bash ------------------------------------------------------------------------------------------ */

/* "command:--flag) words=...;;" for every flag with a value; "*" for the table, whose flags are the same everywhere. */
static void bash_values(const char *name, const struct flag *flag, FILE *out)
{
    char words[COMPLETION_WORDS_MAX];
    if (!flag->argument)
        return;
    fprintf(out, "        %s:--%s) ", name, flag->name);
    switch (completion_value(flag, words)) {
    case COMPLETION_WORDS:
        fprintf(out, "words='%s'; value=words ;;\n", words);
        break;
    case COMPLETION_LIST:
        fprintf(out, "words='%s'; value=list ;;\n", words);
        break;
    case COMPLETION_NAMES:
        fprintf(out, "words='%s'; value=names ;;\n", words);
        break;
    case COMPLETION_FILE:
        fputs("value=file ;;\n", out);
        break;
    case COMPLETION_NONE:
        fputs("value=none ;;\n", out);
        break;
    }
}

static void bash_command(const struct command *command, FILE *out)
{
    struct flag flags[FLAGS_MAX];
    size_t count = flags_build(command, flags);
    const char *pattern = file_pattern(command);
    fprintf(out, "        %s)\n            flags='", command->name);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%s--%s", i ? " " : "", flags[i].name);
    fputs("'\n", out);
    if (pattern) {
        fprintf(out, "            pattern='%s' ;;\n", pattern);
        return;
    }
    fputs("            words='", out);
    print_operands(command, out);
    fputs("' ;;\n", out);
}

static void bash_print(FILE *out)
{
    struct flag flags[FLAGS_MAX];
    fputs("# SPDX-License-Identifier: GPL-3.0-or-later\n# bash completion of sgdmft, made by sgdmft --completion bash\n"
          "_sgdmft() {\n"
          "    local current=${COMP_WORDS[COMP_CWORD]} flag=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}\n"
          "    local words= flags= pattern= value= before= IFS=$' \\t\\n'\n"
          "    COMPREPLY=()\n"
          "    if ((COMP_CWORD == 1)); then\n        COMPREPLY=($(compgen -W '",
          out);
    for (size_t i = 0; commands[i]; i++)
        fprintf(out, "%s ", commands[i]->name);
    size_t count = flags_build(NULL, flags);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "--%s%s", flags[i].name, i + 1 < count ? " " : "");
    fputs("' -- \"$current\"))\n        return\n    fi\n"
          "    # --name=value comes as three words\n"
          "    if [[ $current == = ]]; then\n        current=\n"
          "    elif [[ $flag == = ]]; then\n        flag=${COMP_WORDS[COMP_CWORD-2]}\n    fi\n"
          "    case $command:$flag in\n",
          out);
    bash_values("*", &flags[count - 1], out); /* --completion is used without a command */
    for (size_t c = 0; commands[c]; c++) {
        count = flags_build(commands[c], flags);
        for (size_t i = 0; i < count; i++)
            if (!flags[i].parameter)
                bash_values(commands[c]->name, &flags[i], out);
    }
    count = flags_of_run(flags);
    for (size_t i = 0; i < count; i++)
        bash_values("*", &flags[i], out);
    fputs("    esac\n    case $value in\n"
          "        words) COMPREPLY=($(compgen -W \"$words\" -- \"$current\")); return ;;\n"
          "        names) compopt -o nospace 2>/dev/null\n"
          "            COMPREPLY=($(compgen -S = -W \"$words\" -- \"$current\")); return ;;\n"
          "        list) [[ $current == *,* ]] && before=${current%,*},\n"
          "            COMPREPLY=($(compgen -P \"$before\" -W \"$words\" -- \"${current##*,}\")); return ;;\n"
          "        file) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- \"$current\"); "
          "return ;;\n"
          "        none) return ;;\n    esac\n    case $command in\n",
          out);
    for (size_t c = 0; commands[c]; c++)
        bash_command(commands[c], out);
    fputs("    esac\n"
          "    if [[ $current == -* ]]; then\n        COMPREPLY=($(compgen -W \"$flags\" -- \"$current\"))\n"
          "    elif [[ $words ]]; then\n        COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
          "    elif [[ $pattern ]]; then\n        compopt -o filenames 2>/dev/null\n"
          "        mapfile -t COMPREPLY < <(shopt -s extglob; compgen -d -- \"$current\"; compgen -f -X \"!$pattern\" "
          "-- \"$current\")\n    fi\n}\n"
          "complete -F _sgdmft sgdmft\n",
          out);
}

/* ---- zsh ------------------------------------------------------------------------------------------- */

/* Text inside a specification of _arguments, inside single quotes. */
static void zsh_text(const char *text, FILE *out)
{
    for (; *text; text++) {
        if (*text == '\'')
            fputs("'\\''", out);
        else if (strchr("[]:\\", *text))
            fprintf(out, "\\%c", *text);
        else
            fputc(*text, out);
    }
}

static void zsh_flag(const struct flag *flag, FILE *out)
{
    char words[COMPLETION_WORDS_MAX];
    fprintf(out, "        '%s--%s%s[", flag->repeatable ? "*" : "", flag->name, flag->argument ? "=" : "");
    zsh_text(flag->meaning, out);
    fputc(']', out);
    if (flag->argument) {
        fputc(':', out);
        zsh_text(flag->argument, out);
        fputc(':', out);
        switch (completion_value(flag, words)) {
        case COMPLETION_WORDS:
            fprintf(out, "(%s)", words);
            break;
        case COMPLETION_LIST:
            fprintf(out, "_values -s , %s %s", flag->name, words);
            break;
        case COMPLETION_NAMES:
            fprintf(out, "{compadd -S= -- %s}", words);
            break;
        case COMPLETION_FILE:
            fputs("_files", out);
            break;
        case COMPLETION_NONE:
            break;
        }
    }
    fputs("'\n", out);
}

static void zsh_command(const struct command *command, FILE *out)
{
    struct flag flags[FLAGS_MAX];
    size_t count = flags_build(command, flags);
    bool run = false;
    fprintf(out, "    %s)\n        arguments=(\n", command->name);
    for (size_t i = 0; i < count; i++) {
        const bool in_table = flags[i].parameter && flags_take_run(command);
        run = run || in_table;
        if (!in_table)
            zsh_flag(&flags[i], out);
    }
    switch (command->takes) {
    case OPERANDS_RUN:
        fputs("        ':run:_files -g \"*.ini\"'\n", out);
        break;
    case OPERANDS_RUN_OR_RESULTS:
        fputs("        '*:run or result:_files -g \"*.(ini|h5)\"'\n", out);
        break;
    case OPERANDS_FILES:
        fputs("        '*:result or folder:_files -g \"*.h5\"'\n", out);
        break;
    case OPERANDS_DATASET:
        fputs("        ':table:_files'\n", out);
        break;
    case OPERANDS_NAMES:
        fputs("        '*:name:(", out);
        print_operands(command, out);
        fputs(")'\n", out);
        break;
    }
    fprintf(out, "        %s) ;;\n", run ? "$parameters" : "");
}

static void zsh_print(FILE *out)
{
    struct flag flags[FLAGS_MAX];
    fputs("#compdef sgdmft\n# SPDX-License-Identifier: GPL-3.0-or-later\n# zsh completion of sgdmft, made by sgdmft "
          "--completion zsh\n_sgdmft() {\n    local -a names arguments parameters\n    names=(\n",
          out);
    for (size_t i = 0; commands[i]; i++) {
        fprintf(out, "        '%s:", commands[i]->name);
        zsh_text(commands[i]->summary, out);
        fputs("'\n", out);
    }
    fputs("    )\n    parameters=(\n", out);
    size_t count = flags_of_run(flags);
    for (size_t i = 0; i < count; i++)
        zsh_flag(&flags[i], out);
    fputs(
        "    )\n    if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then\n        _describe -t commands command names\n"
        "        return\n    fi\n    case $words[2] in\n    -*)\n        arguments=(\n",
        out);
    count = flags_build(NULL, flags);
    for (size_t i = 0; i < count; i++)
        zsh_flag(&flags[i], out);
    fputs("        )\n        _arguments $arguments\n        return ;;\n", out);
    for (size_t c = 0; commands[c]; c++)
        zsh_command(commands[c], out);
    fputs("    *) return 1 ;;\n    esac\n"
          "    words=(\"${words[1]} ${words[2]}\" \"${(@)words[3,-1]}\")\n    (( CURRENT-- ))\n"
          "    _arguments $arguments\n}\n"
          "if [[ $funcstack[1] == _sgdmft ]]; then\n    _sgdmft \"$@\"\nelse\n    compdef _sgdmft sgdmft\nfi\n",
          out);
}

enum sgdmft_status completion_print(const char *shell, FILE *out, struct sgdmft_error *error)
{
    if (strcmp(shell, "bash") == 0)
        bash_print(out);
    else if (strcmp(shell, "zsh") == 0)
        zsh_print(out);
    else if (strcmp(shell, "fish") == 0)
        completion_fish(out);
    else
        return sgdmft_fail(error, SGDMFT_USAGE, "completion: '%.40s' is not bash, zsh or fish", shell);
    return SGDMFT_OK;
}
