# SPDX-License-Identifier: Apache-2.0
"""What the window does when something is in the way: it says what and why, and goes on."""

import os
import subprocess

import ui


class Trouble(ui.UiTest):
    def dismiss(self, rekindle, heading):
        self.check_names(rekindle)
        rekindle.key("Escape")
        rekindle.miss(ui.DIALOG, heading)

    def test_unreadable(self):
        with open(self.path("words.mp4"), "w") as file:
            file.write("These are words, not pictures.\n")
        rekindle = self.start(self.path("words.mp4"))
        rekindle.see(ui.DIALOG, "“words.mp4” Cannot Be Read")
        rekindle.see("label", f"{self.path('words.mp4')}: .*")
        self.dismiss(rekindle, "“words.mp4” Cannot Be Read")
        rekindle.see("button", "Open a Video…")

        # A clip that is open stays.
        rekindle.open(self.make_clip("clip.mp4", 1))
        rekindle.see("label", "clip.mp4")
        self.end(rekindle)

    def test_unreadable_beside(self):
        """A bad file that comes while people work in a window: that window says so, and no empty one
        is left."""
        rekindle = self.start_with(self.make_clip("clip.mp4", 1))
        rekindle.open(self.path("gone.mp4"))
        rekindle.see(ui.DIALOG, "“gone.mp4” Cannot Be Read")
        ui.wait(lambda: [window.name for window in rekindle.windows()] == ["clip.mp4"],
                "end to the window made for the file", rekindle.describe)
        self.dismiss(rekindle, "“gone.mp4” Cannot Be Read")
        rekindle.see("image", ui.PICTURE, "focused")
        self.end(rekindle)

    def test_missing(self):
        rekindle = self.start(self.path("gone.mp4"))
        rekindle.see(ui.DIALOG, "“gone.mp4” Cannot Be Read")
        self.dismiss(rekindle, "“gone.mp4” Cannot Be Read")
        self.end(rekindle)

    def test_device_missing(self):
        """The settings name a card that is not there any more."""
        rekindle = self.start(self.make_clip("clip.mp4", 1),
                              environment=self.settings(device="'cuda:77'"))
        rekindle.see(ui.DIALOG, "The Device “cuda:77” Cannot Be Used")
        self.dismiss(rekindle, "The Device “cuda:77” Cannot Be Used")
        rekindle.see("label", "96 × 64 · 25 fps · 0:01")
        self.assertIsNone(rekindle.find("button", "Preview Here", "sensitive"))
        self.end(rekindle)

    def test_existing_target(self):
        rekindle = self.start_with(self.make_clip("clip.mp4", 1))
        with open(self.path("clip restored.mp4"), "w") as file:
            file.write("precious")
        # A name that is free is suggested.
        rekindle.key("ctrl+s")
        name = rekindle.see("text", "Name", "focused")
        ui.wait(lambda: name.text == "clip restored 2", "free name")
        rekindle.key("Escape")
        rekindle.miss("dialog", "Export")

        for answer in ("Cancel", "Replace"):
            self.export(rekindle, "clip restored")
            rekindle.see(ui.DIALOG, "Replace the File.")
            self.check_names(rekindle)
            # The answer at hand is the safe one.
            rekindle.see("button", "Cancel", "focused")
            with open(self.path("clip restored.mp4")) as file:
                self.assertEqual(file.read(), "precious")
            rekindle.click(answer)
            rekindle.miss(ui.DIALOG, "Replace the File.")
            if answer == "Cancel":
                rekindle.key("Escape")
                rekindle.miss("dialog", "Export")
        rekindle.see("label", "“clip restored.mp4” is ready.")
        self.assertEqual(self.probe(self.path("clip restored.mp4")), ("h264", 192, 128, 25))
        self.end(rekindle)

    def test_disk_full(self):
        """The clip lies on a disk that has no room for its restored form."""
        clip = self.make_clip("clip.mp4", 10, size="160x120")
        room = os.path.getsize(clip) // 1024 + 64
        disk = self.path("disk")
        os.mkdir(disk)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={room}k", "none", disk],
                          stderr=subprocess.DEVNULL).returncode != 0:
            self.skipTest("a small disk cannot be made here")
        self.addCleanup(subprocess.run, ["umount", "--lazy", disk], check=True)
        subprocess.run(["mv", clip, disk], check=True)

        rekindle = self.start_with(os.path.join(disk, "clip.mp4"))
        self.export(rekindle)
        heading = "No Space Left to Write “clip restored.mp4”"
        rekindle.see(ui.DIALOG, heading)
        self.dismiss(rekindle, heading)
        rekindle.miss("label", "Exporting “clip restored.mp4”")
        self.assertEqual(os.listdir(disk), ["clip.mp4"])
        self.end(rekindle)


if __name__ == "__main__":
    ui.main()
