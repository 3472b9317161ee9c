/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A kind of parameter is a constant record: how a value is read from a text, written as text, json and HDF5, and read
 * back. Each kind is one row in a file of this folder and is reached through the table in kinds.c. */
#ifndef MODELS_KIND_KIND_H
#define MODELS_KIND_KIND_H

#include <hdf5.h>
#include <jansson.h>
#include <sgdmft/run.h>

/* Continuation of a value that is too long for one line of a configuration. */
enum kind_wrap { KIND_ONE_LINE, KIND_WRAP_TEXT, KIND_WRAP_LIST };

struct parameter_kind {
    const char *argument; /* placeholder of the value in help; NULL: that of its unit (number_unit) */
    const char *unit;     /* of its numbers; "": that of the parameter; NULL: no number in the forms of a unit */
    enum kind_wrap wrap;
    /* value is the member of the run. parse: USAGE names the parameter, the text (not empty) and the rule. */
    enum sgdmft_status (*parse)(const struct sgdmft_parameter *parameter, const char *text, void *value,
                                struct sgdmft_error *error);
    /* Writes a text that parse reads back to the same bits. */
    void (*format)(const struct sgdmft_parameter *parameter, const void *value, char out[SGDMFT_TEXT_MAX]);
    /* Makes a json value, a new reference; NULL without memory. */
    json_t *(*json)(const struct sgdmft_parameter *parameter, const void *value);
    /* Write and read an attribute with the parameter's name. False if HDF5 fails; read: also if it has the wrong form.
     * */
    bool (*write)(hid_t object, const struct sgdmft_parameter *parameter, const void *value);
    bool (*read)(hid_t object, const struct sgdmft_parameter *parameter, void *value);
};

extern const struct parameter_kind kind_real, kind_integer, kind_seed; /* kind_number.c */
extern const struct parameter_kind kind_choice, kind_record;           /* kind_name.c */
extern const struct parameter_kind kind_text;                          /* kind_text.c */
extern const struct parameter_kind kind_schedule, kind_steps;          /* kind_list.c */

/* The row of a parameter's kind. */
const struct parameter_kind *parameter_kind(const struct sgdmft_parameter *parameter);
/* The member of a run that a parameter stands for. */
static inline const void *parameter_member(const struct sgdmft_parameter *parameter, const struct sgdmft_run *run)
{
    return (const char *)run + parameter->offset;
}

/* Makes the json value of a parameter: a number, a text, a list of steps, or a list of [step, value] for schedules. */
json_t *parameter_json(const struct sgdmft_parameter *parameter, const struct sgdmft_run *run);
/* Write and read the value as an attribute of an HDF5 object. False if HDF5 fails. */
bool parameter_write(hid_t object, const struct sgdmft_parameter *parameter, const struct sgdmft_run *run);
bool parameter_read(hid_t object, const struct sgdmft_parameter *parameter, struct sgdmft_run *run);

#define KIND_SHOWN "%.80s" /* long texts are cut in messages */

#endif
