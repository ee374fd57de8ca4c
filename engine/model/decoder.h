/* The decoder: latents to pixels, as a list of stages (weight-file.md, "Decoder stages"), in bands
 * of rows so that memory does not grow with the height.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/exec.h"
#include "model/shape.h"
#include "model/upload.h"

typedef struct OasisDecoderStage {
    OasisWeight *weight[2]; /* as many as the stage has kernels */
    OasisTensor bias[2];
} OasisDecoderStage;

typedef struct OasisDecoder {
    const OasisGeometry *geometry;
    OasisDecoderStage stages[OASIS_MAX_STAGES];
} OasisDecoder;

/* Fills a zeroed struct; clear it whatever upload->status says afterwards. */
void oasis_decoder_load(OasisDecoder *decoder, const OasisGeometry *geometry, OasisUpload *upload);
void oasis_decoder_clear(OasisDecoder *decoder, OasisBackend *backend);

/* result f32 [T, padded height, padded width, 3] from latent f32 [f, H, W, Z] and image, which is
 * the resized source and of the result's shape. */
OasisStatus oasis_decoder_run(const OasisDecoder *decoder, OasisExec *exec, OasisTensor latent,
                              OasisTensor image, const OasisShape *shape,
                              OasisTensor result) OASIS_MUST_USE;
