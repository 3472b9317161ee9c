/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names that all formats of a result share. */
#include "models/result/result_hdf5.h"

const char *result_status_name(enum sgdmft_status status)
{
    switch (status) {
    case SGDMFT_OK:
        return "complete";
    case SGDMFT_DIVERGED:
        return "diverged";
    case SGDMFT_INTERRUPTED:
        return "interrupted";
    default:
        return "not_converged";
    }
}

const char *result_source_name(enum sgdmft_source source)
{
    return source == SGDMFT_THEORY ? "theory" : "simulation";
}

#define TEXT(member)                                                                                                   \
    {                                                                                                                  \
#member, offsetof(struct sgdmft_provenance, member), sizeof((struct sgdmft_provenance *)0)->member             \
    }
const struct result_text result_provenance_texts[] = {
    TEXT(version), TEXT(git_hash), TEXT(compiler), TEXT(libraries), TEXT(cpu), TEXT(command), TEXT(engine),
};
const size_t result_provenance_text_count = sizeof result_provenance_texts / sizeof result_provenance_texts[0];

#define NUMBER(member)                                                                                                 \
    {                                                                                                                  \
        "dataset_" #member, offsetof(struct sgdmft_dataset, member)                                                    \
    }
const struct result_number result_dataset_numbers[] = {
    NUMBER(rows), NUMBER(dim), NUMBER(positives), NUMBER(held_out), NUMBER(dropped), NUMBER(bytes),
};
const size_t result_dataset_number_count = sizeof result_dataset_numbers / sizeof result_dataset_numbers[0];

const struct result_number result_kept_numbers[] = {
    {"loss_flags", offsetof(struct sgdmft_kept, loss)},
    {"link_flags", offsetof(struct sgdmft_kept, link)},
    {"teacher_flags", offsetof(struct sgdmft_kept, teacher)},
};
const size_t result_kept_number_count = sizeof result_kept_numbers / sizeof result_kept_numbers[0];
