/* A safetensors file mapped, its header parsed and every tensor's place checked.
 * SPDX-License-Identifier: Apache-2.0 */
#include "model/safetensors.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yyjson.h>

#include "oasis/status.h"

/* The format's own limit. */
enum { MAX_HEADER_BYTES = 100000000 };

struct OasisTensorFile {
    const unsigned char *bytes;
    size_t size;
    bool mapped;
    int64_t mtime_ns; /* when it was mapped; -1 otherwise */
    yyjson_doc *header; /* owns the tensors' names */
    yyjson_val *metadata;
    OasisTensorView *views; /* sorted by name */
    size_t n_views;
};

static const struct {
    const char *name;
    size_t bytes;
} elements[] = {
    [OASIS_ELEMENT_F32] = {"F32", 4},
    [OASIS_ELEMENT_BF16] = {"BF16", 2},
    [OASIS_ELEMENT_U8] = {"U8", 1},
};

static OasisStatus read_element(const char *path, yyjson_val *value, OasisTensorView *view,
                                OasisError *err)
{
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++) {
        if (yyjson_equals_str(value, elements[i].name)) {
            view->element = (OasisElement)i;
            return OASIS_OK;
        }
    }
    return oasis_fail(err, OASIS_ERR_MODEL, path, "tensor %s has dtype %s; F32 or BF16 is needed",
                      view->name, yyjson_is_str(value) ? yyjson_get_str(value) : "of no name");
}

static OasisStatus read_shape(const char *path, yyjson_val *value, OasisTensorView *view,
                              OasisError *err)
{
    size_t i, max;
    yyjson_val *item;

    if (!yyjson_is_arr(value) || yyjson_arr_size(value) > OASIS_TENSOR_MAX_RANK) {
        return oasis_fail(err, OASIS_ERR_MODEL, path,
                          "tensor %s: shape is not a list of up to %d numbers", view->name,
                          OASIS_TENSOR_MAX_RANK);
    }
    view->rank = (int)yyjson_arr_size(value);
    view->count = 1;
    yyjson_arr_foreach(value, i, max, item) {
        if (!yyjson_is_uint(item) || yyjson_get_uint(item) > INT64_MAX ||
            __builtin_mul_overflow(view->count, (size_t)yyjson_get_uint(item), &view->count)) {
            return oasis_fail(err, OASIS_ERR_MODEL, path,
                              "tensor %s: shape holds something that is no possible size",
                              view->name);
        }
        view->shape[i] = (int64_t)yyjson_get_uint(item);
    }
    if (__builtin_mul_overflow(view->count, elements[view->element].bytes, &view->bytes)) {
        return oasis_fail(err, OASIS_ERR_MODEL, path, "tensor %s is impossibly large", view->name);
    }
    return OASIS_OK;
}

static OasisStatus read_place(const char *path, yyjson_val *value, const unsigned char *data,
                              size_t data_bytes, OasisTensorView *view, OasisError *err)
{
    yyjson_val *begin = yyjson_arr_get(value, 0), *end = yyjson_arr_get(value, 1);
    uint64_t from, to;

    if (yyjson_arr_size(value) != 2 || !yyjson_is_uint(begin) || !yyjson_is_uint(end)) {
        return oasis_fail(err, OASIS_ERR_MODEL, path,
                          "tensor %s: data_offsets are not two numbers", view->name);
    }
    from = yyjson_get_uint(begin);
    to = yyjson_get_uint(end);
    if (from > to || to > data_bytes) {
        return oasis_fail(err, OASIS_ERR_MODEL, path,
                          "tensor %s: its data lie outside the file, which may be cut short",
                          view->name);
    }
    if (to - from != view->bytes) {
        return oasis_fail(err, OASIS_ERR_MODEL, path,
                          "tensor %s: %llu bytes of data, but its shape and dtype need %zu",
                          view->name, (unsigned long long)(to - from), view->bytes);
    }
    view->data = data + from;
    if ((uintptr_t)view->data % elements[view->element].bytes) {
        return oasis_fail(err, OASIS_ERR_MODEL, path,
                          "tensor %s: its data are not aligned to its elements",
                          view->name);
    }
    return OASIS_OK;
}

static OasisStatus read_entry(const char *path, yyjson_val *entry, const unsigned char *data,
                              size_t data_bytes, OasisTensorView *view, OasisError *err)
{
    yyjson_val *dtype = yyjson_obj_get(entry, "dtype");
    yyjson_val *shape = yyjson_obj_get(entry, "shape");
    yyjson_val *offsets = yyjson_obj_get(entry, "data_offsets");

    if (!dtype || !shape || !offsets || yyjson_obj_size(entry) != 3) {
        return oasis_fail(err, OASIS_ERR_MODEL, path,
                          "tensor %s: its entry is not dtype, shape and data_offsets", view->name);
    }
    OASIS_TRY(read_element(path, dtype, view, err));
    OASIS_TRY(read_shape(path, shape, view, err));
    return read_place(path, offsets, data, data_bytes, view, err);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const OasisTensorView *)a)->name, ((const OasisTensorView *)b)->name);
}

/* By place; an empty tensor stands before the one that begins where it does. */
static int compare_places(const void *a, const void *b)
{
    const OasisTensorView *x = a, *y = b;
    if (x->data != y->data) {
        return (const char *)x->data < (const char *)y->data ? -1 : 1;
    }
    return (x->bytes > y->bytes) - (x->bytes < y->bytes);
}

/* The format demands that tensors fill the data from end to end, each byte once. Leaves the views
 * sorted by place. */
static OasisStatus check_places(const char *path, OasisTensorView *views, size_t n,
                                const unsigned char *data, size_t data_bytes, OasisError *err)
{
    const unsigned char *end = data;

    qsort(views, n, sizeof *views, compare_places);
    for (size_t i = 0; i < n; i++) {
        const unsigned char *begin = views[i].data;
        if (begin < end) {
            return oasis_fail(err, OASIS_ERR_MODEL, path, "tensor %s overlaps tensor %s",
                              views[i].name, views[i - 1].name);
        }
        if (begin > end) {
            return oasis_fail(err, OASIS_ERR_MODEL, path,
                              "%zu bytes before tensor %s belong to no tensor",
                              (size_t)(begin - end), views[i].name);
        }
        end = begin + views[i].bytes;
    }
    if (end != data + data_bytes) {
        return oasis_fail(err, OASIS_ERR_MODEL, path,
                          "%zu bytes at the end belong to no tensor",
                          (size_t)(data + data_bytes - end));
    }
    return OASIS_OK;
}

static OasisStatus check_names(const char *path, OasisTensorView *views, size_t n, OasisError *err)
{
    qsort(views, n, sizeof *views, compare_names);
    for (size_t i = 1; i < n; i++) {
        if (!strcmp(views[i - 1].name, views[i].name)) {
            return oasis_fail(err, OASIS_ERR_MODEL, path, "tensor %s stands in it twice",
                              views[i].name);
        }
    }
    return OASIS_OK;
}

static OasisStatus read_metadata(const char *path, yyjson_val *metadata, OasisError *err)
{
    size_t i, max;
    yyjson_val *key, *value;

    if (!yyjson_is_obj(metadata)) {
        return oasis_fail(err, OASIS_ERR_MODEL, path, "__metadata__ is not an object");
    }
    yyjson_obj_foreach(metadata, i, max, key, value)
        if (!yyjson_is_str(value) || yyjson_obj_getn(metadata, yyjson_get_str(key),
                                                     yyjson_get_len(key)) != value) {
            return oasis_fail(err, OASIS_ERR_MODEL, path,
                              "__metadata__: %s is not a string, or stands in it twice",
                              yyjson_get_str(key));
        }
    return OASIS_OK;
}

static OasisStatus read_header(const char *path, OasisTensorFile *file, const unsigned char *data,
                               size_t data_bytes, OasisError *err)
{
    yyjson_val *root = yyjson_doc_get_root(file->header), *key, *entry;
    size_t i, max;

    if (!yyjson_is_obj(root)) {
        return oasis_fail(err, OASIS_ERR_MODEL, path, "its header is not a JSON object");
    }
    file->views = calloc(yyjson_obj_size(root) + 1, sizeof *file->views);
    if (!file->views) {
        return oasis_fail_memory(err, path);
    }
    yyjson_obj_foreach(root, i, max, key, entry) {
        const char *name = yyjson_get_str(key);
        if (strlen(name) != yyjson_get_len(key)) {
            return oasis_fail(err, OASIS_ERR_MODEL, path, "tensor %s: a zero byte in its name",
                              name);
        }
        if (!strcmp(name, "__metadata__")) {
            if (file->metadata) {
                return oasis_fail(err, OASIS_ERR_MODEL, path, "__metadata__ stands in it twice");
            }
            file->metadata = entry;
            OASIS_TRY(read_metadata(path, entry, err));
            continue;
        }
        file->views[file->n_views].name = name;
        OASIS_TRY(read_entry(path, entry, data, data_bytes, &file->views[file->n_views], err));
        file->n_views++;
    }
    OASIS_TRY(check_places(path, file->views, file->n_views, data, data_bytes, err));
    return check_names(path, file->views, file->n_views, err);
}

static OasisStatus parse(const char *path, OasisTensorFile *file, OasisError *err)
{
    yyjson_read_err json_error;
    uint64_t header_bytes = 0;
    const unsigned char *data;

    if (file->size < 8) {
        return oasis_fail(err, OASIS_ERR_MODEL, path, "too short for a safetensors file");
    }
    for (int i = 7; i >= 0; i--) {
        header_bytes = header_bytes << 8 | file->bytes[i];
    }
    if (header_bytes > MAX_HEADER_BYTES || header_bytes > file->size - 8) {
        return oasis_fail(err, OASIS_ERR_MODEL, path,
                          "header of %llu bytes in a file of %zu; not a safetensors file, or cut "
                          "short", (unsigned long long)header_bytes, file->size);
    }
    data = file->bytes + 8 + header_bytes;
    /* Without YYJSON_READ_INSITU the text is only read. */
    file->header = yyjson_read_opts((char *)(uintptr_t)(file->bytes + 8), (size_t)header_bytes, 0,
                                    NULL, &json_error);
    if (!file->header) {
        return oasis_fail(err, json_error.code == YYJSON_READ_ERROR_MEMORY_ALLOCATION
                                   ? OASIS_ERR_NO_MEMORY : OASIS_ERR_MODEL,
                          path, "its header is not JSON: %s at byte %zu", json_error.msg,
                          json_error.pos);
    }
    return read_header(path, file, data, file->size - 8 - (size_t)header_bytes, err);
}

static OasisStatus map(const char *path, OasisTensorFile *file, OasisError *err)
{
    struct stat info;
    void *bytes;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a fifo must not block us */

    if (fd < 0) {
        return oasis_fail(err, OASIS_ERR_MODEL, path, "cannot be opened: %s", strerror(errno));
    }
    if (fstat(fd, &info) || !S_ISREG(info.st_mode)) {
        close(fd);
        return oasis_fail(err, OASIS_ERR_MODEL, path, "is not a file");
    }
    if (info.st_size < 8 || (uint64_t)info.st_size > SIZE_MAX) {
        close(fd);
        return oasis_fail(err, OASIS_ERR_MODEL, path, "too short for a safetensors file");
    }
    bytes = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    if (bytes == MAP_FAILED) {
        return oasis_fail(err, OASIS_ERR_MODEL, path, "cannot be mapped: %s", strerror(errno));
    }
    file->bytes = bytes;
    file->size = (size_t)info.st_size;
    file->mapped = true;
    file->mtime_ns = (int64_t)info.st_mtim.tv_sec * 1000000000 + info.st_mtim.tv_nsec;
    return OASIS_OK;
}

static OasisStatus fill(OasisTensorFile *self, const char *path, const void *bytes, size_t size,
                        OasisError *err)
{
    self->bytes = bytes;
    self->size = size;
    self->mtime_ns = -1;
    if (!bytes) {
        OASIS_TRY(map(path, self, err));
    }
    return parse(path, self, err);
}

OasisStatus oasis_tensor_file_read(const char *path, const void *bytes, size_t size,
                                   OasisTensorFile **file, OasisError *err)
{
    OasisTensorFile *self = calloc(1, sizeof *self);
    OasisStatus status = self ? fill(self, path, bytes, size, err) : oasis_fail_memory(err, path);

    if (status != OASIS_OK) {
        oasis_tensor_file_close(&self);
    }
    *file = self;
    return status;
}

OasisStatus oasis_tensor_file_open(const char *path, OasisTensorFile **file, OasisError *err)
{
    return oasis_tensor_file_read(path, NULL, 0, file, err);
}

void oasis_tensor_file_close(OasisTensorFile **file)
{
    if (!*file) {
        return;
    }
    free((*file)->views);
    yyjson_doc_free((*file)->header);
    if ((*file)->mapped) {
        munmap((void *)(uintptr_t)(*file)->bytes, (*file)->size);
    }
    free(*file);
    *file = NULL;
}

const char *oasis_tensor_file_metadata(const OasisTensorFile *file, const char *key)
{
    return yyjson_get_str(yyjson_obj_get(file->metadata, key));
}

const OasisTensorView *oasis_tensor_file_all(const OasisTensorFile *file, size_t *count)
{
    *count = file->n_views;
    return file->views;
}

const OasisTensorView *oasis_tensor_file_find(const OasisTensorFile *file, const char *name)
{
    OasisTensorView key = {.name = name};
    return bsearch(&key, file->views, file->n_views, sizeof key, compare_names);
}

const void *oasis_tensor_file_bytes(const OasisTensorFile *file, size_t *size)
{
    *size = file->size;
    return file->bytes;
}

int64_t oasis_tensor_file_mtime_ns(const OasisTensorFile *file)
{
    return file->mtime_ns;
}

void oasis_tensor_view_floats(const OasisTensorView *view, size_t first, size_t count, float *out)
{
    if (view->element == OASIS_ELEMENT_F32) {
        memcpy(out, (const float *)view->data + first, count * sizeof *out);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        uint32_t bits = (uint32_t)((const uint16_t *)view->data)[first + i] << 16;
        memcpy(&out[i], &bits, sizeof bits);
    }
}
