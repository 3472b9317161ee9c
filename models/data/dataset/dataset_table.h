/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table as it is in a file, before its columns mean anything: csv, gzipped csv or HDF5, told apart by their first
 * bytes.
 *
 * csv: one example a line, fields separated by commas, semicolons or tabs (whichever the first line has), spaces around
 * a field and quotes around it are dropped, blank lines and lines that begin with # are passed over. The first line is
 * taken for names if a field of it is no number where the line below has one. A first line of another length whose
 * first two fields count the lines below and their features is passed over too (the form of some well-known data sets).
 * HDF5: the only dataset of rank 2, [example][column], and, if there is only one of rank 1 and it has as many entries,
 * that one as last column. */
#ifndef MODELS_DATA_DATASET_DATASET_TABLE_H
#define MODELS_DATA_DATASET_DATASET_TABLE_H

#include <sgdmft/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dataset_table {
    size_t rows, columns;
    char *text;        /* csv: what the cells point into */
    char **cell;       /* csv: [rows][columns] */
    size_t *line;      /* csv: [rows] number of the line, from 1 */
    double *number;    /* HDF5: [rows][columns] */
    char **name;       /* [columns] names, NULL where the file has none */
    size_t bytes;      /* size of the file */
    uint64_t checksum; /* FNV-1a of the file */
};

void dataset_table_free(struct dataset_table *table);

/* False if the cell is no finite decimal number. */
bool dataset_table_number(const struct dataset_table *table, size_t row, size_t column, double *value);
/* The text of a cell (buffer may be used). */
const char *dataset_table_text(const struct dataset_table *table, size_t row, size_t column, char buffer[32]);
/* "line 12, column 3 (radius)" for messages. */
const char *dataset_table_place(const struct dataset_table *table, size_t row, size_t column, char buffer[160]);

/* True if the whole text is a finite decimal number. */
bool dataset_number(const char *text, double *value);
/* True for what stands for a value that is not there: empty, ?, NA, NaN, null, none, any case. */
bool dataset_is_missing(const char *text);

#endif
