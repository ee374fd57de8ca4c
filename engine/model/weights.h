/* The tensors that a geometry needs: their names and shapes, once.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/geometry.h"
#include "model/safetensors.h"

typedef enum OasisTensorRole {
    OASIS_ROLE_MATRIX = 0, /* becomes an OasisWeight */
    OASIS_ROLE_VECTOR,     /* f32 on the device: biases, gains, modulation */
    OASIS_ROLE_ROWS,       /* in compute dtype: cached keys and values */
} OasisTensorRole;

typedef struct OasisTensorSpec {
    char name[80];
    OasisTensorRole role;
    int rank;
    int64_t shape[OASIS_TENSOR_MAX_RANK];
    size_t count; /* elements */
} OasisTensorSpec;

/* Calls `visit` for every tensor in the file's order of parts; stops at the first status that is
 * not OASIS_OK and returns it. */
OasisStatus oasis_weights_each(const OasisGeometry *geometry,
                               OasisStatus (*visit)(const OasisTensorSpec *spec, void *data),
                               void *data) OASIS_MUST_USE;

/* Whether the file holds exactly these tensors, in F32 or BF16 and these shapes. Tensors named
 * "golden." are test material and skipped. Sums the parameters. */
OasisStatus oasis_weights_check(const char *path, const OasisTensorFile *file,
                                const OasisGeometry *geometry, int64_t *parameters,
                                OasisError *err) OASIS_MUST_USE;
