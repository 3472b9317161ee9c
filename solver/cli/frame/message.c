/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines on stderr. */
#include "solver/cli/frame/cli.h"

#include <stdarg.h>
#include <stdio.h>

void message(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("sgdmft: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
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
    fputs("sgdmft: warning: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}
