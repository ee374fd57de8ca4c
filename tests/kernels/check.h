/* Holds a back end's operations against the plain C reference (dav1d's checkasm for tensors).
 *
 * A case is one call of an operation, made on both sides with the same arguments:
 *
 *     check_case(check, "layer_norm", "n %d, d %d", n, d);
 *     const CheckTensor *x = check_input(check, OASIS_F32, (size_t)n * d);
 *     const CheckTensor *out = check_output(check, check->dtype, (size_t)n * d);
 *     CHECK_CALL(check, layer_norm, OasisLayerNormArgs, .x = ON(x), .out = ON(out), …);
 *     check_end(check);
 *
 * The reference computes in f32 from the candidate's own (rounded) inputs. check_end fails the case
 * where an output differs by more than the tolerance, where an element was not written or written
 * without need, where NaN or infinity stand on one side only, where an input changed, or where
 * anything was written beside a tensor.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "ops/backend.h"
#include "random.h"
#include "test.h"

enum { CHECK_REFERENCE, CHECK_CANDIDATE, CHECK_SIDES };

typedef enum CheckRole { CHECK_INPUT, CHECK_OUTPUT, CHECK_IN_PLACE } CheckRole;

typedef struct CheckTensor {
    OasisTensor on[CHECK_SIDES];
    CheckRole role;
    size_t n;
    float *initial; /* the candidate's values before the call */
} CheckTensor;

typedef struct CheckWeight {
    OasisWeight *on[CHECK_SIDES];
} CheckWeight;

typedef struct Check {
    OasisBackend *backend[CHECK_SIDES];
    OasisDType dtype; /* the candidate's "compute" */
    bool bench;       /* measure the candidate, compare nothing */

    /* The case at hand. */
    const char *op;
    char label[160];
    CheckTensor tensors[12];
    int n_tensors;
    CheckWeight weights[1];
    int n_weights;
    double tolerance;    /* relative L2 */
    bool repeats;        /* all values of an output may be one value */
    double special;      /* share of inputs that are NaN or infinite */
    float size;          /* of the others; 0 = 1 */
    double flops, bytes; /* of one call, for the benchmark */

    int calls;

    /* Timing of the case, in seconds of a call; calls come in batches. */
    double begin, last, seconds;
    int batches, batch, left;

    /* Of all cases of this operation. */
    double worst;
    int cases;
} Check;

/* The checks of one operation: random cases, or production shapes when check->bench. */
void check_attention(Check *check);
void check_combine(Check *check);
void check_fill(Check *check);
void check_add_row(Check *check);
void check_conv(Check *check);
void check_export(Check *check);
void check_fold(Check *check);
void check_grain(Check *check);
void check_import(Check *check);
void check_layer_norm(Check *check);
void check_linear(Check *check);
void check_mix(Check *check);
void check_norm_rope(Check *check);
void check_pixel_shuffle(Check *check);
void check_pixel_unshuffle(Check *check);
void check_temporal(Check *check);
void check_time_up(Check *check);
void check_unpatchify(Check *check);

/* --- one case -------------------------------------------------------------------------------- */

void check_case(Check *check, const char *op, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* What one call computes and moves; only benchmarks ask. */
void check_work(Check *check, double flops, double bytes);

/* n normal values of check->size; some NaN or infinite where check->special says so. */
const CheckTensor *check_input(Check *check, OasisDType dtype, size_t n);
/* n given values. */
const CheckTensor *check_values(Check *check, OasisDType dtype, size_t n, const float *values);
/* n elements of which the operation must write what the reference writes, and no other. */
const CheckTensor *check_output(Check *check, OasisDType dtype, size_t n);
/* As check_input, and compared as an output. */
const CheckTensor *check_in_place(Check *check, OasisDType dtype, size_t n);

/* Random weights of the desc's kind and shape, small enough that sums keep the inputs' size. */
const CheckWeight *check_weight(Check *check, const OasisWeightDesc *desc);

/* n tiles of that extent at random places of an image, which may overlap, with rows and columns of
 * weights below n. */
void check_tiles(OasisGrid image, OasisGrid extent, int n, OasisTile *tiles);

#define ON(tensor) ((tensor)->on[side])
#define NO_TENSOR ((OasisTensor){0})

#define CHECK_CALL(check, name, Args, ...)                                                      \
    for (int side = 0; side < CHECK_SIDES; side++) {                                            \
        const Args args = {__VA_ARGS__};                                                        \
        OasisBackend *backend = (check)->backend[side];                                         \
        OasisError err = {0};                                                                   \
        check_call_begin(check, side);                                                          \
        while (check_call_again(check, side))                                                   \
            CHECK_OK(oasis_backend_##name(backend, &args, &err), &err);                         \
    }

void check_call_begin(Check *check, int side);
bool check_call_again(Check *check, int side);

/* Compares, prints the time of a benchmark, and frees what the case made. */
void check_end(Check *check);

/* For what is not a tensor: counts a failed case and says which. */
void check_fail(Check *check, const char *format, ...) __attribute__((format(printf, 2, 3)));
