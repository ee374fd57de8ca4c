/* Listing and opening devices.
 * SPDX-License-Identifier: Apache-2.0 */
#include "ops/backend.h"
#include "test.h"

static void test_list(void)
{
    OasisDeviceInfo infos[16] = {0}, one = {0};
    size_t count = oasis_device_list(infos, 16);
    bool reference = false;

    CHECK(count >= 2 && count <= 16);
    CHECK_INT(oasis_device_list(NULL, 0), count);
    CHECK_INT(oasis_device_list(&one, 1), count);
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
    size_t count = oasis_device_list(infos, 16), best = 0;
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

    count = oasis_device_list(infos, 16);
    for (size_t i = 0; i < count && i < 16; i++) {
        if (!infos[i].usable) {
            CHECK_STATUS(oasis_device_open(&(OasisDeviceParams){.name = infos[i].name}, &device,
                                           &err), OASIS_ERR_DEVICE, &err);
            CHECK_HAS(err.detail, infos[i].reason);
        }
    }
}

int main(void)
{
    test_begin();
    test_list();
    test_open();
    test_auto();
    test_refusals();
    return test_end();
}
