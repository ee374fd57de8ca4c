# SPDX-License-Identifier: Apache-2.0
"""What `devices` says of NVIDIA cards, and what "auto" then takes: on the emulated card, or with
parts of it missing."""

import os

import cli


class Cards(cli.CliTest):
    def devices(self, **environment):
        self.environment |= environment
        return self.cli("devices").stdout

    def test_usable(self):
        text = self.devices(OASIS_EMULATOR_CARDS="2", OASIS_EMULATOR_DRIVER="12040")
        self.assertRegex(text, r"(?m)^cuda:0 +Emulated card 0 \(compute capability 9\.0, "
                               r"driver .+; 525 or newer is needed\)\n"
                               r" +usable, computes in bf16, up to .+ GB of memory$")
        self.assertRegex(text, r"(?m)^cuda:1 +Emulated card 1 ")
        self.assertLess(text.index("cuda:1"), text.index("reference"))

    def test_too_old_a_driver(self):
        text = self.devices(OASIS_EMULATOR_DRIVER="11040")
        self.assertRegex(text, r"(?m)^cuda:0 +Emulated card 0\n +cannot be used: the NVIDIA driver "
                               r"\(.+\) is too old: version 525 or newer is needed$")

    def test_too_old_a_card(self):
        text = self.devices(OASIS_EMULATOR_CAPABILITY="61")
        self.assertRegex(text, r"(?m)^ +cannot be used: the card is too old: it has compute "
                               r"capability 6\.1, and 7\.5 is needed$")

    def test_a_card_without_kernels(self):
        text = self.devices(OASIS_EMULATOR_CAPABILITY="80")
        self.assertRegex(text, r"(?m)^ +cannot be used: this build has no kernels for compute "
                               r"capability 8\.0$")

    def absent(self, reason, **environment):
        """There is a line that says why there is no card, and something else is taken."""
        text = self.devices(**environment)
        self.assertRegex(text, rf"(?m)^cuda:0 +NVIDIA cards\n +cannot be used: {reason}")
        cli.write_y4m(self.path("in.y4m"), 16, 16, 1)
        self.restore(self.path("in.y4m"), self.path("out.y4m"), "--device", "auto")
        done = self.cli(*cli.RESTORE, "--device", "cuda:0", self.path("in.y4m"),
                        self.path("other.y4m"), code=6)
        self.assertRegex(done.stderr, f"(?m)cuda:0: cannot be used: {reason}")

    def test_no_card(self):
        self.absent("no NVIDIA card is in this machine$", OASIS_EMULATOR_CARDS="0")

    def test_no_driver(self):
        self.absent("no NVIDIA driver is installed$", OASIS_CUDA_DRIVER=self.path("nothing.so"))

    def test_another_library(self):
        self.absent("the NVIDIA driver is too old: it lacks cuInit$",
                    OASIS_CUDA_DRIVER=os.environ["OASIS_CUDA_MODULE"])

    def test_no_module(self):
        self.absent("this installation has no CUDA module$",
                    OASIS_CUDA_MODULE=self.path("nothing.so"))

    def test_a_damaged_module(self):
        with open(self.path("bad.so"), "wb") as file:
            file.write(b"nothing")
        self.absent("the CUDA module cannot be loaded: .+$", OASIS_CUDA_MODULE=self.path("bad.so"))


cli.main()
