/* Weight files: finding, opening and describing them.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "oasis/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A weight file mapped into memory, checked whole. Immutable: any number of threads may read it. */
typedef struct OasisModel OasisModel;

typedef struct OasisModelInfo {
    const char *name;        /* "oasis-home" */
    const char *path;
    const char *description; /* one line from the file; may be empty */
    int64_t parameters;
    int chunk_frames;        /* 4k+1 */
    int chunk_overlap;       /* frames that neighbouring chunks share */
    double default_strength; /* 0..1 */
} OasisModelInfo;

/* Resolves a model by name or path. A name is looked for as NAME.safetensors, then as
 * oasis-NAME.safetensors, in the folders, which end with NULL, the first one first. NULL means the
 * default, "oasis-home". Fills path (size bytes). OASIS_ERR_MODEL lists where it looked. Any
 * thread. */
OASIS_API OasisStatus oasis_model_find(const char *name, const char *const *folders, char *path,
                                       size_t size, OasisError *err) OASIS_MUST_USE;

/* Calls `found` for every model file in those folders, in that order, a name once; what it is given
 * lives as long as the call. Unreadable files are passed with info NULL and the reason in err. Any
 * thread. */
OASIS_API void oasis_model_list(const char *const *folders,
                                void (*found)(const char *path, const OasisModelInfo *info,
                                              const OasisError *err, void *data), void *data);

/* Opens and checks a weight file (safetensors; metadata key "oasis", schema 1): unknown schema,
 * missing or surplus tensor, wrong shape or dtype, overlap, offset out of file are refused with
 * OASIS_ERR_MODEL naming the tensor and what was expected. */
OASIS_API OasisStatus oasis_model_open(const char *path, OasisModel **model,
                                       OasisError *err) OASIS_MUST_USE;
OASIS_API const OasisModelInfo *oasis_model_info(const OasisModel *model);

/* Writes 64 hex digits that stand for the whole file (SHA-256), and a zero byte. Opening does not
 * compute them: this call reads the file, which takes seconds where it is large, unless they are
 * kept in `folder` from an earlier time, by the file's path, size and time of change. The folder is
 * made if need be; NULL = not kept. Any thread. */
OASIS_API void oasis_model_identity(const OasisModel *model, const char *folder, char identity[65]);

OASIS_API void oasis_model_close(OasisModel **model);

#ifdef __cplusplus
}
#endif
