# SPDX-License-Identifier: Apache-2.0
"""The style test finds what is planted, and nothing in what is right."""

import unittest

import dialect
import walls

TOP = "/* What it is for.\n * SPDX-License-Identifier: Apache-2.0 */\n"


def said(found):
    return [fault for _, fault in found]


class Walls(unittest.TestCase):
    def check(self, name, line, *faults):
        self.assertEqual(said(walls.faults(name, line + "\n")), list(faults))

    def test_down_is_allowed(self):
        self.check("engine/model/net.c", '#include "ops/ops.h"')
        self.check("engine/backends/cpu/conv.c", '#include "backends/cpu/onednn.h"')
        self.check("engine/media/sink/sink.c", "#include <libavformat/avformat.h>")
        self.check("engine/media/tracks/copy.c", '#include "media/input/input.h"')
        self.check("app/cli/main.c", '#include "oasis/job.h"')
        self.check("tests/unit/test-job.c", '#include "model/net.h"')

    def test_up_and_across_are_not(self):
        self.check("engine/core/frame.c", '#include "model/net.h"',
                   "engine/core may not include model/net.h")
        self.check("engine/pipeline/job.c", '#include "media/input/input.h"',
                   "engine/pipeline may not include media/input/input.h")
        self.check("engine/media/input/input.c", '#include "media/tracks/reader.h"',
                   "engine/media/input may not include media/tracks/reader.h")
        self.check("app/cli/main.c", '#include "core/queue.h"',
                   "app/cli may not include core/queue.h")

    def test_libraries_have_their_rooms(self):
        self.check("engine/core/frame.c", "#include <glib.h>",
                   "engine/core may not include glib.h")
        self.check("app/core/rk-job.c", "#include <gtk/gtk.h>",
                   "app/core may not include gtk/gtk.h")
        self.check("engine/pipeline/job.c", "#include <libavutil/frame.h>",
                   "engine/pipeline may not include libavutil/frame.h")

    def test_an_include_says_its_room(self):
        self.check("engine/core/frame.c", '#include "queue.h"', '"queue.h" does not say its room')


class Dialect(unittest.TestCase):
    def check(self, code, *faults, name="engine/core/frame.c", top=TOP):
        self.assertEqual(said(dialect.faults(name, top + code)), list(faults))

    def test_purpose(self):
        self.check("int x;\n", "does not begin with what it is for",
                   top="/* SPDX-License-Identifier: Apache-2.0 */\n")

    def test_braces(self):
        self.check("void f(void)\n{\n    if (x)\n        y();\n}\n", "no braces after if")
        self.check("for (;;)\n#pragma omp\n    y();\n", "no braces after for")
        self.check("if (x) {\n    y();\n} else\n    z();\n", "no braces after else")
        self.check('do {\n    y("if (x) z;"); /* while (x) */\n} while (x);\n')
        self.check("if (x) {\n} else if (y) {\n} else {\n}\n")

    def test_statuses(self):
        self.check("if (self->status) {\n}\n", "a status is compared with OASIS_OK")
        self.check("done = !status;\n", "a status is compared with OASIS_OK")
        self.check("if (status != OASIS_OK) {\n}\n")

    def test_constants(self):
        self.check("#define MOST 16\n", "a number's name is an enum or a static const")
        self.check("#define MOST(x) 16\n")

    def test_own_header_first(self):
        self.check('#include <stdio.h>\n\n#include "core/frame.h"\n',
                   "frame.h is not the first include")

    def test_results_that_must_be_used(self):
        once = "#pragma once\n\n"
        self.check(once + "OasisStatus oasis_do(int x);\n", "oasis_do lacks OASIS_MUST_USE",
                   name="engine/core/frame.h")
        self.check(once + "OasisStatus oasis_do(int x) OASIS_MUST_USE;\n",
                   name="engine/core/frame.h")

    def test_headers_begin_alike(self):
        self.check("#pragma once\n#include <stdio.h>\n", "no blank line behind #pragma once",
                   name="engine/core/frame.h")


if __name__ == "__main__":
    unittest.main()
