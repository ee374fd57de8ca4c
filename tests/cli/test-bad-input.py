# SPDX-License-Identifier: Apache-2.0
"""Bad input gets one sentence with its name, the right exit code, and nothing is left behind."""

import os
import re
import subprocess
import sys

import cli

# Runs the rest of the line where its first argument is a folder with little room, or read-only.
IN_SMALL_FOLDER = ["unshare", "-rm", "sh", "-c",
                   'mount -t tmpfs -o size=64k none "$0" && "$@"; code=$?; '
                   '[ -z "$(ls -A "$0")" ] || echo left behind; exit $code']
IN_READ_ONLY_FOLDER = ["unshare", "-rm", "sh", "-c", 'mount -t tmpfs -o ro none "$0" && "$@"']
CAN_MOUNT = subprocess.run(["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/tmp"],
                           stderr=subprocess.DEVNULL).returncode == 0
LIMIT_FILES = [sys.executable, "-c",
               "import os, resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (65536,) * 2);"
               "os.execv(sys.argv[1], sys.argv[1:])"]


class Usage(cli.CliTest):
    def test_commands(self):
        self.refused(2, says=["--help"])
        self.refused(2, "improve", says=["improve", "--help"])
        self.refused(2, "restore", "--sharpen", says=["--sharpen", "restore --help"])
        self.refused(2, "restore", "--scale", says=["--scale", "value"])
        self.refused(2, "restore", "in.y4m", says=["Usage: rekindle-cli restore"])
        self.refused(2, "restore", "a.y4m", "b.y4m", "c.y4m")
        self.refused(2, "info")
        self.refused(2, "models", "x")
        self.refused(2, "devices", "--all", says=["--all"])

    def test_values(self):
        for option, values in {
                "--start": ("x", "", "-1", "1:60", "1:60:00", "1:2:3:4", "1.5.5", "1:", ":1",
                            "12s", "1e3", "1000000001", "99999999999999999999", "1.2345678901"),
                "--end": ("x", "0", "0:00"),
                "--scale": ("0.5", "5", "x", "nan", "2x", ""),
                "--height": ("0", "-2", "16385", "1.5", "tall"),
                "--strength": ("-0.1", "1.1", "half"),
                "--dtype": ("fp64", ""),
                "--threads": ("0", "1.5", "many"),
                "--codec": ("h266", ""),
                "--crf": ("-1", "52", "x"),
                "--deinterlace": ("maybe", "")}.items():
            for value in values:
                self.refused(2, "restore", option, value, "a.avi", "b.mkv",
                             says=[option, f'"{value}"'])

    def test_contradictions(self):
        self.refused(2, "restore", "--scale", "2", "--height", "90", "a.y4m", "b.y4m",
                     says=["--scale", "--height"])
        self.refused(2, "restore", "--start", "2", "--end", "1", "a.y4m", "b.y4m", says=["--end"])
        self.refused(2, "restore", "--deinterlace", "on", "a.y4m", "b.y4m",
                     says=["--deinterlace", "a.y4m"])
        self.refused(2, "restore", "--crf", "20", "a.y4m", "b.y4m", says=["--crf", "b.y4m"])


class Refused(cli.CliTest):
    def setUp(self):
        super().setUp()
        self.source, self.target = self.path("in.y4m"), self.path("out.y4m")
        cli.write_y4m(self.source, 64, 48, 6)

    def refused_restore(self, code, source, target, *arguments, says=(), wrapper=()):
        self.refused(code, *cli.RESTORE, *arguments, source, target, says=says,
                     wrapper=wrapper)
        self.assertFalse(target != source and target == self.target and os.path.exists(target))

    def test_range_without_frames(self):
        self.refused_restore(2, self.source, self.target, "--start", "10",
                             says=["in.y4m", "0:00.200"])

    def test_source_missing(self):
        self.refused_restore(3, self.path("none.y4m"), self.target, says=["none.y4m"])
        self.refused(3, "info", self.path("none.y4m"), says=["none.y4m"])

    def test_source_is_a_folder(self):
        os.mkdir(self.path("folder.y4m"))
        self.refused_restore(3, self.path("folder.y4m"), self.target, says=["folder.y4m"])

    def test_source_is_not_a_video(self):
        for name, content in ("text.y4m", b"Dear diary\n"), ("empty.y4m", b""):
            with open(self.path(name), "wb") as file:
                file.write(content)
            self.refused_restore(3, self.path(name), self.target, says=[name])

    def test_source_without_frames(self):
        cli.write_y4m(self.path("none.y4m"), 64, 48, 0)
        self.refused_restore(3, self.path("none.y4m"), self.target, says=["none.y4m"])

    def test_source_truncated(self):
        os.truncate(self.source, os.path.getsize(self.source) - 1)
        self.refused_restore(3, self.source, self.target, says=["in.y4m"])

    def test_model_missing(self):
        self.refused(4, "restore", "--model", "nosuch", self.source, self.target, says=["nosuch"])
        self.refused(4, "restore", "--model", self.path("no.safetensors"), self.source,
                     self.target, says=["no.safetensors"])

    def test_model_missing_names_each_folder_once(self):
        self.environment["XDG_DATA_DIRS"] = ":".join([self.path("a"), self.path("ab"),
                                                      self.path("a"), "/usr/local/share"])
        done = self.cli("restore", "--model", "nosuch", self.source, self.target, code=4)
        folders = re.search(r"nosuch.safetensors in (.*);", done.stderr).group(1).split(", ")
        self.assertEqual(len(folders), len(set(folders)), folders)
        self.assertIn(self.path("a/rekindle/models"), folders)
        self.assertIn(self.path("ab/rekindle/models"), folders)

    def test_model_wrong(self):
        with open(cli.MODEL, "rb") as file:
            weights = file.read()
        for name, content in (("text.safetensors", b"Dear diary\n"),
                              ("empty.safetensors", b""),
                              ("cut.safetensors", weights[:-1]),
                              ("long.safetensors", weights + b"x"),
                              ("schema.safetensors", weights.replace(b'\\"schema\\":',
                                                                     b'\\"schemb\\":'))):
            self.assertNotEqual(content, weights, name)
            with open(self.path(name), "wb") as file:
                file.write(content)
            self.refused(4, "restore", "--model", self.path(name), self.source, self.target,
                         says=[name])

    def test_target_exists(self):
        with open(self.target, "wb") as file:
            file.write(b"precious")
        self.refused(5, *cli.RESTORE, self.source, self.target,
                     says=["out.y4m", "--force"])
        self.restore(self.source, self.target, "--force")
        self.assertEqual(len(cli.read_y4m(self.target)[2]), 6)

    def test_target_is_the_source(self):
        os.symlink(self.source, self.path("symbolic.y4m"))
        os.link(self.source, self.path("hard.y4m"))
        for name in "in.y4m", "symbolic.y4m", "hard.y4m":
            self.refused_restore(5, self.source, self.path(name), "--force", says=[name])
            self.refused_restore(5, self.path(name), self.source, "--force", says=["in.y4m"])

    def test_source_is_the_unfinished_target(self):
        os.rename(self.source, self.path(".out.part.y4m"))
        self.refused_restore(5, self.path(".out.part.y4m"), self.target, says=["out.y4m"])

    def test_target_folder_missing(self):
        self.refused_restore(5, self.source, self.path("none/out.y4m"), says=["none/out.y4m"])

    def test_target_is_a_folder(self):
        os.mkdir(self.path("folder.y4m"))
        for force in ([], ["--force"]):
            self.refused_restore(5, self.source, self.path("folder.y4m"), *force,
                                 says=["folder.y4m"])

    @cli.unittest.skipUnless(CAN_MOUNT, "needs a mount namespace")
    def test_target_folder_read_only(self):
        os.mkdir(self.path("folder"))
        self.refused_restore(5, self.source, self.path("folder/out.y4m"), says=["folder/out.y4m"],
                             wrapper=[*IN_READ_ONLY_FOLDER, self.path("folder")])

    @cli.unittest.skipUnless(CAN_MOUNT, "needs a mount namespace")
    def test_disk_full(self):
        os.mkdir(self.path("folder"))
        self.refused_restore(5, self.source, self.path("folder/out.y4m"),
                             says=["folder/out.y4m", "full"],
                             wrapper=[*IN_SMALL_FOLDER, self.path("folder")])

    def test_file_too_large_for_the_disk(self):
        self.refused_restore(5, self.source, self.target, says=["out.y4m"], wrapper=LIMIT_FILES)

    def test_memory_too_small(self):
        devices = self.cli("devices").stdout
        if not re.search(r"^cpu\b.*\n.* up to [0-9.]+ [MG]B of memory", devices, re.MULTILINE):
            self.skipTest("the memory's size is not known, or enormous")
        with open(self.source, "wb") as file:
            header = b"YUV4MPEG2 W4096 H4096 F25:1 Ip A1:1 Cmono\nFRAME\n"
            file.write(header)
            file.truncate(len(header) + 4096 * 4096)  # a black frame that takes no room
        self.refused_restore(6, self.source, self.target, "--device", "cpu", "--scale", "4",
                             says=["16384x16384", "largest height"])
        self.assertEqual(self.files(), ["in.y4m"])

    def test_device_missing(self):
        self.refused_restore(6, self.source, self.target, "--device", "abacus", says=["abacus"])
        self.refused_restore(6, self.source, self.target, "--device", "reference,abacus",
                             says=["abacus"])


cli.main()
