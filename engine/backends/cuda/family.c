/* The family "cuda": NVIDIA's cards, each with what it is or why it cannot be used.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cuda/family.h"

#include <stdio.h>
#include <string.h>

#include "backends/module.h"
#include "oasis/status.h"

enum { OLDEST_CAPABILITY = 75 };

static int attribute(const OasisCudaDriver *driver, CUdevice device, int which)
{
    int value = 0;

    return driver->device_get_attribute(&value, which, device) == CUDA_SUCCESS ? value : 0;
}

static void say(OasisCudaCard *card, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#include <stdarg.h>

static void say(OasisCudaCard *card, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(card->info.reason, sizeof card->info.reason, format, args);
    va_end(args);
}

static void look_at(const OasisCudaDriver *driver, int ordinal, OasisCudaCard *card)
{
    char name[80] = "an NVIDIA card";
    size_t bytes = 0;

    *card = (OasisCudaCard){.driver = driver};
    snprintf(card->info.name, sizeof card->info.name, "cuda:%d", ordinal);
    if (driver->device_get(&card->device, ordinal) != CUDA_SUCCESS) {
        say(card, "the driver does not give it out");
        return;
    }
    driver->device_get_name(name, sizeof name, card->device);
    driver->device_total_mem(&bytes, card->device);
    card->capability =
        10 * attribute(driver, card->device, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR) +
        attribute(driver, card->device, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
    card->multiprocessors =
        attribute(driver, card->device, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
    card->shared_bytes = (size_t)attribute(
        driver, card->device, CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN);
    snprintf(card->info.description, sizeof card->info.description, "%s", name);
    card->info.memory_bytes = bytes;
    card->info.dtype = OASIS_BF16;
    card->info.usable = card->capability >= OLDEST_CAPABILITY;
    if (!card->info.usable) {
        say(card, "its compute capability is %d.%d; 7.5 or newer is needed",
            card->capability / 10, card->capability % 10);
    }
}

/* The card of that number; false behind the last. Without a driver there is one that says why. */
static bool get_card(int ordinal, OasisCudaCard *card)
{
    int count = 0;
    char reason[256];
    const OasisCudaDriver *driver = oasis_cuda_driver(reason, sizeof reason);

    *card = (OasisCudaCard){.info = {.name = "cuda", .description = "NVIDIA cards"}};
    if (!driver) {
        say(card, "%s", reason);
        return ordinal == 0;
    }
    if (driver->init(0) != CUDA_SUCCESS || driver->device_get_count(&count) != CUDA_SUCCESS ||
        !count) {
        say(card, "no NVIDIA card is in this machine");
        return ordinal == 0;
    }
    if (ordinal < count) {
        look_at(driver, ordinal, card);
    }
    return ordinal < count;
}

static size_t list(OasisDeviceInfo *infos, size_t capacity)
{
    OasisCudaCard card;
    size_t n = 0;

    for (; get_card((int)n, &card); n++) {
        if (n < capacity) {
            infos[n] = card.info;
        }
    }
    return n;
}

static OasisStatus open_card(const char *name, OasisDType dtype, int threads,
                             OasisBackend **backend, OasisError *err)
{
    OasisCudaCard card;

    for (int i = 0; get_card(i, &card); i++) {
        if (!strcmp(card.info.name, name)) {
            return card.info.usable
                       ? oasis_cuda_open(&card, dtype, backend, err)
                       : oasis_fail(err, OASIS_ERR_DEVICE, name, "%s", card.info.reason);
        }
    }
    return oasis_fail(err, OASIS_ERR_DEVICE, name, "is no card here");
}

static const OasisBackendFamily family = {
    .name = "cuda",
    .list = list,
    .open = open_card,
};

OASIS_API const OasisBackendModule oasis_cuda_module = {
    .abi = OASIS_BACKEND_ABI,
    .family = &family,
};
