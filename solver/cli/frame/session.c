/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signals, the time limit, the checkpoint and the ranks of a command. */
#include "models/base/clock.h"
#include "solver/cli/frame/session.h"

#include "solver/cli/frame/cli.h"
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* Time within which further signals are the same request: timeout, mpirun and schedulers signal the process and then
 * its group. */
#define SAME_REQUEST 1.0 /* seconds */

/* The recorded signal, 0 for none, and its time. A handler can write to such variables alone. */
static volatile sig_atomic_t noted;
static _Atomic double noted_at;

static void note(int number)
{
    if (noted == 0) {
        noted_at = clock_seconds();
        noted = number;
    } else if (clock_seconds() - noted_at > SAME_REQUEST) {
        signal(number, SIG_DFL);
        raise(number);
    }
}

/* System calls that the signals interrupt are restarted, so that files are complete. */
void session_listen(void)
{
    static const int numbers[] = {SIGINT, SIGTERM};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct sigaction before, action = {.sa_handler = note, .sa_flags = SA_RESTART};
        sigemptyset(&action.sa_mask);
        if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler == SIG_DFL)
            sigaction(numbers[i], &action, NULL);
    }
}

struct session session_alone(void)
{
    return (struct session){.ranks = RANKS_ONE, .start = clock_seconds()};
}

enum sgdmft_status session_start(struct session *session, struct sgdmft_error *error)
{
    *session = session_alone();
    const enum sgdmft_status status = ranks_start(&session->ranks, error);
    if (status || ranks_first(&session->ranks))
        return status;
    const int nowhere = open("/dev/null", O_WRONLY);
    if (nowhere < 0 || dup2(nowhere, STDOUT_FILENO) < 0 || dup2(nowhere, STDERR_FILENO) < 0)
        return sgdmft_fail(error, SGDMFT_INTERNAL, "rank %d cannot open /dev/null", session->ranks.index);
    close(nowhere);
    return SGDMFT_OK;
}

void session_stop(struct session *session)
{
    ranks_stop(&session->ranks);
}

enum sgdmft_status session_open(struct session *session, const struct invocation *invocation,
                                struct sgdmft_error *error)
{
    const struct sgdmft_run *run = &invocation->run;
    struct sgdmft_error doubt = {0};
    if (invocation->has_run && *run->checkpoint && !invocation->command->resumes)
        return sgdmft_fail(error, SGDMFT_USAGE, "checkpoint: '%.200s' has no effect with %s", run->checkpoint,
                           invocation->command->name);
    if (!invocation->has_run || invocation->dry_run)
        return SGDMFT_OK;
    if (invocation->command->resumes) /* before the checkpoint is opened, which can take long */
        session_listen();
    if (!*run->checkpoint)
        return SGDMFT_OK;
    session->max_walltime = run->max_walltime;
    enum sgdmft_status status = sgdmft_checkpoint_open(run, &session->ranks, &session->checkpoint, &doubt, error);
    if (*doubt.text)
        warning(invocation, "%s", doubt.text);
    return ranks_agree(&session->ranks, status, error);
}

enum sgdmft_status session_close(struct session *session, const struct invocation *invocation,
                                 enum sgdmft_status status, struct sgdmft_error *error)
{
    struct sgdmft_error trouble = {0};
    const bool stopped = status == SGDMFT_INTERRUPTED;
    const enum sgdmft_status closed =
        sgdmft_checkpoint_close(session->checkpoint, status == SGDMFT_OK || status == SGDMFT_DISAGREE, &trouble);
    if (stopped && invocation->has_run) {
        const char *why = noted ? strsignal(noted) : "max_walltime is over";
        if (session->checkpoint && !closed)
            message("stopped (%s); --resume goes on from %.400s", why, invocation->run.checkpoint);
        else if (!session->checkpoint)
            message("stopped (%s), without a checkpoint", why);
    }
    session->saved = stopped && session->checkpoint && !closed;
    session->checkpoint = NULL;
    if (closed && stopped) {
        *error = trouble;
        return closed;
    }
    if (closed)
        warning(invocation, "%s", trouble.text);
    return status;
}

bool session_stopped(const struct session *session)
{
    return noted != 0 || (session->max_walltime > 0 && clock_seconds() - session->start > session->max_walltime);
}

int session_exit_code(bool checkpoint)
{
    return checkpoint || noted == 0 ? (int)SGDMFT_INTERRUPTED : 128 + (int)noted;
}
