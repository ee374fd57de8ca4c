# SPDX-License-Identifier: Apache-2.0
"""Another program, from which files are dragged onto the window."""

import os
import subprocess
import tempfile

from testing import wait

WINDOW = "^Drag source$"
PLACE = ("1700", "900")  # on the screen, beside the window in front
START, FURTHER, TARGET = ("60", "60"), ("90", "90"), (300, 300)


def xdotool(*command):
    return subprocess.run(["xdotool", *command], check=True, text=True,
                          stdout=subprocess.PIPE).stdout.strip()


def drop(rekindle, *paths):
    """Drags files by the pointer, and returns whether they were taken."""
    wait(rekindle.is_in_front, "window in front", rekindle.describe)
    target = xdotool("getactivewindow")
    with tempfile.TemporaryFile("w+") as said:
        source = subprocess.Popen([os.environ["DRAG_SOURCE"], *paths], stdout=said)
        try:
            return drag(target, said)
        finally:
            source.kill()
            source.wait()


def drag(target, said):
    def has_said(word):
        said.seek(0)
        return word in said.read().split()

    def move_over_target():
        """The drag begins once the source has seen the pointer move, so it moves until then."""
        x, y = TARGET
        for step in (0, 1):
            xdotool("mousemove", "--window", target, str(x + step), str(y))
        return has_said("taken")

    source = xdotool("search", "--sync", "--onlyvisible", "--name", WINDOW)
    xdotool("windowmove", "--sync", source, *PLACE, "mousemove", "--window", source, *START,
            "mousedown", "1", "mousemove", "--window", source, *FURTHER)
    wait(move_over_target, "window that takes files")
    xdotool("mouseup", "1")
    wait(lambda: has_said("dropped") or has_said("refused"), "end to the drag")
    return has_said("dropped")
