/* The hash that stands for a weight file, computed when it is asked for, and kept.
 *
 * What is kept is text: a line with the file's size and time of change, its path, the hash.
 * SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/cache-file.h"
#include "model/model-private.h"
#include "model/sha256.h"

enum { HEX_DIGITS = 64 };

/* What must stand before the hash for it to be this file's; NULL where nothing can be kept. The
 * caller frees both. */
static char *describe(const OasisModel *model, char **path)
{
    size_t size;
    int64_t mtime_ns = oasis_tensor_file_mtime_ns(model->file);
    char *text = NULL;

    *path = mtime_ns >= 0 ? realpath(model->path, NULL) : NULL;
    oasis_tensor_file_bytes(model->file, &size);
    if (!*path || asprintf(&text, "%zu %" PRId64 "\n%s\n", size, mtime_ns, *path) < 0) {
        return NULL;
    }
    return text;
}

static bool load(const char *folder, const char *path, const char *text, char identity[65])
{
    size_t size, length = strlen(text);
    char *kept = (char *)oasis_cache_read(folder, path, &size);
    bool fits = kept && size == length + HEX_DIGITS && !memcmp(kept, text, length);

    for (int i = 0; fits && i < HEX_DIGITS; i++) {
        identity[i] = kept[length + (size_t)i];
        fits = strchr("0123456789abcdef", identity[i]) && identity[i];
    }
    identity[HEX_DIGITS] = '\0';
    free(kept);
    return fits;
}

static void save(const char *folder, const char *path, const char *text, const char *identity)
{
    char *kept;
    int size = asprintf(&kept, "%s%s", text, identity);

    if (size > 0) {
        oasis_cache_write(folder, path, kept, (size_t)size);
        free(kept);
    }
}

void oasis_model_identity(const OasisModel *model, const char *folder, char identity[65])
{
    char *path = NULL, *text = folder ? describe(model, &path) : NULL;

    if (!text || !load(folder, path, text, identity)) {
        size_t size;
        const void *bytes = oasis_tensor_file_bytes(model->file, &size);

        oasis_sha256_hex(bytes, size, identity);
        if (text) {
            save(folder, path, text, identity);
        }
    }
    free(text);
    free(path);
}
