/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cost of losses that are formulas beside the built-in ones:
 *     bench-formula
 * One line per loss: NAME, seconds of the first resolution (SymPy and cc, with an empty cache) and of the second (from
 * the cache), nanoseconds of an example (value and both derivatives) of the built-in loss and of the formula, and their
 * ratio. Each time is the least of REPEATS. Set XDG_CACHE_HOME to an empty folder. */
#include "validation/benchmarks/measured_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define EXAMPLES 4096
#define REPEATS 400

static double benchmark_clock(clockid_t which)
{
    struct timespec now;
    clock_gettime(which, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static struct sgdmft_run benchmark_run(const char *name, const char *text)
{
    char words[256];
    snprintf(words, sizeof words, "%s=%s teacher=sign rate=0.001", name, text);
    return measured_run(words);
}

/* Seconds of a resolution, by the wall: SymPy and cc are other processes. */
static double benchmark_seconds(const char *text, struct sgdmft_run *run)
{
    const double begin = benchmark_clock(CLOCK_MONOTONIC);
    *run = benchmark_run("loss_formula", text);
    return benchmark_clock(CLOCK_MONOTONIC) - begin;
}

static double benchmark_evaluate(const struct sgdmft_run *run, const double *r, const double *y, double *out)
{
    double least = 1e30;
    for (int i = 0; i < REPEATS; i++) {
        const double begin = benchmark_clock(CLOCK_THREAD_CPUTIME_ID);
        sgdmft_loss_evaluate(run, EXAMPLES, r, y, out, out + EXAMPLES, out + 2 * EXAMPLES);
        const double seconds = benchmark_clock(CLOCK_THREAD_CPUTIME_ID) - begin;
        least = seconds < least ? seconds : least;
    }
    return least / EXAMPLES * 1e9;
}

int main(void)
{
    static const char *const losses[][2] = {
        {"logistic", "log(1+exp(-y*phi))"},
        {"hinge2", "max(kappa-y*phi,0)**2/2"},
        {"hinge", "max(kappa-y*phi,0)"},
        {"sigmoid", "1/(1+exp(y*phi))^2"},
        {"exponential", "exp(-y*phi)"},
        {"huber_hinge", "where(kappa-y*phi<loss_width,max(kappa-y*phi,0)^2/(2*loss_width),kappa-y*phi-loss_width/2)"},
    };
    static double r[EXAMPLES], y[EXAMPLES], out[3 * EXAMPLES];
    struct sgdmft_run made;
    for (int i = 0; i < EXAMPLES; i++) {
        r[i] = 6.0 * ((i * 7919) % EXAMPLES) / EXAMPLES - 3;
        y[i] = i % 2 ? 1 : -1;
    }
    printf("loss,first_seconds,second_seconds,built_in_ns,formula_ns,ratio\n");
    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++) {
        const struct sgdmft_run built_in = benchmark_run("loss", losses[i][0]);
        const double first = benchmark_seconds(losses[i][1], &made), second = benchmark_seconds(losses[i][1], &made);
        const double before = benchmark_evaluate(&built_in, r, y, out), after = benchmark_evaluate(&made, r, y, out);
        printf("%s,%.2f,%.4f,%.2f,%.2f,%.2f\n", losses[i][0], first, second, before, after, before / after);
    }
    return EXIT_SUCCESS;
}
