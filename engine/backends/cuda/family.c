/* The family "cuda": NVIDIA's cards, each with what it is or why it cannot be used.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cuda/family.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "backends/module.h"
#include "oasis/status.h"

enum { OLDEST_CAPABILITY = 75 };

static void say(OasisCudaCard *card, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void say(OasisCudaCard *card, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(card->info.reason, sizeof card->info.reason, format, args);
    va_end(args);
}

/* --- the driver ------------------------------------------------------------------------------- */

/* The version that people know a driver by ("550.163.01"), else that of CUDA which it speaks. */
static void name_driver(int speaks, char *text, size_t size)
{
    FILE *file = fopen("/sys/module/nvidia/version", "re");
    char line[32];

    snprintf(text, size, "for CUDA %d.%d", speaks / 1000, speaks % 1000 / 10);
    if (file && fgets(line, sizeof line, file)) {
        snprintf(text, size, "%.*s", (int)strcspn(line, "\n"), line);
    }
    if (file) {
        fclose(file);
    }
}

/* The first driver of a CUDA version, as NVIDIA's release notes have it. */
static int first_driver(int cuda)
{
    static const int drivers[][2] = {{12000, 525}, {12080, 570}, {12090, 575}, {13000, 580}};
    int first = 0;

    for (size_t i = 0; i < sizeof drivers / sizeof *drivers; i++) {
        first = drivers[i][0] <= cuda ? drivers[i][1] : first;
    }
    return first;
}

/* The CUDA version that a driver must speak for an image: machine code is for every minor version
 * of its major one, what the driver compiles for its own and later ones. */
static int needed(const OasisCudaImage *image)
{
    return image->ptx ? oasis_cuda_compiler : oasis_cuda_compiler / 1000 * 1000;
}

/* --- a card ----------------------------------------------------------------------------------- */

/* What the driver tells of the card; false if it fails to. */
static bool ask(OasisCudaCard *card, char *name, size_t size)
{
    const OasisCudaDriver *driver = card->driver;
    int major, minor, shared;
    const struct {
        int which, *value;
    } attributes[] = {
        {CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, &major},
        {CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, &minor},
        {CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT, &card->multiprocessors},
        {CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN, &shared},
    };
    size_t bytes;

    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++) {
        if (driver->device_get_attribute(attributes[i].value, attributes[i].which,
                                         card->device) != CUDA_SUCCESS) {
            return false;
        }
    }
    if (driver->device_get_name(name, (int)size, card->device) != CUDA_SUCCESS ||
        driver->device_total_mem(&bytes, card->device) != CUDA_SUCCESS) {
        return false;
    }
    card->capability = 10 * major + minor;
    card->shared_bytes = (size_t)shared;
    card->info.memory_bytes = bytes;
    return true;
}

/* Whether the card can be used, and else why not. */
static bool judge(OasisCudaCard *card, int speaks, const char *driver)
{
    const OasisCudaImage *image = oasis_cuda_best_image(card->capability);
    int major = card->capability / 10, minor = card->capability % 10;

    if (card->capability < OLDEST_CAPABILITY) {
        say(card, "the card is too old: it has compute capability %d.%d, and 7.5 is needed", major,
            minor);
    } else if (!image) {
        say(card, "this build has no kernels for compute capability %d.%d", major, minor);
    } else if (speaks < needed(image)) {
        say(card, "the NVIDIA driver (%s) is too old: version %d or newer is needed", driver,
            first_driver(needed(image)));
    } else {
        return true;
    }
    return false;
}

static void look_at(OasisCudaCard *card, int ordinal, int speaks)
{
    char name[64] = "NVIDIA card", driver[32];

    snprintf(card->info.name, sizeof card->info.name, "cuda:%d", ordinal);
    snprintf(card->info.description, sizeof card->info.description, "%s", name);
    card->info.dtype = OASIS_BF16;
    if (card->driver->device_get(&card->device, ordinal) != CUDA_SUCCESS ||
        !ask(card, name, sizeof name)) {
        say(card, "the NVIDIA driver does not give it out");
        return;
    }
    name_driver(speaks, driver, sizeof driver);
    card->info.usable = judge(card, speaks, driver);
    if (card->info.usable) {
        snprintf(card->info.description, sizeof card->info.description,
                 "%s (compute capability %d.%d, driver %s; %d or newer is needed)", name,
                 card->capability / 10, card->capability % 10, driver,
                 first_driver(needed(oasis_cuda_best_image(card->capability))));
    } else {
        snprintf(card->info.description, sizeof card->info.description, "%s", name);
    }
}

/* How many cards the driver has; 0 with a reason in `card`. */
static int count_cards(OasisCudaCard *card, int *speaks)
{
    int count = 0;
    CUresult result = card->driver->init(0);

    if (result == CUDA_SUCCESS) {
        result = card->driver->driver_get_version(speaks);
    }
    if (result == CUDA_SUCCESS) {
        result = card->driver->device_get_count(&count);
    }
    if (result == CUDA_ERROR_SYSTEM_DRIVER_MISMATCH) {
        say(card, "the NVIDIA driver was changed while it was in use; restart the computer");
    } else if (result == CUDA_ERROR_NO_DEVICE || (result == CUDA_SUCCESS && !count)) {
        say(card, "no NVIDIA card is in this machine");
    } else if (result != CUDA_SUCCESS) {
        OasisError err;
        (void)oasis_cuda_fail(card->driver, result, "cuInit", &err);
        say(card, "%s", err.detail);
    }
    return result == CUDA_SUCCESS ? count : 0;
}

/* The card of that number; false behind the last. Where there is none at all, one says why. */
static bool get_card(int ordinal, OasisCudaCard *card)
{
    int count, speaks;

    *card = (OasisCudaCard){.info = {.name = "cuda:0", .description = "NVIDIA cards"}};
    card->driver = oasis_cuda_driver(card->info.reason, sizeof card->info.reason);
    count = card->driver ? count_cards(card, &speaks) : 0;
    if (ordinal < count) {
        look_at(card, ordinal, speaks);
    }
    return ordinal < count || (!count && !ordinal);
}

/* --- the family ------------------------------------------------------------------------------- */

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
        if (!strcmp(card.info.name, name) && card.info.usable) {
            return oasis_cuda_open(&card, dtype, backend, err);
        }
    }
    return oasis_fail(err, OASIS_ERR_DEVICE, name, "is no longer there");
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
