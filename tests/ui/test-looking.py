# SPDX-License-Identifier: Apache-2.0
"""What is seen of a clip while it is being restored and played: drafts, old results, the loop."""

import ui

DRAFT = "This is a draft of the restored frame"
OLD = "This frame is restored by earlier settings"


class Looking(ui.UiTest):
    def choose(self, rekindle, row, *keys):
        """Another entry of a row, by keys, which begin at the first one."""
        rekindle.tab_to("combo box", row)
        rekindle.key("space")
        rekindle.see("list item", ".*", "focused")
        rekindle.key(*keys, "Return")
        rekindle.miss("list item", ".*", "focused")

    def test_draft(self):
        """A preview shows a draft first; a changed setting shows one by itself."""
        rekindle = self.start_with(self.make_clip("clip.mp4", 4, size="320x240"))
        rekindle.key("p")
        rekindle.see("image", ui.PICTURE, description=DRAFT)
        self.see_restored(rekindle)

        self.choose(rekindle, "Size", "Down")
        rekindle.see("image", ui.PICTURE, description=DRAFT)
        # It is of one frame. Another one shows what there was, and says so.
        timeline = rekindle.see("slider", "Timeline")
        timeline.value = 3
        rekindle.see("image", ui.PICTURE, description=OLD)
        timeline.value = 90
        rekindle.see("image", ui.PICTURE, description=ui.NOT_RESTORED)

        # Back to the settings of before: their result is still there.
        timeline.value = 0
        rekindle.see("image", ui.PICTURE, description=DRAFT)
        self.choose(rekindle, "Size", "Down", "Down")
        rekindle.see("image", ui.PICTURE, description=ui.RESTORED)
        self.end(rekindle)

    def test_still(self):
        """Neither a job nor a changed setting moves the picture or its zoom."""
        rekindle = self.start_with(self.make_clip("clip.mp4", 4, size="320x240"))
        picture = rekindle.see("image", ui.PICTURE)
        area = picture.area
        rekindle.key("ctrl+2")
        rekindle.see("label", "200 %")
        rekindle.key("p")
        rekindle.see("label", "Restoring the preview")
        self.assertEqual(rekindle.see("image", ui.PICTURE).area, area)
        self.see_restored(rekindle)
        self.choose(rekindle, "Deinterlacing", "Down", "Down")
        rekindle.see("button", "Preview Again")
        rekindle.see("image", ui.PICTURE, description=DRAFT)
        self.assertEqual(rekindle.see("image", ui.PICTURE).area, area)
        rekindle.see("label", "200 %")
        self.end(rekindle)

    def test_playing(self):
        """Where the playhead stands late in a chunk, the next one is restored, too. Playing stays within
        what is restored, unless that is switched off, and keys go faster, slower and further."""
        rekindle = self.start_with(self.make_clip("clip.mp4", 100))
        timeline = rekindle.see("slider", "Timeline")
        timeline.value = 14
        rekindle.key("p")
        picture = self.see_restored(rekindle)
        for frame, restored in ((0, True), (29, True), (60, False)):
            timeline.value = frame
            rekindle.see("image", ui.PICTURE,
                         description=ui.RESTORED if restored else ui.NOT_RESTORED)

        timeline.value = 28
        rekindle.see("toggle button", r"Repeat what is restored \(R\)", "pressed")
        rekindle.key("l", "l", "l")
        rekindle.see("button", r"Pause \(Space\)")
        ui.wait(lambda: timeline.value < 14, "start of what is restored")
        rekindle.key("r", "k")
        rekindle.see("button", r"Play \(Space\)")
        timeline.value = 20
        rekindle.key("l", "l", "l")
        ui.wait(lambda: timeline.value > 45, "frame beyond what is restored")
        rekindle.key("k")
        rekindle.see("button", r"Play \(Space\)")

        timeline.value = 0
        for key, time in (("ctrl+Right", "0:10.000"), ("Next", "1:10.000"), ("shift+Left", "1:09.000"),
                          ("Prior", "0:09.000"), ("ctrl+Left", "0:00.000"), ("Next", "1:00.000")):
            rekindle.key(key)
            rekindle.see("toggle button", f"{time} / 1:40.000")
        rekindle.key("i", "Next", "o", "Up")
        rekindle.see("toggle button", "1:00.000 / 1:40.000")
        rekindle.key("Up")
        rekindle.see("toggle button", "0:00.000 / 1:40.000")
        rekindle.key("Down", "Down")
        rekindle.see("toggle button", "1:39.960 / 1:40.000")

        _, _, width, _ = picture.area
        rekindle.key("F11")
        ui.wait(lambda: rekindle.see("image", ui.PICTURE).area[2] > width, "picture in full screen")
        rekindle.key("F11")
        ui.wait(lambda: rekindle.see("image", ui.PICTURE).area[2] == width, "picture as it was")
        self.end(rekindle)


if __name__ == "__main__":
    ui.main()
