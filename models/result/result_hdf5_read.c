/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a result from HDF5 (layout: result_hdf5.h). The checksum in the user block is compared before the HDF5 library
 * sees a byte: it is not hardened against damaged files. */
#include "models/base/files.h"
#include "models/base/memory.h"
#include "models/base/hdf5_attributes.h"
#include "models/formula/formula.h"
#include "models/kind/kind.h"
#include "models/result/axes.h"
#include "models/result/result_allocate.h"
#include "models/result/result_hdf5.h"
#include "models/run/contents.h"
#include "models/run/parameter_table.h"

#include <hdf5.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct reader {
    const char *path;
    hid_t file;
    bool light; /* without matrices */
    struct sgdmft_error *error;
};

static enum sgdmft_status bad(const struct reader *reader, const char *what)
{
    return sgdmft_fail(reader->error, SGDMFT_FILE, "%s is no result of sgdmft: %s is missing or has the wrong form",
                       reader->path, what);
}

/* ---- parameters ----------------------------------------------------------------------------------- */

/* Overwrites the members of run that the file knows; an older file does not know all. */
static enum sgdmft_status overlay(const struct reader *reader, hid_t group, struct sgdmft_run *run)
{
    for (size_t i = 0; i < sgdmft_parameter_count; i++) {
        const struct sgdmft_parameter *parameter = &sgdmft_parameters[i];
        char what[128];
        snprintf(what, sizeof what, "/parameters, attribute %s,", parameter->name);
        if (H5Aexists(group, parameter->name) > 0 && !parameter_read(group, parameter, run))
            return bad(reader, what);
    }
    return SGDMFT_OK;
}

/* The run of the file, checked like any other: from its texts back to a run. */
static enum sgdmft_status resolve_again(const struct sgdmft_run *given, struct sgdmft_settings *settings,
                                        struct sgdmft_run *run, struct sgdmft_error *error)
{
    char text[SGDMFT_TEXT_MAX];
    enum sgdmft_status status = SGDMFT_OK;
    for (size_t i = 0; i < sgdmft_parameter_count && !status; i++) {
        const struct sgdmft_parameter *parameter = &sgdmft_parameters[i];
        if (parameter->matters && !parameter->matters(given))
            continue;
        sgdmft_parameter_format(parameter, given, text);
        status = sgdmft_settings_set(settings, parameter->name, text, error);
    }
    return status ? status : run_resolve(settings, &given->derived, run, error);
}

/* Reads the checksums of the contents; older files have none of a plugin. */
static bool read_contents(hid_t group, struct sgdmft_run *run)
{
    char text[32];
    uint64_t checksum;
    bool right = true;
    for (size_t i = 0; i < CONTENTS; i++) {
        content_set_checksum(run, i, 0);
        if (!(H5Aexists(group, contents[i].name) > 0))
            continue;
        if (attribute_read_text(group, contents[i].name, sizeof text, text) && sscanf(text, "%" SCNx64, &checksum) == 1)
            content_set_checksum(run, i, checksum);
        else
            right = false;
    }
    return right;
}

/* Older files keep nothing of records that are made. */
static bool read_kept(hid_t group, struct sgdmft_kept *kept)
{
    bool right = true;
    *kept = (struct sgdmft_kept){.there = H5Aexists(group, "contact_loss") > 0};
    for (size_t i = 0; right && kept->there && i < result_kept_number_count; i++) {
        void *number = (char *)kept + result_kept_numbers[i].offset;
        right = attribute_read_long(group, result_kept_numbers[i].name, number);
    }
    return right && (!kept->there || attribute_read_double(group, "contact_loss", &kept->contact_loss));
}

/* Reads the attributes of the files of the run, which may be gone themselves, and of its records. */
static enum sgdmft_status read_known(const struct reader *reader, struct sgdmft_run *run)
{
    struct sgdmft_dataset *dataset = &run->derived.dataset;
    *dataset = (struct sgdmft_dataset){.rows = 0};
    hid_t group = H5Gopen2(reader->file, "/provenance", H5P_DEFAULT);
    bool right = group >= 0 && read_contents(group, run) && read_kept(group, &run->derived.kept);
    for (size_t i = 0; right && run->data->derive && i < result_dataset_number_count; i++) {
        void *number = (char *)dataset + result_dataset_numbers[i].offset;
        right = attribute_read_long(group, result_dataset_numbers[i].name, number);
    }
    if (group >= 0)
        H5Gclose(group);
    if (run->data->derive)
        right = right && dataset->checksum && dataset->dim > 0 && dataset->held_out > 0
                && dataset->rows > dataset->held_out && dataset->positives > 0 && dataset->positives < dataset->rows;
    return right ? SGDMFT_OK : bad(reader, "a dataset_, _checksum or _flags attribute of /provenance");
}

static enum sgdmft_status read_parameters(const struct reader *reader, struct sgdmft_run *run)
{
    struct sgdmft_run given;
    struct sgdmft_error reason = {.status = SGDMFT_OK};
    struct sgdmft_settings *settings = sgdmft_settings_create();
    hid_t group = H5Gopen2(reader->file, "/parameters", H5P_DEFAULT);
    enum sgdmft_status status = SGDMFT_OK;
    if (!settings)
        status = memory_fail(reader->error, "the content of %s", reader->path);
    else if (group < 0)
        status = bad(reader, "/parameters");
    if (!status)
        status = sgdmft_run_resolve(settings, &given, NULL, reader->error);
    if (!status)
        status = overlay(reader, group, &given);
    if (!status)
        status = read_known(reader, &given);
    if (!status && formula_take(&given, &given.derived, &reason))
        status = sgdmft_fail(reader->error, SGDMFT_FILE, "%s cannot be read: %.700s", reader->path, reason.text);
    if (!status && resolve_again(&given, settings, run, &reason))
        status = sgdmft_fail(reader->error, SGDMFT_FILE, "%s has parameters that are not allowed: %.700s", reader->path,
                             reason.text);
    sgdmft_settings_free(settings);
    if (group >= 0)
        H5Gclose(group);
    return status;
}

/* ---- datasets ------------------------------------------------------------------------------------ */

/* Opens a dataset and gives its shape; false if it is not there, of another class or of rank > SGDMFT_AXES_MAX + 1. */
static bool dataset_open(hid_t file, const char *path, H5T_class_t class, hid_t *set, size_t *rank, size_t *size)
{
    hsize_t extent[SGDMFT_AXES_MAX + 1] = {0};
    *set = H5Dopen2(file, path, H5P_DEFAULT);
    if (*set < 0)
        return false;
    hid_t type = H5Dget_type(*set), space = H5Dget_space(*set);
    int axes = H5Sget_simple_extent_ndims(space);
    bool right = H5Tget_class(type) == class && axes >= 1 && axes <= SGDMFT_AXES_MAX + 1
                 && H5Sget_simple_extent_dims(space, extent, NULL) == axes;
    for (int i = 0; right && i < axes; i++)
        size[i] = (size_t)extent[i];
    *rank = right ? (size_t)axes : 0;
    H5Tclose(type);
    H5Sclose(space);
    if (!right)
        H5Dclose(*set);
    return right;
}

/* The length of a dataset of rank 1, 0 if there is none. */
static size_t dataset_length(hid_t file, const char *path, H5T_class_t class)
{
    hid_t set;
    size_t rank, size[SGDMFT_AXES_MAX + 1];
    if (!dataset_open(file, path, class, &set, &rank, size))
        return 0;
    H5Dclose(set);
    return rank == 1 ? size[0] : 0;
}

static bool dataset_read(hid_t file, const char *path, H5T_class_t class, hid_t memory, size_t rank, const size_t *size,
                         void *out)
{
    hid_t set;
    size_t found_rank, found[SGDMFT_AXES_MAX + 1], total = 1;
    if (!dataset_open(file, path, class, &set, &found_rank, found))
        return false;
    bool same = found_rank == rank;
    for (size_t i = 0; same && i < rank; i++) {
        same = found[i] == size[i];
        total *= size[i];
    }
    bool done = same && (total == 0 || H5Dread(set, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, out) >= 0);
    H5Dclose(set);
    return done;
}

static enum sgdmft_status read_quantity(const struct reader *reader, struct sgdmft_result *result,
                                        const struct sgdmft_observable *observable)
{
    char path[128];
    size_t rank = axes_rank(observable), size[SGDMFT_AXES_MAX + 1] = {result->samples};
    for (size_t i = 0; i < rank; i++)
        size[i + 1] = axes_length(result, observable, i);
    struct sgdmft_quantity *quantity = sgdmft_result_add(result, observable->group, observable->name, rank, size + 1);
    if (!quantity)
        return memory_fail(reader->error, "the content of %s", reader->path);
    snprintf(path, sizeof path, "/%s/%s", observable->group, observable->name);
    if (!dataset_read(reader->file, path, H5T_FLOAT, H5T_NATIVE_DOUBLE, rank, size + 1, quantity->mean))
        return bad(reader, path);
    snprintf(path, sizeof path, "/%s/%s_se", observable->group, observable->name);
    if (!dataset_read(reader->file, path, H5T_FLOAT, H5T_NATIVE_DOUBLE, rank, size + 1, quantity->se))
        return bad(reader, path);
    snprintf(path, sizeof path, "/samples/%s/%s", observable->group, observable->name);
    if (!dataset_read(reader->file, path, H5T_FLOAT, H5T_NATIVE_DOUBLE, rank + 1, size, quantity->sample))
        return bad(reader, path);
    return SGDMFT_OK;
}

static bool exists(hid_t file, const char *group, const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "/%s", group);
    if (H5Lexists(file, path, H5P_DEFAULT) <= 0)
        return false;
    snprintf(path, sizeof path, "/%s/%s", group, name);
    return H5Lexists(file, path, H5P_DEFAULT) > 0;
}

static bool steps_ascend(const long *value, size_t count, long from, long to)
{
    for (size_t i = 0; i < count; i++) {
        if (value[i] < from || value[i] > to)
            return false;
        from = value[i] + 1;
    }
    return true;
}

static enum sgdmft_status read_axes(const struct reader *reader, struct sgdmft_result *result)
{
    long last = result->run.steps;
    if (!dataset_read(reader->file, "/series/step", H5T_INTEGER, H5T_NATIVE_LONG, 1, &result->steps, result->step)
        || !steps_ascend(result->step, result->steps, 0, last))
        return bad(reader, "/series/step");
    if (!dataset_read(reader->file, "/series/time", H5T_FLOAT, H5T_NATIVE_DOUBLE, 1, &result->steps, result->time))
        return bad(reader, "/series/time");
    if (result->waitings == 0)
        return SGDMFT_OK;
    if (!dataset_read(reader->file, "/two_time/waiting", H5T_INTEGER, H5T_NATIVE_LONG, 1, &result->waitings,
                      result->waiting)
        || !steps_ascend(result->waiting, result->waitings, 0, last))
        return bad(reader, "/two_time/waiting");
    if (!dataset_read(reader->file, "/two_time/lag", H5T_INTEGER, H5T_NATIVE_LONG, 1, &result->lags, result->lag)
        || !steps_ascend(result->lag, result->lags, 0, last))
        return bad(reader, "/two_time/lag");
    return SGDMFT_OK;
}

/* ---- the whole ----------------------------------------------------------------------------------- */

static enum sgdmft_status read_head(const struct reader *reader, struct sgdmft_result *head)
{
    long version = 0;
    char text[64];
    if (!attribute_read_long(reader->file, "format_version", &version) || version < 1)
        return bad(reader, "the attribute format_version");
    if (version > RESULT_FORMAT_VERSION)
        return sgdmft_fail(reader->error, SGDMFT_FILE,
                           "%s has format_version %ld, this program reads up to %d: "
                           "use a newer sgdmft",
                           reader->path, version, RESULT_FORMAT_VERSION);
    if (!attribute_read_text(reader->file, "source", sizeof text, text)
        || (strcmp(text, "theory") != 0 && strcmp(text, "simulation") != 0))
        return bad(reader, "the attribute source");
    head->source = strcmp(text, "theory") == 0 ? SGDMFT_THEORY : SGDMFT_SIMULATION;
    if (!attribute_read_text(reader->file, "status", sizeof text, text))
        return bad(reader, "the attribute status");
    const enum sgdmft_status known[] = {SGDMFT_OK, SGDMFT_NOT_CONVERGED, SGDMFT_DIVERGED, SGDMFT_INTERRUPTED};
    size_t i = 0;
    while (i < 4 && strcmp(result_status_name(known[i]), text) != 0)
        i++;
    if (i == 4)
        return bad(reader, "the attribute status");
    head->status = known[i];
    if (!attribute_read_long(reader->file, "last_step", &head->last_step) || head->last_step < -1)
        return bad(reader, "the attribute last_step");
    return SGDMFT_OK;
}

static enum sgdmft_status read_provenance(const struct reader *reader, struct sgdmft_provenance *provenance)
{
    hid_t group = H5Gopen2(reader->file, "/provenance", H5P_DEFAULT);
    if (group < 0)
        return bad(reader, "/provenance");
    bool right = true;
    for (size_t i = 0; i < result_provenance_text_count; i++)
        right = attribute_read_text(group, result_provenance_texts[i].name, result_provenance_texts[i].size,
                                    (char *)provenance + result_provenance_texts[i].offset)
                && right;
    right = attribute_read_long(group, "threads", &provenance->threads) && right;
    right = attribute_read_double(group, "wall_time", &provenance->wall_time) && right;
    H5Gclose(group);
    return right ? SGDMFT_OK : bad(reader, "an attribute of /provenance");
}

static enum sgdmft_status read_result(const struct reader *reader, struct sgdmft_result **out)
{
    struct sgdmft_result head = {.status = SGDMFT_OK};
    enum sgdmft_status status = read_head(reader, &head);
    if (!status)
        status = read_parameters(reader, &head.run);
    if (status)
        return status;
    hid_t set;
    size_t rank, size[SGDMFT_AXES_MAX + 1];
    if (!exists(reader->file, "samples", "series")
        || !dataset_open(reader->file, "/samples/series/norm", H5T_FLOAT, &set, &rank, size))
        return bad(reader, "/samples/series/norm");
    H5Dclose(set);
    if (size[0] < 1)
        return bad(reader, "/samples/series/norm");
    bool two_time = H5Lexists(reader->file, "/two_time", H5P_DEFAULT) > 0;
    struct sgdmft_result *result =
        result_allocate(&head.run, head.source, size[0], dataset_length(reader->file, "/series/step", H5T_INTEGER),
                        two_time ? dataset_length(reader->file, "/two_time/waiting", H5T_INTEGER) : 0,
                        two_time ? dataset_length(reader->file, "/two_time/lag", H5T_INTEGER) : 0);
    if (!result)
        return memory_fail(reader->error, "the content of %s", reader->path);
    result->status = head.status;
    result->last_step = head.last_step;
    if (exists(reader->file, "spectrum", "omega"))
        result->omegas = dataset_length(reader->file, "/spectrum/omega", H5T_FLOAT);
    else if (exists(reader->file, "derived", "omega"))
        result->omegas = dataset_length(reader->file, "/derived/omega", H5T_FLOAT);
    status = read_axes(reader, result);
    if (!status)
        status = read_provenance(reader, &result->provenance);
    for (size_t i = 0; i < sgdmft_observable_count && !status; i++)
        if (!(reader->light && sgdmft_observables[i].axis[0] == SGDMFT_AXIS_ROW)
            && exists(reader->file, sgdmft_observables[i].group, sgdmft_observables[i].name))
            status = read_quantity(reader, result, &sgdmft_observables[i]);
    if (status)
        sgdmft_result_free(result);
    else
        *out = result;
    return status;
}

/* *start is where HDF5 begins. An image without our user block (a file that another program copied or packed) is left
 * to the HDF5 library. */
static enum sgdmft_status check_sum(const char *path, const unsigned char *image, size_t size, size_t *start,
                                    struct sgdmft_error *error)
{
    static const unsigned char signature[8] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
    size_t mark = strlen(RESULT_MARK);
    bool ours = size > mark && memcmp(image, RESULT_MARK, mark) == 0;
    *start = ours ? RESULT_BLOCK : 0;
    if (!ours && !(size >= 8 && memcmp(image, signature, 8) == 0))
        return sgdmft_fail(error, SGDMFT_FILE, "%s is no result of sgdmft (not an HDF5 file)", path);
    if (!ours)
        return SGDMFT_OK;
    char expected[32] = "";
    if (size > RESULT_BLOCK)
        snprintf(expected, sizeof expected, "%016" PRIx64 "\n",
                 files_hash(FILES_HASH_START, image + RESULT_BLOCK, size - RESULT_BLOCK));
    if (size <= RESULT_BLOCK || memcmp(image + mark, expected, strlen(expected)) != 0)
        return sgdmft_fail(error, SGDMFT_FILE,
                           "%s is corrupt: it was truncated, damaged or changed after sgdmft wrote it (wrong checksum)",
                           path);
    return SGDMFT_OK;
}

/* The image as the HDF5 library's file in memory, used where it is: no copies. */
static void *image_malloc(size_t size, H5FD_file_image_op_t operation, void *image)
{
    (void)size, (void)operation;
    return image;
}

static void *image_memcpy(void *to, const void *from, size_t size, H5FD_file_image_op_t operation, void *image)
{
    (void)from, (void)size, (void)operation, (void)image;
    return to;
}

static herr_t image_free(void *bytes, H5FD_file_image_op_t operation, void *image)
{
    (void)bytes, (void)operation, (void)image;
    return 0;
}

static void *image_copy(void *image)
{
    return image;
}

static herr_t image_forget(void *image)
{
    (void)image;
    return 0;
}

static bool set_image(hid_t access, unsigned char *image, size_t size)
{
    H5FD_file_image_callbacks_t callbacks = {.image_malloc = image_malloc,
                                             .image_memcpy = image_memcpy,
                                             .image_free = image_free,
                                             .udata_copy = image_copy,
                                             .udata_free = image_forget,
                                             .udata = image};
    return H5Pset_fapl_core(access, 1 << 20, 0) >= 0 && H5Pset_file_image_callbacks(access, &callbacks) >= 0
           && H5Pset_file_image(access, image, size) >= 0;
}

static enum sgdmft_status read_image(const char *path, bool light, unsigned char *image, size_t size,
                                     struct sgdmft_result **result, struct sgdmft_error *error)
{
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    struct reader reader = {.path = path, .file = -1, .light = light, .error = error};
    if (set_image(access, image, size))
        reader.file = H5Fopen(RESULT_IMAGE, H5F_ACC_RDONLY, access);
    H5Pclose(access);
    enum sgdmft_status status =
        reader.file < 0 ? sgdmft_fail(error, SGDMFT_FILE, "%s is corrupt: the HDF5 library cannot open it", path)
                        : read_result(&reader, result);
    if (reader.file >= 0)
        H5Fclose(reader.file);
    return status;
}

static enum sgdmft_status read_file(const char *path, bool light, struct sgdmft_result **result,
                                    struct sgdmft_error *error)
{
    unsigned char *image = NULL;
    size_t size = 0, start = 0;
    *result = NULL;
    enum sgdmft_status status = files_read(path, &image, &size, error);
    if (status)
        return status;
    status = check_sum(path, image, size, &start, error);
    if (!status) {
        /* The serial HDF5 library is not safe for threads. */
#pragma omp critical(sgdmft_hdf5)
        {
            H5E_BEGIN_TRY;
            status = read_image(path, light, image + start, size - start, result, error);
            H5E_END_TRY;
        }
    }
    free(image);
    return status;
}

enum sgdmft_status sgdmft_result_read(const char *path, struct sgdmft_result **result, struct sgdmft_error *error)
{
    return read_file(path, false, result, error);
}

enum sgdmft_status result_read_light(const char *path, struct sgdmft_result **result, struct sgdmft_error *error)
{
    return read_file(path, true, result, error);
}
