# SPDX-License-Identifier: Apache-2.0
"""The program in its sandbox, for what tests/ui knows of a program. Both buses reach it through
proxies, so it is not known by its process there: it is the only program on the screen."""

import os
import subprocess

os.environ["REKINDLE_SESSION"] = "yes"  # that it is on the test's own screen and bus
os.environ["REKINDLE"] = "flatpak"

import rekindle


class Rekindle(rekindle.Rekindle):
    def __init__(self, application):
        super().__init__("run", "--env=GSK_RENDERER=cairo", "--env=GTK_A11Y=atspi", application)

    def find_name(self):
        programs, = rekindle.call(self.accessibility.bus, "org.a11y.atspi.Registry", rekindle.ROOT,
                                  "org.a11y.atspi.Accessible.GetChildren")
        return programs[0][0] if programs else None

    def is_in_front(self):
        return subprocess.run(["xdotool", "getactivewindow"], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL).returncode == 0
