# SPDX-License-Identifier: Apache-2.0
"""What stands for the real runtime: the build root, exported as a runtime that is its own SDK, with
the extension point by which a card's driver comes in, as org.freedesktop.Platform has it."""

import contextlib
import fcntl
import hashlib
import json
import os
import platform
import shutil
import subprocess

ARCH = platform.machine()
NAME, VERSION = "org.rekindle.StandIn", "13"
DRIVER = "nvidia-1-0"  # what the driver's extension is called
STORE = os.path.expanduser("~/.cache/rekindle-flatpak")
PACKAGES = "/var/lib/dpkg/status"
GL = f"lib/{ARCH}-linux-gnu/GL"

METADATA = f"""[Runtime]
name={NAME}
runtime={NAME}/{ARCH}/{VERSION}
sdk={NAME}/{ARCH}/{VERSION}

[Extension {NAME}.GL]
version=1.4
directory={GL}
subdirectories=true
no-autodownload=true
add-ld-path=lib
enable-if=active-gl-driver
"""

# Not needed by what is built and run, and large; /usr/local is the host's.
LEFT_OUT = ["lib/debug", "lib/llvm-19/lib/*.a", "libexec/valgrind", "local", "share/gir-1.0",
            "share/i18n", "share/locale", "bin/valgrind*"]
# The sandbox has its own.
OWN_ETC = ["group", "gshadow", "hosts", "machine-id", "passwd", "resolv.conf", "shadow"]


def run(*command, **environment):
    subprocess.run(command, check=True, env={**os.environ, **environment}, stdin=subprocess.DEVNULL)


def export(repository, folder, branch):
    run("flatpak", "build-export", "--runtime", "--disable-sandbox", repository, folder, branch)


def install(installation, repository, name, branch):
    """Installs a runtime from a repository of ours into a folder."""
    there = {"FLATPAK_USER_DIR": installation}
    run("flatpak", "--user", "remote-add", "--if-not-exists", "--no-gpg-verify",
        os.path.basename(repository), repository, **there)
    run("flatpak", "--user", "install", "--noninteractive", os.path.basename(repository),
        f"runtime/{name}/{ARCH}/{branch}", **there)


def write_runtime(folder, metadata):
    """Begins a runtime's folder; returns the path that becomes its /usr."""
    os.makedirs(os.path.join(folder, "files"))
    os.mkdir(os.path.join(folder, "usr"))
    with open(os.path.join(folder, "metadata"), "w") as file:
        file.write(metadata)
    return os.path.join(folder, "usr")


def copy_root(usr):
    copy = subprocess.Popen(["tar", "-C", "/usr", *(f"--exclude=./{name}" for name in LEFT_OUT),
                             "-cf", "-", "."], stdout=subprocess.PIPE)
    run_in = subprocess.run(["tar", "-C", usr, "-xf", "-"], stdin=copy.stdout, check=True)
    assert copy.wait() == 0 and run_in.returncode == 0
    shutil.copytree("/etc", os.path.join(usr, "etc"), symlinks=True,
                    ignore=lambda top, names: OWN_ETC if top == "/etc" else [])
    os.makedirs(os.path.join(usr, GL))


def make(folder):
    copy_root(write_runtime(os.path.join(folder, "copy"), METADATA))
    repository = os.path.join(folder, "repository")
    run("ostree", f"--repo={repository}", "init", "--mode=bare-user-only")
    export(repository, os.path.join(folder, "copy"), VERSION)
    shutil.rmtree(os.path.join(folder, "copy"))
    install(os.path.join(folder, "installation"), repository, NAME, VERSION)


def runtime():
    """Makes the runtime, once for a build root, and returns the installation that has it."""
    with open(PACKAGES) as packages:
        recipe = packages.read() + METADATA + repr(LEFT_OUT)
    key = hashlib.sha256(recipe.encode()).hexdigest()[:12]
    folder = os.path.join(STORE, key)
    os.makedirs(STORE, exist_ok=True)
    with open(os.path.join(STORE, "lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.isdir(folder):
            for name in os.listdir(STORE):
                if name != "lock":
                    shutil.rmtree(os.path.join(STORE, name))
            make(folder + ".new")
            os.rename(folder + ".new", folder)
    return os.path.join(folder, "installation")


def driver(installation, folder):
    """Installs an extension that has a libcuda.so.1, whose cuInit answers 100: there is no card."""
    metadata = (f"[Runtime]\nname={NAME}.GL.{DRIVER}\n\n"
                f"[ExtensionOf]\nref=runtime/{NAME}/{ARCH}/{VERSION}\n")
    write_runtime(os.path.join(folder, "driver"), metadata)
    library = os.path.join(folder, "driver", "files", "lib", "libcuda.so.1")
    os.mkdir(os.path.dirname(library))
    subprocess.run(["cc", "-shared", "-fPIC", "-x", "c", "-", "-o", library],
                   input="int cuInit(unsigned flags) { return flags ? 1 : 100; }\n", text=True,
                   check=True)
    repository = os.path.join(folder, "drivers")
    export(repository, os.path.join(folder, "driver"), "1.4")
    install(installation, repository, f"{NAME}.GL.{DRIVER}", "1.4")


def manifest(path, out):
    """Writes the manifest with the stand-in's names in place of the runtime's, and its last module
    alone: what the others would build is in the build root."""
    with open(path) as file:
        contents = json.load(file)
    contents |= {"runtime": NAME, "sdk": NAME, "runtime-version": VERSION,
                 "modules": contents["modules"][-1:]}
    with contextlib.suppress(FileExistsError):
        os.makedirs(os.path.dirname(out))
    for source in contents["modules"][0]["sources"]:
        source["path"] = os.path.join(os.path.dirname(path), source["path"])
    with open(out, "w") as file:
        json.dump(contents, file, indent=2)
    return contents
