/* What a build without FFmpeg says.
 * SPDX-License-Identifier: Apache-2.0 */
#include "oasis/media.h"
#include "test.h"

int main(void)
{
    OasisScreenConverter *converter = oasis_screen_converter_new();
    OasisSource *source = (OasisSource *)-1;
    OasisSink *sink = (OasisSink *)-1;
    OasisMediaPlan *plan = (OasisMediaPlan *)-1;
    OasisError err = {0};

    test_begin();
    CHECK_STATUS(oasis_media_source_open("a.mp4", NULL, &source, &err), OASIS_ERR_UNSUPPORTED,
                 &err);
    CHECK(!source);
    CHECK_STR(err.subject, "a.mp4");
    CHECK_HAS(err.detail, "FFmpeg");
    CHECK_STATUS(oasis_media_sink_open("b.mp4", &(OasisMediaTarget){0}, &sink, &err),
                 OASIS_ERR_UNSUPPORTED, &err);
    CHECK(!sink);
    CHECK_STR(err.subject, "b.mp4");
    CHECK_STATUS(oasis_media_plan_new("b.mp4", &(OasisMediaTarget){0}, NULL, &plan, &err),
                 OASIS_ERR_UNSUPPORTED, &err);
    CHECK(!plan);
    CHECK(oasis_video_codec_find("x264"));
    CHECK(!oasis_video_codec_works(oasis_video_codec_find("x264")));
    CHECK(!converter);
    oasis_screen_converter_free(&converter);
    return test_end();
}
