/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of the manual page that are prose. */
#include "solver/cli/manual.h"

#include <stddef.h>

#define SECTION(name, title)                                                                                             \
    const struct manual_section name = {title, (const char *const[])

SECTION(manual_run_files, "RUN FILES") {
    "A run is given by a file, by flags, or by both; a flag wins over the file. The file has one `name = value` a line, under "
    "the headings [data], [model], [start], [algorithm], [observables], [solver], [simulation] and [output]; a line that "
    "starts with # or ; is a comment, and so is the rest of a line from a ; behind a blank on; an indented line continues "
    "the value before it. Names in the file have underscores where flags have dashes.",
    "Unknown sections and names, a name in the wrong section and a name given twice are errors. A value that is out of its "
    "range, that contradicts another, or that would have no effect in the run is refused before any work, with a message "
    "that names the parameter, its value and the rule. --print-config writes the file that gives the same run.",
    NULL}};

SECTION(manual_output, "OUTPUT") {
    "Results go to standard output; progress, warnings and messages to standard error. Numbers have 17 digits in csv and "
    "json. A column NAME_se is the standard error of the column NAME. What has no meaning in a run keeps its column: nan in "
    "csv, null in json. Every json document has command, status, parameters, and arrays named like the csv columns.",
    "Columns of solve and simulate: step, time and, each with its error, overlap, norm, train_loss, train_error, test_loss, "
    "test_error. Losses are per example and without the ridge term.",
    "Columns of teff: waiting, lag, time, correlation, correlation_se, response, response_se, teff_local, teff_local_se; with "
    "--spectrum omega, teff, teff_se.",
    "Columns of replicas: step, time, distance, distance_se, distance_normalised, distance_normalised_se.",
    "The json of boundary has raw and normalised, each with quantiles, mean, median and histogram, and width, contacts, "
    "fraction_negative and fraction_below_kappa. The json of validate has pass, max_abs_z and observables, a list of name, "
    "step, theory, theory_se, simulation, simulation_se and z.",
    NULL}};

SECTION(manual_result_files, "RESULT FILES") {
    "Files written by --out are HDF5. The root has the attributes format_version, status (complete, not_converged, diverged "
    "or interrupted), last_step and source (theory or simulation). A dataset GROUP/NAME has its error in GROUP/NAME_se and "
    "the attributes units, description and axes; the values of each group of paths or simulated run are in "
    "/samples/GROUP/NAME. The coordinates are /series/step and /series/time, /two_time/waiting and /two_time/lag, "
    "/margins/step, /margins/edges and /margins/level. /parameters has the run and /provenance versions, command line, seed "
    "and times, all as attributes. A file is written under a temporary name and renamed when it is complete. Datasets "
    "above 64 kB are compressed (gzip).",
    "These are the observables, by group and with their axes; a result has those that its run gives:",
    NULL}};

SECTION(manual_environment, "ENVIRONMENT") {
    "The number of threads is the parameter threads; without it, that of the processors in the affinity mask of the process "
    "(taskset, or what a batch system gives). OMP_NUM_THREADS and OPENBLAS_NUM_THREADS have no effect: linear algebra "
    "takes one thread, because results may not depend on their number.",
    "SGDMFT_DATA names a folder whose subfolder studies is searched by study, instead of the installed one.",
    NULL}};

const struct manual_example manual_examples[] = {
    {"Solve a run, and see how far its errors are; keep everything in a file.",
     "sgdmft solve --loss hinge2 --data random --kappa 1 --rate 0.2 --out theory.h5"},
    {"The same run by simulation of 16 systems of 3000 weights.",
     "sgdmft simulate --loss hinge2 --data random --kappa 1 --rate 0.2 --dim 3000 --runs 16 --out simulation.h5"},
    {"Hold one against the other; the exit code is 6 if they disagree.", "sgdmft validate theory.h5 simulation.h5"},
    {"A run file to start from.", "sgdmft solve --rule persistent --print-config >run.ini"},
    {"What a run will cost in memory and time.", "sgdmft solve run.ini --steps 1000 --dry-run"},
    {"The effective temperature at all frequencies.",
     "sgdmft teff --data random --loss hinge2 --kappa 1 --rate 0.2 --engine stationary --spectrum"},
    {"The distance of two replicas as a table for scripts.",
     "sgdmft replicas --data random --loss hinge2 --kappa 1 --alpha 0.5 --format csv"},
    {"Nine points of the batch fraction, a table and a figure.",
     "sgdmft sweep run.ini --vary batch=0.1:0.9:0.1 --what solve --out batches"},
    {NULL, "sgdmft table batches --format csv"},
    {NULL, "sgdmft plot batches --out batches.pdf"},
    {"What made a file, and the command that makes it again.", "sgdmft info theory.h5"},
    {NULL, NULL},
};
