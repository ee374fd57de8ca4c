# SPDX-License-Identifier: Apache-2.0
"""What the end-to-end tests of rekindle-cli share. Meson passes REKINDLE_CLI, the program, and
REKINDLE_MODEL, a tiny model with random weights. SEED repeats a run."""

import os
import random
import signal
import subprocess
import unittest

import testing

CLI = os.environ["REKINDLE_CLI"]
MODEL = os.environ["REKINDLE_MODEL"]
# Without a dtype the program would measure which is the faster one here.
RESTORE = ["restore", "--model", MODEL, "--dtype", "f32"]
SEED = int(os.environ.get("SEED") or random.SystemRandom().randrange(1 << 32))

print(f"SEED={SEED}", flush=True)
rng = random.Random(SEED)

# Chroma planes of each Y4M tag: how many, and by how much they are smaller.
CHROMA = {"mono": (0, 1, 1), "420jpeg": (2, 2, 2), "420mpeg2": (2, 2, 2), "444": (2, 1, 1)}


def frame_bytes(width, height, chroma):
    planes, x, y = CHROMA[chroma]
    return width * height + planes * ((width + x - 1) // x) * ((height + y - 1) // y)


def noise(count):
    return rng.randbytes(count)


def write_y4m(path, width, height, count, chroma="420jpeg"):
    """Writes `count` frames of noise at 25 a second and returns them."""
    frames = [noise(frame_bytes(width, height, chroma)) for _ in range(count)]
    with open(path, "wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F25:1 Ip A1:1 C{chroma}\n".encode())
        for frame in frames:
            file.write(b"FRAME\n" + frame)
    return frames


def read_y4m(path):
    """Returns (width, height, frames)."""
    with open(path, "rb") as file:
        fields = file.readline().decode().split()
        assert fields[0] == "YUV4MPEG2", fields
        values = {field[0]: field[1:] for field in fields[1:]}
        width, height = int(values["W"]), int(values["H"])
        size = frame_bytes(width, height, values["C"])
        frames = []
        while line := file.readline():
            assert line.startswith(b"FRAME"), line
            frames.append(file.read(size))
            assert len(frames[-1]) == size, "the last frame is not whole"
    return width, height, frames


class CliTest(testing.TestCase):
    def setUp(self):
        super().setUp()
        self.environment = {**os.environ, "XDG_CACHE_HOME": self.path("cache"),
                            "XDG_DATA_HOME": self.path("data"), "OASIS_MODEL_PATH": ""}

    def files(self):
        return sorted(name for name in os.listdir(self.folder) if name != "cache")

    def cli(self, *arguments, code=0, wrapper=()):
        """Runs the program, checks its exit code and returns what it printed."""
        done = subprocess.run([*wrapper, CLI, *map(str, arguments)], env=self.environment,
                              text=True, capture_output=True)
        self.assertEqual(done.returncode, code, f"{arguments}\n{done.stdout}{done.stderr}")
        return done

    def restore(self, source, target, *arguments, **more):
        return self.cli(*RESTORE, *arguments, source, target, **more)

    def refused(self, code, *arguments, says=(), wrapper=()):
        """Runs the program, which must fail with one sentence and leave all files as they are."""
        before = self.contents()
        done = self.cli(*arguments, code=code, wrapper=wrapper)
        self.assertEqual(done.stdout, "")
        self.assertRegex(done.stderr, r"\Arekindle-cli: [^\n]+\n\Z")
        for text in says:
            self.assertIn(text, done.stderr)
        self.assertEqual(self.contents(), before)

    def contents(self):
        contents = {}
        for name in self.files():
            if os.path.isfile(self.path(name)):
                with open(self.path(name), "rb") as file:
                    contents[name] = file.read()
        return contents

    def start(self, *arguments):
        """Starts the program and returns it once it has begun to write. It is paused then, so that
        it does not end before the test comes to what it wants to do."""
        process = subprocess.Popen([CLI, *arguments], env=self.environment, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)

        def writes():
            self.assertIsNone(process.poll(), "ended before it began to write")
            return any(map(self.has_begun, self.files()))

        testing.wait(writes, "unfinished file")
        process.send_signal(signal.SIGSTOP)
        return process

    def has_begun(self, name):
        """Whether this is a file that is being written, or work with a piece that is closed. An
        empty file may not be locked yet."""
        path = self.path(name)
        if os.path.isdir(path):
            return any(file.endswith(".piece") for _, _, files in os.walk(path) for file in files)
        return ".part" in name and os.path.getsize(path)

    def go_on(self, process, number=signal.SIGCONT):
        """Lets a paused program go on, by a signal that it finds then, and returns what it has
        printed (output, errors) by its end."""
        process.send_signal(number)
        process.send_signal(signal.SIGCONT)
        return process.communicate()


main = testing.main
