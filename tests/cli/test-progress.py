# SPDX-License-Identifier: Apache-2.0
"""Progress on a terminal keeps to one line, however narrow; elsewhere it is plain lines."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios

import cli


class Progress(cli.CliTest):
    def setUp(self):
        super().setUp()
        cli.write_y4m(self.path("in.y4m"), 32, 24, 60)
        self.command = [cli.CLI, *cli.RESTORE, self.path("in.y4m"),
                        self.path("out.y4m")]

    def on_terminal(self, columns, *options):
        """Runs the program on a terminal that is `columns` wide and returns all that came."""
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("4H", 24, columns, 0, 0))
        process = subprocess.Popen([*self.command, *options], stdout=subprocess.PIPE, stderr=slave,
                                   env={**self.environment, "TERM": "xterm"}, text=True)
        os.close(slave)
        shown = b""
        try:
            while data := os.read(master, 4096):
                shown += data
        except OSError:  # the terminal's other end is closed
            pass
        os.close(master)
        output, _ = process.communicate()
        self.assertEqual(process.returncode, 0)
        return shown.decode(), output

    def test_one_line_redrawn(self):
        for columns in 80, 30, 10:
            shown, output = self.on_terminal(columns, "--force")
            self.assertNotIn("\n", shown)
            lines = shown.split("\r")
            self.assertGreater(len(lines), 2)
            for line in lines:
                self.assertLess(len(line.replace("\033[K", "")), columns)
            # Taken away in the end, so that the summary stands alone.
            self.assertTrue(shown.endswith("\r\033[K"))
            self.assertIn("60 frames of 64x48", output)

    def test_joining(self):
        """A film is joined and read back, which takes its time, too."""
        if "FFmpeg: not in this build" in self.cli("--version").stdout:
            self.skipTest("built without FFmpeg")
        self.command[-1] = self.path("out.mkv")
        shown, _ = self.on_terminal(120)
        percents = [int(text) for text in re.findall(r"\rJoining the pieces: (\d+) %", shown)]
        self.assertEqual(percents, sorted(percents))
        self.assertEqual(percents[0], 0)
        self.assertGreater(percents[-1], 90)

    def test_what_a_wide_line_says(self):
        shown, _ = self.on_terminal(120)
        self.assertIn("100 %, 60 of 60 frames", shown)
        for line in filter(None, re.split("\r|\033\\[K", shown)):
            self.assertRegex(line, r"\A\d+ %, (\d+:\d\d left, )?\d+ of 60 frames"
                                   r"(, \d+\.\d\d frames/s)?\Z")
        percents = [int(text) for text in re.findall(r"\r(\d+) %", shown)]
        self.assertEqual(percents, sorted(percents))

    def test_quiet(self):
        self.assertEqual(self.on_terminal(80, "--quiet"), ("", ""))

    def test_plain_lines_elsewhere(self):
        done = self.cli(*self.command[1:])
        self.assertNotIn("\r", done.stderr)
        self.assertIn("100 %, 60 of 60 frames", done.stderr)


cli.main()
