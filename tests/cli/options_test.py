"""Where commands write: --json, --csv, --predictions and -o, and what is refused before anything is computed."""

import json
import unittest

from evaluate_test import Data

SUBMISSIONS = "code,energy_training_kwh,energy_baseline_kwh,psds1_eval_full\na,1.0,0.03,0.5\nb,2.0,0.03,0.6\n"


class Answers(Data):
    """The commands that have JSON, and what they need."""

    def setUp(self):
        super().setUp()
        self.file = self.folder / "out.json"
        self.submissions = self.folder / "submissions.csv"
        self.write(self.submissions, SUBMISSIONS)

    def commands(self):
        self.measure("true")
        db = ("--db", str(self.db))
        pair = ("--data", self.table, "--from", "A", "--to", "B")
        trace = json.loads(self.isojoule("records", "show", "--json", *db)[0])["trace"]
        return [("doctor", "--look", "0s"), ("records", "list", *db), ("records", "show", *db),
                ("profiles", "list", *db), ("recover", "-n", trace), ("workloads",),
                ("count", "--workload", "cnn-2x128"), ("campaign", "list", *db),
                ("campaign", "run", "quick", "-n", *db),
                ("normalize", *pair, "--references", "w02,w10"), ("compare", "w01", "w02", *pair),
                ("references", self.table, "--from", "A"), ("diagnose", self.table, "--from", "A"),
                ("evaluate", self.table, "--splits", "1"), ("rank", str(self.submissions))]


class Outputs(Answers):
    def test_a_file_holds_what_would_be_printed(self):
        for command in self.commands():
            with self.subTest(command):
                text, _ = self.isojoule(*command)
                out, _ = self.isojoule(*command, "--json")
                self.assertEqual(json.loads(self.isojoule(*command, "--json=-")[0]), json.loads(out))
                self.file.unlink(missing_ok=True)
                beside, _ = self.isojoule(*command, f"--json={self.file}")
                self.assertEqual(json.loads(self.file.read_text()), json.loads(out))
                self.assertEqual(beside, text)

    def test_a_separate_word_is_no_file(self):
        for command in (("workloads",), ("doctor", "--look", "0s"), ("count", "--workload", "cnn-2x128"),
                        ("evaluate", self.table), ("records", "list", "--db", str(self.db))):
            with self.subTest(command):
                self.refuse(*command, "--json", str(self.file), code=2)
                self.assertFalse(self.file.exists())

    def test_what_cannot_be_written_is_refused_before_anything_is_computed(self):
        """The input is not there: who looked at it first would say so."""
        nowhere = str(self.folder / "nowhere.csv")
        for command in (("evaluate", nowhere), ("rank", nowhere), ("references", nowhere, "--from", "A"),
                        ("normalize", "--data", nowhere, "--to", "B"), ("report", nowhere), ("trace", nowhere),
                        ("measure", "--", "touch", str(self.folder / "ran"))):
            for option in ("--json=", "--csv=", "--predictions=", "--output="):
                if option[:-1] not in self.isojoule(command[0], "--help")[0]:
                    continue
                with self.subTest((command, option)):
                    words = [command[0], f"{option}/nowhere/out.json", *command[1:]]
                    self.assertIn("cannot write /nowhere/out.json", self.refuse(*words, code=1))
        self.assertFalse((self.folder / "ran").exists())

    def test_a_directory_without_the_right_to_write(self):
        self.assertIn("it is a directory", self.refuse("workloads", f"--json={self.folder}", code=1))

    def test_two_outputs_in_one_place_are_refused(self):
        for options in (["--json", "--predictions", "-"], [f"--json={self.file}", "--predictions", str(self.file)],
                        [f"--json={self.file}", f"--predictions={self.folder}/./out.json"]):
            self.assertIn("choose one", self.refuse("evaluate", self.table, *options, code=2))
        rank = ("rank", str(self.submissions))
        self.refuse(*rank, "--json", "-o", "-", "--format", "html", code=2)
        self.refuse(*rank, "--csv", "--json", code=2)
        self.assertFalse(self.file.exists())

    def test_several_files_at_once(self):
        predictions = self.folder / "predictions.csv"
        out, _ = self.isojoule("evaluate", self.table, "--splits", "1", f"--json={self.file}", "--predictions",
                               str(predictions))
        self.assertIn("normalizer", out)
        self.assertTrue(json.loads(self.file.read_text()))
        self.assertIn("truth_j", predictions.read_text())
        page = self.folder / "page.html"
        printed, _ = self.isojoule("rank", str(self.submissions), "--json", "-o", str(page), f"--csv={predictions}")
        self.assertEqual(len(json.loads(printed)), 2)
        self.assertIn("<html", page.read_text())
        self.assertIn("ew_score", predictions.read_text())

    def test_an_option_without_its_value(self):
        for word in ("--json=", "--db="):
            self.assertIn(f"{word} has no value", self.refuse("records", "list", word, code=2))
        self.assertIn("names no file", self.refuse("report", self.table, "-o", "", code=2))

    def test_a_pipe_is_left_for_the_writing(self):
        out, _ = self.isojoule("workloads", "--json=/dev/stdout")
        self.assertTrue(json.loads(out[:out.rindex("]") + 1]))

    def test_measure_needs_a_file(self):
        self.assertIn("--json needs a file", self.refuse("measure", "--json", "--", "true", code=2))

    def test_the_store_says_what_it_takes(self):
        self.assertRegex(self.isojoule("records", "list", "--help")[0], r"--db TEXT +The store: FILE, sqlite:FILE")
        listed, _ = self.isojoule("records", "list", "--json", "--db", f"sqlite:{self.db}")
        self.assertEqual(json.loads(listed), [])


if __name__ == "__main__":
    unittest.main()
