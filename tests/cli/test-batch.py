# SPDX-License-Identifier: Apache-2.0
"""Several films, and folders of them, restored by one command."""

import os
import signal

import cli
import testing


class Batch(cli.CliTest):
    def setUp(self):
        super().setUp()
        os.mkdir(self.path("in"))
        os.mkdir(self.path("out"))
        for name in "in/a.mp4", "in/b.mkv", "c.avi":
            testing.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=1", self.path(name))
        with open(self.path("in/notes.txt"), "w", encoding="utf-8") as file:
            file.write("no film")
        self.command = ["--scale", "1", "--output-dir", self.path("out"), self.path("in"),
                        self.path("c.avi")]

    def outputs(self):
        return sorted(os.listdir(self.path("out")))

    def batch(self, *arguments, code=0):
        return self.cli(*cli.RESTORE, *arguments, *self.command, code=code)

    def test_files_and_folders(self):
        done = self.batch()
        self.assertEqual(self.outputs(), ["a-restored.mkv", "b-restored.mkv", "c-restored.mkv"])
        self.assertTrue(done.stdout.endswith("\n3 of 3 restored, 0 there already, 0 failed\n"))
        os.remove(self.path("out/b-restored.mkv"))
        done = self.batch()
        self.assertTrue(done.stdout.endswith("\n1 of 3 restored, 2 there already, 0 failed\n"))
        self.assertEqual(len(self.outputs()), 3)

    def test_template(self):
        self.batch("--name-template", "new {name}.mp4", "--quiet")
        self.assertEqual(self.outputs(), ["new a.mp4", "new b.mp4", "new c.mp4"])
        self.refused(2, *cli.RESTORE, "--name-template", "same.mp4", *self.command,
                     says=["{name}"])

    def test_a_bad_file_stops_nothing(self):
        with open(self.path("in/aa.mov"), "wb") as file:
            file.write(b"Dear diary\n" * 50)
        done = self.batch(code=3)
        self.assertEqual(self.outputs(), ["a-restored.mkv", "b-restored.mkv", "c-restored.mkv"])
        self.assertIn("aa.mov: ", done.stderr)
        self.assertTrue(done.stdout.endswith("\n3 of 4 restored, 0 there already, 1 failed\n"))

    def test_two_of_one_name(self):
        os.link(self.path("in/a.mp4"), self.path("in/b.mp4"))
        done = self.batch(code=5)
        self.assertIn("b.mp4: would become", done.stderr)
        self.assertEqual(len(self.outputs()), 3)

    def test_stopped(self):
        for name in "abc":
            testing.ffmpeg("-y", "-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=40",
                           self.path(f"in/{name}.mp4"))
        process = self.start(*cli.RESTORE, "--piece-seconds", "1", *self.command)
        _, errors = self.go_on(process, signal.SIGINT)
        self.assertEqual(process.returncode, 130, errors)
        self.assertLess(len([name for name in self.outputs() if name.endswith(".mkv")]), 4)

    def test_usage(self):
        self.refused(2, *cli.RESTORE, "--output-dir", self.path("out"), says=["film"])
        self.refused(2, *cli.RESTORE, "--join", *self.command, says=["--join"])
        os.mkdir(self.path("empty"))
        self.refused(3, *cli.RESTORE, "--output-dir", self.path("out"), self.path("empty"),
                     says=["empty", "no films"])


cli.main()
