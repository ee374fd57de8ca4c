/* Listing and opening devices.
 * SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "backends/rates.h"
#include "core/cache-file.h"
#include "ops/backend.h"
#include "test.h"

static void test_list(void)
{
    OasisDeviceInfo infos[16] = {0}, one = {0};
    size_t count = oasis_device_list(NULL, infos, 16);
    bool reference = false;

    CHECK(count >= 2 && count <= 16);
    CHECK_INT(oasis_device_list(NULL, NULL, 0), count);
    CHECK_INT(oasis_device_list(NULL, &one, 1), count);
    CHECK_STR(one.name, infos[0].name);
    for (size_t i = 0; i < count && i < 16; i++) {
        CHECK(*infos[i].name && *infos[i].description);
        CHECK(infos[i].usable == !*infos[i].reason);
        reference |= !strcmp(infos[i].name, "reference") && infos[i].usable;
    }
    CHECK(reference);
}

static void test_open(void)
{
    OasisDevice *device = NULL;
    OasisError err = {0};

    CHECK_OK(oasis_device_open(NULL, &device, &err), &err);
    if (device) {
        CHECK(oasis_device_info(device)->usable);
    }
    oasis_device_close(&device);
    CHECK(!device);
    oasis_device_close(&device);
    oasis_device_close(NULL);

    CHECK_OK(oasis_device_open(&(OasisDeviceParams){.name = "reference", .dtype = "bf16"}, &device,
                               &err), &err);
    if (device) {
        CHECK_STR(oasis_device_info(device)->name, "reference");
        CHECK_INT(oasis_device_info(device)->dtype, OASIS_BF16);
        CHECK_INT(device->backend->dtype, OASIS_BF16);
    }
    oasis_device_close(&device);
}

/* Auto is the first usable one of the list. */
static void test_auto(void)
{
    OasisDeviceInfo infos[16];
    size_t count = oasis_device_list(NULL, infos, 16), best = 0;
    OasisDevice *device = NULL;
    OasisError err = {0};

    while (best < count && !infos[best].usable) {
        best++;
    }
    CHECK_OK(oasis_device_open(&(OasisDeviceParams){.name = "auto"}, &device, &err), &err);
    if (device && best < count) {
        CHECK_STR(oasis_device_info(device)->name, infos[best].name);
    }
    oasis_device_close(&device);
}

static void test_refusals(void)
{
    OasisDevice *device = NULL;
    OasisDeviceInfo infos[16];
    OasisError err = {0};
    size_t count;

    CHECK_STATUS(oasis_device_open(&(OasisDeviceParams){.name = "abacus"}, &device, &err),
                 OASIS_ERR_DEVICE, &err);
    CHECK_STR(err.subject, "abacus");
    CHECK_HAS(err.detail, "reference");
    CHECK(!device);
    CHECK_STATUS(oasis_device_open(&(OasisDeviceParams){.name = "reference", .dtype = "f8"},
                                   &device, &err), OASIS_ERR_USAGE, &err);
    CHECK_STR(err.subject, "f8");
    CHECK(!device);

    count = oasis_device_list(NULL, infos, 16);
    for (size_t i = 0; i < count && i < 16; i++) {
        if (!infos[i].usable) {
            CHECK_STATUS(oasis_device_open(&(OasisDeviceParams){.name = infos[i].name}, &device,
                                           &err), OASIS_ERR_DEVICE, &err);
            CHECK_HAS(err.detail, infos[i].reason);
        }
    }
}

static bool same(double a, double b)
{
    return fabs(a - b) <= 1e-3 * fabs(a);
}

/* What is kept in a folder for a device. */
static void keep(const char *folder, const char *name, const char *text)
{
    oasis_cache_write(folder, name, text, strlen(text));
}

/* Opening without a dtype measures once, keeps it, and takes bf16 only where it is clearly
 * faster. */
static void test_rates(void)
{
    OasisDeviceInfo first, kept, infos[16];
    OasisDevice *device = NULL;
    OasisError err = {0};
    char folder[] = "/tmp/oasis-rates-XXXXXX", path[64];
    OasisDeviceParams params = {.name = "cpu", .folder = folder};
    size_t size, count = oasis_device_list(NULL, infos, 16);
    uint8_t *text;

    if (!infos[0].usable || strcmp(infos[0].name, "cpu")) {
        CHECK(count >= 1); /* the build has no oneDNN */
        return;
    }
    CHECK(infos[0].measurable && infos[0].rates[OASIS_F32] == 0);
    REQUIRE(mkdtemp(folder) != NULL);
    REQUIRE(CHECK_OK(oasis_device_open(&params, &device, &err), &err));
    first = *oasis_device_info(device);
    oasis_device_close(&device);
    CHECK(first.rates[OASIS_F32] > 0 && first.rates[OASIS_BF16] >= 0);
    CHECK_INT(first.dtype, oasis_rates_choose(first.rates));
    oasis_device_list(folder, infos, 16);
    CHECK(same(infos[0].rates[OASIS_F32], first.rates[OASIS_F32]));
    CHECK(same(infos[0].rates[OASIS_BF16], first.rates[OASIS_BF16]));
    CHECK_INT(infos[0].dtype, first.dtype);

    /* Other rates for the same processor are believed; a dtype that is asked for overrules. */
    text = oasis_cache_read(folder, "cpu", &size);
    REQUIRE(text != NULL);
    const uint8_t *end = memchr(text, '\n', size);
    char line[512] = "", other[1024];
    REQUIRE(end && (size_t)(end - text) < sizeof line);
    memcpy(line, text, (size_t)(end - text));
    snprintf(other, sizeof other, "%s\nf32 2e9 bf16 2.29e9", line);
    keep(folder, "cpu", other);
    REQUIRE(CHECK_OK(oasis_device_open(&params, &device, &err), &err));
    kept = *oasis_device_info(device);
    oasis_device_close(&device);
    CHECK(kept.rates[OASIS_F32] == 2e9 && kept.rates[OASIS_BF16] == 2.29e9);
    CHECK_INT(kept.dtype, OASIS_F32);
    snprintf(other, sizeof other, "%s\nf32 2e9 bf16 2.31e9", line);
    keep(folder, "cpu", other);
    oasis_device_list(folder, infos, 16);
    CHECK_INT(infos[0].dtype, OASIS_BF16);
    params.dtype = "f32";
    REQUIRE(CHECK_OK(oasis_device_open(&params, &device, &err), &err));
    CHECK_INT(oasis_device_info(device)->dtype, OASIS_F32);
    oasis_device_close(&device);

    /* Another processor's, or nonsense, is not. */
    const char *const bad[] = {"", "f32 1 bf16 1", "abacus\nf32 2e9 bf16 2e9"};
    for (size_t i = 0; i < 3; i++) {
        keep(folder, "cpu", bad[i]);
        oasis_device_list(folder, infos, 16);
        CHECK(infos[0].rates[OASIS_F32] == 0);
    }
    snprintf(other, sizeof other, "%s\nf32 -1 bf16 x", line);
    keep(folder, "cpu", other);
    oasis_device_list(folder, infos, 16);
    CHECK(infos[0].rates[OASIS_F32] == 0);
    free(text);
    snprintf(path, sizeof path, "rm -r %s", folder);
    CHECK_INT(system(path), 0);
}

int main(void)
{
    test_begin();
    test_list();
    test_open();
    test_auto();
    test_refusals();
    test_rates();
    return test_end();
}
