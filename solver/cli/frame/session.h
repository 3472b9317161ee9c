/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Session of a command that computes: the ranks that share its work, its checkpoint, and the signals that stop it. */
#ifndef SOLVER_CLI_FRAME_SESSION_H
#define SOLVER_CLI_FRAME_SESSION_H

#include "models/base/ranks.h"
#include <sgdmft/checkpoint.h>
#include <stdbool.h>

struct session {
    struct ranks ranks;
    double start;                         /* seconds, at the start of the program */
    double max_walltime;                  /* seconds; 0: none */
    struct sgdmft_checkpoint *checkpoint; /* NULL: none */
    bool saved;                           /* the command was stopped, and its checkpoint is written */
};

struct invocation;

/* Joins the ranks. Only the first of several prints: stdout and stderr of the others are /dev/null. */
enum sgdmft_status session_start(struct session *session, struct sgdmft_error *error);
/* The session of a command that another command calls: one rank. */
struct session session_alone(void);
void session_stop(struct session *session);
/* Records SIGINT and SIGTERM from now to the end of the process, in place of their effect. A second signal, a second or
 * more after the first, ends it. */
void session_listen(void);
/* Opens the checkpoint of the run, if it names one; prints warnings unless --quiet. If the command resumes, the process
 * listens from here on. */
enum sgdmft_status session_open(struct session *session, const struct invocation *invocation,
                                struct sgdmft_error *error);
/* Closes a session after a command that ended with status. FILE: the checkpoint could not be written. */
enum sgdmft_status session_close(struct session *session, const struct invocation *invocation,
                                 enum sgdmft_status status, struct sgdmft_error *error);

/* True once a signal was recorded or max_walltime is over. */
bool session_stopped(const struct session *session);
/* The exit code of a stopped command: 75 with a checkpoint, otherwise 128 + signal. */
int session_exit_code(bool checkpoint);

#endif
