/* Usage: tiny-model OUT.safetensors [CHUNK-FRAMES OVERLAP]
 *
 * Writes a small home model with random weights, always the same: a chunk of 17 frames of 96x64
 * takes the reference back end a fraction of a second, and the result is visibly another picture.
 * Tiles are 96 pixels a side and bands 64 rows, so that small clips see both.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "make-model.h"

int main(int argc, char **argv)
{
    ModelSpec spec = {.tile_tokens = 6, .tile_overlap = 2};
    char json[4096];

    if (argc != 2 && argc != 4) {
        fprintf(stderr, "Usage: %s OUT.safetensors [CHUNK-FRAMES OVERLAP]\n", argv[0]);
        return 2;
    }
    if (argc == 4) {
        spec.frames = atoi(argv[2]);
        spec.overlap = atoi(argv[3]);
    }
    model_json(&spec, json, sizeof json);
    return model_write(argv[1], json, 1, OASIS_ELEMENT_BF16) ? 0 : 1;
}
