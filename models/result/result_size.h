/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes of a result, from its shapes: sgdmft_result_create with no samples makes a result that has shapes and no
 * values. */
#ifndef MODELS_RESULT_RESULT_SIZE_H
#define MODELS_RESULT_RESULT_SIZE_H

#include <sgdmft/result.h>
#include <sgdmft/watch.h>

/* Bytes of the values with so many samples, means and errors included. */
double result_bytes(const struct sgdmft_result *shapes, size_t samples);
/* Bytes of the file, at the most: large datasets are compressed, by a tenth where they are full of noise and by far
 * more where they hold values that were not measured. */
double result_file_bytes(const struct sgdmft_result *shapes, size_t samples);
/* Bytes of memory while the result is written: it and the image of its file. */
double result_written_bytes(const struct sgdmft_estimate *estimate);
/* Adds `copies` results of these shapes to the memory of a computation, and the file where the run names one. */
void result_add_estimate(const struct sgdmft_result *shapes, size_t samples, size_t copies,
                         struct sgdmft_estimate *estimate);

#endif
