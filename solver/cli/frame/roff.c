/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plain text as roff. */
#include "solver/cli/frame/roff.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define LINE_WIDTH 72

/* True for a dash inside a word, where a line may break. Other dashes, of flags and numbers, are printed as minus
 * signs, which copy as typed. */
static bool is_hyphen(const char *word, size_t i, size_t length)
{
    return i > 0 && i + 1 < length && isalpha((unsigned char)word[i - 1]) && isalpha((unsigned char)word[i + 1])
           && !memchr(word, '=', length) && strncmp(word, "--", 2) != 0;
}

/* Prints a word and returns its printed width. */
static size_t print_roff_word(const char *word, size_t length, bool first, bool hyphens, FILE *out)
{
    if (first && (*word == '.' || *word == '\''))
        fputs("\\&", out);
    for (size_t i = 0; i < length; i++) {
        switch (word[i]) {
        case '\\':
            fputs("\\e", out);
            break;
        case '-':
            fputs(hyphens && is_hyphen(word, i, length) ? "-" : "\\-", out);
            break;
        case '\'':
            fputs("\\(aq", out);
            break;
        case '`':
            fputs("\\(ga", out);
            break;
        case '^':
            fputs("\\(ha", out);
            break;
        case '~':
            fputs("\\(ti", out);
            break;
        default:
            fputc(word[i], out);
        }
    }
    return length;
}

/* True for a full stop that ends a sentence: before a capital, after a word of two or more signs without a capital,
 * unlike those of "J. Stat. Mech.". */
static bool ends_sentence(const char *word, size_t length, const char *rest)
{
    return length > 2 && word[length - 1] == '.' && !isupper((unsigned char)*word) && isupper((unsigned char)*rest);
}

void roff_text(const char *text, FILE *out)
{
    size_t column = 0;
    while (*(text += strspn(text, " \n"))) {
        size_t length = strcspn(text, " \n");
        const char *rest = text + length + strspn(text + length, " \n");
        if (column && column + 1 + length > LINE_WIDTH) {
            fputc('\n', out);
            column = 0;
        }
        if (column)
            fputc(' ', out);
        column += (column > 0) + print_roff_word(text, length, column == 0, true, out);
        if (ends_sentence(text, length, rest)) {
            fputc('\n', out);
            column = 0;
        }
        text += length;
    }
    if (column)
        fputc('\n', out);
}

void roff_word(char font, const char *text, FILE *out)
{
    fprintf(out, "\\f%c", font);
    print_roff_word(text, strlen(text), false, false, out);
    fputs("\\fR", out);
}

void roff_heading(const char *macro, const char *text, FILE *out)
{
    fprintf(out, ".%s ", macro);
    print_roff_word(text, strlen(text), false, false, out);
    fputc('\n', out);
}
