/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cost of losses that are formulas beside the built-in ones:
 *     bench-formula
 * One line per loss: NAME, seconds of the first resolution (SymPy and cc, with an empty cache) and of the second (from
 * the cache), nanoseconds of an example (value and both derivatives) of the built-in loss and of the formula, and their
 * ratio. Each time is the least of REPEATS. Set XDG_CACHE_HOME to an empty folder. */
#include <sgdmft/run.h>

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

static void benchmark_resolve(const char *name, const char *text, struct sgdmft_run *run)
{
    struct sgdmft_settings *settings = sgdmft_settings_create();
    struct sgdmft_error error;
    const char *const given[][2] = {{name, text}, {"teacher", "sign"}, {"rate", "0.001"}};
    for (size_t i = 0; i < 3; i++)
        if (sgdmft_settings_set(settings, given[i][0], given[i][1], &error))
            exit(EXIT_FAILURE);
    if (sgdmft_run_resolve(settings, run, NULL, &error)) {
        fprintf(stderr, "%s\n", error.text);
        exit(EXIT_FAILURE);
    }
    sgdmft_settings_free(settings);
}

/* Seconds of a resolution, by the wall: SymPy and cc are other processes. */
static double benchmark_seconds(const char *text, struct sgdmft_run *run)
{
    const double begin = benchmark_clock(CLOCK_MONOTONIC);
    benchmark_resolve("loss_formula", text, run);
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
        {"huber_hinge", "where(kappa-y*phi<loss_width, max(kappa-y*phi,0)^2/(2*loss_width), kappa-y*phi-loss_width/2)"},
    };
    static double r[EXAMPLES], y[EXAMPLES], out[3 * EXAMPLES];
    struct sgdmft_run built_in, made;
    for (int i = 0; i < EXAMPLES; i++) {
        r[i] = 6.0 * ((i * 7919) % EXAMPLES) / EXAMPLES - 3;
        y[i] = i % 2 ? 1 : -1;
    }
    printf("loss,first_seconds,second_seconds,built_in_ns,formula_ns,ratio\n");
    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++) {
        benchmark_resolve("loss", losses[i][0], &built_in);
        const double first = benchmark_seconds(losses[i][1], &made), second = benchmark_seconds(losses[i][1], &made);
        const double before = benchmark_evaluate(&built_in, r, y, out), after = benchmark_evaluate(&made, r, y, out);
        printf("%s,%.2f,%.4f,%.2f,%.2f,%.2f\n", losses[i][0], first, second, before, after, before / after);
    }
    return EXIT_SUCCESS;
}
