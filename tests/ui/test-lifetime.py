# SPDX-License-Identifier: Apache-2.0
"""Starts lifetime.c, which meson names in LIFETIME, on a screen and with a clip."""

import os
import subprocess

import ui


class Lifetime(ui.UiTest):
    def test_windows(self):
        clip = self.make_long_clip("clip.mp4")
        done = subprocess.run([os.environ["LIFETIME"], clip], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assert_only("clip.mp4")


if __name__ == "__main__":
    ui.main()
