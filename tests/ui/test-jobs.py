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
        waiting = r"Waiting for: Restoring the preview \(first.mp4\)"
        rekindle.see("label", waiting)
        # A preview while another is queued comes next.
        rekindle.key("p")
        rekindle.see("label", "Then: Restoring the preview")

        # Cancelled while it waits, it is over at once, and the other one is not.
        rekindle.key("Escape")
        rekindle.miss("label", "Then: Restoring the preview")
        rekindle.see("label", waiting)
        rekindle.key("Escape")
        rekindle.miss("label", waiting)
        rekindle.key("p")
        rekindle.see("label", waiting)

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

    def test_escape(self):
        """Esc never ends an export. Stopping it is a button's work, keeps what is done, and can be
        taken back; the focus is then where the picture is."""
        rekindle = self.start_with(self.make_long_clip("clip.mp4"))
        self.export(rekindle)
        rekindle.see("label", "Exporting “clip restored.mp4”")
        rekindle.see("image", ui.PICTURE, "focused")
        rekindle.key("Escape", "Escape", "period")
        rekindle.see("toggle button", "0:00.040 / 0:20.000")
        rekindle.see("label", "Exporting “clip restored.mp4”")

        rekindle.tab_to("button", "Pause this job")
        rekindle.key("space")
        rekindle.see("label", r"Paused at \d+ %")
        rekindle.key("space")
        rekindle.miss("label", r"Paused at \d+ %")

        rekindle.tab_to("button", "Stop")
        rekindle.key("space")
        rekindle.see("label", "Export stopped. What is done is kept.")
        rekindle.miss("label", "Exporting “clip restored.mp4”")
        rekindle.see("image", ui.PICTURE, "focused")
        rekindle.click("Continue")
        rekindle.see("label", "Exporting “clip restored.mp4”")
        rekindle.key("ctrl+w")
        rekindle.click("Stop and Close")
        self.assert_ended_well(rekindle)

    def test_export_behind_preview(self):
        """An export that waits for a preview is seen, and cancelling the preview does not end it."""
        rekindle = self.start_with(self.make_long_clip("clip.mp4"))
        rekindle.key("End", "comma", "o", "p")
        rekindle.see("label", "Restoring the preview")
        self.export(rekindle)
        rekindle.see("label", "Then: Exporting “clip restored.mp4”")
        rekindle.click("Cancel")
        rekindle.miss("label", "Restoring the preview")
        rekindle.see("label", "Exporting “clip restored.mp4”")
        rekindle.miss("label", "Then: .*")
        rekindle.key("ctrl+w")
        rekindle.click("Stop and Close")
        self.assert_ended_well(rekindle)

    def test_page(self):
        """The jobs of all windows on one page: what runs, what waits for it, and their order."""
        rekindle = self.start_with(self.make_clip("first.mp4", 90, size="320x240"))
        self.export(rekindle)
        rekindle.see("label", "Exporting “first restored.mp4”")
        rekindle.open(self.make_clip("second.mp4", 1))
        rekindle.see("frame", "second.mp4", "active")
        rekindle.see("image", ui.PICTURE, "focused")
        rekindle.see("button", "Preview Here", "sensitive")
        rekindle.key("p")
        rekindle.see("label", r"Waiting for: Exporting “first restored.mp4” \(first.mp4\)")
        self.export(rekindle)
        rekindle.see("label", "Then: Exporting “second restored.mp4”")

        rekindle.key("ctrl+j")
        rekindle.see("dialog", "Jobs")
        self.check_names(rekindle)
        self.assertEqual(self.listed(rekindle), ["first restored.mp4", "preview", "second restored.mp4"])

        # The last one before the preview, by keys alone; the focus stays with it.
        for _ in range(3):
            rekindle.tab_to("toggle button", "More")
            if _ < 2:
                rekindle.press_tab()
        rekindle.key("space")
        rekindle.see("menu", "More")
        rekindle.key("u")
        ui.wait(lambda: self.listed(rekindle) == ["first restored.mp4", "second restored.mp4", "preview"],
                "other order", rekindle.describe)
        rekindle.see("toggle button", "More", "focused")

        # Paused, the first one lets the others go on.
        rekindle.tab_to("button", "Pause this job", "shift+Tab")
        rekindle.tab_to("toggle button", "More", "shift+Tab")
        rekindle.tab_to("button", "Pause this job", "shift+Tab")
        rekindle.key("space")
        rekindle.see("label", r"Paused at \d+ %")
        ui.wait(lambda: self.listed(rekindle) == ["first restored.mp4"], "end of the others",
                rekindle.describe)
        self.assertEqual(self.probe(self.path("second restored.mp4")), ("h264", 192, 128, 25))

        # To delete what is done is asked for, and the answer at hand keeps it.
        rekindle.tab_to("toggle button", "More")
        rekindle.key("space")
        rekindle.see("menu", "More")
        rekindle.key("d")
        rekindle.see(ui.DIALOG, "Delete the Work.")
        rekindle.key("Return")
        rekindle.miss(ui.DIALOG, "Delete the Work.")
        rekindle.see("label", r"Paused at \d+ %")
        rekindle.key("space")
        rekindle.see("menu", "More")
        rekindle.key("d")
        rekindle.see(ui.DIALOG, "Delete the Work.")
        rekindle.click("Delete")
        rekindle.miss("dialog", "Jobs")

        # Without jobs there is a word of it.
        rekindle.key("ctrl+j")
        rekindle.see("label", "Nothing Left to Do")
        rekindle.key("Escape")
        rekindle.miss("dialog", "Jobs")
        self.end(rekindle)
        self.assert_only("first.mp4", "second restored.mp4", "second.mp4")

    def listed(self, rekindle):
        """What the page lists, in order."""
        dialog = rekindle.see("dialog", "Jobs")
        titles = [widget.name for widget, ancestors in dialog.walk() if widget.role == "label"]
        return [title.removeprefix("Exporting “").rstrip("”").removeprefix("Restoring the ")
                for title in titles if title.startswith(("Exporting", "Restoring"))]

    def test_interrupted(self):
        """After a kill the export is there again: it is offered with its video, and by a start
        without one, and goes on only if people want it."""
        clip = self.make_long_clip("clip.mp4")
        rekindle = self.start_with(clip)
        self.export(rekindle)
        rekindle.see("label", "Exporting “clip restored.mp4”")
        ui.wait(lambda: rekindle.see("progress bar", "Progress").value > 0, "progress")
        rekindle.kill()

        for arguments in ([clip], []):
            rekindle = self.start(*arguments)
            rekindle.see(ui.DIALOG, "Continue the Export.")
            self.check_names(rekindle)
            rekindle.key("Escape")
            rekindle.miss(ui.DIALOG, "Continue the Export.")
            self.end(rekindle)

        rekindle = self.start(clip)
        rekindle.see(ui.DIALOG, "Continue the Export.")
        rekindle.key("Return")
        rekindle.see("label", "Exporting “clip restored.mp4”")
        rekindle.key("ctrl+w")
        rekindle.click("Stop and Close")
        self.assert_ended_well(rekindle)

        rekindle = self.start(clip)
        rekindle.see(ui.DIALOG, "Continue the Export.")
        rekindle.click("Delete the Work")
        rekindle.miss(ui.DIALOG, "Continue the Export.")
        rekindle.see("button", "Preview Here", "sensitive")
        self.end(rekindle)
        self.assert_only("clip.mp4")
        # What the export had restored is there for previews, so the frame may be.
        rekindle = self.start(clip)
        rekindle.see("button", "Preview Here", "sensitive")
        self.assertIsNone(rekindle.find(ui.DIALOG, "Continue the Export."))
        self.end(rekindle)

    def test_closed_in_mid_job(self):
        """Closing asks once; then the program ends, and what it was doing is left for later."""
        rekindle = self.start_with(self.make_long_clip("clip.mp4"))
        self.export(rekindle)
        rekindle.see("label", "Exporting “clip restored.mp4”")
        rekindle.key("ctrl+w")
        rekindle.see(ui.DIALOG, "Stop Working.")
        self.check_names(rekindle)
        rekindle.key("Escape")
        rekindle.miss(ui.DIALOG, "Stop Working.")
        rekindle.see("label", "Exporting “clip restored.mp4”")

        # Closing the video alone does not end its export.
        rekindle.key("F10")
        rekindle.see("menu", "Main menu")
        rekindle.key("c")
        rekindle.see("button", "Open a Video…")
        rekindle.click(r"Jobs \(Ctrl\+J\)")
        rekindle.see("label", "Exporting “clip restored.mp4”")
        rekindle.key("Escape")
        rekindle.miss("dialog", "Jobs")

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
        rekindle.see("button", "Preview Here", "sensitive")
        self.end(rekindle)


if __name__ == "__main__":
    ui.main()
