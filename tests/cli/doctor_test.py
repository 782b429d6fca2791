"""What doctor says of a made machine, and of how its sensors behave while it looks."""

import contextlib
import json
import threading
import time
import unittest

from support import MadeMachine

WATTS = 50.0


@contextlib.contextmanager
def flowing(file, watts=WATTS, refresh_s=0.02):
    """A counter of microjoules that goes on at `watts`, with a new value each `refresh_s`."""
    ended = threading.Event()

    def flow():
        begin = time.monotonic()
        with open(file, "r+") as stream:
            while not ended.wait(refresh_s):
                stream.seek(0)  # in place: the program keeps the file open
                stream.write(f"{10**9 + int((time.monotonic() - begin) * watts * 1e6)}\n")
                stream.flush()

    file.write_text(f"{10**9}\n")
    thread = threading.Thread(target=flow)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


class Doctor(MadeMachine):
    def doctor(self, *options):
        return json.loads(self.isojoule("doctor", "--json", *options)[0])

    def test_says_what_a_measurement_contains(self):
        report = self.doctor("--look", "0s")
        self.assertEqual(report["measurement_contains"],
                         {"gpu": "absent", "package": "measured", "dram": "absent"})
        self.assertIsNone(report["look"])
        self.assertNotIn("in a look of", self.isojoule("doctor", "--look", "0s")[0])

    def test_finds_the_refresh_and_the_power_of_a_counter(self):
        with flowing(self.zone / "energy_uj"):
            look = self.doctor("--look", "1s")["look"]
        self.assertEqual(look["length_s"], 1.0)
        [package] = look["channels"]
        self.assertEqual(package["channel"], "rapl:package-0")
        # Bounds for a busy machine, where threads come late.
        self.assertGreater(package["readings"], 50)
        self.assertGreaterEqual(package["refresh_s"], 0.02 * 0.9)
        self.assertLess(package["refresh_s"], 0.1)
        self.assertAlmostEqual(package["power_w"], WATTS, delta=0.2 * WATTS)
        self.assertIsNotNone(package["noise_w"])
        self.assertGreater(package["poll_s"], 0.0)
        self.assertLess(package["poll_s"], 0.1)

    def test_a_counter_that_stands_still_has_no_power_and_is_named(self):
        [package] = self.doctor("--look", "0.1s")["look"]["channels"]
        self.assertIsNone(package["power_w"])
        self.assertIsNone(package["refresh_s"])
        out, _ = self.isojoule("doctor", "--look", "0.1s")
        self.assertIn("rapl:package-0 showed the same value all the time.", out)
        self.assertRegex(out, r"rapl:package-0 +measured +- +- +- ")

    def test_without_a_sensor_there_is_nothing_to_look_at(self):
        (self.zone / "name").unlink()
        self.assertEqual(self.doctor("--look", "0.1s")["look"]["channels"], [])
        out, _ = self.isojoule("doctor", "--look", "0.1s")
        self.assertNotIn("in a look of", out)
        self.assertIn("Nothing is measured on this machine", out)

    def test_a_look_has_bounds(self):
        for seconds in ("-1", "61", "nan"):
            self.assertIn("--look", self.refuse("doctor", "--look", seconds, code=2))


if __name__ == "__main__":
    unittest.main()
