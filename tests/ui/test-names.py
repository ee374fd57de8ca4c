# SPDX-License-Identifier: Apache-2.0
"""In every state of the window, all that people can reach says what it is."""

import re

import ui


class Names(ui.UiTest):
    def test_states(self):
        rekindle = self.start()
        rekindle.see("button", "Open a Video…")
        self.check_names(rekindle)

        rekindle.open(self.make_long_clip("clip.mp4"))
        self.see_ready(rekindle)
        self.check_names(rekindle)
        timeline = rekindle.see("slider", "Timeline")
        self.assertEqual((timeline.get("Value", "MinimumValue"), timeline.get("Value", "MaximumValue")),
                         (0, 499))

        rekindle.key("g")
        rekindle.see("text", "Time to go to", "focused")
        self.check_names(rekindle)
        rekindle.key("Escape")
        rekindle.miss("text", "Time to go to")
        rekindle.see("image", ui.PICTURE, "focused")

        rekindle.key("End", "comma", "o", "p")
        rekindle.see("progress bar", "Progress")
        self.check_names(rekindle)
        rekindle.key("Escape")
        rekindle.miss("progress bar", "Progress")

        rekindle.key("ctrl+s")
        rekindle.see("dialog", "Export")
        self.check_names(rekindle)
        rekindle.key("Escape")
        rekindle.miss("dialog", "Export")
        self.end(rekindle)

    def test_reachable(self):
        """Tab comes past all that can take the focus: of the ways of comparing it comes past one, and
        arrows lead to the others; what frames the window is the window manager's."""
        rekindle = self.start_with(self.make_clip("clip.mp4", 1))
        first = rekindle.see("image", ui.PICTURE, "focused")
        reached = {first.path: first}
        while True:
            now = rekindle.press_tab()
            if now.path == first.path:
                break
            self.assertNotIn(now.path, reached, "Tab goes in a circle that leaves out the picture")
            reached[now.path] = now
        names = {(widget.name, widget.description) for widget in reached.values()}
        # Facts about the source are read, not acted on.
        self.assertFalse({"Picture", "Length", "96 × 64 pixels", "0:01.000, 25 frames"}
                         & {name for name, _ in names})
        for widget in self.focusable(rekindle):
            if widget.has("sensitive") and widget.role != "radio button" and not re.fullmatch(
                    "(Minimize|Maximize|Close) the window", widget.description):
                self.assertIn((widget.name, widget.description), names)
        self.end(rekindle)

    def test_focus(self):
        """What people want first in a dialog has the focus, on a narrow window, where dialogs are
        sheets at the bottom, too."""
        clip = self.make_clip("clip.mp4", 1)
        for width in (1024, 370):
            with self.subTest(width=width):
                settings = self.settings(window_size=f"({width}, 730)")
                rekindle = self.start_with(clip, environment=settings)
                for keys, role, name in (("ctrl+s", "text", "Name"),
                                         ("ctrl+comma", "combo box", "Device")):
                    rekindle.key(keys)
                    rekindle.see(role, name, "focused")
                    rekindle.key("Escape")
                    rekindle.see("image", ui.PICTURE, "focused")
                self.end(rekindle)

    def test_dialogs(self):
        """Preferences, shortcuts and about open and close by keys."""
        rekindle = self.start()
        rekindle.see("button", "Open a Video…")
        rekindle.key("ctrl+comma")
        rekindle.see("combo box", "Device")
        rekindle.see("spin button", "Disk space in gigabytes")
        self.check_names(rekindle)
        rekindle.key("Escape")
        rekindle.miss("combo box", "Device")

        rekindle.key("ctrl+question")
        rekindle.see("label", "Play or pause")
        rekindle.key("Escape")
        rekindle.miss("label", "Play or pause")

        rekindle.key("F10")
        rekindle.see("menu", "Main menu")
        rekindle.key("a")
        rekindle.see("label", "The Rekindle authors")
        self.check_names(rekindle)
        rekindle.key("Escape")
        rekindle.miss("label", "The Rekindle authors")
        self.end(rekindle)


if __name__ == "__main__":
    ui.main()
