# SPDX-License-Identifier: Apache-2.0
"""Usage: screenshots.py OUT-DIR

Takes pictures of the window in its main states, with the sample clip and the
shipped model, at three widths, light and dark: OUT-DIR/STATE-WIDTH-SCHEME.png, and contact sheets,
OUT-DIR/STATE.png. Not a test: pictures are to be looked at. Started by `ninja screenshots` in the
build folder; takes a minute or two, most of it the model's."""

import os
import pathlib
import subprocess
import sys

import session
import ui
from rekindle import Rekindle

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
CLIP = PROJECT / "data" / "sample" / "fireplace-dog.mp4"
SIZES = {360: 720, 1024: 700, 1920: 1080}
SCHEMES = {"light": "prefer-light", "dark": "prefer-dark"}
BORDER = 5  # of windows where nothing composes them
NARROW = 860  # below, the sidebar lies over the picture
MOVING = ("running",)
STILL = 17  # a frame where the camera holds still


class Shooting:
    """One run of the program at one size and in one scheme."""

    def __init__(self, out, width, scheme):
        self.out, self.width, self.scheme = out, width, scheme
        config = pathlib.Path(os.environ["HOME"], f"config-{width}-{scheme}")
        (config / "glib-2.0" / "settings").mkdir(parents=True, exist_ok=True)
        (config / "gtk-4.0").mkdir(exist_ok=True)
        (config / "gtk-4.0" / "settings.ini").write_text("[Settings]\ngtk-font-name=Cantarell 11\n")
        (config / "glib-2.0" / "settings" / "keyfile").write_text(
            "[io/github/rekindle/Rekindle]\n"
            f"window-size=({width + 2 * BORDER}, {SIZES[width] + 2 * BORDER})\n")
        self.rekindle = Rekindle(environment={"ADW_DEBUG_COLOR_SCHEME": SCHEMES[scheme],
                                              "GSETTINGS_BACKEND": "keyfile",
                                              "XDG_CONFIG_HOME": str(config)})

    def shoot(self, state):
        """Keeps a picture of the window in front, without its border."""
        path = self.out / f"{state}-{self.width}-{self.scheme}.png"
        window = subprocess.run(["xdotool", "getactivewindow"], check=True, text=True,
                                capture_output=True).stdout.strip()
        area = f"{self.width}x{SIZES[self.width]}+{BORDER}+{BORDER}"
        take = ["import", "-window", window, "-crop", area, "+repage", f"png24:{path}"]
        previous = None
        while True:
            subprocess.run(take, check=True)
            picture = subprocess.run(["identify", "-format", "%#", path], check=True,
                                     capture_output=True).stdout
            # Twice the same: nothing moves any more, but for what is meant to.
            if picture == previous or state in MOVING:
                return
            previous = picture

    def go_to(self, frame):
        self.rekindle.see("slider", "Timeline").value = frame

    def welcome(self):
        self.rekindle.see("button", "Open a Video…")
        self.shoot("welcome")

    def opened(self):
        self.rekindle.open(CLIP)
        self.rekindle.see("image", ui.PICTURE, description=ui.NOT_RESTORED)
        self.rekindle.see("button", "Preview Here", "sensitive")
        self.shoot("opened")

    def running(self):
        self.rekindle.key("p")
        self.rekindle.see("label", "About .*")
        self.shoot("running")
        self.rekindle.key("Escape")
        self.rekindle.miss("progress bar", "Progress")

    def restored(self):
        self.go_to(STILL)
        self.rekindle.see("image", ui.PICTURE)
        if not self.rekindle.find("image", ui.PICTURE, description=ui.RESTORED):
            self.rekindle.key("p")
        self.rekindle.see("image", ui.PICTURE, description=ui.RESTORED)
        self.rekindle.miss("progress bar", "Progress")
        self.shoot("restored")

    def export(self):
        self.rekindle.key("ctrl+s")
        self.rekindle.see("text", "Name")
        self.shoot("export")
        self.rekindle.key("Escape")
        self.rekindle.miss("dialog", "Export")

    def error(self):
        broken = pathlib.Path(os.environ["HOME"], "Holiday 1998.avi")
        broken.write_text("These are words, not pictures.\n")
        self.rekindle.open(broken)
        self.rekindle.see(ui.DIALOG, ".*Cannot Be Read")
        self.shoot("error")
        self.rekindle.key("Escape")
        self.rekindle.miss(ui.DIALOG, ".*")

    def side_by_side(self):
        self.rekindle.key("2")
        self.rekindle.see("radio button", r"Side by side \(2\)", "checked")
        self.shoot("side_by_side")
        self.rekindle.key("1")

    def stale(self):
        """The settings as the sidebar shows them on a narrow window, one of them changed."""
        if self.width < NARROW:
            self.rekindle.key("F9")
        self.rekindle.tab_to("combo box", "Deinterlacing")
        self.rekindle.key("space")
        self.rekindle.see("list item", ".*", "focused")
        self.rekindle.key("Down", "Down", "Return")
        self.rekindle.miss("list item", ".*", "focused")
        self.shoot("settings")
        self.rekindle.key("Escape")
        self.shoot("stale")

    def preferences(self):
        self.rekindle.key("ctrl+comma")
        self.rekindle.see("combo box", "Device")
        self.shoot("preferences")
        self.rekindle.key("Escape")
        self.rekindle.miss("dialog", "Preferences")

    def end(self):
        self.rekindle.key("ctrl+q")
        self.rekindle.ended()
        print(*self.rekindle.complaints(), sep="\n")


STATES = [Shooting.welcome, Shooting.opened, Shooting.running, Shooting.restored,
          Shooting.side_by_side, Shooting.export, Shooting.error, Shooting.preferences, Shooting.stale]


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    os.environ["OASIS_MODEL_PATH"] = str(PROJECT / "data" / "models")
    for scheme in SCHEMES:
        for width in SIZES:
            shooting = Shooting(out, width, scheme)
            for state in STATES:
                state(shooting)
            shooting.end()
    for name in sorted({path.name.split("-")[0] for path in out.glob("*-*.png")}):
        pictures = [str(out / f"{name}-{width}-{scheme}.png") for scheme in SCHEMES for width in SIZES]
        subprocess.run(["montage", *pictures, "-tile", f"{len(SIZES)}x", "-geometry", "x700+12+12",
                        "-background", "#808080", str(out / f"{name}.png")], check=True)


if __name__ == "__main__":
    main()
