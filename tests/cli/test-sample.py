# SPDX-License-Identifier: Apache-2.0
"""The script behind ./dev run."""

import os
import shutil
import subprocess
import sys

import cli
from testing import ffmpeg, need

SCRIPT = sys.argv.pop()

need("ffmpeg")


class Sample(cli.CliTest):
    def setUp(self):
        super().setUp()
        os.makedirs(self.path("build/main/app/cli"))
        os.symlink(cli.CLI, self.path("build/main/app/cli/rekindle-cli"))
        os.mkdir(self.path("models"))
        shutil.copy(cli.MODEL, self.path("models/oasis-home.safetensors"))
        self.environment["OASIS_MODEL_PATH"] = self.path("models")

    def run_script(self, *arguments):
        done = subprocess.run([SCRIPT, self.path("build/main"), *arguments], text=True,
                              env=self.environment, cwd=self.folder, capture_output=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_the_sample_and_its_picture(self):
        for _ in "again", "and again":
            text = self.run_script()
            for name in "restored.mp4", "before-after.png":
                self.assertIn(self.path("build/sample/" + name), text)
                self.assertGreater(os.path.getsize(self.path("build/sample/" + name)), 10000)

    def test_a_file_is_restored_beside_itself_and_nothing_overwritten(self):
        os.mkdir(self.path("my clips.d"))
        ffmpeg("-f", "lavfi", "-t", "0.2", "-i", "testsrc2=size=64x48", "-f", "avi",
               self.path("my clips.d/tape"))
        self.run_script("my clips.d/tape")
        self.run_script(self.path("my clips.d/tape"))
        self.assertEqual(sorted(os.listdir(self.path("my clips.d"))),
                         ["tape", "tape.restored-2.mp4", "tape.restored.mp4"])


cli.main()
