/* The tables on the card.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cuda/tables.h"

#include <stdlib.h>
#include <string.h>

#include "oasis/status.h"
#include "ops/resample.h"
#include "ops/transfer.h"

enum { TABLES = 32 }; /* a call takes at most five, and a job has four kinds of calls */

typedef struct Table {
    OasisCudaTableKey key;
    uint64_t used; /* by the how manieth request */
    CUdeviceptr address;
    int count;       /* taps of an output */
    size_t weights;  /* bytes from the address */
    float end;       /* of a curve */
} Table;

struct OasisCudaTables {
    Table tables[TABLES];
    uint64_t requests;
};

static void clear(OasisCudaBackend *cuda, Table *table)
{
    if (table->address) {
        cuda->driver->mem_free(table->address); /* waits for what reads it */
    }
    *table = (Table){0};
}

void oasis_cuda_tables_free(OasisCudaBackend *cuda)
{
    for (int i = 0; cuda->tables && i < TABLES; i++) {
        clear(cuda, &cuda->tables->tables[i]);
    }
    free(cuda->tables);
    cuda->tables = NULL;
}

/* Puts bytes behind what the table has. */
static OasisStatus put(OasisCudaBackend *cuda, Table *table, size_t offset, const void *data,
                       size_t bytes, OasisError *err)
{
    OASIS_CUDA_TRY(cuda->driver, memcpy_htod_async, table->address + offset, data, bytes,
                   cuda->compute);
    return OASIS_OK;
}

static OasisStatus put_taps(OasisCudaBackend *cuda, Table *table, const OasisTaps *taps,
                            OasisError *err)
{
    size_t firsts = (size_t)taps->length * sizeof *taps->first;
    size_t weights = (size_t)taps->length * (size_t)taps->count * sizeof *taps->weights;

    table->count = taps->count;
    table->weights = firsts;
    OASIS_CUDA_TRY(cuda->driver, mem_alloc, &table->address, firsts + weights);
    OASIS_TRY(put(cuda, table, 0, taps->first, firsts, err));
    return put(cuda, table, firsts, taps->weights, weights, err);
}

static OasisStatus make_taps(const OasisCudaTableKey *key, OasisTaps *taps, OasisError *err)
{
    switch (key->kind) {
    case OASIS_CUDA_CHROMA_UP:
        return oasis_taps_chroma_up(key->in, key->out, key->phase, key->shift, key->centred, taps,
                                    err);
    case OASIS_CUDA_CHROMA_DOWN:
        return oasis_taps_chroma_down(key->in, key->out, key->shift, key->centred, taps, err);
    default:
        return oasis_taps_bicubic(key->in, key->out, taps, err);
    }
}

static OasisStatus put_curve(OasisCudaBackend *cuda, Table *table, const OasisCurve *curve,
                             OasisError *err)
{
    table->end = curve->end;
    OASIS_CUDA_TRY(cuda->driver, mem_alloc, &table->address, sizeof curve->knots);
    return put(cuda, table, 0, curve->knots, sizeof curve->knots, err);
}

static OasisStatus make_curve(OasisCudaBackend *cuda, Table *table, OasisError *err)
{
    OasisCurve *curve = malloc(sizeof *curve);
    OasisStatus status;

    if (!curve) {
        return oasis_fail_memory(err, "transfer");
    }
    if (table->key.kind == OASIS_CUDA_TO_IMAGE) {
        oasis_curve_to_image(curve);
    } else {
        oasis_curve_from_image(curve);
    }
    status = put_curve(cuda, table, curve, err);
    free(curve);
    return status;
}

static OasisStatus make(OasisCudaBackend *cuda, Table *table, OasisError *err)
{
    OasisTaps taps = {0};
    OasisStatus status;

    if (table->key.kind == OASIS_CUDA_TO_IMAGE || table->key.kind == OASIS_CUDA_FROM_IMAGE) {
        return make_curve(cuda, table, err);
    }
    status = make_taps(&table->key, &taps, err);
    if (status == OASIS_OK) {
        status = put_taps(cuda, table, &taps, err);
    }
    oasis_taps_clear(&taps);
    return status;
}

/* The table of that key, or the place for it, which is the one that was used longest ago. */
static Table *find(OasisCudaTables *self, const OasisCudaTableKey *key)
{
    Table *oldest = &self->tables[0];

    for (int i = 0; i < TABLES; i++) {
        Table *table = &self->tables[i];
        if (!memcmp(&table->key, key, sizeof *key)) {
            return table;
        }
        oldest = table->used < oldest->used ? table : oldest;
    }
    return oldest;
}

static OasisStatus get(OasisCudaBackend *cuda, OasisCudaTableKey key, const Table **found,
                       OasisError *err)
{
    OasisStatus status = OASIS_OK;
    Table *table;

    if (!cuda->tables && !(cuda->tables = calloc(1, sizeof *cuda->tables))) {
        return oasis_fail_memory(err, cuda->base.info.name);
    }
    table = find(cuda->tables, &key);
    if (memcmp(&table->key, &key, sizeof key)) {
        clear(cuda, table);
        table->key = key;
        status = make(cuda, table, err);
        if (status != OASIS_OK) {
            clear(cuda, table);
        }
    }
    table->used = ++cuda->tables->requests;
    *found = table;
    return status;
}

OasisStatus oasis_cuda_taps(OasisCudaBackend *cuda, OasisCudaTableKey key, OasisCudaTaps *taps,
                            OasisError *err)
{
    const Table *table;

    OASIS_TRY(get(cuda, key, &table, err));
    *taps = (OasisCudaTaps){
        .first = (const int *)(uintptr_t)table->address,
        .weights = (const float *)(uintptr_t)(table->address + table->weights),
        .count = table->count,
    };
    return OASIS_OK;
}

OasisStatus oasis_cuda_curve(OasisCudaBackend *cuda, OasisCudaTableKind kind,
                             OasisCudaCurve *curve, OasisError *err)
{
    const Table *table;

    OASIS_TRY(get(cuda, (OasisCudaTableKey){.kind = kind}, &table, err));
    *curve = (OasisCudaCurve){(const float *)(uintptr_t)table->address, table->end};
    return OASIS_OK;
}
