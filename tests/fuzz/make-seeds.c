/* Usage: make-seeds FOLDER
 *
 * Writes weight files for the fuzzer to start from: small, whole, one of every kind.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "make-model.h"

int main(int argc, char **argv)
{
    /* One head and unfolded pixels make them small. */
    const ModelSpec specs[] = {
        {.space = 1, .resize = "none", .heads = 1, .routing = "[[0], [2]]"},
        {.space = 1, .resize = "none", .heads = 1, .routing = "[[1], [0]]", .patch = 1,
         .cross = "const_bias", .one_step = "{\"form\": \"residual\", \"sigma\": 0.4}"},
        {.space = 1, .resize = "none", .heads = 1, .routing = "[[2], [2]]", .border = "clip",
         .cross = "cached_kv", .cross_tokens = 2, .noise_channels = 8, .tile_tokens = 6,
         .tile_overlap = 2, .one_step = "{\"form\": \"noise\", \"sigma\": 1, \"seed\": 5}"},
    };

    if (argc != 2) {
        fprintf(stderr, "Usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    for (int i = 0; i < (int)(sizeof specs / sizeof *specs); i++) {
        char json[4096], path[1024];
        model_json(&specs[i], json, sizeof json);
        snprintf(path, sizeof path, "%s/%d.safetensors", argv[1], i);
        if (!model_write(path, json, 1, OASIS_ELEMENT_BF16)) {
            return 1;
        }
    }
    return 0;
}
