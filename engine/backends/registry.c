/* The list of back ends, and opening one by name.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "oasis/status.h"

const OasisBackendFamily *const *oasis_backend_families(void)
{
    static const OasisBackendFamily *const families[] = {
        &oasis_backend_cpu,
        &oasis_backend_reference,
        NULL,
    };
    return families;
}

size_t oasis_device_list(OasisDeviceInfo *infos, size_t capacity)
{
    size_t count = 0;

    for (const OasisBackendFamily *const *family = oasis_backend_families(); *family; family++) {
        size_t room = count < capacity ? capacity - count : 0;
        count += (*family)->list(room ? infos + count : NULL, room);
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
        size_t count = (*family)->list(infos, sizeof infos / sizeof *infos);

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
    if (!strcmp(text, "f32")) {
        *dtype = OASIS_F32;
    } else if (!strcmp(text, "bf16")) {
        *dtype = OASIS_BF16;
    } else {
        return oasis_fail(err, OASIS_ERR_USAGE, text, "is no data type; there are f32 and bf16");
    }
    return OASIS_OK;
}

OasisStatus oasis_device_open(const OasisDeviceParams *params, OasisDevice **device,
                              OasisError *err)
{
    const char *name = params ? params->name : NULL;
    const char *dtype_name = params ? params->dtype : NULL;
    const OasisBackendFamily *family;
    OasisDeviceInfo info;
    OasisDevice *self;
    OasisDType dtype;
    OasisStatus status;
    char names[256];

    *device = NULL;
    if (name && !strcmp(name, "auto")) {
        name = NULL;
    }
    family = find(name, &info, names, sizeof names);
    if (!family) {
        return oasis_fail(err, OASIS_ERR_DEVICE, name ? name : "auto",
                          name ? "is no device here; there are: %s"
                               : "none of the devices can be used: %s", names);
    }
    if (!info.usable) {
        return oasis_fail(err, OASIS_ERR_DEVICE, name, "cannot be used: %s", info.reason);
    }

    dtype = info.dtype;
    if (dtype_name) {
        OASIS_TRY(parse_dtype(dtype_name, &dtype, err));
    }

    self = calloc(1, sizeof *self);
    if (!self) {
        return oasis_fail_memory(err, info.name);
    }
    status = family->open(info.name, dtype, params ? params->threads : 0, &self->backend, err);
    if (status != OASIS_OK) {
        free(self);
        return status;
    }
    *device = self;
    return OASIS_OK;
}

const OasisDeviceInfo *oasis_device_info(const OasisDevice *device)
{
    return &device->backend->info;
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
