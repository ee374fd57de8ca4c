# SPDX-License-Identifier: Apache-2.0
"""Several ranges of a film, as one or one each: frames, times, chapters and subtitles are those of
the source, and sound is right to the sample."""

import json
import os
import random
import subprocess

import cli
import testing

RATE = 48000
RANGES = [(25, 45), (60, 83), (83, 90), (125, 150)]  # frames; two of them meet, the last ends it
PICTURE = "testsrc2=s=64x48:r=25,trim=end_frame=150"
CHAPTERS = """;FFMETADATA1
[CHAPTER]
TIMEBASE=1/1000
START=0
END=1200
title=One
[CHAPTER]
TIMEBASE=1/1000
START=1200
END=3700
title=Two
[CHAPTER]
TIMEBASE=1/1000
START=3700
END=4900
title=Nowhere
[CHAPTER]
TIMEBASE=1/1000
START=4900
END=6000
title=Three
"""
SUBTITLES = """1
00:00:01,500 --> 00:00:02,500
Over the seam

2
00:00:04,000 --> 00:00:04,500
Nowhere

3
00:00:05,200 --> 00:00:05,600
Late
"""


def probe(path, entries, *more):
    done = subprocess.run(["ffprobe", "-v", "error", *more, "-show_entries", entries, "-of", "json",
                           path], check=True, text=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def samples(path):
    done = subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-map", "0:a", "-f", "s16le", "-"],
                          check=True, stdout=subprocess.PIPE)
    return done.stdout


def sums(path):
    text = testing.ffmpeg("-i", path, "-map", "0:v", "-fps_mode", "passthrough", "-f", "framehash",
                          "-hash", "crc32", "-")
    return [line.split(",")[-1].strip() for line in text.splitlines() if not line.startswith("#")]


def times(frames):
    return f"{frames[0] / 25:g}-" + (f"{frames[1] / 25:g}" if frames[1] < 150 else "")


OPTIONS = [word for frames in RANGES for word in ("--range", times(frames))]


class Ranges(cli.CliTest):
    def make(self, name, codec):
        noise = random.Random(cli.SEED).randbytes(2 * 6 * RATE)
        for file, content in ("noise.raw", noise), ("chapters", CHAPTERS.encode()), (
                "text.srt", SUBTITLES.encode()):
            with open(self.path(file), "wb") as opened:
                opened.write(content)
        testing.ffmpeg("-f", "lavfi", "-i", PICTURE, "-f", "s16le", "-ar", RATE, "-ac", 1, "-i",
                       self.path("noise.raw"), "-i", self.path("text.srt"), "-i",
                       self.path("chapters"), "-map", 0, "-map", 1, "-map", 2, "-map_metadata", 3,
                       "-map_chapters", 3, "-c:v", "mpeg4", "-q:v", "2", "-g", "12", "-c:a", codec,
                       "-c:s", "subrip" if name.endswith("mkv") else "mov_text", self.path(name))
        return self.path(name)

    def restore_ranges(self, source, target, *more):
        return self.restore(source, target, "--scale", "1", "--piece-seconds", "0.5", *OPTIONS,
                            *more)

    def check_sound(self, source, target, most_off):
        """To the sample, or what the source's container rounds times by."""
        whole, heard, at = samples(source), samples(target), 0
        for first, end in RANGES:
            first, count = first * RATE // 25, (end - first) * RATE // 25
            got = heard[2 * at:2 * (at + count)]
            self.assertTrue(any(got == whole[2 * (first + off):][:len(got)]
                                for off in sorted(range(-most_off, most_off + 1), key=abs)),
                            f"{source}: other samples from {first} on")
            at += count
        self.assertAlmostEqual(len(heard), 2 * at, delta=2 * most_off)

    def test_one_film(self):
        for name, codec in ("in.mov", "pcm_s16le"), ("in.mkv", "pcm_s16le"), ("in.mkv", "flac"):
            for ending in "mkv", "mov":
                with self.subTest(name=name, codec=codec, ending=ending):
                    source, target = self.make(name, codec), self.path(f"out.{ending}")
                    self.restore_ranges(source, target, "--force")
                    self.check_sound(source, target, 24 if name.endswith("mkv") else 0)
                    self.check_rest(target)

    def check_rest(self, target):
        count = sum(end - first for first, end in RANGES)
        shown = sorted(float(packet["pts_time"]) for packet in
                       probe(target, "packet=pts_time", "-select_streams", "v:0")["packets"])
        self.assertEqual(len(shown), count)
        for i, time in enumerate(shown):
            self.assertAlmostEqual(time, i / 25, delta=0.0011)
        chapters = [(float(chapter["start_time"]), float(chapter["end_time"]),
                     chapter["tags"]["title"]) for chapter in
                    probe(target, "chapter=start_time,end_time:chapter_tags=title")["chapters"]]
        self.assertEqual(chapters, [(0, 0.2, "One"), (0.2, 2.0, "Two"), (2.0, 3.0, "Three")])
        texts = [(round(float(packet["pts_time"]), 2), round(float(packet["duration_time"]), 2))
                 for packet in probe(target, "packet=pts_time,duration_time", "-select_streams",
                                     "s:0")["packets"] if int(packet.get("size", 9)) > 2
                 and float(packet.get("duration_time", 0)) > 0]
        for wanted in (0.5, 0.3), (0.8, 0.1), (2.2, 0.4):
            self.assertIn(wanted, texts)

    def test_frames_are_the_whole_film_s(self):
        """At any strength, and with pieces made in any order."""
        source = self.make("in.mov", "pcm_s16le")
        for strength in "0", "0.5", "1":
            options = ["--strength", strength, "--codec", "ffv1", "--force"]
            self.restore(source, self.path("all.mkv"), "--scale", "1", *options)
            self.restore_ranges(source, self.path("out.mkv"), *options)
            whole = sums(self.path("all.mkv"))
            self.assertEqual(sums(self.path("out.mkv")),
                             [frame for first, end in RANGES for frame in whole[first:end]])

    def test_pieces(self):
        source = self.make("in.mov", "pcm_s16le")
        self.restore_ranges(source, self.path("alone.mov"))
        planned = self.cli("plan", *cli.RESTORE[1:], "--scale", "1", "--piece-seconds", "0.5",
                           *OPTIONS, source, self.path("out.mov"))
        pieces = list(range(int(planned.stdout)))
        self.assertGreater(len(pieces), len(RANGES))
        cli.rng.shuffle(pieces)
        for piece in pieces:
            self.cli("piece", "--quiet", self.path("out.mov"), piece)
        self.cli("join", self.path("out.mov"))
        with open(self.path("alone.mov"), "rb") as alone, open(self.path("out.mov"), "rb") as out:
            self.assertTrue(alone.read() == out.read(), "other bytes than one run's")

    def test_each(self):
        source = self.make("in.mov", "pcm_s16le")
        self.restore_ranges(source, self.path("out.mov"), "--each")
        for i, frames in enumerate(RANGES):
            first, _, end = times(frames).partition("-")
            self.restore(source, self.path("alone.mov"), "--scale", "1", "--piece-seconds", "0.5",
                         "--force", "--start", first, *(["--end", end] if end else []))
            with open(self.path("alone.mov"), "rb") as alone, \
                    open(self.path(f"out-{i + 1}.mov"), "rb") as out:
                self.assertTrue(alone.read() == out.read(), f"film {i + 1}")
        self.assertFalse(os.path.exists(self.path("out.mov")))

    def test_raw(self):
        cli.write_y4m(self.path("in.y4m"), 64, 48, 60)
        self.restore(self.path("in.y4m"), self.path("all.y4m"), "--scale", "1", "--strength", "0")
        frames = cli.read_y4m(self.path("all.y4m"))[2]
        self.restore(self.path("in.y4m"), self.path("out.y4m"), "--scale", "1", "--strength", "0",
                     "--range", "0.2-0.6", "--range", "0.64-0.8", "--range", "2-")
        self.assertEqual(cli.read_y4m(self.path("out.y4m"))[2],
                         frames[5:15] + frames[16:20] + frames[50:])

    def test_refused(self):
        source, target = self.make("in.mov", "pcm_s16le"), self.path("out.mkv")
        for options, says in ((["--range", "2-1"], "ends before it begins"),
                              (["--range", "1"], "is not a range"),
                              (["--range", "1-3", "--range", "2-4"], "before the one before"),
                              (["--range", "1-", "--range", "2-4"], "before the one before"),
                              (["--range", "1-2", "--start", "1"], "or --range"),
                              (["--each"], "needs a --range"),
                              (["--range", "1-2", "--range", "9-"], "has no frame from")):
            with self.subTest(options=options):
                self.refused(2, *cli.RESTORE, *options, source,
                             target, says=[says])


cli.main()
