# SPDX-License-Identifier: Apache-2.0
"""The way of a clip through the window, from opening to the finished file: by what assistive
technology clicks and sets, by keys alone, and by the pointer."""

import dragging
import ui


class Way(ui.UiTest):
    def test_by_buttons(self):
        """Open, look, preview, cancel, preview again, compare, mix, choose a range, export."""
        rekindle = self.start(self.make_clip("Tape 1.mp4", 10, size="320x240"))
        rekindle.see("label", "Tape 1.mp4")
        rekindle.see("label", "320 × 240 · 25 fps · 0:10")
        rekindle.see("label", "0:10.000, 250 frames")
        picture = rekindle.see("image", ui.PICTURE, description=ui.NOT_RESTORED)
        timeline = rekindle.see("slider", "Timeline")

        # The whole clip but one frame takes long enough to be stopped.
        timeline.value = 248
        rekindle.see("toggle button", "0:09.920 / 0:10.000")
        rekindle.click(r"Range ends here \(O\)")
        rekindle.see("label", "0:09.960")
        rekindle.click("Preview Range")
        rekindle.see("label", "Restoring the preview")
        rekindle.see("progress bar", "Progress")
        rekindle.click("Cancel")
        rekindle.miss("label", "Restoring the preview")

        rekindle.click("0:09.960")
        rekindle.miss("button", "0:09.960")
        timeline.value = 0
        rekindle.click("Preview Here")
        self.see_restored(rekindle)

        for name in ("Side by side", "Before", "After", "Split"):
            rekindle.click(rf"{name} \(\d\)", role="radio button")
            rekindle.see("radio button", rf"{name} \(\d\)", "checked")

        strength = rekindle.see("slider", "Strength in percent")
        self.assertEqual(strength.value, 100)
        strength.value = 50
        ui.wait(lambda: strength.value == 50, "strength of 50")
        rekindle.see("image", ui.PICTURE, description=ui.RESTORED)

        # Frames 3 to 11.
        timeline.value = 0
        for frame in (1, 2, 3):
            rekindle.click(r"Next frame \(\.\)")
            ui.wait(lambda: timeline.value == frame, f"frame {frame}")
        rekindle.see("toggle button", "0:00.120 / 0:10.000")
        rekindle.click(r"Range starts here \(I\)")
        rekindle.see("label", "0:09.880")
        timeline.value = 11
        rekindle.see("toggle button", "0:00.440 / 0:10.000")
        rekindle.click(r"Range ends here \(O\)")
        rekindle.see("label", "0:00.360")

        rekindle.click("Export…")
        rekindle.see("dialog", "Export")
        name = rekindle.see("text", "Name")
        ui.wait(lambda: name.text == "Tape 1 restored", "name that is suggested")
        name.text = "Out"
        rekindle.see("label", "Chosen range, 0:00.120 to 0:00.480")
        rekindle.see("label", "Sound, AAC, 1 channel")
        rekindle.see("label", "Copied as it is")
        rekindle.see("label", "H.264, plays everywhere")
        rekindle.click("Export")
        rekindle.see("label", "“Out.mp4” is ready.")
        rekindle.see("button", "Show")
        ui.wait(lambda: self.notifications.told, "notification")
        self.assertEqual(self.notifications.told.pop()[:2],
                         ["The Video Is Restored", "“Out.mp4” is ready."])
        self.assertEqual(self.probe(self.path("Out.mp4")), ("h264", 640, 480, 9))
        self.assert_only("Out.mp4", "Tape 1.mp4")
        self.end(rekindle, "ctrl+w")

    def test_by_keys(self):
        """The same without a pointer, and from the welcome page: the file comes by a second call."""
        clip = self.make_clip("keys.mp4", 10, size="320x240")
        rekindle = self.start()
        rekindle.see("button", "Open a Video…", "focused")
        rekindle.open(clip)
        rekindle.see("label", "320 × 240 · 25 fps · 0:10")
        rekindle.see("image", ui.PICTURE, "focused", description=ui.NOT_RESTORED)

        rekindle.key("End", "comma", "o", "p")
        rekindle.see("label", "Restoring the preview")
        rekindle.key("Escape")
        rekindle.miss("label", "Restoring the preview")
        rekindle.key("x", "Home", "p")
        self.see_restored(rekindle)

        for key, name in (("2", "Side by side"), ("3", "Before"), ("4", "After"), ("1", "Split")):
            rekindle.key(key)
            rekindle.see("radio button", rf"{name} \(\d\)", "checked")
        rekindle.key("Right", "period", "i", "shift+Right", "o")
        rekindle.see("label", "0:01.040")

        # The focus reaches the strength by Tab alone.
        rekindle.tab_to("slider", "Strength in percent")
        rekindle.key("Left", "Left", "Left")
        strength = rekindle.see("slider", "Strength in percent")
        ui.wait(lambda: strength.value == 97, "strength of 97")
        rekindle.key("Home")
        ui.wait(lambda: strength.value == 0, "strength of 0")

        # Space opens a row, and plays elsewhere.
        rekindle.tab_to("combo box", "Size")
        rekindle.key("space")
        rekindle.see("list item", ".*", "focused")
        rekindle.key("Escape")
        rekindle.see("combo box", "Size", "focused")
        rekindle.tab_to("image", ui.PICTURE)
        rekindle.key("space")
        rekindle.see("button", r"Pause \(Space\)")
        rekindle.key("space")
        rekindle.see("button", r"Play \(Space\)")

        # Lossless: the next entry of the row.
        rekindle.key("ctrl+e")
        name = rekindle.see("text", "Name", "focused")
        rekindle.key("ctrl+a")
        rekindle.type("by keys")
        ui.wait(lambda: name.text == "by keys", "name that was typed")
        rekindle.tab_to("combo box", "Codec")
        rekindle.key("space")
        rekindle.see("list item", ".*", "focused")
        rekindle.key("Down", "Down", "Down", "Down", "Down", "Return")
        rekindle.see("label", "FFV1, loses nothing, for archives")
        rekindle.miss("combo box", "File format")
        rekindle.tab_to("text", "Name", "shift+Tab")
        rekindle.key("Return")
        rekindle.see("label", "“by keys.mkv” is ready.")
        self.assertEqual(self.probe(self.path("by keys.mkv")), ("ffv1", 640, 480, 26))
        self.assert_only("by keys.mkv", "keys.mp4")

        # A time typed in.
        rekindle.key("Escape")
        rekindle.tab_to("image", ui.PICTURE)
        rekindle.key("g")
        rekindle.see("text", "Time to go to", "focused")
        rekindle.type("0:01.5")
        rekindle.key("Return")
        rekindle.see("toggle button", "0:01.480 / 0:10.000")
        rekindle.see("image", ui.PICTURE, "focused")
        self.end(rekindle)

    def test_plan(self):
        """The export says beforehand what becomes of each track, and does not alarm afterwards; what it
        has learned of this machine's speed is said before the next work."""
        ui.testing.ffmpeg("-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25", "-f", "lavfi", "-i",
                          "sine=frequency=440", "-t", "40", "-c:v", "libx264", "-preset", "veryfast",
                          "-pix_fmt", "yuv420p", "-c:a", "pcm_s16le", self.path("tape.mkv"))
        rekindle = self.start_with(self.path("tape.mkv"))
        rekindle.key("p")
        self.see_restored(rekindle)
        rekindle.see("button", "Preview Here")
        rekindle.key("End")
        rekindle.see("label", r"about \d+ (s|min)")
        rekindle.key("Home", "shift+Right", "o", "ctrl+s")
        rekindle.see("label", "Sound, PCM, 1 channel")
        rekindle.see("label", "Converted to AAC, for players of MP4 files")
        rekindle.see("label", r"Ready in about \d+ seconds; about .*B of .*B that are free")
        rekindle.tab_to("check box", "Sound")
        rekindle.key("space")
        rekindle.see("label", "Left out, as you chose")
        rekindle.key("space")
        rekindle.see("label", "Converted to AAC, for players of MP4 files")
        self.check_names(rekindle)
        rekindle.click("Export")
        rekindle.see("label", "“tape restored.mp4” is ready.")
        self.assertIsNone(rekindle.find(ui.DIALOG, "Some Things Were Left Out"))

        # A second export of a part has the range in its name.
        rekindle.key("ctrl+s")
        name = rekindle.see("text", "Name", "focused")
        ui.wait(lambda: name.text == "tape restored 0.00-0.01", "name with the range")
        rekindle.key("Escape")
        rekindle.miss("dialog", "Export")
        self.end(rekindle)

    def test_by_pointer(self):
        """What is dragged and turned: playhead, handles of the range, zoom."""
        rekindle = self.start(self.make_clip("clip.mp4", 4))
        picture = rekindle.see("image", ui.PICTURE, description=ui.NOT_RESTORED)
        timeline = rekindle.see("slider", "Timeline")

        rekindle.pointer(timeline, (0.5, 0.5), "mousedown 1", (0.6, 0.5), (0.75, 0.5), "mouseup 1")
        ui.wait(lambda: 72 <= timeline.value <= 78, "frame at three quarters")
        rekindle.press(timeline, 0.018, 0.1)
        ui.wait(lambda: timeline.value == 0, "first frame")

        # The handles lie just outside of what they enclose.
        rekindle.pointer(timeline, (0.014, 0.5), "mousedown 1", (0.1, 0.5), (0.25, 0.5), "mouseup 1")
        rekindle.pointer(timeline, (0.986, 0.5), "mousedown 1", (0.9, 0.5), (0.75, 0.5), "mouseup 1")
        rekindle.see("label", r"0:0[12]\.\d+")
        rekindle.see("button", "Preview Range")
        ui.wait(lambda: timeline.value == 0, "playhead that has stayed")

        rekindle.see("label", "Fit")
        rekindle.pointer(picture, (0.5, 0.5), "click 4", "click 4")
        rekindle.miss("label", "Fit")
        rekindle.see("label", r"\d+ %")
        rekindle.pointer(picture, (0.2, 0.2), "mousedown 1", (0.3, 0.3), "mouseup 1")
        rekindle.key("ctrl+0")
        rekindle.see("label", "Fit")
        self.end(rekindle)

    def test_by_dropping(self):
        """Files dragged from another program: onto an empty window, onto one with a clip, and two at
        once, of which the second gets a window of its own."""
        rekindle = self.start()
        rekindle.see("button", "Open a Video…", "focused")
        clips = [self.make_clip(f"{name}.mp4", 1) for name in ("first", "second", "third", "fourth")]
        for clip, name in zip(clips, ("first.mp4", "second.mp4")):
            self.assertTrue(dragging.drop(rekindle, clip))
            rekindle.see("frame", name)
            rekindle.see("image", ui.PICTURE, description=ui.NOT_RESTORED)
        self.assertTrue(dragging.drop(rekindle, *clips[2:]))
        ui.wait(lambda: sorted(window.name for window in rekindle.windows())
                == ["fourth.mp4", "third.mp4"], "window for each file", rekindle.describe)
        self.end(rekindle)

    def test_comparing(self):
        """What is seen of both sides: the split moves by [ and ], and the other side shows as long as
        B is held."""
        rekindle = self.start_with(self.make_clip("clip.mp4", 1))
        rekindle.key("p")
        picture = self.see_restored(rekindle)

        def see(what, pixels, *area):
            ui.wait(lambda: rekindle.pixels(picture, *area) == pixels, what)

        # The upper part, clear of labels, buttons and the split's handle; and a strip of it right of
        # the middle.
        upper, strip = (0.2, 0.25, 0.8, 0.4), (0.51, 0.25, 0.53, 0.4)

        def look_by(key):
            """Shows one side, and returns what is seen in both areas once nothing moves any more."""
            shown = rekindle.pixels(picture, *upper)
            rekindle.key(key)
            ui.wait(lambda: rekindle.pixels(picture, *upper) != shown, "other side")
            rekindle.still(picture)
            return rekindle.pixels(picture, *upper), rekindle.pixels(picture, *strip)

        before, before_strip = look_by("3")
        after, after_strip = look_by("4")
        self.assertNotEqual(before_strip, after_strip)

        rekindle.hold("b")
        see("before side while B is held", before, *upper)
        rekindle.release("b")
        see("after side again", after, *upper)
        rekindle.key("3")
        see("before side", before, *upper)
        rekindle.hold("b")
        see("after side while B is held", after, *upper)
        # Whatever takes the focus away meanwhile, the key does not stay down.
        rekindle.key("ctrl+comma")
        rekindle.see("combo box", "Device", "focused")
        rekindle.release("b")
        rekindle.key("Escape")
        rekindle.see("image", ui.PICTURE, "focused")
        see("before side, B having been released elsewhere", before, *upper)

        rekindle.key("1")
        see("after side right of the split", after_strip, *strip)
        rekindle.key("bracketright")
        see("before side left of the split", before_strip, *strip)
        rekindle.key("bracketleft")
        see("after side right of the split", after_strip, *strip)
        self.end(rekindle)


if __name__ == "__main__":
    ui.main()
