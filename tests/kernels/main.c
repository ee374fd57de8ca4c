/* Usage: kernels [--bench] [--device NAME] [--dtype f32|bf16] [--op NAME]
 *
 * Checks, or with --bench measures, every operation of every usable back end in both dtypes, or of
 * the named ones. Exits with 77 where there is nothing to check.
 * SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

static const struct {
    const char *name;
    void (*run)(Check *check);
} operations[] = {
    {"import_frame", check_import},
    {"export_frame", check_export},
    {"mix", check_mix},
    {"grain", check_grain},
    {"fold", check_fold},
    {"layer_norm", check_layer_norm},
    {"linear", check_linear},
    {"norm_rope", check_norm_rope},
    {"attention", check_attention},
    {"unpatchify", check_unpatchify},
    {"combine", check_combine},
    {"fill", check_fill},
    {"add_row", check_add_row},
    {"conv", check_conv},
    {"temporal", check_temporal},
    {"time_up", check_time_up},
    {"pixel_shuffle", check_pixel_shuffle},
    {"pixel_unshuffle", check_pixel_unshuffle},
};

typedef struct Options {
    bool bench;
    const char *device, *dtype, *op; /* NULL = all */
} Options;

static bool wanted(const char *filter, const char *name)
{
    return !filter || !strcmp(filter, name);
}

static void check_device(const char *name, const char *dtype, const Options *options)
{
    OasisDevice *reference = NULL, *candidate = NULL;
    OasisError err;

    REQUIRE(CHECK_OK(oasis_device_open(&(OasisDeviceParams){.name = "reference", .dtype = "f32"},
                                       &reference, &err), &err));
    REQUIRE(CHECK_OK(oasis_device_open(&(OasisDeviceParams){.name = name, .dtype = dtype},
                                       &candidate, &err), &err));
    printf("%s, %s: %s\n", name, dtype, oasis_device_info(candidate)->description);
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
        Check check = {
            .backend = {reference->backend, candidate->backend},
            .dtype = candidate->backend->dtype,
            .bench = options->bench,
        };
        if (!wanted(options->op, operations[i].name)) {
            continue;
        }
        operations[i].run(&check);
        if (!options->bench) {
            printf("  %-16s %3d cases, worst error %.2g\n", operations[i].name, check.cases,
                   check.worst);
        }
    }
    oasis_device_close(&candidate);
    oasis_device_close(&reference);
}

/* Whether the back end opens in this dtype: bf16 is not everywhere. */
static bool opens(const char *name, const char *dtype)
{
    OasisDevice *device = NULL;
    OasisError err;
    OasisStatus status =
        oasis_device_open(&(OasisDeviceParams){.name = name, .dtype = dtype}, &device, &err);

    if (status != OASIS_OK) {
        test_skip(err.detail, "%s %s", name, dtype);
    }
    oasis_device_close(&device);
    return status == OASIS_OK;
}

static bool parse(int argc, char **argv, Options *options)
{
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--bench")) {
            options->bench = true;
        } else if (!strcmp(argv[i], "--device") && i + 1 < argc) {
            options->device = argv[++i];
        } else if (!strcmp(argv[i], "--dtype") && i + 1 < argc) {
            options->dtype = argv[++i];
        } else if (!strcmp(argv[i], "--op") && i + 1 < argc) {
            options->op = argv[++i];
        } else {
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    static const char *const dtypes[] = {"f32", "bf16"};
    OasisDeviceInfo infos[16];
    Options options = {0};
    size_t count;
    int checked = 0;

    if (!parse(argc, argv, &options)) {
        fprintf(stderr,
                "usage: kernels [--bench] [--device NAME] [--dtype f32|bf16] [--op NAME]\n");
        return 2;
    }
    test_begin();
    count = oasis_device_list(NULL, infos, sizeof infos / sizeof *infos);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < sizeof dtypes / sizeof *dtypes; j++) {
            if (wanted(options.device, infos[i].name) && wanted(options.dtype, dtypes[j]) &&
                opens(infos[i].name, dtypes[j])) {
                check_device(infos[i].name, dtypes[j], &options);
                checked++;
            }
        }
    }
    return checked ? test_end() : TEST_SKIP;
}
