# SPDX-License-Identifier: Apache-2.0
"""What the table of exports is made of: a source, made by the ffmpeg program; an export by
rekindle-cli; and what ffprobe and ffmpeg find in the exported file. Every picture is testsrc2 and
every sound has a burst of 50 ms each half second, unless a row says otherwise."""

import array
import json
import os
import subprocess
import tempfile

import testing

CLI = os.environ["REKINDLE_CLI"]
MODEL = os.environ["REKINDLE_MODEL"]
RATE = 8000  # at which bursts are looked for


def bursts(seconds=2, rate=48000, channels="stereo", first=0.0):
    """A lavfi source: silence before `first`, from then on a burst each half second."""
    wave = f"0.6*sin(2*PI*1000*t)*lt(mod(t,0.5),0.05)*gte(t,{first})"
    count = {"mono": 1, "stereo": 2, "5.1": 6, "7.1": 8}[channels]
    return ["-f", "lavfi", "-t", seconds, "-i",
            f"aevalsrc='{'|'.join([wave] * count)}':s={rate}:c={channels}"]


def picture(seconds=2, rate="25", size="96x64", more=""):
    return ["-f", "lavfi", "-t", seconds, "-i", f"testsrc2=size={size}:rate={rate}{more}"]


# Of the quarters of a flag: upper left and right, lower left and right.
RED, GREEN, BLUE, GREY = (200, 40, 40), (40, 180, 60), (50, 60, 190), (220, 220, 210)


def flag(size="96x64", seconds=0.4, matrix="smpte170m", range="tv", pixels="yuv420p", border=None,
         more=""):
    """Four quarters of one colour each, and around them black borders: left, top, right, bottom."""
    def quarters(i):
        values = [colour[i] for colour in (RED, GREEN, BLUE, GREY)]
        return ("if(lt(Y\\,H/2)\\,if(lt(X\\,W/2)\\,{}\\,{})\\,if(lt(X\\,W/2)\\,{}\\,{}))"
                .format(*values))
    chain = (f"color=black:s={size}:r=25,format=gbrp,geq=r='{quarters(0)}':g='{quarters(1)}':"
             f"b='{quarters(2)}'")
    if border:
        left, top, right, bottom = border
        chain += f",pad=iw+{left + right}:ih+{top + bottom}:{left}:{top}"
    if not pixels.startswith(("gbr", "rgb", "bgr", "pal8", "argb")):
        chain += (f",scale=out_color_matrix={matrix}:out_range={range}:"
                  "flags=accurate_rnd+full_chroma_int+full_chroma_inp")
    return ["-f", "lavfi", "-t", seconds, "-i", f"{chain},format={pixels}{more}"]


X264 = "-c:v libx264 -preset ultrafast -g 12 -pix_fmt yuv420p".split()
FFV1 = "-c:v ffv1".split()


FOLDER = tempfile.mkdtemp()
SOURCES = {}  # each made once and named by its file
ROWS = []


def path(name):
    return os.path.join(FOLDER, name)


def source(name):
    def add(make):
        SOURCES[name] = make
        return make
    return add


def simple(name, *sound, video=X264, seconds=2, inputs=None, **shape):
    """A picture and bursts, encoded as the options say."""
    SOURCES[name] = lambda: testing.ffmpeg(*(inputs or [*picture(seconds),
                                                        *bursts(seconds, **shape)]),
                                           *video, *sound, path(name))


def row(name, target, *options, code=0, **expected):
    """A source, exported; what is found, or what is said where it fails."""
    ROWS.append((name, target, options, code, expected))


class Exported:
    """A file that was exported, as FFmpeg's own programs see it."""

    def __init__(self, path, said):
        self.path, self.said = path, said
        done = subprocess.run(["ffprobe", "-v", "error", "-show_streams", "-show_format",
                               "-show_chapters", "-of", "json", path], text=True,
                              capture_output=True, check=True)
        self.facts = json.loads(done.stdout)

    def streams(self, kind):
        return [stream for stream in self.facts["streams"] if stream["codec_type"] == kind]

    def tags(self):
        return {name.lower(): value
                for name, value in self.facts["format"].get("tags", {}).items()}

    def times(self):
        """When each frame is shown."""
        done = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries",
                               "frame=pts_time", "-of", "csv=p=0", self.path], text=True,
                              capture_output=True, check=True)
        return [float(line.strip(",")) for line in done.stdout.split()]

    def colours(self, path=None):
        """Of the upper row of smptebars, at the middle of each."""
        data = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-i", path or self.path,
                               "-frames:v", "1", "-vf", "scale=flags=accurate_rnd",
                               "-pix_fmt", "rgb24", "-f", "rawvideo", "-"],
                              capture_output=True, check=True).stdout
        places = [3 * (16 * 96 + int((n + 0.5) * 96 / 7)) for n in range(7)]
        return [tuple(data[place:place + 3]) for place in places]

    def sums(self, paths=None):
        """A sum of each frame's decoded planes, of several files one after the other."""
        lines = []
        for path in paths or [self.path]:
            text = testing.ffmpeg("-i", path, "-map", "0:v:0", "-fps_mode", "passthrough", "-f",
                                  "framemd5", "-")
            lines += [line.split()[-1] for line in text.splitlines() if line[0] != "#"]
        return lines

    def bit_rate(self):
        """Of the picture."""
        done = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries",
                               "packet=size", "-of", "csv=p=0", self.path], text=True,
                              capture_output=True, check=True)
        return 8 * sum(int(line.strip(",")) for line in done.stdout.split()) / self.length()

    def rows(self, n=0):
        """The n-th frame as rows of (red, green, blue), as it is shown: upright, and in the matrix
        and range that it is tagged with."""
        video = self.streams("video")[0]
        done = subprocess.run(
            ["ffmpeg", "-v", "error", "-nostdin", "-i", self.path, "-map", "0:v:0", "-vf",
             f"select=gte(n\\,{n}),scale=flags=accurate_rnd+full_chroma_int+full_chroma_inp,"
             "format=rgb24", "-frames:v", "1", "-f", "rawvideo", "-"],
            capture_output=True, check=True)
        width = video["width"]
        pixels = list(zip(*[iter(done.stdout)] * 3))
        return [pixels[at:at + width] for at in range(0, len(pixels), width)]

    def quarters(self, n=0):
        """The colours in the middle of the n-th frame's quarters, upper left and right, lower left
        and right."""
        rows = self.rows(n)
        height, width = len(rows), len(rows[0])
        return [rows[height * y // 4][width * x // 4] for y in (1, 3) for x in (1, 3)]

    def length(self):
        return float(self.facts["format"]["duration"])

    def samples(self, track=0):
        """Mono sound as a player gives it, from time 0 on."""
        done = subprocess.run(
            ["ffmpeg", "-v", "error", "-nostdin", "-copyts", "-i", self.path, "-map",
             f"0:a:{track}", "-ac", "1", "-af", f"aresample={RATE}:async=1:first_pts=0", "-f",
             "s16le", "-"], capture_output=True, check=True)
        return array.array("h", done.stdout)

    def bursts(self, track=0):
        """When each burst begins."""
        found, quiet = [], RATE
        for n, sample in enumerate(self.samples(track)):
            if abs(sample) > 4000:
                if quiet > RATE // 10:
                    found.append(n / RATE)
                quiet = 0
            else:
                quiet += 1
        return found

    def sound_sums(self, path=None, track=0):
        """A sum of the decoded samples, in 24 bits."""
        return testing.ffmpeg("-i", path or self.path, "-map", f"0:a:{track}", "-c:a", "pcm_s24le",
                              "-f", "md5", "-")

    def count(self, track=0):
        """Samples of sound, as decoded."""
        return len(subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-i", self.path, "-map",
                                   f"0:a:{track}", "-ac", "1", "-f", "u8", "-"],
                                  capture_output=True, check=True).stdout)

    def words(self):
        """The first subtitles' lines."""
        text = testing.ffmpeg("-i", self.path, "-map", "0:s:0", "-c:s", "srt", "-f", "srt", "-")
        return text.split("\n")


def export(source, target, *options, code=0, cache):
    size = () if "--height" in options else ("--scale", "1")
    done = subprocess.run([CLI, "restore", "--model", MODEL, "--dtype", "f32", *size, "--strength",
                           "0", "--kind", "other", "--quiet", *map(str, options), source, target],
                          text=True, capture_output=True,
                          env={**os.environ, "XDG_CACHE_HOME": cache, "OASIS_MODEL_PATH": ""})
    assert done.returncode == code, f"exit {done.returncode}: {done.stderr}"
    return done.stderr
