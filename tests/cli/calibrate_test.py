"""isojoule calibrate and the demo, with a made trainer over a made counter."""

import json
import os
import pathlib
import signal
import subprocess
import time
import unittest

from support import MadeMachine

DEMO = pathlib.Path(__file__).resolve().parents[2] / "tools" / "demo"

# Trains nothing, and uses 2 J a step (rnn-1x128) or 4 J (all others), on three threads. Between two
# readings, 0.1 s apart, a counter is taken to rise evenly: so each rise has readings around it.
TRAINER = """#!/usr/bin/python3
import os, socket, sys, time
options = dict(zip(sys.argv[1::2], sys.argv[2::2]))
steps = int(options["--steps"])
marks = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
def mark(text):
    marks.sendto(f"{text} t={time.monotonic_ns()}".encode(), os.environ["ISOJOULE_MARKS"])
def use(joules):
    time.sleep(0.15)
    with open(COUNTER, "r+") as counter:
        energy = int(counter.read()) + int(joules * 1e6)
        counter.seek(0)
        counter.write(f"{energy}\\n")
    time.sleep(0.15)
mark("begin steps")
for block in range(2):
    mark("begin block")
    use(steps / 2 * (2 if options["--workload"] == "rnn-1x128" else 4))
    mark(f"end block steps={steps // 2}")
mark(f"end steps steps={steps} batch=8 precision=float32 device=cpu threads=3")
"""


class Calibrate(MadeMachine):
    def setUp(self):
        super().setUp()
        self.write(self.root / "proc/cpuinfo", "processor : 0\nmodel name : Made CPU\n")
        self.write(self.zone / "energy_uj", "100000000\n")  # so that no reading meets fewer digits

    def trainer(self):
        return TRAINER.replace("COUNTER", repr(str(self.zone / "energy_uj")))

    def calibrate(self, *options, code=0):
        return self.isojoule("calibrate", "--db", str(self.db), "--workloads",
                             "rnn-1x128,cnn-1x128", "--steps", "4", *options, code=code)

    def profiles(self):
        return json.loads(self.isojoule("profiles", "list", "--json", "--db", str(self.db))[0])

    def test_makes_a_profile_of_what_it_measured(self):
        self.install(self.trainer())
        out, err = self.calibrate()
        self.assertIn("profile made-cpu-3threads", out)
        self.assertRegex(err, r"\[2/2\] cnn-1x128 +4\.00 J .* per step, measured")
        self.assertNotIn("fault", err)
        kept = self.profiles()[0]
        self.assertEqual(kept["kept_in"], "store")
        self.assertEqual(kept["condition"], "cpu, 3 threads")
        self.assertEqual(kept["context"]["threads"], "3")
        self.assertEqual(kept["basis"]["kind"], "measured")
        joules = {r["workload"]: r["energy_per_step_j"] for r in kept["references"]}
        self.assertAlmostEqual(joules["rnn-1x128"], 2.0, places=9)
        self.assertAlmostEqual(joules["cnn-1x128"], 4.0, places=9)
        self.assertEqual(len(self.records()), 2)
        out, _ = self.isojoule("profiles", "show", "made-cpu-3threads", "--db", str(self.db))
        self.assertIn("4.00 J", out)

    def test_trouble_with_the_marks_is_shown(self):
        twice = self.trainer().replace('mark("begin steps")',
                                       'mark("begin steps"); mark("begin steps")')
        self.install(twice)
        err = self.calibrate(code=1)[1]
        self.assertIn("fault: marks: window 'steps' was begun twice", err)
        self.assertIn("no energy per step: its window 'steps' cannot be trusted", err)

    def test_a_failing_training_breaks_it_off_and_its_exit_code_is_ours(self):
        self.install(self.trainer() + 'sys.exit(9 if options["--workload"] == "cnn-1x128" else 0)\n')
        out, err = self.calibrate(code=9)
        self.assertEqual(out, "")
        self.assertIn("no profile was made, the records are kept", err)
        self.assertEqual([r["outcome"]["exit_code"] for r in self.records()], [0, 9])
        self.assertNotIn("store", [p["kept_in"] for p in self.profiles()])

    def test_what_does_not_fit_is_skipped(self):
        self.install(self.trainer().replace(
            "steps = int", 'if options["--workload"] == "cnn-1x128": sys.exit(3)\nsteps = int'))
        _, err = self.calibrate()
        self.assertIn("skipped: it does not fit into memory", err)
        self.assertEqual(len(self.profiles()[0]["references"]), 1)

    def test_an_interrupt_ends_it_and_keeps_the_records(self):
        self.install(self.trainer().replace(
            "steps = int",
            f'open({str(self.folder / "ready")!r}, "w").close(); time.sleep(60)\nsteps = int'))
        process = subprocess.Popen(
            [self.program, "calibrate", "--db", str(self.db), "--workloads", "rnn-1x128"],
            env=self.environment, start_new_session=True, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        while not (self.folder / "ready").exists():
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130, err)
        self.assertEqual(self.records()[0]["outcome"]["state"], "incomplete")

    def test_the_demo_also_where_energies_are_measured(self):
        binaries = self.install(self.trainer())
        done = subprocess.run(["bash", str(DEMO), str(binaries)], env=self.environment, text=True,
                              capture_output=True, timeout=100)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("measured", done.stdout)
        self.assertIn("from modelled energies", done.stdout)


if __name__ == "__main__":
    unittest.main()
