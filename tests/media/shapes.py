# SPDX-License-Identifier: Apache-2.0
"""The table's rows about a picture's shape: which way up, which part of it, how wide a pixel is."""

from table import BLUE, FFV1, GREEN, GREY, RED, SOURCES, X264, flag, path, row, simple
from testing import ffmpeg

UPRIGHT = [RED, GREEN, BLUE, GREY]
TURNED = {90: [BLUE, RED, GREY, GREEN], 180: [GREY, BLUE, GREEN, RED],
          270: [GREEN, GREY, RED, BLUE]}


def turned(name, *display):
    def make():
        ffmpeg(*flag(), *X264, path("upright-" + name))
        ffmpeg(*display, "-i", path("upright-" + name), "-c", "copy", path(name))
    SOURCES[name] = make


simple("flag.mp4", inputs=flag())
simple("flag.mkv", video=FFV1, inputs=flag())
simple("wide.mkv", video=FFV1, inputs=flag(more=",setsar=16/11"))
simple("narrow.mkv", video=FFV1, inputs=flag(more=",setsar=8/9"))
simple("narrow.mp4", inputs=flag(more=",setsar=8/9"))
simple("bars.mkv", video=FFV1, inputs=flag(border=(7, 5, 3, 9), pixels="yuv444p"))
simple("letterbox.mp4", video=X264, inputs=flag(border=(0, 12, 0, 12)))
simple("dark.mkv", video=FFV1,
       inputs=["-f", "lavfi", "-t", "0.4", "-i", "color=0x080808:s=64x48:r=25,format=yuv420p"])
turned("phone90.mp4", "-display_rotation", -90)
turned("phone180.mov", "-display_rotation", -180)
turned("phone270.mp4", "-display_rotation", -270)
turned("phone90.mkv", "-display_rotation", -90)
turned("mirrored.mov", "-display_hflip")
turned("upside-down.mp4", "-display_vflip")

row("phone90.mp4", "mp4", size=(64, 96), quarters=TURNED[90])
row("phone180.mov", "mp4", size=(96, 64), quarters=TURNED[180])
row("phone270.mp4", "mkv", size=(64, 96), quarters=TURNED[270])
row("phone90.mkv", "mp4", size=(64, 96), quarters=TURNED[90])
row("mirrored.mov", "mp4", quarters=[GREEN, RED, GREY, BLUE])
row("upside-down.mp4", "mkv", quarters=[BLUE, GREY, RED, GREEN])
row("flag.mp4", "mp4", quarters=UPRIGHT, notes=())
for degrees, quarters in TURNED.items():
    row("flag.mp4", "mp4", "--rotate", degrees, quarters=quarters)
row("phone90.mp4", "mp4", "--rotate", 270, size=(96, 64), quarters=UPRIGHT)
row("flag.mp4", "mp4", "--flip", "horizontal", quarters=[GREEN, RED, GREY, BLUE])
row("flag.mp4", "mp4", "--flip", "vertical", quarters=[BLUE, GREY, RED, GREEN])
row("flag.mp4", "mp4", "--rotate", 90, "--flip", "horizontal", size=(64, 96),
    quarters=[RED, BLUE, GREEN, GREY])
row("phone90.mp4", "mp4", "--flip", "vertical", size=(64, 96), quarters=[GREY, GREEN, BLUE, RED])
row("flag.mp4", "mp4", "--rotate", 45, code=2, says="0, 90, 180, 270")

row("wide.mkv", "mp4", size=(96, 64), aspect="16:11", quarters=UPRIGHT)
row("narrow.mp4", "mp4", size=(96, 64), aspect="8:9", quarters=UPRIGHT)
row("narrow.mkv", "mkv", size=(96, 64), aspect="8:9")
row("wide.mkv", "mp4", "--rotate", 90, size=(64, 96), aspect="11:16", quarters=TURNED[90])
row("wide.mkv", "mp4", "--square", size=(140, 64), aspect="1:1", quarters=UPRIGHT)
row("narrow.mkv", "mp4", "--square", size=(96, 72), aspect="1:1", quarters=UPRIGHT)
row("narrow.mkv", "mp4", "--square", "--height", 128, size=(172, 128), aspect="1:1")
row("wide.mkv", "mp4", "--square", "--rotate", 90, size=(64, 140), aspect="1:1",
    quarters=TURNED[90])

row("bars.mkv", "mkv", "--codec", "ffv1", "--crop", "7:5:3:9", size=(96, 64), quarters=UPRIGHT,
    corners=UPRIGHT)
row("bars.mkv", "mkv", "--codec", "ffv1", "--crop", "auto", size=(96, 64), corners=UPRIGHT)
row("bars.mkv", "mkv", "--codec", "ffv1", "--crop", "auto", "--rotate", 90, size=(64, 96),
    corners=TURNED[90])
row("bars.mkv", "mkv", "--codec", "ffv1", size=(106, 78), corners=[(0, 0, 0)] * 4)
row("letterbox.mp4", "mp4", "--crop", "auto", size=(96, 64), quarters=UPRIGHT)
row("letterbox.mp4", "mp4", "--crop", "0:12:48:12", size=(48, 64),
    quarters=[RED, RED, BLUE, BLUE])
row("flag.mkv", "mkv", "--crop", "auto", size=(96, 64), quarters=UPRIGHT)
row("dark.mkv", "mkv", "--crop", "auto", size=(64, 48))
row("flag.mp4", "mp4", "--crop", "48:0:48:0", code=2, says="leaves nothing")
row("flag.mp4", "mp4", "--crop", "1:2:3", code=2, says="LEFT:TOP:RIGHT:BOTTOM")


# --- looking ----------------------------------------------------------------------------------

def check_colours(found, wanted, within=3):
    assert all(abs(a - b) <= within for x, y in zip(found, wanted) for a, b in zip(x, y)), \
        f"{found}, expected {wanted}"


def check_aspect(exported, value):
    video = exported.streams("video")[0]
    assert video.get("sample_aspect_ratio", "1:1") == value, video


def check_corners(exported, value):
    rows = exported.rows()
    check_colours([rows[y][x] for y in (0, -1) for x in (0, -1)], value)


CHECKS = {
    "aspect": check_aspect,
    "corners": check_corners,
    "quarters": lambda exported, value: check_colours(exported.quarters(), value),
}
