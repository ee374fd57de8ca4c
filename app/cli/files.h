/* Opening what the user named: raw files by their extension .y4m, everything else as media.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

#include "oasis/device.h"
#include "oasis/media.h"

bool file_is_raw(const char *path);

/* A path without its folders. */
const char *file_name(const char *path);

/* The files of one film; those that were found are freed by film_clear. */
typedef struct Film {
    const char *path;
    const char *const *further; /* that are taken, up to NULL; NULL = none */
    char **found;               /* beside it, up to NULL */
    size_t n_found;
} Film;

/* Looks for files that go on with one. With `join` those that were named (`further`, up to NULL) or
 * else those found are taken; it is a fault then if there are none. */
OasisStatus film_find(Film *film, const char *path, const char *const *further, bool join,
                      OasisError *err) OASIS_MUST_USE;
void film_clear(Film *film); /* all zeros are fine */

OasisStatus file_open_source(const char *path, const OasisMediaParams *params,
                             OasisSource **source, OasisError *err) OASIS_MUST_USE;

/* The path of a model that is named by name or path, NULL = the default. */
/* What is known of a film that is not raw, as oasis_media_analyse has it; kept beside indexes. */
OasisStatus file_analyse(const char *path, const OasisAnalyseParams *params,
                         OasisAnalysis **analysis, OasisError *err) OASIS_MUST_USE;

OasisStatus file_find_model(const char *name, char *path, size_t size,
                            OasisError *err) OASIS_MUST_USE;

/* A device, with what was measured of it before. */
OasisStatus file_open_device(OasisDeviceParams params, OasisDevice **device,
                             OasisError *err) OASIS_MUST_USE;
