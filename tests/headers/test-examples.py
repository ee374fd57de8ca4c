# SPDX-License-Identifier: Apache-2.0
"""The programs that public headers show are these, letter for letter, and do what they say. Meson
passes PUBLIC_INCLUDE, EXAMPLES, the folder of their text, EXAMPLE_JOB, EXAMPLE_SOURCE and
REKINDLE_MODEL."""

import os
import pathlib
import re
import subprocess

import testing

EXAMPLES = pathlib.Path(os.environ["EXAMPLES"])
HEADERS = pathlib.Path(os.environ["PUBLIC_INCLUDE"], "oasis")
SHOWN = re.compile(r"tests/headers/(example-[\w-]+\.c).*\n \*\n((?: \*(?:     .*)?\n)+) \*/")
PURPOSE = re.compile(r"\A/\*(?:.*\n)*?.* \*/\n")  # the comment at a file's beginning
FRAMES = 20


class Text(testing.TestCase):
    def test_headers_show_the_programs(self):
        shown = {}
        for header in HEADERS.glob("*.h"):
            for name, comment in SHOWN.findall(header.read_text()):
                shown[name] = re.sub(r"^ \*(     )?", "", comment, flags=re.MULTILINE)
        self.assertEqual(sorted(shown), sorted(path.name for path in EXAMPLES.glob("example-*.c")))
        for name, text in shown.items():
            self.assertEqual(text, PURPOSE.sub("", (EXAMPLES / name).read_text(), count=1))


class Programs(testing.TestCase):
    def run_example(self, name, *arguments):
        done = subprocess.run([os.environ[name], *arguments], text=True, capture_output=True)
        return done.returncode, done.stdout, done.stderr

    def test_source(self):
        self.assertEqual(self.run_example("EXAMPLE_SOURCE"),
                         (0, "frame 98 is of grey 114\nframe 99 is of grey 115\n", ""))

    def test_job(self):
        source, target = self.path("in.y4m"), self.path("out.y4m")
        with open(source, "wb") as file:
            file.write(b"YUV4MPEG2 W24 H16 F25:1 Cmono\n")
            for n in range(FRAMES):
                file.write(b"FRAME\n" + bytes([100 + n]) * (24 * 16))
        command = "EXAMPLE_JOB", os.environ["REKINDLE_MODEL"], source, target
        self.assertEqual(self.run_example(*command), (0, "", ""))
        with open(target, "rb") as file:
            self.assertIn(b" W48 H32 ", file.readline())
            self.assertEqual(len(file.read()), FRAMES * (len(b"FRAME\n") + 48 * 32 * 3 // 2))

        # It is not replaced, and whoever does not say what is wanted is told.
        code, _, errors = self.run_example(*command)
        self.assertEqual(code, 1)
        self.assertIn(target, errors)
        code, _, errors = self.run_example("EXAMPLE_JOB")
        self.assertEqual(code, 1)
        self.assertIn("TARGET.y4m", errors)


if __name__ == "__main__":
    testing.main()
