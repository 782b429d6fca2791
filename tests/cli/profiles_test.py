"""isojoule profiles check, and normalize by it, on a machine with boards by the fake NVML."""

import json
import unittest

from support import MadeMachine

# Trains nothing on the board that the script describes, and uses 2 J a step (rnn-1x128) or 4 J.
TRAINER = """#!/usr/bin/python3
import os, re, socket, sys, time
if sys.argv[1] == "--version":
    print("isojoule-train 0, LibTorch TORCH")
    sys.exit(0)
options = dict(zip(sys.argv[1::2], sys.argv[2::2]))
steps = int(options["--steps"])
marks = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
def mark(text):
    marks.sendto(f"{text} t={time.monotonic_ns()}".encode(), os.environ["ISOJOULE_MARKS"])
def use(joules):
    script = os.environ["FAKE_NVML_SCRIPT"]
    energy = lambda found: f"energy_mj {int(found[1]) + int(joules * 1000)}"
    time.sleep(0.15)
    with open(script) as file: text = file.read()
    with open(script + ".new", "w") as file: file.write(re.sub(r"energy_mj (\\d+)", energy, text))
    os.rename(script + ".new", script)
    time.sleep(0.15)
mark("begin steps")
use(steps * (2 if options["--workload"] == "rnn-1x128" else 4))
mark(f"end steps steps={steps} batch=8 precision=float32 device={options['--device']} threads=3"
     " torch=TORCH")
"""

SETTINGS = {"mig": 0, "ecc": 1, "enforced_limit_mw": 300000, "sm_clock_setting_mhz": 1410,
            "memory_clock_setting_mhz": 1215}


class Boards(MadeMachine):
    def setUp(self):
        super().setUp()
        self.write(self.root / "proc/cpuinfo", "processor : 0\nmodel name : Made CPU\n")
        self.set_board()

    def set_board(self, driver="550.54", uuids=("GPU-a",), **changes):
        settings = SETTINGS | changes
        boards = "".join(
            f"board\nuuid {uuid}\nname Made GPU\nenergy_mj 5000\n" +
            "".join(f"{key} {value}\n" for key, value in settings.items()) for uuid in uuids)
        self.use_fake_nvml(f"driver {driver}\n{boards}")

    def set_torch(self, version):
        trainer = self.folder / "bin" / "isojoule-train"
        if not trainer.exists():
            self.install("")
        self.write(trainer, TRAINER.replace("TORCH", version))
        trainer.chmod(0o755)

    def calibrate(self, name, device="cuda"):
        self.isojoule("calibrate", "--db", str(self.db), "--workloads", "rnn-1x128,cnn-1x128",
                      "--steps", "4", "--at-least", "0s", "--device", device, "--profile", name,
                      "--reruns", "0")

    def train(self, workload="cnn-1x128"):
        self.measure(str(self.folder / "bin" / "isojoule-train"), "--workload", workload, "--steps",
                     "4", "--device", "cuda", options=["--workload", workload])

    def check(self, name="mine", code=0):
        """What changed: {what: (then, now, whether it makes the profile stale)}."""
        out = json.loads(self.isojoule("profiles", "check", name, "--json", "--db", str(self.db),
                                       code=code)[0])
        self.assertEqual(out["stale"], code == 1)
        return {change["what"]: (change["then"], change["now"], change["invalidates"])
                for change in out["changes"]}


class Check(Boards):
    """What each change makes of a profile, for profiles check and for normalize."""

    def setUp(self):
        super().setUp()
        self.set_torch("2.6.0")
        self.calibrate("mine")

    def test_nothing_has_changed(self):
        self.assertEqual(self.check(), {})

    def stale(self, what, then, now, **changes):
        self.set_board(**changes)
        self.assertEqual(self.check(code=1), {what: (then, now, True)})
        self.train()
        normalize = ["normalize", "latest", "--to", "mine", "--db", str(self.db)]
        err = self.refuse(*normalize, code=1)
        self.assertIn(f"{what}: {then} then, {now} now", err)
        self.assertIn("is stale for record", err)
        out, _ = self.isojoule(*normalize, "--allow-stale", "--json")
        self.assertIn(f"{what}: {then} then, {now} now", out)

    def test_a_power_limit(self):
        self.stale("power limit of gpu-GPU-a", "300 W", "250 W", enforced_limit_mw=250000)

    def test_a_clock(self):
        self.stale("SM clock of gpu-GPU-a", "1410 MHz", "1200 MHz", sm_clock_setting_mhz=1200)

    def test_a_memory_clock(self):
        self.stale("memory clock of gpu-GPU-a", "1215 MHz", "810 MHz", memory_clock_setting_mhz=810)

    def test_ecc(self):
        self.stale("ECC of gpu-GPU-a", "on", "off", ecc=0)

    def test_mig(self):
        self.set_board(mig=1)
        self.assertEqual(self.check(code=1)["MIG of gpu-GPU-a"], ("off", "on", True))

    def told(self, what, then, now):
        self.assertEqual(self.check(), {what: (then, now, False)})
        self.train()
        out, _ = self.isojoule("normalize", "latest", "--to", "mine", "--db", str(self.db), "--json")
        self.assertIn(f"{what}: {then} then, {now} now", out)

    def test_a_driver_is_told(self):
        self.set_board(driver="560.10")
        self.told("driver of nvidia", "550.54", "560.10")

    def test_a_torch_is_told(self):
        self.set_torch("2.7.0")
        self.told("torch", "2.6.0", "2.7.0")

    def test_another_board_of_the_model_is_told(self):
        self.set_board(uuids=["GPU-b"])
        self.told("board", "gpu-GPU-a", "gpu-GPU-b")

    def test_another_board_with_another_limit(self):
        self.set_board(uuids=["GPU-b"], enforced_limit_mw=250000)
        self.assertEqual(self.check(code=1), {
            "board": ("gpu-GPU-a", "gpu-GPU-b", False),
            "power limit of gpu-GPU-a": ("300 W", "250 W", True)})


class Narrowed(Boards):
    def test_a_profile_of_one_board_is_held_against_that_one(self):
        self.set_torch("2.6.0")
        self.set_board(uuids=["GPU-a", "GPU-b"])
        self.calibrate("second", device="cuda:1")
        self.assertEqual(self.check("second"), {})
        self.set_board(uuids=["GPU-a", "GPU-b", "GPU-c"])
        self.assertEqual(self.check("second"), {}, "a third board is not its affair")
        self.set_board(uuids=["GPU-a", "GPU-c"])
        self.assertEqual(self.check("second"), {"board": ("gpu-GPU-b", "gpu-GPU-c", False)})


class NewestFitting(Boards):
    def test_a_newer_profile_that_does_not_fit_is_passed_over(self):
        self.set_torch("2.6.0")
        self.calibrate("first")
        self.calibrate("second")
        self.set_board(enforced_limit_mw=250000)
        self.calibrate("third")
        self.set_board()
        self.train()
        out, _ = self.isojoule("normalize", "latest", "--to", "third", "--db", str(self.db),
                               "--json")
        self.assertEqual(json.loads(out)["from"], "second")


if __name__ == "__main__":
    unittest.main()
