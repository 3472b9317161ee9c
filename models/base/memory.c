/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one error of an allocation that fails. */
#include "models/base/memory.h"

#include <stdarg.h>
#include <stdio.h>

enum sgdmft_status memory_fail(struct sgdmft_error *error, const char *what, ...)
{
    char text[sizeof error->text];
    va_list arguments;
    va_start(arguments, what);
    vsnprintf(text, sizeof text, what, arguments);
    va_end(arguments);
    return sgdmft_fail(error, SGDMFT_INTERNAL, "no memory for %s", text);
}
