# SPDX-License-Identifier: Apache-2.0
"""What the program says about itself, its models and its devices."""

import os
import shutil

import cli

COMMANDS = ["restore", "status", "plan", "piece", "join", "info", "models", "devices", "bench"]


class Help(cli.CliTest):
    def test_program_lists_its_commands(self):
        text = self.cli("--help").stdout
        for command in COMMANDS:
            self.assertIn(f"\n  {command} ", text)

    def test_each_command_explains_itself(self):
        for command in COMMANDS:
            done = self.cli(command, "--help")
            self.assertTrue(done.stdout.startswith(f"Usage: rekindle-cli {command}"))
            self.assertEqual(done.stderr, "")
            self.assertLessEqual(max(map(len, done.stdout.splitlines())), 95)

    def test_restore_explains_every_option(self):
        text = self.cli("restore", "--help").stdout
        for option in ("start end deinterlace scale height strength model device dtype threads "
                       "codec quality encoder-preset pix-fmt audio strict dry-run json "
                       "force output-dir name-template start-over any-device piece-seconds "
                       "quiet").split():
            self.assertIn(f"\n  --{option} ", text)

    def test_version(self):
        self.assertRegex(self.cli("--version").stdout,
                         r"\Arekindle-cli \d+\.\d+\.\d+\nengine: liboasis, API \d+\n"
                         r"FFmpeg: .+\nback ends: .*\breference\n\Z")


class Lists(cli.CliTest):
    def test_models_in_the_path(self):
        os.mkdir(self.path("models"))
        shutil.copy(cli.MODEL, self.path("models"))
        with open(self.path("models/broken.safetensors"), "wb") as file:
            file.write(b"nothing")
        self.environment["OASIS_MODEL_PATH"] = self.path("models")
        text = self.cli("models").stdout
        self.assertIn(self.path("models/") + os.path.basename(cli.MODEL), text)
        self.assertIn(self.path("models/broken.safetensors") + "\n    cannot be used: ", text)

    def test_devices(self):
        text = self.cli("devices").stdout
        self.assertRegex(text, r"(?m)^reference ")
        self.assertRegex(text, r"(?m)^ +usable, computes in (f32|bf16)")


cli.main()
