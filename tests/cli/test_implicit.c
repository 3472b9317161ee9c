/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Refusals of runs without their data matrix, before any work: exit code 2 and a message that names the parameter. */
#include "tests/cli/program.h"

TestSuite(implicit, .timeout = 60);

#define TEST(name) PROGRAM_TEST(implicit, name)

#define IMPLICIT "simulate --matrix implicit --steps 20 --runs 2 --progress none "
#define CONDITIONAL "solve --engine conditional --steps 20 --progress none "

/* The message begins with the parameter and holds the reason. */
static void expect_refused(struct program *p, const char *command, const char *parameter, const char *reason)
{
    char begin[64];
    snprintf(begin, sizeof begin, "sgdmft: %s: ", parameter);
    cr_expect_eq(program_run(p, "$P %s", command), 2, "%s: exit %d: %s", command, p->code, p->err);
    cr_expect_eq(strncmp(p->err, begin, strlen(begin)), 0, "%s: %s", command, p->err);
    cr_expect_not_null(strstr(p->err, reason), "%s: %s", command, p->err);
    cr_expect_str_empty(p->out, "%s", command);
}

TEST(simulations_name_what_takes_a_stored_matrix)
{
    run_good(p, "printf 'a,b,y\\n1,2,0\\n2,3,1\\n3,1,1\\n4,2,0\\n1,1,1\\n2,2,0\\n' > $D/d.csv");
    expect_refused(p, IMPLICIT "--data file --dataset $D/d.csv --quiet", "matrix", "data file");
    expect_refused(p, IMPLICIT "--rule flow", "matrix", "rule flow");
    expect_refused(p, IMPLICIT "--replicas 3", "matrix", "replicas");
    expect_refused(p, IMPLICIT "--precision double", "matrix", "precision double");
}

TEST(sizes)
{
    expect_refused(p, IMPLICIT "--dim 3", "dim", "at least 4");
    expect_refused(p, IMPLICIT "--dim 60 --memory-limit 1000", "memory_limit", "the limit is 1e+03");
    expect_refused(p, IMPLICIT "--dim 10000000 --memory-limit 1000000000", "memory_limit",
                   "fewer steps or a smaller dim");
    expect_refused(p, "simulate --matrix stored --dim 400000 --memory-limit 1000000000 --runs 1", "memory_limit",
                   "matrix implicit");
    expect_refused(p, CONDITIONAL "--paths 256 --groups 8 --alpha 20", "paths", "at least 4");
    expect_refused(p, CONDITIONAL "--paths 16000 --memory-limit 1000", "memory_limit", "engine conditional");
    expect_refused(p, CONDITIONAL "--paths 4000 --covariance-spectrum 1:0.001,2", "covariance_spectrum",
                   "at least 4: paths of at least 96096, or engine dense");
    run_good(p, "$P " CONDITIONAL "--paths 96096 --covariance-spectrum 1:0.001,2 --dry-run");
    /* as large as that they are taken */
    run_good(p, "$P " IMPLICIT "--dim 4");
    run_good(p, "$P " CONDITIONAL "--paths 256 --groups 8 --alpha 8");
}

TEST(full_matrices_want_a_force_row_a_step)
{
    expect_refused(p, CONDITIONAL "--full-matrices --rule gd --out $D/r.h5", "full_matrices",
                   "only with batch below 1");
    expect_refused(p, CONDITIONAL "--full-matrices --temperature 0.1 --out $D/r.h5", "full_matrices", "dense has it");
    expect_refused(p, CONDITIONAL "--full-matrices --paths 800 --out $D/r.h5", "full_matrices",
                   "at most 17 steps, where steps is 20");
}

TEST(the_engine_cannot_confirm_itself)
{
    expect_refused(p, "validate --engine conditional --matrix implicit --steps 20", "matrix", "cannot confirm it");
    expect_refused(p, "validate --matrix implicit --steps 20 --loss phase --teacher abs --overlap0 0.2 --rate 0.01",
                   "matrix", "cannot confirm it");
    run_good(p, "$P " CONDITIONAL "--paths 800 --out $D/t.h5 && "
                "$P " IMPLICIT "--dim 100 --out $D/s.h5");
    expect_refused(p, "validate $D/t.h5 $D/s.h5", "matrix", "cannot confirm it");
    expect_refused(p, "validate $D/s.h5 $D/t.h5", "matrix", "cannot confirm it");
}
