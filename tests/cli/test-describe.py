# SPDX-License-Identifier: Apache-2.0
"""What is made of the table of options: completions and the manual know each option, the words that
they propose are accepted, and bash proposes what it should. The files are named by arguments."""

import os
import re
import shutil
import subprocess
import sys

import cli

FILES = {os.path.basename(path): os.path.abspath(path) for path in sys.argv[1:]}
BASH, ZSH, FISH, MANUAL = "rekindle-cli", "_rekindle-cli", "rekindle-cli.fish", "rekindle-cli.1"
del sys.argv[1:]


def read(name):
    with open(FILES[name]) as file:
        return file.read()


class Described(cli.CliTest):
    def options(self):
        """(command, option) for each option that a --help has."""
        commands = re.findall(r"(?m)^  (\w+)  ", self.cli("--help").stdout)
        self.assertIn("restore", commands)
        for command in commands:
            for option in re.findall(r"(?m)^  --([\w-]+)", self.cli(command, "--help").stdout):
                yield command, option

    def test_every_option_is_everywhere(self):
        fish = read(FISH)
        parts = {  # what each command's part of a file begins with
            BASH: r"== {}\b",
            ZSH: r"(?m)^ +{}\) _arguments",
            MANUAL: r"(?m)^\.Ss rekindle-cli {}\b",
        }
        spelt = {BASH: "--{}", ZSH: "'--{}[", MANUAL: ".It Fl Fl {}"}
        found = list(self.options())
        self.assertGreater(len(found), 15)
        for command, option in found:
            for name, start in parts.items():
                rest = re.split(start.format(command), read(name))[1]
                part = re.split(start.format(r"\w+"), rest)[0]
                self.assertIn(spelt[name].format(option), part, f"{name}: {command}")
            self.assertIn(f"from {command}' -l {option} ", fish)

    def test_choices_are_accepted(self):
        choices = re.findall(r"(?m)^            '--([\w-]+)\[.*:\(([^)]+)\)'", read(ZSH))
        self.assertIn("codec", dict(choices))
        for option, words in choices:
            for word in words.split():
                self.cli("restore", f"--{option}", word, self.path("no.avi"), self.path("no.mkv"),
                         code=3)

    def test_codecs_are_the_engine_s(self):
        """What cannot be used here is proposed, too, and refused with a reason."""
        listed = re.findall(r"(?m)^  ([\w-]+) +[\w.]+(?: \(NVIDIA\))?: .*; in ",
                            self.cli("restore", "--help").stdout)
        choices = re.search(r"--codec\[.*:\(([^)]+)\)'", read(ZSH))[1].split()
        self.assertEqual([name for name in choices if name in listed], listed)
        for name in set(choices) - set(listed):
            self.assertTrue("_" in name or not listed)  # hardware, or a build without FFmpeg

    def test_manual_is_whole(self):
        page = read(MANUAL)
        self.assertNotIn("COMMANDS\n.Sh ENVIRONMENT", page)
        self.assertEqual(re.findall(r"(?m)^\.Sh (.*)", page)[2:5],
                         ["DESCRIPTION", "COMMANDS", "ENVIRONMENT"])
        self.assertEqual(len(re.findall(r"(?m)^\.Bl ", page)), len(re.findall(r"(?m)^\.El$", page)))


    def test_quotes_are_closed(self):
        """zsh has bash's quotes."""
        for name in BASH, ZSH:
            subprocess.run(["bash", "-n", FILES[name]], check=True)


class Bash(cli.CliTest):
    def complete(self, *words):
        """What bash proposes for the last word."""
        os.makedirs(self.path("bin"), exist_ok=True)
        if not os.path.lexists(self.path("bin/rekindle-cli")):
            os.symlink(cli.CLI, self.path("bin/rekindle-cli"))
        script = ('compopt() { :; }; source "$1"; shift; COMP_WORDS=(rekindle-cli "$@"); '
                  'COMP_CWORD=$#; _rekindle_cli rekindle-cli "${COMP_WORDS[-1]}" '
                  '"${COMP_WORDS[-2]}"; printf "%s\\n" "${COMPREPLY[@]}"')
        done = subprocess.run(
            ["bash", "-uc", script, "bash", FILES[BASH], *words], text=True, cwd=self.folder,
            env={**self.environment, "PATH": self.path("bin") + ":" + os.environ["PATH"]},
            capture_output=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.split("\n")[:-1]

    def test_commands(self):
        self.assertEqual(self.complete("re"), ["restore"])
        self.assertIn("--version", self.complete("--"))

    def test_options(self):
        self.assertEqual(self.complete("restore", "--st"), ["--start", "--stream", "--strength",
                                                           "--strict", "--start-over"])
        self.assertEqual(self.complete("devices", "--"), ["--measure", "--help"])

    def test_values(self):
        self.assertEqual(self.complete("restore", "--deinterlace", "o"), ["off", "on"])
        self.assertEqual(self.complete("restore", "--start", ""), [""])
        self.assertIn("reference", self.complete("bench", "--device", ""))

    def test_models_and_files(self):
        os.mkdir(self.path("models"))
        shutil.copy(cli.MODEL, self.path("models/bright.safetensors"))
        self.environment["OASIS_MODEL_PATH"] = self.path("models")
        for name in "bright spot.avi", "tape.avi":
            open(self.path(name), "w").close()
        listed = self.cli("models").stdout.split()[0]
        self.assertIn(listed, self.complete("restore", "--model", ""))
        self.assertEqual(self.complete("restore", "--model", "br"), ["bright spot.avi"])
        self.assertEqual(self.complete("info", "ta"), ["tape.avi"])
        self.assertEqual(self.complete("devices", "ta"), [""])


cli.main()
