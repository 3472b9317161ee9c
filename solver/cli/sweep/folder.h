/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The folder of a sweep: config.ini, manifest.json and one result file (two for validate) for each point. */
#ifndef SOLVER_CLI_SWEEP_FOLDER_H
#define SOLVER_CLI_SWEEP_FOLDER_H

#include "solver/cli/sweep/points.h"

/* FILE unless the folder is there, can be written and is empty or a sweep's, or can be made. Makes nothing. */
enum sgdmft_status folder_check(const char *folder, struct sgdmft_error *error);

/* Makes the folder if there is none and takes its lock, held until the process ends: shared by jobs and ranks that do a
 * part of the sweep; alone, what a killed sweep left half written is removed. FILE: it cannot be made, or another sweep
 * works in it. */
enum sgdmft_status folder_open(const char *folder, bool shared, struct sgdmft_error *error);

/* Holds the points of an earlier call in this folder against the present one: what, the varied names and all other
 * parameters must be the same (USAGE names the first that is not). Then the earlier points join `points`. */
enum sgdmft_status folder_join(const char *folder, const struct sgdmft_settings *settings, struct points *points,
                               struct sgdmft_error *error);

/* FILE unless config.ini and the results of the points are the sweep's own or not there; config.ini may not be the run
 * file ("": none) that this sweep was called with. */
enum sgdmft_status folder_check_files(const char *folder, const struct points *points, const char *run_file,
                                      struct sgdmft_error *error);

/* Writes config.ini, a run file of the first point, if there is no manifest yet. */
enum sgdmft_status folder_config(const char *folder, const struct sgdmft_settings *settings,
                                 const struct points *points, struct sgdmft_error *error);

#endif
