/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table as it is in a file, before its columns mean anything: csv, LIBSVM, npy, npz or HDF5, packed by gzip or zstd
 * or not, told apart by their first bytes.
 *
 * csv (RFC 4180): one example a record, fields separated by semicolons, tabs, commas or blanks (whichever most of the
 * first lines have outside of quotes as often as the others), decimal commas where the separator is none; spaces around
 * a field and quotes around it are dropped, blank lines and lines that begin with # are skipped. The first line is
 * taken for names if a field of it is no number where the line below has one, or if its numbers only count. A first
 * line of another length whose first two fields count the lines below and their features is skipped too (the form
 * of some well-known data sets). A first column without a name that counts the rows is no feature.
 * LIBSVM, SVMlight: a label and pairs index:value, of which the label becomes the last column.
 * npy, npz, HDF5: the only array of rank 2, [example][column], and of those of rank 1 with as many entries the only
 * one, or the named one, as last column; it may hold texts. */
#ifndef MODELS_DATA_DATASET_DATASET_TABLE_H
#define MODELS_DATA_DATASET_DATASET_TABLE_H

#include <sgdmft/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dataset_table {
    size_t rows, columns;
    char *text;        /* the text into which cells or labels point */
    char **cell;       /* csv: [rows][columns] */
    bool is_text;      /* rows are lines */
    size_t *line;      /* text: [rows] number of the line, from 1; arrays: NULL, or of the row */
    double *number;    /* the other forms: [rows][columns] */
    char **label;      /* labels that are texts beside numbers: [rows], in place of the last column; NULL: none */
    char **name;       /* [columns] names, NULL where the file has none */
    size_t counter;    /* the column that counts the rows and is no feature; `columns` without one */
    double rounding;   /* relative size of the last digit of a number */
    char form[200];    /* detected form of the file: "csv, separator ';', decimal comma, line 1 has names" */
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

/* Keeps the rows that are marked, of rows marks. INTERNAL without memory. */
enum sgdmft_status dataset_table_keep(struct dataset_table *table, const bool *kept, struct sgdmft_error *error);

/* Removes spaces around a text of the given length, and ends it with a zero byte. Returns its length. */
size_t dataset_trim(char *text, size_t length);
/* True if the whole text is a finite decimal number. */
bool dataset_number(const char *text, double *value);
/* True for a number outside the range of doubles: inf, -Infinity, 1e400. */
bool dataset_is_infinite(const char *text);
/* True for what stands for a value that is not there: empty, ?, NA, NaN, null, none, any case. */
bool dataset_is_missing(const char *text);

#endif
