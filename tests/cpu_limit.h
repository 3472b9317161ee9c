/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A limit for tests that compute: on the time of the CPU, which other work on the machine does not shorten. */
#ifndef TESTS_CPU_LIMIT_H
#define TESTS_CPU_LIMIT_H

#include <sys/resource.h>

/* This process, the test, is killed by SIGXCPU when its threads have used as much. */
static inline void cpu_limit(unsigned seconds)
{
    setrlimit(RLIMIT_CPU, &(struct rlimit){.rlim_cur = seconds, .rlim_max = seconds + 1});
}

#endif
