"""tools/same-numbers, on pairs of made programs that differ in one thing.

Usage: same_numbers_test.py SOURCE_DIRECTORY
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(sys.argv.pop(1)).resolve()
sys.path.insert(0, str(ROOT / "tools"))

from same_numbers import data_cases  # noqa: E402
from same_numbers.cases import Case, all_cases  # noqa: E402
from same_numbers.folders import Spelling, put_files  # noqa: E402
from same_numbers.mapping import MappingFile  # noqa: E402
from same_numbers.running import Build, run_case  # noqa: E402

MAPPING = ROOT / "tools" / "same_numbers" / "mapping.toml"
# What a case here is compared by; what mapping.toml lets pass today is not what is tested.
DEFAULTS = """[all]
refusals = ["refused"]
sentences = ["words", "remarks", "(no title)"]

"""
ROWS = """[{"workload": "w1", "energy_j": 10.123456789012345, "k": 4, "refused": null},
          {"workload": "w2", "energy_j": 20.5, "k": 4, "refused": null}]"""
TABLE = "workload,energy_j\nw1,10.123456789012345\nw2,20.5\n"
TEXT = """
Evaluation, k 4

normalizer  pairs      MdAPE, %
----------  -----  ------------
ratio           6   20.1 (9-31)
linear          6  21.6 (10-33)

Repeats: up to 3 of a cell.
"""
REPORT = """{"schema": "isojoule.report/1", "made_by": "0.1", "title": "Energies", "sections": [
  {"id": "one", "heading": "First", "blocks": [
    {"paragraph": "Of 40 workloads."},
    {"table": {"id": "machines", "title": "Machines", "columns": ["machine", "mean"],
               "rows": [["A", "12.1 kJ"], ["B", "7.3 kJ"]], "notes": []}},
    {"figure": {"id": "1", "title": "Figure", "columns": ["x_j", "pair"],
                "rows": [[1.5, "A -> B"], [null, "B -> A"]]}}]}]}"""


class MadePrograms(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="same-numbers-test-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def program(self, name, script):
        """A folder with a program, as a build's bin."""
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        program = folder / "isojoule"
        program.write_text("#!/bin/sh\n" + script)
        program.chmod(0o755)
        return folder

    def answering(self, name, text):
        (self.folder / f"{name}.txt").write_text(text)
        return self.program(name, f"cat '{self.folder}/{name}.txt'\n")


class Compared(MadePrograms):
    """One case, read as JSON unless said otherwise."""

    def outcome(self, old, new, mapping="", kind="json", case=None, scripts=False,
                defaults=DEFAULTS):
        make = self.program if scripts else self.answering
        builds = [Build(str(make(name, text) / "isojoule"), self.folder)
                  for name, text in (("old", old), ("new", new))]
        case = case or Case("made", ["evaluate", "--old", "2"], {"stdout": kind})
        return run_case(case, MappingFile(defaults + mapping).of(case), builds)

    def differs(self, *arguments, **options):
        """The places where they differ."""
        outcome = self.outcome(*arguments, **options)
        self.assertFalse(outcome.good)
        self.assertIsNone(outcome.failure)
        return outcome.comparison.differences

    def same(self, *arguments, **options):
        outcome = self.outcome(*arguments, **options)
        self.assertTrue(outcome.good, outcome)
        return outcome.comparison

    def fails(self, words, *arguments, **options):
        outcome = self.outcome(*arguments, **options)
        self.assertFalse(outcome.good)
        self.assertIn(words, outcome.failure)

    def test_the_same(self):
        self.assertEqual(self.same(ROWS, ROWS).numbers, 4)
        self.assertEqual(self.same(TABLE, TABLE, kind="csv").numbers, 2)
        self.assertEqual(self.same(TEXT, TEXT, kind="text").numbers, 10)
        self.assertEqual(self.same(REPORT, REPORT, kind="report").numbers, 4)

    def test_the_last_digit(self):
        for text, kind, old, new in [(ROWS, "json", "2345,", "2346,"), (TABLE, "csv", "2345\n", "2346\n"),
                                     (TEXT, "text", "10-33", "10-34"), (TEXT, "text", "k 4", "k 5"),
                                     (TEXT, "text", "to 3", "to 4"), (REPORT, "report", "7.3", "7.4"),
                                     (REPORT, "report", "1.5", "1.6"), (REPORT, "report", "Of 40", "Of 41")]:
            with self.subTest(new):
                self.assertEqual(text.count(old), 1)
                place, = self.differs(text, text.replace(old, new), kind=kind)
                self.assertGreater(place.relative, 0.0)

    def test_where_and_by_how_much(self):
        place, = self.differs(ROWS, ROWS.replace("20.5", "20.0"))
        self.assertEqual((place.path, place.old, place.new), (("stdout", 1, "energy_j"), "20.5", "20.0"))
        self.assertAlmostEqual(place.relative, 0.5 / 20.5, places=12)

    def test_digits_that_a_double_cannot_tell_apart(self):
        self.differs(ROWS, ROWS.replace("10.123456789012345", "10.1234567890123451"))

    def test_the_same_value_written_otherwise(self):
        self.assertEqual(self.same(ROWS, ROWS.replace("20.5", "20.50")).respelled, 1)

    def test_a_number_that_is_missing_now(self):
        place, = self.differs(ROWS, ROWS.replace("20.5", "null"))
        self.assertIsNone(place.relative)
        self.differs(TABLE, TABLE.replace("20.5", ""), kind="csv")

    def test_a_column_that_is_gone_or_new(self):
        less = "workload\nw1\nw2\n"
        self.fails("holds no numbers", TABLE, less, kind="csv")
        less = ROWS.replace('"k": 4, ', "")
        self.assertEqual(len(self.differs(ROWS, less)), 2)
        self.assertEqual(len(self.differs(less, ROWS)), 2)
        self.same(ROWS, less, '[evaluate]\nremoved = { "k" = "is said once" }')
        self.same(less, ROWS, '[evaluate]\nadded = { "stdout/*/k" = "is said in each row" }')

    def test_rows_in_another_order(self):
        first, second = TABLE.splitlines()[1:]
        self.assertEqual(len(self.differs(TABLE, f"workload,energy_j\n{second}\n{first}\n", kind="csv")), 4)

    def test_a_row_that_is_gone(self):
        self.assertEqual(len(self.differs(TABLE, TABLE.replace("w2,20.5\n", ""), kind="csv")), 2)

    def test_columns_in_another_order_are_the_same(self):
        self.same(TABLE, "energy_j,workload\n10.123456789012345,w1\n20.5,w2\n", kind="csv")

    def test_a_column_by_another_name(self):
        new = ROWS.replace("energy_j", "joules")
        mapping = '[evaluate]\ncolumns = { "energy_j" = "joules" }'
        self.assertEqual(len(self.differs(ROWS, new)), 4)
        self.assertEqual(self.same(ROWS, new, mapping).numbers, 4)
        self.differs(ROWS, new.replace("20.5", "20.6"), mapping)
        self.differs(ROWS, new, mapping.replace("evaluate", "rank"))
        self.same(TEXT, TEXT.replace("MdAPE, %", "error, %"), '[evaluate]\ncolumns = { "MdAPE, %" = "error, %" }',
                  kind="text")

    def test_rows_under_a_key(self):
        new = f'{{"answer": {{"rows": {ROWS}}}}}'
        mapping = '["case made"]\ncolumns = { "stdout/*" = "stdout/answer/rows/*" }'
        self.assertEqual(len(self.differs(ROWS, new)), 16)
        self.assertEqual(self.same(ROWS, new, mapping).numbers, 4)
        mapping = '[all]\ncolumns = { "stdout" = "stdout/answer/rows", "energy_j" = "joules" }'
        self.same(ROWS, new.replace("energy_j", "joules"), mapping, defaults="")

    def test_names_in_cells(self):
        new = TABLE.replace("w2", "second")
        self.differs(TABLE, new, kind="csv")
        self.same(TABLE, new, '[all.names]\nw2 = "second"', kind="csv")

    def test_a_difference_that_is_allowed(self):
        new = ROWS.replace("20.5", "20.500001")
        allow = ('[[evaluate.allowed]]\nwhere = "energy_j"\nreason = "sums in another order"\n'
                 "at_most = {}")
        tally = self.same(ROWS, new, allow.format("1e-7")).known["sums in another order"]
        self.assertEqual(tally.cells, 1)
        self.assertAlmostEqual(tally.greatest, 1e-6 / 20.5, places=12)
        self.differs(ROWS, new, allow.format("1e-8"))
        self.differs(ROWS, ROWS.replace("20.5", "null"), allow.format("1e-7"))
        self.differs(ROWS, new.replace('"k": 4, "refused": null}]', '"k": 5, "refused": null}]'),
                     allow.format("1e-7"))

    def test_words_may_change_where_they_are_sentences(self):
        self.assertEqual(len(self.same(TEXT, TEXT.replace("up to", "at most"), kind="text").words), 1)
        self.differs(TEXT, TEXT.replace("ratio ", "ratios"), kind="text")
        self.differs(TEXT, TEXT.replace("up to 3", "at most -3"), kind="text")

    def test_why_something_is_refused_may_be_said_otherwise(self):
        old = ROWS.replace("null", '"needs 2"')
        self.assertEqual(len(self.same(old, ROWS.replace("null", '"wants 3"')).words), 2)
        self.differs(old, ROWS)

    def test_options_and_commands_by_another_name(self):
        old = f'[ "$*" = "evaluate --old 2" ] || exit 2; echo \'{ROWS}\'\n'
        new = f'[ "$*" = "judge --new 2" ] || exit 2; echo \'{ROWS}\'\n'
        mapping = '[evaluate]\ncommand = "judge"\noptions = { "--old" = "--new" }'
        self.same(old, new, mapping, scripts=True)
        self.same(old, new, '["case made"]\nnew_args = ["judge", "--new", "2"]', scripts=True)
        self.fails("NEW is refused", old, new, scripts=True)

    def test_answers_and_refusals(self):
        refuse, answer = "echo 'isojoule: no' >&2; exit 2\n", f"echo '{ROWS}'\n"
        self.fails("NEW is refused: isojoule: no", answer, refuse, scripts=True)
        self.fails("OLD is refused", refuse, refuse, scripts=True)
        self.fails("NEW crashes", answer, "kill -SEGV $$\n", scripts=True)
        case = Case("made", ["evaluate"], {}, refused=True)
        other_words = refuse.replace("no", "never").replace("2\n", "1\n")
        changed = self.same(refuse, other_words, case=case, scripts=True).words
        self.assertEqual([place.path for place in changed], [("exit code",), ("stderr",)])
        self.fails("NEW answers", refuse, answer, case=case, scripts=True)

    def test_nothing_to_compare_is_no_proof(self):
        self.fails("holds no numbers", "[]", "[]")
        case = Case("made", ["evaluate"], {"stdout": "json", "rows.json": "json"})
        self.fails("rows.json was not written", ROWS, ROWS, case=case)

    def test_a_mapping_with_a_slip_of_the_pen(self):
        for mapping in ('[evaluate]\ncolums = { "a" = "b" }', '[[evaluate.allowed]]\nwhere = "energy_j"',
                        '[evaluate]\nadded = { "k" = "" }'):
            with self.subTest(mapping), self.assertRaises(SystemExit):
                self.outcome(ROWS, ROWS, mapping)


class Script(MadePrograms):
    """The tool as it is run, by one of its own cases."""

    def run_tool(self, old, new, *options, code):
        done = subprocess.run(
            [sys.executable, str(ROOT / "tools" / "same-numbers"), str(self.answering("old", old)),
             str(self.answering("new", new)), "--quick", "--only", "references-per-joule", *options],
            capture_output=True, text=True)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout

    def test_exit_codes_and_what_is_said(self):
        self.assertIn("identical 4 numbers", self.run_tool(ROWS, ROWS, code=0))
        out = self.run_tool(ROWS, ROWS.replace("20.5", "20.0"), code=1)
        self.assertIn("stdout/1/energy_j: 20.5 -> 20.0 (relative 0.024)", out)
        self.assertRegex(out, r"1 cases, 4 numbers, \d+ s: 1 cases differ: references-per-joule")

    def test_what_is_allowed_is_said_with_its_size(self):
        mapping = self.folder / "mapping.toml"
        mapping.write_text('[[references.allowed]]\nwhere = "energy_j"\nreason = "rounded"\n[judge]\nnames = {}\n')
        out = self.run_tool(ROWS, ROWS.replace("20.5", "20.0"), "--mapping", str(mapping), code=0)
        self.assertIn("but for 1 cells allowed", out)
        self.assertIn("Allowed: 1 cells, greatest relative difference 0.024: rounded", out)
        self.assertIn("The mapping's [judge] is for no case.", out)


class Today(unittest.TestCase):
    def test_the_mapping_is_sound_and_each_section_is_for_a_case(self):
        mapping = MappingFile(MAPPING.read_text())
        self.assertEqual(mapping.unused(all_cases() + data_cases.all_cases()), [])


class Inputs(MadePrograms):
    def test_files_are_made_alike_each_time(self):
        for name in ("one", "two"):
            put_files(self.folder / name, Spelling(), None, [])
        files = sorted(path.name for path in (self.folder / "one").iterdir())
        self.assertIn("energies.csv", files)
        for name in set(files) - {"store.sqlite"}:
            one, two = ((self.folder / folder / name).read_bytes() for folder in ("one", "two"))
            self.assertEqual(one, two, name)

    def test_new_reads_other_columns_and_keys(self):
        spelling = Spelling({"hardware": "machine", "host": "machine"}, {"gross": "whole"})
        put_files(self.folder / "new", spelling, None, [])
        self.assertIn("workload,family,machine,", (self.folder / "new" / "energies.csv").read_text())
        profile = json.loads((self.folder / "new" / "here.json").read_text())
        self.assertIn("machine", profile)
        self.assertEqual(profile["basis"]["boundary"], "whole")


class Cases(unittest.TestCase):
    def test_each_has_a_name_of_its_own(self):
        names = [case.name for case in all_cases() + data_cases.all_cases()]
        self.assertEqual(len(set(names)), len(names))
        for name in names:
            self.assertRegex(name, r"\A[a-z0-9-]+\Z")


if __name__ == "__main__":
    unittest.main()
