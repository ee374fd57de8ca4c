# SPDX-License-Identifier: Apache-2.0
"""The timeline of a long clip: zoom and scrolling, handles, times of the range, what hovers."""

import ui


class Timeline(ui.UiTest):
    def make_tape(self, name):
        """Two hours of still pictures, small and quickly made."""
        ui.testing.ffmpeg("-f", "lavfi", "-i", "color=size=32x32:rate=25", "-t", "7200", "-c:v",
                          "libx264", "-preset", "ultrafast", "-g", "250", self.path(name))
        return self.path(name)

    def test_long(self):
        rekindle = self.start_with(self.make_tape("tape.mp4"))
        timeline = rekindle.see("slider", "Timeline")
        rekindle.see("toggle button", "0:00.000 / 2:00:00.000")

        # At the whole clip a pixel is many frames; zoomed about the pointer, one frame is many pixels.
        rekindle.press(timeline, 0.5, 0.5)
        ui.wait(lambda: timeline.value > 80000, "middle of the tape")
        middle = timeline.value
        rekindle.hold("Control_L")
        rekindle.pointer(timeline, (0.5, 0.5), *["click 4"] * 40)
        rekindle.release("Control_L")
        rekindle.press(timeline, 0.5, 0.5)
        ui.wait(lambda: abs(timeline.value - middle) < 100, "frame near the middle")
        near = timeline.value
        rekindle.press(timeline, 0.6, 0.5)
        ui.wait(lambda: 0 < timeline.value - near <= 2, "next frame")

        # The pointer's place is told, and goes with it.
        rekindle.see("label", r"1:00:0\d\.\d\d\d|59:5\d\.\d\d\d")
        # The wheel scrolls; playing on by keys shows where that leads to.
        rekindle.pointer(timeline, (0.5, 0.5), *["click 5"] * 20)
        rekindle.press(timeline, 0.5, 0.5)
        ui.wait(lambda: timeline.value > near + 5, "frame further on")
        rekindle.key("Home")
        ui.wait(lambda: timeline.value == 0, "start")
        rekindle.press(timeline, 0.5, 0.5)
        ui.wait(lambda: 0 < timeline.value < 100, "frame near the start, to which the view went")

        # Z shows the whole clip again, then the range alone.
        rekindle.key("z")
        rekindle.press(timeline, 0.5, 0.5)
        ui.wait(lambda: timeline.value > 80000, "middle of the tape")
        self.set_times(rekindle, "1:00:00", "1:00:02")
        rekindle.see("label", "0:02.000")
        rekindle.key("z")
        rekindle.press(timeline, 0.5, 0.5)
        ui.wait(lambda: 90000 < timeline.value < 90050, "middle of the range")
        self.end(rekindle)

    def set_times(self, rekindle, first, end):
        """Types both ends of the range."""
        rekindle.key("t")
        for name, time in (("Ends at", end), ("Starts at", first)):
            entry = rekindle.see("text", name)
            entry.text = time
            rekindle.tab_to("text", name)
            rekindle.key("Return")
        rekindle.key("Escape")
        rekindle.miss("text", "Ends at")

    def test_handles(self):
        """Handles are sliders of their own; dragged, they show their frame and leave the playhead."""
        rekindle = self.start_with(self.make_clip("clip.mp4", 4))
        timeline = rekindle.see("slider", "Timeline")
        first, end = (rekindle.see("slider", f"{name} of the range") for name in ("Start", "End"))
        self.assertEqual((first.value, end.value), (0, 99))
        first.value = 25
        rekindle.see("label", "0:03.000")
        rekindle.tab_to("slider", "Start of the range")
        rekindle.key("Right", "Right")
        ui.wait(lambda: first.value == 27, "start two frames on")
        rekindle.tab_to("slider", "End of the range")
        rekindle.key("Left")
        ui.wait(lambda: end.value == 98, "end one frame before")
        self.assertEqual(timeline.value, 0)

        rekindle.pointer(timeline, (0.981, 0.5), "mousedown 1", (0.9, 0.5), (0.75, 0.5))
        ui.wait(lambda: 65 < timeline.value < 85 and timeline.value == end.value, "frame at the handle")
        rekindle.pointer(timeline, "mouseup 1")
        ui.wait(lambda: timeline.value == 0, "playhead that is back")
        self.end(rekindle)


if __name__ == "__main__":
    ui.main()
