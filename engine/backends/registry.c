/* The list of back ends, and opening one by name.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/profile.h"
#include "backends/rates.h"
#include "oasis/status.h"

const OasisBackendFamily *const *oasis_backend_families(void)
{
    static const OasisBackendFamily *const families[] = {
        &oasis_backend_cuda,
        &oasis_backend_cpu,
        &oasis_backend_other,
        &oasis_backend_reference,
        NULL,
    };
    return families;
}

const char *oasis_dtype_name(OasisDType dtype)
{
    return dtype == OASIS_BF16 ? "bf16" : "f32";
}

bool oasis_device_is_measured(const OasisDeviceInfo *info)
{
    return info->rates[OASIS_F32] > 0;
}

/* Adds what earlier openings have measured, of which the list speaks for all threads. */
static void add_rates(const OasisBackendFamily *family, int threads, const char *folder,
                      OasisDeviceInfo *info)
{
    if (info->usable && oasis_rates_read(family, info, threads, folder, info->rates)) {
        info->dtype = oasis_rates_choose(info->rates);
    }
}

/* A family's devices, at most `capacity` of them; returns how many it has. */
static size_t list(const OasisBackendFamily *family, OasisDeviceInfo *infos, size_t capacity)
{
    size_t n = family->list(infos, capacity);

    for (size_t i = 0; i < n && i < capacity; i++) {
        infos[i].measurable = family->n_shapes > 0;
    }
    return n;
}

size_t oasis_device_list(const char *folder, OasisDeviceInfo *infos, size_t capacity)
{
    size_t count = 0;

    for (const OasisBackendFamily *const *family = oasis_backend_families(); *family; family++) {
        size_t room = count < capacity ? capacity - count : 0;
        size_t n = list(*family, room ? infos + count : NULL, room);
        for (size_t i = 0; i < n && i < room; i++) {
            add_rates(*family, 0, folder, &infos[count + i]);
        }
        count += n;
    }
    return count;
}

/* The family that lists `name`, or for NULL the first that lists a usable device, and that
 * device's info. NULL if there is none; then `names` lists what exists. */
static const OasisBackendFamily *find(const char *name, OasisDeviceInfo *found, char *names,
                                      size_t size)
{
    size_t length = 0;

    names[0] = '\0';
    for (const OasisBackendFamily *const *family = oasis_backend_families(); *family; family++) {
        OasisDeviceInfo infos[16];
        size_t count = list(*family, infos, sizeof infos / sizeof *infos);

        for (size_t i = 0; i < count && i < sizeof infos / sizeof *infos; i++) {
            if (name ? !strcmp(infos[i].name, name) : infos[i].usable) {
                *found = infos[i];
                return *family;
            }
            if (length < size) {
                length += snprintf(names + length, size - length, "%s%s", length ? ", " : "",
                                   infos[i].name);
            }
        }
    }
    return NULL;
}

static OasisStatus parse_dtype(const char *text, OasisDType *dtype, OasisError *err)
{
    for (*dtype = 0; *dtype < OASIS_DTYPES; (*dtype)++) {
        if (!strcmp(text, oasis_dtype_name(*dtype))) {
            return OASIS_OK;
        }
    }
    return oasis_fail(err, OASIS_ERR_USAGE, text, "is no data type; there are f32 and bf16");
}

/* Sets info->dtype to what the caller wants, or to what is faster. */
static OasisStatus choose_dtype(const OasisDeviceParams *params, const OasisBackendFamily *family,
                                OasisDeviceInfo *info, OasisError *err)
{
    if (params->dtype) {
        add_rates(family, params->threads, params->folder, info);
        return parse_dtype(params->dtype, &info->dtype, err);
    }
    if (family->n_shapes) {
        OASIS_TRY(oasis_rates_get(family, info, params->threads, params->folder, info->rates, err));
        info->dtype = oasis_rates_choose(info->rates);
    }
    return OASIS_OK;
}

/* What oasis_device_open gives. */
typedef struct Opened {
    OasisDevice base;
    const OasisBackendFamily *family;
    OasisDeviceInfo info;
    bool automatic; /* any device will do */
    bool renewed;
    int threads;
} Opened;

/* Opens the device that self->info is of. */
static OasisStatus open_device(Opened *self, OasisError *err)
{
    OasisDeviceInfo *info = &self->info;
    OasisBackend *backend;

    OASIS_TRY(self->family->open(info->name, info->dtype, self->threads, &backend, err));
    /* As the family has listed it, but for the memory, which is known best now. */
    info->memory_bytes = backend->info.memory_bytes;
    backend->info = *info;
    self->base.backend = backend;
    return OASIS_OK;
}

/* Opens the processor in place of a device that fails with `err`, which stays where nobody asked
 * for just any device. */
static OasisStatus replace(Opened *self, OasisError *err)
{
    OasisDeviceInfo info;

    if (!self->automatic || self->family == &oasis_backend_cpu ||
        !list(&oasis_backend_cpu, &info, 1) || !info.usable) {
        return OASIS_ERR_DEVICE;
    }
    self->family = &oasis_backend_cpu;
    self->info = info;
    return open_device(self, err);
}

static OasisStatus renew(OasisDevice *device, OasisError *err)
{
    Opened *self = (Opened *)device;
    bool first = !self->renewed;

    self->renewed = true;
    oasis_backend_free(&device->backend);
    if (first && open_device(self, NULL) == OASIS_OK) {
        return OASIS_OK;
    }
    return replace(self, err);
}

/* Fills in which device it is to be. */
static OasisStatus choose(Opened *self, const OasisDeviceParams *params, OasisError *err)
{
    const char *name = params->name && strcmp(params->name, "auto") ? params->name : NULL;
    char names[256];

    self->base.renew = renew;
    self->automatic = !name;
    self->threads = params->threads;
    self->family = find(name, &self->info, names, sizeof names);
    if (!self->family) {
        return oasis_fail(err, OASIS_ERR_DEVICE, name ? name : "auto",
                          name ? "is no device here; there are: %s"
                               : "none of the devices can be used: %s", names);
    }
    if (!self->info.usable) {
        return oasis_fail(err, OASIS_ERR_DEVICE, name, "cannot be used: %s",
                          self->info.reason);
    }
    return choose_dtype(params, self->family, &self->info, err);
}

OasisStatus oasis_device_open(const OasisDeviceParams *params, OasisDevice **device,
                              OasisError *err)
{
    static const OasisDeviceParams defaults = {0};
    Opened *self = calloc(1, sizeof *self);
    OasisStatus status = self ? choose(self, params ? params : &defaults, err)
                              : oasis_fail_memory(err, "device");

    *device = NULL;
    if (status == OASIS_OK) {
        status = open_device(self, err);
        status = status == OASIS_ERR_DEVICE ? replace(self, err) : status;
    }
    if (status != OASIS_OK) {
        free(self);
        return status;
    }
    *device = &self->base;
    return OASIS_OK;
}

const OasisDeviceInfo *oasis_device_info(const OasisDevice *device)
{
    return &((const Opened *)device)->info;
}

OasisStatus oasis_device_profile(OasisDevice *device, OasisError *err)
{
    return oasis_profile_new(&device->backend, err);
}

const OasisProfileRow *oasis_device_profile_rows(OasisDevice *device, size_t *n)
{
    return oasis_profile_rows(device->backend, n);
}

void oasis_device_profile_measure(OasisDevice *device, bool on)
{
    oasis_profile_measure(device->backend, on);
}

void oasis_device_close(OasisDevice **device)
{
    if (!device || !*device) {
        return;
    }
    oasis_backend_free(&(*device)->backend);
    free(*device);
    *device = NULL;
}
