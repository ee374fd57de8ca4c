/* What a build without FFmpeg answers.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/base/announce.h"
#include "media/encode/piece-writer.h"
#include "media/sink/joiner.h"
#include "oasis/analysis.h"
#include "oasis/media.h"
#include "oasis/status.h"

static OasisStatus refuse(const char *subject, OasisError *err)
{
    return oasis_fail(err, OASIS_ERR_UNSUPPORTED, subject,
                      "this build reads and writes raw video (.y4m) only; install one with FFmpeg");
}

OasisStatus oasis_media_source_open(const char *path, const OasisMediaParams *params,
                                    OasisSource **source, OasisError *err)
{
    *source = NULL;
    return refuse(path, err);
}

OasisStatus oasis_media_analyse(const char *path, const OasisAnalyseParams *params,
                                OasisAnalysis **analysis, OasisError *err)
{
    *analysis = NULL;
    return refuse(path, err);
}

const char *oasis_media_version(void)
{
    return NULL;
}

const OasisMediaInfo *oasis_media_source_info(OasisSource *source)
{
    static const OasisMediaInfo none = {.container = "", .video_codec = ""};

    return &none;
}

const int64_t *oasis_media_source_cuts(OasisSource *source, size_t *count)
{
    *count = 0;
    return NULL;
}

OasisCrop oasis_media_source_borders(OasisSource *source, const OasisAnalysis *analysis)
{
    return (OasisCrop){0};
}

OasisStatus oasis_media_sink_open(const char *path, const OasisMediaTarget *target,
                                  OasisSink **sink, OasisError *err)
{
    *sink = NULL;
    return refuse(path, err);
}

OasisStatus oasis_media_plan_new(const char *path, const OasisMediaTarget *target,
                                 const OasisMediaInfo *info, OasisMediaPlan **plan,
                                 OasisError *err)
{
    *plan = NULL;
    return refuse(path, err);
}

void oasis_media_plan_free(OasisMediaPlan **plan)
{
    *plan = NULL;
}

bool oasis_video_codec_works(const OasisVideoCodec *codec)
{
    return false;
}

OasisScreenConverter *oasis_screen_converter_new(void)
{
    return NULL;
}

void oasis_screen_converter_free(OasisScreenConverter **converter)
{
    *converter = NULL;
}

OasisStatus oasis_screen_convert(OasisScreenConverter *converter, const OasisFrame *frame,
                                 const OasisCrop *crop, int width, int height, uint8_t *rgba,
                                 ptrdiff_t stride, OasisError *err)
{
    return refuse("oasis_screen_convert", err);
}

OasisStatus oasis_announce(const char *name, const OasisMediaPlan *plan,
                           const OasisMediaTarget *target, OasisError *err)
{
    return refuse(name, err);
}

int oasis_encoder_threads(void)
{
    return 1;
}

OasisStatus oasis_piece_writer_new(const OasisPieceParams *params, int fd,
                                   OasisPieceWriter **writer, OasisError *err)
{
    *writer = NULL;
    return refuse(params->name, err);
}

OasisStatus oasis_piece_writer_write(OasisPieceWriter *writer, OasisFrame *frame, int64_t zero_pts,
                                     OasisError *err)
{
    return refuse("oasis_piece_writer_write", err);
}

OasisStatus oasis_piece_writer_finish(OasisPieceWriter *writer, OasisPieceFacts *facts,
                                      OasisError *err)
{
    return refuse("oasis_piece_writer_finish", err);
}

void oasis_piece_writer_free(OasisPieceWriter **writer)
{
    *writer = NULL;
}

OasisStatus oasis_join(const OasisJoinParams *params, OasisPartFile *part, size_t *damaged,
                       OasisError *err)
{
    return refuse(params->pieces->name, err);
}
