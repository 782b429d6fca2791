"""isojoule normalize, from a measured record and two profiles to an energy."""

import copy
import json
import unittest

from support import FAST, PROGRAM, SEVERAL_READINGS, MadeMachine


def profile(name, joules_per_step, **basis):
    """A profile of reference energies; joules_per_step is {workload: J}."""
    basis = {"scope": "package", "kind": "measured", "boundary": "gross", "protocol": "steps",
             "batch": 8, "precision": "float32", **basis}
    return {
        "schema": "isojoule.profile/1", "name": name, "created": "2026-01-31T12:34:56Z",
        "isojoule": "0.1.0", "condition": "cpu, 1 thread",
        "host": {"cpu_model": None, "hardware_threads": 1, "cores": None, "memory_bytes": None,
                 "gpus": [], "kernel": None, "os": None, "hypervisor": None},
        "sensors": [], "basis": basis, "context": {},
        "references": [
            {"workload": workload, "cost": None, "steps": 10, "energy_per_step_j": joules,
             "sd_j": None, "duration_per_step_s": 0.1, "record": "x"}
            for workload, joules in joules_per_step.items()],
    }


class Normalize(MadeMachine):
    def setUp(self):
        super().setUp()
        # 2 J in 4 steps: 0.5 J a step, 990 J in 1980 steps.
        script = (f"'{PROGRAM}' mark begin steps; {SEVERAL_READINGS}; "
                  f"echo 3000000 > '{self.zone}/energy_uj'; {SEVERAL_READINGS}; "
                  f"'{PROGRAM}' mark end steps steps=4 batch=8 precision=float32 device=cpu")
        self.measure("sh", "-c", script, options=["--name", "mine", *FAST])
        self.here = profile("here", {"mlp-1x512": 0.1, "cnn-1x128": 0.2, "cnn-2x256": 0.8})
        self.there = profile("there", {"mlp-1x512": 0.3, "cnn-1x128": 0.5, "cnn-2x256": 1.7})

    def file(self, document):
        path = self.folder / (document["name"] + ".json")
        self.write(path, json.dumps(document))
        return str(path)

    def arguments(self, *options):
        return ["normalize", "--db", str(self.db), "--from", self.file(self.here), "--to",
                self.file(self.there), *options]

    def answers(self, *options):
        document = json.loads(self.isojoule(*self.arguments("--json", *options))[0])
        return document, {a["normalizer"]: a for a in document["answers"]}

    def test_single_and_dual_by_hand(self):
        document, answers = self.answers()
        self.assertEqual(document["steps"], 1980)
        self.assertAlmostEqual(document["source_energy_j"], 990.0, places=9)
        # Lowest: 990 x 0.3/0.1; highest: 990 x 1.7/0.8.
        self.assertAlmostEqual(answers["single:lowest"]["energy_j"], 2970.0, places=9)
        self.assertAlmostEqual(answers["single:highest"]["energy_j"], 2103.75, places=9)
        # Dual, per step: 0.3 + (1.7 - 0.3)/(0.8 - 0.1) (0.5 - 0.1) = 1.1 J, x 1980.
        self.assertAlmostEqual(answers["dual"]["energy_j"], 2178.0, places=9)
        self.assertEqual(answers["dual"]["references"], ["mlp-1x512", "cnn-2x256"])
        self.assertEqual(answers["none"]["energy_j"], document["source_energy_j"])
        for name, answer in answers.items():
            self.assertFalse(answer["extrapolated"])
            self.assertEqual(answer["kind"], "measured")
            if name == "pooled":
                continue
            self.assertIsNone(answer["lower_j"])
            self.assertTrue(answer["no_interval"])

    def test_pooled_has_an_interval_and_learns_from_the_other_profiles(self):
        _, answers = self.answers()
        alone = answers["pooled"]
        self.assertLess(alone["lower_j"], alone["energy_j"])
        self.assertLess(alone["energy_j"], alone["upper_j"])
        # Between the laws of the references: 990 J x 1.7/0.8 to 0.3/0.1.
        self.assertLess(2103.0, alone["energy_j"])
        self.assertLess(alone["energy_j"], 2970.0)
        self.assertEqual(alone["other_machines"], 0)
        self.assertIn("other machine to learn from", self.isojoule(*self.arguments())[0])
        self.isojoule("profiles", "add", "--db", str(self.db), self.file(
            profile("third", {"mlp-1x512": 0.6, "cnn-1x128": 1.1, "cnn-2x256": 3.6})))
        _, answers = self.answers()
        self.assertEqual(answers["pooled"]["other_machines"], 1)
        # A profile on another footing tells nothing.
        self.isojoule("profiles", "add", "--db", str(self.db), self.file(
            profile("fourth", {"mlp-1x512": 0.6, "cnn-1x128": 1.1}, batch=16)))
        _, answers = self.answers()
        self.assertEqual(answers["pooled"]["other_machines"], 1)

    def test_work_scales_pooled_too(self):
        _, once = self.answers("--steps", "100", "--normalizer", "pooled")
        _, thrice = self.answers("--steps", "300", "--normalizer", "pooled")
        for key in ("energy_j", "lower_j", "upper_j"):
            self.assertAlmostEqual(thrice["pooled"][key] / once["pooled"][key], 3.0, places=9)

    def test_unlike_the_references_is_said(self):
        for reference in self.here["references"]:
            reference["duration_per_step_s"] *= 100
        _, answers = self.answers()
        self.assertIn("power", answers["pooled"]["unlike"])
        self.assertIn("Unlike the references (pooled):", self.isojoule(*self.arguments())[0])

    def test_a_named_reference(self):
        _, answers = self.answers("--normalizer", "single:cnn-1x128")
        self.assertAlmostEqual(answers["single:cnn-1x128"]["energy_j"], 2475.0, places=9)

    def test_work_scales_everything(self):
        _, once = self.answers("--steps", "100")
        _, thrice = self.answers("--steps", "300")
        for name in once:
            self.assertAlmostEqual(thrice[name]["energy_j"], 3 * once[name]["energy_j"], places=9)

    def test_outside_of_the_references_is_said(self):
        self.here["references"][2]["energy_per_step_j"] = 0.4
        _, answers = self.answers()
        self.assertTrue(answers["dual"]["extrapolated"])
        self.assertIn("extrapolated", self.isojoule(*self.arguments())[0])

    def test_the_table_is_for_people(self):
        out, _ = self.isojoule(*self.arguments())
        self.assertIn("2.18 kJ", out)
        self.assertIn("from measured energies", out)
        self.assertLessEqual(max(map(len, out.splitlines())), 100)

    def refused(self, *options, code=1):
        return self.refuse(*self.arguments(*options), code=code)

    def test_what_differs_is_named(self):
        for field, value, words in [("batch", 16, "batch: 8 against 16"),
                                    ("protocol", "paper", "protocol: steps against paper"),
                                    ("scope", "gpu", "scope: package against gpu"),
                                    ("boundary", "net", "boundary: gross against net"),
                                    ("precision", "tf32", "precision: float32 against tf32"),
                                    ("kind", "modelled", "kind: measured against modelled")]:
            with self.subTest(field):
                there = copy.deepcopy(self.there)
                self.there["basis"][field] = value
                self.assertIn(words, self.refused())
                self.there = there

    def test_modelled_only_when_allowed_and_then_said(self):
        self.there["basis"]["kind"] = "modelled"
        self.refused()
        _, answers = self.answers("--allow-modelled")
        self.assertEqual(answers["dual"]["kind"], "modelled")
        self.assertIn("from modelled energies", self.isojoule(*self.arguments("--allow-modelled"))[0])

    def test_allowing_models_allows_nothing_else(self):
        self.there["basis"].update(kind="modelled", batch=16)
        self.assertIn("batch", self.refused("--allow-modelled"))

    def test_energies_that_are_not_positive(self):
        for energy in (0, -1.0):
            self.there["references"][0]["energy_per_step_j"] = energy
            self.assertIn("there.json", self.refused())

    def test_a_profile_that_lacks_the_workload(self):
        err = self.refused("--references", "cnn-1x12", code=2)
        self.assertIn("cnn-1x128", err)

    def test_profiles_without_a_workload_in_common(self):
        self.there["references"] = self.there["references"][:1]
        self.there["references"][0]["workload"] = "mlp-4x4096"
        _, answers = self.answers()
        self.assertIsNone(answers["dual"]["energy_j"])
        self.assertTrue(answers["dual"]["refused"])
        self.assertTrue(answers["single:lowest"]["refused"])

    def test_a_record_without_steps(self):
        self.measure("true", options=["--name", "other"])
        self.assertIn("steps", self.refused())

    def test_unknown_names(self):
        self.refuse("normalize", "--db", str(self.db), "--to", "nowhere", code=2)
        self.refuse("normalize", "01ABCDEF", "--db", str(self.db), "--to", "nowhere", code=2)

    def test_no_profile_of_this_machine_says_how_to_make_one(self):
        err = self.refuse("normalize", "--db", str(self.db), "--to", self.file(self.there), code=2)
        self.assertIn("isojoule calibrate", err)

    def test_a_profile_from_standard_input(self):
        arguments = ["normalize", "--db", str(self.db), "--from", self.file(self.here), "--to", "-",
                     "--json"]
        out, _ = self.isojoule(*arguments, stdin=json.dumps(self.there))
        self.assertEqual(json.loads(out)["to"], "there")

    def test_a_profile_of_a_newer_schema(self):
        self.there["schema"] = "isojoule.profile/3"
        self.assertIn("newer", self.refused())


if __name__ == "__main__":
    unittest.main()
