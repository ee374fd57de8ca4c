# SPDX-License-Identifier: Apache-2.0
"""Several things to do at once, and the window closed in the midst of them."""

import os

import ui


class Jobs(ui.UiTest):
    def test_two_previews(self):
        """One after the other, the second asked for while the first still runs."""
        rekindle = self.start_with(self.make_clip("clip.mp4", 4))
        timeline = rekindle.see("slider", "Timeline")
        rekindle.key("p", "End", "p")
        self.see_restored(rekindle)
        self.assertEqual(timeline.value, 99)

        # Both are kept; what lies between them is not restored.
        timeline.value = 0
        rekindle.see("image", ui.PICTURE, description=ui.RESTORED)
        timeline.value = 50
        rekindle.see("image", ui.PICTURE, description=ui.NOT_RESTORED)

        # The same once more, one after the end of the other.
        for frame in (50, 70):
            timeline.value = frame
            rekindle.click("Preview Here")
            self.see_restored(rekindle)
        self.end(rekindle)

    def test_queue(self):
        """Two windows share the worker: the second waits for the first, and goes on when that ends."""
        rekindle = self.start_with(self.make_long_clip("first.mp4"))
        rekindle.see("label", "first.mp4")
        rekindle.key("End", "comma", "o", "p")
        rekindle.see("label", "Restoring the preview")

        rekindle.open(self.make_clip("second.mp4", 1))
        rekindle.see("frame", "second.mp4", "active")
        rekindle.see("label", "96 × 64 · 25 fps · 0:01")
        rekindle.see("image", ui.PICTURE, "focused")
        rekindle.key("p")
        rekindle.see("label", "Waiting")
        # A preview while another is queued.
        rekindle.key("p")

        # Cancelled while it waits, it is over at once.
        rekindle.key("Escape")
        rekindle.miss("label", "Waiting")
        rekindle.key("p")
        rekindle.see("label", "Waiting")

        next(widget for widget in self.window(rekindle, "first.mp4")
             if widget.role == "button" and widget.name == "Cancel").click()
        rekindle.miss("label", "Restoring the preview")
        ui.wait(lambda: any(widget.description == ui.RESTORED
                            for widget in self.window(rekindle, "second.mp4")),
                "restored frame in the second window")
        self.end(rekindle)

    def window(self, rekindle, name):
        """The widgets of one of the windows."""
        for window in rekindle.windows():
            if window.name == name:
                return [widget for widget, _ in window.walk()]
        return []

    def test_closed_in_mid_job(self):
        """Closing asks once; then the program ends, and nothing is left of what it was doing."""
        rekindle = self.start_with(self.make_long_clip("clip.mp4"))
        self.export(rekindle)
        rekindle.see("label", "Exporting “clip restored.mp4”")
        rekindle.key("ctrl+w")
        rekindle.see(ui.DIALOG, "Stop Working.")
        self.check_names(rekindle)
        rekindle.key("Escape")
        rekindle.miss(ui.DIALOG, "Stop Working.")
        rekindle.see("label", "Exporting “clip restored.mp4”")

        # Closing the video alone asks, too.
        rekindle.key("F10")
        rekindle.see("menu", "Main menu")
        rekindle.key("c")
        rekindle.see(ui.DIALOG, "Stop Working.")
        rekindle.key("Escape")
        rekindle.miss(ui.DIALOG, "Stop Working.")
        rekindle.see("label", "Exporting “clip restored.mp4”")

        # Asked again while it asks, it does not ask twice.
        rekindle.key("ctrl+w")
        rekindle.see(ui.DIALOG, "Stop Working.")
        rekindle.key("ctrl+q")
        rekindle.click("Stop and Close")
        self.assert_ended_well(rekindle)
        self.assert_only("clip.mp4")

    def test_closed_in_mid_preview(self):
        """Chunks that are finished are kept, and what was half done is not."""
        rekindle = self.start_with(self.make_long_clip("clip.mp4"))
        rekindle.key("End", "comma", "o", "Home", "p")
        rekindle.see("image", ui.PICTURE, description=ui.RESTORED)
        rekindle.key("ctrl+q")
        rekindle.click("Stop and Close")
        self.assert_ended_well(rekindle)
        kept = [name for _, _, names in os.walk(os.path.join(os.environ["XDG_CACHE_HOME"], "rekindle"))
                for name in names]
        self.assertTrue(kept)
        self.assertEqual([name for name in kept if ".part" in name], [])

        # Opened again, the frame is there at once.
        rekindle = self.start(self.path("clip.mp4"))
        rekindle.see("image", ui.PICTURE, description=ui.RESTORED)
        self.end(rekindle)


if __name__ == "__main__":
    ui.main()
