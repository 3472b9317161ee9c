/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Closed form of a linear run, for tests. */
#ifndef TESTS_LINEAR_FORM_H
#define TESTS_LINEAR_FORM_H

#include <criterion/criterion.h>
#include <sgdmft/closed_forms.h>

enum { LINEAR_FORM_MOST = 2000 /* steps */ };

/* Overlap, norm and training loss at each step: by name, and as series[i] of linear_form_names[i]. */
struct linear_form {
    union {
        struct {
            double overlap[LINEAR_FORM_MOST + 1], norm[LINEAR_FORM_MOST + 1], loss[LINEAR_FORM_MOST + 1];
        };
        double series[3][LINEAR_FORM_MOST + 1];
    };
};
__attribute__((unused)) static const char *const linear_form_names[3] = {"overlap", "norm", "train_loss"};

static inline struct linear_form linear_form(const struct sgdmft_run *run)
{
    struct linear_form form = {.norm = {0}};
    struct sgdmft_error error = {0};
    cr_assert_leq(run->steps, LINEAR_FORM_MOST);
    cr_assert_eq(sgdmft_linear_dynamics(run, form.overlap, form.norm, form.loss, &error), SGDMFT_OK, "%s", error.text);
    return form;
}

#endif
