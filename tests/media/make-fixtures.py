# SPDX-License-Identifier: Apache-2.0
"""make-fixtures.py FOLDER STAMP: small video files of the kinds that people have, made by the
ffmpeg program, and beside each NAME a file NAME.truth: what ffmpeg itself reads from it. A line of
that is a frame: its time in the stream's units and the Adler-32 sum of its planes."""

import concurrent.futures
import pathlib
import struct
import subprocess
import sys

FOLDER = pathlib.Path(sys.argv[1])
STAMP = pathlib.Path(sys.argv[2])

PICTURE = "testsrc2=size=96x64:rate=25"
TONE = "aevalsrc='0.5*sin(2*PI*(200*t+150*t*t))':s=48000"  # its pitch tells the time


def ffmpeg(*arguments):
    done = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *map(str, arguments)],
                          cwd=FOLDER, text=True, capture_output=True)
    if done.returncode:
        sys.exit(f"ffmpeg {' '.join(map(str, arguments))}\n{done.stderr}")
    return done.stdout


def encode(name, *options, picture=PICTURE, frames=40):
    ffmpeg("-f", "lavfi", "-i", picture, "-frames:v", frames, "-fps_mode", "passthrough",
           "-threads", 1, *options, name)


def x264(name, *options, params="keyint=12:bframes=3:b-pyramid=normal", pixels="yuv420p", **more):
    encode(name, "-c:v", "libx264", "-preset", "veryfast", "-x264-params", params, "-pix_fmt",
           pixels, *options, **more)


def truth(name, *filters):
    chain = ["-vf", ",".join(filters)] if filters else []
    lines = ffmpeg("-copyts", "-i", name, "-map", "0:v:0", *chain, "-fps_mode", "passthrough",
                   "-enc_time_base:v", "demux", "-f", "framecrc", "-").splitlines()
    with open(FOLDER / f"{name}.truth", "w") as file:
        for line in lines:
            if not line.startswith("#"):
                _, _, pts, _, _, crc = (field.strip() for field in line.split(",")[:6])
                print(pts, int(crc, 16), file=file)


# --- each function makes the files that it is named for --------------------------------------

def h264_mp4():
    """B-frames and an edit list, whole and cut in the middle of a group of pictures; turned."""
    x264("h264.mp4", picture=PICTURE + ",setsar=16/15")
    truth("h264.mp4")
    ffmpeg("-ss", 0.6, "-i", "h264.mp4", "-c", "copy", "cut.mp4")
    truth("cut.mp4")
    for angle in 90, 180, 270:
        ffmpeg("-display_rotation", -angle, "-i", "h264.mp4", "-c", "copy", f"turned{angle}.mp4")
        truth(f"turned{angle}.mp4")
    ffmpeg("-display_hflip", "-i", "h264.mp4", "-c", "copy", "mirrored.mp4")
    truth("mirrored.mp4")
    ffmpeg("-f", "lavfi", "-i", PICTURE, "-frames:v", 0, "-c:v", "ffv1", "zero.mkv")
    x264("one.mp4", frames=1)
    truth("one.mp4")


def h264_other():
    """Groups of pictures that refer to each other, no key pictures at all, ten bits, fields."""
    x264("open.mkv", params="keyint=10:open-gop=1:bframes=3")
    truth("open.mkv")
    x264("refresh.mkv", params="keyint=8:intra-refresh=1:bframes=0")
    truth("refresh.mkv")
    x264("ten.mkv", pixels="yuv422p10le")
    truth("ten.mkv")
    x264("fields.ts", "-flags", "+ildct+ilme", params="keyint=12:tff=1:bframes=2",
         picture="testsrc2=size=96x64:rate=50,tinterlace=interleave_top")
    truth("fields.ts", "bwdif=mode=send_frame:deint=interlaced")
    x264("raw.h264")
    truth("raw.h264")


def mpeg2():
    """A program stream of fields, flagged; starting late; two sizes and two clocks in one."""
    options = "-c:v mpeg2video -flags +ildct+ilme -top 1 -bf 2 -g 12 -q:v 4".split()
    encode("fields.mpg", *options, picture="testsrc2=size=96x64:rate=50,tinterlace=interleave_top")
    truth("fields.mpg", "bwdif=mode=send_frame:deint=interlaced")
    encode("late.ts", "-c:v", "mpeg2video", "-bf", 2, "-g", 12, "-output_ts_offset", 7)
    truth("late.ts")
    for size in "96x64", "64x48":
        encode(f"{size}.ts", "-c:v", "mpeg2video", "-bf", 2, "-g", 12, frames=20,
               picture=f"testsrc2=size={size}:rate=25")
    (FOLDER / "joined.ts").write_bytes((FOLDER / "96x64.ts").read_bytes() +
                                       (FOLDER / "64x48.ts").read_bytes())
    data = bytearray((FOLDER / "late.ts").read_bytes())
    for place in range(len(data) // 2, len(data) // 2 + 3000, 97):
        data[place] ^= 0x55
    (FOLDER / "broken.ts").write_bytes(data)


def dv():
    """Tapes: PAL is 4:2:0 with chroma of its own, NTSC is 4:1:1, and both are of fields."""
    for name, size, rate, pixels, aspect in (
            ("pal.avi", "720x576", 50, "yuv420p", "16/15"),
            ("ntsc.dv", "720x480", "60000/1001", "yuv411p", "8/9")):
        encode(name, "-c:v", "dvvideo", "-pix_fmt", pixels, frames=6,
               picture=f"testsrc2=size={size}:rate={rate},tinterlace=interleave_bottom,"
                       f"setsar={aspect}")
        truth(name, "bwdif=mode=send_frame:deint=interlaced")


def mpeg4_avi():
    """B-frames in AVI, which knows no times of showing: plain, and packed two to a packet."""
    encode("plain.avi", "-c:v", "mpeg4", "-bf", 2, "-g", 12)
    truth("plain.avi")
    encode("packed.avi", "-c:v", "libxvid", "-bf", 2, "-g", 12)
    truth("packed.avi")


def vpx():
    """VP8 with pictures that are never shown, which take two passes to get; VP9."""
    for number in 1, 2:
        encode("vp8.webm", "-c:v", "libvpx", "-auto-alt-ref", 1, "-lag-in-frames", 16, "-g", 20,
               "-b:v", "200k", "-pass", number, "-passlogfile", "vp8")
    truth("vp8.webm")
    encode("vp9.webm", "-c:v", "libvpx-vp9", "-g", 20, "-b:v", "200k", "-cpu-used", 4)
    truth("vp9.webm")


def times():
    """Frames at varying times, wildly and by a little; a rate that a container can only round; and
    a clock that starts below zero."""
    x264("varying.mkv", picture=PICTURE + ",setpts='(N+N*N/40+gt(N\\,20)*15)/25/TB'")
    truth("varying.mkv")
    x264("wavering.mp4", "-enc_time_base", "1:12800",
         picture=PICTURE + ",settb=1/12800,setpts='(N+0.02*sin(N))/25/TB'")
    truth("wavering.mp4")
    x264("rounded.mkv", picture="testsrc2=size=96x64:rate=30000/1001")
    truth("rounded.mkv")
    encode("negative.ivf", "-c:v", "libvpx", "-g", 15, "-output_ts_offset", -0.5,
           "-avoid_negative_ts", "disabled")
    truth("negative.ivf")


def pixels():
    """Formats that are planar already, and others that are not."""
    for name, codec, pixel, planar in (("mjpeg.avi", "mjpeg", "yuvj422p", "yuvj422p"),
                                       ("grey.mkv", "ffv1", "gray", "gray"),
                                       ("deep.mkv", "ffv1", "gray12le", "gray12le"),
                                       ("gbr.mkv", "ffv1", "gbrp10le", "gbrp10le"),
                                       ("alpha.mkv", "ffv1", "yuva420p", None),
                                       ("bgr.avi", "rawvideo", "bgr24", "gbrp"),
                                       ("yuyv.avi", "rawvideo", "yuyv422", "yuv422p"),
                                       ("nv12.nut", "rawvideo", "nv12", "yuv420p"),
                                       ("palette.gif", "gif", "pal8", "gbrp")):
        encode(name, "-c:v", codec, "-pix_fmt", pixel, frames=8)
        truth(name, f"format={planar}" if planar else "premultiply=inplace=1,format=yuv420p")
    for name in "still.png", "still.jpg":
        encode(name, frames=1)
        truth(name, "format=gbrp" if name == "still.png" else "format=yuvj420p")
    encode("odd.mkv", "-c:v", "ffv1", "-pix_fmt", "yuv420p", frames=8,
           picture=PICTURE + ",format=yuv444p,crop=37:23:exact=1")
    truth("odd.mkv")
    encode("checked.mkv", "-c:v", "ffv1", "-level", 3, "-slices", 4, "-slicecrc", 1, "-pix_fmt",
           "yuv420p", picture="testsrc2=size=320x240:rate=25,noise=alls=8:allf=t")
    x264("hd.mkv", picture="testsrc2=size=1280x720:rate=25", frames=3)
    truth("hd.mkv")


def unflagged():
    """Fields that nothing but their look betrays, and frames that look like frames."""
    moving = "testsrc2=size=320x320:rate=50,noise=alls=8,scroll=h=0.02:v=0.005"
    encode("combed.mkv", "-c:v", "ffv1", "-pix_fmt", "yuv420p",
           picture=moving + ",tinterlace=interleave_bottom,setfield=prog")
    truth("combed.mkv", "bwdif=mode=send_frame:parity=bff:deint=all")
    encode("whole.mkv", "-c:v", "ffv1", "-pix_fmt", "yuv420p", picture=moving + ",fps=25")
    encode("lines.mkv", "-c:v", "mpeg2video", "-q:v", 2, picture="testsrc2=size=640x360:rate=25",
           frames=120)
    truth("lines.mkv")
    truth("whole.mkv")


def sound():
    """Sound for exports: compressed, raw, and with all that can stand beside it."""
    picture = ("-f", "lavfi", "-t", 4, "-i", PICTURE)
    tone = ("-f", "lavfi", "-t", 4, "-i", TONE)
    fast = "-c:v libx264 -preset ultrafast -g 12 -pix_fmt yuv420p".split()
    ffmpeg(*picture, *tone, *fast, "-c:a", "aac", "-metadata", "title=Summer", "-metadata",
           "creation_time=1998-07-12T14:03:00Z", "-metadata:s:a:0", "language=ita", "sound.mp4")
    ffmpeg(*picture, *tone, "-c:v", "mpeg4", "-q:v", 5, "-c:a", "pcm_s16le", "sound.avi")
    ffmpeg(*picture, *tone, *fast, "-c:a", "mp2", "sound.ts")
    data = bytearray((FOLDER / "sound.avi").read_bytes())
    place = data.index(b"strf", data.index(b"strf") + 4) + 8  # the second stream's WAVEFORMATEX
    data[place:place + 2] = b"\x77\x77"  # a codec that nobody knows
    (FOLDER / "unknown.avi").write_bytes(data)
    (FOLDER / "words.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nHello\n")
    (FOLDER / "note.txt").write_text("a note\n")
    ffmpeg(*picture, *tone, "-i", "words.srt", "-map", 0, "-map", 1, "-map", 1, "-map", 2, *fast,
           "-c:a", "libopus", "-c:s", "srt", "-attach", "note.txt", "-metadata:s:t",
           "mimetype=text/plain", "sound.mkv")
    ffmpeg(*tone, "sound.wav")


def box(name, data):
    return struct.pack(">I4s", 8 + len(data), name) + data


def find_box(data, *path):
    """Where the body of a box in boxes begins and ends, and where each of the boxes does."""
    begin, end, boxes = 0, len(data), []
    for name in path:
        begin = data.index(name, begin, end) - 4
        boxes.append(begin)
        end = begin + struct.unpack(">I", data[begin:begin + 4])[0]
        begin += 8
    return begin, end, boxes


def put_box(data, path, body):
    """Replaces a box's body; all that hold it grow with it. What lies behind must not matter."""
    begin, end, boxes = find_box(data, *path)
    data = bytearray(data[:begin] + body + data[end:])
    for place in boxes:
        size = struct.unpack(">I", data[place:place + 4])[0] + len(body) - (end - begin)
        data[place:place + 4] = struct.pack(">I", size)
    return bytes(data)


def hostile():
    """Headers of a few bytes that tell of very much."""
    encode("raw.mov", "-c:v", "rawvideo", "-pix_fmt", "rgb24", frames=2)
    data = (FOLDER / "raw.mov").read_bytes()
    table = (b"moov", b"trak", b"mdia", b"minf", b"stbl")
    chunks, samples = 10000, 1000
    endless = put_box(data, (*table, b"stco"),
                      struct.pack(">II", 0, chunks) + struct.pack(">I", 48) * chunks)
    endless = put_box(endless, (*table, b"stsc"), struct.pack(">IIIII", 0, 1, 1, samples, 1))
    endless = put_box(endless, (*table, b"stsz"), struct.pack(">III", 0, 1, chunks * samples))
    endless = put_box(endless, (*table, b"stts"), struct.pack(">IIII", 0, 1, chunks * samples, 1))
    (FOLDER / "endless.mov").write_bytes(endless.replace(b"edts", b"free"))
    begin, end, _ = find_box(data, b"moov", b"trak")
    tracks = box(b"trak", data[begin:end]) * 1100
    begin, end, _ = find_box(data, b"moov")
    (FOLDER / "tracks.mov").write_bytes(put_box(data, (b"moov",), data[begin:end] + tracks))
    encode("slow.avi", "-c:v", "mjpeg", frames=8)
    slow = bytearray((FOLDER / "slow.avi").read_bytes())
    place = slow.index(b"strh") + 28  # the first stream's scale and rate
    slow[place:place + 8] = struct.pack("<II", 0x7fffffff, 1)
    (FOLDER / "slow.avi").write_bytes(slow)


MAKERS = [dv, vpx, h264_mp4, h264_other, mpeg2, mpeg4_avi, times, pixels, unflagged, sound, hostile]

FOLDER.mkdir(parents=True, exist_ok=True)
with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
    for future in [pool.submit(maker) for maker in MAKERS]:
        future.result()
STAMP.touch()
