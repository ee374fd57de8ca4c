# SPDX-License-Identifier: Apache-2.0
"""Rows of the table for pictures of fields, of film and of both: a box that moves by four pixels a
moment, so that an exported file's motion can be measured against that of the moments themselves."""

import json
import os
import statistics
import subprocess

import table
from testing import ffmpeg

WIDTH, HEIGHT, BEGIN, STEP = 360, 320, 20, 4
TAPE = "-c:v libx264 -preset ultrafast -crf 12 -g 12 -pix_fmt yuv420p".split()
MPEG2 = "-c:v mpeg2video -q:v 3 -g 12 -bf 2 -pix_fmt yuv420p".split()
EXACT = "-c:v ffv1 -pix_fmt yuv420p".split()


def box(rate, *filters, seconds=1, size=(WIDTH, HEIGHT), step=STEP):
    width, height = size
    chain = "".join("," + each for each in filters)
    return ["-f", "lavfi", "-t", seconds, "-i",
            f"color=0x404040:s={width}x{height}:r={rate},format=yuv444p[a];"
            f"color=0xe0e0e0:s=60x{height // 2}:r={rate}[b];"
            f"[a][b]overlay=x={BEGIN}+{step}*(n-1):y={height // 4}:format=yuv444{chain}"]


def edges(exported):
    """Where the box begins in two neighbouring lines of each frame."""
    stream = exported.streams("video")[0]
    width, height = stream["width"], stream["height"]
    y = height // 2
    done = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-i", exported.path, "-fps_mode",
                           "passthrough", "-vf", f"crop={width}:2:0:{y}:exact=1", "-pix_fmt",
                           "gray", "-f", "rawvideo", "-"], capture_output=True, check=True)
    lines = [done.stdout[at:at + width] for at in range(0, len(done.stdout), width)]
    found = [next((x for x, value in enumerate(line) if value > 140), width) for line in lines]
    return list(zip(found[::2], found[1::2]))


def is_combed(pair):
    return abs(pair[0] - pair[1]) > 2


def check_moves(exported, step):
    """That the box goes on by as much in every frame, and that none is combed."""
    for n, pair in enumerate(edges(exported)):
        assert not is_combed(pair), f"frame {n} is combed: {pair}"
        wanted = BEGIN + step * n
        assert abs(sum(pair) / 2 - wanted) <= 1.5, f"frame {n} lies at {pair}, not {wanted}"


def check_combed(exported, share):
    """The share of frames that hold two moments."""
    pairs = edges(exported)
    found = sum(map(is_combed, pairs)) / len(pairs)
    assert abs(found - share) < 0.07, f"{found} of the frames are combed"


def check_even(exported, step):
    """That each frame is shown for so long, but for what the container rounds."""
    times = exported.times()
    for a, b in zip(times, times[1:]):
        assert abs(b - a - step) < 0.0011, f"a step of {b - a} at {a}, not {step}"


def check_steps_of(exported, steps):
    """That frames are shown for some of these times, and for each of them once at least."""
    times = exported.times()
    found = {min(steps, key=lambda step: abs(b - a - step)) for a, b in zip(times, times[1:])}
    assert found == set(steps), found


def check_like(exported, wanted):
    """How near the frames come to those of another film, in dB of luma."""
    name, least = wanted
    if not os.path.exists(table.path(name)): # where few rows are asked for
        table.SOURCES[name]()
    done = subprocess.run(["ffmpeg", "-nostdin", "-i", exported.path, "-i", table.path(name),
                           "-lavfi", "[0:v]settb=1/50,setpts=N[a];[1:v]settb=1/50,setpts=N[b];"
                           "[a][b]psnr", "-f", "null", "-"],
                          text=True, capture_output=True, check=True)
    found = float(done.stderr.rpartition("PSNR y:")[2].split()[0])
    assert found >= least, f"{found} dB"


CHECKS = {"like": check_like, "moves": check_moves, "combed": check_combed, "even": check_even,
          "steps_of": check_steps_of}


def find(path, cache):
    """What `info` finds in a film."""
    done = subprocess.run([table.CLI, "info", "--analyse", "--json", path], text=True, check=True,
                          capture_output=True, env={**os.environ, "XDG_CACHE_HOME": cache})
    return json.loads(done.stdout)["analysis"]


def check_noise(path, noise):
    """Noise is that of a grey frame, in each brightness and in fine and coarse detail."""
    done = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-ss", "1.6", "-i", path,
                           "-frames:v", "1", "-vf", "extractplanes=y,crop=128:128", "-f",
                           "rawvideo", "-"], capture_output=True, check=True)
    wanted = statistics.pstdev(done.stdout)
    for scales in noise:
        for scale in scales if max(scales) > 0 else ():
            assert abs(scale / wanted - 1) < 0.2, f"{noise}, where {wanted} is right"


def check_analysis(path, folder):
    """Scenes, black borders and noise that were put into a film are found, by as much."""
    scene = "scale=288:208,pad=320:240:16:16:black,noise=alls=12:allf=t,format=yuv420p"
    ffmpeg("-f", "lavfi", "-i",
           f"testsrc2=size=288x208:rate=25:duration=1.2,{scene}[a];"
           f"color=0x808080:size=288x208:rate=25:duration=0.8,{scene}[b];"
           f"color=0xd0d0d0:size=288x208:rate=25:duration=2,{scene}[c];[a][b][c]concat=n=3",
           *EXACT, path)
    found = find(path, folder)
    assert found["whole"] and found["frames"] == 100, found["frames"]
    assert found["cuts"] == [30, 50], found["cuts"]
    edges_found = [found[edge] for edge in ("left", "top", "right", "bottom")]
    assert edges_found == [16, 16, 16, 16], edges_found
    check_noise(path, found["noise"])
    assert found["concealed"] == 0 and found["head_lines"] == 0, found
    assert [piece["cadence"] for piece in found["cadences"]] == ["whole frames"], found["cadences"]
    assert find(path, folder) == found, "what was kept differs"


def register(sources, row, path):
    def make(name, codec, inputs):
        sources[name] = lambda: ffmpeg(*inputs, *codec, path(name))

    weave = {"tff": "tinterlace=interleave_top", "bff": "tinterlace=interleave_bottom"}
    flagged = "-flags +ildct+ilme".split()

    # Tapes and broadcasts, flagged, in both orders: fields of 50 and of 59.94 a second.
    make("tape-bff.dv", "-c:v dvvideo -pix_fmt yuv420p".split(),
         box(50, weave["bff"], size=(720, 576)))
    make("tape-bff-60.dv", "-c:v dvvideo -pix_fmt yuv411p".split(),
         box("60000/1001", weave["bff"], size=(720, 480)))
    make("disc-tff.mpg", [*MPEG2, *flagged, "-top", "1"], box(50, weave["tff"]))
    make("broadcast-tff.ts", [*TAPE, *flagged, "-x264-params", "tff=1"], box(50, weave["tff"]))
    make("broadcast-bff.ts", [*TAPE, *flagged, "-x264-params", "bff=1"], box(50, weave["bff"]))
    # The moments themselves.
    make("moments.mkv", EXACT, box(50))

    row("moments.mkv", "mkv", frames=50, moves=STEP, even=0.02, notes=())
    for name in "tape-bff.dv", "disc-tff.mpg", "broadcast-tff.ts", "broadcast-bff.ts":
        row(name, "mkv", frames=25, moves=2 * STEP, even=0.04)
        row(name, "mp4", "--double-rate", frames=50, moves=STEP, even=0.02, rate="50/1")
        row(name, "mkv", "--deinterlace", "off", frames=25, combed=1)
    row("tape-bff-60.dv", "mov", "--double-rate", frames=60, moves=STEP, rate="60000/1001")
    row("tape-bff-60.dv", "mkv", "--double-rate", "--start", "0.5", frames=30, even=1001 / 60000)

    # Every moment is shown, as near to what it was as its half of the lines allows.
    for name in "disc-tff.mpg", "broadcast-bff.ts":
        row(name, "mkv", "--codec", "ffv1", "--double-rate", frames=50, like=("moments.mkv", 30))

    # Fields and whole frames in one film.
    make("fields-and-frames.mkv", EXACT,
         ["-f", "lavfi", "-i", "".join([
             box(50, weave["tff"], "format=yuv420p", "setfield=prog", "trim=duration=1")[-1]
             .replace("[a]", "[c]").replace("[b]", "[d]"), "[e];",
             box(25, "format=yuv420p", "trim=duration=1")[-1], "[f];[e][f]concat"])])
    row("fields-and-frames.mkv", "mkv", "--double-rate", combed=0, steps_of=(0.02, 0.04))

    # Fields that nobody tells of, and such that are told of wrongly.
    make("untold-tff.mkv", EXACT, box(50, weave["tff"], "setfield=prog"))
    make("untold-bff.mkv", EXACT, box(50, weave["bff"], "setfield=prog"))
    make("wrong.mpg", [*MPEG2, *flagged, "-top", "1"], box(50, weave["bff"], "setfield=tff"))
    row("untold-tff.mkv", "mkv", "--double-rate", frames=50, moves=STEP)
    row("untold-bff.mkv", "mkv", "--double-rate", frames=50, moves=STEP)
    row("wrong.mpg", "mkv", "--double-rate", "--deinterlace", "bff", frames=50, moves=STEP)
    row("moments.mkv", "mkv", "--deinterlace", "tff", "--double-rate", frames=100, even=0.01)
    row("moments.mkv", "mkv", "--deinterlace", "off", "--double-rate", code=2, says="turns off")

    # Film that a disc shows for two and three fields in turn.
    make("soft.mkv", [*TAPE, "-fps_mode", "passthrough", "-enc_time_base", "1001:60000"],
         box("24000/1001", "settb=1001/60000", "setpts=floor(2.5*N)"))
    row("soft.mkv", "mp4", frames=24, moves=STEP, even=1001 / 24000, rate="24000/1001")
    row("soft.mkv", "mkv", "--deinterlace", "off", frames=24, steps_of=(1001 / 30000, 1001 / 20000))

    # Film put into fields for good, in every cadence that is used, and out of it again.
    film = 1001 / 24000
    for name, pattern, first in (("film-23-tff", 23, "top"), ("film-23-bff", 23, "bottom"),
                                 ("film-2332", 2332, "top"), ("film-32", 32, "top")):
        make(f"{name}.mkv", TAPE,
             box("24000/1001", f"telecine=pattern={pattern}:first_field={first}", seconds=2))
        row(f"{name}.mkv", "mp4", moves=STEP, even=film, rate="24000/1001")
        row(f"{name}.mkv", "mkv", "--deinterlace", "off", combed=0.2 if pattern == 2332 else 0.4)
    make("film-disc.mpg", [*MPEG2, *flagged, "-top", "1"],
         box("24000/1001", "telecine=pattern=23", "setfield=tff", seconds=2))
    row("film-disc.mpg", "mkv", moves=STEP, even=film)
    row("film-disc.mpg", "mkv", "--start", "1.25", frames=18, even=film, combed=0)
    row("film-23-tff.mkv", "mkv", "--double-rate", moves=STEP, even=film)

    # Whole frames that call themselves fields, and such that are spread over two frames.
    make("psf.mpg", [*MPEG2, *flagged, "-top", "1"], box(25, "setfield=tff", seconds=2))
    row("psf.mpg", "mkv", frames=50, moves=STEP, even=0.04)
    row("psf.mpg", "mkv", "--double-rate", frames=50, moves=STEP, even=0.04)
    make("shifted.mkv", TAPE, box(25, "phase=mode=t", seconds=2))
    row("shifted.mkv", "mkv", frames=50, combed=0)
