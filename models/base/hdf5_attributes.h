/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attributes of HDF5 objects. Calls on an invalid object do nothing and return false. */
#ifndef MODELS_BASE_HDF5_ATTRIBUTES_H
#define MODELS_BASE_HDF5_ATTRIBUTES_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>

/* Creates an attribute of `size[rank]` numbers of type `given` in memory and `stored` in the file; rank 0: one number.
 * False if HDF5 fails. */
bool attribute_write(hid_t object, const char *name, hid_t stored, hid_t given, int rank, const hsize_t *size,
                     const void *value);
bool attribute_write_double(hid_t object, const char *name, double value);
bool attribute_write_long(hid_t object, const char *name, long value);
/* A text of UTF-8 of any length. */
bool attribute_write_text(hid_t object, const char *name, const char *value);

/* Reads at most `most` numbers of the HDF5 class into out, whose elements have the type `type`. Returns their count, -1
 * if the attribute is missing, has another class or more numbers. */
hssize_t attribute_read(hid_t object, const char *name, H5T_class_t class, hid_t type, hssize_t most, void *out);
bool attribute_read_double(hid_t object, const char *name, double *out);
bool attribute_read_long(hid_t object, const char *name, long *out);
/* A text of less than size bytes; false if the attribute is missing or longer. */
bool attribute_read_text(hid_t object, const char *name, size_t size, char *out);

#endif
