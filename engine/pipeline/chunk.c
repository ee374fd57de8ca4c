/* The chunk grid: which frames are computed together, and which of them a chunk owns.
 *
 * Cuts divide the source into scenes. In a scene, chunk i begins at i * stride, stride =
 * chunk_frames - chunk_overlap, and neighbours part in the middle of their overlap:
 *
 *   chunk 0  |==============|--|              = owned
 *   chunk 1                 |--|==========|-- - computed, owned by the neighbour
 *
 * A chunk begins where it does whatever the scene's length, so only the last one knows the end.
 * SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>

#include "oasis/job.h"

typedef struct Scene {
    int64_t first, end;  /* frames */
    int64_t first_chunk; /* index of its first chunk */
    int64_t chunks;
    size_t next_cut; /* index of the first cut not looked at */
} Scene;

static int64_t grid_stride(const OasisChunkGrid *grid)
{
    return grid->chunk_frames - grid->chunk_overlap;
}

/* The scene that begins at `first`. Cuts outside the source or out of order are passed over. */
static Scene scene_at(const OasisChunkGrid *grid, int64_t first, int64_t first_chunk,
                      size_t next_cut)
{
    Scene scene = {.first = first, .end = grid->frames, .first_chunk = first_chunk};
    int64_t beyond;

    while (next_cut < grid->n_cuts && scene.end == grid->frames) {
        int64_t cut = grid->cuts[next_cut++];

        if (cut > first && cut < grid->frames) {
            scene.end = cut;
        }
    }
    scene.next_cut = next_cut;
    beyond = scene.end - first - grid->chunk_frames; /* what the first chunk does not reach */
    scene.chunks = beyond > 0 ? 1 + (beyond - 1) / grid_stride(grid) + 1 : 1;
    return scene;
}

static Scene scene_first(const OasisChunkGrid *grid)
{
    assert(grid->frames > 0 && grid->chunk_frames > 0);
    assert(grid->chunk_overlap >= 0 && grid->chunk_overlap % 2 == 0);
    assert(grid->chunk_overlap < grid->chunk_frames);
    return scene_at(grid, 0, 0, 0);
}

static Scene scene_next(const OasisChunkGrid *grid, const Scene *scene)
{
    return scene_at(grid, scene->end, scene->first_chunk + scene->chunks, scene->next_cut);
}

int64_t oasis_chunk_count(const OasisChunkGrid *grid)
{
    Scene scene = scene_first(grid);

    while (scene.end < grid->frames) {
        scene = scene_next(grid, &scene);
    }
    return scene.first_chunk + scene.chunks;
}

OasisChunk oasis_chunk_get(const OasisChunkGrid *grid, int64_t index)
{
    const int64_t stride = grid_stride(grid), half = grid->chunk_overlap / 2;
    Scene scene = scene_first(grid);
    OasisChunk chunk = {.index = index};
    int64_t end, own_end;
    bool last;

    while (index >= scene.first_chunk + scene.chunks) {
        assert(scene.end < grid->frames);
        scene = scene_next(grid, &scene);
    }
    index -= scene.first_chunk;
    last = index == scene.chunks - 1;
    chunk.first = scene.first + index * stride;
    chunk.own_first = index == 0 ? chunk.first : chunk.first + half;
    end = last ? scene.end : chunk.first + grid->chunk_frames;
    own_end = last ? scene.end : chunk.first + stride + half;
    chunk.frames = (int)(end - chunk.first);
    chunk.own_frames = (int)(own_end - chunk.own_first);
    return chunk;
}

int64_t oasis_chunk_of_frame(const OasisChunkGrid *grid, int64_t frame)
{
    Scene scene = scene_first(grid);
    int64_t past_half, chunk;

    assert(frame >= 0 && frame < grid->frames);
    while (frame >= scene.end) {
        scene = scene_next(grid, &scene);
    }
    past_half = frame - scene.first - grid->chunk_overlap / 2;
    chunk = past_half > 0 ? past_half / grid_stride(grid) : 0;
    if (chunk > scene.chunks - 1) {
        chunk = scene.chunks - 1; /* the last one owns its second half, too */
    }
    return scene.first_chunk + chunk;
}
