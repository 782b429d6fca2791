"""isojoule compare, of records and of a table."""

import json
import math
import unittest

from support import FAST, PROGRAM, SEVERAL_READINGS, MadeMachine
from normalize_test import profile


class Compare(MadeMachine):
    """Two trainings of 4 steps, 2 J and 1 J, on the machine of profile "here"."""

    def train(self, name, microjoules, steps=4):
        script = (f"'{PROGRAM}' mark begin steps; {SEVERAL_READINGS}; "
                  f"echo {microjoules} > '{self.zone}/energy_uj'; {SEVERAL_READINGS}; "
                  f"'{PROGRAM}' mark end steps steps={steps} batch=8 precision=float32 device=cpu")
        self.measure("sh", "-c", script, options=["--name", name, *FAST])
        return self.records()[-1]["id"]

    def setUp(self):
        super().setUp()
        self.first = self.train("mine", 3000000)
        self.second = self.train("other", 4000000)
        workloads = ["mlp-1x512", "cnn-1x128", "cnn-2x256", "rnn-1x128"]
        joules = [0.1, 0.2, 0.8, 1.5]
        self.here = profile("here", dict(zip(workloads, joules)))
        self.there = profile("there", dict(zip(workloads, [2.5 * j for j in joules])))
        for one in (self.here, self.there):
            for reference in one["references"]:
                reference["sd_j"] = 0.01 * reference["energy_per_step_j"]

    def file(self, document):
        path = self.folder / (document["name"] + ".json")
        self.write(path, json.dumps(document))
        return str(path)

    def arguments(self, *options):
        return ["compare", self.first, self.second, "--db", str(self.db), "--from",
                self.file(self.here), "--to", self.file(self.there), *options]

    def comparison(self, *options):
        return json.loads(self.isojoule(*self.arguments("--json", *options))[0])

    def test_twice_the_energy_is_more_on_a_machine_alike(self):
        found = self.comparison()
        self.assertEqual(found["verdict"], "more")
        self.assertGreater(found["ratio"], 1.7)
        self.assertLess(found["ratio"], 2.3)
        self.assertLess(found["probability_less"], 0.05)
        self.assertEqual(found["settle"]["by"], "nothing")
        self.assertAlmostEqual(found["first"]["source_energy_j"], 990.0, places=6)
        self.assertEqual(found["kind"], "measured")
        out, _ = self.isojoule(*self.arguments())
        self.assertRegex(out, r"mine uses more on there, with a probability of")
        self.assertLessEqual(max(map(len, out.splitlines())), 100)

    def test_work_of_each(self):
        """1980 steps of 0.5 J against 3960 of 0.25 J are one energy."""
        found = self.comparison("--steps", "1980,3960")
        self.assertEqual(found["verdict"], "indistinguishable")
        self.assertAlmostEqual(found["second"]["source_energy_j"], 990.0, places=6)
        self.assertIn(found["settle"]["by"], ["references", "on_machine", "never"])
        self.assertIn("Indistinguishable on there", self.isojoule(
            *self.arguments("--steps", "1980,3960"))[0])

    def test_on_the_machine_itself(self):
        found = json.loads(self.isojoule("compare", self.first, self.second, "--db", str(self.db),
                                         "--from", self.file(self.here), "--to",
                                         self.file(self.here), "--json")[0])
        self.assertAlmostEqual(found["ratio"], 2.0, places=9)
        self.assertIsNone(found["first"]["other_machines"])
        # The trainings have no blocks and each reference one run: nothing is known of the spread.
        self.assertIsNone(found["probability_less"])
        self.assertEqual(found["settle"], {"by": "repeats", "number": None})

    def test_runs_scatter_as_those_of_the_references_do(self):
        """Two runs each, 2 % apart: two references, so 2 degrees of freedom, Welch's for both."""
        for reference in self.here["references"][:2]:
            reference.update(records=["a", "b"], record="a",
                             sd_of_runs_j=0.02 * reference["energy_per_step_j"])
        self.here["schema"] = "isojoule.profile/2"
        found = json.loads(self.isojoule("compare", self.first, self.second, "--db", str(self.db),
                                         "--from", self.file(self.here), "--to",
                                         self.file(self.here), "--json")[0])
        self.assertAlmostEqual(found["sd_log_ratio"]["measuring"], 0.02 * math.sqrt(2), places=12)
        self.assertEqual(found["verdict"], "more")

    def test_what_the_machine_itself_has_measured_is_said(self):
        self.there["references"][0]["workload"] = "mine"
        self.assertIn("there itself has measured mine: 0.250 J per step", " ".join(
            self.isojoule(*self.arguments())[0].split()))

    def test_what_cannot_be_compared_is_refused(self):
        itself = ["compare", self.first, self.first, *self.arguments()[3:]]
        self.assertIn("with itself", self.refuse(*itself, code=2))
        self.refuse(*self.arguments("--certainty", "0.4"), code=2)
        self.refuse(*self.arguments("--steps", "0"), code=2)
        self.refuse(*self.arguments("--steps", "1,2,3"), code=2)
        self.assertIn("mlp-1x512", self.refuse(*self.arguments("--references", "mlp-1x51"), code=2))
        self.there["basis"]["batch"] = 16
        self.assertIn("batch: 8 against 16", self.refuse(*self.arguments(), code=1))
        self.there["basis"].update(batch=8, kind="modelled")
        self.refuse(*self.arguments(), code=1)
        self.assertEqual(self.comparison("--allow-modelled")["kind"], "modelled")

    def test_workloads_of_a_table(self):
        rows = ["workload,hardware,energy_j"]
        for i in range(12):
            for machine, factor in [("A", 1.0), ("B", 2.0 + 0.01 * i), ("C", 5.0)]:
                rows.append(f"w{i:02},{machine},{factor * 10 * 1.5 ** i}")
        table = self.folder / "energies.csv"
        self.write(table, "\n".join(rows) + "\n")
        arguments = ["compare", "w03", "w04", "--data", str(table), "--to", "B", "--json"]
        found = json.loads(self.isojoule(*arguments, "--from", "A")[0])
        self.assertEqual(found["verdict"], "less")
        self.assertAlmostEqual(math.log(found["ratio"] * 1.5), 0.0, delta=0.05)
        across = json.loads(self.isojoule(*arguments, "--from", "A,C")[0])
        self.assertEqual(across["second"]["machine"], "C")
        self.assertIn("--from", self.refuse(*arguments, code=2))
        self.refuse(*arguments, "--from", "A", "--steps", "1,1000", code=2)
        self.assertIn("one of the two", self.refuse(
            *arguments, "--from", "A", "--references", "w03,w05", code=2))
        both, _ = self.isojoule("compare", "w03", "w03", "--data", str(table), "--to", "B",
                                "--from", "A,C")
        self.assertIn("w03 of A", both)


if __name__ == "__main__":
    unittest.main()
