# SPDX-License-Identifier: Apache-2.0
"""MANIFEST MEDIA: the Flatpak's manifest pins its sources, names licences, permits what is listed
here and no more, and builds FFmpeg with all that the folder MEDIA asks of it by name."""

import json
import pathlib
import re
import subprocess
import sys
import unittest

import testing

MEDIA = pathlib.Path(sys.argv.pop())
with open(sys.argv.pop()) as manifest_file:
    MANIFEST = json.load(manifest_file)
MODULES = {module["name"]: module for module in MANIFEST["modules"]}


class Manifest(unittest.TestCase):
    def test_permissions(self):
        self.assertEqual(MANIFEST["finish-args"], [
            "--share=ipc", "--socket=wayland", "--socket=fallback-x11", "--socket=pulseaudio",
            "--device=dri", "--system-talk-name=org.freedesktop.UPower"])

    def test_sources_are_pinned(self):
        for module in MANIFEST["modules"][:-1]:
            for source in module["sources"]:
                pin = {"git": "commit", "archive": "sha256"}[source["type"]]
                self.assertRegex(source[pin], r"\A([0-9a-f]{40}|[0-9a-f]{64})\Z", module["name"])
                self.assertTrue(source["url"].startswith("https://"))
        self.assertLessEqual(set(MANIFEST["x-hashes-taken-from-others"]), set(MODULES))

    def test_licences(self):
        for thing in [MANIFEST, *MANIFEST["modules"]]:
            self.assertTrue(thing["x-license"])


class FFmpeg(unittest.TestCase):
    """A name of FFmpeg's that is a string of ours counts as used, unless it is one of those that
    mean something else, as all of what may be read, or what recordings of a kind have."""

    @classmethod
    def setUpClass(cls):
        testing.need("ffmpeg")
        cls.strings = {string for path in MEDIA.rglob("*.c")
                       if path.name not in ("known.c", "kind-find.c")
                       for string in re.findall(r'"((?:[^"\\]|\\.)*)"', path.read_text())}

    def enabled(self, kind):
        """What the manifest enables of a kind, spelt as in FFmpeg's configure script."""
        options = MODULES["ffmpeg"]["config-opts"]
        self.assertIn(f"--disable-{kind}s", options)
        return {name for option in options if option.startswith(f"--enable-{kind}=")
                for name in option.partition("=")[2].split(",")}

    def known(self, kind):
        listed = subprocess.run(["ffmpeg", "-v", "error", f"-{kind}s"], text=True, check=True,
                                stdout=subprocess.PIPE).stdout
        return set(re.findall(r"(?m)^ [ A-Z.|]+ ([\w-]+) ", listed))

    def check(self, kind, used):
        self.assertTrue(used)
        self.assertEqual({re.sub("-", "_", name).replace("mov_text", "movtext")
                          for name in used} - self.enabled(kind), set())

    def test_encoders(self):
        """But for Quick Sync's, whose library the runtime lacks."""
        known = {name for name in self.known("encoder") if not name.endswith("_qsv")}
        self.check("encoder", self.strings & known - {"apng", "ass", "flv", "gif", "opus", "prores",
                                                      "text"})

    def test_muxers(self):
        """Those of the endings that the sentence about a wrong one names."""
        sentence = next(string for string in self.strings if "must end in" in string)
        self.check("muxer", {{"mkv": "matroska"}.get(ending, ending)
                             for ending in re.findall(r"\.(\w+)", sentence)})

    def test_filters(self):
        """Alone, or in a chain before "=" or between commas."""
        known = self.known("filter") - {"ass", "copy", "deflate", "framerate", "rotate",
                                          "subtitles"}
        known -= {"buffer", "buffersink"}  # which are always there
        self.check("filter", {name for string in self.strings
                              for name in re.findall(r"(?:^|,)(\w+)(?=[=,]|$)", string)
                              if name in known})


testing.main()
