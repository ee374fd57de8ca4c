# SPDX-License-Identifier: Apache-2.0
"""Nothing is lost on the way out: a table of kinds of files, each exported and read back."""

import concurrent.futures
import os
import re
import shutil
import sys
import traceback

import colours
import fields
import hdr
import kinds
import shapes  # which adds its own rows
import table
from table import FOLDER, ROWS, SOURCES, X264, bursts, path, picture, row, simple, source
from testing import ffmpeg, need

need("ffmpeg", "ffprobe")

SRT = "1\n00:00:00,500 --> 00:00:01,200\nHello\n\n2\n00:00:01,400 --> 00:00:01,900\nGoodbye\n"
CHAPTERS = """;FFMETADATA1
title=Summer
[CHAPTER]
TIMEBASE=1/1000
START=0
END=1000
title=One
[CHAPTER]
TIMEBASE=1/1000
START=1000
END=2000
title=Two
"""
LATE = [0.5 * n for n in range(4)]  # where the bursts of two seconds lie


# --- sources, each made once and named by its file ------------------------------------------------

MPEG4 = "-c:v mpeg4 -q:v 4 -g 12".split()
MPEG2 = "-c:v mpeg2video -q:v 4 -g 12 -bf 2".split()
simple("aac.mp4", "-c:a", "aac")
simple("mp3.mp4", "-c:a", "libmp3lame")
simple("ac3.mkv", "-c:a", "ac3", channels="5.1")
simple("flac.mkv", "-c:a", "flac")
simple("opus.webm", "-c:a", "libopus", video="-c:v libvpx -b:v 300k -g 12".split())
simple("wavpack.mkv", "-c:a", "wavpack")
simple("truehd.mkv", "-c:a", "truehd", "-strict", "-2")
simple("vorbis.mkv", "-c:a", "libvorbis")
simple("wma.asf", "-c:a", "wmav2", video="-c:v wmv2 -q:v 4".split(), rate=44100)
simple("pcm.avi", "-c:a", "pcm_s16le", video=MPEG4)
simple("pcm24.mov", "-c:a", "pcm_s24le")
simple("pcm-be.mov", "-c:a", "pcm_s16be")
simple("alac.mov", "-c:a", "alac")
simple("u8.avi", "-c:a", "pcm_u8", video=MPEG4, rate=11025, channels="mono")
simple("adpcm.avi", "-c:a", "adpcm_ima_wav", video=MPEG4, rate=22050, channels="mono")
simple("mulaw.avi", "-c:a", "pcm_mulaw", video=MPEG4, rate=8000, channels="mono")
simple("mp3.avi", "-c:a", "libmp3lame", video=MPEG4, rate=44100)
simple("mp2.ts", "-c:a", "mp2", video=MPEG2)
simple("aac.ts", "-c:a", "aac")
simple("bluray.m2ts", "-c:a", "pcm_bluray", "-sample_fmt", "s16")
simple("dvd.vob", "-c:a", "pcm_dvd", "-f", "vob", video=MPEG2)
FLASH = "-c:v flv -q:v 4 -g 12".split()
simple("speech.flv", "-c:a", "libspeex", video="-c:v flv -q:v 4".split(), rate=16000,
       channels="mono")
simple("nelly.flv", "-c:a", "nellymoser", video="-c:v flv -q:v 4".split(), rate=22050,
       channels="mono")
simple("surround.mkv", "-c:a", "flac", channels="7.1")
simple("silent.mp4", inputs=picture())
simple("late-start.ts", "-output_ts_offset", "77", "-c:a", "mp2", video=MPEG2)
simple("wrap.ts", "-output_ts_offset", "95442.7", "-muxdelay", "0", "-c:a", "mp2", video=MPEG2)
simple("early-end.mp4", "-c:a", "aac", inputs=[*picture(2), *bursts(1)])
simple("outlasts.mp4", "-c:a", "aac", inputs=[*picture(1), *bursts(2)])
simple("ntsc.mkv", "-c:a", "aac", inputs=[*picture(2, "30000/1001"), *bursts()])
simple("film.mkv", "-c:a", "aac", inputs=[*picture(2, "24000/1001"), *bursts()])
simple("slowing.mkv", "-fps_mode", "passthrough", "-enc_time_base", "1:1000",
       inputs=picture(2, more=",settb=1/1000,setpts='(N+N*N/40)/25/TB'"))
simple("rgb.avi", video="-c:v rawvideo -pix_fmt bgr24".split(), inputs=picture(1))
simple("444.mkv", video="-c:v ffv1 -pix_fmt yuv444p".split(), inputs=picture(1))
simple("422.mkv", video="-c:v ffv1 -pix_fmt yuv422p".split(), inputs=picture(1))
simple("422-10.mkv", video="-c:v ffv1 -pix_fmt yuv422p10le".split(), inputs=picture(1))
simple("odd.mkv", video="-c:v ffv1 -pix_fmt yuv444p".split(),
       inputs=picture(1, more=",format=yuv444p,crop=37:23:exact=1"))
simple("pal.avi", "-c:a", "pcm_s16le", video="-c:v dvvideo -pix_fmt yuv420p".split(),
       inputs=[*picture(1, size="720x576"), *bursts(1)])
simple("ntsc.dv", "-metadata", "creation_time=1998-07-12T14:03:07Z", "-timecode", "01:00:00;00",
       video="-c:v dvvideo -pix_fmt yuv411p -ar 48000".split(),
       inputs=[*picture(1, "30000/1001", "720x480"), *bursts(1)])
simple("timecode.mov", "-c:a", "aac", "-timecode", "10:00:00:00")
simple("place.mov", "-c:a", "aac", "-movflags", "use_metadata_tags", "-metadata",
       "com.apple.quicktime.location.ISO6709=+48.8584+002.2945/", "-metadata",
       "com.apple.quicktime.make=Apple", "-metadata", "creation_time=2019-08-03T14:05:06Z")
simple("hold.gif", video=[], inputs=picture(1, "5"))


simple("offset.mkv", "-c:a", "aac", "-output_ts_offset", "5")
simple("delay.mp4", "-c:a", "aac", inputs=[*picture(), "-itsoffset", "0.3", *bursts()])
simple("ahead-of-picture.mp4", "-c:a", "aac",
       inputs=["-itsoffset", "0.3", *picture(), *bursts()])
simple("ahead-of-picture.ts", "-c:a", "mp2", video=MPEG2,
       inputs=["-itsoffset", "0.3", *picture(), *bursts()])
simple("gps.mp4", "-c:a", "aac", "-metadata", "location=+48.8584+002.2945/", "-metadata",
       "comment=Eiffel")
simple("set-ahead.flv", "-c:a", "aac", "-frames:v", 100, "-frames:a", 188, "-fps_mode",
       "passthrough", "-enc_time_base", "1:1000",
       inputs=[*picture(5000, more=",settb=1/1000,setpts='PTS+gte(PTS\\,2000)*3600000'"),
               *bursts(5000)[:-1], bursts(5000)[-1] + ",asetpts='PTS+gte(PTS\\,2*SR)*3600*SR'"])
simple("languages.ts", "-map", 0, "-map", 1, "-map", 1, "-c:a", "mp2", "-metadata:s:a:0",
       "language=fra", "-metadata:s:a:1", "language=ger", video=MPEG2)


@source("tracks.mkv")
def all_kinds():
    """Two languages, subtitles, chapters, an attachment."""
    for name, text in (("words.srt", SRT), ("chapters.txt", CHAPTERS), ("note.txt", "a note\n")):
        with open(path(name), "w") as file:
            file.write(text)
    ffmpeg(*picture(), *bursts(), *bursts(rate=44100), "-i", path("words.srt"), "-i",
           path("chapters.txt"), "-map", 0, "-map", 1, "-map", 2, "-map", 3, "-map_metadata", 4,
           *X264, "-c:a:0", "aac", "-c:a:1", "flac", "-c:s", "srt", "-metadata:s:a:0",
           "language=eng", "-metadata:s:a:1", "language=ger", "-metadata:s:a:1", "title=Ton",
           "-metadata:s:s:0", "language=ger", "-attach", path("note.txt"), "-metadata:s:t",
           "mimetype=text/plain", path("tracks.mkv"))


@source("styled.mkv")
def styled():
    with open(path("styled.srt"), "w") as file:
        file.write(SRT)
    ffmpeg(*picture(), "-i", path("styled.srt"), *X264, "-c:s", "ass", path("styled.mkv"))


@source("text.mp4")
def mov_text():
    with open(path("text.srt"), "w") as file:
        file.write(SRT)
    ffmpeg(*picture(), "-i", path("text.srt"), *X264, "-c:s", "mov_text", path("text.mp4"))


@source("cover.mp4")
def cover():
    ffmpeg(*picture(1, size="32x32"), "-frames:v", 1, path("cover.png"))
    ffmpeg(*picture(), *bursts(), "-i", path("cover.png"), "-map", 0, "-map", 1, "-map", 2, *X264,
           "-c:v:1", "png", "-pix_fmt:v:1", "rgb24", "-disposition:v:1", "attached_pic", "-c:a",
           "aac", path("cover.mp4"))


@source("thumbnail.mov")
def thumbnail():
    """A small picture of one frame before the film."""
    ffmpeg(*picture(0.04, size="32x24"), *picture(), "-map", 0, "-map", 1, *X264,
           path("thumbnail.mov"))


def joined(name, offsets, codec=MPEG2, sound=("-c:a", "mp2")):
    """Recordings of two seconds behind one another, each by a clock of its own."""
    def make():
        parts = b""
        for n, offset in enumerate(offsets):
            part = path(f"{n}-{name}")
            ffmpeg(*picture(), *bursts(), *codec, *sound, "-output_ts_offset", offset, part)
            with open(part, "rb") as file:
                parts += file.read()
        with open(path(name), "wb") as file:
            file.write(parts)
    SOURCES[name] = make


joined("set-back.ts", [100, 3])
joined("set-back.mpg", [100, 3])
joined("set-ahead.ts", [1, 3700])
joined("set-twice.ts", [50, 3, 900])
joined("set-back-aac.ts", [100, 3], X264, ("-c:a", "aac"))


@source("changing.ts")
def changing():
    """Sound of 48 kHz, then of 32 kHz."""
    parts = b""
    for n, rate in enumerate((48000, 32000)):
        part = path(f"changing-{n}.ts")
        ffmpeg(*picture(), *bursts(rate=rate), *MPEG2, "-c:a", "mp2", "-output_ts_offset",
               2 * n + 1, part)
        with open(part, "rb") as file:
            parts += file.read()
    with open(path("changing.ts"), "wb") as file:
        file.write(parts)


def make_late(name, *more, video=MPEG2):
    ffmpeg(*picture(11), "-itsoffset", 9, *bursts(2), "-map", 0, "-map", 1, *video, *more,
           path(name))


def late(name, *more):
    """Sound that begins nine seconds late."""
    SOURCES[name] = lambda: make_late(name, *more)


@source("gap.mkv")
def gap():
    """Two seconds, an hour of nothing, and two seconds, which a Matroska file says by intent."""
    ffmpeg(*picture(5000, more=",settb=1/1000,setpts='N*40+gte(N\\,50)*3600000'"), *X264,
           "-frames:v", 100, "-fps_mode", "passthrough", "-enc_time_base", "1:1000",
           path("gap.mkv"))


@source("mono-stereo.ts")
def mono_then_stereo():
    parts = b""
    for n, channels in enumerate(("mono", "stereo")):
        part = path(f"mono-stereo-{n}.ts")
        ffmpeg(*picture(), *bursts(channels=channels), *MPEG2, "-c:a", "mp2",
               "-output_ts_offset", 2 * n + 1, part)
        with open(part, "rb") as file:
            parts += file.read()
    with open(path("mono-stereo.ts"), "wb") as file:
        file.write(parts)


def far(name, padding, is_sound):
    """Sound that begins after more bytes than are looked through for it, which say nothing."""
    def make():
        make_late(f"near-{name}", "-c:a", "mp2")
        with open(path(f"near-{name}"), "rb") as file:
            data = file.read()
        size = len(padding) if name.endswith("ts") else 2048
        at = next(at for at in range(0, len(data), size) if is_sound(data[at:at + size]))
        with open(path(name), "wb") as file:
            file.write(data[:at])
            for _ in range(16):
                file.write(padding * ((40 << 20) // len(padding) // 16))
            file.write(data[at:])
    SOURCES[name] = make


def is_sound_packet(packet):
    return packet[1:3] == b"\x41\x01"  # the start of a unit of the second stream


def is_sound_pack(pack):
    return b"\0\0\1\xc0" in pack


@source("far.flv")
def far_in_flash():
    """The same in a format that can be read from its beginning alone; the filling is a hole."""
    make_late("near.flv", "-c:a", "libmp3lame", "-ar", 44100, video=FLASH)
    with open(path("near.flv"), "rb") as file:
        data = bytearray(file.read())
    data[4] &= ~4 # which would say that there is sound
    at = 13
    while data[at] != 8:
        at += 15 + int.from_bytes(data[at + 1:at + 4], "big")
    with open(path("far.flv"), "wb") as file:
        file.write(data[:at])
        for _ in range(17):
            file.write(b"\x12" + (0xffffff).to_bytes(3, "big") + bytes(7))
            file.seek(0xffffff, os.SEEK_CUR)
            file.write((0xffffff + 11).to_bytes(4, "big"))
        file.write(data[at:])


far("far.ts", b"\x47\x1f\xff\x10" + b"\xff" * 184, is_sound_packet)
far("far.mpg", b"\0\0\1\xbe\x07\xfa" + b"\xff" * 2042, is_sound_pack)
late("late.ts", "-c:a", "aac")
late("late.mpg", "-c:a", "mp2")
late("late.mkv", "-c:a", "aac")
simple("jump.mkv", "-c:a", "flac", "-frames:a", 21,
       inputs=[*picture(), *bursts(100000)[:-1],
               bursts(100000)[-1] + ",asetpts='PTS+gte(PTS\\,SR)*72000*SR'"])


@source("holes.mkv")
def holes():
    """Sound with a pause of half a second, from which its packets are missing."""
    ffmpeg(*picture(), *bursts(), *X264, "-c:a", "aac", "-bsf:a",
           "noise=drop='between(pts*tb\\,0.6\\,1.1)'", path("holes.mkv"))


# A picture that needs bits, first of little then of much movement.
for name, seconds in ("grain.mkv", 3), ("long-grain.mkv", 5):
    simple(name, "-c:a", "aac", video="-c:v ffv1 -pix_fmt yuv420p".split(),
           inputs=[*picture(seconds, size="160x120",
                            more=f",noise=alls=20:allf=t:enable='gt(t,{0.4 * seconds})'"),
                   *bursts(seconds)])

simple("last-holds.gif", "-final_delay", 300, video=[], inputs=picture(1, "5"))
simple("theora.ogv", "-c:a", "libvorbis", video="-c:v libtheora -q:v 7 -g 12".split())
simple("ima.mov", "-c:a", "adpcm_ima_qt", video="-c:v svq1 -q:v 4 -pix_fmt yuv410p".split(),
       rate=22050)
simple("animated.webp", video="-c:v libwebp_anim".split(), inputs=picture(1, "5"))


@source("phone.3gp")
def old_phone():
    """No FFmpeg of Debian writes AMR: two seconds of what decodes to some noise."""
    frames = (bytes([0x3c, *((n * 37 + i * 11) % 256 for i in range(31))]) for n in range(100))
    with open(path("noise.amr"), "wb") as file:
        file.write(b"#!AMR\n" + b"".join(frames))
    ffmpeg(*picture(2, "25", "176x144"), "-i", path("noise.amr"), "-c:v", "h263", "-q:v", 4,
           "-aspect", "4:3", "-c:a", "copy", path("phone.3gp"))


@source("mid-group.ts")
def begins_in_mid_group():
    """A recording that was cut where no picture stands alone."""
    ffmpeg(*picture(3), *bursts(3), *MPEG2, "-c:a", "mp2", path("from-key.ts"))
    with open(path("from-key.ts"), "rb") as file:
        data = file.read()
    with open(path("mid-group.ts"), "wb") as file:
        file.write(data[len(data) // 3 // 188 * 188:])


@source("drops.avi")
def drops():
    """Frames that a capture card has lost: empty chunks, for which the one before stays."""
    ffmpeg(*picture(2, more=",select='not(between(n\\,20\\,29))'"), *bursts(2),
           *MPEG4, "-fps_mode", "passthrough", "-c:a", "pcm_s16le", path("drops.avi"))


for depth, pixels in (8, "yuv420p"), (10, "yuv420p10le"):
    simple(f"bars-{depth}.mkv", "-c:a", "aac",
           video=["-c:v", "ffv1", "-pix_fmt", pixels, "-colorspace", "smpte170m"],
           inputs=["-f", "lavfi", "-t", 1, "-i", "smptebars=size=96x64:rate=25", *bursts(1)])

# Several files that are one film: what a camera splits, and what a tape was captured to.

def split(name, parts, *codec, muxer, seconds=6, size="96x64", rate="25"):
    """A film and its stretches of two seconds, each a file with an index of its own."""
    def make():
        ffmpeg(*picture(seconds, rate, size), *bursts(seconds), *codec, path(name), *codec, "-f",
               "segment", "-segment_time", 2, "-reset_timestamps", 1, "-segment_start_number", 1,
               "-segment_format", muxer, path(parts))
    SOURCES[name] = make


def cut(name, parts, at, *codec, seconds=4, size="96x64", rate="25"):
    """A stream whose bytes stand in two files."""
    def make():
        ffmpeg(*picture(seconds, rate, size), *bursts(seconds), *codec, path(name))
        with open(path(name), "rb") as file:
            data = file.read()
        for part, piece in zip(parts, (data[:at], data[at:])):
            with open(path(part), "wb") as file:
                file.write(piece)
    SOURCES[name] = make


B_FRAMES = "-c:v libx264 -preset ultrafast -g 10 -bf 2 -pix_fmt yuv420p".split()
split("whole.mp4", "GH0%d0007.MP4", *B_FRAMES, "-c:a", "aac", muxer="mp4")
split("whole.mov", "film-%d.mov", *X264, "-g", "10", "-c:a", "pcm_s16le", muxer="mov")
split("whole.avi", "tape-%d.avi", "-c:v", "mpeg4", "-q:v", "4", "-g", "10", "-bf", "2", "-c:a",
      "pcm_s16le", muxer="avi")
split("whole-dv.avi", "dv-%d.avi", "-c:v", "dvvideo", "-pix_fmt", "yuv420p", "-c:a", "pcm_s16le",
      muxer="avi", seconds=4, size="720x576")
cut("whole.mts", ("00001.mts", "00002.mts"), 60001, *X264, "-c:a", "ac3", "-f", "mpegts",
    "-mpegts_m2ts_mode", "1")
cut("whole.vob", ("VTS_01_1.VOB", "VTS_01_2.VOB"), 2048 * 37, *MPEG2, "-c:a", "ac3", "-f", "vob")
cut("whole.dv", ("tape1.dv", "tape2.dv"), 120000 * 31, "-c:v", "dvvideo", "-pix_fmt", "yuv411p",
    "-ar", "48000", size="720x480", rate="30000/1001", seconds=2)


@source("chaptered")
def chaptered():
    """Two files of two seconds, with chapters each."""
    with open(path("of-a-part.txt"), "w") as file:
        file.write(CHAPTERS)
    for n in 1, 2:
        ffmpeg(*picture(), *bursts(), "-i", path("of-a-part.txt"), *X264, "-c:a", "aac",
               path(f"GX0{n}0003.MP4"))


@source("mixed")
def mixed():
    """Two of the same camera, whose headers differ, one of another, and one of other sound."""
    for n, options in enumerate((["-profile:v", "baseline"], ["-bf", 2, "-coder", 1],
                                 ["-vf", "scale=64:48"], ["-ar", 44100])):
        ffmpeg(*picture(), *bursts(), "-c:v", "libx264", "-g", 12, "-pix_fmt", "yuv420p", "-c:a",
               "aac", *options, path(f"mixed-{n}.mp4"))


# --- rows -------------------------------------------------------------------------------------

def sound(codec, *, at=LATE, track=0, rate=None, channels=None, **tags):
    return {"codec": codec, "at": at, "track": track, "rate": rate, "channels": channels,
            "tags": tags}


# Sound: copied where players take it, else converted, in step in any case.
row("aac.mp4", "mp4", sound=sound("aac"), frames=50, notes=())
row("aac.mp4", "mkv", sound=sound("aac"), notes=())
row("aac.mp4", "mov", sound=sound("aac"), notes=())
row("aac.mp4", "webm", sound=sound("opus"), notes=["converted from aac to Opus"], video="vp9")
row("mp3.mp4", "mp4", sound=sound("mp3"))
row("ac3.mkv", "mp4", sound=sound("ac3", channels=6), notes=())
row("flac.mkv", "mkv", sound=sound("flac"), exact=True, notes=())
row("flac.mkv", "mp4", sound=sound("aac"), notes=["flac to AAC"])
row("flac.mkv", "mov", sound=sound("pcm_s24le"), exact=True)
row("opus.webm", "mp4", sound=sound("aac"), notes=["opus to AAC"])
row("opus.webm", "mkv", sound=sound("opus"), notes=())
row("opus.webm", "webm", sound=sound("opus"), notes=(), video="vp9")
row("wavpack.mkv", "mkv", sound=sound("wavpack"), exact=True, notes=())
row("wavpack.mkv", "mkv", "--start", "0.4", sound=sound("wavpack", at=[0.1, 0.6, 1.1]))
row("truehd.mkv", "mkv", sound=sound("truehd"), exact=True, notes=())
row("truehd.mkv", "mov", sound=sound("pcm_s24le"), exact=True)
row("vorbis.mkv", "mp4", sound=sound("aac"))
row("vorbis.mkv", "webm", sound=sound("vorbis"))
row("wma.asf", "mp4", sound=sound("aac", at=None, rate=44100), notes=["wmav2 to AAC"])
row("wma.asf", "mov", sound=sound("aac", at=None))
row("wma.asf", "mkv", sound=sound("aac", at=None))
row("pcm.avi", "mkv", sound=sound("pcm_s16le"), exact=True, notes=())
row("pcm.avi", "mov", sound=sound("pcm_s16le"), exact=True, notes=())
row("pcm.avi", "mp4", sound=sound("aac"), notes=["pcm_s16le to AAC"])
row("pcm24.mov", "mkv", sound=sound("pcm_s24le"), exact=True)
row("pcm-be.mov", "mkv", sound=sound("pcm_s16le"), exact=True)
row("pcm-be.mov", "mov", sound=sound("pcm_s16be"), exact=True, notes=())
row("alac.mov", "mp4", sound=sound("alac"), exact=True, notes=())
row("u8.avi", "mkv", sound=sound("pcm_u8"), exact=True)
row("u8.avi", "mp4", sound=sound("aac", rate=11025, channels=1))
row("adpcm.avi", "mp4", sound=sound("aac", rate=22050))
row("mulaw.avi", "mkv", sound=sound("aac", rate=8000))
row("mp3.avi", "mp4", sound=sound("mp3", at=None))
row("mp2.ts", "mkv", sound=sound("mp2"), notes=())
row("mp2.ts", "mp4", sound=sound("aac"))
row("aac.ts", "mp4", sound=sound("aac"), notes=())
row("bluray.m2ts", "mkv", sound=sound("pcm_s16le"), exact=True)
row("bluray.m2ts", "mov", sound=sound("pcm_s16le"), exact=True)
row("dvd.vob", "mkv", sound=sound("pcm_s24le"), exact=True)
row("speech.flv", "mp4", sound=sound("aac"))
row("nelly.flv", "mp4", sound=sound("aac"))
row("surround.mkv", "mp4", sound=sound("aac", channels=6), notes=["mixed down from 8 to 6"])
row("surround.mkv", "mkv", sound=sound("flac", channels=8), exact=True)
row("silent.mp4", "mp4", sounds=0, notes=())
row("holes.mkv", "mp4", sound=sound("aac", at=[0, 0.5, 1.5]), notes=["lose its pauses"])
row("early-end.mp4", "mp4", sound=sound("aac", at=[0, 0.5]), frames=50)
row("outlasts.mp4", "mp4", sound=sound("aac"), frames=25)
row("late.ts", "mp4", sound=sound("aac", at=[9, 9.5, 10, 10.5]), frames=275)
row("late.mpg", "mp4", sound=sound("aac", at=[9, 9.5, 10, 10.5]), frames=275)
# The second half of its sound comes twenty hours after the picture: no silence until there.
row("jump.mkv", "mkv", "--audio", "pcm", frames=50, notes=["ends early"],
    sound=sound("pcm_s24le", at=[0, 0.5, 1]))
FAR = {"frames": 275, "sound": sound("mp2", at=[9, 9.5, 10, 10.5]), "notes": ()}
for name in "far.ts", "far.mpg":
    row(name, "mkv", **FAR)
row("far.ts", "mkv", "--start", "8", frames=75, sound=sound("mp2", at=[1, 1.5, 2, 2.5]))
row("far.mpg", "mp4", "--start", "9.6", frames=35, sound=sound("aac", at=[0.4, 0.9]))
row("far.flv", "mkv", frames=275, notes=["too late to be found"])
row("late.mkv", "mkv", sound=sound("aac", at=[9, 9.5, 10, 10.5]))
row("changing.ts", "mp4", sound=sound("aac", at=[0.5 * n for n in range(8)], rate=48000),
    notes=["changes its rate or channels 1 time"])
row("changing.ts", "mkv", sound=sound("aac", at=[0.5 * n for n in range(8)]))

# As asked.
row("aac.mp4", "mp4", "--audio", "none", sounds=0, notes=())
row("aac.mp4", "mkv", "--audio", "flac", sound=sound("flac"))
row("aac.mp4", "mkv", "--audio", "opus", sound=sound("opus"))
row("flac.mkv", "mkv", "--audio", "pcm", sound=sound("pcm_s24le"), exact=True)
row("tracks.mkv", "mkv", "--audio", "none,copy", sounds=1, sound=sound("flac", language="ger"))
row("pcm.avi", "mp4", "--audio", "pcm", code=2, says="aac")
row("pcm.avi", "mp4", "--strict", code=5, says="pcm_s16le to AAC")
row("aac.mp4", "mp4", "--strict", sound=sound("aac"))

# Ranges.
for target in "mp4", "mkv", "mov":
    row("aac.mp4", target, "--start", "0.4", "--end", "1.6", frames=30,
        sound=sound("aac", at=[0.1, 0.6, 1.1]))
row("pcm.avi", "mp4", "--start", "0.4", "--end", "1.6", sound=sound("aac", at=[0.1, 0.6, 1.1]))
row("tracks.mkv", "mkv", "--start", "0.8", frames=30, words=["Hello", "Goodbye"],
    chapters=[(0, 0.2), (0.2, 1.2)])
row("set-back.ts", "mkv", "--start", "2.4", frames=40, sound=sound("mp2", at=[0.1, 0.6, 1.1]))

# Times.
FOUR = [0.5 * n for n in range(8)]
row("set-back.ts", "mp4", frames=100, steps=0.04, sound=sound("aac", at=FOUR),
    notes=["clock was set 1 time"])
row("set-back.ts", "mkv", frames=100, sound=sound("mp2", at=FOUR))
row("set-back-aac.ts", "mkv", frames=100, steps=0.04, sound=sound("aac", at=FOUR))
row("set-ahead.ts", "mp4", frames=100, steps=0.04, sound=sound("aac", at=FOUR),
    notes=["clock was set 1 time"])
row("set-ahead.ts", "mkv", frames=100, sound=sound("mp2", at=FOUR))
row("set-twice.ts", "mp4", frames=150, steps=0.04,
    sound=sound("aac", at=[0.5 * n for n in range(12)]), notes=["set 2 times"])
row("set-back.mpg", "mp4", frames=100, steps=0.04, sound=sound("aac", at=FOUR),
    notes=["clock was set 1 time"])
row("gap.mkv", "mp4", frames=100, length=3604, notes=["one frame is shown for 3600 s, from 2.0 s"])
row("gap.mkv", "mkv", frames=100, length=3604)
row("mono-stereo.ts", "mp4", sound=sound("aac", at=FOUR), notes=["1 time"])
row("mono-stereo.ts", "mkv", sound=sound("aac", at=FOUR), notes=["it changes on the way"])
row("late-start.ts", "mp4", frames=50, sound=sound("aac"))
row("wrap.ts", "mp4", frames=50, steps=0.04, sound=sound("aac"))
row("ntsc.mkv", "mp4", rate="30000/1001", sound=sound("aac"))
row("film.mkv", "mov", rate="24000/1001")
row("offset.mkv", "mp4", frames=50, sound=sound("aac"))
row("delay.mp4", "mp4", sound=sound("aac", at=[0.3, 0.8, 1.3, 1.8]))
row("delay.mp4", "mkv", sound=sound("aac", at=[0.3, 0.8, 1.3, 1.8]))
row("ahead-of-picture.mp4", "mp4", sound=sound("aac", at=[0.2, 0.7, 1.2]))
row("ahead-of-picture.mp4", "mkv", sound=sound("aac", at=[0.2, 0.7, 1.2]))
row("ahead-of-picture.ts", "mp4", sound=sound("aac", at=[0.2, 0.7, 1.2]))
row("set-ahead.flv", "mp4", frames=100, steps=0.04, sound=sound("aac", at=FOUR))
row("slowing.mkv", "mp4", varies=True)
row("hold.gif", "mp4", frames=5, length=1)

# Tracks and tags.
row("tracks.mkv", "mkv", sounds=2, sound=sound("flac", track=1, language="ger", title="Ton"),
    words=["Hello", "Goodbye"], chapters=[(0, 1), (1, 2)], attachments=1, notes=(),
    tags={"title": "Summer"})
row("tracks.mkv", "mp4", sounds=2, sound=sound("aac", track=1, language="ger"),
    words=["Hello", "Goodbye"], chapters=[(0, 1), (1, 2)],
    notes=["subrip to mov_text", "attachment left out"], tags={"title": "Summer"})
row("tracks.mkv", "mov", sounds=2, words=["Hello"], sound=sound("pcm_s24le", track=1))
row("tracks.mkv", "webm", sounds=2, words=["Hello"], notes=["subrip to webvtt"], video="vp9")
row("styled.mkv", "mkv", words=["Hello"], notes=())
row("styled.mkv", "mp4", words=["Hello"], notes=["ass to mov_text"])
row("text.mp4", "mkv", words=["Hello"], notes=["mov_text to subrip"])
row("text.mp4", "mp4", words=["Hello"], notes=())
row("cover.mp4", "mp4", covers=1, sound=sound("aac"), notes=())
row("cover.mp4", "mkv", covers=1, notes=())
row("cover.mp4", "mov", notes=["cover picture left out"])
row("thumbnail.mov", "mp4", frames=50, size=(96, 64), notes=["video 1 left out: h264, 32×24"])
row("gps.mp4", "mp4", tags={"location": "+48.8584+002.2945/", "comment": "Eiffel"})
row("gps.mp4", "mov", tags={"location": "+48.8584+002.2945/", "comment": "Eiffel"})
row("gps.mp4", "mkv", tags={"location": "+48.8584+002.2945/", "comment": "Eiffel"})
row("languages.ts", "mkv", sounds=2, sound=sound("mp2", track=1, language="ger"))
row("languages.ts", "mp4", sounds=2, sound=sound("aac", track=0, language="fra"))
row("place.mov", "mov", tags={"com.apple.quicktime.make": "Apple"})
row("place.mov", "mp4", tags={"com.apple.quicktime.location.iso6709": "+48.8584+002.2945/",
                              "creation_time": "2019-08-03T14:05:06"})
row("place.mov", "mkv", tags={"com.apple.quicktime.make": "Apple"})
row("timecode.mov", "mov", "--start", "1", timecode="10:00:01:00")
row("ntsc.dv", "mov", tags={"creation_time": "1998-07-12T14:03:07"}, timecode="01:00:00;00")
row("pal.avi", "mkv", sound=sound("pcm_s16le", at=[0, 0.5]), exact=True)

# Bit rates and sizes, within a twentieth.
for codec, target in ("x264", "mp4"), ("x265", "mkv"):
    row("grain.mkv", target, "--codec", codec, "--bitrate", "300k", bit_rate=300000, frames=75,
        steps=0.04)
for codec, target in ("vp9", "webm"), ("svt-av1", "mp4"): # which need more to find their way
    row("long-grain.mkv", target, "--codec", codec, "--bitrate", "300k", bit_rate=300000,
        frames=125, steps=0.04)
row("grain.mkv", "mp4", "--bitrate", "1.2M", bit_rate=1200000)
for codec in "x264", "x265": # in pieces, each by itself
    row("grain.mkv", "mp4", "--codec", codec, "--bitrate", "300k", "--piece-seconds", "1",
        bit_rate=300000, frames=75, steps=0.04)
row("grain.mkv", "mp4", "--size", "160k", bytes=160000,
    sound=sound("aac", at=[0.5 * n for n in range(6)]))
row("grain.mkv", "mkv", "--size", "0.3M", "--codec", "svt-av1", bytes=300000)
row("grain.mkv", "mp4", "--size", "15k", code=2, says="at the least")
row("grain.mkv", "mkv", "--bitrate", "900M", notes=["the picture needs no more than"])
row("grain.mkv", "mp4", "--bitrate", "1M", "--quality", "20", code=2, says="each follows")
row("grain.mkv", "mkv", "--bitrate", "1M", "--codec", "ffv1", code=2, says="no bit rate")
row("grain.mkv", "mp4", "--bitrate", "much", code=2, says="800k")

# Kinds of old files, and what is lost at their ends.
row("last-holds.gif", "mp4", frames=5, length=3.8)
row("last-holds.gif", "mkv", frames=5, length=3.8)
row("phone.3gp", "mp4", frames=50, sounds=1, lasts=16000, notes=["amr_nb to AAC"])
row("phone.3gp", "mkv", frames=50, sounds=1)
row("theora.ogv", "mp4", frames=50, sound=sound("aac"))
row("theora.ogv", "mkv", frames=50, sound=sound("vorbis"), exact=True)
row("ima.mov", "mp4", frames=50, pixels="yuv420p", sound=sound("aac", rate=22050))
row("animated.webp", "mp4", code=3, says="animated WebP")
row("mid-group.ts", "mp4", sound=sound("aac", at=[0.06, 0.56, 1.06]))
row("drops.avi", "mp4", frames=40, shown={19: 0.76, 20: 1.2}, sound=sound("aac"))
row("holes.mkv", "mkv", sound=sound("aac", at=[0, 0.5, 1.5]), notes=())
# Priming and padding, to the sample.
row("aac.mp4", "mp4", sound=sound("aac"), exact=True)
row("aac.mp4", "mov", sound=sound("aac"), exact=True)
row("opus.webm", "mkv", sound=sound("opus"), exact=True)
row("opus.webm", "webm", sound=sound("opus"), exact=True)
row("flac.mkv", "mp4", sound=sound("aac"), lasts=96000)
row("mp3.mp4", "mp4", sound=sound("mp3"), exact=True)
row("pcm.avi", "mkv", "--audio", "opus", sound=sound("opus"), samples=96000)

# Pictures, a file each.
row("bars-8.mkv", "out/%05d.png", frames=25, pixels="rgb24", colours=3, sounds=0,
    notes=["sound left out: files of pictures", "25 a second"])
row("bars-8.mkv", "out/", frames=25, pixels="rgb24")
row("bars-10.mkv", "out/a%03d.png", frames=25, pixels="rgb48be", colours=3)
row("bars-10.mkv", "out/%04d.tif", frames=25, pixels="rgb48le", colours=3)
row("bars-8.mkv", "out/%04d.tiff", "--start", "0.4", frames=15, pixels="rgb24", colours=3)
row("bars-8.mkv", "out/%05d.png", "--pix-fmt", "rgb48be", frames=25, pixels="rgb48be", colours=3)
row("gps.mp4", "out/%05d.png", frames=50, notes=["tags and chapters left out"])
row("bars-8.mkv", "out/%05d.png", "--strict", code=5, says="sound left out")
row("bars-8.mkv", "out/still.png", code=2, says="as in frames/%05d.png")
row("bars-8.mkv", "out/%05d.png", "--codec", "x264", code=5, says="does not go into png")
for name in "bars-8.mkv", "bars-10.mkv":
    row(name, "mp4", "--quality", "8", colours=3)

# Several files as one film: no frame is lost or doubled at a joint, and sound goes on.
SIX = [0.5 * n for n in range(12)]
JOINED = {"frames": 150, "steps": 0.04}
row("whole.mp4", "mkv", "--codec", "ffv1", "--join", part="GH010007.MP4", **JOINED,
    same=["whole.mp4"], sound=sound("aac", at=SIX), notes=())
row("whole.mp4", "mp4", "--join", part="GH010007.MP4", **JOINED, sound=sound("aac", at=SIX))
row("whole.mp4", "mp4", "--join", "--start", "3.4", part="GH010007.MP4", frames=65, steps=0.04,
    sound=sound("aac", at=[0.1 + 0.5 * n for n in range(5)]))
row("whole.mp4", "mp4", part="GH010007.MP4", frames=50, notes=["2 further parts", "--join takes"])
row("whole.mov", "mkv", "--codec", "ffv1", "--join", "film-1.mov", "film-2.mov",
    part="film-3.mov", **JOINED, same=["whole.mov"], sound=sound("pcm_s16le", at=SIX), exact=True)
row("whole.mov", "mkv", "--join", part="film-1.mov", code=2, says="name them all")
row("whole.avi", "mkv", "--codec", "ffv1", "--join", "tape-1.avi", "tape-2.avi",
    part="tape-3.avi", **JOINED, same=["whole.avi"],
    sound=sound("pcm_s16le", at=[0] + [0.46 + 0.5 * n for n in range(11)])) # B-frames come late
row("whole-dv.avi", "mkv", "--deinterlace", "off", "--codec", "ffv1", "--join", "dv-1.avi",
    part="dv-2.avi", frames=100, steps=0.04, same=["whole-dv.avi"],
    sound=sound("pcm_s16le", at=FOUR), exact=True)
row("whole.mts", "mkv", "--codec", "ffv1", "--join", "00001.mts", part="00002.mts", frames=100,
    steps=0.04, same=["whole.mts"], sound=sound("ac3", at=FOUR))
row("whole.vob", "mkv", "--codec", "ffv1", "--join", part="VTS_01_1.VOB", frames=100, steps=0.04,
    same=["whole.vob"], sound=sound("ac3", at=FOUR), notes=())
row("whole.dv", "mkv", "--codec", "ffv1", "--deinterlace", "off", "--join", "tape1.dv",
    part="tape2.dv", frames=59, same=["whole.dv"], sound=sound("pcm_s16le"), exact=True)
for target in "mp4", "mkv":
    row("chaptered", target, "--join", part="GX010003.MP4", frames=100,
        chapters=[(0, 1), (1, 2), (2, 3), (3, 4)])
row("chaptered", "mkv", "--join", "--start", "1.5", "--end", "3.2", part="GX010003.MP4",
    chapters=[(0, 0.5), (0.5, 1.5), (1.5, 1.7)])
row("chaptered", "mkv", part="GX010003.MP4", frames=50, chapters=[(0, 1), (1, 2)])
row("mixed", "mkv", "--codec", "ffv1", "--join", "mixed-0.mp4", part="mixed-1.mp4", frames=100,
    steps=0.04, same=["mixed-0.mp4", "mixed-1.mp4"], sound=sound("aac", at=FOUR))
row("mixed", "mkv", "--join", "mixed-0.mp4", part="mixed-2.mp4", code=3,
    says="its picture is not h264 of 96x64")
row("mixed", "mkv", "--join", "mixed-0.mp4", part="mixed-3.mp4", code=3,
    says="its sound is not aac of 48000 Hz")

# Pictures.
for name in "rgb.avi", "444.mkv", "422.mkv":
    row(name, "mp4", pixels="yuv420p", notes=["4:2:0"])
    row(name, "mp4", "--pix-fmt", "source", pixels="yuv422p" if "422" in name else "yuv444p")
row("444.mkv", "mkv", pixels="yuv444p", notes=())
row("422-10.mkv", "mp4", pixels="yuv420p10le")
row("422.mkv", "mov", "--codec", "prores", pixels="yuv422p10le", video="prores")
row("444.mkv", "mov", "--codec", "prores", "--encoder-preset", "4444", pixels="yuv444p12le")
row("422.mkv", "mkv", "--codec", "ffv1", pixels="yuv422p", video="ffv1")
row("odd.mkv", "mp4", pixels="yuv420p", size=(38, 24), notes=["repeated"])
row("odd.mkv", "mkv", "--codec", "ffv1", pixels="yuv444p", size=(37, 23))
row("aac.mp4", "mp4", "--codec", "x265", video="hevc", tag="hvc1", sound=sound("aac"))
row("aac.mp4", "mp4", "--codec", "svt-av1", video="av1", sound=sound("aac"))
row("aac.mp4", "mkv", "--codec", "vp9", video="vp9", sound=sound("aac"))
row("aac.mp4", "mp4", "--codec", "ffv1", code=5, says="mkv")
row("aac.mp4", "mp4", "--codec", "prores", code=5, says="mov")
row("aac.mp4", "mp4", "--pix-fmt", "gbrp16", code=2, says="yuv420p")
row("aac.mp4", "mp4", "--encoder-preset", "warp", code=2, says="medium")
for codec in "h264_nvenc", "hevc_qsv", "av1_vaapi":
    row("aac.mp4", "mp4", "--codec", codec, code=3, says="by its hardware; choose x264")

fields.register(SOURCES, row, path)


# --- looking ----------------------------------------------------------------------------------

def near(found, wanted, within=0.02):
    assert len(found) == len(wanted), f"{found}, expected {wanted}"
    for a, b in zip(found, wanted):
        assert abs(a - b) <= within, f"{found}, expected {wanted}"


def check_sound(exported, original, expected):
    streams = exported.streams("audio")
    assert len(streams) > expected["track"], "no sound"
    stream = streams[expected["track"]]
    assert stream["codec_name"] == expected["codec"], stream["codec_name"]
    for key, name in (("rate", "sample_rate"), ("channels", "channels")):
        if expected[key]:
            assert int(stream[name]) == expected[key], f"{name} {stream[name]}"
    for key, value in expected["tags"].items():
        assert stream["tags"].get(key) == value, stream["tags"]
    track, at = expected["track"], expected["at"]
    # None: some codecs lose or delay a sound's beginning, which players show of the source, too.
    if at is None:
        played = table.Exported(original, "")
        begin = played.times()[0]
        at = [time - begin for time in played.bursts(track)]
    near(exported.bursts(track), at)


def check_notes(exported, notes):
    lines = exported.said.splitlines()
    if not notes:
        assert not lines, lines
    for note in notes:
        assert any(note in line for line in lines), f"{note}: {lines}"


def check(exported, original, expected):
    video = exported.streams("video")[0]
    times = exported.times() if {"frames", "steps", "varies", "shown"} & set(expected) else []
    for key, value in expected.items():
        if key == "frames":
            assert len(times) == value, f"{len(times)} frames"
        elif key == "steps":
            for a, b in zip(times, times[1:]):
                assert abs(b - a - value) < 0.0011, f"a step of {b - a} at {a}"
        elif key == "varies":
            near([round(25 * time, 2) for time in times[:20]],
                 [n + n * n / 40 for n in range(20)], 0.03)
        elif key == "shown":
            for number, time in value.items():
                near([times[number]], [time], 0.0011)
        elif key == "length":
            assert abs(exported.length() - value) < 0.05, exported.length()
        elif key == "rate":
            assert video["avg_frame_rate"] == value, video["avg_frame_rate"]
        elif key == "video":
            assert video["codec_name"] == value, video["codec_name"]
        elif key == "bit_rate":
            assert abs(exported.bit_rate() / value - 1) < 0.05, exported.bit_rate()
        elif key == "bytes":
            assert abs(os.path.getsize(exported.path) / value - 1) < 0.05, exported.facts["format"]
        elif key == "tag":
            assert video["codec_tag_string"] == value, video["codec_tag_string"]
        elif key == "pixels":
            assert video["pix_fmt"] == value, video["pix_fmt"]
        elif key == "size":
            assert (video["width"], video["height"]) == value, video
        elif key == "sound":
            check_sound(exported, original, value)
        elif key == "sounds":
            assert len(exported.streams("audio")) == value
        elif key == "exact":
            track = expected["sound"]["track"]
            assert exported.sound_sums(track=track) == exported.sound_sums(original, track)
        elif key == "colours":
            for a, b in zip(exported.colours(), exported.colours(original)):
                assert max(abs(x - y) for x, y in zip(a, b)) <= value, f"{a}, not {b}"
        elif key == "same":
            assert exported.sums() == exported.sums(value), "other frames than of the parts"
        elif key == "lasts": # in samples, as the container has it
            stream = exported.streams("audio")[0]
            assert stream["time_base"] == "1/" + stream["sample_rate"], stream["time_base"]
            assert stream["duration_ts"] == value, stream["duration_ts"]
        elif key == "samples":
            assert exported.count() == value, exported.count()
        elif key == "words":
            for word in value:
                assert word in exported.words(), exported.words()
        elif key == "chapters":
            found = [(float(c["start_time"]), float(c["end_time"]))
                     for c in exported.facts["chapters"]]
            assert len(found) == len(value), found
            for a, b in zip(found, value):
                near(a, b, 0.03)
        elif key == "attachments":
            assert len(exported.streams("attachment")) == value
        elif key == "covers":
            assert sum(s["disposition"]["attached_pic"] for s in exported.streams("video")) == value
        elif key == "tags":
            for name, wanted in value.items():
                assert exported.tags().get(name, "").startswith(wanted), exported.tags()
        elif key == "timecode":
            codes = [s.get("tags", {}).get("timecode") for s in exported.facts["streams"]]
            assert value in codes, codes
        elif key in fields.CHECKS:
            fields.CHECKS[key](exported, value)
        elif key in shapes.CHECKS:
            shapes.CHECKS[key](exported, value)
        elif key in colours.CHECKS:
            colours.CHECKS[key](exported, value)
        elif key in hdr.CHECKS:
            hdr.CHECKS[key](exported, value)
        elif key in hdr.BESIDE:
            hdr.BESIDE[key](exported, original, value)
        elif key == "notes":
            check_notes(exported, value)
        else:
            raise KeyError(key)


def run(number, name, target, options, code, expected):
    original = path(name)
    written = path(f"{number}-{target}" if "/" in target else f"{number}.{target}")
    # Among several files of a film those before the last stand among the options.
    given = path(expected.pop("part", name))
    options = [path(option) if os.path.exists(path(str(option))) else option for option in options]
    said = table.export(given, written, *options, code=code, cache=path("cache"))
    for part, name in enumerate(expected.get("same", [])): # each by itself
        alone = expected["same"][part] = f"{written}.{part}.{target}"
        how = [option for option in options if option != "--join" and not os.path.exists(option)]
        table.export(path(name), alone, *how, cache=path("cache"))
    if code:
        assert expected["says"] in said, said
        assert not [left for left in os.listdir(FOLDER) if left.strip(".").startswith(f"{number}-")]
        assert not os.path.exists(written)
    else:
        pictures = os.path.join(written, "%05d.png") if target.endswith("/") else written
        check(table.Exported(pictures, said), original, expected)
        (shutil.rmtree(os.path.dirname(written)) if "/" in target else os.remove(written))


def shown_by(name, target, options, code, expected):
    """What a row is about: its source, its container, its options with words, what is looked at."""
    values = [*options[1:], ""]
    return ({name, f"to {target.rpartition('.')[2]}", *expected} |
            {f"{option} {value if str(value).isalpha() or option == '--codec' else ''}"
             for option, value in zip(options, values) if str(option).startswith("--")})


def share(rows):
    """Those rows that show something which none before them does."""
    seen, chosen = set(), []
    for number, row in rows:
        if new := shown_by(*row) - seen:
            seen |= new
            chosen.append((number, row))
    return chosen


def main():
    only = sys.argv[1:] or [""]
    rows = [entry for entry in enumerate(ROWS)
            if any(re.search(word, entry[1][0]) for word in only)]
    if os.environ.get("SHARE") == "new":
        rows = share(rows)
    faults = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        needed = {name for _, (name, *_) in rows} | (set() if sys.argv[1:] else set(kinds.FOUND))
        for made in [pool.submit(SOURCES[name]) for name in sorted(needed)]:
            made.result()
        running = [(number, entry, pool.submit(run, number, *entry)) for number, entry in rows]
        for number, (name, target, options, *_), result in running:
            title = f"{name} to {target} {' '.join(map(str, options))}".strip()
            try:
                result.result()
                print(f"ok {number + 1} {title}")
            except Exception as fault:
                faults += 1
                print(f"not ok {number + 1} {title}: {fault}")
                if not isinstance(fault, AssertionError):
                    traceback.print_exc()
    print(f"{len(rows) - faults} of {len(rows)} rows are right")
    if not sys.argv[1:]:
        fields.check_analysis(path("analysis.mkv"), path("cache"))
        faults += kinds.check_all(path("cache"))
    return faults > 0


try:
    status = main()
finally:
    shutil.rmtree(FOLDER, ignore_errors=True)
sys.exit(status)
