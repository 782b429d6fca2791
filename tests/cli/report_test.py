"""isojoule report and rank -o: which file is written, in which form, and what is refused before anything
is computed."""

import json
import re
import subprocess
import unittest

from support import MadeMachine

FORMS = ["html", "markdown", "latex", "csv", "json", "text", "svg", "pdf", "png"]
SUBMISSIONS = ("code,energy_training_kwh,energy_baseline_kwh,psds1_eval_full\n"
               "a_1,1.39,0.032,0.3\nb_1,2.5,0.032,0.4\n")


class Report(MadeMachine):
    def setUp(self):
        super().setUp()
        self.table = self.folder / "energies.csv"
        self.write(self.table, "workload,hardware,energy_j\n" + "".join(
            f"w{i},A,{10.0 * 1.4 ** i}\nw{i},B,{20.0 * 1.3 ** i}\n" for i in range(12)))
        self.challenge = self.folder / "submissions.csv"
        self.write(self.challenge, SUBMISSIONS)
        self.report = ["report", str(self.table), "--splits", "2", "--normalizer", "ratio"]
        self.rank = ["rank", str(self.challenge)]

    def run_here(self, *arguments, code):
        """In the test's folder, where a file that nobody named goes; gives standard error."""
        done = subprocess.run([self.program, *arguments], env=self.environment, cwd=self.folder,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(done.stdout, "")
        return done.stderr

    def test_a_file_that_nobody_named_is_written_once(self):
        for arguments, name in [(self.report, "report.html"), ([*self.report, "--format", "markdown"], "report.md"),
                                ([*self.rank, "--format", "json"], "report.json")]:
            with self.subTest(arguments):
                path = self.folder / name
                self.run_here(*arguments, code=0)
                path.write_bytes(b"kept")
                error = self.run_here(*arguments, code=2)
                self.assertIn(name, error)
                self.assertIn("-o FILE", error)
                self.assertEqual(path.read_bytes(), b"kept")
                self.run_here(*arguments, "-o", name, code=0)
                self.assertGreater(len(path.read_bytes()), 100)
                path.unlink()
        self.assertEqual([p.name for p in self.folder.glob("*.part")], [])

    def test_it_is_refused_before_anything_is_read(self):
        (self.folder / "report.html").write_text("kept")
        self.assertIn("report.html", self.run_here("report", "nowhere.csv", code=2))
        self.assertIn("report.html", self.run_here("report", "latest", code=2))
        self.assertIn("report.html", self.run_here("report", "latest", "--campaign", "--follow", code=2))
        self.assertIn("report.html", self.run_here("rank", "nowhere.csv", "--format", "html", code=2))
        (self.folder / "report.html").unlink()
        (self.folder / "report.html").symlink_to("nowhere")
        self.assertIn("report.html", self.run_here("report", "nowhere.csv", code=2))

    def test_a_form_that_is_not_there_is_refused_with_all_names(self):
        for command in ("report", "rank"):
            error = self.refuse(command, "nowhere.csv", "--format", "docx", "-o", "-", code=2)
            for form in FORMS:
                self.assertIn(form, error)
            error = self.refuse(command, "nowhere.csv", "-o", "page.docx", code=2)
            self.assertIn("--format", error)
            for form in FORMS:
                self.assertIn(form, error)

    def test_a_form_that_is_not_for_it_is_refused_before_anything_is_read(self):
        for arguments, words in [
                (["--format", "html", "--table", "machines"], "markdown, latex, csv, json or text"),
                (["--format", "latex", "--figure", "1"], "csv, json, svg, pdf or png"),
                (["--format", "pdf"], "--figure"),
                (["--format", "csv", "--figure", "1", "--pick", "pair"], "NAME=VALUE")]:
            with self.subTest(arguments):
                self.assertIn(words, self.refuse("report", "nowhere.csv", *arguments, "-o", "-", code=2))

    def test_the_help_lists_the_forms(self):
        for command in ("report", "rank"):
            words = re.split(r"\W+", self.isojoule(command, "--help")[0])
            for form in FORMS:
                self.assertIn(form, words)

    def test_the_form_follows_the_ending(self):
        for name, begins in [("a.html", "<!doctype html>"), ("a.md", "# "), ("a.markdown", "# "),
                             ("a.tex", "\\documentclass"), ("a.csv", ""), ("a.json", "{"), ("a.txt", "Energies"),
                             ("folder.d/page", "<!doctype html>")]:
            with self.subTest(name):
                path = self.folder / name
                path.parent.mkdir(exist_ok=True)
                self.isojoule(*self.report, "-o", str(path))
                self.assertEqual(path.read_text().lower()[:len(begins)], begins.lower())
        table = json.loads(self.isojoule(*self.report, "--table", "machines", "--format", "json", "-o", "-")[0])
        self.assertEqual([row[0] for row in table["rows"]], ["A", "B"])

    def test_whole_text_has_each_heading(self):
        text = self.isojoule(*self.report, "--format", "text", "-o", "-")[0]
        self.assertIn("\n== Machines\n", text)
        self.assertIn("(--figure 9)", text)
        self.assertLessEqual(max(map(len, text.splitlines())), 100)


if __name__ == "__main__":
    unittest.main()
