# SPDX-License-Identifier: Apache-2.0
"""The table's rows about colour and about which picture of a file it is: flat patches stay what
they are, in whatever samples they are coded; of several pictures the right one is taken, and what
changes its size on the way is fitted."""

import shapes
import testing
from table import BLUE, FFV1, RED, SOURCES, X264, bursts, flag, path, picture, row, simple

UPRIGHT = shapes.UPRIGHT
BLACK = (0, 0, 0)
UNTAGGED = ",setparams=colorspace=unknown"


def same(name, target="mkv", *options, **expected):
    row(name, target, *options, quarters=UPRIGHT, **expected)


# Every usual way of samples.
for pixels in ("yuv411p", "yuv410p", "yuv440p", "yuv444p", "yuv422p", "yuv420p9", "yuv420p10",
               "yuv422p12", "yuv444p14", "gbrp", "gbrp10", "bgr0"):
    simple(f"{pixels}.mkv", video=[*FFV1, "-pix_fmt", pixels],
           inputs=flag(seconds=0.2, pixels=pixels))
simple("pal8.mov", video="-c:v png -pix_fmt pal8".split(),
       inputs=flag(seconds=0.2, pixels="gbrp", more=",trim=end_frame=5,split[a][b];[a]palettegen="
                   "reserve_transparent=0[p];[b][p]paletteuse=dither=none"))
for name in ("yuv411p.mkv", "yuv410p.mkv", "yuv440p.mkv", "yuv420p9.mkv", "yuv422p12.mkv",
             "yuv444p14.mkv", "gbrp10.mkv", "bgr0.mkv", "pal8.mov"):
    same(name, "mp4")
for name, pixels in (("yuv411p.mkv", "yuv422p"), ("yuv410p.mkv", "yuv420p"),
                     ("yuv444p.mkv", "yuv444p"), ("yuv422p.mkv", "yuv422p"),
                     ("yuv420p10.mkv", "yuv420p10le"), ("yuv422p12.mkv", "yuv422p10le"),
                     ("gbrp.mkv", "yuv444p")):
    same(name, "mkv", "--codec", "ffv1", pixels=pixels)

# Matrices and ranges, told and untold.
for matrix in "bt709", "smpte170m", "smpte240m", "fcc", "bt2020":
    simple(f"{matrix}.mkv", video=FFV1, inputs=flag(seconds=0.2, matrix=matrix))
    same(f"{matrix}.mkv", "mp4")
simple("full.mp4", inputs=flag(seconds=0.2, range="pc"))
simple("full.avi", video="-c:v mjpeg -q:v 2 -pix_fmt yuvj420p".split(),
       inputs=flag(seconds=0.2, range="pc"))
simple("untold.mkv", video=FFV1, inputs=flag(seconds=0.2, more=UNTAGGED))
simple("untold-high.mkv", video=FFV1,
       inputs=flag("64x720", seconds=0.2, matrix="bt709", more=UNTAGGED))
simple("untold-wide.mkv", video=FFV1,
       inputs=flag("1280x64", seconds=0.2, matrix="bt709", more=UNTAGGED))
for name in "full.mp4", "full.avi", "untold.mkv", "untold-high.mkv", "untold-wide.mkv":
    same(name, "mp4")

# Transparent parts lie over black.
for pixels, codec, ending in (("rgba", "png", "mov"), ("yuva420p", "ffv1", "mkv"),
                              ("yuva444p10", "prores_ks", "mov")):
    simple(f"{pixels}.{ending}", video=["-c:v", codec, "-pix_fmt", pixels],
           inputs=flag(seconds=0.2, pixels="gbrap", matrix="bt709",
                       more=",geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='if(lt(X,W/2),255,0)'"))
    row(f"{pixels}.{ending}", "mp4", quarters=[RED, BLACK, BLUE, BLACK],
        notes=["transparent parts lie over black"])

# Sizes at the edge of what is possible.
simple("one.mkv", video=[*FFV1, "-pix_fmt", "yuv444p"],
       inputs=["-f", "lavfi", "-t", "0.2", "-i", "color=0x406080:s=1x1:r=25,format=yuv444p"])
simple("tower.mkv", video=FFV1, inputs=flag("8x2048", seconds=0.12, pixels="yuv444p"))
simple("plank.mkv", video=FFV1, inputs=flag("2048x8", seconds=0.12, pixels="yuv444p"))
row("one.mkv", "mkv", "--codec", "ffv1", size=(1, 1), frames=5)
row("one.mkv", "mp4", size=(2, 2), frames=5, notes=["repeated"])
same("tower.mkv", "mkv", "--codec", "ffv1", size=(8, 2048), frames=3)
same("plank.mkv", "mkv", "--codec", "ffv1", size=(2048, 8), frames=3)


# --- which picture ----------------------------------------------------------------------------

def several(name, *more):
    """A small picture, the film, and a picture that stands for the file."""
    def make():
        testing.ffmpeg(*flag("32x32", 0.04), path("icon.png"))
        testing.ffmpeg(*picture(0.4, size="48x32"), *flag(), "-i", path("icon.png"), *bursts(1),
                       "-map", 0, "-map", 1, "-map", 2, "-map", 3, *X264, "-c:v:2", "png",
                       "-pix_fmt:v:2", "rgb24", "-disposition:v:2", "attached_pic", "-c:a", "aac",
                       *more, path(name))
    SOURCES[name] = make


several("several.mp4")
simple("several.ts", "-map", 0, "-map", 1, inputs=[*picture(0.4, size="48x32"), *flag()])
several("several-default.mp4", "-disposition:v:0", "default", "-disposition:v:1", "0")
same("several.ts", "mp4", size=(96, 64), notes=["video 1 left out: h264, 48×32"])
row("several.mp4", "mp4", size=(48, 32), covers=1) # which is what the file calls its own
row("several.mp4", "mp4", "--stream", 0, size=(48, 32), notes=["video 2 left out: h264, 96×64"])
same("several.mp4", "mp4", "--stream", 1, size=(96, 64), sounds=1)
row("several-default.mp4", "mp4", size=(48, 32))
row("several.mp4", "mp4", "--stream", 2, code=2, says="no moving picture of number 2")
row("several.mp4", "mp4", "--stream", 9, code=2, says="rekindle-cli info names its tracks")

MPEG2 = "-c:v mpeg2video -q:v 2 -g 6 -bf 0 -pix_fmt yuv420p".split()


def changing(name, *parts):
    """Stretches behind one another in one stream, each with options of its own."""
    def make():
        data = b""
        for n, (inputs, options) in enumerate(parts):
            part = path(f"{n}-{name}")
            testing.ffmpeg(*inputs, *MPEG2, *options, "-output_ts_offset", n + 1, part)
            with open(part, "rb") as file:
                data += file.read()
        with open(path(name), "wb") as file:
            file.write(data)
    SOURCES[name] = make


changing("narrower.ts", (flag("96x64", 0.4), ()), (flag("64x64", 0.8), ()))
changing("wider.ts", (flag("96x64", 0.8), ()), (flag("64x64", 0.4), ()))
changing("aspect.ts", (flag("96x64", 0.4), ("-aspect", "4:3")),
         (flag("96x64", 0.8), ("-aspect", "16:9")))
# FFmpeg's decoder drops the one frame that it holds when the size changes.
row("narrower.ts", "mkv", size=(64, 64), frames=29, corners=[BLACK] * 4, quarters=UPRIGHT,
    notes=["size or aspect changes 1 time"])
row("wider.ts", "mkv", size=(96, 64), frames=29, quarters=UPRIGHT,
    notes=["size or aspect changes 1 time"], bars_at=(22, [BLACK] * 4))
row("aspect.ts", "mkv", size=(96, 64), frames=29, aspect="32:27", corners=[BLACK] * 4,
    quarters=UPRIGHT, notes=["size or aspect changes 1 time"])


def damaged(name, *codec):
    def make():
        whole = path("whole-" + name)
        testing.ffmpeg(*picture(2, size="320x240"), *codec, whole)
        with open(whole, "rb") as file:
            data = bytearray(file.read())
        middle = len(data) // 2
        for at in range(middle, middle + 4000, 7):
            data[at] ^= 0x5a
        with open(path(name), "wb") as file:
            file.write(data)
    SOURCES[name] = make


damaged("damaged.avi", *"-c:v mpeg4 -q:v 4 -g 12".split())
row("damaged.avi", "mp4", frames=50, steps=0.04, notes=["could not be decoded whole"])


def check_bars_at(exported, value):
    number, corners = value
    rows = exported.rows(number)
    shapes.check_colours([rows[y][x] for y in (0, -1) for x in (0, -1)], corners)


CHECKS = {"bars_at": check_bars_at}
