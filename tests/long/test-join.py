# SPDX-License-Identifier: Apache-2.0
"""Films joined of pieces: one stream of pictures, whose frames, times, flags and sound know nothing
of the seams."""

import json
import os
import subprocess

import cli
import testing

FRAMES = 150
PIECE = 15  # frames: every piece is a chunk
KINDS = [("mkv", "x264", "veryfast"), ("mp4", "x264", "medium"), ("mov", "x264", "slow"),
         ("mkv", "x265", "veryfast"), ("mp4", "x265", "veryfast"), ("mov", "x265", "veryfast"),
         ("mkv", "ffv1", None), ("mov", "prores", None), ("mkv", "vp9", "8"), ("webm", "vp9", "8"),
         ("mp4", "svt-av1", "12")]
# Frames that keep changing, at 25 a second or at times of their own.
PICTURE = f"testsrc2=s=96x64:r=25,trim=end_frame={FRAMES}"
RATES = {"even": PICTURE,
         "uneven": f"{PICTURE},settb=1/90000,setpts='(N*40+13*mod(N\\,7)+N*N/9)*90'"}


def probe(path, entries, *more):
    done = subprocess.run(["ffprobe", "-v", "error", *more, "-show_entries", entries, "-of", "json",
                           path], check=True, text=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def sums(path, stream):
    text = testing.ffmpeg("-i", path, "-map", stream, "-fps_mode", "passthrough", "-f",
                          "framehash", "-hash", "crc32", "-")
    return [line.split(",")[-1].strip() for line in text.splitlines() if not line.startswith("#")]


class Join(cli.CliTest):
    def make(self, rate):
        source = self.path(f"{rate}.mkv")
        testing.ffmpeg("-f", "lavfi", "-i", RATES[rate], "-f", "lavfi", "-i", "sine=r=48000:d=9",
                       "-fps_mode", "passthrough", "-enc_time_base:v", "1/90000", "-c:v", "ffv1",
                       "-c:a", "aac", source)
        return source

    def restore_pieces(self, source, target, codec, preset):
        self.restore(source, target, "--codec", codec, "--scale", "1", "--strength", "0",
                     "--piece-seconds", "0.1", "--audio",
                     "opus" if target.endswith("webm") else "copy",
                     *(["--encoder-preset", preset] if preset else []))

    def check_times(self, source, target):
        packets = probe(target, "packet=pts_time,dts_time,duration_time,flags", "-select_streams",
                        "v:0")["packets"]
        self.assertEqual(len(packets), FRAMES)
        decoded = [float(packet["dts_time"]) for packet in packets if "dts_time" in packet]
        self.assertEqual(sorted(set(decoded)), decoded, "times of decoding go back or stand")
        shown = sorted(float(packet["pts_time"]) for packet in packets)
        wanted = sorted(float(packet["pts_time"]) for packet in
                        probe(source, "packet=pts_time", "-select_streams", "v:0")["packets"])
        tolerance = 0.0022  # two containers' rounding, and nearly even times are taken as even
        for time, want in zip(shown, wanted):
            self.assertAlmostEqual(time - shown[0], want - wanted[0], delta=tolerance)
        for packet in packets:
            if "dts_time" in packet:
                self.assertLessEqual(float(packet["dts_time"]), float(packet["pts_time"]) + 1e-6)
        # Frames 16, 31, ... begin a piece: each is a key, with which decoding can start.
        keys = {round(float(packet["pts_time"]) - shown[0], 3) for packet in packets
                if "K" in packet["flags"]}
        for first in range(16, FRAMES, PIECE):
            begins = shown[first] - shown[0]
            self.assertTrue(any(abs(key - begins) < 0.002 for key in keys), first)
        return shown

    def check_film(self, rate, ending, codec, preset):
        source, target = self.path(f"{rate}.mkv"), self.path(f"{rate}-{codec}.{ending}")
        self.restore_pieces(source, target, codec, preset)
        shown = self.check_times(source, target)
        streams = probe(target, "stream=codec_type,start_time,duration")["streams"]
        self.assertEqual([stream["codec_type"] for stream in streams], ["video", "audio"])
        # All of it decodes, in one go and without a word.
        self.assertEqual(len(sums(target, "0:v")), FRAMES)
        frames = probe(target, "frame=pts_time", "-select_streams", "v:0")["frames"]
        self.assertEqual(sorted(float(frame["pts_time"]) for frame in frames), shown)
        if ending != "webm":
            self.assertEqual(testing.ffmpeg("-i", target, "-map", "0:a", "-c", "copy", "-f", "md5",
                                            "-"),
                             testing.ffmpeg("-i", source, "-map", "0:a", "-c", "copy", "-t", "60",
                                            "-f", "md5", "-"))
        if codec == "ffv1":
            self.restore(source, self.path("raw.y4m"), "--scale", "1", "--strength", "0", "--force")
            self.assertEqual(sums(target, "0:v"), sums(self.path("raw.y4m"), "0:v"))
        os.remove(target)

    def test_even(self):
        self.make("even")
        for ending, codec, preset in KINDS:
            with self.subTest(ending=ending, codec=codec):
                self.check_film("even", ending, codec, preset)

    def test_uneven(self):
        self.make("uneven")
        for ending, codec, preset in KINDS[:7]:
            with self.subTest(ending=ending, codec=codec):
                self.check_film("uneven", ending, codec, preset)

    def test_one_encoder_or_many(self):
        """The times of decoding are those of a single piece."""
        source = self.make("uneven")
        for ending in "mp4", "mkv":
            shown = []
            for name, seconds in ("many", "0.1"), ("one", "3600"):
                target = self.path(f"{name}.{ending}")
                self.restore(source, target, "--scale", "1", "--strength", "0", "--piece-seconds",
                             seconds)
                shown.append([(packet["pts_time"], packet.get("dts_time")) for packet in sorted(
                    probe(target, "packet=pts_time,dts_time", "-select_streams", "v:0")["packets"],
                    key=lambda packet: float(packet["pts_time"]))])
            self.assertEqual([times[0] for times in shown[0]], [times[0] for times in shown[1]])
            decoded = [sorted(float(times[1]) for times in film if times[1]) for film in shown]
            self.assertEqual(decoded[0], decoded[1])


cli.main()
