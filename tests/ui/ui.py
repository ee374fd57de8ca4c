# SPDX-License-Identifier: Apache-2.0
"""What the tests of the window share: a session of their own, clips, and questions that any state
of the window has to answer.

Meson passes REKINDLE, the program; REKINDLE_MODEL, a tiny model with random weights; and
GSETTINGS_SCHEMA_DIR, where its settings are described. A test waits for what it wants to see by
looking again and again."""

import os
import shutil
import subprocess

import session
import testing
from notifications import Notifications
from rekindle import Rekindle
from testing import wait

DIALOG = "alert|dialog"
PICTURE = "Comparison before and after"
RESTORED = "This frame is restored"
NOT_RESTORED = "This frame is not restored yet"

# Roles whose names are not ours to give: containers that take the focus only for what is in them.
CONTAINERS = ("list", "menu item", "panel", "scroll pane")
# Roles that stand for a value.
VALUES = ("progress bar", "slider", "spin button")


class UiTest(testing.TestCase):
    """Gives the tests a model."""

    notifications = None

    @classmethod
    def setUpClass(cls):
        UiTest.notifications = UiTest.notifications or Notifications()
        models = os.path.join(os.environ["HOME"], "models")
        os.makedirs(models, exist_ok=True)
        shutil.copy(os.environ["REKINDLE_MODEL"], os.path.join(models, "oasis-home.safetensors"))
        os.environ["OASIS_MODEL_PATH"] = models

    def setUp(self):
        """No test finds what one before it has left to do."""
        super().setUp()
        shutil.rmtree(os.environ["XDG_STATE_HOME"], ignore_errors=True)

    def start(self, *arguments, **more):
        rekindle = Rekindle(*arguments, **more)
        self.addCleanup(rekindle.kill)
        return rekindle

    def start_with(self, clip, **more):
        """Starts the program with a clip, and waits until it can be restored."""
        rekindle = self.start(clip, **more)
        self.see_ready(rekindle)
        return rekindle

    def see_ready(self, rekindle):
        rekindle.see("image", PICTURE, description=NOT_RESTORED)
        rekindle.see("button", "Preview Here", "sensitive")

    def see_restored(self, rekindle):
        """Waits until the frame is restored and no preview is on its way; returns the picture."""
        picture = rekindle.see("image", PICTURE, description=RESTORED)
        rekindle.miss("label", "Restoring the preview")
        return picture

    def export(self, rekindle, name=None):
        """Exports by keys, under a name or the one that is suggested."""
        rekindle.key("ctrl+s")
        entry = rekindle.see("text", "Name", "focused")
        if name:
            entry.text = name
        rekindle.key("Return")

    def settings(self, **values):
        """The environment of a program that finds these settings, in GSettings' own notation."""
        folder = os.path.join(self.folder, "glib-2.0", "settings")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "keyfile"), "w") as file:
            file.write("[io/github/rekindle/Rekindle]\n")
            file.writelines(f"{name.replace('_', '-')}={value}\n" for name, value in values.items())
        return {"GSETTINGS_BACKEND": "keyfile", "XDG_CONFIG_HOME": self.folder}

    def make_clip(self, name, seconds, size="96x64"):
        """A moving picture with sound, 25 frames a second."""
        testing.ffmpeg("-f", "lavfi", "-i", f"testsrc2=size={size}:rate=25",
                       "-f", "lavfi", "-i", "sine=frequency=440",
                       "-t", seconds, "-c:v", "libx264", "-preset", "veryfast", "-g", "25",
                       "-pix_fmt", "yuv420p", "-c:a", "aac", self.path(name))
        return self.path(name)

    def make_long_clip(self, name):
        """One that takes so long to restore that there is time to do something else."""
        return self.make_clip(name, 20, size="320x240")

    def probe(self, path):
        """Returns (codec, width, height, frames) of a video, all frames decoded."""
        line = subprocess.run(["ffprobe", "-v", "error", "-count_frames", "-select_streams", "v:0",
                               "-show_entries", "stream=codec_name,width,height,nb_read_frames",
                               "-of", "csv=p=0", path],
                              check=True, text=True, capture_output=True).stdout
        codec, *numbers = line.strip().split(",")[:4]
        return codec, *map(int, numbers)

    def focusable(self, rekindle):
        """What can take the focus by itself. What a row that offers a choice is built of is the
        toolkit's."""
        return [widget for widget, ancestors in rekindle.walk()
                if widget.has("focusable") and widget.role not in CONTAINERS
                and not any(ancestor.role == "combo box" for ancestor in ancestors)]

    def check_names(self, rekindle):
        """All that can take the focus says what it is, and all that has a value tells it."""
        focusable = self.focusable(rekindle)
        self.assertGreater(len(focusable), 1)
        for widget in focusable:
            self.assertTrue(widget.name or widget.description, f"{widget} has no name")
            self.assertNotIn(widget.role, ("unknown", "filler", "invalid"), widget)
        for widget, _ in rekindle.walk():
            if widget.role in VALUES:
                self.assertTrue(widget.can("Value"), f"{widget} has no value")
                self.assertTrue(widget.name, f"{widget} has no name")

    def end(self, rekindle, *keys):
        """Closes the program by keys: it ends well and has not complained."""
        rekindle.key(*(keys or ["ctrl+q"]))
        self.assert_ended_well(rekindle)

    def assert_ended_well(self, rekindle):
        self.assertEqual(rekindle.ended(), 0, rekindle.output())
        self.assertEqual(rekindle.complaints(), [])

    def assert_only(self, *names):
        """The test's folder holds these and nothing else, be it hidden or half done."""
        self.assertEqual(sorted(os.listdir(self.folder)), sorted(names))


main = testing.main
