# SPDX-License-Identifier: Apache-2.0
"""What the pictures depend on: scenes end chunks, and unfinished work goes on by the settings that
it was begun with alone."""

import os

import cli
import testing

# How work is begun, and what is then refused, by the name of what differs.
CHANGES = [("way of deinterlacing", ["--deinterlace", "tff"]),
           ("way of deinterlacing", ["--deinterlace", "bff"]),
           ("source's pictures", ["--deinterlace", "tff", "--double-rate"]),
           ("turn", ["--rotate", "180"]), ("turn", ["--flip", "horizontal"]),
           ("turn", ["--flip", "vertical"]), ("crop", ["--crop", "2:0:0:4"]),
           ("size", ["--scale", "2"]), ("strength", ["--strength", "0.5"]),
           ("range", ["--start", "0.4"]), ("codec", ["--codec", "x265"]),
           ("quality", ["--quality", "30"]), ("bit rate", ["--bitrate", "300k"]),
           ("encoder preset", ["--encoder-preset", "slow"]),
           ("pixel format", ["--pix-fmt", "yuv444p"])]


class Settings(cli.CliTest):
    def setUp(self):
        super().setUp()
        self.source = self.path("in.mkv")
        testing.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=4", "-c:v", "ffv1",
                       self.source)

    def test_what_differs_is_refused(self):
        target = self.path("out.mkv")
        self.cli("plan", *cli.RESTORE[1:], "--scale", "1", "--strength", "1", "--piece-seconds",
                 "1", self.source, target)
        journal = self.path(".out.mkv.part/journal")
        with open(journal, encoding="utf-8") as file:
            before = file.read()
        for name, options in CHANGES:
            with self.subTest(name=name, options=options):
                errors = self.restore(self.source, target, "--scale", "1", "--strength", "1",
                                      *options, code=5).stderr
                self.assertRegex(errors, f"begun with another {name} .+--start-over")
                with open(journal, encoding="utf-8") as file:
                    self.assertEqual(file.read(), before)

    def test_other_source_model_and_device(self):
        target = self.path("out.mkv")
        options = ["--scale", "1", "--strength", "1"]
        self.cli("plan", *cli.RESTORE[1:], *options, self.source, target)
        os.rename(self.source, self.path("first.mkv"))
        testing.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=4,hue=h=40", "-c:v", "ffv1",
                       self.source)
        self.refused(5, *cli.RESTORE, *options, self.source, target, says=["another source"])
        os.rename(self.path("first.mkv"), self.source)
        self.refused(5, *cli.RESTORE, *options, "--device", "reference", self.source, target,
                     says=["another device"])
        with open(cli.MODEL, "rb") as file:
            model = bytearray(file.read())
        model[-1] ^= 1
        with open(self.path("other.safetensors"), "wb") as file:
            file.write(model)
        self.refused(5, "restore", "--model", self.path("other.safetensors"), "--dtype", "f32",
                     *options, self.source, target, says=["another model"])

    def test_versions_are_noted(self):
        """The libraries that compute and encode, by name."""
        self.cli("plan", *cli.RESTORE[1:], self.source, self.path("out.mkv"))
        with open(self.path(".out.mkv.part/journal"), encoding="utf-8") as file:
            facts = file.read()
        for library in "FFmpeg ", "oneDNN ":
            self.assertIn(library, facts)


class Cuts(cli.CliTest):
    def test_no_chunk_straddles_a_cut(self):
        """Behind a cut frames are those of a film that begins there."""
        testing.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x48:r=25,trim=end_frame=22", "-c:v",
                       "ffv1", self.path("first.mkv"))
        testing.ffmpeg("-f", "lavfi", "-i", "smptebars=s=64x48:r=25,negate,noise=alls=20:allf=t,"
                       "trim=end_frame=30", "-c:v", "ffv1", "-pix_fmt", "yuv420p",
                       self.path("second.mkv"))
        testing.ffmpeg("-i", self.path("first.mkv"), "-i", self.path("second.mkv"),
                       "-filter_complex", "[0][1]concat", "-c:v", "ffv1", self.path("both.mkv"))
        frames = {}
        for name in "first", "second", "both":
            self.restore(self.path(f"{name}.mkv"), self.path(f"{name}.y4m"), "--scale", "1")
            frames[name] = cli.read_y4m(self.path(f"{name}.y4m"))[2]
        self.assertEqual(len(frames["both"]), 52)
        self.assertTrue(frames["both"][:22] == frames["first"], "before the cut")
        self.assertTrue(frames["both"][22:] == frames["second"], "behind the cut")


cli.main()
