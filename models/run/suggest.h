/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The end of a message about an unknown name: the name that was meant, and its meaning where a symbol was typed. */
#ifndef MODELS_RUN_SUGGEST_H
#define MODELS_RUN_SUGGEST_H

#include <stddef.h>

#define SUGGESTION_MAX 256

/* ", did you mean '--rate' (learning rate eta)?" with before = "'--", after = "'"; "" if no name is near. The meaning
 * is given where the text typed is a synonym. Returns out. */
const char *suggestion(const char *typed, const char *before, const char *after, const char *const *names, size_t count,
                       char out[SUGGESTION_MAX]);

/* Of several rows the first whose name may stand where the word was typed. */
struct synonym {
    const char *typed, *name;
};
extern const struct synonym synonyms[];
extern const size_t synonym_count;

/* The name that a symbol or a word of other programs stands for (eta: rate), if it is one of names; otherwise NULL. */
const char *synonym(const char *typed, const char *const *names, size_t count);

#endif
