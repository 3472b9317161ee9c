/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The examples of a file. The simulation uses the rows. The components here are the Gaussian mixture of the theory: the
 * two classes in their proportions, at the distance of their means (THEORY 10.4). */
#include "models/registry.h"

#include "models/data/dataset/examples.h"
#include <sgdmft/run.h>

static size_t file_components(const struct sgdmft_run *run, struct sgdmft_component out[SGDMFT_COMPONENTS_MAX])
{
    const struct sgdmft_dataset *dataset = &run->derived.dataset;
    const double positive = dataset->rows > 0 ? (double)dataset->positives / (double)dataset->rows : 0.5;
    const double separation = dataset->separation;
    out[0] = (struct sgdmft_component){
        .weight = positive, .centre = separation * (1 - positive), .source = SGDMFT_LABEL_FIXED, .label = 1};
    out[1] = (struct sgdmft_component){
        .weight = 1 - positive, .centre = -separation * positive, .source = SGDMFT_LABEL_FIXED, .label = -1};
    return 2;
}

const struct sgdmft_data data_file = {
    .entry = {.name = "file",
              .summary = "the rows of `dataset`, y = +1 for the labels in `positive`; in the theory two Gaussian "
                         "clusters with the dataset's means and covariance",
              .reference = "Seddik, Louart, Tamaazousti, Couillet, ICML 2020, arXiv:2001.08370"},
    .signal = true,
    .free_variance = false,
    .symmetric = false,
    .components = file_components,
    .derive = examples_derive,
};
