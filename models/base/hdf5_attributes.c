/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attributes of HDF5 objects: numbers, arrays of numbers and texts. */
#include "models/base/hdf5_attributes.h"

#include <string.h>

bool attribute_write(hid_t object, const char *name, hid_t stored, hid_t given, int rank, const hsize_t *size,
                     const void *value)
{
    const hid_t space = rank > 0 ? H5Screate_simple(rank, size, NULL) : H5Screate(H5S_SCALAR);
    const hid_t attribute = H5Acreate2(object, name, stored, space, H5P_DEFAULT, H5P_DEFAULT);
    bool good = attribute >= 0 && ((rank > 0 && size[0] == 0) || H5Awrite(attribute, given, value) >= 0);
    if (attribute >= 0)
        good = H5Aclose(attribute) >= 0 && good;
    if (space >= 0)
        good = H5Sclose(space) >= 0 && good;
    return good;
}

bool attribute_write_double(hid_t object, const char *name, double value)
{
    return attribute_write(object, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 0, NULL, &value);
}

bool attribute_write_long(hid_t object, const char *name, long value)
{
    return attribute_write(object, name, H5T_STD_I64LE, H5T_NATIVE_LONG, 0, NULL, &value);
}

bool attribute_write_text(hid_t object, const char *name, const char *value)
{
    const hid_t type = H5Tcopy(H5T_C_S1);
    const bool good = H5Tset_size(type, H5T_VARIABLE) >= 0 && H5Tset_cset(type, H5T_CSET_UTF8) >= 0
                      && attribute_write(object, name, type, type, 0, NULL, &value);
    return type >= 0 && H5Tclose(type) >= 0 && good;
}

/* Number of elements of an attribute with the given class of type, -1 if there is none. */
static hssize_t attribute_open(hid_t object, const char *name, H5T_class_t class, hid_t *attribute)
{
    *attribute = H5Aexists(object, name) > 0 ? H5Aopen(object, name, H5P_DEFAULT) : -1;
    if (*attribute < 0)
        return -1;
    const hid_t type = H5Aget_type(*attribute), space = H5Aget_space(*attribute);
    const bool right = H5Tget_class(type) == class && (class != H5T_STRING || H5Tis_variable_str(type) > 0);
    const hssize_t count = right ? H5Sget_simple_extent_npoints(space) : -1;
    H5Tclose(type);
    H5Sclose(space);
    if (count < 0)
        H5Aclose(*attribute);
    return count;
}

hssize_t attribute_read(hid_t object, const char *name, H5T_class_t class, hid_t type, hssize_t most, void *out)
{
    hid_t attribute;
    hssize_t count = attribute_open(object, name, class, &attribute);
    if (count < 0)
        return -1;
    if (count > most || (count > 0 && H5Aread(attribute, type, out) < 0))
        count = -1;
    H5Aclose(attribute);
    return count;
}

bool attribute_read_double(hid_t object, const char *name, double *out)
{
    return attribute_read(object, name, H5T_FLOAT, H5T_NATIVE_DOUBLE, 1, out) == 1;
}

bool attribute_read_long(hid_t object, const char *name, long *out)
{
    return attribute_read(object, name, H5T_INTEGER, H5T_NATIVE_LONG, 1, out) == 1;
}

bool attribute_read_text(hid_t object, const char *name, size_t size, char *out)
{
    hid_t attribute;
    if (attribute_open(object, name, H5T_STRING, &attribute) != 1)
        return false;
    const hid_t type = H5Aget_type(attribute);
    char *text = NULL;
    const bool fits = H5Aread(attribute, type, &text) >= 0 && text && strlen(text) < size;
    if (fits)
        memcpy(out, text, strlen(text) + 1);
    if (text)
        H5free_memory(text);
    H5Tclose(type);
    H5Aclose(attribute);
    return fits;
}
