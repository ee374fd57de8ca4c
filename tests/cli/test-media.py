# SPDX-License-Identifier: Apache-2.0
"""Media files in and out, looked at by ffmpeg and ffprobe, which share no code of ours."""

import json
import os
import signal
import subprocess

import cli
from testing import ffmpeg, need

need("ffmpeg", "ffprobe")


def probe(path):
    """Returns (video stream, audio stream or None, times of the video's frames in seconds)."""
    done = subprocess.run(["ffprobe", "-v", "error", "-show_streams", "-show_frames", "-of",
                           "json", path], text=True, capture_output=True, check=True)
    facts = json.loads(done.stdout)
    streams = {stream["codec_type"]: stream for stream in facts["streams"]}
    times = [float(frame["pts_time"]) for frame in facts["frames"]
             if frame["media_type"] == "video"]
    return streams["video"], streams.get("audio"), times


def hashes(path, stream, *options):
    """A hash of each packet (options: -c copy) or decoded frame of a stream."""
    lines = ffmpeg("-i", path, "-map", stream, *options, "-fps_mode", "passthrough", "-f",
                   "framemd5", "-").splitlines()
    return [line.split(",")[5].strip() for line in lines if not line.startswith("#")]


# Moving pictures at times that drift apart: 25 a second, slowing down.
SLOWING = "testsrc2=size=64x48:rate=25,setpts=(N+N*N/40)/25/TB"


class MediaTest(cli.CliTest):
    def setUp(self):
        super().setUp()
        self.source = self.path("in.mp4")

    def make(self, *options, picture="testsrc2=size=64x48:rate=25", seconds=2):
        """Makes the source clip: a moving picture and a tone."""
        ffmpeg("-f", "lavfi", "-t", seconds, "-i", picture, "-f", "lavfi", "-t", seconds, "-i",
               "sine=frequency=440", "-fps_mode", "passthrough", "-c:v", "libx264", "-preset",
               "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", *options, self.source)


class Media(MediaTest):
    def assertTimesEqual(self, times, wanted):
        self.assertEqual(len(times), len(wanted))
        for a, b in zip(times, wanted):
            self.assertAlmostEqual(a, b, delta=0.00051)  # Matroska counts milliseconds

    def test_frames_times_and_sound_are_kept(self):
        self.make(picture=SLOWING)
        _, _, times = probe(self.source)
        sound = hashes(self.source, "0:a", "-c", "copy")
        for name in "out.mp4", "out.mkv", "out.mov":
            self.restore(self.source, self.path(name))
            video, audio, new_times = probe(self.path(name))
            self.assertEqual((video["codec_name"], video["width"], video["height"]),
                             ("h264", 128, 96))
            self.assertEqual(audio["codec_name"], "aac")
            self.assertTimesEqual(new_times, times)
            self.assertEqual(hashes(self.path(name), "0:a", "-c", "copy"), sound)

    def test_a_range_of_frames_and_sound(self):
        self.make(picture=SLOWING)
        _, _, times = probe(self.source)
        sound = hashes(self.source, "0:a", "-c", "copy")
        start, end = times[8], times[24]
        self.restore(self.source, self.path("out.mkv"), "--start", f"{start:.6f}", "--end",
                     f"{end:.6f}")
        _, audio, new_times = probe(self.path("out.mkv"))
        self.assertTimesEqual(new_times, [time - start for time in times[8:24]])
        part = hashes(self.path("out.mkv"), "0:a", "-c", "copy")
        packet = 1024 / int(audio["sample_rate"])
        # The cuts fall into packets, and decoders need one more before the first.
        self.assertAlmostEqual(len(part) * packet, end - start, delta=3 * packet)
        self.assertAlmostEqual(sound.index(part[0]) * packet, start, delta=2 * packet)
        self.assertEqual(part, sound[sound.index(part[0]):][:len(part)])

    def test_ranges_give_the_same_bytes_as_the_whole(self):
        self.make()
        self.restore(self.source, self.path("whole.mkv"), "--codec", "ffv1")
        whole = hashes(self.path("whole.mkv"), "0:v")
        self.assertEqual(len(whole), 50)
        for start, end, first, last in (("0.2", "1", 5, 25), ("0.6", "2", 15, 50)):
            self.restore(self.source, self.path("part.mkv"), "--codec", "ffv1", "--force",
                         "--start", start, "--end", end)
            self.assertEqual(hashes(self.path("part.mkv"), "0:v"), whole[first:last])
        self.assertEqual(probe(self.path("part.mkv"))[0]["codec_name"], "ffv1")

    def test_grain_is_given_back_as_noise_was(self):
        picture = "color=gray:size=256x192:rate=25,noise=c0s=12:c0f=t"
        self.make("-qp", "0", picture=picture, seconds=1)

        def restored(name, *options):
            self.restore(self.source, self.path(name), "--codec", "ffv1", "--scale", "1", *options)
            return hashes(self.path(name), "0:v")

        def level(path):
            """The deviation of luma in the middle, where a flat picture holds nothing else."""
            ffmpeg("-i", path, "-frames:v", 1, "-vf", "crop=128:96,format=gray", "-f", "rawvideo",
                   self.path("luma"))
            with open(self.path("luma"), "rb") as file:
                luma = file.read()
            mean = sum(luma) / len(luma)
            return (sum((value - mean) ** 2 for value in luma) / len(luma)) ** .5

        # The source itself stands for a clean picture: noise is added to noise.
        none = restored("none.mkv", "--grain", "0")
        full = restored("full.mkv", "--grain", "1")
        self.assertEqual(restored("default.mkv"), none)
        self.assertEqual(restored("again.mkv", "--grain", "1"), full)
        self.assertEqual(restored("zero.mkv", "--strength", "0", "--grain", "1"),
                         restored("source.mkv", "--strength", "0"))
        part = restored("part.mkv", "--grain", "1", "--start", "0.4")
        self.assertEqual(part, full[10:])
        self.assertFalse(set(none) & set(full))
        added = (level(self.path("full.mkv")) ** 2 - level(self.path("none.mkv")) ** 2) ** .5
        self.assertAlmostEqual(added / level(self.source), 1, delta=0.15)
        cli.write_y4m(self.path("raw.y4m"), 24, 18, 2)
        done = self.restore(self.path("raw.y4m"), self.path("raw.mkv"), "--grain", "0.5")
        self.assertIn("could not be measured", done.stderr)

    def test_raw_and_media_give_the_same_frames(self):
        self.make()
        self.restore(self.source, self.path("out.mkv"), "--codec", "ffv1", "--end", "0.4")
        self.restore(self.source, self.path("out.y4m"), "--end", "0.4")
        self.assertEqual(hashes(self.path("out.mkv"), "0:v"), hashes(self.path("out.y4m"), "0:v"))
        cli.write_y4m(self.path("in.y4m"), 32, 24, 5)
        self.restore(self.path("in.y4m"), self.path("raw.mkv"))
        video, audio, times = probe(self.path("raw.mkv"))
        self.assertIsNone(audio)
        self.assertTimesEqual(times, [0, 0.04, 0.08, 0.12, 0.16])

    def test_rotation_is_applied(self):
        self.make()
        ffmpeg("-display_rotation", 90, "-i", self.source, "-c", "copy", self.path("turned.mp4"))
        self.restore(self.path("turned.mp4"), self.path("out.mp4"), "--end", "0.2")
        video, _, _ = probe(self.path("out.mp4"))
        self.assertEqual((video["width"], video["height"]), (96, 128))
        self.assertFalse([data for data in video.get("side_data_list", ())
                          if data.get("rotation")])

    def test_sample_aspect_is_kept(self):
        self.make("-vf", "setsar=16/15")
        self.restore(self.source, self.path("out.mkv"), "--end", "0.2")
        self.assertEqual(probe(self.path("out.mkv"))[0]["sample_aspect_ratio"], "16:15")

    def test_crf_sets_the_size(self):
        self.make()
        for crf in "10", "40":
            self.restore(self.source, self.path(crf + ".mp4"), "--crf", crf, "--end", "0.5")
        self.assertGreater(os.path.getsize(self.path("10.mp4")),
                           1.5 * os.path.getsize(self.path("40.mp4")))

    def test_info(self):
        self.make(picture=SLOWING)
        text = self.cli("info", self.source).stdout
        for line in (r"length: +0:0\d\.\d\d\d$", r"video: +h264, 64x48 coded, variable rate",
                     r"sound: +aac, 44100 Hz, 1 chan", r"size: +64x48",
                     r"format: +4:2:0, 8 bit"):
            self.assertRegex(text, "(?m)^" + line)

    def test_varying_times_into_raw_frames_are_warned_of(self):
        self.make(picture=SLOWING)
        done = self.restore(self.source, self.path("out.y4m"), "--end", "0.2")
        self.assertIn("rekindle-cli: warning: ", done.stderr)


class Said(MediaTest):
    """What is said of a file, and beforehand of what becomes of it."""

    def make_tracks(self):
        """Two languages, and a tag that would do something to a terminal."""
        ffmpeg("-f", "lavfi", "-t", 1, "-i", "testsrc2=size=64x48:rate=25", "-f", "lavfi", "-t", 1,
               "-i", "sine=frequency=440", "-map", 0, "-map", 1, "-map", 1, "-c:v", "libx264",
               "-pix_fmt", "yuv444p", "-c:a:0", "flac", "-c:a:1", "aac",
               "-metadata:s:a:0", "language=ger", "-metadata",
               "comment=\x1b[31mred\x9b", self.path("in.mkv"))
        return self.path("in.mkv")

    def test_info_lists_tracks_and_tags(self):
        done = self.cli("info", self.make_tracks())
        self.assertRegex(done.stdout, r"(?m)^sound: +flac, 44100 Hz, 1 channel, ger$")
        self.assertRegex(done.stdout, r"(?m)^sound: +aac, 44100 Hz, 1 channel$")
        self.assertIn(r"comment = \x1b[31mred\xc2\x9b", done.stdout.replace("COMMENT", "comment"))

    def test_info_as_json(self):
        facts = json.loads(self.cli("info", "--json", self.make_tracks()).stdout)
        self.assertEqual((facts["frames"], facts["frame_rate"], facts["width"], facts["chroma"]),
                         (25, "25/1", 64, "4:4:4"))
        self.assertEqual([(track["kind"], track["codec"], track["language"], track["main"])
                          for track in facts["tracks"]],
                         [("video", "h264", "", True), ("sound", "flac", "ger", False),
                          ("sound", "aac", "", False)])
        self.assertEqual((facts["tracks"][1]["rate"], facts["tracks"][1]["channels"],
                          facts["tracks"][1]["lossless"]), (44100, 1, True))
        self.assertAlmostEqual(facts["tracks"][1]["end"], 1, delta=0.1)
        self.assertAlmostEqual(facts["duration"], 1, delta=0.01)
        self.assertIn("\x1b[31mred\x9b", facts["tags"].values())
        described = self.cli("info", "--help").stdout
        for name in [*facts, *facts["tracks"][0], *facts["tracks"][1]]:
            self.assertRegex(described, rf"\b{name}\b")
        cli.write_y4m(self.path("raw.y4m"), 32, 24, 5)
        facts = json.loads(self.cli("info", "--json", self.path("raw.y4m")).stdout)
        self.assertEqual((facts["frames"], facts["height"]), (5, 24))

    def test_names_of_any_bytes(self):
        source = os.fsencode(self.folder) + b"/a\nb\xff.mp4"
        self.make()
        os.rename(self.source, source)
        done = self.cli("info", os.fsdecode(source))
        self.assertIn(r"a\x0ab\xff.mp4", done.stdout)
        facts = json.loads(self.cli("info", "--json", os.fsdecode(source)).stdout)
        self.assertEqual(os.fsencode(facts["file"]), source)
        self.restore(os.fsdecode(source), os.fsdecode(os.fsencode(self.folder) + b"/\xfe.mkv"))

    def test_names_that_begin_with_a_dash(self):
        self.make()
        os.rename(self.source, self.path("-clip.mp4"))
        self.cli(*cli.RESTORE, "--end", "0.2", "-clip.mp4", "-out.mkv",
                 wrapper=["env", "-C", self.folder])
        self.assertEqual(self.files(), ["-clip.mp4", "-out.mkv"])

    def test_dry_run(self):
        source = self.make_tracks()
        before = self.files()
        done = self.restore(source, self.path("out.mp4"), "--dry-run")
        self.assertRegex(done.stdout, r"(?m)^picture: +25 frames of 128x96, H\.264, yuv420p")
        self.assertRegex(done.stdout, r"(?m)^track 1: +sound, flac, ger: converted to aac$")
        self.assertRegex(done.stdout, r"(?m)^loss: +sound 1 \(ger\) converted from flac to AAC")
        self.assertRegex(done.stdout, r"(?m)^size: +about [\d.]+ .*, [\d.]+ .* free$")
        self.assertRegex(done.stdout, r"(?m)^time: +(about \d+:\d\d|not known) on ")
        self.assertRegex(done.stdout, r"(?m)^memory: +about [\d.]+ [kMG]B")
        plan = json.loads(self.restore(source, self.path("out.mp4"), "--dry-run", "--json").stdout)
        self.assertEqual([(track["fate"], track["to"]) for track in plan["tracks"]],
                         [("converted", "aac"), ("copied", "aac")])
        self.assertTrue(any(note["loss"] and "4:2:0" in note["text"] for note in plan["notes"]))
        described = self.cli("restore", "--help").stdout
        for name in [*plan, *plan["tracks"][0], *plan["notes"][0]]:
            self.assertRegex(described, rf"\b{name}\b")
        self.assertEqual(self.files(), before)

    def test_the_plan_tells_time_and_memory(self):
        source = self.make_tracks()

        def plan(*arguments):
            return json.loads(self.cli("restore", "--model", cli.MODEL, "--dry-run", "--json",
                                       *arguments, source, self.path("out.mp4")).stdout)

        whole, half, large = plan(), plan("--end", "0.5"), plan("--scale", "4")
        self.assertLess(0, whole["memory_bytes"])
        self.assertLess(whole["memory_bytes"], large["memory_bytes"])
        if whole["device"] == "cpu":  # the reference back end is never measured
            self.assertLess(0, half["seconds"])
            self.assertLess(half["seconds"], whole["seconds"])
            self.assertLess(whole["seconds"], large["seconds"])
        self.assertEqual(plan("--device", "reference")["seconds"], -1)
        done = self.restore(source, self.path("out.mkv"))
        head = [line for line in done.stderr.splitlines() if ", with " in line]
        self.assertRegex(head[0], r"out\.mkv: 25 frames of .*, with [\d.]+ [kMG]B of memory on ")

    def test_the_plan_is_what_happens(self):
        source = self.make_tracks()
        plan = json.loads(self.restore(source, self.path("out.mp4"), "--dry-run", "--json").stdout)
        done = self.restore(source, self.path("out.mp4"))
        warnings = [line.removeprefix("rekindle-cli: warning: ")
                    for line in done.stderr.splitlines() if "warning: " in line]
        self.assertEqual(warnings, [note["text"] for note in plan["notes"]])

    def test_strict(self):
        source = self.make_tracks()
        self.refused(5, *cli.RESTORE, "--strict", source, self.path("out.mp4"),
                     says=["out.mp4", "would lose"])
        self.restore(source, self.path("out.mkv"), "--strict")

    def test_target_behind_a_link(self):
        self.make()
        os.mkdir(self.path("there"))
        with open(self.path("there/film.mp4"), "wb") as file:
            file.write(b"old")
        os.symlink("there/film.mp4", self.path("link.mp4"))
        self.restore(self.source, self.path("link.mp4"), "--force", "--end", "0.2")
        self.assertTrue(os.path.islink(self.path("link.mp4")))
        self.assertEqual(os.listdir(self.path("there")), ["film.mp4"])
        self.assertEqual(len(probe(self.path("there/film.mp4"))[2]), 5)


class BadMedia(MediaTest):
    def refused_restore(self, code, source, target, *arguments, says=()):
        self.refused(code, *cli.RESTORE, *arguments, source, target, says=says)

    def test_not_a_video(self):
        for name, content in (("text.mp4", b"Dear diary\n" * 50), ("empty.avi", b""),
                              ("noise.mkv", cli.noise(20000))):
            with open(self.path(name), "wb") as file:
                file.write(content)
            self.refused_restore(3, self.path(name), self.path("out.mp4"), says=[name])
            self.refused(3, "info", self.path(name), says=[name])

    def test_only_sound(self):
        ffmpeg("-f", "lavfi", "-t", 1, "-i", "sine", self.path("tone.wav"))
        self.refused_restore(3, self.path("tone.wav"), self.path("out.mp4"), says=["tone.wav"])

    def test_truncated(self):
        self.make()
        os.truncate(self.source, os.path.getsize(self.source) // 2)
        self.refused_restore(3, self.source, self.path("out.mp4"), says=["in.mp4"])

    def test_containers_that_do_not_fit(self):
        self.make()
        self.refused_restore(5, self.source, self.path("out.xyz"), says=["out.xyz"])
        self.refused_restore(5, self.source, self.path("out.mp4"), "--codec", "ffv1",
                             says=["out.mp4", "mkv"])

    def test_target_is_the_source(self):
        self.make()
        self.refused_restore(5, self.source, self.source, "--force", says=["in.mp4"])

    def test_full_disk(self):
        self.make("-crf", "1", picture="nullsrc=size=64x48:rate=25,geq=random(1)*255:128:128")
        limit = ["sh", "-c", 'ulimit -f 100; exec "$@"', "sh"]
        self.refused(5, *cli.RESTORE, "--quiet", "--crf", "0", self.source,
                     self.path("out.mkv"), says=["out.mkv"], wrapper=limit)

    def test_stopped_or_killed(self):
        self.make(seconds=60)
        command = [*cli.RESTORE, "--piece-seconds", "1", self.source]
        self.cli(*command, self.path("whole.mp4"))
        for number, code in (signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL):
            process = self.start(*command, self.path("out.mp4"))
            _, errors = self.go_on(process, number)
            self.assertEqual(process.returncode, code, errors)
            self.assertEqual(self.files(), [".out.mp4.part", "in.mp4", "whole.mp4"])
            if number == signal.SIGINT:
                self.assertRegex(errors, r"rekindle-cli: stopped; \d+ of 1500 frames are kept, and "
                                         r"the same command goes on with them\n\Z")
        self.refused(5, *command, self.path("out.mp4"), "--end", "0.2",
                     says=["range", "start-over"])
        self.cli(*command, self.path("out.mp4"))
        self.assertEqual(self.files(), ["in.mp4", "out.mp4", "whole.mp4"])
        self.assertEqual(hashes(self.path("out.mp4"), "0:v", "-c", "copy"),
                         hashes(self.path("whole.mp4"), "0:v", "-c", "copy"))

    def test_start_over(self):
        self.make(seconds=60)
        command = [*cli.RESTORE, "--piece-seconds", "1", self.source, self.path("out.mp4")]
        self.go_on(self.start(*command), signal.SIGKILL)
        self.cli(*command, "--end", "0.2", "--start-over")
        self.assertEqual(self.files(), ["in.mp4", "out.mp4"])
        self.assertEqual(len(probe(self.path("out.mp4"))[2]), 5)


cli.main()
