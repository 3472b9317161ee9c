/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prose of the manual page. */
#include "solver/cli/frame/manual.h"
#include "models/run/parameter_table.h"

#include <stddef.h>

/* clang-format off */
#define SECTION(name, title) \
    const struct manual_section name = {title, (const char *const[])

SECTION(manual_run_files, "RUN FILES") {
    "A run is given by a file, by flags, or by both; a flag overrides the file. The file has one `name = value` a "
    "line, under the headings [data], [model], [start], [algorithm], [observables], [solver], [simulation] and "
    "[output]. A line that starts with # or ; is a comment, and so is the rest of a line after a blank and a ;. An "
    "indented line continues the value before it. Names in the file have underscores where flags have dashes.",
    "Unknown sections and names, a name in the wrong section and a name given twice are errors. A value that is out of "
    "its range, that contradicts another, or that would have no effect in the run is refused before any work, with a "
    "message that names the parameter, its value and the rule. --print-config writes the file that gives the same run.",
    "Numbers: " NUMBER_FORMS ". Counts: " NUMBER_FORMS_COUNT ". Seconds: " NUMBER_FORMS_SECONDS ". Bytes: "
    NUMBER_FORMS_BYTES ". The same forms are valid on the command line and in the values of --vary and --level.",
    "The value auto is a default that depends on other parameters or on the command (see `sgdmft list NAME`). "
    "--print-config keeps it, with its value as a comment. The path of a dataset is relative to the folder of the file "
    "that names it, or to the current folder if a flag names it; --print-config writes the absolute path.",
    NULL}};

SECTION(manual_own_data, "OWN DATA") {
    "--data file --dataset PATH reads one example a row. A file is csv, LIBSVM (SVMlight), npy, npz or HDF5, also "
    "packed by gzip or zstd; its content decides. `sgdmft data PATH` shows the format found.",
    "csv (RFC 4180): fields separated by semicolons, tabs, commas or blanks. The separator is the one that occurs "
    "outside of quotes equally often in most of the first lines. Decimal commas are recognised if the separator is "
    "another sign; --decimal overrides this. Blanks and quotes around a field are dropped. Blank lines and lines that "
    "begin with # are ignored. The first line has names if one of its fields is no number where the line below has "
    "one, or if its numbers increase by one and the same integer step, unlike those of any other line. A first line of "
    "another length that counts the rows and features below it is ignored. A first column that counts the rows and has "
    "no name, or the name index, id, row or Unnamed: 0, is left out.",
    "LIBSVM: a label and pairs index:value, indices from 1, or from 0 if there is an index 0.",
    "npy, npz, HDF5: the examples are the only array of rank 2, [example][column], anywhere in the file, of integers, "
    "floats or booleans. The labels are the only array of rank 1 of the same length; of several --label-column names "
    "one. Without such an array the labels are a column. npy is read in its versions 1 to 3, npz without ZIP64. HDF5 "
    "is tried in a process of its own first, so that a damaged file is refused where the HDF5 library crashes.",
    "--labels PATH takes the labels from a file of their own, csv (one line of names is ignored), npy, npz or HDF5; "
    "then all columns of the dataset are features.",
    "The last column has the labels, or the one that --label-column names; in csv they may be texts. All other columns "
    "are features and must be numbers: leave out row numbers and names. Of two labels the larger, or the later in the "
    "alphabet, is +1. Of more, --positive chooses one, or sweep --one-against-rest each in turn. A missing value (an "
    "empty field, ?, NA, NaN, null, none, -) is an error with its line; --drop-missing leaves out its row. Features "
    "that do not vary, except for rounding, are left out, with a warning.",
    "A command prints on standard error the number of rows and features read, the labels of +1 and -1, and the format "
    "of the file; --quiet suppresses this.",
    NULL}};

SECTION(manual_output, "OUTPUT") {
    "Results go to standard output; progress, warnings and messages to standard error. Numbers have 17 digits in csv "
    "and json. A column NAME_se is the standard error of the column NAME. A column without meaning in a run has nan "
    "in csv, null in json. Every json document has command, status, parameters, and arrays named like the "
    "csv columns.",
    "Columns of solve and simulate: step, time and, each with its error, overlap, norm, train_loss, train_error, "
    "test_loss, test_error. Losses are per example and without the ridge term.",
    "Columns of teff: waiting, lag, time, correlation, correlation_se, response, response_se, teff_local, "
    "teff_local_se; with --spectrum omega, teff, teff_se.",
    "Columns of replicas: step, time, distance, distance_se, distance_normalised, distance_normalised_se.",
    "The json of boundary has raw and normalised, each with quantiles, mean, median and histogram, and width, "
    "contacts, fraction_negative and fraction_below_kappa. The json of validate has verdict (agree, undecided or "
    "disagree), its reason, pass (the verdict is agree), max_abs_z (of z), max_abs_z_after (of z_after, the number of "
    "the verdict), threshold (its bound), max_relative_error, power and observables, a list of name, step, "
    "theory, theory_se, simulation, simulation_se, z, allowance and z_after; its csv has those columns. Two "
    "results of one kind are theory_a and theory_b, simulation_a and simulation_b.",
    NULL}};

SECTION(manual_result_files, "RESULT FILES") {
    "Files written by --out are HDF5. The root has the attributes format_version, status (complete, not_converged, "
    "diverged or interrupted), last_step and source (theory or simulation). A dataset GROUP/NAME has its error in "
    "GROUP/NAME_se and the attributes units, description and axes; the values of each group of paths or simulated run "
    "are in /samples/GROUP/NAME. The coordinates are /series/step and /series/time, /two_time/waiting and "
    "/two_time/lag, /margins/step, /margins/edges and /margins/level. /parameters has the run and /provenance "
    "versions, command line, seed and times, all as attributes. A file is written under a temporary name and renamed "
    "when it is complete. Datasets above 64 kB are compressed (gzip).",
    "An existing file is replaced by its own kind alone: a result by a result, a checkpoint by a "
    "checkpoint, a figure by one in the same format, a table of a study by another. A file of any other content is "
    "kept, and so is the dataset of the run and its run file, whatever their content; a sweep needs a folder that is "
    "empty or its own. The command then ends with the exit code 5 before any work. A symbolic link stays, and the file "
    "that it names is written; no file is written to a device, to a pipe, or below /dev (other than /dev/shm) and "
    "/proc.",
    "These are the observables, by group and with their axes; a result has those that its run gives:",
    NULL}};

SECTION(manual_environment, "ENVIRONMENT") {
    "The number of threads is the parameter threads; without it, that of the processors in the affinity mask of the "
    "process (set by taskset or a batch system). OMP_NUM_THREADS and OPENBLAS_NUM_THREADS have no effect: linear "
    "algebra takes one thread, because results may not depend on their number.",
    "SGDMFT_DATA names a folder whose subfolder studies is searched by study, instead of the installed one.",
    NULL}};

const struct manual_example manual_examples[] = {
    {"Solve a run, print it with its errors, and write the result to a file.",
     "sgdmft solve --loss hinge2 --data random --kappa 1 --rate 0.2 --out theory.h5"},
    {"The same run by simulation of 16 systems of 3000 weights.",
     "sgdmft simulate --loss hinge2 --data random --kappa 1 --rate 0.2 --dim 3000 --runs 16 --out simulation.h5"},
    {"Compare the two; the exit code is 6 if they disagree.", "sgdmft validate theory.h5 simulation.h5"},
    {"A run file to start from.", "sgdmft solve --rule persistent --print-config >run.ini"},
    {"Estimate memory and time of a run.", "sgdmft solve run.ini --steps 1000 --dry-run"},
    {"The effective temperature at all frequencies.",
     "sgdmft teff --data random --loss hinge2 --kappa 1 --rate 0.2 --engine stationary --spectrum"},
    {"The distance of two replicas as a table for scripts.",
     "sgdmft replicas --data random --loss hinge2 --kappa 1 --alpha 0.5 --format csv"},
    {"Nine points of the batch fraction, a table and a figure.",
     "sgdmft sweep run.ini --vary batch=0.1:0.9:0.1 --what solve --out batches"},
    {NULL, "sgdmft table batches --format csv"},
    {NULL, "sgdmft plot batches --out batches.pdf"},
    {"Show the origin of a file, and the command that makes it again.", "sgdmft info theory.h5"},
    {NULL, NULL},
};
/* clang-format on */
