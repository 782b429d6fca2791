"""Tests of tools/cpu_facts: the program's tables of CPUs, against the data that they come from.

The data lie beside the checkout, as ../shared/data/cpu. Without them what needs them is skipped.
"""

import csv
import math
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(sys.argv.pop(1))
DATA = ROOT.parent / "shared/data/cpu"
sys.path.insert(0, str(ROOT / "tools/cpu_facts"))
import tdp_table  # noqa: E402


def run(tool, *arguments):
    return subprocess.run(["/usr/bin/python3", "-B", str(ROOT / "tools/cpu_facts" / tool), *arguments],
                          capture_output=True, text=True, check=False)


class Names(unittest.TestCase):
    def test_takes_names_apart(self):
        for name, family, entry in (("Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz", "xeon e5", "2680v4"),
                                    ("12th Gen Intel(R) Core(TM) i7-12700H", "core i7", "12700h"),
                                    ("AMD EPYC 7R32", "epyc", "7r32"), ("6380", "", "6380")):
            self.assertEqual(tdp_table.split(name), (family, entry))

    def test_a_table_that_differs_fails(self):
        with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8") as file:
            file.write("cpu,tdp_w\nIntel Xeon Gold 6248,150\nIntel Xeon Gold 6248,151\nAMD EPYC 7742,225\n")
            file.flush()
            done = run("tdp_table.py", file.name)
        self.assertEqual(done.returncode, 1)
        self.assertIn("xeon gold 6248: [150.0, 151.0] W in the CSV, [150.0] in the table", done.stdout)
        self.assertNotIn("7742", done.stdout)


@unittest.skipUnless(DATA.exists(), "needs ../shared/data/cpu beside the checkout")
class Data(unittest.TestCase):
    def test_the_table_has_what_the_data_have(self):
        done = run("tdp_table.py", str(DATA / "tdp.csv"))
        self.assertEqual(done.returncode, 0, done.stdout[-2000:])

    def test_the_coefficients_are_those_of_the_results(self):
        done = run("specpower.py", str(DATA / "specpower.csv"), "--check")
        if "No module named 'numpy'" in done.stderr:
            self.skipTest("numpy is missing")
        self.assertEqual(done.returncode, 0, done.stdout[-3000:] + done.stderr)

    def test_the_corrections_are_of_rows_that_are_there(self):
        with open(DATA / "tdp.csv", newline="", encoding="utf-8") as file:
            rows = {(*tdp_table.split(row["cpu"]), float(row["tdp_w"])) for row in csv.DictReader(file)}
        for name, (wrong, right) in tdp_table.CORRECTIONS.items():
            family, entry = name.rsplit(" ", 1)
            self.assertIn((family, entry, wrong), rows)
            self.assertGreater(abs(math.log(wrong / right)), math.log(1.15), name)


unittest.main()
