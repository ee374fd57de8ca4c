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
        picture = self.see_restored(rekindle)

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


if __name__ == "__main__":
    ui.main()
