"""Tests of bench/ratios.py: what it shows beside a ratio, and what it keeps."""

import contextlib
import csv
import io
import os
import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(sys.argv.pop(1))
sys.path.insert(0, str(ROOT / "bench"))
import ratios  # noqa: E402


class Ratios(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        ratios.TABLE = pathlib.Path(folder.name) / "ratios.csv"
        os.environ["ISOJOULE_KEEP_RATIOS"] = "1"
        self.addCleanup(os.environ.pop, "ISOJOULE_KEEP_RATIOS", None)

    def keep(self, ratio, benchmark="reading beside writing", machine="A, 2 cores"):
        ratios.machine = lambda: machine
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            ratios.keep(benchmark, ratio, "more")
        return printed.getvalue()

    def kept(self):
        with open(ratios.TABLE, newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def test_shows_the_one_before_on_this_machine(self):
        self.assertIn("97.2 (more is better; none before it)", self.keep(97.21))
        self.keep(50.0, machine="B, 64 cores")
        self.keep(3.0, benchmark="another")
        self.assertIn("61.5 (more is better; before: 97.2 at ", self.keep(61.49))

    def test_shows_another_machine_where_there_is_none_of_this(self):
        self.keep(97.21, machine="B, 64 cores")
        shown = self.keep(61.5)
        self.assertIn("before: 97.2 at ", shown)
        self.assertIn(", B, 64 cores)", shown)

    def test_keeps_a_line_each_time(self):
        self.keep(97.21)
        self.keep(0.0001234)
        self.assertEqual([line["ratio"] for line in self.kept()], ["97.2", "0.000123"])
        self.assertEqual(set(self.kept()[0]), set(ratios.COLUMNS))
        self.assertEqual(self.kept()[0]["machine"], "A, 2 cores")

    def test_keeps_nothing_unasked(self):
        del os.environ["ISOJOULE_KEEP_RATIOS"]
        self.keep(97.21)
        self.assertFalse(ratios.TABLE.exists())


if __name__ == "__main__":
    unittest.main()
