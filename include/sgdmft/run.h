/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run: (data, model, algorithm, start, steps), and the table of parameters that declares each of its members
 * once. Flags, configuration keys, help, messages and file attributes are made from the table. */
#ifndef SGDMFT_RUN_H
#define SGDMFT_RUN_H

#include <sgdmft/models.h>
#include <sgdmft/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define SGDMFT_SCHEDULE_MAX 64
#define SGDMFT_WAITING_MAX 64
#define SGDMFT_TEXT_MAX 1024

enum sgdmft_targets { SGDMFT_TARGETS_SIGN, SGDMFT_TARGETS_GAUSSIAN };
enum sgdmft_constraint { SGDMFT_CONSTRAINT_NONE, SGDMFT_CONSTRAINT_SPHERE };
enum sgdmft_gradient { SGDMFT_GRADIENT_BATCH, SGDMFT_GRADIENT_SUM };
/* Runs that the limit N -> infinity of the engine conditional is taken from, beside the groups. */
enum sgdmft_extrapolation {
    SGDMFT_EXTRAPOLATION_HALVES, /* both halves of each group, with random numbers in common */
    SGDMFT_EXTRAPOLATION_SIZES   /* as many independent groups of a smaller size */
};
enum sgdmft_matrix { SGDMFT_MATRIX_AUTO, SGDMFT_MATRIX_STORED, SGDMFT_MATRIX_IMPLICIT };
enum sgdmft_decimal { SGDMFT_DECIMAL_AUTO, SGDMFT_DECIMAL_POINT, SGDMFT_DECIMAL_COMMA };
enum sgdmft_precision { SGDMFT_PRECISION_SINGLE, SGDMFT_PRECISION_DOUBLE };
enum sgdmft_format { SGDMFT_FORMAT_TEXT, SGDMFT_FORMAT_CSV, SGDMFT_FORMAT_JSON };
enum sgdmft_progress_style { SGDMFT_PROGRESS_AUTO, SGDMFT_PROGRESS_PLAIN, SGDMFT_PROGRESS_NONE };

/* A piecewise constant schedule: value[i] holds from step from[i] (strictly ascending, > 0) on. */
struct sgdmft_schedule {
    size_t count;
    long from[SGDMFT_SCHEDULE_MAX];
    double value[SGDMFT_SCHEDULE_MAX];
};

/* A list of steps, strictly ascending. */
struct sgdmft_steps {
    size_t count;
    long step[SGDMFT_WAITING_MAX];
};

#define SGDMFT_LABELS_MAX 80
#define SGDMFT_FORM_MAX 240

/* Sizes and moments of the dataset of data law `file`; all 0 with another law. */
struct sgdmft_dataset {
    long rows, dim;    /* examples read from the file; features that vary */
    long positives;    /* rows with y = +1 */
    long held_out;     /* rows held out for testing in each run */
    long dropped;      /* features left out because they do not vary */
    long bytes;        /* size of the file, with that of the labels */
    long missing;      /* rows left out because a value is missing; not in files */
    uint64_t checksum; /* FNV-1a, 64 bits, of the file, with that of the labels */
    double separation; /* distance of the two class means; 0 but in the theory, which needs it */
    char plus[SGDMFT_LABELS_MAX], minus[SGDMFT_LABELS_MAX]; /* the labels of either class, "a, b, ..."; not in files */
    char form[SGDMFT_FORM_MAX];                             /* format of the file in words; not in files */
};

#define SGDMFT_MODES_MAX 64

/* The spectrum of the data's covariance, in units of Delta: x = c v/sqrt(N) + sqrt(Delta) Sigma^(1/2) z. */
struct sgdmft_spectrum {
    size_t modes;
    bool exact; /* v has these mean squares in each mode of a simulation; otherwise its components are Gaussian */
    double value[SGDMFT_MODES_MAX];  /* eigenvalue s of Sigma, >= 0 */
    double weight[SGDMFT_MODES_MAX]; /* share of the dimensions that have it; sum 1 */
    double signal[SGDMFT_MODES_MAX]; /* mean square of v's components there; weighted mean 1 */
};

/* An average of the weights (A3). */
struct sgdmft_average {
    bool taken;
    double beta; /* factor of an exponential average; 0: plain average */
    long from;   /* first step of a plain average */
};

enum sgdmft_named_kind {
    SGDMFT_NAMED_NONE,
    SGDMFT_NAMED_COSINE,
    SGDMFT_NAMED_POWER,
    SGDMFT_NAMED_WSD,
    SGDMFT_NAMED_HALVING
};

/* A schedule by name: a factor of the first value, steps counted from 0, K in all.
 * cosine (1 + cos(pi k/K))/2, power (k+1)^-power, wsd min(1, (k+1)/warm, (K-k)/decay), halving 2^-floor(k/half_life) */
struct sgdmft_named {
    enum sgdmft_named_kind kind;
    double power;
    long warm, decay, half_life;
};

/* Properties that a result keeps of losses, links and teachers made of a formula or a plugin: reading makes none. */
struct sgdmft_kept {
    bool there;
    long loss, link, teacher; /* flags, models/formula/formula_kept.c */
    double contact_loss;      /* l(y) at margin kappa - contact_tolerance, y = 1 */
};

/* Values that follow from the parameters. */
struct sgdmft_derived {
    struct sgdmft_average average;
    struct sgdmft_named rate, momentum;
    long substeps; /* steps for each step of the run as given; 0: one */
    bool plain;    /* a simulation by the engine conditional, in the law of its own size */
    struct sgdmft_dataset dataset;
    uint64_t plugin_checksum;        /* FNV-1a, 64 bits, of the plugin's source; 0: none */
    struct sgdmft_kept kept;         /* there: the run was read from a result, and has no functions of such records */
    struct sgdmft_spectrum spectrum; /* 0 modes: all eigenvalues are 1, see sgdmft_spectrum */
};

/* A resolved run: every member has its value, and all conditions between them hold. Copy by assignment. */
struct sgdmft_run {
    /* data */
    const struct sgdmft_data *data;
    int targets; /* enum sgdmft_targets */
    const struct sgdmft_teacher *teacher;
    double teacher_width;
    char teacher_formula
        [SGDMFT_TEXT_MAX]; /* empty: none; so are link_formula, loss_formula, formula_constants, plugin */
    double alpha;
    double cluster_variance;
    double label_noise;
    char covariance_spectrum[SGDMFT_TEXT_MAX]; /* empty: all 1; see sgdmft_spectrum */
    char dataset[SGDMFT_TEXT_MAX];             /* path; empty: none */
    char labels[SGDMFT_TEXT_MAX];              /* path; empty: in the dataset */
    char label_column[SGDMFT_TEXT_MAX];        /* "last", a name, a number from 1 on or # and a number */
    char positive[SGDMFT_TEXT_MAX];            /* "auto" or "A,B,..." */
    int decimal;                               /* enum sgdmft_decimal */
    int drop_missing;                          /* 0 no, 1 yes */
    int standardise, whiten;                   /* 0 no, 1 yes */
    /* model */
    const struct sgdmft_link *link;
    double door_width;
    const struct sgdmft_loss *loss;
    double kappa;
    double loss_width;
    char link_formula[SGDMFT_TEXT_MAX], loss_formula[SGDMFT_TEXT_MAX];
    char formula_constants[SGDMFT_TEXT_MAX]; /* "NAME=VALUE,..." */
    char plugin[SGDMFT_TEXT_MAX];            /* path of a C source */
    double ridge;
    int constraint; /* enum sgdmft_constraint */
    /* start */
    double overlap0;
    double norm0;
    /* algorithm */
    const struct sgdmft_rule *rule;
    double rate;
    double batch;
    double persistence;
    int gradient; /* enum sgdmft_gradient */
    double temperature;
    long steps;
    struct sgdmft_schedule rate_steps, batch_steps, temperature_steps;
    struct sgdmft_schedule rate_cycle, batch_cycle; /* repeated with the period from[count - 1] */
    char rate_schedule[SGDMFT_TEXT_MAX];            /* empty: none; see sgdmft_named */
    double momentum, dampening;
    char momentum_schedule[SGDMFT_TEXT_MAX];
    int nesterov;              /* 0 no, 1 yes */
    double clip, clip_example; /* 0: none */
    double privacy_noise;
    double epochs;                 /* 0: steps are given */
    char average[SGDMFT_TEXT_MAX]; /* empty: none; see sgdmft_average_share */
    /* observables */
    struct sgdmft_steps waiting;
    long replicas;
    struct sgdmft_steps margins_at;
    struct sgdmft_steps sharpness_at;
    double contact_tolerance;
    long every;                   /* 0: automatic */
    int full_matrices;            /* 0 no, 1 yes */
    char window[SGDMFT_TEXT_MAX]; /* "auto" or "A:B", see sgdmft_window */
    /* solver */
    int engine; /* index in the table's choices: 0 is auto */
    long paths;
    long groups;
    int extrapolation;   /* enum sgdmft_extrapolation, of the engine conditional */
    long order;          /* polynomials on a block, engine hierarchical */
    double target_error; /* of the series, relative to their largest values; 0: none */
    double memory_limit; /* bytes; 0: automatic, see sgdmft_memory_limit */
    /* simulation */
    long dim;
    long runs;
    int matrix;            /* enum sgdmft_matrix */
    int precision;         /* enum sgdmft_precision */
    long test_examples;    /* 0: as many as training examples */
    long force_directions; /* 0: no response */
    /* output */
    char out[SGDMFT_TEXT_MAX]; /* empty: no file */
    int format;                /* enum sgdmft_format */
    uint64_t seed;
    long threads;                     /* 0: automatic, see sgdmft_threads */
    int progress;                     /* enum sgdmft_progress_style */
    int resume;                       /* 1: go on from checkpoint */
    char checkpoint[SGDMFT_TEXT_MAX]; /* empty: no file */
    double checkpoint_every;          /* seconds */
    double max_walltime;              /* seconds; 0: no limit */
    struct sgdmft_derived derived;
};

/* ---- values that change with the step ---------------------------------------------------------- */

SGDMFT_API double sgdmft_rate(const struct sgdmft_run *run, long k);         /* eta_k */
SGDMFT_API double sgdmft_batch(const struct sgdmft_run *run, long k);        /* b_k   */
SGDMFT_API double sgdmft_momentum(const struct sgdmft_run *run, long k);     /* mu_k  */
SGDMFT_API double sgdmft_temperature(const struct sgdmft_run *run, long k);  /* T_k   */
SGDMFT_API double sgdmft_batch_weight(const struct sgdmft_run *run, long k); /* sigma = s times this */
/* Share of the gradient that enters the buffer of momentum in step k: 1 in the first step, then 1 - dampening. */
SGDMFT_API double sgdmft_gradient_share(const struct sgdmft_run *run, long k);
/* Share of w^k in the average of the weights at step k (A3): a^k = (1 - share) a^{k-1} + share w^k; 1 before it begins.
 */
SGDMFT_API double sgdmft_average_share(const struct sgdmft_run *run, long k);
/* The parameter by which a step depends on more than the present weights and their gradient (A1); NULL: (T1). */
SGDMFT_API const char *sgdmft_step_extra(const struct sgdmft_run *run);
SGDMFT_API double sgdmft_time(const struct sgdmft_run *run, long k);   /* t_k = sum of eta_j, j < k */
SGDMFT_API double sgdmft_epochs(const struct sgdmft_run *run, long k); /* sum of b_j, j < k: passes over the data */
SGDMFT_API long sgdmft_batch_since(const struct sgdmft_run *run,
                                   long k);                    /* first step of k's piece of the batch schedule */
SGDMFT_API long sgdmft_examples(const struct sgdmft_run *run); /* P = round(alpha dim) */
SGDMFT_API long sgdmft_fresh_examples(const struct sgdmft_run *run,
                                      long k);                      /* examples that step k draws, rule online */
SGDMFT_API long sgdmft_test_examples(const struct sgdmft_run *run); /* test examples of a simulated run */

/* The spectrum of the data's covariance; one mode of value 1 where the run names none. */
SGDMFT_API const struct sgdmft_spectrum *sgdmft_spectrum(const struct sgdmft_run *run);
/* True if Sigma is the identity. */
SGDMFT_API bool sgdmft_spectrum_is_plain(const struct sgdmft_spectrum *spectrum);
/* <s>, or with of_signal <s a>, a the signal's mean square: u = x.v/sqrt(N <s a>) has variance 1 (c = 0, Delta = 1). */
SGDMFT_API double sgdmft_spectrum_mean(const struct sgdmft_spectrum *spectrum, bool of_signal);

/* Bytes that the run may use: memory_limit, or 80 % of the memory and of the addresses (RLIMIT_AS) that are free at
 * the call. */
SGDMFT_API double sgdmft_memory_limit(const struct sgdmft_run *run);
/* Threads that the run may use: `threads`, limited to a multiple of the processors in the affinity mask of the
 * process; one for each of these processors if `threads` is automatic. */
SGDMFT_API long sgdmft_threads(const struct sgdmft_run *run);

/* The measured steps: 0 and `steps` always, each step up to 200 and then 200 in all with every = 0, otherwise
 * every `every` steps. Returns their number; writes them when out is not NULL. */
SGDMFT_API size_t sgdmft_measured_steps(const struct sgdmft_run *run, long *out);

/* The measured lags of two-time functions, from the earliest waiting time on: each single step up to 200, then
 * growing by about 1/64 a step; the last is steps - waiting[0]. Returns their number (0 without waiting times). */
SGDMFT_API size_t sgdmft_measured_lags(const struct sgdmft_run *run, long *out);

/* The lags first..last of the late part of the FDT curve; false for window = auto, and for a text that is no window. */
SGDMFT_API bool sgdmft_window(const struct sgdmft_run *run, long *first, long *last);

/* ---- the table of parameters ------------------------------------------------------------------- */

enum sgdmft_kind {
    SGDMFT_REAL,     /* double                                           */
    SGDMFT_INTEGER,  /* long                                             */
    SGDMFT_SEED,     /* uint64_t                                         */
    SGDMFT_CHOICE,   /* int, index in choices                            */
    SGDMFT_RECORD,   /* pointer to a record of a registry                */
    SGDMFT_TEXT,     /* char[SGDMFT_TEXT_MAX]                            */
    SGDMFT_SCHEDULE, /* struct sgdmft_schedule, "500=0.05,800=0.01"      */
    SGDMFT_STEPS     /* struct sgdmft_steps, "0,100,200"                 */
};

struct sgdmft_parameter {
    const char *name, *section;
    enum sgdmft_kind kind;
    const char *unit;         /* "" if a pure number or not a number */
    const char *default_text; /* as a user would write it; "auto" or "none" for 0 or an empty text */
    /* The default where it depends on rule, constraint or another parameter (may be NULL). */
    const char *(*default_for)(const struct sgdmft_run *run, char buffer[64]);
    double minimum, maximum;         /* range of each number; ignored by kinds without numbers */
    bool open_minimum, open_maximum; /* the bound itself is not allowed */
    const char *const *choices;      /* CHOICE: NULL-terminated names */
    const void *const *records;      /* RECORD: NULL-terminated registry */
    const void *const *made;         /* RECORD: names of records made from other parameters (NULL: none) */
    size_t offset;                   /* in struct sgdmft_run */
    /* True if the value has an effect in a run (NULL: always). A value without an effect is refused. */
    bool (*matters)(const struct sgdmft_run *run);
    const char *matters_with; /* what it takes, "a loss with a margin" */
    const char *meaning;      /* one line */
    const char *reference;    /* equation or paper, or "" */
    const char *argument;     /* its value in help (FILE: completed by file names); NULL: from kind and unit */
};

/* The table, section by section, and its length. */
SGDMFT_API extern const struct sgdmft_parameter sgdmft_parameters[];
SGDMFT_API extern const size_t sgdmft_parameter_count;

/* True for a choice between no and yes, whose flag alone means yes. */
SGDMFT_API bool sgdmft_parameter_is_switch(const struct sgdmft_parameter *parameter);
/* The parameter of this name, NULL if there is none. Dashes are accepted as underscores. */
SGDMFT_API const struct sgdmft_parameter *sgdmft_parameter_find(const char *name);
/* The name in `names` nearest to `name` by edit distance, or NULL if none is near. */
SGDMFT_API const char *sgdmft_nearest(const char *name, const char *const *names, size_t count);
/* Formats the value of a parameter in a run as a user would write it. Parsing it gives the same bits. */
SGDMFT_API void sgdmft_parameter_format(const struct sgdmft_parameter *parameter, const struct sgdmft_run *run,
                                        char out[SGDMFT_TEXT_MAX]);

/* ---- from texts to a run ------------------------------------------------------------------------ */

/* Texts by parameter, as given by the user, before defaults. Opaque; free with sgdmft_settings_free. */
struct sgdmft_settings;
SGDMFT_API struct sgdmft_settings *sgdmft_settings_create(void);
SGDMFT_API struct sgdmft_settings *sgdmft_settings_copy(const struct sgdmft_settings *settings);
SGDMFT_API void sgdmft_settings_free(struct sgdmft_settings *settings);
/* Sets the text of a parameter, in place of an earlier one. USAGE: unknown name; the message names the nearest. */
SGDMFT_API enum sgdmft_status sgdmft_settings_set(struct sgdmft_settings *settings, const char *name, const char *text,
                                                  struct sgdmft_error *error);
/* Reads FILE.ini. Texts already set (flags) are kept. The path of a dataset is relative to the folder of FILE.ini.
 * FILE: missing, unreadable, no regular file. USAGE, with the line: unknown section or key, key in the wrong
 * section, key given twice, line too long. */
SGDMFT_API enum sgdmft_status sgdmft_settings_read(struct sgdmft_settings *settings, const char *path,
                                                   struct sgdmft_error *error);
/* The text of a parameter; NULL if it is not set. */
SGDMFT_API const char *sgdmft_settings_get(const struct sgdmft_settings *settings, const char *name);
/* Resolves a run: parses the texts, fills in defaults, checks ranges and contradictions. warning (may be NULL)
 * receives a text if the status is OK but the run has a known weakness, such as a start on a symmetry that finite N
 * breaks. USAGE: the first rule that fails; the message names the parameter, its value and the rule. */
SGDMFT_API enum sgdmft_status sgdmft_run_resolve(const struct sgdmft_settings *settings, struct sgdmft_run *run,
                                                 struct sgdmft_error *warning, struct sgdmft_error *error);
/* Writes a FILE.ini that resolves to the same run. A parameter whose default depends on the rest of the run is
 * written as auto if it has this default, with the value as a comment. The path of the dataset is absolute. */
SGDMFT_API void sgdmft_run_print(const struct sgdmft_run *run, FILE *out);

#endif
