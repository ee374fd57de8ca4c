# SPDX-License-Identifier: Apache-2.0
"""Raw frames in, raw frames out: what every build can do."""

import re

import cli


def cubic(x):
    """The bicubic kernel with a = -0.5."""
    x = abs(x)
    if x < 1:
        return (1.5 * x - 2.5) * x * x + 1
    if x < 2:
        return ((-0.5 * x + 2.5) * x - 4) * x + 2
    return 0


def enlarge(row, length):
    """Resamples a row of numbers; weights beyond the ends are dropped and the rest rescaled."""
    scale = len(row) / length
    result = []
    for i in range(length):
        center = (i + 0.5) * scale - 0.5
        taps = [(cubic(j - center), row[j]) for j in range(len(row)) if abs(j - center) < 2]
        result.append(sum(w * v for w, v in taps) / sum(w for w, _ in taps))
    return result


def enlarge_plane(plane, width, height, new_width, new_height):
    rows = [enlarge(plane[y * width:(y + 1) * width], new_width) for y in range(height)]
    columns = [enlarge([row[x] for row in rows], new_height) for x in range(new_width)]
    return [columns[x][y] for y in range(new_height) for x in range(new_width)]


class Raw(cli.CliTest):
    def test_every_frame_comes_out_enlarged(self):
        for width, height, count, chroma in ((37, 21, 20, "420jpeg"), (1, 1, 1, "444"),
                                             (16, 16, 3, "mono")):
            cli.write_y4m(self.path("in.y4m"), width, height, count, chroma)
            done = self.restore(self.path("in.y4m"), self.path("out.y4m"), "--force")
            new_width, new_height, frames = cli.read_y4m(self.path("out.y4m"))
            self.assertEqual((new_width, new_height), (2 * width, 2 * height))
            self.assertEqual(len(frames), count)
            self.assertIn(f"{self.path('out.y4m')}: {count} frame", done.stdout)
            self.assertEqual(self.files(), ["in.y4m", "out.y4m"])

    def test_sizes(self):
        cli.write_y4m(self.path("in.y4m"), 30, 20, 2)
        for options, size in ((("--scale", "1"), (30, 20)), (("--scale", "1.5"), (46, 30)),
                              (("--scale", "4"), (120, 80)), (("--height", "50"), (76, 50))):
            self.restore(self.path("in.y4m"), self.path("out.y4m"), "--force", *options)
            self.assertEqual(cli.read_y4m(self.path("out.y4m"))[:2], size)

    def test_strength_zero_is_the_source(self):
        frames = cli.write_y4m(self.path("in.y4m"), 24, 18, 5, "444")
        self.restore(self.path("in.y4m"), self.path("out.y4m"), "--strength", "0", "--scale", "1")
        self.assertEqual(cli.read_y4m(self.path("out.y4m"))[2], frames)

    def test_strength_zero_is_the_source_enlarged(self):
        width, height = 12, 9
        source = cli.write_y4m(self.path("in.y4m"), width, height, 1, "mono")[0]
        self.restore(self.path("in.y4m"), self.path("out.y4m"), "--strength", "0")
        got = cli.read_y4m(self.path("out.y4m"))[2][0]
        wanted = enlarge_plane(source, width, height, 2 * width, 2 * height)
        for i, value in enumerate(wanted):
            self.assertAlmostEqual(got[i], min(max(value, 0), 255), delta=0.51)

    def test_strength_one_is_the_model_and_between_is_mixed(self):
        cli.write_y4m(self.path("in.y4m"), 24, 18, 3)
        for strength in ("0", "0.5", "1"):
            self.restore(self.path("in.y4m"), self.path(strength + ".y4m"), "--strength", strength)
        none, half, full = (b"".join(cli.read_y4m(self.path(s + ".y4m"))[2])
                            for s in ("0", "0.5", "1"))
        self.assertNotEqual(none, full)
        for a, b, c in zip(none, half, full):
            self.assertLessEqual(abs(b - (a + c) / 2), 0.5)

    def test_a_range_gives_the_same_frames_as_the_whole(self):
        cli.write_y4m(self.path("in.y4m"), 26, 18, 50)
        self.restore(self.path("in.y4m"), self.path("whole.y4m"))
        whole = cli.read_y4m(self.path("whole.y4m"))[2]
        # Times of the same moments, in every way to write them.
        for start, end, first, last in (("0.4", "1.2", 10, 30), ("0:00.4", "0:00:01.84", 10, 46),
                                        ("0.72", "0.73", 18, 19), ("1.5", "99:00", 38, 50)):
            self.restore(self.path("in.y4m"), self.path("part.y4m"), "--force", "--start", start,
                         "--end", end)
            part = cli.read_y4m(self.path("part.y4m"))[2]
            self.assertEqual(len(part), last - first)
            self.assertTrue(part == whole[first:last], f"frames {first} to {last} differ")

    def test_reference_and_best_device_agree(self):
        cli.write_y4m(self.path("in.y4m"), 24, 18, 5)
        self.restore(self.path("in.y4m"), self.path("best.y4m"), "--dtype", "f32", "--threads", 2)
        self.restore(self.path("in.y4m"), self.path("reference.y4m"), "--device", "reference",
                     "--dtype", "f32")
        best, reference = (b"".join(cli.read_y4m(self.path(name + ".y4m"))[2])
                           for name in ("best", "reference"))
        self.assertLessEqual(max(abs(a - b) for a, b in zip(best, reference)), 1)

    def test_several_devices_give_the_bytes_of_one(self):
        cli.write_y4m(self.path("in.y4m"), 24, 18, 20)
        self.restore(self.path("in.y4m"), self.path("one.y4m"), "--device", "reference")
        self.restore(self.path("in.y4m"), self.path("two.y4m"), "--device", "reference,reference")
        one, two = (cli.read_y4m(self.path(name + ".y4m"))[2] for name in ("one", "two"))
        self.assertEqual(len(two), 20)
        self.assertTrue(two == one)

    def test_threads_sleep_unless_the_user_says_otherwise(self):
        cli.write_y4m(self.path("in.y4m"), 16, 16, 1)
        self.environment["OMP_DISPLAY_ENV"] = "verbose"  # OpenMP then says how it was started
        for policy, sleeps in ((None, True), ("ACTIVE", False)):
            self.environment.pop("OMP_WAIT_POLICY", None)
            if policy:
                self.environment["OMP_WAIT_POLICY"] = policy
            done = self.restore(self.path("in.y4m"), self.path("out.y4m"), "--force")
            self.assertEqual(len(cli.read_y4m(self.path("out.y4m"))[2]), 1)
            spins = re.findall(r"GOMP_SPINCOUNT = '(\w+)'", done.stderr)
            if spins:  # a build without oneDNN has no OpenMP
                self.assertEqual(spins[-1] == "0", sleeps)

    def test_info(self):
        cli.write_y4m(self.path("in.y4m"), 24, 18, 5)
        text = self.cli("info", self.path("in.y4m")).stdout
        self.assertRegex(text, r"(?m)^size: +24x18$")
        self.assertRegex(text, r"(?m)^frames: +5, 25\.000 a second$")

    def test_quiet_prints_nothing(self):
        cli.write_y4m(self.path("in.y4m"), 16, 16, 1)
        done = self.restore(self.path("in.y4m"), self.path("out.y4m"), "--quiet")
        self.assertEqual(done.stdout + done.stderr, "")


cli.main()
