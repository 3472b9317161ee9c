/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines on stderr. */
#include "solver/cli/frame/cli.h"

#include <stdarg.h>

/* Prints a message without control characters, which a terminal would obey: they can come from files and their names.
 */
static void print_line(const char *start, const char *format, va_list arguments)
{
    char text[4096];
    vsnprintf(text, sizeof text, format, arguments);
    for (char *c = text; *c; c++)
        if (((unsigned char)*c < ' ' && *c != '\n' && *c != '\t') || *c == 0x7f)
            *c = '?';
    fprintf(stderr, "%s%s\n", start, text);
}

void message(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_line("sgdmft: ", format, arguments);
    va_end(arguments);
}

/* Writes what stdout holds first: in a file of both the warning would else fall into the middle of a line. */
void warning(const struct invocation *invocation, const char *format, ...)
{
    va_list arguments;
    if (invocation->quiet)
        return;
    fflush(stdout);
    va_start(arguments, format);
    print_line("sgdmft: warning: ", format, arguments);
    va_end(arguments);
}
