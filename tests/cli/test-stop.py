# SPDX-License-Identifier: Apache-2.0
"""Stopped half way, politely or not."""

import os
import signal

import cli

FRAMES = 2000  # far more than are restored before the program is paused
SLOWLY = ["--device", "reference"]  # so that there need not be as many


class Stop(cli.CliTest):
    def setUp(self):
        super().setUp()
        frame = b"FRAME\n" + cli.noise(cli.frame_bytes(64, 48, "420jpeg"))
        with open(self.path("in.y4m"), "wb") as file:
            file.write(b"YUV4MPEG2 W64 H48 F25:1 C420jpeg\n" + frame * FRAMES)
        self.command = [*cli.RESTORE, self.path("in.y4m"), self.path("out.y4m")]

    def test_signals_leave_nothing_behind(self):
        for number in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
            process = self.start(*self.command)
            output, errors = self.go_on(process, number)
            self.assertEqual(process.returncode, 130, errors)
            self.assertEqual(output, "")
            self.assertRegex(errors, r"rekindle-cli: cancelled[^\n]*\n\Z")
            self.assertEqual(self.files(), ["in.y4m"])

    def test_killed_leaves_a_part_that_the_next_run_replaces(self):
        process = self.start(*self.command)
        self.go_on(process, signal.SIGKILL)
        self.assertEqual(process.returncode, -signal.SIGKILL)
        self.assertEqual(self.files(), [".out.part.y4m", "in.y4m"])
        # As large as a long run would have left it.
        with open(self.path(".out.part.y4m"), "ab") as file:
            file.write(b"x" * 1000000)
        self.cli(*self.command, "--end", "0.2")
        self.assertEqual(self.files(), ["in.y4m", "out.y4m"])
        self.assertEqual(len(cli.read_y4m(self.path("out.y4m"))[2]), 5)

    def test_two_runs_do_not_write_one_target(self):
        first = self.start(*self.command, *SLOWLY, "--end", "2")
        second = self.cli(*self.command, code=5)
        self.assertIn("out.y4m", second.stderr)
        self.assertIsNone(first.poll())
        self.assertEqual(self.files(), [".out.part.y4m", "in.y4m"])
        _, errors = self.go_on(first)
        self.assertEqual(first.returncode, 0, errors)
        self.assertEqual(self.files(), ["in.y4m", "out.y4m"])
        self.assertEqual(len(cli.read_y4m(self.path("out.y4m"))[2]), 50)


cli.main()
