# SPDX-License-Identifier: Apache-2.0
"""FOLDER: builds the manifest's module against the stand-in runtime, installs, runs and publishes
it. In FOLDER remain channel/rekindle.flatpak, figures.json and window.png, a picture of the window.

Needs to begin as root, or on a machine where a sandbox may be made as it stands: flatpak's own has
a /proc of its own, which takes one that nothing lies over, and the build root's has something."""

import json
import os
import shutil
import subprocess
import sys
import time

import testing

FOLDER = os.path.abspath(sys.argv.pop())
CHANNEL = f"{FOLDER}/channel"
KEY = "test@example.org"
PROJECT = os.environ["PROJECT"]
ID = "io.github.rekindle.Rekindle"
SAMPLE = os.path.join(PROJECT, "data", "sample", "fireplace-dog.mp4")
SANDBOX = ["bwrap", "--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc", "true"]
# Behind a shell, for Xvfb does not tell a process 1 that it is ready.
OWN_PROC = ["unshare", "--mount", "--pid", "--fork", "--mount-proc",
            "sh", "-c", '"$@"; exit $?', "sh"]
DESKTOP = ["xvfb-run", "-a", "-s", "-screen 0 1200x900x24", "dbus-run-session", "--"]


def can(*command):
    return subprocess.run(command, stderr=subprocess.DEVNULL).returncode == 0


def begin():
    """Starts the script again where there are a screen and a bus and a sandbox can be made."""
    testing.need("flatpak", "flatpak-builder", "ostree", "bwrap", "xvfb-run", "openbox", "xdotool",
                 "dbus-run-session", "import")
    if not os.statvfs("/usr").f_flag & os.ST_RDONLY or not os.path.exists(stand_in.PACKAGES):
        testing.skip("the stand-in runtime is made of the build root alone: REKINDLE_HOST=no")
    inside = next((way for way in ([], OWN_PROC) if can(*way, *SANDBOX)), None)
    if inside is None:
        testing.skip("no sandbox can be made in the build root: it takes root, or user namespaces "
                     "and a whole /proc")
    shutil.rmtree(FOLDER, ignore_errors=True)
    home = os.path.join(FOLDER, "home")
    os.makedirs(os.path.join(home, "run"), mode=0o700)
    environment = {
        **os.environ, "FLATPAK_TEST": "inside", "HOME": home, "XDG_RUNTIME_DIR": f"{home}/run",
        "FLATPAK_USER_DIR": f"{FOLDER}/installation", "XDG_DATA_HOME": f"{home}/.local/share",
        "XDG_CACHE_HOME": f"{home}/.cache", "XDG_CONFIG_HOME": f"{home}/.config",
        "PATH": f"{os.path.dirname(__file__)}:{os.environ['PATH']}", "GDK_BACKEND": "x11",
        "FLATPAK_SYSTEM_DIR": stand_in.runtime(),
    }
    sys.exit(subprocess.run([*inside, *DESKTOP, sys.executable, *sys.argv, FOLDER],
                            env=environment).returncode)


class Flatpak(testing.TestCase):
    """The tests share what the first of them would make: one build, one installation."""

    @classmethod
    def setUpClass(cls):
        os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = os.environ["DBUS_SESSION_BUS_ADDRESS"]
        cls.home = os.environ["HOME"]
        cls.figures = {}
        cls.manifest = stand_in.manifest(f"{PROJECT}/flatpak/{ID}.json", f"{FOLDER}/{ID}.json")
        cls.portals = portal.Portals(ID, f"{FOLDER}/documents")
        for name in "secret.txt", "Videos/private.mp4":
            os.makedirs(os.path.dirname(f"{cls.home}/{name}"), exist_ok=True)
            with open(f"{cls.home}/{name}", "w") as file:
                file.write("not for the sandbox")
        start = time.monotonic()
        cls.call("flatpak-builder", "--force-clean", "--disable-rofiles-fuse", "--disable-cache",
                 f"--state-dir={FOLDER}/state", f"--repo={FOLDER}/repository", f"{FOLDER}/build",
                 f"{FOLDER}/{ID}.json")
        cls.figures["build_s"] = round(time.monotonic() - start)
        # Compressing takes one core for long, so it runs beside the tests.
        cls.publishing = subprocess.Popen(
            [f"{PROJECT}/flatpak/publish", f"{FOLDER}/repository", CHANNEL],
            env=os.environ | {"GNUPGHOME": cls.make_key(), "REKINDLE_KEY": KEY,
                              "REKINDLE_URL": f"file://{CHANNEL}/repo"})
        cls.call("flatpak", "--user", "remote-add", "--no-gpg-verify", "ours",
                 f"{FOLDER}/repository")
        cls.call("flatpak", "--user", "install", "--noninteractive", "ours", ID)
        cls.call("flatpak", "info", "--show-metadata", ID)

    @classmethod
    def make_key(cls):
        """A key to be thrown away, in a folder of its own."""
        folder = f"{cls.home}/gnupg"
        os.mkdir(folder, mode=0o700)
        subprocess.run(["gpg", "--homedir", folder, "--batch", "--quiet", "--passphrase", "",
                        "--quick-generate-key", KEY, "default", "sign", "never"], check=True)
        cls.addClassCleanup(subprocess.run, ["gpgconf", "--homedir", folder, "--kill", "all"])
        return folder

    @classmethod
    def tearDownClass(cls):
        assert cls.publishing.wait() == 0
        cls.figures["bundle_bytes"] = os.path.getsize(f"{CHANNEL}/rekindle.flatpak")
        with open(f"{FOLDER}/figures.json", "w") as file:
            json.dump(cls.figures, file, indent=2)
        print(json.dumps(cls.figures))
        for name in "build", "state":
            shutil.rmtree(f"{FOLDER}/{name}")

    @staticmethod
    def call(*command):
        """Runs a command, whose last lines are told if it fails; returns what it printed."""
        done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert done.returncode == 0, f"{command}\n" + "\n".join(done.stdout.split("\n")[-30:])
        return done.stdout

    def inside(self, *command, options=(), code=0):
        """Runs a command in the sandbox and returns what it printed."""
        done = subprocess.run(["flatpak", "run", *options, f"--command={command[0]}", ID,
                               *command[1:]], text=True, capture_output=True)
        self.assertEqual(done.returncode, code, f"{command}\n{done.stdout}{done.stderr}")
        return done.stdout

    def test_permissions_are_the_least(self):
        context = self.call("flatpak", "info", "--show-permissions", ID)
        granted = dict(line.split("=") for line in context.split("\n") if "=" in line)
        self.assertEqual({name: set(words.rstrip(";").split(";"))
                          for name, words in granted.items()},
                         {"shared": {"ipc"}, "devices": {"dri"},
                          "sockets": {"x11", "wayland", "fallback-x11", "pulseaudio"},
                          "org.freedesktop.UPower": {"talk"}})

    def test_nothing_of_the_home_is_visible(self):
        script = 'find "$1" -type f; cat "$1/secret.txt" 2>&1'
        seen = self.inside("sh", "-c", script, "sh", self.home, code=1).split("\n")
        self.assertIn("No such file", seen[-2])
        own = f"{self.home}/.var/app/{ID}/"
        self.assertEqual([path for path in seen[:-2] if not path.startswith(own)], [])

    def test_there_is_no_network(self):
        interfaces = self.inside("cat", "/proc/net/dev").split("\n")[2:-1]
        self.assertEqual([line.split(":")[0].strip() for line in interfaces], ["lo"])

    def test_command_line_restores_the_sample(self):
        """As people do: with one folder lent for the call."""
        folder = f"{self.home}/Videos"
        shutil.copy(SAMPLE, folder)
        self.inside("rekindle-cli", "restore", "--model", "oasis-fast", "--end", "0.4", "--dtype",
                    "f32", f"{folder}/fireplace-dog.mp4", f"{folder}/restored.mp4",
                    options=[f"--filesystem={folder}"])
        shown = self.call("ffprobe", "-v", "error", "-select_streams", "v", "-show_entries",
                          "stream=codec_name,width,height", "-of", "csv=p=0",
                          f"{folder}/restored.mp4")
        self.assertEqual(shown.strip(), "h264,640,360")
        cache = f"{self.home}/.var/app/{ID}/cache/rekindle"
        self.assertTrue(os.listdir(cache))
        self.assertFalse(os.path.exists(f"{self.home}/.cache/rekindle"))

    def test_models_and_devices(self):
        models = self.inside("rekindle-cli", "models")
        for name in "oasis-home", "oasis-fast":
            self.assertIn(f"/app/share/rekindle/models/{name}.safetensors", models)
        devices = self.inside("rekindle-cli", "devices")
        self.assertRegex(devices, r"(?m)^cuda\S* .*\n +cannot be used: \w.*")
        self.assertRegex(devices, r"(?m)^reference .*\n +usable")

    def test_driver_of_a_card_is_found(self):
        """By the name that the CUDA module opens, in the extension that has it; else not at all."""
        look = 'import ctypes; print(ctypes.CDLL("libcuda.so.1").cuInit(0))'
        self.inside("python3", "-c", look, code=1)
        stand_in.driver(os.environ["FLATPAK_USER_DIR"], f"{FOLDER}")
        os.environ["FLATPAK_GL_DRIVERS"] = stand_in.DRIVER
        self.addCleanup(os.environ.pop, "FLATPAK_GL_DRIVERS")
        self.assertEqual(self.inside("python3", "-c", look), "100\n")

    def test_channel_is_signed(self):
        """Who adds the channel gets what its key has signed, and from elsewhere nothing."""
        self.assertEqual(self.publishing.wait(), 0)
        people = {**os.environ, "FLATPAK_USER_DIR": f"{FOLDER}/people"}

        def flatpak(*arguments):
            return subprocess.run(["flatpak", "--user", *arguments], env=people, text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

        added = flatpak("remote-add", "ours", f"{CHANNEL}/rekindle.flatpakrepo")
        self.assertEqual(added.returncode, 0, added.stdout)
        installed = flatpak("install", "--noninteractive", "--no-deploy", "ours", ID)
        self.assertEqual(installed.returncode, 0, installed.stdout)
        changed = flatpak("remote-modify", f"--url=file://{FOLDER}/repository", "ours")
        self.assertEqual(changed.returncode, 0, changed.stdout)
        refused = flatpak("install", "--noninteractive", "--no-deploy", "--reinstall", "ours", ID)
        self.assertNotEqual(refused.returncode, 0)
        self.assertRegex(refused.stdout, "(?i)gpg|signature")
        with open(f"{CHANNEL}/rekindle.flatpakref") as file:
            self.assertRegex(file.read(), r"\nGPGKey=[\w+/=]{100,}\n")

    def test_window_opens_and_exports_by_the_portal(self):
        """Both ways people choose: what the sandbox sees is the file, and then the folder."""
        manager = subprocess.Popen(["openbox"], stderr=subprocess.DEVNULL)
        self.addCleanup(manager.kill)
        self.portals.file = SAMPLE
        start = time.monotonic()
        window = sandboxed.Rekindle(ID)
        self.addCleanup(self.call, "flatpak", "kill", ID)
        window.see("frame", "Rekindle")
        self.figures["start_s"] = round(time.monotonic() - start, 2)
        window.key("ctrl+o")
        window.see("button", "Preview Here", "sensitive")
        self.assertEqual(len(self.portals.asked), 1)
        self.call("import", "-window", "root", f"{FOLDER}/window.png")
        window.key("ctrl+s")
        window.see("text", "Name", "focused")
        # The file was lent without its folder.
        self.assertFalse(window.see("button", "Export").has("sensitive"))
        window.click("Folder")
        testing.wait(lambda: self.portals.folder, "folder asked for", window.describe)
        window.click("Export")
        testing.wait(lambda: os.listdir(self.portals.folder) == ["fireplace-dog restored.mp4"],
                     "exported file", lambda: str(os.listdir(self.portals.folder)))


if "FLATPAK_TEST" not in os.environ:
    import stand_in
    begin()

import portal
import sandboxed
import stand_in

testing.main()
