/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Status codes, which are the exit codes of the program, and the message of an error. */
#ifndef SGDMFT_STATUS_H
#define SGDMFT_STATUS_H

#define SGDMFT_API __attribute__((visibility("default")))

/* X(symbol, value, sentence): the list of status codes. */
#define SGDMFT_STATUS_LIST(X)                                                                                          \
    X(OK, 0, "ok")                                                                                                     \
    X(INTERNAL, 1, "internal error")                                                                                   \
    X(USAGE, 2, "bad use, bad configuration or not enough memory")                                                     \
    X(NOT_CONVERGED, 3, "not converged, not stationary or no bracket")                                                 \
    X(DIVERGED, 4, "the dynamics diverged")                                                                            \
    X(FILE, 5, "a file is missing, unreadable, corrupt or cannot be written")                                          \
    X(DISAGREE, 6, "theory and simulation disagree")                                                                   \
    X(INTERRUPTED, 75, "stopped on request, with a checkpoint saved")

enum sgdmft_status {
#define SGDMFT_STATUS_ENUM(symbol, value, sentence) SGDMFT_##symbol = value,
    SGDMFT_STATUS_LIST(SGDMFT_STATUS_ENUM)
#undef SGDMFT_STATUS_ENUM
};

/* Error message, a sentence for the user; the text is empty without an error. */
struct sgdmft_error {
    enum sgdmft_status status;
    char text[1024];
};

/* The sentence of a status code. */
SGDMFT_API const char *sgdmft_status_sentence(enum sgdmft_status status);

/* Formats a message into *error (which may be NULL) and returns status, so that
 * callers can write `return sgdmft_fail(error, SGDMFT_USAGE, "rate: ...");`. */
SGDMFT_API enum sgdmft_status sgdmft_fail(struct sgdmft_error *error, enum sgdmft_status status, const char *format,
                                          ...) __attribute__((format(printf, 3, 4)));

#endif
