# SPDX-License-Identifier: Apache-2.0
"""What the table of exports is made of: a source, made by the ffmpeg program; an export by
rekindle-cli; and what ffprobe and ffmpeg find in the exported file. Every picture is testsrc2 and
every sound has a burst of 50 ms each half second, unless a row says otherwise."""

import array
import json
import os
import subprocess

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


X264 = "-c:v libx264 -preset ultrafast -g 12 -pix_fmt yuv420p".split()


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
    done = subprocess.run([CLI, "restore", "--model", MODEL, "--dtype", "f32", "--scale", "1",
                           "--strength", "0", "--quiet", *map(str, options), source, target],
                          text=True, capture_output=True,
                          env={**os.environ, "XDG_CACHE_HOME": cache, "OASIS_MODEL_PATH": ""})
    assert done.returncode == code, f"exit {done.returncode}: {done.stderr}"
    return done.stderr
