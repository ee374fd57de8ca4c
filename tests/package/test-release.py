# SPDX-License-Identifier: Apache-2.0
"""PROJECT VERSION: NEWS.md, the metainfo and the build name the same release and day."""

import os
import re
import sys
import unittest
import xml.etree.ElementTree

VERSION = sys.argv.pop()
PROJECT = sys.argv.pop()
METAINFO = os.path.join(PROJECT, "data", "io.github.rekindle.Rekindle.metainfo.xml.in")


class Release(unittest.TestCase):
    def test_one_release_everywhere(self):
        with open(os.path.join(PROJECT, "NEWS.md")) as file:
            news = re.findall(r"(?m)^## (\S+) \((\d{4}-\d\d-\d\d)\)$", file.read())
        releases = xml.etree.ElementTree.parse(METAINFO).findall("releases/release")
        self.assertEqual(news, [(entry.get("version"), entry.get("date")) for entry in releases])
        self.assertEqual(news[0][0], VERSION)

    def test_screenshots_are_there(self):
        images = xml.etree.ElementTree.parse(METAINFO).findall("screenshots/screenshot/image")
        self.assertTrue(images)
        for image in images:
            name = image.text.partition("/main/")[2]
            self.assertTrue(os.path.isfile(os.path.join(PROJECT, name)), image.text)


unittest.main()
