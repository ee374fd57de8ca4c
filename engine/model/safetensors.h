/* Reading safetensors files: a mapping, checked whole, and views into it.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "oasis/status.h"

enum { OASIS_TENSOR_MAX_RANK = 5 };

/* The element types that our files use; a file with any other is refused. */
typedef enum OasisElement {
    OASIS_ELEMENT_F32 = 0,
    OASIS_ELEMENT_BF16,
    OASIS_ELEMENT_U8,
} OasisElement;

typedef struct OasisTensorView {
    const char *name;
    OasisElement element;
    int rank;
    int64_t shape[OASIS_TENSOR_MAX_RANK];
    size_t count;     /* elements */
    const void *data; /* in the mapping, aligned to the element */
    size_t bytes;
} OasisTensorView;

/* Immutable once open: any number of threads may read it. */
typedef struct OasisTensorFile OasisTensorFile;

/* Maps and checks a file: header length, JSON, each entry's fields, shape and byte count, and that
 * the tensors fill the data without overlap, gap or an end outside the file. Every failure is
 * OASIS_ERR_MODEL with the path as subject and the tensor's name in the detail. */
OasisStatus oasis_tensor_file_open(const char *path, OasisTensorFile **file,
                                   OasisError *err) OASIS_MUST_USE;

/* The same for bytes in memory (8-byte aligned, borrowed for the file's life); `path` is for
 * messages. */
OasisStatus oasis_tensor_file_read(const char *path, const void *bytes, size_t size,
                                   OasisTensorFile **file, OasisError *err) OASIS_MUST_USE;
void oasis_tensor_file_close(OasisTensorFile **file);

/* The value of a key of __metadata__, or NULL. */
const char *oasis_tensor_file_metadata(const OasisTensorFile *file, const char *key);

/* All tensors, sorted by name. */
const OasisTensorView *oasis_tensor_file_all(const OasisTensorFile *file, size_t *count);

/* A tensor by name, or NULL. */
const OasisTensorView *oasis_tensor_file_find(const OasisTensorFile *file, const char *name);

const void *oasis_tensor_file_bytes(const OasisTensorFile *file, size_t *size);

/* When the mapped file was last changed, in nanoseconds; -1 for bytes in memory. */
int64_t oasis_tensor_file_mtime_ns(const OasisTensorFile *file);

/* Elements [first, first + count) as float; F32 and BF16 only. */
void oasis_tensor_view_floats(const OasisTensorView *view, size_t first, size_t count, float *out);
