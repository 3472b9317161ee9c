/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Status codes as sentences, and the formatting of error messages. */
#include "models/base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *sgdmft_status_sentence(enum sgdmft_status status)
{
    switch (status) {
#define STATUS_CASE(symbol, value, sentence)                                                                           \
    case SGDMFT_##symbol:                                                                                              \
        return sentence;
        SGDMFT_STATUS_LIST(STATUS_CASE)
#undef STATUS_CASE
    }
    return "unknown status";
}

enum sgdmft_status sgdmft_fail(struct sgdmft_error *error, enum sgdmft_status status, const char *format, ...)
{
    if (!error)
        return status;
    char text[sizeof error->text]; /* an argument may point into *error */
    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (written < 0)
        text[0] = '\0';
    error->status = status;
    memcpy(error->text, text, sizeof text);
    return status;
}

enum sgdmft_status memory_fail(struct sgdmft_error *error, const char *what, ...)
{
    char text[sizeof error->text];
    va_list arguments;
    va_start(arguments, what);
    vsnprintf(text, sizeof text, what, arguments);
    va_end(arguments);
    return sgdmft_fail(error, SGDMFT_INTERNAL, "no memory for %s", text);
}
