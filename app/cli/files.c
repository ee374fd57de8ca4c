/* Opening what the user named.
 * SPDX-License-Identifier: Apache-2.0 */
#include "files.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "folders/folders.h"
#include "oasis/model.h"

bool file_is_raw(const char *path)
{
    const char *dot = strrchr(path, '.');

    return dot && strcasecmp(dot, ".y4m") == 0;
}

const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

OasisStatus film_find(Film *film, const char *path, const char *const *further, bool join,
                      OasisError *err)
{
    *film = (Film){.path = path};
    if (file_is_raw(path)) {
        return OASIS_OK;
    }
    film->n_found = oasis_media_find_further(path, &film->found);
    if (join && !further && film->n_found == 0) {
        return oasis_fail(err, OASIS_ERR_USAGE, "--join",
                          "no file beside \"%s\" seems to go on with it; name them all", path);
    }
    film->further = !join ? NULL : further ? further : (const char *const *)film->found;
    return OASIS_OK;
}

void film_clear(Film *film)
{
    oasis_media_free_further(&film->found);
}

OasisStatus file_open_source(const char *path, const OasisMediaParams *params,
                             OasisSource **source, OasisError *err)
{
    OasisMediaParams media = *params;
    char folder[4096];

    if (file_is_raw(path)) {
        return oasis_y4m_source_open(path, source, err);
    }
    media.index_folder = folders_cache("index", folder, sizeof folder);
    return oasis_media_source_open(path, &media, source, err);
}

OasisStatus file_analyse(const char *path, const OasisAnalyseParams *params,
                         OasisAnalysis **analysis, OasisError *err)
{
    OasisAnalyseParams media = *params;
    char folder[4096];

    media.index_folder = folders_cache("index", folder, sizeof folder);
    return oasis_media_analyse(path, &media, analysis, err);
}

OasisStatus file_find_model(const char *name, char *path, size_t size, OasisError *err)
{
    char **folders = folders_models();
    OasisStatus status;

    if (!folders) {
        return oasis_fail_memory(err, "models");
    }
    status = oasis_model_find(name, (const char *const *)folders, path, size, err);
    free(folders);
    return status;
}

OasisStatus file_open_device(OasisDeviceParams params, OasisDevice **device, OasisError *err)
{
    char folder[4096];

    params.folder = folders_cache("devices", folder, sizeof folder);
    return oasis_device_open(&params, device, err);
}
