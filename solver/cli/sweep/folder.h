/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The folder of a sweep: config.ini, manifest.json and one result file (two for validate) for each point. */
#ifndef SOLVER_CLI_SWEEP_FOLDER_H
#define SOLVER_CLI_SWEEP_FOLDER_H

#include "solver/cli/sweep/points.h"

/* Checks the folder without making it. FILE: it can be neither made nor written, or it is neither empty nor that of
 * a sweep. */
enum sgdmft_status folder_check(const char *folder, struct sgdmft_error *error);

/* Makes the folder if it does not exist, and locks it until the process ends. shared: the lock is shared by jobs and
 * ranks that compute parts of the sweep. Without it, the drafts of a killed sweep are removed. FILE: the folder
 * cannot be made, or another sweep has its lock. */
enum sgdmft_status folder_open(const char *folder, bool shared, struct sgdmft_error *error);

/* Adds the points of earlier calls in this folder to `points`. USAGE: the analysis, the varied names or another
 * parameter differ; the message names the first that does. */
enum sgdmft_status folder_join(const char *folder, const struct sgdmft_settings *settings, struct points *points,
                               struct sgdmft_error *error);

/* Checks the files that the sweep will write. run_file: the run file of this call; "": none. FILE: config.ini or the
 * result of a point is a file of another kind, or config.ini is run_file. */
enum sgdmft_status folder_check_files(const char *folder, const struct points *points, const char *run_file,
                                      struct sgdmft_error *error);

/* Writes config.ini, a run file of the first point, if the folder has no manifest. */
enum sgdmft_status folder_config(const char *folder, const struct sgdmft_settings *settings,
                                 const struct points *points, struct sgdmft_error *error);

#endif
