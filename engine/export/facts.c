/* What an export's pictures depend on.
 * SPDX-License-Identifier: Apache-2.0 */
#include "export/facts.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/cache-file.h"
#include "model/restorer.h"
#include "oasis/version.h"

enum {
    SAMPLES = 64, /* of a source's file, spread over it */
    SAMPLE = 1 << 16,
};

/* Of these facts another value changes no more than what rounding does. */
static const char MACHINE[] = "device", LIBRARY[] = "library", PROGRAM[] = "program";

/* --- lists of them ---------------------------------------------------------------------------- */

static OasisFact *find(const OasisFacts *facts, const char *name)
{
    for (size_t i = 0; i < facts->n; i++) {
        if (strcmp(facts->items[i].name, name) == 0) {
            return &facts->items[i];
        }
    }
    return NULL;
}

const char *oasis_facts_get(const OasisFacts *facts, const char *name)
{
    const OasisFact *fact = find(facts, name);

    return fact ? fact->value : NULL;
}

static OasisFact *add(OasisFacts *facts, const char *name)
{
    OasisFact *items = facts->items;

    if (facts->n == facts->room) {
        const size_t room = facts->room ? 2 * facts->room : 16;

        items = realloc(items, room * sizeof *items);
        if (!items) {
            return NULL;
        }
        facts->items = items;
        facts->room = room;
    }
    items[facts->n] = (OasisFact){.name = strdup(name)};
    return items[facts->n].name ? &items[facts->n++] : NULL;
}

bool oasis_facts_add(OasisFacts *facts, const char *name, const char *format, ...)
{
    OasisFact *fact = find(facts, name);
    char *value;
    va_list args;
    int length;

    va_start(args, format);
    length = vasprintf(&value, format, args);
    va_end(args);
    if (length < 0) {
        return false;
    }
    fact = fact ? fact : add(facts, name);
    if (!fact) {
        free(value);
        return false;
    }
    for (char *at = value; (at = strchr(at, '\n'));) {
        *at = ' ';
    }
    free(fact->value);
    fact->value = value;
    return true;
}

void oasis_facts_clear(OasisFacts *facts)
{
    for (size_t i = 0; i < facts->n; i++) {
        free(facts->items[i].name);
        free(facts->items[i].value);
    }
    free(facts->items);
    *facts = (OasisFacts){0};
}

/* --- those of an export ----------------------------------------------------------------------- */

/* A copy, or a file whose time was touched, is the same source. Not all of a film is read for it.
 * */
static bool add_file(OasisFacts *facts, const char *name, const char *path)
{
    const int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    uint8_t *sample = fd >= 0 ? malloc(SAMPLE) : NULL;
    uint64_t sum = oasis_cache_hash(NULL, 0);
    struct stat info = {0};

    if (sample && fstat(fd, &info) == 0) {
        const int64_t stride = info.st_size / SAMPLES;

        for (int i = 0; i <= SAMPLES; i++) {
            const int64_t at = i < SAMPLES ? i * stride : info.st_size - SAMPLE;
            const ssize_t got = pread(fd, sample, SAMPLE, at > 0 ? at : 0);

            sum = oasis_cache_hash_on(sum, sample, got > 0 ? (size_t)got : 0);
        }
    }
    if (fd >= 0) {
        close(fd);
    }
    free(sample);
    return oasis_facts_add(facts, name, "%" PRId64 " bytes, %016" PRIx64,
                           (int64_t)info.st_size, sum);
}

static bool add_source(OasisFacts *facts, const OasisMediaTarget *target)
{
    bool added = add_file(facts, "source", target->target.original) &&
                 oasis_facts_add(facts, "track", "%d", target->stream);

    for (int i = 0; added && target->further && target->further[i]; i++) {
        char name[32];

        snprintf(name, sizeof name, "further file %d", i + 1);
        added = add_file(facts, name, target->further[i]);
    }
    return added;
}

/* "0 to 100, 250 to 300" */
static bool add_ranges(OasisFacts *facts, const OasisJobParams *job)
{
    const int64_t end = job->end ? job->end : oasis_source_info(job->source)->frames;
    char *words;
    bool added = asprintf(&words, "%" PRId64 " to %" PRId64, job->first, end) >= 0;

    for (size_t i = 0; i < job->n_further && added; i++) {
        char *before = words;

        added = asprintf(&words, "%s, %" PRId64 " to %" PRId64, before, job->further[i].first,
                         job->further[i].end) >= 0;
        free(before);
    }
    if (!added) {
        return false;
    }
    added = oasis_facts_add(facts, "range", "%s", words);
    free(words);
    return added;
}

static bool add_pictures(OasisFacts *facts, const OasisExportParams *params)
{
    const OasisJobParams *job = params->job;
    const OasisSourceInfo *info = oasis_source_info(job->source);
    const OasisFrameFormat *from = &info->format, *to = &job->output;

    return oasis_facts_add(facts, "source's pictures",
                           "%" PRId64 " of %dx%d, %d bits, %d planes, chroma %d:%d", info->frames,
                           from->width, from->height, from->depth, from->planes,
                           from->chroma_shift_x, from->chroma_shift_y) &&
           oasis_facts_add(facts, "way of deinterlacing", "%s, %016" PRIx64,
                           params->info && params->info->deinterlaced ? "fields apart"
                                                                      : "frames whole",
                           params->info ? params->info->making : 0) &&
           oasis_facts_add(facts, "turn", "%d degrees%s", params->info ? params->info->rotation : 0,
                           params->info && params->info->mirrored ? ", mirrored" : "") &&
           oasis_facts_add(facts, "crop", "%d:%d:%d:%d", job->crop.left, job->crop.top,
                           job->crop.right, job->crop.bottom) &&
           add_ranges(facts, job) &&
           oasis_facts_add(facts, "size", "%dx%d, %d bits, %d planes, chroma %d:%d", to->width,
                           to->height, to->depth, to->planes, to->chroma_shift_x,
                           to->chroma_shift_y) &&
           oasis_facts_add(facts, "strength", "%g", job->strength) &&
           oasis_facts_add(facts, "grain", "%g, %016" PRIx64, job->grain ? job->grain_share : 0,
                           oasis_cache_hash(job->grain, job->grain ? sizeof *job->grain : 0)) &&
           oasis_facts_add(facts, "scene cuts", "%zu, %016" PRIx64, job->cuts ? job->n_cuts : 0,
                           oasis_cache_hash(job->cuts,
                                            job->cuts ? job->n_cuts * sizeof *job->cuts : 0));
}

static bool add_encoding(OasisFacts *facts, const OasisMediaPlan *plan)
{
    return oasis_facts_add(facts, "codec", "%s", plan->codec->name) &&
           oasis_facts_add(facts, "quality", "%g", plan->quality) &&
           oasis_facts_add(facts, "bit rate", "%" PRId64, plan->bit_rate) &&
           oasis_facts_add(facts, "encoder preset", "%s", plan->preset) &&
           oasis_facts_add(facts, "pixel format", "%s", plan->pixels);
}

static void add_once(char *words, size_t size, const char *word)
{
    const size_t used = strlen(words);

    if (!strstr(words, word)) {
        snprintf(words + used, size - used, "%s%s", used ? ", " : "", word);
    }
}

/* All devices that take part, each kind once. */
static bool add_devices(OasisFacts *facts, const OasisJobParams *job)
{
    char kinds[1024] = "", libraries[256] = "";

    for (int i = 0; i < job->n_restorers; i++) {
        const OasisDeviceInfo *device = oasis_restorer_device(job->restorers[i]);
        const int length = (int)strcspn(device->name, ":");
        char kind[256];

        snprintf(kind, sizeof kind, "%.*s (%s) in %s", length, device->name, device->description,
                 oasis_dtype_name(device->dtype));
        add_once(kinds, sizeof kinds, kind);
        add_once(libraries, sizeof libraries, device->library);
    }
    return oasis_facts_add(facts, MACHINE, "%s", kinds) &&
           oasis_facts_add(facts, LIBRARY, "%s", libraries);
}

static bool add_model(OasisFacts *facts, const OasisExportParams *params)
{
    const OasisRestorer *restorer = params->job->restorers[0];
    char identity[65];

    oasis_restorer_identity(restorer, params->identity_folder, identity);
    return oasis_facts_add(facts, "model", "%s, %s", oasis_restorer_model(restorer)->name,
                           identity);
}

OasisStatus oasis_facts_collect(const OasisExportParams *params, const OasisMediaPlan *plan,
                                OasisFacts *facts, OasisError *err)
{
    const char *ffmpeg = oasis_media_version();
    bool added = add_source(facts, params->target) &&
                 add_pictures(facts, params) && add_encoding(facts, plan) &&
                 oasis_facts_add(facts, PROGRAM, "%s, engine %d, FFmpeg %s",
                                 params->version ? params->version : "", oasis_api_version(),
                                 ffmpeg ? ffmpeg : "");

    if (added && params->job->n_restorers > 0) {
        added = add_model(facts, params) && add_devices(facts, params->job);
    }
    return added ? OASIS_OK : oasis_fail_memory(err, params->path);
}

static bool is_machine(const char *fact)
{
    return strcmp(fact, MACHINE) == 0 || strcmp(fact, LIBRARY) == 0 || strcmp(fact, PROGRAM) == 0;
}

OasisStatus oasis_facts_compare(const OasisFacts *then, const OasisFacts *now, const char *target,
                                bool any_device, OasisError *err)
{
    for (size_t i = 0; i < now->n; i++) {
        const OasisFact *fact = &now->items[i];
        const char *before = oasis_facts_get(then, fact->name);

        if (any_device && is_machine(fact->name)) {
            continue;
        }
        if (!before || strcmp(before, fact->value) != 0) {
            return oasis_fail(err, OASIS_ERR_DIFFERS, target,
                              "unfinished work lies there that was begun with another %s (%s, now "
                              "%s); go on as it was begun, or start over",
                              fact->name, before ? before : "unknown", fact->value);
        }
    }
    return OASIS_OK;
}
