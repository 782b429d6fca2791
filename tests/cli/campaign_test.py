"""Campaigns as a user meets them: plans, presets, breaking off and going on."""

import itertools
import json
import os
import pathlib
import random
import signal
import sqlite3
import subprocess
import threading
import time
import unittest

from support import MadeMachine

# Trains nothing, quickly, and sends the marks of four steps.
TRAINER = """#!/usr/bin/python3
import os, socket, sys, time
marks = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
def mark(text):
    marks.sendto(f"{text} t={time.monotonic_ns()}".encode(), os.environ["ISOJOULE_MARKS"])
mark("begin steps")
time.sleep(0.02)
mark("end steps steps=4 batch=8 precision=float32 device=cpu threads=2 torch=1.13.0")
"""

PLAN = """
repeats = {repeats}
reruns = 0
[[command]]
name = "small"
run = ["sh", "-c", "echo small >> {runs}"]
[[command]]
name = "middle"
run = ["sh", "-c", "echo middle >> {runs}; sleep 0.1"]
[[command]]
name = "large"
run = ["sh", "-c", "echo large >> {runs}; sleep 0.2"]
"""


class Campaign(MadeMachine):
    def setUp(self):
        super().setUp()
        self.write(self.root / "proc/cpuinfo", "processor : 0\nmodel name : Made CPU\n")
        self.runs = self.folder / "runs"

    def plan(self, text):
        file = self.folder / "plan.toml"
        self.write(file, text)
        return str(file)

    def campaign(self, *arguments, code=0):
        return self.isojoule("campaign", *arguments, "--db", str(self.db), code=code)

    def shown(self, name="latest"):
        return json.loads(self.campaign("show", name, "--json")[0])

    def test_each_run_is_told_and_kept(self):
        out, err = self.campaign("run", self.plan(PLAN.format(repeats=2, runs=self.runs)))
        self.assertRegex(err, r"campaign \w{26} \(plan\): 6 runs of 3 workloads")
        self.assertRegex(err, r"\n\[6/6\] (small|middle|large) 2 of 2 ")
        self.assertIn("6 done in", err)
        self.assertRegex(out, r"small +2 of 2")
        self.assertEqual(sorted(self.runs.read_text().split()),
                         ["large"] * 2 + ["middle"] * 2 + ["small"] * 2)
        self.assertEqual({cell["state"] for cell in self.shown()["cells"]}, {"done"})

    def test_killed_at_random_moments_it_ends_complete_and_without_a_double_row(self):
        """Twenty times SIGKILL, each after a random time; then to the end."""
        chance = random.Random(20)
        arguments = ["run", self.plan(PLAN.format(repeats=12, runs=self.runs))]
        killed = 0
        while killed < 20:
            process = subprocess.Popen(
                [self.program, "campaign", *arguments, "--db", str(self.db)],
                env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                process.wait(timeout=chance.uniform(0.03, 0.25))
                break
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                killed += 1
            # Killed before it was kept, there is no campaign to go on with.
            if json.loads(self.campaign("list", "--json")[0]):
                arguments = ["resume", "latest"]
        self.assertEqual(killed, 20, "the campaign was over before")
        self.campaign("resume", "latest")
        self.assertEqual(len(json.loads(self.campaign("list", "--json")[0])), 1)
        shown = self.shown()
        cells = [(cell["workload"], cell["repeat"]) for cell in shown["cells"]]
        self.assertEqual(sorted(cells), sorted((name, repeat)
                                               for name in ("small", "middle", "large")
                                               for repeat in range(1, 13)))
        self.assertEqual({cell["state"] for cell in shown["cells"]}, {"done"})
        records = [record["id"] for record in self.records()]
        self.assertEqual(len(set(records)), len(records))
        self.assertEqual(sorted(cell["record"] for cell in shown["cells"]), sorted(records))

    def test_killed_with_reruns_and_rests_in_the_plan_it_loses_no_more(self):
        """Every run is slowed down by heat, so that each is run three times, with rests around it."""
        heat = self.root / "sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count"
        self.write(heat, "0\n")
        chance = random.Random(21)
        plan = 'repeats = 4\nreruns = 2\nidle = "10ms"\ncooldown = "10ms"\n' + "".join(
            f'[[command]]\nname = "{name}"\n'
            f'run = ["sh", "-c", "echo {name} >> {self.runs}; wc -l < {self.runs} > {heat}"]\n'
            for name in ("small", "large"))
        arguments = ["run", self.plan(plan)]
        killed = 0
        while killed < 12:
            process = subprocess.Popen(
                [self.program, "campaign", *arguments, "--db", str(self.db)],
                env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                process.wait(timeout=chance.uniform(0.03, 0.2))
                break
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                killed += 1
            if json.loads(self.campaign("list", "--json")[0]):
                arguments = ["resume", "latest"]
        self.assertGreater(killed, 3, "the campaign was over before it could be killed")
        self.campaign("resume", "latest")
        shown = self.shown()
        cells = sorted((cell["workload"], cell["repeat"]) for cell in shown["cells"])
        self.assertEqual(cells, [(name, repeat) for name in ("large", "small")
                                 for repeat in range(1, 5)])
        self.assertEqual({(cell["state"], cell["attempts"]) for cell in shown["cells"]},
                         {("done", 3)})
        records = self.records()
        self.assertEqual(sorted(cell["record"] for cell in shown["cells"]),
                         sorted(record["id"] for record in records))
        for record in records:
            self.assertIsNotNone(record["idle_before"])
            self.assertTrue(pathlib.Path(record["trace"]).exists())

    def test_what_is_left_is_told_after_each_run(self):
        _, err = self.campaign("run", self.plan(
            'order = "listed"\nrepeats = 2\nreruns = 0\n'
            '[[command]]\nname = "a"\nrun = ["sleep", "0.3"]\n'
            '[[command]]\nname = "b"\nrun = ["sleep", "0.1"]\n'))
        told, first, second, third, last, _ = err.splitlines()
        self.assertIn("4 runs of 2 workloads, duration unknown", told)
        self.assertRegex(first, r"\[1/4\] a 1 of 2 .*; about 3\d\d ms and the unknown time of b left$")
        # As long again as before: 0.3 s and 0.1 s and what goes on around them.
        self.assertRegex(second, r"\[2/4\] b 1 of 2 .*; about [45]\d\d ms left$")
        self.assertRegex(third, r"\[3/4\] a 2 of 2 .*; about [12]\d\d ms left$")
        self.assertNotIn("left", last)

    def test_a_killed_campaign_takes_its_training_along(self):
        pid = self.folder / "pid"
        process = subprocess.Popen(
            [self.program, "campaign", "run", self.plan(
                f'[[command]]\nname = "a"\nrun = ["sh", "-c", "echo $$ > {pid}; exec sleep 60"]\n'),
             "--db", str(self.db)], env=self.environment, stderr=subprocess.DEVNULL)
        while not pid.exists() or not pid.read_text().strip():
            time.sleep(0.01)
        process.kill()
        process.wait()
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                os.kill(int(pid.read_text()), 0)
            except ProcessLookupError:
                return
            # As an orphan it may wait to be collected.
            stat = pathlib.Path(f"/proc/{pid.read_text().strip()}/stat").read_text()
            if stat.rsplit(")", 1)[1].split()[0] == "Z":
                return
            time.sleep(0.01)
        self.fail("the training lives on")

    def test_an_interrupt_says_how_to_go_on(self):
        ready = self.folder / "ready"
        process = subprocess.Popen(
            [self.program, "campaign", "run", self.plan(
                f'order = "listed"\n[[command]]\nname = "a"\nrun = ["true"]\n'
                f'[[command]]\nname = "b"\n'
                f'run = ["sh", "-c", "test -e {ready} || {{ touch {ready}; exec sleep 60; }}"]\n'),
             "--db", str(self.db)], env=self.environment, stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL, text=True, start_new_session=True)
        while not ready.exists():
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)
        err = process.communicate(timeout=30)[1]
        self.assertEqual(process.returncode, 130, err)
        self.assertIn("interrupted: 1 done, 1 left", err)
        name = self.shown()["id"]
        self.assertIn(f"to resume: isojoule campaign resume {name}", err)
        self.campaign("resume", name[:8])
        self.assertEqual(len(self.shown()["cells"]), 2)

    def test_a_failure_is_told_and_does_not_end_it(self):
        out, err = self.campaign("run", self.plan(
            'order = "listed"\n[[command]]\nname = "bad"\nrun = ["false"]\n'
            '[[command]]\nname = "good"\nrun = ["true"]\n'), code=1)
        self.assertIn("failed: it ended with exit code 1", err)
        self.assertIn("1 done, 1 failed in", err)
        self.assertIn("failed: it ended with exit code 1", out)

    def test_ours_and_others_with_a_profile_at_the_end(self):
        self.install(TRAINER)
        # Nothing is measured by the made counter, which stands still; the model has a CPU time.
        plan = self.plan('profile = "made"\n[[workload]]\nid = "cnn-1x128"\nrepeats = 3\n'
                         '[[command]]\nname = "mine"\nrun = ["true"]\n')
        self.write(self.zone / "energy_uj", "1000000\n")
        out, err = self.campaign("run", plan, code=1)
        # A counter that stands still gives no energy per step, and so no profile.
        self.assertIn("no energy per step", err)
        self.assertEqual({cell["workload"] for cell in self.shown()["cells"]},
                         {"cnn-1x128", "mine"})

    def test_a_command_runs_beside_its_plan(self):
        self.write(self.folder / "train.sh", f"pwd > {self.runs}\n")
        self.campaign("run", self.plan('[[command]]\nname = "a"\nrun = ["sh", "train.sh"]\n'))
        self.assertEqual(os.path.realpath(self.runs.read_text().strip()),
                         os.path.realpath(self.folder))

    def test_an_interrupt_in_the_rest_after_a_run_keeps_it(self):
        rising = threading.Event()
        self.addCleanup(rising.set)

        def rise():  # a counter that stood still in the rest would be missing
            with open(self.zone / "energy_uj", "r+") as stream:  # which the program keeps open
                for count in itertools.count(2000000, 1000):
                    if rising.wait(0.1):
                        return
                    stream.seek(0)
                    stream.write(f"{count}\n")
                    stream.flush()

        threading.Thread(target=rise, daemon=True).start()
        process = subprocess.Popen(
            [self.program, "campaign", "run", self.plan(
                'order = "listed"\nidle = "3s"\n[[command]]\nname = "a"\n'
                f'run = ["touch", "{self.runs}"]\n[[command]]\nname = "b"\nrun = ["true"]\n'),
             "--db", str(self.db)], env=self.environment, stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL, text=True, start_new_session=True)
        child = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while not self.runs.exists() or child.read_text().strip():
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)
        err = process.communicate(timeout=30)[1]
        self.assertEqual(process.returncode, 130, err)
        self.assertIn("interrupted: 1 done, 1 left", err)

    def test_what_was_skipped_can_be_tried_again(self):
        fits = self.folder / "fits"
        self.install(TRAINER.replace('mark("begin', f'if not os.path.exists({str(fits)!r}): '
                                     'sys.exit(3)\nmark("begin').replace("time.sleep(0.02)",
                     f'time.sleep(0.15); open({str(self.zone / "energy_uj")!r}, "w").write("3000000");'
                     ' time.sleep(0.15)'))
        _, err = self.campaign("run", "references", "--workloads", "cnn-1x128")
        self.assertIn("to try again what was skipped: isojoule campaign resume", err)
        fits.touch()
        self.assertIn("0 runs of 1 workloads", self.campaign("resume")[1])
        _, err = self.campaign("resume", "--retry-skipped")
        self.assertIn("1 runs of 1 workloads", err)
        self.assertIn("1 done in", err)
        self.assertEqual([cell["state"] for cell in self.shown()["cells"]], ["done"])

    def test_one_that_cannot_be_read_does_not_hide_the_others(self):
        for name in ("first", "second", "third"):
            self.campaign("run", self.plan(
                f'name = "{name}"\n[[command]]\nname = "a"\nrun = ["true"]\n'))
        with sqlite3.connect(self.db) as store:
            store.execute("""UPDATE campaigns SET plan = '{"name": 5}' WHERE name = 'first'""")
            store.execute("UPDATE campaigns SET plan = 'garbage' WHERE name = 'third'")
        out, _ = self.campaign("list")
        self.assertRegex(out, r"second .* 1 +1 +0 +0")
        self.assertRegex(out, r"first .* unknown +1 +0 +0")
        self.assertRegex(out, r"campaign \w{26}: key 'name' has the wrong type")
        self.assertRegex(out, r"campaign \w{26}: its plan is no JSON object")
        listed = json.loads(self.campaign("list", "--json")[0])
        self.assertEqual([entry["planned_runs"] for entry in listed], [None, 1, None])
        self.assertEqual(self.shown("second")["name"], "second")
        self.refuse("campaign", "show", "third", "--db", str(self.db), code=1)

    def test_a_plan_of_several_conditions_ends_in_no_profile(self):
        plan = self.plan('workloads = ["cnn-1x128"]\n[[workload]]\nid = "rnn-1x128"\nthreads = 1\n')
        self.assertIn("one profile cannot hold both cnn-1x128 and rnn-1x128: threads all against 1",
                      self.refuse("calibrate", "--plan", plan, "--db", str(self.db), code=2))
        self.campaign("run", plan, "--dry-run")

    def test_a_dry_run_runs_nothing(self):
        out, _ = self.campaign("run", "quick", "--dry-run")
        self.assertIn("43 runs, about", out)
        self.assertIn("cnn-6x768", out)
        self.assertFalse(self.db.exists())

    def test_an_executor_that_is_none_is_refused_before_anything_begins(self):
        plan = self.plan(PLAN.format(repeats=1, runs=self.runs))
        for command in (["campaign", "run", plan], ["campaign", "resume"], ["calibrate"]):
            text = self.refuse(*command, "--executor", "lokal", "--db", str(self.db), code=2)
            self.assertIn("unknown executor 'lokal'", text)
            self.assertIn("local", text)
        self.assertFalse(self.db.exists())
        self.campaign("run", plan, "--executor", "local")
        self.assertEqual(len(self.runs.read_text().split()), 3)

    def test_usage(self):
        self.assertIn("did you mean quick",
                      self.refuse("campaign", "run", "quik", "--db", str(self.db), code=2))
        self.assertIn("needs a dataset",
                      self.refuse("campaign", "run", "paper", "--db", str(self.db), code=2))
        self.assertIn("plan.toml', line 1: unknown key 'stpes'",
                      self.refuse("campaign", "run", self.plan("stpes = 5\n"), "--db",
                                  str(self.db), code=1))
        self.assertIn("unknown campaign",
                      self.refuse("campaign", "resume", "none", "--db", str(self.db), code=2))
        self.assertIn("No campaigns yet", self.campaign("list")[0])


if __name__ == "__main__":
    # A shell that runs this in the background has it ignored.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    unittest.main()
