"""`isojoule trace import`: logs of other tools, measured as any trace.

Energies are held against trapezoids over the log's own numbers (numpy). Where other people's recordings
are at hand (../shared/data/gpu-power), what an external meter says of the same windows is printed beside
the interval; whether it lies in it is not asserted, as it is not a matter of the import.
"""

import datetime
import json
import pathlib
import unittest

import numpy

import support

RECORDINGS = (pathlib.Path(__file__).resolve().parents[2].parent / "shared" / "data" / "gpu-power"
              / "recordings")
BOARDS = {"a100": "NVIDIA A100-PCIE-40GB", "k40m": "Tesla K40m",
          "rtx3090": "NVIDIA GeForce RTX 3090", "rtx4090": "NVIDIA GeForce RTX 4090"}


def integral(times, values, begin, end):
    """The trapezoid over [begin, end], its edges on the straight line between two values."""
    inside = (times > begin) & (times < end)
    edges = numpy.array([begin, end])
    t = numpy.concatenate([edges[:1], times[inside], edges[1:]])
    return numpy.trapezoid(numpy.interp(t, times, values), t) if hasattr(numpy, "trapezoid") else \
        numpy.trapz(numpy.interp(t, times, values), t)


def energy(measurement, channel):
    found = [c for c in measurement["channels"] if c["channel"]["id"] == channel]
    return found[0]


class Import(support.MadeMachine):
    def log(self, text, name="power.csv"):
        file = self.folder / name
        file.write_text(text)
        return file

    def import_json(self, log, *options):
        return json.loads(self.isojoule("trace", "import", str(log), "--json", *options)[0])

    def test_a_log_of_nvidia_smi(self):
        rows = ["timestamp, uuid, name, power.draw [W]"]
        for i in range(101):  # past midnight
            moment = datetime.datetime(2024, 1, 31, 23, 59, 55) + i * datetime.timedelta(seconds=0.1)
            rows.append(f"{moment:%Y/%m/%d %H:%M:%S.%f}"[:-3] + f", GPU-1, Unheard Of, {100 + i:.2f} W")
        log = self.log("\n".join(rows) + "\n")
        record = self.import_json(log, "--window", "steps=1..3", "--window", "tail=9.55..10")
        times, watts = numpy.arange(101) / 10.0, 100.0 + numpy.arange(101)
        channel = "nvidia-smi:GPU-1:power"
        self.assertAlmostEqual(record["whole"]["elapsed_s"], 10.0, places=6)
        whole = energy(record["whole"], channel)
        self.assertAlmostEqual(whole["energy_j"], integral(times, watts, 0, 10), delta=1e-6)
        self.assertNotIn("uncertainty", whole, "nothing is known of that board")
        self.assertIn("it has no interval", whole["caution"])
        for window, begin, end in zip(record["windows"], (1, 9.55), (3, 10)):
            self.assertAlmostEqual(energy(window["measurement"], channel)["energy_j"],
                                   integral(times, watts, begin, end), delta=1e-6)
        self.assertEqual(record["context"]["imported_from"], "nvidia-smi log power.csv")
        self.assertEqual(record["outcome"]["state"], "complete")
        self.assertEqual(record["host"]["gpus"], ["Unheard Of"])
        self.assertEqual(self.records(), [], "an import keeps no record")

    def test_the_trace_lies_beside_the_log_and_can_be_recovered(self):
        log = self.log("time_s,power_w\n0,100\n1,100\n2,100\n")
        out, err = self.isojoule("trace", "import", str(log), "--name", "other")
        self.assertIn("200 J", out)
        self.assertIn("The readings are those of the plain log power.csv", " ".join(out.split()))
        trace = pathlib.Path(f"{log}.trace")
        self.assertIn(str(trace), err)
        self.assertIn("Imported from the plain log power.csv.", self.isojoule("trace", str(trace))[0])
        recovered = json.loads(self.isojoule("recover", "-n", "--json", str(trace))[0])
        self.assertEqual(recovered["workload"], "other")
        self.assertIn("File exists", self.refuse("trace", "import", str(log), code=1))
        file = self.folder / "record.json"
        self.isojoule("trace", "import", str(log), "-o", str(self.folder / "again.trace"),
                      f"--json={file}")
        self.assertEqual(json.loads(file.read_text())["whole"], recovered["whole"])

    def test_faults_are_shown_with_their_lines(self):
        log = self.log("time_s,power_w\n0,100\n1,x\n1,100\n0.5,100\n2,100\n")
        out = " ".join(self.isojoule("trace", "import", str(log))[0].split())
        for text in ("is no number: 'x'; the reading is missing (line 3)",
                     "has the time of the row before; the row was left out (line 4)",
                     "is from before the row before it; the row was left out (line 5)"):
            self.assertIn(text, out)

    def test_wrong_windows_and_logs(self):
        log = self.log("time_s,power_w\n0,100\n1,100\n")
        for window in ("steps", "steps=1", "steps=2..1", "steps=a..b", "=0..1", "a b=0..1",
                       "steps=-1..1", "steps=0..inf"):
            err = self.refuse("trace", "import", str(log), f"--window={window}", code=2)
            self.assertIn("NAME=FROM..TO", err)
        self.assertIn("Known are nvidia-smi",
                      self.refuse("trace", "import", str(self.log("hello\n", "x")), code=1))
        self.assertIn("needs a FILE", self.refuse("trace", code=2))


@unittest.skipUnless(RECORDINGS.is_dir(), f"no recordings at {RECORDINGS}")
class Recordings(support.MadeMachine):
    def read(self, file):
        return numpy.genfromtxt(file, delimiter=",", names=True)

    def test_energies_are_the_logs_and_the_meters_are_printed(self):
        for file in sorted(RECORDINGS.glob("*_sensor.csv")):
            with self.subTest(file.name):
                self.check(file)

    def check(self, file):
        sensor = self.read(file)
        meter = self.read(str(file).replace("_sensor", "_meter"))
        ends = numpy.arange(5.0, min(sensor["time_s"][-1], meter["time_s"][-1]) - 0.5, 0.5)
        windows = [(end - 4.0, end) for end in ends]
        options = [f"--window=w{i}={begin}..{end}" for i, (begin, end) in enumerate(windows)]
        instant = sensor["power_instant_w"]
        name = "power_average" if numpy.isnan(instant).all() else "power_instant"
        values = sensor["power_average_w" if name == "power_average" else "power_instant_w"]
        raw = self.imported(file, "raw.trace", options)
        known = self.imported(file, "known.trace",
                              [*options, "--board", BOARDS[file.name.split("-")[0]]])
        held = with_interval = 0
        for (begin, end), plain, board in zip(windows, raw["windows"], known["windows"]):
            truth = integral(sensor["time_s"], values, begin, end)
            # Instants are whole microseconds and powers whole microwatts.
            self.assertAlmostEqual(energy(plain["measurement"], f"log:{name}")["energy_j"] / truth,
                                   1.0, delta=1e-6)
            measured = energy(board["measurement"], f"log:{name}")
            # The lag moves the edges by less than the refresh and half of the averaging.
            highest = values.max()
            self.assertAlmostEqual(measured["energy_j"], truth, delta=2 * 0.6 * highest)
            if "uncertainty" not in measured:
                continue
            with_interval += 1
            external = integral(meter["time_s"], meter["power_w"], begin, end)
            held += abs(measured["energy_j"] - external) <= measured["uncertainty"]["expanded_j"]
        print(f"{file.name}: {len(windows)} windows of 4 s, {with_interval} with an interval, "
              f"of which {held} hold the meter's energy")

    def imported(self, file, trace, options):
        trace = self.folder / (file.stem + "-" + trace)
        return json.loads(self.isojoule("trace", "import", str(file), "-o", str(trace), "--json",
                                        *options)[0])


if __name__ == "__main__":
    unittest.main()
