# SPDX-License-Identifier: Apache-2.0
"""What bench prints adds up."""

import re

import cli

ROW = re.compile(r"  (.+?) +(\d+) +([\d.]+) +([\d.]+)% +([\d.]+) +([\d.]+) +([\d.]+) +(\d+)%")


class Bench(cli.CliTest):
    def test_rows_add_up(self):
        done = self.cli("bench", "--model", cli.MODEL, "--device", "reference", "--size", "32x24",
                        "--size", "48x16")
        head, *sizes = done.stdout.split("\n\n")
        self.assertRegex(head, r"^tiny on reference \(.+\), f32: products at \d+ GFLOP/s, ")
        self.assertEqual([size.split(":")[0] for size in sizes],
                         ["32x24 -> 64x48", "48x16 -> 96x32"])
        for size in sizes:
            rows = {row[1]: [float(value) for value in row.groups()[1:]]
                    for row in map(ROW.fullmatch, size.splitlines()) if row}
            total = rows.pop("all")
            self.assertGreater(len(rows), 10)
            self.assertIn("import", rows)
            self.assertEqual(total[0], sum(row[0] for row in rows.values()))
            self.assertAlmostEqual(total[1], sum(row[1] for row in rows.values()), delta=len(rows))
            self.assertTrue(50 < total[2] <= 100, "operations are not most of the time")
            times = [row[1] for row in rows.values()]
            self.assertEqual(times, sorted(times, reverse=True))

    def test_refusals(self):
        for size in "640", "640x", "x480", "0x480", "640x480x3", "9000x9000", "":
            self.refused(2, "bench", "--size", size, says=["--size", "640x480"])
        self.refused(2, "bench", *["--size", "8x8"] * 9, says=["--size", "8"])
        self.refused(2, "bench", "--chunks", "0", says=["--chunks"])
        self.refused(2, "bench", "in.mkv", says=["bench"])
        self.refused(6, "bench", "--model", cli.MODEL, "--device", "abacus", says=["abacus"])


cli.main()
