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

void warning(const struct invocation *invocation, const char *format, ...)
{
    va_list arguments;
    if (invocation->quiet)
        return;
    va_start(arguments, format);
    fputs("sgdmft: warning: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}
