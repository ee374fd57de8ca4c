/* What suits each kind of recording: the one table of defaults, for every program.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/analysis.h"
#include "oasis/frame.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A setting that a user chooses overrules its default, and that alone. How a program uses them:
 *
 *     OasisAnalysis *analysis;                    a kept one, or a look (oasis/analysis.h)
 *     const OasisKindDefaults *usual = oasis_kind_defaults(analysis->kind);
 *
 *     media.double_rate = usual->double_rate;     before the film is opened
 *     size.scale = oasis_kind_scale(analysis->kind, &oasis_source_info(source)->format);
 *     if (usual->crop) {
 *         size.crop = oasis_media_source_borders(source, analysis);
 *     }
 *     job.strength = usual->strength * oasis_model_info(model)->default_strength;
 *     job.grain_share = usual->grain;
 *
 * analysis->kind_reasons says in one line why the film is taken for that kind. */
typedef struct OasisKindDefaults {
    const char *name;  /* one word: "tape" */
    const char *label; /* for people, English: "tapes" */
    bool double_rate;  /* deinterlacing makes a frame of each field: motion as on a tube */
    bool crop;         /* borders and torn lines are left out */
    double scale;      /* of pictures below 720 lines */
    double strength;   /* times the model's own default */
    double grain;      /* the share of the source's grain that is given back (oasis/grain.h) */
} OasisKindDefaults;

/* Never NULL; constant. Any thread, as all that follow. */
OASIS_API const OasisKindDefaults *oasis_kind_defaults(OasisKind kind);

/* The kind of that name; OASIS_KINDS if there is none. */
OASIS_API OasisKind oasis_kind_named(const char *name);

/* How many times frames of a format are enlarged: pictures of 720 lines or more, the shorter side
 * of upright ones, stay as large as they are. */
OASIS_API double oasis_kind_scale(OasisKind kind, const OasisFrameFormat *format);

#ifdef __cplusplus
}
#endif
