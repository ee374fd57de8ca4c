/* Cards that no back end is for: named, so that nobody wonders whether his is used.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/other.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "oasis/status.h"

static const struct {
    unsigned vendor; /* its PCI number */
    const char *name, *who;
} makers[] = {
    {0x1002, "amd", "AMD"},
    {0x8086, "intel", "Intel"},
};
enum { MAKERS = sizeof makers / sizeof *makers };

/* The PCI number of the vendor of an entry of the folder; 0 if it has none. */
static unsigned read_vendor(const char *folder, const char *entry)
{
    char path[512];
    unsigned vendor = 0;
    FILE *file;

    snprintf(path, sizeof path, "%s/%s/device/vendor", folder, entry);
    file = fopen(path, "re");
    if (file && fscanf(file, "%x", &vendor) != 1) {
        vendor = 0;
    }
    if (file) {
        fclose(file);
    }
    return vendor;
}

/* Which makers' cards the folder has. */
static void find(const char *folder, bool found[MAKERS])
{
    DIR *entries = opendir(folder);
    struct dirent *entry;

    while (entries && (entry = readdir(entries))) {
        unsigned vendor = strncmp(entry->d_name, "card", 4) ? 0
                                                            : read_vendor(folder, entry->d_name);
        for (size_t i = 0; i < MAKERS; i++) {
            found[i] |= vendor == makers[i].vendor;
        }
    }
    if (entries) {
        closedir(entries);
    }
}

static OasisDeviceInfo describe(const char *name, const char *who)
{
    OasisDeviceInfo info = {0};

    snprintf(info.name, sizeof info.name, "%s", name);
    snprintf(info.description, sizeof info.description, "graphics of %s", who);
    snprintf(info.reason, sizeof info.reason,
             "cards of %s are not supported yet; the processor is used", who);
    return info;
}

size_t oasis_other_cards(const char *folder, OasisDeviceInfo *infos, size_t capacity)
{
    bool found[MAKERS] = {false};
    size_t n = 0;

    find(folder, found);
    for (size_t i = 0; i < MAKERS; i++) {
        if (found[i] && n++ < capacity) {
            infos[n - 1] = describe(makers[i].name, makers[i].who);
        }
    }
    return n;
}

static size_t list(OasisDeviceInfo *infos, size_t capacity)
{
    return oasis_other_cards("/sys/class/drm", infos, capacity);
}

static OasisStatus open_other(const char *name, OasisDType dtype, int threads,
                              OasisBackend **backend, OasisError *err)
{
    return oasis_fail(err, OASIS_ERR_UNSUPPORTED, name, "no back end is for this card");
}

const OasisBackendFamily oasis_backend_other = {
    .name = "other",
    .list = list,
    .open = open_other,
};
