/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words quoted for a POSIX shell. */
#include "solver/cli/frame/quote.h"

#include <string.h>

void quote_word(const char *word, FILE *out)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./,:%@";
    if (*word && strspn(word, plain) == strlen(word)) {
        fputs(word, out);
        return;
    }
    fputc('\'', out);
    for (; *word; word++) {
        if (*word == '\'')
            fputs("'\\''", out);
        else
            fputc(*word, out);
    }
    fputc('\'', out);
}

char *quote_line(int argc, char *const *argv)
{
    char *line = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&line, &size);
    if (!out)
        return NULL;
    for (int i = 0; i < argc; i++) {
        if (i > 0)
            fputc(' ', out);
        quote_word(argv[i], out);
    }
    return fclose(out) == 0 ? line : NULL;
}
