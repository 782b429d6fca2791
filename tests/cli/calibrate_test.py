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
if sys.argv[1] == "make-dataset":
    sys.exit(0)
if sys.argv[1] == "--version":
    print("isojoule-train 0, LibTorch 1.13.0")
    sys.exit(0)
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
        self.assertRegex(err, r"\[[12]/2\] cnn-1x128 +4\.00 J .* per step, measured")
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
        self.assertIn("fault: marks: window 'steps' was started twice", err)
        self.assertIn("no energy per step: its window 'steps' cannot be trusted", err)

    def test_a_failing_training_leaves_no_profile_until_it_works(self):
        works = self.folder / "works"
        self.install(self.trainer() + f'fails = not os.path.exists({str(works)!r})\n'
                     'sys.exit(9 if fails and options["--workload"] == "cnn-1x128" else 0)\n')
        out, err = self.calibrate(code=1)
        self.assertEqual(out, "")
        self.assertIn("failed: it ended with exit code 9", err)
        self.assertIn("no profile was made; what was measured is kept", err)
        self.assertEqual(sorted(r["outcome"]["exit_code"] for r in self.records()), [0, 9])
        self.assertNotIn("store", [p["kept_in"] for p in self.profiles()])
        works.touch()
        self.isojoule("campaign", "resume", "latest", "--db", str(self.db))
        self.assertEqual(len(self.profiles()[0]["references"]), 2)

    def test_a_terminal_that_is_gone_costs_no_profile(self):
        self.install(self.trainer())
        with open("/dev/full", "w") as full:
            done = subprocess.run(
                [self.program, "calibrate", "--db", str(self.db), "--workloads", "rnn-1x128",
                 "--steps", "4"], env=self.environment, stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=full, timeout=60)
        self.assertEqual(done.returncode, 0)
        self.assertEqual(self.profiles()[0]["kept_in"], "store")

    def test_several_runs_are_summed_up(self):
        self.install(self.trainer())
        self.isojoule("calibrate", "--db", str(self.db), "--workloads", "rnn-1x128", "--steps", "4",
                      "--repeats", "2", "--idle", "300ms")
        reference = self.profiles()[0]["references"][0]
        self.assertAlmostEqual(reference["energy_per_step_j"], 2.0, places=9)
        self.assertAlmostEqual(reference["sd_of_runs_j"], 0.0, places=9)
        self.assertEqual(reference["records"], [r["id"] for r in self.records()])
        self.assertEqual(self.profiles()[0]["idle_power_w"], 0.0)
        self.assertEqual(self.profiles()[0]["context"]["campaign"],
                         self.records()[0]["context"]["campaign"])

    def test_what_does_not_fit_is_skipped(self):
        self.install(self.trainer().replace(
            "steps = int", 'if options["--workload"] == "cnn-1x128": sys.exit(3)\nsteps = int'))
        _, err = self.calibrate()
        self.assertIn("skipped: it does not fit into memory", err)
        self.assertEqual(len(self.profiles()[0]["references"]), 1)

    def test_an_interrupt_ends_it_and_says_how_to_go_on(self):
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
        self.assertIn("to resume: isojoule campaign resume", err)
        self.assertEqual(self.records(), [], "a run that was broken off is run again")

    def test_a_profile_that_no_longer_holds_is_told(self):
        governor = self.root / "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"
        self.write(governor, "performance\n")
        binaries = self.install(self.trainer())
        self.calibrate()
        name = self.profiles()[0]["name"]
        out, _ = self.isojoule("profiles", "check", name, "--db", str(self.db))
        self.assertIn("Nothing has changed", out)
        self.write(governor, "powersave\n")
        out, _ = self.isojoule("profiles", "check", name, "--db", str(self.db), code=1)
        self.assertRegex(out, r"governor of cpu +performance +powersave +is stale")
        checked = json.loads(self.isojoule("profiles", "check", name, "--json", "--db",
                                           str(self.db), code=1)[0])
        self.assertTrue(checked["stale"])
        self.measure(str(binaries / "isojoule-train"), "--workload", "cnn-1x128", "--steps", "4",
                     options=["--workload", "cnn-1x128"])
        normalize = ["normalize", "latest", "--to", name, "--db", str(self.db)]
        err = self.refuse(*normalize, code=1)
        self.assertIn("is stale for record", err)
        self.assertIn("governor of cpu: performance then, powersave now", err)
        out, _ = self.isojoule(*normalize, "--allow-stale")
        self.assertIn("governor of cpu: performance then, powersave now", out)

    def test_two_profiles_side_by_side(self):
        self.install(self.trainer())
        self.calibrate("--profile", "a")
        self.calibrate("--profile", "b")
        out, _ = self.isojoule("profiles", "diff", "a", "b", "--db", str(self.db))
        self.assertRegex(out, r"rnn-1x128 +2\.00 J +2\.00 J +1\.000 ")
        both = json.loads(self.isojoule("profiles", "diff", "a", "b", "--json", "--db",
                                        str(self.db))[0])
        self.assertTrue(both["comparable"])
        self.assertEqual(both["differences"], [])

    def test_the_demo_also_where_energies_are_measured(self):
        binaries = self.install(self.trainer())
        done = subprocess.run(["bash", str(DEMO), str(binaries)], env=self.environment, text=True,
                              capture_output=True, timeout=100)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("measured", done.stdout)
        self.assertIn("from modelled energies", done.stdout)


if __name__ == "__main__":
    unittest.main()
