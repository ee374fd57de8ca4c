# SPDX-License-Identifier: Apache-2.0
"""What each kind of source is known by, and what becomes of it unless something else is asked."""

import json
import os
import subprocess

import fields
import table
from table import SOURCES, X264, bursts, flag, path, picture, simple

simple("capture.avi", "-c:a", "pcm_s16le", seconds=1,
       video="-c:v huffyuv -pix_fmt yuv422p".split(),
       inputs=[*fields.box(50, "tinterlace=interleave_top", size=(720, 576)), *bursts(1)])
simple("avchd.m2ts", "-c:a", "ac3", seconds=1, inputs=[*picture(1, "25", "1440x1080"), *bursts(1)])
simple("photo.avi", "-c:a", "pcm_u8", video="-c:v mjpeg -q:v 4".split(), rate=11025,
       channels="mono", seconds=1)
simple("web.mp4", "-c:a", "aac", seconds=1)
simple("super8.mov", video="-c:v prores_ks -profile:v 0".split(),
       inputs=picture(1, "16", "320x240"))
simple("high.mp4", "-c:a", "aac", inputs=[*picture(0.4, "25", "1280x720"), *bursts(1)])
simple("upright.mov", "-c:a", "aac", "-metadata", "com.apple.quicktime.make=Apple", "-movflags",
       "use_metadata_tags", inputs=[*picture(0.4, "25", "720x1280"), *bursts(1)])
simple("silent.mkv", video="-c:v ffv1".split(), inputs=flag())


def head_lines():
    """A tape that was captured: fields, in whose last lines the picture lies elsewhere."""
    torn = ("[0:v]split[a][b];[b]crop=iw:8:0:ih-8,scroll=hpos=0.04[c];[a][c]overlay=0:H-8,"
            "tinterlace=interleave_top,format=yuv420p")
    table.testing.ffmpeg("-f", "lavfi", "-t", 1, "-i", "testsrc2=size=720x576:rate=50",
                         *bursts(1), "-filter_complex", torn, *X264, "-x264-params", "tff=1",
                         "-flags", "+ildct+ilme", "-c:a", "aac", path("torn.mp4"))


SOURCES["torn.mp4"] = head_lines

# By file: the kind, a word of its reasons, times the frames, times the size, what is cut off below.
FOUND = {
    "tape-bff.dv": ("tape", "DV", 2, 2, 0),
    "capture.avi": ("tape", "capture", 2, 2, 0),
    "torn.mp4": ("tape", "torn", 2, 2, 8),
    "dvd.vob": ("dvd", "program stream", 1, 2, 0),
    "disc-tff.mpg": ("dvd", "program stream", 2, 2, 0),
    "avchd.m2ts": ("camcorder", "AVCHD", 1, 1, 0),
    "photo.avi": ("camcorder", "JPEG", 1, 2, 0),
    "phone.3gp": ("phone", "early phones", 1, 2, 0),
    "gps.mp4": ("phone", "place", 1, 2, 0),
    "phone90.mp4": ("phone", "turned", 1, 2, 0),
    "upright.mov": ("phone", "names its phone", 1, 1, 0),
    "speech.flv": ("web", "container", 1, 2, 0),
    "opus.webm": ("web", "codec", 1, 2, 0),
    "web.mp4": ("web", "MP4", 1, 2, 0),
    "high.mp4": ("other", "", 1, 1, 0),
    "super8.mov": ("film", "16 to 18", 1, 2, 0),
    "silent.mkv": ("other", "", 1, 2, 0),
}


def ask(command, *names, cache):
    done = subprocess.run([table.CLI, *command, *names], text=True, capture_output=True, check=True,
                          env={**os.environ, "XDG_CACHE_HOME": cache, "OASIS_MODEL_PATH": ""})
    return json.loads(done.stdout)


def check_kind(name, kind, reason, frames, scale, below, cache):
    film = path(name)
    found = ask(["info", "--json"], film, cache=cache)
    assert found["analysis"]["kind"] == kind, found["analysis"]["kind"]
    assert reason in found["analysis"]["kind_reasons"], found["analysis"]["kind_reasons"]
    plan = ["restore", "--model", table.MODEL, "--dtype", "f32", "--dry-run", "--json"]
    usual = ask(plan, film, film + ".mkv", cache=cache)
    assert usual["kind"] == kind, usual["kind"]
    assert usual["frames"] == frames * found["frames"], usual["frames"]
    height = scale * (found["height"] - below)
    assert usual["height"] == height + height % 2, usual["height"]
    assert usual["crop"]["bottom"] == below, usual["crop"]
    # Each of them can be overruled.
    asked = ask([*plan, "--single-rate", "--scale", "1", "--crop", "none"], film, film + ".mkv",
                cache=cache)
    assert (asked["frames"], asked["height"]) == (found["frames"], found["height"]), asked
    asked = ask([*plan, "--kind", "other", "--scale", "1.5"], film, film + ".mkv", cache=cache)
    assert asked["kind"] == "other" and asked["crop"]["bottom"] == 0, asked
    assert asked["height"] >= int(1.5 * found["height"]), asked["height"]


def check_all(cache):
    """How many are taken for something else."""
    faults = 0
    for name, expected in FOUND.items():
        try:
            check_kind(name, *expected, cache=cache)
            print(f"ok kind of {name}")
        except (AssertionError, subprocess.CalledProcessError) as fault:
            faults += 1
            print(f"not ok kind of {name}: {getattr(fault, 'stderr', fault)}")
    return faults
