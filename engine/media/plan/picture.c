/* Planning a file: how its picture is encoded.
 * SPDX-License-Identifier: Apache-2.0 */
#include <libavutil/pixdesc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "media/base/pixels.h"
#include "media/formats/target-pixels.h"
#include "media/plan/planning.h"

/* Players show HDR in HEVC, hardly any in H.264. */
static const char *usual_codec(const OasisMuxer *muxer, const OasisFrameFormat *format)
{
    const OasisVideoCodec *hevc = oasis_video_codec_find("x265");

    return oasis_frame_format_is_hdr(format) && strcmp(muxer->codec, "x264") == 0 &&
                   oasis_video_codec_works(hevc)
               ? hevc->name
               : muxer->codec;
}

static OasisStatus choose_codec(OasisPlanning *planning, OasisError *err)
{
    const OasisMediaTarget *target = planning->target;
    const char *container = planning->muxer->container;
    OasisMediaPlan *plan = planning->plan;
    const OasisVideoCodec *codec = oasis_video_codec_find(
        target->codec ? target->codec : usual_codec(planning->muxer, &target->target.format));

    if (!codec) {
        return oasis_fail(err, OASIS_ERR_USAGE, planning->path,
                          "there is no codec \"%s\"; choose x264 or ffv1, or see the help for more",
                          target->codec);
    }
    if (!oasis_video_codec_fits(codec, container)) {
        return oasis_fail(err, OASIS_ERR_OUTPUT, planning->path,
                          "%s does not go into %s files; end the name in .%.*s or choose %s",
                          codec->label, container, (int)strcspn(codec->containers, " "),
                          codec->containers, planning->muxer->codec);
    }
    if (!oasis_video_codec_works(codec)) {
        return oasis_fail(err, OASIS_ERR_UNSUPPORTED, planning->path,
                          codec->hardware ? "this machine cannot encode %s by its hardware; choose "
                                            "x264"
                                          : "this FFmpeg has no %s encoder; choose another codec",
                          codec->label);
    }
    plan->quality = target->quality >= 0 ? target->quality : codec->quality;
    if (codec->worst == 0 ? target->quality > 0
                          : !(plan->quality >= codec->best && plan->quality <= codec->worst)) {
        return codec->worst == 0
                   ? oasis_fail(err, OASIS_ERR_USAGE, planning->path,
                                "%s has no quality to choose; leave it out", codec->label)
                   : oasis_fail(err, OASIS_ERR_USAGE, planning->path,
                                "a quality (CRF) of %g is out of range for %s; choose %g (largest "
                                "file) to %g (smallest)",
                                plan->quality, codec->label, codec->best, codec->worst);
    }
    plan->preset = strdup(target->preset ? target->preset : codec->preset);
    if (!plan->preset) {
        return oasis_fail_memory(err, planning->path);
    }
    if (target->preset && !oasis_word_is_in(target->preset, codec->presets)) {
        return oasis_fail(err, OASIS_ERR_USAGE, planning->path,
                          "%s has no preset \"%s\"; choose one of %s", codec->label, target->preset,
                          *codec->presets ? codec->presets : "another codec's");
    }
    plan->codec = codec;
    plan->bit_rate = target->bit_rate;
    if ((target->bit_rate > 0 || target->file_bytes > 0) && codec->worst == 0) {
        return oasis_fail(err, OASIS_ERR_USAGE, planning->path,
                          "%s has no bit rate to choose; leave it out", codec->label);
    }
    if ((target->quality >= 0) + (target->bit_rate > 0) + (target->file_bytes > 0) > 1) {
        return oasis_fail(err, OASIS_ERR_USAGE, planning->path,
                          "give a quality, a bit rate or a size; each follows from the other");
    }
    return OASIS_OK;
}

static void note_pixels(OasisPlanning *planning, enum AVPixelFormat pixels)
{
    const OasisFrameFormat *from = &planning->target->target.format;
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get(pixels);
    const char *before =
        from->planes == 1 ? "grey"
                          : oasis_pixels_subsampling(oasis_pixels_for_format(from));
    const char *after = oasis_pixels_subsampling(pixels);
    const bool finer = desc->nb_components >= from->planes &&
                       desc->log2_chroma_w <= from->chroma_shift_x &&
                       desc->log2_chroma_h <= from->chroma_shift_y;
    const bool odd[] = {from->width % 2, from->height % 2};
    const bool column = odd[0] && desc->log2_chroma_w, row = odd[1] && desc->log2_chroma_h;

    if (strcmp(before, after) != 0 && from->planes == 3) {
        const bool asked = planning->target->pixels;
        OasisPlanNote *note =
            oasis_planning_note(planning,
                                asked   ? OASIS_NOTE_COLOUR_AS_ASKED
                                : finer ? OASIS_NOTE_COLOUR_FOR_CODEC
                                        : OASIS_NOTE_COLOUR_FOR_PLAYERS,
                                !finer && !asked);

        snprintf(note->codec, sizeof note->codec, "%s", before);
        snprintf(note->to, sizeof note->to, "%s", after);
    }
    if (desc->comp[0].depth < from->depth) {
        OasisPlanNote *note = oasis_planning_note(planning, OASIS_NOTE_DEPTH, true);

        note->before = from->depth;
        note->after = desc->comp[0].depth;
    }
    if (column || row) {
        OasisPlanNote *note =
            oasis_planning_note(planning,
                                column && row ? OASIS_NOTE_COLUMN_AND_ROW_REPEATED
                                : column      ? OASIS_NOTE_COLUMN_REPEATED
                                              : OASIS_NOTE_ROW_REPEATED,
                                false);

        snprintf(note->to, sizeof note->to, "%s", after);
    }
}

static void note_curve(OasisPlanning *planning, OasisNoteKind kind, bool loss)
{
    OasisPlanNote *note = oasis_planning_note(planning, kind, loss);

    snprintf(note->codec, sizeof note->codec, "%s",
             planning->target->target.format.transfer == OASIS_H273_PQ ? "HDR10" : "HLG");
}

static void note_source(OasisPlanning *planning)
{
    const OasisMediaInfo *info = planning->info;

    if (info && info->shape_changes > 0) {
        oasis_planning_note(planning, OASIS_NOTE_SHAPES_FITTED, false)->before =
            info->shape_changes;
    }
    if (info && info->concealed > 0) {
        oasis_planning_note(planning, OASIS_NOTE_CONCEALED, false)->before = (int)info->concealed;
    }
    if (info && info->alpha) {
        oasis_planning_note(planning, OASIS_NOTE_ALPHA, false);
    }
}

static void note_hdr(OasisPlanning *planning)
{
    if (!oasis_frame_format_is_hdr(&planning->target->target.format)) {
        return;
    }
    if (planning->info) {
        planning->plan->mastering = planning->info->mastering;
    }
    if (planning->info && planning->info->dolby > 0) {
        note_curve(planning, OASIS_NOTE_DOLBY_LEFT_OUT, true);
    }
    if (planning->muxer->images) {
        note_curve(planning, OASIS_NOTE_HDR_UNSAID, true);
    } else if (strcmp(planning->plan->codec->encoder, "libx264") == 0) {
        note_curve(planning, OASIS_NOTE_HDR_IN_H264, false);
    }
}

OasisStatus oasis_plan_picture(OasisPlanning *planning, OasisError *err)
{
    OasisMediaPlan *plan = planning->plan;
    enum AVPixelFormat pixels;

    OASIS_TRY(choose_codec(planning, err));
    OASIS_TRY(oasis_target_pixels(planning->path, planning->target, plan->codec, planning->muxer,
                                  &pixels, err));
    plan->pixels = av_get_pix_fmt_name(pixels);
    note_pixels(planning, pixels);
    note_hdr(planning);
    note_source(planning);
    return OASIS_OK;
}
