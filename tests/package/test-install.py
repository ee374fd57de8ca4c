# SPDX-License-Identifier: Apache-2.0
"""BUILD: meson install puts every file of each part into an empty folder, and no other; and what it
put there runs as installed, with neither the source nor the build to be seen."""

import os
import subprocess
import sys

import testing

BUILD = os.path.abspath(sys.argv.pop())
PARTS = os.environ["PARTS"].split()
PREFIX, LIBDIR, PROJECT = (os.environ[name] for name in ("PREFIX", "LIBDIR", "PROJECT"))
ID = "io.github.rekindle.Rekindle"
MODELS = ["oasis-fast", "oasis-home"]

FILES = {
    "always": [f"share/rekindle/models/{name}.{end}" for name in MODELS
               for end in ("md", "safetensors")],
    "cli": [
        "bin/rekindle-cli",
        "share/bash-completion/completions/rekindle-cli",
        "share/fish/vendor_completions.d/rekindle-cli.fish",
        "share/man/man1/rekindle-cli.1",
        "share/zsh/site-functions/_rekindle-cli",
    ],
    "cuda": [f"{LIBDIR}/rekindle/liboasis-cuda.so"],
    "ui": [
        "bin/rekindle",
        f"share/applications/{ID}.desktop",
        f"share/dbus-1/services/{ID}.service",
        f"share/glib-2.0/schemas/{ID}.gschema.xml",
        f"share/icons/hicolor/scalable/apps/{ID}.svg",
        f"share/icons/hicolor/symbolic/apps/{ID}-symbolic.svg",
        "share/locale/de/LC_MESSAGES/rekindle.mo",
        "share/man/man1/rekindle.1",
        f"share/metainfo/{ID}.metainfo.xml",
    ],
}

# Runs the rest of the line where the installed files lie at their prefix, all that is writable is a
# home, and the project's folder is empty.
INSTALLED = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c",
             'mount --bind "$0$1" "$1" && mount -t tmpfs none "$2" && cd / && shift 2 && exec "$@"']


class Install(testing.TestCase):
    def setUp(self):
        super().setUp()
        subprocess.run(["meson", "install", "--quiet", "--no-rebuild", "-C", BUILD, "--destdir",
                        self.path("root")], check=True)
        self.environment = {
            "HOME": self.folder, "LC_ALL": "C.UTF-8", "OMP_WAIT_POLICY": "PASSIVE",
            "PATH": f"{PREFIX}/bin:{os.environ['PATH']}", "XDG_RUNTIME_DIR": self.folder,
            "XDG_DATA_DIRS": f"{PREFIX}/share:/usr/share", "GDK_BACKEND": "x11",
            "GSK_RENDERER": "cairo", "GTK_A11Y": "none",
        }

    def installed(self, *command):
        done = subprocess.run([*INSTALLED, self.path("root"), PREFIX, PROJECT, *command], text=True,
                              env=self.environment, capture_output=True)
        self.assertEqual(done.returncode, 0, f"{command}\n{done.stdout}{done.stderr}")
        return done.stdout

    def test_all_files_and_no_other(self):
        top = self.path("root") + PREFIX
        found = {os.path.relpath(os.path.join(folder, name), top)
                 for folder, _, names in os.walk(self.path("root")) for name in names}
        wanted = {name for part in ["always", *PARTS] for name in FILES.get(part, [])}
        self.assertEqual(sorted(found), sorted(wanted))

    def test_command_line_runs(self):
        listed = self.installed("rekindle-cli", "models")
        for name in MODELS:
            self.assertIn(f"{PREFIX}/share/rekindle/models/{name}.safetensors", listed)
        self.assertNotIn(PROJECT, listed)
        devices = self.installed("rekindle-cli", "devices")
        self.assertEqual("has no CUDA module" in devices, "cuda" not in PARTS)
        with open(self.path("clip.y4m"), "wb") as file:
            file.write(b"YUV4MPEG2 W32 H24 F25:1 Ip A1:1 C420jpeg\n")
            file.write((b"FRAME\n" + bytes(32 * 24 * 3 // 2)) * 2)
        self.installed("rekindle-cli", "restore", "--quiet", "--model", "oasis-fast", "--dtype",
                       "f32", self.path("clip.y4m"), self.path("larger.y4m"))
        with open(self.path("larger.y4m"), "rb") as file:
            self.assertTrue(file.read().startswith(b"YUV4MPEG2 W64 H48 "))

    def test_window_opens(self):
        """What a package's triggers do comes first."""
        if "ui" not in PARTS:
            return
        testing.need("xvfb-run", "xdotool", "dbus-run-session")
        script = (f"glib-compile-schemas {PREFIX}/share/glib-2.0/schemas; rekindle & "
                  "xdotool search --sync --onlyvisible --name '^Rekindle$' >/dev/null; kill $!")
        self.installed("xvfb-run", "-a", "dbus-run-session", "sh", "-c", script)


testing.main()
