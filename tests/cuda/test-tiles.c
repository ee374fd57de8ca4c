/* Shared memory of the tiles of linear, conv and temporal: reads by ldmatrix and copies into it hit
 * each group of banks once. Eight 16-byte accesses go at a time where they lie in different eighths
 * of 128 bytes; else they wait for each other.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cuda/kernels/gemm-tiles.h"

#include "test.h"

typedef struct Tile {
    const char *name;
    int patch_height, patch_width, taps_down, taps_across, width, chunks;
} Tile;

#define ROW(name, element, patch_height, patch_width, taps_down, taps_across, width, chunks, \
            warps_down, warps_across, stages, blocks)                                        \
    {#name, patch_height, patch_width, taps_down, taps_across, width, chunks},

static const Tile tiles[] = {
    OASIS_CUDA_LINEAR_TILES(ROW)
    OASIS_CUDA_CONV_TILES(ROW)
    OASIS_CUDA_TEMPORAL_TILES(ROW)
};

typedef struct Accesses {
    int together, conflicts;
} Accesses;

/* Eight accesses to chunks of the tile's rows: of how many another hits the same banks. */
static void count(Accesses *accesses, const Tile *tile, const int rows[8], const int chunks[8])
{
    int hits[8] = {0};

    for (int i = 0; i < 8; i++) {
        hits[OASIS_CUDA_CHUNK(tile->chunks, rows[i], chunks[i]) % 8]++;
    }
    for (int i = 0; i < 8; i++) {
        accesses->conflicts += hits[i] > 1 ? hits[i] - 1 : 0;
    }
    accesses->together++;
}

/* Rows first to first + 7 at each of their chunks, as lanes 8i to 8i + 7 give them to ldmatrix. */
static void read_rows(Accesses *reads, const Tile *tile, int first)
{
    for (int chunk = 0; chunk < tile->chunks; chunk++) {
        int rows[8], chunks[8];
        for (int i = 0; i < 8; i++) {
            rows[i] = first + i;
            chunks[i] = chunk;
        }
        count(reads, tile, rows, chunks);
    }
}

/* Each eight positions of the patch under each tap, and each eight outputs. */
static void read_all(Accesses *reads, const Tile *tile)
{
    int halo_width = tile->patch_width + tile->taps_across - 1;

    for (int position = 0; position < tile->patch_height * tile->patch_width; position += 8) {
        int row = position / tile->patch_width * halo_width + position % tile->patch_width;
        for (int down = 0; down < tile->taps_down; down++) {
            for (int across = 0; across < tile->taps_across; across++) {
                read_rows(reads, tile, row + down * halo_width + across);
            }
        }
    }
    for (int out = 0; out < tile->width; out += 8) {
        read_rows(reads, tile, out);
    }
}

/* The slice of patch and halo, a chunk a thread. */
static void write_all(Accesses *writes, const Tile *tile)
{
    int halo = (tile->patch_height + tile->taps_down - 1) *
               (tile->patch_width + tile->taps_across - 1);

    for (int first = 0; first + 8 <= halo * tile->chunks; first += 8) {
        int rows[8], chunks[8];
        for (int i = 0; i < 8; i++) {
            rows[i] = (first + i) / tile->chunks;
            chunks[i] = (first + i) % tile->chunks;
        }
        count(writes, tile, rows, chunks);
    }
}

/* A chunk's place is its own: what two chunks wrote to one place, one of them would lose. */
static void check_places(const Tile *tile)
{
    char taken[256 * 6] = {0};

    for (int row = 0; row < 256; row++) {
        for (int chunk = 0; chunk < tile->chunks; chunk++) {
            int place = OASIS_CUDA_CHUNK(tile->chunks, row, chunk);
            CHECK(place / tile->chunks == row && !taken[place]);
            taken[place] = 1;
        }
    }
}

int main(void)
{
    test_begin();
    for (size_t i = 0; i < sizeof tiles / sizeof *tiles; i++) {
        Accesses reads = {0}, writes = {0};
        read_all(&reads, &tiles[i]);
        write_all(&writes, &tiles[i]);
        check_places(&tiles[i]);
        printf("%-18s %5d reads, %d conflicts; %4d writes, %d conflicts\n", tiles[i].name,
               reads.together, reads.conflicts, writes.together, writes.conflicts);
        CHECK(!reads.conflicts && !writes.conflicts);
    }
    return test_end();
}
