"""isojoule measure beside NVIDIA's driver, which is a fake."""

import pathlib
import signal
import subprocess
import time
import unittest

from support import PATIENCE_S, PROGRAM, MadeMachine, energies


class Nvidia(MadeMachine):
    BOARD = "board\nuuid GPU-1\nname Fake H100\nenergy_mj 5000\npower_mw 100000\nlimit_mw 700000\n"

    def test_counter_and_power_of_a_board(self):
        self.use_fake_nvml(self.BOARD.replace("energy_mj 5000", "energy_rate_mw 100000"))
        # 100 W throughout: the counter advances with the same clock that times the window, in steps
        # of 1 mJ; a reading is placed in the middle of its poll, which takes well under 1 ms.
        # The counter is taken for one that is renewed in ticks; how much faster it is, is learned from two
        # readings up to 10 ms apart, so that both edges are known to 5 ms of 100 W, and the readings beside a busy compiler to twice that. On a busy machine
        # those two may lie far apart: the interval then says so, and another run is tried.
        errors = []
        while not errors or (errors[-1] > 2.0 and len(errors) < 8):
            self.measure("sleep", "0.5")
            record = max(self.records(), key=lambda one: one["id"])
            expected = 100.0 * record["whole"]["elapsed_s"]
            by_id = {c["channel"]["id"]: c for c in record["whole"]["channels"]}
            counter = by_id["nvml:GPU-1:energy"]
            errors.append(abs(counter["energy_j"] - expected))
            self.assertLessEqual(errors[-1], counter["uncertainty"]["expanded_j"])
            self.assertAlmostEqual(by_id["nvml:GPU-1:power"]["energy_j"], expected, delta=0.001)
        self.assertLessEqual(errors[-1], 2.0)
        self.assertEqual(record["host"]["gpus"], ["Fake H100"])

    def test_a_driver_reload_in_the_run_leaves_the_integrated_power(self):
        self.use_fake_nvml(self.BOARD)
        script = self.folder / "nvml-script"
        after = self.BOARD.replace("5000", "12")
        self.measure("sh", "-c", f"printf '{after}' > '{script}.new' && mv '{script}.new' '{script}'")
        record = self.records()[0]
        by_id = {c["channel"]["id"]: c for c in record["whole"]["channels"]}
        self.assertIsNone(by_id["nvml:GPU-1:energy"]["energy_j"])
        self.assertIn("reset", by_id["nvml:GPU-1:energy"]["reason"])
        self.assertGreater(by_id["nvml:GPU-1:power"]["energy_j"], 0.0)

    def test_a_board_without_any_energy_is_missing_not_zero(self):
        self.use_fake_nvml("board\nuuid GPU-1\nname Old\n")
        _, err = self.measure("true")
        self.assertIn("Not measured: Old GPU-1: ", err)
        self.assertEqual(self.records()[0]["not_measured"][0]["what"], "Old GPU-1")
        self.assertEqual(list(energies(self.records()[0]["whole"])), ["rapl:package-0"])
        self.assertIn("Old", self.isojoule("doctor", "--look", "0s")[0])

    def test_a_counter_that_stands_still_leaves_it_to_the_power(self):
        self.use_fake_nvml(self.BOARD)  # its counter shows 5 J throughout
        _, err = self.measure("sleep", "1.3")
        by_id = {c["channel"]["id"]: c for c in self.records()[0]["whole"]["channels"]}
        self.assertIsNone(by_id["nvml:GPU-1:energy"]["energy_j"])
        self.assertIn("the counter did not change for", by_id["nvml:GPU-1:energy"]["reason"])
        self.assertAlmostEqual(by_id["nvml:GPU-1:power"]["energy_j"], 130.0, delta=10.0)
        self.assertIn("nvml:GPU-1:energy has no energy, the counter did not change",
                      " ".join(err.split()))

    def test_a_power_of_zero_is_missing_while_the_board_is_used(self):
        for used, expected in ((98, None), (0, 0.0)):
            self.use_fake_nvml(f"board\nuuid GPU-1\nname B\npower_mw 0\nutilisation {used} 0\n")
            self.measure("sleep", "1.3")
            latest = max(self.records(), key=lambda one: one["id"])
            self.assertEqual(energies(latest["whole"])["nvml:GPU-1:power"], expected)

    def test_a_part_of_a_board_is_named_as_not_measured(self):
        self.use_fake_nvml(self.BOARD)
        self.environment["CUDA_VISIBLE_DEVICES"] = "MIG-4db95ba1-a4a5-58da-8a1e-6d1d59ed7f1b"
        _, err = self.measure("true")
        self.assertRegex(" ".join(err.split()),
                         "Not measured: NVIDIA boards: .*MIG.*; to fix it: name whole boards")
        shown, _ = self.isojoule("records", "show", "latest", "--db", str(self.db))
        self.assertIn("Not measured: NVIDIA boards", shown)

    def test_boards_that_are_hidden_are_not_missed(self):
        self.use_fake_nvml(self.BOARD)
        self.environment["CUDA_VISIBLE_DEVICES"] = ""
        self.assertNotIn("Not measured", self.measure("true")[1])

    def test_a_driver_that_hangs_keeps_no_command_from_starting(self):
        self.use_fake_nvml("hang nvmlInit_v2\n" + self.BOARD)
        out, err = self.measure("echo", "ran")
        self.assertEqual(out, "ran\n")
        self.assertIn("Not measured: nvml: it did not answer within 2.5 s", " ".join(err.split()))

    def test_a_driver_that_hangs_does_not_keep_sigterm_from_ending_it_all(self):
        self.use_fake_nvml("hang nvmlInit_v2\n" + self.BOARD)
        for number in (signal.SIGTERM, signal.SIGINT):
            begin = time.monotonic()
            meter = subprocess.Popen(
                [PROGRAM, "measure", "--db", str(self.db), "--", "touch", str(self.folder / "ran")],
                env=self.environment, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
            # Its command waits when the driver is opened; earlier, the signal ends the program itself.
            waiting = pathlib.Path(f"/proc/{meter.pid}/task/{meter.pid}/children")
            while not waiting.read_text().strip():
                time.sleep(0.01)
            meter.send_signal(number)
            self.assertEqual(meter.wait(timeout=PATIENCE_S), 128 + number)
            meter.stderr.close()
            self.assertLess(time.monotonic() - begin, 2.0)  # sooner than the driver is given up
        self.assertFalse((self.folder / "ran").exists())

    def test_a_lost_board_does_not_end_the_run(self):
        self.use_fake_nvml(self.BOARD)
        script = self.folder / "nvml-script"
        lost = self.BOARD + ("return nvmlDeviceGetTotalEnergyConsumption 15\n"
                             "return nvmlDeviceGetPowerUsage 15\n")
        out, _ = self.measure(
            "sh", "-c", f"printf '{lost}' > '{script}.new' && mv '{script}.new' '{script}'; "
            "sleep 0.2; echo done")
        self.assertEqual(out, "done\n")
        record = self.records()[0]
        gpu = {i: e for i, e in energies(record["whole"]).items() if i.startswith("nvml")}
        self.assertEqual(set(gpu.values()), {None})
        self.assertTrue([f for f in record["faults"] if "lost" in f["message"].lower()])


if __name__ == "__main__":
    unittest.main()
