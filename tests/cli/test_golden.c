/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reference commands of tests/cli/golden, one file each: the command, then exit code, stdout and stderr as they were
 * when the file was written. Words are the same to the byte, numbers within 1e-6 or one unit of their last digit:
 * libraries choose their kernels by the CPU. Lines with program version and seconds are left out. SGDMFT_GOLDEN=write
 * writes the files anew. */
#include "tests/cli/program.h"

#include <criterion/parameterized.h>
#include <ctype.h>
#include <math.h>

#define TOLERANCE 1e-6

static const char *const names[] = {"solve",       "solve_conditional", "simulate",    "validate",    "teff",
                                    "replicas",    "boundary",          "sweep_table", "plot_script", "list",
                                    "unknown_flag"};

/* Text with the test's own folder written as $D. */
static void without_folder(const char *folder, char *text)
{
    for (char *at; (at = strstr(text, folder));) {
        memcpy(at, "$D", 2);
        memmove(at + 2, at + strlen(folder), strlen(at + strlen(folder)) + 1);
    }
}

/* Text without its lines that hold `part`. */
static void without_lines(const char *part, char *text)
{
    for (char *at; (at = strstr(text, part));) {
        char *begin = at, *end = strchr(at, '\n');
        while (begin > text && begin[-1] != '\n')
            begin--;
        end = end ? end + 1 : at + strlen(at);
        memmove(begin, end, strlen(end) + 1);
    }
}

static char *outcome(struct program *p, const char *command)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    program_run(p, "%s", command);
    without_folder(p->folder, p->out);
    without_folder(p->folder, p->err);
    without_lines(", 1 thread, ", p->out);
    fprintf(out, "%s\n--- exit %d\n--- stdout\n%s--- stderr\n%s", command, p->code, p->out, p->err);
    fclose(out);
    return text;
}

static char *contents(const char *path)
{
    char *text = calloc(1, 200000);
    FILE *file = fopen(path, "r");
    cr_assert_not_null(file, "%s", path);
    program_slurp(file, text, 200000);
    fclose(file);
    return text;
}

static bool number_starts(const char *text, const char *begin)
{
    const bool sign = (*text == '-' || *text == '.') && isdigit((unsigned char)text[1]);
    return (isdigit((unsigned char)*text) || sign)
           && (text == begin || !(isalnum((unsigned char)text[-1]) || text[-1] == '_'));
}

/* The least difference of two numbers that counts: of the relative tolerance, or a unit of the last digit of a number
 * with three decimals or more, or of an error in parentheses. */
static double tolerance(const char *text, const char *after, const char *begin, double value)
{
    const char *point = memchr(text, '.', (size_t)(after - text));
    const size_t decimals = point ? strspn(point + 1, "0123456789") : 0;
    const double unit = point                             ? (decimals > 2 ? pow(10, -(double)decimals) : 0)
                        : text > begin && text[-1] == '(' ? 1
                                                          : 0;
    return fmax(TOLERANCE * fmax(fabs(value), 1e-3), 1.01 * unit);
}

/* Where two texts differ: NULL, or a place in the second. Spaces in a row count as one, as numbers may change their
 * width. */
static const char *difference(const char *expected, const char *seen)
{
    for (const char *e = expected, *s = seen; *e || *s;) {
        if (number_starts(e, expected) && number_starts(s, seen)) {
            char *after_e, *after_s;
            const double a = strtod(e, &after_e), b = strtod(s, &after_s);
            if (fabs(a - b) > tolerance(e, after_e, expected, a))
                return s;
            e = after_e;
            s = after_s;
        } else if (*e != *s) {
            return s;
        } else {
            const bool space = *e == ' ';
            do
                e++;
            while (space && *e == ' ');
            do
                s++;
            while (space && *s == ' ');
        }
    }
    return NULL;
}

ParameterizedTestParameters(golden, commands_give_what_they_gave)
{
    static char copy[sizeof names / sizeof *names][32];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        snprintf(copy[i], sizeof copy[i], "%s", names[i]);
    return cr_make_param_array(char[32], copy, sizeof names / sizeof *names);
}

ParameterizedTest(char name[32], golden, commands_give_what_they_gave)
{
    struct program *p = calloc(1, sizeof *p);
    char path[64], command[1024];
    snprintf(path, sizeof path, "tests/cli/golden/%s.txt", name);
    program_open(p);
    char *expected = contents(path);
    snprintf(command, sizeof command, "%.*s", (int)strcspn(expected, "\n"), expected);
    char *seen = outcome(p, command);
    const char *mode = getenv("SGDMFT_GOLDEN");
    if (mode && strcmp(mode, "write") == 0) {
        FILE *file = fopen(path, "w");
        cr_assert_not_null(file);
        fputs(seen, file);
        fclose(file);
    } else {
        const char *where = difference(expected, seen);
        cr_assert_null(where, "%s: %.200s", name, where);
    }
    free(expected);
    free(seen);
    program_close(p);
    free(p);
}

/* A golden file that says another number or another word is refused. */
Test(golden, differences_are_found)
{
    cr_assert_null(difference("norm 1.25 (3)", "norm 1.2500000001  (3)"));
    cr_assert_not_null(difference("norm 1.2500 (3)", "norm 1.2502 (3)"));
    cr_assert_not_null(difference("norm 1.25", "norms 1.25"));
    cr_assert_not_null(difference("step 3", "step 4"));
    cr_assert_not_null(difference("b=0.2_x1", "b=0.3_x1"));
}
