# SPDX-License-Identifier: Apache-2.0
"""What the tests of long jobs share: a film of 20 pieces, and a run of it with faults. Meson passes
FAULTS, the library that makes them."""

import os
import signal
import subprocess
import time

import cli
import testing

FAULTS = os.environ["FAULTS"]
PIECES = 20
SECONDS = 12  # 20 pieces of a chunk of 15 frames


class LongTest(cli.CliTest):
    ending = "mkv"
    more = ()

    def setUp(self):
        super().setUp()
        self.source = self.path("in.mkv")
        testing.ffmpeg("-f", "lavfi", "-i", f"testsrc2=s=64x48:r=25:d={SECONDS}", "-f", "lavfi",
                       "-i", f"sine=d={SECONDS}", "-c:v", "ffv1", "-c:a", "pcm_s16le", self.source)
        with open(self.source, "rb") as file:
            self.original = file.read()
        os.mkdir(self.path("work"))
        self.target = self.path(f"work/out.{self.ending}")
        self.command = [*cli.RESTORE, "--scale", "1", "--strength", "0", "--piece-seconds", "0.1",
                        "--quiet", *self.more, self.source, self.target]
        began = time.monotonic()
        self.run_with({})
        self.seconds = time.monotonic() - began  # that a run takes
        self.good = self.packets()
        os.remove(self.target)

    def faulty(self, faults):
        return {**self.environment, "LD_PRELOAD": FAULTS, "FAULTS_FOLDER": self.path("work/"),
                **{f"FAULTS_{name}": str(value) for name, value in faults.items()}}

    def run_with(self, faults, code=0, seconds=None):
        """Runs the command, kills it after some seconds if it lasts so long, and returns its
        errors; `code` None takes any."""
        process = subprocess.Popen([cli.CLI, *self.command], env=self.faulty(faults), text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            _, errors = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            _, errors = process.communicate()
        if code is not None:
            self.assertEqual(process.returncode, code, errors)
        return process.returncode, errors

    def count_calls(self):
        """Runs the command undisturbed and returns the record of its calls."""
        log = self.path("log")
        self.run_with({"LOG": log})
        return read_log(log)

    def packets(self):
        """All packets of the film, with their times, flags and bytes' sums, stream by stream."""
        return testing.ffmpeg("-i", self.target, "-map", "0", "-c", "copy", "-f", "framehash",
                              "-hash", "crc32", "-") + subprocess.run(
            ["ffprobe", "-v", "error", "-show_entries", "packet=stream_index,pts,dts,flags",
             "-of", "csv", self.target], check=True, text=True, stdout=subprocess.PIPE).stdout

    def check_result(self):
        """The film is that of an undisturbed run, and nothing else lies there."""
        self.assertEqual(os.listdir(self.path("work")), [os.path.basename(self.target)])
        self.assertTrue(self.packets() == self.good, "other packets")
        self.check_source()
        os.remove(self.target)

    def check_source(self):
        with open(self.source, "rb") as file:
            self.assertTrue(file.read() == self.original, "the source was touched")

    def check_no_half_film(self):
        """Under the final name there is the whole film or nothing."""
        if os.path.exists(self.target):
            self.assertTrue(self.packets() == self.good, "half a film")

    def pieces_done(self):
        folder = self.path(f"work/.out.{self.ending}.part/journal")
        if not os.path.exists(folder):
            return 0
        with open(folder, "rb") as file:
            return sum(line.startswith(b"piece ") for line in file)


def read_log(path):
    with open(path, encoding="utf-8") as file:
        return [Call(*line.rstrip("\n").split("\t")) for line in file]


class Call:
    def __init__(self, number, kind, file, path, start, size, at, to):
        self.number, self.kind, self.file, self.path = int(number), kind, int(file), path
        self.start, self.size, self.at, self.to = int(start), int(size), int(at), to

    def moment(self):
        """The part of an export that the call belongs to."""
        name = os.path.basename(self.path)
        if name.startswith("film.") or self.to.endswith((".mkv", ".mp4", ".mov")):
            return "joining" if self.kind != "rename" else "naming"
        if self.kind in ("remove",):
            return "tidying up"
        if name in ("lock", "journal.new") or self.kind == "folder" or ".part" not in self.path:
            return "opening"
        if self.kind in ("rename", "sync") or name == "journal":
            return "between write and journal"
        return "encoding"


KILLED = -signal.SIGKILL
main = testing.main
