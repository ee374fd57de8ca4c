/* Listing and opening devices.
 * SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "backends/other.h"
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

/* A file of the folder, in folders of its own. */
static void put(const char *folder, const char *name, const char *text)
{
    char command[256];

    snprintf(command, sizeof command, "mkdir -p %s/%s/device && echo %s >%s/%s/device/vendor",
             folder, name, text, folder, name);
    CHECK_INT(system(command), 0);
}

/* Other makers' cards are named once, with why they are not used. */
static void test_other_cards(void)
{
    OasisDeviceInfo infos[4] = {0};
    char folder[] = "/tmp/oasis-cards-XXXXXX", path[64];

    REQUIRE(mkdtemp(folder) != NULL);
    CHECK_INT(oasis_other_cards("/nowhere", infos, 4), 0);
    CHECK_INT(oasis_other_cards(folder, infos, 4), 0);
    put(folder, "card0", "0x10de");
    put(folder, "renderD128", "0x1002");
    put(folder, "card2", "nonsense");
    CHECK_INT(oasis_other_cards(folder, infos, 4), 0);
    put(folder, "card1", "0x8086");
    put(folder, "card3", "0x1002");
    put(folder, "card4", "0x1002");
    CHECK_INT(oasis_other_cards(folder, NULL, 0), 2);
    CHECK_INT(oasis_other_cards(folder, infos, 4), 2);
    CHECK_STR(infos[0].name, "amd");
    CHECK_STR(infos[1].name, "intel");
    CHECK(!infos[0].usable && !infos[1].usable);
    CHECK_HAS(infos[1].reason, "Intel are not supported yet; the processor is used");
    snprintf(path, sizeof path, "rm -r %s", folder);
    CHECK_INT(system(path), 0);
}

static bool same(double a, double b)
{
    return fabs(a - b) <= 1e-3 * fabs(a);
}

/* Keeps text as what was measured of the processor with that many threads. */
static void keep(const char *folder, int threads, const char *text)
{
    OasisDeviceInfo info;
    char key[OASIS_RATES_KEY];

    oasis_backend_cpu.list(&info, 1);
    oasis_rates_key(&oasis_backend_cpu, &info, threads, key, sizeof key);
    oasis_cache_write(folder, key, text, strlen(text));
}

static OasisDeviceInfo open_once(const OasisDeviceParams *params)
{
    OasisDeviceInfo info = {0};
    OasisDevice *device = NULL;
    OasisError err = {0};

    CHECK_OK(oasis_device_open(params, &device, &err), &err);
    if (device) {
        info = *oasis_device_info(device);
    }
    oasis_device_close(&device);
    return info;
}

/* Opening without a dtype measures once, keeps it, and takes bf16 only where it is clearly
 * faster. */
static void test_rates(void)
{
    OasisDeviceInfo first, kept, infos[16];
    char folder[] = "/tmp/oasis-rates-XXXXXX", path[64];
    OasisDeviceParams params = {.name = "cpu", .folder = folder};
    size_t cpu = 0, count = oasis_device_list(NULL, infos, 16);

    while (cpu < count && strcmp(infos[cpu].name, "cpu")) {
        cpu++;
    }
    REQUIRE(cpu < count);
    if (!infos[cpu].usable) {
        return; /* the build has no oneDNN */
    }
    CHECK(infos[cpu].measurable && !oasis_device_is_measured(&infos[cpu]));
    REQUIRE(mkdtemp(folder) != NULL);
    first = open_once(&params);
    CHECK(first.measurable && oasis_device_is_measured(&first));
    CHECK(first.rates[OASIS_F32] > 0 && first.rates[OASIS_BF16] >= 0);
    CHECK_INT(first.dtype, oasis_rates_choose(first.rates));
    oasis_device_list(folder, infos, 16);
    CHECK(oasis_device_is_measured(&infos[cpu]));
    CHECK(same(infos[cpu].rates[OASIS_F32], first.rates[OASIS_F32]));
    CHECK(same(infos[cpu].rates[OASIS_BF16], first.rates[OASIS_BF16]));
    CHECK_INT(infos[cpu].dtype, first.dtype);

    /* Other rates for the same processor are believed; a dtype that is asked for overrules. */
    keep(folder, 0, "f32 2e9 bf16 2.29e9");
    kept = open_once(&params);
    CHECK(kept.rates[OASIS_F32] == 2e9 && kept.rates[OASIS_BF16] == 2.29e9);
    CHECK_INT(kept.dtype, OASIS_F32);
    keep(folder, 0, "f32 2e9 bf16 2.31e9");
    oasis_device_list(folder, infos, 16);
    CHECK_INT(infos[cpu].dtype, OASIS_BF16);
    params.dtype = "f32";
    CHECK_INT(open_once(&params).dtype, OASIS_F32);
    params.dtype = NULL;

    /* Each number of threads has rates of its own, which do not drive out another's. */
    keep(folder, 63, "f32 3e9 bf16 1e9");
    keep(folder, 65, "f32 4e9 bf16 1e9");
    for (int i = 0; i < 2; i++) {
        params.threads = 63;
        CHECK(open_once(&params).rates[OASIS_F32] == 3e9);
        params.threads = 65;
        CHECK(open_once(&params).rates[OASIS_F32] == 4e9);
    }
    oasis_device_list(folder, infos, 16);
    CHECK(infos[cpu].rates[OASIS_F32] == 2e9);

    /* Nonsense is not believed. */
    const char *const bad[] = {"", "abacus", "f32 2e9", "f32 0 bf16 2e9", "f32 -1 bf16 x"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        keep(folder, 0, bad[i]);
        oasis_device_list(folder, infos, 16);
        CHECK(!oasis_device_is_measured(&infos[cpu]));
    }
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
    test_other_cards();
    return test_end();
}
