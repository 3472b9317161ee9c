/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Work that may crash, tried before in a process of its own. */
#ifndef MODELS_DATA_DATASET_GUARD_H
#define MODELS_DATA_DATASET_GUARD_H

#include <sgdmft/status.h>
#include <stdbool.h>

typedef enum sgdmft_status guard_work(void *context, struct sgdmft_error *error);

/* Does the work in a copy of the process (fork), which may take this time of the processor, in seconds. *survived is
 * true if the copy came to the end; then status and error are those of the work, and the same work does not crash the
 * process either, which has the same memory. OK otherwise, and, with *survived, where no copy can be made. */
enum sgdmft_status guard_try(guard_work *work, void *context, double seconds, bool *survived,
                             struct sgdmft_error *error);

#endif
