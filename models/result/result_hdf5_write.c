/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes a result as HDF5 (layout: result_hdf5.h). The file is made in memory and then written at once, so that a full
 * disk is an ordinary error of write() and never a half-closed HDF5 file. */
#include "models/base/files.h"
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
#include <sgdmft/margin_bins.h>

#define LARGE 65536  /* bytes of a dataset */
#define CHUNK 262144 /* bytes, at the most */
#define DEFLATE 1    /* level: noise gains nothing from higher ones, and what is not measured shrinks at any */

/* All calls go on after a failure, on invalid handles, and do nothing; the first failure is remembered. */
struct writer {
    hid_t file, plain, intermediate;
    bool failed;
};

static hid_t handle(struct writer *writer, hid_t id)
{
    writer->failed = writer->failed || id < 0;
    return id;
}

static void writer_keep(struct writer *writer, bool good)
{
    writer->failed = writer->failed || !good;
}

static void writer_check(struct writer *writer, herr_t code)
{
    writer_keep(writer, code >= 0);
}

/* Rows of the outermost axes that make up a chunk: whole rows of the inner axes, as far as they go into CHUNK. */
static void choose_chunk(int rank, const hsize_t *size, hsize_t *chunk)
{
    hsize_t inner = sizeof(double);
    for (int i = rank - 1; i >= 0; i--) {
        const hsize_t most = inner < CHUNK ? CHUNK / inner : 1;
        chunk[i] = size[i] < most ? size[i] : most;
        inner *= chunk[i];
    }
}

/* Datasets above LARGE are cut into chunks and compressed; numbers of 8 bytes compress better byte by byte. */
static hid_t dataset_properties(struct writer *writer, int rank, const hsize_t *size)
{
    hsize_t chunk[SGDMFT_AXES_MAX + 1], total = sizeof(double);
    hid_t properties = handle(writer, H5Pcopy(writer->plain));
    for (int i = 0; i < rank; i++)
        total *= size[i];
    if (total <= LARGE)
        return properties;
    choose_chunk(rank, size, chunk);
    writer_check(writer, H5Pset_chunk(properties, rank, chunk));
    writer_check(writer, H5Pset_shuffle(properties));
    writer_check(writer, H5Pset_deflate(properties, DEFLATE));
    return properties;
}

static void put_dataset(struct writer *writer, const char *path, hid_t stored, hid_t given, int rank,
                        const hsize_t *size, const void *value, const char *units, const char *axes,
                        const char *description)
{
    hid_t space = handle(writer, H5Screate_simple(rank, size, NULL));
    hid_t properties = dataset_properties(writer, rank, size);
    hid_t set =
        handle(writer, H5Dcreate2(writer->file, path, stored, space, writer->intermediate, properties, H5P_DEFAULT));
    bool empty = false;
    for (int i = 0; i < rank; i++)
        empty = empty || size[i] == 0;
    if (!empty)
        writer_check(writer, H5Dwrite(set, given, H5S_ALL, H5S_ALL, H5P_DEFAULT, value));
    writer_keep(writer, attribute_write_text(set, "units", units));
    writer_keep(writer, attribute_write_text(set, "description", description));
    writer_keep(writer, attribute_write_text(set, "axes", axes));
    if (set >= 0)
        writer_check(writer, H5Dclose(set));
    if (space >= 0)
        writer_check(writer, H5Sclose(space));
    if (properties >= 0)
        writer_check(writer, H5Pclose(properties));
}

static void put_steps(struct writer *writer, const char *path, size_t count, const long *value, const char *axes,
                      const char *description)
{
    hsize_t size = count;
    put_dataset(writer, path, H5T_STD_I64LE, H5T_NATIVE_LONG, 1, &size, value, "steps", axes, description);
}

static void put_margin_axes(struct writer *writer, const struct sgdmft_result *result)
{
    double edges[SGDMFT_MARGIN_BINS + 1];
    const hsize_t edge_count = SGDMFT_MARGIN_BINS + 1, level_count = SGDMFT_MARGIN_LEVELS;
    if (!sgdmft_result_find(result, "margins", "raw_density"))
        return;
    put_steps(writer, "/margins/step", result->margin_steps, result->margin_step, "margin_step", "steps with margins");
    put_dataset(writer, "/margins/level", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 1, &level_count, sgdmft_margin_levels, "1",
                "level", "probabilities of the quantiles");
    sgdmft_margin_edges(&result->run, true, edges);
    put_dataset(writer, "/margins/raw_edges", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 1, &edge_count, edges, "1", "edge",
                "edges of the bins of raw margins");
    sgdmft_margin_edges(&result->run, false, edges);
    put_dataset(writer, "/margins/edges", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 1, &edge_count, edges, "1", "edge",
                "edges of the bins of the other kinds of margins");
}

static void put_axes(struct writer *writer, const struct sgdmft_result *result)
{
    hsize_t steps = result->steps;
    put_steps(writer, "/series/step", result->steps, result->step, "step", "measured steps");
    put_dataset(writer, "/series/time", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 1, &steps, result->time, "1", "step",
                "time: the sum of the learning rates of the steps before");
    put_margin_axes(writer, result);
    if (result->run.sharpness_at.count > 0)
        put_steps(writer, "/sharpness/step", result->run.sharpness_at.count, result->run.sharpness_at.step,
                  "sharpness_step", "steps at which the spectrum of the Hessian is measured");
    if (result->waitings == 0)
        return;
    put_steps(writer, "/two_time/waiting", result->waitings, result->waiting, "waiting", "waiting times");
    put_steps(writer, "/two_time/lag", result->lags, result->lag, "lag", "lags after the waiting time");
}

static void put_quantity(struct writer *writer, const struct sgdmft_result *result,
                         const struct sgdmft_quantity *quantity)
{
    const struct sgdmft_observable *observable = quantity->observable;
    char path[128], text[256], axes[AXES_TEXT_MAX];
    hsize_t size[SGDMFT_AXES_MAX + 1] = {result->samples};
    int rank = (int)quantity->rank;
    for (int i = 0; i < rank; i++)
        size[i + 1] = quantity->size[i];
    snprintf(path, sizeof path, "/%s/%s", observable->group, observable->name);
    put_dataset(writer, path, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, rank, size + 1, quantity->mean, observable->units,
                axes_text(observable, axes), observable->description);
    snprintf(path, sizeof path, "/%s/%s_se", observable->group, observable->name);
    snprintf(text, sizeof text, "standard error of: %s", observable->description);
    put_dataset(writer, path, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, rank, size + 1, quantity->se, observable->units, axes,
                text);
    char sample_axes[AXES_TEXT_MAX + 8];
    snprintf(path, sizeof path, "/samples/%s/%s", observable->group, observable->name);
    snprintf(sample_axes, sizeof sample_axes, "sample,%s", axes);
    snprintf(text, sizeof text, "%s; one row for each %s", observable->description,
             result->source == SGDMFT_THEORY ? "group of paths" : "simulated run");
    put_dataset(writer, path, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, rank + 1, size, quantity->sample, observable->units,
                sample_axes, text);
}

static hid_t group_create(struct writer *writer, const char *path)
{
    return handle(writer, H5Gcreate2(writer->file, path, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
}

/* Attributes of the dataset of data law `file`. */
static void put_known_dataset(struct writer *writer, hid_t group, const struct sgdmft_run *run)
{
    const struct sgdmft_dataset *dataset = &run->derived.dataset;
    if (!run->data->derive)
        return;
    writer_keep(writer, attribute_write_text(group, "dataset_path", run->dataset));
    for (size_t i = 0; i < result_dataset_number_count; i++)
        writer_keep(writer,
                    attribute_write_long(group, result_dataset_numbers[i].name,
                                         *(const long *)((const char *)dataset + result_dataset_numbers[i].offset)));
}

/* Attributes NAME_checksum. */
static void put_contents(struct writer *writer, hid_t group, const struct sgdmft_run *run)
{
    char text[32];
    for (size_t i = 0; i < CONTENTS; i++) {
        snprintf(text, sizeof text, "%016" PRIx64, content_checksum(run, i));
        if (content_checksum(run, i))
            writer_keep(writer, attribute_write_text(group, contents[i].name, text));
    }
}

static void put_kept(struct writer *writer, hid_t group, const struct sgdmft_run *run)
{
    const struct sgdmft_kept kept = formula_keep(run);
    if (!kept.there)
        return;
    for (size_t i = 0; i < result_kept_number_count; i++)
        writer_keep(writer, attribute_write_long(group, result_kept_numbers[i].name,
                                                 *(const long *)((const char *)&kept + result_kept_numbers[i].offset)));
    writer_keep(writer, attribute_write_double(group, "contact_loss", kept.contact_loss));
}

static void put_attributes(struct writer *writer, const struct sgdmft_result *result)
{
    writer_keep(writer, attribute_write_long(writer->file, "format_version", RESULT_FORMAT_VERSION));
    writer_keep(writer, attribute_write_text(writer->file, "status", result_status_name(result->status)));
    writer_keep(writer, attribute_write_long(writer->file, "last_step", result->last_step));
    writer_keep(writer, attribute_write_text(writer->file, "source", result_source_name(result->source)));

    hid_t group = group_create(writer, "/parameters");
    for (size_t i = 0; i < sgdmft_parameter_count; i++)
        writer_keep(writer, parameter_write(group, &sgdmft_parameters[i], &result->run));
    if (group >= 0)
        writer_check(writer, H5Gclose(group));

    group = group_create(writer, "/provenance");
    for (size_t i = 0; i < result_provenance_text_count; i++)
        writer_keep(writer,
                    attribute_write_text(group, result_provenance_texts[i].name,
                                         (const char *)&result->provenance + result_provenance_texts[i].offset));
    writer_keep(writer, parameter_write(group, sgdmft_parameter_find("seed"), &result->run));
    writer_keep(writer, attribute_write_long(group, "threads", result->provenance.threads));
    writer_keep(writer, attribute_write_double(group, "wall_time", result->provenance.wall_time));
    put_known_dataset(writer, group, &result->run);
    put_contents(writer, group, &result->run);
    put_kept(writer, group, &result->run);
    if (group >= 0)
        writer_check(writer, H5Gclose(group));
}

/* A file in memory, no object times: equal content gives equal bytes. */
static void writer_open(struct writer *writer)
{
    char name[64]; /* images of several threads are open at once */
    hid_t access = handle(writer, H5Pcreate(H5P_FILE_ACCESS));
    hid_t create = handle(writer, H5Pcreate(H5P_FILE_CREATE));
    writer_check(writer, H5Pset_fapl_core(access, 1 << 20, 0));
    writer_check(writer, H5Pset_obj_track_times(create, 0));
    snprintf(name, sizeof name, RESULT_IMAGE "-%p", (void *)writer);
    writer->file = handle(writer, H5Fcreate(name, H5F_ACC_TRUNC, create, access));
    H5Pclose(access);
    H5Pclose(create);
    writer->plain = handle(writer, H5Pcreate(H5P_DATASET_CREATE));
    writer_check(writer, H5Pset_obj_track_times(writer->plain, 0));
    writer->intermediate = handle(writer, H5Pcreate(H5P_LINK_CREATE));
    writer_check(writer, H5Pset_create_intermediate_group(writer->intermediate, 1));
}

static void writer_close(struct writer *writer)
{
    H5Pclose(writer->intermediate);
    H5Pclose(writer->plain);
    if (writer->file >= 0)
        writer_check(writer, H5Fclose(writer->file));
}

/* Builds the file in memory. *image is the buffer of the HDF5 library, valid until writer_close, NULL on failure. */
static void build(struct writer *writer, const struct sgdmft_result *result, struct files_piece *image)
{
    void **buffer = NULL;
    writer_open(writer);
    put_axes(writer, result);
    for (size_t i = 0; i < result->quantities; i++)
        if (result->quantity[i].rank == 1 || result->quantity[i].length > 0)
            put_quantity(writer, result, &result->quantity[i]);
    put_attributes(writer, result);
    writer_check(writer, H5Fflush(writer->file, H5F_SCOPE_GLOBAL));
    const ssize_t size = writer->failed ? -1 : H5Fget_file_image(writer->file, NULL, 0);
    writer_check(writer, H5Fget_vfd_handle(writer->file, H5P_DEFAULT, (void **)&buffer));
    if (!writer->failed && size > 0 && buffer)
        *image = (struct files_piece){*buffer, (size_t)size};
}

static bool is_result(const char *start, size_t size)
{
    return files_starts(start, size, RESULT_MARK);
}

const struct files_kind files_result = {"result of sgdmft", is_result, NULL};

/* The dataset itself is kept whatever it holds. */
static enum sgdmft_status keep_dataset(const struct sgdmft_run *run, const char *path, struct sgdmft_error *error)
{
    return effect_dataset(run) ? files_keep(path, run->dataset, "the dataset of the run", error) : SGDMFT_OK;
}

/* Calls of the serial HDF5 library, which is not safe for threads, without its messages. */
static void build_alone(struct writer *writer, const struct sgdmft_result *result, struct files_piece *image)
{
#pragma omp critical(sgdmft_hdf5)
    {
        H5E_BEGIN_TRY;
        build(writer, result, image);
        H5E_END_TRY;
    }
}

static void close_alone(struct writer *writer)
{
#pragma omp critical(sgdmft_hdf5)
    writer_close(writer);
}

/* The line of the user block goes before the HDF5 file, which HDF5 finds at 512 by itself. */
enum sgdmft_status sgdmft_result_write(const struct sgdmft_result *result, const char *path, struct sgdmft_error *error)
{
    struct writer writer = {.file = -1};
    char block[RESULT_BLOCK] = {0};
    struct files_piece piece[2] = {{block, sizeof block}, {NULL, 0}};
    enum sgdmft_status status = sgdmft_result_writable(path, error);
    if (!status)
        status = keep_dataset(&result->run, path, error);
    if (status)
        return status;
    build_alone(&writer, result, &piece[1]);
    if (piece[1].bytes) {
        const uint64_t hash = files_hash(FILES_HASH_START, piece[1].bytes, piece[1].size);
        snprintf(block, sizeof block, RESULT_MARK "%016" PRIx64 "\n", hash);
        status = files_write_pieces(path, &files_result, piece, 2, error);
    } else
        status = sgdmft_fail(error, SGDMFT_INTERNAL, "cannot build the HDF5 image of %s (not enough memory?)", path);
    close_alone(&writer);
    return status;
}

enum sgdmft_status sgdmft_result_writable(const char *path, struct sgdmft_error *error)
{
    return files_try(path, &files_result, error);
}
