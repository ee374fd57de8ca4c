/* Measuring both dtypes in turn, and keeping the answer: a file of text for each set of conditions.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/rates.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/trial.h"
#include "core/cache-file.h"
#include "core/clock.h"
#include "oasis/status.h"
#include "oasis/version.h"

enum { ROUNDS = 5 };

static const double LONGEST = 1.2;         /* seconds after which no further round begins */
static const double CLEARLY_FASTER = 1.15; /* bf16 than f32 */

/* --- all shapes in both dtypes ---------------------------------------------------------------- */

typedef struct Contest {
    OasisBackend *backends[OASIS_DTYPES]; /* bf16's is NULL where the device lacks it */
    OasisTrial trials[OASIS_DTYPES][OASIS_MAX_RATE_SHAPES];
    int n; /* shapes */
} Contest;

static OasisStatus contest_fill(Contest *self, const OasisBackendFamily *family,
                                const OasisDeviceInfo *info, int threads, OasisError *err)
{
    OASIS_TRY(family->open(info->name, OASIS_F32, threads, &self->backends[OASIS_F32], err));
    if (family->open(info->name, OASIS_BF16, threads, &self->backends[OASIS_BF16], NULL) !=
        OASIS_OK) {
        self->backends[OASIS_BF16] = NULL;
    }
    for (int dtype = 0; dtype < OASIS_DTYPES; dtype++) {
        for (int i = 0; i < family->n_shapes && self->backends[dtype]; i++) {
            OASIS_TRY(oasis_trial_fill(&self->trials[dtype][i], self->backends[dtype],
                                       &family->shapes[i], err));
        }
    }
    self->n = family->n_shapes;
    return OASIS_OK;
}

/* The dtypes take turns, so that what else the machine does meets both. */
static OasisStatus contest_run(Contest *self, double rates[OASIS_DTYPES], OasisError *err)
{
    double start = oasis_seconds_now();

    for (int round = 0; round < ROUNDS && oasis_seconds_now() - start < LONGEST; round++) {
        for (int i = 0; i < self->n; i++) {
            for (int dtype = 0; dtype < OASIS_DTYPES; dtype++) {
                if (self->backends[dtype]) {
                    OASIS_TRY(oasis_trial_time(&self->trials[dtype][i], err));
                }
            }
        }
    }
    for (int dtype = 0; dtype < OASIS_DTYPES; dtype++) {
        double flops = 0, seconds = 0;
        for (int i = 0; i < self->n && self->backends[dtype]; i++) {
            flops += self->trials[dtype][i].flops;
            seconds += self->trials[dtype][i].best;
        }
        rates[dtype] = seconds > 0 ? flops / seconds : 0;
    }
    return OASIS_OK;
}

static void contest_clear(Contest *self)
{
    for (int dtype = 0; dtype < OASIS_DTYPES; dtype++) {
        for (int i = 0; i < OASIS_MAX_RATE_SHAPES; i++) {
            oasis_trial_clear(&self->trials[dtype][i]);
        }
        oasis_backend_free(&self->backends[dtype]);
    }
}

static OasisStatus measure(const OasisBackendFamily *family, const OasisDeviceInfo *info,
                           int threads, double rates[OASIS_DTYPES], OasisError *err)
{
    Contest *self = calloc(1, sizeof *self);
    OasisStatus status;

    if (!self) {
        return oasis_fail_memory(err, info->name);
    }
    status = contest_fill(self, family, info, threads, err);
    if (status == OASIS_OK) {
        status = contest_run(self, rates, err);
    }
    contest_clear(self);
    free(self);
    return status;
}

/* --- keeping ---------------------------------------------------------------------------------- */

void oasis_rates_key(const OasisBackendFamily *family, const OasisDeviceInfo *info, int threads,
                     char *key, size_t size)
{
    char conditions[128];

    family->conditions(threads, conditions, sizeof conditions);
    snprintf(key, size, "%s; %s; %s; engine %d", info->name, info->description, conditions,
             oasis_api_version());
}

bool oasis_rates_read(const OasisBackendFamily *family, const OasisDeviceInfo *info, int threads,
                      const char *folder, double rates[OASIS_DTYPES])
{
    char key[OASIS_RATES_KEY], text[128] = "";
    double f32, bf16;
    uint8_t *kept;
    size_t size;

    if (!folder || !family->n_shapes) {
        return false;
    }
    oasis_rates_key(family, info, threads, key, sizeof key);
    kept = oasis_cache_read(folder, key, &size);
    if (kept && size < sizeof text) {
        memcpy(text, kept, size);
    }
    free(kept);
    if (sscanf(text, "f32 %lf bf16 %lf", &f32, &bf16) != 2 || !(f32 > 0) || !(bf16 >= 0)) {
        return false;
    }
    rates[OASIS_F32] = f32;
    rates[OASIS_BF16] = bf16;
    return true;
}

static void keep(const OasisBackendFamily *family, const OasisDeviceInfo *info, int threads,
                 const char *folder, const double rates[OASIS_DTYPES])
{
    char key[OASIS_RATES_KEY], text[128];

    oasis_rates_key(family, info, threads, key, sizeof key);
    snprintf(text, sizeof text, "f32 %.4g bf16 %.4g", rates[OASIS_F32], rates[OASIS_BF16]);
    oasis_cache_write(folder, key, text, strlen(text));
}

OasisStatus oasis_rates_get(const OasisBackendFamily *family, const OasisDeviceInfo *info,
                            int threads, const char *folder, double rates[OASIS_DTYPES],
                            OasisError *err)
{
    if (oasis_rates_read(family, info, threads, folder, rates)) {
        return OASIS_OK;
    }
    OASIS_TRY(measure(family, info, threads, rates, err));
    if (folder) {
        keep(family, info, threads, folder, rates);
    }
    return OASIS_OK;
}

OasisDType oasis_rates_choose(const double rates[OASIS_DTYPES])
{
    return rates[OASIS_BF16] >= CLEARLY_FASTER * rates[OASIS_F32] ? OASIS_BF16 : OASIS_F32;
}
