/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The records of models/, one line each, in the order in which they are listed to users. A new
 * record is a file of its own and a line here. The names of the engines are here too; their records are in solver/. */
#ifndef MODELS_REGISTRY_H
#define MODELS_REGISTRY_H

#include <sgdmft/models.h>
#include <sgdmft/run.h>

#define DATA_LIST(X)                                                                                                   \
    X(data_random)                                                                                                     \
    X(data_teacher)                                                                                                    \
    X(data_mixture2)                                                                                                   \
    X(data_mixture3)                                                                                                   \
    X(data_file)

#define TEACHER_LIST(X)                                                                                                \
    X(teacher_linear)                                                                                                  \
    X(teacher_sign)                                                                                                    \
    X(teacher_abs)                                                                                                     \
    X(teacher_door)                                                                                                    \
    X(teacher_tanh)                                                                                                    \
    X(teacher_erf)                                                                                                     \
    X(teacher_relu)                                                                                                    \
    X(teacher_quadratic)

#define LINK_LIST(X)                                                                                                   \
    X(link_linear)                                                                                                     \
    X(link_door)                                                                                                       \
    X(link_tanh)                                                                                                       \
    X(link_erf)                                                                                                        \
    X(link_relu)                                                                                                       \
    X(link_quadratic)

#define LOSS_LIST(X)                                                                                                   \
    X(loss_square)                                                                                                     \
    X(loss_logistic)                                                                                                   \
    X(loss_hinge2)                                                                                                     \
    X(loss_phase)                                                                                                      \
    X(loss_hinge)                                                                                                      \
    X(loss_huber_hinge)                                                                                                \
    X(loss_exponential)                                                                                                \
    X(loss_sigmoid)                                                                                                    \
    X(loss_absolute)                                                                                                   \
    X(loss_huber)

#define RULE_LIST(X)                                                                                                   \
    X(rule_gd)                                                                                                         \
    X(rule_sgd)                                                                                                        \
    X(rule_persistent)                                                                                                 \
    X(rule_online)                                                                                                     \
    X(rule_reshuffle)                                                                                                  \
    X(rule_langevin)                                                                                                   \
    X(rule_flow)                                                                                                       \
    X(rule_stochastic_flow)

/* Values of the parameter `engine` besides auto; the record of NAME is engine_NAME (solver/run/engine.h). */
#define ENGINE_LIST(X)                                                                                                 \
    X(dense)                                                                                                           \
    X(hierarchical)                                                                                                    \
    X(stationary)                                                                                                      \
    X(conditional)                                                                                                     \
    X(online)

/* Largest number of steps at which `auto` is the dense engine, which compresses nothing. Measured with 4000 paths, one
 * thread: the hierarchical engine is as fast at 60 steps. It is faster by 1.2, 4.7 and 8.2 at 100, 200 and 250 steps of
 * sgd, and by 2.7 and 22 at 100 and 200 steps of gd. Its error of 1e-6 is far below that of sampling. */
#define DENSE_STEPS 100
/* The same for linear models. Without batch noise they have no error of sampling. With sgd the dense engine, which
 * alone has control variates for the batches, removes most of it: 100 times less variance of |w|^2/N for 5 times the
 * time at 200 steps. */
#define DENSE_STEPS_LINEAR 250

/* Engines of a simulation in results and estimates: with a stored matrix, and without (parameter matrix). */
#define SIMULATION_STORED "simulator"
#define SIMULATION_IMPLICIT "implicit"

/* The values of the parameter `engine` as an enum, auto first. */
#define REGISTRY_ENGINE(name) ENGINE_IS_##name,
enum engine_choice { ENGINE_IS_AUTO, ENGINE_LIST(REGISTRY_ENGINE) };

#define REGISTRY_DATA(name) extern const struct sgdmft_data name;
#define REGISTRY_TEACHER(name) extern const struct sgdmft_teacher name;
#define REGISTRY_LINK(name) extern const struct sgdmft_link name;
#define REGISTRY_LOSS(name) extern const struct sgdmft_loss name;
#define REGISTRY_RULE(name) extern const struct sgdmft_rule name;
DATA_LIST(REGISTRY_DATA)
TEACHER_LIST(REGISTRY_TEACHER)
LINK_LIST(REGISTRY_LINK)
LOSS_LIST(REGISTRY_LOSS)
RULE_LIST(REGISTRY_RULE)

/* Check all records, or those of a run. INTERNAL: a record lacks a text or a function that callers assume. */
enum sgdmft_status registry_check(struct sgdmft_error *error);
enum sgdmft_status registry_check_run(const struct sgdmft_run *run, struct sgdmft_error *error);

/* The record whose jump makes the force of a run jump (sgdmft_force_jumps), as "loss NAME" or "link NAME". */
#define REGISTRY_JUMP_MAX 64
const char *registry_jump(const struct sgdmft_run *run, char name[REGISTRY_JUMP_MAX]);

#endif
