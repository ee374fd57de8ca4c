# SPDX-License-Identifier: Apache-2.0
"""A screen, a message bus, a home and disks of their own for whatever runs in here.

run() starts the calling script again inside of them and ends with its status. What has to be there
before a module may look at the screen or the bus is there once `import session` has returned."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from testing import need, skip

TOOLS = ["Xvfb", "dbus-run-session", "openbox", "xdotool", "import", "ffmpeg", "ffprobe"]
SCREEN = "2000x1200x24"
SUPPRESSIONS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "lsan.supp")
# Lets the session mount small disks, unseen by others.
UNSHARE = ["unshare", "--user", "--map-root-user", "--mount"]


def may_unshare():
    return shutil.which(UNSHARE[0]) and subprocess.run([*UNSHARE, "true"],
                                                       stderr=subprocess.DEVNULL).returncode == 0


def environment(home, display):
    """A desktop without settings, animations or a graphics card."""
    kept = {name: value for name, value in os.environ.items()
            if name not in ("WAYLAND_DISPLAY", "XAUTHORITY")}
    return kept | {
        "REKINDLE_SESSION": "yes",
        "HOME": home,
        "XDG_CACHE_HOME": f"{home}/cache",
        "XDG_CONFIG_HOME": f"{home}/config",
        "XDG_DATA_HOME": f"{home}/data",
        "XDG_STATE_HOME": f"{home}/state",
        "XDG_RUNTIME_DIR": home,
        "DISPLAY": f":{display}",
        "GDK_BACKEND": "x11",
        "GSK_RENDERER": "cairo",
        "GTK_A11Y": "atspi",
        "GSETTINGS_BACKEND": "memory",
        "G_DEBUG": "fatal-criticals",
        "LC_ALL": "C.UTF-8",
        "OMP_WAIT_POLICY": "PASSIVE",
        "LSAN_OPTIONS": f"suppressions={SUPPRESSIONS}:print_suppressions=0",
    }


def run():
    need(*TOOLS)
    # At Meson's time limit whatever runs in here is told, too, and needs a moment to say where it is.
    signal.signal(signal.SIGTERM, lambda *_: time.sleep(1))
    read, write = os.pipe()
    screen = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", SCREEN,
                               "-nolisten", "tcp"], pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as pipe:
            display = pipe.readline().strip()
        if not display:
            skip("Xvfb does not start")
        with tempfile.TemporaryDirectory() as home:
            inside = environment(home, display)
            manager = subprocess.Popen(["openbox"], env=inside, stderr=subprocess.DEVNULL)
            done = subprocess.run([*(UNSHARE if may_unshare() else []), "dbus-run-session", "--",
                                   sys.executable, *sys.argv], env=inside)
            manager.terminate()
            manager.wait()
    finally:
        screen.terminate()
        screen.wait()
    sys.exit(done.returncode)


if "REKINDLE_SESSION" not in os.environ:
    run()
