/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Peak memory of the program (high-water mark of its resident pages, less that of a run of no size) against what
 * --dry-run and memory_limit say of it, for every engine and command. */
#include "tests/cli/program.h"

#include <sys/resource.h>

TestSuite(memory, .timeout = 120);
#define TEST(name) PROGRAM_TEST(memory, name)

#define MOST_WORDS 64

/* Runs the program with words (blanks between them, $D at the start of a word is the folder); stdout is dropped. */
static double peak(struct program *p, const char *text)
{
    char *words[MOST_WORDS] = {p->path}, copy[1024], place[512];
    size_t count = 1;
    struct rusage used;
    int status;
    snprintf(copy, sizeof copy, "%s", text);
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " ")) {
        cr_assert_lt(count + 1, (size_t)MOST_WORDS);
        words[count++] = word;
        if (strncmp(word, "$D", 2) != 0)
            continue;
        snprintf(place, sizeof place, "%s%s", p->folder, word + 2); /* one such word a command */
        words[count - 1] = place;
    }
    const pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child == 0) {
        if (!freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr))
            _exit(127);
        execv(p->path, words);
        _exit(127);
    }
    cr_assert_eq(wait4(child, &status, 0, &used), child);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s: exit code %d", text, WEXITSTATUS(status));
    return 1024.0 * (double)used.ru_maxrss;
}

static double base(struct program *p)
{
    return peak(p, "solve --steps 2 --paths 32 --groups 2 --quiet");
}

/* The largest number of a column of a csv table. */
static double largest(const struct program *p, const char *name)
{
    int column = 0;
    double most = 0;
    const char *head = strstr(p->out, name), *end = strchr(p->out, '\n');
    cr_assert(head && head < end, "%s", p->out);
    for (const char *c = p->out; c < head; c++)
        column += *c == ',';
    for (const char *line = end + 1; *line; line = strchr(line, '\n') + 1) {
        const char *field = line;
        for (int i = 0; i < column; i++)
            field = strchr(field, ',') + 1;
        most = atof(field) > most ? atof(field) : most;
    }
    return most;
}

static double estimated(struct program *p, const char *words)
{
    run_good(p, "$P %s --dry-run --format csv", words);
    return largest(p, "memory_bytes");
}

/* The program's own memory is subtracted, so that what is compared should be far above what that varies by. */
#define LEAST 8e6

static void hold(struct program *p, double start, const char *words, double points)
{
    char line[1024];
    const double said = points * estimated(p, words);
    snprintf(line, sizeof line, "%s --quiet", words);
    const double taken = peak(p, line) - start;
    cr_assert_gt(said, LEAST, "%s: %.1f MB is too little to be measured", words, said / 1e6);
    cr_expect(taken <= 1.3 * said && said <= 2 * taken, "%s: %.1f MB, said %.1f MB", words, taken / 1e6, said / 1e6);
}

#define DENSE " --engine dense --threads 2 --progress none"
#define STATE " --data random --loss hinge2 --kappa 1 --engine stationary --paths 256 --threads 2 --progress none"
#define SIMULATOR " --dim 600 --runs 2 --steps 10 --threads 2 --progress none"

TEST(of_the_theory_is_what_was_said)
{
    static const char *const line[] = {
        "solve --steps 80 --paths 6000" DENSE,
        "solve --steps 80 --paths 6000 --rule persistent --threads 1 --engine dense",
        "solve --steps 100 --paths 1000 --rule gd" DENSE,
        "solve --steps 80 --paths 6000 --batch-steps 40=0.9" DENSE,
        "solve --steps 250 --paths 64 --groups 4 --full-matrices yes" DENSE,
        "solve --steps 250 --paths 64 --groups 4 --full-matrices yes --out $D/x.h5" DENSE,
        "solve --steps 120 --paths 3000 --covariance-spectrum 0.5:1,0.5:3" DENSE,
        "replicas --steps 60 --paths 6000" DENSE,
        "boundary --steps 80 --paths 6000" DENSE,
        "solve --engine hierarchical --steps 200 --paths 8000 --threads 2",
        "teff --engine hierarchical --steps 200 --paths 8000 --threads 1 --force",
        "replicas --engine hierarchical --steps 120 --paths 5000 --threads 2",
        "solve --rule flow --steps 20 --paths 8000 --threads 2",
        "solve --engine conditional --steps 200 --threads 2",
        "replicas --engine conditional --steps 100 --threads 2",
        "solve --engine conditional --steps 20 --sharpness-at 20 --threads 2",
        "teff --steps 3000" STATE,
        "teff --steps 3000 --threads 1 --data random --loss hinge2 --kappa 1 --engine stationary --paths 256 --out "
        "$D/x.h5",
    };
    const double start = base(p);
    for (size_t i = 0; i < sizeof line / sizeof *line; i++)
        hold(p, start, line[i], 1);
}

TEST(of_the_simulation_is_what_was_said)
{
    static const char *const line[] = {
        "simulate" SIMULATOR,
        "simulate --threads 1 --dim 600 --runs 4 --steps 10",
        "simulate --precision double" SIMULATOR,
        "simulate --matrix implicit --dim 20000 --runs 2 --steps 60 --threads 2",
        "simulate --matrix implicit --dim 2000 --runs 2 --steps 40 --sharpness-at 40 --threads 2",
        "simulate --dim 10 --runs 1000 --steps 100 --threads 2",
        "simulate --dim 10 --runs 1000 --steps 100 --threads 2 --out $D/x.h5",
        "teff --by simulate --dim 600 --runs 2 --steps 40 --threads 2 --force",
        "replicas --by simulate --replicas 3" SIMULATOR,
        "boundary --by simulate" SIMULATOR,
        "simulate --rule flow" SIMULATOR,
        "simulate --rule stochastic_flow --rate 1" SIMULATOR,
        "simulate --sharpness-at 10" SIMULATOR,
        "validate --paths 4000" SIMULATOR,
    };
    const double start = base(p);
    for (size_t i = 0; i < sizeof line / sizeof *line; i++)
        hold(p, start, line[i], 1);
}

/* Two points at once; and again, when the points are only read. */
TEST(of_a_sweep_is_what_was_said)
{
    static const char matrices[] = "sweep --what solve --vary rate=0.1,0.2 --steps 250 --paths 64 --groups 4 "
                                   "--full-matrices yes --out $D/s" DENSE;
    const double start = base(p);
    hold(p, start, "sweep --what solve --vary rate=0.1,0.2 --steps 80 --paths 6000 --out $D/a" DENSE, 2);
    hold(p, start, "sweep --what teff --vary rate=0.1,0.2 --steps 3000 --out $D/b" STATE, 2);
    hold(p, start, "sweep --what simulate --vary rate=0.1,0.2 --out $D/c" SIMULATOR, 2);
    hold(p, start, matrices, 2);
    const double point = estimated(p, matrices);
    cr_expect_lt(peak(p, matrices) - start, point, "read");
    cr_expect_lt(peak(p, "table $D/s") - start, 0.7 * point, "a table does without matrices");
}

/* A limit below the estimate is refused; where it is accepted it holds. */
TEST(stays_below_memory_limit)
{
    static const char *const line[] = {"solve --steps 80 --paths 6000" DENSE, "teff --steps 3000" STATE,
                                       "solve --steps 250 --paths 64 --groups 4 --full-matrices yes --out "
                                       "$D/x.h5" DENSE};
    const double start = base(p);
    char words[1024];
    for (size_t i = 0; i < sizeof line / sizeof *line; i++) {
        const double said = estimated(p, line[i]);
        run_refused(p, 2, "memory_limit: ", "$P %s --memory-limit %.0f", line[i], 0.95 * said);
        snprintf(words, sizeof words, "%s --quiet --memory-limit %.0f", line[i], 1.25 * said);
        cr_expect_lt(peak(p, words) - start, 1.25 * said, "%s", line[i]);
    }
}

/* Under a limit of addresses a command runs or is refused; it neither waits nor fails in the middle. */
TEST(stays_below_a_limit_of_addresses)
{
    static const char *const line[] = {"list", ("solve --steps 50 --quiet" DENSE),
                                       "simulate --steps 5 --dim 2000 --quiet",
                                       "solve --threads 1 --steps 50 --paths 64 --quiet"};
    static const int limit[] = {150000, 250000, 350000, 600000}; /* kB */
    if (program_run(p, "ulimit -v 600000 && $P list") != 0)
        cr_skip_test("the libraries need more");
    for (size_t i = 0; i < sizeof line / sizeof *line; i++)
        for (size_t j = 0; j < sizeof limit / sizeof *limit; j++) {
            program_run(p, "ulimit -v %d; timeout -s KILL 20 $P %s", limit[j], line[i]);
            cr_expect(p->code == 0
                          || (p->code == 2 && (strstr(p->err, "threads: ") || strstr(p->err, "memory_limit: "))),
                      "%d kB, %s: %d, %s", limit[j], line[i], p->code, p->err);
        }
    cr_expect_eq(program_run(p, "ulimit -v 600000; $P %s", line[3]), 0, "%s", p->err);
}

/* A table is read by one thread: the threads of a run do not count, and what is said of the limit is true. */
TEST(of_a_table_is_that_of_one_thread)
{
    if (program_run(p, "ulimit -v 300000 && $P list") != 0)
        cr_skip_test("the libraries need more");
    run_good(p, "printf 'a,y\\n1,1\\n2,-1\\n0,1\\n4,-1\\n' > $D/t.csv; ulimit -v 400000; $P data $D/t.csv");
    run_refused(p, 2, "memory_limit: ulimit -v allows less than the program takes",
                "ulimit -v 200000; $P data $D/t.csv");
    run_refused(p, 2, "memory_limit: 100 bytes, but the dataset ", "$P data $D/t.csv --memory-limit 100");
    run_refused(p, 2, "takes about 262 bytes of memory", "$P data $D/t.csv --memory-limit 100");
    run_refused(p, 2, "takes more than 4.1e+03 bytes of memory",
                "seq 4000 | gzip > $D/t.csv.gz; $P data $D/t.csv.gz --memory-limit 3000");
}
