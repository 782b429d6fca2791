"""The pages of a measurement, a challenge and a campaign."""

import csv
import io
import json
import pathlib
import subprocess
import sys
import threading
import time
import unittest

for folder in ("cli", "support"):
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / folder))

import browser
import needs
from support import FAST, SEND, MadeMachine

SUBMISSIONS = """code,team_name,energy_training_kwh,energy_baseline_kwh,psds1_eval_full
Base_1,Base,1.39,0.032,0.326
Cheap_1,Cheap,0.20,0.032,0.300
<script>alert(1)</script>,Good,1.0,0.016,0.6
Poor_1,Poor,5.0,0.032,0.2
Zero_1,Zero,0.00,0.032,0.31
None_1,None,,0.032,0.4
"""


class Kinds(MadeMachine):
    @classmethod
    def setUpClass(cls):
        cls.tab = browser.Browser(browser.find())
        cls.addClassCleanup(cls.tab.close)

    def store_of(self, what):
        """Records are in the store; a file needs none."""
        return [] if pathlib.Path(what).exists() else ["--db", str(self.db)]

    def report(self, *arguments):
        return self.isojoule("report", *arguments, *self.store_of(arguments[0]), "-o", "-")[0]

    def open(self, *arguments):
        page = self.folder / "page.html"
        self.isojoule("report", *arguments, *self.store_of(arguments[0]), "-o", str(page))
        self.look_at(page)

    def look_at(self, page):
        for width, dark in ((390, True), (1000, False)):
            self.tab.open(page, width=width, dark=dark)
            self.assertLessEqual(self.tab.run("document.documentElement.scrollWidth"), width)
            self.assertEqual(self.tab.complaints, [])
            self.assertEqual([u for u in self.tab.requests if not u.startswith(("file:", "data:"))], [])

    def drawn(self, figure, mark):
        return self.tab.run(
            f"document.querySelectorAll('#figure-{figure} [class*=\"{mark}_marks\"] path, "
            f"#figure-{figure} [class*=\"{mark}_marks\"] line').length")

    def figure(self, figure, *arguments):
        return list(csv.DictReader(io.StringIO(
            self.report(*arguments, "--figure", figure, "--format", "csv"))))

    def measure_steadily(self):
        """1 W of a made package for a second: 50 mJ each 50 ms, with the marks of 20 steps."""
        program = SEND + (
            "import time\n"
            "mark('begin steps')\n"
            "begin = time.monotonic()\n"
            "for i in range(1, 21):\n"
            "    time.sleep(max(0, begin + 0.05 * i - time.monotonic()))\n"
            f"    open('{self.zone}/energy_uj', 'w').write(str(1000000 + 50000 * i))\n"
            "mark('end steps steps=20 batch=8 precision=float32 device=cpu')\n")
        self.measure("/usr/bin/python3", "-c", program, options=[*FAST, "--idle", "0.3s"])

    def test_a_measurement(self):
        self.measure_steadily()
        rows = self.figure("power", "latest")
        powers = [float(r["power_w"]) for r in rows if r["what"] == "rapl:package-0" and r["power_w"]]
        # 50 mJ each 50 ms; when they are seen is known to a few periods of 5 ms, if nobody disturbs.
        self.assertGreater(len(powers), 5)
        self.assertAlmostEqual(sorted(powers)[len(powers) // 2], 1.0, delta=0.3)
        spans = [r for r in rows if r["end_s"]]
        self.assertEqual([r["what"] for r in spans if r["what"] == "window steps"], ["window steps"])
        self.assertEqual([r["what"] for r in spans if r["what"] == "idle"], ["idle"] * 2)
        [steps] = [r for r in spans if r["what"] == "window steps"]
        self.assertAlmostEqual(float(steps["end_s"]) - float(steps["time_s"]), 1.0, delta=0.5)
        self.open("latest")
        self.assertEqual(self.drawn("power", "span0"), len(spans))
        self.assertEqual(self.drawn("energy", "bar0"), len(self.figure("energy", "latest")))
        for section in ("power", "energy", "uncertainty", "idle", "machine", "warnings", "methods"):
            self.assertEqual(self.tab.run(f"document.querySelectorAll('#{section}').length"), 1, section)
        record = self.records()[-1]
        self.assertIn(record["id"], self.tab.run("document.body.textContent"))
        # The trace alone tells the same.
        self.assertEqual(self.figure("power", record["trace"]), rows)

    def test_a_measurement_without_its_trace(self):
        self.measure_steadily()
        pathlib.Path(self.records()[-1]["trace"]).unlink()
        self.open("latest")
        self.assertIn("were not kept", self.tab.run("document.querySelector('#power').textContent"))

    def test_a_store_of_two_machines_tells_of_them(self):
        for machine, joules in (("Small CPU", 1), ("Large CPU", 3)):
            self.write(self.root / "proc/cpuinfo", f"processor : 0\nmodel name : {machine}\n")
            for workload in range(1, 6):
                program = SEND + (
                    "import time\n"
                    "mark('begin steps')\n"
                    f"for i in range(1, 6):\n    time.sleep(0.03)\n    open('{self.zone}/energy_uj', 'w')"
                    f".write(str(1000000 + i * {200000 * workload * joules}))\n"
                    "time.sleep(0.03)\n"
                    "mark('end steps steps=2 batch=8 precision=float32 device=cpu')\n")
                self.measure("/usr/bin/python3", "-c", program,
                             options=[*FAST, "--name", f"w{workload}"])
                self.write(self.zone / "energy_uj", "1000000\n")
        table = self.isojoule("report", str(self.db), "--from-format", "store", "--splits", "2", "--normalizer",
                              "ratio", "--table", "machines", "--format", "csv", "-o", "-")[0]
        rows = {r["machine"]: r for r in csv.DictReader(io.StringIO(table))}
        self.assertEqual(set(rows), {"Small CPU", "Large CPU"})
        for row in rows.values():
            self.assertEqual((row["workloads"], row["energies are"], row["sensors"]),
                             ("5", "measured", "rapl:package-0"))
        self.open(str(self.db), "--from-format", "store", "--splits", "2", "--normalizer", "ratio")
        self.assertIn("All energies are measured.", self.tab.run("document.querySelector('#figure-1').textContent"))

    def test_no_line_is_drawn_from_a_rest_into_the_command(self):
        ended = threading.Event()

        def count():  # 2 W, whatever runs
            joules = 1000000
            while not ended.wait(0.02):
                joules += 40000
                self.write(self.zone / "energy_uj", f"{joules}\n")
        counter = threading.Thread(target=count)
        counter.start()
        try:
            self.measure("sh", "-c", "sleep 0.3", options=[*FAST, "--idle", "300ms"])
        finally:
            ended.set()
            counter.join()
        rows = [r for r in self.figure("power", "latest") if r["time_s"] and not r["end_s"]]
        before = [r for r in rows if float(r["time_s"]) < 0 and r["power_w"]]
        self.assertTrue(before)
        for earlier, later in zip(rows, rows[1:]):
            if earlier["what"] == later["what"] and earlier["power_w"] and later["power_w"]:
                self.assertFalse(float(earlier["time_s"]) < 0 <= float(later["time_s"]), (earlier, later))

    def test_a_record_that_is_not_there(self):
        self.measure_steadily()
        self.refuse("report", "01HZZZZZZZZZ", "--db", str(self.db), "-o", "-", code=2)
        self.refuse("report", "nowhere.csv", "-o", "-", code=1)

    def test_a_challenge(self):
        self.write(self.folder / "submissions.csv", SUBMISSIONS)
        arguments = ("rank", str(self.folder / "submissions.csv"))
        drawn = self.isojoule(*arguments, "--figure", "scores-1", "--format", "csv", "-o", "-")[0]
        rows = {r["system"]: r for r in csv.DictReader(io.StringIO(drawn))}
        # Normalized: 1.39, 0.2, 2.0, 5.0, none (0.00 has an upper bound alone), none.
        self.assertAlmostEqual(float(rows["<script>alert(1)</script>"]["normalized_kwh"]), 2.0)
        self.assertEqual({name for name, r in rows.items() if r["is_front"]},
                         {"Base_1", "Cheap_1", "<script>alert(1)</script>"})
        page = self.folder / "challenge.html"
        self.isojoule(*arguments, "-o", str(page))
        self.look_at(page)
        self.assertEqual(self.drawn("scores-1", "point3"), 4)
        self.assertEqual(self.tab.run("document.querySelectorAll('main script').length"), 0)
        ranked = [r for r in rows.values() if r["rank_best"]]
        self.assertEqual(self.drawn("ranks-1", "point1"), len(ranked))
        table = json.loads(self.isojoule(*arguments, "--table", "ranking-1", "--format", "json", "-o",
                                         "-")[0])
        self.assertEqual(len(table["rows"]), len(rows))
        self.refuse(*arguments, "--json", "-o", "-", code=2)

    def test_a_campaign_while_it_runs(self):
        plan = self.folder / "plan.toml"
        self.write(self.root / "proc/cpuinfo", "processor : 0\nmodel name : Made CPU\n")
        gate = self.folder / "gate"
        self.write(plan, 'order = "listed"\nreruns = 0\n[[command]]\nname = "first"\nrun = ["true"]\n'
                         '[[command]]\nname = "<b>second</b>"\n'
                         f'run = ["sh", "-c", "while [ ! -e {gate} ]; do sleep 0.05; done; false"]\n')
        page = self.folder / "campaign.html"
        running = subprocess.Popen([self.program, "campaign", "run", str(plan), "--db", str(self.db)],
                                   env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(running.wait)
        self.addCleanup(gate.touch)
        deadline = time.monotonic() + 60
        while True:
            done = subprocess.run([self.program, "report", "latest", "--campaign", "--db", str(self.db),
                                   "-o", str(page)], env=self.environment, capture_output=True, text=True)
            if done.returncode == 0 and "1 of 2 runs done" in page.read_text():
                break
            self.assertLess(time.monotonic(), deadline, done.stderr)
            time.sleep(0.05)
        gate.touch()
        running.wait()
        self.open("latest", "--campaign")
        text = self.tab.run("document.body.textContent")
        self.assertIn("1 of 2 runs done, 0 skipped, 1 failed", text)
        self.assertIn("<b>second</b>", text)
        self.assertEqual(self.tab.run("document.querySelectorAll('td b').length"), 0)

    def test_a_followed_campaign_is_written_anew_until_it_is_complete(self):
        self.write(self.root / "proc/cpuinfo", "processor : 0\nmodel name : Made CPU\n")
        plan = self.folder / "plan.toml"
        self.write(plan, 'reruns = 0\n[[command]]\nname = "only"\nrun = ["true"]\n')
        self.isojoule("campaign", "run", str(plan), "--db", str(self.db))
        page = self.folder / "campaign.html"
        self.isojoule("report", "latest", "--campaign", "--follow", "--db", str(self.db), "-o", str(page))
        self.assertIn("It is complete.", page.read_text())
        self.assertNotIn('http-equiv="refresh"', page.read_text())
        self.refuse("report", "latest", "--follow", "--db", str(self.db), "-o", "-", code=2)


if __name__ == "__main__":
    if not browser.find():
        needs.end_without("Chromium")
    unittest.main()
