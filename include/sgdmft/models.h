/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The records that define a run: data laws, teachers, links, losses and rules. Each is a constant in a file of its
 * own under models/, listed in a registry (a NULL-terminated array). A comment marks each function that may be NULL;
 * the resolution of a run refuses a record without one of the others. The symbols are those of solver/THEORY.md
 * section 1. */
#ifndef SGDMFT_MODELS_H
#define SGDMFT_MODELS_H

#include <sgdmft/random.h>
#include <sgdmft/status.h>
#include <stdbool.h>
#include <stddef.h>

struct sgdmft_run;

#define SGDMFT_POINTS_MAX 8 /* kinks, roots or breakpoints of one record */
/* Kinks of l(r): those of the link, and the roots of each of the loss. */
#define SGDMFT_KINKS_MAX (SGDMFT_POINTS_MAX * (SGDMFT_POINTS_MAX + 1))

/* Name and texts of a record, as `sgdmft list NAME` prints them. Every record begins with an entry. */
struct sgdmft_entry {
    const char *name;      /* as in the configuration: lower case, underscores */
    const char *summary;   /* one line: the formula */
    const char *reference; /* paper with DOI or arXiv number, or "" */
};

/* ---- data laws: P(c, u, y) ------------------------------------------------------------------ */

enum sgdmft_label_source {
    SGDMFT_LABEL_FIXED,   /* y = component.label            */
    SGDMFT_LABEL_TEACHER, /* y = teacher(u)                 */
    SGDMFT_LABEL_NORMAL   /* y ~ N(0,1), independent of all */
};

/* One component of the mixture over (c, y). Weights of a data law sum to 1. */
struct sgdmft_component {
    double weight;
    double centre; /* c of x = c v/sqrt(N) + sqrt(Delta) z */
    enum sgdmft_label_source source;
    double label;
};
#define SGDMFT_COMPONENTS_MAX 4

struct sgdmft_data {
    struct sgdmft_entry entry;
    bool signal;        /* examples or labels depend on v */
    bool free_variance; /* Delta is cluster_variance; otherwise it is 1 */
    bool symmetric;     /* (x,y) -> (-x,y) is a symmetry of the law when the teacher is even too */
    /* The components; returns their number, 1..SGDMFT_COMPONENTS_MAX. */
    size_t (*components)(const struct sgdmft_run *run, struct sgdmft_component out[SGDMFT_COMPONENTS_MAX]);
    /* Fills run->derived from parameters that are texts or names of files; FILE or USAGE. NULL: nothing to do. */
    enum sgdmft_status (*derive)(struct sgdmft_run *run, struct sgdmft_error *error);
};

struct sgdmft_teacher {
    struct sgdmft_entry entry;
    bool classes; /* labels are +1/-1 (otherwise real) */
    bool even;    /* f(-u) = f(u) */
    bool linear;  /* f(u) = u */
    bool modulus; /* |f(u)| = |u|: y^2 = u^2 */
    double (*label)(double u, double width);
    /* The u where f or f' jumps, ascending; returns their number. NULL: there are none. */
    size_t (*breakpoints)(double width, double u[SGDMFT_POINTS_MAX]);
};

/* ---- links phi(r) ----------------------------------------------------------------------------- */

struct sgdmft_link {
    struct sgdmft_entry entry;
    bool even;
    bool linear;
    /* phi, phi', phi'' at r[0..n-1]; the arrays do not overlap. */
    void (*evaluate)(size_t n, const double *restrict r, double width, double *restrict phi, double *restrict first,
                     double *restrict second);
    /* The solutions r of phi(r) = phi, ascending, an interval of them by its ends; returns their number. */
    size_t (*inverse)(double phi, double width, double r[SGDMFT_POINTS_MAX]);
    /* The r where phi' or phi'' jumps, ascending; returns their number. NULL: there are none. */
    size_t (*kinks)(double width, double r[SGDMFT_POINTS_MAX]);
    bool jumps; /* phi' jumps, not phi'' alone, and the force with it */
};

/* ---- losses l(phi, y) ------------------------------------------------------------------------- */

struct sgdmft_loss {
    struct sgdmft_entry entry;
    bool classes_only; /* labels must be +1/-1 */
    bool uses_kappa;   /* has a margin: contacts and zero loss are defined */
    bool even;         /* l(-phi,y) = l(phi,y) */
    bool convex;       /* convex in phi */
    bool linear_force; /* l = (phi - y)^2/2, so that l' = phi - y: the linear model has closed forms */
    bool jumps;        /* the force l' jumps at kinks, so that l'' has delta functions there */
    /* Value and derivatives with respect to phi at (phi[i], y[i]), without delta functions; the arrays do not overlap.
     * kappa and width are parameters of the run (loss_width). */
    void (*evaluate)(size_t n, const double *restrict phi, const double *restrict y, double kappa, double width,
                     double *restrict value, double *restrict first, double *restrict second);
    /* The phi where l' or l'' jumps, ascending; returns their number. NULL: there are none. */
    size_t (*kinks)(double y, double kappa, double width, double phi[SGDMFT_POINTS_MAX]);
    /* Additional conditions on the run (may be NULL). */
    enum sgdmft_status (*check)(const struct sgdmft_run *run, struct sgdmft_error *error);
};

/* ---- rules: the batch of step k --------------------------------------------------------------- */

struct sgdmft_rule {
    struct sgdmft_entry entry;
    bool full_batch;  /* s = 1 always; batch must be 1 */
    bool continuous;  /* eta -> 0 limit (flow) of the rule `discrete` */
    bool independent; /* s^k does not depend on the steps before */
    const struct sgdmft_rule *discrete;
    bool needs_temperature;
    double default_batch;
    /* Given the past selections, s^k depends on s^{k-1} alone, so that averages at step k may use its mean (THEORY
     * 5.2). */
    bool averages_selection;
    bool epochs; /* selects each example once in every 1/b steps */
    bool fresh;  /* draws new examples for each batch: there is no training set */
    /* Conditions on (rate, batch, persistence, schedules); may be NULL. */
    enum sgdmft_status (*check)(const struct sgdmft_run *run, struct sgdmft_error *error);
    /* Theory: P(s^k = 1 | s^{k-1} = previous); previous is ignored at k = 0. */
    double (*probability)(const struct sgdmft_run *run, long k, int previous);
    /* Simulation: overwrites selected[0..n-1] (s^{k-1} on entry, when k > 0) with s^k. All random numbers come from
     * stream, that of this step. place[0..n-1] is the state of the rule from step to step, undefined at k = 0. Steps
     * are called in the order 0, 1, 2, ... */
    void (*select)(const struct sgdmft_run *run, struct sgdmft_stream *stream, long k, size_t n,
                   unsigned char *restrict selected, uint32_t *restrict place);
};

/* ---- registries ------------------------------------------------------------------------------- */

SGDMFT_API extern const struct sgdmft_data *const sgdmft_data_laws[];
SGDMFT_API extern const struct sgdmft_teacher *const sgdmft_teachers[];
SGDMFT_API extern const struct sgdmft_link *const sgdmft_links[];
SGDMFT_API extern const struct sgdmft_loss *const sgdmft_losses[];
SGDMFT_API extern const struct sgdmft_rule *const sgdmft_rules[];

/* ---- what follows from a run's records -------------------------------------------------------- */

/* Delta: cluster_variance where the data law leaves it free, otherwise 1. */
SGDMFT_API double sgdmft_variance(const struct sgdmft_run *run);
/* True if labels are +1/-1, so that an error (y phi < 0) exists. */
SGDMFT_API bool sgdmft_has_classes(const struct sgdmft_run *run);
/* The label of an example: y of its component, teacher or target, with label noise. normal[0] is the target of
 * LABEL_NORMAL, normal[1] the additive label noise; uniform in (0,1) decides a flip. */
SGDMFT_API double sgdmft_label(const struct sgdmft_run *run, const struct sgdmft_component *component, double u,
                               const double normal[2], double uniform);
/* True if sgdmft_label flips a class for this uniform number. */
SGDMFT_API bool sgdmft_label_flipped(const struct sgdmft_run *run, double uniform);
/* Evaluates l, l' and l'' with respect to r, through the link, at (r[i], y[i]), i < n. Any of value, first and
 * second may be NULL. The arrays do not overlap. No allocation. */
SGDMFT_API void sgdmft_loss_evaluate(const struct sgdmft_run *run, size_t n, const double *r, const double *y,
                                     double *value, double *first, double *second);
/* True if l is convex in r, so that l'' >= 0 for every label: a convex loss of a linear link. Then the response of
 * an example to its field is bounded; otherwise it is not (THEORY 9.8). */
SGDMFT_API bool sgdmft_loss_is_convex(const struct sgdmft_run *run);
/* True if the force on an example is l' = r - y in the pre-activation r: a linear force through a linear link. */
SGDMFT_API bool sgdmft_force_is_linear(const struct sgdmft_run *run);
/* True if the inputs have mean 0: drawn at random, without clusters away from the origin. */
SGDMFT_API bool sgdmft_inputs_are_centred(const struct sgdmft_run *run);
/* Evaluates phi(r[i]), i < n. */
SGDMFT_API void sgdmft_link_evaluate(const struct sgdmft_run *run, size_t n, const double *r, double *phi);
/* The u where the run's teacher f(u) or f'(u) jumps, ascending; returns their number. */
SGDMFT_API size_t sgdmft_teacher_breakpoints(const struct sgdmft_run *run, double u[SGDMFT_POINTS_MAX]);
/* The r at which l' or l'' jumps for label y, ascending; returns their number. */
SGDMFT_API size_t sgdmft_loss_kinks(const struct sgdmft_run *run, double y, double r[SGDMFT_KINKS_MAX]);
/* True if the force l' jumps in r, at kinks of the loss or of the link. Then l'' has delta functions that no path
 * meets: means of tangents, from which engines compute responses and memory, do not include them (THEORY 9.8). */
SGDMFT_API bool sgdmft_force_jumps(const struct sgdmft_run *run);
/* True if responses are means of tangents along paths, of bounded size: l convex in r, and a force without jumps. */
SGDMFT_API bool sgdmft_has_tangents(const struct sgdmft_run *run);

#endif
